//! Multistep latent consistency sampling (Luo et al., 2023, algorithm 3). Only for models that were distilled for it.

use crate::DiffusionError;
use crate::schedulers::ddim::{final_or, step_at};
use crate::schedulers::plan::{beyond_the_training, cut};
use crate::schedulers::settings::LEADING;
use crate::schedulers::{
    BetaSchedule, Defaults, Mix, NoiseLevels, Plan, Scheduler, SchedulerName, Settings, Span, Step, spacing,
};

/// Deviation of the data that the boundary condition assumes.
const SIGMA_DATA: f64 = 0.5;

/// `LCMScheduler`.
#[derive(Debug)]
pub(super) struct Lcm;

impl SchedulerName {
    /// Latent consistency sampling.
    pub const LCM: Self = Self(&Lcm);
}

impl Scheduler for Lcm {
    fn id(&self) -> &'static str {
        "lcm"
    }

    fn title(&self) -> &'static str {
        "LCM"
    }

    fn class_name(&self) -> &'static str {
        "LCMScheduler"
    }

    fn keys(&self) -> &'static [&'static str] {
        &[
            "num_train_timesteps",
            "beta_start",
            "beta_end",
            "beta_schedule",
            "trained_betas",
            "original_inference_steps",
            "clip_sample",
            "clip_sample_range",
            "set_alpha_to_one",
            "steps_offset",
            "prediction_type",
            "thresholding",
            "timestep_spacing",
            "timestep_scaling",
            "rescale_betas_zero_snr",
        ]
    }

    fn defaults(&self) -> Defaults {
        Defaults { betas: (0.00085, 0.012), beta_schedule: BetaSchedule::ScaledLinear, clip_sample: false, ..LEADING }
    }

    fn plan(&self, settings: &Settings, levels: &NoiseLevels, span: Span) -> Result<Plan, DiffusionError> {
        let timesteps: Vec<usize> = match span {
            Span::Strength { strength, steps } => {
                let timesteps = spacing::continuous_timesteps(strength, settings.num_train_timesteps, steps);
                timesteps.into_iter().map(|t| t as usize).collect()
            }
            Span::Diffusers { steps, .. } => cut(distilled_timesteps(settings, steps, 1.0)?, span)?,
            Span::LcmPipeline { strength, steps } => distilled_timesteps(settings, steps, strength)?,
        };
        if let Some(&timestep) = timesteps.iter().find(|&&timestep| timestep >= levels.n_timesteps()) {
            return Err(beyond_the_training(timestep, levels));
        }
        let alpha = |timestep: usize| final_or(settings, levels, Some(timestep));
        let steps = timesteps.iter().enumerate().map(|(idx, &timestep)| {
            let scaled = timestep as f64 * settings.timestep_scaling;
            let skip = SIGMA_DATA * SIGMA_DATA / (scaled * scaled + SIGMA_DATA * SIGMA_DATA);
            let out = scaled / (scaled * scaled + SIGMA_DATA * SIGMA_DATA).sqrt();
            // The last step, which has none after it, ends at the picture.
            let next = timesteps.get(idx + 1).map(|&next| alpha(next));
            let (signal, noise) = next.map_or((1.0, 0.0), |next| (next.sqrt(), (1.0 - next).sqrt()));
            Step {
                draws_noise: next.is_some(),
                next: Mix {
                    picture: (signal * out) as f32,
                    latents: (signal * skip) as f32,
                    noise: noise as f32,
                    ..Mix::default()
                },
                ..step_at(settings, timestep, alpha(timestep))
            }
        });
        Plan::of_steps(steps.collect(), 1.0).ok_or_else(|| span.nothing_left())
    }
}

/// The timesteps of diffusers' `LCMScheduler.set_timesteps`: evenly spaced among those of the distillation, of which the
/// noisiest are left out by the strength.
fn distilled_timesteps(settings: &Settings, steps: usize, strength: f64) -> Result<Vec<usize>, DiffusionError> {
    let n_distilled = settings.original_inference_steps;
    if steps > n_distilled || n_distilled > settings.num_train_timesteps {
        return Err(DiffusionError::input(
            "steps",
            format!("this model was distilled for at most {n_distilled} steps, not {steps}; take fewer"),
        ));
    }
    // Truncated as Python's int does.
    let n_left = (n_distilled as f64 * strength) as usize;
    if n_left < steps {
        return Err(DiffusionError::input(
            "strength",
            format!(
                "at {strength} only {n_left} of the {n_distilled} timesteps of the distillation are left, and {steps} \
                 steps do not fit; raise the strength or take fewer steps"
            ),
        ));
    }
    let distance = settings.num_train_timesteps / n_distilled;
    let spacing = n_left as f64 / steps as f64;
    Ok((0..steps).map(|idx| (n_left - (idx as f64 * spacing) as usize) * distance - 1).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedulers::SchedulerConfig;

    fn timesteps(span: Span) -> Vec<f32> {
        Plan::new(&SchedulerConfig::from_json("{}").unwrap(), SchedulerName::LCM, span).unwrap().timesteps()
    }

    #[test]
    fn the_published_timesteps_of_four_steps_come_out() {
        assert_eq!(timesteps(Span::as_diffusers(1.0, 4)), [999.0, 759.0, 499.0, 259.0]);
        assert_eq!(timesteps(Span::as_lcm_pipeline(0.8, 4)), [799.0, 599.0, 399.0, 199.0]);
        assert_eq!(timesteps(Span::as_lcm_pipeline(0.5, 4)), [499.0, 379.0, 259.0, 139.0]);
        assert_eq!(timesteps(Span::as_lcm_pipeline(0.1, 4)), [99.0, 79.0, 59.0, 39.0]);
    }

    #[test]
    fn every_step_but_the_last_draws_fresh_noise() {
        let config = SchedulerConfig::from_json("{}").unwrap();
        let plan = Plan::new(&config, SchedulerName::LCM, Span::from_strength(0.5, 4)).unwrap();
        let draws: Vec<bool> = plan.steps.iter().map(|step| step.draws_noise && step.next.noise > 0.0).collect();
        assert_eq!(draws, [true, true, true, false]);
    }

    #[test]
    fn more_steps_than_the_distillation_leaves_are_refused() {
        let config = SchedulerConfig::from_json("{}").unwrap();
        let message = |span| Plan::new(&config, SchedulerName::LCM, span).unwrap_err().to_string();
        assert!(message(Span::as_diffusers(1.0, 51)).contains("at most 50"));
        assert!(message(Span::as_lcm_pipeline(0.06, 4)).contains("only 3"));
    }
}
