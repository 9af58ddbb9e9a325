//! What tells the network how much noise there is: sines of the timestep, projected.

use burn::tensor::{Tensor, TensorData};

use super::UNetConfig;
use crate::error::DiffusionError;
use crate::layers::{Linear, Loader, silu};

/// diffusers' `Timesteps` and `TimestepEmbedding` in one.
#[derive(Debug, Clone)]
pub(super) struct TimeEmbedding {
    frequencies: Tensor<2>,
    cosines_first: bool,
    condition: Option<Linear>,
    linear1: Linear,
    linear2: Linear,
}

impl TimeEmbedding {
    /// Reads `time_embedding` below the loader's place.
    pub(super) fn load(loader: &Loader<'_>, config: &UNetConfig) -> Result<Self, DiffusionError> {
        let channels = config.block_out_channels[0];
        let width = config.time_embedding_dim;
        let half = channels / 2;
        let step = -(10_000.0_f64.ln()) / (half as f64 - config.freq_shift);
        let frequencies = (0..half).map(|frequency_idx| (step * frequency_idx as f64).exp() as f32).collect();
        let place = loader.at("time_embedding");
        let condition = match config.time_cond_proj_dim {
            Some(size) => Some(Linear::load(&place.at("cond_proj"), size, channels, false)?),
            None => None,
        };
        Ok(Self {
            frequencies: loader.upload(frequencies, [1, half]),
            cosines_first: config.flip_sin_to_cos,
            condition,
            linear1: Linear::load(&place.at("linear_1"), channels, width, true)?,
            linear2: Linear::load(&place.at("linear_2"), width, width, true)?,
        })
    }

    /// Embeds timesteps `[batch]` as `[batch, time_embedding_dim]`, after the activation that every block applies.
    ///
    /// `guidance` is the embedding `[batch, time_cond_proj_dim]` of [`guidance_embedding`], for models that have one.
    pub(super) fn forward(&self, timesteps: Tensor<1>, guidance: Option<Tensor<2>>) -> Tensor<2> {
        let [batch] = timesteps.dims();
        let angles = timesteps.reshape([batch, 1]) * self.frequencies.clone();
        let (sines, cosines) = (angles.clone().sin(), angles.cos());
        let parts = if self.cosines_first { vec![cosines, sines] } else { vec![sines, cosines] };
        let mut embedding = Tensor::cat(parts, 1);
        if let (Some(condition), Some(guidance)) = (&self.condition, guidance) {
            embedding = embedding + condition.forward(guidance);
        }
        silu(self.linear2.forward(silu(self.linear1.forward(embedding))))
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
