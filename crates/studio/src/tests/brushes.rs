//! The list of brushes from outside.

use underpaint_paint::{BrushInput, BrushNumber, BrushParameter, ResponseCurve, TipKind};

use super::driver::Studio;
use crate::{BrushEdit, BrushName, Brushes, BrushesEdit, Event, ListedBrush, Part, Tool};

fn edit(studio: &mut Studio, edit: BrushesEdit) {
    studio.handle(Event::Brushes(edit));
}

fn place_of(brushes: &Brushes, id: &str) -> usize {
    brushes.list().iter().position(|brush| matches!(brush.name(), BrushName::BuiltIn(own) if *own == id)).unwrap()
}

#[test]
fn choosing_a_brush_takes_it_in_the_hand_and_an_eraser_chooses_the_eraser() {
    let mut studio = Studio::new();
    let chalk = place_of(studio.session.brushes(), "brush-chalk");
    edit(&mut studio, BrushesEdit::Choose(chalk));
    assert_eq!((studio.session.brush().tip, studio.session.tool()), (TipKind::Chalk, Tool::Brush));
    let eraser = place_of(studio.session.brushes(), "brush-eraser");
    edit(&mut studio, BrushesEdit::Choose(eraser));
    assert_eq!(studio.session.tool(), Tool::Eraser);
    edit(&mut studio, BrushesEdit::Choose(chalk));
    assert_eq!((studio.session.brush().tip, studio.session.tool()), (TipKind::Chalk, Tool::Eraser), "chalk erases");
    edit(&mut studio, BrushesEdit::Choose(999));
    assert_eq!(studio.session.brushes().chosen(Tool::Eraser), chalk);
}

#[test]
fn changes_stay_with_their_brush_until_they_are_kept_or_given_up() {
    let mut studio = Studio::new();
    edit(&mut studio, BrushesEdit::Choose(1));
    edit(&mut studio, BrushesEdit::Number(BrushNumber::SizePx, 17.0));
    studio.handle(Event::Brush(BrushEdit::Opacity(0.5)));
    edit(&mut studio, BrushesEdit::Choose(2));
    assert_ne!(studio.session.brush().size_px, 17.0);
    edit(&mut studio, BrushesEdit::Choose(1));
    assert_eq!((studio.session.brush().size_px, studio.session.brush().opacity), (17.0, 0.5));
    assert!(studio.session.brushes().list()[1].is_changed());
    edit(&mut studio, BrushesEdit::Save);
    assert!(!studio.session.brushes().list()[1].is_changed() && studio.session.brushes().list()[1].can_be_reset());
    edit(&mut studio, BrushesEdit::Number(BrushNumber::SizePx, 90.0));
    edit(&mut studio, BrushesEdit::Reset(1));
    assert_eq!(studio.session.brush().size_px, 17.0, "to what was kept");
    edit(&mut studio, BrushesEdit::Reset(1));
    assert_eq!(studio.session.brush().size_px, 5.0, "to how it came");
    assert!(!studio.session.brushes().list()[1].can_be_reset());
}

#[test]
fn a_brush_can_be_saved_under_a_name_renamed_and_deleted() {
    let mut studio = Studio::new();
    edit(&mut studio, BrushesEdit::Tip(TipKind::Bristle));
    edit(&mut studio, BrushesEdit::Curve(BrushParameter::Flow, BrushInput::Tilt, ResponseCurve::LINEAR));
    let n_before = studio.session.brushes().list().len();
    edit(&mut studio, BrushesEdit::SaveAs("  ".into()));
    assert_eq!(studio.session.brushes().list().len(), n_before);
    edit(&mut studio, BrushesEdit::SaveAs(" Old \n friend ".into()));
    edit(&mut studio, BrushesEdit::SaveAs("Old friend".into()));
    let names: Vec<_> = studio.session.brushes().list().iter().map(|brush| brush.name().clone()).collect();
    assert_eq!(names[1..3], [BrushName::Own("Old friend".into()), BrushName::Own("Old friend 2".into())]);
    assert_eq!(studio.session.brushes().chosen(Tool::Brush), 2);
    assert_eq!(studio.session.brush().tip, TipKind::Bristle);
    assert!(!studio.session.brushes().list()[0].is_changed(), "the changes went into the new brush");
    edit(&mut studio, BrushesEdit::Rename(2, "Hedgehog".into()));
    assert_eq!(*studio.session.brushes().list()[2].name(), BrushName::Own("Hedgehog".into()));
    edit(&mut studio, BrushesEdit::Delete(2));
    assert_eq!(studio.session.brushes().list().len(), n_before + 1);
    assert_eq!(studio.session.brushes().chosen(Tool::Brush), 0);
    assert_eq!(studio.session.brush().tip, TipKind::Round);
}

#[test]
fn something_to_paint_with_and_something_to_erase_with_always_stays() {
    let mut studio = Studio::new();
    for _ in 0..30 {
        edit(&mut studio, BrushesEdit::Delete(0));
        edit(&mut studio, BrushesEdit::Delete(1));
    }
    let list = studio.session.brushes().list();
    assert_eq!(list.iter().map(ListedBrush::is_eraser).collect::<Vec<_>>(), [false, true]);
    edit(&mut studio, BrushesEdit::RestoreBuiltIn);
    assert_eq!(studio.session.brushes().list().len(), Brushes::default().list().len());
}

#[test]
fn a_list_survives_being_kept_and_an_import_adds_what_is_new() {
    let mut studio = Studio::new();
    edit(&mut studio, BrushesEdit::Number(BrushNumber::SizePx, 77.0));
    edit(&mut studio, BrushesEdit::SaveAs("Mine".into()));
    let text = studio.session.brushes().to_text();
    let kept = Brushes::from_text(&text).unwrap();
    assert_eq!(kept.list(), studio.session.brushes().list());
    assert!(Brushes::from_text("nothing").is_err());

    let n_before = kept.list().len();
    edit(&mut studio, BrushesEdit::Import(text));
    assert_eq!(studio.session.brushes().list().len(), n_before, "all of them are there already");
    let mine = studio.session.brushes().brush_to_text(1).unwrap().replace("size-px 77", "size-px 78");
    edit(&mut studio, BrushesEdit::Import(mine));
    let last = studio.session.brushes().list().last().unwrap();
    assert_eq!((last.name(), last.settings().size_px), (&BrushName::Own("Mine 2".into()), 78.0));
    studio.take_effects();
    edit(&mut studio, BrushesEdit::Import("\u{0}PNG".into()));
    let effects = studio.take_effects();
    assert!(effects.iter().any(|effect| matches!(effect, crate::Effect::Announce(_))), "a refusal is said");
    assert!(effects.contains(&crate::Effect::Changed(Part::Brushes)));
}
