//! The residual block of UNets and autoencoders.

use burn::tensor::Tensor;

use super::{Conv2d, ConvShape, GroupNorm, Linear, Loader, same_dtype, silu};
use crate::error::DiffusionError;

/// What a [`ResnetBlock`] is made of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ResnetConfig {
    /// Channels of the input.
    pub inputs: usize,
    /// Channels of the output.
    pub outputs: usize,
    /// Width of the time embedding, or `None` in an autoencoder, which knows no time.
    pub time_width: Option<usize>,
    /// Groups of the norms.
    pub groups: usize,
    /// Added to the variances of the norms.
    pub epsilon: f64,
    /// The sum of both branches is divided by this.
    pub output_scale: f64,
    /// Whether the time scales the second norm's output as well as shifting it (`time_embedding_norm = "scale_shift"`).
    pub scales_by_time: bool,
}

/// diffusers' `ResnetBlock2D` with `time_embedding_norm` of `"default"` or `"scale_shift"`.
#[derive(Debug, Clone)]
pub struct ResnetBlock {
    pub(crate) norm1: GroupNorm,
    pub(crate) conv1: Conv2d,
    time_projection: Option<Linear>,
    scales_by_time: bool,
    pub(crate) norm2: GroupNorm,
    pub(crate) conv2: Conv2d,
    pub(crate) shortcut: Option<Conv2d>,
    pub(crate) output_scale: f64,
}

impl ResnetBlock {
    /// Reads the block at the loader's place.
    ///
    /// # Errors
    /// Where a tensor is missing or has another shape, or the channels cannot be grouped.
    pub fn load(loader: &Loader<'_>, config: ResnetConfig) -> Result<Self, DiffusionError> {
        let ResnetConfig { inputs, outputs, time_width, groups, epsilon, output_scale, scales_by_time } = config;
        let time_outputs = if scales_by_time { 2 * outputs } else { outputs };
        let time_projection = match time_width {
            Some(width) => Some(Linear::load(&loader.at("time_emb_proj"), width, time_outputs, true)?),
            None => None,
        };
        let shortcut = if inputs == outputs {
            None
        } else {
            Some(Conv2d::load(&loader.at("conv_shortcut"), ConvShape::same(inputs, outputs, 1), true)?)
        };
        Ok(Self {
            norm1: GroupNorm::load(&loader.at("norm1"), groups, inputs, epsilon)?,
            conv1: Conv2d::load(&loader.at("conv1"), ConvShape::same(inputs, outputs, 3), true)?,
            time_projection,
            scales_by_time,
            norm2: GroupNorm::load(&loader.at("norm2"), groups, outputs, epsilon)?,
            conv2: Conv2d::load(&loader.at("conv2"), ConvShape::same(outputs, outputs, 3), true)?,
            shortcut,
            output_scale,
        })
    }

    /// Channels of the output.
    pub fn outputs(&self) -> usize {
        self.conv2.outputs()
    }

    /// Maps `[batch, inputs, height, width]` to `[batch, outputs, height, width]`.
    ///
    /// `time` is the time embedding `[batch, time_width]` after its activation, which all blocks share.
    pub fn forward(&self, input: Tensor<4>, time: Option<&Tensor<2>>) -> Tensor<4> {
        // The straight branch first: then the norm has the input to itself and works in its place.
        let straight = match &self.shortcut {
            Some(shortcut) => shortcut.forward(input.clone()),
            None => input.clone(),
        };
        let hidden = self.conv1.forward(self.norm1.forward_silu(input));
        let of_time = self.time_projection.as_ref().zip(time).map(|(projection, time)| {
            let values = same_dtype(projection.forward(time.clone()), hidden.dtype());
            let [batch, count] = values.dims();
            values.reshape([batch, count, 1, 1])
        });
        let hidden = match of_time {
            None => self.norm2.forward_silu(hidden),
            Some(values) if self.scales_by_time => {
                let channels = self.outputs();
                let (scale, shift) = (values.clone().narrow(1, 0, channels), values.narrow(1, channels, channels));
                silu(self.norm2.forward(hidden) * (scale + 1.0) + shift)
            }
            Some(shift) => self.norm2.forward_silu(hidden + shift),
        };
        let hidden = self.conv2.forward(hidden);
        let sum = hidden + straight;
        if self.output_scale == 1.0 { sum } else { sum / self.output_scale }
    }
}
