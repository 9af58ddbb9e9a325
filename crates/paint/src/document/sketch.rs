//! What is rendered, small, and kept: while somebody paints with a picture following, little of it changes at a time.

use std::sync::{Arc, Weak};

use super::Document;
use crate::composite::{Content, Machine, Op, for_each_piece, program};
use crate::image::check_size;
use crate::resample::{resample_part, source_of_part, touched};
use crate::stored::{ONE, seen_from_stored, stored_from_float, straight_from_stored};
use crate::tile::Tile;
use crate::{PaintError, Paper, PixelRect, RgbaImage};

/// What [`Document::flatten`] gives, bit for bit, brought up to date where something has changed since the last time.
#[derive(Default)]
pub struct FlatSketch {
    image: Option<RgbaImage>,
    paper: Paper,
    /// What the picture was made by; whatever of it changes, all is looked at anew.
    size: (u32, u32),
    ops: Vec<Op>,
    layers: Vec<u32>,
    /// The tiles that were looked at, for each place those of the layers in `ops`; nothing where the place was not. They
    /// are known by their place in memory, as [`super::Thumbnail`] knows them.
    seen: Vec<Option<Vec<Weak<Tile>>>>,
}

impl std::fmt::Debug for FlatSketch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "FlatSketch({:?})", self.image)
    }
}

impl FlatSketch {
    /// Looks at up to `n_most` tiles' places that have changed, for a picture of `width` × `height` pixels. Returns whether
    /// there are more: [`FlatSketch::image`] is what is rendered when there are none.
    ///
    /// # Errors
    /// [`PaintError::Size`] when an edge is 0 or above [`crate::MAX_EDGE_PX`].
    pub fn follow(
        &mut self,
        document: &Document,
        (width, height): (u32, u32),
        paper: Paper,
        n_most: usize,
    ) -> Result<bool, PaintError> {
        check_size(width, height)?;
        let layers = document.layers();
        let ops = program(layers, Content::Rendered);
        let size = (document.width(), document.height());
        let ids: Vec<u32> = layers.iter().map(|layer| layer.id.0).collect();
        let grid = layers[0].raster.grid;
        let is_known = self.image.as_ref().is_some_and(|it| (it.width(), it.height()) == (width, height));
        if !is_known || (self.paper, self.size) != (paper, size) || self.ops != ops || self.layers != ids {
            let pixels = vec![0; width as usize * height as usize * 4];
            self.image = Some(RgbaImage::from_parts(width, height, pixels));
            (self.paper, self.size, self.ops, self.layers) = (paper, size, ops, ids);
            self.seen = vec![None; grid.n_tiles()];
        }
        let indices =
            self.ops.iter().filter_map(|op| if let Op::Layer { index, .. } = op { Some(*index) } else { None });
        let indices: Vec<usize> = indices.collect();
        let mut changed = PixelRect::EMPTY;
        let mut n_left = n_most;
        for tile_idx in 0..grid.n_tiles() {
            let slots = || indices.iter().map(|at| layers[*at].raster.slot(tile_idx));
            let is_same = self.seen[tile_idx].as_ref().is_some_and(|seen| {
                slots().zip(seen).all(|(slot, seen)| match slot {
                    Some(tile) => std::ptr::eq(Arc::as_ptr(tile), seen.as_ptr()),
                    None => seen.ptr_eq(&Weak::new()),
                })
            });
            if is_same {
                continue;
            }
            if n_left == 0 {
                self.look(document, changed);
                return Ok(true);
            }
            n_left -= 1;
            let slots = slots().map(|slot| slot.as_ref().map(Arc::downgrade).unwrap_or_default());
            self.seen[tile_idx] = Some(slots.collect());
            // Neighbours in a row are looked at together.
            let rect = grid.rect(tile_idx);
            if (changed.right, changed.top) != (rect.left, rect.top) {
                self.look(document, std::mem::replace(&mut changed, PixelRect::EMPTY));
            }
            changed = changed.union(rect);
        }
        self.look(document, changed);
        Ok(false)
    }

    /// The picture as far as it was looked at.
    #[must_use]
    pub fn image(&self) -> Option<&RgbaImage> {
        self.image.as_ref()
    }

    /// Brings what a part of the canvas has a share in up to date.
    fn look(&mut self, document: &Document, changed: PixelRect) {
        let changed = changed.intersection(document.bounds());
        let (Some(image), false) = (&mut self.image, changed.is_empty()) else { return };
        let (source, target) = ((document.width(), document.height()), (image.width(), image.height()));
        let columns = touched(source.0, target.0, (changed.left, changed.right));
        let rows = touched(source.1, target.1, (changed.top, changed.bottom));
        let part = PixelRect::new(columns.0, rows.0, columns.1, rows.1);
        let needed = source_of_part(source, target, part);
        let row_len = needed.width() as usize * 4;
        let mut values = vec![0.0; row_len * needed.height() as usize];
        let mut parts = document.layers()[0].raster.grid.parts(needed);
        for_each_piece(document.layers(), &self.ops, &mut Machine::new(), &mut parts, &mut |x, y, piece| {
            let start = (y - needed.top) as usize * row_len + (x - needed.left) as usize * 4;
            for (at, value) in values[start..start + piece.n_values()].iter_mut().enumerate() {
                *value = f32::from(piece.value(at));
            }
        });
        let mut read_row = |y: u32, row: &mut [f32]| {
            let start = (y - needed.top) as usize * row_len;
            row.copy_from_slice(&values[start..start + row_len]);
        };
        let paper = self.paper;
        resample_part(source, target, part, ONE, &mut read_row, &mut |y, row| {
            for (x, values) in (part.left..).zip(row.as_chunks::<4>().0) {
                let stored = values.map(stored_from_float);
                let pixel = match paper {
                    Paper::Transparent => straight_from_stored(&stored),
                    Paper::White => seen_from_stored(&stored),
                };
                image.put_pixel(x, y, pixel);
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BrushSettings, CanvasPoint, Rgb8, StrokeMode, StrokeSample};

    #[test]
    fn only_what_changed_is_looked_at_and_the_picture_is_what_flattening_gives() {
        let mut document = Document::new(500, 300).unwrap();
        let sample = |x, y| StrokeSample::new(CanvasPoint::new(x, y), 1.0, 0.0);
        for size in [(500, 300), (250, 150), (123, 77), (620, 410), (3, 1)] {
            let mut sketch = FlatSketch::default();
            for place in [(20.0, 30.0), (255.0, 190.0), (498.0, 299.0)] {
                let brush = BrushSettings { size_px: 40.0, ..BrushSettings::default() };
                let ink = StrokeMode::Paint(Rgb8::new(200, 20, place.0 as u8));
                document.begin_stroke(brush, ink, "step-brush-stroke", sample(place.0, place.1));
                let mut n_times = 1;
                while sketch.follow(&document, size, Paper::Transparent, 1).unwrap() {
                    n_times += 1;
                }
                assert!(n_times <= 9 || place.0 == 20.0, "{n_times}");
                let whole = document.flatten(size.0, size.1, Paper::Transparent).unwrap();
                assert!(*sketch.image().unwrap() == whole, "{size:?} {place:?}");
                document.end_stroke();
            }
        }
        let mut sketch = FlatSketch::default();
        assert!(sketch.follow(&document, (0, 9), Paper::White, 1).is_err() && sketch.image().is_none());
    }
}
