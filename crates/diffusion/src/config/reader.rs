//! A configuration file as keys that are taken one by one.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::error::DiffusionError;
use crate::source::ModelSource;

/// The largest number that a size in a configuration may be: far above every model, far below an overflow.
const MAX_SIZE: u64 = 1 << 24;

/// A configuration file of which every key is taken once.
///
/// Keys that the program does not implement must have their default value ([`ConfigReader::only`]); keys that nobody
/// took are refused at the end ([`ConfigReader::finish`]). So a model that needs something unknown is never run wrongly.
#[derive(Debug)]
pub struct ConfigReader {
    component: String,
    values: Map<String, Value>,
    taken: BTreeSet<String>,
}

/// A value for each block: the same for all, or a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PerBlock {
    /// One value for all blocks.
    Same(usize),
    /// One value a block.
    Each(Vec<usize>),
}

impl ConfigReader {
    /// Reads JSON text; `component` is how errors name it, such as `unet/config.json`.
    ///
    /// # Errors
    /// Where the text is not a JSON object.
    pub fn parse(component: &str, text: &str) -> Result<Self, DiffusionError> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| DiffusionError::config(component, format!("the file is not JSON: {error}")))?;
        let Value::Object(values) = value else {
            return Err(DiffusionError::config(component, "the file must hold a JSON object"));
        };
        Ok(Self { component: component.to_owned(), values, taken: BTreeSet::new() })
    }

    /// Reads the configuration at `path` of a model.
    ///
    /// # Errors
    /// Where the file is missing or is not a JSON object.
    pub fn from_source(source: &dyn ModelSource, path: &str) -> Result<Self, DiffusionError> {
        match source.text(path)? {
            Some(text) => Self::parse(path, &text),
            None => Err(DiffusionError::MissingFile { path: path.to_owned() }),
        }
    }

    /// How errors name this configuration.
    pub fn component(&self) -> &str {
        &self.component
    }

    /// The value of a key, as it is in the file; marks the key as taken.
    pub fn take(&mut self, key: &str) -> Option<Value> {
        self.taken.insert(key.to_owned());
        self.values.get(key).cloned()
    }

    /// An error about a key's value.
    pub fn wrong(&self, key: &str, expected: &str) -> DiffusionError {
        let found = self.values.get(key).map_or_else(|| "nothing".to_owned(), Value::to_string);
        DiffusionError::config(&self.component, format!("{key} must be {expected}, found {found}"))
    }

    /// An error that says a key's value is not implemented.
    pub fn unsupported(&self, key: &str, supported: &str) -> DiffusionError {
        DiffusionError::Unsupported {
            component: self.component.clone(),
            key: key.to_owned(),
            value: self.values.get(key).map_or_else(|| "nothing".to_owned(), Value::to_string),
            supported: supported.to_owned(),
        }
    }

    /// Refuses a configuration of another class than `class`.
    ///
    /// # Errors
    /// Where `_class_name` is there and differs.
    pub fn class(&mut self, class: &str) -> Result<(), DiffusionError> {
        match self.take("_class_name") {
            None => Ok(()),
            Some(Value::String(found)) if found == class => Ok(()),
            Some(_) => Err(self.unsupported("_class_name", &format!("only {class} is"))),
        }
    }

    /// Refuses a key that is not implemented, unless it is absent or has one of these values.
    ///
    /// # Errors
    /// Where the key has another value.
    pub fn only(&mut self, key: &str, values: &[Value]) -> Result<(), DiffusionError> {
        match self.take(key) {
            None => Ok(()),
            Some(found) if values.iter().any(|value| same_value(value, &found)) => Ok(()),
            Some(_) => {
                let list: Vec<String> = values.iter().map(Value::to_string).collect();
                Err(self.unsupported(key, &format!("only {} is", list.join(" or "))))
            }
        }
    }

    /// Marks keys as taken that make no difference to what is computed.
    pub fn ignore(&mut self, keys: &[&str]) {
        self.taken.extend(keys.iter().map(|key| (*key).to_owned()));
    }

    /// A positive whole number.
    ///
    /// # Errors
    /// Where the value is anything else.
    pub fn size(&mut self, key: &str, default: usize) -> Result<usize, DiffusionError> {
        match self.take(key) {
            None => Ok(default),
            Some(value) => as_size(&value).ok_or_else(|| self.wrong(key, "a positive whole number")),
        }
    }

    /// A positive whole number or null.
    ///
    /// # Errors
    /// Where the value is anything else.
    pub fn optional_size(&mut self, key: &str) -> Result<Option<usize>, DiffusionError> {
        match self.take(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => as_size(&value).map(Some).ok_or_else(|| self.wrong(key, "a positive whole number or null")),
        }
    }

    /// A finite number.
    ///
    /// # Errors
    /// Where the value is anything else.
    pub fn number(&mut self, key: &str, default: f64) -> Result<f64, DiffusionError> {
        match self.take(key) {
            None => Ok(default),
            Some(value) => {
                value.as_f64().filter(|number| number.is_finite()).ok_or_else(|| self.wrong(key, "a number"))
            }
        }
    }

    /// A finite number or null.
    ///
    /// # Errors
    /// Where the value is anything else.
    pub fn optional_number(&mut self, key: &str) -> Result<Option<f64>, DiffusionError> {
        match self.take(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_f64().filter(|number| number.is_finite()) {
                Some(number) => Ok(Some(number)),
                None => Err(self.wrong(key, "a number or null")),
            },
        }
    }

    /// True or false.
    ///
    /// # Errors
    /// Where the value is anything else.
    pub fn flag(&mut self, key: &str, default: bool) -> Result<bool, DiffusionError> {
        match self.take(key) {
            None => Ok(default),
            Some(Value::Bool(flag)) => Ok(flag),
            Some(_) => Err(self.wrong(key, "true or false")),
        }
    }

    /// A text, or the default where the key is absent.
    ///
    /// # Errors
    /// Where the value is anything else.
    pub fn text(&mut self, key: &str, default: &str) -> Result<String, DiffusionError> {
        match self.take(key) {
            None => Ok(default.to_owned()),
            Some(Value::String(text)) => Ok(text),
            Some(_) => Err(self.wrong(key, "a text")),
        }
    }

    /// A list of texts.
    ///
    /// # Errors
    /// Where the value is anything else.
    pub fn texts(&mut self, key: &str, default: &[&str]) -> Result<Vec<String>, DiffusionError> {
        let Some(value) = self.take(key) else {
            return Ok(default.iter().map(|text| (*text).to_owned()).collect());
        };
        let texts = value
            .as_array()
            .and_then(|list| list.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>());
        texts.ok_or_else(|| self.wrong(key, "a list of texts"))
    }

    /// A list of positive whole numbers that is not empty.
    ///
    /// # Errors
    /// Where the value is anything else.
    pub fn sizes(&mut self, key: &str, default: &[usize]) -> Result<Vec<usize>, DiffusionError> {
        let Some(value) = self.take(key) else {
            return Ok(default.to_vec());
        };
        as_sizes(&value).ok_or_else(|| self.wrong(key, "a list of positive whole numbers"))
    }

    /// A positive whole number for each of `count` blocks: one number for all, or a list of `count`.
    ///
    /// # Errors
    /// Where the value is anything else.
    pub fn per_block(&mut self, key: &str, default: PerBlock, count: usize) -> Result<Vec<usize>, DiffusionError> {
        let value = match self.take(key) {
            None => default,
            Some(value) => match (as_size(&value), as_sizes(&value)) {
                (Some(size), _) => PerBlock::Same(size),
                (None, Some(sizes)) => PerBlock::Each(sizes),
                (None, None) => return Err(self.wrong(key, "a positive whole number or a list of them")),
            },
        };
        match value {
            PerBlock::Same(size) => Ok(vec![size; count]),
            PerBlock::Each(sizes) if sizes.len() == count => Ok(sizes),
            PerBlock::Each(_) => Err(self.wrong(key, &format!("one number or a list of {count}, one a block"))),
        }
    }

    /// Refuses keys that nobody took, unless they are null or begin with an underscore.
    ///
    /// # Errors
    /// Where such a key is left.
    pub fn finish(self) -> Result<(), DiffusionError> {
        let left = self
            .values
            .iter()
            .find(|(key, value)| !key.starts_with('_') && !value.is_null() && !self.taken.contains(*key));
        match left {
            None => Ok(()),
            Some((key, _)) => Err(self.unsupported(key, "this program does not know the key")),
        }
    }
}

fn as_size(value: &Value) -> Option<usize> {
    let number = value.as_u64().or_else(|| {
        // Files written by hand or by other programs may say 2.0 for 2.
        value
            .as_f64()
            .filter(|number| number.fract() == 0.0 && (0.0..=MAX_SIZE as f64).contains(number))
            .map(|n| n as u64)
    })?;
    if (1..=MAX_SIZE).contains(&number) { usize::try_from(number).ok() } else { None }
}

fn as_sizes(value: &Value) -> Option<Vec<usize>> {
    let list = value.as_array().filter(|list| !list.is_empty())?;
    list.iter().map(as_size).collect()
}

fn same_value(left: &Value, right: &Value) -> bool {
    match (left.as_f64(), right.as_f64()) {
        (Some(left), Some(right)) => left == right,
        _ => left == right,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn reader(text: &str) -> ConfigReader {
        ConfigReader::parse("unet/config.json", text).unwrap()
    }

    #[test]
    fn a_key_that_nobody_knows_is_refused_by_name() {
        let error = reader(r#"{"warp_drive": true, "_note": 1, "nothing": null}"#).finish().unwrap_err();
        assert!(error.to_string().contains("warp_drive = true"), "{error}");
    }

    #[test]
    fn a_default_of_an_unimplemented_key_passes_and_another_value_is_named() {
        let mut config = reader(r#"{"act_fn": "silu", "dropout": 0, "class_embed_type": "timestep"}"#);
        config.only("act_fn", &[json!("silu")]).unwrap();
        config.only("dropout", &[json!(0.0)]).unwrap();
        let error = config.only("class_embed_type", &[Value::Null]).unwrap_err();
        assert!(error.to_string().contains("class_embed_type = \"timestep\""), "{error}");
    }

    #[test]
    fn one_number_stands_for_all_blocks_and_a_list_must_have_one_each() {
        let mut config = reader(r#"{"heads": [5, 10], "layers": 2, "wrong": [1, 2, 3]}"#);
        assert_eq!(config.per_block("heads", PerBlock::Same(8), 2).unwrap(), [5, 10]);
        assert_eq!(config.per_block("layers", PerBlock::Same(8), 2).unwrap(), [2, 2]);
        assert_eq!(config.per_block("absent", PerBlock::Same(8), 2).unwrap(), [8, 8]);
        assert!(config.per_block("wrong", PerBlock::Same(8), 2).is_err());
    }

    #[test]
    fn sizes_out_of_range_are_refused_without_a_panic() {
        let mut config = reader(r#"{"zero": 0, "minus": -3, "huge": 99999999999, "word": "four", "half": 2.5}"#);
        for key in ["zero", "minus", "huge", "word", "half"] {
            assert!(config.size(key, 4).is_err(), "{key}");
        }
        assert!(ConfigReader::parse("x", "[1]").is_err());
        assert!(ConfigReader::parse("x", "{").is_err());
    }
}
