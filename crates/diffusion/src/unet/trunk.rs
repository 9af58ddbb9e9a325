//! The half of a UNet that control networks copy: from the latents down to the middle.

use std::sync::Arc;

use burn::tensor::Tensor;

use super::blocks::{BlockConfig, BlockType, LoadedBlock, Pass, UNetBlock, with_feature};
use super::context::KeyValue;
use super::embedding::TimeEmbedding;
use super::pooled_text::PooledText;
use super::{AddedConditions, UNetConfig, UNetContext};
use crate::error::DiffusionError;
use crate::layers::{Conv2d, ConvShape, Loader};

/// The time embedding, the first convolution, the down blocks and the middle block.
#[derive(Debug, Clone)]
pub(crate) struct Trunk {
    config: UNetConfig,
    time: TimeEmbedding,
    pooled_text: Option<PooledText>,
    conv_in: Conv2d,
    down_blocks: Vec<Arc<dyn UNetBlock>>,
    mid_block: Option<Arc<dyn UNetBlock>>,
}

impl Trunk {
    /// Reads the parts below the loader's place.
    pub(crate) fn load(root: &Loader<'_>, config: &UNetConfig) -> Result<Self, DiffusionError> {
        let conv_in = ConvShape::same(config.in_channels, config.block_out_channels[0], config.conv_in_kernel);
        Ok(Self {
            config: config.clone(),
            time: TimeEmbedding::load(root, config)?,
            pooled_text: PooledText::load(root, config)?,
            conv_in: Conv2d::load(&root.at("conv_in"), conv_in, true)?,
            down_blocks: (0..config.down_blocks.len())
                .map(|block_idx| load_down_block(root, config, block_idx))
                .collect::<Result<_, _>>()?,
            mid_block: config.mid_block.map(|kind| load_mid_block(root, config, kind)).transpose()?,
        })
    }

    /// What it was built from.
    pub(crate) fn config(&self) -> &UNetConfig {
        &self.config
    }

    /// Refuses hidden states of another width than the cross-attentions take.
    pub(crate) fn check_context(&self, hidden_states: &Tensor<3>) -> Result<(), DiffusionError> {
        let [_, _, width] = hidden_states.dims();
        match self.config.context_widths().find(|expected| *expected != width) {
            None => Ok(()),
            Some(expected) => Err(DiffusionError::input(
                "text",
                format!(
                    "the text encoder's hidden states are {width} wide and the network expects {expected}; the two \
                     are not of one model"
                ),
            )),
        }
    }

    /// The keys and values of the cross-attentions, in the order in which the network comes across them.
    pub(crate) fn keys_values(&self, hidden_states: &Tensor<3>) -> Vec<KeyValue> {
        let blocks = self.down_blocks.iter().chain(&self.mid_block);
        blocks.flat_map(|block| block.keys_values(hidden_states)).collect()
    }

    /// The time embedding, as all blocks take it: `[batch, time_embedding_dim]`.
    pub(crate) fn embed_time(
        &self,
        timesteps: Tensor<1>,
        guidance: Option<Tensor<2>>,
        added: Option<&AddedConditions>,
        context: &UNetContext,
    ) -> Result<Tensor<2>, DiffusionError> {
        self.time.forward(timesteps, guidance, added, context.pooled())
    }

    /// What the blocks are told of the text as a whole, where the network has a part for it: `[batch,
    /// time_embedding_dim]`.
    pub(crate) fn pooled(&self, hidden_states: &Tensor<3>) -> Option<Tensor<2>> {
        self.pooled_text.as_ref().map(|part| part.forward(hidden_states.clone()))
    }

    /// The first convolution, on `[batch, in_channels, height, width]`, which must be as many as the text and the
    /// timesteps are for.
    pub(crate) fn begin(
        &self,
        sample: Tensor<4>,
        time: &Tensor<2>,
        context: &UNetContext,
    ) -> Result<Tensor<4>, DiffusionError> {
        let [batch, channels, _, _] = sample.dims();
        if channels != self.config.in_channels {
            return Err(DiffusionError::input(
                "latents",
                format!(
                    "the network takes {} channels and was given {channels}; its configuration's in_channels says for \
                     what it was trained (4: pictures, 9: inpainting)",
                    self.config.in_channels
                ),
            ));
        }
        for (what, count) in [("timesteps and added conditions", time.dims()[0]), ("text", context.batch_size())] {
            if count != 1 && count != batch {
                return Err(DiffusionError::input(what, format!("there are {count} for a batch of {batch} latents")));
            }
        }
        Ok(self.conv_in.forward(sample))
    }

    /// A pass that begins with what left the first convolution.
    pub(crate) fn pass<'a>(&self, hidden: &Tensor<4>, time: &'a Tensor<2>, context: &'a UNetContext) -> Pass<'a> {
        Pass { time, context: context.cursor(), skips: vec![hidden.clone()], feature: None }
    }

    /// Runs the down blocks, which leave their skips in the pass. An adapter's features are taken off `features`, one
    /// a block, as long as there are some.
    pub(crate) fn down(
        &self,
        hidden: Tensor<4>,
        pass: &mut Pass<'_>,
        features: &mut &[Tensor<4>],
    ) -> Result<Tensor<4>, DiffusionError> {
        let mut hidden = hidden;
        for block in &self.down_blocks {
            if let Some((feature, rest)) = features.split_first() {
                pass.feature = Some(feature.clone());
                *features = rest;
            }
            hidden = block.forward(hidden, pass)?;
        }
        Ok(hidden)
    }

    /// Runs the middle block, where there is one. Adapters for SDXL have a last feature for it.
    pub(crate) fn mid(
        &self,
        hidden: Tensor<4>,
        pass: &mut Pass<'_>,
        features: &mut &[Tensor<4>],
    ) -> Result<Tensor<4>, DiffusionError> {
        let Some(block) = &self.mid_block else {
            return Ok(hidden);
        };
        let hidden = block.forward(hidden, pass)?;
        match features.split_first() {
            // As in diffusers, a feature of another shape is left alone here.
            Some((feature, rest)) if feature.dims()[1..] == hidden.dims()[1..] => {
                *features = rest;
                with_feature(hidden, feature.clone())
            }
            _ => Ok(hidden),
        }
    }
}

/// What a block at the resolution of down block `level` has from there.
pub(super) fn block_config(config: &UNetConfig, level: usize) -> BlockConfig<'_> {
    let channels = config.block_out_channels[level];
    BlockConfig {
        inputs: channels,
        outputs: channels,
        last_skip: channels,
        layers: config.layers_per_block[level],
        transformer_layers: &config.transformer_layers[level],
        resamples: false,
        heads: config.heads[level],
        cross_attention_dim: config.cross_attention_dim[level],
        only_cross_attention: config.only_cross_attention[level],
        downsample_padding: config.downsample_padding,
        output_scale: 1.0,
        scales_by_time: config.scales_by_time,
        time_width: config.time_embedding_dim,
        groups: config.norm_num_groups,
        epsilon: config.norm_eps,
    }
}

fn load_down_block(root: &Loader<'_>, config: &UNetConfig, block_idx: usize) -> LoadedBlock {
    let block = BlockConfig {
        inputs: config.block_out_channels[block_idx.saturating_sub(1)],
        resamples: block_idx + 1 < config.down_blocks.len(),
        ..block_config(config, block_idx)
    };
    (config.down_blocks[block_idx].load)(&root.at(format!("down_blocks.{block_idx}")), &block)
}

fn load_mid_block(root: &Loader<'_>, config: &UNetConfig, kind: &BlockType) -> LoadedBlock {
    let block = BlockConfig {
        layers: 1,
        // The middle has no such setting, and its transformer always looks at the image first.
        only_cross_attention: false,
        output_scale: config.mid_block_scale_factor,
        ..block_config(config, config.down_blocks.len() - 1)
    };
    (kind.load)(&root.at("mid_block"), &block)
}
