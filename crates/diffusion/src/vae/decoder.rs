//! Latents to picture, and the middle block that both directions have.

use std::rc::Rc;

use burn::tensor::Tensor;

use super::AutoencoderKlConfig;
use super::attention::PixelAttention;
use super::kl::resnet_config;
use super::strips::{Convolved, Enlarged, MemoryPlan, Residual, Rows, Stored, bytes_of};
use crate::error::DiffusionError;
use crate::layers::{Conv2d, ConvShape, GroupNorm, Loader, ResnetBlock, Upsample};

/// diffusers' `UNetMidBlock2D`: a residual block, perhaps an attention, another residual block.
#[derive(Debug, Clone)]
pub(super) struct MidBlock {
    first: ResnetBlock,
    attention: Option<PixelAttention>,
    second: ResnetBlock,
}

impl MidBlock {
    /// Reads the middle block at the loader's place.
    pub(super) fn load(loader: &Loader<'_>, config: &AutoencoderKlConfig) -> Result<Self, DiffusionError> {
        let channels = config.block_out_channels[config.block_out_channels.len() - 1];
        let resnet = resnet_config(config, channels, channels);
        let attention = if config.mid_block_add_attention {
            Some(PixelAttention::load(&loader.at("attentions.0"), channels, config.norm_num_groups)?)
        } else {
            None
        };
        Ok(Self {
            first: ResnetBlock::load(&loader.at("resnets.0"), resnet)?,
            attention,
            second: ResnetBlock::load(&loader.at("resnets.1"), resnet)?,
        })
    }

    /// Runs the block.
    pub(super) fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let mut hidden = self.first.forward(input, None);
        if let Some(attention) = &self.attention {
            hidden = attention.forward(hidden);
        }
        self.second.forward(hidden, None)
    }
}

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
    /// Each followed by an attention in some models.
    layers: Vec<(ResnetBlock, Option<PixelAttention>)>,
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
            for (resnet, attention) in &block.layers {
                let result = Stored::compute(&Residual::new(hidden, resnet, plan), plan, true);
                hidden = match attention {
                    // Every pixel looks at every other one: there is no way around the whole image.
                    Some(attention) => Rc::new(Stored::whole(attention.forward(result.into_whole()))),
                    None => Rc::new(result),
                };
            }
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
        let layers = (0..config.layers_per_block + 1)
            .map(|layer_idx| {
                let inputs = if layer_idx == 0 { before } else { channels };
                let resnet = resnet_config(config, inputs, channels);
                let resnet = ResnetBlock::load(&loader.at(format!("resnets.{layer_idx}")), resnet)?;
                let attention = loader.at(format!("attentions.{layer_idx}"));
                let attention = config.up_attention[block_idx]
                    .then(|| PixelAttention::load(&attention, channels, config.norm_num_groups))
                    .transpose()?;
                Ok((resnet, attention))
            })
            .collect::<Result<_, DiffusionError>>()?;
        let is_last = block_idx + 1 == count;
        let upsample = if is_last { None } else { Some(Upsample::load(&loader.at("upsamplers.0"), channels)?) };
        Ok(Self { layers, upsample })
    }

    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let mut hidden = input;
        for (resnet, attention) in &self.layers {
            hidden = resnet.forward(hidden, None);
            if let Some(attention) = attention {
                hidden = attention.forward(hidden);
            }
        }
        match &self.upsample {
            Some(upsample) => {
                let [_, _, height, width] = hidden.dims();
                upsample.forward(hidden, [2 * height, 2 * width])
            }
            None => hidden,
        }
    }
}
