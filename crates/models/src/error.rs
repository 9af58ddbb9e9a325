//! The one error of this crate.

/// What can be wrong with a model's files.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// A file is not there.
    #[error("the model has no {path}")]
    MissingFile {
        /// The file, relative to the model's folder.
        path: String,
    },

    /// A file is there but cannot be read.
    #[error("{path} cannot be read: {source}")]
    Read {
        /// The file, relative to the model's folder.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },

    /// A path leaves the model's folder or is not written with `/`.
    #[error("{path} is not a path inside a model's folder")]
    BadPath {
        /// The path.
        path: String,
    },

    /// A text file is not UTF-8, or a JSON file is not what it should be.
    #[error("{path}: {problem}")]
    BadFile {
        /// The file, relative to the model's folder.
        path: String,
        /// What is wrong and what would be right.
        problem: String,
    },

    /// A component has no weights in a format that can be read.
    #[error("the model has no weights for {component}: {problem}")]
    NoWeights {
        /// The component, such as `unet`.
        component: String,
        /// What was looked for, or what was found instead.
        problem: String,
    },

    /// A file can run code when it is read.
    #[error(
        "{path} is a pickle, which can run code when it is read, so it is not opened; convert it to safetensors on a \
         machine where that does no harm: {command}"
    )]
    Pickle {
        /// The file, relative to the model's folder.
        path: String,
        /// A command line that converts it.
        command: String,
    },

    /// A tensor is not among a component's weights.
    #[error("{path} has no tensor {tensor}")]
    MissingTensor {
        /// The file, or the component's folder where it has several.
        path: String,
        /// The tensor.
        tensor: String,
    },

    /// A tensor is there but cannot be used.
    #[error("{path}: tensor {tensor}: {problem}")]
    BadTensor {
        /// The file, relative to the model's folder.
        path: String,
        /// The tensor.
        tensor: String,
        /// What is wrong.
        problem: String,
    },

    /// A file has other bytes than the ones that were published.
    #[error("{path} is damaged: its SHA-256 is {found}, not {expected}; download it again")]
    WrongHash {
        /// The file, relative to the model's folder.
        path: String,
        /// The published hash, in hexadecimal digits.
        expected: String,
        /// The hash of the bytes that are there.
        found: String,
    },
}

impl ModelError {
    /// An error about a file's contents.
    pub fn bad_file(path: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::BadFile { path: path.into(), problem: problem.into() }
    }

    /// An error about a tensor.
    pub fn bad_tensor(path: impl Into<String>, tensor: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::BadTensor { path: path.into(), tensor: tensor.into(), problem: problem.into() }
    }
}
