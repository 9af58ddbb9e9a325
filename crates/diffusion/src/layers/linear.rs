//! The affine map of the last dimension.

use burn::tensor::Tensor;
use burn::tensor::module::linear;

use super::Loader;
use crate::error::DiffusionError;

/// `y = x W + b`, with the weight held as `[inputs, outputs]`: the transpose of PyTorch's order, made once when loading.
#[derive(Debug, Clone)]
pub struct Linear {
    weight: Tensor<2>,
    bias: Option<Tensor<1>>,
}

impl Linear {
    /// Reads `weight` and, where `with_bias`, `bias` at the loader's place.
    ///
    /// A 1 × 1 convolution is the same map of the channels, so a weight `[outputs, inputs, 1, 1]` is taken as well.
    ///
    /// # Errors
    /// Where a tensor is missing or has another shape.
    pub fn load(loader: &Loader<'_>, inputs: usize, outputs: usize, with_bias: bool) -> Result<Self, DiffusionError> {
        let mut linear = Self::load_joined(&[(loader, outputs)], inputs)?;
        if with_bias {
            linear.bias = Some(loader.tensor("bias", [outputs])?);
        }
        Ok(linear)
    }

    /// Several maps of the same input as one, their outputs one behind the other, without a bias.
    ///
    /// One wide product is quicker than several narrow ones.
    ///
    /// # Errors
    /// Where a tensor is missing or has another shape.
    pub fn load_joined(parts: &[(&Loader<'_>, usize)], inputs: usize) -> Result<Self, DiffusionError> {
        let total: usize = parts.iter().map(|(_, outputs)| outputs).sum();
        let mut joined = vec![0.0_f32; inputs * total];
        let mut offset = 0;
        let mut device_loader = None;
        for (loader, outputs) in parts {
            let values = loader.values("weight", &[&[*outputs, inputs], &[*outputs, inputs, 1, 1]])?;
            for (output_idx, row) in values.chunks_exact(inputs).enumerate() {
                for (input_idx, value) in row.iter().enumerate() {
                    joined[input_idx * total + offset + output_idx] = *value;
                }
            }
            offset += outputs;
            device_loader = Some(*loader);
        }
        let Some(loader) = device_loader else {
            return Err(DiffusionError::input("linear layer", "it is joined from no parts"));
        };
        Ok(Self { weight: loader.upload(joined, [inputs, total]), bias: None })
    }

    /// Maps `[…, inputs]` to `[…, outputs]`.
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        linear(input, self.weight.clone(), self.bias.clone())
    }

    /// Maps `[batch, positions, inputs]` to `[batch, outputs, positions]`.
    ///
    /// The product is taken the other way round, so that the result needs no rearranging.
    pub fn forward_transposed(&self, input: Tensor<3>) -> Tensor<3> {
        let weight = self.weight.clone().swap_dims(0, 1).unsqueeze::<3>();
        let output = weight.matmul(input.swap_dims(1, 2));
        match &self.bias {
            Some(bias) => output + bias.clone().unsqueeze::<2>().unsqueeze_dim::<3>(2),
            None => output,
        }
    }
}
