//! From a sketch and a prompt to a picture, in stages that the caller runs one after the other.
//!
//! 1. [`Pipeline::conditioning`] reads the prompts (and remembers the last ones).
//! 2. [`Pipeline::start`] encodes the sketch and adds the noise.
//! 3. [`Denoising::step`], once for every step, with [`Denoising::preview`] in between.
//! 4. [`Pipeline::decode`] makes the picture.
//!
//! A caller can report, cancel or yield between any two of them; nothing is held back in between. Only the stages that
//! read numbers back from the device are asynchronous.
//!
//! ```no_run
//! # async fn render(source: &dyn underpaint_diffusion::source::ModelSource, sketch: underpaint_diffusion::image::RgbaImage)
//! # -> Result<(), underpaint_diffusion::DiffusionError> {
//! use burn::tensor::Device;
//! use underpaint_diffusion::layers::Placement;
//! use underpaint_diffusion::pipeline::{ImageToImage, Pipeline};
//!
//! let mut pipeline = Pipeline::load(source, &Placement::on(&Device::flex()))?;
//! let request = ImageToImage { prompt: "a quiet lake at dawn".into(), ..ImageToImage::default() };
//! let conditioning = pipeline.conditioning(&request.prompt, &request.negative, request.guidance)?;
//! let mut denoising = pipeline.start(&request, &sketch, conditioning)?;
//! while !denoising.is_done() {
//!     denoising.step().await?;
//! }
//! let picture = pipeline.decode(denoising).await?;
//! # let _ = picture;
//! # Ok(())
//! # }
//! ```

mod card;
mod denoising;
mod preview;
mod request;

use std::collections::VecDeque;
use std::sync::Arc;

use burn::tensor::{Device, Tensor};
use serde_json::Value;

use crate::DiffusionError;
use crate::clip::{ClipTextConfig, ClipTextModel, Tokens};
use crate::image::RgbaImage;
use crate::layers::Placement;
use crate::noise::TorchCpuGenerator;
use crate::schedulers::{Plan, SchedulerConfig, SchedulerName, Span};
use crate::source::{ModelSource, Weights};
use crate::tokenizer::ClipTokenizer;
use crate::unet::{UNet2DConditionModel, UNetConfig, UNetContext};
use crate::vae::Autoencoder;

pub use denoising::Denoising;
pub use request::{Compat, ImageToImage};

use card::Card;
use preview::LatentColours;

/// The pipelines of diffusers whose folders are read.
const PIPELINE_CLASSES: [&str; 4] = [
    "StableDiffusionPipeline",
    "StableDiffusionImg2ImgPipeline",
    "LatentConsistencyModelPipeline",
    "LatentConsistencyModelImg2ImgPipeline",
];
/// Conditionings that are remembered: prompts are often switched back and forth.
const REMEMBERED_CONDITIONINGS: usize = 8;

/// A loaded model, ready to render.
pub struct Pipeline {
    device: Device,
    tokenizer: ClipTokenizer,
    text_encoder: ClipTextModel,
    unet: Arc<UNet2DConditionModel>,
    autoencoder: Autoencoder,
    scheduler: SchedulerConfig,
    colours: Option<LatentColours>,
    native_size: u32,
    n_parameters: u64,
    conditionings: VecDeque<((String, Option<String>), UNetContext)>,
}

/// What the prompts contribute to every step; cheap to clone.
#[derive(Clone, Debug)]
pub struct Conditioning {
    context: UNetContext,
    /// The guidance scale where two branches are computed, negative and positive.
    guided: Option<f32>,
    /// For models that take the guidance scale as an input.
    guidance_embedding: Option<Tensor<2>>,
}

impl Pipeline {
    /// Loads a model in the layout of a diffusers folder onto a device.
    ///
    /// # Errors
    /// Where a file is missing or broken, or the model needs something that is not supported.
    pub fn load(source: &dyn ModelSource, placement: &Placement) -> Result<Self, DiffusionError> {
        check_model_index(source)?;
        let scheduler_path = "scheduler/scheduler_config.json";
        let scheduler =
            source.text(scheduler_path)?.ok_or_else(|| DiffusionError::MissingFile { path: scheduler_path.into() })?;
        let scheduler = SchedulerConfig::from_json(&scheduler)?.corrected_for_latents();
        let card = Card::from_source(source)?;
        let tokenizer = ClipTokenizer::from_source(source)?;

        let weights = source.weights("text_encoder")?;
        let mut n_parameters = count_parameters(weights.as_ref());
        let text_encoder = ClipTextModel::load(
            &ClipTextConfig::from_source(source, "text_encoder")?,
            weights.as_ref(),
            "",
            placement,
        )?;
        drop(weights);

        let unet_config = UNetConfig::from_source(source)?;
        let weights = source.weights("unet")?;
        n_parameters += count_parameters(weights.as_ref());
        let unet = UNet2DConditionModel::load(&unet_config, weights.as_ref(), "", placement)?;
        drop(weights);

        n_parameters += count_parameters(source.weights("vae")?.as_ref());
        let autoencoder = Autoencoder::from_source(source, placement)?;

        let latent_channels = autoencoder.latent_channels();
        for (key, channels) in [("in_channels", unet_config.in_channels), ("out_channels", unet_config.out_channels)] {
            if channels != latent_channels {
                return Err(DiffusionError::Unsupported {
                    component: "unet/config.json".into(),
                    key: key.into(),
                    value: channels.to_string(),
                    supported: format!("{latent_channels}, as many as the autoencoder's latents have, is"),
                });
            }
        }
        if tokenizer.length().is_some_and(|length| length > text_encoder.max_tokens()) {
            return Err(DiffusionError::config(
                "tokenizer/tokenizer_config.json",
                format!(
                    "model_max_length is more than the {} positions of the text encoder",
                    text_encoder.max_tokens()
                ),
            ));
        }

        let native_size = card.native_size.unwrap_or_else(|| {
            let [height, width] = unet_config.sample_size.unwrap_or([64, 64]);
            u32::try_from(height.max(width) * autoencoder.pixels_per_latent()).unwrap_or(512)
        });
        Ok(Self {
            device: placement.device.clone(),
            tokenizer,
            text_encoder,
            unet: Arc::new(unet),
            colours: LatentColours::choose(&card, latent_channels)?,
            autoencoder,
            scheduler,
            native_size,
            n_parameters,
            conditionings: VecDeque::new(),
        })
    }

    /// Edge of the pictures that the model was trained on, in pixels.
    pub fn native_size(&self) -> u32 {
        self.native_size
    }

    /// Sides of pictures must be multiples of this many pixels.
    pub fn size_multiple(&self) -> u32 {
        u32::try_from(self.autoencoder.pixels_per_latent()).unwrap_or(8)
    }

    /// Numbers that the model's files hold.
    pub fn n_parameters(&self) -> u64 {
        self.n_parameters
    }

    /// The tokenizer, for instance to tell how much of a prompt is read.
    pub fn tokenizer(&self) -> &ClipTokenizer {
        &self.tokenizer
    }

    /// Reads the prompts. The last few are remembered, so that asking again costs nothing.
    ///
    /// With a `guidance` of 1 or less, or for a model that takes the guidance as an input, the negative prompt is not
    /// read and a step costs half.
    ///
    /// # Errors
    /// Where `guidance` is not a number, or a prompt cannot be read.
    pub fn conditioning(
        &mut self,
        prompt: &str,
        negative: &str,
        guidance: f32,
    ) -> Result<Conditioning, DiffusionError> {
        if !guidance.is_finite() {
            return Err(DiffusionError::input("guidance", format!("{guidance} is not a number; 1 to 10 is usual")));
        }
        let guidance_embedding = self.unet.guidance_embedding(f64::from(guidance), 1, &self.device);
        let guided = (guidance > 1.0 && guidance_embedding.is_none()).then_some(guidance);

        let key = (prompt.to_owned(), guided.map(|_| negative.to_owned()));
        let context = match self.conditionings.iter().position(|(remembered, _)| *remembered == key) {
            Some(idx) => {
                // Moved to the end: the one that was asked for longest ago is forgotten first.
                let found = self.conditionings.remove(idx);
                found.map(|(_, context)| context)
            }
            None => None,
        };
        let context = match context {
            Some(context) => context,
            None => {
                let mut hidden_states = Vec::new();
                if guided.is_some() {
                    hidden_states.push(self.encode_prompt(negative)?);
                }
                hidden_states.push(self.encode_prompt(prompt)?);
                self.unet.context(Tensor::cat(hidden_states, 0))
            }
        };
        self.conditionings.push_back((key, context.clone()));
        if self.conditionings.len() > REMEMBERED_CONDITIONINGS {
            self.conditionings.pop_front();
        }
        Ok(Conditioning { context, guided, guidance_embedding })
    }

    /// The text encoder's hidden states of a prompt: `[1, tokens, hidden]`.
    fn encode_prompt(&self, prompt: &str) -> Result<Tensor<3>, DiffusionError> {
        Ok(self
            .text_encoder
            .forward(&[Tokens::new(
                self.tokenizer.encode(prompt, self.tokenizer.length().unwrap_or(self.text_encoder.max_tokens())),
            )])?
            .last)
    }

    /// Encodes the sketch, adds the noise and works out the steps. With strength 0 there is nothing to do, and
    /// [`Self::decode`] gives back the sketch's own pixels.
    ///
    /// # Errors
    /// Where the request is out of range, or the picture's size is not one that the model can do.
    pub fn start(
        &self,
        request: &ImageToImage,
        init: &RgbaImage,
        conditioning: Conditioning,
    ) -> Result<Denoising, DiffusionError> {
        let (width, height) = request.size.unwrap_or((init.width(), init.height()));
        self.check_size(width, height)?;
        let init = init.resized(width, height)?;
        let strength = request.strength_as_f64()?;
        if strength == 0.0 {
            return Ok(Denoising::unchanged(Arc::clone(&self.unet), init, conditioning, self.colours.clone()));
        }

        let (name, span) = match request.compat {
            Compat::Continuous => (
                request.scheduler.or(self.scheduler.named()).unwrap_or(SchedulerName::Ddim),
                Span::from_strength(strength, request.steps),
            ),
            Compat::Diffusers => (
                request.scheduler.or(self.scheduler.named()).ok_or_else(|| self.unknown_scheduler())?,
                Span::as_diffusers(strength, request.steps),
            ),
        };
        let plan = Plan::new(&self.scheduler, name, span)?;

        let mut generator = TorchCpuGenerator::new(request.seed);
        let posterior = self.autoencoder.encode(init.to_tensor(&self.device));
        let dims = posterior.mean.dims();
        let picture = match request.compat {
            Compat::Diffusers if posterior.logvar.is_some() => {
                posterior.sample(denoising::normal(&mut generator, dims, &self.device))
            }
            Compat::Diffusers | Compat::Continuous => posterior.mode(),
        };
        let noise = denoising::normal(&mut generator, dims, &self.device);
        let mut latents = noise * plan.start_from_noise;
        if plan.start_from_picture != 0.0 {
            latents = picture * plan.start_from_picture + latents;
        }
        Ok(Denoising::new(
            Arc::clone(&self.unet),
            init,
            conditioning,
            self.colours.clone(),
            plan.steps,
            latents,
            generator,
        ))
    }

    /// Makes the picture of the latents as they are, usually after the last step.
    ///
    /// # Errors
    /// Where the device fails, or the numbers are not a picture: not finite, or nothing but black.
    pub async fn decode(&self, denoising: Denoising) -> Result<RgbaImage, DiffusionError> {
        let (init, latents) = denoising.into_parts();
        let Some(latents) = latents else {
            return Ok(init);
        };
        let planes = denoising::read_values(self.autoencoder.decode(latents)).await?;
        if planes.iter().any(|value| !value.is_finite()) {
            return Err(DiffusionError::BadPicture {
                problem: "the autoencoder gave numbers that are not finite; try the processor instead of the graphics \
                          card, or download the model again"
                    .into(),
            });
        }
        let picture = RgbaImage::from_planes(init.width(), init.height(), &planes)?;
        let is_black = |image: &RgbaImage| image.pixels().chunks_exact(4).all(|pixel| pixel[..3] == [0; 3]);
        if is_black(&picture) && !is_black(&init.on_white_paper()) {
            return Err(DiffusionError::BadPicture {
                problem: "the picture is nothing but black; try another seed, a lower guidance, or the processor \
                          instead of the graphics card"
                    .into(),
            });
        }
        Ok(picture)
    }

    fn check_size(&self, width: u32, height: u32) -> Result<(), DiffusionError> {
        let multiple = self.size_multiple();
        if width == 0 || height == 0 || !width.is_multiple_of(multiple) || !height.is_multiple_of(multiple) {
            return Err(DiffusionError::input(
                "size",
                format!("{width} × {height} pixels do not fit this model; both sides must be multiples of {multiple}"),
            ));
        }
        Ok(())
    }

    fn unknown_scheduler(&self) -> DiffusionError {
        DiffusionError::Unsupported {
            component: "scheduler/scheduler_config.json".into(),
            key: "_class_name".into(),
            value: self.scheduler.class_name.clone(),
            supported: "to compare with diffusers, choose ddim, euler or lcm for both".into(),
        }
    }
}

impl std::fmt::Debug for Pipeline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pipeline")
            .field("native_size", &self.native_size)
            .field("n_parameters", &self.n_parameters)
            .finish_non_exhaustive()
    }
}

/// Refuses folders of other families before anything large is read.
fn check_model_index(source: &dyn ModelSource) -> Result<(), DiffusionError> {
    let path = "model_index.json";
    let text = source.text(path)?.ok_or_else(|| DiffusionError::MissingFile { path: path.into() })?;
    let json: Value = serde_json::from_str(&text).map_err(|error| DiffusionError::config(path, error.to_string()))?;
    match json.get("_class_name").and_then(Value::as_str) {
        Some(name) if PIPELINE_CLASSES.contains(&name) => Ok(()),
        name => Err(DiffusionError::Unsupported {
            component: path.into(),
            key: "_class_name".into(),
            value: name.unwrap_or("nothing").into(),
            supported: format!("models of these kinds are: {}", PIPELINE_CLASSES.join(", ")),
        }),
    }
}

fn count_parameters(weights: &dyn Weights) -> u64 {
    let count = |name: &String| weights.shape(name).map_or(0, |shape| shape.iter().map(|&n| n as u64).product());
    weights.names().iter().map(count).sum()
}
