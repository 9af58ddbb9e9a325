//! Multistep latent consistency sampling (Luo et al., 2023, algorithm 3).

use crate::DiffusionError;
use crate::schedulers::plan::cut;
use crate::schedulers::{NoiseLevels, Plan, SchedulerConfig, SchedulerName, Span, Step, ddim};

/// Deviation of the data that the boundary condition assumes.
const SIGMA_DATA: f64 = 0.5;

/// Works out a run.
pub(super) fn plan(config: &SchedulerConfig, levels: &NoiseLevels, span: Span) -> Result<Plan, DiffusionError> {
    let timesteps = match span {
        Span::Strength { .. } => span.timesteps(config, SchedulerName::Lcm).into_iter().map(|t| t as usize).collect(),
        Span::Diffusers { steps, .. } => cut(distilled_timesteps(config, steps)?, span)?,
    };
    let alpha = |timestep: usize| ddim::final_or(config, levels, Some(timestep));

    let n = timesteps.len();
    let steps = (0..n).map(|idx| {
        let next_alpha = timesteps.get(idx + 1).map(|&next| alpha(next));
        step(config, timesteps[idx], alpha(timesteps[idx]), next_alpha)
    });
    let start = timesteps.first().map_or(1.0, |&first| alpha(first));
    Ok(Plan {
        start_from_picture: start.sqrt() as f32,
        start_from_noise: (1.0 - start).sqrt() as f32,
        steps: steps.collect(),
    })
}

/// The timesteps of diffusers' `LCMScheduler.set_timesteps`: evenly spaced among those of the distillation.
fn distilled_timesteps(config: &SchedulerConfig, steps: usize) -> Result<Vec<usize>, DiffusionError> {
    let n_distilled = config.original_inference_steps;
    if steps > n_distilled || n_distilled > config.num_train_timesteps {
        return Err(DiffusionError::input(
            "steps",
            format!("this model was distilled for at most {n_distilled} steps, not {steps}; take fewer"),
        ));
    }
    let distance = config.num_train_timesteps / n_distilled;
    let spacing = n_distilled as f64 / steps as f64;
    Ok((0..steps).map(|idx| (n_distilled - (idx as f64 * spacing) as usize) * distance - 1).collect())
}

/// The step from ᾱ to the next ᾱ; the last step, which has none, ends at the picture.
fn step(config: &SchedulerConfig, timestep: usize, alpha: f64, next_alpha: Option<f64>) -> Step {
    let (picture, _) = ddim::predictions(config.prediction_type, alpha.sqrt(), (1.0 - alpha).sqrt());
    let scaled = timestep as f64 * config.timestep_scaling;
    let skip = SIGMA_DATA * SIGMA_DATA / (scaled * scaled + SIGMA_DATA * SIGMA_DATA);
    let out = scaled / (scaled * scaled + SIGMA_DATA * SIGMA_DATA).sqrt();
    let (signal, noise) = next_alpha.map_or((1.0, 0.0), |next| (next.sqrt(), (1.0 - next).sqrt()));
    Step {
        timestep: timestep as f32,
        input_scale: 1.0,
        picture_from_latents: picture.0 as f32,
        picture_from_output: picture.1 as f32,
        clip: config.clip(SchedulerName::Lcm).map(|clip| clip as f32),
        next_from_picture: (signal * out) as f32,
        next_from_latents: (signal * skip) as f32,
        next_from_output: 0.0,
        next_from_noise: noise as f32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_published_timesteps_of_four_steps_come_out() {
        let config = SchedulerConfig::from_json("{}").unwrap();
        assert_eq!(distilled_timesteps(&config, 4).unwrap(), [999, 759, 499, 259]);
    }

    #[test]
    fn every_step_but_the_last_draws_fresh_noise() {
        let config = SchedulerConfig::from_json("{}").unwrap();
        let plan = Plan::new(&config, SchedulerName::Lcm, Span::from_strength(0.5, 4)).unwrap();
        let draws: Vec<bool> = plan.steps.iter().map(|step| step.next_from_noise > 0.0).collect();
        assert_eq!(draws, [true, true, true, false]);
    }

    #[test]
    fn more_steps_than_the_distillation_are_refused() {
        let config = SchedulerConfig::from_json("{}").unwrap();
        let message = Plan::new(&config, SchedulerName::Lcm, Span::as_diffusers(1.0, 51)).unwrap_err().to_string();
        assert!(message.contains("at most 50"), "{message}");
    }
}
