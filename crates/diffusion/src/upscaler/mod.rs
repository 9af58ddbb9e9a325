//! A small network that doubles the size of a finished picture: the way from the starter model's 256 pixels to 512.
//!
//! It is sub-pixel convolution (Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient
//! Sub-Pixel Convolutional Neural Network", 2016) on the difference to a plain enlargement. The picture is folded to half
//! its size before the first layer, where convolutions cost a quarter, and unfolded to four times that after the last.
//! `training/underpaint_training/upscaler.py` is the same network in PyTorch, and trains it.

use burn::tensor::{Tensor, activation};

use crate::config::ConfigReader;
use crate::error::DiffusionError;
use crate::layers::{Conv2d, ConvShape, Loader, Placement, upsample_nearest};
use crate::source::ModelSource;

/// Where its configuration is in a model's folder.
pub const PATH: &str = "upscaler/config.json";
/// The component's folder.
pub const COMPONENT: &str = "upscaler";
/// Colours of a picture.
const COLOURS: usize = 3;
/// The picture is folded by this factor on its way in.
const FOLD: usize = 2;
/// How much larger the picture becomes.
pub const FACTOR: usize = 2;
/// Wider or deeper than this nothing small is.
const MAX_CHANNELS: usize = 1024;
const MAX_LAYERS: usize = 64;

/// The configuration of an [`Upscaler`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpscalerConfig {
    /// Channels of every layer between the first and the last.
    pub channels: usize,
    /// Convolutions between the first and the last.
    pub hidden_layers: usize,
}

impl UpscalerConfig {
    /// Reads the configuration from its JSON text.
    ///
    /// # Errors
    /// Where the text is not JSON, a value is out of range, or a key is not known.
    pub fn from_json(text: &str) -> Result<Self, DiffusionError> {
        let mut reader = ConfigReader::parse(PATH, text)?;
        reader.class("SubPixelUpscaler")?;
        let config = Self { channels: reader.size("channels", 40)?, hidden_layers: reader.size("hidden_layers", 2)? };
        if config.channels > MAX_CHANNELS {
            return Err(reader.wrong("channels", &format!("between 1 and {MAX_CHANNELS}")));
        }
        if config.hidden_layers > MAX_LAYERS {
            return Err(reader.wrong("hidden_layers", &format!("between 1 and {MAX_LAYERS}")));
        }
        reader.finish()?;
        Ok(config)
    }
}

/// A network that doubles pictures.
#[derive(Debug, Clone)]
pub struct Upscaler {
    layers: Vec<Conv2d>,
}

impl Upscaler {
    /// The upscaler of a model, if it has one.
    ///
    /// # Errors
    /// Where the configuration or the weights are broken.
    pub fn from_source(source: &dyn ModelSource, placement: &Placement) -> Result<Option<Self>, DiffusionError> {
        let Some(text) = source.text(PATH)? else { return Ok(None) };
        let config = UpscalerConfig::from_json(&text)?;
        let weights = source.weights(COMPONENT)?;
        Self::load(&config, &Loader::new(weights.as_ref(), "", placement)).map(Some)
    }

    /// Reads the layers, `layers.0` and so on.
    ///
    /// # Errors
    /// Where a tensor is missing or has another shape.
    pub fn load(config: &UpscalerConfig, root: &Loader<'_>) -> Result<Self, DiffusionError> {
        let folded = COLOURS * FOLD * FOLD;
        let unfolded = COLOURS * (FOLD * FACTOR) * (FOLD * FACTOR);
        let inputs = std::iter::once(folded).chain(std::iter::repeat_n(config.channels, config.hidden_layers + 1));
        let outputs = std::iter::repeat_n(config.channels, config.hidden_layers + 1).chain([unfolded]);
        let layers = inputs.zip(outputs).enumerate().map(|(idx, (inputs, outputs))| {
            Conv2d::load(&root.at("layers").at(idx), ConvShape::same(inputs, outputs, 3), true)
        });
        Ok(Self { layers: layers.collect::<Result<_, _>>()? })
    }

    /// A picture `[batch, 3, height, width]` in −1..1, with even sides, at twice its size; not clamped.
    pub fn forward(&self, picture: Tensor<4>) -> Tensor<4> {
        let [_, _, height, width] = picture.dims();
        let plain = upsample_nearest(picture.clone(), [height * FACTOR, width * FACTOR]);
        let mut hidden = fold(picture, FOLD);
        for (idx, layer) in self.layers.iter().enumerate() {
            hidden = layer.forward(hidden);
            if idx + 1 < self.layers.len() {
                hidden = activation::relu(hidden);
            }
        }
        plain + unfold(hidden, FOLD * FACTOR)
    }
}

/// PyTorch's `pixel_unshuffle`: squares of `factor` pixels become channels.
fn fold(picture: Tensor<4>, factor: usize) -> Tensor<4> {
    let [batch, channels, height, width] = picture.dims();
    picture
        .reshape([batch, channels, height / factor, factor, width / factor, factor])
        .permute([0, 1, 3, 5, 2, 4])
        .reshape([batch, channels * factor * factor, height / factor, width / factor])
}

/// PyTorch's `pixel_shuffle`: the way back.
fn unfold(folded: Tensor<4>, factor: usize) -> Tensor<4> {
    let [batch, channels, height, width] = folded.dims();
    let channels = channels / (factor * factor);
    folded.reshape([batch, channels, factor, factor, height, width]).permute([0, 1, 4, 2, 5, 3]).reshape([
        batch,
        channels,
        height * factor,
        width * factor,
    ])
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    #[test]
    fn unfolding_takes_folding_back() {
        let values: Vec<f32> = (0..2 * 3 * 4 * 6).map(|it| it as f32).collect();
        let picture = Tensor::<1>::from_floats(values.as_slice(), &Device::flex()).reshape([2, 3, 4, 6]);
        let folded = fold(picture, 2);
        assert_eq!(folded.dims(), [2, 12, 2, 3]);
        // The second channel is each square's upper right pixel.
        let second: Vec<f32> = folded.clone().slice([0..1, 1..2]).into_data().try_to_vec().unwrap();
        assert_eq!(second, [1.0, 3.0, 5.0, 13.0, 15.0, 17.0]);
        assert_eq!(unfold(folded, 2).into_data().try_to_vec::<f32>().unwrap(), values);
    }

    #[test]
    fn an_absurd_configuration_is_refused() {
        let read = |text: &str| UpscalerConfig::from_json(text);
        let good = r#"{"_class_name": "SubPixelUpscaler", "channels": 8, "hidden_layers": 1}"#;
        assert_eq!(read(good).unwrap(), UpscalerConfig { channels: 8, hidden_layers: 1 });
        for wrong in [
            r#"{"_class_name": "Other"}"#,
            r#"{"_class_name": "SubPixelUpscaler", "channels": 100000}"#,
            r#"{"_class_name": "SubPixelUpscaler", "hidden_layers": 100000}"#,
            r#"{"_class_name": "SubPixelUpscaler", "scale": 4}"#,
        ] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
