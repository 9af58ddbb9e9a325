//! Files as bytes: PNG, the project inside a PNG or alone, OpenRaster, and Photoshop documents coming in.
//!
//! Bytes in, values out: nothing here opens a file. Whatever comes in is read as if an enemy had written it: lengths are
//! held against the bytes that are there, nothing is allocated because a header claims it, and what a file may unfold to
//! is bounded by [`crate::MAX_EDGE_PX`] and [`PIXELS_LIMIT_BYTES`]. What does not work is a sentence
//! ([`crate::PaintError::File`]), never a panic.
//!
//! ```
//! use underpaint_paint::files::{self, Effort, Entry, FileKind};
//! use underpaint_paint::{Document, Rgb8};
//!
//! let document = Document::new(80, 50)?;
//! let entries = [Entry::new("form", b"steps=6")];
//! let png = files::write_project_png(&document, "a lake, Steps: 6", &entries, Effort::Small);
//! let opened = files::open(&png)?;
//! assert_eq!((opened.kind, opened.texts[0].keyword.as_str()), (FileKind::ProjectPng, "parameters"));
//! assert_eq!(opened.entry("form"), Some(&b"steps=6"[..]));
//! assert_eq!(opened.document, document.to_parts());
//! # Ok::<(), underpaint_paint::PaintError>(())
//! ```

mod bytes;
mod deflate;
mod looking;
mod open;
mod ora;
mod passing;
mod place;
mod png;
mod project;
mod psd;
mod writing;
mod xml;
mod zip;

pub use deflate::Effort;
pub use open::{FileKind, Opened, open, sniff};
pub use ora::{read_ora, write_ora};
pub use png::{Png, PngText, PngWriting, read_png, write_png};
pub use project::{Entry, Project, ProjectWriting, read_project, write_project, write_project_png};
pub use psd::read_psd;
pub use writing::FileWriting;

/// What the pixels of all layers of a file may take in memory, in bytes.
pub const PIXELS_LIMIT_BYTES: usize = 1 << 30;
