//! Shapes, fills, selections, transforms and the turned view, as a hand uses them.

use underpaint_paint::{CanvasChange, CanvasPoint, Guides, Rgb8, SymmetryKind};

use super::driver::Studio;
use crate::{
    Action, Cursor, Effect, Event, Handle, Modifiers, OverlayShape, PointerPhase, SelectionEdit, Tool, ToolEdit,
    TransformEdit,
};

const BLACK: Rgb8 = Rgb8::new(0, 0, 0);
const WHITE: Rgb8 = Rgb8::new(255, 255, 255);
const RED: Rgb8 = Rgb8::new(200, 20, 20);
const SHIFT: Modifiers = Modifiers { shift: true, ctrl: false, alt: false, meta: false };
const ALT: Modifiers = Modifiers { shift: false, ctrl: false, alt: true, meta: false };
const CTRL: Modifiers = Modifiers { shift: false, ctrl: true, alt: false, meta: false };

/// A session with black in hand and filled shapes.
fn studio() -> Studio {
    let mut studio = Studio::new();
    studio.act(Action::ResetColours);
    studio.handle(Event::ToolEdit(ToolEdit::HasOutline(false)));
    studio
}

fn with(studio: &mut Studio, modifiers: Modifiers, act: impl FnOnce(&mut Studio)) {
    studio.modifiers = modifiers;
    act(studio);
    studio.modifiers = Modifiers::default();
}

fn n_selected(studio: &Studio) -> usize {
    studio.session.document().selection().map_or(0, |mask| mask.values().iter().filter(|it| **it >= 128).count())
}

#[test]
fn a_shape_shows_while_it_is_dragged_and_becomes_one_step() {
    let mut studio = studio();
    studio.handle(Event::Tool(Tool::Rectangle));
    studio.mouse(PointerPhase::Down, 20.0, 20.0);
    studio.mouse(PointerPhase::Move, 60.0, 50.0);
    assert_eq!((studio.colour(40, 40), studio.session.undo_label()), (BLACK, None));
    studio.mouse(PointerPhase::Move, 40.0, 30.0);
    assert_eq!((studio.colour(30, 25), studio.colour(50, 40)), (BLACK, WHITE));
    studio.key("Escape", "Escape", Modifiers::default());
    assert_eq!((studio.colour(30, 25), studio.session.document().revision()), (WHITE, 0));
    studio.mouse(PointerPhase::Up, 40.0, 30.0);
    assert_eq!(studio.session.undo_label(), None);
    with(&mut studio, SHIFT, |studio| studio.drag_again(&[(20.0, 20.0), (60.0, 40.0)]));
    assert_eq!((studio.colour(58, 58), studio.session.undo_label()), (BLACK, Some("step-rectangle")));
    studio.act(Action::Undo);
    assert_eq!(studio.session.document().revision(), 0);
    // A click is no shape.
    studio.drag_again(&[(20.0, 20.0), (21.0, 20.0)]);
    assert_eq!(studio.session.undo_label(), None);
}

#[test]
fn shapes_have_outlines_of_the_foreground_and_repeat_by_symmetry() {
    let mut studio = studio();
    studio.handle(Event::ToolEdit(ToolEdit::HasOutline(true)));
    studio.handle(Event::ToolEdit(ToolEdit::HasFill(true)));
    studio.act(Action::SwapColours);
    studio.handle(Event::Colour(crate::ColourEdit::Foreground(RED)));
    studio.handle(Event::ToolEdit(ToolEdit::Symmetry(SymmetryKind::Vertical)));
    studio.drag(Tool::Ellipse, &[(10.0, 20.0), (50.0, 60.0)]);
    for x in [30, 97] {
        assert_eq!(studio.colour(x, 40), BLACK);
        assert_eq!(studio.colour(x, 20), RED);
    }
    assert!(studio.session.overlay().iter().any(|shape| matches!(shape, OverlayShape::Axis(_))));
}

#[test]
fn selections_join_as_the_held_keys_say_and_limit_what_follows() {
    let mut studio = studio();
    studio.drag(Tool::SelectRectangle, &[(10.0, 10.0), (40.0, 30.0)]);
    assert_eq!(n_selected(&studio), 600);
    with(&mut studio, SHIFT, |studio| studio.drag_again(&[(30.0, 10.0), (60.0, 30.0)]));
    assert_eq!(n_selected(&studio), 1000);
    with(&mut studio, ALT, |studio| studio.drag_again(&[(0.0, 0.0), (20.0, 90.0)]));
    assert_eq!(n_selected(&studio), 800);
    with(&mut studio, Modifiers { alt: true, ..SHIFT }, |studio| studio.drag_again(&[(0.0, 0.0), (50.0, 20.0)]));
    assert_eq!(n_selected(&studio), 300);
    studio.act(Action::FillSelection);
    assert_eq!((studio.colour(30, 15), studio.colour(55, 15), studio.colour(30, 25)), (BLACK, WHITE, WHITE));
    studio.handle(Event::Selection(SelectionEdit::Grow(3.0)));
    assert!(n_selected(&studio) > 450);
    studio.key("ArrowDown", "ArrowDown", SHIFT);
    assert_eq!(studio.session.document().selection().map(|it| it.bounds().top), Some(17));
    studio.act(Action::InvertSelection);
    studio.act(Action::DeleteSelected);
    assert_eq!((studio.colour(30, 12), studio.colour(30, 19)), (WHITE, BLACK));
    // A click lets go; what it was comes back with undo.
    studio.drag_again(&[(100.0, 80.0), (100.0, 80.0)]);
    assert!(studio.session.document().selection().is_none());
    studio.act(Action::Undo);
    assert!(studio.session.document().selection().is_some());
    let ants = studio.session.overlay().into_iter().filter(|shape| matches!(shape, OverlayShape::Ants(_))).count();
    assert!(ants >= 1);
}

#[test]
fn the_lasso_and_the_wand_select() {
    let mut studio = studio();
    // Back to where it began, as a hand draws it.
    studio.drag(Tool::Lasso, &[(20.0, 20.0), (60.0, 20.0), (60.0, 60.0), (20.0, 60.0), (20.0, 20.0)]);
    assert!(n_selected(&studio).abs_diff(1600) < 5, "{}", n_selected(&studio));
    studio.act(Action::FillSelection);
    studio.act(Action::Deselect);
    studio.drag(Tool::Wand, &[(40.0, 40.0), (40.0, 40.0)]);
    assert!(n_selected(&studio).abs_diff(1600) < 5);
    studio.act(Action::SelectAll);
    assert_eq!(n_selected(&studio), 128 * 96);
}

#[test]
fn the_bucket_fills_up_to_the_lines_when_it_is_let_go() {
    let mut studio = studio();
    studio.handle(Event::ToolEdit(ToolEdit::HasOutline(true)));
    studio.handle(Event::ToolEdit(ToolEdit::HasFill(false)));
    studio.drag(Tool::Rectangle, &[(20.0, 20.0), (80.0, 70.0)]);
    studio.handle(Event::Colour(crate::ColourEdit::Foreground(RED)));
    studio.handle(Event::Tool(Tool::Fill));
    studio.mouse(PointerPhase::Down, 50.0, 50.0);
    assert_eq!(studio.colour(50, 50), WHITE);
    studio.mouse(PointerPhase::Up, 50.0, 50.0);
    assert_eq!((studio.colour(50, 50), studio.colour(23, 23), studio.colour(5, 5)), (RED, RED, WHITE));
    assert_eq!((studio.colour(20, 40), studio.session.undo_label()), (BLACK, Some("step-fill")));
    // A second finger takes a click back that was not let go yet.
    studio.now_secs += 10.0;
    studio.touch(PointerPhase::Down, 1, 5.0, 5.0);
    studio.touch(PointerPhase::Down, 2, 60.0, 5.0);
    studio.touch(PointerPhase::Move, 1, 5.0, 40.0);
    studio.touch(PointerPhase::Up, 1, 5.0, 40.0);
    studio.touch(PointerPhase::Up, 2, 60.0, 5.0);
    assert_eq!(studio.colour(5, 5), WHITE);
}

#[test]
fn a_gradient_runs_from_the_foreground_to_the_background() {
    let mut studio = studio();
    with(&mut studio, SHIFT, |studio| studio.drag(Tool::Gradient, &[(0.0, 48.0), (128.0, 52.0)]));
    let value = |x| i32::from(studio.colour(x, 48).red);
    assert!(value(0) < 4 && value(127) > 250 && (value(64) - 128).abs() < 4);
    assert_eq!(studio.session.undo_label(), Some("step-gradient"));
}

#[test]
fn a_polygon_is_set_corner_by_corner() {
    let mut studio = studio();
    let click = |studio: &mut Studio, x: f32, y: f32| studio.drag_again(&[(x, y), (x, y)]);
    studio.handle(Event::Tool(Tool::Polygon));
    for (x, y) in [(20.0, 20.0), (80.0, 20.0), (110.0, 90.0), (80.0, 80.0)] {
        click(&mut studio, x, y);
    }
    studio.key("Backspace", "Backspace", Modifiers::default());
    assert!(studio.session.has_tool_under_way() && studio.session.is_enabled(Action::Apply));
    click(&mut studio, 20.0, 80.0);
    studio.act(Action::Undo);
    assert!(!studio.session.has_tool_under_way(), "undo takes back what is not a step yet");
    for (x, y) in [(20.0, 20.0), (80.0, 20.0), (80.0, 80.0), (21.0, 21.0)] {
        click(&mut studio, x, y);
    }
    assert_eq!((studio.colour(70, 40), studio.colour(30, 70)), (BLACK, WHITE));
    assert_eq!(studio.session.undo_label(), Some("step-polygon"));
    click(&mut studio, 10.0, 10.0);
    click(&mut studio, 10.0, 90.0);
    studio.key("Escape", "Escape", Modifiers::default());
    assert!(!studio.session.has_tool_under_way());
}

#[test]
fn the_selected_part_moves_as_it_is_dragged_and_the_selection_goes_along() {
    let mut studio = studio();
    studio.drag(Tool::Rectangle, &[(10.0, 10.0), (50.0, 50.0)]);
    studio.drag(Tool::SelectRectangle, &[(30.0, 10.0), (60.0, 60.0)]);
    let before = studio.pixels();
    studio.handle(Event::Tool(Tool::Transform));
    studio.mouse(PointerPhase::Down, 40.0, 40.0);
    studio.mouse(PointerPhase::Move, 80.4, 50.2);
    assert_eq!((studio.colour(40, 30), studio.colour(80, 40), studio.colour(20, 30)), (WHITE, BLACK, BLACK));
    studio.mouse(PointerPhase::Up, 80.4, 50.2);
    assert!(studio.session.is_transforming());
    assert_eq!(studio.session.undo_label(), Some("step-select"));
    studio.key("Escape", "Escape", Modifiers::default());
    assert!(studio.pixels() == before && !studio.session.is_transforming());
    studio.drag_again(&[(40.0, 40.0), (80.0, 50.0)]);
    studio.key("ArrowLeft", "ArrowLeft", SHIFT);
    studio.key("Enter", "Enter", Modifiers::default());
    assert_eq!((studio.colour(60, 20), studio.colour(79, 59), studio.colour(80, 40)), (BLACK, BLACK, WHITE));
    assert_eq!(studio.session.document().selection().map(|it| it.bounds().left), Some(60));
    assert_eq!(studio.session.undo_label(), Some("step-transform"));
    studio.act(Action::Undo);
    assert!(studio.pixels() == before);
    assert_eq!(studio.session.document().selection().map(|it| it.bounds().left), Some(30));
}

#[test]
fn handles_scale_turn_and_bend() {
    let mut studio = studio();
    studio.drag(Tool::Rectangle, &[(40.0, 30.0), (80.0, 60.0)]);
    studio.handle(Event::Tool(Tool::Transform));
    // A press inside takes hold without changing anything.
    studio.drag_again(&[(60.0, 45.0), (60.0, 45.0)]);
    assert_eq!(studio.session.undo_label(), Some("step-rectangle"));
    let handles: Vec<_> = studio
        .session
        .overlay()
        .into_iter()
        .filter_map(|shape| match shape {
            OverlayShape::Handle { handle, at } => Some((handle, at)),
            _ => None,
        })
        .collect();
    assert_eq!(handles.len(), 8);
    assert!(handles.contains(&(Handle::Corner(2), CanvasPoint::new(80.0, 60.0))));
    assert!(handles.contains(&(Handle::Side(1), CanvasPoint::new(80.0, 45.0))));
    let corners = |studio: &Studio| studio.session.transform_corners().unwrap();
    // A corner follows the pointer, the opposite one stays.
    studio.drag_again(&[(81.0, 61.0), (101.0, 76.0)]);
    assert!(corners(&studio)[2].distance_to(CanvasPoint::new(100.0, 75.0)) < 0.01);
    assert!(corners(&studio)[0].distance_to(CanvasPoint::new(40.0, 30.0)) < 0.01);
    assert_eq!(studio.colour(95, 70), BLACK);
    // Both ways alike, about the middle.
    with(&mut studio, Modifiers { alt: true, ..SHIFT }, |studio| studio.drag_again(&[(100.0, 75.0), (70.0, 75.0)]));
    let [upper, _, lower, _] = corners(&studio);
    assert!(upper.lerp(lower, 0.5).distance_to(CanvasPoint::new(70.0, 52.5)) < 0.01);
    // Outside turns: a quarter about the middle.
    studio.handle(Event::Transform(TransformEdit::Reset));
    assert_eq!(corners(&studio)[0], CanvasPoint::new(40.0, 30.0));
    with(&mut studio, SHIFT, |studio| studio.drag_again(&[(110.0, 45.0), (61.0, 90.0)]));
    assert!(corners(&studio)[0].distance_to(CanvasPoint::new(75.0, 25.0)) < 0.01, "{:?}", corners(&studio));
    // With Ctrl a corner goes where it likes, as long as the picture does not fold.
    studio.handle(Event::Transform(TransformEdit::Reset));
    with(&mut studio, CTRL, |studio| studio.drag_again(&[(40.0, 30.0), (20.0, 10.0)]));
    assert!(corners(&studio)[0].distance_to(CanvasPoint::new(20.0, 10.0)) < 0.01);
    assert!(corners(&studio)[1].distance_to(CanvasPoint::new(80.0, 30.0)) < 0.01);
    with(&mut studio, CTRL, |studio| studio.drag_again(&[(20.0, 10.0), (120.0, 90.0)]));
    assert!(corners(&studio)[0].x < 100.0, "a folded picture was taken");
    // Another tool applies it.
    studio.handle(Event::Tool(Tool::Brush));
    assert_eq!(studio.session.undo_label(), Some("step-transform"));
}

#[test]
fn what_a_transform_would_take_hold_of_is_framed_before_it_is_touched() {
    let mut studio = studio();
    let corners = |studio: &Studio| -> Vec<CanvasPoint> {
        let shapes = studio.session.overlay().into_iter();
        shapes
            .filter_map(|shape| match shape {
                OverlayShape::Handle { handle: Handle::Corner(_), at } => Some(at),
                _ => None,
            })
            .collect()
    };
    studio.handle(Event::Tool(Tool::Transform));
    assert_eq!(corners(&studio), [], "there is no paint yet");
    studio.drag(Tool::Rectangle, &[(40.0, 30.0), (80.0, 60.0)]);
    studio.handle(Event::Tool(Tool::Transform));
    assert_eq!(
        (corners(&studio)[0], corners(&studio)[2]),
        (CanvasPoint::new(40.0, 30.0), CanvasPoint::new(80.0, 60.0))
    );
    assert!(!studio.session.is_transforming() && !studio.session.is_enabled(Action::Apply));
    // The first press takes hold of a corner.
    studio.drag_again(&[(80.0, 60.0), (100.0, 75.0)]);
    assert_eq!(corners(&studio)[2], CanvasPoint::new(100.0, 75.0));
    studio.act(Action::Apply);
    assert_eq!(corners(&studio)[2], CanvasPoint::new(100.0, 75.0), "the frame waits around what was kept");
    // It follows the selection, undo, and the layer.
    studio.act(Action::Undo);
    assert_eq!(corners(&studio)[2], CanvasPoint::new(80.0, 60.0));
    studio.drag(Tool::SelectRectangle, &[(60.0, 0.0), (120.0, 90.0)]);
    studio.handle(Event::Tool(Tool::Transform));
    assert_eq!(corners(&studio)[0], CanvasPoint::new(60.0, 30.0));
    studio.handle(Event::Tool(Tool::Brush));
    assert_eq!(corners(&studio), []);
}

#[test]
fn the_fields_of_a_transform_say_what_the_handles_have_done() {
    let mut studio = studio();
    studio.drag(Tool::Rectangle, &[(40.0, 30.0), (80.0, 60.0)]);
    studio.handle(Event::Tool(Tool::Transform));
    studio.drag_again(&[(60.0, 45.0), (67.0, 41.0)]);
    let numbers = |studio: &Studio| {
        let it = studio.session.transform_numbers();
        [it.dx, it.dy, it.degrees, it.scale * 100.0].map(|value| (value * 10.0).round() / 10.0 + 0.0)
    };
    assert_eq!(numbers(&studio), [7.0, -4.0, 0.0, 100.0]);
    studio.handle(Event::Transform(TransformEdit::Turn(30.0)));
    studio.handle(Event::Transform(TransformEdit::Scale { across: 1.5, down: 1.5 }));
    assert_eq!(numbers(&studio), [7.0, -4.0, 30.0, 150.0]);
    studio.handle(Event::Transform(TransformEdit::Reset));
    assert_eq!(numbers(&studio), [0.0, 0.0, 0.0, 100.0]);
    studio.act(Action::FlipAcross);
    assert_eq!(numbers(&studio), [0.0, 0.0, 0.0, 100.0], "a flip is no half turn");
    studio.act(Action::FlipDown);
    assert_eq!(numbers(&studio)[3], 100.0);
    studio.act(Action::Apply);
    assert_eq!(numbers(&studio), [0.0, 0.0, 0.0, 100.0]);
}

#[test]
fn transforms_work_by_keys_and_fields_alone() {
    let mut studio = studio();
    studio.drag(Tool::Rectangle, &[(20.0, 20.0), (60.0, 30.0)]);
    studio.key("t", "KeyT", Modifiers::default());
    studio.key("ArrowRight", "ArrowRight", Modifiers::default());
    studio.handle(Event::Transform(TransformEdit::Turn(90.0)));
    studio.handle(Event::Transform(TransformEdit::Scale { across: f64::NAN, down: 0.0 }));
    studio.act(Action::Apply);
    assert_eq!((studio.colour(41, 10), studio.colour(41, 40), studio.colour(25, 25)), (BLACK, BLACK, WHITE));
    studio.act(Action::FlipAcross);
    studio.act(Action::FlipDown);
    studio.act(Action::Apply);
    assert_eq!(studio.session.undo_label(), Some("step-transform"));
    // On a bare layer there is nothing to take hold of.
    studio.act(Action::Clear);
    studio.handle(Event::Transform(TransformEdit::Turn(10.0)));
    assert!(!studio.session.is_transforming());
}

#[test]
fn what_is_copied_is_pasted_on_a_layer_of_its_own() {
    let mut studio = studio();
    studio.act(Action::Paste);
    assert_eq!(studio.session.document().layers().len(), 1);
    studio.drag(Tool::Rectangle, &[(20.0, 20.0), (60.0, 50.0)]);
    studio.drag(Tool::SelectRectangle, &[(40.0, 0.0), (128.0, 96.0)]);
    studio.key("x", "KeyX", CTRL);
    assert_eq!((studio.colour(50, 30), studio.colour(30, 30)), (WHITE, BLACK));
    assert_eq!(studio.session.clipboard().map(|patch| (patch.width(), patch.height())), Some((20, 30)));
    studio.act(Action::Paste);
    assert_eq!((studio.colour(50, 30), studio.session.document().layers().len()), (BLACK, 2));
}

#[test]
fn what_is_copied_goes_to_the_system_s_clipboard_too_and_is_known_again() {
    let mut studio = studio();
    studio.drag(Tool::Rectangle, &[(20.0, 20.0), (60.0, 50.0)]);
    studio.handle(Event::Layers(crate::LayerEdit::Add(underpaint_paint::LayerKind::Paint)));
    let copied = |studio: &mut Studio, action| {
        studio.take_effects();
        studio.act(action);
        studio.take_effects().into_iter().find_map(|effect| match effect {
            Effect::CopyPicture(image) => Some(image),
            _ => None,
        })
    };
    // The active layer is bare; what is seen is not.
    assert_eq!(copied(&mut studio, Action::Copy), None);
    let merged = copied(&mut studio, Action::CopyMerged).unwrap();
    assert_eq!((merged.width(), merged.height(), &merged.pixels()[..4]), (40, 30, &[0, 0, 0, 255][..]));
    studio.drag(Tool::SelectRectangle, &[(40.0, 0.0), (128.0, 96.0)]);
    let part = copied(&mut studio, Action::CopyMerged).unwrap();
    assert_eq!((part.width(), part.height()), (20, 30));
    assert!(studio.session.is_copied(&part) && !studio.session.is_copied(&merged));
    // A little is lost on the way; another picture of that size is another one.
    let changed = |by: u8| {
        let pixels = part.pixels().iter().map(|value| value.saturating_sub(by).max(by)).collect();
        underpaint_paint::RgbaImage::new(20, 30, pixels).unwrap()
    };
    assert!(studio.session.is_copied(&changed(2)) && !studio.session.is_copied(&changed(40)));
}

#[test]
fn cropping_and_turning_change_the_canvas_and_come_back() {
    let mut studio = studio();
    studio.drag(Tool::Rectangle, &[(20.0, 20.0), (60.0, 50.0)]);
    studio.drag(Tool::Crop, &[(10.0, 16.0), (70.0, 60.0)]);
    assert!(studio.session.overlay().iter().any(|shape| matches!(shape, OverlayShape::CropFrame(_))));
    studio.key("Enter", "Enter", Modifiers::default());
    let size = |studio: &Studio| (studio.session.document().width(), studio.session.document().height());
    assert_eq!(size(&studio), (60, 44));
    assert_eq!((studio.colour(10, 4), studio.colour(9, 4)), (BLACK, WHITE));
    assert!(studio.session.view().is_fitted());
    studio.act(Action::TurnCanvasRight);
    assert_eq!(size(&studio), (44, 60));
    studio.handle(Event::Canvas(CanvasChange::Scale { width: 88, height: 120 }));
    studio.handle(Event::Canvas(CanvasChange::Scale { width: 0, height: 120 }));
    assert_eq!(size(&studio), (88, 120));
    for _ in 0..3 {
        studio.act(Action::Undo);
    }
    assert_eq!((size(&studio), studio.colour(20, 20)), ((128, 96), BLACK));
}

#[test]
fn a_layer_that_is_locked_says_so_and_is_left_alone() {
    let mut studio = studio();
    studio.drag(Tool::Rectangle, &[(20.0, 20.0), (60.0, 50.0)]);
    let before = studio.pixels();
    let layer = studio.session.document().active_layer();
    let properties = studio.session.document().layer(layer).unwrap().properties().clone();
    let locked = underpaint_paint::LayerProperties { is_locked: true, ..properties };
    studio.session.document.set_layer_properties("step-lock", layer, locked, false);
    for tool in [Tool::Rectangle, Tool::Fill, Tool::Gradient, Tool::Transform] {
        studio.drag(tool, &[(10.0, 10.0), (90.0, 80.0)]);
    }
    studio.act(Action::FillSelection);
    studio.act(Action::Cut);
    assert!(studio.pixels() == before && !studio.session.is_transforming());
}

#[test]
fn strokes_follow_the_perspective_once_they_show_where_they_go() {
    let mut studio = studio();
    let guides = Guides { vanishing_points: vec![CanvasPoint::new(120.0, 20.0)], snaps: true, ..Guides::default() };
    studio.handle(Event::ToolEdit(ToolEdit::Guides(guides)));
    studio.handle(Event::Brush(crate::BrushEdit::SizePx(4.0)));
    studio.handle(Event::Brush(crate::BrushEdit::Smoothing(0.0)));
    studio.drag(Tool::Brush, &[(20.0, 80.0), (22.0, 79.0), (40.0, 60.0), (60.0, 60.0), (95.0, 30.0)]);
    // The straight way to the vanishing point goes through (70, 50).
    assert_eq!((studio.colour(70, 50), studio.colour(59, 60)), (BLACK, WHITE));
    assert!(studio.session.overlay().iter().any(|shape| matches!(shape, OverlayShape::Guide(_))));
}

#[test]
fn the_view_turns_by_fingers_keys_and_space_with_shift() {
    let mut studio = studio();
    studio.act(Action::TurnViewRight);
    assert_eq!(studio.session.view().degrees(), 15.0);
    studio.act(Action::StraightenView);
    studio.act(Action::MirrorView);
    assert!(studio.session.is_pressed(Action::MirrorView));
    // What is painted lands under the pointer, mirrored or not.
    studio.drag(Tool::Rectangle, &[(10.0, 10.0), (40.0, 40.0)]);
    assert_eq!((studio.colour(100, 20), studio.colour(20, 20)), (BLACK, WHITE));
    studio.act(Action::MirrorView);
    studio.now_secs += 10.0;
    studio.touch(PointerPhase::Down, 1, 44.0, 48.0);
    studio.touch(PointerPhase::Down, 2, 84.0, 48.0);
    // A little turn is none: what lies beyond ten degrees counts.
    studio.touch(PointerPhase::Move, 2, 83.0, 52.0);
    assert_eq!(studio.session.view().degrees(), 0.0);
    for (x, y) in [(78.0, 70.0), (64.0, 84.0), (44.0, 88.0)] {
        studio.touch(PointerPhase::Move, 2, x, y);
    }
    assert!((studio.session.view().degrees() - 80.0).abs() < 0.1, "{}", studio.session.view().degrees());
    studio.touch(PointerPhase::Up, 1, 44.0, 48.0);
    studio.touch(PointerPhase::Up, 2, 44.0, 88.0);
    studio.act(Action::FitView);
    assert_eq!(studio.session.view().degrees(), 0.0);
    let space = Studio::key_event(" ", "Space", SHIFT);
    studio.handle(Event::KeyDown(space.clone()));
    with(&mut studio, SHIFT, |studio| studio.drag_again(&[(124.0, 48.0), (64.0, 90.0)]));
    studio.handle(Event::KeyUp(space));
    assert!((studio.session.view().degrees() - 90.0).abs() < 0.1);
}

#[test]
fn cursors_say_what_a_press_would_do() {
    let mut studio = studio();
    studio.drag(Tool::Rectangle, &[(40.0, 30.0), (80.0, 60.0)]);
    assert_eq!(studio.session.cursor(), Cursor::Cross);
    studio.drag(Tool::Transform, &[(60.0, 45.0), (60.0, 45.0)]);
    for (x, y, cursor) in [(60.0, 45.0, Cursor::Move), (80.0, 60.0, Cursor::Arrow), (110.0, 80.0, Cursor::Turn)] {
        studio.mouse(PointerPhase::Move, x, y);
        assert_eq!(studio.session.cursor(), cursor);
    }
}
