//! The autoencoder of a checkpoint or in a file of its own, in the original naming or in diffusers'.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Component, Family, below, dotted, not_understood};
use crate::TensorEntry;
use crate::tensor_set::Reading;

/// Groups of every group norm; no tensor tells it.
const NORM_GROUPS: usize = 32;
/// What the latents of SD 1 and 2 are multiplied by.
const SD_SCALING: f64 = 0.18215;
/// What those of SDXL are multiplied by.
const SDXL_SCALING: f64 = 0.13025;

/// Reads the names below `prefix`. Without a family the configuration has no scale: no tensor tells it, and the latents are
/// those of the model that it is used with.
pub(super) fn read(
    tensors: &BTreeMap<String, TensorEntry>,
    prefix: &str,
    family: Option<Family>,
) -> Result<Component, String> {
    let mut vae = Component::default();
    let blocks_of = |half: &str| {
        let block = |name: &str| match dotted(name).as_slice() {
            [first, "up" | "down", idx, ..] if *first == half => idx.parse::<usize>().ok(),
            _ => None,
        };
        below(tensors, prefix).filter_map(|(name, ..)| block(name)).max().map_or(0, |idx| idx.saturating_add(1))
    };
    let decoder_blocks = blocks_of("decoder");
    for (name, source, entry) in below(tensors, prefix) {
        // What training needed: a discriminator, the loss's networks, averages.
        if ["loss.", "discriminator.", "model_ema."].iter().any(|beginning| name.starts_with(beginning)) {
            continue;
        }
        // A file that holds nothing but this autoencoder may hold a checkpoint's other lists, too.
        let is_ours = ["encoder.", "decoder.", "quant_conv.", "post_quant_conv."].iter().any(|it| name.starts_with(it));
        if prefix.is_empty() && !is_ours {
            continue;
        }
        let new = new_name(name, decoder_blocks).ok_or_else(|| not_understood(source))?;
        let is_pointwise = new.contains(".attentions.") && entry.shape.len() > 2;
        if is_pointwise && entry.shape[2..].iter().all(|size| *size == 1) {
            vae.add_part(new, source, entry.shape[..2].to_vec(), Reading::Whole);
        } else {
            vae.add(new, source, entry);
        }
    }
    if vae.size("decoder.conv_in.weight", 0).is_none() {
        return Err("the file has no autoencoder; a whole checkpoint is needed".to_owned());
    }
    if vae.size("encoder.conv_in.weight", 0).is_none() {
        return Err("the autoencoder has a decoder and no encoder, so no sketch can be read with it".to_owned());
    }
    write_config(&mut vae, family);
    Ok(vae)
}

/// The name in today's diffusers of a tensor of the original code or of an older diffusers.
fn new_name(name: &str, decoder_blocks: usize) -> Option<String> {
    let parts = dotted(name);
    let renamed = match parts.as_slice() {
        ["quant_conv" | "post_quant_conv", _] => name.to_owned(),
        [half, "conv_in" | "conv_out" | "conv_norm_out", _] if is_half(half) => name.to_owned(),
        [half, "norm_out", kind] if is_half(half) => format!("{half}.conv_norm_out.{kind}"),
        ["encoder", "down", block, "block", layer, rest @ ..] => {
            format!("encoder.down_blocks.{block}.resnets.{layer}.{}", resnet(rest)?)
        }
        ["encoder", "down", block, "downsample", "conv", kind] => {
            format!("encoder.down_blocks.{block}.downsamplers.0.conv.{kind}")
        }
        // The original counts the decoder's blocks from the largest picture, diffusers from the smallest.
        ["decoder", "up", block, "block", layer, rest @ ..] => {
            let block = decoder_blocks.checked_sub(block.parse::<usize>().ok()?.checked_add(1)?)?;
            format!("decoder.up_blocks.{block}.resnets.{layer}.{}", resnet(rest)?)
        }
        ["decoder", "up", block, "upsample", "conv", kind] => {
            let block = decoder_blocks.checked_sub(block.parse::<usize>().ok()?.checked_add(1)?)?;
            format!("decoder.up_blocks.{block}.upsamplers.0.conv.{kind}")
        }
        [half, "mid", "block_1", rest @ ..] if is_half(half) => format!("{half}.mid_block.resnets.0.{}", resnet(rest)?),
        [half, "mid", "block_2", rest @ ..] if is_half(half) => format!("{half}.mid_block.resnets.1.{}", resnet(rest)?),
        [half, "mid", "attn_1", map, kind] if is_half(half) => {
            format!("{half}.mid_block.attentions.0.{}.{kind}", attention(map)?)
        }
        [half, "mid_block", "attentions", idx, map @ .., kind] if is_half(half) => {
            format!("{half}.mid_block.attentions.{idx}.{}.{kind}", attention(&map.join("."))?)
        }
        ["encoder", "down_blocks", ..] | ["decoder", "up_blocks", ..] => name.to_owned(),
        [half, "mid_block", "resnets", ..] if is_half(half) => name.to_owned(),
        _ => return None,
    };
    Some(renamed)
}

fn is_half(name: &str) -> bool {
    matches!(name, "encoder" | "decoder")
}

fn resnet(rest: &[&str]) -> Option<String> {
    match rest {
        [layer @ ("norm1" | "conv1" | "norm2" | "conv2"), kind] => Some(format!("{layer}.{kind}")),
        ["nin_shortcut", kind] => Some(format!("conv_shortcut.{kind}")),
        _ => None,
    }
}

/// The map of an attention: in the original code, in diffusers before 2023, and since.
fn attention(map: &str) -> Option<&'static str> {
    Some(match map {
        "norm" | "group_norm" => "group_norm",
        "q" | "query" | "to_q" => "to_q",
        "k" | "key" | "to_k" => "to_k",
        "v" | "value" | "to_v" => "to_v",
        "proj_out" | "proj_attn" | "to_out.0" => "to_out.0",
        _ => return None,
    })
}

fn write_config(vae: &mut Component, family: Option<Family>) {
    let mut channels = Vec::new();
    while let Some(size) = vae.size(&format!("encoder.down_blocks.{}.resnets.0.conv1.weight", channels.len()), 0) {
        channels.push(size);
    }
    let has_layer =
        |layer: &usize| vae.size(&format!("encoder.down_blocks.0.resnets.{layer}.conv1.weight"), 0).is_some();
    let layers = (0..).take_while(has_layer).count();
    let latent_channels = vae.size("decoder.conv_in.weight", 1);
    let has = |beginning: &str| vae.parts.keys().any(|name| name.starts_with(beginning));
    let n_blocks = channels.len();
    let values: Vec<(&str, Value)> = vec![
        ("_class_name", json!("AutoencoderKL")),
        ("in_channels", json!(vae.size("encoder.conv_in.weight", 1))),
        ("out_channels", json!(vae.size("decoder.conv_out.weight", 0))),
        ("down_block_types", json!(vec!["DownEncoderBlock2D"; n_blocks])),
        ("up_block_types", json!(vec!["UpDecoderBlock2D"; n_blocks])),
        ("block_out_channels", json!(channels)),
        ("layers_per_block", json!(layers)),
        ("latent_channels", json!(latent_channels)),
        ("norm_num_groups", json!(NORM_GROUPS)),
        ("sample_size", json!(if family == Some(Family::Sdxl) { 1024 } else { 512 })),
        ("use_quant_conv", json!(has("quant_conv."))),
        ("use_post_quant_conv", json!(has("post_quant_conv."))),
        ("mid_block_add_attention", json!(has("decoder.mid_block.attentions."))),
    ];
    vae.config.extend(values.into_iter().map(|(key, value)| (key.to_owned(), value)));
    if let Some(family) = family {
        let scaling = if family == Family::Sdxl { SDXL_SCALING } else { SD_SCALING };
        vae.config.insert("scaling_factor".to_owned(), json!(scaling));
    }
}
