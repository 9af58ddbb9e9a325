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
