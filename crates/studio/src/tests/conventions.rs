//! What hands know from other paint programs: the brush's size by dragging, one layer alone, a layer's paint as selection.

use underpaint_paint::{LayerId, LayerKind, SelectionMode};

use super::driver::Studio;
use crate::{
    Action, BrushEdit, Cursor, Event, Keymap, LayerEdit, Modifiers, PointerButton, PointerKind, PointerPhase,
    SelectionEdit, Tool,
};

const ALT: Modifiers = Modifiers { ctrl: false, shift: false, alt: true, meta: false };
const CTRL_ALT: Modifiers = Modifiers { ctrl: true, ..ALT };

fn size_and_hardness(studio: &Studio) -> (f32, f32) {
    (studio.session.brush().size_px, studio.session.brush().hardness)
}

fn studio_with_brush() -> Studio {
    let mut studio = Studio::new();
    studio.handle(Event::Brush(BrushEdit::SizePx(20.0)));
    studio.handle(Event::Brush(BrushEdit::Hardness(0.5)));
    studio
}

#[test]
fn alt_and_the_right_button_drag_the_size_across_and_the_hardness_up() {
    let mut studio = studio_with_brush();
    studio.modifiers = ALT;
    let mouse = (PointerKind::Mouse, 1, PointerButton::Secondary);
    studio.point(PointerPhase::Down, mouse, (60.0, 50.0, 0.5));
    assert!(studio.session.sizing_text().is_some());
    studio.point(PointerPhase::Move, mouse, (75.0, 53.0, 0.5));
    assert_eq!(
        size_and_hardness(&studio),
        (50.0, 0.5),
        "the edge goes as far as the pointer, who strays stays as hard"
    );
    assert_eq!(studio.session.cursor(), Cursor::Circle { diameter_px: 50.0 });
    assert_eq!(studio.session.hover().map(|it| (it.x, it.y)), Some((60.0, 50.0)), "the ring stays where it began");
    studio.point(PointerPhase::Move, mouse, (60.0, 50.0 - 12.0 - 60.0, 0.5));
    assert_eq!(size_and_hardness(&studio), (20.0, 0.75));
    studio.point(PointerPhase::Move, mouse, (-900.0, 900.0, 0.5));
    assert_eq!(size_and_hardness(&studio).1, 0.0);
    assert!(size_and_hardness(&studio).0 >= 1.0);
    studio.point(PointerPhase::Move, mouse, (70.0, 50.0, 0.5));
    studio.take_effects();
    studio.point(PointerPhase::Up, mouse, (70.0, 50.0, 0.0));
    assert_eq!(studio.take_announcements(), ["40 px, hardness 50 %"]);
    assert_eq!((size_and_hardness(&studio), studio.session.sizing_text()), ((40.0, 0.5), None));
    assert_eq!(studio.session.document().history_position(), 0, "it is no step");
    assert!(studio.session.document().is_blank());
}

#[test]
fn a_pen_drags_the_size_by_ctrl_and_alt_and_escape_takes_it_back() {
    for tool in [Tool::Brush, Tool::Eraser, Tool::Strength] {
        let mut studio = studio_with_brush();
        studio.handle(Event::Tool(tool));
        studio.handle(Event::Brush(BrushEdit::SizePx(20.0)));
        studio.handle(Event::Brush(BrushEdit::Hardness(0.5)));
        studio.modifiers = CTRL_ALT;
        studio.pen(PointerPhase::Down, 60.0, 50.0, 0.4);
        studio.pen(PointerPhase::Move, 90.0, 10.0, 0.4);
        assert_eq!(size_and_hardness(&studio).0, 80.0, "{tool:?}");
        studio.act(Action::Cancel);
        assert_eq!(size_and_hardness(&studio), (20.0, 0.5), "{tool:?}");
        studio.pen(PointerPhase::Up, 90.0, 10.0, 0.0);
        assert!(studio.session.document().is_blank());
        assert!(studio.session.strength_map().is_neutral());
    }
    // A tool without a brush has nothing to drag, and Alt alone takes a colour.
    let mut studio = studio_with_brush();
    studio.modifiers = ALT;
    studio.mouse(PointerPhase::Down, 60.0, 50.0);
    assert!(studio.session.sizing_text().is_none());
    studio.mouse(PointerPhase::Up, 60.0, 50.0);
    studio.modifiers = CTRL_ALT;
    studio.drag(Tool::SelectRectangle, &[(10.0, 10.0), (50.0, 50.0)]);
    assert_eq!(size_and_hardness(&studio), (20.0, 0.5));
}

/// Five layers from the bottom up: the lowest two in a group, and the uppermost clipped to the one below it.
fn tree() -> (Studio, Vec<LayerId>, LayerId) {
    let mut studio = Studio::new();
    let mut layers = vec![studio.session.document().active_layer()];
    for _ in 1..5 {
        studio.handle(Event::Layers(LayerEdit::Add(LayerKind::Paint)));
        layers.push(studio.session.document().active_layer());
    }
    studio.handle(Event::Layers(LayerEdit::Clipped(layers[4], true)));
    studio.handle(Event::Layers(LayerEdit::Choose(layers[0])));
    studio.handle(Event::Layers(LayerEdit::ChooseToo(layers[1])));
    studio.handle(Event::Layers(LayerEdit::Group(layers[1])));
    let group = studio.session.document().active_layer();
    (studio, layers, group)
}

fn hidden(studio: &Studio) -> Vec<LayerId> {
    let layers = studio.session.document().layers().iter();
    layers.filter(|it| !it.properties().is_visible).map(|it| it.id()).collect()
}

#[test]
fn one_layer_alone_is_a_step_and_again_brings_back_what_was_seen() {
    let (mut studio, layers, group) = tree();
    studio.handle(Event::Layers(LayerEdit::Visible(layers[2], false)));
    let n_steps = studio.session.document().history_position();
    let alone = |studio: &mut Studio, id| studio.handle(Event::Layers(LayerEdit::Alone(id)));
    alone(&mut studio, layers[0]);
    // The group that it lies in is seen with it, and what is clipped keeps what it is clipped to.
    assert_eq!(hidden(&studio), [layers[1], layers[2], layers[3], layers[4]]);
    assert!(studio.session.is_layer_alone(layers[0]));
    assert_eq!(studio.session.document().history_position(), n_steps + 1);
    alone(&mut studio, layers[4]);
    assert_eq!(hidden(&studio), [layers[1], group, layers[2]]);
    // From one to the next: what comes back is what was seen before the first.
    alone(&mut studio, layers[4]);
    assert_eq!(hidden(&studio), [layers[2]]);
    assert_eq!(studio.session.document().history_position(), n_steps + 3);
    alone(&mut studio, group);
    assert_eq!(hidden(&studio), [layers[2], layers[3], layers[4]]);
    studio.act(Action::Undo);
    assert_eq!(hidden(&studio), [layers[2]]);
    // By key, on the layer at hand, which was hidden; and without a memory of it everything is shown.
    studio.handle(Event::Layers(LayerEdit::Choose(layers[2])));
    studio.act(Action::LayerAlone);
    assert_eq!(hidden(&studio), [group, layers[3], layers[4]]);
    assert!(studio.session.is_pressed(Action::LayerAlone));
    studio.session.layer_list.alone = None;
    studio.act(Action::LayerAlone);
    assert!(hidden(&studio).is_empty());
    studio.act(Action::ShowLayer);
    assert_eq!(hidden(&studio), [layers[2]]);
    assert!(!Studio::new().session.is_enabled(Action::LayerAlone), "a single layer is alone as it is");
}

#[test]
fn what_was_chosen_before_several_were_copied_is_chosen_again_by_each_undo() {
    let (mut studio, layers, _) = tree();
    studio.handle(Event::Layers(LayerEdit::Choose(layers[2])));
    studio.handle(Event::Layers(LayerEdit::ChooseToo(layers[3])));
    studio.handle(Event::Layers(LayerEdit::Duplicate(layers[3])));
    let copies = studio.session.chosen_layers();
    studio.handle(Event::Layers(LayerEdit::Duplicate(copies[0])));
    assert_eq!(studio.session.chosen_layers().len(), 2);
    studio.act(Action::Undo);
    assert_eq!(studio.session.chosen_layers(), copies);
    studio.act(Action::Undo);
    assert_eq!(studio.session.chosen_layers(), [layers[2], layers[3]]);
    studio.act(Action::Redo);
    assert_eq!(studio.session.chosen_layers(), copies);
    studio.handle(Event::Layers(LayerEdit::Delete(copies[0])));
    assert_eq!(studio.session.chosen_layers().len(), 1, "a second press does not delete what they were made of");
    studio.act(Action::Undo);
    assert_eq!(studio.session.chosen_layers(), copies);
    studio.handle(Event::Layers(LayerEdit::Choose(copies[0])));
    assert_eq!(studio.session.chosen_layers(), [copies[0]]);
}

#[test]
fn the_paint_of_a_layer_is_selected_and_joined_as_other_selections_are() {
    let (mut studio, layers, group) = tree();
    let select = |studio: &mut Studio, layer, mode| studio.handle(Event::Selection(SelectionEdit::Pixels(layer, mode)));
    let is_selected =
        |studio: &Studio, x, y| studio.session.document().selection().is_some_and(|mask| mask.at(x, y) > 200);
    studio.handle(Event::Brush(BrushEdit::SizePx(16.0)));
    studio.handle(Event::Brush(BrushEdit::Hardness(1.0)));
    for (layer, y) in [(layers[0], 20.0), (layers[1], 50.0), (layers[2], 80.0)] {
        studio.handle(Event::Layers(LayerEdit::Choose(layer)));
        studio.drag(Tool::Brush, &[(20.0, y), (100.0, y)]);
    }
    // A soft selection tool does not soften it.
    studio.handle(Event::ToolEdit(crate::ToolEdit::FeatherPx(12.0)));
    select(&mut studio, layers[0], SelectionMode::Replace);
    assert_eq!(studio.session.undo_label(), Some("step-select-pixels"));
    assert!(is_selected(&studio, 60, 20) && !is_selected(&studio, 60, 50));
    assert_eq!(studio.session.document().selection().map(|it| it.bounds().top), Some(12));
    select(&mut studio, layers[2], SelectionMode::Add);
    assert!(is_selected(&studio, 60, 20) && is_selected(&studio, 60, 80));
    select(&mut studio, layers[0], SelectionMode::Subtract);
    assert!(!is_selected(&studio, 60, 20) && is_selected(&studio, 60, 80));
    // A group's is that of all that is in it.
    select(&mut studio, group, SelectionMode::Replace);
    assert!(is_selected(&studio, 60, 20) && is_selected(&studio, 60, 50) && !is_selected(&studio, 60, 80));
    studio.take_effects();
    select(&mut studio, layers[3], SelectionMode::Replace);
    assert_eq!(studio.take_announcements(), ["There is no paint on this layer"]);
    assert!(is_selected(&studio, 60, 50), "what was selected stays");
    studio.handle(Event::Layers(LayerEdit::Choose(layers[2])));
    studio.act(Action::SelectPixels);
    assert!(!is_selected(&studio, 60, 50) && is_selected(&studio, 60, 80));
}

#[test]
fn paste_names_its_key_and_leaves_it_to_the_browser() {
    let ctrl = Modifiers { ctrl: true, ..Modifiers::default() };
    let keymap = Keymap::default();
    assert_eq!(keymap.aria_keyshortcuts(Action::Paste), "Control+V");
    for key in ["v", "м"] {
        let event = Studio::key_event(key, "KeyV", ctrl);
        assert_eq!(keymap.action_for(&event), None);
        assert!(!Studio::new().session.claims_key(&event), "a key that is claimed pastes nothing");
    }
    let mut changed = Keymap::default();
    let chord = crate::Chord::from_event(&Studio::key_event("v", "KeyV", ctrl)).unwrap();
    assert!(changed.assign(Action::Copy, chord).is_err(), "nothing else can have it");
}
