//! What can go wrong between a request and a picture.

use underpaint_diffusion::DiffusionError;
use underpaint_models::ModelError;
use underpaint_protocol::{ErrorKind, ErrorReport};

/// A failure of the engine. It lives on after every one of them.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// The input of a job cannot be rendered as it is.
    #[error("{problem}")]
    Input {
        /// What is wrong and what to do.
        problem: String,
    },

    /// A picture was asked for before a model was loaded.
    #[error("no model is loaded yet; load one and render again")]
    NoModel,

    /// A model's files are missing or broken.
    #[error(transparent)]
    Model(#[from] ModelError),

    /// The pipeline refused or failed.
    #[error(transparent)]
    Diffusion(#[from] DiffusionError),

    /// The files could not be brought here.
    #[error("{}", .0.message)]
    Fetch(ErrorReport),

    /// The device that was asked for is not there or does not start.
    #[error("{problem}")]
    Device {
        /// What is wrong and what to do.
        problem: String,
    },

    /// The model does not fit into memory.
    #[error(
        "the model needs about {needed_mib} MiB of memory and there are {limit_mib} MiB; choose a smaller model or close other tabs"
    )]
    Memory {
        /// What it needs, in MiB.
        needed_mib: u64,
        /// What there is, in MiB.
        limit_mib: u64,
    },
}

impl EngineError {
    /// An error about a job's input.
    pub(crate) fn input(problem: impl Into<String>) -> Self {
        Self::Input { problem: problem.into() }
    }

    /// An error about the device.
    pub(crate) fn device(problem: impl Into<String>) -> Self {
        Self::Device { problem: problem.into() }
    }

    /// The failure as the page shows it.
    #[must_use]
    pub fn report(&self) -> ErrorReport {
        let kind = match self {
            Self::Input { .. } | Self::NoModel => ErrorKind::Input,
            Self::Model(_) => ErrorKind::Model,
            Self::Diffusion(error) => kind_of(error),
            Self::Fetch(report) => return report.clone(),
            Self::Device { .. } | Self::Memory { .. } => ErrorKind::Device,
        };
        ErrorReport { kind, message: self.to_string() }
    }
}

fn kind_of(error: &DiffusionError) -> ErrorKind {
    match error {
        DiffusionError::Source(_)
        | DiffusionError::MissingFile { .. }
        | DiffusionError::Config { .. }
        | DiffusionError::Unsupported { .. }
        | DiffusionError::MissingTensor { .. }
        | DiffusionError::TensorShape { .. }
        | DiffusionError::Tokenizer { .. } => ErrorKind::Model,
        DiffusionError::Input { .. } => ErrorKind::Input,
        DiffusionError::Readback { .. } => ErrorKind::Device,
        DiffusionError::BadPicture { .. } => ErrorKind::Numbers,
        _ => ErrorKind::Bug,
    }
}
