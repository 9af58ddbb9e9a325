//! Where a model's tensors go, and in which precision they are kept.

use burn::tensor::{DType, Device};

use super::WeightRegistry;
use crate::error::DiffusionError;

/// How weights are kept and computed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// 32-bit floating point.
    #[default]
    F32,
    /// 16-bit floating point, with sums, norms and softmax in 32 bits.
    ///
    /// On the processor the weights lie in 16 bits and are widened for each use; everything is computed in 32 bits. On a
    /// graphics processor matrix products take 16-bit factors, convolutions widen their weights.
    F16,
}

/// The device a model is loaded onto, and its precision there.
#[derive(Clone, Debug)]
pub struct Placement {
    /// The device.
    pub device: Device,
    /// The precision of the weights.
    pub precision: Precision,
    registry: Option<WeightRegistry>,
}

impl Placement {
    /// A device in full precision.
    pub fn on(device: &Device) -> Self {
        Self { device: device.clone(), precision: Precision::F32, registry: None }
    }

    /// The same device in another precision.
    pub fn in_precision(&self, precision: Precision) -> Self {
        Self { precision, ..self.clone() }
    }

    /// The same with `registry`, in which every weight that a LoRA may change is entered while a component is loaded.
    ///
    /// A registry is of one component: the names of two would be mixed up. Without one, weights are not entered anywhere.
    pub fn registering(&self, registry: &WeightRegistry) -> Self {
        Self { registry: Some(registry.clone()), ..self.clone() }
    }

    /// Where the weights of the component are entered.
    pub(super) fn registry(&self) -> Option<&WeightRegistry> {
        self.registry.as_ref()
    }

    /// Whether the device is the processor, whose memory the layers' own loops work on.
    pub(super) fn is_host(&self) -> bool {
        self.device == Device::flex()
    }

    /// The type of the factors of matrix products.
    pub(super) fn compute_dtype(&self) -> DType {
        if self.precision == Precision::F16 && !self.is_host() { DType::F16 } else { DType::F32 }
    }

    /// Whether the device can do the precision.
    ///
    /// # Errors
    /// Where it is [`Precision::F16`] and the device does not compute in 16 bits.
    pub fn check(&self) -> Result<(), DiffusionError> {
        if self.device.supports_dtype(self.compute_dtype()) {
            return Ok(());
        }
        Err(DiffusionError::input(
            "precision",
            "this graphics processor does not compute with 16-bit numbers; choose f32, or the processor, which keeps \
             the weights in 16 bits all the same",
        ))
    }
}
