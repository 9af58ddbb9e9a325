//! Our numbers against those of PyTorch, diffusers and transformers.
//!
//! The fixtures are in tests/fixtures, the scripts that make them in tests/parity.

mod clip;
mod fixture;
mod layers;
mod noise;
mod pipeline;
mod schedulers;
mod tokenizer;
mod unet;
mod vae;
