//! Our numbers against those of PyTorch, diffusers and transformers.
//!
//! The fixtures are in tests/fixtures, the scripts that make them in tests/parity.

#![expect(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may stop where a fixture is not what it should be, and may say how close it came"
)]

mod change;
mod clip;
mod control;
mod fixture;
mod layers;
mod lines;
mod lora;
mod noise;
mod pipeline;
mod prompt;
mod schedulers;
mod tokenizer;
mod unet;
mod upscaler;
mod vae;
