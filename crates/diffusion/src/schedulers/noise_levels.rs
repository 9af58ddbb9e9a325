//! How much of the picture and how much noise there is at each training timestep.

use crate::DiffusionError;
use crate::schedulers::{BetaSchedule, Settings};

/// The cumulated product ᾱ of `1 − beta` at every training timestep.
///
/// A sample at timestep t is `√ᾱ·picture + √(1−ᾱ)·noise`; its sigma is `√((1−ᾱ)/ᾱ)`.
#[derive(Clone, Debug, PartialEq)]
pub struct NoiseLevels {
    alphas_cumprod: Vec<f64>,
}

impl NoiseLevels {
    /// The levels that a model was trained on.
    ///
    /// # Errors
    /// Where the betas are not all between 0 and 1.
    pub fn new(settings: &Settings) -> Result<Self, DiffusionError> {
        let mut betas = match &settings.trained_betas {
            Some(betas) => betas.clone(),
            None => betas(settings),
        };
        if settings.rescale_betas_zero_snr {
            betas = rescale_to_zero_terminal_snr(&betas);
        }
        if let Some((idx, beta)) = betas.iter().enumerate().find(|(_, beta)| !(0.0..=1.0).contains(*beta)) {
            return Err(DiffusionError::config(
                "scheduler/scheduler_config.json",
                format!("beta {idx} is {beta}; every beta must be between 0 and 1"),
            ));
        }

        let mut alphas_cumprod: Vec<f64> = cumulated_product(&betas).into_iter().map(f64::from).collect();
        // Some schedulers divide by the last one; diffusers puts the smallest half-precision number in its place.
        if settings.keeps_sigmas_finite
            && settings.rescale_betas_zero_snr
            && let Some(last) = alphas_cumprod.last_mut()
        {
            *last = f64::powi(2.0, -24);
        }
        Ok(Self { alphas_cumprod })
    }

    /// The number of training timesteps.
    pub fn n_timesteps(&self) -> usize {
        self.alphas_cumprod.len()
    }

    /// ᾱ at a timestep, or `None` beyond the last.
    pub fn alpha_cumprod(&self, timestep: usize) -> Option<f64> {
        self.alphas_cumprod.get(timestep).copied()
    }

    /// The sigmas of all timesteps, the cleanest first.
    pub fn sigmas(&self) -> Vec<f64> {
        self.alphas_cumprod.iter().map(|alpha| f64::from(((1.0 - alpha) / alpha).sqrt() as f32)).collect()
    }
}

/// The betas that the configuration's range and schedule give.
fn betas(settings: &Settings) -> Vec<f32> {
    let (start, end) = settings.betas;
    let n = settings.num_train_timesteps;
    match settings.beta_schedule {
        BetaSchedule::Linear => linspace(start as f32, end as f32, n),
        BetaSchedule::ScaledLinear => {
            linspace(start.sqrt() as f32, end.sqrt() as f32, n).into_iter().map(|root| root * root).collect()
        }
        BetaSchedule::SquaredCosine => {
            let alpha_bar = |t: f64| ((t + 0.008) / 1.008 * std::f64::consts::FRAC_PI_2).cos().powi(2);
            let at = |idx: usize| alpha_bar(idx as f64 / n as f64);
            (0..n).map(|idx| (1.0 - at(idx + 1) / at(idx)).min(0.999) as f32).collect()
        }
    }
}

/// `n` numbers from `start` to `end`, in single precision and from both ends, as `torch.linspace` counts.
fn linspace(start: f32, end: f32, n: usize) -> Vec<f32> {
    if n < 2 {
        return vec![start; n];
    }
    let step = (end - start) / (n - 1) as f32;
    (0..n).map(|idx| if idx < n / 2 { start + step * idx as f32 } else { end - step * (n - 1 - idx) as f32 }).collect()
}

/// The cumulated product of `1 − beta`: summed up in double precision and kept in single precision, as in PyTorch.
fn cumulated_product(betas: &[f32]) -> Vec<f32> {
    let mut product = 1.0f64;
    betas
        .iter()
        .map(|beta| {
            product *= f64::from(1.0 - beta);
            product as f32
        })
        .collect()
}

/// Shifts and scales √ᾱ so that the last training step holds no picture at all (algorithm 1 of Lin et al., 2023).
fn rescale_to_zero_terminal_snr(betas: &[f32]) -> Vec<f32> {
    let roots: Vec<f32> = cumulated_product(betas).into_iter().map(f32::sqrt).collect();
    let (Some(&first), Some(&last)) = (roots.first(), roots.last()) else { return Vec::new() };
    let scale = first / (first - last);
    let alphas_cumprod: Vec<f32> = roots.iter().map(|root| ((root - last) * scale).powi(2)).collect();
    let mut previous = 1.0;
    alphas_cumprod
        .into_iter()
        .map(|alpha_cumprod| {
            let beta = 1.0 - alpha_cumprod / previous;
            previous = alpha_cumprod;
            beta
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schedulers::{SchedulerConfig, SchedulerName};

    fn levels(text: &str, id: &str) -> Result<NoiseLevels, DiffusionError> {
        let config = SchedulerConfig::from_json(text)?;
        NoiseLevels::new(&Settings::new(&config, SchedulerName::from_id(id).unwrap())?)
    }

    #[test]
    fn stable_diffusions_levels_end_almost_in_noise() {
        let text = r#"{"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}"#;
        let levels = levels(text, "euler").unwrap();
        assert_eq!(levels.n_timesteps(), 1000);
        // Published as the largest sigma of Stable Diffusion.
        assert!((levels.sigmas()[999] - 14.6146).abs() < 1e-3, "{}", levels.sigmas()[999]);
        assert_eq!(levels.alpha_cumprod(1000), None);
    }

    #[test]
    fn rescaled_levels_end_in_pure_noise_but_for_schedulers_that_divide_by_the_rest() {
        let text = r#"{"rescale_betas_zero_snr": true}"#;
        assert_eq!(levels(text, "ddim").unwrap().alpha_cumprod(999), Some(0.0));
        assert_eq!(levels(text, "unipc").unwrap().alpha_cumprod(999), Some(f64::powi(2.0, -24)));
    }

    #[test]
    fn betas_beyond_one_are_refused() {
        let message = levels(r#"{"trained_betas": [0.1, 1.5]}"#, "ddim").unwrap_err().to_string();
        assert!(message.contains("beta 1 is 1.5"), "{message}");
    }
}
