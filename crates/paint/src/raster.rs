//! The pixels of one layer: tiles of 64 × 64, shared until they are written to.

use std::sync::Arc;

use crate::PixelRect;
use crate::stored::{stored_from_straight, straight_from_stored};
use crate::tile::{Pixels, TILE_EDGE, Tile, TileSlot, held_bytes};

/// The part of one tile that a rectangle of the canvas covers.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TilePart {
    /// The tile's index in the layer.
    pub(crate) tile_idx: usize,
    /// Canvas column of the tile's first column.
    pub(crate) origin_x: u32,
    /// Canvas row of the tile's first row.
    pub(crate) origin_y: u32,
    /// Columns and rows of the tile.
    pub(crate) columns: (usize, usize),
    /// Rows of the tile.
    pub(crate) rows: (usize, usize),
}

/// How a canvas is cut into tiles.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TileGrid {
    n_columns: u32,
    n_rows: u32,
}

impl TileGrid {
    pub(crate) fn new(width: u32, height: u32) -> Self {
        Self { n_columns: width.div_ceil(TILE_EDGE as u32), n_rows: height.div_ceil(TILE_EDGE as u32) }
    }

    pub(crate) fn n_tiles(self) -> usize {
        self.n_columns as usize * self.n_rows as usize
    }

    /// The pixels of a tile; at the right and lower border it reaches beyond the canvas.
    pub(crate) fn rect(self, tile_idx: usize) -> PixelRect {
        const EDGE: u32 = TILE_EDGE as u32;
        let (column, row) = (tile_idx as u32 % self.n_columns, tile_idx as u32 / self.n_columns);
        PixelRect::new(column * EDGE, row * EDGE, (column + 1) * EDGE, (row + 1) * EDGE)
    }

    /// The parts of tiles that make up a rectangle, which must lie inside of the canvas.
    pub(crate) fn parts(self, rect: PixelRect) -> impl Iterator<Item = TilePart> {
        const EDGE: u32 = TILE_EDGE as u32;
        let tile_rows = rect.top / EDGE..rect.bottom.div_ceil(EDGE);
        let tile_columns = rect.left / EDGE..rect.right.div_ceil(EDGE);
        tile_rows.flat_map(move |tile_row| {
            tile_columns.clone().map(move |tile_column| {
                let (origin_x, origin_y) = (tile_column * EDGE, tile_row * EDGE);
                let cut = |low: u32, high: u32, origin: u32| {
                    (low.saturating_sub(origin) as usize, (high - origin).min(EDGE) as usize)
                };
                TilePart {
                    tile_idx: (tile_row * self.n_columns + tile_column) as usize,
                    origin_x,
                    origin_y,
                    columns: cut(rect.left, rect.right, origin_x),
                    rows: cut(rect.top, rect.bottom, origin_y),
                }
            })
        })
    }
}

/// The pixels of one layer. A clone shares its tiles until one of the two is written to.
///
/// A pixel is red, green, blue, alpha in 16 bits each, premultiplied, in sRGB encoding. In tiles at the right and lower
/// border, what lies beyond the canvas is always blank.
#[derive(Clone)]
pub struct Raster {
    width: u32,
    height: u32,
    pub(crate) grid: TileGrid,
    slots: Vec<TileSlot>,
}

impl std::fmt::Debug for Raster {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Raster({} × {})", self.width, self.height)
    }
}

/// Equal pixels, whether a blank tile is there or not.
impl PartialEq for Raster {
    fn eq(&self, other: &Self) -> bool {
        let tiles = |idx: usize| (&self.slots[idx], &other.slots[idx]);
        (self.width, self.height) == (other.width, other.height)
            && (0..self.n_tiles()).all(|idx| match tiles(idx) {
                (None, None) => true,
                (Some(one), Some(two)) => Arc::ptr_eq(one, two) || one == two,
                (Some(tile), None) | (None, Some(tile)) => tile.is_blank(),
            })
    }
}

impl Raster {
    /// Blank pixels for a canvas of `width` × `height` pixels.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        let grid = TileGrid::new(width, height);
        Self { width, height, grid, slots: vec![None; grid.n_tiles()] }
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

    pub(crate) fn n_tiles(&self) -> usize {
        self.slots.len()
    }

    pub(crate) fn slot(&self, tile_idx: usize) -> &TileSlot {
        &self.slots[tile_idx]
    }

    /// A tile's pixels; `None` where nothing is painted.
    pub(crate) fn pixels(&self, tile_idx: usize) -> Option<Arc<Pixels>> {
        self.slots[tile_idx].as_ref().map(Tile::pixels)
    }

    /// A tile's pixels to write to; copied first when the history still needs them.
    pub(crate) fn pixels_mut(&mut self, tile_idx: usize) -> &mut Pixels {
        Arc::make_mut(self.slots[tile_idx].get_or_insert_default()).pixels_mut()
    }

    /// Covers all pixels with one, which costs no more than a tile or four.
    pub(crate) fn fill(&mut self, pixel: [u16; 4]) {
        let flat = Arc::new(Tile::flat(pixel));
        let bounds = self.bounds();
        for tile_idx in 0..self.n_tiles() {
            let rect = self.grid.rect(tile_idx);
            let inside = rect.intersection(bounds);
            self.slots[tile_idx] = Some(Arc::clone(&flat));
            if inside != rect {
                // What lies beyond the canvas is always blank.
                let pixels = self.pixels_mut(tile_idx);
                pixels.all_mut().fill(0);
                let (columns, rows) = (inside.width() as usize, inside.height() as usize);
                (0..rows).for_each(|y| pixels.row_mut(y, 0, columns).as_chunks_mut::<4>().0.fill(pixel));
            }
        }
    }

    /// All tiles' places, to be packed and unpacked by the history.
    pub(crate) fn slots_mut(&mut self) -> &mut [TileSlot] {
        &mut self.slots
    }

    /// Puts another tile in its place and returns the former one.
    pub(crate) fn replace(&mut self, tile_idx: usize, slot: TileSlot) -> TileSlot {
        std::mem::replace(&mut self.slots[tile_idx], slot)
    }

    /// Lets go of a tile on which nothing is left.
    pub(crate) fn drop_if_blank(&mut self, tile_idx: usize) {
        if self.slots[tile_idx].as_ref().is_some_and(|tile| tile.is_blank()) {
            self.slots[tile_idx] = None;
        }
    }

    /// Lets go of all tiles on which nothing is left.
    pub(crate) fn drop_blank_tiles(&mut self) {
        (0..self.n_tiles()).for_each(|tile_idx| self.drop_if_blank(tile_idx));
    }

    /// Whether no tile holds anything. After an eraser was at work blank tiles may still be there.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.slots.iter().all(Option::is_none)
    }

    /// The rectangle around all tiles that hold something, cut to the canvas: it holds all paint, and up to 63 pixels more
    /// on each side.
    #[must_use]
    pub fn tile_bounds(&self) -> PixelRect {
        let held = self.slots.iter().enumerate().filter(|(_, slot)| slot.is_some());
        held.fold(PixelRect::EMPTY, |bounds, (tile_idx, _)| bounds.union(self.grid.rect(tile_idx)))
            .intersection(self.bounds())
    }

    /// One pixel as stored; blank outside of the canvas.
    #[must_use]
    pub fn pixel(&self, x: u32, y: u32) -> [u16; 4] {
        let rect = PixelRect::new(x, y, x.saturating_add(1), y.saturating_add(1)).intersection(self.bounds());
        let mut pixel = [0; 4];
        for part in self.grid.parts(rect) {
            if let Some(pixels) = self.pixels(part.tile_idx) {
                pixel.copy_from_slice(pixels.row(part.rows.0, part.columns.0, part.columns.1));
            }
        }
        pixel
    }

    /// Reads stored pixels of row `y` from column `left` on, as many as `row` has (4 numbers each); blank outside of the
    /// canvas.
    pub fn read_row(&self, left: u32, y: u32, row: &mut [u16]) {
        row.fill(0);
        let right = left.saturating_add((row.len() / 4) as u32);
        for part in self.grid.parts(PixelRect::new(left, y, right, y.saturating_add(1)).intersection(self.bounds())) {
            if let Some(tile) = self.pixels(part.tile_idx) {
                let (first, end) = part.columns;
                let start = (part.origin_x as usize + first - left as usize) * 4;
                row[start..start + (end - first) * 4].copy_from_slice(tile.row(part.rows.0, first, end));
            }
        }
    }

    /// Writes stored pixels into row `y` from column `left` on. What falls outside of the canvas is left away, and blank
    /// pixels make no new tiles. Colours must not exceed alpha.
    pub fn write_row(&mut self, left: u32, y: u32, row: &[u16]) {
        let right = left.saturating_add((row.len() / 4) as u32);
        for part in self.grid.parts(PixelRect::new(left, y, right, y.saturating_add(1)).intersection(self.bounds())) {
            let (first, end) = part.columns;
            let start = (part.origin_x as usize + first - left as usize) * 4;
            let new = &row[start..start + (end - first) * 4];
            if self.slots[part.tile_idx].is_some() || new.iter().any(|value| *value != 0) {
                self.pixels_mut(part.tile_idx).row_mut(part.rows.0, first, end).copy_from_slice(new);
            }
        }
    }

    /// The pixels of `rect` (cut to the canvas) as RGBA8 with straight alpha, in rows without gaps. Returns the rectangle
    /// that was read. `pixels` is resized; passing the same buffer again allocates nothing.
    pub fn read_rgba(&self, rect: PixelRect, pixels: &mut Vec<u8>) -> PixelRect {
        let rect = rect.intersection(self.bounds());
        let row_bytes = rect.width() as usize * 4;
        pixels.clear();
        pixels.resize(row_bytes * rect.height() as usize, 0);
        for part in self.grid.parts(rect) {
            let Some(tile) = self.pixels(part.tile_idx) else { continue };
            let (left, right) = part.columns;
            let x = part.origin_x as usize + left - rect.left as usize;
            for y in part.rows.0..part.rows.1 {
                let start = (part.origin_y as usize + y - rect.top as usize) * row_bytes + x * 4;
                let row = pixels[start..start + (right - left) * 4].as_chunks_mut::<4>().0.iter_mut();
                for (pixel, stored) in row.zip(tile.row(y, left, right).as_chunks::<4>().0) {
                    *pixel = straight_from_stored(stored);
                }
            }
        }
        rect
    }

    /// Replaces the pixels of `rect` by RGBA8 with straight alpha, in rows without gaps, and returns the rectangle that
    /// was written. What lies outside of the canvas is left away. Fewer bytes than the rectangle needs write as many whole
    /// rows as there are.
    pub fn write_rgba(&mut self, rect: PixelRect, pixels: &[u8]) -> PixelRect {
        let row_bytes = rect.width() as usize * 4;
        if row_bytes == 0 {
            return PixelRect::EMPTY;
        }
        let mut stored = vec![0; row_bytes];
        let mut written = PixelRect::EMPTY;
        for (y, row) in (rect.top..rect.bottom.min(self.height)).zip(pixels.chunks_exact(row_bytes)) {
            for (stored, pixel) in stored.as_chunks_mut::<4>().0.iter_mut().zip(row.chunks_exact(4)) {
                *stored = stored_from_straight(pixel);
            }
            self.write_row(rect.left, y, &stored);
            written = written.union(PixelRect::new(rect.left, y, rect.right, y + 1));
        }
        written.intersection(self.bounds())
    }

    /// Bytes that its pixels take, packed or not; of a tile that several hold, its share.
    #[must_use]
    pub fn pixel_bytes(&self) -> usize {
        self.slots.iter().map(held_bytes).sum()
    }

    /// Packs all tiles.
    pub(crate) fn fold(&self) {
        self.tiles().for_each(Tile::fold);
    }

    /// The tiles that hold something.
    pub(crate) fn tiles(&self) -> impl Iterator<Item = &Arc<Tile>> {
        self.slots.iter().flatten()
    }

    /// Lets go of blank tiles, and makes one tile of all that are flat and of the same colour: a filled canvas weighs as
    /// much as one tile.
    pub(crate) fn tidy(&mut self) {
        let mut flats: Vec<([u16; 4], Arc<Tile>)> = Vec::new();
        for slot in &mut self.slots {
            let Some(tile) = slot else { continue };
            let Some(pixel) = tile.flat_pixel() else { continue };
            if pixel == [0; 4] {
                *slot = None;
                continue;
            }
            match flats.iter().find(|(flat, _)| *flat == pixel) {
                Some((_, flat)) => *slot = Some(Arc::clone(flat)),
                // A picture with ever other flat tiles would make this slow, and has little to win.
                None if flats.len() < 16 => flats.push((pixel, Arc::clone(tile))),
                None => {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_cover_a_rectangle_once() {
        let grid = TileGrid::new(200, 130);
        assert_eq!(grid.n_tiles(), 12);
        let rect = PixelRect::new(60, 3, 200, 129);
        let mut n_pixels = 0;
        for part in grid.parts(rect) {
            assert!(part.columns.0 < part.columns.1 && part.columns.1 <= TILE_EDGE);
            assert!(part.rows.0 < part.rows.1 && part.rows.1 <= TILE_EDGE);
            n_pixels += (part.columns.1 - part.columns.0) * (part.rows.1 - part.rows.0);
            assert!(rect.contains(part.origin_x + part.columns.0 as u32, part.origin_y + part.rows.0 as u32));
        }
        assert_eq!(n_pixels as u32, rect.width() * rect.height());
        assert_eq!(grid.parts(PixelRect::EMPTY).count(), 0);
    }
}
