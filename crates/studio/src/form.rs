//! The generation form, and what its numbers mean.

use underpaint_protocol::Compat;

/// Most steps that can be asked for.
pub const MAX_STEPS: u32 = 50;
/// Largest guidance scale that can be asked for.
pub const MAX_GUIDANCE: f32 = 20.0;
/// Noise levels that the models were trained on.
const N_TRAIN_TIMESTEPS: f64 = 1000.0;

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

/// How many denoising steps a strength and a number of steps stand for.
///
/// [`Compat::Continuous`]: the distinct timesteps of `round(linspace(strength · 1000, 0, steps + 1))[:-1] − 1`, none below
/// 0; so all of the steps down to a very small strength, and one at least above 0. [`Compat::Diffusers`]: `int(steps · strength)`, as
/// `StableDiffusionImg2ImgPipeline.get_timesteps` computes it (truncated, with the surprises of binary fractions).
#[must_use]
pub fn steps_that_run(strength: f32, steps: u32, compat: Compat) -> u32 {
    // A slider's 0.58 must count as the decimal 0.58: from an f32, diffusers' truncation would see 0.5799999833.
    let strength = (f64::from(strength.clamp(0.0, 1.0)) * 1e6).round() / 1e6;
    let steps = steps.clamp(1, MAX_STEPS);
    match compat {
        Compat::Diffusers => ((f64::from(steps) * strength) as u32).min(steps),
        Compat::Continuous => {
            if strength.is_nan() || strength <= 0.0 {
                return 0;
            }
            let mut last_timestep = None;
            let mut n_steps = 0;
            for step_idx in 0..steps {
                let level = strength * N_TRAIN_TIMESTEPS * (1.0 - f64::from(step_idx) / f64::from(steps));
                let timestep = (level.round_ties_even() as i64 - 1).max(0);
                if last_timestep != Some(timestep) {
                    last_timestep = Some(timestep);
                    n_steps += 1;
                }
            }
            n_steps
        }
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
    fn continuous_strength_runs_all_steps_until_timesteps_fall_together() {
        let run = |strength, steps| steps_that_run(strength, steps, Compat::Continuous);
        assert_eq!(run(0.0, 12), 0);
        assert_eq!(run(1.0, 12), 12);
        assert_eq!(run(0.6, 12), 12);
        assert_eq!(run(0.05, 50), 50);
        // 0.005 · 1000 = 5 levels: at most 5 distinct timesteps, however many steps are asked for.
        assert_eq!(run(0.005, 50), 5);
        assert_eq!((run(0.001, 12), run(0.0001, 12)), (1, 1));
        assert_eq!(run(f32::NAN, 12), 0);
    }

    #[test]
    fn diffusers_strength_truncates_as_python_does() {
        let run = |strength, steps| steps_that_run(strength, steps, Compat::Diffusers);
        // From Python: int(50 * .58) = 28 and int(50 * .57) = 28, int(100 * .29) = 28.
        assert_eq!((run(0.58, 50), run(0.57, 50)), (28, 28));
        assert_eq!((run(0.0, 20), run(0.04, 20), run(0.75, 20), run(1.0, 20)), (0, 0, 15, 20));
    }

    #[test]
    fn the_sentence_is_honest_at_both_ends() {
        assert_eq!(runs_text(0.0, 12, Compat::Continuous), "Runs no steps: the picture is your sketch");
        assert_eq!(runs_text(0.5, 12, Compat::Continuous), "Runs 12 steps");
        assert!(runs_text(1.0, 12, Compat::Continuous).contains("pure noise"));
        assert_eq!(runs_text(0.5, 1, Compat::Continuous), "Runs 1 step");
    }
}
