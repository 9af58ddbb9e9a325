//! The painted document: layers of pixels in tiles, round brush dabs, strokes, undo, and pictures in and out.
//!
//! Pure computation: no files, no page, no clock, no random numbers. It must never depend on burn, wgpu, web-sys or serde.
//!
//! # Pixels and blending
//! A document is a tree of layers, each of 64 × 64 tiles. A pixel is four 16-bit numbers (red, green, blue, alpha),
//! premultiplied, in sRGB encoding: blending happens on the encoded values, as painters and the models' training pictures
//! expect. What comes in and goes out is 8 bits a channel with straight alpha, and 8-bit values survive the way in and out
//! unchanged. Sixteen bits keep the residue away that 8-bit layers show: a hundred glazes of one percent still arrive at
//! the colour, and as many soft erasures at nothing. A pixel without alpha is unpainted paper, shown white.
//!
//! Layers are blended in floats with the formulas of the W3C's Compositing and Blending, and rounded once. Groups are
//! isolated: what is in them is blended among itself first. A clipped layer shows where the layer below it has paint, which
//! counts as opaque among the colours.
//!
//! # Steps
//! Everything that changes a document is a step with a name (the id of a message) that can be taken back: strokes,
//! [`Document::edit`] for everything else that changes pixels, and the methods for layers, the selection, the painted
//! strength and the whole canvas. A step keeps what it changed and nothing else.
//!
//! A stroke is a wash: its dabs gather in a 32-bit float mask of the stroke, and the mask is laid over the pixels as they
//! were before the stroke. So overlapping dabs never exceed the stroke's opacity, and rounding happens once a stroke.
//!
//! ```
//! use underpaint_paint::{BrushSettings, CanvasPoint, Document, Rgb8, StrokeMode, StrokeSample};
//!
//! let mut document = Document::new(512, 512)?;
//! let brush = BrushSettings { size_px: 20.0, ..BrushSettings::default() };
//! let sample = |x, y, time_secs| StrokeSample { canvas_point: CanvasPoint::new(x, y), pressure: 1.0, time_secs };
//! document.begin_stroke(brush, StrokeMode::Paint(Rgb8::new(200, 30, 30)), "step-brush-stroke", sample(50.0, 50.0, 0.0));
//! document.extend_stroke(&[sample(90.0, 60.0, 0.01), sample(150.0, 60.0, 0.02)]);
//! let dirty = document.end_stroke();
//! assert!(!dirty.is_empty());
//! assert_eq!(document.colour_at(CanvasPoint::new(100.0, 60.0)), Some(Rgb8::new(200, 30, 30)));
//! document.undo();
//! assert_eq!(document.revision(), 0);
//! # Ok::<(), underpaint_paint::PaintError>(())
//! ```

mod backdrop;
mod blend;
mod brush;
mod change;
mod colour;
mod composite;
mod dab;
mod document;
mod error;
pub mod files;
mod geometry;
mod history;
mod image;
mod layer;
mod mask;
mod pack;
mod path;
mod raster;
mod resample;
mod state;
mod stroke;

pub use blend::BlendMode;
pub use brush::{BrushSettings, MAX_SIZE_PX, MIN_SIZE_PX, PressureCurve, StrokeMode, StrokeSample};
pub use colour::Rgb8;
pub use composite::Content;
pub use document::{Document, DocumentParts, LayerParts, MAX_EDGE_PX, Place};
pub use error::PaintError;
pub use geometry::{CanvasPoint, PixelRect};
pub use history::UNDO_LIMIT_BYTES;
pub use image::{Paper, RgbaImage};
pub use layer::{Layer, LayerId, LayerKind, LayerProperties, MAX_DEPTH, MAX_LAYERS, Obstacle};
pub use mask::Mask;
pub use raster::Raster;
