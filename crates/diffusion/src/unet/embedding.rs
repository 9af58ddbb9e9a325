//! What tells the network how much noise there is, and what SDXL's are told beside it: sines, projected.

use burn::tensor::{Tensor, TensorData};

use super::config::TextTimeConfig;
use super::{AddedConditions, UNetConfig};
use crate::error::DiffusionError;
use crate::layers::{Linear, Loader, same_dtype, silu};

/// diffusers' `Timesteps`: cosines and sines of numbers at falling frequencies.
#[derive(Debug, Clone)]
struct Sinusoids {
    frequencies: Tensor<2>,
    cosines_first: bool,
}

impl Sinusoids {
    fn new(loader: &Loader<'_>, config: &UNetConfig, width: usize) -> Self {
        let half = width / 2;
        let step = -(10_000.0_f64.ln()) / (half as f64 - config.freq_shift);
        let frequencies = (0..half).map(|frequency_idx| (step * frequency_idx as f64).exp() as f32).collect();
        Self { frequencies: loader.upload(frequencies, [1, half]), cosines_first: config.flip_sin_to_cos }
    }

    /// Turns `[count]` numbers into `[count, width]`.
    fn forward(&self, numbers: Tensor<1>) -> Tensor<2> {
        let [count] = numbers.dims();
        let angles = numbers.reshape([count, 1]) * self.frequencies.clone();
        let (sines, cosines) = (angles.clone().sin(), angles.cos());
        let parts = if self.cosines_first { vec![cosines, sines] } else { vec![sines, cosines] };
        Tensor::cat(parts, 1)
    }
}

/// diffusers' `TimestepEmbedding`: two linear layers with an activation between them.
#[derive(Debug, Clone)]
struct Projection {
    linear1: Linear,
    linear2: Linear,
}

impl Projection {
    fn load(loader: &Loader<'_>, inputs: usize, width: usize) -> Result<Self, DiffusionError> {
        Ok(Self {
            linear1: Linear::load(&loader.at("linear_1"), inputs, width, true)?,
            linear2: Linear::load(&loader.at("linear_2"), width, width, true)?,
        })
    }

    fn forward(&self, input: Tensor<2>) -> Tensor<2> {
        self.linear2.forward(silu(self.linear1.forward(input)))
    }
}

/// What a network's blocks are told of the timestep, the guidance and the picture's size.
#[derive(Debug, Clone)]
pub(super) struct TimeEmbedding {
    sinusoids: Sinusoids,
    projection: Projection,
    condition: Option<Condition>,
    added: Option<AddedEmbedding>,
}

/// The guidance of a distilled model, added to the sines of the timestep.
#[derive(Debug, Clone)]
struct Condition {
    projection: Linear,
    width: usize,
}

impl TimeEmbedding {
    /// Reads `time_embedding` and, where the configuration has one, `add_embedding` below the loader's place.
    pub(super) fn load(loader: &Loader<'_>, config: &UNetConfig) -> Result<Self, DiffusionError> {
        let channels = config.block_out_channels[0];
        let place = loader.at("time_embedding");
        let condition = match config.time_cond_proj_dim {
            Some(width) => {
                Some(Condition { projection: Linear::load(&place.at("cond_proj"), width, channels, false)?, width })
            }
            None => None,
        };
        Ok(Self {
            sinusoids: Sinusoids::new(loader, config, channels),
            projection: Projection::load(&place, channels, config.time_embedding_dim)?,
            condition,
            added: config.text_time.map(|text_time| AddedEmbedding::load(loader, config, text_time)).transpose()?,
        })
    }

    /// Embeds timesteps `[batch]` as `[batch, time_embedding_dim]`, after the activation that every block applies.
    ///
    /// `guidance` is the embedding `[batch, time_cond_proj_dim]` of [`guidance_embedding`], for models that have one;
    /// `pooled_text` is `[batch or 1, time_embedding_dim]`.
    pub(super) fn forward(
        &self,
        timesteps: Tensor<1>,
        guidance: Option<Tensor<2>>,
        added: Option<&AddedConditions>,
        pooled_text: Option<&Tensor<2>>,
    ) -> Result<Tensor<2>, DiffusionError> {
        let mut sinusoids = self.sinusoids.forward(timesteps);
        if let (Some(Condition { projection, width }), Some(guidance)) = (&self.condition, guidance) {
            if guidance.dims()[1] != *width {
                return Err(DiffusionError::input(
                    "guidance",
                    format!("its embedding is {} wide and the UNet expects {width}", guidance.dims()[1]),
                ));
            }
            sinusoids = sinusoids + projection.forward(guidance);
        }
        let mut embedding = self.projection.forward(sinusoids);
        if let Some(part) = &self.added {
            let Some(added) = added else {
                return Err(DiffusionError::input(
                    "text",
                    "the UNet expects a pooled text and the picture's size, as SDXL's do, and was given none",
                ));
            };
            embedding = embedding + part.forward(added)?;
        }
        if let Some(pooled) = pooled_text {
            let (times, texts) = (embedding.dims()[0], pooled.dims()[0]);
            if times != texts && times != 1 && texts != 1 {
                return Err(DiffusionError::input("text", format!("there are {texts} for {times} timesteps")));
            }
            embedding = embedding.clone() + same_dtype(pooled.clone(), embedding.dtype());
        }
        Ok(silu(embedding))
    }
}

/// `addition_embed_type: text_time`: the pooled text and the sines of the picture's sizes, one behind the other.
#[derive(Debug, Clone)]
struct AddedEmbedding {
    sinusoids: Sinusoids,
    projection: Projection,
    config: TextTimeConfig,
}

impl AddedEmbedding {
    fn load(loader: &Loader<'_>, config: &UNetConfig, text_time: TextTimeConfig) -> Result<Self, DiffusionError> {
        Ok(Self {
            sinusoids: Sinusoids::new(loader, config, text_time.number_width),
            projection: Projection::load(
                &loader.at("add_embedding"),
                text_time.input_width,
                config.time_embedding_dim,
            )?,
            config: text_time,
        })
    }

    fn forward(&self, added: &AddedConditions) -> Result<Tensor<2>, DiffusionError> {
        let [batch, text_width] = added.text_embeds.dims();
        let [id_batch, id_count] = added.time_ids.dims();
        let TextTimeConfig { input_width, number_width } = self.config;
        if batch != id_batch || text_width + id_count * number_width != input_width {
            return Err(DiffusionError::input(
                "text",
                format!(
                    "the UNet expects a pooled text and numbers that are {input_width} wide together, {number_width} \
                     for each number, and was given a text of {batch} × {text_width} with {id_batch} × {id_count} \
                     numbers; the text encoder and the UNet are not of one model"
                ),
            ));
        }
        let numbers = self.sinusoids.forward(added.time_ids.clone().reshape([batch * id_count]));
        let numbers = numbers.reshape([batch, id_count * number_width]);
        Ok(self.projection.forward(Tensor::cat(vec![added.text_embeds.clone(), numbers], 1)))
    }
}

/// The embedding `[batch, width]` of a guidance strength (Luo et al., 2023, as in diffusers' LCM pipeline).
///
/// `guidance` is the usual scale, of which 1 means unguided; the embedding is of `guidance − 1`.
pub(super) fn guidance_embedding(guidance: f64, batch: usize, width: usize) -> TensorData {
    let half = width / 2;
    let step = -(10_000.0_f64.ln()) / (half.saturating_sub(1).max(1) as f64);
    let angle = |frequency_idx: usize| (guidance - 1.0) * 1000.0 * (step * frequency_idx as f64).exp();
    let mut row: Vec<f32> = (0..half).map(|frequency_idx| angle(frequency_idx).sin() as f32).collect();
    row.extend((0..half).map(|frequency_idx| angle(frequency_idx).cos() as f32));
    row.resize(width, 0.0);
    TensorData::new(row.repeat(batch), [batch, width])
}
