//! The document: a layer of tiles, its history and the stroke under way.

use crate::history::{History, Step};
use crate::image::check_size;
use crate::raster::{
    ONE, Raster, TileSlot, seen_from_stored, stored_from_float, stored_from_straight, straight_from_stored,
};
use crate::resample::resample;
use crate::stroke::{Finished, Stroke, Surface};
use crate::{BrushSettings, CanvasPoint, PaintError, Paper, PixelRect, Rgb8, RgbaImage, StrokeMode, StrokeSample};

/// Longest edge of a document or picture, in pixels.
pub const MAX_EDGE_PX: u32 = 4096;

/// A painting: one layer of pixels, undo and redo, and at most one stroke under way.
///
/// Every method that changes pixels returns the rectangle to show again (empty when nothing changed).
pub struct Document {
    width: u32,
    height: u32,
    layer: Raster,
    history: History,
    revision: u64,
    last_revision: u64,
    stroke: Option<Stroke>,
    /// The revision before the stroke under way.
    revision_before: u64,
}

impl std::fmt::Debug for Document {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Document({} × {}, revision {})", self.width, self.height, self.revision)
    }
}

impl Document {
    /// An unpainted document.
    ///
    /// # Errors
    /// [`PaintError::Size`] when an edge is 0 or above [`MAX_EDGE_PX`].
    pub fn new(width: u32, height: u32) -> Result<Self, PaintError> {
        check_size(width, height)?;
        Ok(Self {
            width,
            height,
            layer: Raster::new(width, height),
            history: History::new(),
            revision: 0,
            last_revision: 0,
            stroke: None,
            revision_before: 0,
        })
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// All pixels.
    #[must_use]
    pub fn bounds(&self) -> PixelRect {
        PixelRect::new(0, 0, self.width, self.height)
    }

    /// Moves with every change of the pixels, and returns to its former value with undo: equal revisions of one document
    /// mean equal pixels. The unpainted document has revision 0.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Whether nothing is painted: every pixel is transparent. While an eraser is at work the answer may come late.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.layer.is_blank()
    }

    /// Starts a stroke with its first dab. A stroke that is still under way is ended first.
    /// `label` names the step in the history, for example "Brush stroke". A place that is not a number starts nothing.
    pub fn begin_stroke(
        &mut self,
        brush: BrushSettings,
        mode: StrokeMode,
        label: &'static str,
        first: StrokeSample,
    ) -> PixelRect {
        let ended = self.end_stroke();
        self.revision_before = self.revision;
        self.stroke = Stroke::begin(brush, mode, label, first, &self.layer);
        ended.union(self.lay_dabs())
    }

    /// Continues the stroke through more samples, in their order. Nothing happens without a stroke.
    ///
    /// The path into the last sample shows with the next call: its curve depends on where the pointer goes from there.
    pub fn extend_stroke(&mut self, samples: &[StrokeSample]) -> PixelRect {
        let Some(stroke) = &mut self.stroke else { return PixelRect::EMPTY };
        stroke.extend(samples);
        self.lay_dabs()
    }

    /// Ends the stroke at its last sample and makes it one step of the history (none when it changed no pixel).
    pub fn end_stroke(&mut self) -> PixelRect {
        let Some(mut stroke) = self.stroke.take() else { return PixelRect::EMPTY };
        stroke.finish_path();
        let surface = Surface { bounds: self.bounds(), selection: None, is_alpha_locked: false };
        let shown = stroke.lay(&mut self.layer, surface);
        let Finished { label, tiles, dirty } = stroke.finish(&mut self.layer);
        if tiles.is_empty() {
            self.revision = self.revision_before;
        } else {
            self.history.push(Step { label, tiles, revision: self.revision_before, dirty });
            if !shown.is_empty() {
                self.advance_revision();
            }
        }
        shown
    }

    /// Takes the stroke under way back, as if it had never begun.
    pub fn cancel_stroke(&mut self) -> PixelRect {
        let Some(stroke) = self.stroke.take() else { return PixelRect::EMPTY };
        self.revision = self.revision_before;
        stroke.cancel(&mut self.layer)
    }

    /// Whether a stroke is under way.
    #[must_use]
    pub fn is_stroking(&self) -> bool {
        self.stroke.is_some()
    }

    /// Removes all paint, as one undoable step. A stroke under way is ended first.
    pub fn clear(&mut self) -> PixelRect {
        let ended = self.end_stroke();
        let blank = vec![None; self.layer.n_tiles()];
        ended.union(self.replace_all(blank, "step-clear"))
    }

    /// Replaces all paint by a picture scaled to the canvas, as one undoable step. A stroke under way is ended first.
    pub fn fill_with_picture(&mut self, picture: &RgbaImage, label: &'static str) -> PixelRect {
        let ended = self.end_stroke();
        let mut filled = Raster::new(self.width, self.height);
        let (width, height) = (picture.width(), picture.height());
        let row_bytes = width as usize * 4;
        let source_row = |y: u32| &picture.pixels()[y as usize * row_bytes..(y as usize + 1) * row_bytes];
        if (width, height) == (self.width, self.height) {
            let mut stored = vec![0; row_bytes];
            for y in 0..height {
                for (stored, pixel) in stored.chunks_exact_mut(4).zip(source_row(y).chunks_exact(4)) {
                    stored.copy_from_slice(&stored_from_straight(pixel));
                }
                write_raster_row(&mut filled, self.width, y, &stored);
            }
        } else {
            let read_row = |y: u32, row: &mut [f32]| {
                for (values, pixel) in row.chunks_exact_mut(4).zip(source_row(y).chunks_exact(4)) {
                    values.copy_from_slice(&stored_from_straight(pixel).map(f32::from));
                }
            };
            let mut stored = vec![0; self.width as usize * 4];
            resample((width, height), (self.width, self.height), ONE, read_row, |y, row| {
                for (stored, value) in stored.iter_mut().zip(row) {
                    *stored = stored_from_float(*value);
                }
                write_raster_row(&mut filled, self.width, y, &stored);
            });
        }
        let slots = (0..filled.n_tiles())
            .map(|tile_idx| {
                filled.drop_if_blank(tile_idx);
                filled.replace(tile_idx, None)
            })
            .collect();
        ended.union(self.replace_all(slots, label))
    }

    /// Takes the last step back. Nothing happens while a stroke is under way.
    pub fn undo(&mut self) -> PixelRect {
        if self.is_stroking() {
            return PixelRect::EMPTY;
        }
        self.history.undo(&mut self.layer, &mut self.revision)
    }

    /// Does the step again that was taken back last. Nothing happens while a stroke is under way.
    pub fn redo(&mut self) -> PixelRect {
        if self.is_stroking() {
            return PixelRect::EMPTY;
        }
        self.history.redo(&mut self.layer, &mut self.revision)
    }

    /// The name of the step that undo would take back.
    #[must_use]
    pub fn undo_label(&self) -> Option<&'static str> {
        self.history.undo_label()
    }

    /// The name of the step that redo would do again.
    #[must_use]
    pub fn redo_label(&self) -> Option<&'static str> {
        self.history.redo_label()
    }

    /// Bytes of pixels that undo and redo hold.
    #[must_use]
    pub fn history_bytes(&self) -> usize {
        self.history.bytes()
    }

    /// Changes how much undo and redo may hold; the oldest steps go first, the last one stays.
    pub fn set_undo_limit_bytes(&mut self, limit_bytes: usize) {
        self.history.set_limit_bytes(limit_bytes);
    }

    /// The colour that a person sees at a point (paint on white paper); `None` outside of the canvas.
    #[must_use]
    pub fn colour_at(&self, point: CanvasPoint) -> Option<Rgb8> {
        if !point.is_finite() || point.x < 0.0 || point.y < 0.0 {
            return None;
        }
        let (x, y) = (point.x as u32, point.y as u32);
        if !self.bounds().contains(x, y) {
            return None;
        }
        let [red, green, blue, _] = seen_from_stored(&self.layer.pixel(x, y));
        Some(Rgb8::new(red, green, blue))
    }

    /// Writes the pixels of `rect` (cut to the document) into `pixels` as RGBA8 rows without gaps, straight alpha, and
    /// returns the rectangle that was written. `pixels` is resized; passing the same buffer again allocates nothing.
    pub fn read_rect(&self, rect: PixelRect, paper: Paper, pixels: &mut Vec<u8>) -> PixelRect {
        let rect = rect.intersection(self.bounds());
        let row_bytes = rect.width() as usize * 4;
        pixels.clear();
        pixels.resize(row_bytes * rect.height() as usize, 0);
        for part in self.layer.grid.parts(rect) {
            let tile = self.layer.tile(part.tile_idx);
            let (left, right) = part.columns;
            let x = part.origin_x as usize + left - rect.left as usize;
            for y in part.rows.0..part.rows.1 {
                let start = (part.origin_y as usize + y - rect.top as usize) * row_bytes + x * 4;
                let row = &mut pixels[start..start + (right - left) * 4];
                read_row(row, tile.row(y, left, right), paper);
            }
        }
        rect
    }

    /// The whole painting scaled to any size: an area filter down, Catmull–Rom up, the very pixels at the same size.
    ///
    /// # Errors
    /// [`PaintError::Size`] when an edge is 0 or above [`MAX_EDGE_PX`].
    pub fn flatten(&self, width: u32, height: u32, paper: Paper) -> Result<RgbaImage, PaintError> {
        check_size(width, height)?;
        let mut pixels = Vec::new();
        if (width, height) == (self.width, self.height) {
            self.read_rect(self.bounds(), paper, &mut pixels);
            return Ok(RgbaImage::from_parts(width, height, pixels));
        }
        pixels.reserve_exact(width as usize * height as usize * 4);
        let read_floats = |y: u32, row: &mut [f32]| {
            for part in self.layer.grid.parts(PixelRect::new(0, y, self.width, y + 1)) {
                let start = part.origin_x as usize * 4;
                let stored = self.layer.tile(part.tile_idx).row(part.rows.0, part.columns.0, part.columns.1);
                for (value, stored) in row[start..].iter_mut().zip(stored) {
                    *value = f32::from(*stored);
                }
            }
        };
        resample((self.width, self.height), (width, height), ONE, read_floats, |_, row| {
            for values in row.chunks_exact(4) {
                let stored = [values[0], values[1], values[2], values[3]].map(stored_from_float);
                pixels.extend_from_slice(&match paper {
                    Paper::Transparent => straight_from_stored(&stored),
                    Paper::White => seen_from_stored(&stored),
                });
            }
        });
        Ok(RgbaImage::from_parts(width, height, pixels))
    }

    /// Takes a revision that has never been used.
    fn advance_revision(&mut self) {
        self.last_revision += 1;
        self.revision = self.last_revision;
    }

    /// Puts other tiles in the place of all, as one step.
    fn replace_all(&mut self, slots: Vec<TileSlot>, label: &'static str) -> PixelRect {
        let mut tiles = Vec::new();
        for (tile_idx, slot) in slots.into_iter().enumerate() {
            if slot != *self.layer.slot(tile_idx) {
                tiles.push((tile_idx, self.layer.replace(tile_idx, slot)));
            }
        }
        if tiles.is_empty() {
            return PixelRect::EMPTY;
        }
        let (revision, dirty) = (self.revision, self.bounds());
        self.history.push(Step { label, tiles, revision, dirty });
        self.advance_revision();
        dirty
    }

    /// Brings the dabs that the path has laid onto the canvas.
    fn lay_dabs(&mut self) -> PixelRect {
        let surface = Surface { bounds: self.bounds(), selection: None, is_alpha_locked: false };
        let Some(stroke) = &mut self.stroke else { return PixelRect::EMPTY };
        let dirty = stroke.lay(&mut self.layer, surface);
        if !dirty.is_empty() {
            self.advance_revision();
        }
        dirty
    }
}

/// Turns a row of stored pixels into bytes.
fn read_row(pixels: &mut [u8], stored: &[u16], paper: Paper) {
    let rows = pixels.as_chunks_mut::<4>().0.iter_mut().zip(stored.as_chunks::<4>().0);
    match paper {
        Paper::Transparent => rows.for_each(|(pixel, stored)| *pixel = straight_from_stored(stored)),
        Paper::White => rows.for_each(|(pixel, stored)| *pixel = seen_from_stored(stored)),
    }
}

fn write_raster_row(layer: &mut Raster, width: u32, y: u32, stored: &[u16]) {
    for part in layer.grid.parts(PixelRect::new(0, y, width, y + 1)) {
        let (left, right) = part.columns;
        let start = (part.origin_x as usize + left) * 4;
        let row = layer.tile_mut(part.tile_idx).row_mut(part.rows.0, left, right);
        row.copy_from_slice(&stored[start..start + (right - left) * 4]);
    }
}
