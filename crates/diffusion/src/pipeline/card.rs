//! `underpaint.json`: what a model's maker tells Underpaint beyond what diffusers needs.

use serde::Deserialize;

use crate::DiffusionError;
use crate::source::ModelSource;

/// The file, beside `model_index.json`.
const FILE: &str = "underpaint.json";

/// The part of the file that rendering needs; all of it is optional, and so is the file.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Card {
    /// Edge of the training's pictures in pixels.
    #[serde(alias = "size")]
    pub(super) native_size: Option<u32>,
    /// For each channel of the latents, what one unit adds to red, green and blue in −1..1.
    pub(super) latent_rgb: Option<Vec<[f32; 3]>>,
    /// Red, green and blue in −1..1 where all latents are 0.
    pub(super) latent_rgb_bias: Option<[f32; 3]>,
}

impl Card {
    pub(super) fn from_source(source: &dyn ModelSource) -> Result<Self, DiffusionError> {
        let Some(text) = source.text(FILE)? else {
            return Ok(Self::default());
        };
        let card: Self =
            serde_json::from_str(&text).map_err(|error| DiffusionError::config(FILE, error.to_string()))?;
        match card.native_size {
            Some(size) if !(8..=8192).contains(&size) => Err(DiffusionError::config(
                FILE,
                format!("native_size is {size}; a size from 8 to 8192 pixels is expected"),
            )),
            _ => Ok(card),
        }
    }
}
