//! The affine map of the last dimension.

use burn::tensor::Tensor;
use burn::tensor::module::linear;

use super::registry::WeightPlace;
use super::weight::{TurnedWeights, WeightCell};
use super::{Loader, same_dtype};
use crate::error::DiffusionError;

/// `y = x W + b`, with the weight held as `[inputs, outputs]`: the transpose of PyTorch's order, made once when loading.
#[derive(Debug, Clone)]
pub struct Linear {
    weight: WeightCell,
    bias: Option<Tensor<1>>,
}

impl Linear {
    /// Reads `weight` and, where `with_bias`, `bias` at the loader's place.
    ///
    /// A 1 × 1 convolution is the same map of the channels, so a weight `[outputs, inputs, 1, 1]` is taken as well.
    ///
    /// # Errors
    /// Where a tensor is missing or has another shape, or the device cannot do the precision.
    pub fn load(loader: &Loader<'_>, inputs: usize, outputs: usize, with_bias: bool) -> Result<Self, DiffusionError> {
        let mut linear = Self::load_joined(&[(loader, outputs)], inputs)?;
        if with_bias {
            linear.bias = Some(loader.compute_tensor("bias", [outputs])?);
        }
        Ok(linear)
    }

    /// Several maps of the same input as one, their outputs one behind the other, without a bias.
    ///
    /// One wide product is quicker than several narrow ones.
    ///
    /// # Errors
    /// As [`Linear::load`].
    pub fn load_joined(parts: &[(&Loader<'_>, usize)], inputs: usize) -> Result<Self, DiffusionError> {
        let Some((first, _)) = parts.first() else {
            return Err(DiffusionError::input("linear layer", "it is joined from no parts"));
        };
        let total: usize = parts.iter().map(|(_, outputs)| outputs).sum();
        first.placement().check()?;
        let mut joined = TurnedWeights::new(first.placement());
        let mut start = 0;
        for (loader, outputs) in parts {
            let values = loader.values("weight", &[&[*outputs, inputs], &[*outputs, inputs, 1, 1]])?;
            joined.put(&values, inputs, total, start);
            start += outputs;
        }
        let weight = joined.into_cell([inputs, total], first.placement());
        let mut start = 0;
        for (loader, outputs) in parts {
            loader.register("weight", &weight, &[*outputs, inputs], WeightPlace::Columns { start, total });
            start += outputs;
        }
        Ok(Self { weight, bias: None })
    }

    /// Maps `[…, inputs]` to `[…, outputs]`, in the precision of the input; the product is taken in that of the weight.
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        let (weight, dtype) = (self.weight.get(), input.dtype());
        same_dtype(linear(same_dtype(input, weight.dtype()), weight, self.bias.clone()), dtype)
    }

    /// Maps `[batch, positions, inputs]` to `[batch, outputs, positions]`.
    ///
    /// The product is taken the other way round, so that the result needs no rearranging.
    pub fn forward_transposed(&self, input: Tensor<3>) -> Tensor<3> {
        let (weight, dtype) = (self.weight.get(), input.dtype());
        let input = same_dtype(input, weight.dtype());
        let output = weight.swap_dims(0, 1).unsqueeze::<3>().matmul(input.swap_dims(1, 2));
        let output = match &self.bias {
            Some(bias) => output + bias.clone().unsqueeze::<2>().unsqueeze_dim::<3>(2),
            None => output,
        };
        same_dtype(output, dtype)
    }
}
