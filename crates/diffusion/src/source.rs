//! Where a model's files and tensors come from: the two traits that the caller implements.

/// A text file or a tensor could not be read.
///
/// The message must stand on its own, since it is shown as it is: name the file and the tensor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SourceError {
    /// What went wrong, as a sentence without a trailing full stop.
    pub message: String,
}

impl SourceError {
    /// An error with this message.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into() }
    }
}

/// The named tensors of one component, such as the UNet.
///
/// Tensors are read one at a time, so that an implementation may keep them compressed, in half precision or in a file.
pub trait Weights {
    /// The names of all tensors, in no particular order.
    fn names(&self) -> Vec<String>;

    /// The shape of a tensor, or `None` where there is none of that name.
    fn shape(&self, name: &str) -> Option<Vec<usize>>;

    /// A tensor's values in row-major order, widened to `f32` from whatever they are stored in.
    ///
    /// # Errors
    /// Where there is no such tensor, or its bytes cannot be read or are not floating-point numbers.
    fn read_f32(&self, name: &str) -> Result<Vec<f32>, SourceError>;

    /// The file that a tensor is in, or would be in, for messages.
    fn file_of(&self, _name: &str) -> String {
        "the weights".to_owned()
    }
}

/// A model in the layout of a diffusers folder.
pub trait ModelSource {
    /// The contents of a text file such as `unet/config.json`, or `None` where there is no such file.
    ///
    /// Paths are relative to the model's folder and separated by `/`.
    ///
    /// # Errors
    /// Where the file is there but cannot be read as UTF-8 text.
    fn text(&self, path: &str) -> Result<Option<String>, SourceError>;

    /// The weights of a component: `unet`, `vae`, `text_encoder`.
    ///
    /// # Errors
    /// Where the component has no weights that can be read.
    fn weights(&self, component: &str) -> Result<Box<dyn Weights + '_>, SourceError>;
}
