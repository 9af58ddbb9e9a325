//! The weights of a model under all the names that LoRAs may use for them.

use std::collections::{BTreeMap, HashMap};

use super::names::flat;

/// Modules of the original UNet outside its blocks: diffusers' name and the original.
const OUTSIDE: [(&str, &str); 6] = [
    ("conv_in", "input_blocks.0.0"),
    ("conv_out", "out.2"),
    ("time_embedding.linear_1", "time_embed.0"),
    ("time_embedding.linear_2", "time_embed.2"),
    ("add_embedding.linear_1", "label_emb.0.0"),
    ("add_embedding.linear_2", "label_emb.0.2"),
];
/// Modules of a residual block: diffusers' name and the original.
const IN_RESNET: [(&str, &str); 4] = [
    ("conv1", "in_layers.2"),
    ("time_emb_proj", "emb_layers.1"),
    ("conv2", "out_layers.3"),
    ("conv_shortcut", "skip_connection"),
];

/// The weights of a component by the flattened names of their modules.
pub(super) fn lookup<'a>(
    component: &str,
    weights: &'a [(String, Vec<usize>)],
) -> HashMap<String, &'a (String, Vec<usize>)> {
    let original = if component == "unet" { OriginalBlocks::of(weights) } else { OriginalBlocks::default() };
    let mut names = HashMap::new();
    for weight in weights {
        let Some(module) = weight.0.strip_suffix(".weight") else { continue };
        names.insert(flat(module), weight);
        if component == "unet" {
            if let Some(original) = original.name(module) {
                names.insert(flat(&original), weight);
            }
        } else {
            // Encoders are saved with and without this level.
            match module.strip_prefix("text_model.") {
                Some(short) => names.insert(flat(short), weight),
                None => names.insert(flat(&format!("text_model.{module}")), weight),
            };
        }
    }
    names
}

/// Where the blocks of a UNet in diffusers' names stand in the original's flat lists.
#[derive(Debug, Default)]
struct OriginalBlocks {
    /// For `(block, layer)` of the down blocks the index among `input_blocks`; one layer more is the downsampler.
    inputs: BTreeMap<(usize, usize), usize>,
    /// For `(block, layer)` of the up blocks the index among `output_blocks`.
    outputs: BTreeMap<(usize, usize), usize>,
    /// For every up block whether it has attentions, and the index of its last layer.
    ups: BTreeMap<usize, (bool, usize)>,
}

impl OriginalBlocks {
    fn of(weights: &[(String, Vec<usize>)]) -> Self {
        let mut blocks = Self::default();
        let mut layers: BTreeMap<(bool, usize), (usize, bool)> = BTreeMap::new();
        for (name, _) in weights {
            let parts: Vec<&str> = name.split('.').collect();
            let [side @ ("down_blocks" | "up_blocks"), block, kind, layer, ..] = parts.as_slice() else { continue };
            let (Ok(block), Ok(layer)) = (block.parse::<usize>(), layer.parse::<usize>()) else { continue };
            let entry = layers.entry((*side == "up_blocks", block)).or_default();
            match *kind {
                "resnets" => entry.0 = entry.0.max(layer.saturating_add(1)),
                "attentions" => entry.1 = true,
                _ => {}
            }
        }
        let (mut input, mut output) = (1, 0);
        for ((is_up, block), (count, has_attentions)) in layers {
            if is_up {
                blocks.ups.insert(block, (has_attentions, output + count.saturating_sub(1)));
            }
            // The downsampler stands in the list like a layer; the last block has none, and nothing comes after it.
            for layer in 0..count + usize::from(!is_up) {
                let (map, next) =
                    if is_up { (&mut blocks.outputs, &mut output) } else { (&mut blocks.inputs, &mut input) };
                map.insert((block, layer), *next);
                *next += 1;
            }
        }
        blocks
    }

    /// The original's name of a module.
    fn name(&self, module: &str) -> Option<String> {
        if let Some((_, original)) = OUTSIDE.iter().find(|(name, _)| *name == module) {
            return Some((*original).to_owned());
        }
        let parts: Vec<&str> = module.split('.').collect();
        let (place, inner) = match parts.as_slice() {
            ["mid_block", "resnets", "0", inner @ ..] => ("middle_block.0".to_owned(), in_resnet(inner)?),
            ["mid_block", "attentions", "0", inner @ ..] => ("middle_block.1".to_owned(), inner.join(".")),
            ["mid_block", "resnets", "1", inner @ ..] => ("middle_block.2".to_owned(), in_resnet(inner)?),
            [side @ ("down_blocks" | "up_blocks"), block, kind, layer, inner @ ..] => {
                let (block, layer) = (block.parse().ok()?, layer.parse().ok()?);
                let (list, indices) = if *side == "down_blocks" {
                    ("input_blocks", &self.inputs)
                } else {
                    ("output_blocks", &self.outputs)
                };
                let index = || indices.get(&(block, layer)).copied();
                match *kind {
                    "resnets" => (format!("{list}.{}.0", index()?), in_resnet(inner)?),
                    "attentions" => (format!("{list}.{}.1", index()?), inner.join(".")),
                    "downsamplers" => {
                        let last = self.inputs.range((block, 0)..=(block, usize::MAX)).next_back()?;
                        (format!("input_blocks.{}.0", last.1), "op".to_owned())
                    }
                    "upsamplers" => {
                        let (has_attentions, last) = self.ups.get(&block)?;
                        (format!("output_blocks.{last}.{}", 1 + usize::from(*has_attentions)), inner.join("."))
                    }
                    _ => return None,
                }
            }
            _ => return None,
        };
        Some(format!("{place}.{inner}"))
    }
}

fn in_resnet(inner: &[&str]) -> Option<String> {
    let inner = inner.join(".");
    IN_RESNET.iter().find(|(name, _)| *name == inner).map(|(_, original)| (*original).to_owned())
}
