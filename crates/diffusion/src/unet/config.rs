//! `unet/config.json`.

use serde_json::{Value, json};

use crate::config::{ConfigReader, PerBlock};
use crate::error::DiffusionError;
use crate::source::ModelSource;

/// Where a model keeps the UNet's configuration.
const PATH: &str = "unet/config.json";

/// What a down or up block is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// Residual blocks alone: `DownBlock2D`, `UpBlock2D`.
    Plain,
    /// A transformer after every residual block: `CrossAttnDownBlock2D`, `CrossAttnUpBlock2D`.
    CrossAttention,
}

/// The configuration of a [`super::UNet2DConditionModel`].
///
/// Lists with one entry a block are in the order of the down blocks; the up blocks take them from the end.
#[derive(Debug, Clone, PartialEq)]
pub struct UNetConfig {
    /// Height and width of the latents that the model was trained on, if the file says so.
    pub sample_size: Option<[usize; 2]>,
    /// Channels of the latents that go in.
    pub in_channels: usize,
    /// Channels of the prediction that comes out.
    pub out_channels: usize,
    /// Kinds of the down blocks, from the largest image to the smallest.
    pub down_blocks: Vec<BlockKind>,
    /// Whether there is a middle block (`UNetMidBlock2DCrossAttn`).
    pub mid_block: bool,
    /// Kinds of the up blocks, from the smallest image to the largest.
    pub up_blocks: Vec<BlockKind>,
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
    /// Number of attention heads of each block.
    pub heads: Vec<usize>,
    /// Transformer layers after each residual block, for each block.
    pub transformer_layers: Vec<usize>,
    /// Whether the time embedding has its cosines first.
    pub flip_sin_to_cos: bool,
    /// Shift of the time embedding's frequencies.
    pub freq_shift: f64,
    /// Width of the time embedding after its projection.
    pub time_embedding_dim: usize,
    /// Width of the guidance embedding of models that were distilled from guided ones (LCM).
    pub time_cond_proj_dim: Option<usize>,
    /// Side of the first convolution's kernel.
    pub conv_in_kernel: usize,
    /// Side of the last convolution's kernel.
    pub conv_out_kernel: usize,
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
        refuse_what_is_not_implemented(&mut reader)?;

        let down_types = reader.texts(
            "down_block_types",
            &["CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D", "DownBlock2D"],
        )?;
        let count = down_types.len();
        let down_blocks =
            block_kinds(&reader, "down_block_types", &down_types, ["DownBlock2D", "CrossAttnDownBlock2D"])?;
        let up_types = reader.texts(
            "up_block_types",
            &["UpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "CrossAttnUpBlock2D"],
        )?;
        let up_blocks = block_kinds(&reader, "up_block_types", &up_types, ["UpBlock2D", "CrossAttnUpBlock2D"])?;
        let block_out_channels = reader.sizes("block_out_channels", &[320, 640, 1280, 1280])?;
        for (key, len) in [("up_block_types", up_types.len()), ("block_out_channels", block_out_channels.len())] {
            if len != count || count == 0 {
                return Err(reader.wrong(key, &format!("a list of {count}, as many as down_block_types")));
            }
        }
        let first = block_out_channels[0];
        if !first.is_multiple_of(2) {
            return Err(reader.wrong("block_out_channels", "a list that begins with an even number"));
        }
        let mid_block = match reader.take("mid_block_type") {
            Some(Value::Null) => false,
            None => true,
            Some(Value::String(kind)) if kind == "UNetMidBlock2DCrossAttn" => true,
            Some(_) => return Err(reader.unsupported("mid_block_type", "only UNetMidBlock2DCrossAttn and null are")),
        };

        // diffusers' `attention_head_dim` has always meant the number of heads; the key with the right name came later.
        let head_dim = reader.per_block("attention_head_dim", PerBlock::Same(8), count)?;
        let heads = match reader.take("num_attention_heads") {
            None | Some(Value::Null) => head_dim,
            Some(_) => reader.per_block("num_attention_heads", PerBlock::Same(8), count)?,
        };
        for (heads, channels) in heads.iter().zip(&block_out_channels) {
            if heads > channels {
                return Err(reader.wrong("attention_head_dim", "numbers of heads, none above its block's channels"));
            }
        }
        let groups = reader.size("norm_num_groups", 32)?;
        if let Some(channels) = block_out_channels.iter().find(|channels| !channels.is_multiple_of(groups)) {
            return Err(
                reader.wrong("norm_num_groups", &format!("a divisor of each block's channels, such as {channels}"))
            );
        }
        // Both values give the same numbers: the projections around a transformer are pointwise either way, and
        // attention is computed in full precision.
        for key in ["use_linear_projection", "upcast_attention"] {
            reader.flag(key, false)?;
        }
        let config = Self {
            sample_size: sample_size(&mut reader)?,
            in_channels: reader.size("in_channels", 4)?,
            out_channels: reader.size("out_channels", 4)?,
            down_blocks,
            mid_block,
            up_blocks,
            layers_per_block: reader.per_block("layers_per_block", PerBlock::Same(2), count)?,
            downsample_padding: downsample_padding(&mut reader)?,
            mid_block_scale_factor: nonzero(&mut reader, "mid_block_scale_factor", 1.0)?,
            norm_num_groups: groups,
            norm_eps: reader.number("norm_eps", 1e-5)?,
            cross_attention_dim: reader.per_block("cross_attention_dim", PerBlock::Same(1280), count)?,
            heads,
            transformer_layers: reader.per_block("transformer_layers_per_block", PerBlock::Same(1), count)?,
            flip_sin_to_cos: reader.flag("flip_sin_to_cos", true)?,
            freq_shift: freq_shift(&mut reader, first / 2)?,
            time_embedding_dim: reader.optional_size("time_embedding_dim")?.unwrap_or(first * 4),
            time_cond_proj_dim: reader.optional_size("time_cond_proj_dim")?,
            conv_in_kernel: odd(&mut reader, "conv_in_kernel", 3)?,
            conv_out_kernel: odd(&mut reader, "conv_out_kernel", 3)?,
            block_out_channels,
        };
        reader.finish()?;
        Ok(config)
    }

    /// How many rows and columns of latents make one at the smallest block: sizes need not be multiples of it.
    pub fn reduction(&self) -> usize {
        1 << (self.down_blocks.len() - 1)
    }
}

/// Lets keys pass that have their default value, and names the others.
fn refuse_what_is_not_implemented(reader: &mut ConfigReader) -> Result<(), DiffusionError> {
    for key in ["center_input_sample", "dual_cross_attention", "resnet_skip_time_act", "class_embeddings_concat"] {
        reader.only(key, &[json!(false)])?;
    }
    for key in [
        "reverse_transformer_layers_per_block",
        "encoder_hid_dim",
        "encoder_hid_dim_type",
        "class_embed_type",
        "addition_embed_type",
        "addition_time_embed_dim",
        "num_class_embeds",
        "time_embedding_act_fn",
        "timestep_post_act",
        "projection_class_embeddings_input_dim",
        "cross_attention_norm",
    ] {
        reader.only(key, &[Value::Null])?;
    }
    reader.only("only_cross_attention", &[json!(false)])?;
    reader.only("mid_block_only_cross_attention", &[Value::Null, json!(false)])?;
    reader.only("act_fn", &[json!("silu"), json!("swish")])?;
    reader.only("resnet_time_scale_shift", &[json!("default")])?;
    reader.only("resnet_out_scale_factor", &[json!(1.0)])?;
    reader.only("time_embedding_type", &[json!("positional")])?;
    reader.only("attention_type", &[json!("default")])?;
    // The number of heads of an embedding that is itself refused, and a share of values dropped in training only.
    reader.ignore(&["addition_embed_type_num_heads", "dropout"]);
    Ok(())
}

fn block_kinds(
    reader: &ConfigReader,
    key: &str,
    names: &[String],
    [plain, attention]: [&str; 2],
) -> Result<Vec<BlockKind>, DiffusionError> {
    let kind = |name: &String| match name.as_str() {
        name if name == plain => Ok(BlockKind::Plain),
        name if name == attention => Ok(BlockKind::CrossAttention),
        _ => Err(reader.unsupported(key, &format!("only {plain} and {attention} are"))),
    };
    names.iter().map(kind).collect()
}

fn sample_size(reader: &mut ConfigReader) -> Result<Option<[usize; 2]>, DiffusionError> {
    match reader.take("sample_size") {
        None | Some(Value::Null) => Ok(None),
        Some(_) => {
            let sizes = reader.per_block("sample_size", PerBlock::Same(64), 2)?;
            Ok(Some([sizes[0], sizes[1]]))
        }
    }
}

fn downsample_padding(reader: &mut ConfigReader) -> Result<usize, DiffusionError> {
    match reader.take("downsample_padding") {
        None => Ok(1),
        Some(value) => match value.as_u64() {
            Some(0) => Ok(0),
            Some(1) => Ok(1),
            _ => Err(reader.unsupported("downsample_padding", "only 0 and 1 are")),
        },
    }
}

fn nonzero(reader: &mut ConfigReader, key: &str, default: f64) -> Result<f64, DiffusionError> {
    let value = reader.number(key, default)?;
    if value == 0.0 { Err(reader.wrong(key, "a number other than 0")) } else { Ok(value) }
}

fn freq_shift(reader: &mut ConfigReader, half: usize) -> Result<f64, DiffusionError> {
    let value = reader.number("freq_shift", 0.0)?;
    if value >= half as f64 {
        return Err(reader.wrong("freq_shift", "a number below half of the first block's channels"));
    }
    Ok(value)
}

fn odd(reader: &mut ConfigReader, key: &str, default: usize) -> Result<usize, DiffusionError> {
    let value = reader.size(key, default)?;
    if value.is_multiple_of(2) { Err(reader.wrong(key, "an odd number")) } else { Ok(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_keys_have_the_defaults_of_diffusers() {
        let config = UNetConfig::from_json(r#"{"_class_name": "UNet2DConditionModel"}"#).unwrap();
        assert_eq!(config.block_out_channels, [320, 640, 1280, 1280]);
        assert_eq!(config.heads, [8; 4]);
        assert_eq!(config.up_blocks[0], BlockKind::Plain);
        assert!(config.mid_block && config.flip_sin_to_cos);
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
            (r#"{"addition_embed_type": "text_time"}"#, "addition_embed_type"),
            (r#"{"class_embed_type": "projection"}"#, "class_embed_type"),
            (r#"{"mid_block_type": "UNetMidBlock2DSimpleCrossAttn"}"#, "mid_block_type"),
            (r#"{"down_block_types": ["AttnDownBlock2D"]}"#, "AttnDownBlock2D"),
            (r#"{"only_cross_attention": [true, false, false, false]}"#, "only_cross_attention"),
            (r#"{"resnet_time_scale_shift": "scale_shift"}"#, "resnet_time_scale_shift"),
            (r#"{"a_key_of_tomorrow": 3}"#, "a_key_of_tomorrow"),
            (r#"{"_class_name": "UNet2DModel"}"#, "UNet2DModel"),
        ] {
            let error = UNetConfig::from_json(text).unwrap_err();
            assert!(matches!(error, DiffusionError::Unsupported { .. }), "{error}");
            assert!(error.to_string().contains(key), "{error}");
        }
    }

    #[test]
    fn lists_of_unequal_length_and_impossible_numbers_are_errors() {
        for text in [
            r#"{"block_out_channels": [32, 64]}"#,
            r#"{"block_out_channels": [33, 64, 64, 64]}"#,
            r#"{"norm_num_groups": 48}"#,
            r#"{"attention_head_dim": 5000}"#,
            r#"{"conv_in_kernel": 4}"#,
            r#"{"freq_shift": 160}"#,
            r#"{"mid_block_scale_factor": 0}"#,
            r#"{"down_block_types": []}"#,
        ] {
            assert!(UNetConfig::from_json(text).is_err(), "{text}");
        }
    }
}
