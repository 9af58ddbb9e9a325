//! The attention in the middle of an autoencoder.

use burn::tensor::Tensor;

use crate::error::DiffusionError;
use crate::layers::{GroupNorm, Linear, Loader, scaled_dot_product};

/// So many weights of attention are held at a time (32 MB).
const MAX_SCORES: usize = 1 << 23;

/// Attention of every pixel to every pixel with a single head, added to its input.
#[derive(Debug, Clone)]
pub(super) struct PixelAttention {
    norm: GroupNorm,
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
}

impl PixelAttention {
    /// Reads the attention at the loader's place.
    ///
    /// Files from before 2023 name its maps `query`, `key`, `value` and `proj_attn`, later ones `to_q`, `to_k`, `to_v`
    /// and `to_out.0`; both are taken.
    pub(super) fn load(loader: &Loader<'_>, channels: usize, groups: usize) -> Result<Self, DiffusionError> {
        let [query, key, value, output] = if loader.has("query.weight") {
            ["query", "key", "value", "proj_attn"]
        } else {
            ["to_q", "to_k", "to_v", "to_out.0"]
        };
        let map = |name: &str| Linear::load(&loader.at(name), channels, channels, true);
        Ok(Self {
            norm: GroupNorm::load(&loader.at("group_norm"), groups, channels, 1e-6)?,
            query: map(query)?,
            key: map(key)?,
            value: map(value)?,
            output: map(output)?,
        })
    }

    /// Maps `[batch, channels, height, width]` to the same shape.
    pub(super) fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let [batch, channels, height, width] = input.dims();
        let count = height * width;
        let pixels = self.norm.forward(input.clone()).reshape([batch, channels, count]).swap_dims(1, 2);
        let heads = |map: &Linear| map.forward(pixels.clone()).unsqueeze_dim::<4>(1);
        let (query, key, value) = (heads(&self.query), heads(&self.key), heads(&self.value));
        // A picture of a megapixel has 16384 latents: a weight for each pair of them would take a gigabyte.
        let queries_at_once = (MAX_SCORES / (batch * count).max(1)).max(1);
        let attended = (0..count).step_by(queries_at_once).map(|start| {
            let query = query.clone().narrow(2, start, queries_at_once.min(count - start));
            scaled_dot_product(query, key.clone(), value.clone(), false)
        });
        let attended = Tensor::cat(attended.collect(), 2).reshape([batch, count, channels]);
        self.output.forward_transposed(attended).reshape([batch, channels, height, width]) + input
    }
}
