//! Reading of diffusers' configuration files: every key is either understood or refused by name.

mod reader;

pub use reader::{ConfigReader, PerBlock};
