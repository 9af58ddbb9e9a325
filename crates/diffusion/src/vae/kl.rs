//! The autoencoder of the Stable Diffusion family (Rombach et al., 2022).

use burn::tensor::Tensor;

use super::decoder::Decoder;
use super::encoder::Encoder;
use super::strips::MemoryPlan;
use super::{AutoencoderKlConfig, Posterior};
use crate::error::DiffusionError;
use crate::layers::{Conv2d, ConvShape, Loader, Placement};
use crate::source::Weights;

/// diffusers' `AutoencoderKL`, with latents in its own units.
#[derive(Debug, Clone)]
pub struct AutoencoderKl {
    config: AutoencoderKlConfig,
    encoder: Encoder,
    quant: Option<Conv2d>,
    post_quant: Option<Conv2d>,
    decoder: Decoder,
    memory: MemoryPlan,
}

impl AutoencoderKl {
    /// Reads the autoencoder whose tensors stand below `prefix` (usually empty).
    ///
    /// # Errors
    /// Where a tensor is missing or its shape is not the configuration's.
    pub fn load(
        config: &AutoencoderKlConfig,
        weights: &dyn Weights,
        prefix: &str,
        placement: &Placement,
    ) -> Result<Self, DiffusionError> {
        let root = Loader::new(weights, prefix, placement);
        let pointwise = |name: &str, wanted: bool, channels: usize| {
            wanted.then(|| Conv2d::load(&root.at(name), ConvShape::same(channels, channels, 1), true)).transpose()
        };
        Ok(Self {
            encoder: Encoder::load(&root.at("encoder"), config)?,
            quant: pointwise("quant_conv", config.use_quant_conv, 2 * config.latent_channels)?,
            post_quant: pointwise("post_quant_conv", config.use_post_quant_conv, config.latent_channels)?,
            decoder: Decoder::load(&root.at("decoder"), config)?,
            config: config.clone(),
            memory: MemoryPlan::default(),
        })
    }

    /// The same with other limits for its memory.
    #[must_use]
    pub fn with_memory(self, memory: MemoryPlan) -> Self {
        Self { memory, ..self }
    }

    /// What it was built from.
    pub fn config(&self) -> &AutoencoderKlConfig {
        &self.config
    }

    /// Encodes a picture `[batch, in_channels, height, width]` in −1..1.
    pub fn encode(&self, image: Tensor<4>) -> Posterior {
        let mut moments = self.encoder.forward(image, &self.memory);
        if let Some(quant) = &self.quant {
            moments = quant.forward(moments);
        }
        let channels = self.config.latent_channels;
        let mean = moments.clone().narrow(1, 0, channels);
        let logvar = moments.narrow(1, channels, channels).clamp(-30.0, 20.0);
        Posterior { mean, logvar: Some(logvar) }
    }

    /// Decodes latents `[batch, latent_channels, height, width]` to a picture, about −1..1, not clamped.
    pub fn decode(&self, latents: Tensor<4>) -> Tensor<4> {
        let latents = match &self.post_quant {
            Some(post_quant) => post_quant.forward(latents),
            None => latents,
        };
        self.decoder.forward(latents, &self.memory)
    }
}
