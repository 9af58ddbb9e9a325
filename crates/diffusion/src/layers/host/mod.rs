//! Loops for tensors that lie in the processor's own memory.
//!
//! On the CPU device a tensor can be taken apart into its numbers and put together again without a copy. What the tensor
//! operations do in several passes, or with a call of a scalar `exp` for every value, is done here in one pass that the
//! compiler turns into vector instructions; matrix products stay with the device. On every other device these functions
//! do not apply, and the layers use tensor operations.

mod attention;
mod conv;
mod exp;
mod norm;
mod weight;

use burn::tensor::{DType, Device, Tensor, TensorData};

pub(super) use attention::attention;
pub(super) use conv::conv2d;
pub(super) use norm::{GroupNormTask, group_norm};
pub(super) use weight::{narrow, transpose_into, widen};

use exp::{gelu_of, sigmoid_of};

/// Whether a tensor's numbers can be had without waiting and are `f32`.
pub(super) fn applies<const D: usize>(tensor: &Tensor<D>) -> bool {
    tensor.dtype() == DType::F32 && tensor.device() == Device::flex()
}

/// What a tensor on the CPU device holds.
#[cfg_attr(
    target_arch = "wasm32",
    expect(clippy::disallowed_methods, reason = "there is no device to wait for: the numbers lie in our own memory")
)]
fn into_data<const D: usize>(tensor: Tensor<D>) -> TensorData {
    tensor.into_data()
}

/// The numbers of a tensor to which these loops apply, row-major; moved out of it where nobody else holds it.
#[expect(clippy::expect_used, reason = "reading f32 numbers out of the processor's own memory cannot fail")]
pub(super) fn into_values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    into_data(tensor).try_into_vec().expect("a tensor in the processor's memory holds f32 numbers")
}

/// Shows the numbers of a tensor to `read`: in place, where they lie as `f32` numbers must.
fn with_values<const D: usize>(tensor: Tensor<D>, read: impl FnOnce(&[f32])) {
    let data = into_data(tensor);
    match data.as_slice::<f32>() {
        Ok(values) => read(values),
        Err(_) => read(&into_values(Tensor::<D>::from_data(data, &Device::flex()))),
    }
}

/// A tensor of these numbers on the CPU device.
fn from_values<const D: usize>(values: Vec<f32>, shape: [usize; D]) -> Tensor<D> {
    Tensor::from_data(TensorData::new(values, shape), &Device::flex())
}

/// `x · σ(factor · x)` for every value.
pub(super) fn swish<const D: usize>(input: Tensor<D>, factor: f32) -> Tensor<D> {
    let shape = input.dims();
    let mut values = into_values(input);
    for value in &mut values {
        *value *= sigmoid_of(factor * *value);
    }
    from_values(values, shape)
}

/// `value · gelu(gate)` for rows of which the first half are values and the second half their gates.
pub(super) fn gated_gelu(input: Tensor<3>) -> Tensor<3> {
    let [batch, rows, width] = input.dims();
    let inner = width / 2;
    let values = into_values(input);
    let mut output = vec![0.0_f32; batch * rows * inner];
    for (row_out, row) in output.chunks_exact_mut(inner).zip(values.chunks_exact(width)) {
        let (value, gate) = row.split_at(inner);
        for ((out, value), gate) in row_out.iter_mut().zip(value).zip(gate) {
            *out = value * gelu_of(*gate);
        }
    }
    from_values(output, [batch, rows, inner])
}

#[cfg(test)]
mod tests {
    use burn::tensor::activation;

    use super::*;

    /// Numbers without a pattern, about −1..1.
    pub(super) fn numbers<const D: usize>(shape: [usize; D], seed: usize) -> Tensor<D> {
        let count: usize = shape.iter().product();
        let value = |idx: usize| ((idx * 7919 + seed * 104_729) % 10_007) as f32 / 5003.5 - 1.0;
        from_values((0..count).map(value).collect(), shape)
    }

    pub(super) fn largest_difference<const D: usize>(left: Tensor<D>, right: Tensor<D>) -> f32 {
        assert_eq!(left.dims(), right.dims());
        let (left, right) = (into_values(left), into_values(right));
        left.iter().zip(&right).map(|(left, right)| (left - right).abs()).fold(0.0, f32::max)
    }

    #[test]
    fn swish_and_gated_gelu_are_those_of_the_tensor_operations() {
        let input = numbers([2, 5, 14], 1) * 8.0;
        let expected = input.clone() * activation::sigmoid(input.clone() * 1.702);
        assert!(largest_difference(swish(input.clone(), 1.702), expected) < 2e-6);
        let gate = input.clone().narrow(2, 7, 7);
        let expected = input.clone().narrow(2, 0, 7) * activation::gelu(gate);
        assert!(largest_difference(gated_gelu(input), expected) < 1e-5);
    }

    #[test]
    fn a_number_that_is_none_stays_one() {
        let input = from_values(vec![f32::NAN, 1.0, 0.0, 0.0, f32::NAN, 0.0], [1, 1, 6]);
        assert!(into_values(swish(input.clone(), 1.0))[0].is_nan());
        let gated = into_values(gated_gelu(input));
        assert!(gated[0].is_nan() && gated[1].is_nan());
    }
}
