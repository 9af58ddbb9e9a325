//! What the engine is doing, as the page shows it.

use underpaint_protocol::{JobId, Stage};

use crate::Phrase;

/// What the engine is doing.
#[derive(Clone, Debug, PartialEq)]
pub enum EngineState {
    /// The worker has not spoken yet.
    Starting,
    /// The model is on its way.
    Loading {
        /// 0 to 1; `None` where the size is unknown.
        fraction: Option<f32>,
    },
    /// Pictures can be rendered.
    Ready,
    /// A job runs.
    Rendering {
        /// Its number.
        job: JobId,
        /// The stage it is in.
        stage: Stage,
        /// Steps that are done.
        step: u32,
        /// Steps that it runs.
        n_steps: u32,
        /// Whether it has been asked to stop.
        is_cancelling: bool,
    },
    /// The last job ended with a picture.
    Done {
        /// How long it took, in seconds.
        duration_secs: f64,
    },
    /// Something failed; the worker lives on.
    Error {
        /// What is wrong and what to do, without a trailing full stop.
        message: Phrase,
    },
    /// The worker was lost and is being restarted; the drawing is as it was.
    Crashed {
        /// What is wrong and what to do, without a trailing full stop.
        message: Phrase,
    },
}

impl EngineState {
    /// The value of the status element's `data-state`: `loading`, `ready`, `rendering`, `done` or `error`.
    #[must_use]
    pub fn data_state(&self) -> &'static str {
        match self {
            Self::Starting | Self::Loading { .. } => "loading",
            Self::Ready => "ready",
            Self::Rendering { .. } => "rendering",
            Self::Done { .. } => "done",
            Self::Error { .. } | Self::Crashed { .. } => "error",
        }
    }

    /// How far it is, 0 to 1, for a progress bar; `None` where nothing is under way or it cannot be known.
    #[must_use]
    pub fn fraction(&self) -> Option<f32> {
        match self {
            Self::Loading { fraction } => *fraction,
            Self::Rendering { stage, step, n_steps, .. } => Some(match stage {
                Stage::EncodingPrompt => 0.02,
                Stage::EncodingImage => 0.05,
                Stage::Denoising => 0.08 + 0.84 * (*step as f32 / (*n_steps).max(1) as f32).min(1.0),
                Stage::Decoding => 0.94,
            }),
            _ => None,
        }
    }
}
