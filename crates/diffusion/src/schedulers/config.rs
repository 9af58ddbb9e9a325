//! `scheduler/scheduler_config.json` as typed values.

use serde::Deserialize;
use serde_json::Value;

use crate::DiffusionError;

/// The file that errors speak about.
const FILE: &str = "scheduler/scheduler_config.json";

/// The schedulers there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SchedulerName {
    /// Denoising diffusion implicit models with eta 0 (Song et al., 2020).
    Ddim,
    /// Euler steps on the probability flow ODE (Karras et al., 2022, algorithm 2 without churn).
    Euler,
    /// Multistep latent consistency sampling (Luo et al., 2023). Only for models that were distilled for it.
    Lcm,
}

impl SchedulerName {
    /// The class of diffusers that goes by this name.
    pub fn class_name(self) -> &'static str {
        match self {
            Self::Ddim => "DDIMScheduler",
            Self::Euler => "EulerDiscreteScheduler",
            Self::Lcm => "LCMScheduler",
        }
    }

    fn from_class_name(class_name: &str) -> Option<Self> {
        [Self::Ddim, Self::Euler, Self::Lcm].into_iter().find(|name| name.class_name() == class_name)
    }
}

/// How the noise added at each training step grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BetaSchedule {
    /// Evenly from `beta_start` to `beta_end`.
    Linear,
    /// Evenly in the square root, as Stable Diffusion was trained.
    ScaledLinear,
    /// The cosine schedule of Nichol and Dhariwal (2021).
    #[serde(rename = "squaredcos_cap_v2")]
    SquaredCosine,
}

/// What the UNet's output stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PredictionType {
    /// The noise.
    Epsilon,
    /// The velocity of Salimans and Ho (2022): √ᾱ·noise − √(1−ᾱ)·sample.
    VPrediction,
    /// The picture without noise.
    Sample,
}

/// How the timesteps of a run are taken from those of the training (table 2 of Lin et al., 2023).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TimestepSpacing {
    /// Evenly, both ends included.
    Linspace,
    /// Multiples of a whole step, counted from the clean end; `steps_offset` is added.
    Leading,
    /// Counted from the noisy end, which is always included.
    Trailing,
}

/// How Euler's sigmas lie between the largest and the smallest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SigmaSpacing {
    /// As the timesteps lie.
    Timesteps,
    /// Evenly in the seventh root (Karras et al., 2022, equation 5).
    Karras,
    /// Evenly in the logarithm.
    Exponential,
}

/// The sigma that Euler's last step ends at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FinalSigma {
    /// No noise at all.
    Zero,
    /// The smallest sigma of the training.
    SigmaMin,
}

/// A scheduler's configuration, with the keys that a file leaves out still open: their defaults depend on which
/// scheduler reads them, as in diffusers' `from_config`.
#[derive(Clone, Debug, PartialEq)]
pub struct SchedulerConfig {
    /// The class that the file names.
    pub class_name: String,
    /// Training timesteps.
    pub num_train_timesteps: usize,
    /// The first beta.
    pub beta_start: Option<f64>,
    /// The last beta.
    pub beta_end: Option<f64>,
    /// The way from the first beta to the last.
    pub beta_schedule: Option<BetaSchedule>,
    /// All betas, in place of the three above.
    pub trained_betas: Option<Vec<f32>>,
    /// Whether the betas are rescaled so that the last training step is pure noise (Lin et al., 2023).
    pub rescale_betas_zero_snr: bool,
    /// What the UNet's output stands for.
    pub prediction_type: PredictionType,
    /// How the timesteps of a run are chosen.
    pub timestep_spacing: Option<TimestepSpacing>,
    /// Added to the timesteps of the leading spacing.
    pub steps_offset: usize,
    /// Whether predicted pictures are clipped to ±`clip_sample_range` (DDIM and LCM).
    pub clip_sample: Option<bool>,
    /// The largest magnitude that clipping leaves.
    pub clip_sample_range: f64,
    /// Whether the last step ends at no noise at all instead of at the first training step (DDIM and LCM).
    pub set_alpha_to_one: bool,
    /// Euler: how the sigmas are spaced.
    pub sigma_spacing: SigmaSpacing,
    /// Euler: the smallest sigma of the Karras and exponential spacings.
    pub sigma_min: Option<f64>,
    /// Euler: the largest sigma of the Karras and exponential spacings.
    pub sigma_max: Option<f64>,
    /// Euler: where the last step ends.
    pub final_sigma: FinalSigma,
    /// LCM: steps of the schedule that the model was distilled on.
    pub original_inference_steps: usize,
    /// LCM: factor on the timestep in the boundary condition.
    pub timestep_scaling: f64,
}

/// The file as it is, before anything is refused.
#[derive(Deserialize)]
struct File {
    #[serde(rename = "_class_name", default)]
    class_name: String,
    num_train_timesteps: Option<usize>,
    beta_start: Option<f64>,
    beta_end: Option<f64>,
    beta_schedule: Option<BetaSchedule>,
    trained_betas: Option<Vec<f32>>,
    rescale_betas_zero_snr: Option<bool>,
    prediction_type: Option<PredictionType>,
    timestep_spacing: Option<TimestepSpacing>,
    steps_offset: Option<usize>,
    clip_sample: Option<bool>,
    clip_sample_range: Option<f64>,
    set_alpha_to_one: Option<bool>,
    use_karras_sigmas: Option<bool>,
    use_exponential_sigmas: Option<bool>,
    sigma_min: Option<f64>,
    sigma_max: Option<f64>,
    final_sigmas_type: Option<FinalSigma>,
    original_inference_steps: Option<usize>,
    timestep_scaling: Option<f64>,
}

impl SchedulerConfig {
    /// Reads the contents of a `scheduler_config.json`.
    ///
    /// # Errors
    /// Where the text is not such a file, a value is out of range, or it asks for something that is not supported.
    pub fn from_json(text: &str) -> Result<Self, DiffusionError> {
        let json: Value =
            serde_json::from_str(text).map_err(|error| DiffusionError::config(FILE, error.to_string()))?;
        refuse_unsupported(&json)?;
        let file = File::deserialize(json).map_err(|error| DiffusionError::config(FILE, error.to_string()))?;

        let num_train_timesteps = match (&file.trained_betas, file.num_train_timesteps) {
            (Some(betas), _) => betas.len(),
            (None, n) => n.unwrap_or(1000),
        };
        if !(1..=1_000_000).contains(&num_train_timesteps) {
            return Err(DiffusionError::config(
                FILE,
                format!("num_train_timesteps is {num_train_timesteps}; it must be at least 1 and at most 1000000"),
            ));
        }
        let original_inference_steps = file.original_inference_steps.unwrap_or(50);
        if original_inference_steps == 0 {
            return Err(DiffusionError::config(FILE, "original_inference_steps is 0; it must be at least 1"));
        }

        let sigma_spacing = match (file.use_karras_sigmas, file.use_exponential_sigmas) {
            (Some(true), Some(true)) => {
                return Err(DiffusionError::config(
                    FILE,
                    "use_karras_sigmas and use_exponential_sigmas are both set; only one of them can be",
                ));
            }
            (Some(true), _) => SigmaSpacing::Karras,
            (_, Some(true)) => SigmaSpacing::Exponential,
            _ => SigmaSpacing::Timesteps,
        };

        Ok(Self {
            class_name: file.class_name,
            num_train_timesteps,
            beta_start: file.beta_start,
            beta_end: file.beta_end,
            beta_schedule: file.beta_schedule,
            trained_betas: file.trained_betas,
            rescale_betas_zero_snr: file.rescale_betas_zero_snr.unwrap_or(false),
            prediction_type: file.prediction_type.unwrap_or(PredictionType::Epsilon),
            timestep_spacing: file.timestep_spacing,
            steps_offset: file.steps_offset.unwrap_or(0),
            clip_sample: file.clip_sample,
            clip_sample_range: file.clip_sample_range.unwrap_or(1.0),
            set_alpha_to_one: file.set_alpha_to_one.unwrap_or(true),
            sigma_spacing,
            sigma_min: file.sigma_min,
            sigma_max: file.sigma_max,
            final_sigma: file.final_sigmas_type.unwrap_or(FinalSigma::Zero),
            original_inference_steps,
            timestep_scaling: file.timestep_scaling.unwrap_or(10.0),
        })
    }

    /// The configuration as diffusers' pipelines for Stable Diffusion correct it, whatever the file says: leading
    /// timesteps start at 1, and latents, which have no bounds, are not clipped.
    pub fn corrected_for_latents(self) -> Self {
        Self { steps_offset: 1, clip_sample: Some(false), ..self }
    }

    /// The scheduler that the file names, or `None` where it names one that is not here.
    pub fn named(&self) -> Option<SchedulerName> {
        SchedulerName::from_class_name(&self.class_name)
    }

    /// The first and last beta and the way between, with the defaults of the scheduler that asks.
    pub(super) fn beta_range(&self, name: SchedulerName) -> (f64, f64, BetaSchedule) {
        let (start, end, schedule) = match name {
            SchedulerName::Ddim | SchedulerName::Euler => (0.0001, 0.02, BetaSchedule::Linear),
            SchedulerName::Lcm => (0.00085, 0.012, BetaSchedule::ScaledLinear),
        };
        (self.beta_start.unwrap_or(start), self.beta_end.unwrap_or(end), self.beta_schedule.unwrap_or(schedule))
    }

    /// The timestep spacing, with the default of the scheduler that asks.
    pub(super) fn spacing(&self, name: SchedulerName) -> TimestepSpacing {
        self.timestep_spacing.unwrap_or(match name {
            SchedulerName::Euler => TimestepSpacing::Linspace,
            SchedulerName::Ddim | SchedulerName::Lcm => TimestepSpacing::Leading,
        })
    }

    /// The magnitude that predicted pictures are clipped to, with the default of the scheduler that asks.
    pub(super) fn clip(&self, name: SchedulerName) -> Option<f64> {
        let clips = match name {
            SchedulerName::Ddim => self.clip_sample.unwrap_or(true),
            SchedulerName::Lcm => self.clip_sample.unwrap_or(false),
            SchedulerName::Euler => false,
        };
        clips.then_some(self.clip_sample_range)
    }
}

/// Refuses the settings that would silently give another picture if they were left out.
fn refuse_unsupported(json: &Value) -> Result<(), DiffusionError> {
    let unsupported = |key: &str, value: &Value, supported: &str| {
        Err(DiffusionError::Unsupported {
            component: FILE.into(),
            key: key.into(),
            value: value.to_string(),
            supported: supported.into(),
        })
    };

    for (key, supported) in [
        ("thresholding", "leave it false: it is made for models without latents"),
        ("use_beta_sigmas", "use_karras_sigmas and use_exponential_sigmas are"),
    ] {
        if let Some(value) = json.get(key).filter(|value| value.as_bool() == Some(true)) {
            return unsupported(key, value, supported);
        }
    }
    for (key, usual) in [("interpolation_type", "linear"), ("timestep_type", "discrete")] {
        if let Some(value) = json.get(key).filter(|value| !value.is_null() && value.as_str() != Some(usual)) {
            return unsupported(key, value, &format!("\"{usual}\" is"));
        }
    }
    if let Some(value) = json.get("prediction_type").and_then(Value::as_str)
        && !["epsilon", "v_prediction", "sample"].contains(&value)
    {
        return unsupported("prediction_type", &Value::from(value), "\"epsilon\", \"v_prediction\" and \"sample\" are");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_that_are_left_out_take_the_defaults_of_the_scheduler_that_asks() {
        let config = SchedulerConfig::from_json("{}").unwrap();
        assert_eq!(config.beta_range(SchedulerName::Ddim), (0.0001, 0.02, BetaSchedule::Linear));
        assert_eq!(config.beta_range(SchedulerName::Lcm), (0.00085, 0.012, BetaSchedule::ScaledLinear));
        assert_eq!(config.spacing(SchedulerName::Euler), TimestepSpacing::Linspace);
        assert_eq!(config.clip(SchedulerName::Ddim), Some(1.0));
        assert_eq!(config.clip(SchedulerName::Lcm), None);
        assert_eq!(config.named(), None);
    }

    #[test]
    fn what_is_not_supported_is_named_with_its_key_and_value() {
        for (text, key) in [
            (r#"{"thresholding": true}"#, "thresholding"),
            (r#"{"use_beta_sigmas": true}"#, "use_beta_sigmas"),
            (r#"{"interpolation_type": "log_linear"}"#, "log_linear"),
            (r#"{"timestep_type": "continuous"}"#, "continuous"),
            (r#"{"prediction_type": "flow"}"#, "flow"),
            (r#"{"use_karras_sigmas": true, "use_exponential_sigmas": true}"#, "only one"),
            (r#"{"num_train_timesteps": 0}"#, "num_train_timesteps"),
            (r#"{"trained_betas": []}"#, "num_train_timesteps"),
            (r#"{"original_inference_steps": 0}"#, "original_inference_steps"),
            (r#"{"beta_schedule": "sigmoid"}"#, "sigmoid"),
            ("<html>", "scheduler_config.json"),
        ] {
            let message = SchedulerConfig::from_json(text).unwrap_err().to_string();
            assert!(message.contains(key), "{text}: {message}");
        }
    }
}
