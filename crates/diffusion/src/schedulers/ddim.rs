//! Denoising diffusion implicit models with eta 0 (Song et al., 2020, equation 12).

use crate::DiffusionError;
use crate::schedulers::plan::whole_timesteps;
use crate::schedulers::settings::LEADING;
use crate::schedulers::sigmas::level;
use crate::schedulers::{
    Defaults, Mix, NoiseLevels, Plan, PredictionType, Scheduler, SchedulerName, Settings, Span, Step,
};

/// `DDIMScheduler`.
#[derive(Debug)]
pub(super) struct Ddim;

impl SchedulerName {
    /// Denoising diffusion implicit models.
    pub const DDIM: Self = Self(&Ddim);
}

impl Scheduler for Ddim {
    fn id(&self) -> &'static str {
        "ddim"
    }

    fn title(&self) -> &'static str {
        "DDIM"
    }

    fn class_name(&self) -> &'static str {
        "DDIMScheduler"
    }

    fn keys(&self) -> &'static [&'static str] {
        &[
            "num_train_timesteps",
            "beta_start",
            "beta_end",
            "beta_schedule",
            "trained_betas",
            "clip_sample",
            "set_alpha_to_one",
            "steps_offset",
            "prediction_type",
            "thresholding",
            "clip_sample_range",
            "timestep_spacing",
            "rescale_betas_zero_snr",
        ]
    }

    fn defaults(&self) -> Defaults {
        LEADING
    }

    fn plan(&self, settings: &Settings, levels: &NoiseLevels, span: Span) -> Result<Plan, DiffusionError> {
        let timesteps = whole_timesteps(settings, levels, span)?;
        let alpha = |timestep: Option<usize>| final_or(settings, levels, timestep);
        let steps = timesteps.iter().enumerate().map(|(idx, &timestep)| {
            let next_timestep = match span {
                Span::Strength { .. } => timesteps.get(idx + 1).copied(),
                // diffusers goes down by the same whole number at every step, whatever the spacing of the timesteps.
                Span::Diffusers { steps, .. } | Span::LcmPipeline { steps, .. } => {
                    timestep.checked_sub(settings.num_train_timesteps / steps)
                }
            };
            let (now, next) = (alpha(Some(timestep)), alpha(next_timestep));
            let (_, noise) = predictions(settings.prediction_type, now.sqrt(), (1.0 - now).sqrt());
            // The noise that is foreseen is never derived anew from the clipped picture.
            let next_noise = (1.0 - next).sqrt();
            Step {
                next: Mix {
                    picture: next.sqrt() as f32,
                    ..Mix::of_latents_and_output((next_noise * noise.0, next_noise * noise.1))
                },
                ..step_at(settings, timestep, now)
            }
        });
        Plan::of_steps(steps.collect(), 1.0).ok_or_else(|| span.nothing_left())
    }
}

/// A step at a timestep with its ᾱ, with no next latents yet.
pub(super) fn step_at(settings: &Settings, timestep: usize, alpha: f64) -> Step {
    let (signal, noise) = (alpha.sqrt(), (1.0 - alpha).sqrt());
    Step {
        timestep: timestep as f32,
        input_scale: 1.0,
        level: level(settings, timestep as f64),
        made_of: (signal as f32, noise as f32),
        picture: Mix::of_latents_and_output(predictions(settings.prediction_type, signal, noise).0),
        clip: settings.clip.map(|clip| clip as f32),
        ..Step::default()
    }
}

/// ᾱ at a timestep, or at the end of the way.
pub(super) fn final_or(settings: &Settings, levels: &NoiseLevels, timestep: Option<usize>) -> f64 {
    let end = if settings.set_alpha_to_one { Some(1.0) } else { levels.alpha_cumprod(0) };
    timestep.map_or(end, |timestep| levels.alpha_cumprod(timestep)).unwrap_or(1.0)
}

/// The foreseen picture and the foreseen noise, each as shares of (the latents, the model's output).
pub(super) fn predictions(prediction: PredictionType, signal: f64, noise: f64) -> ((f64, f64), (f64, f64)) {
    match prediction {
        PredictionType::Epsilon => ((1.0 / signal, -noise / signal), (0.0, 1.0)),
        PredictionType::Sample => ((0.0, 1.0), (1.0 / noise, -signal / noise)),
        PredictionType::VPrediction => ((signal, -noise), (noise, signal)),
    }
}
