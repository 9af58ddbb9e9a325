//! Two-dimensional convolution.

use burn::tensor::module::conv2d;
use burn::tensor::ops::ConvOptions;
use burn::tensor::{DType, Tensor};

use super::registry::WeightPlace;
use super::weight::WeightCell;
use super::{Loader, host, same_dtype};
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
    /// `[outputs, inputs · kernel²]`.
    weight: WeightCell,
    bias: Option<Tensor<1>>,
    bias_values: Option<Vec<f32>>,
    shape: ConvShape,
}

impl Conv2d {
    /// Reads `weight` (`[outputs, inputs, kernel, kernel]`) and, where `with_bias`, `bias` at the loader's place.
    ///
    /// # Errors
    /// Where a tensor is missing or has another shape, or the device cannot do the precision.
    pub fn load(loader: &Loader<'_>, shape: ConvShape, with_bias: bool) -> Result<Self, DiffusionError> {
        let ConvShape { inputs, outputs, kernel, .. } = shape;
        let dims = [outputs, inputs, kernel, kernel];
        let weight = loader.cell(loader.values("weight", &[&dims])?, [outputs, inputs * kernel * kernel])?;
        loader.register("weight", &weight, &dims, WeightPlace::Rows);
        let bias_values = if with_bias { Some(loader.values("bias", &[&[outputs]])?) } else { None };
        let bias = bias_values.clone().map(|values| loader.upload(values, [outputs]));
        Ok(Self { weight, bias, bias_values, shape })
    }

    /// Channels of the output.
    pub fn outputs(&self) -> usize {
        self.shape.outputs
    }

    /// Convolves `[batch, inputs, height, width]`, in the precision of the input.
    ///
    /// Whatever the precision of the weight, sums are taken in 32 bits: the convolution of graphics processors would sum
    /// thousands of products in the precision that it is given.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let ConvShape { inputs, outputs, kernel, stride, padding } = self.shape;
        let dtype = input.dtype();
        let (weight, input) = (same_dtype(self.weight.get(), DType::F32), same_dtype(input, DType::F32));
        // The device's own pointwise convolution is already a bare matrix product.
        if kernel > 1 && host::applies(&input) {
            return same_dtype(host::conv2d(input, &weight, self.bias_values.as_deref(), self.shape), dtype);
        }
        let options = ConvOptions::new_with_padding([stride; 2], [padding; 2], [1, 1], 1);
        let weight = weight.reshape([outputs, inputs, kernel, kernel]);
        same_dtype(conv2d(input, weight, self.bias.clone(), options), dtype)
    }
}
