//! Two-dimensional convolution.

use burn::tensor::Tensor;
use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;

use super::{Loader, host};
use crate::error::DiffusionError;

/// The geometry of a square convolution.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConvShape {
    /// Channels of the input.
    pub inputs: usize,
    /// Channels of the output.
    pub outputs: usize,
    /// Side of the kernel in pixels.
    pub kernel: usize,
    /// Step of the kernel in pixels.
    pub stride: usize,
    /// Zero rows and columns laid before (top, left) and after (bottom, right) the image.
    pub padding: (usize, usize),
}

impl ConvShape {
    /// A convolution that keeps the image's size: stride 1, padded by half the kernel.
    pub fn same(inputs: usize, outputs: usize, kernel: usize) -> Self {
        Self { inputs, outputs, kernel, stride: 1, padding: (kernel / 2, kernel / 2) }
    }

    /// A 3 × 3 convolution that halves the image's size.
    pub fn halving(inputs: usize, outputs: usize, padding: (usize, usize)) -> Self {
        Self { inputs, outputs, kernel: 3, stride: 2, padding }
    }
}

/// A square convolution of images `[batch, channels, height, width]`.
#[derive(Debug, Clone)]
pub struct Conv2d {
    weight: Tensor<4>,
    bias: Option<Tensor<1>>,
    bias_values: Option<Vec<f32>>,
    shape: ConvShape,
}

impl Conv2d {
    /// Reads `weight` (`[outputs, inputs, kernel, kernel]`) and, where `with_bias`, `bias` at the loader's place.
    ///
    /// # Errors
    /// Where a tensor is missing or has another shape.
    pub fn load(loader: &Loader<'_>, shape: ConvShape, with_bias: bool) -> Result<Self, DiffusionError> {
        let weight = loader.tensor("weight", [shape.outputs, shape.inputs, shape.kernel, shape.kernel])?;
        let bias_values = if with_bias { Some(loader.values("bias", &[&[shape.outputs]])?) } else { None };
        let bias = bias_values.clone().map(|values| loader.upload(values, [shape.outputs]));
        Ok(Self { weight, bias, bias_values, shape })
    }

    /// Channels of the output.
    pub fn outputs(&self) -> usize {
        self.shape.outputs
    }

    /// Convolves `[batch, inputs, height, width]`.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let ConvShape { inputs, outputs, kernel, stride, padding } = self.shape;
        // The device's own pointwise convolution is already a bare matrix product.
        if kernel > 1 && host::applies(&input) {
            let weight = self.weight.clone().reshape([outputs, inputs * kernel * kernel]);
            return host::conv2d(input, &weight, self.bias_values.as_deref(), self.shape);
        }
        let options = ConvOptions::new_with_padding([stride; 2], [padding; 2], [1, 1], 1);
        conv2d(input, self.weight.clone(), self.bias.clone(), options)
    }
}
