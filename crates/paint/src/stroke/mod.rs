//! The stroke under way: its path, its mask, and the tiles as they were before it.

mod cover;
mod lay;
mod smudge;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use cover::CoverMaker;
use lay::{Paint, PaintRow};
use smudge::Smudge;

use crate::dab::{Dab, StrokeMask};
use crate::path::StrokePath;
use crate::raster::Raster;
use crate::tile::{BLANK, Pixels, TILE_EDGE, Tile, TileSlot};
use crate::{BrushSettings, Mask, PixelRect, StrokeMode, StrokeSample, SymmetryCopy};

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

/// Each tile that a stroke has been on, as it was before; `None` where it has not been.
pub(crate) struct TilesBefore(Vec<Option<TileSlot>>);

impl TilesBefore {
    /// Keeps a tile as it is, unless an earlier state is kept already. Returns the pixels that are kept.
    fn note(&mut self, tile_idx: usize, raster: &Raster) -> Option<Arc<Pixels>> {
        let slot = self.0[tile_idx].get_or_insert_with(|| raster.slot(tile_idx).clone());
        slot.as_ref().map(Tile::pixels)
    }
}

/// What is painted on the mere expectation of where the pointer goes.
struct Prediction {
    /// The path as it was before.
    path: StrokePath,
    /// Where the mask holds provisional dabs.
    shown: PixelRect,
}

/// A stroke under way on one raster.
pub(crate) struct Stroke {
    path: StrokePath,
    label: &'static str,
    paint: Paint,
    covers: CoverMaker,
    /// What a smudging brush carries, for each repetition; empty for one that paints.
    smudges: Vec<Smudge>,
    /// The repetitions of a symmetry, the stroke itself as the first.
    copies: Vec<SymmetryCopy>,
    mask: StrokeMask,
    before: TilesBefore,
    dirty: PixelRect,
    /// Dabs that the path has laid and the mask does not hold yet.
    dabs: Vec<Dab>,
    predicted_dabs: Vec<Dab>,
    prediction: Option<Prediction>,
    /// Where a prediction that did not come true is still to be seen.
    stale: PixelRect,
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
    /// Starts a stroke that is repeated as `copies` say; nothing is painted before [`Stroke::lay`]. `None` when the
    /// sample's place is not a number.
    pub(crate) fn begin(
        brush: BrushSettings,
        mode: StrokeMode,
        label: &'static str,
        first: StrokeSample,
        copies: Vec<SymmetryCopy>,
        raster: &Raster,
    ) -> Option<Self> {
        let brush = brush.clamped();
        let mut dabs = Vec::new();
        let path = StrokePath::begin(brush, first, &mut dabs)?;
        Some(Self {
            path,
            label,
            paint: Paint::new(mode, &brush),
            covers: CoverMaker::new(&brush),
            smudges: copies.iter().filter_map(|_| Smudge::new(&brush)).collect(),
            copies,
            mask: StrokeMask::new(raster.grid, &brush),
            before: TilesBefore(vec![None; raster.n_tiles()]),
            dirty: PixelRect::EMPTY,
            dabs,
            predicted_dabs: Vec::new(),
            prediction: None,
            stale: PixelRect::EMPTY,
        })
    }

    /// Continues the path through more samples, in their order. Predicted ones come last: what they paint is taken back
    /// with the next call. A brush that smudges waits for what really happens.
    pub(crate) fn extend(&mut self, samples: &[StrokeSample]) {
        if samples.is_empty() {
            return;
        }
        self.take_prediction_back();
        let n_real = samples.iter().position(|sample| sample.is_predicted).unwrap_or(samples.len());
        let (real, predicted) = samples.split_at(n_real);
        for sample in real {
            self.path.extend(*sample, &mut self.dabs);
        }
        if !predicted.is_empty() && self.smudges.is_empty() {
            let path = self.path.clone();
            for sample in predicted {
                self.path.extend(*sample, &mut self.predicted_dabs);
            }
            self.prediction = Some(Prediction { path, shown: PixelRect::EMPTY });
        }
    }

    /// Walks the path to its very end.
    pub(crate) fn finish_path(&mut self) {
        self.take_prediction_back();
        self.path.finish(&mut self.dabs);
    }

    fn take_prediction_back(&mut self) {
        self.predicted_dabs.clear();
        if let Some(Prediction { path, shown }) = self.prediction.take() {
            self.path = path;
            self.mask.take_back();
            self.stale = self.stale.union(shown);
        }
    }

    /// Brings the dabs onto the raster and returns what to show again.
    ///
    /// They gather in the stroke's mask, and the mask is laid over the pixels as they were before the stroke. The second
    /// happens once for all dabs of a pointer event: a fast stroke has dozens of them on the same pixels.
    pub(crate) fn lay(&mut self, raster: &mut Raster, surface: Surface<'_>) -> PixelRect {
        let dirty = if !self.smudges.is_empty() {
            let mut dirty = PixelRect::EMPTY;
            for dab in self.dabs.drain(..) {
                for (smudge, copy) in self.smudges.iter_mut().zip(&self.copies) {
                    let dab = dab.repeated(copy);
                    dirty = dirty.union(smudge.dab(&dab, self.paint.source, raster, &mut self.before, surface));
                }
            }
            dirty
        } else {
            let dirty = self.gather(surface.bounds);
            self.lay_mask(dirty, raster, surface);
            dirty
        };
        self.dirty = self.dirty.union(dirty);
        dirty
    }

    /// Adds the dabs to the mask, first the real ones.
    fn gather(&mut self, bounds: PixelRect) -> PixelRect {
        let mut dirty = std::mem::take(&mut self.stale);
        for dab in self.dabs.drain(..) {
            for copy in &self.copies {
                dirty = dirty.union(self.mask.add(&dab.repeated(copy), bounds));
            }
        }
        if let Some(prediction) = &mut self.prediction {
            self.mask.keep();
            for dab in self.predicted_dabs.drain(..) {
                for copy in &self.copies {
                    prediction.shown = prediction.shown.union(self.mask.add(&dab.repeated(copy), bounds));
                }
            }
            dirty = dirty.union(prediction.shown);
        }
        dirty
    }

    fn lay_mask(&mut self, dirty: PixelRect, raster: &mut Raster, surface: Surface<'_>) {
        let mut covers = [0.0; TILE_EDGE];
        for part in raster.grid.parts(dirty) {
            // The rectangle around a long diagonal stroke holds tiles that it never came to.
            if !self.mask.has(part.tile_idx) {
                continue;
            }
            let before = self.before.note(part.tile_idx, raster);
            let before = before.as_deref().unwrap_or(&BLANK);
            let tile = raster.pixels_mut(part.tile_idx);
            let (left, right) = part.columns;
            for y in part.rows.0..part.rows.1 {
                let Some(mask) = self.mask.row(part.tile_idx, y, left, right) else { continue };
                let covers = &mut covers[..right - left];
                covers.copy_from_slice(mask.covers);
                self.covers.apply(part.origin_x + left as u32, part.origin_y + y as u32, covers, &surface);
                let (pixels, before) = (tile.row_mut(y, left, right), before.row(y, left, right));
                self.paint.lay(PaintRow { pixels, before, covers, tones: mask.tones }, surface.is_alpha_locked);
            }
        }
    }

    /// Ends the stroke: what of it the history keeps.
    pub(crate) fn finish(self, raster: &mut Raster) -> Finished {
        let mut tiles = Vec::new();
        for (tile_idx, before) in self.before.0.into_iter().enumerate() {
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
        for (tile_idx, before) in self.before.0.into_iter().enumerate() {
            if let Some(before) = before {
                raster.replace(tile_idx, before);
            }
        }
        self.dirty
    }
}
