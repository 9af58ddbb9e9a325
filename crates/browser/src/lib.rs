//! The only crate that talks to the browser: worker link, fetching, pointers, canvases, documents, files, clipboard,
//! videos, settings, the service worker.
//!
//! Everything the rest of Underpaint needs from a web page comes as plain Rust values. `JsValue` never leaves this
//! crate, every failure is wrapped once as a [`BrowserError`], and every listener is a value whose drop removes it.
//! It knows the messages (`underpaint-protocol`) and the model files (`underpaint-models`); it must never depend on the
//! drawing side (`underpaint-paint`, `underpaint-studio`) nor on the engine side.
//!
//! The page talks to the engine like this:
//!
//! ```no_run
//! use underpaint_browser::worker::{EngineWorker, WorkerEvent};
//! use underpaint_protocol::Request;
//!
//! let engine = EngineWorker::spawn("engine-worker_loader.js", |event| match event {
//!     WorkerEvent::Message { response, pixels } => drop((response, pixels)),
//!     WorkerEvent::Crashed { error } => drop(error.message),
//! })?;
//! // Sent as soon as the worker has said that it listens.
//! engine.send(&Request::Cancel { job: 1 }, None)?;
//! # Ok::<(), underpaint_browser::BrowserError>(())
//! ```

mod blob;
pub mod canvas;
pub mod clock;
mod document_file;
pub mod documents;
pub mod download;
mod error;
mod exact_pixels;
pub mod fetch;
pub mod files;
pub mod gpu;
pub mod keyboard;
mod lock;
mod message;
mod opfs;
pub mod picture_file;
pub mod picture_header;
pub mod pointer;
pub mod query;
pub mod random;
mod scope;
pub mod service_worker;
pub mod settings;
pub mod size;
pub mod storage;
pub mod store;
pub mod tabs;
mod tilt;
pub mod transfer;
pub mod video;
pub mod webm;
pub mod worker;
pub mod worker_scope;

pub use error::BrowserError;

#[cfg(all(test, target_arch = "wasm32"))]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
