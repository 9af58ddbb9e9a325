//! `underpaint.json`: what Underpaint's own models say about themselves beyond diffusers' files.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{ModelError, ModelStore, read_text};

/// A model's recommendations and preview colours; all of it is optional, and a model without the file has none.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ModelExtras {
    /// The model's name.
    pub name: Option<String>,
    /// Edge in pixels of the square pictures that it was trained on.
    #[serde(alias = "size")]
    pub native_size: Option<u32>,
    /// The strength its maker recommends, 0..1.
    #[serde(alias = "strength")]
    pub default_strength: Option<f32>,
    /// The number of steps its maker recommends.
    #[serde(alias = "steps")]
    pub default_steps: Option<u32>,
    /// The guidance scale its maker recommends.
    #[serde(alias = "guidance")]
    pub default_guidance: Option<f32>,
    /// For each latent channel the red, green and blue (−1..1) of one unit of it: a preview without a decoder.
    pub latent_rgb: Option<Vec<[f32; 3]>>,
    /// The red, green and blue (−1..1) of latents that are all zero.
    pub latent_rgb_bias: Option<[f32; 3]>,
    /// Prompts that show what it can do.
    #[serde(alias = "examples")]
    pub example_prompts: Vec<String>,
    /// Words that it was trained on.
    #[serde(alias = "known_words")]
    pub words: Vec<String>,
    /// Sizes and hashes of its files, by path.
    pub files: BTreeMap<String, FileDigest>,
}

/// What tells whether a file is the published one.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct FileDigest {
    /// Its length in bytes.
    pub bytes: u64,
    /// Its SHA-256 in hexadecimal digits.
    pub sha256: String,
}

impl ModelExtras {
    /// Where the extras are.
    pub const PATH: &str = "underpaint.json";

    /// Reads the text of `underpaint.json`; keys it does not know are left for later versions.
    ///
    /// # Errors
    /// Where the text is not JSON or a value is of another type or out of range.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        let bad = |error: serde_json::Error| ModelError::bad_file(Self::PATH, error.to_string());
        // By way of a map: serde would take a list for a structure whose fields are all optional.
        let map: Map<String, Value> = serde_json::from_str(text).map_err(bad)?;
        let extras: Self = serde_json::from_value(Value::Object(map)).map_err(bad)?;
        extras.check().map_err(|problem| ModelError::bad_file(Self::PATH, problem))?;
        Ok(extras)
    }

    /// Reads the extras of a model; a model without the file has none of them.
    ///
    /// # Errors
    /// As [`ModelExtras::parse`].
    pub fn from_store(store: &dyn ModelStore) -> Result<Self, ModelError> {
        match read_text(store, Self::PATH)? {
            Some(text) => Self::parse(&text),
            None => Ok(Self::default()),
        }
    }

    fn check(&self) -> Result<(), &'static str> {
        if self.native_size.is_some_and(|size| !(8..=8192).contains(&size)) {
            return Err("native_size must be between 8 and 8192 pixels");
        }
        if self.default_strength.is_some_and(|strength| !(0.0..=1.0).contains(&strength)) {
            return Err("default_strength must be between 0 and 1");
        }
        if self.default_steps.is_some_and(|steps| !(1..=1000).contains(&steps)) {
            return Err("default_steps must be between 1 and 1000");
        }
        if self.default_guidance.is_some_and(|guidance| !(0.0..=100.0).contains(&guidance)) {
            return Err("default_guidance must be between 0 and 100");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryStore;

    #[test]
    fn both_spellings_of_the_recommendations_are_read() {
        let long = r#"{"native_size": 128, "default_strength": 0.5, "default_steps": 12, "default_guidance": 4.0,
            "latent_rgb": [[1, 0, 0], [0, 1, 0]], "latent_rgb_bias": [0, 0, 0.5], "example_prompts": ["a lake"],
            "words": ["lake"], "files": {"unet/config.json": {"bytes": 3, "sha256": "00"}}}"#;
        let short = r#"{"size": 128, "strength": 0.5, "steps": 12, "guidance": 4.0, "examples": ["a lake"],
            "latent_rgb": [[1, 0, 0], [0, 1, 0]], "latent_rgb_bias": [0, 0, 0.5], "known_words": ["lake"],
            "files": {"unet/config.json": {"bytes": 3, "sha256": "00"}}, "version": 0}"#;
        let extras = ModelExtras::parse(long).unwrap();
        assert_eq!(extras, ModelExtras::parse(short).unwrap());
        assert_eq!((extras.native_size, extras.default_steps), (Some(128), Some(12)));
        assert_eq!(extras.files["unet/config.json"].bytes, 3);
    }

    #[test]
    fn a_model_without_the_file_has_no_extras() {
        assert_eq!(ModelExtras::from_store(&MemoryStore::new()).unwrap(), ModelExtras::default());
    }

    #[test]
    fn values_out_of_range_are_refused() {
        for text in [r#"{"native_size": 0}"#, r#"{"default_strength": 2}"#, r#"{"default_steps": 0}"#, "[]", "x"] {
            assert!(ModelExtras::parse(text).is_err(), "{text}");
        }
    }
}
