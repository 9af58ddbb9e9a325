//! What a UNet is given beside the latents and the timestep.

use burn::tensor::Tensor;

use super::UNetContext;
use crate::control::ControlResiduals;

/// What a UNet is given beside the latents and the timestep: the text always, the rest where a model or a user asks
/// for it.
#[derive(Debug, Clone)]
pub struct UNetInputs<'a> {
    /// The text, made once for a run by [`super::UNet2DConditionModel::context`].
    pub context: &'a UNetContext,
    /// The embedding `[batch, time_cond_proj_dim]` (or `[1, …]`) of a guidance scale, for models distilled from guided
    /// ones (LCM); other models do not look at it. See [`super::UNet2DConditionModel::guidance_embedding`].
    pub guidance: Option<Tensor<2>>,
    /// What models of the `text_time` kind (SDXL) need and others do not look at.
    pub added: Option<AddedConditions>,
    /// What control networks add.
    pub residuals: Option<&'a ControlResiduals>,
    /// What an adapter adds within the down blocks, one after the other; empty where there is no adapter.
    pub adapter_features: &'a [Tensor<4>],
}

impl<'a> UNetInputs<'a> {
    /// The text alone.
    pub fn new(context: &'a UNetContext) -> Self {
        Self { context, guidance: None, added: None, residuals: None, adapter_features: &[] }
    }
}

/// What SDXL's networks are told of the text as a whole and of the picture's size (`addition_embed_type: text_time`).
#[derive(Debug, Clone)]
pub struct AddedConditions {
    /// The text encoder's pooled and projected output: `[batch, width]`.
    pub text_embeds: Tensor<2>,
    /// Original size, crop and target size in pixels, each height before width (the refiner: original size, crop and an
    /// aesthetic score): `[batch, 6]` or `[batch, 5]`.
    pub time_ids: Tensor<2>,
}
