//! Pointwise non-linearities.

use burn::tensor::Tensor;
use burn::tensor::activation;

use super::{host, in_f32};

/// The sigmoid linear unit: `x · σ(x)`.
pub fn silu<const D: usize>(input: Tensor<D>) -> Tensor<D> {
    if host::applies(&input) { host::swish(input, 1.0) } else { in_f32(input, activation::silu) }
}

/// The gated unit GEGLU (Shazeer, 2020): of rows `[values, gates]` it makes `values · gelu(gates)`.
pub fn gated_gelu(input: Tensor<3>) -> Tensor<3> {
    if host::applies(&input) {
        return host::gated_gelu(input);
    }
    let inner = input.dims()[2] / 2;
    in_f32(input, |input| {
        let value = input.clone().narrow(2, 0, inner);
        value * activation::gelu(input.narrow(2, inner, inner))
    })
}

/// An activation that a text encoder's configuration may name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// `x · Φ(x)`, with the exact error function.
    Gelu,
    /// `x · σ(1.702 x)`: the approximation that the first CLIP models were trained with.
    QuickGelu,
}

impl Activation {
    /// Applies it to every value.
    pub fn forward<const D: usize>(self, input: Tensor<D>) -> Tensor<D> {
        match self {
            Self::Gelu => in_f32(input, activation::gelu),
            Self::QuickGelu if host::applies(&input) => host::swish(input, 1.702),
            Self::QuickGelu => in_f32(input, |input| input.clone() * activation::sigmoid(input * 1.702)),
        }
    }
}
