//! Operations on the whole document: another size, a cut, mirrored.

use std::sync::Arc;

use super::Document;
use super::masks::changed_strength;
use super::memory::MOST_LOOSE_BYTES;
use crate::image::check_size;
use crate::tile::TILE_BYTES;
use crate::{Mask, PaintError, PixelRect, Raster};

impl Document {
    /// Replaces the pixels of every layer, and both masks, as one undoable step; locks do not count. `rasters` and `masks`
    /// must return what has `width` × `height` pixels; a mask that has not is dropped, a raster that has not is cut or
    /// padded at its right and lower border.
    ///
    /// # Errors
    /// [`PaintError::Size`] when an edge is 0 or above [`crate::MAX_EDGE_PX`]; nothing has changed then.
    pub fn edit_canvas(
        &mut self,
        label: &'static str,
        (width, height): (u32, u32),
        rasters: &mut dyn FnMut(&Raster) -> Raster,
        masks: &dyn Fn(&Mask) -> Mask,
    ) -> Result<PixelRect, PaintError> {
        check_size(width, height)?;
        self.end_stroke();
        let mut n_loose = 0;
        self.transact(label, |state| {
            for layer in &mut state.layers {
                let mut raster = rasters(&layer.raster);
                if (raster.width(), raster.height()) != (width, height) {
                    raster = raster.cropped((0, 0), (width, height));
                }
                raster.drop_blank_tiles();
                // Many layers are not to lie about unpacked, before and after, all at the same time.
                n_loose += raster.tiles().count();
                if n_loose * TILE_BYTES > MOST_LOOSE_BYTES {
                    raster.fold();
                }
                layer.raster = raster;
            }
            let fits = |mask: &Mask| (mask.width(), mask.height()) == (width, height);
            let strength_map = state.strength_map.as_deref().map(|map| changed_strength(map, masks));
            state.strength_map = strength_map.filter(fits).map(Arc::new);
            state.selection = state.selection.as_deref().map(masks).filter(fits).map(Arc::new);
            state.selection.take_if(|mask| mask.bounds().is_empty());
            (state.width, state.height) = (width, height);
        });
        Ok(self.bounds())
    }

    /// Gives the canvas another frame: its new upper left corner lies at the old column `left` and row `top`, which may be
    /// negative, and it is `size` pixels wide and high. Crops, and enlarges.
    ///
    /// # Errors
    /// [`PaintError::Size`] when an edge is 0 or above [`crate::MAX_EDGE_PX`]; nothing has changed then.
    pub fn crop(&mut self, label: &'static str, corner: (i32, i32), size: (u32, u32)) -> Result<PixelRect, PaintError> {
        self.edit_canvas(label, size, &mut |raster| raster.cropped(corner, size), &|mask| mask.cropped(corner, size))
    }

    /// Mirrors everything, left to right or (`is_vertical`) top to bottom.
    pub fn flip(&mut self, label: &'static str, is_vertical: bool) -> PixelRect {
        let size = (self.width(), self.height());
        let flipped =
            self.edit_canvas(label, size, &mut |raster| raster.flipped(is_vertical), &|mask| mask.flipped(is_vertical));
        flipped.unwrap_or(PixelRect::EMPTY)
    }
}

impl Raster {
    /// The same pixels in another frame: see [`Document::crop`].
    #[must_use]
    pub fn cropped(&self, (left, top): (i32, i32), (width, height): (u32, u32)) -> Self {
        let mut cropped = Self::new(width, height);
        let (first, end) = shared_columns(left, width, self.width());
        let mut row = vec![0; (end.saturating_sub(first)) as usize * 4];
        for y in 0..height {
            if let Ok(source_y) = u32::try_from(i64::from(y) + i64::from(top))
                && source_y < self.height()
                && first < end
            {
                self.read_row((i64::from(first) + i64::from(left)) as u32, source_y, &mut row);
                cropped.write_row(first, y, &row);
            }
        }
        cropped
    }

    /// The same pixels mirrored, left to right or (`is_vertical`) top to bottom.
    #[must_use]
    pub fn flipped(&self, is_vertical: bool) -> Self {
        let (width, height) = (self.width(), self.height());
        let mut flipped = Self::new(width, height);
        let mut row = vec![0; width as usize * 4];
        for y in 0..height {
            self.read_row(0, y, &mut row);
            if !is_vertical {
                row.as_chunks_mut::<4>().0.reverse();
            }
            flipped.write_row(0, if is_vertical { height - 1 - y } else { y }, &row);
        }
        flipped
    }
}

impl Mask {
    /// The same values in another frame, 0 where there were none: see [`Document::crop`].
    #[must_use]
    pub fn cropped(&self, (left, top): (i32, i32), (width, height): (u32, u32)) -> Self {
        let mut cropped = Self::filled(width, height, 0);
        let (first, end) = shared_columns(left, width, self.width());
        for y in 0..height {
            if let Ok(source_y) = u32::try_from(i64::from(y) + i64::from(top))
                && source_y < self.height()
                && first < end
            {
                let source = |x: u32| (i64::from(x) + i64::from(left)) as u32;
                cropped.row_mut(y, first, end).copy_from_slice(self.row(source_y, source(first), source(end)));
            }
        }
        cropped
    }

    /// The same values mirrored, left to right or (`is_vertical`) top to bottom.
    #[must_use]
    pub fn flipped(&self, is_vertical: bool) -> Self {
        let (width, height) = (self.width(), self.height());
        let mut flipped = Self::filled(width, height, 0);
        for y in 0..height {
            let target = flipped.row_mut(if is_vertical { height - 1 - y } else { y }, 0, width);
            target.copy_from_slice(self.row(y, 0, width));
            if !is_vertical {
                target.reverse();
            }
        }
        flipped
    }
}

/// Which columns of a new frame, whose first is the old column `left`, the old frame has pixels for.
fn shared_columns(left: i32, width: u32, former_width: u32) -> (u32, u32) {
    let column = |at: i64| at.clamp(0, i64::from(width)) as u32;
    (column(-i64::from(left)), column(i64::from(former_width) - i64::from(left)))
}
