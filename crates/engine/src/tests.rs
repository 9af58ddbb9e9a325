//! The rules of the run loop, with a pipeline that computes nothing.

use std::{cell::RefCell, rc::Rc};

use underpaint_diffusion::image::RgbaImage;
use underpaint_models::MemoryStore;
use underpaint_protocol::{
    DeviceKind, DeviceReport, ErrorKind, ErrorReport, GenerateInput, ModelReport, Progress, Request, Response, Stage,
};

use crate::{Engine, EngineError, GpuProbe, Loaded, Loader, Outbox, Platform, Renderer, RunSteps};

struct StillPlatform;

impl Platform for StillPlatform {
    async fn breathe(&self) {}

    fn now_secs(&self) -> f64 {
        7.0
    }

    async fn probe_gpu(&self) -> GpuProbe {
        GpuProbe::Unavailable { reason: "this is a test".to_owned() }
    }

    async fn fetch_model(&self, _: &str, _: impl FnMut(u64, u64)) -> Result<MemoryStore, ErrorReport> {
        Ok(MemoryStore::new())
    }

    fn memory_limit_bytes(&self) -> Option<u64> {
        None
    }
}

/// Loads every model but `broken`.
struct FakeLoader;

impl Loader for FakeLoader {
    type Renderer = FakeRenderer;

    async fn load(
        &mut self,
        _: &impl Platform,
        device: Option<DeviceKind>,
        model_url: &str,
        mut on_progress: impl FnMut(u64, u64),
    ) -> Result<Loaded<FakeRenderer>, EngineError> {
        on_progress(5, 10);
        on_progress(10, 10);
        if model_url == "broken" {
            return Err(EngineError::device("the model is broken"));
        }
        let kind = device.unwrap_or(DeviceKind::Cpu);
        Ok(Loaded {
            renderer: FakeRenderer,
            device: DeviceReport { kind, name: "fake".to_owned(), reason: "A test runs".to_owned() },
            model: model(),
        })
    }
}

fn model() -> ModelReport {
    ModelReport {
        name: "fake".to_owned(),
        native_size: 16,
        size_multiple: 8,
        parameters: 0,
        default_strength: 0.6,
        default_steps: 4,
        default_guidance: 1.0,
        example_prompts: Vec::new(),
        words: Vec::new(),
        default_scheduler: None,
        schedulers: Vec::new(),
    }
}

/// Gives the sketch back after the steps that were asked for; the prompt `fail at 2` fails in step 2.
struct FakeRenderer;

struct FakeRun {
    input: GenerateInput,
    pixels: Vec<u8>,
    step_idx: u32,
}

impl Renderer for FakeRenderer {
    type Prompt = ();
    type Run = FakeRun;

    fn read_prompt(&mut self, _: &GenerateInput) -> Result<(), EngineError> {
        Ok(())
    }

    fn start(&mut self, input: &GenerateInput, pixels: Vec<u8>, (): ()) -> Result<FakeRun, EngineError> {
        Ok(FakeRun { input: input.clone(), pixels, step_idx: 0 })
    }

    fn steps(&self, run: &FakeRun) -> RunSteps {
        RunSteps { n_steps: run.input.steps, step_idx: run.step_idx }
    }

    async fn step(&mut self, run: &mut FakeRun) -> Result<(), EngineError> {
        run.step_idx += 1;
        if run.input.prompt == "fail at 2" && run.step_idx == 2 {
            return Err(EngineError::device("the device was lost"));
        }
        Ok(())
    }

    async fn preview(&mut self, _: &FakeRun) -> Result<Option<RgbaImage>, EngineError> {
        Ok(Some(RgbaImage::new(2, 1, vec![9; 8])?))
    }

    async fn decode(&mut self, run: FakeRun) -> Result<RgbaImage, EngineError> {
        Ok(RgbaImage::new(run.input.width, run.input.height, run.pixels)?)
    }
}

/// An answer with the pixels beside it.
type Answer = (Response, Option<Vec<u8>>);

/// Keeps the answers, and lets a test act on each as the page would.
struct Page<F> {
    answers: Rc<RefCell<Vec<Answer>>>,
    requests: Requests,
    react: F,
}

impl<F: Fn(&Response) -> Vec<Request>> Outbox for Page<F> {
    fn post(&self, response: Response, pixels: Option<Vec<u8>>) {
        for request in (self.react)(&response) {
            let pixels = matches!(request, Request::Generate { .. }).then(sketch);
            self.requests.borrow_mut().push_back((request, pixels));
        }
        self.answers.borrow_mut().push((response, pixels));
    }
}

fn sketch() -> Vec<u8> {
    vec![200; 16 * 16 * 4]
}

fn load(model_url: &str) -> Request {
    Request::Load { device: None, model_url: model_url.to_owned() }
}

fn generate(job: u64) -> Request {
    Request::Generate { job, input: input() }
}

fn input() -> GenerateInput {
    GenerateInput { width: 16, height: 16, steps: 4, revision: 3, ..GenerateInput::default() }
}

fn generate_with(job: u64, change: impl FnOnce(&mut GenerateInput)) -> Request {
    let mut input = input();
    change(&mut input);
    Request::Generate { job, input }
}

/// What has been asked and not yet been read.
type Requests = Rc<RefCell<std::collections::VecDeque<(Request, Option<Vec<u8>>)>>>;

/// Runs an engine on these requests, all of which have arrived before it looks for the first time; `react` adds more.
fn run(requests: Vec<Request>, react: impl Fn(&Response) -> Vec<Request>) -> Vec<Answer> {
    let waiting = Requests::default();
    for request in requests {
        let pixels = matches!(request, Request::Generate { .. }).then(sketch);
        waiting.borrow_mut().push_back((request, pixels));
    }
    let answers = Rc::new(RefCell::default());
    let page = Page { answers: Rc::clone(&answers), requests: Rc::clone(&waiting), react };
    let engine = Engine::new(StillPlatform, FakeLoader, page);
    // The stream never ends: once the engine has nothing to do it waits for ever, and the test has seen everything.
    let receiver = futures_util::stream::poll_fn(move |_| match waiting.borrow_mut().pop_front() {
        Some(asked) => std::task::Poll::Ready(Some(asked)),
        None => std::task::Poll::Pending,
    });
    let mut running = std::pin::pin!(engine.run(receiver));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(running.as_mut().poll(&mut context).is_pending());
    answers.take()
}

/// The answers that end jobs, in short.
fn ends(answers: &[Answer]) -> Vec<(&'static str, u64)> {
    let end = |(response, _): &(Response, _)| match response {
        Response::Picture { job, .. } => Some(("picture", *job)),
        Response::Cancelled { job } => Some(("cancelled", *job)),
        Response::Failed { job, .. } => Some(("failed", job.unwrap_or(0))),
        _ => None,
    };
    answers.iter().filter_map(end).collect()
}

fn is_at_step(response: &Response, wanted_job: u64, wanted_step: u32) -> bool {
    matches!(response, Response::Progress { job, progress: Progress { stage: Stage::Denoising, step, .. } }
        if *job == wanted_job && *step == wanted_step)
}

#[test]
fn the_first_word_is_ready_and_a_picture_comes_with_its_revision_and_pixels() {
    let answers = run(vec![load("good"), generate(1)], |_| vec![]);
    assert_eq!(answers[0].0, Response::Ready);
    let loading: Vec<_> = answers.iter().filter(|(it, _)| matches!(it, Response::Loading { .. })).collect();
    assert_eq!(loading.last().unwrap().0, Response::Loading { received_bytes: 10, total_bytes: 10 });
    let (picture, pixels) = answers.last().unwrap();
    let expected = Response::Picture { job: 1, revision: 3, width: 16, height: 16, duration_secs: 0.0 };
    assert_eq!((picture, pixels.as_deref()), (&expected, Some(sketch().as_slice())));
}

#[test]
fn every_stage_is_told_before_it_begins_and_every_step_shows_a_preview() {
    let answers = run(vec![load("good"), generate(1)], |_| vec![]);
    let told: Vec<_> = answers
        .iter()
        .filter_map(|(response, pixels)| match response {
            Response::Progress { progress, .. } => {
                assert_eq!(
                    progress.preview_size.map(|(width, height)| (width * height * 4) as usize),
                    pixels.as_ref().map(Vec::len)
                );
                Some((progress.stage, progress.step, progress.preview_size.is_some()))
            }
            _ => None,
        })
        .collect();
    assert_eq!(
        told,
        [
            (Stage::EncodingPrompt, 0, false),
            (Stage::EncodingImage, 0, false),
            (Stage::Denoising, 0, false),
            (Stage::Denoising, 1, true),
            (Stage::Denoising, 2, true),
            (Stage::Denoising, 3, true),
            (Stage::Decoding, 4, true),
        ]
    );
}

#[test]
fn a_newer_job_takes_the_place_of_the_one_that_waits() {
    let answers = run(vec![load("good"), generate(1), generate(2), generate(3)], |_| vec![]);
    assert_eq!(ends(&answers), [("cancelled", 1), ("cancelled", 2), ("picture", 3)]);
}

#[test]
fn a_job_that_runs_is_finished_before_a_newer_one() {
    let answers =
        run(vec![load("good"), generate(1)], |it| if is_at_step(it, 1, 2) { vec![generate(2)] } else { vec![] });
    assert_eq!(ends(&answers), [("picture", 1), ("picture", 2)]);
}

#[test]
fn a_cancelled_job_stops_before_its_next_step() {
    let answers = run(vec![load("good"), generate(1)], |it| {
        if is_at_step(it, 1, 2) { vec![Request::Cancel { job: 1 }] } else { vec![] }
    });
    assert_eq!(ends(&answers), [("cancelled", 1)]);
    assert!(!answers.iter().any(|(it, _)| is_at_step(it, 1, 3)));
}

#[test]
fn a_cancellation_that_comes_too_late_or_names_another_job_harms_nothing() {
    let answers = run(vec![load("good"), Request::Cancel { job: 1 }, generate(2)], |it| {
        if is_at_step(it, 2, 1) { vec![Request::Cancel { job: 1 }] } else { vec![] }
    });
    assert_eq!(ends(&answers), [("picture", 2)]);
}

#[test]
fn a_job_that_waits_can_be_cancelled() {
    let answers = run(vec![load("good"), generate(1)], |it| {
        if is_at_step(it, 1, 1) { vec![generate(2), Request::Cancel { job: 2 }] } else { vec![] }
    });
    assert_eq!(ends(&answers), [("cancelled", 2), ("picture", 1)]);
}

#[test]
fn after_a_failure_the_next_job_works() {
    let failing = generate_with(1, |input| input.prompt = "fail at 2".to_owned());
    let answers = run(vec![load("good"), failing], |it| {
        if matches!(it, Response::Failed { .. }) { vec![generate(2)] } else { vec![] }
    });
    assert_eq!(ends(&answers), [("failed", 1), ("picture", 2)]);
    let (failed, _) = answers.iter().find(|(it, _)| matches!(it, Response::Failed { .. })).unwrap();
    let error = ErrorReport { kind: ErrorKind::Device, message: "the device was lost".to_owned() };
    assert_eq!(*failed, Response::Failed { job: Some(1), error });
}

#[test]
fn a_model_that_does_not_load_fails_what_waits_for_it_and_another_can_be_loaded() {
    let answers = run(vec![load("broken"), generate(1)], |it| {
        if matches!(it, Response::Failed { job: Some(_), .. }) { vec![load("good"), generate(2)] } else { vec![] }
    });
    assert_eq!(ends(&answers), [("failed", 0), ("failed", 1), ("picture", 2)]);
}

#[test]
fn a_picture_without_a_model_is_refused_with_what_to_do() {
    let answers = run(vec![generate(1)], |_| vec![]);
    assert_eq!(ends(&answers), [("failed", 1)]);
}

#[test]
fn loading_another_model_cancels_what_runs() {
    let answers = run(vec![load("good"), generate(1)], |it| {
        if is_at_step(it, 1, 1) { vec![load("good"), generate(2)] } else { vec![] }
    });
    assert_eq!(ends(&answers), [("cancelled", 1), ("picture", 2)]);
}

#[test]
fn input_that_cannot_be_rendered_is_refused_before_anything_runs() {
    type Change = fn(&mut GenerateInput);
    let wrong: [(&str, Change); 9] = [
        ("strength", |it| it.strength = f32::NAN),
        ("strength", |it| it.strength = 1.5),
        ("guidance", |it| it.guidance = f32::INFINITY),
        ("guidance", |it| it.guidance = -1.0),
        ("steps", |it| it.steps = 0),
        ("width", |it| it.width = 12),
        ("height", |it| it.height = 0),
        ("sketch", |it| it.width = 32),
        ("prompt", |it| it.prompt = "x".repeat(30_000)),
    ];
    for (word, change) in wrong {
        let answers = run(vec![load("good"), generate_with(1, change)], |_| vec![]);
        let Some((Response::Failed { job: Some(1), error }, _)) = answers.last() else {
            panic!("{word}: {:?}", answers.last());
        };
        assert_eq!(error.kind, ErrorKind::Input);
        assert!(error.message.contains(word), "{word}: {}", error.message);
        assert!(!answers.iter().any(|(it, _)| matches!(it, Response::Progress { .. })));
    }
}

#[test]
fn the_engine_ends_when_the_requests_have_ended_and_are_done() {
    let answers = Rc::new(RefCell::default());
    let requests = Requests::default();
    let page = Page { answers: Rc::clone(&answers), requests, react: |_: &Response| vec![] };
    let engine = Engine::new(StillPlatform, FakeLoader, page);
    let asked = [(load("good"), None), (generate(1), Some(sketch()))];
    pollster::block_on(engine.run(futures_util::stream::iter(asked)));
    assert_eq!(ends(&answers.borrow()), [("picture", 1)]);
}
