//! The building blocks that all models share, each loaded by the names of its tensors.
//!
//! Every layer is a thin struct holding tensors. Weights arrive through a [`Loader`], which knows where in the tree of
//! names it stands, checks each shape against the configuration, and says in its errors which tensor is at fault.

mod activation;
mod attention;
mod conv;
mod host;
mod linear;
mod loader;
mod norm;
mod placement;
mod registry;
mod resnet;
mod sample;
mod weight;

use burn::tensor::{DType, FloatDType, Tensor};

pub use activation::{Activation, gated_gelu, silu};
pub use attention::{AttentionHeads, join_heads, scaled_dot_product, split_heads};
pub use conv::{Conv2d, ConvShape};
pub use linear::Linear;
pub use loader::Loader;
pub use norm::{GroupNorm, LayerNorm};
pub use placement::{Placement, Precision};
pub use registry::WeightRegistry;
pub(crate) use registry::{Registered, WeightPlace};
pub use resnet::{ResnetBlock, ResnetConfig};
pub use sample::{Downsample, Upsample, upsample_nearest};
pub(crate) use weight::WeightCell;

/// Computes something in 32 bits that would lose its digits, or overflow, in 16; the result has the input's precision.
fn in_f32<const D: usize>(input: Tensor<D>, compute: impl FnOnce(Tensor<D>) -> Tensor<D>) -> Tensor<D> {
    let dtype = input.dtype();
    same_dtype(compute(same_dtype(input, DType::F32)), dtype)
}

/// A tensor in this floating-point type.
pub(crate) fn same_dtype<const D: usize>(input: Tensor<D>, dtype: DType) -> Tensor<D> {
    match dtype {
        _ if input.dtype() == dtype => input,
        DType::F16 => input.cast(FloatDType::F16),
        _ => input.cast(FloatDType::F32),
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    /// Large activations in 16 bits, as they occur in the middle of trained networks, and the same in 32.
    fn large<const D: usize>(shape: [usize; D]) -> (Tensor<D>, Tensor<D>) {
        let count: usize = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|idx| ((idx * 37 % 101) as f32 - 50.0) * 200.0).collect();
        let full = Tensor::<1>::from_floats(values.as_slice(), &Device::flex()).reshape(shape);
        (full.clone().cast(FloatDType::F16), full)
    }

    fn check<const D: usize>(half: Tensor<D>, full: Tensor<D>) {
        assert_eq!(half.dtype(), DType::F16, "a layer keeps the precision of its input");
        let scale: f32 = full.clone().abs().max().into_scalar();
        let error: f32 = (half.cast(FloatDType::F32) - full).abs().max().into_scalar();
        assert!(error <= scale * 1e-3, "{error} at {scale}");
    }

    #[test]
    fn activations_up_to_ten_thousand_do_not_overflow_in_sixteen_bits() {
        let (half, full) = large([2, 8, 5, 7]);
        let norm = GroupNorm::with_values(vec![1.5; 8], vec![-0.25; 8], 4, &Device::flex());
        check(norm.forward(half.clone()), norm.forward(full.clone()));
        check(norm.forward_silu(half.clone()), norm.forward_silu(full.clone()));
        check(silu(half.clone()), silu(full.clone()));
        check(Activation::Gelu.forward(half.clone()), Activation::Gelu.forward(full.clone()));
        check(Activation::QuickGelu.forward(half), Activation::QuickGelu.forward(full));
        let (half, full) = large([1, 2, 9, 4]);
        let attend = |input: Tensor<4>, causal| scaled_dot_product(input.clone(), input.clone(), input, causal);
        for causal in [false, true] {
            check(attend(half.clone(), causal), attend(full.clone(), causal));
        }
    }
}
