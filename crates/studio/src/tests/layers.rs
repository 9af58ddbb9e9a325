//! Layers and the history as a person works with them.

use underpaint_paint::{BlendMode, LayerId, LayerKind, Place, Rgb8, RgbaImage};

use super::driver::Studio;
use crate::{Effect, Event, LayerEdit, Part, Phrase, PointerPhase, Session, SessionConfig, Tool, layer_name};

fn ids(studio: &Studio) -> Vec<LayerId> {
    studio.session.document().layers().iter().map(|layer| layer.id()).collect()
}

/// The ids of what was said.
fn said(effects: &[Effect]) -> Vec<String> {
    let id = |effect: &Effect| match effect {
        Effect::Announce(phrase) => Some(phrase.id.to_string()),
        _ => None,
    };
    effects.iter().filter_map(id).collect()
}

fn edit(studio: &mut Studio, edit: LayerEdit) {
    studio.handle(Event::Layers(edit));
}

#[test]
fn layers_are_added_painted_on_moved_merged_and_all_of_it_is_undone() {
    let mut studio = Studio::new();
    studio.drag(Tool::Brush, &[(10.0, 10.0), (90.0, 60.0)]);
    let first = ids(&studio)[0];
    edit(&mut studio, LayerEdit::Add(LayerKind::Paint));
    let second = studio.session.document().active_layer();
    assert_ne!(first, second);
    let effects = studio.take_effects();
    assert_eq!(said(&effects), ["said-layer-added"]);
    assert!(effects.contains(&Effect::Changed(Part::Layers)) && effects.contains(&Effect::Changed(Part::History)));
    studio.drag(Tool::Brush, &[(90.0, 10.0), (10.0, 60.0)]);
    assert!(!studio.session.is_layer_edit_enabled(&LayerEdit::MoveBy(second, true)));
    edit(&mut studio, LayerEdit::MoveBy(second, false));
    assert_eq!(ids(&studio), [second, first]);
    edit(&mut studio, LayerEdit::Blend(first, BlendMode::Multiply));
    edit(&mut studio, LayerEdit::Group(first));
    let group = studio.session.document().active_layer();
    assert_eq!(ids(&studio), [second, first, group]);
    edit(&mut studio, LayerEdit::Move(second, Place::Into(group)));
    assert_eq!(ids(&studio), [first, second, group]);
    edit(&mut studio, LayerEdit::MergeDown(second));
    edit(&mut studio, LayerEdit::FlattenGroup(group));
    assert_eq!(ids(&studio), [group]);
    assert_eq!(studio.session.document().history_position(), 9);
    studio.take_effects();
    studio.handle(Event::JumpTo(1));
    assert_eq!((ids(&studio), said(&studio.take_effects())), (vec![first], vec!["said-history-at".to_owned()]));
    studio.handle(Event::JumpTo(9));
    assert_eq!(ids(&studio), [group]);
    studio.handle(Event::JumpTo(0));
    assert!(studio.session.document().is_blank());
    assert!(said(&studio.take_effects()).contains(&"said-history-at-start".to_owned()));
}

#[test]
fn a_stroke_on_a_layer_that_cannot_be_painted_on_says_why_and_leaves_it() {
    let mut studio = Studio::new();
    let first = ids(&studio)[0];
    for (change, back, expected) in [
        (LayerEdit::Locked(first, true), LayerEdit::Locked(first, false), "said-obstacle-locked"),
        (LayerEdit::Visible(first, false), LayerEdit::Visible(first, true), "said-obstacle-hidden"),
    ] {
        edit(&mut studio, change);
        studio.take_effects();
        studio.drag(Tool::Brush, &[(10.0, 10.0), (90.0, 60.0)]);
        assert!(studio.session.document().is_blank());
        assert_eq!(said(&studio.take_effects()), [expected]);
        edit(&mut studio, back);
    }
    edit(&mut studio, LayerEdit::Add(LayerKind::Group));
    studio.take_effects();
    studio.drag(Tool::Brush, &[(10.0, 10.0), (90.0, 60.0)]);
    assert_eq!(said(&studio.take_effects()), ["said-obstacle-group"]);
}

#[test]
fn nothing_is_asked_of_layers_in_the_middle_of_a_stroke() {
    let mut studio = Studio::new();
    let first = ids(&studio)[0];
    studio.drag(Tool::Brush, &[(10.0, 10.0), (90.0, 60.0)]);
    studio.mouse(PointerPhase::Down, 20.0, 20.0);
    let before = studio.session.document().history_position();
    for edit in [LayerEdit::Add(LayerKind::Paint), LayerEdit::Duplicate(first), LayerEdit::Visible(first, false)] {
        assert!(!studio.session.is_layer_edit_enabled(&edit));
        studio.handle(Event::Layers(edit));
    }
    studio.handle(Event::JumpTo(0));
    assert!(studio.session.document().is_stroking());
    assert_eq!((studio.session.document().history_position(), ids(&studio)), (before, vec![first]));
}

#[test]
fn what_cannot_be_done_is_not_offered() {
    let mut studio = Studio::new();
    let first = ids(&studio)[0];
    let offered = |studio: &Studio, edit: LayerEdit| studio.session.is_layer_edit_enabled(&edit);
    assert!(!offered(&studio, LayerEdit::Delete(first)), "the last layer stays");
    assert!(!offered(&studio, LayerEdit::MergeDown(first)));
    assert!(!offered(&studio, LayerEdit::Ungroup(first)) && !offered(&studio, LayerEdit::Bake(first)));
    assert!(!offered(&studio, LayerEdit::FlattenAll));
    assert!(!offered(&studio, LayerEdit::Delete(LayerId::from_number(77))));
    edit(&mut studio, LayerEdit::Add(LayerKind::Reference));
    let reference = studio.session.document().active_layer();
    assert!(offered(&studio, LayerEdit::Bake(reference)) && offered(&studio, LayerEdit::Delete(first)));
    assert!(!offered(&studio, LayerEdit::Move(reference, Place::Into(first))), "a layer is no group");
}

#[test]
fn a_reference_does_not_change_what_is_rendered_and_a_name_is_kept() {
    let mut studio = Studio::new();
    let revision = studio.session.generate_input().revision;
    edit(&mut studio, LayerEdit::Add(LayerKind::Reference));
    let reference = studio.session.document().active_layer();
    studio.handle(Event::Import(RgbaImage::new(1, 1, vec![1, 2, 3, 255]).unwrap()));
    assert_eq!(studio.session.generate_input().revision, revision);
    assert_eq!(studio.colour(5, 5), Rgb8::new(1, 2, 3));
    let name = |studio: &Studio| studio.session.document().layer(reference).map(layer_name);
    assert_eq!(name(&studio), Some(Phrase::new("layer-unnamed-reference").with("number", reference.number())));
    edit(&mut studio, LayerEdit::Rename(reference, "  Rua da praia ".into()));
    assert_eq!(name(&studio), Some(Phrase::new("layer-named").with("name", "Rua da praia".to_owned())));
    assert_eq!(studio.session.generate_input().revision, revision);
}

#[test]
fn the_view_follows_a_canvas_whose_size_changes_with_the_history() {
    let mut session = Session::new(SessionConfig::default(), Box::new(|| 7)).unwrap();
    session.document.crop("step-clear", (0, 0), (64, 32)).unwrap();
    session.handle(Event::JumpTo(0));
    let effects = session.handle(Event::JumpTo(1));
    assert!(effects.contains(&Effect::Changed(Part::View)));
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Repaint(rect) if rect.right == 64)));
    assert_eq!(session.view().visible_rect().bottom, 32);
}
