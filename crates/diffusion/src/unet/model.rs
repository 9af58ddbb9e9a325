//! The network as a whole.

use std::sync::Arc;

use burn::tensor::{Device, Tensor};

use super::blocks::{BlockConfig, LoadedBlock, UNetBlock};
use super::embedding::guidance_embedding;
use super::trunk::{Trunk, block_config};
use super::{UNetConfig, UNetContext, UNetInputs};
use crate::control::ControlResiduals;
use crate::error::DiffusionError;
use crate::layers::{Conv2d, ConvShape, GroupNorm, Loader, Placement};
use crate::source::Weights;

/// A UNet that predicts the noise (or what the scheduler makes of it) in latents, given a timestep and a text.
#[derive(Debug, Clone)]
pub struct UNet2DConditionModel {
    trunk: Trunk,
    up_blocks: Vec<Arc<dyn UNetBlock>>,
    norm_out: GroupNorm,
    conv_out: Conv2d,
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
        let conv_out = ConvShape::same(first, config.out_channels, config.conv_out_kernel);
        Ok(Self {
            trunk: Trunk::load(&root, config)?,
            up_blocks: (0..config.up_blocks.len())
                .map(|block_idx| load_up_block(&root, config, block_idx))
                .collect::<Result<_, _>>()?,
            norm_out: GroupNorm::load(&root.at("conv_norm_out"), config.norm_num_groups, first, config.norm_eps)?,
            conv_out: Conv2d::load(&root.at("conv_out"), conv_out, true)?,
        })
    }

    /// What it was built from.
    pub fn config(&self) -> &UNetConfig {
        self.trunk.config()
    }

    /// What the text contributes to every step; computing it once saves its share of each step.
    ///
    /// `hidden_states` is `[batch, tokens, cross_attention_dim]`.
    ///
    /// # Errors
    /// Where the hidden states are not as wide as the configuration says.
    pub fn context(&self, hidden_states: Tensor<3>) -> Result<UNetContext, DiffusionError> {
        self.trunk.check_context(&hidden_states)?;
        let mut keys_values = self.trunk.keys_values(&hidden_states);
        keys_values.extend(self.up_blocks.iter().flat_map(|block| block.keys_values(&hidden_states)));
        let pooled = self.trunk.pooled(&hidden_states);
        Ok(UNetContext::new(hidden_states, keys_values, pooled))
    }

    /// The embedding `[batch, time_cond_proj_dim]` of a guidance scale, for models that take one (LCM), else `None`.
    pub fn guidance_embedding(&self, guidance: f64, batch: usize, device: &Device) -> Option<Tensor<2>> {
        let width = self.config().time_cond_proj_dim?;
        Some(Tensor::from_data(guidance_embedding(guidance, batch, width), device))
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
        self.trunk.check_context(&encoder_hidden_states)?;
        let pooled = self.trunk.pooled(&encoder_hidden_states);
        let context = UNetContext::new(encoder_hidden_states, Vec::new(), pooled);
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
        let time = self.trunk.embed_time(timesteps, inputs.guidance.clone(), inputs.added.as_ref(), inputs.context)?;
        let sample = if self.config().center_input_sample { sample * 2.0 - 1.0 } else { sample };
        let mut hidden = self.trunk.begin(sample, &time, inputs.context)?;
        let mut pass = self.trunk.pass(&hidden, &time, inputs.context);
        let mut features = inputs.adapter_features;
        hidden = self.trunk.down(hidden, &mut pass, &mut features)?;
        if let Some(residuals) = inputs.residuals {
            add_to_skips(&mut pass.skips, residuals)?;
        }
        hidden = self.trunk.mid(hidden, &mut pass, &mut features)?;
        if !features.is_empty() {
            return Err(DiffusionError::input(
                "control",
                format!("the adapter has {} features more than the UNet has blocks to take them", features.len()),
            ));
        }
        if let Some(residuals) = inputs.residuals {
            hidden = added(hidden, &residuals.mid)?;
        }
        for block in &self.up_blocks {
            hidden = block.forward(hidden, &mut pass)?;
        }
        Ok(self.conv_out.forward(self.norm_out.forward_silu(hidden)))
    }
}

fn load_up_block(root: &Loader<'_>, config: &UNetConfig, block_idx: usize) -> LoadedBlock {
    let count = config.up_blocks.len();
    // The down block of the same resolution, and the one after whose resolution the previous up block had.
    let level = count - 1 - block_idx;
    let block = BlockConfig {
        inputs: config.block_out_channels[(level + 1).min(count - 1)],
        last_skip: config.block_out_channels[level.saturating_sub(1)],
        layers: config.layers_per_block[level] + 1,
        transformer_layers: &config.up_transformer_layers[block_idx],
        resamples: block_idx + 1 < count,
        ..block_config(config, level)
    };
    (config.up_blocks[block_idx].load)(&root.at(format!("up_blocks.{block_idx}")), &block)
}

fn add_to_skips(skips: &mut [Tensor<4>], residuals: &ControlResiduals) -> Result<(), DiffusionError> {
    if skips.len() != residuals.down.len() {
        return Err(DiffusionError::input(
            "control",
            format!(
                "the control network answers for {} places and the UNet has {}; the two are not of one model family",
                residuals.down.len(),
                skips.len()
            ),
        ));
    }
    for (skip, residual) in skips.iter_mut().zip(&residuals.down) {
        *skip = added(skip.clone(), residual)?;
    }
    Ok(())
}

/// The sum of an image and a control network's residual, which may be of one image for a whole batch.
fn added(image: Tensor<4>, residual: &Tensor<4>) -> Result<Tensor<4>, DiffusionError> {
    let (shape, other) = (image.dims(), residual.dims());
    if shape[1..] != other[1..] || (other[0] != 1 && other[0] != shape[0]) {
        return Err(DiffusionError::input(
            "control",
            format!(
                "the control network answers in the shape {other:?} where the UNet has {shape:?}; the two are not of \
                 one model family"
            ),
        ));
    }
    Ok(image + residual.clone())
}
