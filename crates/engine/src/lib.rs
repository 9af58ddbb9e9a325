//! The engine: it takes requests, loads a model onto a device, renders one picture at a time and reports.
//!
//! [`Engine::run`] is the loop of the worker; [`render_once`] is the same rendering for a program that wants one picture.
//! The loop knows the pipeline only as a [`Renderer`] and its surroundings only as a [`Platform`], so that its rules
//! (latest wins, cancel at the next step, every failure told) are tested without a model. This crate must never name an
//! interface of a browser, and it is the only one that joins messages, model files and the diffusion pipeline.
//!
//! ```no_run
//! # async fn example() -> Result<(), underpaint_engine::EngineError> {
//! use underpaint_engine::{Choice, NativePlatform, open_device, render_once};
//! use underpaint_models::FolderStore;
//! use underpaint_protocol::GenerateInput;
//!
//! let (device, report) = open_device(Choice::Auto, &NativePlatform::new()).await?;
//! eprintln!("{}", report.reason);
//! let store = FolderStore::open("web/starter")?;
//! let input = GenerateInput { prompt: "a lake at dawn".into(), width: 128, height: 128, ..GenerateInput::default() };
//! let paper = vec![255; 128 * 128 * 4];
//! let picture = render_once(&store, &device, &input, paper, |progress| eprintln!("{progress:?}")).await?;
//! assert_eq!(picture.width(), 128);
//! # Ok(())
//! # }
//! ```

mod check;
mod device;
mod error;
mod event;
mod job;
mod loader;
mod memory;
mod outbox;
mod platform;
mod queue;
mod render_once;
mod renderer;
mod run;
mod source;
mod supported;

#[cfg(test)]
mod tests;

pub use device::{Choice, GpuAdapter, GpuProbe, open_device};
pub use error::EngineError;
pub use loader::{DiffusionLoader, DiffusionRenderer, ModelParts, load_model, scheduler_names};
pub use outbox::Outbox;
#[cfg(not(target_arch = "wasm32"))]
pub use platform::NativePlatform;
pub use platform::Platform;
pub use render_once::{render, render_once};
pub use renderer::{Loaded, Loader, Renderer, RunSteps};
pub use run::Engine;
pub use source::OpenSource;
pub use supported::unsupported;
pub use underpaint_diffusion::control::lines::{LineKind, extract as extract_lines};
pub use underpaint_diffusion::image::{GreyImage, RgbaImage};
pub use underpaint_diffusion::layers::Precision;
