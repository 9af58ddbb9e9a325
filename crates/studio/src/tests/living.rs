//! Live mode, the queue, the gallery, painted strength and the form around them, as a person meets them.

use underpaint_paint::{CanvasChange, LayerKind, Rgb8};
use underpaint_protocol::{Compat, ErrorKind, ErrorReport, Part, Request, Response};

use super::driver::Studio;
use crate::{
    Action, CellState, Effect, EngineState, Event, FormEdit, KeepAs, LiveState, PointerPhase, RenderEdit,
    SelectionEdit, Side, StyleEdit, Tool,
};

const SKY: Rgb8 = Rgb8::new(120, 180, 230);
const SAND: Rgb8 = Rgb8::new(220, 200, 150);

/// A session that paints live, with something on the canvas and its picture.
fn live() -> Studio {
    let mut studio = Studio::loaded();
    studio.drag(Tool::Brush, &[(20.0, 40.0), (100.0, 40.0)]);
    studio.act(Action::ToggleLive);
    studio.pass(0.1);
    let jobs = studio.take_jobs();
    assert_eq!(jobs.len(), 1);
    studio.finish(jobs[0].0, &jobs[0].1, SKY);
    studio.pass(1.0);
    assert!(studio.take_jobs().is_empty());
    studio
}

/// Renders and finishes as many pictures as the form says.
fn render_all(studio: &mut Studio) {
    studio.take_effects();
    studio.act(Action::Render);
    while let Some((job, input)) = studio.take_jobs().pop() {
        studio.finish(job, &input, SKY);
    }
}

fn states(studio: &Studio) -> Vec<CellState> {
    studio.session.queue().cells().iter().map(|cell| cell.state).collect()
}

fn n_gallery(studio: &Studio) -> usize {
    studio.session.gallery().entries().len()
}

#[test]
fn live_mode_renders_what_is_painted_with_the_same_seed_and_never_the_same_twice() {
    let mut studio = live();
    let seed = studio.session.form().seed;
    studio.drag_again(&[(20.0, 60.0), (100.0, 60.0)]);
    studio.pass(0.05);
    let jobs = studio.take_jobs();
    assert_eq!((jobs.len(), jobs[0].1.seed), (1, seed));
    studio.finish(jobs[0].0, &jobs[0].1, SKY);
    studio.act(Action::Undo);
    studio.act(Action::Redo);
    studio.pass(5.0);
    assert!(studio.take_jobs().is_empty());
    // Not even by hand is a field written to for nothing.
    studio.form(FormEdit::Strength(studio.session.form().strength));
    studio.pass(5.0);
    assert!(studio.take_jobs().is_empty());
    studio.form(FormEdit::Prompt("dusk".into()));
    studio.pass(0.1);
    assert_eq!(studio.take_jobs().len(), 1);
}

#[test]
fn live_mode_scales_no_sketch_in_a_pointers_event() {
    let mut studio = live();
    studio.mouse(PointerPhase::Down, 20.0, 60.0);
    studio.mouse(PointerPhase::Move, 60.0, 60.0);
    studio.mouse(PointerPhase::Up, 60.0, 60.0);
    let effects = studio.take_effects();
    assert!(effects.iter().all(|effect| !matches!(effect, Effect::Send { .. })), "{effects:?}");
    assert_eq!(effects.iter().filter(|effect| matches!(effect, Effect::WakeAt { .. })).count(), 1);
    studio.pass(0.01);
    assert_eq!(studio.take_jobs().len(), 1);
}

#[test]
fn a_newer_state_takes_the_place_of_the_job_at_once_and_the_last_picture_stays() {
    let mut studio = live();
    studio.drag_again(&[(20.0, 60.0), (100.0, 60.0)]);
    studio.pass(0.1);
    let (old_job, old_input) = studio.take_jobs().remove(0);
    studio.progress(old_job, 3, 8);
    assert!(!studio.session.is_preview_shown());
    assert_eq!(studio.session.shown_picture().unwrap().pixel(0, 0), Some([120, 180, 230, 255]));
    studio.drag_again(&[(20.0, 70.0), (100.0, 70.0)]);
    studio.pass(0.02);
    let requests = studio.take_requests();
    assert!(
        matches!(&requests[..], [Request::Cancel { job }, Request::Generate { .. }] if *job == old_job),
        "{requests:?}"
    );
    studio.finish(old_job, &old_input, SAND);
    assert_eq!(studio.session.shown_picture().unwrap().pixel(0, 0), Some([120, 180, 230, 255]));
}

#[test]
fn live_mode_pauses_resumes_and_leaves_bare_paper_alone() {
    let mut studio = Studio::loaded();
    studio.act(Action::ToggleLive);
    studio.pass(2.0);
    assert!(studio.take_jobs().is_empty());
    studio.act(Action::PauseLive);
    assert_eq!((studio.session.live(), studio.session.is_pressed(Action::PauseLive)), (LiveState::Paused, true));
    studio.drag(Tool::Brush, &[(20.0, 40.0), (100.0, 40.0)]);
    studio.pass(2.0);
    assert!(studio.take_jobs().is_empty());
    studio.act(Action::PauseLive);
    studio.pass(0.1);
    let jobs = studio.take_jobs();
    assert_eq!(jobs.len(), 1);
    studio.act(Action::ToggleLive);
    assert_eq!(studio.take_requests(), [Request::Cancel { job: jobs[0].0 }]);
    assert!(!studio.session.is_enabled(Action::PauseLive));
}

#[test]
fn escape_stops_a_live_job_and_the_same_state_is_not_begun_again() {
    let mut studio = live();
    studio.drag_again(&[(20.0, 60.0), (100.0, 60.0)]);
    studio.pass(0.1);
    let (job, _) = studio.take_jobs().remove(0);
    studio.act(Action::Cancel);
    studio.answer(Response::Cancelled { job });
    studio.pass(5.0);
    assert!(studio.take_jobs().is_empty());
}

#[test]
fn a_crash_lets_live_mode_rest() {
    let mut studio = live();
    studio.drag_again(&[(20.0, 60.0), (100.0, 60.0)]);
    studio.pass(0.1);
    studio.take_effects();
    studio.handle(Event::WorkerLost { reason: String::new() });
    studio.answer(Response::Ready);
    studio.answer(Studio::loaded_answer());
    studio.pass(3.0);
    assert_eq!((studio.session.live(), studio.take_jobs().len()), (LiveState::Paused, 0));
    studio.act(Action::PauseLive);
    studio.drag_again(&[(20.0, 70.0), (100.0, 70.0)]);
    studio.pass(0.1);
    assert_eq!(studio.take_jobs().len(), 1);
}

#[test]
fn render_is_heard_in_live_mode_and_gives_another_picture() {
    let mut studio = live();
    let (job, input, _) = studio.render();
    assert_ne!(input.seed, studio.session.picture().unwrap().input.seed);
    studio.finish(job, &input, SAND);
    studio.pass(5.0);
    assert!(studio.take_jobs().is_empty());
    assert_eq!((n_gallery(&studio), studio.session.picture().unwrap().input.seed), (1, input.seed));
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
    render_all(&mut studio);
    assert_eq!(n_gallery(&studio), 3);
}

#[test]
fn a_picture_of_the_gallery_brings_its_form_back_and_renders_the_same_again() {
    let mut studio = Studio::loaded();
    let style = studio.session.styles().styles()[0].id;
    studio.form(FormEdit::Prompt("a lake".into()));
    studio.form(FormEdit::Style(Some(style)));
    studio.form(FormEdit::Steps(9));
    render_all(&mut studio);
    let (first, id) = (studio.session.picture().unwrap().clone(), studio.session.gallery().entries()[0].id);
    assert!(first.input.prompt.starts_with("a lake, oil painting"));
    studio.form(FormEdit::Prompt("a wood".into()));
    studio.form(FormEdit::Style(None));
    studio.form(FormEdit::Compat(Compat::Diffusers));
    studio.form(FormEdit::Steps(20));
    render_all(&mut studio);
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
    render_all(&mut studio);
    render_all(&mut studio);
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
fn live_pictures_are_remembered_when_asked_and_one_that_is_kept_is_not_rendered_over() {
    let mut studio = live();
    assert_eq!(n_gallery(&studio), 0);
    studio.edit(RenderEdit::RememberPicture);
    studio.edit(RenderEdit::RememberPicture);
    assert_eq!(n_gallery(&studio), 1);
    studio.act(Action::Keep);
    studio.pass(5.0);
    assert!(studio.take_jobs().is_empty());
    studio.drag_again(&[(20.0, 60.0), (100.0, 60.0)]);
    studio.pass(0.1);
    assert_eq!(studio.take_jobs().len(), 1);
}

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

#[test]
fn a_picture_is_kept_as_a_layer_in_the_layer_for_live_pictures_or_as_paint_each_in_one_step() {
    let mut studio = Studio::loaded();
    studio.form(FormEdit::Prompt("a misty lake, with boats, in the morning of a winter day".into()));
    render_all(&mut studio);
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

#[test]
fn the_plan_speaks_of_measured_times() {
    let mut studio = Studio::loaded();
    let said = |studio: &Studio| crate::Texts::new(crate::Language::English).say(&studio.session.plan().phrase());
    assert_eq!(said(&studio), "8 steps from noise level 0.50, 72 × 56");
    let (job, input, _) = studio.render();
    studio.finish(job, &input, SKY);
    assert_eq!(said(&studio), "8 steps from noise level 0.50, 72 × 56, about 1.5 s on this device");
    studio.form(FormEdit::Variations(4));
    assert_eq!(said(&studio), "4 pictures: 8 steps from noise level 0.50, 72 × 56, about 6.0 s on this device");
    studio.form(FormEdit::Strength(0.0));
    assert!(said(&studio).contains("your sketch as it is"), "{}", said(&studio));
}

#[test]
fn the_prompt_remembers_weighs_and_corrects_its_words() {
    let mut studio = Studio::loaded();
    for prompt in ["a lake", "a wood"] {
        studio.form(FormEdit::Prompt(prompt.into()));
        render_all(&mut studio);
    }
    studio.form(FormEdit::Prompt("dra".into()));
    for expected in ["a wood", "a lake", "a lake"] {
        studio.edit(RenderEdit::OlderPrompt);
        assert_eq!(studio.session.form().prompt, expected);
    }
    studio.edit(RenderEdit::NewerPrompt);
    studio.edit(RenderEdit::NewerPrompt);
    assert_eq!(studio.session.form().prompt, "dra");
    studio.take_effects();
    studio.edit(RenderEdit::PromptWeight { selection: 1..1, tenths: 1 });
    assert_eq!(studio.session.form().prompt, "(dra:1.1)");
    assert!(studio.take_effects().contains(&Effect::SelectPrompt { start: 2, end: 2 }));
    let mut answer = Studio::loaded_answer();
    if let Response::Loaded { model, .. } = &mut answer {
        model.words = vec!["lake".into()];
    }
    studio.answer(answer);
    studio.form(FormEdit::Prompt("lkae at dusk, Lkae".into()));
    let unknown = studio.session.unknown_words();
    assert_eq!(unknown.iter().map(|it| it.word.as_str()).collect::<Vec<_>>(), ["lkae", "at", "dusk", "Lkae"]);
    studio.edit(RenderEdit::ReplaceWord { bytes: unknown[0].bytes.clone(), word: "lake".into() });
    studio.edit(RenderEdit::ReplaceWord { bytes: 90..99, word: "no".into() });
    assert_eq!(studio.session.form().prompt, "lake at dusk, lake");
}

#[test]
fn words_that_others_take_the_place_of_can_be_leafed_back_to_though_they_were_never_rendered() {
    let mut studio = Studio::loaded();
    for edit in [
        RenderEdit::ExamplePrompt("a meadow".into()),
        RenderEdit::Infotext("a wood\nSteps: 3, Seed: 5, CFG scale: 2".into()),
    ] {
        studio.form(FormEdit::Prompt("my own words".into()));
        studio.edit(edit);
        assert_ne!(studio.session.form().prompt, "my own words");
        studio.edit(RenderEdit::OlderPrompt);
        assert_eq!(studio.session.form().prompt, "my own words");
    }
}

#[test]
fn the_parameters_of_a_picture_set_the_form_again() {
    let mut studio = Studio::loaded();
    studio.form(FormEdit::Prompt("a lake".into()));
    studio.form(FormEdit::Negative("people".into()));
    studio.form(FormEdit::Scheduler(Some("euler".into())));
    studio.form(FormEdit::IsPaperFree(true));
    render_all(&mut studio);
    let picture = studio.session.picture().unwrap().clone();
    let text = studio.session.infotext(&picture);
    let mut other = Studio::loaded();
    other.edit(RenderEdit::Infotext(text));
    assert_eq!(other.session.generate_input(), picture.input);
    // A plain prompt leaves the numbers as they are.
    other.edit(RenderEdit::Infotext("a wood".into()));
    assert_eq!((other.session.form().prompt.as_str(), other.session.form().steps), ("a wood", 8));
}
