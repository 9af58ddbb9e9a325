//! Strokes, colours, undo, keep.

use underpaint_paint::{BrushInput, BrushParameter, Rgb8, RgbaImage};

use super::driver::Studio;
use crate::{Action, BrushEdit, ColourEdit, Effect, Event, LayerEdit, Part, PointerPhase, StageMode, Tool};

const RED: Rgb8 = Rgb8::new(220, 30, 20);

fn with_red_brush() -> Studio {
    let mut studio = Studio::new();
    studio.handle(Event::Colour(ColourEdit::Foreground(RED)));
    studio
}

#[test]
fn a_drag_paints_and_undo_and_redo_walk_over_it() {
    let mut studio = with_red_brush();
    let blank = studio.pixels();
    studio.drag(Tool::Brush, &[(20.0, 40.0), (60.0, 40.0), (100.0, 40.0)]);
    assert_eq!(studio.colour(60, 40), RED);
    let painted = studio.pixels();
    assert_eq!(studio.session.undo_label(), Some("step-brush-stroke"));
    studio.act(Action::Undo);
    assert!(studio.pixels() == blank && studio.session.document().revision() == 0);
    studio.act(Action::Redo);
    assert!(studio.pixels() == painted);
    assert_eq!(studio.take_announcements(), ["Undid: Brush stroke", "Redid: Brush stroke"]);
}

#[test]
fn the_eraser_takes_paint_away_with_its_own_settings() {
    let mut studio = with_red_brush();
    studio.handle(Event::Brush(BrushEdit::SizePx(30.0)));
    studio.drag(Tool::Brush, &[(10.0, 40.0), (110.0, 40.0)]);
    studio.handle(Event::Tool(Tool::Eraser));
    studio.handle(Event::Brush(BrushEdit::SizePx(10.0)));
    studio.drag_again(&[(60.0, 10.0), (60.0, 80.0)]);
    assert_eq!(studio.colour(60, 40), Rgb8::WHITE);
    assert_eq!(studio.colour(60, 30), Rgb8::WHITE);
    assert_eq!(studio.colour(75, 40), RED);
    assert_eq!(studio.session.brush().size_px, 10.0);
    studio.handle(Event::Tool(Tool::Brush));
    assert_eq!(studio.session.brush().size_px, 30.0);
}

#[test]
fn a_whole_stroke_keeps_to_its_opacity_wherever_it_crosses_itself() {
    let mut studio = Studio::new();
    studio.handle(Event::Colour(ColourEdit::Foreground(Rgb8::BLACK)));
    studio.handle(Event::Brush(BrushEdit::Opacity(0.5)));
    studio.drag(Tool::Brush, &[(20.0, 40.0), (100.0, 40.0), (20.0, 42.0), (100.0, 38.0), (60.0, 10.0), (60.0, 80.0)]);
    let darkest = studio.pixels().chunks_exact(4).map(|pixel| pixel[0]).min();
    assert_eq!(darkest, Some(127));
}

#[test]
fn shift_draws_a_straight_line_from_where_the_last_stroke_ended() {
    let mut studio = with_red_brush();
    studio.handle(Event::Brush(BrushEdit::SizePx(6.0)));
    studio.drag(Tool::Brush, &[(10.0, 10.0), (20.0, 20.0)]);
    studio.modifiers.shift = true;
    studio.drag_again(&[(100.0, 80.0)]);
    assert_eq!(studio.colour(60, 50), RED);
    assert_eq!(studio.session.undo_label(), Some("step-straight-line"));
    studio.act(Action::Undo);
    assert_eq!(studio.colour(60, 50), Rgb8::WHITE);
    assert_eq!(studio.colour(15, 15), RED);
}

#[test]
fn escape_takes_the_stroke_back_and_the_rest_of_the_drag_is_nothing() {
    let mut studio = with_red_brush();
    studio.mouse(PointerPhase::Down, 20.0, 20.0);
    studio.mouse(PointerPhase::Move, 80.0, 60.0);
    assert_ne!(studio.session.document().revision(), 0);
    studio.key("Escape", "Escape", Default::default());
    assert_eq!(studio.session.document().revision(), 0);
    studio.mouse(PointerPhase::Move, 100.0, 60.0);
    studio.mouse(PointerPhase::Up, 100.0, 60.0);
    assert_eq!(studio.session.document().revision(), 0);
    assert_eq!(studio.session.undo_label(), None);
}

#[test]
fn nothing_is_undone_or_replaced_in_the_middle_of_a_stroke() {
    let mut studio = with_red_brush();
    studio.drag(Tool::Brush, &[(20.0, 20.0), (40.0, 20.0)]);
    studio.mouse(PointerPhase::Down, 20.0, 60.0);
    let revision = studio.session.document().revision();
    for action in [Action::Undo, Action::Redo, Action::Clear, Action::Keep] {
        studio.act(action);
    }
    studio.handle(Event::Import(RgbaImage::new(1, 1, vec![0, 0, 0, 255]).unwrap()));
    assert_eq!(studio.session.document().revision(), revision);
    studio.mouse(PointerPhase::Up, 20.0, 60.0);
    assert_eq!(studio.session.undo_label(), Some("step-brush-stroke"));
}

#[test]
fn the_eyedropper_takes_what_is_seen_and_an_abort_returns_the_former_colour() {
    let mut studio = with_red_brush();
    studio.drag(Tool::Brush, &[(20.0, 40.0), (100.0, 40.0)]);
    studio.handle(Event::Colour(ColourEdit::Foreground(Rgb8::BLACK)));
    studio.handle(Event::Tool(Tool::Eyedropper));
    studio.mouse(PointerPhase::Down, 60.0, 80.0);
    assert_eq!(studio.session.picked_colour(), Some(Rgb8::WHITE));
    studio.key("Escape", "Escape", Default::default());
    assert_eq!(studio.session.colours().foreground, Rgb8::BLACK);
    studio.take_effects();
    studio.drag_again(&[(60.0, 80.0), (60.0, 40.0)]);
    assert_eq!(studio.session.colours().foreground, RED);
    assert_eq!(studio.take_announcements(), ["Took the colour #dc1e14"]);
    assert_eq!(studio.session.picked_colour(), None);
}

#[test]
fn colours_that_were_painted_with_are_remembered() {
    let mut studio = with_red_brush();
    studio.drag(Tool::Brush, &[(20.0, 40.0), (30.0, 40.0)]);
    studio.act(Action::SwapColours);
    assert_eq!(studio.session.colours().background, RED);
    studio.drag_again(&[(20.0, 40.0), (30.0, 40.0)]);
    studio.act(Action::ResetColours);
    assert_eq!(studio.session.colours().recent(), [Rgb8::WHITE, RED]);
    assert_eq!((studio.session.colours().foreground, studio.session.colours().background), (Rgb8::BLACK, Rgb8::WHITE));
}

#[test]
fn a_picture_is_painted_on_as_a_layer_of_its_own_and_nothing_below_is_lost() {
    let mut studio = Studio::loaded();
    studio.handle(Event::Colour(ColourEdit::Foreground(RED)));
    studio.act(Action::Keep);
    assert_eq!(studio.session.document().revision(), 0);
    studio.drag(Tool::Brush, &[(20.0, 40.0), (100.0, 40.0)]);
    let sketch = studio.pixels();
    let (job, input, _) = studio.render();
    studio.finish(job, &input, RED);
    studio.act(Action::ShowPicture);
    studio.act(Action::Keep);
    assert!(studio.pixels().chunks_exact(4).all(|pixel| pixel == [220, 30, 20, 255]));
    assert_eq!(studio.session.document().layers().len(), 2);
    assert_eq!(studio.session.settings().stage.mode, StageMode::Sketch, "one sees what one paints on");
    // What is painted now lies on the picture, and hiding it shows the sketch as it was.
    studio.handle(Event::Colour(ColourEdit::Foreground(Rgb8::BLACK)));
    studio.drag(Tool::Brush, &[(10.0, 10.0), (60.0, 10.0)]);
    let kept = studio.session.document().active_layer();
    studio.handle(Event::Layers(LayerEdit::Visible(kept, false)));
    assert!(studio.pixels() == sketch);
    assert_eq!(studio.session.document().history_labels().len(), 4);
    studio.handle(Event::JumpTo(1));
    assert!(studio.pixels() == sketch && studio.session.document().layers().len() == 1);
}

#[test]
fn what_is_sent_to_be_saved_is_what_is_seen() {
    let mut studio = with_red_brush();
    studio.drag(Tool::Brush, &[(20.0, 40.0), (100.0, 40.0)]);
    studio.take_effects();
    studio.act(Action::SaveSketch);
    let effects = studio.take_effects();
    let [Effect::SavePng { image, file_name }] = &effects[..] else { panic!("{effects:?}") };
    assert!(image.pixels() == studio.pixels());
    assert_eq!(file_name, "sketch.png");
}

#[test]
fn saving_is_asked_of_the_page_and_changes_nothing() {
    let mut studio = with_red_brush();
    studio.drag(Tool::Brush, &[(20.0, 40.0), (100.0, 40.0)]);
    studio.take_effects();
    studio.act(Action::Save);
    studio.act(Action::SaveAs);
    let asked = [Effect::SaveDocument { asks: false }, Effect::SaveDocument { asks: true }];
    assert_eq!(studio.take_effects(), asked);
}

#[test]
fn brush_edits_are_clamped_and_change_nothing_when_they_change_nothing() {
    let mut studio = Studio::new();
    for (edit, read) in [
        (BrushEdit::SizePx(1e9), 512.0),
        (BrushEdit::SizePx(-3.0), 1.0),
        (BrushEdit::SizePx(40.0), 40.0),
        (BrushEdit::SizePx(f32::NAN), 28.0),
    ] {
        studio.handle(Event::Brush(edit));
        assert_eq!(studio.session.brush().size_px, read, "{edit:?}");
    }
    studio.take_effects();
    studio.handle(Event::Brush(BrushEdit::SizePx(28.0)));
    assert!(studio.take_effects().is_empty());
    studio.handle(Event::Brush(BrushEdit::PressureOpacity(true)));
    assert!(studio.session.brush().curve(BrushParameter::Opacity, BrushInput::Pressure).is_active());
    assert!(studio.take_effects().contains(&Effect::Changed(Part::Brush)));
}
