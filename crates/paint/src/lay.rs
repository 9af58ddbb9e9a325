//! Laying paint over a raster row by row: what fills, shapes, gradients and pasted pixels have in common.

use crate::raster::Raster;
use crate::stored::{ONE, stored_from_float};
use crate::tile::TILE_EDGE;
use crate::{Mask, PixelRect, Rgb8};

/// What a fill or a shape is painted with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ink {
    /// The colour; `None` takes paint away.
    pub colour: Option<Rgb8>,
    /// The share of it, 0 to 1.
    pub opacity: f32,
    /// Whether colour changes only where there is paint, and alpha stays as it is.
    pub is_alpha_locked: bool,
}

impl Ink {
    /// An opaque colour.
    #[must_use]
    pub const fn opaque(colour: Rgb8) -> Self {
        Self { colour: Some(colour), opacity: 1.0, is_alpha_locked: false }
    }

    /// Takes everything away.
    pub const ERASER: Self = Self { colour: None, opacity: 1.0, is_alpha_locked: false };

    /// The opacity inside of its range; what is not a number covers fully.
    pub(crate) fn cover(self) -> f32 {
        if self.opacity.is_nan() { 1.0 } else { self.opacity.clamp(0.0, 1.0) }
    }
}

/// A colour as a premultiplied, opaque pixel of floats.
pub(crate) fn opaque_pixel(colour: Rgb8) -> [f32; 4] {
    let Rgb8 { red, green, blue } = colour;
    [f32::from(red) * 257.0, f32::from(green) * 257.0, f32::from(blue) * 257.0, ONE]
}

/// How rows are laid.
#[derive(Clone, Copy)]
pub(crate) struct Laying<'a> {
    /// The pixels concerned; cut to the canvas.
    pub(crate) rect: PixelRect,
    /// Multiplies the cover. One of another size than the canvas concerns nothing.
    pub(crate) selection: Option<&'a Mask>,
    /// Colour changes only where there is paint.
    pub(crate) is_alpha_locked: bool,
    /// Paint is taken away instead of laid: the source's values do not matter.
    pub(crate) erases: bool,
}

/// One stretch of a row that is to be filled with paint.
pub(crate) struct Stretch<'a> {
    /// Row of the canvas.
    pub(crate) y: u32,
    /// First column of the canvas.
    pub(crate) left: u32,
    /// The paint of each pixel: premultiplied, 0 to 65535. It holds what the last call left there.
    pub(crate) sources: &'a mut [[f32; 4]],
    /// How much of each pixel the paint covers, 0 to 1.
    pub(crate) covers: &'a mut [f32],
}

/// Lays paint over the raster. `fill` says for each stretch of a row (of at most 64 pixels, tile by tile) what is laid,
/// and how much. Returns the pixels concerned. Tiles of which nothing is covered are not touched.
///
/// Blending is source-over on premultiplied encoded values: `source · cover + below · (1 − alpha · cover)`.
pub(crate) fn lay(raster: &mut Raster, laying: Laying<'_>, fill: &mut dyn FnMut(Stretch<'_>)) -> PixelRect {
    let bounds = raster.bounds();
    let mut rect = laying.rect.intersection(bounds);
    if let Some(selection) = laying.selection {
        rect = rect.intersection(PixelRect::new(0, 0, selection.width(), selection.height()));
    }
    let mut sources = [[0.0; 4]; TILE_EDGE];
    let mut covers = [0.0; TILE_EDGE];
    let mut dirty = PixelRect::EMPTY;
    for part in raster.grid.parts(rect) {
        let (left, right) = part.columns;
        let n_pixels = right - left;
        let canvas_left = part.origin_x + left as u32;
        let mut is_touched = false;
        for row in part.rows.0..part.rows.1 {
            let y = part.origin_y + row as u32;
            let (sources, covers) = (&mut sources[..n_pixels], &mut covers[..n_pixels]);
            fill(Stretch { y, left: canvas_left, sources, covers });
            if let Some(selection) = laying.selection {
                let shares = selection.row(y, canvas_left, canvas_left + n_pixels as u32);
                for (cover, share) in covers.iter_mut().zip(shares) {
                    *cover *= f32::from(*share) / 255.0;
                }
            }
            if covers.iter().all(|cover| *cover <= 0.0) {
                continue;
            }
            if laying.erases && raster.slot(part.tile_idx).is_none() {
                continue;
            }
            is_touched = true;
            dirty = dirty.union(PixelRect::new(canvas_left, y, canvas_left + n_pixels as u32, y + 1));
            let pixels = raster.pixels_mut(part.tile_idx).row_mut(row, left, right);
            lay_stretch(pixels, sources, covers, laying);
        }
        if is_touched {
            raster.drop_if_blank(part.tile_idx);
        }
    }
    dirty
}

fn lay_stretch(pixels: &mut [u16], sources: &[[f32; 4]], covers: &[f32], laying: Laying<'_>) {
    let pixels = pixels.as_chunks_mut::<4>().0.iter_mut().zip(sources).zip(covers);
    if laying.erases {
        if laying.is_alpha_locked {
            return;
        }
        for ((pixel, _), cover) in pixels {
            *pixel = pixel.map(|value| stored_from_float(f32::from(value) * (1.0 - cover)));
        }
    } else if laying.is_alpha_locked {
        for ((pixel, source), cover) in pixels {
            let below = pixel.map(f32::from);
            let kept = 1.0 - source[3] / ONE * cover;
            let share = cover * below[3] / ONE;
            let mut mixed = below;
            for channel in 0..3 {
                mixed[channel] = (source[channel] * share + below[channel] * kept).clamp(0.0, below[3]);
            }
            *pixel = mixed.map(stored_from_float);
        }
    } else if covers.iter().all(|cover| *cover == 1.0) && sources.iter().all(|source| source[3] == ONE) {
        // Opaque paint hides whatever was there.
        for ((pixel, source), _) in pixels {
            *pixel = source.map(stored_from_float);
        }
    } else {
        for ((pixel, source), cover) in pixels {
            let kept = 1.0 - source[3] / ONE * cover;
            let mut mixed = [0.0; 4];
            for channel in 0..4 {
                mixed[channel] = (source[channel] * cover + f32::from(pixel[channel]) * kept).clamp(0.0, ONE);
            }
            *pixel = mixed.map(stored_from_float);
        }
    }
}

/// Covers the selected pixels (all without a selection) with one colour, or takes them away. Returns what changed.
pub fn fill_selected(raster: &mut Raster, ink: Ink, selection: Option<&Mask>) -> PixelRect {
    if selection.is_none() && ink.cover() == 1.0 && !ink.is_alpha_locked {
        // What is hidden need not be read, and what is all the same is there once.
        let painted = raster.tile_bounds();
        let Some(colour) = ink.colour else {
            raster.erase(None);
            return painted;
        };
        raster.fill(opaque_pixel(colour).map(stored_from_float));
        return raster.bounds();
    }
    lay_flat(raster, raster.bounds(), ink, selection, &mut |_, _, covers| covers.fill(1.0))
}

/// Lays one colour; `cover_row(y, left, covers)` says how much of each pixel.
pub(crate) fn lay_flat(
    raster: &mut Raster,
    rect: PixelRect,
    ink: Ink,
    selection: Option<&Mask>,
    cover_row: &mut dyn FnMut(u32, u32, &mut [f32]),
) -> PixelRect {
    let source = ink.colour.map(opaque_pixel).unwrap_or_default();
    let opacity = ink.cover();
    let laying = Laying { rect, selection, is_alpha_locked: ink.is_alpha_locked, erases: ink.colour.is_none() };
    if opacity == 0.0 {
        return PixelRect::EMPTY;
    }
    lay(raster, laying, &mut |stretch| {
        stretch.sources.fill(source);
        cover_row(stretch.y, stretch.left, stretch.covers);
        if opacity < 1.0 {
            stretch.covers.iter_mut().for_each(|cover| *cover *= opacity);
        }
    })
}

impl Raster {
    /// Reads row `y` from column `left` on, pixel by pixel.
    pub(crate) fn read_stored(&self, y: u32, left: u32, stored: &mut [[u16; 4]]) {
        self.read_row(left, y, stored.as_flattened_mut());
    }

    /// Writes row `y` from column `left` on. Blank stretches on blank tiles stay so.
    pub(crate) fn write_stored(&mut self, y: u32, left: u32, stored: &[[u16; 4]]) {
        self.write_row(left, y, stored.as_flattened());
    }
}
