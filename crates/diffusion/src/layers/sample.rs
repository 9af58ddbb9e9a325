//! Halving and doubling of images.

use burn::tensor::Tensor;
use burn::tensor::module::interpolate;
use burn::tensor::ops::{InterpolateMode, InterpolateOptions};

use super::{Conv2d, ConvShape, Loader};
use crate::error::DiffusionError;

/// A 3 × 3 convolution with stride 2: diffusers' `Downsample2D` with `use_conv`.
#[derive(Debug, Clone)]
pub struct Downsample {
    conv: Conv2d,
}

impl Downsample {
    /// Reads `conv` at the loader's place.
    ///
    /// With `padding` 0 the image gets one zero row and column at the bottom and right only, as in diffusers.
    ///
    /// # Errors
    /// Where a tensor is missing or has another shape.
    pub fn load(loader: &Loader<'_>, channels: usize, padding: usize) -> Result<Self, DiffusionError> {
        let padding = if padding == 0 { (0, 1) } else { (padding, padding) };
        let conv = Conv2d::load(&loader.at("conv"), ConvShape::halving(channels, channels, padding), true)?;
        Ok(Self { conv })
    }

    /// Halves `[batch, channels, height, width]`, rounding up where the padding is on both sides.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        self.conv.forward(input)
    }
}

/// Nearest-neighbour enlargement, then a 3 × 3 convolution: diffusers' `Upsample2D` with `use_conv`.
#[derive(Debug, Clone)]
pub struct Upsample {
    conv: Conv2d,
}

impl Upsample {
    /// Reads `conv` at the loader's place.
    ///
    /// # Errors
    /// Where a tensor is missing or has another shape.
    pub fn load(loader: &Loader<'_>, channels: usize) -> Result<Self, DiffusionError> {
        Ok(Self { conv: Conv2d::load(&loader.at("conv"), ConvShape::same(channels, channels, 3), true)? })
    }

    /// Enlarges `[batch, channels, height, width]` to `size` (height, width).
    pub fn forward(&self, input: Tensor<4>, size: [usize; 2]) -> Tensor<4> {
        self.conv.forward(upsample_nearest(input, size))
    }
}

/// Enlarges `[batch, channels, height, width]` to `size` (height, width): every pixel is the nearest one towards the
/// top left.
pub fn upsample_nearest(input: Tensor<4>, size: [usize; 2]) -> Tensor<4> {
    interpolate(input, InterpolateOptions::new(InterpolateMode::Nearest).with_output_size(size))
}
