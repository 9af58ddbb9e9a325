//! Painted strength and the selection: what of the sketch the model may change, and how much.

use underpaint_paint::CanvasChange;
use underpaint_protocol::Part;

use super::driver::Studio;
use crate::{Action, Event, FormEdit, PointerPhase, RenderEdit, SelectionEdit, Tool};

#[test]
fn painted_strength_goes_to_the_model_as_shares_of_the_strongest_and_can_be_taken_back() {
    let mut studio = Studio::loaded();
    studio.drag(Tool::Brush, &[(20.0, 40.0), (100.0, 40.0)]);
    let before = studio.session.generate_input();
    studio.drag(Tool::Strength, &[(64.0, 48.0)]);
    let input = studio.session.generate_input();
    assert_eq!((input.strength, input.parts.as_slice()), (1.0, &[Part::StrengthMap][..]));
    assert_eq!((input.revision, before.strength_map_revision), (before.revision, 0));
    assert_ne!(input.strength_map_revision, 0);
    let (_, sent, payload) = studio.render();
    let shares = &payload[sent.width as usize * sent.height as usize * 4..];
    let at = |x: u32, y: u32| shares[(y * sent.width + x) as usize];
    assert_eq!((at(sent.width / 2, sent.height / 2), at(0, 0)), (255, 128));
    assert_eq!(studio.session.undo_label(), Some("step-strength"));
    studio.act(Action::Undo);
    assert_eq!(studio.session.generate_input().parts, []);
    assert_eq!(studio.session.undo_label(), Some("step-brush-stroke"));
    studio.act(Action::Redo);
    assert_eq!(studio.session.generate_input().parts, [Part::StrengthMap]);
    studio.edit(RenderEdit::ClearStrength);
    assert_eq!(studio.session.generate_input().parts, []);
    studio.act(Action::Undo);
    assert_eq!(studio.session.generate_input().parts, [Part::StrengthMap]);
}

#[test]
fn steps_of_paint_and_of_strength_are_taken_back_in_their_common_order() {
    let mut studio = Studio::loaded();
    let mut labels = Vec::new();
    let mut inputs = vec![studio.session.generate_input()];
    for (idx, tool) in
        [Tool::Brush, Tool::Strength, Tool::Strength, Tool::Eraser, Tool::Strength, Tool::Brush].into_iter().enumerate()
    {
        let y = 30.0 + 8.0 * idx as f32;
        studio.drag(tool, &[(30.0, 40.0), (100.0, y)]);
        labels.push(studio.session.undo_label());
        inputs.push(studio.session.generate_input());
    }
    assert_eq!(labels[1], Some("step-strength"));
    for idx in (0..6).rev() {
        assert_eq!(studio.session.undo_label(), labels[idx]);
        studio.act(Action::Undo);
        assert_eq!(studio.session.generate_input(), inputs[idx]);
    }
    assert!(!studio.session.is_enabled(Action::Undo));
    for (label, input) in labels.iter().zip(&inputs[1..]) {
        assert_eq!(studio.session.redo_label(), *label);
        studio.act(Action::Redo);
        assert_eq!(studio.session.generate_input(), *input);
    }
    assert!(!studio.session.is_enabled(Action::Redo));
    // A new stroke ends what could be done again, of both kinds.
    for _ in 0..4 {
        studio.act(Action::Undo);
    }
    studio.drag(Tool::Brush, &[(10.0, 10.0)]);
    assert!(!studio.session.is_enabled(Action::Redo));
}

#[test]
fn a_stroke_of_strength_is_aborted_like_any_other() {
    let mut studio = Studio::loaded();
    studio.handle(Event::Tool(Tool::Strength));
    studio.mouse(PointerPhase::Down, 40.0, 40.0);
    studio.mouse(PointerPhase::Move, 80.0, 40.0);
    assert!(!studio.session.strength_map().is_neutral() && !studio.session.is_enabled(Action::Undo));
    studio.act(Action::Cancel);
    assert!(studio.session.strength_map().is_neutral() && !studio.session.is_enabled(Action::Undo));
}

#[test]
fn only_the_selection_is_sent_to_be_rendered_unless_the_form_says_otherwise() {
    let mut studio = Studio::loaded();
    assert_eq!(studio.session.generate_input().parts, []);
    studio.drag(Tool::SelectRectangle, &[(-5.0, -5.0), (140.0, 48.0)]);
    studio.handle(Event::Selection(SelectionEdit::Feather(4.0)));
    let (_, input, payload) = studio.render();
    assert_eq!(input.parts, [Part::Mask]);
    let mask = &payload[input.width as usize * input.height as usize * 4..];
    let row = |share: f32| mask[(input.height as f32 * share) as usize * input.width as usize + 9];
    assert!(row(0.1) == 255 && row(0.9) == 0 && (60..200).contains(&row(0.5)), "{} {}", row(0.1), row(0.5));
    let revision = input.mask_revision;
    studio.act(Action::Undo);
    assert!(![0, revision].contains(&studio.session.generate_input().mask_revision));
    studio.act(Action::Redo);
    assert_eq!(studio.session.generate_input().mask_revision, revision);
    studio.form(FormEdit::IsSelectionOnly(false));
    assert_eq!(studio.session.generate_input().parts, []);
    studio.form(FormEdit::IsSelectionOnly(true));
    studio.act(Action::Deselect);
    assert_eq!((studio.session.generate_input().parts.len(), studio.session.generate_input().mask_revision), (0, 0));
}

#[test]
fn painted_strength_and_selection_follow_the_canvas_and_new_paper_is_neutral() {
    let mut studio = Studio::loaded();
    studio.drag(Tool::Strength, &[(20.0, 20.0)]);
    studio.drag(Tool::SelectRectangle, &[(-5.0, -5.0), (60.0, 60.0)]);
    let map_at = |studio: &Studio, x, y| studio.session.strength_map().value(x, y);
    assert_eq!((map_at(&studio, 20, 20), map_at(&studio, 120, 90)), (255, 128));
    studio.handle(Event::Canvas(CanvasChange::FlipAcross));
    assert_eq!((map_at(&studio, 107, 20), map_at(&studio, 20, 20)), (255, 128));
    let extent = CanvasChange::Extent { left: 40, top: 10, width: 256, height: 128 };
    studio.handle(Event::Canvas(extent));
    let map = studio.session.document().strength_map().unwrap();
    assert_eq!((map.values()[0], map.values()[256 * 128 - 1]), (128, 128));
    assert_eq!(map.values().iter().max(), Some(&255));
    let (_, input, payload) = studio.render();
    let n_pixels = input.width as usize * input.height as usize;
    assert_eq!((input.parts.len(), payload.len()), (2, n_pixels * 6));
    studio.act(Action::Undo);
    studio.act(Action::Undo);
    assert_eq!((map_at(&studio, 20, 20), studio.session.undo_label()), (255, Some("step-select")));
}
