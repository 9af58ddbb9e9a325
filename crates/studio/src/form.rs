//! The generation form, and what its numbers mean.

use underpaint_protocol::{Compat, steps_that_run};

use crate::Phrase;

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
    /// Whether paper that was left bare may become anything, whatever the strength is.
    pub is_paper_free: bool,
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
        }
    }
}

impl Form {
    /// The sentence beside the strength: how many steps run, and what the ends of the scale mean.
    #[must_use]
    pub fn runs_text(&self) -> Phrase {
        runs_text(self.strength, self.steps, self.compat)
    }
}

/// The sentence beside the strength: how many steps run, and what the ends of the scale mean.
#[must_use]
pub fn runs_text(strength: f32, steps: u32, compat: Compat) -> Phrase {
    let n_steps = steps_that_run(strength, steps, compat);
    match n_steps {
        0 => "runs-no-steps".into(),
        _ if n_steps > 1 && strength >= 1.0 && compat == Compat::Continuous => {
            Phrase::new("runs-from-noise").with("steps", n_steps)
        }
        _ => Phrase::new("runs-steps").with("steps", n_steps),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_is_honest_at_both_ends() {
        let texts = crate::Texts::new(crate::Language::English);
        let runs = |strength, steps| texts.say(&runs_text(strength, steps, Compat::Continuous));
        assert_eq!(runs(0.0, 12), "Runs no steps: the picture is your sketch");
        assert_eq!(runs(0.5, 12), "Runs 12 steps");
        assert_eq!(runs(1.0, 12), "Runs 12 steps from pure noise: the sketch is not looked at");
        assert_eq!(runs(0.5, 1), "Runs 1 step");
    }
}
