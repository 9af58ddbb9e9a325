//! `scheduler/scheduler_config.json` as it is written, before a scheduler reads it.

mod file;

use std::collections::BTreeSet;

pub(super) use file::{File, finite_json};
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::DiffusionError;
use crate::schedulers::SchedulerName;

/// The file that errors speak about.
pub(super) const FILE: &str = "scheduler/scheduler_config.json";

/// How the sigmas of a run lie between the largest and the smallest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SigmaSpacing {
    /// As the timesteps lie.
    Timesteps,
    /// Evenly in the seventh root (Karras et al., 2022, equation 5).
    Karras,
    /// Evenly in the logarithm.
    Exponential,
    /// Evenly in the logarithm as well, asked at whole timesteps: `use_lu_lambdas` (Lu et al., 2022).
    Lu,
}

/// A scheduler's configuration with the keys that a file leaves out still open: what they default to, and which keys
/// matter at all, depends on the scheduler that reads them. [`crate::schedulers::Settings`] is the outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct SchedulerConfig {
    /// The class that the file names; empty where it names none.
    pub class_name: String,
    /// The keys that are there.
    pub(super) file: File,
    /// What a pipeline puts in the place of defaults of the file's own class. Another scheduler that takes over the
    /// configuration does not see it (`_use_default_values` of diffusers).
    pub(super) own_class: File,
    /// How the user wants the sigmas spaced, whatever the file says.
    pub(super) sigma_spacing: Option<SigmaSpacing>,
}

impl SchedulerConfig {
    /// Reads the contents of a `scheduler_config.json`. What the file asks for is checked when a scheduler reads it.
    ///
    /// # Errors
    /// Where the text is not such a file, a value is of the wrong type, or a key is unknown.
    pub fn from_json(text: &str) -> Result<Self, DiffusionError> {
        let wrong = |problem: String| DiffusionError::config(FILE, problem);
        let mut values: Map<String, Value> = serde_json::from_str(&finite_json(text))
            .map_err(|error| wrong(format!("the file is not a JSON object: {error}")))?;
        let class_name = match values.remove("_class_name") {
            None | Some(Value::Null) => String::new(),
            Some(Value::String(name)) => name,
            Some(other) => return Err(wrong(format!("_class_name must be a text, found {other}"))),
        };
        // diffusers writes down which values were nobody's choice, and lets every class put its own in their place.
        let defaults: BTreeSet<String> = match values.remove("_use_default_values") {
            None | Some(Value::Null) => BTreeSet::new(),
            Some(list) => {
                BTreeSet::deserialize(list).map_err(|error| wrong(format!("_use_default_values: {error}")))?
            }
        };
        values.retain(|key, value| !key.starts_with('_') && !defaults.contains(key) && !value.is_null());
        Ok(Self { class_name, file: File::read(values)?, own_class: File::default(), sigma_spacing: None })
    }

    /// The configuration as `StableDiffusionImg2ImgPipeline` corrects it when it is made: leading timesteps start at 1,
    /// and latents, which have no bounds, are not clipped. The pipelines for SDXL, ControlNet and LCM correct nothing.
    #[must_use]
    pub fn corrected_for_latents(mut self) -> Self {
        self.correct_steps_offset();
        match self.file.clip_sample {
            Some(_) => self.file.clip_sample = Some(false),
            None => self.own_class.clip_sample = Some(false),
        }
        self
    }

    /// The configuration as `StableDiffusionInpaintPipeline` corrects it: leading timesteps start at 1, and PNDM skips
    /// its Runge–Kutta steps.
    #[must_use]
    pub fn corrected_for_inpainting(mut self) -> Self {
        self.correct_steps_offset();
        match self.file.skip_prk_steps {
            Some(_) => self.file.skip_prk_steps = Some(true),
            None => self.own_class.skip_prk_steps = Some(true),
        }
        self
    }

    fn correct_steps_offset(&mut self) {
        match self.file.steps_offset {
            Some(_) => self.file.steps_offset = Some(1),
            None => self.own_class.steps_offset = Some(1),
        }
    }

    /// The configuration with the sigmas spaced in this way instead of the file's. Schedulers that cannot refuse it.
    #[must_use]
    pub fn with_sigma_spacing(self, spacing: SigmaSpacing) -> Self {
        Self { sigma_spacing: Some(spacing), ..self }
    }

    /// The scheduler that the file names, or `None` where it names one that is not here.
    pub fn named(&self) -> Option<SchedulerName> {
        SchedulerName::all().find(|name| name.class_name() == self.class_name && name.0.is_meant_by(self))
    }

    /// Training timesteps; 1000 where the file does not say.
    pub fn num_train_timesteps(&self) -> usize {
        match (&self.file.trained_betas, self.file.num_train_timesteps) {
            (Some(betas), _) => betas.len(),
            (None, n) => n.unwrap_or(1000),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_names_its_scheduler_by_class_and_algorithm() {
        let named = |text: &str| SchedulerConfig::from_json(text).unwrap().named().map(SchedulerName::id);
        assert_eq!(named(r#"{"_class_name": "PNDMScheduler"}"#), Some("pndm"));
        assert_eq!(named(r#"{"_class_name": "DPMSolverMultistepScheduler"}"#), Some("dpmpp-2m"));
        let sde = r#"{"_class_name": "DPMSolverMultistepScheduler", "algorithm_type": "sde-dpmsolver++"}"#;
        assert_eq!(named(sde), Some("dpmpp-2m-sde"));
        assert_eq!(named(r#"{"_class_name": "KDPM2DiscreteScheduler"}"#), None);
        assert_eq!(named("{}"), None);
    }

    #[test]
    fn what_is_not_such_a_file_is_refused_with_its_key() {
        for (text, key) in [
            ("<html>", "not a JSON object"),
            ("[]", "not a JSON object"),
            (r#"{"_class_name": 3}"#, "_class_name"),
            (r#"{"beta_start": "low"}"#, "beta_start"),
            (r#"{"use_karras_sigmas": 1}"#, "use_karras_sigmas"),
            (r#"{"steps_offset": -1}"#, "steps_offset"),
            (r#"{"use_unheard_of_sigmas": true}"#, "use_unheard_of_sigmas"),
        ] {
            let message = SchedulerConfig::from_json(text).unwrap_err().to_string();
            assert!(message.contains(key) && message.contains("scheduler_config.json"), "{text}: {message}");
        }
    }

    #[test]
    fn values_that_were_only_defaults_are_forgotten() {
        let text = r#"{"steps_offset": 1, "timestep_spacing": "leading", "_use_default_values": ["timestep_spacing"]}"#;
        let config = SchedulerConfig::from_json(text).unwrap();
        assert_eq!(config.file.timestep_spacing, None);
        assert_eq!(config.file.steps_offset, Some(1));
    }
}
