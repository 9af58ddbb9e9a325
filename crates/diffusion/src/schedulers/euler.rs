//! Euler steps on the probability flow ODE (Karras et al., 2022, algorithm 2 without churn).
//!
//! Latents are kept as `picture + sigma·noise`, and scaled to variance one before the model sees them.

use crate::DiffusionError;
use crate::schedulers::plan::cut;
use crate::schedulers::settings::LINSPACE;
use crate::schedulers::sigmas::{Point, final_sigma, level, picture_at_sigma, pure_noise_scale, single_step_points};
use crate::schedulers::{Defaults, Mix, NoiseLevels, Plan, Scheduler, SchedulerName, Settings, Span, Step};

/// `EulerDiscreteScheduler`.
#[derive(Debug)]
pub(super) struct Euler;

impl SchedulerName {
    /// Euler steps on the probability flow ODE.
    pub const EULER: Self = Self(&Euler);
}

impl Scheduler for Euler {
    fn id(&self) -> &'static str {
        "euler"
    }

    fn title(&self) -> &'static str {
        "Euler"
    }

    fn class_name(&self) -> &'static str {
        "EulerDiscreteScheduler"
    }

    fn keys(&self) -> &'static [&'static str] {
        &[
            "num_train_timesteps",
            "beta_start",
            "beta_end",
            "beta_schedule",
            "trained_betas",
            "prediction_type",
            "interpolation_type",
            "use_karras_sigmas",
            "use_exponential_sigmas",
            "use_beta_sigmas",
            "sigma_min",
            "sigma_max",
            "timestep_spacing",
            "timestep_type",
            "steps_offset",
            "rescale_betas_zero_snr",
            "final_sigmas_type",
        ]
    }

    fn defaults(&self) -> Defaults {
        LINSPACE
    }

    fn plan(&self, settings: &Settings, levels: &NoiseLevels, span: Span) -> Result<Plan, DiffusionError> {
        let points = single_step_points(settings, levels, span);
        let pure_noise_scale = pure_noise_scale(settings, &points);
        let points = cut(points, span)?;
        let next_sigmas = points.iter().skip(1).map(|point| point.sigma).chain([final_sigma(settings, levels)]);
        let steps = points.iter().zip(next_sigmas).map(|(point, next)| {
            // The part of the noise that is left.
            let kept = next / point.sigma;
            Step {
                next: Mix { picture: (1.0 - kept) as f32, latents: kept as f32, ..Mix::default() },
                ..step_at(settings, point)
            }
        });
        Plan::of_steps(steps.collect(), pure_noise_scale).ok_or_else(|| span.nothing_left())
    }
}

/// A step at a point, with no next latents yet.
pub(super) fn step_at(settings: &Settings, point: &Point) -> Step {
    Step {
        timestep: point.timestep as f32,
        input_scale: (1.0 / (point.sigma * point.sigma + 1.0).sqrt()) as f32,
        level: level(settings, point.timestep),
        made_of: (1.0, point.sigma as f32),
        picture: Mix::of_latents_and_output(picture_at_sigma(settings.prediction_type, point.sigma)),
        clip: settings.clip.map(|clip| clip as f32),
        ..Step::default()
    }
}
