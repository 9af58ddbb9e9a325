//! The engine around the real pipeline, with a small random model.

#![expect(clippy::unwrap_used, reason = "a test may stop where a fixture is not what it should be")]

use std::{cell::RefCell, path::Path};

use burn::tensor::Device;
use underpaint_engine::{DiffusionLoader, Engine, GpuProbe, Outbox, Platform, RgbaImage, render_once};
use underpaint_models::{FolderStore, MemoryStore, ModelStore};
use underpaint_protocol::{DeviceKind, ErrorKind, ErrorReport, GenerateInput, Request, Response};

/// The model of the pipeline's own parity fixtures, joined with a tokenizer.
fn model() -> MemoryStore {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures");
    let mut store = MemoryStore::new();
    for (folder, prefix) in [("pipeline/model", ""), ("tokenizer", "tokenizer/")] {
        let files = FolderStore::open(fixtures.join(folder)).unwrap();
        for path in files.files() {
            store.insert(format!("{prefix}{path}"), files.read(&path).unwrap().into_owned());
        }
    }
    store
}

fn input() -> GenerateInput {
    GenerateInput { prompt: "a lake".into(), width: 32, height: 32, steps: 3, seed: 7, ..GenerateInput::default() }
}

fn sketch() -> Vec<u8> {
    (0..32 * 32u32).flat_map(|idx| [(idx % 32 * 8) as u8, (idx / 32 * 8) as u8, 128, 255]).collect()
}

fn rendered(change: impl FnOnce(&mut GenerateInput)) -> RgbaImage {
    let mut input = input();
    change(&mut input);
    pollster::block_on(render_once(&model(), &Device::flex(), &input, sketch(), |_| {})).unwrap()
}

/// A platform whose only model is the one it was given.
struct OneModel(MemoryStore);

impl Platform for OneModel {
    async fn breathe(&self) {}

    fn now_secs(&self) -> f64 {
        0.0
    }

    async fn probe_gpu(&self) -> GpuProbe {
        GpuProbe::Unavailable { reason: "this is a test".into() }
    }

    async fn fetch_model(&self, _: &str, _: impl FnMut(u64, u64)) -> Result<MemoryStore, ErrorReport> {
        Ok(self.0.clone())
    }

    fn memory_limit_bytes(&self) -> Option<u64> {
        Some(1 << 30)
    }
}

#[derive(Default)]
struct Answers(RefCell<Vec<(Response, Option<Vec<u8>>)>>);

impl Outbox for &Answers {
    fn post(&self, response: Response, pixels: Option<Vec<u8>>) {
        self.0.borrow_mut().push((response, pixels));
    }
}

/// What an engine answers that loads this model and is asked for one picture.
fn answers(store: MemoryStore) -> Vec<(Response, Option<Vec<u8>>)> {
    let answers = Answers::default();
    let load = Request::Load { device: None, model_url: "models/small/".into() };
    let asked = [(load, None), (Request::Generate { job: 1, input: input() }, Some(sketch()))];
    let engine = Engine::new(OneModel(store), DiffusionLoader, &answers);
    pollster::block_on(engine.run(futures_util::stream::iter(asked)));
    answers.0.into_inner()
}

#[test]
fn a_picture_is_the_same_for_the_same_input_and_another_for_another_seed_prompt_or_negative() {
    let picture = rendered(|_| {});
    assert_eq!((picture.width(), picture.height()), (32, 32));
    assert_eq!(picture, rendered(|_| {}));
    assert_ne!(picture, rendered(|it| it.seed = 8));
    assert_ne!(picture, rendered(|it| it.prompt = "a house".into()));
    assert_ne!(picture, rendered(|it| it.negative = Some("a boat".into())));
}

#[test]
fn at_strength_zero_the_sketch_comes_back() {
    assert_eq!(rendered(|it| it.strength = 0.0).into_pixels(), sketch());
}

#[test]
fn the_run_loop_gives_the_picture_that_a_single_render_gives() {
    let answers = answers(model());
    let loaded = answers.iter().find_map(|(response, _)| match response {
        Response::Loaded { device, model } => Some((device.kind, model.name.as_str(), model.size_multiple)),
        _ => None,
    });
    assert!(matches!(loaded, Some((DeviceKind::Cpu, "small", 1..))), "{loaded:?}");
    let (picture, pixels) = answers.last().unwrap();
    assert!(matches!(picture, Response::Picture { job: 1, width: 32, height: 32, .. }), "{picture:?}");
    assert_eq!(pixels.as_deref(), Some(rendered(|_| {}).pixels()));
}

#[test]
fn a_model_with_a_missing_or_damaged_file_fails_with_its_name() {
    let mut missing = model();
    missing.remove("unet/config.json");
    let mut damaged = model();
    damaged.insert("unet/diffusion_pytorch_model.safetensors", vec![0; 100]);
    for store in [missing, damaged] {
        let answers = answers(store);
        let error = answers.iter().find_map(|(response, _)| match response {
            Response::Failed { job: None, error } => Some(error),
            _ => None,
        });
        assert!(error.is_some_and(|it| it.kind == ErrorKind::Model && it.message.contains("unet/")), "{error:?}");
    }
}
