//! The tiny autoencoder (TAESD, Ollin Boer Bohan, 2023): convolutions and rectifiers alone.

use burn::tensor::{Tensor, activation};

use super::AutoencoderTinyConfig;
use crate::error::DiffusionError;
use crate::layers::{Conv2d, ConvShape, Loader, Placement, upsample_nearest};
use crate::source::Weights;

/// diffusers' `AutoencoderTiny`, with latents in its own units.
#[derive(Debug, Clone)]
pub struct AutoencoderTiny {
    config: AutoencoderTinyConfig,
    encoder: Vec<Layer>,
    decoder: Vec<Layer>,
}

/// One entry of diffusers' `nn.Sequential`.
#[derive(Debug, Clone)]
enum Layer {
    Conv(Box<Conv2d>),
    Rectifier,
    Block(Box<Block>),
    Upsample(usize),
}

/// Three convolutions added to their input, a rectifier after each sum.
#[derive(Debug, Clone)]
struct Block {
    convs: [Conv2d; 3],
}

impl AutoencoderTiny {
    /// Reads the autoencoder whose tensors stand below `prefix` (usually empty).
    ///
    /// # Errors
    /// Where a tensor is missing or its shape is not the configuration's.
    pub fn load(
        config: &AutoencoderTinyConfig,
        weights: &dyn Weights,
        prefix: &str,
        placement: &Placement,
    ) -> Result<Self, DiffusionError> {
        let root = Loader::new(weights, prefix, placement);
        Ok(Self {
            encoder: load_encoder(&root, config)?,
            decoder: load_decoder(&root, config)?,
            config: config.clone(),
        })
    }

    /// What it was built from.
    pub fn config(&self) -> &AutoencoderTinyConfig {
        &self.config
    }

    /// Encodes a picture `[batch, in_channels, height, width]` in −1..1 as latents.
    pub fn encode(&self, image: Tensor<4>) -> Tensor<4> {
        run(&self.encoder, (image + 1.0) / 2.0)
    }

    /// Decodes latents `[batch, latent_channels, height, width]` to a picture, about −1..1, not clamped.
    pub fn decode(&self, latents: Tensor<4>) -> Tensor<4> {
        // Latents are softly held within −3..3, the range that the decoder was trained on.
        run(&self.decoder, (latents / 3.0).tanh() * 3.0) * 2.0 - 1.0
    }
}

fn load_encoder(root: &Loader<'_>, config: &AutoencoderTinyConfig) -> Result<Vec<Layer>, DiffusionError> {
    let mut layers = Layers::new(root.at("encoder.layers"));
    let channels = &config.encoder_block_out_channels;
    for (stage_idx, (&channels, &blocks)) in channels.iter().zip(&config.num_encoder_blocks).enumerate() {
        if stage_idx == 0 {
            layers.conv(ConvShape::same(config.in_channels, channels, 3), true)?;
        } else {
            layers.conv(ConvShape::halving(channels, channels, (1, 1)), false)?;
        }
        layers.blocks(blocks, channels)?;
    }
    layers.conv(ConvShape::same(channels[channels.len() - 1], config.latent_channels, 3), true)?;
    Ok(layers.list)
}

fn load_decoder(root: &Loader<'_>, config: &AutoencoderTinyConfig) -> Result<Vec<Layer>, DiffusionError> {
    let mut layers = Layers::new(root.at("decoder.layers"));
    let stages = &config.decoder_block_out_channels;
    layers.conv(ConvShape::same(config.latent_channels, stages[0], 3), true)?;
    layers.list.push(Layer::Rectifier);
    for (stage_idx, (&channels, &blocks)) in stages.iter().zip(&config.num_decoder_blocks).enumerate() {
        layers.blocks(blocks, channels)?;
        if stage_idx + 1 == stages.len() {
            layers.conv(ConvShape::same(channels, config.out_channels, 3), true)?;
        } else {
            layers.list.push(Layer::Upsample(config.upsampling_scaling_factor));
            layers.conv(ConvShape::same(channels, channels, 3), false)?;
        }
    }
    Ok(layers.list)
}

/// Layers as they are read: a layer's index in the list is its name in the weights.
struct Layers<'a> {
    loader: Loader<'a>,
    list: Vec<Layer>,
}

impl<'a> Layers<'a> {
    fn new(loader: Loader<'a>) -> Self {
        Self { loader, list: Vec::new() }
    }

    fn conv(&mut self, shape: ConvShape, with_bias: bool) -> Result<(), DiffusionError> {
        let conv = Conv2d::load(&self.loader.at(self.list.len()), shape, with_bias)?;
        self.list.push(Layer::Conv(Box::new(conv)));
        Ok(())
    }

    fn blocks(&mut self, count: usize, channels: usize) -> Result<(), DiffusionError> {
        for _ in 0..count {
            let place = self.loader.at(self.list.len());
            let conv = |name: &str| Conv2d::load(&place.at(name), ConvShape::same(channels, channels, 3), true);
            let block = Block { convs: [conv("conv.0")?, conv("conv.2")?, conv("conv.4")?] };
            self.list.push(Layer::Block(Box::new(block)));
        }
        Ok(())
    }
}

fn run(layers: &[Layer], input: Tensor<4>) -> Tensor<4> {
    layers.iter().fold(input, |hidden, layer| match layer {
        Layer::Conv(conv) => conv.forward(hidden),
        Layer::Rectifier => activation::relu(hidden),
        Layer::Block(block) => block.forward(hidden),
        Layer::Upsample(factor) => {
            let [_, _, height, width] = hidden.dims();
            upsample_nearest(hidden, [factor * height, factor * width])
        }
    })
}

impl Block {
    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let [first, second, third] = &self.convs;
        let hidden = activation::relu(first.forward(input.clone()));
        let hidden = third.forward(activation::relu(second.forward(hidden)));
        activation::relu(hidden + input)
    }
}
