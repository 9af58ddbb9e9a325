//! A control model whose kind its configuration says.

use serde_json::Value;

use super::config::PATH;
use super::{ControlNetModel, T2IAdapter};
use crate::config::ConfigReader;
use crate::error::DiffusionError;
use crate::layers::Placement;
use crate::source::Weights;

/// Either kind of control model.
#[derive(Debug, Clone)]
pub enum Control {
    /// diffusers' `ControlNetModel`: runs at every step.
    Net(Box<ControlNetModel>),
    /// diffusers' `T2IAdapter`: runs once.
    Adapter(Box<T2IAdapter>),
}

impl Control {
    /// Reads the model from its configuration's JSON text and the tensors below `prefix` (usually empty).
    ///
    /// # Errors
    /// Where the class or a key is not implemented, or a tensor is missing or does not fit the configuration.
    pub fn load(
        config: &str,
        weights: &dyn Weights,
        prefix: &str,
        placement: &Placement,
    ) -> Result<Self, DiffusionError> {
        let mut reader = ConfigReader::parse(PATH, config)?;
        match reader.take("_class_name").as_ref().and_then(Value::as_str) {
            Some("ControlNetModel") => {
                Ok(Self::Net(Box::new(ControlNetModel::load(config, weights, prefix, placement)?)))
            }
            Some("T2IAdapter") => Ok(Self::Adapter(Box::new(T2IAdapter::load(config, weights, prefix, placement)?))),
            _ => Err(reader.unsupported("_class_name", "only ControlNetModel and T2IAdapter are")),
        }
    }
}
