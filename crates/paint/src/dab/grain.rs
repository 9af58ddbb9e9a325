//! The paper under the brush: heights of its surface, computed once, repeating without a seam.

use std::sync::OnceLock;

use super::noise::{tiling_noise, unit};
use crate::GrainKind;

/// Edge of the square of paper that repeats, in pixels at scale 1.
const EDGE: usize = 256;
const N_HEIGHTS: usize = EDGE * EDGE;

/// Heights 0 (valley) to 1 (peak), each tenth as frequent as any other.
type Heights = Box<[f32]>;

static HEIGHTS: [OnceLock<Heights>; 3] = [const { OnceLock::new() }; 3];

/// The paper of a stroke.
#[derive(Clone, Copy)]
pub(crate) struct Grain {
    heights: &'static [f32],
    scale: f32,
}

impl Grain {
    /// The paper of a kind, `scale` times as coarse as it is. `None` for smooth paper.
    pub(crate) fn new(kind: GrainKind, scale: f32) -> Option<Self> {
        let (idx, height): (usize, fn(usize, usize) -> f32) = match kind {
            GrainKind::None => return None,
            GrainKind::Paper => (0, paper),
            GrainKind::Canvas => (1, canvas),
            GrainKind::Blotch => (2, blotch),
        };
        let heights = HEIGHTS[idx].get_or_init(|| evened((0..N_HEIGHTS).map(|at| height(at % EDGE, at / EDGE))));
        Some(Self { heights, scale })
    }

    /// The heights of row `y` of the canvas from column `x` on.
    pub(crate) fn fill_row(&self, x: u32, y: u32, row: &mut [f32]) {
        const MASK: usize = EDGE - 1;
        if self.scale == 1.0 {
            let line = &self.heights[(y as usize & MASK) * EDGE..][..EDGE];
            let (mut x, mut row) = (x as usize & MASK, row);
            while !row.is_empty() {
                let (now, later) = row.split_at_mut(row.len().min(EDGE - x));
                now.copy_from_slice(&line[x..x + now.len()]);
                (x, row) = (0, later);
            }
            return;
        }
        let at = |place: f32| {
            let low = place.floor();
            (low as i64 as usize & MASK, (low as i64 as usize).wrapping_add(1) & MASK, place - low)
        };
        let inverse = 1.0 / self.scale;
        let (top, bottom, down) = at((y as f32 + 0.5) * inverse - 0.5);
        for (idx, height) in row.iter_mut().enumerate() {
            let (left, right, across) = at(((x as usize + idx) as f32 + 0.5) * inverse - 0.5);
            let line = |row: usize| {
                let (from, to) = (self.heights[row * EDGE + left], self.heights[row * EDGE + right]);
                from + (to - from) * across
            };
            let (upper, lower) = (line(top), line(bottom));
            *height = upper + (lower - upper) * down;
        }
    }
}

/// Heights by rank instead of by size, so that a given share of the paper lies below a given height.
fn evened(heights: impl Iterator<Item = f32>) -> Heights {
    const N_BINS: usize = 8192;
    let heights: Vec<f32> = heights.collect();
    let bin = |height: f32| ((height * 0.25 + 0.5).clamp(0.0, 1.0) * (N_BINS - 1) as f32) as usize;
    let mut below = vec![0u32; N_BINS];
    for height in &heights {
        below[bin(*height)] += 1;
    }
    let mut sum = 0;
    for count in &mut below {
        let own = *count;
        // The middle of the own bin, so that ties neither lift nor sink.
        *count = sum + own / 2;
        sum += own;
    }
    heights.into_iter().map(|height| below[bin(height)] as f32 / N_HEIGHTS as f32).collect()
}

fn place(column: usize, row: usize) -> (f32, f32) {
    (column as f32 / EDGE as f32, row as f32 / EDGE as f32)
}

/// Cold-pressed paper: humps of two to four pixels, some grit, and a little that is wider.
fn paper(column: usize, row: usize) -> f32 {
    let (x, y) = place(column, row);
    0.2 * tiling_noise(x, y, 20, 11)
        + 0.5 * tiling_noise(x, y, 72, 12)
        + 0.6 * tiling_noise(x, y, 112, 13)
        + 0.5 * (unit(14, column as u32, row as u32) - 0.5)
}

/// A plain weave, four pixels a thread: threads go over and under each other in turn.
fn canvas(column: usize, row: usize) -> f32 {
    const THREAD: usize = 4;
    let (x, y) = place(column, row);
    let bulge = |at: usize| (std::f32::consts::PI * ((at % THREAD) as f32 + 0.5) / THREAD as f32).sin();
    let warp_is_above = (column / THREAD + row / THREAD).is_multiple_of(2);
    let height = if warp_is_above { bulge(column) } else { 0.85 * bulge(row) };
    height + 0.25 * tiling_noise(x, y, 64, 21) + 0.3 * tiling_noise(x, y, 12, 22)
}

/// Pigment that swam: blotches as wide as a finger, and the paper's tooth in them.
fn blotch(column: usize, row: usize) -> f32 {
    let (x, y) = place(column, row);
    0.7 * tiling_noise(x, y, 5, 31)
        + 0.45 * tiling_noise(x, y, 13, 32)
        + 0.3 * tiling_noise(x, y, 40, 33)
        + 0.4 * tiling_noise(x, y, 88, 34)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [GrainKind; 3] = [GrainKind::Paper, GrainKind::Canvas, GrainKind::Blotch];

    #[test]
    fn every_height_is_as_frequent_as_any_other() {
        for kind in KINDS {
            let grain = Grain::new(kind, 1.0).unwrap();
            let mut counts = [0usize; 10];
            for height in grain.heights {
                counts[(height * 10.0).min(9.0) as usize] += 1;
            }
            assert!(counts.iter().all(|count| count.abs_diff(N_HEIGHTS / 10) < N_HEIGHTS / 40), "{kind:?}: {counts:?}");
        }
    }

    #[test]
    fn paper_repeats_and_a_row_does_not_care_where_it_starts() {
        for kind in KINDS {
            for scale in [1.0, 1.7] {
                let grain = Grain::new(kind, scale).unwrap();
                let mut whole = [0.0; 600];
                grain.fill_row(0, 77, &mut whole);
                let mut part = [0.0; 64];
                grain.fill_row(225, 77, &mut part);
                assert_eq!(part, whole[225..289]);
                if scale == 1.0 {
                    assert_eq!(whole[..300], whole[256..556]);
                }
            }
        }
        assert!(Grain::new(GrainKind::None, 1.0).is_none());
    }
}
