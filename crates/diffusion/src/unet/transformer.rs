//! Attention over the pixels of an image and from them to the text: diffusers' `Transformer2DModel`.

use burn::tensor::Tensor;

use super::context::{ContextCursor, KeyValue};
use crate::error::DiffusionError;
use crate::layers::{
    AttentionHeads, GroupNorm, LayerNorm, Linear, Loader, gated_gelu, join_heads, scaled_dot_product, split_heads,
};

/// What a [`Transformer`] is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TransformerConfig {
    /// Channels of the image.
    pub(super) channels: usize,
    /// Number of heads; each has `channels / heads` values, rounded down.
    pub(super) heads: usize,
    /// Number of transformer blocks one after the other.
    pub(super) layers: usize,
    /// Width of the text encoder's hidden states.
    pub(super) cross_attention_dim: usize,
    /// Whether the first attention of each block looks at the text as well, not at the image.
    pub(super) only_cross_attention: bool,
    /// Groups of the norm.
    pub(super) groups: usize,
}

/// A transformer over an image's pixels, added to the image.
#[derive(Debug, Clone)]
pub(super) struct Transformer {
    norm: GroupNorm,
    project_in: Linear,
    blocks: Vec<TransformerBlock>,
    project_out: Linear,
}

impl Transformer {
    /// Reads the transformer at the loader's place; its projections may be linear layers or 1 × 1 convolutions.
    pub(super) fn load(loader: &Loader<'_>, config: TransformerConfig) -> Result<Self, DiffusionError> {
        let heads = AttentionHeads { count: config.heads, width: config.channels / config.heads };
        let inner = heads.total_width();
        let blocks = (0..config.layers)
            .map(|block_idx| {
                let place = loader.at(format!("transformer_blocks.{block_idx}"));
                TransformerBlock::load(&place, heads, &config)
            })
            .collect::<Result<_, _>>()?;
        Ok(Self {
            // Unlike the residual blocks' norms, this one's epsilon is fixed in diffusers.
            norm: GroupNorm::load(&loader.at("norm"), config.groups, config.channels, 1e-6)?,
            project_in: Linear::load(&loader.at("proj_in"), config.channels, inner, true)?,
            blocks,
            project_out: Linear::load(&loader.at("proj_out"), inner, config.channels, true)?,
        })
    }

    /// Maps `[batch, channels, height, width]` to the same shape.
    pub(super) fn forward(&self, input: Tensor<4>, context: &mut ContextCursor<'_>) -> Tensor<4> {
        let [batch, channels, height, width] = input.dims();
        let normal = self.norm.forward(input.clone()).reshape([batch, channels, height * width]);
        let mut hidden = self.project_in.forward(normal.swap_dims(1, 2));
        for block in &self.blocks {
            hidden = block.forward(hidden, context);
        }
        self.project_out.forward_transposed(hidden).reshape([batch, channels, height, width]) + input
    }

    /// The keys and values of its cross-attentions.
    pub(super) fn keys_values(&self, hidden_states: &Tensor<3>) -> Vec<KeyValue> {
        let attentions = self.blocks.iter().flat_map(|block| {
            let first = match &block.first_attention {
                FirstAttention::Image(_) => None,
                FirstAttention::Text(attention) => Some(attention.as_ref()),
            };
            first.into_iter().chain([&block.cross_attention])
        });
        attentions.map(|attention| attention.key_value(hidden_states.clone())).collect()
    }
}

/// Self-attention, cross-attention and a gated feed-forward layer, each after a norm and added to its input:
/// diffusers' `BasicTransformerBlock`.
#[derive(Debug, Clone)]
struct TransformerBlock {
    norm1: LayerNorm,
    first_attention: FirstAttention,
    norm2: LayerNorm,
    cross_attention: CrossAttention,
    norm3: LayerNorm,
    feed_forward: FeedForward,
}

/// What the first attention of a block looks at.
#[derive(Debug, Clone)]
enum FirstAttention {
    /// The image itself, as nearly always.
    Image(Box<SelfAttention>),
    /// The text, where the configuration says `only_cross_attention`.
    Text(Box<CrossAttention>),
}

impl TransformerBlock {
    fn load(loader: &Loader<'_>, heads: AttentionHeads, config: &TransformerConfig) -> Result<Self, DiffusionError> {
        let context_width = config.cross_attention_dim;
        let width = heads.total_width();
        let norm = |name: &str| LayerNorm::load(&loader.at(name), width, 1e-5);
        Ok(Self {
            norm1: norm("norm1")?,
            first_attention: if config.only_cross_attention {
                FirstAttention::Text(Box::new(CrossAttention::load(&loader.at("attn1"), heads, context_width)?))
            } else {
                FirstAttention::Image(Box::new(SelfAttention::load(&loader.at("attn1"), heads)?))
            },
            norm2: norm("norm2")?,
            cross_attention: CrossAttention::load(&loader.at("attn2"), heads, context_width)?,
            norm3: norm("norm3")?,
            feed_forward: FeedForward::load(&loader.at("ff"), width)?,
        })
    }

    fn forward(&self, input: Tensor<3>, context: &mut ContextCursor<'_>) -> Tensor<3> {
        let normal = self.norm1.forward(input.clone());
        let attended = match &self.first_attention {
            FirstAttention::Image(attention) => attention.forward(normal),
            FirstAttention::Text(attention) => attention.forward(normal, context),
        };
        let hidden = attended + input;
        let hidden = self.cross_attention.forward(self.norm2.forward(hidden.clone()), context) + hidden;
        self.feed_forward.forward(self.norm3.forward(hidden.clone())) + hidden
    }
}

/// Attention of every pixel to every pixel.
#[derive(Debug, Clone)]
struct SelfAttention {
    query_key_value: Linear,
    output: Linear,
    heads: AttentionHeads,
}

impl SelfAttention {
    fn load(loader: &Loader<'_>, heads: AttentionHeads) -> Result<Self, DiffusionError> {
        let width = heads.total_width();
        let (query, key, value) = (loader.at("to_q"), loader.at("to_k"), loader.at("to_v"));
        Ok(Self {
            query_key_value: Linear::load_joined(&[(&query, width), (&key, width), (&value, width)], width)?,
            output: Linear::load(&loader.at("to_out.0"), width, width, true)?,
            heads,
        })
    }

    fn forward(&self, input: Tensor<3>) -> Tensor<3> {
        let width = self.heads.total_width();
        let joined = self.query_key_value.forward(input);
        let part = |part_idx: usize| split_heads(joined.clone().narrow(2, part_idx * width, width), self.heads);
        self.output.forward(join_heads(scaled_dot_product(part(0), part(1), part(2), false)))
    }
}

/// Attention of every pixel to the tokens of the text.
#[derive(Debug, Clone)]
struct CrossAttention {
    query: Linear,
    key: Linear,
    value: Linear,
    output: Linear,
    heads: AttentionHeads,
}

impl CrossAttention {
    fn load(loader: &Loader<'_>, heads: AttentionHeads, context_width: usize) -> Result<Self, DiffusionError> {
        let width = heads.total_width();
        Ok(Self {
            query: Linear::load(&loader.at("to_q"), width, width, false)?,
            key: Linear::load(&loader.at("to_k"), context_width, width, false)?,
            value: Linear::load(&loader.at("to_v"), context_width, width, false)?,
            output: Linear::load(&loader.at("to_out.0"), width, width, true)?,
            heads,
        })
    }

    fn key_value(&self, hidden_states: Tensor<3>) -> KeyValue {
        KeyValue {
            key: split_heads(self.key.forward(hidden_states.clone()), self.heads),
            value: split_heads(self.value.forward(hidden_states), self.heads),
        }
    }

    fn forward(&self, input: Tensor<3>, context: &mut ContextCursor<'_>) -> Tensor<3> {
        let KeyValue { key, value } = context.next_or(|hidden_states| self.key_value(hidden_states));
        let query = split_heads(self.query.forward(input), self.heads);
        self.output.forward(join_heads(scaled_dot_product(query, key, value, false)))
    }
}

/// A feed-forward layer whose inner values are gated by others (GEGLU; Shazeer, 2020).
#[derive(Debug, Clone)]
struct FeedForward {
    value_gate: Linear,
    output: Linear,
}

impl FeedForward {
    fn load(loader: &Loader<'_>, width: usize) -> Result<Self, DiffusionError> {
        let inner = 4 * width;
        Ok(Self {
            value_gate: Linear::load(&loader.at("net.0.proj"), width, 2 * inner, true)?,
            output: Linear::load(&loader.at("net.2"), inner, width, true)?,
        })
    }

    fn forward(&self, input: Tensor<3>) -> Tensor<3> {
        self.output.forward(gated_gelu(self.value_gate.forward(input)))
    }
}
