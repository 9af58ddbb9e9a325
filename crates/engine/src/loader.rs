//! The real pipeline behind the run loop.

use burn::tensor::Device;
use underpaint_diffusion::{
    image::RgbaImage,
    layers::Placement,
    pipeline::{self, Conditioning, Denoising, ImageToImage, Pipeline},
    schedulers::SchedulerName,
};
use underpaint_models::{ModelError, ModelExtras, OpenModel};
use underpaint_protocol::{Compat, DeviceKind, GenerateInput, ModelReport, SchedulerKind};

use crate::{
    Choice, EngineError, Loaded, Loader, OpenSource, Platform, Renderer, memory::check_memory, open_device,
    renderer::RunSteps,
};

/// Loads models in diffusers' layout.
#[derive(Clone, Copy, Debug, Default)]
pub struct DiffusionLoader;

impl Loader for DiffusionLoader {
    type Renderer = DiffusionRenderer;

    async fn load(
        &mut self,
        platform: &impl Platform,
        device: Option<DeviceKind>,
        model_url: &str,
        on_progress: impl FnMut(u64, u64),
    ) -> Result<Loaded<DiffusionRenderer>, EngineError> {
        // The device first: if it is not there, nothing has been downloaded in vain.
        let (device, device_report) = open_device(Choice::from(device), platform).await?;
        let store = platform.fetch_model(model_url, on_progress).await.map_err(EngineError::Fetch)?;
        let model = OpenModel::open(&store, None)?;
        check_memory(&store, model.parameters()?, device_report.kind, platform.memory_limit_bytes())?;
        let (renderer, model) = load_model(&model, last_folder(model_url), &device)?;
        Ok(Loaded { renderer, device: device_report, model })
    }
}

/// Loads a model onto a device. `fallback_name` is its name where it does not say one.
///
/// # Errors
/// When a file is missing or broken, or the model needs something that is not supported.
pub fn load_model(
    model: &OpenModel<'_>,
    fallback_name: &str,
    device: &Device,
) -> Result<(DiffusionRenderer, ModelReport), EngineError> {
    if let Some(path) = model.missing_files().into_iter().next() {
        return Err(ModelError::MissingFile { path }.into());
    }
    let extras = match model.text(ModelExtras::PATH)? {
        Some(text) => ModelExtras::parse(&text)?,
        None => ModelExtras::default(),
    };
    let pipeline = Pipeline::load(&OpenSource::new(model), &Placement::on(device))?;
    let usual = GenerateInput::default();
    let report = ModelReport {
        name: extras.name.unwrap_or_else(|| fallback_name.to_owned()),
        native_size: pipeline.native_size(),
        size_multiple: pipeline.size_multiple(),
        parameters: pipeline.n_parameters(),
        default_strength: extras.default_strength.unwrap_or(usual.strength),
        default_steps: extras.default_steps.unwrap_or(usual.steps),
        default_guidance: extras.default_guidance.unwrap_or(usual.guidance),
        example_prompts: extras.example_prompts,
    };
    Ok((DiffusionRenderer { pipeline }, report))
}

fn last_folder(model_url: &str) -> &str {
    model_url.split('/').rfind(|part| !part.is_empty()).unwrap_or("model")
}

/// The diffusion pipeline as a [`Renderer`].
#[derive(Debug)]
pub struct DiffusionRenderer {
    pipeline: Pipeline,
}

impl Renderer for DiffusionRenderer {
    type Prompt = Conditioning;
    type Run = Denoising;

    fn read_prompt(&mut self, input: &GenerateInput) -> Result<Conditioning, EngineError> {
        Ok(self.pipeline.conditioning(&input.prompt, &input.negative, input.guidance)?)
    }

    fn start(
        &mut self,
        input: &GenerateInput,
        init_pixels: Vec<u8>,
        prompt: Conditioning,
    ) -> Result<Denoising, EngineError> {
        let init = RgbaImage::new(input.width, input.height, init_pixels)?;
        Ok(self.pipeline.start(&image_to_image(input), &init, prompt)?)
    }

    fn steps(&self, run: &Denoising) -> RunSteps {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        RunSteps { n_steps: count(run.n_steps()), step_idx: count(run.step_idx()) }
    }

    async fn step(&mut self, run: &mut Denoising) -> Result<(), EngineError> {
        Ok(run.step().await?)
    }

    async fn preview(&mut self, run: &Denoising) -> Result<Option<RgbaImage>, EngineError> {
        Ok(run.preview().await?)
    }

    async fn decode(&mut self, run: Denoising) -> Result<RgbaImage, EngineError> {
        Ok(self.pipeline.decode(run).await?)
    }
}

/// The message's words in those of the pipeline.
fn image_to_image(input: &GenerateInput) -> ImageToImage {
    ImageToImage {
        prompt: input.prompt.clone(),
        negative: input.negative.clone(),
        strength: input.strength,
        steps: input.steps as usize,
        guidance: input.guidance,
        seed: input.seed,
        scheduler: match input.scheduler {
            SchedulerKind::FromModel => None,
            SchedulerKind::Ddim => Some(SchedulerName::DDIM),
            SchedulerKind::Euler => Some(SchedulerName::EULER),
            SchedulerKind::Lcm => Some(SchedulerName::LCM),
        },
        compat: match input.compat {
            Compat::Continuous => pipeline::Compat::Continuous,
            Compat::Diffusers => pipeline::Compat::Diffusers,
        },
        size: None,
    }
}
