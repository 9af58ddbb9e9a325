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

/// A studio with so many layers, whose ids it also gives, from the bottom up.
fn with_layers(n: usize) -> (Studio, Vec<LayerId>) {
    let mut studio = Studio::new();
    for _ in 1..n {
        edit(&mut studio, LayerEdit::Add(LayerKind::Paint));
    }
    let layers = ids(&studio);
    studio.take_effects();
    (studio, layers)
}

#[test]
fn layers_are_chosen_together_by_one_more_and_by_a_stretch_of_rows() {
    let (mut studio, layers) = with_layers(5);
    let chosen = |studio: &Studio| studio.session.chosen_layers();
    assert_eq!(chosen(&studio), [layers[4]]);
    edit(&mut studio, LayerEdit::ChooseToo(layers[1]));
    assert_eq!((chosen(&studio), studio.session.document().active_layer()), (vec![layers[1], layers[4]], layers[1]));
    // Once more gives it up; the last one stays.
    edit(&mut studio, LayerEdit::ChooseToo(layers[1]));
    edit(&mut studio, LayerEdit::ChooseToo(layers[4]));
    assert_eq!((chosen(&studio), studio.session.document().active_layer()), (vec![layers[4]], layers[4]));
    edit(&mut studio, LayerEdit::Choose(layers[3]));
    edit(&mut studio, LayerEdit::ChooseUpTo(layers[1]));
    assert_eq!(chosen(&studio), layers[1..4]);
    // The stretch begins where it began, whichever way it goes.
    edit(&mut studio, LayerEdit::ChooseUpTo(layers[4]));
    assert_eq!(chosen(&studio), layers[3..]);
    assert_eq!(said(&studio.take_effects()).last().unwrap(), "said-layers-chosen");
    edit(&mut studio, LayerEdit::Choose(layers[4]));
    assert_eq!(chosen(&studio), [layers[4]]);
    // None of it is a step.
    assert_eq!(studio.session.document().history_position(), 4);
}

#[test]
fn what_is_done_with_one_of_several_chosen_layers_is_done_with_all_as_one_step() {
    let (mut studio, layers) = with_layers(5);
    for edit in [
        LayerEdit::Delete(layers[1]),
        LayerEdit::Duplicate(layers[1]),
        LayerEdit::Group(layers[1]),
        LayerEdit::MergeDown(layers[1]),
        LayerEdit::Move(layers[1], Place::Above(layers[4])),
        LayerEdit::MoveBy(layers[1], false),
        LayerEdit::Visible(layers[1], false),
        LayerEdit::Locked(layers[1], true),
        LayerEdit::Blend(layers[1], BlendMode::Screen),
        LayerEdit::Opacity { layer: layers[1], opacity: 0.5, is_continued: false },
    ] {
        studio.handle(Event::Layers(LayerEdit::Choose(layers[3])));
        studio.handle(Event::Layers(LayerEdit::ChooseToo(layers[1])));
        assert!(studio.session.is_layer_edit_enabled(&edit), "{edit:?}");
        let before = format!("{:?}", studio.session.document().to_parts().layers);
        studio.handle(Event::Layers(edit.clone()));
        let document = studio.session.document();
        assert_eq!(document.history_position(), 5, "{edit:?}");
        let property = |of: fn(&underpaint_paint::LayerProperties) -> bool| -> usize {
            document.layers().iter().filter(|it| of(it.properties())).count()
        };
        match edit {
            LayerEdit::Delete(_) => assert_eq!(ids(&studio), [layers[0], layers[2], layers[4]]),
            LayerEdit::Duplicate(_) => {
                assert_eq!(document.layers().len(), 7);
                assert_eq!(studio.session.chosen_layers(), ids(&studio)[4..6], "the copies are chosen");
            }
            LayerEdit::Group(_) => assert_eq!(document.layers()[2..4].iter().map(|it| it.depth()).sum::<u8>(), 2),
            LayerEdit::MergeDown(_) => assert_eq!(ids(&studio), [layers[0], layers[2], layers[1], layers[4]]),
            LayerEdit::Move(..) => assert_eq!(ids(&studio)[3..], [layers[1], layers[3]]),
            LayerEdit::MoveBy(..) => assert_eq!(ids(&studio)[..2], [layers[1], layers[3]]),
            LayerEdit::Visible(..) => assert_eq!(property(|it| !it.is_visible), 2),
            LayerEdit::Locked(..) => assert_eq!(property(|it| it.is_locked), 2),
            LayerEdit::Blend(..) => assert_eq!(property(|it| it.blend_mode == BlendMode::Screen), 2),
            _ => assert_eq!(property(|it| it.opacity < 1.0), 2),
        }
        studio.act(crate::Action::Undo);
        assert_eq!(format!("{:?}", studio.session.document().to_parts().layers), before, "{edit:?}");
        assert_eq!(studio.session.chosen_layers(), [layers[1], layers[3]], "{edit:?}");
        studio.take_effects();
    }
    // A row that is not among them is meant alone, and so is a name.
    edit(&mut studio, LayerEdit::Visible(layers[0], false));
    edit(&mut studio, LayerEdit::Rename(layers[1], "sky".into()));
    let layer = |id| studio.session.document().layer(id).unwrap().properties();
    assert!(layer(layers[1]).is_visible && layer(layers[3]).name.is_empty());
    // What would be lost is kept: a locked one is not deleted with the others.
    edit(&mut studio, LayerEdit::Choose(layers[2]));
    edit(&mut studio, LayerEdit::Locked(layers[2], true));
    edit(&mut studio, LayerEdit::ChooseToo(layers[3]));
    assert!(!studio.session.is_layer_edit_enabled(&LayerEdit::Delete(layers[3])));
}

#[test]
fn a_folded_group_hides_its_rows_and_opens_for_what_is_made_active_in_it() {
    let (mut studio, layers) = with_layers(4);
    edit(&mut studio, LayerEdit::Choose(layers[1]));
    edit(&mut studio, LayerEdit::ChooseToo(layers[2]));
    edit(&mut studio, LayerEdit::Group(layers[1]));
    let group = studio.session.document().active_layer();
    edit(&mut studio, LayerEdit::Choose(layers[2]));
    assert!(!studio.session.is_layer_edit_enabled(&LayerEdit::Fold(layers[2], true)), "a layer has nothing to fold");
    edit(&mut studio, LayerEdit::Fold(group, true));
    let session = &studio.session;
    assert_eq!(session.layer_rows(), [layers[3], group, layers[0]]);
    // One goes on painting on the layer that is out of sight; the group stands for it.
    assert_eq!((session.document().active_layer(), session.active_layer_row()), (layers[2], group));
    assert_eq!(session.document().history_position(), 4, "folding is no step");
    // A stretch of rows takes what is seen.
    edit(&mut studio, LayerEdit::Choose(layers[3]));
    edit(&mut studio, LayerEdit::ChooseUpTo(layers[0]));
    assert_eq!(studio.session.chosen_layers(), [layers[0], group, layers[3]]);
    edit(&mut studio, LayerEdit::Choose(layers[1]));
    assert!(!studio.session.is_layer_folded(group), "what is chosen is in sight");
    edit(&mut studio, LayerEdit::Fold(group, true));
    edit(&mut studio, LayerEdit::Add(LayerKind::Paint));
    assert!(!studio.session.is_layer_folded(group), "a new layer is in sight");
}

#[test]
fn what_is_folded_is_remembered_with_the_document() {
    let (mut studio, layers) = with_layers(3);
    edit(&mut studio, LayerEdit::Group(layers[1]));
    let group = studio.session.document().active_layer();
    let mark = studio.session.snapshot().mark;
    edit(&mut studio, LayerEdit::Fold(group, true));
    assert_ne!(studio.session.snapshot().mark, mark, "there is something to keep");
    let opened = crate::OpenedDocument::read(&studio.session.snapshot().to_bytes()).unwrap();
    let mut again = Studio::new();
    again.handle(Event::Document(crate::DocumentEdit::Open(Box::new(opened))));
    assert_eq!(again.session.layer_rows().len(), 3);
    assert_eq!(again.session.folded_text(), "2 ");
    // Another document has its own, and what is no place in it folds nothing.
    again.session.fold_by_text("9 -1 x 2 0");
    assert_eq!(again.session.folded_text(), "2 ");
    again.handle(Event::Document(crate::DocumentEdit::New { width: 64, height: 64 }));
    assert_eq!(again.session.folded_text(), "");
}
