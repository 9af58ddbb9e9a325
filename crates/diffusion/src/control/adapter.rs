//! A small network beside the UNet that reads a control picture once for a whole run: T2I-Adapter (Mou et al., 2023).

use burn::tensor::{Tensor, activation};

use super::config::{AdapterKind, T2IAdapterConfig};
use crate::error::DiffusionError;
use crate::layers::{Conv2d, ConvShape, Loader, Placement};
use crate::source::Weights;

/// diffusers' `T2IAdapter`.
#[derive(Debug, Clone)]
pub struct T2IAdapter {
    config: T2IAdapterConfig,
    conv_in: Option<Conv2d>,
    stages: Vec<Stage>,
}

#[derive(Debug, Clone)]
struct Stage {
    halves: bool,
    conv_in: Option<Conv2d>,
    /// Two convolutions with a rectifier between them, added to their input.
    blocks: Vec<[Conv2d; 2]>,
    conv_out: Option<Conv2d>,
}

impl T2IAdapter {
    /// Reads the adapter from its configuration's JSON text and the tensors below `prefix` (usually empty).
    ///
    /// # Errors
    /// Where the configuration is not one that is implemented, or a tensor is missing or does not fit it.
    pub fn load(
        config: &str,
        weights: &dyn Weights,
        prefix: &str,
        placement: &Placement,
    ) -> Result<Self, DiffusionError> {
        let config = T2IAdapterConfig::from_json(config)?;
        let root = Loader::new(weights, prefix, placement);
        let root = root.at("adapter");
        let channels = &config.channels;
        let unshuffled = config.in_channels * config.downscale_factor * config.downscale_factor;
        let conv_in = match config.kind {
            AdapterKind::Light => None,
            _ => Some(Conv2d::load(&root.at("conv_in"), ConvShape::same(unshuffled, channels[0], 3), true)?),
        };
        // What goes in and out of each stage, and whether it halves the picture.
        let shapes: Vec<(usize, usize, bool)> = match config.kind {
            AdapterKind::Full => {
                (0..channels.len()).map(|idx| (channels[idx.saturating_sub(1)], channels[idx], idx > 0)).collect()
            }
            AdapterKind::FullXl => {
                (0..channels.len()).map(|idx| (channels[idx.saturating_sub(1)], channels[idx], idx == 2)).collect()
            }
            AdapterKind::Light => {
                let inputs = std::iter::once(&unshuffled).chain(channels);
                let outputs = channels.iter().chain(channels.last());
                inputs.zip(outputs).enumerate().map(|(idx, (inputs, outputs))| (*inputs, *outputs, idx > 0)).collect()
            }
        };
        let stages = shapes
            .into_iter()
            .enumerate()
            .map(|(idx, shape)| Stage::load(&root.at(format!("body.{idx}")), &config, shape))
            .collect::<Result<_, _>>()?;
        Ok(Self { conv_in, stages, config })
    }

    /// What it was built from.
    pub fn config(&self) -> &T2IAdapterConfig {
        &self.config
    }

    /// The features that a control picture `[batch, in_channels, height, width]` in 0..1 adds to a UNet's down blocks,
    /// `scale` times as strong; see [`crate::unet::UNetInputs::adapter_features`]. They are the same at every step.
    ///
    /// # Errors
    /// Where the picture has other channels, or a side that `downscale_factor` does not divide.
    pub fn features(&self, image: Tensor<4>, scale: f64) -> Result<Vec<Tensor<4>>, DiffusionError> {
        let [batch, channels, height, width] = image.dims();
        let factor = self.config.downscale_factor;
        if channels != self.config.in_channels {
            return Err(DiffusionError::input(
                "control picture",
                format!("the adapter takes {} channels, not {channels}", self.config.in_channels),
            ));
        }
        if !height.is_multiple_of(factor) || !width.is_multiple_of(factor) || height == 0 || width == 0 {
            return Err(DiffusionError::input(
                "control picture",
                format!("the adapter takes sides that are multiples of {factor}, not {width} × {height}"),
            ));
        }
        // A square of pixels becomes channels, row after row: PyTorch's `PixelUnshuffle`.
        let mut hidden = image
            .reshape([batch, channels, height / factor, factor, width / factor, factor])
            .permute([0, 1, 3, 5, 2, 4])
            .reshape([batch, channels * factor * factor, height / factor, width / factor]);
        if let Some(conv_in) = &self.conv_in {
            hidden = conv_in.forward(hidden);
        }
        let mut features = Vec::with_capacity(self.stages.len());
        for stage in &self.stages {
            hidden = stage.forward(hidden);
            features.push(if scale == 1.0 { hidden.clone() } else { hidden.clone() * scale });
        }
        Ok(features)
    }
}

impl Stage {
    fn load(
        loader: &Loader<'_>,
        config: &T2IAdapterConfig,
        (inputs, outputs, halves): (usize, usize, bool),
    ) -> Result<Self, DiffusionError> {
        let conv = |name: String, inputs: usize, outputs: usize, kernel: usize| {
            Conv2d::load(&loader.at(name), ConvShape::same(inputs, outputs, kernel), true)
        };
        let is_light = config.kind == AdapterKind::Light;
        let inner = if is_light { outputs / 4 } else { outputs };
        let second_kernel = if is_light { 3 } else { 1 };
        let conv_in =
            if is_light || inputs != outputs { Some(conv("in_conv".to_owned(), inputs, inner, 1)?) } else { None };
        let block = |idx: usize| {
            Ok([
                conv(format!("resnets.{idx}.block1"), inner, inner, 3)?,
                conv(format!("resnets.{idx}.block2"), inner, inner, second_kernel)?,
            ])
        };
        Ok(Self {
            halves,
            conv_in,
            blocks: (0..config.num_res_blocks).map(block).collect::<Result<_, DiffusionError>>()?,
            conv_out: if is_light { Some(conv("out_conv".to_owned(), inner, outputs, 1)?) } else { None },
        })
    }

    fn forward(&self, input: Tensor<4>) -> Tensor<4> {
        let mut hidden = if self.halves { halved(input) } else { input };
        if let Some(conv_in) = &self.conv_in {
            hidden = conv_in.forward(hidden);
        }
        for [first, second] in &self.blocks {
            hidden = second.forward(activation::relu(first.forward(hidden.clone()))) + hidden;
        }
        match &self.conv_out {
            Some(conv_out) => conv_out.forward(hidden),
            None => hidden,
        }
    }
}

/// The mean of every square of four pixels; at odd sizes the last row and column are means of what there is: PyTorch's
/// `AvgPool2d` with `ceil_mode`.
fn halved(image: Tensor<4>) -> Tensor<4> {
    let image = doubled_last(doubled_last(image, 2), 3);
    let [batch, channels, height, width] = image.dims();
    let squares = image.reshape([batch * channels, height / 2, 2, width / 2, 2]);
    squares.mean_dim(4).mean_dim(2).reshape([batch, channels, height / 2, width / 2])
}

/// Repeats the last row or column of an odd size: a mean of it twice is the mean of it alone.
fn doubled_last(image: Tensor<4>, dim: usize) -> Tensor<4> {
    let size = image.dims()[dim];
    if size.is_multiple_of(2) {
        return image;
    }
    let last = image.clone().narrow(dim, size - 1, 1);
    Tensor::cat(vec![image, last], dim)
}
