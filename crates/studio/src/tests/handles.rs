//! Handles on the canvas: the crop frame's, the symmetry's and those of vanishing points, by pointer and by key.

use underpaint_paint::{CanvasPoint, Guides, SymmetryKind};

use super::driver::Studio;
use crate::{Action, Event, Handle, Modifiers, OverlayShape, Tool, ToolEdit};

const NONE: Modifiers = Modifiers { shift: false, ctrl: false, alt: false, meta: false };

fn size(studio: &Studio) -> (u32, u32) {
    (studio.session.document().width(), studio.session.document().height())
}

fn place_of(studio: &Studio, wanted: Handle) -> (f32, f32) {
    let found = studio.session.overlay().into_iter().find_map(|shape| match shape {
        OverlayShape::Handle { handle, at } if handle == wanted => Some((at.x, at.y)),
        _ => None,
    });
    found.unwrap()
}

#[test]
fn the_crop_tool_shows_eight_handles_and_each_is_dragged_before_enter_cuts() {
    let mut studio = Studio::new();
    studio.handle(Event::Tool(Tool::Crop));
    let n_handles = |studio: &Studio| {
        studio.session.overlay().iter().filter(|shape| matches!(shape, OverlayShape::Handle { .. })).count()
    };
    assert_eq!(n_handles(&studio), 8);
    assert!(!studio.session.has_tool_under_way());
    // The lower right corner lies on the canvas' own, and is held from beside it, too.
    assert_eq!(place_of(&studio, Handle::Corner(2)), (128.0, 96.0));
    studio.drag(Tool::Crop, &[(132.0, 100.0), (104.0, 84.0)]);
    assert_eq!(studio.session.crop_size(), (100, 80));
    // Out of sight it waits at the edge of what is seen.
    studio.handle(Event::Tool(Tool::Brush));
    studio.handle(Event::Tool(Tool::Crop));
    studio.handle(Event::Wheel {
        view_point: crate::ViewPoint::new(64.0, 48.0),
        delta_x: 0.0,
        delta_y: -400.0,
        modifiers: Modifiers { ctrl: true, ..NONE },
    });
    let seen = studio
        .session
        .view()
        .view_from_canvas(studio.session.view().canvas_from_view(crate::ViewPoint::new(128.0, 96.0)));
    let (x, y) = place_of(&studio, Handle::Corner(2));
    let waits = studio.session.view().view_from_canvas(CanvasPoint::new(x, y));
    assert!((waits.x - seen.x).abs() < 0.1 && (waits.y - seen.y).abs() < 0.1 && x < 120.0, "{waits:?}");
    studio.act(Action::FitView);
    studio.drag(Tool::Crop, &[(128.0, 96.0), (100.0, 80.0)]);
    assert_eq!(studio.session.crop_size(), (100, 80));
    // The inside moves the frame, a press outside of it begins another.
    studio.drag(Tool::Crop, &[(50.0, 40.0), (60.0, 44.0)]);
    let (x, y) = place_of(&studio, Handle::Corner(0));
    assert_eq!((x, y, studio.session.crop_size()), (10.0, 4.0, (100, 80)));
    studio.key("Enter", "Enter", NONE);
    assert_eq!(size(&studio), (100, 80));
    studio.act(Action::Undo);
    assert_eq!(size(&studio), (128, 96));
}

#[test]
fn arrow_keys_move_the_handle_that_page_down_has_chosen_and_escape_leaves() {
    let mut studio = Studio::new();
    studio.handle(Event::Tool(Tool::Crop));
    studio.key("PageUp", "PageUp", NONE);
    assert_eq!(studio.session.active_handle(), Some(Handle::Side(3)));
    studio.key("ArrowRight", "ArrowRight", Modifiers { shift: true, ..NONE });
    studio.key("ArrowRight", "ArrowRight", NONE);
    assert_eq!(studio.session.crop_size(), (117, 96));
    studio.key("PageDown", "PageDown", NONE);
    assert_eq!(studio.session.active_handle(), Some(Handle::Inside), "a frame that was set can be moved");
    studio.key("Escape", "Escape", NONE);
    assert!(!studio.session.has_tool_under_way() && studio.session.active_handle().is_none());
    assert_eq!((size(&studio), studio.session.crop_size()), ((128, 96), (128, 96)));
}

#[test]
fn a_shape_and_numbers_set_the_crop_frame() {
    let mut studio = Studio::new();
    studio.handle(Event::Tool(Tool::Crop));
    studio.handle(Event::ToolEdit(ToolEdit::CropAspect(2)));
    assert_eq!(studio.session.crop_size(), (96, 96));
    studio.handle(Event::ToolEdit(ToolEdit::CropWidth(50.0)));
    assert_eq!(studio.session.crop_size(), (50, 50));
    studio.handle(Event::ToolEdit(ToolEdit::CropAspect(0)));
    studio.handle(Event::ToolEdit(ToolEdit::CropHeight(20.0)));
    studio.handle(Event::ToolEdit(ToolEdit::CropHeight(f32::NAN)));
    assert_eq!(studio.session.crop_size(), (50, 20));
    studio.handle(Event::ToolEdit(ToolEdit::CropAspect(200)));
    studio.handle(Event::ToolEdit(ToolEdit::CropWidth(-7.0)));
    assert_eq!(studio.session.crop_size().0, 1);
}

#[test]
fn the_centre_of_the_symmetry_is_dragged_and_a_double_click_puts_it_back() {
    let mut studio = Studio::new();
    studio.handle(Event::ToolEdit(ToolEdit::Symmetry(SymmetryKind::Both)));
    let centre = |studio: &Studio| studio.session.tool_options().symmetry.centre;
    assert_eq!(centre(&studio), CanvasPoint::new(64.0, 48.0));
    let (x, y) = place_of(&studio, Handle::Symmetry);
    // Beside the centre, where strokes begin.
    assert!((x - 64.0).hypot(y - 48.0) > 20.0);
    studio.drag(Tool::Brush, &[(x, y), (x + 20.0, y - 10.0)]);
    assert_eq!(centre(&studio), CanvasPoint::new(84.0, 38.0));
    assert!(studio.session.document().is_blank(), "a handle paints nothing");
    studio.now_secs += 10.0;
    let (x, y) = place_of(&studio, Handle::Symmetry);
    studio.drag(Tool::Brush, &[(x, y), (x, y)]);
    studio.drag(Tool::Brush, &[(x, y), (x, y)]);
    assert_eq!(centre(&studio), CanvasPoint::new(64.0, 48.0));
    // Without handles a stroke goes over the place.
    studio.handle(Event::ToolEdit(ToolEdit::MovesGuides(false)));
    studio.drag(Tool::Brush, &[(x, y), (x + 20.0, y)]);
    assert!(!studio.session.document().is_blank());
}

#[test]
fn a_vanishing_point_out_of_sight_waits_at_the_edge_and_moves_as_far_as_its_handle() {
    let mut studio = Studio::new();
    let far = CanvasPoint::new(-64.0, 40.0);
    let guides = Guides { vanishing_points: vec![far], ..Guides::default() };
    studio.handle(Event::ToolEdit(ToolEdit::Guides(guides)));
    let (x, y) = place_of(&studio, Handle::Vanishing(0));
    assert!(x > 0.0 && x < 16.0 && y == 40.0);
    studio.drag(Tool::Brush, &[(x, y), (x + 30.0, y + 8.0)]);
    assert_eq!(studio.session.tool_options().guides.vanishing_points, [CanvasPoint::new(-34.0, 48.0)]);
    assert!(studio.session.document().is_blank());
}
