//! Whole pictures beside those of diffusers' image-to-image pipeline (`tests/parity/make_pipeline_fixtures.py`).

use std::path::{Path, PathBuf};

use burn::tensor::Device;
use serde_json::Value;
use underpaint_diffusion::DiffusionError;
use underpaint_diffusion::image::RgbaImage;
use underpaint_diffusion::layers::Placement;
use underpaint_diffusion::pipeline::{Compat, ImageToImage, Pipeline};
use underpaint_diffusion::schedulers::SchedulerName;
use underpaint_diffusion::source::{ModelSource, SourceError, Weights};
use underpaint_models::{ComponentWeights, FolderStore, ModelStore, read_text};

/// A model's folder, with the tokenizer of another fixture and, where a test wants it, other text files.
pub struct Model {
    store: FolderStore,
    other_texts: Vec<(&'static str, Option<&'static str>)>,
}

struct ComponentOf<'a>(ComponentWeights<'a>);

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
}

impl Model {
    pub fn fixture() -> Self {
        Self { store: FolderStore::open(fixtures().join("pipeline/model")).unwrap(), other_texts: Vec::new() }
    }

    pub fn with(mut self, path: &'static str, text: Option<&'static str>) -> Self {
        self.other_texts.push((path, text));
        self
    }
}

impl ModelSource for Model {
    fn text(&self, path: &str) -> Result<Option<String>, SourceError> {
        if let Some((_, text)) = self.other_texts.iter().find(|(other, _)| *other == path) {
            return Ok(text.map(str::to_owned));
        }
        if path.starts_with("tokenizer/") {
            return Ok(std::fs::read_to_string(fixtures().join(path)).ok());
        }
        read_text(&self.store, path).map_err(|error| SourceError::new(error.to_string()))
    }

    fn weights(&self, component: &str) -> Result<Box<dyn Weights + '_>, SourceError> {
        let store: &dyn ModelStore = &self.store;
        match ComponentWeights::open(store, component) {
            Ok(weights) => Ok(Box::new(ComponentOf(weights))),
            Err(error) => Err(SourceError::new(error.to_string())),
        }
    }
}

impl Weights for ComponentOf<'_> {
    fn names(&self) -> Vec<String> {
        self.0.names().map(str::to_owned).collect()
    }

    fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.0.entry(name).map(|entry| entry.shape.clone())
    }

    fn read_f32(&self, name: &str) -> Result<Vec<f32>, SourceError> {
        self.0.read_f32(name).map_err(|error| SourceError::new(error.to_string()))
    }
}

pub fn load() -> Pipeline {
    Pipeline::load(&Model::fixture(), &Placement::on(&Device::flex())).unwrap()
}

pub fn render(pipeline: &mut Pipeline, request: &ImageToImage, init: &RgbaImage) -> Result<RgbaImage, DiffusionError> {
    pollster::block_on(async {
        let conditioning = pipeline.conditioning(request)?;
        let mut denoising = pipeline.start(request, init, conditioning)?;
        while !denoising.is_done() {
            denoising.step().await?;
        }
        pipeline.decode(denoising).await
    })
}

fn opaque(width: u32, height: u32, rgb: &Value) -> RgbaImage {
    let bytes: Vec<u8> = rgb.as_array().unwrap().iter().map(|byte| byte.as_u64().unwrap() as u8).collect();
    let pixels = bytes.chunks_exact(3).flat_map(|it| [it[0], it[1], it[2], 255]).collect();
    RgbaImage::new(width, height, pixels).unwrap()
}

/// Blue above green, with a hole in the paint.
pub fn sketch(width: u32, height: u32) -> RgbaImage {
    let pixel = |x: u32, y: u32| match (x, y) {
        (x, y) if x * 4 < width && y * 4 < height => [200, 0, 0, 0],
        (_, y) if y * 2 < height => [90, 140, 230, 255],
        _ => [60, 150, 70, 255],
    };
    let pixels = (0..width * height).flat_map(|idx| pixel(idx % width, idx / width)).collect();
    RgbaImage::new(width, height, pixels).unwrap()
}

fn largest_difference(a: &RgbaImage, b: &RgbaImage) -> u8 {
    assert_eq!((a.width(), a.height()), (b.width(), b.height()));
    a.pixels().iter().zip(b.pixels()).map(|(a, b)| a.abs_diff(*b)).max().unwrap()
}

#[test]
fn pictures_are_those_of_diffusers() {
    let text = std::fs::read_to_string(fixtures().join("pipeline/pictures.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&text).unwrap();
    let mut pipeline = load();
    for case in cases {
        let side = |key: &str| case[key].as_u64().unwrap() as u32;
        let (width, height) = (side("width"), side("height"));
        let request = ImageToImage {
            prompt: case["prompt"].as_str().unwrap().to_owned(),
            negative: Some(case["negative"].as_str().unwrap().to_owned()),
            strength: case["strength"].as_f64().unwrap() as f32,
            steps: side("steps") as usize,
            guidance: case["guidance"].as_f64().unwrap() as f32,
            seed: case["seed"].as_u64().unwrap(),
            scheduler: match case["scheduler"].as_str() {
                Some("euler") => Some(SchedulerName::EULER),
                Some("lcm") => Some(SchedulerName::LCM),
                _ => None,
            },
            compat: Compat::Diffusers,
            ..ImageToImage::default()
        };
        let found = render(&mut pipeline, &request, &opaque(width, height, &case["sketch"])).unwrap();
        let difference = largest_difference(&found, &opaque(width, height, &case["picture"]));
        println!("{}: largest difference {difference} of 255", case["name"]);
        assert!(difference <= 1, "{} differs by {difference} of 255", case["name"]);
    }
}

#[test]
fn strength_zero_gives_back_the_sketchs_own_pixels() {
    let mut pipeline = load();
    for compat in [Compat::Continuous, Compat::Diffusers] {
        let request = ImageToImage { strength: 0.0, compat, ..ImageToImage::default() };
        assert_eq!(render(&mut pipeline, &request, &sketch(32, 32)).unwrap(), sketch(32, 32));
    }
}

#[test]
fn equal_requests_are_equal_pictures_and_every_part_of_a_request_counts() {
    let mut pipeline = load();
    let request = ImageToImage { prompt: "a lake".into(), steps: 3, seed: 1, ..ImageToImage::default() };
    let mut render = |request: &ImageToImage| render(&mut pipeline, request, &sketch(32, 32)).unwrap();
    let picture = render(&request);
    assert_eq!(render(&request), picture);
    for other in [
        ImageToImage { prompt: "a forest".into(), ..request.clone() },
        ImageToImage { negative: Some("night".into()), ..request.clone() },
        ImageToImage { strength: 0.62, ..request.clone() },
        ImageToImage { steps: 4, ..request.clone() },
        ImageToImage { guidance: 5.0, ..request.clone() },
        ImageToImage { guidance: 1.0, ..request.clone() },
        ImageToImage { seed: 2, ..request.clone() },
        ImageToImage { compat: Compat::Diffusers, ..request.clone() },
    ] {
        assert!(render(&other) != picture, "{other:?}");
    }
}

#[test]
fn pure_noise_owes_nothing_to_the_sketch() {
    let mut pipeline = load();
    let request = ImageToImage { prompt: "a lake".into(), strength: 1.0, steps: 2, ..ImageToImage::default() };
    let white = RgbaImage::new(32, 32, vec![255; 32 * 32 * 4]).unwrap();
    let of_white = render(&mut pipeline, &request, &white).unwrap();
    assert_eq!(render(&mut pipeline, &request, &sketch(32, 32)).unwrap(), of_white);
}

#[test]
fn euler_and_ddim_walk_to_the_same_picture() {
    let mut pipeline = load();
    let mut render = |scheduler| {
        let request = ImageToImage { scheduler: Some(scheduler), steps: 4, ..ImageToImage::default() };
        render(&mut pipeline, &request, &sketch(32, 32)).unwrap()
    };
    // Euler ends at no noise at all, DDIM at the first training step, which this model's configuration asks for.
    let difference = largest_difference(&render(SchedulerName::DDIM), &render(SchedulerName::EULER));
    assert!(difference <= 12, "{difference}");
}

#[test]
fn steps_are_counted_and_previews_are_as_large_as_the_latents() {
    let mut pipeline = load();
    let request = ImageToImage { prompt: "a lake".into(), steps: 2, ..ImageToImage::default() };
    let conditioning = pipeline.conditioning(&request).unwrap();
    let mut denoising = pipeline.start(&request, &sketch(48, 32), conditioning).unwrap();
    pollster::block_on(async {
        assert!(denoising.preview().await.unwrap().is_none());
        for step_idx in 0..2 {
            assert_eq!((denoising.step_idx(), denoising.n_steps()), (step_idx, 2));
            denoising.step().await.unwrap();
            let preview = denoising.preview().await.unwrap().unwrap();
            assert_eq!((preview.width(), preview.height()), (12, 8));
        }
        assert!(denoising.is_done());
        // One step too many changes nothing.
        denoising.step().await.unwrap();
        assert_eq!(denoising.step_idx(), 2);
    });
}

#[test]
fn the_sketch_is_resized_where_another_size_is_asked_for() {
    let mut pipeline = load();
    let request = ImageToImage { size: Some((32, 24)), steps: 1, ..ImageToImage::default() };
    let picture = render(&mut pipeline, &request, &sketch(100, 75)).unwrap();
    assert_eq!((picture.width(), picture.height()), (32, 24));
}

#[test]
fn requests_out_of_range_say_what_would_be_right() {
    let mut pipeline = load();
    let mut message =
        |request: ImageToImage, side| render(&mut pipeline, &request, &sketch(side, 32)).unwrap_err().to_string();
    let usual = ImageToImage::default;
    assert!(message(usual(), 30).contains("multiples of 4"));
    assert!(message(ImageToImage { steps: 0, ..usual() }, 32).contains("steps"));
    assert!(message(ImageToImage { strength: f32::NAN, ..usual() }, 32).contains("strength"));
    assert!(message(ImageToImage { guidance: f32::INFINITY, ..usual() }, 32).contains("guidance"));
}

#[test]
fn folders_that_are_no_such_model_are_refused_by_name() {
    let message = |model: &Model| Pipeline::load(model, &Placement::on(&Device::flex())).unwrap_err().to_string();
    let flux = Model::fixture().with("model_index.json", Some(r#"{"_class_name": "FluxPipeline"}"#));
    assert!(message(&flux).contains("FluxPipeline"), "{}", message(&flux));
    for path in ["model_index.json", "scheduler/scheduler_config.json", "unet/config.json", "vae/config.json"] {
        let model = Model::fixture().with(path, None);
        assert!(message(&model).contains(path), "{}", message(&model));
    }
    let rows = Model::fixture().with("underpaint.json", Some(r#"{"latent_rgb": [[1, 2, 3]]}"#));
    assert!(message(&rows).contains("latent_rgb"), "{}", message(&rows));
}

#[test]
fn a_scheduler_that_is_not_here_is_replaced_except_where_diffusers_is_followed() {
    let text = r#"{"_class_name": "KDPM2DiscreteScheduler", "beta_start": 0.00085, "beta_end": 0.012,
        "beta_schedule": "scaled_linear", "prediction_type": "v_prediction", "clip_sample": false}"#;
    let model = Model::fixture().with("scheduler/scheduler_config.json", Some(text));
    let mut pipeline = Pipeline::load(&model, &Placement::on(&Device::flex())).unwrap();
    let request = ImageToImage { steps: 2, ..ImageToImage::default() };
    assert!(render(&mut pipeline, &request, &sketch(32, 32)).is_ok());
    let request = ImageToImage { compat: Compat::Diffusers, ..request };
    let message = render(&mut pipeline, &request, &sketch(32, 32)).unwrap_err().to_string();
    assert!(message.contains("KDPM2DiscreteScheduler"), "{message}");
}
