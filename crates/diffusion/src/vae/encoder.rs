//! Picture to moments.

use std::rc::Rc;

use burn::tensor::Tensor;

use super::AutoencoderKlConfig;
use super::blocks::{Level, LevelShape, MidBlock};
use super::strips::{Convolved, Halved, MemoryPlan, Rows, Stored, bytes_of};
use crate::error::DiffusionError;
use crate::layers::{Conv2d, ConvShape, Downsample, GroupNorm, Loader};

/// diffusers' `Encoder` with `double_z`.
#[derive(Debug, Clone)]
pub(super) struct Encoder {
    conv_in: Conv2d,
    blocks: Vec<DownBlock>,
    mid: MidBlock,
    norm_out: GroupNorm,
    conv_out: Conv2d,
}

#[derive(Debug, Clone)]
struct DownBlock {
    level: Level,
    downsample: Option<Downsample>,
}

impl Encoder {
    /// Reads the encoder at the loader's place.
    pub(super) fn load(loader: &Loader<'_>, config: &AutoencoderKlConfig) -> Result<Self, DiffusionError> {
        let channels = &config.block_out_channels;
        let (first, last) = (channels[0], channels[channels.len() - 1]);
        let conv_out = ConvShape::same(last, 2 * config.latent_channels, 3);
        Ok(Self {
            conv_in: Conv2d::load(&loader.at("conv_in"), ConvShape::same(config.in_channels, first, 3), true)?,
            blocks: (0..channels.len()).map(|idx| DownBlock::load(loader, config, idx)).collect::<Result<_, _>>()?,
            mid: MidBlock::load(&loader.at("mid_block"), config)?,
            norm_out: GroupNorm::load(&loader.at("conv_norm_out"), config.norm_num_groups, last, 1e-6)?,
            conv_out: Conv2d::load(&loader.at("conv_out"), conv_out, true)?,
        })
    }

    /// Maps a picture to means and log variances, one behind the other in the channels.
    pub(super) fn forward(&self, image: Tensor<4>, plan: &MemoryPlan) -> Tensor<4> {
        let [batch, _, height, width] = image.dims();
        let mut blocks = self.blocks.iter();
        let mut hidden = if bytes_of([batch, self.conv_in.outputs(), height, width]) > plan.whole_bytes {
            self.begin_in_strips(image, &mut blocks, plan)
        } else {
            self.conv_in.forward(image)
        };
        for block in blocks {
            hidden = block.forward(hidden);
        }
        let hidden = self.mid.forward(hidden);
        self.conv_out.forward(self.norm_out.forward_silu(hidden))
    }

    /// The first convolution and the blocks up to the first one with a small image.
    fn begin_in_strips<'a>(
        &'a self,
        image: Tensor<4>,
        blocks: &mut impl Iterator<Item = &'a DownBlock>,
        plan: &MemoryPlan,
    ) -> Tensor<4> {
        // Its few channels in are quickly convolved again, where the result is too large to be kept.
        let image: Rc<dyn Rows + 'a> = Rc::new(Stored::whole(image));
        let mut hidden: Rc<dyn Rows + 'a> = Rc::new(Convolved::new(image, &self.conv_in, self.conv_in.outputs()));
        for block in blocks {
            hidden = block.level.in_strips(hidden, plan);
            if let Some(downsample) = &block.downsample {
                hidden = Rc::new(Stored::compute(&Halved::new(hidden, downsample), plan, true));
            }
            if bytes_of(hidden.shape()) <= plan.whole_bytes {
                break;
            }
        }
        let [_, _, height, _] = hidden.shape();
        hidden.rows(0, height)
    }
}

impl DownBlock {
    fn load(encoder: &Loader<'_>, config: &AutoencoderKlConfig, block_idx: usize) -> Result<Self, DiffusionError> {
        let loader = encoder.at(format!("down_blocks.{block_idx}"));
        let channels = config.block_out_channels[block_idx];
        let before = config.block_out_channels[block_idx.saturating_sub(1)];
        let attends = config.down_attention[block_idx];
        let shape = LevelShape { inputs: before, channels, count: config.layers_per_block, attends };
        let is_last = block_idx + 1 == config.block_out_channels.len();
        // Padded at the bottom and right only: the autoencoders of this family were trained so.
        let downsample =
            if is_last { None } else { Some(Downsample::load(&loader.at("downsamplers.0"), channels, 0)?) };
        Ok(Self { level: Level::load(&loader, config, shape)?, downsample })
    }

    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let hidden = self.level.forward(input);
        match &self.downsample {
            Some(downsample) => downsample.forward(hidden),
            None => hidden,
        }
    }
}
