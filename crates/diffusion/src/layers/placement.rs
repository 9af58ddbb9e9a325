//! Where a model's tensors go, and in which precision they are kept.

use burn::tensor::Device;

/// How weights are kept and computed with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Precision {
    /// 32-bit floating point.
    #[default]
    F32,
    /// 16-bit floating point, with sums, norms and softmax in 32 bits.
    F16,
}

/// The device a model is loaded onto, and its precision there.
#[derive(Clone, Debug)]
pub struct Placement {
    /// The device.
    pub device: Device,
    /// The precision of the weights.
    pub precision: Precision,
}

impl Placement {
    /// A device in full precision.
    pub fn on(device: &Device) -> Self {
        Self { device: device.clone(), precision: Precision::F32 }
    }

    /// The same device in another precision.
    pub fn in_precision(&self, precision: Precision) -> Self {
        Self { precision, ..self.clone() }
    }
}
