//! The stroke under way: its path, its mask, and the tiles as they were before it.

use crate::dab::{Dab, StrokeMask};
use crate::path::StrokePath;
use crate::raster::{BLANK, ONE, Raster, TileSlot, stored_from_float};
use crate::{BrushSettings, Mask, PixelRect, Rgb8, StrokeMode, StrokeSample};

/// What a stroke may touch.
#[derive(Clone, Copy)]
pub(crate) struct Surface<'a> {
    /// The canvas.
    pub(crate) bounds: PixelRect,
    /// Multiplies the stroke's cover.
    pub(crate) selection: Option<&'a Mask>,
    /// Colour changes only where there is paint, and alpha stays as it is.
    pub(crate) is_alpha_locked: bool,
}

/// A stroke under way on one raster.
pub(crate) struct Stroke {
    path: StrokePath,
    mode: StrokeMode,
    label: &'static str,
    mask: StrokeMask,
    /// Each tile that the stroke has been on, as it was before; `None` where it has not been.
    before: Vec<Option<TileSlot>>,
    dirty: PixelRect,
    /// Dabs that the path has laid and the mask does not hold yet.
    dabs: Vec<Dab>,
}

/// What a stroke leaves to the history.
pub(crate) struct Finished {
    pub(crate) label: &'static str,
    /// The tiles that changed, as they were before.
    pub(crate) tiles: Vec<(usize, TileSlot)>,
    /// All pixels that changed.
    pub(crate) dirty: PixelRect,
}

impl Stroke {
    /// Starts a stroke; nothing is painted before [`Stroke::lay`]. `None` when the sample's place is not a number.
    pub(crate) fn begin(
        brush: BrushSettings,
        mode: StrokeMode,
        label: &'static str,
        first: StrokeSample,
        raster: &Raster,
    ) -> Option<Self> {
        let mut dabs = Vec::new();
        let path = StrokePath::begin(brush, first, &mut dabs)?;
        Some(Self {
            path,
            mode,
            label,
            mask: StrokeMask::new(raster.grid),
            before: vec![None; raster.n_tiles()],
            dirty: PixelRect::EMPTY,
            dabs,
        })
    }

    /// Continues the path through more samples, in their order.
    pub(crate) fn extend(&mut self, samples: &[StrokeSample]) {
        for sample in samples {
            self.path.extend(*sample, &mut self.dabs);
        }
    }

    /// Walks the path to its very end.
    pub(crate) fn finish_path(&mut self) {
        self.path.finish(&mut self.dabs);
    }

    /// Adds the dabs to the stroke's mask, and lays the mask over the pixels as they were before the stroke. Returns what
    /// to show again.
    ///
    /// The second happens once for all dabs of a pointer event: a fast stroke has dozens of them on the same pixels.
    pub(crate) fn lay(&mut self, raster: &mut Raster, surface: Surface<'_>) -> PixelRect {
        let mut dirty = PixelRect::EMPTY;
        for dab in self.dabs.drain(..) {
            dirty = dirty.union(self.mask.add(&dab, surface.bounds));
        }
        if dirty.is_empty() {
            return dirty;
        }
        let source = match self.mode {
            StrokeMode::Paint(Rgb8 { red, green, blue }) => {
                let [red, green, blue] = [red, green, blue].map(|it| f32::from(it) * 257.0);
                [red, green, blue, ONE]
            }
            StrokeMode::Erase => [0.0; 4],
        };
        let mut covers = Vec::new();
        for part in raster.grid.parts(dirty) {
            // The rectangle around a long diagonal stroke holds tiles that it never came to.
            if !self.mask.has(part.tile_idx) {
                continue;
            }
            let before = self.before[part.tile_idx].get_or_insert_with(|| raster.slot(part.tile_idx).clone());
            let before = before.as_deref().unwrap_or(&BLANK);
            let tile = raster.tile_mut(part.tile_idx);
            let (left, right) = part.columns;
            for y in part.rows.0..part.rows.1 {
                let Some(mut mask) = self.mask.row(part.tile_idx, y, left, right) else { continue };
                if let Some(selection) = surface.selection {
                    let x = part.origin_x + left as u32;
                    let selected = selection.row(part.origin_y + y as u32, x, part.origin_x + right as u32);
                    covers.clear();
                    covers.extend(mask.iter().zip(selected).map(|(cover, share)| cover * f32::from(*share) / 255.0));
                    mask = &covers;
                }
                let (row, before) = (tile.row_mut(y, left, right), before.row(y, left, right));
                if surface.is_alpha_locked {
                    lay_locked_row(row, before, mask, source)
                } else {
                    lay_row(row, before, mask, source)
                }
            }
        }
        self.dirty = self.dirty.union(dirty);
        dirty
    }

    /// Ends the stroke: what of it the history keeps.
    pub(crate) fn finish(self, raster: &mut Raster) -> Finished {
        let mut tiles = Vec::new();
        for (tile_idx, before) in self.before.into_iter().enumerate() {
            let Some(before) = before else { continue };
            raster.drop_if_blank(tile_idx);
            if before != *raster.slot(tile_idx) {
                tiles.push((tile_idx, before));
            }
        }
        Finished { label: self.label, tiles, dirty: self.dirty }
    }

    /// Takes the stroke back, as if it had never begun. Returns what to show again.
    pub(crate) fn cancel(self, raster: &mut Raster) -> PixelRect {
        for (tile_idx, before) in self.before.into_iter().enumerate() {
            if let Some(before) = before {
                raster.replace(tile_idx, before);
            }
        }
        self.dirty
    }
}

/// `before + (source − before) · cover` for one row, all four channels. Sixteen bits and a whole stroke in one go leave
/// nothing to band: the result is within half a step of 1/65535 of the exact one.
fn lay_row(row: &mut [u16], before: &[u16], mask: &[f32], source: [f32; 4]) {
    for ((pixel, before), cover) in row.as_chunks_mut::<4>().0.iter_mut().zip(before.as_chunks::<4>().0).zip(mask) {
        let from = before.map(f32::from);
        let mut to = [0.0; 4];
        for channel in 0..4 {
            to[channel] = from[channel] + (source[channel] - from[channel]) * cover;
        }
        *pixel = to.map(stored_from_float);
    }
}

/// The same for a layer whose alpha is locked: the source counts as far as there is paint. An eraser changes nothing.
fn lay_locked_row(row: &mut [u16], before: &[u16], mask: &[f32], source: [f32; 4]) {
    if source[3] == 0.0 {
        return;
    }
    for ((pixel, before), cover) in row.as_chunks_mut::<4>().0.iter_mut().zip(before.as_chunks::<4>().0).zip(mask) {
        let from = before.map(f32::from);
        let alpha = from[3] / ONE;
        let mut to = from;
        for channel in 0..3 {
            to[channel] = from[channel] + (source[channel] * alpha - from[channel]) * cover;
        }
        *pixel = to.map(stored_from_float);
    }
}
