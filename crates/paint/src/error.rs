//! What can be wrong with a document's input.

/// What can be wrong with a document's input.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PaintError {
    /// A canvas or picture size that is empty or beyond [`crate::MAX_EDGE_PX`].
    #[error(
        "a size of {width} × {height} pixels does not work; both edges must be between 1 and {} pixels",
        crate::MAX_EDGE_PX
    )]
    Size {
        /// The width asked for, in pixels.
        width: u32,
        /// The height asked for, in pixels.
        height: u32,
    },
    /// A pixel buffer whose length does not belong to its size.
    #[error("a picture of {width} × {height} pixels needs {expected_bytes} bytes, but {actual_bytes} came")]
    PixelCount {
        /// Width of the picture in pixels.
        width: u32,
        /// Height of the picture in pixels.
        height: u32,
        /// Bytes it needs.
        expected_bytes: usize,
        /// Bytes that were given.
        actual_bytes: usize,
    },
    /// Too few or too many layers.
    #[error("a document of {n_layers} layers does not work; it must have between 1 and {}", crate::MAX_LAYERS)]
    LayerCount {
        /// How many there would be.
        n_layers: usize,
    },
    /// Layers whose depths make no tree of groups.
    #[error(
        "the layers do not make a tree: each layer must lie in a group that stands above it, at most {} deep",
        crate::MAX_DEPTH
    )]
    LayerTree,
    /// A text that is not a file of brushes; the reason as half a sentence.
    #[error("these brushes cannot be read: {0}")]
    BrushFile(&'static str),
    /// Bytes that are not the file they are said to be, or ask for more than there is room for.
    #[error("the {format} file cannot be read: {problem}")]
    File {
        /// What kind of file it is, as a person calls it: "PNG", "OpenRaster", "Photoshop", "project".
        format: &'static str,
        /// What is wrong with it and, where something can be done, what.
        problem: &'static str,
    },
}
