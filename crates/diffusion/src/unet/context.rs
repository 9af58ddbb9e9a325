//! What the text contributes to every step, computed once.

use burn::tensor::Tensor;

use crate::error::DiffusionError;

/// The text encoder's hidden states together with the keys and values that every cross-attention makes of them.
///
/// They do not depend on the latents or the timestep, so that a run of many steps computes them once: see
/// [`super::UNet2DConditionModel::context`].
#[derive(Debug, Clone)]
pub struct UNetContext {
    hidden_states: Tensor<3>,
    keys_values: Vec<KeyValue>,
    pooled: Option<Tensor<2>>,
}

/// Keys and values of one cross-attention, each `[batch, heads, tokens, width]`.
#[derive(Debug, Clone)]
pub(crate) struct KeyValue {
    pub(crate) key: Tensor<4>,
    pub(crate) value: Tensor<4>,
}

impl UNetContext {
    /// `pooled` is what the blocks are told of the text as a whole, `[batch, time_embedding_dim]`, in networks that have
    /// a part for it.
    pub(crate) fn new(hidden_states: Tensor<3>, keys_values: Vec<KeyValue>, pooled: Option<Tensor<2>>) -> Self {
        Self { hidden_states, keys_values, pooled }
    }

    /// Several contexts of one model as one batch, in their order, such as the negative prompt's before the prompt's.
    ///
    /// # Errors
    /// Where there are none, or they differ in their number of tokens.
    pub fn batch(branches: &[&Self]) -> Result<Self, DiffusionError> {
        let Some((first, rest)) = branches.split_first() else {
            return Err(DiffusionError::input("text", "a batch of no prompts has nothing to say"));
        };
        if rest.is_empty() {
            return Ok((*first).clone());
        }
        let [_, tokens, width] = first.hidden_states.dims();
        let fits = |other: &&Self| {
            let [_, other_tokens, other_width] = other.hidden_states.dims();
            (other_tokens, other_width) == (tokens, width) && other.keys_values.len() == first.keys_values.len()
        };
        if !rest.iter().all(fits) {
            return Err(DiffusionError::input(
                "text",
                "the prompts of one batch must have equally many tokens; fill up the shorter ones",
            ));
        }
        let hidden_states = branches.iter().map(|branch| branch.hidden_states.clone()).collect();
        let keys_values = (0..first.keys_values.len())
            .map(|idx| {
                let part = |part: fn(&KeyValue) -> &Tensor<4>| {
                    Tensor::cat(branches.iter().map(|branch| part(&branch.keys_values[idx]).clone()).collect(), 0)
                };
                KeyValue { key: part(|it| &it.key), value: part(|it| &it.value) }
            })
            .collect();
        let pooled: Option<Vec<_>> = branches.iter().map(|branch| branch.pooled.clone()).collect();
        let pooled = pooled.map(|rows| Tensor::cat(rows, 0));
        Ok(Self { hidden_states: Tensor::cat(hidden_states, 0), keys_values, pooled })
    }

    /// The hidden states it was made of: `[batch, tokens, cross_attention_dim]`.
    pub fn hidden_states(&self) -> &Tensor<3> {
        &self.hidden_states
    }

    /// What is added to the time embedding, `[batch, time_embedding_dim]`.
    pub(crate) fn pooled(&self) -> Option<&Tensor<2>> {
        self.pooled.as_ref()
    }

    /// How many texts it is for.
    pub(crate) fn batch_size(&self) -> usize {
        self.hidden_states.dims()[0]
    }

    /// The keys and values in the order in which the network comes across them.
    pub(crate) fn cursor(&self) -> ContextCursor<'_> {
        ContextCursor { context: self, next_idx: 0 }
    }
}

/// A walk through a [`UNetContext`].
#[derive(Debug)]
pub(crate) struct ContextCursor<'a> {
    context: &'a UNetContext,
    next_idx: usize,
}

impl ContextCursor<'_> {
    /// The next cross-attention's keys and values, or `compute` of the hidden states where there are none.
    pub(crate) fn next_or(&mut self, compute: impl FnOnce(Tensor<3>) -> KeyValue) -> KeyValue {
        let found = self.context.keys_values.get(self.next_idx).cloned();
        self.next_idx += 1;
        found.unwrap_or_else(|| compute(self.context.hidden_states.clone()))
    }
}
