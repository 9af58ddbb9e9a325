//! What the families of models do differently, one file each.
//!
//! A family is what `_class_name` in `model_index.json` stands for. The networks themselves are built from their own
//! configuration files; here is what diffusers' pipelines do around them.

mod latent_consistency;
mod stable_diffusion;
mod stable_diffusion_xl;

use serde_json::{Map, Value};

use crate::DiffusionError;
use crate::schedulers::{SchedulerConfig, Span};
use crate::source::ModelSource;

/// The families, in the order in which messages name them. A new one is a file and a line here.
static FAMILIES: [&dyn Family; 3] = [
    &stable_diffusion::StableDiffusion,
    &latent_consistency::LatentConsistency,
    &stable_diffusion_xl::StableDiffusionXl,
];

/// Where the family's name is.
const PATH: &str = "model_index.json";

/// Which of diffusers' pipelines a request would be rendered by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Task {
    /// A mask says what may change.
    pub(super) has_mask: bool,
    /// A control network steers.
    pub(super) has_control: bool,
}

/// The negative prompt's and the prompt's rows of numbers.
pub(super) type TimeIds = [Vec<f32>; 2];

/// What a family does differently.
pub(super) trait Family: Sync {
    /// The names of its pipelines in diffusers.
    fn class_names(&self) -> &'static [&'static str];

    /// The scheduler's configuration as its pipeline for a task corrects it when it is made.
    fn correct(&self, task: Task, config: SchedulerConfig) -> SchedulerConfig {
        let _ = task;
        config
    }

    /// Which part of a schedule its pipeline for a task runs.
    fn span(&self, task: Task, strength: f64, steps: usize) -> Span {
        let _ = task;
        Span::as_diffusers(strength, steps)
    }

    /// What the UNet is told of the picture's size, for a UNet that is told anything.
    fn time_ids(&self, size: (u32, u32), index: &ModelIndex) -> Option<TimeIds> {
        let _ = (size, index);
        None
    }
}

/// `model_index.json`: the family and its settings.
pub(super) struct ModelIndex {
    pub(super) family: &'static dyn Family,
    values: Map<String, Value>,
}

impl ModelIndex {
    /// Reads the file and finds the family, before anything large is read.
    pub(super) fn from_source(source: &dyn ModelSource) -> Result<Self, DiffusionError> {
        let text = source.text(PATH)?.ok_or_else(|| DiffusionError::MissingFile { path: PATH.into() })?;
        let json: Value =
            serde_json::from_str(&text).map_err(|error| DiffusionError::config(PATH, error.to_string()))?;
        let Value::Object(values) = json else {
            return Err(DiffusionError::config(PATH, "the file must hold a JSON object"));
        };
        let class = values.get("_class_name").and_then(Value::as_str).unwrap_or("nothing");
        let Some(family) = FAMILIES.into_iter().find(|family| family.class_names().contains(&class)) else {
            let known: Vec<&str> = FAMILIES.iter().flat_map(|family| family.class_names()).copied().collect();
            return Err(DiffusionError::Unsupported {
                component: PATH.into(),
                key: "_class_name".into(),
                value: class.into(),
                supported: format!("models of these kinds are: {}", known.join(", ")),
            });
        };
        Ok(Self { family, values })
    }

    /// A setting that is true or false; false where it is absent.
    pub(super) fn flag(&self, key: &str) -> bool {
        self.values.get(key).and_then(Value::as_bool).unwrap_or(false)
    }
}

impl std::fmt::Debug for ModelIndex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ModelIndex").field("class", &self.values.get("_class_name")).finish_non_exhaustive()
    }
}
