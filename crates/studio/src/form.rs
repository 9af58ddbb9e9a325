//! The generation form, and what its numbers mean.

use underpaint_protocol::{Compat, SigmaKind};

use crate::StyleId;

/// Most steps that can be asked for.
pub const MAX_STEPS: u32 = 50;
/// Largest guidance scale that can be asked for.
pub const MAX_GUIDANCE: f32 = 20.0;

/// Most layers of the text encoder that can be left out.
pub const MAX_CLIP_SKIP: u32 = 11;

/// The generation form.
#[derive(Clone, Debug, PartialEq)]
pub struct Form {
    /// What to paint.
    pub prompt: String,
    /// What to avoid.
    pub negative: String,
    /// Denoising strength, 0 (the sketch unchanged) to 1 (from pure noise).
    pub strength: f32,
    /// Denoising steps, 1 to [`MAX_STEPS`].
    pub steps: u32,
    /// Classifier-free guidance scale, 1 (off) to [`MAX_GUIDANCE`].
    pub guidance: f32,
    /// The seed of the last or (when locked) the next render.
    pub seed: u64,
    /// Whether renders keep the seed; otherwise each takes a new one.
    pub is_seed_locked: bool,
    /// The sampler, as the model's report names it; `None` is the model's own.
    pub scheduler: Option<String>,
    /// Whose conventions are followed.
    pub compat: Compat,
    /// Whether paper that was left bare may become anything, whatever the strength is.
    pub is_paper_free: bool,
    /// The style whose words are put around the prompt.
    pub style: Option<StyleId>,
    /// How noise levels are spaced; `None` is as the model says.
    pub sigmas: Option<SigmaKind>,
    /// Layers of the text encoder that are left out at its end.
    pub clip_skip: u32,
    /// The edge of the square with as many pixels as the picture has; `None` is the model's own size.
    pub edge_px: Option<u32>,
    /// Whether pictures are enlarged, where the model can do that.
    pub is_upscaled: bool,
    /// Whether only what is selected is rendered, where something is.
    pub is_selection_only: bool,
    /// Pictures that one press of Render makes, 1 to [`crate::MAX_VARIATIONS`].
    pub n_variations: u32,
}

impl Default for Form {
    fn default() -> Self {
        Self {
            prompt: String::new(),
            negative: String::new(),
            strength: 0.6,
            steps: 12,
            guidance: 4.0,
            seed: 0,
            is_seed_locked: false,
            scheduler: None,
            compat: Compat::Continuous,
            is_paper_free: false,
            style: None,
            sigmas: None,
            clip_skip: 0,
            edge_px: None,
            is_upscaled: false,
            is_selection_only: true,
            n_variations: 1,
        }
    }
}
