//! The blocks of the UNet: down, middle and up.

use burn::tensor::Tensor;

use super::context::{ContextCursor, KeyValue};
use super::transformer::{Transformer, TransformerConfig};
use super::{BlockKind, UNetConfig};
use crate::error::DiffusionError;
use crate::layers::{Downsample, Loader, ResnetBlock, ResnetConfig, Upsample};

/// A residual block and the transformer that follows it in some blocks.
#[derive(Debug, Clone)]
struct Layer {
    resnet: ResnetBlock,
    transformer: Option<Transformer>,
}

impl Layer {
    fn forward(&self, input: Tensor<4>, time: &Tensor<2>, context: &mut ContextCursor<'_>) -> Tensor<4> {
        let hidden = self.resnet.forward(input, Some(time));
        match &self.transformer {
            Some(transformer) => transformer.forward(hidden, context),
            None => hidden,
        }
    }
}

fn resnet_config(config: &UNetConfig, inputs: usize, outputs: usize, output_scale: f64) -> ResnetConfig {
    ResnetConfig {
        inputs,
        outputs,
        time_width: Some(config.time_embedding_dim),
        groups: config.norm_num_groups,
        epsilon: config.norm_eps,
        output_scale,
    }
}

/// The transformer of the block with the resolution of down block `block_idx`.
fn transformer_config(config: &UNetConfig, block_idx: usize) -> TransformerConfig {
    TransformerConfig {
        channels: config.block_out_channels[block_idx],
        heads: config.heads[block_idx],
        layers: config.transformer_layers[block_idx],
        cross_attention_dim: config.cross_attention_dim[block_idx],
        groups: config.norm_num_groups,
    }
}

fn load_layer(
    loader: &Loader<'_>,
    layer_idx: usize,
    resnet: ResnetConfig,
    transformer: Option<TransformerConfig>,
) -> Result<Layer, DiffusionError> {
    let transformer = match transformer {
        Some(config) => Some(Transformer::load(&loader.at(format!("attentions.{layer_idx}")), config)?),
        None => None,
    };
    Ok(Layer { resnet: ResnetBlock::load(&loader.at(format!("resnets.{layer_idx}")), resnet)?, transformer })
}

/// `DownBlock2D` or `CrossAttnDownBlock2D`.
#[derive(Debug, Clone)]
pub(super) struct DownBlock {
    layers: Vec<Layer>,
    downsample: Option<Downsample>,
}

impl DownBlock {
    /// Reads down block `block_idx` of the UNet at the loader's place.
    pub(super) fn load(unet: &Loader<'_>, config: &UNetConfig, block_idx: usize) -> Result<Self, DiffusionError> {
        let loader = unet.at(format!("down_blocks.{block_idx}"));
        let channels = config.block_out_channels[block_idx];
        let before = config.block_out_channels[block_idx.saturating_sub(1)];
        let transformer = match config.down_blocks[block_idx] {
            BlockKind::Plain => None,
            BlockKind::CrossAttention => Some(transformer_config(config, block_idx)),
        };
        let layers = (0..config.layers_per_block[block_idx])
            .map(|layer_idx| {
                let inputs = if layer_idx == 0 { before } else { channels };
                load_layer(&loader, layer_idx, resnet_config(config, inputs, channels, 1.0), transformer)
            })
            .collect::<Result<_, _>>()?;
        let is_last = block_idx + 1 == config.down_blocks.len();
        let downsample = if is_last {
            None
        } else {
            Some(Downsample::load(&loader.at("downsamplers.0"), channels, config.downsample_padding)?)
        };
        Ok(Self { layers, downsample })
    }

    /// Runs the block; every layer's result is also put on `skips`, for the up blocks.
    pub(super) fn forward(
        &self,
        input: Tensor<4>,
        time: &Tensor<2>,
        context: &mut ContextCursor<'_>,
        skips: &mut Vec<Tensor<4>>,
    ) -> Tensor<4> {
        let mut hidden = input;
        for layer in &self.layers {
            hidden = layer.forward(hidden, time, context);
            skips.push(hidden.clone());
        }
        if let Some(downsample) = &self.downsample {
            hidden = downsample.forward(hidden);
            skips.push(hidden.clone());
        }
        hidden
    }

    /// The keys and values of its cross-attentions.
    pub(super) fn keys_values(&self, hidden_states: &Tensor<3>) -> Vec<KeyValue> {
        layers_keys_values(&self.layers, hidden_states)
    }
}

/// `UNetMidBlock2DCrossAttn`: a residual block, a transformer and another residual block at the smallest resolution.
#[derive(Debug, Clone)]
pub(super) struct MidBlock {
    first: ResnetBlock,
    transformer: Transformer,
    second: ResnetBlock,
}

impl MidBlock {
    /// Reads the middle block of the UNet at the loader's place.
    pub(super) fn load(unet: &Loader<'_>, config: &UNetConfig) -> Result<Self, DiffusionError> {
        let loader = unet.at("mid_block");
        let last_idx = config.down_blocks.len() - 1;
        let channels = config.block_out_channels[last_idx];
        let resnet = resnet_config(config, channels, channels, config.mid_block_scale_factor);
        Ok(Self {
            first: ResnetBlock::load(&loader.at("resnets.0"), resnet)?,
            transformer: Transformer::load(&loader.at("attentions.0"), transformer_config(config, last_idx))?,
            second: ResnetBlock::load(&loader.at("resnets.1"), resnet)?,
        })
    }

    /// Runs the block.
    pub(super) fn forward(&self, input: Tensor<4>, time: &Tensor<2>, context: &mut ContextCursor<'_>) -> Tensor<4> {
        let hidden = self.first.forward(input, Some(time));
        self.second.forward(self.transformer.forward(hidden, context), Some(time))
    }

    /// The keys and values of its cross-attentions.
    pub(super) fn keys_values(&self, hidden_states: &Tensor<3>) -> Vec<KeyValue> {
        self.transformer.keys_values(hidden_states).collect()
    }
}

/// `UpBlock2D` or `CrossAttnUpBlock2D`.
#[derive(Debug, Clone)]
pub(super) struct UpBlock {
    layers: Vec<Layer>,
    upsample: Option<Upsample>,
}

impl UpBlock {
    /// Reads up block `block_idx` (0 is the smallest resolution) of the UNet at the loader's place.
    pub(super) fn load(unet: &Loader<'_>, config: &UNetConfig, block_idx: usize) -> Result<Self, DiffusionError> {
        let loader = unet.at(format!("up_blocks.{block_idx}"));
        let count = config.up_blocks.len();
        // The down block of the same resolution, and the one after whose resolution the previous up block had.
        let level = count - 1 - block_idx;
        let channels = config.block_out_channels[level];
        let before = config.block_out_channels[(level + 1).min(count - 1)];
        // The last layer joins what entered the down block of this resolution.
        let entered = config.block_out_channels[level.saturating_sub(1)];
        let transformer = match config.up_blocks[block_idx] {
            BlockKind::Plain => None,
            BlockKind::CrossAttention => Some(transformer_config(config, level)),
        };
        let layer_count = config.layers_per_block[level] + 1;
        let layers = (0..layer_count)
            .map(|layer_idx| {
                let hidden = if layer_idx == 0 { before } else { channels };
                let skip = if layer_idx + 1 == layer_count { entered } else { channels };
                load_layer(&loader, layer_idx, resnet_config(config, hidden + skip, channels, 1.0), transformer)
            })
            .collect::<Result<_, _>>()?;
        let upsample =
            if block_idx + 1 == count { None } else { Some(Upsample::load(&loader.at("upsamplers.0"), channels)?) };
        Ok(Self { layers, upsample })
    }

    /// Runs the block on what comes from below and the last of `skips`, which it takes off.
    pub(super) fn forward(
        &self,
        input: Tensor<4>,
        time: &Tensor<2>,
        context: &mut ContextCursor<'_>,
        skips: &mut Vec<Tensor<4>>,
    ) -> Tensor<4> {
        let mut hidden = input;
        for layer in &self.layers {
            if let Some(skip) = skips.pop() {
                hidden = Tensor::cat(vec![hidden, skip], 1);
            }
            hidden = layer.forward(hidden, time, context);
        }
        match &self.upsample {
            Some(upsample) => {
                // The next skip's size, not the double: halving an odd size rounds up, and doubling must undo that.
                let [_, _, height, width] = hidden.dims();
                let size = skips.last().map_or([2 * height, 2 * width], |skip| {
                    let [_, _, height, width] = skip.dims();
                    [height, width]
                });
                upsample.forward(hidden, size)
            }
            None => hidden,
        }
    }

    /// The keys and values of its cross-attentions.
    pub(super) fn keys_values(&self, hidden_states: &Tensor<3>) -> Vec<KeyValue> {
        layers_keys_values(&self.layers, hidden_states)
    }
}

fn layers_keys_values(layers: &[Layer], hidden_states: &Tensor<3>) -> Vec<KeyValue> {
    let transformers = layers.iter().filter_map(|layer| layer.transformer.as_ref());
    transformers.flat_map(|transformer| transformer.keys_values(hidden_states)).collect()
}
