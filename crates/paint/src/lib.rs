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
//! # Strokes
//! The dabs of a stroke gather in a 32-bit float mask, and the mask is laid over the pixels as they were before the
//! stroke. So overlapping dabs never exceed the stroke's opacity, and rounding happens once a stroke. In a wash the
//! strongest dab counts; where dabs build up, they approach the opacity together. The paper's grain, the dark rim of a
//! wash and the selection shape what the mask becomes, not the single dabs.
//!
//! # Why encoded values
//! Brushes mix, glaze and smudge in sRGB encoding too, not in linear light. Linear light is right for lamps; painters
//! expect that half a cover of black over white is a middle grey and that a soft edge looks as wide on dark as on light.
//! Multiplying encoded values, as the W3C's blend modes do, makes glazes and watercolour as dark as people know them, and
//! a layer looks in any other program as it does here. What linear light would do better, the dark seam between two
//! saturated complementary colours, sixteen bits and soft tips keep small.
//!
//! ```
//! use underpaint_paint::{BrushSettings, CanvasPoint, Document, Rgb8, StrokeMode, StrokeSample};
//!
//! let mut document = Document::new(512, 512)?;
//! let brush = BrushSettings { size_px: 20.0, ..BrushSettings::default() };
//! let sample = |x, y, time_secs| StrokeSample::new(CanvasPoint::new(x, y), 1.0, time_secs);
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
mod canvas_size;
mod change;
mod colour;
mod composite;
mod cover;
mod dab;
mod decimal;
mod distance;
mod document;
mod error;
mod feather;
pub mod files;
mod flood;
mod gaps;
mod geometry;
mod gradient;
mod guide;
mod history;
mod homography;
mod image;
mod lay;
mod layer;
mod levels;
mod mask;
mod outline;
mod pack;
mod patch;
mod path;
mod piece;
mod raster;
mod resample;
mod select;
mod shape;
mod sort;
mod spans;
mod state;
mod stored;
mod stroke;
mod symmetry;
mod tile;
mod transform;

pub use blend::BlendMode;
pub use brush::{
    BUILT_IN_BRUSHES, BrushBlend, BrushInput, BrushNumber, BrushParameter, BrushSettings, BuiltInBrush, Dynamics,
    FAST_PX_PER_SEC, Gathering, GrainKind, MAX_BRUSH_NAME_CHARS, MAX_CURVE_POINTS, MAX_RESPONSE, MAX_SIZE_PX,
    MIN_SIZE_PX, NamedBrush, ResponseCurve, RotationSource, Stabiliser, StrokeMode, StrokeSample, TipKind, brush_name,
    read_brushes, write_brushes,
};
pub use canvas_size::{Anchor, CanvasChange};
pub use colour::Rgb8;
pub use composite::Content;
pub use decimal::{decimal, decimal_f32};
pub use document::{Document, DocumentParts, FlatSketch, LayerParts, MAX_EDGE_PX, NEUTRAL_STRENGTH, Place, Thumbnail};
pub use error::PaintError;
pub use flood::{Reference, RegionOptions, flood_fill, similar_region};
pub use geometry::{CanvasPoint, PixelRect};
pub use gradient::{Gradient, GradientKind, GradientStop, draw_gradient};
pub use guide::{Guides, SNAP_DECISION_PX, SnapLine};
pub use history::UNDO_LIMIT_BYTES;
pub use homography::Homography;
pub use image::{Paper, RgbaImage};
pub use lay::{Ink, fill_selected};
pub use layer::{Layer, LayerId, LayerKind, LayerProperties, MAX_DEPTH, MAX_LAYERS, Obstacle};
pub use mask::Mask;
pub use patch::{Patch, copy_pixels, cut_pixels, paste_pixels, selected_paint};
pub use raster::Raster;
pub use select::SelectionMode;
pub use shape::{Corners, Shape, ShapeStyle, draw_shape};
pub use sort::insertion_sort_by_key;
pub use symmetry::{MAX_SYMMETRY_FOLDS, Symmetry, SymmetryCopy, SymmetryKind};
pub use transform::Quality;
