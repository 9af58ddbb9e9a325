//! `text_encoder/config.json`.

use serde_json::{Value, json};

use crate::config::ConfigReader;
use crate::error::DiffusionError;
use crate::layers::Activation;
use crate::source::ModelSource;

/// How errors name a configuration that was given as text alone.
const PATH: &str = "text_encoder/config.json";
/// The id of the end token that transformers wrote by mistake until July 2023; it never is the end token's own.
const LEGACY_END_ID: u64 = 2;

/// The configuration of a [`super::ClipTextModel`].
#[derive(Debug, Clone, PartialEq)]
pub struct ClipTextConfig {
    /// Number of different tokens.
    pub vocab_size: usize,
    /// Width of the hidden states.
    pub hidden_size: usize,
    /// Width inside the feed-forward layers.
    pub intermediate_size: usize,
    /// Width of the projected summary, for models that have a projection.
    pub projection_size: usize,
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
    /// Which token's hidden state sums the text up.
    pub summary: SummaryToken,
    /// Whether diffusers hides the padding from the attention (`use_attention_mask`); CLIP itself was trained with it in
    /// sight.
    pub masks_padding: bool,
    /// Whether the configuration says of itself that it belongs to a model with a projection.
    pub is_projected: bool,
}

/// Which token's hidden state sums the text up, as transformers finds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SummaryToken {
    /// The first token with the greatest id: the rule for files that give 2 as the end token's id.
    GreatestId,
    /// The first token with this id, or the very first token where there is none.
    FirstWithId(u32),
}

impl SummaryToken {
    /// The position of the token that sums up a text of these ids.
    pub fn position(self, ids: &[u32]) -> usize {
        let greatest = || {
            let candidates = ids.iter().enumerate();
            candidates.max_by_key(|(idx, id)| (**id, std::cmp::Reverse(*idx))).map(|(idx, _)| idx)
        };
        match self {
            Self::GreatestId => greatest().unwrap_or(0),
            Self::FirstWithId(end) => ids.iter().position(|id| *id == end).unwrap_or(0),
        }
    }
}

impl ClipTextConfig {
    /// Reads the configuration from its JSON text; absent keys have transformers' defaults.
    ///
    /// # Errors
    /// Where the text is not JSON, a value is out of range, or a key asks for something that is not implemented.
    pub fn from_json(text: &str) -> Result<Self, DiffusionError> {
        Self::read_whole(ConfigReader::parse(PATH, text)?)
    }

    /// Reads the configuration of a component of a model, such as `text_encoder_2`.
    ///
    /// # Errors
    /// As [`ClipTextConfig::from_json`], or where the file is missing.
    pub fn from_source(source: &dyn ModelSource, component: &str) -> Result<Self, DiffusionError> {
        Self::read_whole(ConfigReader::from_source(source, &format!("{component}/config.json"))?)
    }

    /// Finds the text encoder's keys: at the top, or under `text_config` where the file is that of a whole CLIP.
    fn read_whole(mut reader: ConfigReader) -> Result<Self, DiffusionError> {
        reader.only("model_type", &[json!("clip_text_model"), json!("clip"), Value::Null])?;
        let is_projected = match reader.take("architectures") {
            None | Some(Value::Null) => false,
            Some(Value::Array(names)) => {
                let known = ["CLIPTextModel", "CLIPTextModelWithProjection", "CLIPModel"];
                if !names.iter().all(|name| name.as_str().is_some_and(|name| known.contains(&name))) {
                    return Err(
                        reader.unsupported("architectures", "only CLIPTextModel and CLIPTextModelWithProjection are")
                    );
                }
                names.iter().any(|name| name == "CLIPTextModelWithProjection")
            }
            Some(_) => return Err(reader.wrong("architectures", "a list of class names")),
        };
        let inner = match (reader.take("text_config"), reader.take("text_config_dict")) {
            (Some(inner @ Value::Object(_)), _) | (None | Some(Value::Null), Some(inner @ Value::Object(_))) => inner,
            (None | Some(Value::Null), None | Some(Value::Null)) => return Self::read(reader, is_projected),
            _ => return Err(reader.wrong("text_config", "an object with the text encoder's settings")),
        };
        // What else a whole CLIP says is about its picture half and its training.
        let component = format!("{} (text_config)", reader.component());
        let mut inner = ConfigReader::parse(&component, &inner.to_string())?;
        inner.only("model_type", &[json!("clip_text_model"), Value::Null])?;
        inner.ignore(&["architectures"]);
        Self::read(inner, is_projected)
    }

    fn read(mut reader: ConfigReader, is_projected: bool) -> Result<Self, DiffusionError> {
        let hidden_size = reader.size("hidden_size", 512)?;
        let heads = reader.size("num_attention_heads", 8)?;
        if !hidden_size.is_multiple_of(heads) {
            return Err(reader.wrong("num_attention_heads", &format!("a divisor of hidden_size = {hidden_size}")));
        }
        let activation = match reader.text("hidden_act", "quick_gelu")?.as_str() {
            "quick_gelu" => Activation::QuickGelu,
            "gelu" | "gelu_python" => Activation::Gelu,
            // gelu_new, gelu_fast and their kin stand for the approximation by a hyperbolic tangent, which no published
            // text encoder of this kind uses.
            _ => return Err(reader.unsupported("hidden_act", "only quick_gelu and gelu are")),
        };
        let summary = match reader.take("eos_token_id") {
            None => SummaryToken::FirstWithId(49407),
            Some(value) => match value.as_u64() {
                Some(LEGACY_END_ID) => SummaryToken::GreatestId,
                Some(id) => SummaryToken::FirstWithId(
                    u32::try_from(id).map_err(|_| reader.wrong("eos_token_id", "a token's id, far below 2³²"))?,
                ),
                // transformers compares the ids with null, finds none and takes the first.
                None if value.is_null() => SummaryToken::FirstWithId(u32::MAX),
                None => return Err(reader.unsupported("eos_token_id", "only one token's id is")),
            },
        };
        let config = Self {
            vocab_size: reader.size("vocab_size", 49408)?,
            hidden_size,
            intermediate_size: reader.size("intermediate_size", 2048)?,
            projection_size: reader.optional_size("projection_dim")?.unwrap_or(512),
            layers: reader.size("num_hidden_layers", 12)?,
            heads,
            max_tokens: reader.size("max_position_embeddings", 77)?,
            norm_epsilon: reader.number("layer_norm_eps", 1e-5)?,
            activation,
            summary,
            masks_padding: reader.flag("use_attention_mask", false)?,
            is_projected,
        };
        if config.norm_epsilon < 0.0 {
            return Err(reader.wrong("layer_norm_eps", "a number that is not negative"));
        }
        ignore_what_makes_no_difference(&mut reader)?;
        reader.finish()?;
        Ok(config)
    }
}

/// Every file of transformers carries the settings that all its models share. Those that could change what is computed
/// must have the value that changes nothing; the rest is ignored for the reason beside it.
fn ignore_what_makes_no_difference(reader: &mut ConfigReader) -> Result<(), DiffusionError> {
    reader.only("is_decoder", &[json!(false)])?;
    reader.only("is_encoder_decoder", &[json!(false)])?;
    reader.only("add_cross_attention", &[json!(false)])?;
    reader.only("cross_attention_hidden_size", &[Value::Null])?;
    reader.only("pruned_heads", &[json!({}), Value::Null])?;
    // The tokenizer's own files decide what a text begins with and is filled up with.
    reader.ignore(&["bos_token_id", "pad_token_id", "sep_token_id", "tokenizer_class", "prefix"]);
    // Only training draws at random.
    reader.ignore(&[
        "attention_dropout",
        "dropout",
        "initializer_factor",
        "initializer_range",
        "gradient_checkpointing",
    ]);
    // Precision is asked for by the person, and the weights say themselves what they are stored in.
    reader.ignore(&["torch_dtype", "dtype", "use_bfloat16"]);
    // How Python stores, runs or reports the same numbers.
    reader.ignore(&[
        "transformers_version",
        "transformers.js_config",
        "name_or_path",
        "attn_implementation",
        "chunk_size_feed_forward",
        "output_attentions",
        "output_hidden_states",
        "return_dict",
        "use_return_dict",
        "use_cache",
        "torchscript",
        "tf_legacy_loss",
        "tie_encoder_decoder",
        "tie_word_embeddings",
    ]);
    // A text encoder has no labels.
    reader.ignore(&["id2label", "label2id", "num_labels", "problem_type", "finetuning_task", "task_specific_params"]);
    // A text encoder generates no text.
    reader.ignore(&[
        "bad_words_ids",
        "begin_suppress_tokens",
        "decoder_start_token_id",
        "diversity_penalty",
        "do_sample",
        "early_stopping",
        "encoder_no_repeat_ngram_size",
        "exponential_decay_length_penalty",
        "forced_bos_token_id",
        "forced_eos_token_id",
        "length_penalty",
        "max_length",
        "min_length",
        "no_repeat_ngram_size",
        "num_beam_groups",
        "num_beams",
        "num_return_sequences",
        "output_scores",
        "remove_invalid_values",
        "repetition_penalty",
        "return_dict_in_generate",
        "suppress_tokens",
        "temperature",
        "top_k",
        "top_p",
        "typical_p",
    ]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_implemented_is_refused_by_name() {
        for (text, name) in [
            (r#"{"architectures": ["T5EncoderModel"]}"#, "T5EncoderModel"),
            (r#"{"model_type": "t5"}"#, "model_type"),
            (r#"{"hidden_act": "relu6"}"#, "hidden_act"),
            (r#"{"hidden_act": "gelu_new"}"#, "gelu_new"),
            (r#"{"hidden_size": 65, "num_attention_heads": 8}"#, "num_attention_heads"),
            (r#"{"eos_token_id": [2, 3]}"#, "eos_token_id"),
            (r#"{"eos_token_id": 1e20}"#, "eos_token_id"),
            (r#"{"is_decoder": true}"#, "is_decoder"),
            (r#"{"pruned_heads": {"0": [1]}}"#, "pruned_heads"),
            (r#"{"quantization_config": {"bits": 4}}"#, "quantization_config"),
            (r#"{"rope_theta": 10000.0}"#, "rope_theta"),
            (r#"{"layer_norm_eps": -1}"#, "layer_norm_eps"),
            (r#"{"text_config": 7}"#, "text_config"),
            (r#"{"text_config": {"warp": 1}}"#, "warp"),
        ] {
            let error = ClipTextConfig::from_json(text).unwrap_err().to_string();
            assert!(error.contains(name), "{text}: {error}");
        }
    }

    #[test]
    fn absent_keys_have_the_defaults_of_transformers() {
        let config = ClipTextConfig::from_json("{}").unwrap();
        assert_eq!((config.vocab_size, config.hidden_size, config.max_tokens), (49408, 512, 77));
        assert_eq!((config.projection_size, config.layers, config.heads), (512, 12, 8));
        assert_eq!(config.activation, Activation::QuickGelu);
        assert_eq!(config.summary, SummaryToken::FirstWithId(49407));
        assert!(!config.masks_padding && !config.is_projected);
    }

    #[test]
    fn a_file_of_a_whole_clip_keeps_the_settings_in_text_config() {
        let text = r#"{"model_type": "clip", "architectures": ["CLIPModel"], "projection_dim": 768, "logit_scale_init_value": 2.6,
            "text_config": {"hidden_size": 64, "model_type": "clip_text_model", "top_k": 50, "eos_token_id": 2},
            "vision_config": {"hidden_size": 128}}"#;
        let config = ClipTextConfig::from_json(text).unwrap();
        assert_eq!((config.hidden_size, config.summary), (64, SummaryToken::GreatestId));
    }

    #[test]
    fn the_summary_is_the_first_of_equals() {
        assert_eq!(SummaryToken::GreatestId.position(&[5, 3, 9, 4, 9, 9]), 2);
        assert_eq!(SummaryToken::FirstWithId(4).position(&[5, 4, 9, 4]), 1);
        assert_eq!(SummaryToken::FirstWithId(7).position(&[5, 4]), 0);
    }
}
