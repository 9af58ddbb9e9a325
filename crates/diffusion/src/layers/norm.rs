//! Normalisation over groups of channels and over the last dimension.

use burn::tensor::Tensor;
use burn::tensor::module::layer_norm;

use super::{Loader, host, in_f32, silu};
use crate::error::DiffusionError;

/// Group normalisation (Wu and He, 2018): every group of channels of an image gets mean 0 and variance 1, every channel
/// then its own scale and shift.
#[derive(Debug, Clone)]
pub struct GroupNorm {
    pub(crate) scale: Tensor<4>,
    pub(crate) shift: Tensor<4>,
    scale_values: Vec<f32>,
    shift_values: Vec<f32>,
    pub(crate) groups: usize,
    pub(crate) epsilon: f64,
}

impl GroupNorm {
    /// Reads `weight` and `bias` (`[channels]`) at the loader's place.
    ///
    /// # Errors
    /// Where a tensor is missing or has another shape, or `channels` is not a multiple of `groups`.
    pub fn load(loader: &Loader<'_>, groups: usize, channels: usize, epsilon: f64) -> Result<Self, DiffusionError> {
        if groups == 0 || !channels.is_multiple_of(groups) {
            return Err(DiffusionError::config(
                loader.full_name(""),
                format!("{channels} channels cannot be normalised in {groups} groups of equal size"),
            ));
        }
        let scale_values = loader.values("weight", &[&[channels]])?;
        let shift_values = loader.values("bias", &[&[channels]])?;
        Ok(Self {
            scale: loader.upload(scale_values.clone(), [1, channels, 1, 1]),
            shift: loader.upload(shift_values.clone(), [1, channels, 1, 1]),
            scale_values,
            shift_values,
            groups,
            epsilon,
        })
    }

    /// A norm of these scales and shifts, for tests.
    #[cfg(test)]
    pub(super) fn with_values(
        scale_values: Vec<f32>,
        shift_values: Vec<f32>,
        groups: usize,
        device: &burn::tensor::Device,
    ) -> Self {
        let channels = scale_values.len();
        let line = |values: &[f32]| Tensor::<1>::from_floats(values, device).reshape([1, channels, 1, 1]);
        let (scale, shift) = (line(&scale_values), line(&shift_values));
        Self { scale, shift, scale_values, shift_values, groups, epsilon: 1e-5 }
    }

    /// Normalises `[batch, channels, height, width]`.
    pub fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        if host::applies(&input) {
            return host::group_norm(input, self.host_task(false));
        }
        in_f32(input, |input| self.forward_on_device(input))
    }

    /// The same by tensor operations.
    fn forward_on_device(&self, input: Tensor<4>) -> Tensor<4> {
        let shape = input.dims();
        let [batch, channels, height, width] = shape;
        // A group's values lie one behind the other.
        let rows = input.reshape([batch * self.groups, channels / self.groups * height * width]);
        let centred = rows.clone() - rows.mean_dim(1);
        let variance = (centred.clone() * centred.clone()).mean_dim(1);
        let normal = centred / (variance + self.epsilon).sqrt();
        normal.reshape(shape) * self.scale.clone() + self.shift.clone()
    }

    /// Normalises and applies the sigmoid linear unit, which follows nearly every group norm of these models.
    pub fn forward_silu(&self, input: Tensor<4>) -> Tensor<4> {
        if host::applies(&input) {
            return host::group_norm(input, self.host_task(true));
        }
        in_f32(input, |input| silu(self.forward_on_device(input)))
    }

    fn host_task(&self, with_silu: bool) -> host::GroupNormTask<'_> {
        host::GroupNormTask {
            scale: &self.scale_values,
            shift: &self.shift_values,
            groups: self.groups,
            epsilon: self.epsilon,
            with_silu,
        }
    }
}

/// Layer normalisation (Ba et al., 2016) of the last dimension.
#[derive(Debug, Clone)]
pub struct LayerNorm {
    scale: Tensor<1>,
    shift: Tensor<1>,
    epsilon: f64,
}

impl LayerNorm {
    /// Reads `weight` and `bias` (`[size]`) at the loader's place.
    ///
    /// # Errors
    /// Where a tensor is missing or has another shape.
    pub fn load(loader: &Loader<'_>, size: usize, epsilon: f64) -> Result<Self, DiffusionError> {
        Ok(Self { scale: loader.tensor("weight", [size])?, shift: loader.tensor("bias", [size])?, epsilon })
    }

    /// Normalises `[…, size]`.
    pub fn forward<const D: usize>(&self, input: Tensor<D>) -> Tensor<D> {
        in_f32(input, |input| layer_norm(input, self.scale.clone(), Some(self.shift.clone()), self.epsilon))
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn both_ways_to_compute_a_group_norm_agree() {
        let device = Device::flex();
        let numbers = |count: usize, seed: usize| -> Vec<f32> {
            (0..count).map(|idx| ((idx * 7919 + seed) % 1009) as f32 / 504.5 - 1.0).collect()
        };
        let (scale_values, shift_values) = (numbers(12, 1), numbers(12, 2));
        let norm = GroupNorm::with_values(scale_values, shift_values, 3, &device);
        for (height, width) in [(5, 7), (1, 1), (40, 33)] {
            let values = numbers(2 * 12 * height * width, 3);
            let input =
                Tensor::<1>::from_floats(values.as_slice(), &device).reshape([2, 12, height, width]) * 3.0 + 1.5;
            let plain = norm.forward_on_device(input.clone());
            let error: f32 = (norm.forward(input.clone()) - plain.clone()).abs().max().into_scalar();
            assert!(error < 1e-5, "{height} x {width}: {error}");
            let error: f32 =
                (norm.forward_silu(input) - burn::tensor::activation::silu(plain)).abs().max().into_scalar();
            assert!(error < 1e-5, "{height} x {width} with silu: {error}");
        }
    }
}
