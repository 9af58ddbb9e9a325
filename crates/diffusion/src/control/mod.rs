//! What steers a picture beside the text: networks that read a control picture and add to the UNet, and the lines that
//! such pictures are made of.
//!
//! [`ControlNetModel`] and [`T2IAdapter`] compute what diffusers' classes of these names compute. [`Control`] is either
//! of them, chosen by the configuration's `_class_name`.

mod adapter;
mod config;
mod controlnet;
mod either;
pub mod lines;
mod residuals;

pub use adapter::T2IAdapter;
pub use config::{AdapterKind, ControlNetConfig, T2IAdapterConfig};
pub use controlnet::{ControlInputs, ControlNetModel, ControlPicture};
pub use either::Control;
pub use residuals::ControlResiduals;
