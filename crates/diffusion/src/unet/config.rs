//! `unet/config.json`, and what a control network's configuration shares with it.

use serde_json::{Value, json};

use super::blocks::{BlockPlace, BlockType};
use super::keys::{
    self, MAX_BLOCKS, MAX_LAYERS, MAX_WIDTH, at_most, optional_width, refuse_what_is_not_implemented, width,
};
use crate::config::{ConfigReader, PerBlock};
use crate::error::DiffusionError;
use crate::source::ModelSource;

/// Where a model keeps the UNet's configuration.
const PATH: &str = "unet/config.json";

/// The configuration of a [`super::UNet2DConditionModel`].
///
/// Lists with one entry a block are in the order of the down blocks; the up blocks take them from the end.
#[derive(Debug, Clone, PartialEq)]
pub struct UNetConfig {
    /// Height and width of the latents that the model was trained on, if the file says so.
    pub sample_size: Option<[usize; 2]>,
    /// Channels of the latents that go in: 4, or 9 for models that take a mask and a masked picture as well.
    pub in_channels: usize,
    /// Channels of the prediction that comes out.
    pub out_channels: usize,
    /// Whether latents are taken as 0..1 and brought to −1..1.
    pub center_input_sample: bool,
    /// Types of the down blocks, from the largest image to the smallest.
    pub down_blocks: Vec<&'static BlockType>,
    /// The type of the middle block; some small models have none.
    pub mid_block: Option<&'static BlockType>,
    /// Types of the up blocks, from the smallest image to the largest.
    pub up_blocks: Vec<&'static BlockType>,
    /// Channels of each block.
    pub block_out_channels: Vec<usize>,
    /// Residual blocks in each down block; an up block has one more.
    pub layers_per_block: Vec<usize>,
    /// Zero rows and columns on all sides before a halving; 0 means one at the bottom and right.
    pub downsample_padding: usize,
    /// The middle block's residual sums are divided by this.
    pub mid_block_scale_factor: f64,
    /// Groups of every group norm.
    pub norm_num_groups: usize,
    /// Added to the variances of the residual blocks' norms.
    pub norm_eps: f64,
    /// Width of the text encoder's hidden states, for each block.
    pub cross_attention_dim: Vec<usize>,
    /// Whether each block's attentions look at the text alone, and never from pixel to pixel.
    pub only_cross_attention: Vec<bool>,
    /// Number of attention heads of each block.
    pub heads: Vec<usize>,
    /// Transformer layers after each residual block of each down block.
    pub transformer_layers: Vec<Vec<usize>>,
    /// The same of the up blocks, in their own order.
    pub up_transformer_layers: Vec<Vec<usize>>,
    /// Whether the time embedding has its cosines first.
    pub flip_sin_to_cos: bool,
    /// Shift of the time embedding's frequencies.
    pub freq_shift: f64,
    /// Width of the time embedding after its projection.
    pub time_embedding_dim: usize,
    /// Width of the guidance embedding of models that were distilled from guided ones (LCM).
    pub time_cond_proj_dim: Option<usize>,
    /// What SDXL's networks are told of the pooled text and the picture's size; `None` for other families.
    pub text_time: Option<TextTimeConfig>,
    /// Heads of the attention that pools the text for the time embedding (`addition_embed_type: text`), in networks
    /// whose blocks are told of the text as a whole.
    pub pooled_text_heads: Option<usize>,
    /// Whether the time embedding scales the residual blocks' features as well as shifting them
    /// (`resnet_time_scale_shift: scale_shift`).
    pub scales_by_time: bool,
    /// Side of the first convolution's kernel.
    pub conv_in_kernel: usize,
    /// Side of the last convolution's kernel.
    pub conv_out_kernel: usize,
}

/// `addition_embed_type: text_time`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextTimeConfig {
    /// Width of the pooled text and the embedded numbers together (`projection_class_embeddings_input_dim`).
    pub input_width: usize,
    /// Width of each embedded number (`addition_time_embed_dim`).
    pub number_width: usize,
}

impl TextTimeConfig {
    /// How many numbers go with a pooled text of this width: 6 for SDXL, 5 for its refiner; `None` where none fit.
    pub fn number_count(&self, text_width: usize) -> Option<usize> {
        let rest = self.input_width.checked_sub(text_width)?;
        rest.is_multiple_of(self.number_width).then_some(rest / self.number_width)
    }
}

/// Whose configuration is read: a control network's has no up blocks, and fewer keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Network {
    /// `UNet2DConditionModel`.
    UNet,
    /// `ControlNetModel`.
    ControlNet,
}

impl UNetConfig {
    /// Reads the configuration from its JSON text; absent keys have diffusers' defaults.
    ///
    /// # Errors
    /// Where the text is not JSON, a value is out of range, or a key has a value that is not implemented.
    pub fn from_json(text: &str) -> Result<Self, DiffusionError> {
        Self::read(ConfigReader::parse(PATH, text)?)
    }

    /// Reads the configuration of a model.
    ///
    /// # Errors
    /// As [`UNetConfig::from_json`], or where the file is missing.
    pub fn from_source(source: &dyn ModelSource) -> Result<Self, DiffusionError> {
        Self::read(ConfigReader::from_source(source, PATH)?)
    }

    fn read(mut reader: ConfigReader) -> Result<Self, DiffusionError> {
        reader.class("UNet2DConditionModel")?;
        let config = Self::read_keys(&mut reader, Network::UNet)?;
        reader.finish()?;
        Ok(config)
    }

    /// Takes the keys of a network from `reader`, which may have others.
    pub(crate) fn read_keys(reader: &mut ConfigReader, network: Network) -> Result<Self, DiffusionError> {
        refuse_what_is_not_implemented(reader)?;
        let is_unet = network == Network::UNet;

        let down_blocks = block_types(
            reader,
            "down_block_types",
            BlockPlace::Down,
            &["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
        )?;
        let count = down_blocks.len();
        if count == 0 || count > MAX_BLOCKS {
            return Err(reader.wrong("down_block_types", &format!("a list of 1 to {MAX_BLOCKS}")));
        }
        let up_blocks = if is_unet {
            let default = ["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"];
            block_types(reader, "up_block_types", BlockPlace::Up, &default)?
        } else {
            Vec::new()
        };
        let mid_block = mid_block(reader)?;
        let block_out_channels = reader.sizes("block_out_channels", &[320, 640, 1280, 1280])?;
        for (key, len) in [
            ("block_out_channels", block_out_channels.len()),
            ("up_block_types", if is_unet { up_blocks.len() } else { count }),
        ] {
            if len != count {
                return Err(reader.wrong(key, &format!("a list of {count}, as many as down_block_types")));
            }
        }
        at_most(reader, "block_out_channels", &block_out_channels, MAX_WIDTH)?;
        let first = block_out_channels[0];
        if !first.is_multiple_of(2) {
            return Err(reader.wrong("block_out_channels", "a list that begins with an even number"));
        }
        let norm_num_groups = reader.size("norm_num_groups", 32)?;
        if let Some(channels) = block_out_channels.iter().find(|channels| !channels.is_multiple_of(norm_num_groups)) {
            return Err(
                reader.wrong("norm_num_groups", &format!("a divisor of each block's channels, such as {channels}"))
            );
        }
        let layers_per_block = if is_unet {
            reader.per_block("layers_per_block", PerBlock::Same(2), count)?
        } else {
            vec![reader.size("layers_per_block", 2)?; count]
        };
        at_most(reader, "layers_per_block", &layers_per_block, MAX_LAYERS)?;
        let (transformer_layers, up_transformer_layers) = transformer_layers(reader, &layers_per_block, network)?;
        let freq_shift = reader.number("freq_shift", 0.0)?;
        if freq_shift >= (first / 2) as f64 {
            return Err(reader.wrong("freq_shift", "a number below half of the first block's channels"));
        }
        let cross_attention_dim = reader.per_block("cross_attention_dim", PerBlock::Same(1280), count)?;
        let added = added_embedding(reader, freq_shift, &cross_attention_dim)?;
        let config = Self {
            sample_size: if is_unet { keys::sample_size(reader)? } else { None },
            in_channels: width(reader, "in_channels", 4)?,
            out_channels: if is_unet { width(reader, "out_channels", 4)? } else { 4 },
            center_input_sample: if is_unet { reader.flag("center_input_sample", false)? } else { false },
            mid_block,
            up_blocks,
            downsample_padding: keys::downsample_padding(reader)?,
            mid_block_scale_factor: keys::nonzero(reader, "mid_block_scale_factor", 1.0)?,
            norm_num_groups,
            norm_eps: keys::epsilon(reader, "norm_eps", 1e-5)?,
            cross_attention_dim,
            only_cross_attention: keys::only_cross_attention(reader, count)?,
            heads: heads(reader, &block_out_channels)?,
            transformer_layers,
            up_transformer_layers,
            flip_sin_to_cos: reader.flag("flip_sin_to_cos", true)?,
            freq_shift,
            time_embedding_dim: match is_unet {
                true => optional_width(reader, "time_embedding_dim")?.unwrap_or(first * 4),
                false => first * 4,
            },
            time_cond_proj_dim: if is_unet { optional_width(reader, "time_cond_proj_dim")? } else { None },
            pooled_text_heads: added.pooled_text_heads,
            text_time: added.text_time,
            scales_by_time: keys::scales_by_time(reader)?,
            conv_in_kernel: if is_unet { keys::kernel(reader, "conv_in_kernel")? } else { 3 },
            conv_out_kernel: if is_unet { keys::kernel(reader, "conv_out_kernel")? } else { 3 },
            layers_per_block,
            down_blocks,
            block_out_channels,
        };
        at_most(reader, "cross_attention_dim", &config.cross_attention_dim, MAX_WIDTH)?;
        Ok(config)
    }

    /// How many rows and columns of latents make one at the smallest block: sizes need not be multiples of it.
    pub fn reduction(&self) -> usize {
        1 << (self.down_blocks.len() - 1)
    }

    /// The widths of hidden states that the network's blocks take: one number, in every network that works.
    pub fn context_widths(&self) -> impl Iterator<Item = usize> + '_ {
        let count = self.down_blocks.len();
        let down = self.down_blocks.iter().enumerate().map(|(idx, kind)| (*kind, idx));
        let mid = self.mid_block.iter().map(move |kind| (*kind, count - 1));
        let up = self.up_blocks.iter().enumerate().map(move |(idx, kind)| (*kind, count - 1 - idx));
        let used = down.chain(mid).chain(up).filter(|(kind, _)| kind.has_cross_attention);
        used.map(|(_, level)| self.cross_attention_dim[level])
    }
}

fn block_types(
    reader: &mut ConfigReader,
    key: &str,
    place: BlockPlace,
    default: &[&str],
) -> Result<Vec<&'static BlockType>, DiffusionError> {
    let names = reader.texts(key, default)?;
    let types: Option<Vec<_>> = names.iter().map(|name| BlockType::from_name(name, place)).collect();
    types.ok_or_else(|| reader.unsupported(key, &format!("only {} are", BlockType::names(place).join(" and "))))
}

fn mid_block(reader: &mut ConfigReader) -> Result<Option<&'static BlockType>, DiffusionError> {
    let key = "mid_block_type";
    let name = match reader.take(key) {
        Some(Value::Null) => return Ok(None),
        value => value.unwrap_or(json!("UNetMidBlock2DCrossAttn")),
    };
    let kind = name.as_str().and_then(|name| BlockType::from_name(name, BlockPlace::Mid));
    let names = || format!("only {} and null are", BlockType::names(BlockPlace::Mid).join(", "));
    kind.map(Some).ok_or_else(|| reader.unsupported(key, &names()))
}

fn heads(reader: &mut ConfigReader, channels: &[usize]) -> Result<Vec<usize>, DiffusionError> {
    let count = channels.len();
    // diffusers' `attention_head_dim` has always meant the number of heads; the key with the right name came later.
    let head_dim = reader.per_block("attention_head_dim", PerBlock::Same(8), count)?;
    let heads = match reader.take("num_attention_heads") {
        None | Some(Value::Null) => head_dim,
        Some(_) => reader.per_block("num_attention_heads", PerBlock::Same(8), count)?,
    };
    if heads.iter().zip(channels).any(|(heads, channels)| heads > channels) {
        return Err(reader.wrong("attention_head_dim", "numbers of heads, none above its block's channels"));
    }
    Ok(heads)
}

/// Transformer layers after each residual block of each block.
type LayerCounts = Vec<Vec<usize>>;

/// The transformer layers of the down blocks and those of the up blocks.
fn transformer_layers(
    reader: &mut ConfigReader,
    layers: &[usize],
    network: Network,
) -> Result<(LayerCounts, LayerCounts), DiffusionError> {
    let (key, reverse_key) = ("transformer_layers_per_block", "reverse_transformer_layers_per_block");
    let value = reader.take(key).unwrap_or(json!(1));
    let down = keys::transformer_layers(reader, key, &value, layers)?;
    if network == Network::ControlNet {
        return Ok((down, Vec::new()));
    }
    let up_layers: Vec<usize> = layers.iter().rev().map(|count| count + 1).collect();
    let up = match reader.take(reverse_key) {
        None | Some(Value::Null) => match value {
            Value::Array(list) if list.iter().any(Value::is_array) => {
                return Err(reader.wrong(
                    reverse_key,
                    &format!(
                        "a list of its own where {key} has lists for its blocks, as the up blocks have a layer more"
                    ),
                ));
            }
            Value::Array(list) => {
                let reversed = Value::Array(list.into_iter().rev().collect());
                keys::transformer_layers(reader, key, &reversed, &up_layers)?
            }
            value => keys::transformer_layers(reader, key, &value, &up_layers)?,
        },
        Some(reverse) => keys::transformer_layers(reader, reverse_key, &reverse, &up_layers)?,
    };
    Ok((down, up))
}

/// What the blocks are told beside the time; at most one of the two.
#[derive(Default)]
struct AddedEmbedding {
    text_time: Option<TextTimeConfig>,
    pooled_text_heads: Option<usize>,
}

fn added_embedding(
    reader: &mut ConfigReader,
    freq_shift: f64,
    context_widths: &[usize],
) -> Result<AddedEmbedding, DiffusionError> {
    let (type_key, heads_key) = ("addition_embed_type", "addition_embed_type_num_heads");
    let (width_key, number_key) = ("projection_class_embeddings_input_dim", "addition_time_embed_dim");
    reader.only(type_key, &[Value::Null, json!("text"), json!("text_time")])?;
    let kind = reader.take(type_key).unwrap_or(Value::Null);
    if kind != json!("text") {
        reader.ignore(&[heads_key]);
    }
    if kind != json!("text_time") {
        reader.only(width_key, &[Value::Null])?;
        reader.only(number_key, &[Value::Null])?;
        if kind.is_null() {
            return Ok(AddedEmbedding::default());
        }
        let heads = reader.size(heads_key, 64)?;
        let width = context_widths[0];
        if context_widths.iter().any(|other| *other != width) || !width.is_multiple_of(heads) {
            return Err(reader.wrong(heads_key, &format!("a divisor of cross_attention_dim, which is {width} here")));
        }
        return Ok(AddedEmbedding { pooled_text_heads: Some(heads), text_time: None });
    }
    let input_width = optional_width(reader, width_key)?;
    let number_width = optional_width(reader, number_key)?;
    let Some(input_width) = input_width else {
        return Err(reader.wrong(width_key, "a number where addition_embed_type is text_time"));
    };
    match number_width {
        Some(number_width) if number_width.is_multiple_of(2) && freq_shift < (number_width / 2) as f64 => {
            let text_time = Some(TextTimeConfig { input_width, number_width });
            Ok(AddedEmbedding { text_time, pooled_text_heads: None })
        }
        _ => Err(reader.wrong(number_key, "an even number where addition_embed_type is text_time")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_keys_have_the_defaults_of_diffusers() {
        let config = UNetConfig::from_json(r#"{"_class_name": "UNet2DConditionModel"}"#).unwrap();
        assert_eq!(config.block_out_channels, [320, 640, 1280, 1280]);
        assert_eq!(config.heads, [8; 4]);
        assert_eq!(config.up_blocks[0].name, "UpBlock2D");
        assert!(config.mid_block.is_some() && config.flip_sin_to_cos && config.text_time.is_none());
        assert_eq!((config.time_embedding_dim, config.time_cond_proj_dim), (1280, None));
    }

    #[test]
    fn attention_head_dim_is_the_number_of_heads_until_the_other_key_is_given() {
        let heads = |text: &str| UNetConfig::from_json(text).unwrap().heads;
        assert_eq!(heads(r#"{"attention_head_dim": [5, 10, 20, 20]}"#), [5, 10, 20, 20]);
        assert_eq!(heads(r#"{"attention_head_dim": 64, "num_attention_heads": 4}"#), [4; 4]);
    }

    #[test]
    fn whatever_is_not_implemented_is_refused_by_name() {
        for (text, key) in [
            (r#"{"addition_embed_type": "image_hint"}"#, "addition_embed_type"),
            (r#"{"addition_time_embed_dim": 256}"#, "addition_time_embed_dim"),
            (r#"{"class_embed_type": "projection"}"#, "class_embed_type"),
            (r#"{"num_class_embeds": 1000}"#, "num_class_embeds"),
            (r#"{"encoder_hid_dim": 768}"#, "encoder_hid_dim"),
            (r#"{"mid_block_type": "UNetMidBlock2DSimpleCrossAttn"}"#, "mid_block_type"),
            (r#"{"mid_block_type": 7}"#, "mid_block_type"),
            (r#"{"down_block_types": ["AttnDownBlock2D"]}"#, "AttnDownBlock2D"),
            (r#"{"down_block_types": ["UpBlock2D"]}"#, "down_block_types"),
            (r#"{"dual_cross_attention": true}"#, "dual_cross_attention"),
            (r#"{"attention_type": "gated"}"#, "attention_type"),
            (r#"{"resnet_time_scale_shift": "spatial"}"#, "resnet_time_scale_shift"),
            (r#"{"resnet_out_scale_factor": 1.5}"#, "resnet_out_scale_factor"),
            (r#"{"time_embedding_type": "fourier"}"#, "time_embedding_type"),
            (r#"{"upcast_attention": 3}"#, "upcast_attention"),
            (r#"{"a_key_of_tomorrow": 3}"#, "a_key_of_tomorrow"),
            (r#"{"_class_name": "UNet2DModel"}"#, "UNet2DModel"),
        ] {
            let error = UNetConfig::from_json(text).unwrap_err();
            assert!(matches!(error, DiffusionError::Unsupported { .. }), "{error}");
            assert!(error.to_string().contains(key), "{error}");
        }
    }

    #[test]
    fn values_of_another_type_or_length_and_impossible_numbers_are_errors_that_name_the_key() {
        let many = format!(r#"{{"down_block_types": {:?}}}"#, vec!["DownBlock2D"; 100]);
        for (text, key) in [
            (r#"{"block_out_channels": [32, 64]}"#, "block_out_channels"),
            (r#"{"block_out_channels": [33, 64, 64, 64]}"#, "block_out_channels"),
            (r#"{"block_out_channels": [32, 64, 64, 65568]}"#, "block_out_channels"),
            (r#"{"block_out_channels": [0, 64, 64, 64]}"#, "block_out_channels"),
            (r#"{"norm_num_groups": 48}"#, "norm_num_groups"),
            (r#"{"norm_num_groups": null}"#, "norm_num_groups"),
            (r#"{"norm_eps": -1e-5}"#, "norm_eps"),
            (r#"{"attention_head_dim": 5000}"#, "attention_head_dim"),
            (r#"{"conv_in_kernel": 4}"#, "conv_in_kernel"),
            (r#"{"conv_in_kernel": 100001}"#, "conv_in_kernel"),
            (r#"{"freq_shift": 160}"#, "freq_shift"),
            (r#"{"mid_block_scale_factor": 0}"#, "mid_block_scale_factor"),
            (r#"{"down_block_types": []}"#, "down_block_types"),
            (&many, "down_block_types"),
            (r#"{"layers_per_block": 1000000}"#, "layers_per_block"),
            (r#"{"transformer_layers_per_block": 1000000}"#, "transformer_layers_per_block"),
            (r#"{"transformer_layers_per_block": [1, 2]}"#, "transformer_layers_per_block"),
            (r#"{"transformer_layers_per_block": [1, [2], 1, 1]}"#, "transformer_layers_per_block"),
            (r#"{"transformer_layers_per_block": [1, [2, 1], 1, 1]}"#, "reverse_transformer_layers_per_block"),
            (r#"{"transformer_layers_per_block": -1}"#, "transformer_layers_per_block"),
            (r#"{"cross_attention_dim": 70000}"#, "cross_attention_dim"),
            (r#"{"in_channels": 16000000}"#, "in_channels"),
            (r#"{"time_cond_proj_dim": 16000000}"#, "time_cond_proj_dim"),
            (r#"{"only_cross_attention": [true, false]}"#, "only_cross_attention"),
            (r#"{"only_cross_attention": 1}"#, "only_cross_attention"),
            (r#"{"addition_embed_type": "text", "addition_embed_type_num_heads": 7}"#, "addition_embed_type_num_heads"),
            (r#"{"addition_embed_type": "text_time"}"#, "projection_class_embeddings_input_dim"),
            (
                r#"{"addition_embed_type": "text_time", "projection_class_embeddings_input_dim": 2816}"#,
                "addition_time_embed_dim",
            ),
        ] {
            let error = UNetConfig::from_json(text).unwrap_err();
            assert!(matches!(error, DiffusionError::Config { .. }), "{error}");
            assert!(error.to_string().contains(key), "{error}");
        }
    }

    #[test]
    fn transformer_layers_may_differ_by_block_and_by_layer_and_between_down_and_up() {
        let text = r#"{"layers_per_block": [2, 1, 1, 1], "transformer_layers_per_block": [0, 2, 3, 4]}"#;
        let config = UNetConfig::from_json(text).unwrap();
        assert_eq!(config.transformer_layers, [vec![0, 0], vec![2], vec![3], vec![4]]);
        assert_eq!(config.up_transformer_layers, [vec![4, 4], vec![3, 3], vec![2, 2], vec![0, 0, 0]]);
        let text = r#"{"layers_per_block": 1, "transformer_layers_per_block": [0, [2], [3], 4],
            "reverse_transformer_layers_per_block": [[4, 10], 3, [2, 1], 1]}"#;
        let config = UNetConfig::from_json(text).unwrap();
        assert_eq!(config.up_transformer_layers, [[4, 10], [3, 3], [2, 1], [1, 1]]);
    }

    #[test]
    fn numbers_beside_a_pooled_text_are_counted() {
        let config = TextTimeConfig { input_width: 2816, number_width: 256 };
        assert_eq!(
            (config.number_count(1280), config.number_count(1281), config.number_count(9000)),
            (Some(6), None, None)
        );
    }
}
