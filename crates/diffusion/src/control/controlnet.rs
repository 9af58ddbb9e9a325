//! A copy of a UNet's first half that reads a control picture: ControlNet (Zhang et al., 2023).

use burn::tensor::Tensor;

use super::config::ControlNetConfig;
use super::residuals::ControlResiduals;
use crate::error::DiffusionError;
use crate::layers::{Conv2d, ConvShape, Loader, Placement, silu};
use crate::source::Weights;
use crate::unet::{AddedConditions, Trunk, UNetContext};

/// diffusers' `ControlNetModel`.
#[derive(Debug, Clone)]
pub struct ControlNetModel {
    config: ControlNetConfig,
    embedding: PictureEmbedding,
    trunk: Trunk,
    down_outputs: Vec<Conv2d>,
    mid_output: Conv2d,
}

/// A control picture as a network sees it at every step, made once by [`ControlNetModel::picture`].
#[derive(Debug, Clone)]
pub struct ControlPicture(Tensor<4>);

/// What a control network is given beside the latents and the timestep.
#[derive(Debug, Clone)]
pub struct ControlInputs<'a> {
    /// The text, made once for a run by [`ControlNetModel::context`]; a UNet's own context does not fit here.
    pub context: &'a UNetContext,
    /// The control picture.
    pub picture: &'a ControlPicture,
    /// How strongly it steers: 1 as trained, 0 not at all.
    pub scale: f64,
    /// What networks of the `text_time` kind (SDXL) need and others do not look at.
    pub added: Option<AddedConditions>,
}

impl<'a> ControlInputs<'a> {
    /// A text and a picture, at full strength.
    pub fn new(context: &'a UNetContext, picture: &'a ControlPicture) -> Self {
        Self { context, picture, scale: 1.0, added: None }
    }
}

impl ControlNetModel {
    /// Reads the network from its configuration's JSON text and the tensors below `prefix` (usually empty).
    ///
    /// # Errors
    /// Where the configuration is not one that is implemented, or a tensor is missing or does not fit it.
    pub fn load(
        config: &str,
        weights: &dyn Weights,
        prefix: &str,
        placement: &Placement,
    ) -> Result<Self, DiffusionError> {
        let config = ControlNetConfig::from_json(config)?;
        let root = Loader::new(weights, prefix, placement);
        let network = &config.network;
        let channels = &network.block_out_channels;
        let output =
            |name: String, channels: usize| Conv2d::load(&root.at(name), ConvShape::same(channels, channels, 1), true);
        // One for each skip: the first convolution's, each layer's and each halving's.
        let mut skip_channels = vec![channels[0]];
        for (block_idx, (channels, layers)) in channels.iter().zip(&network.layers_per_block).enumerate() {
            let is_last = block_idx + 1 == network.down_blocks.len();
            skip_channels.extend(vec![*channels; layers + usize::from(!is_last)]);
        }
        Ok(Self {
            embedding: PictureEmbedding::load(&root.at("controlnet_cond_embedding"), &config)?,
            trunk: Trunk::load(&root, network)?,
            down_outputs: skip_channels
                .into_iter()
                .enumerate()
                .map(|(idx, channels)| output(format!("controlnet_down_blocks.{idx}"), channels))
                .collect::<Result<_, _>>()?,
            mid_output: output("controlnet_mid_block".to_owned(), channels[channels.len() - 1])?,
            config,
        })
    }

    /// What it was built from.
    pub fn config(&self) -> &ControlNetConfig {
        &self.config
    }

    /// What the text contributes to every step, as [`crate::unet::UNet2DConditionModel::context`].
    ///
    /// # Errors
    /// Where the hidden states are not as wide as the configuration says.
    pub fn context(&self, hidden_states: Tensor<3>) -> Result<UNetContext, DiffusionError> {
        self.trunk.check_context(&hidden_states)?;
        let keys_values = self.trunk.keys_values(&hidden_states);
        let pooled = self.trunk.pooled(&hidden_states);
        Ok(UNetContext::new(hidden_states, keys_values, pooled))
    }

    /// Reads a control picture `[1 or batch, conditioning_channels, height, width]` in 0..1, red before green before
    /// blue, [`ControlNetConfig::pixels_per_latent`] times as high and wide as the latents.
    ///
    /// # Errors
    /// Where the picture has other channels.
    pub fn picture(&self, image: Tensor<4>) -> Result<ControlPicture, DiffusionError> {
        let [_, channels, _, _] = image.dims();
        if channels != self.config.conditioning_channels {
            return Err(DiffusionError::input(
                "control picture",
                format!("the network takes {} channels, not {channels}", self.config.conditioning_channels),
            ));
        }
        let image = if self.config.is_bgr { image.flip([1]) } else { image };
        Ok(ControlPicture(self.embedding.forward(image)))
    }

    /// What the network adds to a UNet for `sample` (`[batch, in_channels, height, width]`) at `timesteps` (`[batch]` or
    /// `[1]`): the latents and the timestep that the UNet is given at this step.
    ///
    /// # Errors
    /// Where the picture has another size, or an input that the network needs is not given.
    pub fn forward(
        &self,
        sample: Tensor<4>,
        timesteps: Tensor<1>,
        inputs: &ControlInputs<'_>,
    ) -> Result<ControlResiduals, DiffusionError> {
        let time = self.trunk.embed_time(timesteps, None, inputs.added.as_ref(), inputs.context)?;
        let hidden = self.trunk.begin(sample, &time, inputs.context)?;
        let ([batch, _, height, width], [pictures, _, picture_height, picture_width]) =
            (hidden.dims(), inputs.picture.0.dims());
        if (height, width) != (picture_height, picture_width) || (pictures != 1 && pictures != batch) {
            return Err(DiffusionError::input(
                "control picture",
                format!(
                    "it is for {pictures} × {picture_width} × {picture_height} latents and there are {batch} × {width} × \
                     {height}; it must be {0} times as wide and high as the latents",
                    self.config.pixels_per_latent()
                ),
            ));
        }
        let mut hidden = hidden + inputs.picture.0.clone();
        let mut pass = self.trunk.pass(&hidden, &time, inputs.context);
        hidden = self.trunk.down(hidden, &mut pass, &mut &[][..])?;
        hidden = self.trunk.mid(hidden, &mut pass, &mut &[][..])?;
        let down = self.down_outputs.iter().zip(pass.skips).map(|(output, skip)| output.forward(skip)).collect();
        Ok(ControlResiduals { down, mid: self.mid_output.forward(hidden) }.scaled(inputs.scale))
    }
}

/// The layers that bring a picture to the latents' size: diffusers' `ControlNetConditioningEmbedding`.
#[derive(Debug, Clone)]
struct PictureEmbedding {
    convs: Vec<Conv2d>,
    conv_out: Conv2d,
}

impl PictureEmbedding {
    fn load(loader: &Loader<'_>, config: &ControlNetConfig) -> Result<Self, DiffusionError> {
        let channels = &config.embedding_channels;
        let conv = |name: &str, shape: ConvShape| Conv2d::load(&loader.at(name), shape, true);
        let mut convs = vec![conv("conv_in", ConvShape::same(config.conditioning_channels, channels[0], 3))?];
        for (idx, pair) in channels.windows(2).enumerate() {
            convs.push(conv(&format!("blocks.{}", 2 * idx), ConvShape::same(pair[0], pair[0], 3))?);
            convs.push(conv(&format!("blocks.{}", 2 * idx + 1), ConvShape::halving(pair[0], pair[1], (1, 1)))?);
        }
        let last = channels[channels.len() - 1];
        let conv_out = ConvShape::same(last, config.network.block_out_channels[0], 3);
        Ok(Self { convs, conv_out: conv("conv_out", conv_out)? })
    }

    fn forward(&self, image: Tensor<4>) -> Tensor<4> {
        let hidden = self.convs.iter().fold(image, |hidden, conv| silu(conv.forward(hidden)));
        self.conv_out.forward(hidden)
    }
}
