//! Which text encoders a model has.

use serde_json::{Map, Value};

use crate::DiffusionError;
use crate::source::ModelSource;

/// Where a model says which classes its parts are of.
const INDEX: &str = "model_index.json";
/// The class without a projection.
const PLAIN_CLASS: &str = "CLIPTextModel";
/// The class with one.
const PROJECTED_CLASS: &str = "CLIPTextModelWithProjection";

/// The text encoders of a model.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Components {
    pub(super) encoders: Vec<Component>,
    /// Whether there is a second one, which makes it Stable Diffusion XL's kind.
    pub(super) is_xl: bool,
    /// Whether a negative prompt that was not given is zeros (`force_zeros_for_empty_prompt`).
    pub(super) zeroes_empty: bool,
}

/// A text encoder and its tokenizer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Component {
    pub(super) component: &'static str,
    pub(super) tokenizer: &'static str,
    /// Whether it has a projection: as the index says or, without one, where it is the second.
    pub(super) is_projected: bool,
}

/// All pairs that there may be, in their order.
const PAIRS: [(&str, &str); 2] = [("text_encoder", "tokenizer"), ("text_encoder_2", "tokenizer_2")];

impl Components {
    /// Finds the encoders of a model by its index and its files.
    pub(super) fn of(source: &dyn ModelSource) -> Result<Self, DiffusionError> {
        let index = read_index(source)?;
        if let Some(value) = index.get("text_encoder_3").filter(|value| !is_nothing(value)) {
            return Err(unsupported("text_encoder_3", value, "models with one or two CLIP text encoders are"));
        }
        let mut encoders = Vec::new();
        for (component, tokenizer) in PAIRS {
            let is_projected = match index.get(component) {
                Some(value) if is_nothing(value) => continue,
                Some(value) => match value.get(1).and_then(Value::as_str) {
                    Some(PLAIN_CLASS) => false,
                    Some(PROJECTED_CLASS) => true,
                    _ => {
                        return Err(unsupported(component, value, &format!("{PLAIN_CLASS} and {PROJECTED_CLASS} are")));
                    }
                },
                // An index that names other parts but not this one means that there is none.
                None if PAIRS.iter().any(|(other, _)| index.contains_key(*other)) => continue,
                None if source.text(&format!("{component}/config.json"))?.is_none() => continue,
                None => component == PAIRS[1].0,
            };
            encoders.push(Component { component, tokenizer, is_projected });
        }
        if encoders.is_empty() {
            return Err(DiffusionError::MissingFile { path: "text_encoder/config.json".into() });
        }
        let zeroes_empty = match index.get("force_zeros_for_empty_prompt") {
            None | Some(Value::Null) => true,
            Some(Value::Bool(zeroes)) => *zeroes,
            Some(value) => {
                let problem = format!("force_zeros_for_empty_prompt must be true or false, found {value}");
                return Err(DiffusionError::config(INDEX, problem));
            }
        };
        let is_xl = encoders.iter().any(|part| part.component == PAIRS[1].0);
        if is_xl && encoders.iter().all(|part| !part.is_projected) {
            let value = index.get(PAIRS[1].0).cloned().unwrap_or_default();
            return Err(unsupported(
                PAIRS[1].0,
                &value,
                &format!("a second text encoder that is a {PROJECTED_CLASS} is"),
            ));
        }
        Ok(Self { encoders, is_xl, zeroes_empty })
    }
}

fn read_index(source: &dyn ModelSource) -> Result<Map<String, Value>, DiffusionError> {
    match source.text(INDEX)? {
        None => Ok(Map::new()),
        Some(text) => serde_json::from_str(&text).map_err(|error| DiffusionError::config(INDEX, error.to_string())),
    }
}

/// Whether an entry of the index says that there is no such part: null, or a list of nulls.
fn is_nothing(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(|parts| parts.iter().all(Value::is_null))
}

fn unsupported(key: &str, value: &Value, supported: &str) -> DiffusionError {
    DiffusionError::Unsupported {
        component: INDEX.into(),
        key: key.into(),
        value: value.to_string(),
        supported: supported.into(),
    }
}
