//! Whether a model would load, told without loading it.

use underpaint_diffusion::pipeline::check_configurations;
use underpaint_models::{Inspection, ModelStore, OpenModel};

use crate::OpenSource;

/// What the configurations of a model ask for that is not done; each a sentence. Empty where all is well, or where it is
/// no whole model.
pub fn unsupported(store: &dyn ModelStore, entry: Option<&str>, found: &Inspection) -> Vec<String> {
    let is_model = found.components.iter().any(|component| component.name == "unet");
    if !is_model {
        return Vec::new();
    }
    match OpenModel::open(store, entry) {
        Ok(model) => check_configurations(&OpenSource::new(&model)).into_iter().map(|it| it.to_string()).collect(),
        Err(error) => vec![error.to_string()],
    }
}
