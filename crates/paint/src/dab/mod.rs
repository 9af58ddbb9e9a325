//! A round dab: how much of each pixel it covers, and how it gathers in the mask of a stroke.

use crate::raster::{TILE_EDGE, TileGrid};
use crate::{CanvasPoint, PixelRect};

/// One touch of the brush.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dab {
    pub(crate) centre: CanvasPoint,
    /// Half of the diameter, in pixels.
    pub(crate) radius: f32,
    /// 0 to 1.
    pub(crate) hardness: f32,
    /// The cover that it aims at in its middle, 0 to 1.
    pub(crate) opacity: f32,
    /// How far it goes there, 0 to 1.
    pub(crate) flow: f32,
}

/// The dab's cover as a function of the distance from its middle: full up to `outer − width`, none from `outer` on.
///
/// The edge is never narrower than a pixel. Where it is that narrow it falls linearly, which is what the share of a
/// pixel's area under a straight edge comes to; a wide edge falls along a smoothstep, which has no visible creases.
#[derive(Clone, Copy, Debug)]
struct Profile {
    outer: f32,
    inverse_width: f32,
    /// 0: linear, 1: smoothstep.
    smoothness: f32,
    /// Takes away what a dab smaller than its own edge would have too much.
    scale: f32,
}

impl Profile {
    fn new(radius: f32, hardness: f32) -> Self {
        let soft_width = radius * (1.0 - hardness);
        let width = soft_width.max(1.0);
        // A one-pixel edge lies astride the circle, a wide one inside of it; between the two it moves without a jump.
        let outer = radius + 0.5 * (1.0 - soft_width).max(0.0);
        let scale = if radius < 1.5 {
            // The volume under a linear edge astride the circle against the circle's area, per π.
            let volume = if radius >= 0.5 { radius * radius + 1.0 / 12.0 } else { (radius + 0.5).powi(3) / 3.0 };
            let exact = radius * radius / volume;
            exact + (1.0 - exact) * (radius - 0.5).clamp(0.0, 1.0)
        } else {
            1.0
        };
        Self { outer, inverse_width: 1.0 / width, smoothness: (soft_width - 1.0).clamp(0.0, 1.0), scale }
    }
}

/// Column numbers as floats: reading them lets the inner loop run in SIMD, counting would not.
static COLUMNS: [f32; TILE_EDGE] = {
    let mut columns = [0.0; TILE_EDGE];
    let mut idx = 0;
    while idx < TILE_EDGE {
        columns[idx] = idx as f32;
        idx += 1;
    }
    columns
};

impl Dab {
    /// The pixels that the dab can touch, cut to `bounds`.
    pub(crate) fn rect(&self, bounds: PixelRect) -> PixelRect {
        let reach = Profile::new(self.radius, self.hardness).outer;
        let low = |centre: f32| (centre - reach).floor().max(0.0) as u32;
        let high = |centre: f32| (centre + reach).ceil().max(0.0) as u32;
        PixelRect::new(low(self.centre.x), low(self.centre.y), high(self.centre.x), high(self.centre.y))
            .intersection(bounds)
    }
}

/// The mask of one tile: the cover that the stroke has reached in each pixel, 0 to 1.
type MaskTile = Box<[f32]>;

/// How much the stroke under way covers, pixel by pixel.
pub(crate) struct StrokeMask {
    grid: TileGrid,
    tiles: Vec<Option<MaskTile>>,
}

impl StrokeMask {
    pub(crate) fn new(grid: TileGrid) -> Self {
        Self { grid, tiles: vec![None; grid.n_tiles()] }
    }

    /// The cover in row `y` of a tile, from column `left` up to `right`; `None` where the stroke has not been.
    pub(crate) fn row(&self, tile_idx: usize, y: usize, left: usize, right: usize) -> Option<&[f32]> {
        self.tiles[tile_idx].as_deref().map(|tile| &tile[y * TILE_EDGE + left..y * TILE_EDGE + right])
    }

    /// Whether the stroke has been on a tile.
    pub(crate) fn has(&self, tile_idx: usize) -> bool {
        self.tiles[tile_idx].is_some()
    }

    /// Adds a dab and returns the pixels that may have changed.
    ///
    /// Each pixel moves towards the dab's opacity times its cover of that pixel, by the flow, and never back. At full
    /// flow a stroke is therefore the maximum of its dabs: edges stay as smooth as one dab's edge however close the
    /// dabs lie, and no pixel exceeds the largest opacity among them.
    pub(crate) fn add(&mut self, dab: &Dab, bounds: PixelRect) -> PixelRect {
        let rect = dab.rect(bounds);
        let profile = Profile::new(dab.radius, dab.hardness);
        let aim = dab.opacity * profile.scale;
        for part in self.grid.parts(rect) {
            let tile =
                self.tiles[part.tile_idx].get_or_insert_with(|| vec![0.0; TILE_EDGE * TILE_EDGE].into_boxed_slice());
            // Distances are taken between centres of pixels and the dab, in the tile's own columns.
            let offset_x = part.origin_x as f32 + 0.5 - dab.centre.x;
            for y in part.rows.0..part.rows.1 {
                let dy = (part.origin_y as usize + y) as f32 + 0.5 - dab.centre.y;
                // Only the chord of the circle in this row; a column more on each side takes care of the rounding.
                let reach = (profile.outer * profile.outer - dy * dy).max(0.0).sqrt() + 1.0;
                let column = |dx: f32| (dx - offset_x).clamp(part.columns.0 as f32, part.columns.1 as f32) as usize;
                let (left, right) = (column(-reach), column(reach + 1.0));
                let row = &mut tile[y * TILE_EDGE + left..y * TILE_EDGE + right];
                add_row(row, &COLUMNS[left..right], offset_x, dy * dy, profile, aim, dab.flow);
            }
        }
        rect
    }
}

/// One row of a dab; written so that the compiler turns it into SIMD.
fn add_row(row: &mut [f32], columns: &[f32], offset_x: f32, dy_squared: f32, profile: Profile, aim: f32, flow: f32) {
    let Profile { outer, inverse_width, smoothness, .. } = profile;
    for (cover, column) in row.iter_mut().zip(columns) {
        let dx = column + offset_x;
        let distance = (dx * dx + dy_squared).sqrt();
        let rise = ((outer - distance) * inverse_width).clamp(0.0, 1.0);
        let smooth = rise * rise * (3.0 - 2.0 * rise);
        let share = rise + (smooth - rise) * smoothness;
        *cover += (aim * share - *cover).max(0.0) * flow;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn volume(dab: Dab) -> f32 {
        let bounds = PixelRect::new(0, 0, 128, 128);
        let grid = TileGrid::new(128, 128);
        let mut mask = StrokeMask::new(grid);
        mask.add(&dab, bounds);
        mask.tiles.iter().flatten().flat_map(|tile| tile.iter()).sum()
    }

    fn dab(x: f32, y: f32, radius: f32, hardness: f32) -> Dab {
        Dab { centre: CanvasPoint::new(x, y), radius, hardness, opacity: 1.0, flow: 1.0 }
    }

    #[test]
    fn a_hard_dab_covers_the_area_of_its_circle() {
        for radius in [0.5, 0.75, 1.0, 1.5, 2.0, 5.0, 20.5] {
            let area = std::f32::consts::PI * radius * radius;
            // Small dabs are compared over several places, since single pixels sample them coarsely.
            let mut mean = 0.0;
            for place in 0..16 {
                mean += volume(dab(64.0 + 0.25 * (place % 4) as f32, 64.0 + 0.25 * (place / 4) as f32, radius, 1.0));
            }
            mean /= 16.0;
            assert!((mean / area - 1.0).abs() < 0.12, "radius {radius}: covers {mean} of {area}");
        }
    }

    #[test]
    fn a_dab_moves_by_fractions_of_a_pixel() {
        let bounds = PixelRect::new(0, 0, 128, 128);
        let centre_of_mass = |x: f32| {
            let mut mask = StrokeMask::new(TileGrid::new(128, 128));
            mask.add(&dab(x, 30.0, 3.0, 0.5), bounds);
            let tile = mask.tiles[0].as_ref().unwrap();
            let (mut moment, mut mass) = (0.0, 0.0);
            for (idx, cover) in tile.iter().enumerate() {
                moment += cover * ((idx % TILE_EDGE) as f32 + 0.5);
                mass += cover;
            }
            moment / mass
        };
        for x in [30.0, 30.25, 30.5, 30.9] {
            assert!((centre_of_mass(x) - x).abs() < 0.03, "{x} lies at {}", centre_of_mass(x));
        }
    }

    #[test]
    fn no_pixel_of_a_dab_is_cut_off_and_none_is_touched_outside_of_its_rectangle() {
        let bounds = PixelRect::new(0, 0, 128, 128);
        for (hardness, radius) in [(0.0, 9.4), (0.5, 31.2), (1.0, 9.4), (1.0, 0.4)] {
            let dab = dab(70.3, 61.7, radius, hardness);
            let grid = TileGrid::new(128, 128);
            let mut mask = StrokeMask::new(grid);
            let rect = mask.add(&dab, bounds);
            let profile = Profile::new(dab.radius, dab.hardness);
            for part in grid.parts(bounds) {
                for y in 0..TILE_EDGE {
                    let row =
                        mask.row(part.tile_idx, y, 0, TILE_EDGE).map_or([0.0; TILE_EDGE].to_vec(), <[f32]>::to_vec);
                    for (x, cover) in row.into_iter().enumerate() {
                        // The profile itself, evaluated everywhere.
                        let dy = (part.origin_y as usize + y) as f32 + 0.5 - dab.centre.y;
                        let offset_x = part.origin_x as f32 + 0.5 - dab.centre.x;
                        let mut exact = [0.0];
                        add_row(&mut exact, &[x as f32], offset_x, dy * dy, profile, profile.scale, 1.0);
                        assert_eq!(cover, exact[0]);
                        assert!(cover == 0.0 || rect.contains(part.origin_x + x as u32, part.origin_y + y as u32));
                    }
                }
            }
        }
    }

    #[test]
    fn the_profile_has_no_jumps_in_size_or_hardness() {
        let mut last: Option<f32> = None;
        for step in 0..4000 {
            let radius = 0.2 + step as f32 * 0.005;
            let now = volume(dab(64.37, 64.11, radius, 0.8));
            if let Some(last) = last {
                assert!((now - last).abs() < 0.02 + 0.06 * radius, "radius {radius}: {last} to {now}");
            }
            last = Some(now);
        }
    }
}
