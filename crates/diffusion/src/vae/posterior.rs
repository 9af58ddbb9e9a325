//! What an encoder says about a picture's latents.

use burn::tensor::Tensor;

/// A normal distribution over latents, independent for each value; without a variance where the encoder gives none.
#[derive(Debug, Clone)]
pub struct Posterior {
    /// Its mean, which is also its mode: `[batch, channels, height, width]`.
    pub mean: Tensor<4>,
    /// The logarithm of its variance, of the same shape, or `None` where the encoder is deterministic.
    pub logvar: Option<Tensor<4>>,
}

impl Posterior {
    /// The most likely latents.
    pub fn mode(&self) -> Tensor<4> {
        self.mean.clone()
    }

    /// `mean + √variance · noise`, for standard normal `noise` of the mean's shape.
    pub fn sample(&self, noise: Tensor<4>) -> Tensor<4> {
        match &self.logvar {
            Some(logvar) => self.mean.clone() + (logvar.clone() * 0.5).exp() * noise,
            None => self.mean.clone(),
        }
    }

    /// The distribution of `(latents − shift) · scale`.
    pub(super) fn scaled(self, scale: f64, shift: f64) -> Self {
        let mut mean = self.mean;
        if shift != 0.0 {
            mean = mean - shift;
        }
        if scale == 1.0 {
            return Self { mean, ..self };
        }
        Self { mean: mean * scale, logvar: self.logvar.map(|logvar| logvar + 2.0 * scale.abs().ln()) }
    }
}
