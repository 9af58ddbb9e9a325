//! The text encoder of CLIP (Radford et al., 2021), as transformers' `CLIPTextModel` and `CLIPTextModelWithProjection`
//! compute it.

mod config;
mod layer;
mod model;
mod table;

pub use config::{ClipTextConfig, SummaryToken};
pub use model::{ClipTextModel, EncodedText, TokenVector, Tokens};
