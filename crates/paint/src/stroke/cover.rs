//! From a stroke's mask to the cover of its paint: grain, the dark edge of a wash, opacity, the selection.

use super::Surface;
use crate::dab::Grain;
use crate::tile::TILE_EDGE;
use crate::{BrushSettings, GrainKind};

/// How soft the paper's peaks stand out of its valleys.
const TOOTH_SOFTNESS: f32 = 0.4;
/// How much of the pigment the deepest valleys of wet paper keep from the peaks.
const GRANULATION: f32 = 0.6;
/// How far the paper bends the rim of a wash, in units of the mask.
const RIM_WOBBLE: f32 = 0.5;

/// How the mask of a stroke becomes the cover of its paint.
///
/// The grain belongs to the paper and not to the dabs: it is looked up once for what the dabs made together. So it stays
/// put under overlapping dabs, and paint that builds up fills the valleys after the peaks.
pub(crate) struct CoverMaker {
    opacity: f32,
    grain: Option<Grain>,
    is_wet: bool,
    depth: f32,
    edge: f32,
    heights: [f32; TILE_EDGE],
}

impl CoverMaker {
    pub(crate) fn new(brush: &BrushSettings) -> Self {
        let is_felt = brush.grain_depth > 0.0 || brush.edge > 0.0;
        Self {
            opacity: brush.opacity,
            grain: Grain::new(brush.grain, brush.grain_scale).filter(|_| is_felt),
            is_wet: brush.grain == GrainKind::Blotch,
            depth: brush.grain_depth,
            edge: brush.edge,
            heights: [0.5; TILE_EDGE],
        }
    }

    /// The same without a dark edge: for brushes that leave no wash.
    pub(crate) fn without_edge(mut self) -> Self {
        self.edge = 0.0;
        self
    }

    /// Turns values of the mask into covers, 0 to 1, for a row of at most a tile's width that begins at (`x`, `y`).
    pub(crate) fn apply(&mut self, x: u32, y: u32, covers: &mut [f32], surface: &Surface<'_>) {
        let heights = &mut self.heights[..covers.len()];
        if let Some(grain) = &self.grain {
            grain.fill_row(x, y, heights);
        }
        if self.edge > 0.0 {
            rim_row(covers, heights, self.edge);
        }
        if self.grain.is_some() && self.depth > 0.0 {
            if self.is_wet {
                granulate_row(covers, heights, self.depth)
            } else {
                tooth_row(covers, heights, self.depth)
            }
        }
        if self.opacity < 1.0 {
            for cover in covers.iter_mut() {
                *cover *= self.opacity;
            }
        }
        if let Some(selection) = surface.selection {
            let selected = selection.row(y, x, x + covers.len() as u32);
            for (cover, share) in covers.iter_mut().zip(selected) {
                *cover *= f32::from(*share) / 255.0;
            }
        }
    }
}

// One row each, written so that the compiler turns them into SIMD.

/// Dry paint: a light touch reaches the peaks alone, a firm one the valleys, too.
fn tooth_row(covers: &mut [f32], heights: &[f32], depth: f32) {
    for (cover, height) in covers.iter_mut().zip(heights) {
        let reached = *cover * (1.0 + TOOTH_SOFTNESS) - (1.0 - height) * depth;
        *cover *= (reached * (1.0 / TOOTH_SOFTNESS)).clamp(0.0, 1.0);
    }
}

/// Wet paint: pigment settles in the valleys.
fn granulate_row(covers: &mut [f32], heights: &[f32], depth: f32) {
    for (cover, height) in covers.iter_mut().zip(heights) {
        *cover *= 1.0 - GRANULATION * depth * height;
    }
}

/// The rim of a wash: it rises steeply from the outside, and the middle stays behind it. The paper bends its course.
fn rim_row(covers: &mut [f32], heights: &[f32], edge: f32) {
    let smooth = |low: f32, high: f32, value: f32| {
        let share = ((value - low) / (high - low)).clamp(0.0, 1.0);
        share * share * (3.0 - 2.0 * share)
    };
    for (cover, height) in covers.iter_mut().zip(heights) {
        let bent = *cover + (height - 0.5) * RIM_WOBBLE * (*cover).min(0.3);
        *cover = smooth(0.12, 0.34, bent) * (1.0 - 0.62 * edge * smooth(0.34, 0.85, bent));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::PixelRect;

    fn covers(brush: BrushSettings, mask: f32) -> Vec<f32> {
        let bounds = PixelRect::new(0, 0, 256, 256);
        let surface = Surface { bounds, selection: None, is_alpha_locked: false };
        let mut maker = CoverMaker::new(&brush);
        let mut all = Vec::new();
        for y in 0..64 {
            let mut row = [mask; TILE_EDGE];
            maker.apply(64, y, &mut row, &surface);
            all.extend(row);
        }
        all
    }

    #[test]
    fn a_light_touch_reaches_the_peaks_of_paper_and_a_firm_one_all_of_it() {
        let brush = BrushSettings { grain: GrainKind::Paper, grain_depth: 1.0, ..BrushSettings::default() };
        let share_painted = |mask| covers(brush, mask).iter().filter(|cover| **cover > 0.02).count() as f32 / 4096.0;
        assert!(share_painted(0.2) < 0.45, "{}", share_painted(0.2));
        assert!(share_painted(0.6) > 0.7, "{}", share_painted(0.6));
        assert!(covers(brush, 1.0).iter().all(|cover| *cover > 0.99));
        assert!(covers(brush, 0.0).iter().all(|cover| *cover == 0.0));
    }

    #[test]
    fn pigment_gathers_at_the_rim_of_a_wash() {
        let brush = BrushSettings { edge: 1.0, ..BrushSettings::default() };
        let cover = |mask| covers(brush, mask)[0];
        assert_eq!(cover(0.0), 0.0);
        assert!(cover(0.34) > 1.8 * cover(1.0) && cover(1.0) > 0.2);
    }

    #[test]
    fn whatever_a_brush_does_a_cover_stays_between_none_and_all() {
        for grain in GrainKind::ALL {
            for step in 0..=20 {
                let brush = BrushSettings { grain: *grain, grain_depth: 0.8, edge: 0.7, ..BrushSettings::default() };
                let covers = covers(brush, step as f32 / 20.0);
                assert!(covers.iter().all(|cover| (0.0..=1.0).contains(cover)));
            }
        }
    }
}
