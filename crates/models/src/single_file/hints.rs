//! What no tensor tells: notes in the file's header and in the configuration beside it.

use crate::{ModelError, ModelStore, SafetensorsIndex, read_text};

/// What a file says about itself beyond its tensors.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Hints {
    /// Whether the UNet predicts the velocity, or, where this is false, the noise.
    pub is_v_prediction: Option<bool>,
    /// Whether it was trained down to no signal at all.
    pub has_zero_snr: bool,
    /// Number of attention heads of every block.
    pub heads: Option<usize>,
    /// Width of an attention head.
    pub head_width: Option<usize>,
}

impl Hints {
    /// Gathers the hints, the surest first: notes in the header (`modelspec.*`), marker tensors, and `<stem>.yaml` beside
    /// the file as the original code wants it.
    ///
    /// # Errors
    /// Where the file beside it is there and cannot be read.
    pub fn read(store: &dyn ModelStore, index: &SafetensorsIndex) -> Result<Self, ModelError> {
        let stem = index.path().strip_suffix(".safetensors").unwrap_or(index.path());
        let mut hints = match read_text(store, &format!("{stem}.yaml"))? {
            Some(text) => Self::from_yaml(&text),
            None => Self::default(),
        };
        if index.tensors().contains_key("v_pred") {
            hints.is_v_prediction = Some(true);
        }
        hints.has_zero_snr |= index.tensors().contains_key("ztsnr");
        let note = |key: &str| index.metadata().get(key).map(|value| value.to_ascii_lowercase());
        let by_architecture = note("modelspec.architecture").and_then(|name| match name.as_str() {
            "stable-diffusion-v2-768-v" => Some(true),
            "stable-diffusion-v2-512" => Some(false),
            _ => None,
        });
        let by_name = note("modelspec.prediction_type").and_then(|name| is_velocity(&name));
        hints.is_v_prediction = by_name.or(by_architecture).or(hints.is_v_prediction);
        Ok(hints)
    }

    /// The few lines that matter of a configuration of the original code; `key: value`, wherever it stands.
    fn from_yaml(text: &str) -> Self {
        let mut hints = Self::default();
        for line in text.lines() {
            let line = line.split('#').next().unwrap_or_default();
            let Some((key, value)) = line.split_once(':') else { continue };
            let value = value.trim().trim_matches(['"', '\'']);
            match key.trim() {
                "parameterization" => hints.is_v_prediction = is_velocity(value),
                "rescale_betas_zero_snr" | "zero_terminal_snr" => {
                    hints.has_zero_snr = value.eq_ignore_ascii_case("true")
                }
                // Minus one says that the other key counts.
                "num_heads" => hints.heads = value.parse().ok().filter(|heads| *heads > 0),
                "num_head_channels" => hints.head_width = value.parse().ok().filter(|width| *width > 0),
                _ => (),
            }
        }
        hints
    }
}

fn is_velocity(name: &str) -> Option<bool> {
    match name {
        "v" | "v_prediction" | "v-prediction" | "v_pred" => Some(true),
        "eps" | "epsilon" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_that_matter_are_found_in_a_configuration_of_the_original_code() {
        let text = "model:\n  params:\n    parameterization: \"v\"  # velocity\n    unet_config:\n      params:\n        \
                    num_heads: -1\n        num_head_channels: 64 # need to fix for flash-attn\n";
        let hints = Hints::from_yaml(text);
        assert_eq!((hints.is_v_prediction, hints.heads, hints.head_width), (Some(true), None, Some(64)));
        assert_eq!(Hints::from_yaml("num_heads: 8").heads, Some(8));
        assert_eq!(Hints::from_yaml(": : :\n\0 num_heads: many"), Hints::default());
    }
}
