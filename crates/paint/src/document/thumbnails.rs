//! Small pictures of layers, from a sample of their pixels: a list of layers wants them after every stroke.

use std::sync::{Arc, Weak};

use crate::stored::straight_from_stored;
use crate::tile::{Pixels, TILE_EDGE, Tile, TileSlot};
use crate::{Raster, RgbaImage};

/// Most samples that a pixel of a thumbnail takes along each axis.
const MAX_SAMPLES: u32 = 4;

/// A small picture of a layer that follows what is painted on it: tiles that it has seen it does not look at again.
pub struct Thumbnail {
    edge_px: u32,
    image: RgbaImage,
    size: (u32, u32),
    /// For each sample: the small pixel that it counts for, and where it is taken.
    columns: Vec<(u32, u32)>,
    rows: Vec<(u32, u32)>,
    /// The tiles that were looked at. They are known by their place in memory, which is not given to another tile as long
    /// as anything names it; a tile that is written to gets another place.
    seen: Vec<Weak<Tile>>,
    has_news: bool,
}

impl std::fmt::Debug for Thumbnail {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Thumbnail({:?})", self.image)
    }
}

impl Thumbnail {
    /// A thumbnail that has seen nothing. Its longer edge will have `edge_px` pixels, or those of the canvas where that is
    /// smaller.
    #[must_use]
    pub fn new(edge_px: u32) -> Self {
        let image = RgbaImage::from_parts(1, 1, vec![0; 4]);
        let (columns, rows, seen) = (Vec::new(), Vec::new(), Vec::new());
        Self { edge_px, image, size: (0, 0), columns, rows, seen, has_news: true }
    }

    /// Looks at up to `n_most` tiles that have changed. Returns whether there may be more: the picture is whole when there
    /// are none.
    #[inline(never)]
    pub fn follow(&mut self, raster: &Raster, n_most: usize) -> bool {
        if self.size != (raster.width(), raster.height()) {
            self.begin(raster);
        }
        let mut n_left = n_most;
        for tile_idx in 0..raster.n_tiles() {
            if is_same(raster.slot(tile_idx), &self.seen[tile_idx]) {
                continue;
            }
            if n_left == 0 {
                return true;
            }
            n_left -= 1;
            self.seen[tile_idx] = raster.slot(tile_idx).as_ref().map(Arc::downgrade).unwrap_or_default();
            self.look(raster, tile_idx);
            self.has_news = true;
        }
        false
    }

    /// The picture, where it is another one than the last time.
    pub fn news(&mut self) -> Option<&RgbaImage> {
        std::mem::take(&mut self.has_news).then_some(&self.image)
    }

    fn begin(&mut self, raster: &Raster) {
        let (width, height) = (raster.width(), raster.height());
        let longer = width.max(height);
        let edge_px = self.edge_px.clamp(1, longer);
        let scaled = |edge: u32| (edge * edge_px).div_ceil(longer).max(1);
        let (small_width, small_height) = (scaled(width), scaled(height));
        self.size = (width, height);
        (self.columns, self.rows) = (sample_places(width, small_width), sample_places(height, small_height));
        let pixels = vec![0; small_width as usize * small_height as usize * 4];
        self.image = RgbaImage::from_parts(small_width, small_height, pixels);
        self.seen = (0..raster.n_tiles()).map(|_| Weak::new()).collect();
        self.has_news = true;
    }

    /// Brings the small pixels up to date that a tile has a share in.
    fn look(&mut self, raster: &Raster, tile_idx: usize) {
        let rect = raster.grid.rect(tile_idx);
        let columns = shared(&self.columns, (rect.left, rect.right));
        let n_in_row = raster.width().div_ceil(TILE_EDGE as u32);
        let mut at_hand: Option<(u32, Option<Arc<Pixels>>)> = None;
        for rows in shared(&self.rows, (rect.top, rect.bottom)).chunk_by(|one, other| one.0 == other.0) {
            for columns in columns.chunk_by(|one, other| one.0 == other.0) {
                let (mut sums, mut n_samples) = ([0u32; 4], 0);
                for (_, y) in rows {
                    for (_, x) in columns {
                        n_samples += 1;
                        const EDGE: u32 = TILE_EDGE as u32;
                        let tile = y / EDGE * n_in_row + x / EDGE;
                        let pixels = match &at_hand {
                            Some((at, pixels)) if *at == tile => pixels,
                            // What is not at hand is not worth the room of what is painted on.
                            _ => &at_hand.insert((tile, raster.slot(tile as usize).as_ref().map(|it| it.peek()))).1,
                        };
                        let Some(pixels) = pixels else { continue };
                        let column = (x % EDGE) as usize;
                        let pixel = pixels.row((y % EDGE) as usize, column, column + 1);
                        sums.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += u32::from(*value));
                    }
                }
                let ([(small_x, _), ..], [(small_y, _), ..]) = (columns, rows) else { continue };
                let mean = sums.map(|sum| (sum / n_samples) as u16);
                self.image.put_pixel(*small_x, *small_y, straight_from_stored(&mean));
            }
        }
    }
}

fn is_same(slot: &TileSlot, seen: &Weak<Tile>) -> bool {
    match slot {
        Some(tile) => std::ptr::eq(Arc::as_ptr(tile), seen.as_ptr()),
        None => seen.ptr_eq(&Weak::new()),
    }
}

/// The samples of all small pixels that have one between `from` and `to`.
fn shared(samples: &[(u32, u32)], (from, to): (u32, u32)) -> &[(u32, u32)] {
    let inside = samples.partition_point(|(_, at)| *at < from)..samples.partition_point(|(_, at)| *at < to);
    let [(first, _), .., (last, _)] = samples[inside.clone()] else {
        let Some((only, _)) = samples[inside].first() else { return &[] };
        return of_pixels(samples, *only, *only);
    };
    of_pixels(samples, first, last)
}

fn of_pixels(samples: &[(u32, u32)], first: u32, last: u32) -> &[(u32, u32)] {
    &samples[samples.partition_point(|(small, _)| *small < first)..samples.partition_point(|(small, _)| *small <= last)]
}

/// For each sample along an axis: the small pixel that it counts for, and where it is taken. Both rise.
pub(crate) fn sample_places(len: u32, small_len: u32) -> Vec<(u32, u32)> {
    let n_samples = len.div_ceil(small_len).min(MAX_SAMPLES);
    let place = |at: u32| ((u64::from(at) * 2 + 1) * u64::from(len) / (u64::from(small_len * n_samples) * 2)) as u32;
    (0..small_len * n_samples).map(|at| (at / n_samples, place(at).min(len - 1))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(raster: &Raster, edge_px: u32) -> RgbaImage {
        let mut thumbnail = Thumbnail::new(edge_px);
        assert!(!thumbnail.follow(raster, usize::MAX));
        thumbnail.news().unwrap().clone()
    }

    #[test]
    fn only_tiles_that_were_painted_on_are_looked_at_and_the_picture_is_that_of_all() {
        for (width, height) in [(1500, 700), (64, 64), (200, 3), (2048, 1024), (30, 40)] {
            let mut raster = Raster::new(width, height);
            let mut thumbnail = Thumbnail::new(64);
            assert!(!thumbnail.follow(&raster, 0) && thumbnail.news().is_some() && thumbnail.news().is_none());
            let places = [(0, 0), (width - 1, height - 1), (width / 2, height / 2), (width / 3, height - 1)];
            for (number, (x, y)) in places.into_iter().enumerate() {
                let row = [40_000u16, 9000 * number as u16, 0, 60_000].repeat(90);
                (y..(y + 80).min(height)).for_each(|y| raster.write_row(x, y, &row));
                let mut n_times = 0;
                while thumbnail.follow(&raster, 1) {
                    n_times += 1;
                }
                assert!(n_times < 9, "{n_times} tiles");
                let image = thumbnail.news().unwrap().clone();
                assert!(image == whole(&raster, 64), "{width} × {height}, stroke {number}");
            }
            let before = whole(&raster, 64);
            raster.erase(None);
            thumbnail.follow(&raster, usize::MAX);
            assert!(*thumbnail.news().unwrap() == whole(&raster, 64) && before != whole(&raster, 64));
        }
    }

    #[test]
    fn a_canvas_of_another_size_begins_anew() {
        let mut raster = Raster::new(300, 100);
        raster.fill([0, 50_000, 0, 50_000]);
        let mut thumbnail = Thumbnail::new(40);
        thumbnail.follow(&raster, usize::MAX);
        let image = thumbnail.news().unwrap();
        assert_eq!((image.width(), image.height(), image.pixel(39, 13)), (40, 14, Some([0, 255, 0, 195])));
        let raster = Raster::new(100, 300);
        thumbnail.follow(&raster, usize::MAX);
        assert!(*thumbnail.news().unwrap() == whole(&raster, 40));
    }
}
