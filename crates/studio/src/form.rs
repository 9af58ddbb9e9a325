//! The generation form, and what its numbers mean.

use underpaint_protocol::{Compat, steps_that_run};

/// Most steps that can be asked for.
pub const MAX_STEPS: u32 = 50;
/// Largest guidance scale that can be asked for.
pub const MAX_GUIDANCE: f32 = 20.0;

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
        }
    }
}

impl Form {
    /// The sentence beside the strength: how many steps run, and what the ends of the scale mean.
    #[must_use]
    pub fn runs_text(&self) -> String {
        runs_text(self.strength, self.steps, self.compat)
    }
}

/// The sentence beside the strength: how many steps run, and what the ends of the scale mean.
#[must_use]
pub fn runs_text(strength: f32, steps: u32, compat: Compat) -> String {
    let n_steps = steps_that_run(strength, steps, compat);
    match n_steps {
        0 => "Runs no steps: the picture is your sketch".into(),
        1 => "Runs 1 step".into(),
        _ if strength >= 1.0 && compat == Compat::Continuous => {
            format!("Runs {n_steps} steps from pure noise: the sketch is not looked at")
        }
        _ => format!("Runs {n_steps} steps"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_is_honest_at_both_ends() {
        assert_eq!(runs_text(0.0, 12, Compat::Continuous), "Runs no steps: the picture is your sketch");
        assert_eq!(runs_text(0.5, 12, Compat::Continuous), "Runs 12 steps");
        assert!(runs_text(1.0, 12, Compat::Continuous).contains("pure noise"));
        assert_eq!(runs_text(0.5, 1, Compat::Continuous), "Runs 1 step");
    }
}
