//! A control network's or an adapter's share in a run.

use burn::tensor::Tensor;

use super::{Conditioning, ImageToImage, Pipeline};
use crate::DiffusionError;
use crate::control::ControlResiduals;
use crate::unet::AddedConditions;

/// What steers a run, and when.
pub(super) struct Steering {
    start: f32,
    end: f32,
    features: Vec<Tensor<4>>,
}

impl Steering {
    /// Whether it steers in a step, as diffusers counts its shares.
    pub(super) fn is_on(&self, step_idx: usize, n_steps: usize) -> bool {
        let share = |idx: usize| idx as f64 / n_steps as f64;
        share(step_idx) >= f64::from(self.start) && share(step_idx + 1) <= f64::from(self.end)
    }

    /// What a control network adds to the UNet, having seen what the UNet is about to see.
    pub(super) fn residuals(
        &self,
        seen: Tensor<4>,
        timestep: Tensor<1>,
    ) -> Result<Option<ControlResiduals>, DiffusionError> {
        let _ = (seen, timestep);
        Ok(None)
    }

    /// What an adapter adds to the UNet.
    pub(super) fn features(&self) -> &[Tensor<4>] {
        &self.features
    }
}

impl Pipeline {
    /// What a request's control picture comes to.
    pub(super) fn steering(
        &self,
        request: &ImageToImage,
        conditioning: &Conditioning,
        added: &Option<AddedConditions>,
        size: (u32, u32),
        n_steps: usize,
    ) -> Result<Option<Steering>, DiffusionError> {
        let _ = (conditioning, added, size, n_steps);
        match &request.control {
            None => Ok(None),
            Some(_) => Err(DiffusionError::input("control", "no control network is loaded")),
        }
    }
}
