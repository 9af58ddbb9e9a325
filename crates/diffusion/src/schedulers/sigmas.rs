//! The noise levels of schedulers that go by sigma, the noise's share over the picture's.

use crate::schedulers::spacing::{continuous_timesteps, diffusers_timesteps, even_spacing, multistep_timesteps};
use crate::schedulers::{
    BetaSchedule, FinalSigma, NoiseLevels, PredictionType, Settings, SigmaSpacing, Span, TimestepSpacing,
};

/// Exponent of the Karras spacing.
const RHO: f64 = 7.0;

/// A place on the way: when the model is asked, and how much noise there is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Point {
    /// The timestep that the model is told; may lie between two of the training's.
    pub timestep: f64,
    /// The noise's share over the picture's.
    pub sigma: f64,
}

/// The points of Euler and its kin, from the noisy end down, before a span cuts them.
pub(super) fn single_step_points(settings: &Settings, levels: &NoiseLevels, span: Span) -> Vec<Point> {
    let training = levels.sigmas();
    let timesteps = match span {
        Span::Strength { strength, steps } => continuous_timesteps(strength, settings.num_train_timesteps, steps),
        Span::Diffusers { steps, .. } | Span::LcmPipeline { steps, .. } => diffusers_timesteps(settings, steps, true),
    };
    let sigmas: Vec<f64> = timesteps.iter().map(|&timestep| interpolate(&training, timestep)).collect();
    let ends = match span {
        Span::Strength { .. } => continuous_ends(settings, &training, &sigmas),
        _ => diffusers_ends(settings, &sigmas),
    };
    match respaced(settings.sigma_spacing, ends, sigmas.len()) {
        None => timesteps.into_iter().zip(sigmas).map(|(timestep, sigma)| Point { timestep, sigma }).collect(),
        Some(sigmas) => {
            sigmas.into_iter().map(|sigma| Point { timestep: timestep_of_sigma(&training, sigma), sigma }).collect()
        }
    }
}

/// The points of the multistep solvers, from the noisy end down, before a span cuts them. `n_visited` is the number of
/// training timesteps that may be visited, counted from the clean end.
pub(super) fn multistep_points(
    settings: &Settings,
    levels: &NoiseLevels,
    span: Span,
    n_visited: usize,
    whole: impl Fn(f64) -> f64,
) -> Vec<Point> {
    let training = levels.sigmas();
    let (timesteps, n, ends) = match span {
        Span::Strength { strength, steps } => {
            let n_train = settings.num_train_timesteps;
            let strength = strength.min(n_visited as f64 / n_train as f64);
            let timesteps = continuous_timesteps(strength, n_train, steps);
            let sigmas: Vec<f64> = timesteps.iter().map(|&timestep| interpolate(&training, timestep)).collect();
            let n = timesteps.len();
            (timesteps, n, continuous_ends(settings, &training, &sigmas))
        }
        Span::Diffusers { steps, .. } | Span::LcmPipeline { steps, .. } => {
            let noisiest_first: Vec<f64> = training.iter().rev().copied().collect();
            (multistep_timesteps(settings, n_visited, steps), steps, diffusers_ends(settings, &noisiest_first))
        }
    };
    match respaced(settings.sigma_spacing, ends, n) {
        None => timesteps
            .into_iter()
            .map(|timestep| Point { timestep, sigma: single(interpolate(&training, timestep)) })
            .collect(),
        Some(sigmas) => sigmas
            .into_iter()
            .map(|sigma| Point { timestep: whole(timestep_of_sigma(&training, sigma)), sigma: single(sigma) })
            .collect(),
    }
}

/// How DPM-Solver makes whole timesteps of sigmas that are spaced on their own.
pub(super) fn whole_timestep_of_dpm_solver(settings: &Settings, timestep: f64) -> f64 {
    match settings.sigma_spacing {
        SigmaSpacing::Karras | SigmaSpacing::Lu if settings.beta_schedule != BetaSchedule::SquaredCosine => {
            timestep.round_ties_even()
        }
        _ => timestep.trunc(),
    }
}

/// The sigma that the last step ends at.
pub(super) fn final_sigma(settings: &Settings, levels: &NoiseLevels) -> f64 {
    match settings.final_sigma {
        FinalSigma::Zero => 0.0,
        FinalSigma::SigmaMin => levels.sigmas().first().copied().unwrap_or(0.0),
    }
}

/// diffusers' `init_noise_sigma` of Euler and its kin.
pub(super) fn pure_noise_scale(settings: &Settings, points: &[Point]) -> f64 {
    let max = points.iter().fold(0.0f64, |max, point| max.max(point.sigma));
    match settings.timestep_spacing {
        TimestepSpacing::Linspace | TimestepSpacing::Trailing => max,
        TimestepSpacing::Leading => (max * max + 1.0).sqrt(),
    }
}

/// The foreseen picture as shares of the latents and of the model's output, for latents that are `picture +
/// sigma·noise` and that the model sees scaled to variance one.
pub(super) fn picture_at_sigma(prediction: PredictionType, sigma: f64) -> (f64, f64) {
    let variance = sigma * sigma + 1.0;
    match prediction {
        PredictionType::Epsilon => (1.0, -sigma),
        PredictionType::Sample => (0.0, 1.0),
        PredictionType::VPrediction => (1.0 / variance, -sigma / variance.sqrt()),
    }
}

/// The noise level of a timestep as a share of the training's timesteps.
pub(super) fn level(settings: &Settings, timestep: f64) -> f32 {
    ((timestep + 1.0) / settings.num_train_timesteps as f64).clamp(0.0, 1.0) as f32
}

/// As a number of single precision, in which diffusers keeps sigmas.
fn single(value: f64) -> f64 {
    f64::from(value as f32)
}

/// The largest and the smallest sigma of a spacing, out of those that it is made for.
fn diffusers_ends(settings: &Settings, sigmas: &[f64]) -> Option<(f64, f64)> {
    let max = settings.sigma_max.or(sigmas.first().copied())?;
    let min = settings.sigma_min.or(sigmas.last().copied())?;
    Some((max, min))
}

/// The largest and the smallest sigma of a spacing that starts at a noise level and ends next to the picture.
fn continuous_ends(settings: &Settings, training: &[f64], sigmas: &[f64]) -> Option<(f64, f64)> {
    let (start, last) = (sigmas.first().copied()?, sigmas.last().copied()?);
    let max = settings.sigma_max.map_or(start, |max| start.min(max));
    // A start below the smallest sigma leaves nothing to space.
    let min = settings.sigma_min.or(training.first().copied())?;
    Some((max, if min < max { min } else { last.min(max) }))
}

/// `n` sigmas, spaced as the configuration wants them; `None` where they stay as the timesteps have them.
fn respaced(spacing: SigmaSpacing, ends: Option<(f64, f64)>, n: usize) -> Option<Vec<f64>> {
    let (max, min) = ends?;
    let ramp = |from: f64, to: f64| even_spacing(0.0, 1.0, n).into_iter().map(move |ramp| from + ramp * (to - from));
    match spacing {
        SigmaSpacing::Timesteps => None,
        SigmaSpacing::Karras => {
            Some(ramp(max.powf(1.0 / RHO), min.powf(1.0 / RHO)).map(|root| root.powf(RHO)).collect())
        }
        SigmaSpacing::Exponential | SigmaSpacing::Lu => Some(ramp(max.ln(), min.ln()).map(f64::exp).collect()),
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
    // diffusers takes the logarithms of the training's sigmas in single precision.
    let ln = |sigma: f64| f64::from((sigma as f32).ln());
    let target = sigma.max(1e-10).ln();
    // The last sigma that is not above the target; sigmas grow with the timesteps.
    let low = sigmas.partition_point(|&sigma| ln(sigma) <= target).saturating_sub(1).min(sigmas.len() - 2);
    let (low_ln, high_ln) = (ln(sigmas[low]), ln(sigmas[low + 1]));
    let weight = ((low_ln - target) / (low_ln - high_ln)).clamp(0.0, 1.0);
    low as f64 + weight
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedulers::{Plan, SchedulerConfig, SchedulerName};

    fn config(extra: &str) -> SchedulerConfig {
        let text = format!(r#"{{"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"{extra}}}"#);
        SchedulerConfig::from_json(&text).unwrap()
    }

    #[test]
    fn karras_sigmas_are_even_in_the_seventh_root_and_exponential_ones_in_the_logarithm() {
        for id in ["euler", "unipc", "dpmpp-2m"] {
            let name = SchedulerName::from_id(id).unwrap();
            let sigmas = |extra: &str| -> Vec<f32> {
                let plan = Plan::new(&config(extra), name, Span::from_strength(0.9, 8)).unwrap();
                assert!(plan.steps.windows(2).all(|pair| pair[0].timestep > pair[1].timestep));
                plan.steps.iter().map(|step| step.made_of.1 / step.made_of.0).collect()
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
                // From the level that the strength names to the smallest of the training, published as 0.0292.
                assert!((found[0] - plain[0]).abs() < 1e-3 && (found[7] - 0.0292).abs() < 1e-4, "{found:?}");
            }
        }
    }

    #[test]
    fn a_sigma_of_the_training_is_found_at_its_timestep() {
        let settings = Settings::new(&config(""), SchedulerName::EULER).unwrap();
        let sigmas = NoiseLevels::new(&settings).unwrap().sigmas();
        for timestep in [0, 1, 17, 500, 998, 999] {
            assert!((timestep_of_sigma(&sigmas, sigmas[timestep]) - timestep as f64).abs() < 1e-4);
        }
        assert_eq!(timestep_of_sigma(&sigmas, 1e9), 999.0);
        assert_eq!(timestep_of_sigma(&sigmas, 0.0), 0.0);
    }
}
