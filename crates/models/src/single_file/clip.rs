//! The text encoders of a checkpoint: CLIP as transformers names it, and OpenCLIP.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Component, below, dotted, not_understood};
use crate::TensorEntry;
use crate::tensor_set::Reading;

/// Width of a head in every published CLIP text encoder.
const HEAD_WIDTH: usize = 64;
/// Tokens of CLIP's own vocabulary.
pub(crate) const FULL_VOCABULARY: usize = 49408;
/// SD 2 reads the layer before the last, so the last one is left out, as diffusers does; its number is fixed there, too.
const SD2_LAST_LAYER: usize = 23;

/// Reads an encoder that is named as transformers does, with or without `text_model.` before the names.
pub(super) fn read_clip(tensors: &BTreeMap<String, TensorEntry>, prefix: &str) -> Result<Component, String> {
    let mut clip = Component::default();
    for (name, source, entry) in below(tensors, prefix) {
        let name = name.strip_prefix("text_model.").unwrap_or(name);
        if name == "embeddings.position_ids"
            || matches!(name, "logit_scale" | "text_projection" | "text_projection.weight")
        {
            continue;
        }
        match dotted(name).as_slice() {
            ["embeddings" | "final_layer_norm", ..] | ["encoder", "layers", ..] => {
                clip.add(format!("text_model.{name}"), source, entry);
            }
            _ => return Err(not_understood(source)),
        }
    }
    write_config(&mut clip, "CLIPTextModel", "quick_gelu", prefix)?;
    Ok(clip)
}

/// Reads an encoder that is named as OpenCLIP does. With `is_second` all layers and the projection are kept (SDXL),
/// without it the last layer and the projection are left out (SD 2).
pub(super) fn read_open_clip(
    tensors: &BTreeMap<String, TensorEntry>,
    prefix: &str,
    is_second: bool,
) -> Result<Component, String> {
    let mut clip = Component::default();
    for (name, source, entry) in below(tensors, prefix) {
        let parts = dotted(name);
        let new = match parts.as_slice() {
            ["positional_embedding"] => "text_model.embeddings.position_embedding.weight".to_owned(),
            ["token_embedding", "weight"] => "text_model.embeddings.token_embedding.weight".to_owned(),
            ["ln_final", kind] => format!("text_model.final_layer_norm.{kind}"),
            ["logit_scale" | "attn_mask"] => continue,
            ["text_projection"] | ["text_projection", "weight"] if !is_second => continue,
            // A bare matrix multiplies from the right, a layer's weight from the left.
            ["text_projection"] => {
                let shape = entry.shape.iter().rev().copied().collect();
                clip.add_part("text_projection.weight".to_owned(), source, shape, Reading::Transposed);
                continue;
            }
            ["text_projection", "weight"] => "text_projection.weight".to_owned(),
            ["transformer", "resblocks", idx, rest @ ..] => {
                let layer: usize = idx.parse().map_err(|_| not_understood(source))?;
                if !is_second && layer >= SD2_LAST_LAYER {
                    continue;
                }
                if let ["attn", joined @ ("in_proj_weight" | "in_proj_bias")] = rest {
                    add_joined(&mut clip, layer, joined, source, entry)?;
                    continue;
                }
                let rest = layer_name(rest).ok_or_else(|| not_understood(source))?;
                format!("text_model.encoder.layers.{layer}.{rest}")
            }
            _ => return Err(not_understood(source)),
        };
        clip.add(new, source, entry);
    }
    let class = if is_second { "CLIPTextModelWithProjection" } else { "CLIPTextModel" };
    write_config(&mut clip, class, "gelu", prefix)?;
    Ok(clip)
}

/// Query, key and value stand in one tensor, one below the other.
fn add_joined(
    clip: &mut Component,
    layer: usize,
    joined: &str,
    source: &str,
    entry: &TensorEntry,
) -> Result<(), String> {
    let kind = joined.strip_prefix("in_proj_").unwrap_or(joined);
    let mut shape = entry.shape.clone();
    match shape.first_mut() {
        Some(rows) if rows.is_multiple_of(3) && *rows > 0 => *rows /= 3,
        _ => return Err(format!("tensor {source}: its rows {:?} are not three equal parts", entry.shape)),
    }
    for (third, map) in ["q_proj", "k_proj", "v_proj"].into_iter().enumerate() {
        let name = format!("text_model.encoder.layers.{layer}.self_attn.{map}.{kind}");
        clip.add_part(name, source, shape.clone(), Reading::Third(third));
    }
    Ok(())
}

fn layer_name(rest: &[&str]) -> Option<String> {
    Some(match rest {
        ["ln_1", kind] => format!("layer_norm1.{kind}"),
        ["ln_2", kind] => format!("layer_norm2.{kind}"),
        ["attn", "out_proj", kind] => format!("self_attn.out_proj.{kind}"),
        ["mlp", "c_fc", kind] => format!("mlp.fc1.{kind}"),
        ["mlp", "c_proj", kind] => format!("mlp.fc2.{kind}"),
        _ => return None,
    })
}

fn write_config(clip: &mut Component, class: &str, activation: &str, prefix: &str) -> Result<(), String> {
    let (Some(vocabulary), Some(width), Some(positions), Some(inner)) = (
        clip.size("text_model.embeddings.token_embedding.weight", 0),
        clip.size("text_model.embeddings.token_embedding.weight", 1),
        clip.size("text_model.embeddings.position_embedding.weight", 0),
        clip.size("text_model.encoder.layers.0.mlp.fc1.weight", 0),
    ) else {
        return Err(format!("the text encoder at {prefix} is not whole; a checkpoint with its text encoder is needed"));
    };
    let has_layer =
        |layer: &usize| clip.parts.contains_key(&format!("text_model.encoder.layers.{layer}.layer_norm1.weight"));
    let layers = (0..).take_while(has_layer).count();
    let values: Vec<(&str, Value)> = vec![
        ("architectures", json!([class])),
        ("model_type", json!("clip_text_model")),
        ("vocab_size", json!(vocabulary)),
        ("hidden_size", json!(width)),
        ("intermediate_size", json!(inner)),
        ("num_hidden_layers", json!(layers)),
        ("num_attention_heads", json!((width / HEAD_WIDTH).max(1))),
        ("max_position_embeddings", json!(positions)),
        ("hidden_act", json!(activation)),
        ("layer_norm_eps", json!(1e-5)),
        ("projection_dim", json!(clip.size("text_projection.weight", 0).unwrap_or(width))),
        ("bos_token_id", json!(0)),
        // With this number the pooled state is that of the highest id, which in CLIP's vocabulary is the end token.
        ("eos_token_id", json!(2)),
        ("pad_token_id", json!(1)),
    ];
    clip.config.extend(values.into_iter().map(|(key, value)| (key.to_owned(), value)));
    Ok(())
}
