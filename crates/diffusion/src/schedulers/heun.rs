//! Heun's method on the probability flow ODE (Karras et al., 2022, algorithm 1 without churn): an Euler step, the slope
//! at its end, and the step again with the mean of both slopes. The model is asked twice a step, but for the last.

use crate::DiffusionError;
use crate::schedulers::euler::step_at;
use crate::schedulers::settings::LINSPACE;
use crate::schedulers::sigmas::{pure_noise_scale, single_step_points};
use crate::schedulers::{Defaults, Mix, NoiseLevels, Plan, Scheduler, Settings, Span, Step};

/// `HeunDiscreteScheduler`.
#[derive(Debug)]
pub(super) struct Heun;

impl Scheduler for Heun {
    fn id(&self) -> &'static str {
        "heun"
    }

    fn title(&self) -> &'static str {
        "Heun"
    }

    fn class_name(&self) -> &'static str {
        "HeunDiscreteScheduler"
    }

    fn keys(&self) -> &'static [&'static str] {
        &[
            "num_train_timesteps",
            "beta_start",
            "beta_end",
            "beta_schedule",
            "trained_betas",
            "prediction_type",
            "use_karras_sigmas",
            "use_exponential_sigmas",
            "use_beta_sigmas",
            "clip_sample",
            "clip_sample_range",
            "timestep_spacing",
            "steps_offset",
        ]
    }

    fn defaults(&self) -> Defaults {
        Defaults { betas: (0.00085, 0.012), ..LINSPACE }
    }

    fn plan(&self, settings: &Settings, levels: &NoiseLevels, span: Span) -> Result<Plan, DiffusionError> {
        let points = single_step_points(settings, levels, span);
        let pure_noise_scale = pure_noise_scale(settings, &points);
        // diffusers keeps the evaluations in one list, the first point once and the others twice, and leaves out two of
        // it for every step; what is left starts at a step's first evaluation in any case.
        let n_left_out = span.n_left_out((2 * points.len()).saturating_sub(1), 2).div_ceil(2);
        let points = points.get(n_left_out..).unwrap_or_default();

        let mut steps = Vec::new();
        for (idx, point) in points.iter().enumerate() {
            let start = step_at(settings, point);
            let Some(next) = points.get(idx + 1) else {
                steps.push(Step { next: Mix { picture: 1.0, ..Mix::default() }, ..start });
                break;
            };
            let slope =
                |sigma: f64| Mix { latents: (1.0 / sigma) as f32, picture: (-1.0 / sigma) as f32, ..Mix::default() };
            let way = next.sigma - point.sigma;
            let kept = next.sigma / point.sigma;
            steps.push(Step {
                remember: Some(slope(point.sigma)),
                saves_latents: true,
                next: Mix { picture: (1.0 - kept) as f32, latents: kept as f32, ..Mix::default() },
                ..start
            });
            let half = way / 2.0;
            steps.push(Step {
                next: Mix {
                    saved: 1.0,
                    remembered: [half as f32, 0.0, 0.0],
                    latents: (half / next.sigma) as f32,
                    picture: (-half / next.sigma) as f32,
                    ..Mix::default()
                },
                ..step_at(settings, next)
            });
        }
        Plan::of_steps(steps, pure_noise_scale).ok_or_else(|| span.nothing_left())
    }
}
