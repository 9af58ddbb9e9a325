//! One layer of the transformer: causal self-attention and a feed-forward network.

use burn::tensor::{Tensor, activation};

use super::ClipTextConfig;
use crate::error::DiffusionError;
use crate::layers::{
    Activation, AttentionHeads, LayerNorm, Linear, Loader, join_heads, scaled_dot_product, split_heads,
};

/// One layer: attention and feed-forward, each after a norm and added to its input.
#[derive(Debug, Clone)]
pub(super) struct EncoderLayer {
    norm1: LayerNorm,
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    heads: AttentionHeads,
    norm2: LayerNorm,
    expand: Linear,
    contract: Linear,
    activation: Activation,
}

impl EncoderLayer {
    /// Reads the layer at the loader's place.
    ///
    /// # Errors
    /// Where a tensor is missing or has another shape.
    pub(super) fn load(loader: &Loader<'_>, config: &ClipTextConfig) -> Result<Self, DiffusionError> {
        let width = config.hidden_size;
        let projection = |name: &str| Linear::load(&loader.at("self_attn").at(name), width, width, true);
        Ok(Self {
            norm1: LayerNorm::load(&loader.at("layer_norm1"), width, config.norm_epsilon)?,
            query: projection("q_proj")?,
            key: projection("k_proj")?,
            value: projection("v_proj")?,
            output: projection("out_proj")?,
            heads: AttentionHeads { count: config.heads, width: width / config.heads },
            norm2: LayerNorm::load(&loader.at("layer_norm2"), width, config.norm_epsilon)?,
            expand: Linear::load(&loader.at("mlp.fc1"), width, config.intermediate_size, true)?,
            contract: Linear::load(&loader.at("mlp.fc2"), config.intermediate_size, width, true)?,
            activation: config.activation,
        })
    }

    /// Maps `[batch, tokens, hidden_size]` to the same shape. Where there is a `bias` (`[batch, 1, tokens, tokens]`), it
    /// is added to the attention's scores and must hide the later tokens itself.
    pub(super) fn forward(&self, input: Tensor<3>, bias: Option<&Tensor<4>>) -> Tensor<3> {
        let normal = self.norm1.forward(input.clone());
        let query = split_heads(self.query.forward(normal.clone()), self.heads);
        let key = split_heads(self.key.forward(normal.clone()), self.heads);
        let value = split_heads(self.value.forward(normal), self.heads);
        let attended = match bias {
            None => scaled_dot_product(query, key, value, true),
            Some(bias) => {
                let scores = query.matmul(key.swap_dims(2, 3)) / (self.heads.width as f64).sqrt();
                activation::softmax(scores + bias.clone(), 3).matmul(value)
            }
        };
        let hidden = input + self.output.forward(join_heads(attended));
        let inner = self.activation.forward(self.expand.forward(self.norm2.forward(hidden.clone())));
        hidden + self.contract.forward(inner)
    }
}
