//! A configuration as one scheduler reads it.

use crate::DiffusionError;
use crate::schedulers::config::{FILE, File};
use crate::schedulers::{SchedulerConfig, SchedulerName, SigmaSpacing};

/// How the noise added at each training step grows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BetaSchedule {
    /// Evenly from `beta_start` to `beta_end`.
    Linear,
    /// Evenly in the square root, as Stable Diffusion was trained.
    ScaledLinear,
    /// The cosine schedule of Nichol and Dhariwal (2021).
    SquaredCosine,
}

/// What the UNet's output stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PredictionType {
    /// The noise.
    Epsilon,
    /// The velocity of Salimans and Ho (2022): √ᾱ·noise − √(1−ᾱ)·sample.
    VPrediction,
    /// The picture without noise.
    Sample,
}

/// How the timesteps of a run are taken from those of the training (table 2 of Lin et al., 2023).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimestepSpacing {
    /// Evenly, both ends included.
    Linspace,
    /// Multiples of a whole step, counted from the clean end; `steps_offset` is added.
    Leading,
    /// Counted from the noisy end, which is always included.
    Trailing,
}

/// The sigma that the last step ends at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FinalSigma {
    /// No noise at all.
    Zero,
    /// The smallest sigma of the training.
    SigmaMin,
}

/// What a class of diffusers takes for keys that are not there, where classes differ.
#[derive(Clone, Copy, Debug)]
pub struct Defaults {
    /// The first and last beta.
    pub betas: (f64, f64),
    /// The way from the first beta to the last.
    pub beta_schedule: BetaSchedule,
    /// How the timesteps of a run are chosen.
    pub timestep_spacing: TimestepSpacing,
    /// Whether foreseen pictures are clipped.
    pub clip_sample: bool,
    /// Whether the last step ends at no noise at all.
    pub set_alpha_to_one: bool,
    /// Whether the last training step keeps a trace of the picture where the betas are rescaled to none, because the
    /// scheduler divides by it.
    pub keeps_sigmas_finite: bool,
}

/// The defaults of most classes.
pub(super) const LINSPACE: Defaults = Defaults {
    betas: (0.0001, 0.02),
    beta_schedule: BetaSchedule::Linear,
    timestep_spacing: TimestepSpacing::Linspace,
    clip_sample: false,
    set_alpha_to_one: true,
    keeps_sigmas_finite: true,
};

/// The defaults of the classes that go by whole timesteps.
pub(super) const LEADING: Defaults =
    Defaults { timestep_spacing: TimestepSpacing::Leading, clip_sample: true, keeps_sigmas_finite: false, ..LINSPACE };

/// Everything a scheduler goes by, with no key left open: diffusers' `from_config`.
#[derive(Clone, Debug, PartialEq)]
pub struct Settings {
    /// The scheduler that goes by these settings.
    pub name: SchedulerName,
    /// Training timesteps, at least 1.
    pub num_train_timesteps: usize,
    /// The first and last beta.
    pub betas: (f64, f64),
    /// The way from the first beta to the last.
    pub beta_schedule: BetaSchedule,
    /// All betas, in place of the two above.
    pub trained_betas: Option<Vec<f32>>,
    /// Whether the betas are rescaled so that the last training step is pure noise (Lin et al., 2023).
    pub rescale_betas_zero_snr: bool,
    /// Whether a trace of the picture is kept there all the same.
    pub keeps_sigmas_finite: bool,
    /// What the UNet's output stands for.
    pub prediction_type: PredictionType,
    /// How the timesteps of a run are chosen.
    pub timestep_spacing: TimestepSpacing,
    /// Added to the timesteps of the leading spacing.
    pub steps_offset: usize,
    /// The magnitude that foreseen pictures are clipped to.
    pub clip: Option<f64>,
    /// Whether the last step ends at no noise at all instead of at the first training step.
    pub set_alpha_to_one: bool,
    /// How the sigmas are spaced.
    pub sigma_spacing: SigmaSpacing,
    /// The smallest sigma of the Karras and exponential spacings.
    pub sigma_min: Option<f64>,
    /// The largest sigma of the Karras and exponential spacings.
    pub sigma_max: Option<f64>,
    /// Where the last step ends.
    pub final_sigma: FinalSigma,
    /// LCM: steps of the schedule that the model was distilled on, at least 1.
    pub original_inference_steps: usize,
    /// LCM: factor on the timestep in the boundary condition.
    pub timestep_scaling: f64,
    /// Multistep solvers: how many outputs a step looks at, 1 to 3.
    pub solver_order: usize,
    /// DPM-Solver: `dpmsolver++` and the like.
    pub algorithm_type: String,
    /// Multistep solvers: the formula within an order, such as `midpoint` or `bh2`.
    pub solver_type: Option<String>,
    /// Multistep solvers: whether the order falls towards the end.
    pub lower_order_final: bool,
    /// DPM-Solver: whether the last step is of first order, however many there are.
    pub euler_at_final: bool,
    /// DPM-Solver: the smallest half logarithm of the signal-to-noise ratio that is visited.
    pub lambda_min_clipped: f64,
    /// UniPC: whether pictures are extrapolated, not noise.
    pub predict_x0: bool,
    /// UniPC: steps that are not corrected afterwards.
    pub disable_corrector: Vec<usize>,
    /// PNDM: whether the Runge–Kutta steps are left out.
    pub skip_prk_steps: bool,
    /// DDPM: the noise that a step adds.
    pub variance_type: Option<String>,
}

impl Settings {
    /// The configuration as `name` reads it.
    ///
    /// # Errors
    /// Where a value is out of range, or it asks for something that is not supported.
    pub fn new(config: &SchedulerConfig, name: SchedulerName) -> Result<Self, DiffusionError> {
        let read = Reader { config, name };
        read.refuse_unsupported()?;
        let defaults = name.0.defaults();

        let num_train_timesteps = config.num_train_timesteps();
        if !(1..=1_000_000).contains(&num_train_timesteps) {
            return Err(DiffusionError::config(
                FILE,
                format!("num_train_timesteps is {num_train_timesteps}; it must be at least 1 and at most 1000000"),
            ));
        }
        let original_inference_steps = read.or("original_inference_steps", |f| f.original_inference_steps, 50);
        if original_inference_steps == 0 {
            return Err(DiffusionError::config(FILE, "original_inference_steps is 0; it must be at least 1"));
        }
        let solver_order = read.or("solver_order", |f| f.solver_order, 2);
        if !(1..=3).contains(&solver_order) {
            return Err(unsupported("solver_order", solver_order, "1, 2 and 3 are"));
        }
        // Every class looks these two up among the keys of others, too.
        let (sigma_min, sigma_max) = (config.file.sigma_min, config.file.sigma_max);
        for (key, sigma) in [("sigma_min", sigma_min), ("sigma_max", sigma_max)] {
            if sigma.is_some_and(|sigma| !sigma.is_finite() || sigma <= 0.0) {
                return Err(DiffusionError::config(FILE, format!("{key} must be a number above 0")));
            }
        }

        let clip_range = read.or("clip_sample_range", |f| f.clip_sample_range, 1.0);
        if !clip_range.is_finite() || clip_range <= 0.0 {
            return Err(DiffusionError::config(FILE, "clip_sample_range must be a number above 0"));
        }
        let steps_offset = read.or("steps_offset", |f| f.steps_offset, 0);
        if steps_offset > num_train_timesteps {
            return Err(DiffusionError::config(
                FILE,
                format!("steps_offset is {steps_offset}, beyond the {num_train_timesteps} timesteps of the training"),
            ));
        }
        let clips = read.or("clip_sample", |f| f.clip_sample, defaults.clip_sample) && name.reads("clip_sample");
        let mut settings = Self {
            name,
            num_train_timesteps,
            betas: (
                read.or("beta_start", |f| f.beta_start, defaults.betas.0),
                read.or("beta_end", |f| f.beta_end, defaults.betas.1),
            ),
            beta_schedule: read.word(
                "beta_schedule",
                |f| f.beta_schedule.clone(),
                defaults.beta_schedule,
                &[
                    ("linear", BetaSchedule::Linear),
                    ("scaled_linear", BetaSchedule::ScaledLinear),
                    ("squaredcos_cap_v2", BetaSchedule::SquaredCosine),
                ],
            )?,
            trained_betas: config.file.trained_betas.clone(),
            rescale_betas_zero_snr: read.or("rescale_betas_zero_snr", |f| f.rescale_betas_zero_snr, false),
            keeps_sigmas_finite: defaults.keeps_sigmas_finite,
            prediction_type: read.word(
                "prediction_type",
                |f| f.prediction_type.clone(),
                PredictionType::Epsilon,
                &[
                    ("epsilon", PredictionType::Epsilon),
                    ("v_prediction", PredictionType::VPrediction),
                    ("sample", PredictionType::Sample),
                ],
            )?,
            timestep_spacing: read.word(
                "timestep_spacing",
                |f| f.timestep_spacing.clone(),
                defaults.timestep_spacing,
                &[
                    ("linspace", TimestepSpacing::Linspace),
                    ("leading", TimestepSpacing::Leading),
                    ("trailing", TimestepSpacing::Trailing),
                ],
            )?,
            steps_offset,
            clip: clips.then_some(clip_range),
            set_alpha_to_one: read.or("set_alpha_to_one", |f| f.set_alpha_to_one, defaults.set_alpha_to_one),
            sigma_spacing: read.sigma_spacing()?,
            sigma_min,
            sigma_max,
            final_sigma: read.word(
                "final_sigmas_type",
                |f| f.final_sigmas_type.clone(),
                FinalSigma::Zero,
                &[("zero", FinalSigma::Zero), ("sigma_min", FinalSigma::SigmaMin)],
            )?,
            original_inference_steps,
            timestep_scaling: read.or("timestep_scaling", |f| f.timestep_scaling, 10.0),
            solver_order,
            algorithm_type: read.or("algorithm_type", |f| f.algorithm_type.clone(), "dpmsolver++".into()),
            solver_type: read.value("solver_type", |f| f.solver_type.clone()),
            lower_order_final: read.or("lower_order_final", |f| f.lower_order_final, true),
            euler_at_final: read.or("euler_at_final", |f| f.euler_at_final, false),
            lambda_min_clipped: read
                .value("lambda_min_clipped", |f| f.lambda_min_clipped)
                .map_or(f64::NEG_INFINITY, |number| number.0),
            predict_x0: read.or("predict_x0", |f| f.predict_x0, true),
            disable_corrector: read.or("disable_corrector", |f| f.disable_corrector.clone(), Vec::new()),
            skip_prk_steps: read.or("skip_prk_steps", |f| f.skip_prk_steps, false),
            variance_type: read.value("variance_type", |f| f.variance_type.clone()),
        };
        name.0.adjust(&mut settings)?;
        Ok(settings)
    }
}

/// An error about a key whose value is not implemented.
pub(super) fn unsupported(key: &str, value: impl std::fmt::Display, supported: impl Into<String>) -> DiffusionError {
    DiffusionError::Unsupported {
        component: FILE.into(),
        key: key.into(),
        value: value.to_string(),
        supported: supported.into(),
    }
}

/// Looks keys up as one scheduler does.
struct Reader<'a> {
    config: &'a SchedulerConfig,
    name: SchedulerName,
}

impl Reader<'_> {
    /// The value of a key, or `None` where the scheduler does not read it or the file leaves it out.
    fn value<T>(&self, key: &str, get: impl Fn(&File) -> Option<T>) -> Option<T> {
        if !self.name.reads(key) {
            return None;
        }
        let own = || if self.config.class_name == self.name.class_name() { get(&self.config.own_class) } else { None };
        get(&self.config.file).or_else(own)
    }

    fn or<T>(&self, key: &str, get: impl Fn(&File) -> Option<T>, default: T) -> T {
        self.value(key, get).unwrap_or(default)
    }

    /// A value out of a list of words.
    fn word<T: Copy>(
        &self,
        key: &str,
        get: impl Fn(&File) -> Option<String>,
        default: T,
        words: &[(&str, T)],
    ) -> Result<T, DiffusionError> {
        let Some(found) = self.value(key, get) else { return Ok(default) };
        words.iter().find(|(word, _)| *word == found).map(|&(_, value)| value).ok_or_else(|| {
            let list: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
            unsupported(key, format!("\"{found}\""), format!("{} are", list.join(", ")))
        })
    }

    fn sigma_spacing(&self) -> Result<SigmaSpacing, DiffusionError> {
        let keys = [
            ("use_karras_sigmas", SigmaSpacing::Karras),
            ("use_exponential_sigmas", SigmaSpacing::Exponential),
            ("use_lu_lambdas", SigmaSpacing::Lu),
        ];
        if let Some(wanted) = self.config.sigma_spacing {
            let key = keys.iter().find(|(_, spacing)| *spacing == wanted).map(|(key, _)| *key);
            return match key {
                Some(key) if !self.name.reads(key) => {
                    let able: Vec<&str> =
                        SchedulerName::all().filter(|name| name.reads(key)).map(SchedulerName::id).collect();
                    Err(DiffusionError::input(
                        "sigma spacing",
                        format!("{} has no {key}; {} have", self.name, able.join(", ")),
                    ))
                }
                _ => Ok(wanted),
            };
        }

        let [karras, exponential, lu] = [
            self.or("use_karras_sigmas", |f| f.use_karras_sigmas, false),
            self.or("use_exponential_sigmas", |f| f.use_exponential_sigmas, false),
            self.or("use_lu_lambdas", |f| f.use_lu_lambdas, false),
        ];
        match (karras, exponential, lu) {
            (true, true, _) => Err(DiffusionError::config(
                FILE,
                "use_karras_sigmas and use_exponential_sigmas are both set; only one of them can be",
            )),
            // diffusers asks in this order where lu is set beside another.
            (true, ..) => Ok(SigmaSpacing::Karras),
            (.., true) => Ok(SigmaSpacing::Lu),
            (_, true, _) => Ok(SigmaSpacing::Exponential),
            _ => Ok(SigmaSpacing::Timesteps),
        }
    }

    /// Refuses the settings that would silently give another picture if they were left out.
    fn refuse_unsupported(&self) -> Result<(), DiffusionError> {
        let switches = [
            (
                "thresholding",
                self.or("thresholding", |f| f.thresholding, false),
                "leave it false: it is made for models without latents",
            ),
            (
                "use_beta_sigmas",
                self.or("use_beta_sigmas", |f| f.use_beta_sigmas, false) && self.config.sigma_spacing.is_none(),
                "use_karras_sigmas and use_exponential_sigmas are",
            ),
            (
                "use_flow_sigmas",
                self.or("use_flow_sigmas", |f| f.use_flow_sigmas, false),
                "models trained by flow matching are not",
            ),
            (
                "use_dynamic_shifting",
                self.or("use_dynamic_shifting", |f| f.use_dynamic_shifting, false),
                "models trained by flow matching are not",
            ),
        ];
        if let Some((key, _, supported)) = switches.into_iter().find(|(_, is_on, _)| *is_on) {
            return Err(unsupported(key, true, supported));
        }
        if self.config.file.predict_epsilon == Some(false) {
            return Err(unsupported("predict_epsilon", false, "write \"prediction_type\": \"sample\" in its place"));
        }
        if let Some(value) = self.value("shift_terminal", |f| f.shift_terminal) {
            return Err(unsupported("shift_terminal", value, "models trained by flow matching are not"));
        }
        if let Some(value) = self.value("solver_p", |f| f.solver_p.clone()) {
            return Err(unsupported("solver_p", value, "null is"));
        }
        self.word("interpolation_type", |f| f.interpolation_type.clone(), (), &[("linear", ())])?;
        self.word("timestep_type", |f| f.timestep_type.clone(), (), &[("discrete", ())])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settings(text: &str, id: &str) -> Settings {
        try_settings(text, id).unwrap()
    }

    fn try_settings(text: &str, id: &str) -> Result<Settings, DiffusionError> {
        Settings::new(&SchedulerConfig::from_json(text)?, SchedulerName::from_id(id).unwrap())
    }

    #[test]
    fn keys_that_are_left_out_take_the_defaults_of_the_scheduler_that_asks() {
        assert_eq!(settings("{}", "ddim").betas, (0.0001, 0.02));
        assert_eq!(settings("{}", "lcm").beta_schedule, BetaSchedule::ScaledLinear);
        assert_eq!(settings("{}", "heun").betas, (0.00085, 0.012));
        assert_eq!(settings("{}", "euler").timestep_spacing, TimestepSpacing::Linspace);
        let pndm = settings("{}", "pndm");
        assert_eq!(pndm.timestep_spacing, TimestepSpacing::Leading);
        assert_eq!(settings("{}", "ddim").clip, Some(1.0));
        assert_eq!(settings("{}", "lcm").clip, None);
        assert!(settings("{}", "ddim").set_alpha_to_one && !pndm.set_alpha_to_one);
    }

    #[test]
    fn keys_of_another_class_pass_a_scheduler_by() {
        let text = r#"{"_class_name": "DDIMScheduler", "clip_sample": true, "rescale_betas_zero_snr": true,
            "timestep_spacing": "trailing", "thresholding": false, "skip_prk_steps": true}"#;
        assert_eq!(settings(text, "euler").clip, None);
        assert!(settings(text, "euler").rescale_betas_zero_snr);
        assert!(!settings(text, "pndm").rescale_betas_zero_snr);
        assert_eq!(settings(text, "unipc").timestep_spacing, TimestepSpacing::Trailing);
    }

    #[test]
    fn a_pipelines_corrections_of_defaults_stay_with_the_class_of_the_file() {
        let corrected = |text: &str, id: &str| {
            let config = SchedulerConfig::from_json(text).unwrap().corrected_for_latents();
            let settings = Settings::new(&config, SchedulerName::from_id(id).unwrap()).unwrap();
            (settings.steps_offset, settings.clip)
        };
        let silent = r#"{"_class_name": "DDIMScheduler"}"#;
        assert_eq!(corrected(silent, "ddim"), (1, None));
        assert_eq!(corrected(silent, "ddpm"), (0, Some(1.0)));
        let explicit = r#"{"_class_name": "DDIMScheduler", "steps_offset": 0, "clip_sample": true}"#;
        assert_eq!(corrected(explicit, "ddim"), (1, None));
        assert_eq!(corrected(explicit, "ddpm"), (1, None));
    }

    #[test]
    fn the_users_spacing_goes_before_the_files_and_is_refused_where_it_means_nothing() {
        let config = SchedulerConfig::from_json(r#"{"use_exponential_sigmas": true}"#).unwrap();
        let of = |config: &SchedulerConfig, id: &str| {
            Settings::new(config, SchedulerName::from_id(id).unwrap()).map(|settings| settings.sigma_spacing)
        };
        assert_eq!(of(&config, "unipc").unwrap(), SigmaSpacing::Exponential);
        assert_eq!(of(&config, "ddim").unwrap(), SigmaSpacing::Timesteps);
        let config = config.with_sigma_spacing(SigmaSpacing::Karras);
        assert_eq!(of(&config, "unipc").unwrap(), SigmaSpacing::Karras);
        let message = of(&config, "ddim").unwrap_err().to_string();
        assert!(message.contains("ddim") && message.contains("dpmpp-2m"), "{message}");
    }

    #[test]
    fn what_is_not_supported_is_named_with_its_key_and_value() {
        for (id, text, key) in [
            ("ddim", r#"{"thresholding": true}"#, "thresholding"),
            ("euler", r#"{"use_beta_sigmas": true}"#, "use_beta_sigmas"),
            ("euler", r#"{"interpolation_type": "log_linear"}"#, "log_linear"),
            ("euler", r#"{"timestep_type": "continuous"}"#, "continuous"),
            ("euler", r#"{"use_karras_sigmas": true, "use_exponential_sigmas": true}"#, "only one"),
            ("ddim", r#"{"prediction_type": "flow_prediction"}"#, "flow_prediction"),
            ("ddim", r#"{"num_train_timesteps": 0}"#, "num_train_timesteps"),
            ("ddim", r#"{"trained_betas": []}"#, "num_train_timesteps"),
            ("lcm", r#"{"original_inference_steps": 0}"#, "original_inference_steps"),
            ("ddpm", r#"{"beta_schedule": "sigmoid"}"#, "sigmoid"),
            ("ddpm", r#"{"variance_type": "learned_range"}"#, "learned_range"),
            ("dpmpp-2m", r#"{"variance_type": "learned"}"#, "learned"),
            ("dpmpp-2m", r#"{"solver_order": 4}"#, "solver_order"),
            ("dpmpp-2m", r#"{"use_flow_sigmas": true}"#, "use_flow_sigmas"),
            ("dpmpp-2m", r#"{"algorithm_type": "dpmsolver"}"#, "sigma_min"),
            (
                "dpmpp-2m-sde",
                r#"{"algorithm_type": "sde-dpmsolver", "solver_order": 3, "final_sigmas_type": "sigma_min"}"#,
                "solver_order",
            ),
            ("unipc", r#"{"solver_p": {"_class_name": "DDIMScheduler"}}"#, "solver_p"),
            ("unipc", r#"{"solver_type": "euler"}"#, "solver_type"),
            ("pndm", r#"{"prediction_type": "sample"}"#, "sample"),
            ("euler-a", r#"{"prediction_type": "sample"}"#, "sample"),
            ("euler", r#"{"sigma_min": -1.0}"#, "sigma_min"),
            ("ddim", r#"{"clip_sample_range": -1.0}"#, "clip_sample_range"),
            ("ddim", r#"{"steps_offset": 18446744073709551615}"#, "steps_offset"),
            ("ddim", r#"{"predict_epsilon": false}"#, "predict_epsilon"),
        ] {
            let message = try_settings(text, id).unwrap_err().to_string();
            assert!(message.contains(key), "{id} {text}: {message}");
        }
    }
}
