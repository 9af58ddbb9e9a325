//! What a control network adds to a UNet.

use burn::tensor::Tensor;

use crate::error::DiffusionError;

/// The tensors that a control network adds to a UNet's skips and to its middle (Zhang et al., 2023).
#[derive(Debug, Clone)]
pub struct ControlResiduals {
    /// One for each skip of the UNet, in the order in which its down blocks make them, the first convolution's first:
    /// `[batch, channels, height, width]` each.
    pub down: Vec<Tensor<4>>,
    /// Added to what leaves the UNet's middle: `[batch, channels, height, width]`.
    pub mid: Tensor<4>,
}

impl ControlResiduals {
    /// The same, `scale` times as strong.
    #[must_use]
    pub fn scaled(self, scale: f64) -> Self {
        if scale == 1.0 {
            return self;
        }
        Self { down: self.down.into_iter().map(|residual| residual * scale).collect(), mid: self.mid * scale }
    }

    /// The sum of what two control networks add to the same UNet.
    ///
    /// # Errors
    /// Where the two are not of one shape, as for networks of different families.
    pub fn plus(self, other: Self) -> Result<Self, DiffusionError> {
        let shapes = |residuals: &Self| -> Vec<[usize; 4]> {
            residuals.down.iter().chain([&residuals.mid]).map(Tensor::dims).collect()
        };
        if shapes(&self) != shapes(&other) {
            return Err(DiffusionError::input(
                "control",
                "two control networks answer in different shapes; use networks of one model family together",
            ));
        }
        let down = self.down.into_iter().zip(other.down).map(|(left, right)| left + right).collect();
        Ok(Self { down, mid: self.mid + other.mid })
    }
}
