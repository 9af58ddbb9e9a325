//! Latents to picture.

use std::rc::Rc;

use burn::tensor::Tensor;

use super::AutoencoderKlConfig;
use super::blocks::{Level, LevelShape, MidBlock};
use super::strips::{Convolved, Enlarged, MemoryPlan, Rows, Stored, bytes_of};
use crate::error::DiffusionError;
use crate::layers::{Conv2d, ConvShape, GroupNorm, Loader, Upsample};

/// diffusers' `Decoder`.
#[derive(Debug, Clone)]
pub(super) struct Decoder {
    conv_in: Conv2d,
    mid: MidBlock,
    blocks: Vec<UpBlock>,
    norm_out: GroupNorm,
    conv_out: Conv2d,
}

#[derive(Debug, Clone)]
struct UpBlock {
    level: Level,
    upsample: Option<Upsample>,
}

impl Decoder {
    /// Reads the decoder at the loader's place.
    pub(super) fn load(loader: &Loader<'_>, config: &AutoencoderKlConfig) -> Result<Self, DiffusionError> {
        let channels = &config.block_out_channels;
        let (first, last) = (channels[0], channels[channels.len() - 1]);
        let conv_in = ConvShape::same(config.latent_channels, last, 3);
        Ok(Self {
            conv_in: Conv2d::load(&loader.at("conv_in"), conv_in, true)?,
            mid: MidBlock::load(&loader.at("mid_block"), config)?,
            blocks: (0..channels.len()).map(|idx| UpBlock::load(loader, config, idx)).collect::<Result<_, _>>()?,
            norm_out: GroupNorm::load(&loader.at("conv_norm_out"), config.norm_num_groups, first, 1e-6)?,
            conv_out: Conv2d::load(&loader.at("conv_out"), ConvShape::same(first, config.out_channels, 3), true)?,
        })
    }

    /// Maps latents to a picture.
    pub(super) fn forward(&self, latents: Tensor<4>, plan: &MemoryPlan) -> Tensor<4> {
        let mut hidden = self.mid.forward(self.conv_in.forward(latents));
        let mut blocks = self.blocks.iter();
        while let Some(block) = blocks.next() {
            // What the block is going to hold: its own image, or the doubled one.
            let [batch, channels, height, width] = hidden.dims();
            let factor = if block.upsample.is_some() { 2 } else { 1 };
            if bytes_of([batch, channels, factor * height, factor * width]) > plan.whole_bytes {
                let rest = std::iter::once(block).chain(blocks);
                return self.finish_in_strips(hidden, rest, plan);
            }
            hidden = block.forward(hidden);
        }
        self.conv_out.forward(self.norm_out.forward_silu(hidden))
    }

    /// The blocks from the first one with a large image on.
    fn finish_in_strips<'a>(
        &'a self,
        hidden: Tensor<4>,
        blocks: impl Iterator<Item = &'a UpBlock>,
        plan: &MemoryPlan,
    ) -> Tensor<4> {
        let mut hidden: Rc<dyn Rows + 'a> = Rc::new(Stored::whole(hidden));
        for block in blocks {
            hidden = block.level.in_strips(hidden, plan);
            if let Some(upsample) = &block.upsample {
                let enlarged = Enlarged::new(hidden, upsample);
                hidden = if bytes_of(enlarged.shape()) <= plan.kept_bytes {
                    Rc::new(Stored::compute(&enlarged, plan, true))
                } else {
                    Rc::new(enlarged)
                };
            }
        }
        let output = Convolved::after_norm(hidden, &self.norm_out, &self.conv_out, self.conv_out.outputs(), plan);
        // Strips as high as those of the image that they are made of.
        let [batch, channels, _, width] = output.source_shape();
        let rows = (plan.strip_bytes / bytes_of([batch, channels, 1, width]).max(1)).max(1);
        let plan = MemoryPlan { strip_bytes: bytes_of([batch, self.conv_out.outputs(), rows, width]), ..*plan };
        Stored::compute(&output, &plan, true).into_whole()
    }
}

impl UpBlock {
    fn load(decoder: &Loader<'_>, config: &AutoencoderKlConfig, block_idx: usize) -> Result<Self, DiffusionError> {
        let loader = decoder.at(format!("up_blocks.{block_idx}"));
        let count = config.block_out_channels.len();
        let level = count - 1 - block_idx;
        let channels = config.block_out_channels[level];
        let before = config.block_out_channels[(level + 1).min(count - 1)];
        let shape = LevelShape {
            inputs: before,
            channels,
            count: config.layers_per_block + 1,
            attends: config.up_attention[block_idx],
        };
        let is_last = block_idx + 1 == count;
        let upsample = if is_last { None } else { Some(Upsample::load(&loader.at("upsamplers.0"), channels)?) };
        Ok(Self { level: Level::load(&loader, config, shape)?, upsample })
    }

    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let hidden = self.level.forward(input);
        match &self.upsample {
            Some(upsample) => {
                let [_, _, height, width] = hidden.dims();
                upsample.forward(hidden, [2 * height, 2 * width])
            }
            None => hidden,
        }
    }
}
