//! What a stroke has covered so far.

use super::{Dab, Shape};
use crate::blend::greater;
use crate::raster::TileGrid;
use crate::tile::TILE_EDGE;
use crate::{BrushSettings, Gathering, PixelRect, TipKind};

/// How far hairs and dabs differ in tone at the most.
const TONE_REACH: f32 = 0.45;

/// The mask of one tile.
#[derive(Clone)]
struct MaskTile {
    /// The cover that the stroke has reached in each pixel, 0 to 1.
    covers: Box<[f32]>,
    /// How much lighter (up to 1) or darker (down to −1) the paint is in each pixel; empty for brushes of one tone.
    tones: Box<[f32]>,
}

/// How much the stroke under way covers, pixel by pixel.
pub(crate) struct StrokeMask {
    grid: TileGrid,
    tiles: Vec<Option<MaskTile>>,
    tip: TipKind,
    gathering: Gathering,
    tone_jitter: f32,
    /// Tiles as they were before the first provisional dab, while [`StrokeMask::keep`] is in force.
    kept: Vec<(usize, Option<MaskTile>)>,
    is_keeping: bool,
}

/// One row of the mask in one tile.
#[derive(Clone, Copy)]
pub(crate) struct MaskRow<'a> {
    /// The cover of each pixel, 0 to 1.
    pub(crate) covers: &'a [f32],
    /// The tone of each pixel, −1 to 1; empty for brushes of one tone.
    pub(crate) tones: &'a [f32],
}

impl StrokeMask {
    pub(crate) fn new(grid: TileGrid, brush: &BrushSettings) -> Self {
        Self {
            grid,
            tiles: vec![None; grid.n_tiles()],
            tip: brush.tip,
            gathering: brush.gathering,
            tone_jitter: brush.tone_jitter,
            kept: Vec::new(),
            is_keeping: false,
        }
    }

    /// Row `y` of a tile, from column `left` up to `right`; `None` where the stroke has not been.
    pub(crate) fn row(&self, tile_idx: usize, y: usize, left: usize, right: usize) -> Option<MaskRow<'_>> {
        let tile = self.tiles[tile_idx].as_ref()?;
        let range = y * TILE_EDGE + left..y * TILE_EDGE + right;
        let tones = if tile.tones.is_empty() { &[] } else { &tile.tones[range.clone()] };
        Some(MaskRow { covers: &tile.covers[range], tones })
    }

    /// Whether the stroke has been on a tile.
    pub(crate) fn has(&self, tile_idx: usize) -> bool {
        self.tiles[tile_idx].is_some()
    }

    /// From here on dabs are provisional: [`StrokeMask::take_back`] undoes them.
    pub(crate) fn keep(&mut self) {
        self.is_keeping = true;
    }

    /// Takes back every dab since [`StrokeMask::keep`].
    pub(crate) fn take_back(&mut self) {
        self.is_keeping = false;
        for (tile_idx, tile) in self.kept.drain(..) {
            // A tile that only provisional dabs have been on stays, empty: what it lay over must be shown again.
            self.tiles[tile_idx] = Some(tile.unwrap_or_else(|| MaskTile::blank(self.tone_jitter)));
        }
    }

    /// Adds a dab and returns the pixels that may have changed.
    ///
    /// In a wash each pixel moves towards the dab's opacity times its cover of that pixel, by the flow, and never back. At
    /// full flow a stroke is therefore the maximum of its dabs: edges stay as smooth as one dab's edge however close the
    /// dabs lie, and no pixel exceeds the largest opacity among them. When dabs build up, each pixel moves towards the
    /// dab's opacity by the flow times the cover, so that even a soft edge fills in time.
    pub(crate) fn add(&mut self, dab: &Dab, bounds: PixelRect) -> PixelRect {
        let shape = Shape::new(dab, self.tip);
        let rect = dab.rect(shape.reach, bounds);
        let mut shares = [0.0; TILE_EDGE];
        let mut hair_tones = [0.0; TILE_EDGE];
        for part in self.grid.parts(rect) {
            let slot = &mut self.tiles[part.tile_idx];
            if self.is_keeping && !self.kept.iter().any(|kept| kept.0 == part.tile_idx) {
                self.kept.push((part.tile_idx, slot.clone()));
            }
            let tile = slot.get_or_insert_with(|| MaskTile::blank(self.tone_jitter));
            // Distances are taken between centres of pixels and the dab, in the tile's own columns.
            let offset_x = part.origin_x as f32 + 0.5 - dab.centre.x;
            for y in part.rows.0..part.rows.1 {
                let dy = (part.origin_y as usize + y) as f32 + 0.5 - dab.centre.y;
                let (left, right) = shape.columns(part.columns, offset_x, dy);
                if left >= right {
                    continue;
                }
                let shares = &mut shares[..right - left];
                let hair_tones = &mut hair_tones[..right - left];
                shape.fill_row((left, right), offset_x, dy, shares, hair_tones);
                let range = y * TILE_EDGE + left..y * TILE_EDGE + right;
                let covers = &mut tile.covers[range.clone()];
                match self.gathering {
                    Gathering::Wash => wash_row(covers, shares, dab.opacity, dab.flow),
                    Gathering::BuildUp => build_up_row(covers, shares, dab.opacity, dab.flow),
                }
                if !tile.tones.is_empty() {
                    let reach = self.tone_jitter * TONE_REACH;
                    tone_row(&mut tile.tones[range], shares, hair_tones, (dab.tone, reach, dab.flow));
                }
            }
        }
        rect
    }
}

impl MaskTile {
    fn blank(tone_jitter: f32) -> Self {
        const LEN: usize = TILE_EDGE * TILE_EDGE;
        let n_tones = if tone_jitter > 0.0 { LEN } else { 0 };
        Self { covers: vec![0.0; LEN].into_boxed_slice(), tones: vec![0.0; n_tones].into_boxed_slice() }
    }
}

// The loops of a dab, one row each; written so that the compiler turns them into SIMD.

fn wash_row(covers: &mut [f32], shares: &[f32], opacity: f32, flow: f32) {
    for (cover, share) in covers.iter_mut().zip(shares) {
        *cover += greater(opacity * share - *cover, 0.0) * flow;
    }
}

fn build_up_row(covers: &mut [f32], shares: &[f32], opacity: f32, flow: f32) {
    for (cover, share) in covers.iter_mut().zip(shares) {
        *cover += greater(opacity - *cover, 0.0) * (share * flow);
    }
}

fn tone_row(tones: &mut [f32], shares: &[f32], hair_tones: &[f32], (dab_tone, reach, flow): (f32, f32, f32)) {
    for ((tone, share), hair_tone) in tones.iter_mut().zip(shares).zip(hair_tones) {
        let aim = (dab_tone + hair_tone) * reach;
        *tone += (aim - *tone) * (share * flow);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CanvasPoint;

    const BOUNDS: PixelRect = PixelRect { left: 0, top: 0, right: 128, bottom: 128 };

    fn mask(brush: BrushSettings) -> StrokeMask {
        StrokeMask::new(TileGrid::new(128, 128), &brush)
    }

    fn cover_at(mask: &StrokeMask, x: u32, y: u32) -> f32 {
        let part = mask.grid.parts(PixelRect::new(x, y, x + 1, y + 1)).next().unwrap();
        mask.row(part.tile_idx, part.rows.0, part.columns.0, part.columns.1).map_or(0.0, |row| row.covers[0])
    }

    fn dab(flow: f32, opacity: f32) -> Dab {
        Dab { radius: 20.0, hardness: 0.0, opacity, flow, ..Dab::round(CanvasPoint::new(60.5, 60.5)) }
    }

    #[test]
    fn a_wash_stays_even_and_what_builds_up_fills_to_the_opacity() {
        let mut wash = mask(BrushSettings::default());
        let mut build_up = mask(BrushSettings { gathering: Gathering::BuildUp, ..BrushSettings::default() });
        for _ in 0..400 {
            wash.add(&dab(0.1, 0.7), BOUNDS);
            build_up.add(&dab(0.1, 0.7), BOUNDS);
        }
        // Half-way out a soft dab covers half: the wash stops there.
        assert!((cover_at(&wash, 70, 60) - 0.35).abs() < 1e-3, "{}", cover_at(&wash, 70, 60));
        assert!((cover_at(&build_up, 70, 60) - 0.7).abs() < 1e-3, "{}", cover_at(&build_up, 70, 60));
        assert!((cover_at(&wash, 60, 60) - 0.7).abs() < 1e-3);
    }

    #[test]
    fn provisional_dabs_leave_nothing_behind() {
        for tip in TipKind::ALL {
            let mut mask = mask(BrushSettings { tip: *tip, tone_jitter: 0.5, ..BrushSettings::default() });
            mask.add(&dab(0.5, 1.0), BOUNDS);
            let before: Vec<_> =
                mask.tiles.iter().flatten().map(|tile| (tile.covers.clone(), tile.tones.clone())).collect();
            mask.keep();
            for x in [62.0, 66.0, 70.0] {
                mask.add(&Dab { centre: CanvasPoint::new(x, 66.0), ..dab(1.0, 1.0) }, BOUNDS);
            }
            mask.take_back();
            let after: Vec<_> =
                mask.tiles.iter().flatten().map(|tile| (tile.covers.clone(), tile.tones.clone())).collect();
            assert!(before == after);
        }
    }

    #[test]
    fn no_pixel_of_a_dab_is_cut_off_and_none_is_touched_outside_of_its_rectangle() {
        for tip in TipKind::ALL {
            for (hardness, radius, aspect) in
                [(0.0, 9.4, 1.0), (0.5, 31.2, 1.0), (1.0, 9.4, 0.4), (1.0, 0.4, 1.0), (1.0, 40.0, 0.2)]
            {
                let turn = (0.8, 0.6);
                let dab = Dab { radius, hardness, aspect, turn, ..Dab::round(CanvasPoint::new(70.3, 61.7)) };
                let mut mask = mask(BrushSettings { tip: *tip, ..BrushSettings::default() });
                let rect = mask.add(&dab, BOUNDS);
                let shape = Shape::new(&dab, *tip);
                for y in 0..128 {
                    for x in 0..128 {
                        // The shape itself, evaluated everywhere.
                        let (mut exact, mut tone) = ([0.0], [0.0]);
                        let (offset_x, dy) = (x as f32 + 0.5 - dab.centre.x, y as f32 + 0.5 - dab.centre.y);
                        shape.fill_row((0, 1), offset_x, dy, &mut exact, &mut tone);
                        let cover = cover_at(&mask, x, y);
                        assert!((cover - exact[0]).abs() < 1e-4, "{tip:?} {x} {y}: {cover} is not {}", exact[0]);
                        assert!(cover == 0.0 || rect.contains(x, y));
                    }
                }
            }
        }
    }
}
