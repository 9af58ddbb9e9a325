//! Latent diffusion models on Burn, built from diffusers' configuration files.
//!
//! This crate turns configurations and named weights into a text encoder, a UNet, an autoencoder, a tokenizer and a
//! scheduler, and joins them into an image-to-image [`pipeline`]. It takes a [`burn::tensor::Device`] and a
//! [`source::ModelSource`]; it must never open files, reach the network or name a browser's interface, so that the same
//! code runs in a worker, in a command-line program and in a test.
//!
//! ```no_run
//! # fn main() -> Result<(), underpaint_diffusion::error::DiffusionError> {
//! # fn source() -> Box<dyn underpaint_diffusion::source::ModelSource> { unimplemented!() }
//! use burn::tensor::Device;
//! use underpaint_diffusion::layers::Placement;
//! use underpaint_diffusion::unet::{UNet2DConditionModel, UNetConfig};
//!
//! let source = source();
//! let config = UNetConfig::from_source(source.as_ref())?;
//! let weights = source.weights("unet")?;
//! let unet = UNet2DConditionModel::load(&config, weights.as_ref(), "", &Placement::on(&Device::flex()))?;
//! # let _ = unet;
//! # Ok(())
//! # }
//! ```

pub mod clip;
pub mod config;
pub mod control;
pub mod error;
pub mod image;
pub mod layers;
pub mod lora;
pub mod noise;
pub mod pipeline;
pub mod prompt;
pub mod schedulers;
pub mod source;
pub mod tokenizer;
pub mod unet;
pub mod upscaler;
pub mod vae;

pub use error::DiffusionError;
