//! The vocabulary between the page and the engine worker: the only types that cross, and the only ones that serde sees.
//!
//! The page sends [`Request`]s, the worker answers with [`Response`]s. Pixels are not inside the messages: they travel
//! beside them as transferred buffers (see `underpaint-browser`), so that a picture is moved and never copied or encoded.
//! The worker speaks first: it sends [`Response::Ready`] before anything is sent to it.
//!
//! This crate depends on serde alone: neither on the drawing side nor on the engine side.
//!
//! ```
//! use underpaint_protocol::GenerateInput;
//!
//! let input = GenerateInput { prompt: "a quiet lake at dawn".into(), seed: 7, ..GenerateInput::default() };
//! assert_eq!(input.width, 512);
//! ```

mod generate;
mod message;
mod steps;

pub use generate::{Compat, ControlInput, GenerateInput, NoiseKind, Part, Revision, SigmaKind, Unpainted};
pub use message::{
    DeviceKind, DeviceReport, ErrorKind, ErrorReport, JobId, ModelReport, Progress, Request, Response, SchedulerReport,
    Stage,
};
pub use steps::steps_that_run;
