//! The transformer: embeddings, causal self-attention, feed-forward layers, a last norm.

use burn::tensor::module::embedding;
use burn::tensor::{Int, Tensor};

use super::ClipTextConfig;
use crate::error::DiffusionError;
use crate::layers::{
    Activation, AttentionHeads, LayerNorm, Linear, Loader, Placement, join_heads, scaled_dot_product, split_heads,
};
use crate::source::Weights;

/// A text encoder: token ids in, one vector a token out.
#[derive(Debug, Clone)]
pub struct ClipTextModel {
    tokens: Tensor<2>,
    positions: Tensor<2>,
    layers: Vec<EncoderLayer>,
    final_norm: LayerNorm,
    max_tokens: usize,
}

impl ClipTextModel {
    /// Reads the model whose tensors stand below `prefix` (usually empty).
    ///
    /// Both namings of transformers are taken: with `text_model.` before every name, and without.
    ///
    /// # Errors
    /// Where a tensor is missing or its shape is not the configuration's.
    pub fn load(
        config: &ClipTextConfig,
        weights: &dyn Weights,
        prefix: &str,
        placement: &Placement,
    ) -> Result<Self, DiffusionError> {
        let root = Loader::new(weights, prefix, placement);
        let named = root.at("text_model");
        let root =
            if !named.has("final_layer_norm.weight") && root.has("final_layer_norm.weight") { root } else { named };
        let embeddings = root.at("embeddings");
        let layers = (0..config.layers)
            .map(|layer_idx| EncoderLayer::load(&root.at(format!("encoder.layers.{layer_idx}")), config))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            tokens: embeddings.tensor("token_embedding.weight", [config.vocab_size, config.hidden_size])?,
            positions: embeddings.tensor("position_embedding.weight", [config.max_tokens, config.hidden_size])?,
            layers,
            final_norm: LayerNorm::load(&root.at("final_layer_norm"), config.hidden_size, config.norm_epsilon)?,
            max_tokens: config.max_tokens,
        })
    }

    /// The longest text, in tokens.
    pub fn max_tokens(&self) -> usize {
        self.max_tokens
    }

    /// Encodes token ids `[batch, tokens]` as `[batch, tokens, hidden_size]`: the last hidden state after the final norm.
    ///
    /// The mask is causal, so that padding at the end changes nothing before it. Ids must be below `vocab_size`; tokens
    /// past [`ClipTextModel::max_tokens`] are left out.
    pub fn forward(&self, ids: Tensor<2, Int>) -> Tensor<3> {
        let [_, given] = ids.dims();
        let tokens = given.min(self.max_tokens);
        let ids = if tokens < given { ids.narrow(1, 0, tokens) } else { ids };
        let positions = self.positions.clone().narrow(0, 0, tokens).unsqueeze::<3>();
        let mut hidden = embedding(self.tokens.clone(), ids) + positions;
        for layer in &self.layers {
            hidden = layer.forward(hidden);
        }
        self.final_norm.forward(hidden)
    }
}

/// One layer: attention and feed-forward, each after a norm and added to its input.
#[derive(Debug, Clone)]
struct EncoderLayer {
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
    fn load(loader: &Loader<'_>, config: &ClipTextConfig) -> Result<Self, DiffusionError> {
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

    fn forward(&self, input: Tensor<3>) -> Tensor<3> {
        let normal = self.norm1.forward(input.clone());
        let query = split_heads(self.query.forward(normal.clone()), self.heads);
        let key = split_heads(self.key.forward(normal.clone()), self.heads);
        let value = split_heads(self.value.forward(normal), self.heads);
        let attended = join_heads(scaled_dot_product(query, key, value, true));
        let hidden = input + self.output.forward(attended);
        let inner = self.activation.forward(self.expand.forward(self.norm2.forward(hidden.clone())));
        hidden + self.contract.forward(inner)
    }
}
