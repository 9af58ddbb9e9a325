//! Settings of training that a file's own tensors do not tell: alpha beside the tensors.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::names::TensorName;
use crate::{ModelError, ModelStore};

/// Where diffusers keeps the adapters' settings in the header of the file.
const METADATA_KEY: &str = "lora_adapter_metadata";
/// Where PEFT keeps them, beside the file.
const PEFT_FILE: &str = "adapter_config.json";

/// Settings by component; those under the empty name are for every component.
#[derive(Debug, Clone, Default)]
pub(super) struct Settings {
    adapters: BTreeMap<String, Adapter>,
}

#[derive(Debug, Clone, Default)]
struct Adapter {
    alpha: Option<f32>,
    alpha_pattern: Vec<(String, f32)>,
    by_square_root: bool,
}

impl Settings {
    /// Reads what there is: the file's header, or for PEFT's own files the one beside it.
    ///
    /// # Errors
    /// Where the settings are there but not what they should be, or ask for what is not supported.
    pub(super) fn read(store: &dyn ModelStore, path: &str, is_peft: bool) -> Result<Self, ModelError> {
        let bad = |file: &str, problem: String| ModelError::bad_file(file, problem);
        let mut settings = Self::default();
        if let Some(text) = header_text(store, path)? {
            let value: Map<String, Value> = serde_json::from_str(&text)
                .map_err(|error| bad(path, format!("{METADATA_KEY} in the header is not valid: {error}")))?;
            for (key, value) in &value {
                let (component, key) = match key.split_once('.') {
                    Some((component @ ("unet" | "text_encoder" | "text_encoder_2"), key)) => (component, key),
                    _ => ("", key.as_str()),
                };
                let adapter = settings.adapters.entry(component.to_owned()).or_default();
                adapter.take(key, value).map_err(|problem| bad(path, format!("{METADATA_KEY}: {problem}")))?;
            }
        } else if is_peft {
            let beside =
                path.rsplit_once('/').map_or(PEFT_FILE.to_owned(), |(folder, _)| format!("{folder}/{PEFT_FILE}"));
            if let Some(text) = crate::read_text(store, &beside)? {
                let value: Map<String, Value> =
                    serde_json::from_str(&text).map_err(|error| bad(&beside, format!("it is not valid: {error}")))?;
                let adapter = settings.adapters.entry(String::new()).or_default();
                for (key, value) in &value {
                    adapter.take(key, value).map_err(|problem| bad(&beside, problem))?;
                }
            }
        }
        Ok(settings)
    }

    /// The factor of a module: alpha by rank, or by its square root where the adapter was trained so.
    ///
    /// An alpha among the tensors goes before one in the settings; without any the factor is 1.
    pub(super) fn scale(&self, name: &TensorName, tensor: &str, alpha: Option<f32>, rank: usize) -> f32 {
        let rank = rank as f32;
        let adapter = self.adapters.get(&name.component).or_else(|| self.adapters.get(""));
        let Some(adapter) = adapter else { return alpha.map_or(1.0, |alpha| alpha / rank) };
        let module = tensor.strip_suffix(".weight").unwrap_or(tensor);
        let by_pattern = adapter.alpha_pattern.iter().find(|(pattern, _)| matches(pattern, module));
        let alpha = alpha.or(by_pattern.map(|(_, alpha)| *alpha)).or(adapter.alpha).unwrap_or(rank);
        alpha / if adapter.by_square_root { rank.sqrt() } else { rank }
    }
}

impl Adapter {
    fn take(&mut self, key: &str, value: &Value) -> Result<(), String> {
        let number = |value: &Value| {
            let number = value.as_f64().map(|number| number as f32).filter(|number| number.is_finite());
            number.ok_or_else(|| format!("{key} = {value} is not a number"))
        };
        match key {
            "lora_alpha" if !value.is_null() => self.alpha = Some(number(value)?),
            "alpha_pattern" if !value.is_null() => {
                let patterns = value.as_object().ok_or_else(|| format!("{key} = {value} is not an object"))?;
                for (pattern, alpha) in patterns {
                    self.alpha_pattern.push((pattern.clone(), number(alpha)?));
                }
            }
            "use_rslora" => self.by_square_root = value.as_bool().unwrap_or(false),
            "use_dora" | "lora_bias" | "fan_in_fan_out" if value.as_bool() == Some(true) => {
                return Err(format!("{key} = true is not supported; plain LoRA is"));
            }
            "peft_type" if value.as_str().is_some_and(|kind| kind != "LORA") => {
                return Err(format!("{key} = {value} is not supported; LORA is"));
            }
            // Everything else is about training, or told by the tensors themselves.
            _ => {}
        }
        Ok(())
    }
}

/// Whether a pattern of PEFT names the module: the end of its name, or with `^` the whole.
fn matches(pattern: &str, module: &str) -> bool {
    let pattern = pattern.strip_suffix('$').unwrap_or(pattern).replace("\\.", ".");
    match pattern.strip_prefix('^') {
        Some(whole) => module == whole,
        None => module == pattern || module.strip_suffix(&pattern).is_some_and(|before| before.ends_with('.')),
    }
}

/// The settings in a safetensors file's header, which was checked when the file was opened.
fn header_text(store: &dyn ModelStore, path: &str) -> Result<Option<String>, ModelError> {
    let length = store.read_range(path, 0..8)?;
    let Ok(length) = <[u8; 8]>::try_from(&*length) else { return Ok(None) };
    let header = store.read_range(path, 8..8_u64.saturating_add(u64::from_le_bytes(length)))?;
    let header: Value = serde_json::from_slice(&header)
        .map_err(|error| ModelError::bad_file(path, format!("the safetensors header is not valid: {error}")))?;
    Ok(header.get("__metadata__").and_then(|metadata| metadata.get(METADATA_KEY)?.as_str()).map(str::to_owned))
}
