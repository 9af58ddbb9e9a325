//! The files of a diffusers folder that a checkpoint lacks, and those that lie beside it.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::{Component, Family, SingleFile};
use crate::{ModelError, ModelStore, read_text};

/// Keys that tensors tell for certain: a configuration that says otherwise belongs to another model.
const TOLD_BY_TENSORS: [&str; 14] = [
    "in_channels",
    "out_channels",
    "block_out_channels",
    "layers_per_block",
    "cross_attention_dim",
    "down_block_types",
    "up_block_types",
    "latent_channels",
    "time_cond_proj_dim",
    "vocab_size",
    "hidden_size",
    "intermediate_size",
    "num_hidden_layers",
    "max_position_embeddings",
];

/// The class of the pipeline: by family, and by what the UNet reads besides the latents.
pub(super) fn pipeline_class(family: Family, unet: &Component) -> &'static str {
    let in_channels = unet.size("conv_in.weight", 1);
    let out_channels = unet.size("conv_out.weight", 0).unwrap_or(4);
    let is_xl = family == Family::Sdxl;
    // The mask and the latents of the masked picture; or the latents of the picture to be changed.
    if in_channels == Some(2 * out_channels + 1) {
        if is_xl { "StableDiffusionXLInpaintPipeline" } else { "StableDiffusionInpaintPipeline" }
    } else if in_channels == Some(2 * out_channels) {
        if is_xl { "StableDiffusionXLInstructPix2PixPipeline" } else { "StableDiffusionInstructPix2PixPipeline" }
    } else if unet.config.contains_key("time_cond_proj_dim") && !is_xl {
        "LatentConsistencyModelPipeline"
    } else if is_xl {
        "StableDiffusionXLPipeline"
    } else {
        "StableDiffusionPipeline"
    }
}

/// The text of `model_index.json`.
pub(super) fn model_index(file: &SingleFile) -> Value {
    let mut index = Map::new();
    index.insert("_class_name".to_owned(), json!(file.class));
    for (name, component) in &file.components {
        let is_text = name.starts_with("text_encoder");
        let class = match component.config.get("architectures").and_then(|names| names.get(0)) {
            Some(class) => class.clone(),
            None => component.config.get("_class_name").cloned().unwrap_or(Value::Null),
        };
        index.insert((*name).to_owned(), json!([if is_text { "transformers" } else { "diffusers" }, class]));
        if is_text {
            let tokenizer = name.replace("text_encoder", "tokenizer");
            index.insert(tokenizer, json!(["transformers", "CLIPTokenizer"]));
        }
    }
    let scheduler = file.scheduler.get("_class_name").cloned().unwrap_or(Value::Null);
    index.insert("scheduler".to_owned(), json!(["diffusers", scheduler]));
    if file.family == Some(Family::Sdxl) {
        index.insert("force_zeros_for_empty_prompt".to_owned(), json!(true));
    }
    Value::Object(index)
}

/// Takes the configurations of the diffusers folder that the file lies in, where they are those of this model: they tell
/// what tensors cannot, such as the number of heads. Published repositories often hold both forms. The answer is the
/// scheduler's configuration, if the UNet's fits.
///
/// # Errors
/// Where a file is there and cannot be read.
pub(super) fn take_from_beside(
    store: &dyn ModelStore,
    components: &mut BTreeMap<&'static str, Component>,
    notes: &mut Vec<String>,
) -> Result<Option<Map<String, Value>>, ModelError> {
    let object = |path: &str| -> Result<Option<Map<String, Value>>, ModelError> {
        Ok(read_text(store, path)?.and_then(|text| serde_json::from_str(&text).ok()))
    };
    let mut unet_fits = false;
    for (name, component) in components {
        let path = format!("{name}/config.json");
        let Some(beside) = object(&path)? else { continue };
        let agrees = TOLD_BY_TENSORS.iter().all(|key| match (component.config.get(*key), beside.get(*key)) {
            (Some(ours), Some(theirs)) => ours == theirs || theirs.is_null(),
            _ => true,
        });
        if agrees {
            notes.push(format!("{path} lies beside the file and fits it, so it is used"));
            component.config = beside;
            unet_fits |= *name == "unet";
        }
    }
    if unet_fits { object("scheduler/scheduler_config.json") } else { Ok(None) }
}

/// `tokenizer_config.json`: how texts are framed and filled up.
pub(crate) fn tokenizer_config(pad: &str, max_tokens: u64) -> Value {
    json!({
        "tokenizer_class": "CLIPTokenizer",
        "bos_token": "<|startoftext|>",
        "eos_token": "<|endoftext|>",
        "unk_token": "<|endoftext|>",
        "pad_token": pad,
        "model_max_length": max_tokens,
    })
}

/// `special_tokens_map.json`.
pub(crate) fn special_tokens_map(pad: &str) -> Value {
    json!({
        "bos_token": "<|startoftext|>",
        "eos_token": "<|endoftext|>",
        "unk_token": "<|endoftext|>",
        "pad_token": pad,
    })
}
