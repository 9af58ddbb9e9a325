//! The network as a whole.

use burn::tensor::{Device, Tensor};

use super::blocks::{DownBlock, MidBlock, UpBlock};
use super::embedding::{TimeEmbedding, guidance_embedding};
use super::{UNetConfig, UNetContext, UNetInputs};
use crate::error::DiffusionError;
use crate::layers::{Conv2d, ConvShape, GroupNorm, Loader, Placement};
use crate::source::Weights;

/// A UNet that predicts the noise (or what the scheduler makes of it) in latents, given a timestep and a text.
#[derive(Debug, Clone)]
pub struct UNet2DConditionModel {
    config: UNetConfig,
    time: TimeEmbedding,
    conv_in: Conv2d,
    down_blocks: Vec<DownBlock>,
    mid_block: Option<MidBlock>,
    up_blocks: Vec<UpBlock>,
    norm_out: GroupNorm,
    conv_out: Conv2d,
    guidance_width: Option<usize>,
}

impl UNet2DConditionModel {
    /// Reads the network whose tensors stand below `prefix` (usually empty).
    ///
    /// # Errors
    /// Where a tensor is missing or its shape is not the configuration's.
    pub fn load(
        config: &UNetConfig,
        weights: &dyn Weights,
        prefix: &str,
        placement: &Placement,
    ) -> Result<Self, DiffusionError> {
        let root = Loader::new(weights, prefix, placement);
        let first = config.block_out_channels[0];
        let count = config.down_blocks.len();
        let conv_in = ConvShape::same(config.in_channels, first, config.conv_in_kernel);
        let conv_out = ConvShape::same(first, config.out_channels, config.conv_out_kernel);
        Ok(Self {
            config: config.clone(),
            time: TimeEmbedding::load(&root, config)?,
            conv_in: Conv2d::load(&root.at("conv_in"), conv_in, true)?,
            down_blocks: (0..count).map(|idx| DownBlock::load(&root, config, idx)).collect::<Result<_, _>>()?,
            mid_block: if config.mid_block { Some(MidBlock::load(&root, config)?) } else { None },
            up_blocks: (0..count).map(|idx| UpBlock::load(&root, config, idx)).collect::<Result<_, _>>()?,
            norm_out: GroupNorm::load(&root.at("conv_norm_out"), config.norm_num_groups, first, config.norm_eps)?,
            conv_out: Conv2d::load(&root.at("conv_out"), conv_out, true)?,
            guidance_width: config.time_cond_proj_dim,
        })
    }

    /// What it was built from.
    pub fn config(&self) -> &UNetConfig {
        &self.config
    }

    /// What the text contributes to every step; computing it once saves its share of each step.
    ///
    /// `hidden_states` is `[batch, tokens, cross_attention_dim]`.
    ///
    /// # Errors
    /// Where the hidden states are not as wide as the configuration says.
    pub fn context(&self, hidden_states: Tensor<3>) -> Result<UNetContext, DiffusionError> {
        let [_, _, width] = hidden_states.dims();
        if let Some(expected) = self.config.cross_attention_dim.iter().find(|expected| **expected != width) {
            return Err(DiffusionError::input(
                "text",
                format!(
                    "the text encoder's hidden states are {width} wide and the UNet expects {expected}; the two are \
                     not of one model"
                ),
            ));
        }
        let mut keys_values: Vec<_> =
            self.down_blocks.iter().flat_map(|block| block.keys_values(&hidden_states)).collect();
        keys_values.extend(self.mid_block.iter().flat_map(|block| block.keys_values(&hidden_states)));
        keys_values.extend(self.up_blocks.iter().flat_map(|block| block.keys_values(&hidden_states)));
        Ok(UNetContext::new(hidden_states, keys_values))
    }

    /// The embedding `[batch, time_cond_proj_dim]` of a guidance scale, for models that take one (LCM), else `None`.
    pub fn guidance_embedding(&self, guidance: f64, batch: usize, device: &Device) -> Option<Tensor<2>> {
        self.guidance_width.map(|width| Tensor::from_data(guidance_embedding(guidance, batch, width), device))
    }

    /// Predicts for `sample` (`[batch, in_channels, height, width]`) at `timesteps` (`[batch]` or `[1]`), given the
    /// text's hidden states (`[batch, tokens, cross_attention_dim]`).
    ///
    /// # Errors
    /// As [`UNet2DConditionModel::forward_with`].
    pub fn forward(
        &self,
        sample: Tensor<4>,
        timesteps: Tensor<1>,
        encoder_hidden_states: Tensor<3>,
    ) -> Result<Tensor<4>, DiffusionError> {
        let context = UNetContext::new(encoder_hidden_states, Vec::new());
        self.forward_with(sample, timesteps, &UNetInputs::new(&context))
    }

    /// As [`UNet2DConditionModel::forward`], with a context made once and whatever else steers the picture.
    ///
    /// # Errors
    /// Where an input that the model needs is not given, or an input does not fit the model.
    pub fn forward_with(
        &self,
        sample: Tensor<4>,
        timesteps: Tensor<1>,
        inputs: &UNetInputs<'_>,
    ) -> Result<Tensor<4>, DiffusionError> {
        let time = self.time.forward(timesteps, inputs.guidance.clone());
        let mut cursor = inputs.context.cursor();
        let mut hidden = self.conv_in.forward(sample);
        let mut skips = vec![hidden.clone()];
        for block in &self.down_blocks {
            hidden = block.forward(hidden, &time, &mut cursor, &mut skips);
        }
        if let Some(residuals) = inputs.residuals {
            let shapes = |tensors: &[Tensor<4>]| -> Vec<[usize; 4]> { tensors.iter().map(Tensor::dims).collect() };
            if shapes(&skips) != shapes(&residuals.down) {
                return Err(DiffusionError::input("control", "the control network is not of the UNet's family"));
            }
            for (skip, residual) in skips.iter_mut().zip(&residuals.down) {
                *skip = skip.clone() + residual.clone();
            }
        }
        if let Some(block) = &self.mid_block {
            hidden = block.forward(hidden, &time, &mut cursor);
        }
        if let Some(residuals) = inputs.residuals {
            hidden = hidden + residuals.mid.clone();
        }
        for block in &self.up_blocks {
            hidden = block.forward(hidden, &time, &mut cursor, &mut skips);
        }
        Ok(self.conv_out.forward(self.norm_out.forward_silu(hidden)))
    }
}
