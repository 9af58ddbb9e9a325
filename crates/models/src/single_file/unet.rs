//! The UNet of a checkpoint.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Component, Family, Hints, below, dotted, not_understood};
use crate::TensorEntry;

/// What stands before its names.
pub(super) const PREFIX: &str = "model.diffusion_model.";
/// Groups of every group norm: the original code knows no other number, and no tensor tells it.
const NORM_GROUPS: usize = 32;
/// Width of a head where the projections around a transformer are linear.
const HEAD_WIDTH: usize = 64;
/// Number of heads in the first family.
const SD1_HEADS: usize = 8;
/// Numbers that are embedded beside the text in the XL family: two sizes and a corner.
const XL_TIME_IDS: usize = 6;

/// What is known about a block of either half.
#[derive(Debug, Default)]
struct Block {
    channels: usize,
    n_layers: usize,
    /// Layers of each transformer; 0 where there are none.
    depth: usize,
    cross_width: Option<usize>,
    only_cross: bool,
}

impl Block {
    /// Takes note of a transformer.
    fn note_attention<'a>(&mut self, tensors: impl Iterator<Item = Named<'a>>) -> Result<(), String> {
        let mut depth = 0;
        for (rest, source, entry) in tensors {
            let parts = dotted(rest);
            if let ["transformer_blocks", idx, ..] = parts.as_slice() {
                let idx: usize = idx.parse().map_err(|_| not_understood(source))?;
                depth = depth.max(idx.saturating_add(1));
            }
            match (rest, entry.shape.as_slice()) {
                ("transformer_blocks.0.attn2.to_k.weight", [_, width]) => self.cross_width = Some(*width),
                ("transformer_blocks.0.attn1.to_k.weight", [channels, width]) => self.only_cross = channels != width,
                _ => (),
            }
        }
        self.depth = depth;
        Ok(())
    }
}

/// A tensor's name behind a place, its name in the file, and what it is.
type Named<'a> = (&'a str, &'a str, &'a TensorEntry);

/// The tensors of one numbered entry of the original lists, such as `input_blocks.4`.
#[derive(Debug, Default)]
struct Layer<'a>(Vec<Named<'a>>);

impl<'a> Layer<'a> {
    fn below(&self, segment: &str) -> impl Iterator<Item = Named<'a>> {
        self.0.iter().filter_map(move |(name, source, entry)| {
            Some((name.strip_prefix(segment)?.strip_prefix('.')?, *source, *entry))
        })
    }

    fn has(&self, beginning: &str) -> bool {
        self.0.iter().any(|(name, ..)| name.starts_with(beginning))
    }
}

/// Reads the UNet's names and shapes.
pub(super) fn read(
    tensors: &BTreeMap<String, TensorEntry>,
    family: Family,
    hints: &Hints,
    is_v_prediction: bool,
) -> Result<Component, String> {
    let mut unet = Component::default();
    let mut input: BTreeMap<usize, Layer<'_>> = BTreeMap::new();
    let mut output: BTreeMap<usize, Layer<'_>> = BTreeMap::new();
    let mut middle: BTreeMap<usize, Layer<'_>> = BTreeMap::new();
    for (name, source, entry) in below(tensors, PREFIX) {
        let (head, rest) = name.split_once('.').unwrap_or((name, ""));
        let list = match head {
            "input_blocks" => &mut input,
            "output_blocks" => &mut output,
            "middle_block" => &mut middle,
            _ => {
                unet.add(plain_name(name, family).ok_or_else(|| not_understood(source))?, source, entry);
                continue;
            }
        };
        let numbered = rest.split_once('.').and_then(|(idx, rest)| Some((idx.parse::<usize>().ok()?, rest)));
        let (idx, rest) = numbered.ok_or_else(|| not_understood(source))?;
        list.entry(idx).or_default().0.push((rest, source, entry));
    }
    let down = read_down(&mut unet, &input)?;
    let up = read_up(&mut unet, &output)?;
    let mid = read_middle(&mut unet, &middle)?;
    if down.is_empty() || up.len() != down.len() {
        return Err(format!(
            "the UNet has {} blocks on the way down and {} on the way up; the file is not whole",
            down.len(),
            up.len()
        ));
    }
    let latent_side = match family {
        Family::Sdxl => 128,
        Family::Sd2 if is_v_prediction => 96,
        Family::Sd1 | Family::Sd2 => 64,
    };
    unet.config.insert("sample_size".to_owned(), json!(latent_side));
    write_config(&mut unet, hints, &down, mid.as_ref(), &up);
    write_embeddings(&mut unet, family);
    Ok(unet)
}

/// The new name of a tensor outside the numbered lists.
fn plain_name(name: &str, family: Family) -> Option<String> {
    let (stem, kind) = name.rsplit_once('.')?;
    let stem = match stem {
        "time_embed.0" => "time_embedding.linear_1",
        "time_embed.2" => "time_embedding.linear_2",
        // Latent consistency models: converters write the one or leave the other.
        "time_embed.cond_proj" | "time_embedding.cond_proj" => "time_embedding.cond_proj",
        "out.0" => "conv_norm_out",
        "out.2" => "conv_out",
        "label_emb.0.0" if family == Family::Sdxl => "add_embedding.linear_1",
        "label_emb.0.2" if family == Family::Sdxl => "add_embedding.linear_2",
        "label_emb.0.0" => "class_embedding.linear_1",
        "label_emb.0.2" => "class_embedding.linear_2",
        "label_emb" => "class_embedding",
        _ => return None,
    };
    Some(format!("{stem}.{kind}"))
}

/// The new name of a tensor inside a residual block.
fn resnet_name(name: &str) -> Option<String> {
    let (stem, kind) = name.rsplit_once('.')?;
    let stem = match stem {
        "in_layers.0" => "norm1",
        "in_layers.2" => "conv1",
        "emb_layers.1" => "time_emb_proj",
        "out_layers.0" => "norm2",
        "out_layers.3" => "conv2",
        "skip_connection" => "conv_shortcut",
        _ => return None,
    };
    Some(format!("{stem}.{kind}"))
}

fn add_resnet(unet: &mut Component, layer: &Layer<'_>, place: &str, block: &mut Block) -> Result<(), String> {
    for (name, source, entry) in layer.below("0") {
        let new = resnet_name(name).ok_or_else(|| not_understood(source))?;
        if new == "conv1.weight" {
            block.channels = entry.shape.first().copied().unwrap_or_default();
        }
        unet.add(format!("{place}.{new}"), source, entry);
    }
    Ok(())
}

/// Refuses tensors of a layer that stand outside `segments`.
fn only_segments(layer: &Layer<'_>, segments: &[&str]) -> Result<(), String> {
    let is_known = |name: &str| name.split_once('.').is_some_and(|(segment, _)| segments.contains(&segment));
    match layer.0.iter().find(|(name, ..)| !is_known(name)) {
        Some((_, source, _)) => Err(not_understood(source)),
        None => Ok(()),
    }
}

fn read_down(unet: &mut Component, layers: &BTreeMap<usize, Layer<'_>>) -> Result<Vec<Block>, String> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_open = false;
    for (idx, layer) in layers {
        if *idx == 0 {
            only_segments(layer, &["0"])?;
            for (name, source, entry) in layer.below("0") {
                unet.add(format!("conv_in.{name}"), source, entry);
            }
            continue;
        }
        if !is_open {
            blocks.push(Block::default());
        }
        let block_idx = blocks.len() - 1;
        let Some(block) = blocks.last_mut() else { continue };
        is_open = true;
        if layer.has("0.op.") {
            only_segments(layer, &["0"])?;
            for (name, source, entry) in layer.below("0") {
                let kind = name.strip_prefix("op.").ok_or_else(|| not_understood(source))?;
                unet.add(format!("down_blocks.{block_idx}.downsamplers.0.conv.{kind}"), source, entry);
            }
            // A halving ends its block.
            is_open = false;
            continue;
        }
        only_segments(layer, &["0", "1"])?;
        let layer_idx = block.n_layers;
        add_resnet(unet, layer, &format!("down_blocks.{block_idx}.resnets.{layer_idx}"), block)?;
        if layer.has("1.") {
            block.note_attention(layer.below("1"))?;
            for (name, source, entry) in layer.below("1") {
                unet.add(format!("down_blocks.{block_idx}.attentions.{layer_idx}.{name}"), source, entry);
            }
        }
        block.n_layers += 1;
    }
    Ok(blocks)
}

fn read_up(unet: &mut Component, layers: &BTreeMap<usize, Layer<'_>>) -> Result<Vec<Block>, String> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut is_open = false;
    for layer in layers.values() {
        if !is_open {
            blocks.push(Block::default());
            is_open = true;
        }
        let block_idx = blocks.len() - 1;
        let Some(block) = blocks.last_mut() else { continue };
        let layer_idx = block.n_layers;
        add_resnet(unet, layer, &format!("up_blocks.{block_idx}.resnets.{layer_idx}"), block)?;
        only_segments(layer, &["0", "1", "2"])?;
        for segment in ["1", "2"] {
            if layer.has(&format!("{segment}.conv.")) {
                for (name, source, entry) in layer.below(segment) {
                    unet.add(format!("up_blocks.{block_idx}.upsamplers.0.{name}"), source, entry);
                }
                // A doubling ends its block.
                is_open = false;
            } else if layer.has(&format!("{segment}.")) {
                block.note_attention(layer.below(segment))?;
                for (name, source, entry) in layer.below(segment) {
                    unet.add(format!("up_blocks.{block_idx}.attentions.{layer_idx}.{name}"), source, entry);
                }
            }
        }
        block.n_layers += 1;
    }
    Ok(blocks)
}

fn read_middle(unet: &mut Component, layers: &BTreeMap<usize, Layer<'_>>) -> Result<Option<Block>, String> {
    let mut mid = Block::default();
    for (idx, layer) in layers {
        if idx % 2 == 0 {
            // The numbers are not below a further one here: the residual block is the entry itself.
            for (name, source, entry) in &layer.0 {
                let new = resnet_name(name).ok_or_else(|| not_understood(source))?;
                unet.add(format!("mid_block.resnets.{}.{new}", idx / 2), source, entry);
            }
        } else {
            mid.note_attention(layer.0.iter().copied())?;
            for (name, source, entry) in &layer.0 {
                unet.add(format!("mid_block.attentions.{}.{name}", idx / 2), source, entry);
            }
        }
    }
    Ok((!layers.is_empty()).then_some(mid))
}

/// One value where all are equal, else the list.
fn same_or_list(values: &[usize]) -> Value {
    match values {
        [first, rest @ ..] if rest.iter().all(|value| value == first) => json!(first),
        _ => json!(values),
    }
}

fn write_config(unet: &mut Component, hints: &Hints, down: &[Block], mid: Option<&Block>, up: &[Block]) {
    let kind = |block: &Block, direction: &str| {
        format!("{}{direction}Block2D", if block.depth > 0 { "CrossAttn" } else { "" })
    };
    let channels: Vec<usize> = down.iter().map(|block| block.channels).collect();
    let n_blocks = down.len();
    // diffusers takes the middle block's depth from the last block.
    let mut depths: Vec<usize> = down.iter().map(|block| block.depth.max(1)).collect();
    if let (Some(last), Some(mid), 0) = (depths.last_mut(), mid, down[n_blocks - 1].depth) {
        *last = mid.depth.max(1);
    }
    // Where a block attends only on the way up, that is where its depth is told.
    let up_depths: Vec<usize> = up
        .iter()
        .enumerate()
        .map(|(idx, it)| if it.depth > 0 { it.depth } else { depths[n_blocks - 1 - idx] })
        .collect();
    let is_linear = unet
        .parts
        .iter()
        .find(|(name, _)| name.ends_with(".proj_in.weight"))
        .is_some_and(|(_, part)| part.shape.len() == 2);
    let cross_width = down.iter().chain(mid).chain(up).find_map(|block| block.cross_width);
    let of_width = |width: usize| channels.iter().map(|channels| (channels / width).max(1)).collect::<Vec<_>>();
    let heads = match (hints.heads, hints.head_width) {
        (Some(heads), _) => json!(heads),
        (None, Some(width)) => json!(of_width(width)),
        (None, None) if is_linear => json!(of_width(HEAD_WIDTH)),
        (None, None) => json!(SD1_HEADS),
    };
    let layers: Vec<usize> = down.iter().map(|block| block.n_layers).collect();
    let values = [
        ("_class_name", json!("UNet2DConditionModel")),
        ("in_channels", json!(unet.size("conv_in.weight", 1))),
        ("out_channels", json!(unet.size("conv_out.weight", 0))),
        ("down_block_types", json!(down.iter().map(|block| kind(block, "Down")).collect::<Vec<_>>())),
        ("up_block_types", json!(up.iter().map(|block| kind(block, "Up")).collect::<Vec<_>>())),
        ("block_out_channels", json!(channels)),
        ("layers_per_block", same_or_list(&layers)),
        ("cross_attention_dim", json!(cross_width)),
        ("attention_head_dim", heads),
        ("transformer_layers_per_block", same_or_list(&depths)),
        ("use_linear_projection", json!(is_linear)),
        ("norm_num_groups", json!(NORM_GROUPS)),
    ];
    unet.config.extend(values.map(|(key, value)| (key.to_owned(), value)));
    let mut set = |key: &str, value: Value| unet.config.insert(key.to_owned(), value);
    if mid.is_none() {
        set("mid_block_type", Value::Null);
    }
    let reversed: Vec<usize> = depths.iter().rev().copied().collect();
    if up_depths != reversed {
        set("reverse_transformer_layers_per_block", json!(up_depths));
    }
    if down.iter().any(|block| block.only_cross) {
        set("only_cross_attention", json!(true));
    }
}

/// The keys of what is embedded beside the timestep.
fn write_embeddings(unet: &mut Component, family: Family) {
    let mut values = Vec::new();
    if let Some(width) = unet.size("time_embedding.cond_proj.weight", 1) {
        values.push(("time_cond_proj_dim", json!(width)));
    }
    if let Some(width) = unet.size("add_embedding.linear_1.weight", 1) {
        values.push(("addition_embed_type", json!("text_time")));
        values.push(("projection_class_embeddings_input_dim", json!(width)));
    }
    if let Some(width) = unet.size("class_embedding.linear_1.weight", 1) {
        values.push(("class_embed_type", json!("projection")));
        values.push(("projection_class_embeddings_input_dim", json!(width)));
    } else if let Some(classes) = unet.size("class_embedding.weight", 0) {
        values.push(("num_class_embeds", json!(classes)));
    }
    if family == Family::Sdxl {
        // What is left of the projection's input beside the pooled text; set once the second encoder is known.
        values.push(("addition_time_embed_dim", json!(256)));
    }
    unet.config.extend(values.into_iter().map(|(key, value)| (key.to_owned(), value)));
}

/// Sets the width of each embedded size, once the width of the pooled text is known.
pub(super) fn set_pooled_width(unet: &mut Component, pooled_width: usize) {
    let Some(width) = unet.size("add_embedding.linear_1.weight", 1) else { return };
    if let Some(rest) = width.checked_sub(pooled_width)
        && rest > 0
        && rest.is_multiple_of(XL_TIME_IDS)
    {
        unet.config.insert("addition_time_embed_dim".to_owned(), json!(rest / XL_TIME_IDS));
    }
}
