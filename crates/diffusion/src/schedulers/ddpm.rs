//! Denoising diffusion probabilistic models (Ho et al., 2020, equation 7), at some of the training's timesteps.

use crate::DiffusionError;
use crate::schedulers::ddim::step_at;
use crate::schedulers::plan::whole_timesteps;
use crate::schedulers::settings::{LEADING, unsupported};
use crate::schedulers::{Defaults, Mix, NoiseLevels, Plan, Scheduler, Settings, Span, Step};

/// The smallest variance that noise is drawn for.
const MIN_VARIANCE: f64 = 1e-20;

/// `DDPMScheduler`.
#[derive(Debug)]
pub(super) struct Ddpm;

impl Scheduler for Ddpm {
    fn id(&self) -> &'static str {
        "ddpm"
    }

    fn title(&self) -> &'static str {
        "DDPM"
    }

    fn class_name(&self) -> &'static str {
        "DDPMScheduler"
    }

    fn keys(&self) -> &'static [&'static str] {
        &[
            "num_train_timesteps",
            "beta_start",
            "beta_end",
            "beta_schedule",
            "trained_betas",
            "variance_type",
            "clip_sample",
            "prediction_type",
            "thresholding",
            "clip_sample_range",
            "timestep_spacing",
            "steps_offset",
            "rescale_betas_zero_snr",
        ]
    }

    fn defaults(&self) -> Defaults {
        LEADING
    }

    fn adjust(&self, settings: &mut Settings) -> Result<(), DiffusionError> {
        match settings.variance_type.as_deref() {
            None | Some("fixed_small" | "fixed_small_log" | "fixed_large") => Ok(()),
            Some(other) => Err(unsupported(
                "variance_type",
                format!("\"{other}\""),
                "\"fixed_small\", \"fixed_small_log\" and \"fixed_large\" are",
            )),
        }
    }

    fn plan(&self, settings: &Settings, levels: &NoiseLevels, span: Span) -> Result<Plan, DiffusionError> {
        let timesteps = whole_timesteps(settings, levels, span)?;
        let alpha = |timestep: Option<&usize>| timestep.and_then(|&t| levels.alpha_cumprod(t)).unwrap_or(1.0);
        let is_large = settings.variance_type.as_deref() == Some("fixed_large");
        let steps = timesteps.iter().enumerate().map(|(idx, &timestep)| {
            let (now, next) = (alpha(Some(&timestep)), alpha(timesteps.get(idx + 1)));
            let kept = now / next;
            let beta = 1.0 - kept;
            let variance = if is_large { beta } else { ((1.0 - next) / (1.0 - now) * beta).max(MIN_VARIANCE) };
            // The last timestep of the training draws no noise; a run may end before it and still draw some.
            let draws_noise = timestep > 0;
            Step {
                draws_noise,
                next: Mix {
                    picture: (next.sqrt() * beta / (1.0 - now)) as f32,
                    latents: (kept.sqrt() * (1.0 - next) / (1.0 - now)) as f32,
                    noise: if draws_noise { variance.sqrt() as f32 } else { 0.0 },
                    ..Mix::default()
                },
                ..step_at(settings, timestep, now)
            }
        });
        Plan::of_steps(steps.collect(), 1.0).ok_or_else(|| span.nothing_left())
    }
}
