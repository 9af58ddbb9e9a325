//! The text encoder of CLIP (Radford et al., 2021), as transformers' `CLIPTextModel` computes it.

mod config;
mod model;

pub use config::ClipTextConfig;
pub use model::ClipTextModel;
