//! Small pictures of layers, from a sample of their pixels: a list of layers wants them often.

use super::Document;
use crate::blend::Laying;
use crate::composite::{Content, Machine, Op, for_each_piece, program};
use crate::layer::subtree_start;
use crate::raster::straight_from_stored;
use crate::{LayerId, PixelRect, RgbaImage};

/// Most samples that a pixel of a thumbnail takes along each axis.
const MAX_SAMPLES: u32 = 4;

impl Document {
    /// A small picture of one layer, or of a group as its layers make it, whatever its own opacity is; the longer edge has
    /// `edge_px` pixels, or those of the canvas where that is smaller. `None` when there is no such layer.
    #[must_use]
    pub fn thumbnail(&self, layer: LayerId, edge_px: u32) -> Option<RgbaImage> {
        let layers = self.layers();
        let at = self.state.index_of(layer)?;
        let start = subtree_start(layers, at);
        let (layers, ops) = if layers[at].is_group() {
            let inside = &layers[start..at];
            (inside, program(inside, Content::Seen))
        } else {
            (&layers[at..=at], vec![Op::Layer { index: 0, laying: Laying::PLAIN }])
        };
        let (width, height) = (self.width(), self.height());
        let longer = width.max(height);
        let edge_px = edge_px.clamp(1, longer);
        let scaled = |edge: u32| ((edge * edge_px).div_ceil(longer)).max(1);
        let (small_width, small_height) = (scaled(width), scaled(height));
        let columns = sample_places(width, small_width);
        let mut pixels = Vec::with_capacity(small_width as usize * small_height as usize * 4);
        let mut sums = vec![([0u32; 4], 0u32); small_width as usize];
        let mut machine = Machine::new();
        let grid = layers.first().map_or(self.layers()[0].raster.grid, |layer| layer.raster.grid);
        for rows in sample_places(height, small_height).chunk_by(|one, other| one.0 == other.0) {
            sums.fill(([0; 4], 0));
            for (_, y) in rows {
                let parts = grid.parts(PixelRect::new(0, *y, width, y + 1));
                for_each_piece(layers, &ops, &mut machine, parts, &mut |x, _, stored| {
                    let end = x + (stored.len() / 4) as u32;
                    let first = columns.partition_point(|(_, column)| *column < x);
                    for (small_x, column) in columns[first..].iter().take_while(|(_, column)| *column < end) {
                        let (sum, n_samples) = &mut sums[*small_x as usize];
                        let pixel = &stored[(column - x) as usize * 4..][..4];
                        sum.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += u32::from(*value));
                        *n_samples += 1;
                    }
                });
            }
            for (sum, n_samples) in &sums {
                pixels.extend_from_slice(&straight_from_stored(&sum.map(|sum| (sum / (*n_samples).max(1)) as u16)));
            }
        }
        Some(RgbaImage::from_parts(small_width, small_height, pixels))
    }
}

/// For each sample along an axis: the small pixel that it counts for, and where it is taken. Both rise.
fn sample_places(len: u32, small_len: u32) -> Vec<(u32, u32)> {
    let n_samples = len.div_ceil(small_len).min(MAX_SAMPLES);
    let place = |at: u32| ((u64::from(at) * 2 + 1) * u64::from(len) / (u64::from(small_len * n_samples) * 2)) as u32;
    (0..small_len * n_samples).map(|at| (at / n_samples, place(at).min(len - 1))).collect()
}
