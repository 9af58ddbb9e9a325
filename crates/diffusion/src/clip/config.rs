//! `text_encoder/config.json`.

use serde_json::{Value, json};

use crate::config::ConfigReader;
use crate::error::DiffusionError;
use crate::layers::Activation;
use crate::source::ModelSource;

/// Where a model keeps the text encoder's configuration.
const PATH: &str = "text_encoder/config.json";

/// The configuration of a [`super::ClipTextModel`].
#[derive(Debug, Clone, PartialEq)]
pub struct ClipTextConfig {
    /// Number of different tokens.
    pub vocab_size: usize,
    /// Width of the hidden states, and of the result.
    pub hidden_size: usize,
    /// Width inside the feed-forward layers.
    pub intermediate_size: usize,
    /// Number of transformer layers.
    pub layers: usize,
    /// Number of attention heads; `hidden_size` is a multiple of it.
    pub heads: usize,
    /// The longest text, in tokens.
    pub max_tokens: usize,
    /// Added to the variances of the layer norms.
    pub norm_epsilon: f64,
    /// The activation inside the feed-forward layers.
    pub activation: Activation,
}

impl ClipTextConfig {
    /// Reads the configuration from its JSON text; absent keys have transformers' defaults.
    ///
    /// # Errors
    /// Where the text is not JSON, a value is out of range, or a key asks for something that is not implemented.
    pub fn from_json(text: &str) -> Result<Self, DiffusionError> {
        Self::read(ConfigReader::parse(PATH, text)?)
    }

    /// Reads the configuration of a model.
    ///
    /// # Errors
    /// As [`ClipTextConfig::from_json`], or where the file is missing.
    pub fn from_source(source: &dyn ModelSource) -> Result<Self, DiffusionError> {
        Self::read(ConfigReader::from_source(source, PATH)?)
    }

    /// Takes the keys that matter.
    ///
    /// transformers writes many keys that say nothing about the computation (labels, generation settings), so unknown
    /// ones are not refused here; the ones that change the architecture are.
    fn read(mut reader: ConfigReader) -> Result<Self, DiffusionError> {
        reader.only("model_type", &[json!("clip_text_model")])?;
        if let Some(Value::Array(names)) = reader.take("architectures") {
            let known = ["CLIPTextModel", "CLIPTextModelWithProjection"];
            if !names.iter().filter_map(Value::as_str).all(|name| known.contains(&name)) {
                return Err(reader.unsupported("architectures", "only CLIPTextModel is"));
            }
        }
        let hidden_size = reader.size("hidden_size", 512)?;
        let heads = reader.size("num_attention_heads", 8)?;
        if !hidden_size.is_multiple_of(heads) {
            return Err(reader.wrong("num_attention_heads", &format!("a divisor of hidden_size = {hidden_size}")));
        }
        let activation = match reader.text("hidden_act", "quick_gelu")?.as_str() {
            "quick_gelu" => Activation::QuickGelu,
            "gelu" => Activation::Gelu,
            _ => return Err(reader.unsupported("hidden_act", "only quick_gelu and gelu are")),
        };
        Ok(Self {
            vocab_size: reader.size("vocab_size", 49408)?,
            hidden_size,
            intermediate_size: reader.size("intermediate_size", 2048)?,
            layers: reader.size("num_hidden_layers", 12)?,
            heads,
            max_tokens: reader.size("max_position_embeddings", 77)?,
            norm_epsilon: reader.number("layer_norm_eps", 1e-5)?,
            activation,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_architecture_and_another_activation_are_refused_by_name() {
        let error = ClipTextConfig::from_json(r#"{"architectures": ["T5EncoderModel"]}"#).unwrap_err();
        assert!(error.to_string().contains("T5EncoderModel"), "{error}");
        let error = ClipTextConfig::from_json(r#"{"hidden_act": "relu6"}"#).unwrap_err();
        assert!(error.to_string().contains("hidden_act"), "{error}");
        let error = ClipTextConfig::from_json(r#"{"hidden_size": 65, "num_attention_heads": 8}"#).unwrap_err();
        assert!(error.to_string().contains("num_attention_heads"), "{error}");
    }

    #[test]
    fn absent_keys_have_the_defaults_of_transformers() {
        let config = ClipTextConfig::from_json("{}").unwrap();
        assert_eq!((config.vocab_size, config.hidden_size, config.max_tokens), (49408, 512, 77));
        assert_eq!(config.activation, Activation::QuickGelu);
    }
}
