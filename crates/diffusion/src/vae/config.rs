//! `vae/config.json`, for either class.

use serde_json::{Value, json};

use super::PATH;
use crate::config::ConfigReader;
use crate::error::DiffusionError;
use crate::source::ModelSource;

/// More blocks than this no network has; every one of them halves the picture.
const MAX_BLOCKS: usize = 16;
/// More residual blocks in a row no network has.
const MAX_LAYERS: usize = 64;
/// Wider than this no layer of any network is.
const MAX_WIDTH: usize = 1 << 16;

/// The configuration of a [`super::AutoencoderKl`].
#[derive(Debug, Clone, PartialEq)]
pub struct AutoencoderKlConfig {
    /// Channels of the picture that goes in.
    pub in_channels: usize,
    /// Channels of the picture that comes out.
    pub out_channels: usize,
    /// Channels of each block, from the largest image to the smallest.
    pub block_out_channels: Vec<usize>,
    /// Residual blocks in each block of the encoder; the decoder's have one more.
    pub layers_per_block: usize,
    /// Channels of the latents.
    pub latent_channels: usize,
    /// Groups of every group norm.
    pub norm_num_groups: usize,
    /// The UNet's latents are this many times the autoencoder's.
    pub scaling_factor: f64,
    /// Taken from the autoencoder's latents before the scaling.
    pub shift_factor: f64,
    /// Whether a pointwise convolution follows the encoder.
    pub use_quant_conv: bool,
    /// Whether a pointwise convolution precedes the decoder.
    pub use_post_quant_conv: bool,
    /// Whether the middle blocks have an attention.
    pub mid_block_add_attention: bool,
    /// For each block of the encoder, whether an attention follows every residual block (`AttnDownEncoderBlock2D`).
    pub down_attention: Vec<bool>,
    /// The same for the blocks of the decoder, from the smallest image to the largest (`AttnUpDecoderBlock2D`).
    pub up_attention: Vec<bool>,
}

impl AutoencoderKlConfig {
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
    /// As [`AutoencoderKlConfig::from_json`], or where the file is missing.
    pub fn from_source(source: &dyn ModelSource) -> Result<Self, DiffusionError> {
        Self::read(ConfigReader::from_source(source, PATH)?)
    }

    fn read(mut reader: ConfigReader) -> Result<Self, DiffusionError> {
        reader.class("AutoencoderKL")?;
        let block_out_channels = reader.sizes("block_out_channels", &[64])?;
        let count = block_out_channels.len();
        if count > MAX_BLOCKS {
            return Err(reader.wrong("block_out_channels", &format!("a list of 1 to {MAX_BLOCKS}")));
        }
        let down_attention =
            attentions(&mut reader, "down_block_types", ["DownEncoderBlock2D", "AttnDownEncoderBlock2D"], count)?;
        let up_attention =
            attentions(&mut reader, "up_block_types", ["UpDecoderBlock2D", "AttnUpDecoderBlock2D"], count)?;
        reader.only("act_fn", &[json!("silu"), json!("swish")])?;
        reader.only("latents_mean", &[Value::Null])?;
        reader.only("latents_std", &[Value::Null])?;
        // The size it was trained on, and how half precision is to be avoided: neither changes what is computed here.
        reader.ignore(&["sample_size", "force_upcast"]);
        let groups = reader.size("norm_num_groups", 32)?;
        if let Some(channels) = block_out_channels.iter().find(|channels| !channels.is_multiple_of(groups)) {
            return Err(
                reader.wrong("norm_num_groups", &format!("a divisor of each block's channels, such as {channels}"))
            );
        }
        let config = Self {
            in_channels: width(&mut reader, "in_channels", 3)?,
            out_channels: width(&mut reader, "out_channels", 3)?,
            layers_per_block: reader.size("layers_per_block", 1)?,
            latent_channels: width(&mut reader, "latent_channels", 4)?,
            norm_num_groups: groups,
            scaling_factor: scaling_factor(&mut reader, 0.18215)?,
            shift_factor: reader.optional_number("shift_factor")?.unwrap_or(0.0),
            use_quant_conv: reader.flag("use_quant_conv", true)?,
            use_post_quant_conv: reader.flag("use_post_quant_conv", true)?,
            mid_block_add_attention: reader.flag("mid_block_add_attention", true)?,
            down_attention,
            up_attention,
            block_out_channels,
        };
        at_most(&reader, "block_out_channels", &config.block_out_channels, MAX_WIDTH)?;
        at_most(&reader, "layers_per_block", &[config.layers_per_block], MAX_LAYERS)?;
        reader.finish()?;
        Ok(config)
    }

    /// How many pixels a side of a latent stands for.
    pub fn pixels_per_latent(&self) -> usize {
        1 << (self.block_out_channels.len() - 1)
    }
}

/// The configuration of a [`super::AutoencoderTiny`].
#[derive(Debug, Clone, PartialEq)]
pub struct AutoencoderTinyConfig {
    /// Channels of the picture that goes in.
    pub in_channels: usize,
    /// Channels of the picture that comes out.
    pub out_channels: usize,
    /// Channels of each stage of the encoder, all equal.
    pub encoder_block_out_channels: Vec<usize>,
    /// Channels of each stage of the decoder, all equal.
    pub decoder_block_out_channels: Vec<usize>,
    /// Residual blocks in each stage of the encoder.
    pub num_encoder_blocks: Vec<usize>,
    /// Residual blocks in each stage of the decoder.
    pub num_decoder_blocks: Vec<usize>,
    /// Channels of the latents.
    pub latent_channels: usize,
    /// How much larger each stage of the decoder is than the one before.
    pub upsampling_scaling_factor: usize,
    /// The UNet's latents are this many times the autoencoder's; 1 for the published ones.
    pub scaling_factor: f64,
    /// Taken from the autoencoder's latents before the scaling.
    pub shift_factor: f64,
}

impl AutoencoderTinyConfig {
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
    /// As [`AutoencoderTinyConfig::from_json`], or where the file is missing.
    pub fn from_source(source: &dyn ModelSource) -> Result<Self, DiffusionError> {
        Self::read(ConfigReader::from_source(source, PATH)?)
    }

    fn read(mut reader: ConfigReader) -> Result<Self, DiffusionError> {
        reader.class("AutoencoderTiny")?;
        reader.only("act_fn", &[json!("relu")])?;
        reader.only("upsample_fn", &[json!("nearest")])?;
        // The range in which latents may be stored in bytes, and settings that say nothing about the computation; older
        // files also carry copies of the encoder's and decoder's channels under other names.
        reader.ignore(&["latent_magnitude", "latent_shift", "force_upcast", "block_out_channels"]);
        let config = Self {
            in_channels: width(&mut reader, "in_channels", 3)?,
            out_channels: width(&mut reader, "out_channels", 3)?,
            encoder_block_out_channels: equal_sizes(&mut reader, "encoder_block_out_channels", &[64; 4])?,
            decoder_block_out_channels: equal_sizes(&mut reader, "decoder_block_out_channels", &[64; 4])?,
            num_encoder_blocks: reader.sizes("num_encoder_blocks", &[1, 3, 3, 3])?,
            num_decoder_blocks: reader.sizes("num_decoder_blocks", &[3, 3, 3, 1])?,
            latent_channels: width(&mut reader, "latent_channels", 4)?,
            upsampling_scaling_factor: reader.size("upsampling_scaling_factor", 2)?,
            scaling_factor: scaling_factor(&mut reader, 1.0)?,
            shift_factor: reader.optional_number("shift_factor")?.unwrap_or(0.0),
        };
        for (key, blocks, channels) in [
            ("num_encoder_blocks", &config.num_encoder_blocks, &config.encoder_block_out_channels),
            ("num_decoder_blocks", &config.num_decoder_blocks, &config.decoder_block_out_channels),
        ] {
            if blocks.len() != channels.len() {
                return Err(reader.wrong(key, &format!("a list of {}, one a stage", channels.len())));
            }
            at_most(&reader, key, blocks, MAX_LAYERS)?;
        }
        at_most(&reader, "upsampling_scaling_factor", &[config.upsampling_scaling_factor], 8)?;
        reader.finish()?;
        Ok(config)
    }

    /// How many pixels a side of a latent stands for.
    pub fn pixels_per_latent(&self) -> usize {
        1 << (self.encoder_block_out_channels.len() - 1)
    }
}

/// Whether each of the blocks that a key names has attentions: it may be of a plain type or of one with attentions.
fn attentions(
    reader: &mut ConfigReader,
    key: &str,
    [plain, attention]: [&str; 2],
    count: usize,
) -> Result<Vec<bool>, DiffusionError> {
    let kinds = reader.texts(key, &[plain])?;
    if kinds.iter().any(|kind| kind != plain && kind != attention) {
        return Err(reader.unsupported(key, &format!("only {plain} and {attention} are")));
    }
    if kinds.len() != count {
        return Err(reader.wrong(key, &format!("a list of {count}, as many as block_out_channels")));
    }
    Ok(kinds.iter().map(|kind| kind == attention).collect())
}

/// A width that some network might have.
fn width(reader: &mut ConfigReader, key: &str, default: usize) -> Result<usize, DiffusionError> {
    let value = reader.size(key, default)?;
    at_most(reader, key, &[value], MAX_WIDTH)?;
    Ok(value)
}

/// Refuses numbers above `max`: a configuration that asks for them is not one of a network.
fn at_most(reader: &ConfigReader, key: &str, values: &[usize], max: usize) -> Result<(), DiffusionError> {
    if values.iter().any(|value| *value > max) {
        return Err(reader.wrong(key, &format!("at most {max}")));
    }
    Ok(())
}

fn scaling_factor(reader: &mut ConfigReader, default: f64) -> Result<f64, DiffusionError> {
    let value = reader.number("scaling_factor", default)?;
    if value == 0.0 { Err(reader.wrong("scaling_factor", "a number other than 0")) } else { Ok(value) }
}

/// diffusers builds every stage of the tiny autoencoder with as many channels in as out, so that they must be equal.
fn equal_sizes(reader: &mut ConfigReader, key: &str, default: &[usize]) -> Result<Vec<usize>, DiffusionError> {
    let sizes = reader.sizes(key, default)?;
    if sizes.len() > MAX_BLOCKS {
        return Err(reader.wrong(key, &format!("a list of 1 to {MAX_BLOCKS}")));
    }
    at_most(reader, key, &sizes, MAX_WIDTH)?;
    if sizes.iter().any(|size| *size != sizes[0]) {
        return Err(reader.unsupported(key, "only equal numbers are"));
    }
    Ok(sizes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_is_not_implemented_is_refused_by_name() {
        for (text, key) in [
            (r#"{"down_block_types": ["DownBlock2D"]}"#, "DownBlock2D"),
            (r#"{"latents_mean": [0.1, 0.2, 0.3, 0.4]}"#, "latents_mean"),
            (r#"{"act_fn": "relu"}"#, "act_fn"),
            (r#"{"_class_name": "VQModel"}"#, "VQModel"),
        ] {
            let error = AutoencoderKlConfig::from_json(text).unwrap_err();
            assert!(matches!(error, DiffusionError::Unsupported { .. }), "{error}");
            assert!(error.to_string().contains(key), "{error}");
        }
        for (text, key) in [
            (r#"{"act_fn": "gelu"}"#, "act_fn"),
            (r#"{"upsample_fn": "bilinear"}"#, "upsample_fn"),
            (r#"{"encoder_block_out_channels": [64, 32, 64, 64]}"#, "encoder_block_out_channels"),
        ] {
            let error = AutoencoderTinyConfig::from_json(text).unwrap_err();
            assert!(error.to_string().contains(key), "{error}");
        }
    }

    #[test]
    fn a_zero_scale_and_lists_of_unequal_length_are_errors() {
        assert!(AutoencoderKlConfig::from_json(r#"{"scaling_factor": 0}"#).is_err());
        assert!(AutoencoderKlConfig::from_json(r#"{"block_out_channels": [32, 64]}"#).is_err());
        assert!(AutoencoderTinyConfig::from_json(r#"{"num_encoder_blocks": [1]}"#).is_err());
    }

    #[test]
    fn absurd_sizes_are_refused_by_name_before_anything_is_allocated() {
        let many = format!(r#"{{"block_out_channels": {:?}}}"#, vec![32; 40]);
        for (text, key) in [
            (many.as_str(), "block_out_channels"),
            (r#"{"block_out_channels": [16777216]}"#, "block_out_channels"),
            (r#"{"layers_per_block": 16777216}"#, "layers_per_block"),
            (r#"{"latent_channels": 16777216}"#, "latent_channels"),
            (r#"{"norm_num_groups": 0}"#, "norm_num_groups"),
        ] {
            let message = AutoencoderKlConfig::from_json(text).unwrap_err().to_string();
            assert!(message.contains(key), "{message}");
        }
        let many = format!(r#"{{"encoder_block_out_channels": {:?}}}"#, vec![64; 70]);
        for (text, key) in [
            (many.as_str(), "encoder_block_out_channels"),
            (r#"{"num_decoder_blocks": [1, 1, 1, 1000000]}"#, "num_decoder_blocks"),
            (r#"{"upsampling_scaling_factor": 1000000}"#, "upsampling_scaling_factor"),
        ] {
            let message = AutoencoderTinyConfig::from_json(text).unwrap_err().to_string();
            assert!(message.contains(key), "{message}");
        }
    }
}
