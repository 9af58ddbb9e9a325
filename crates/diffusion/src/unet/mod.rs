//! The denoiser: diffusers' `UNet2DConditionModel` for the Stable Diffusion families and their distillations.

mod blocks;
mod config;
mod context;
mod embedding;
mod inputs;
mod keys;
mod model;
mod pooled_text;
mod transformer;
mod trunk;

pub use blocks::{BLOCK_TYPES, BlockPlace, BlockType};
pub use config::{TextTimeConfig, UNetConfig};
pub use context::UNetContext;
pub use inputs::{AddedConditions, UNetInputs};
pub use model::UNet2DConditionModel;

pub(crate) use config::Network;
pub(crate) use trunk::Trunk;
