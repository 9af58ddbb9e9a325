//! The queue with its grid of variations, and the gallery that its pictures come to.

use underpaint_paint::LayerKind;
use underpaint_protocol::{Compat, ErrorKind, ErrorReport, Response};

use super::driver::{SKY, Studio};
use crate::{Action, CellState, EngineState, Event, FormEdit, KeepAs, RenderEdit, Side, StyleEdit, Tool};

fn states(studio: &Studio) -> Vec<CellState> {
    studio.session.queue().cells().iter().map(|cell| cell.state).collect()
}

fn n_gallery(studio: &Studio) -> usize {
    studio.session.gallery().entries().len()
}

#[test]
fn variations_come_one_after_the_other_into_the_grid_and_the_gallery() {
    let mut studio = Studio::loaded();
    studio.form(FormEdit::Variations(3));
    studio.form(FormEdit::SeedText("40".into()));
    studio.act(Action::Render);
    let mut seeds = Vec::new();
    for n_done in 0..3 {
        let jobs = studio.take_jobs();
        assert_eq!(jobs.len(), 1, "one at a time");
        assert_eq!(states(&studio)[n_done], CellState::Running);
        studio.progress(jobs[0].0, 1, 8);
        assert!(studio.session.is_preview_shown());
        seeds.push(jobs[0].1.seed);
        // What is painted meanwhile does not mix into the batch.
        studio.drag(Tool::Brush, &[(20.0, 40.0 + n_done as f32), (100.0, 40.0)]);
        assert_eq!(jobs[0].1.revision, 0);
        studio.finish(jobs[0].0, &jobs[0].1, SKY);
    }
    assert_eq!(seeds, [40, 41, 42]);
    assert_eq!(states(&studio), [CellState::Done(1), CellState::Done(2), CellState::Done(3)]);
    assert_eq!((n_gallery(&studio), studio.session.engine().data_state()), (3, "done"));
}

#[test]
fn one_cell_or_all_can_be_cancelled_and_render_begins_a_new_grid() {
    let mut studio = Studio::loaded();
    studio.form(FormEdit::Variations(4));
    studio.act(Action::Render);
    let ids: Vec<_> = studio.session.queue().cells().iter().map(|cell| cell.id).collect();
    let (job, _) = studio.take_jobs().remove(0);
    studio.edit(RenderEdit::CancelCell(ids[2]));
    studio.edit(RenderEdit::CancelCell(ids[0]));
    studio.answer(Response::Cancelled { job });
    let cancelled = CellState::Cancelled;
    assert_eq!(states(&studio), [cancelled, CellState::Running, cancelled, CellState::Waiting]);
    let (job, _) = studio.take_jobs().remove(0);
    studio.act(Action::Cancel);
    studio.answer(Response::Cancelled { job });
    assert_eq!(states(&studio), [cancelled; 4]);
    assert!(studio.take_jobs().is_empty() && !studio.session.is_enabled(Action::Cancel));
    studio.form(FormEdit::Variations(2));
    studio.act(Action::Render);
    assert_eq!(states(&studio), [CellState::Running, CellState::Waiting]);
    // Render again takes the place of what runs and waits, add-to-queue lines up behind it.
    studio.act(Action::Render);
    assert_eq!(states(&studio), [CellState::Running, CellState::Waiting]);
    studio.act(Action::AddToQueue);
    assert_eq!(states(&studio)[1..], [CellState::Waiting; 3]);
    studio.take_effects();
    for _ in 0..20 {
        studio.act(Action::AddToQueue);
    }
    assert_eq!((studio.session.queue().n_waiting(), studio.session.is_enabled(Action::AddToQueue)), (31, false));
    assert!(studio.take_announcements().iter().any(|said| said.contains("32")));
}

#[test]
fn bad_numbers_cost_one_variation_and_a_bad_input_all_that_wait() {
    let mut studio = Studio::loaded();
    studio.form(FormEdit::Variations(3));
    studio.act(Action::Render);
    for (kind, expected) in [
        (ErrorKind::Numbers, [CellState::Failed, CellState::Running, CellState::Waiting]),
        (ErrorKind::Input, [CellState::Failed, CellState::Failed, CellState::Cancelled]),
    ] {
        let (job, _) = studio.take_jobs().remove(0);
        let error = ErrorReport { kind, message: "it broke".into() };
        studio.answer(Response::Failed { job: Some(job), error });
        assert_eq!(states(&studio), expected);
    }
    assert!(matches!(studio.session.engine(), EngineState::Error { .. }));
}

#[test]
fn a_crash_ends_the_queue_and_render_works_after_it() {
    let mut studio = Studio::loaded();
    studio.form(FormEdit::Variations(3));
    studio.act(Action::Render);
    studio.handle(Event::WorkerLost { reason: String::new() });
    assert_eq!(states(&studio), [CellState::Failed, CellState::Cancelled, CellState::Cancelled]);
    studio.answer(Response::Ready);
    studio.answer(Studio::loaded_answer());
    studio.render_all();
    assert_eq!(n_gallery(&studio), 3);
}

#[test]
fn a_picture_of_the_gallery_brings_its_form_back_and_renders_the_same_again() {
    let mut studio = Studio::loaded();
    let style = studio.session.styles().styles()[0].id;
    studio.form(FormEdit::Prompt("a lake".into()));
    studio.form(FormEdit::Style(Some(style)));
    studio.form(FormEdit::Steps(9));
    studio.render_all();
    let (first, id) = (studio.session.picture().unwrap().clone(), studio.session.gallery().entries()[0].id);
    assert!(first.input.prompt.starts_with("a lake, oil painting"));
    studio.form(FormEdit::Prompt("a wood".into()));
    studio.form(FormEdit::Style(None));
    studio.form(FormEdit::Compat(Compat::Diffusers));
    studio.form(FormEdit::Steps(20));
    studio.render_all();
    studio.edit(RenderEdit::RestorePicture(id));
    assert_eq!((studio.session.form().prompt.as_str(), studio.session.form().style), ("a lake", Some(style)));
    assert!(studio.session.is_picture_current());
    let (_, again, _) = studio.render();
    assert_eq!(again, first.input);
    // The style has other words by now: then the prompt has those that it had.
    studio.edit(RenderEdit::Style(StyleEdit::Template(style, "{prompt} in chalk".into())));
    studio.edit(RenderEdit::RestorePicture(id));
    assert_eq!((studio.session.form().prompt.as_str(), studio.session.form().style), (&*first.input.prompt, None));
    assert!(studio.session.is_picture_current());
}

#[test]
fn pictures_are_deleted_brought_back_compared_and_kept() {
    let mut studio = Studio::loaded();
    studio.render_all();
    studio.render_all();
    studio.edit(RenderEdit::Compare(Side::Picture(1), Side::Picture(2)));
    studio.edit(RenderEdit::Wipe(0.25));
    assert_eq!(studio.session.gallery().comparison().unwrap().wipe, 0.25);
    studio.edit(RenderEdit::DeletePicture(1));
    assert_eq!((n_gallery(&studio), studio.session.gallery().comparison()), (1, None));
    studio.edit(RenderEdit::UndeletePicture);
    assert_eq!(n_gallery(&studio), 2);
    studio.edit(RenderEdit::KeepPicture(1, KeepAs::NewLayer));
    assert_eq!((studio.colour(64, 48), studio.session.undo_label()), (SKY, Some("step-keep-layer")));
    studio.act(Action::Undo);
    assert!(studio.session.document().is_blank());
    // Numbers of pictures that are not there do nothing.
    for edit in
        [RenderEdit::ShowPicture(9), RenderEdit::RestorePicture(9), RenderEdit::KeepPicture(9, KeepAs::NewLayer)]
    {
        studio.edit(edit);
    }
    assert!(studio.session.document().is_blank());
}

#[test]
fn a_picture_is_kept_as_a_layer_in_the_layer_for_live_pictures_or_as_paint_each_in_one_step() {
    let mut studio = Studio::loaded();
    studio.form(FormEdit::Prompt("a misty lake, with boats, in the morning of a winter day".into()));
    studio.render_all();
    let kinds = |studio: &Studio| -> Vec<LayerKind> {
        studio.session.document().layers().iter().map(|layer| layer.properties().kind).collect()
    };
    let revision = studio.session.document().revision();
    studio.edit(RenderEdit::KeepPicture(1, KeepAs::RenderLayer));
    assert_eq!(kinds(&studio), [LayerKind::Paint, LayerKind::Render]);
    // It is seen, and no part of the sketch.
    assert_eq!((studio.colour(64, 48), studio.session.document().revision()), (SKY, revision));
    studio.act(Action::Clear);
    studio.edit(RenderEdit::KeepPicture(1, KeepAs::RenderLayer));
    assert_eq!((studio.colour(64, 48), kinds(&studio).len()), (SKY, 2));
    studio.act(Action::Undo);
    studio.act(Action::Keep);
    assert_eq!((studio.session.undo_label(), kinds(&studio).len()), (Some("step-keep-live"), 2));
    studio.edit(RenderEdit::KeepPicture(1, KeepAs::NewLayer));
    let layers = studio.session.document().layers();
    assert_eq!(layers[2].properties().name, "a misty lake, with boats, in the");
    assert_ne!(studio.session.document().revision(), revision);
    for _ in 0..4 {
        studio.act(Action::Undo);
    }
    assert_eq!(kinds(&studio), [LayerKind::Paint]);
    assert!(studio.session.document().is_blank());
    // Without such a layer the key makes one to paint on.
    studio.act(Action::Keep);
    assert_eq!(kinds(&studio), [LayerKind::Paint; 2]);
    assert_eq!(studio.session.undo_label(), Some("step-keep-layer"));
}
