//! Scaled dot-product attention over several heads.

use burn::tensor::module::attention;
use burn::tensor::ops::AttentionModuleOptions;
use burn::tensor::{DType, Tensor};

use super::{host, same_dtype};

/// How a layer's width is divided among its heads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttentionHeads {
    /// Number of heads.
    pub count: usize,
    /// Width of one head.
    pub width: usize,
}

impl AttentionHeads {
    /// The width of all heads together.
    pub fn total_width(self) -> usize {
        self.count * self.width
    }
}

/// Turns `[batch, tokens, heads · width]` into `[batch, heads, tokens, width]`.
pub fn split_heads(input: Tensor<3>, heads: AttentionHeads) -> Tensor<4> {
    let [batch, tokens, _] = input.dims();
    input.reshape([batch, tokens, heads.count, heads.width]).swap_dims(1, 2)
}

/// Turns `[batch, heads, tokens, width]` into `[batch, tokens, heads · width]`.
pub fn join_heads(input: Tensor<4>) -> Tensor<3> {
    let [batch, heads, tokens, width] = input.dims();
    input.swap_dims(1, 2).reshape([batch, tokens, heads * width])
}

/// `softmax(Q Kᵀ / √width) V` for `[batch, heads, tokens, width]`; where `causal`, no token sees a later one.
///
/// Whatever the precision of the three, it is computed in 32 bits; the result has the query's.
pub fn scaled_dot_product(query: Tensor<4>, key: Tensor<4>, value: Tensor<4>, causal: bool) -> Tensor<4> {
    let dtype = query.dtype();
    let [query, key, value] = [query, key, value].map(|input| same_dtype(input, DType::F32));
    if !causal
        && host::applies(&query)
        && let Some(attended) = host::attention(&query, &key, &value)
    {
        return same_dtype(attended, dtype);
    }
    let options = AttentionModuleOptions { is_causal: causal, ..Default::default() };
    same_dtype(attention(query, key, value, None, None, options), dtype)
}
