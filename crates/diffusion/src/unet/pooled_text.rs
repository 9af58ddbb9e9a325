//! `addition_embed_type: text`: the text as a whole, pooled by an attention, for all blocks beside the time.

use burn::tensor::Tensor;

use super::UNetConfig;
use crate::error::DiffusionError;
use crate::layers::{AttentionHeads, LayerNorm, Linear, Loader, join_heads, scaled_dot_product, split_heads};

/// The epsilon of PyTorch's layer norms.
const EPSILON: f64 = 1e-5;

/// diffusers' `TextTimeEmbedding` with its `AttentionPooling`, as in DeepFloyd IF.
#[derive(Debug, Clone)]
pub(super) struct PooledText {
    norm_in: LayerNorm,
    position: Tensor<3>,
    query: Linear,
    key: Linear,
    value: Linear,
    heads: AttentionHeads,
    projection: Linear,
    norm_out: LayerNorm,
}

impl PooledText {
    /// Reads `add_embedding` below the loader's place, where the configuration has such a part.
    pub(super) fn load(root: &Loader<'_>, config: &UNetConfig) -> Result<Option<Self>, DiffusionError> {
        let Some(count) = config.pooled_text_heads else { return Ok(None) };
        let width = config.cross_attention_dim[0];
        let place = root.at("add_embedding");
        let pool = place.at("pool");
        let projection = |name: &str| Linear::load(&pool.at(name), width, width, true);
        Ok(Some(Self {
            norm_in: LayerNorm::load(&place.at("norm1"), width, EPSILON)?,
            position: pool.tensor::<2>("positional_embedding", [1, width])?.reshape([1, 1, width]),
            query: projection("q_proj")?,
            key: projection("k_proj")?,
            value: projection("v_proj")?,
            heads: AttentionHeads { count, width: width / count },
            projection: Linear::load(&place.at("proj"), width, config.time_embedding_dim, true)?,
            norm_out: LayerNorm::load(&place.at("norm2"), config.time_embedding_dim, EPSILON)?,
        }))
    }

    /// Turns hidden states `[batch, tokens, width]` into `[batch, time_embedding_dim]`: their mean, as one more token,
    /// asks all of them.
    pub(super) fn forward(&self, hidden_states: Tensor<3>) -> Tensor<2> {
        let [batch, _, _] = hidden_states.dims();
        let tokens = self.norm_in.forward(hidden_states);
        let mean = tokens.clone().mean_dim(1) + self.position.clone();
        let tokens = Tensor::cat(vec![mean.clone(), tokens], 1);
        let [query, key, value] = [(&self.query, mean), (&self.key, tokens.clone()), (&self.value, tokens)]
            .map(|(layer, input)| split_heads(layer.forward(input), self.heads));
        let pooled = join_heads(scaled_dot_product(query, key, value, false));
        let embedding = self.norm_out.forward(self.projection.forward(pooled));
        let [_, _, width] = embedding.dims();
        embedding.reshape([batch, width])
    }
}
