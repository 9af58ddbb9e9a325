//! Denoising diffusion implicit models with eta 0 (Song et al., 2020, equation 12).

use crate::DiffusionError;
use crate::schedulers::plan::whole_timesteps;
use crate::schedulers::{NoiseLevels, Plan, PredictionType, SchedulerConfig, SchedulerName, Span, Step};

/// Works out a run.
pub(super) fn plan(config: &SchedulerConfig, levels: &NoiseLevels, span: Span) -> Result<Plan, DiffusionError> {
    let timesteps = whole_timesteps(config, SchedulerName::Ddim, levels, span)?;
    let alpha = |timestep: Option<usize>| final_or(config, levels, timestep);

    let steps = timesteps.iter().enumerate().map(|(idx, &timestep)| {
        let next_timestep = match span {
            Span::Strength { .. } => timesteps.get(idx + 1).copied(),
            // diffusers goes down by the same whole number at every step, whatever the spacing of the timesteps.
            Span::Diffusers { steps, .. } => timestep.checked_sub(config.num_train_timesteps / steps),
        };
        step(config, timestep, alpha(Some(timestep)), alpha(next_timestep))
    });
    let start = alpha(timesteps.first().copied());
    Ok(Plan {
        start_from_picture: start.sqrt() as f32,
        start_from_noise: (1.0 - start).sqrt() as f32,
        steps: steps.collect(),
    })
}

/// ᾱ at a timestep, or at the end of the way.
pub(super) fn final_or(config: &SchedulerConfig, levels: &NoiseLevels, timestep: Option<usize>) -> f64 {
    let end = if config.set_alpha_to_one { Some(1.0) } else { levels.alpha_cumprod(0) };
    timestep.map_or(end, |timestep| levels.alpha_cumprod(timestep)).unwrap_or(1.0)
}

/// The step from ᾱ to the next ᾱ. The noise that it foresees is never re-derived from the clipped picture.
fn step(config: &SchedulerConfig, timestep: usize, alpha: f64, next_alpha: f64) -> Step {
    let (signal, noise) = (alpha.sqrt(), (1.0 - alpha).sqrt());
    let (picture, foreseen_noise) = predictions(config.prediction_type, signal, noise);
    let next_noise = (1.0 - next_alpha).sqrt();
    Step {
        timestep: timestep as f32,
        input_scale: 1.0,
        picture_from_latents: picture.0 as f32,
        picture_from_output: picture.1 as f32,
        clip: config.clip(SchedulerName::Ddim).map(|clip| clip as f32),
        next_from_picture: next_alpha.sqrt() as f32,
        next_from_latents: (next_noise * foreseen_noise.0) as f32,
        next_from_output: (next_noise * foreseen_noise.1) as f32,
        next_from_noise: 0.0,
    }
}

/// The foreseen picture and the foreseen noise, each as shares of (the latents, the model's output).
pub(super) fn predictions(prediction: PredictionType, signal: f64, noise: f64) -> ((f64, f64), (f64, f64)) {
    match prediction {
        PredictionType::Epsilon => ((1.0 / signal, -noise / signal), (0.0, 1.0)),
        PredictionType::Sample => ((0.0, 1.0), (1.0 / noise, -signal / noise)),
        PredictionType::VPrediction => ((signal, -noise), (noise, signal)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_model_that_knows_the_noise_is_led_back_to_the_picture() {
        for prediction in ["epsilon", "v_prediction", "sample"] {
            let text = format!(r#"{{"prediction_type": "{prediction}", "clip_sample": false}}"#);
            let config = SchedulerConfig::from_json(&text).unwrap();
            let plan = Plan::new(&config, SchedulerName::Ddim, Span::from_strength(0.8, 6)).unwrap();
            let levels = NoiseLevels::new(&config, SchedulerName::Ddim).unwrap();

            let (picture, noise) = (0.3, -1.7);
            let mut latents = plan.start_from_picture * picture + plan.start_from_noise * noise;
            for step in &plan.steps {
                let alpha = levels.alpha_cumprod(step.timestep as usize).unwrap();
                let output = match prediction {
                    "epsilon" => noise,
                    "sample" => picture,
                    _ => alpha.sqrt() as f32 * noise - (1.0 - alpha).sqrt() as f32 * picture,
                };
                let foreseen = step.picture_from_latents * latents + step.picture_from_output * output;
                assert!((foreseen - picture).abs() < 1e-4, "{prediction}: {foreseen}");
                latents = step.next_from_picture * foreseen
                    + step.next_from_latents * latents
                    + step.next_from_output * output;
            }
            assert!((latents - picture).abs() < 1e-4, "{prediction}: {latents}");
        }
    }
}
