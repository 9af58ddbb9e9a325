//! Live mode: pictures that follow the painting.

use underpaint_paint::Rgb8;
use underpaint_protocol::{Request, Response};

use super::driver::{SKY, Studio};
use crate::{Action, Effect, Event, FormEdit, LiveState, PointerPhase, RenderEdit, Tool};

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
