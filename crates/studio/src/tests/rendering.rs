//! The engine's life: loading, jobs, progress, cancelling, failures, crashes.

use underpaint_paint::Rgb8;
use underpaint_protocol::{DeviceKind, DeviceReport, ErrorKind, ErrorReport, Request, Response, Unpainted};

use super::driver::Studio;
use crate::{Action, Effect, EngineState, Event, FormEdit, Tool};

const SKY: Rgb8 = Rgb8::new(120, 180, 230);

fn error(message: &str) -> ErrorReport {
    ErrorReport { kind: ErrorKind::Model, message: message.into() }
}

fn n_restarts(studio: &mut Studio) -> usize {
    studio.take_effects().iter().filter(|effect| **effect == Effect::RestartWorker).count()
}

#[test]
fn nothing_is_sent_before_the_worker_says_ready() {
    let mut studio = Studio::new();
    studio.act(Action::Render);
    assert!(studio.take_requests().is_empty());
    assert_eq!(studio.session.engine().data_state(), "loading");
    studio.answer(Response::Ready);
    assert_eq!(studio.take_requests(), [Request::Load { device: None, model_url: "starter/".into() }]);
    studio.answer(Response::Loading { received_bytes: 5, total_bytes: 20 });
    assert_eq!(studio.status(), "Loading the model: 25 %; your picture is next");
    assert_eq!(studio.session.engine().fraction(), Some(0.25));
    // The render that was asked for before follows by itself.
    studio.answer(Studio::loaded_answer());
    assert!(matches!(studio.take_requests()[..], [Request::Generate { job: 1, .. }]));
}

#[test]
fn a_render_goes_from_ready_over_its_steps_to_done() {
    let mut studio = Studio::loaded();
    assert_eq!((studio.session.engine().data_state(), studio.status()), ("ready", "Ready on the processor".into()));
    studio.drag(Tool::Brush, &[(20.0, 40.0), (100.0, 40.0)]);
    studio.form(FormEdit::Prompt("a lake".into()));
    let (job, input, pixels) = studio.render();
    // The model's native size of 64 × 64 in the canvas's shape of 4 : 3, in multiples of 8.
    assert_eq!((input.width, input.height), (72, 56));
    assert_eq!((input.prompt.as_str(), input.strength, input.steps, input.guidance), ("a lake", 0.5, 8, 3.0));
    assert_eq!(input.revision, studio.session.document().revision());
    assert!(pixels.chunks_exact(4).any(|pixel| pixel[3] == 255) && pixels.chunks_exact(4).any(|pixel| pixel[3] == 0));
    assert_eq!(studio.session.engine().data_state(), "rendering");
    studio.progress(job, 3, 8);
    assert_eq!(studio.status(), "Painting: step 3 of 8");
    assert!(studio.session.is_preview_shown());
    studio.now_secs += 2.5;
    studio.handle(Event::Tick { now_secs: studio.now_secs });
    assert_eq!(studio.status(), "Painting: step 3 of 8, 2 s");
    studio.take_effects();
    studio.finish(job, &input, SKY);
    assert!(studio.take_effects().contains(&Effect::ShowPicture));
    assert!(!studio.session.is_preview_shown());
    assert_eq!(studio.session.engine(), &EngineState::Done { duration_secs: 1.5 });
    assert_eq!(studio.status(), format!("Done in 1.5 s with seed {}", input.seed));
    assert_eq!(studio.session.shown_picture().unwrap().pixel(0, 0), Some([120, 180, 230, 255]));
}

#[test]
fn each_render_takes_a_new_seed_unless_it_is_locked() {
    let mut studio = Studio::loaded();
    let (_, first, _) = studio.render();
    let (_, second, _) = studio.render();
    assert_ne!(first.seed, second.seed);
    assert_eq!(studio.session.form().seed, second.seed);
    studio.act(Action::ToggleSeedLock);
    let (_, third, _) = studio.render();
    assert_eq!(third.seed, second.seed);
    // A seed that is typed is the seed that is used.
    studio.act(Action::ToggleSeedLock);
    studio.form(FormEdit::SeedText(" 7 ".into()));
    let (_, fourth, _) = studio.render();
    assert_eq!((fourth.seed, studio.session.form().is_seed_locked), (7, true));
    studio.take_effects();
    studio.form(FormEdit::SeedText("seven".into()));
    assert_eq!(studio.take_announcements(), ["A seed is a whole number from 0 on, not “seven”"]);
    assert_eq!(studio.session.form().seed, 7);
}

#[test]
fn equal_inputs_are_known_as_such_and_render_obeys_all_the_same() {
    let mut studio = Studio::loaded();
    assert!(!studio.session.is_picture_current());
    let (job, input, _) = studio.render();
    studio.finish(job, &input, SKY);
    assert!(studio.session.is_picture_current());
    studio.form(FormEdit::Prompt("dusk".into()));
    assert!(!studio.session.is_picture_current());
    studio.form(FormEdit::Prompt(String::new()));
    studio.drag(Tool::Brush, &[(20.0, 40.0)]);
    assert!(!studio.session.is_picture_current());
    studio.act(Action::Undo);
    assert!(studio.session.is_picture_current());
    studio.act(Action::ToggleSeedLock);
    assert!(studio.session.is_picture_current());
    let (_, again, _) = studio.render();
    assert_eq!(again, input);
}

#[test]
fn a_sampler_is_asked_for_by_a_name_that_the_model_lists_and_bare_paper_as_the_form_says() {
    let mut studio = Studio::loaded();
    studio.form(FormEdit::Scheduler(Some("euler".into())));
    studio.form(FormEdit::IsPaperFree(true));
    let input = studio.session.generate_input();
    assert_eq!((input.scheduler.as_deref(), input.unpainted), (Some("euler"), Unpainted::Unknown));
    studio.form(FormEdit::Scheduler(Some("magic".into())));
    studio.form(FormEdit::IsPaperFree(false));
    let input = studio.session.generate_input();
    assert_eq!((input.scheduler, input.unpainted), (None, Unpainted::Paper));
}

#[test]
fn strength_0_asks_for_the_sketch_at_its_own_size() {
    let mut studio = Studio::loaded();
    studio.drag(Tool::Brush, &[(20.0, 40.0), (100.0, 60.0)]);
    studio.form(FormEdit::Strength(0.0));
    let (job, input, pixels) = studio.render();
    assert_eq!((input.width, input.height), (128, 96));
    // What a model that leaves its input alone returns must look as the canvas does, byte for byte.
    let response = Response::Picture { job, revision: input.revision, width: 128, height: 96, duration_secs: 0.0 };
    studio.handle(Event::Worker { response, pixels: Some(pixels) });
    assert!(studio.session.picture().unwrap().image.pixels() == studio.pixels());
}

#[test]
fn the_models_own_defaults_come_in_unless_a_person_has_chosen() {
    let mut studio = Studio::new();
    studio.form(FormEdit::Steps(20));
    studio.answer(Response::Ready);
    studio.answer(Studio::loaded_answer());
    let form = studio.session.form();
    assert_eq!((form.strength, form.steps, form.guidance), (0.5, 20, 3.0));
}

#[test]
fn cancel_stops_the_job_and_the_last_picture_stays() {
    let mut studio = Studio::loaded();
    let (job, input, _) = studio.render();
    studio.finish(job, &input, SKY);
    let (job, ..) = studio.render();
    studio.progress(job, 1, 8);
    assert!(studio.session.is_enabled(Action::Cancel));
    studio.take_effects();
    studio.act(Action::Cancel);
    studio.act(Action::Cancel);
    assert_eq!(studio.take_requests(), [Request::Cancel { job }]);
    assert!(!studio.session.is_enabled(Action::Cancel));
    assert_eq!(studio.status(), "Stopping after this step");
    studio.answer(Response::Cancelled { job });
    assert_eq!((studio.session.engine().data_state(), studio.status()), ("ready", "Cancelled".into()));
    assert_eq!(studio.session.shown_picture().unwrap().pixel(0, 0), Some([120, 180, 230, 255]));
}

#[test]
fn a_render_that_waits_for_the_model_can_be_cancelled() {
    let mut studio = Studio::new();
    studio.act(Action::Render);
    assert!(studio.session.is_enabled(Action::Cancel));
    studio.act(Action::Cancel);
    studio.answer(Response::Ready);
    studio.take_effects();
    studio.answer(Studio::loaded_answer());
    assert!(studio.take_requests().is_empty());
}

#[test]
fn the_latest_render_wins_and_answers_of_the_former_are_not_heard() {
    let mut studio = Studio::loaded();
    let (old_job, old_input, _) = studio.render();
    studio.act(Action::Render);
    let requests = studio.take_requests();
    assert!(
        matches!(requests[..], [Request::Cancel { job }, Request::Generate { .. }] if job == old_job),
        "{requests:?}"
    );
    studio.progress(old_job, 5, 8);
    assert!(!studio.session.is_preview_shown());
    studio.finish(old_job, &old_input, SKY);
    studio.answer(Response::Cancelled { job: old_job });
    studio.answer(Response::Failed { job: Some(old_job), error: error("too late") });
    assert_eq!(studio.session.engine().data_state(), "rendering");
    assert!(studio.session.picture().is_none());
}

#[test]
fn painting_goes_on_while_a_job_runs() {
    let mut studio = Studio::loaded();
    let (job, input, _) = studio.render();
    studio.drag(Tool::Brush, &[(20.0, 40.0), (100.0, 40.0)]);
    studio.finish(job, &input, SKY);
    assert!(!studio.session.is_picture_current());
    assert_eq!(studio.session.picture().unwrap().input.revision, 0);
}

#[test]
fn a_failed_job_says_why_and_the_next_one_works() {
    let mut studio = Studio::loaded();
    let (job, ..) = studio.render();
    studio.answer(Response::Failed { job: Some(job), error: error("The numbers went wrong; lower the guidance") });
    assert_eq!(studio.session.engine().data_state(), "error");
    assert_eq!(studio.status(), "The numbers went wrong; lower the guidance");
    let (job, input, _) = studio.render();
    studio.finish(job, &input, SKY);
    assert_eq!(studio.session.engine().data_state(), "done");
}

#[test]
fn a_model_that_could_not_be_loaded_is_tried_again_by_render() {
    let mut studio = Studio::new();
    studio.answer(Response::Ready);
    studio.answer(Response::Failed { job: None, error: error("The model could not be fetched") });
    assert_eq!(studio.status(), "The model could not be fetched");
    studio.take_effects();
    studio.act(Action::Render);
    assert!(matches!(studio.take_requests()[..], [Request::Load { .. }]));
    studio.answer(Studio::loaded_answer());
    assert!(matches!(studio.take_requests()[..], [Request::Generate { .. }]));
}

#[test]
fn a_crash_in_the_middle_of_a_render_costs_neither_the_drawing_nor_the_next_render() {
    let mut studio = Studio::loaded();
    studio.drag(Tool::Brush, &[(20.0, 40.0), (100.0, 40.0)]);
    let (drawing, revision) = (studio.pixels(), studio.session.document().revision());
    let (job, ..) = studio.render();
    studio.progress(job, 2, 8);
    studio.handle(Event::WorkerLost { reason: String::new() });
    assert_eq!(n_restarts(&mut studio), 1);
    assert_eq!(studio.session.engine().data_state(), "error");
    let message = studio.status();
    assert!(message.contains("stopped in the middle of the render") && message.contains("Your drawing is as it was"));
    // The message outlives the restart: loading does not hide it, and ready still tells of it.
    studio.answer(Response::Ready);
    studio.answer(Response::Loading { received_bytes: 1, total_bytes: 2 });
    assert_eq!(studio.status(), message);
    studio.answer(Studio::loaded_answer());
    assert_eq!(studio.session.engine().data_state(), "ready");
    assert!(studio.status().contains("was restarted; your drawing is as it was"));
    assert!(studio.pixels() == drawing && studio.session.document().revision() == revision);
    // Whatever the dead worker had still sent is not heard.
    studio.progress(job, 3, 8);
    assert!(!studio.session.is_preview_shown());
    let (job, input, _) = studio.render();
    studio.finish(job, &input, SKY);
    assert_eq!(studio.session.engine().data_state(), "done");
}

#[test]
fn render_right_after_a_crash_waits_for_the_new_worker() {
    let mut studio = Studio::loaded();
    studio.render();
    studio.answer(Response::Fatal { error: error("out of memory.") });
    assert!(studio.status().contains("(out of memory)"));
    studio.act(Action::Render);
    studio.answer(Response::Ready);
    studio.take_effects();
    studio.answer(Studio::loaded_answer());
    assert!(matches!(studio.take_requests()[..], [Request::Generate { .. }]));
}

#[test]
fn a_worker_that_keeps_dying_is_not_restarted_for_ever() {
    let mut studio = Studio::new();
    let mut restarts = 0;
    for _ in 0..10 {
        studio.handle(Event::WorkerLost { reason: "compile error".into() });
        restarts += n_restarts(&mut studio);
    }
    assert_eq!(restarts, 3);
    assert!(studio.status().contains("press Render to try once more"));
    studio.act(Action::Render);
    assert_eq!(n_restarts(&mut studio), 1);
}

#[test]
fn a_picture_of_the_wrong_length_is_an_error_and_no_panic() {
    let mut studio = Studio::loaded();
    let (job, input, _) = studio.render();
    let response = Response::Picture { job, revision: input.revision, width: 64, height: 64, duration_secs: 1.0 };
    studio.handle(Event::Worker { response, pixels: Some(vec![0; 3]) });
    assert_eq!(studio.session.engine().data_state(), "error");
    assert!(studio.status().contains("its parts do not fit together"), "{}", studio.status());
}

#[test]
fn a_saved_picture_bears_its_prompt_and_seed() {
    let mut studio = Studio::loaded();
    studio.act(Action::SavePicture);
    assert_eq!(studio.take_announcements(), ["There is no picture to save yet: press Render first"]);
    studio.form(FormEdit::Prompt("A quiet lake".into()));
    studio.form(FormEdit::SeedText("9".into()));
    let (job, input, _) = studio.render();
    studio.finish(job, &input, SKY);
    studio.take_effects();
    studio.act(Action::SavePicture);
    let effects = studio.take_effects();
    assert!(
        matches!(&effects[..], [Effect::SavePng { file_name, .. }] if file_name == "a-quiet-lake-9.png"),
        "{effects:?}"
    );
}

#[test]
fn form_values_from_outside_are_clamped() {
    let mut studio = Studio::new();
    for edit in [
        FormEdit::Strength(7.0),
        FormEdit::Strength(f32::NAN),
        FormEdit::Steps(0),
        FormEdit::Steps(1000),
        FormEdit::Guidance(-1.0),
        FormEdit::Guidance(f32::INFINITY),
        FormEdit::SeedText("18446744073709551616".into()),
    ] {
        studio.form(edit);
    }
    let form = studio.session.form();
    assert_eq!((form.strength, form.steps, form.guidance), (1.0, 50, 20.0));
}

#[test]
fn pictures_are_enlarged_where_that_was_asked_for_and_the_model_can() {
    let mut studio = Studio::loaded();
    studio.form(FormEdit::IsUpscaled(true));
    assert!(studio.session.upscale_factor().is_none() && !studio.session.generate_input().is_upscaled);
    let Response::Loaded { device, mut model } = Studio::loaded_answer() else { unreachable!() };
    model.upscale_factor = Some(2);
    studio.answer(Response::Loaded { device, model });
    let input = studio.session.generate_input();
    assert!(input.is_upscaled);
    let plan = studio.session.plan().phrase();
    let enlarged = format!("enlarged to {} × {}", input.width * 2, input.height * 2);
    assert!(super::driver::ENGLISH.say(&plan).ends_with(&enlarged), "{plan:?}");
    // The sketch itself stays as large as it is.
    studio.form(FormEdit::Strength(0.0));
    assert!(!studio.session.generate_input().is_upscaled);
}

#[test]
fn why_a_device_was_chosen_is_said_in_the_language_of_the_page() {
    let mut studio = Studio::loaded();
    assert_eq!(studio.session.device_reason().unwrap().id, "device-cpu");
    for (kind, reason, id) in [
        (DeviceKind::Cpu, "The processor computes, because this browser offers no WebGPU here", "device-cpu-no-webgpu"),
        (
            DeviceKind::Cpu,
            "The processor computes, because the graphics processor here is software (any), which is slower",
            "device-cpu-software",
        ),
        (DeviceKind::Cpu, "The processor was asked for", "device-cpu-asked"),
        (DeviceKind::Gpu, "The graphics processor computes: any", "device-gpu"),
        (
            DeviceKind::Gpu,
            "The graphics processor was asked for: any; it is software, so this is slow",
            "device-gpu-software",
        ),
    ] {
        studio.session.engine.device = Some(DeviceReport { kind, name: "any".into(), reason: reason.into() });
        assert_eq!(studio.session.device_reason().unwrap().id, id, "{reason}");
    }
}
