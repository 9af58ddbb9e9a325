//! What both directions of the autoencoder are made of.

use std::rc::Rc;

use burn::tensor::Tensor;

use super::AutoencoderKlConfig;
use super::attention::PixelAttention;
use super::strips::{MemoryPlan, Residual, Rows, Stored};
use crate::error::DiffusionError;
use crate::layers::{Loader, ResnetBlock, ResnetConfig};

/// The residual blocks of one level, each followed by an attention in some models.
#[derive(Debug, Clone)]
pub(super) struct Level {
    layers: Vec<(ResnetBlock, Option<PixelAttention>)>,
}

/// What a [`Level`] holds.
#[derive(Debug, Clone, Copy)]
pub(super) struct LevelShape {
    /// Channels that come in.
    pub(super) inputs: usize,
    /// Channels of all that is inside.
    pub(super) channels: usize,
    /// How many residual blocks.
    pub(super) count: usize,
    /// Whether attentions follow them.
    pub(super) attends: bool,
}

impl Level {
    /// Reads the level whose `resnets` and `attentions` stand at the loader's place.
    pub(super) fn load(
        loader: &Loader<'_>,
        config: &AutoencoderKlConfig,
        shape: LevelShape,
    ) -> Result<Self, DiffusionError> {
        let layers = (0..shape.count)
            .map(|idx| {
                let inputs = if idx == 0 { shape.inputs } else { shape.channels };
                let resnet = resnet_config(config, inputs, shape.channels);
                let resnet = ResnetBlock::load(&loader.at(format!("resnets.{idx}")), resnet)?;
                let attention = loader.at(format!("attentions.{idx}"));
                let attention = shape
                    .attends
                    .then(|| PixelAttention::load(&attention, shape.channels, config.norm_num_groups))
                    .transpose()?;
                Ok((resnet, attention))
            })
            .collect::<Result<_, DiffusionError>>()?;
        Ok(Self { layers })
    }

    /// Runs all of it.
    pub(super) fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let mut hidden = input;
        for (resnet, attention) in &self.layers {
            hidden = resnet.forward(hidden, None);
            if let Some(attention) = attention {
                hidden = attention.forward(hidden);
            }
        }
        hidden
    }

    /// The same for an image too large to be computed at once.
    pub(super) fn in_strips<'a>(&'a self, image: Rc<dyn Rows + 'a>, plan: &MemoryPlan) -> Rc<dyn Rows + 'a> {
        let mut hidden = image;
        for (resnet, attention) in &self.layers {
            let result = Stored::compute(&Residual::new(hidden, resnet, plan), plan, true);
            hidden = match attention {
                // Every pixel looks at every other one: there is no way around the whole image.
                Some(attention) => Rc::new(Stored::whole(attention.forward(result.into_whole()))),
                None => Rc::new(result),
            };
        }
        hidden
    }
}

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

/// The residual blocks of autoencoders know no time, and all their norms have the same epsilon.
fn resnet_config(config: &AutoencoderKlConfig, inputs: usize, outputs: usize) -> ResnetConfig {
    ResnetConfig {
        inputs,
        outputs,
        time_width: None,
        groups: config.norm_num_groups,
        epsilon: 1e-6,
        output_scale: 1.0,
        scales_by_time: false,
    }
}
