//! Euler steps on the probability flow ODE (Karras et al., 2022, algorithm 2 without churn).
//!
//! Latents are kept as `picture + sigma·noise`, and scaled to variance one before the model sees them.

use crate::DiffusionError;
use crate::schedulers::plan::cut;
use crate::schedulers::spacing::even_spacing;
use crate::schedulers::{
    FinalSigma, NoiseLevels, Plan, PredictionType, SchedulerConfig, SchedulerName, SigmaSpacing, Span, Step,
};

/// Exponent of the Karras spacing.
const RHO: f64 = 7.0;

/// Works out a run.
pub(super) fn plan(config: &SchedulerConfig, levels: &NoiseLevels, span: Span) -> Result<Plan, DiffusionError> {
    let training_sigmas = levels.sigmas();
    let timesteps = span.timesteps(config, SchedulerName::Euler);
    let sigmas: Vec<f64> = timesteps.iter().map(|&timestep| interpolate(&training_sigmas, timestep)).collect();
    let points: Vec<(f64, f64)> = match respace(config, &sigmas) {
        None => timesteps.into_iter().zip(sigmas).collect(),
        Some(sigmas) => sigmas.into_iter().map(|sigma| (timestep_of_sigma(&training_sigmas, sigma), sigma)).collect(),
    };
    let points = cut(points, span)?;

    let end = match config.final_sigma {
        FinalSigma::Zero => 0.0,
        FinalSigma::SigmaMin => training_sigmas.first().copied().unwrap_or(0.0),
    };
    let next_sigmas = points.iter().skip(1).map(|&(_, sigma)| sigma).chain([end]);
    let steps = points.iter().zip(next_sigmas).map(|(&(timestep, sigma), next)| step(config, timestep, sigma, next));
    let start = points.first().map_or(0.0, |&(_, sigma)| sigma);
    Ok(Plan { start_from_picture: 1.0, start_from_noise: start as f32, steps: steps.collect() })
}

/// The step from one sigma to the next.
fn step(config: &SchedulerConfig, timestep: f64, sigma: f64, next_sigma: f64) -> Step {
    let variance = sigma * sigma + 1.0;
    let picture = match config.prediction_type {
        PredictionType::Epsilon => (1.0, -sigma),
        PredictionType::Sample => (0.0, 1.0),
        PredictionType::VPrediction => (1.0 / variance, -sigma / variance.sqrt()),
    };
    let kept = next_sigma / sigma;
    Step {
        timestep: timestep as f32,
        input_scale: (1.0 / variance.sqrt()) as f32,
        picture_from_latents: picture.0 as f32,
        picture_from_output: picture.1 as f32,
        clip: None,
        next_from_picture: (1.0 - kept) as f32,
        next_from_latents: kept as f32,
        next_from_output: 0.0,
        next_from_noise: 0.0,
    }
}

/// As many sigmas, spaced as the configuration wants them; `None` where they stay as they are.
fn respace(config: &SchedulerConfig, sigmas: &[f64]) -> Option<Vec<f64>> {
    let max = config.sigma_max.or(sigmas.first().copied())?;
    let min = config.sigma_min.or(sigmas.last().copied())?;
    let n = sigmas.len();
    match config.sigma_spacing {
        SigmaSpacing::Timesteps => None,
        SigmaSpacing::Karras => {
            let (max, min) = (max.powf(1.0 / RHO), min.powf(1.0 / RHO));
            Some(even_spacing(0.0, 1.0, n).into_iter().map(|ramp| (max + ramp * (min - max)).powf(RHO)).collect())
        }
        SigmaSpacing::Exponential => Some(even_spacing(max.ln(), min.ln(), n).into_iter().map(f64::exp).collect()),
    }
}

/// The sigma at a timestep that may lie between two of the training's.
fn interpolate(sigmas: &[f64], timestep: f64) -> f64 {
    let last = sigmas.len().saturating_sub(1);
    let low = (timestep.max(0.0) as usize).min(last);
    let high = (low + 1).min(last);
    sigmas[low] + (sigmas[high] - sigmas[low]) * (timestep - low as f64).clamp(0.0, 1.0)
}

/// The timestep at which the training had this sigma, interpolated in the logarithm.
fn timestep_of_sigma(sigmas: &[f64], sigma: f64) -> f64 {
    if sigmas.len() < 2 {
        return 0.0;
    }
    let target = sigma.max(1e-10).ln();
    // The last sigma that is not above the target; sigmas grow with the timesteps.
    let low = sigmas.partition_point(|sigma| sigma.ln() <= target).saturating_sub(1).min(sigmas.len() - 2);
    let (low_ln, high_ln) = (sigmas[low].ln(), sigmas[low + 1].ln());
    let weight = ((low_ln - target) / (low_ln - high_ln)).clamp(0.0, 1.0);
    low as f64 + weight
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(extra: &str) -> SchedulerConfig {
        let text = format!(
            r#"{{"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "clip_sample": false{extra}}}"#
        );
        SchedulerConfig::from_json(&text).unwrap()
    }

    #[test]
    fn euler_and_ddim_are_the_same_walk_in_other_coordinates() {
        let config = config("");
        let levels = NoiseLevels::new(&config, SchedulerName::Ddim).unwrap();
        let span = Span::from_strength(0.7, 6);
        let ddim = Plan::new(&config, SchedulerName::Ddim, span).unwrap();
        let euler = Plan::new(&config, SchedulerName::Euler, span).unwrap();
        assert_eq!(ddim.timesteps(), euler.timesteps());

        let run = |plan: &Plan| {
            let mut latents = plan.start_from_picture * 0.4 + plan.start_from_noise * -0.9;
            for step in &plan.steps {
                // Any function of what the model sees and when will do.
                let seen = latents * step.input_scale;
                let output = (seen * 1.3 + step.timestep * 0.01).sin();
                let picture = step.picture_from_latents * latents + step.picture_from_output * output;
                latents = step.next_from_picture * picture
                    + step.next_from_latents * latents
                    + step.next_from_output * output;
            }
            latents
        };
        assert!((run(&ddim) - run(&euler)).abs() < 1e-4, "{} {}", run(&ddim), run(&euler));
        assert!(levels.alpha_cumprod(699).is_some());
    }

    #[test]
    fn karras_sigmas_are_even_in_the_seventh_root_and_exponential_ones_in_the_logarithm() {
        let sigmas = |extra: &str| -> Vec<f32> {
            let plan = Plan::new(&config(extra), SchedulerName::Euler, Span::from_strength(0.9, 8)).unwrap();
            assert!(plan.steps.windows(2).all(|pair| pair[0].timestep > pair[1].timestep));
            plan.steps.iter().map(|step| (step.input_scale.powi(-2) - 1.0).sqrt()).collect()
        };
        let plain = sigmas("");
        let evenly = |values: Vec<f32>| {
            let step = (values[7] - values[0]) / 7.0;
            values.windows(2).all(|pair| (pair[1] - pair[0] - step).abs() < 2e-3 * step.abs())
        };

        let karras = sigmas(r#", "use_karras_sigmas": true"#);
        let exponential = sigmas(r#", "use_exponential_sigmas": true"#);
        assert!(evenly(karras.iter().map(|sigma| sigma.powf(1.0 / 7.0)).collect()), "{karras:?}");
        assert!(evenly(exponential.iter().map(|sigma| sigma.ln()).collect()), "{exponential:?}");
        for found in [karras, exponential] {
            assert!((found[0] - plain[0]).abs() < 1e-3 && (found[7] - plain[7]).abs() < 1e-3, "{found:?}");
        }
    }

    #[test]
    fn a_sigma_of_the_training_is_found_at_its_timestep() {
        let sigmas = NoiseLevels::new(&config(""), SchedulerName::Euler).unwrap().sigmas();
        for timestep in [0, 1, 17, 500, 998, 999] {
            assert!((timestep_of_sigma(&sigmas, sigmas[timestep]) - timestep as f64).abs() < 1e-6);
        }
        assert_eq!(timestep_of_sigma(&sigmas, 1e9), 999.0);
        assert_eq!(timestep_of_sigma(&sigmas, 0.0), 0.0);
    }
}
