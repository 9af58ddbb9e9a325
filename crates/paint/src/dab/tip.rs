//! Tips with a texture: computed once, at every power of two of their size, and kept.

use std::sync::OnceLock;

use super::noise::{tiling_noise, unit};
use crate::TipKind;

/// Edge of the largest picture of a tip, in texels.
const LARGEST_EDGE: usize = 256;
/// Edge of the smallest one. Dabs that are smaller have no room for a texture.
const SMALLEST_EDGE: usize = 16;

/// A picture of a tip.
pub(crate) struct TipLevel {
    /// Its edge in texels.
    pub(crate) edge: usize,
    /// The cover of each texel, 0 to 1, rows from the top. The outermost texels are empty.
    covers: Box<[f32]>,
    /// How much lighter or darker the hair there paints, −1 to 1.
    tones: Box<[f32]>,
}

static TIPS: [OnceLock<Vec<TipLevel>>; 3] = [const { OnceLock::new() }; 3];

/// The picture of a tip that is the next larger one for a diameter in pixels; `None` for a round tip, which needs none.
pub(crate) fn tip_level(kind: TipKind, diameter_px: f32) -> Option<&'static TipLevel> {
    let (idx, draw): (usize, fn() -> TipLevel) = match kind {
        TipKind::Round => return None,
        TipKind::Chalk => (0, chalk),
        TipKind::Bristle => (1, bristle),
        TipKind::FlatBristle => (2, flat_bristle),
    };
    let levels = TIPS[idx].get_or_init(|| levels_of(draw()));
    levels.iter().rev().find(|level| level.edge as f32 >= diameter_px).or(levels.first())
}

impl TipLevel {
    fn blank() -> Self {
        let n_texels = LARGEST_EDGE * LARGEST_EDGE;
        let blank = || vec![0.0; n_texels].into_boxed_slice();
        Self { edge: LARGEST_EDGE, covers: blank(), tones: blank() }
    }

    /// Cover and tone at a place of −1 to 1 in both directions, blended from four texels; nothing outside.
    #[inline]
    pub(crate) fn at(&self, u: f32, v: f32) -> (f32, f32) {
        let last = (self.edge - 1) as f32;
        let half = self.edge as f32 * 0.5;
        let (x, y) = (u * half + half - 0.5, v * half + half - 0.5);
        if !(x >= 0.0 && y >= 0.0 && x < last && y < last) {
            return (0.0, 0.0);
        }
        let (column, row) = (x as usize, y as usize);
        let (across, down) = (x - column as f32, y - row as f32);
        let start = row * self.edge + column;
        let blend = |texels: &[f32]| {
            let upper = texels[start] + (texels[start + 1] - texels[start]) * across;
            let below = start + self.edge;
            let lower = texels[below] + (texels[below + 1] - texels[below]) * across;
            upper + (lower - upper) * down
        };
        (blend(&self.covers), blend(&self.tones))
    }

    /// Draws with the greatest cover: `disc` at a place of −1 to 1, its radius in the same measure.
    fn add_hair(&mut self, (u, v): (f32, f32), radius: f32, cover: f32, tone: f32) {
        let half = self.edge as f32 * 0.5;
        let texel = |place: f32| ((place + 1.0) * half).clamp(1.0, (self.edge - 1) as f32) as usize;
        for row in texel(v - radius)..texel(v + radius) + 1 {
            for column in texel(u - radius)..texel(u + radius) + 1 {
                let place = |at: usize| (at as f32 + 0.5) / half - 1.0;
                let (du, dv) = (place(column) - u, place(row) - v);
                let share = 1.0 - ((du * du + dv * dv).sqrt() / radius).min(1.0);
                let own = cover * (share * 1.8).min(1.0);
                let at = row * self.edge + column;
                if row + 1 < self.edge && column + 1 < self.edge && own > self.covers[at] {
                    self.covers[at] = own;
                    self.tones[at] = tone;
                }
            }
        }
    }

    /// Half the size; four texels become one.
    fn halved(&self) -> Self {
        let edge = self.edge / 2;
        let half = |texels: &[f32]| {
            (0..edge * edge)
                .map(|at| {
                    let start = at / edge * 2 * self.edge + at % edge * 2;
                    let sum =
                        texels[start] + texels[start + 1] + texels[start + self.edge] + texels[start + self.edge + 1];
                    sum / 4.0
                })
                .collect()
        };
        Self { edge, covers: half(&self.covers), tones: half(&self.tones) }
    }
}

fn levels_of(largest: TipLevel) -> Vec<TipLevel> {
    let mut levels = vec![largest];
    while let Some(level) = levels.last().filter(|level| level.edge > SMALLEST_EDGE) {
        let half = level.halved();
        levels.push(half);
    }
    levels
}

/// A lump of chalk: ragged at its edge, crumbly all over.
fn chalk() -> TipLevel {
    let mut tip = TipLevel::blank();
    for at in 0..LARGEST_EDGE * LARGEST_EDGE {
        let place = |at: usize| (at as f32 + 0.5) / (LARGEST_EDGE / 2) as f32 - 1.0;
        let (u, v) = (place(at % LARGEST_EDGE), place(at / LARGEST_EDGE));
        let (x, y) = (u * 0.5 + 0.5, v * 0.5 + 0.5);
        let rough =
            0.5 * tiling_noise(x, y, 5, 41) + 0.35 * tiling_noise(x, y, 11, 42) + 0.3 * tiling_noise(x, y, 27, 43);
        let distance = (u * u + v * v).sqrt();
        let inside = ((0.86 + 0.2 * rough - distance) * 9.0).clamp(0.0, 1.0);
        let crumb =
            0.45 * tiling_noise(x, y, 18, 44) + 0.5 * tiling_noise(x, y, 40, 45) + 0.25 * tiling_noise(x, y, 80, 46);
        let solid = ((0.8 + 1.3 * crumb) * 1.3).clamp(0.0, 1.0);
        tip.covers[at] = inside * solid * (1.0 - distance.min(1.0)).powf(0.15).min(1.0);
    }
    tip
}

/// Hairs in a disc.
fn bristle() -> TipLevel {
    const N_HAIRS: u32 = 90;
    let mut tip = TipLevel::blank();
    for hair in 0..N_HAIRS {
        let chance = |channel| unit(51, hair, channel);
        // A sunflower's spiral fills a disc evenly; a little chance takes its order away.
        let distance = 0.88 * ((hair as f32 + 0.5) / N_HAIRS as f32).sqrt() + 0.05 * (chance(0) - 0.5);
        let angle = hair as f32 * 2.399_963 + 0.5 * (chance(1) - 0.5);
        let place = (distance * angle.cos(), distance * angle.sin());
        let reach = 1.0 - 0.5 * distance * distance;
        tip.add_hair(place, 0.07 + 0.06 * chance(2), (0.45 + 0.55 * chance(3)) * reach.max(0.5), 2.0 * chance(4) - 1.0);
    }
    tip
}

/// Hairs in a rectangle as wide as the tip; how deep it is, the aspect says.
fn flat_bristle() -> TipLevel {
    const N_COLUMNS: u32 = 44;
    const N_ROWS: u32 = 14;
    let mut tip = TipLevel::blank();
    for hair in 0..N_COLUMNS * N_ROWS {
        let chance = |channel| unit(61, hair, channel);
        // One strength, one tone and one length for a column of hairs: that is what makes a streak, and a ragged end.
        let column_chance = |channel| unit(62, hair % N_COLUMNS, channel);
        let column = (hair % N_COLUMNS) as f32 + 0.5;
        let row = (hair / N_COLUMNS) as f32 + 0.5;
        let u = 0.92 * (2.0 * column / N_COLUMNS as f32 - 1.0) + 0.02 * (chance(0) - 0.5);
        let v = (0.55 + 0.35 * column_chance(6)) * (2.0 * row / N_ROWS as f32 - 1.0) + 0.08 * (chance(1) - 0.5);
        let rim = ((1.0 - u.abs()) * 6.0).min(1.0);
        // Most hairs are full of paint; one in four runs dry.
        let fullness = (column_chance(3) * 2.2 + 0.25).min(1.0);
        let cover = fullness * (0.55 + 0.45 * rim);
        tip.add_hair((u, v), 0.06 + 0.02 * chance(2), cover, 2.0 * column_chance(5) - 1.0);
    }
    tip
}

#[cfg(test)]
mod tests {
    use super::*;

    const KINDS: [TipKind; 3] = [TipKind::Chalk, TipKind::Bristle, TipKind::FlatBristle];

    #[test]
    fn a_tip_covers_about_as_much_at_every_size() {
        for kind in KINDS {
            let mean = |diameter_px| {
                let level = tip_level(kind, diameter_px).unwrap();
                assert!(level.edge as f32 >= diameter_px);
                level.covers.iter().sum::<f32>() / level.covers.len() as f32
            };
            let large = mean(256.0);
            assert!(large > 0.1 && large < 0.7, "{kind:?} covers {large}");
            for diameter_px in [8.0, 16.0, 30.0, 100.0] {
                assert!((mean(diameter_px) - large).abs() < 1e-3, "{kind:?} at {diameter_px}");
            }
        }
        assert!(tip_level(TipKind::Round, 20.0).is_none());
        assert_eq!(tip_level(TipKind::Chalk, 512.0).unwrap().edge, LARGEST_EDGE);
    }

    #[test]
    fn nothing_lies_outside_of_a_tip() {
        for kind in KINDS {
            let level = tip_level(kind, 200.0).unwrap();
            for place in [(1.1, 0.0), (0.0, -1.1), (f32::NAN, 0.0), (f32::INFINITY, 0.0)] {
                assert_eq!(level.at(place.0, place.1), (0.0, 0.0));
            }
        }
    }
}
