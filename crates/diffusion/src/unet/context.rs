//! What the text contributes to every step, computed once.

use burn::tensor::Tensor;

/// The text encoder's hidden states together with the keys and values that every cross-attention makes of them.
///
/// They do not depend on the latents or the timestep, so that a run of many steps computes them once: see
/// [`super::UNet2DConditionModel::context`].
#[derive(Debug, Clone)]
pub struct UNetContext {
    hidden_states: Tensor<3>,
    keys_values: Vec<KeyValue>,
}

/// Keys and values of one cross-attention, each `[batch, heads, tokens, width]`.
#[derive(Debug, Clone)]
pub(super) struct KeyValue {
    pub(super) key: Tensor<4>,
    pub(super) value: Tensor<4>,
}

impl UNetContext {
    pub(super) fn new(hidden_states: Tensor<3>, keys_values: Vec<KeyValue>) -> Self {
        Self { hidden_states, keys_values }
    }

    /// The hidden states it was made of: `[batch, tokens, cross_attention_dim]`.
    pub fn hidden_states(&self) -> &Tensor<3> {
        &self.hidden_states
    }

    /// The keys and values in the order in which the network comes across them.
    pub(super) fn cursor(&self) -> ContextCursor<'_> {
        ContextCursor { context: self, next_idx: 0 }
    }
}

/// A walk through a [`UNetContext`].
#[derive(Debug)]
pub(super) struct ContextCursor<'a> {
    context: &'a UNetContext,
    next_idx: usize,
}

impl ContextCursor<'_> {
    /// The next cross-attention's keys and values, or `compute` of the hidden states where there are none.
    pub(super) fn next_or(&mut self, compute: impl FnOnce(Tensor<3>) -> KeyValue) -> KeyValue {
        let found = self.context.keys_values.get(self.next_idx).cloned();
        self.next_idx += 1;
        found.unwrap_or_else(|| compute(self.context.hidden_states.clone()))
    }
}
