//! The one error of this crate.

use crate::source::SourceError;

/// What can go wrong between a model's files and a finished picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiffusionError {
    /// A file or a tensor could not be read.
    #[error(transparent)]
    Source(#[from] SourceError),

    /// A file that every model of this kind has is not there.
    #[error("the model has no {path}; download the model again or choose a folder in the diffusers layout")]
    MissingFile {
        /// The file, relative to the model's folder.
        path: String,
    },

    /// A configuration file is not what it should be: not JSON, a value of the wrong type or out of range.
    #[error("{component}: {problem}")]
    Config {
        /// The component or file whose configuration it is, such as `unet/config.json`.
        component: String,
        /// What is wrong and what would be right.
        problem: String,
    },

    /// A configuration asks for something this program does not do.
    #[error("{component}: {key} = {value} is not supported; {supported}")]
    Unsupported {
        /// The component or file whose configuration it is, such as `unet/config.json`.
        component: String,
        /// The key, by its name in the file.
        key: String,
        /// Its value, as in the file.
        value: String,
        /// What would be supported, as half a sentence.
        supported: String,
    },

    /// A tensor the configuration asks for is not among the weights.
    #[error("{file}: the tensor {name} is missing; the configuration and the weights are not of one model")]
    MissingTensor {
        /// The file, as the source of the weights names it.
        file: String,
        /// The tensor's name, prefix included.
        name: String,
    },

    /// A tensor has another shape than the configuration asks for.
    #[error("{file}: tensor {name} has the shape {found:?} where the configuration asks for {expected:?}")]
    TensorShape {
        /// The file, as the source of the weights names it.
        file: String,
        /// The tensor's name, prefix included.
        name: String,
        /// The shape the configuration asks for.
        expected: Vec<usize>,
        /// The shape in the weights.
        found: Vec<usize>,
    },

    /// The tokenizer's files cannot be used.
    #[error("{problem}")]
    Tokenizer {
        /// What is wrong.
        problem: String,
    },

    /// An input of a model or of the pipeline is out of its range.
    #[error("{what}: {problem}")]
    Input {
        /// Which input, such as `strength` or `latents`.
        what: String,
        /// What is wrong and what would be right.
        problem: String,
    },

    /// The device could not give back the numbers that were computed.
    #[error("the result could not be read back from the device: {problem}")]
    Readback {
        /// What the device said.
        problem: String,
    },

    /// The computation gave numbers that are not a picture: not finite, or all black.
    #[error("{problem}")]
    BadPicture {
        /// What was found, and what may help.
        problem: String,
    },
}

impl DiffusionError {
    /// An error about a configuration file or a component's configuration.
    pub fn config(component: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Config { component: component.into(), problem: problem.into() }
    }

    /// An error about an input that is out of its range.
    pub fn input(what: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Input { what: what.into(), problem: problem.into() }
    }
}
