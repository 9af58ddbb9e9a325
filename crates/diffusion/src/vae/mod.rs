//! Autoencoders: pictures to latents and back.
//!
//! [`AutoencoderKl`] and [`AutoencoderTiny`] compute what diffusers' classes of these names compute, latents in their own
//! units. [`Autoencoder`] is either of them, chosen by the configuration's `_class_name`, and the **only** place where
//! `scaling_factor` and `shift_factor` are applied: its latents are the UNet's.

mod attention;
mod blocks;
mod config;
mod decoder;
mod encoder;
mod kl;
mod posterior;
mod strips;
mod tiny;

use burn::tensor::Tensor;
use serde_json::Value;

use crate::config::ConfigReader;
use crate::error::DiffusionError;
use crate::layers::{Placement, Precision};
use crate::source::{ModelSource, Weights};

pub use config::{AutoencoderKlConfig, AutoencoderTinyConfig};
pub use kl::AutoencoderKl;
pub use posterior::Posterior;
pub use strips::MemoryPlan;
pub use tiny::AutoencoderTiny;

/// Where a model keeps the autoencoder's configuration.
const PATH: &str = "vae/config.json";

/// Either kind of autoencoder, with latents in the UNet's units.
#[derive(Debug, Clone)]
pub enum Autoencoder {
    /// diffusers' `AutoencoderKL`.
    Kl(Box<AutoencoderKl>),
    /// diffusers' `AutoencoderTiny`.
    Tiny(AutoencoderTiny),
}

impl Autoencoder {
    /// Reads the autoencoder of a model: `vae/config.json` and the weights of the component `vae`.
    ///
    /// # Errors
    /// Where a file or tensor is missing or does not fit, or the class or a key is not implemented.
    pub fn from_source(source: &dyn ModelSource, placement: &Placement) -> Result<Self, DiffusionError> {
        let Some(text) = source.text(PATH)? else {
            return Err(DiffusionError::MissingFile { path: PATH.to_owned() });
        };
        let weights = source.weights("vae")?;
        Self::load(&text, weights.as_ref(), "", placement)
    }

    /// Whether the configuration of a model's autoencoder is one that is implemented.
    ///
    /// # Errors
    /// Where it is missing, broken or asks for something that is not implemented.
    pub fn check_config(source: &dyn ModelSource) -> Result<(), DiffusionError> {
        let text = source.text(PATH)?.ok_or_else(|| DiffusionError::MissingFile { path: PATH.to_owned() })?;
        let mut reader = ConfigReader::parse(PATH, &text)?;
        match reader.take("_class_name").as_ref().and_then(Value::as_str) {
            Some("AutoencoderTiny") => AutoencoderTinyConfig::from_json(&text).map(|_| ()),
            Some("AutoencoderKL") | None => AutoencoderKlConfig::from_json(&text).map(|_| ()),
            Some(_) => Err(reader.unsupported("_class_name", "only AutoencoderKL and AutoencoderTiny are")),
        }
    }

    /// Reads the autoencoder from its configuration's JSON text and the tensors below `prefix` (usually empty).
    ///
    /// It is always computed in 32 bits: the activations of many autoencoders do not fit into 16.
    ///
    /// # Errors
    /// As [`Autoencoder::from_source`].
    pub fn load(
        config: &str,
        weights: &dyn Weights,
        prefix: &str,
        placement: &Placement,
    ) -> Result<Self, DiffusionError> {
        let placement = &placement.in_precision(Precision::F32);
        let mut reader = ConfigReader::parse(PATH, config)?;
        match reader.take("_class_name").as_ref().and_then(Value::as_str) {
            Some("AutoencoderTiny") => {
                let config = AutoencoderTinyConfig::from_json(config)?;
                Ok(Self::Tiny(AutoencoderTiny::load(&config, weights, prefix, placement)?))
            }
            Some("AutoencoderKL") | None => {
                let config = AutoencoderKlConfig::from_json(config)?;
                Ok(Self::Kl(Box::new(AutoencoderKl::load(&config, weights, prefix, placement)?)))
            }
            Some(_) => Err(reader.unsupported("_class_name", "only AutoencoderKL and AutoencoderTiny are")),
        }
    }

    /// Channels of the latents.
    pub fn latent_channels(&self) -> usize {
        match self {
            Self::Kl(model) => model.config().latent_channels,
            Self::Tiny(model) => model.config().latent_channels,
        }
    }

    /// How many pixels a side of a latent stands for; pictures must have sides that are multiples of it.
    pub fn pixels_per_latent(&self) -> usize {
        match self {
            Self::Kl(model) => model.config().pixels_per_latent(),
            Self::Tiny(model) => model.config().pixels_per_latent(),
        }
    }

    /// Encodes a picture `[batch, 3, height, width]` in −1..1 as a distribution over latents
    /// `[batch, latent_channels, height / f, width / f]` in the UNet's units, `f` being
    /// [`Autoencoder::pixels_per_latent`].
    pub fn encode(&self, image: Tensor<4>) -> Posterior {
        let posterior = match self {
            Self::Kl(model) => model.encode(image),
            Self::Tiny(model) => Posterior { mean: model.encode(image), logvar: None },
        };
        let (scale, shift) = self.scale_shift();
        posterior.scaled(scale, shift)
    }

    /// Decodes latents in the UNet's units to a picture `[batch, 3, height, width]`, about −1..1, not clamped.
    pub fn decode(&self, latents: Tensor<4>) -> Tensor<4> {
        let (scale, shift) = self.scale_shift();
        let mut latents = latents;
        if scale != 1.0 {
            latents = latents / scale;
        }
        if shift != 0.0 {
            latents = latents + shift;
        }
        match self {
            Self::Kl(model) => model.decode(latents),
            Self::Tiny(model) => model.decode(latents),
        }
    }

    /// The UNet's latents are `(latents − shift) · scale`.
    fn scale_shift(&self) -> (f64, f64) {
        match self {
            Self::Kl(model) => (model.config().scaling_factor, model.config().shift_factor),
            Self::Tiny(model) => (model.config().scaling_factor, model.config().shift_factor),
        }
    }
}
