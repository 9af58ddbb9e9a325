//! Everything a picture depends on, as one value.

use serde::{Deserialize, Serialize};

/// A revision of the document: it moves with every change of its pixels, so equal revisions mean equal pixels.
pub type Revision = u64;

/// Which sampler walks from noise to picture.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SchedulerKind {
    /// The one the model's `scheduler_config.json` names.
    #[default]
    FromModel,
    /// Denoising diffusion implicit models (Song et al., 2020), deterministic (eta 0).
    Ddim,
    /// Euler steps on the probability flow ODE (Karras et al., 2022).
    Euler,
    /// Latent consistency sampling (Luo et al., 2023).
    Lcm,
}

/// Whose conventions decide the steps that a strength stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compat {
    /// Strength names a noise level; the number of steps stays what was asked for.
    #[default]
    Continuous,
    /// Python diffusers: `int(steps * strength)` of the steps run, the posterior is sampled, noise is drawn in its order.
    Diffusers,
}

/// Everything a picture depends on besides the weights: equal inputs give the same picture, so they need no new job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GenerateInput {
    /// The revision of the document that the init image was flattened from.
    pub revision: Revision,
    /// Width of the init image and of the picture, in pixels.
    pub width: u32,
    /// Height of the init image and of the picture, in pixels.
    pub height: u32,
    /// What to paint.
    pub prompt: String,
    /// What to avoid; only read when `guidance` is above 1.
    pub negative: String,
    /// Denoising strength, 0 (the sketch unchanged) to 1 (from pure noise).
    pub strength: f32,
    /// Denoising steps, at least 1.
    pub steps: u32,
    /// Classifier-free guidance scale; at 1 and below the negative prompt is not computed.
    pub guidance: f32,
    /// Seed of the noise: the same seed is the same picture.
    pub seed: u64,
    /// The sampler.
    pub scheduler: SchedulerKind,
    /// Whose conventions are followed.
    pub compat: Compat,
}

impl Default for GenerateInput {
    fn default() -> Self {
        Self {
            revision: 0,
            width: 512,
            height: 512,
            prompt: String::new(),
            negative: String::new(),
            strength: 0.6,
            steps: 12,
            guidance: 4.0,
            seed: 0,
            scheduler: SchedulerKind::FromModel,
            compat: Compat::Continuous,
        }
    }
}
