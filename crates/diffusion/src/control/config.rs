//! `config.json` of a control network and of an adapter.

use serde_json::{Value, json};

use crate::config::ConfigReader;
use crate::error::DiffusionError;
use crate::unet::{Network, UNetConfig};

/// How errors name the configuration of either: control models stand in a folder of their own.
pub(super) const PATH: &str = "config.json";

/// More stages than this no network has; every one of them halves the picture.
const MAX_STAGES: usize = 16;
/// More residual blocks in a row no network has.
const MAX_LAYERS: usize = 64;
/// Wider than this no layer of any network is.
const MAX_WIDTH: usize = 1 << 16;

/// The configuration of a [`super::ControlNetModel`].
#[derive(Debug, Clone, PartialEq)]
pub struct ControlNetConfig {
    /// What it shares with the UNet that it was made of; without up blocks.
    pub network: UNetConfig,
    /// Channels of the control picture.
    pub conditioning_channels: usize,
    /// Channels of the layers that bring the picture to the latents' size; each but the first halves it.
    pub embedding_channels: Vec<usize>,
    /// Whether the picture's channels are taken as blue, green, red.
    pub is_bgr: bool,
}

impl ControlNetConfig {
    /// Reads the configuration from its JSON text; absent keys have diffusers' defaults.
    ///
    /// # Errors
    /// Where the text is not JSON, a value is out of range, or a key has a value that is not implemented.
    pub fn from_json(text: &str) -> Result<Self, DiffusionError> {
        let mut reader = ConfigReader::parse(PATH, text)?;
        reader.class("ControlNetModel")?;
        let network = UNetConfig::read_keys(&mut reader, Network::ControlNet)?;
        // Its pooled residuals are for the prompt's half of a batch alone, which diffusers' pipelines arrange.
        reader.only("global_pool_conditions", &[json!(false), Value::Null])?;
        let order_key = "controlnet_conditioning_channel_order";
        let is_bgr = match reader.text(order_key, "rgb")?.as_str() {
            "rgb" => false,
            "bgr" => true,
            _ => return Err(reader.unsupported(order_key, "only rgb and bgr are")),
        };
        let config = Self {
            network,
            conditioning_channels: width(&mut reader, "conditioning_channels", 3)?,
            embedding_channels: stages(&mut reader, "conditioning_embedding_out_channels", &[16, 32, 96, 256])?,
            is_bgr,
        };
        reader.finish()?;
        Ok(config)
    }

    /// How many pixels of the control picture stand for one of the latents, along each side.
    pub fn pixels_per_latent(&self) -> usize {
        1 << (self.embedding_channels.len() - 1)
    }
}

/// Which of the networks of one name a [`super::T2IAdapter`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AdapterKind {
    /// `full_adapter`: every stage but the first halves the picture.
    Full,
    /// `full_adapter_xl`: only the third stage halves it.
    FullXl,
    /// `light_adapter`: as `full_adapter` with narrower residual blocks, and one stage more than channels are listed.
    Light,
}

/// The configuration of a [`super::T2IAdapter`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct T2IAdapterConfig {
    /// Channels of the control picture: 3, or 1 for sketches.
    pub in_channels: usize,
    /// Channels of the features.
    pub channels: Vec<usize>,
    /// Residual blocks in each stage.
    pub num_res_blocks: usize,
    /// Pixels along each side that become channels at the beginning.
    pub downscale_factor: usize,
    /// Which of the networks of one name it is.
    pub kind: AdapterKind,
}

impl T2IAdapterConfig {
    /// Reads the configuration from its JSON text; absent keys have diffusers' defaults.
    ///
    /// # Errors
    /// Where the text is not JSON, a value is out of range, or a key has a value that is not implemented.
    pub fn from_json(text: &str) -> Result<Self, DiffusionError> {
        let mut reader = ConfigReader::parse(PATH, text)?;
        reader.class("T2IAdapter")?;
        let kind = match reader.text("adapter_type", "full_adapter")?.as_str() {
            "full_adapter" => AdapterKind::Full,
            "full_adapter_xl" => AdapterKind::FullXl,
            "light_adapter" => AdapterKind::Light,
            _ => {
                return Err(
                    reader.unsupported("adapter_type", "only full_adapter, full_adapter_xl and light_adapter are")
                );
            }
        };
        let channels = stages(&mut reader, "channels", &[320, 640, 1280, 1280])?;
        if kind == AdapterKind::FullXl && channels.iter().skip(2).any(|channels_| *channels_ != channels[2]) {
            return Err(reader.wrong("channels", "equal from the third on in a full_adapter_xl"));
        }
        if kind == AdapterKind::Light && channels.iter().any(|channels| *channels < 4) {
            return Err(reader.wrong("channels", "at least 4 in a light_adapter"));
        }
        let num_res_blocks = reader.size("num_res_blocks", 2)?;
        let downscale_factor = reader.size("downscale_factor", 8)?;
        for (key, value, max) in
            [("num_res_blocks", num_res_blocks, MAX_LAYERS), ("downscale_factor", downscale_factor, 64)]
        {
            if value > max {
                return Err(reader.wrong(key, &format!("at most {max}")));
            }
        }
        let config = Self {
            in_channels: width(&mut reader, "in_channels", 3)?,
            channels,
            num_res_blocks,
            downscale_factor,
            kind,
        };
        reader.finish()?;
        Ok(config)
    }
}

fn width(reader: &mut ConfigReader, key: &str, default: usize) -> Result<usize, DiffusionError> {
    let value = reader.size(key, default)?;
    if value > MAX_WIDTH { Err(reader.wrong(key, &format!("at most {MAX_WIDTH}"))) } else { Ok(value) }
}

fn stages(reader: &mut ConfigReader, key: &str, default: &[usize]) -> Result<Vec<usize>, DiffusionError> {
    let values = reader.sizes(key, default)?;
    if values.len() > MAX_STAGES || values.iter().any(|value| *value > MAX_WIDTH) {
        return Err(reader.wrong(key, &format!("1 to {MAX_STAGES} numbers of at most {MAX_WIDTH}")));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_keys_have_the_defaults_of_diffusers() {
        let config = ControlNetConfig::from_json("{}").unwrap();
        assert_eq!((config.conditioning_channels, config.pixels_per_latent(), config.is_bgr), (3, 8, false));
        assert_eq!(config.network.block_out_channels, [320, 640, 1280, 1280]);
        assert!(config.network.up_blocks.is_empty());
        let config = T2IAdapterConfig::from_json("{}").unwrap();
        assert_eq!((config.kind, config.num_res_blocks, config.downscale_factor), (AdapterKind::Full, 2, 8));
    }

    #[test]
    fn what_is_not_implemented_or_out_of_range_is_refused_by_name() {
        for (text, key) in [
            (r#"{"global_pool_conditions": true}"#, "global_pool_conditions"),
            (r#"{"controlnet_conditioning_channel_order": "gbr"}"#, "controlnet_conditioning_channel_order"),
            (r#"{"up_block_types": ["UpBlock2D"]}"#, "up_block_types"),
            (r#"{"layers_per_block": [1, 1, 1, 1]}"#, "layers_per_block"),
            (r#"{"conditioning_channels": 0}"#, "conditioning_channels"),
            (r#"{"conditioning_embedding_out_channels": null}"#, "conditioning_embedding_out_channels"),
            (r#"{"conditioning_embedding_out_channels": [16, 100000]}"#, "conditioning_embedding_out_channels"),
            (r#"{"num_class_embeds": 6}"#, "num_class_embeds"),
            (r#"{"_class_name": "ControlNetUnionModel"}"#, "ControlNetUnionModel"),
        ] {
            let error = ControlNetConfig::from_json(text).unwrap_err();
            assert!(error.to_string().contains(key), "{error}");
        }
        for (text, key) in [
            (r#"{"adapter_type": "style_adapter"}"#, "adapter_type"),
            (r#"{"adapter_type": "full_adapter_xl", "channels": [8, 8, 8, 16]}"#, "channels"),
            (r#"{"adapter_type": "light_adapter", "channels": [2, 8]}"#, "channels"),
            (r#"{"downscale_factor": 1000000}"#, "downscale_factor"),
            (r#"{"num_res_blocks": 1000000}"#, "num_res_blocks"),
            (r#"{"_class_name": "MultiAdapter"}"#, "MultiAdapter"),
        ] {
            let error = T2IAdapterConfig::from_json(text).unwrap_err();
            assert!(error.to_string().contains(key), "{error}");
        }
    }
}
