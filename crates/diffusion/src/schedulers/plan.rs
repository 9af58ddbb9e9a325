//! A run, worked out before its first step.

use crate::DiffusionError;
use crate::schedulers::{NoiseLevels, SchedulerConfig, SchedulerName, ddim, euler, lcm, spacing};

/// Which part of the way from noise to picture is walked, and in how many steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Span {
    /// From the noise level `strength`, a fixed number of steps. The number is smaller only where the training knows
    /// fewer timesteps below that level.
    Strength {
        /// The noise level as a share of the training's timesteps, above 0 up to 1; 1 is pure noise.
        strength: f64,
        /// Steps, at least 1.
        steps: usize,
    },
    /// The last `int(steps * strength)` of the timesteps that diffusers would visit in `steps` steps.
    Diffusers {
        /// Share of the steps that run.
        strength: f64,
        /// Steps of the whole way, at least 1.
        steps: usize,
    },
}

impl Span {
    /// A noise level and the steps that lead from it to the picture.
    pub fn from_strength(strength: f64, steps: usize) -> Self {
        Self::Strength { strength, steps }
    }

    /// diffusers' way of cutting a schedule by strength.
    pub fn as_diffusers(strength: f64, steps: usize) -> Self {
        Self::Diffusers { strength, steps }
    }

    fn strength(self) -> f64 {
        match self {
            Self::Strength { strength, .. } | Self::Diffusers { strength, .. } => strength,
        }
    }

    fn steps(self) -> usize {
        match self {
            Self::Strength { steps, .. } | Self::Diffusers { steps, .. } => steps,
        }
    }

    /// The timesteps before anything is cut, from the noisy end down.
    pub(super) fn timesteps(self, config: &SchedulerConfig, name: SchedulerName) -> Vec<f64> {
        match self {
            Self::Strength { strength, steps } => {
                spacing::continuous_timesteps(strength, config.num_train_timesteps, steps)
            }
            Self::Diffusers { steps, .. } => spacing::diffusers_timesteps(
                config.spacing(name),
                config.num_train_timesteps,
                steps,
                config.steps_offset,
                name == SchedulerName::Euler,
            ),
        }
    }

    /// How many of the `n` steps that a schedule has are left out at its noisy end.
    fn n_left_out(self, n: usize) -> usize {
        match self {
            Self::Strength { .. } => 0,
            // Truncated, not rounded: int(50 * 0.58) is 28 in Python as it is here.
            Self::Diffusers { strength, steps } => n.min(steps.saturating_sub((steps as f64 * strength) as usize)),
        }
    }
}

/// One denoising step: when the model is asked, and what its answer does.
///
/// With the latents `x` and the model's output `m`, the picture that the step foresees is
/// `p = clip(picture_from_latents·x + picture_from_output·m)`, and the next latents are
/// `next_from_picture·p + next_from_latents·x + next_from_output·m + next_from_noise·(fresh normal noise)`.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Step {
    /// The timestep that the model is told.
    pub timestep: f32,
    /// The latents are multiplied by this before the model sees them.
    pub input_scale: f32,
    /// Share of the latents in the foreseen picture.
    pub picture_from_latents: f32,
    /// Share of the model's output in the foreseen picture.
    pub picture_from_output: f32,
    /// The foreseen picture is clipped to this magnitude.
    pub clip: Option<f32>,
    /// Share of the foreseen picture in the next latents.
    pub next_from_picture: f32,
    /// Share of the latents in the next latents.
    pub next_from_latents: f32,
    /// Share of the model's output in the next latents.
    pub next_from_output: f32,
    /// Share of fresh noise in the next latents; 0 where the step draws none.
    pub next_from_noise: f32,
}

impl Step {
    fn is_finite(&self) -> bool {
        [
            self.input_scale,
            self.picture_from_latents,
            self.picture_from_output,
            self.next_from_picture,
            self.next_from_latents,
            self.next_from_output,
            self.next_from_noise,
        ]
        .iter()
        .all(|coefficient| coefficient.is_finite())
    }
}

/// A whole run: how the first latents are mixed, and the steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Share of the encoded picture in the first latents; 0 where the run starts from pure noise.
    pub start_from_picture: f32,
    /// Share of the noise in the first latents.
    pub start_from_noise: f32,
    /// The steps; never empty.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Works out a run.
    ///
    /// # Errors
    /// Where `steps` or `strength` is out of range, no step is left to run, or the configuration cannot be followed.
    pub fn new(config: &SchedulerConfig, name: SchedulerName, span: Span) -> Result<Self, DiffusionError> {
        let (strength, n_steps) = (span.strength(), span.steps());
        if !(strength > 0.0 && strength <= 1.0) {
            return Err(DiffusionError::input("strength", format!("{strength} is not above 0 and at most 1")));
        }
        if !(1..=config.num_train_timesteps).contains(&n_steps) {
            return Err(DiffusionError::input(
                "steps",
                format!("{n_steps} is not between 1 and {}, the model's training steps", config.num_train_timesteps),
            ));
        }

        let levels = NoiseLevels::new(config, name)?;
        let mut plan = match name {
            SchedulerName::Ddim => ddim::plan(config, &levels, span),
            SchedulerName::Euler => euler::plan(config, &levels, span),
            SchedulerName::Lcm => lcm::plan(config, &levels, span),
        }?;
        plan.check()?;

        if matches!(span, Span::Strength { .. }) && strength == 1.0 {
            // At the last training step a trace of the picture would be left. Pure noise of the same power takes its
            // place, so that full strength owes nothing to the sketch.
            let power = plan.start_from_picture.powi(2) + plan.start_from_noise.powi(2);
            plan.start_from_noise = power.sqrt();
            plan.start_from_picture = 0.0;
        }
        Ok(plan)
    }

    /// The timesteps that the model is asked at.
    pub fn timesteps(&self) -> Vec<f32> {
        self.steps.iter().map(|step| step.timestep).collect()
    }

    fn check(&self) -> Result<(), DiffusionError> {
        if self.steps.iter().all(Step::is_finite) && self.start_from_noise.is_finite() {
            return Ok(());
        }
        Err(DiffusionError::config(
            "scheduler/scheduler_config.json",
            "a step starts where nothing is left of the picture (rescale_betas_zero_snr), which only models of \
             prediction_type v_prediction can do; lower the strength or choose another scheduler",
        ))
    }
}

/// Leaves out the steps before the first one that runs.
///
/// # Errors
/// Where none is left.
pub(super) fn cut<T>(mut steps: Vec<T>, span: Span) -> Result<Vec<T>, DiffusionError> {
    steps.drain(..span.n_left_out(steps.len()));
    if steps.is_empty() {
        return Err(DiffusionError::input(
            "strength",
            format!(
                "{} of {} steps is not one whole step; raise the strength or the steps",
                span.strength(),
                span.steps()
            ),
        ));
    }
    Ok(steps)
}

/// The whole timesteps of a span, cut by its strength.
///
/// # Errors
/// Where none is left, or one lies beyond the training.
pub(super) fn whole_timesteps(
    config: &SchedulerConfig,
    name: SchedulerName,
    levels: &NoiseLevels,
    span: Span,
) -> Result<Vec<usize>, DiffusionError> {
    let timesteps: Vec<usize> = cut(span.timesteps(config, name), span)?.into_iter().map(|t| t as usize).collect();
    match timesteps.iter().find(|&&t| t >= levels.n_timesteps()) {
        Some(t) => Err(DiffusionError::input(
            "steps",
            format!("timestep {t} lies beyond the {} of the training; take fewer steps", levels.n_timesteps()),
        )),
        None => Ok(timesteps),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STABLE_DIFFUSION: &str =
        r#"{"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "clip_sample": false}"#;

    fn config() -> SchedulerConfig {
        SchedulerConfig::from_json(STABLE_DIFFUSION).unwrap()
    }

    #[test]
    fn a_fixed_number_of_steps_runs_at_every_strength() {
        for name in [SchedulerName::Ddim, SchedulerName::Euler, SchedulerName::Lcm] {
            for strength in [0.05, 0.3, 0.58, 0.999, 1.0] {
                let plan = Plan::new(&config(), name, Span::from_strength(strength, 12)).unwrap();
                assert_eq!(plan.steps.len(), 12, "{name:?} at {strength}");
            }
        }
    }

    #[test]
    fn more_strength_starts_noisier_down_to_the_smallest_change() {
        let share = |strength| {
            Plan::new(&config(), SchedulerName::Ddim, Span::from_strength(strength, 8)).unwrap().start_from_picture
        };
        let strengths: Vec<f64> = (1..=1000).map(|level| f64::from(level) / 1000.0).collect();
        assert!(strengths.windows(2).all(|pair| share(pair[0]) > share(pair[1])));
    }

    #[test]
    fn full_strength_is_pure_noise() {
        for name in [SchedulerName::Ddim, SchedulerName::Euler, SchedulerName::Lcm] {
            let plan = Plan::new(&config(), name, Span::from_strength(1.0, 8)).unwrap();
            assert_eq!(plan.start_from_picture, 0.0);
            // The model must see noise of variance one.
            let seen = plan.start_from_noise * plan.steps[0].input_scale;
            assert!((seen - 1.0).abs() < 1e-5, "{name:?}: {seen}");
        }
    }

    #[test]
    fn diffusers_steps_are_truncated_like_pythons_int() {
        let n_steps = |steps, strength| {
            Plan::new(&config(), SchedulerName::Ddim, Span::as_diffusers(strength, steps)).unwrap().steps.len()
        };
        assert_eq!(n_steps(50, 0.58), 28);
        assert_eq!(n_steps(100, 0.29), 28);
        assert_eq!(n_steps(100, 0.57), 56);
        assert_eq!(n_steps(10, 0.7), 7);
    }

    #[test]
    fn impossible_requests_say_what_to_change() {
        let message = |span| Plan::new(&config(), SchedulerName::Ddim, span).unwrap_err().to_string();
        assert!(message(Span::as_diffusers(0.1, 5)).contains("raise the strength or the steps"));
        assert!(message(Span::from_strength(f64::NAN, 5)).contains("strength"));
        assert!(message(Span::from_strength(1.5, 5)).contains("1.5"));
        assert!(message(Span::from_strength(0.5, 0)).contains("steps"));
        assert!(message(Span::from_strength(0.5, 1001)).contains("1001"));
    }

    #[test]
    fn a_start_without_picture_is_refused_for_models_that_predict_noise() {
        let config = SchedulerConfig::from_json(
            r#"{"rescale_betas_zero_snr": true, "timestep_spacing": "trailing", "clip_sample": false}"#,
        );
        let message = Plan::new(&config.unwrap(), SchedulerName::Ddim, Span::as_diffusers(1.0, 4)).unwrap_err();
        assert!(message.to_string().contains("v_prediction"), "{message}");
    }
}
