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
//! let conditioning = pipeline.conditioning(&request)?;
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
mod change;
mod conditioning;
mod denoising;
mod families;
mod inpainting;
mod keeping;
mod preview;
mod request;
mod start;
mod steering;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use burn::tensor::{Device, Tensor};

use crate::DiffusionError;
use crate::control::Control;
use crate::image::RgbaImage;
use crate::layers::{Placement, Precision, WeightRegistry};
use crate::lora::{LoraPatches, LoraStack};
use crate::prompt::{PromptRequest, Reading, TextConditioning, TextEncoders};
use crate::schedulers::{SchedulerConfig, SchedulerName};
use crate::source::{ModelSource, Weights};
use crate::unet::{UNet2DConditionModel, UNetConfig, UNetContext};
use crate::upscaler::{self, Upscaler};
use crate::vae::Autoencoder;

pub use conditioning::Conditioning;
pub use denoising::Denoising;
pub use request::{Compat, ControlRequest, ImageToImage, Unpainted};

use card::Card;
use denoising::Finished;
use families::ModelIndex;
use preview::LatentColours;

/// Conditionings that are remembered: prompts are often switched back and forth.
const REMEMBERED_CONDITIONINGS: usize = 8;

/// The components that a LoRA may change.
const ADAPTABLE: [&str; 3] = ["unet", "text_encoder", "text_encoder_2"];

/// A loaded model, ready to render.
pub struct Pipeline {
    device: Device,
    index: ModelIndex,
    text: TextEncoders,
    unet: Arc<UNet2DConditionModel>,
    /// Whether the UNet was trained for inpainting: it sees mask and masked sketch behind the latents.
    sees_mask: bool,
    autoencoder: Autoencoder,
    upscaler: Option<Upscaler>,
    control: Option<Arc<Control>>,
    scheduler: SchedulerConfig,
    colours: Option<LatentColours>,
    native_size: u32,
    n_parameters: u64,
    conditionings: VecDeque<(TextKey, RememberedText)>,
    loras: LoraStack,
}

/// What texts are remembered by.
#[derive(Clone, PartialEq)]
struct TextKey {
    prompt: String,
    /// `None` where it is not read.
    negative: Option<Option<String>>,
    clip_skip: usize,
    is_plain: bool,
}

/// Texts as the UNet sees them.
#[derive(Clone)]
struct RememberedText {
    context: UNetContext,
    pooled: Option<Tensor<2>>,
}

/// Where a model comes from, where its parts come from more than one place.
pub struct Sources<'a> {
    /// The model.
    pub model: &'a dyn ModelSource,
    /// A control network or an adapter.
    pub control: Option<&'a dyn ModelSource>,
}

impl<'a> Sources<'a> {
    /// A model with everything of its own.
    pub fn of(model: &'a dyn ModelSource) -> Self {
        Self { model, control: None }
    }
}

impl Pipeline {
    /// Loads a model in the layout of a diffusers folder onto a device.
    ///
    /// # Errors
    /// Where a file is missing or broken, or the model needs something that is not supported.
    pub fn load(source: &dyn ModelSource, placement: &Placement) -> Result<Self, DiffusionError> {
        Self::load_from(&Sources::of(source), placement)
    }

    /// Loads a model of which some parts come from elsewhere.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_from(sources: &Sources<'_>, placement: &Placement) -> Result<Self, DiffusionError> {
        placement.check()?;
        let source = sources.model;
        let index = ModelIndex::from_source(source)?;
        let scheduler_path = "scheduler/scheduler_config.json";
        let scheduler =
            source.text(scheduler_path)?.ok_or_else(|| DiffusionError::MissingFile { path: scheduler_path.into() })?;
        let scheduler = SchedulerConfig::from_json(&scheduler)?;
        let card = Card::from_source(source)?;
        let unet_config = UNetConfig::from_source(source)?;
        let registries: BTreeMap<String, WeightRegistry> =
            ADAPTABLE.iter().map(|name| ((*name).to_owned(), WeightRegistry::default())).collect();
        let of_component = |name: &str| match registries.get(name) {
            Some(registry) => placement.registering(registry),
            None => placement.clone(),
        };
        let text = TextEncoders::load_with(source, of_component)?;

        let weights = source.weights("unet")?;
        let mut n_parameters = count_parameters(weights.as_ref());
        let unet = UNet2DConditionModel::load(&unet_config, weights.as_ref(), "", &of_component("unet"))?;
        drop(weights);
        for component in text.components() {
            n_parameters += count_parameters(source.weights(component)?.as_ref());
        }

        n_parameters += count_parameters(source.weights("vae")?.as_ref());
        // In 16 bits it overflows.
        let autoencoder = Autoencoder::from_source(source, &placement.in_precision(Precision::F32))?;

        let upscaler = Upscaler::from_source(source, &placement.in_precision(Precision::F32))?;
        if upscaler.is_some() {
            n_parameters += count_parameters(source.weights(upscaler::COMPONENT)?.as_ref());
        }

        let control = match sources.control {
            Some(source) => {
                let path = "config.json";
                let config = source.text(path)?.ok_or_else(|| DiffusionError::MissingFile { path: path.into() })?;
                let weights = source.weights("")?;
                n_parameters += count_parameters(weights.as_ref());
                Some(Arc::new(Control::load(&config, weights.as_ref(), "", placement)?))
            }
            None => None,
        };

        let latent_channels = autoencoder.latent_channels();
        let with_mask = latent_channels * 2 + inpainting::MASK_CHANNELS;
        for (key, channels, allowed) in [
            ("in_channels", unet_config.in_channels, &[latent_channels, with_mask][..]),
            ("out_channels", unet_config.out_channels, &[latent_channels]),
        ] {
            if !allowed.contains(&channels) {
                return Err(DiffusionError::Unsupported {
                    component: "unet/config.json".into(),
                    key: key.into(),
                    value: channels.to_string(),
                    supported: format!(
                        "{latent_channels}, as many as the autoencoder's latents have, is, and {with_mask} channels in, \
                         for a mask and a masked picture"
                    ),
                });
            }
        }

        let native_size = card.native_size.unwrap_or_else(|| {
            let [height, width] = unet_config.sample_size.unwrap_or([64, 64]);
            u32::try_from(height.max(width) * autoencoder.pixels_per_latent()).unwrap_or(512)
        });
        Ok(Self {
            device: placement.device.clone(),
            index,
            text,
            unet: Arc::new(unet),
            sees_mask: unet_config.in_channels == with_mask,
            colours: LatentColours::choose(&card, latent_channels)?,
            autoencoder,
            upscaler,
            control,
            scheduler,
            native_size,
            n_parameters,
            conditionings: VecDeque::new(),
            loras: LoraStack::new(registries),
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

    /// How much larger the model's upscaler makes a picture; `None` where it has none.
    pub fn upscale_factor(&self) -> Option<u32> {
        self.upscaler.as_ref().map(|_| upscaler::FACTOR as u32)
    }

    /// Numbers that the model's files hold.
    pub fn n_parameters(&self) -> u64 {
        self.n_parameters
    }

    /// The scheduler that the model names, or `None` where that one is not known.
    pub fn named_scheduler(&self) -> Option<SchedulerName> {
        self.scheduler.named()
    }

    /// Reads the prompts of a request. The last few are remembered, so that asking again costs nothing.
    ///
    /// With a `guidance` of 1 or less, or for a model that takes the guidance as an input, the negative prompt is not
    /// read and a step costs half.
    ///
    /// # Errors
    /// Where `guidance` is not a number, or a prompt cannot be read.
    pub fn conditioning(&mut self, request: &ImageToImage) -> Result<Conditioning, DiffusionError> {
        let guidance = request.guidance;
        if !guidance.is_finite() {
            return Err(DiffusionError::input("guidance", format!("{guidance} is not a number; 1 to 10 is usual")));
        }
        let guidance_embedding = self.unet.guidance_embedding(f64::from(guidance), 1, &self.device);
        let guided = (guidance > 1.0 && guidance_embedding.is_none()).then_some(guidance);

        let key = TextKey {
            prompt: request.prompt.clone(),
            negative: guided.map(|_| request.negative.clone()),
            clip_skip: request.clip_skip,
            is_plain: request.compat == Compat::Diffusers,
        };
        let remembered = match self.conditionings.iter().position(|(remembered, _)| *remembered == key) {
            // Taken out, to be put back at the end: the one that was asked for longest ago is forgotten first.
            Some(idx) => self.conditionings.remove(idx).map(|(_, text)| text),
            None => None,
        };
        let text = match remembered {
            Some(text) => text,
            None => self.read(&key)?,
        };
        self.conditionings.push_back((key, text.clone()));
        if self.conditionings.len() > REMEMBERED_CONDITIONINGS {
            self.conditionings.pop_front();
        }
        Ok(Conditioning { context: text.context, guided, guidance_embedding, pooled: text.pooled })
    }

    /// Texts as the UNet sees them: one row, or the negative prompt's before the prompt's.
    fn read(&mut self, key: &TextKey) -> Result<RememberedText, DiffusionError> {
        let encoded = self.text.encode(&PromptRequest {
            prompt: &key.prompt,
            negative: key.negative.as_ref().and_then(Option::as_deref),
            is_guided: key.negative.is_some(),
            reading: if key.is_plain { Reading::Plain } else { Reading::Weighted },
            clip_skip: key.clip_skip,
        })?;
        let rows: Vec<TextConditioning> = encoded.negative.into_iter().chain([encoded.positive]).collect();
        let pooled: Option<Vec<Tensor<2>>> = rows.iter().map(|row| row.pooled.clone()).collect();
        let hidden_states = Tensor::cat(rows.into_iter().map(|row| row.hidden_states).collect(), 0);
        Ok(RememberedText {
            context: self.unet.context(hidden_states)?,
            pooled: pooled.map(|rows| Tensor::cat(rows, 0)),
        })
    }

    /// The names and shapes of all weights that a LoRA may change, by component.
    pub fn lora_weights(&self) -> BTreeMap<String, Vec<(String, Vec<usize>)>> {
        self.loras.weights()
    }

    /// Mixes these LoRAs into the weights, each as strongly as its number says, in place of those that were mixed in
    /// before; none at all gives back the weights that were loaded, bit for bit.
    ///
    /// # Errors
    /// Where one was made for another kind of model; the weights then stay as they were.
    pub fn set_loras(&mut self, loras: &[(&LoraPatches, f32)]) -> Result<(), DiffusionError> {
        self.loras.set(loras)?;
        self.text.forget_encoded();
        self.conditionings.clear();
        Ok(())
    }

    /// Teaches the text encoders a word (textual inversion); see [`TextEncoders::add_embedding`].
    ///
    /// # Errors
    /// Where the vectors do not fit the model.
    pub fn add_embedding(&mut self, word: &str, file: &str, vectors: Vec<Vec<Vec<f32>>>) -> Result<(), DiffusionError> {
        self.text.add_embedding(word, file, vectors)?;
        self.conditionings.clear();
        Ok(())
    }

    /// Makes the picture of the latents as they are, usually after the last step.
    ///
    /// # Errors
    /// Where the device fails, or the numbers are not a picture: not finite, or nothing but black.
    pub async fn decode(&self, denoising: Denoising) -> Result<RgbaImage, DiffusionError> {
        let Finished { init, change, latents, is_upscaled } = denoising.finish();
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
        let picture = change.compose(&init, picture)?;
        match &self.upscaler {
            Some(upscaler) if is_upscaled => self.doubled(upscaler, &picture).await,
            _ => Ok(picture),
        }
    }

    /// The picture on white paper at twice its size.
    async fn doubled(&self, upscaler: &Upscaler, picture: &RgbaImage) -> Result<RgbaImage, DiffusionError> {
        let planes = denoising::read_values(upscaler.forward(picture.to_tensor(&self.device))).await?;
        let factor = upscaler::FACTOR as u32;
        RgbaImage::from_planes(picture.width() * factor, picture.height() * factor, &planes)
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

/// Everything in a model's configuration files that stands in the way of loading it.
pub fn check_configurations(source: &dyn ModelSource) -> Vec<DiffusionError> {
    let scheduler = || match source.text("scheduler/scheduler_config.json")? {
        Some(text) => SchedulerConfig::from_json(&text).map(|_| ()),
        None => Err(DiffusionError::MissingFile { path: "scheduler/scheduler_config.json".into() }),
    };
    let checks = [
        ModelIndex::from_source(source).map(|_| ()),
        scheduler(),
        UNetConfig::from_source(source).map(|_| ()),
        Autoencoder::check_config(source),
        TextEncoders::check_configs(source),
    ];
    checks.into_iter().filter_map(Result::err).collect()
}

fn count_parameters(weights: &dyn Weights) -> u64 {
    let count = |name: &String| weights.shape(name).map_or(0, |shape| shape.iter().map(|&n| n as u64).product());
    weights.names().iter().map(count).sum()
}
