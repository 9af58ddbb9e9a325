//! The denoiser: diffusers' `UNet2DConditionModel` for the Stable Diffusion 1 and 2 families and their distillations.

mod blocks;
mod config;
mod context;
mod embedding;
mod inputs;
mod model;
mod transformer;

pub use config::{BlockKind, UNetConfig};
pub use context::UNetContext;
pub use inputs::{AddedConditions, UNetInputs};
pub use model::UNet2DConditionModel;
