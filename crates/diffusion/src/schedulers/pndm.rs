//! Pseudo numerical methods for diffusion models (Liu et al., 2022) without the Runge–Kutta start: the linear multistep
//! method that most folders of Stable Diffusion 1.x name.

use crate::DiffusionError;
use crate::schedulers::ddim::{final_or, predictions, step_at};
use crate::schedulers::plan::{beyond_the_training, whole_timesteps};
use crate::schedulers::settings::{LEADING, unsupported};
use crate::schedulers::{Defaults, Mix, NoiseLevels, Plan, PredictionType, Scheduler, Settings, Span, Step};

/// Shares of the model's latest outputs, the latest first, by how many there are (Adams and Bashforth).
const SHARES: [&[f64]; 4] = [
    &[1.0],
    &[3.0 / 2.0, -1.0 / 2.0],
    &[23.0 / 12.0, -16.0 / 12.0, 5.0 / 12.0],
    &[55.0 / 24.0, -59.0 / 24.0, 37.0 / 24.0, -9.0 / 24.0],
];

/// `PNDMScheduler` with `skip_prk_steps`.
#[derive(Debug)]
pub(super) struct Pndm;

impl Scheduler for Pndm {
    fn id(&self) -> &'static str {
        "pndm"
    }

    fn title(&self) -> &'static str {
        "PNDM (PLMS)"
    }

    fn class_name(&self) -> &'static str {
        "PNDMScheduler"
    }

    fn keys(&self) -> &'static [&'static str] {
        &[
            "num_train_timesteps",
            "beta_start",
            "beta_end",
            "beta_schedule",
            "trained_betas",
            "skip_prk_steps",
            "set_alpha_to_one",
            "prediction_type",
            "timestep_spacing",
            "steps_offset",
        ]
    }

    fn defaults(&self) -> Defaults {
        Defaults { set_alpha_to_one: false, ..LEADING }
    }

    fn adjust(&self, settings: &mut Settings) -> Result<(), DiffusionError> {
        if settings.prediction_type == PredictionType::Sample {
            return Err(unsupported("prediction_type", "\"sample\"", "pndm knows \"epsilon\" and \"v_prediction\""));
        }
        Ok(())
    }

    fn plan(&self, settings: &Settings, levels: &NoiseLevels, span: Span) -> Result<Plan, DiffusionError> {
        let alpha = |timestep: Option<usize>| final_or(settings, levels, timestep);
        let steps = match span {
            Span::Strength { .. } => {
                // One evaluation a step, whatever the start: the order grows as outputs come in.
                let timesteps = whole_timesteps(settings, levels, span)?;
                let step = |(idx, &timestep): (usize, &usize)| {
                    let next = timesteps.get(idx + 1).copied();
                    multistep(settings, timestep, alpha(Some(timestep)), alpha(next), idx)
                };
                timesteps.iter().enumerate().map(step).collect()
            }
            Span::Diffusers { steps: n_steps, .. } | Span::LcmPipeline { steps: n_steps, .. } => {
                diffusers_steps(settings, levels, span, n_steps)?
            }
        };
        Plan::of_steps(steps, 1.0).ok_or_else(|| span.nothing_left())
    }
}

/// The steps of diffusers: the second timestep comes twice, and the first step is done again with the mean of the
/// outputs at both its ends. A cut leaves out the first timesteps, whatever they are.
fn diffusers_steps(
    settings: &Settings,
    levels: &NoiseLevels,
    span: Span,
    n_steps: usize,
) -> Result<Vec<Step>, DiffusionError> {
    if !settings.skip_prk_steps {
        return Err(unsupported("skip_prk_steps", false, "true is, which models of Stable Diffusion are made for"));
    }
    let whole = Span::Diffusers { strength: 1.0, steps: n_steps };
    let mut timesteps = whole_timesteps(settings, levels, whole)?;
    if let Some(&second) = timesteps.get(1) {
        timesteps.insert(1, second);
    }
    timesteps.drain(..span.n_left_out(timesteps.len(), 1));

    let distance = settings.num_train_timesteps / n_steps;
    let alpha = |timestep: Option<usize>| final_or(settings, levels, timestep);
    let steps = timesteps.iter().enumerate().map(|(idx, &timestep)| {
        let now = alpha(Some(timestep));
        if idx != 1 {
            let n_remembered = idx.saturating_sub(usize::from(idx > 1));
            let mut step = multistep(settings, timestep, now, alpha(timestep.checked_sub(distance)), n_remembered);
            step.saves_latents = idx == 0;
            return Ok(step);
        }
        let from = timestep + distance;
        let Some(from_alpha) = levels.alpha_cumprod(from) else { return Err(beyond_the_training(from, levels)) };
        let (kept, removed) = transfer(from_alpha, now);
        let (from_latents, from_output) = noise_shares(settings, from_alpha);
        Ok(Step {
            next: Mix {
                saved: (kept - removed * from_latents) as f32,
                output: (-removed * from_output / 2.0) as f32,
                remembered: [(-removed * from_output / 2.0) as f32, 0.0, 0.0],
                ..Mix::default()
            },
            ..step_at(settings, timestep, now)
        })
    });
    steps.collect()
}

/// The step from ᾱ to the next ᾱ with the outputs of this step and of up to three before it.
fn multistep(settings: &Settings, timestep: usize, now: f64, next: f64, n_remembered: usize) -> Step {
    let shares = SHARES[n_remembered.min(SHARES.len() - 1)];
    let (kept, removed) = transfer(now, next);
    let (from_latents, from_output) = noise_shares(settings, now);
    let mut remembered = [0.0; 3];
    for (slot, share) in remembered.iter_mut().zip(&shares[1..]) {
        *slot = (-removed * from_output * share) as f32;
    }
    Step {
        remember: Some(Mix { output: 1.0, ..Mix::default() }),
        next: Mix {
            latents: (kept - removed * from_latents) as f32,
            output: (-removed * from_output * shares[0]) as f32,
            remembered,
            ..Mix::default()
        },
        ..step_at(settings, timestep, now)
    }
}

/// Formula 9 of the paper, from one ᾱ to another: how much of the latents is kept, and how much of the noise in them is
/// removed.
fn transfer(from: f64, to: f64) -> (f64, f64) {
    let kept = (to / from).sqrt();
    let removed = (to - from) / (from * (1.0 - to).sqrt() + (from * (1.0 - from) * to).sqrt());
    (kept, removed)
}

/// The foreseen noise as shares of the latents and of the model's output, which may be a mean of several.
fn noise_shares(settings: &Settings, alpha: f64) -> (f64, f64) {
    predictions(settings.prediction_type, alpha.sqrt(), (1.0 - alpha).sqrt()).1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedulers::{SchedulerConfig, SchedulerName};

    #[test]
    fn the_second_timestep_comes_twice_as_in_diffusers_and_once_on_the_continuous_way() {
        let config = SchedulerConfig::from_json(r#"{"skip_prk_steps": true, "steps_offset": 1}"#).unwrap();
        let pndm = SchedulerName::from_id("pndm").unwrap();
        let timesteps = |span| Plan::new(&config, pndm, span).unwrap().timesteps();
        assert_eq!(timesteps(Span::as_diffusers(1.0, 4)), [751.0, 501.0, 501.0, 251.0, 1.0]);
        assert_eq!(timesteps(Span::as_diffusers(0.5, 4)), [501.0, 251.0, 1.0]);
        assert_eq!(timesteps(Span::as_diffusers(1.0, 1)), [1.0]);
        assert_eq!(timesteps(Span::from_strength(0.5, 2)), [499.0, 249.0]);

        let with_runge_kutta = SchedulerConfig::from_json("{}").unwrap();
        assert!(Plan::new(&with_runge_kutta, pndm, Span::from_strength(0.5, 2)).is_ok());
        let message = Plan::new(&with_runge_kutta, pndm, Span::as_diffusers(0.5, 2)).unwrap_err().to_string();
        assert!(message.contains("skip_prk_steps"), "{message}");
    }
}
