//! What the prompts contribute to every step.

use burn::tensor::Tensor;

use crate::unet::UNetContext;

/// What the prompts contribute to every step; cheap to clone.
///
/// Tensors have one row, or two where there is guidance: the negative prompt's and the prompt's.
#[derive(Clone, Debug)]
pub struct Conditioning {
    pub(super) context: UNetContext,
    /// The guidance scale where two branches are computed, negative and positive.
    pub(super) guided: Option<f32>,
    /// For models that take the guidance scale as an input.
    pub(super) guidance_embedding: Option<Tensor<2>>,
    /// The prompts as a whole, for models that look at them: `[rows, width]`.
    pub(super) pooled: Option<Tensor<2>>,
}

impl Conditioning {
    /// Rows of the tensors: 2 with guidance, else 1.
    pub(super) fn rows(&self) -> usize {
        if self.guided.is_some() { 2 } else { 1 }
    }
}
