//! The real pipeline behind the run loop.

use std::collections::BTreeMap;

use burn::tensor::Device;
use underpaint_diffusion::{
    image::{GreyImage, RgbaImage},
    layers::{Placement, Precision},
    lora::{LoraPatch, LoraPatches},
    noise,
    pipeline::{self, Conditioning, ControlRequest, Denoising, ImageToImage, Pipeline, Sources},
    schedulers::{SchedulerName, SigmaSpacing},
    source::ModelSource,
};
use underpaint_models::{ModelError, ModelExtras, ModelStore, OpenModel, ResolvedLora, TextualInversion};
use underpaint_protocol::{
    Compat, ControlInput, DeviceKind, GenerateInput, ModelReport, NoiseKind, Part, SchedulerReport, SigmaKind,
    Unpainted,
};

use crate::{
    Choice, EngineError, Loaded, Loader, OpenSource, Platform, Renderer, memory::check_memory, open_device,
    renderer::RunSteps, source::FolderSource,
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
        let (renderer, model) = load_model(&ModelParts::of(&model, last_folder(model_url)), &device)?;
        Ok(Loaded { renderer, device: device_report, model })
    }
}

/// A model and what was put to it: each opened by whoever knows where the files are.
#[derive(Clone, Copy)]
pub struct ModelParts<'a> {
    /// The model.
    pub model: &'a OpenModel<'a>,
    /// The model's name where it does not say one.
    pub name: &'a str,
    /// A model whose autoencoder takes the place of its own.
    pub vae: Option<&'a OpenModel<'a>>,
    /// The folder of a control network or of an adapter.
    pub control: Option<&'a dyn ModelStore>,
    /// How the weights are kept.
    pub precision: Precision,
}

impl std::fmt::Debug for ModelParts<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ModelParts")
            .field("name", &self.name)
            .field("precision", &self.precision)
            .finish_non_exhaustive()
    }
}

impl<'a> ModelParts<'a> {
    /// A model with nothing put to it, in full precision.
    pub fn of(model: &'a OpenModel<'a>, name: &'a str) -> Self {
        Self { model, name, vae: None, control: None, precision: Precision::F32 }
    }
}

/// Loads a model onto a device.
///
/// # Errors
/// When a file is missing or broken, or the model needs something that is not supported.
pub fn load_model(parts: &ModelParts<'_>, device: &Device) -> Result<(DiffusionRenderer, ModelReport), EngineError> {
    let model = parts.model;
    if let Some(path) = model.missing_files().into_iter().next() {
        return Err(ModelError::MissingFile { path }.into());
    }
    let extras = match model.text(ModelExtras::PATH)? {
        Some(text) => ModelExtras::parse(&text)?,
        None => ModelExtras::default(),
    };
    let control = parts.control.map(|store| FolderSource { store, folder: "" });
    let sources = Sources {
        model: &OpenSource { model, vae: parts.vae },
        control: control.as_ref().map(|source| source as &dyn ModelSource),
    };
    let pipeline = Pipeline::load_from(&sources, &Placement::on(device).in_precision(parts.precision))?;
    let usual = GenerateInput::default();
    let report = ModelReport {
        name: extras.name.unwrap_or_else(|| parts.name.to_owned()),
        native_size: pipeline.native_size(),
        size_multiple: pipeline.size_multiple(),
        parameters: pipeline.n_parameters(),
        default_strength: extras.default_strength.unwrap_or(usual.strength),
        default_steps: extras.default_steps.unwrap_or(usual.steps),
        default_guidance: extras.default_guidance.unwrap_or(usual.guidance),
        example_prompts: extras.example_prompts,
        words: extras.words,
        default_scheduler: pipeline.named_scheduler().map(|name| name.id().to_owned()),
        schedulers: SchedulerName::all()
            .map(|name| SchedulerReport { name: name.id().to_owned(), title: name.title().to_owned() })
            .collect(),
    };
    Ok((DiffusionRenderer { pipeline }, report))
}

/// The names of the samplers, as `GenerateInput::scheduler` takes them.
pub fn scheduler_names() -> Vec<&'static str> {
    SchedulerName::all().map(SchedulerName::id).collect()
}

fn last_folder(model_url: &str) -> &str {
    model_url.split('/').rfind(|part| !part.is_empty()).unwrap_or("model")
}

/// The diffusion pipeline as a [`Renderer`].
#[derive(Debug)]
pub struct DiffusionRenderer {
    pipeline: Pipeline,
}

impl DiffusionRenderer {
    /// The names and shapes of all weights that a LoRA may change, by component: what `LoraFile::resolve` asks for.
    pub fn lora_weights(&self) -> BTreeMap<String, Vec<(String, Vec<usize>)>> {
        self.pipeline.lora_weights()
    }

    /// Mixes LoRAs into the weights, each as strongly as its number says, in place of those that were mixed in before;
    /// none gives back the weights that were loaded, without loading them again.
    ///
    /// # Errors
    /// When one was made for another kind of model; the weights then stay as they were.
    pub fn set_loras(&mut self, loras: &[(ResolvedLora, f32)]) -> Result<(), EngineError> {
        let patches: Vec<(LoraPatches, f32)> = loras.iter().map(|(lora, weight)| (patches(lora), *weight)).collect();
        let borrowed: Vec<(&LoraPatches, f32)> = patches.iter().map(|(lora, weight)| (lora, *weight)).collect();
        Ok(self.pipeline.set_loras(&borrowed)?)
    }

    /// Teaches the text encoders a word.
    ///
    /// # Errors
    /// When its vectors were made for another kind of model.
    pub fn add_embedding(&mut self, embedding: &TextualInversion, file: &str) -> Result<(), EngineError> {
        let vectors = embedding
            .encoders
            .iter()
            .map(|vectors| vectors.values.chunks_exact(vectors.width.max(1)).map(<[f32]>::to_vec).collect::<Vec<_>>());
        Ok(self.pipeline.add_embedding(&embedding.token, file, vectors.collect())?)
    }
}

/// A LoRA's matrices as the pipeline takes them.
fn patches(lora: &ResolvedLora) -> LoraPatches {
    let patch = |tensors: &underpaint_models::LoraTensors| LoraPatch {
        component: tensors.component.clone(),
        tensor: tensors.tensor.clone(),
        source: tensors.source.clone(),
        down: tensors.down.clone(),
        down_shape: tensors.down_shape.clone(),
        up: tensors.up.clone(),
        up_shape: tensors.up_shape.clone(),
        scale: tensors.scale,
    };
    LoraPatches { file: lora.file.clone(), patches: lora.tensors.iter().map(patch).collect() }
}

impl Renderer for DiffusionRenderer {
    type Prompt = Conditioning;
    type Run = Denoising;

    fn read_prompt(&mut self, input: &GenerateInput) -> Result<Conditioning, EngineError> {
        Ok(self.pipeline.conditioning(&texts(input))?)
    }

    fn start(
        &mut self,
        input: &GenerateInput,
        init_pixels: Vec<u8>,
        prompt: Conditioning,
    ) -> Result<Denoising, EngineError> {
        let (request, init) = image_to_image(input, init_pixels)?;
        Ok(self.pipeline.start(&request, &init, prompt)?)
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

/// The message's words in those of the pipeline: what reading the prompts needs.
fn texts(input: &GenerateInput) -> ImageToImage {
    ImageToImage {
        prompt: input.prompt.clone(),
        negative: input.negative.clone(),
        guidance: input.guidance,
        clip_skip: input.clip_skip as usize,
        compat: match input.compat {
            Compat::Continuous => pipeline::Compat::Continuous,
            Compat::Diffusers => pipeline::Compat::Diffusers,
        },
        ..ImageToImage::default()
    }
}

/// The message in the pipeline's words, and the sketch, taken out of the bytes that came with it.
fn image_to_image(input: &GenerateInput, payload: Vec<u8>) -> Result<(ImageToImage, RgbaImage), EngineError> {
    let n_pixels = input.width as usize * input.height as usize;
    let mut payload = payload;
    let mut rest = payload.split_off((4 * n_pixels).min(payload.len()));
    let init = RgbaImage::new(input.width, input.height, payload)?;
    let mut request = ImageToImage {
        strength: input.strength,
        steps: input.steps as usize,
        seed: input.seed,
        scheduler: input.scheduler.as_deref().map(scheduler_of).transpose()?,
        sigma_spacing: input.sigmas.map(|kind| match kind {
            SigmaKind::Timesteps => SigmaSpacing::Timesteps,
            SigmaKind::Karras => SigmaSpacing::Karras,
            SigmaKind::Exponential => SigmaSpacing::Exponential,
        }),
        noise: match input.noise {
            NoiseKind::TorchCpu => noise::NoiseKind::TorchCpu,
            NoiseKind::TorchCuda => noise::NoiseKind::Philox,
        },
        unpainted: match input.unpainted {
            Unpainted::Paper => pipeline::Unpainted::Paper,
            Unpainted::Unknown => pipeline::Unpainted::Unknown,
        },
        ..texts(input)
    };
    for part in &input.parts {
        let tail = rest.split_off((n_pixels * part.bytes_per_pixel()).min(rest.len()));
        let bytes = std::mem::replace(&mut rest, tail);
        match part {
            Part::Mask => request.mask = Some(GreyImage::new(input.width, input.height, bytes)?),
            Part::StrengthMap => request.strength_map = Some(GreyImage::new(input.width, input.height, bytes)?),
            Part::Control => {
                let ControlInput { scale, start, end } = input.control;
                let image = RgbaImage::new(input.width, input.height, bytes)?;
                request.control = Some(ControlRequest { image, scale, start, end });
            }
        }
    }
    Ok((request, init))
}

fn scheduler_of(name: &str) -> Result<SchedulerName, EngineError> {
    SchedulerName::from_id(name).ok_or_else(|| {
        EngineError::input(format!("there is no sampler {name}; choose one of these: {}", SchedulerName::list_of_ids()))
    })
}
