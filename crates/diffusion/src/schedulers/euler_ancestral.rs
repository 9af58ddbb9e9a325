//! Ancestral sampling with Euler steps: each step removes more noise than it should and adds fresh noise in its place
//! (`sample_euler_ancestral` of k-diffusion).

use crate::DiffusionError;
use crate::schedulers::euler::step_at;
use crate::schedulers::plan::cut;
use crate::schedulers::settings::{LINSPACE, unsupported};
use crate::schedulers::sigmas::{pure_noise_scale, single_step_points};
use crate::schedulers::{Defaults, Mix, NoiseLevels, Plan, PredictionType, Scheduler, Settings, Span, Step};

/// `EulerAncestralDiscreteScheduler`.
#[derive(Debug)]
pub(super) struct EulerAncestral;

impl Scheduler for EulerAncestral {
    fn id(&self) -> &'static str {
        "euler-a"
    }

    fn title(&self) -> &'static str {
        "Euler ancestral"
    }

    fn class_name(&self) -> &'static str {
        "EulerAncestralDiscreteScheduler"
    }

    fn keys(&self) -> &'static [&'static str] {
        &[
            "num_train_timesteps",
            "beta_start",
            "beta_end",
            "beta_schedule",
            "trained_betas",
            "prediction_type",
            "timestep_spacing",
            "steps_offset",
            "rescale_betas_zero_snr",
        ]
    }

    fn defaults(&self) -> Defaults {
        LINSPACE
    }

    fn adjust(&self, settings: &mut Settings) -> Result<(), DiffusionError> {
        if settings.prediction_type == PredictionType::Sample {
            return Err(unsupported("prediction_type", "\"sample\"", "euler-a knows \"epsilon\" and \"v_prediction\""));
        }
        Ok(())
    }

    fn plan(&self, settings: &Settings, levels: &NoiseLevels, span: Span) -> Result<Plan, DiffusionError> {
        let points = single_step_points(settings, levels, span);
        let pure_noise_scale = pure_noise_scale(settings, &points);
        let points = cut(points, span)?;
        let next_sigmas = points.iter().skip(1).map(|point| point.sigma).chain([0.0]);
        let steps = points.iter().zip(next_sigmas).map(|(point, next)| {
            let fresh = (next * next * (point.sigma * point.sigma - next * next).max(0.0)).sqrt() / point.sigma;
            let kept = (next * next - fresh * fresh).max(0.0).sqrt() / point.sigma;
            Step {
                draws_noise: true,
                next: Mix { picture: (1.0 - kept) as f32, latents: kept as f32, noise: fresh as f32, ..Mix::default() },
                ..step_at(settings, point)
            }
        });
        Plan::of_steps(steps.collect(), pure_noise_scale).ok_or_else(|| span.nothing_left())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedulers::{SchedulerConfig, SchedulerName};

    #[test]
    fn noise_is_drawn_at_every_step_and_left_unused_at_the_last() {
        let config = SchedulerConfig::from_json("{}").unwrap();
        let plan = Plan::new(&config, SchedulerName::from_id("euler-a").unwrap(), Span::from_strength(0.6, 5)).unwrap();
        assert!(plan.steps.iter().all(|step| step.draws_noise));
        let used: Vec<bool> = plan.steps.iter().map(|step| step.next.noise > 0.0).collect();
        assert_eq!(used, [true, true, true, true, false]);
    }
}
