//! Smudging: the brush picks up what lies under it and drags it along.
//!
//! The brush carries a picture of its own size, in floats and premultiplied, as the layer is. Each dab lays that picture
//! over the layer and takes up a share of what it found there. Transparent paper is carried like any colour, so edges
//! soften into it without dark fringes. Colours mix in sRGB encoding, as all painting here does.

use super::cover::CoverMaker;
use super::{Surface, TilesBefore};
use crate::dab::{Dab, Shape};
use crate::raster::Raster;
use crate::stored::{ONE, stored_from_float};
use crate::tile::TILE_EDGE;
use crate::{BrushSettings, PixelRect, TipKind};

type Pixel = [f32; 4];

/// What a smudging brush carries.
pub(crate) struct Smudge {
    tip: TipKind,
    /// How much of what it has it keeps from one dab to the next, 0 to 1.
    rate: f32,
    /// How much of its own colour it adds.
    colour_mix: f32,
    /// Edge of the picture in pixels: room for the largest dab.
    edge: usize,
    carried: Box<[Pixel]>,
    is_loaded: bool,
    covers: CoverMaker,
}

impl Smudge {
    /// `None` for a brush that paints.
    pub(crate) fn new(brush: &BrushSettings) -> Option<Self> {
        if brush.smudge_rate <= 0.0 {
            return None;
        }
        // A picture of a tip fills a square, whose corners lie further away than the radius.
        let edge = (brush.largest_px() * std::f32::consts::SQRT_2).ceil() as usize + 6;
        Some(Self {
            tip: brush.tip,
            // The rate is meant for a tenth of the diameter, however close the dabs lie.
            rate: brush.smudge_rate.powf(10.0 * brush.spacing),
            colour_mix: brush.smudge_colour,
            edge,
            carried: vec![[0.0; 4]; edge * edge].into_boxed_slice(),
            is_loaded: false,
            covers: CoverMaker::new(brush).without_edge(),
        })
    }

    /// Lays one dab and returns the pixels that may have changed. `source` is the brush's own colour, premultiplied.
    pub(crate) fn dab(
        &mut self,
        dab: &Dab,
        source: Pixel,
        raster: &mut Raster,
        before: &mut TilesBefore,
        surface: Surface<'_>,
    ) -> PixelRect {
        let shape = Shape::new(dab, self.tip);
        let rect = dab.rect(shape.reach, surface.bounds);
        let half = (self.edge / 2) as i32;
        // Whole pixels: what is carried moves without being blurred by every dab.
        let (origin_x, origin_y) = (dab.centre.x.floor() as i32 - half, dab.centre.y.floor() as i32 - half);
        if !self.is_loaded {
            self.load(raster, surface.bounds, (origin_x, origin_y));
        }
        let mut shares = [0.0; TILE_EDGE];
        let mut tones = [0.0; TILE_EDGE];
        for part in raster.grid.parts(rect) {
            before.note(part.tile_idx, raster);
            let offset_x = part.origin_x as f32 + 0.5 - dab.centre.x;
            let tile = raster.pixels_mut(part.tile_idx);
            for y in part.rows.0..part.rows.1 {
                let canvas_y = part.origin_y + y as u32;
                let dy = canvas_y as f32 + 0.5 - dab.centre.y;
                let (left, right) = shape.columns(part.columns, offset_x, dy);
                if left >= right {
                    continue;
                }
                let shares = &mut shares[..right - left];
                shape.fill_row((left, right), offset_x, dy, shares, &mut tones[..right - left]);
                for share in shares.iter_mut() {
                    *share *= dab.opacity;
                }
                let canvas_x = part.origin_x + left as u32;
                self.covers.apply(canvas_x, canvas_y, shares, &surface);
                let start_y = (canvas_y as i32 - origin_y).clamp(0, self.edge as i32 - 1) as usize;
                let start_x = (canvas_x as i32 - origin_x).max(0) as usize;
                let n_carried = (self.edge.saturating_sub(start_x)).min(right - left);
                let start = start_y * self.edge + start_x.min(self.edge);
                let carried = &mut self.carried[start..start + n_carried];
                let mixing = Mixing { source, colour_mix: self.colour_mix, rate: self.rate, flow: dab.flow };
                mixing.row(tile.row_mut(y, left, right), carried, shares, surface.is_alpha_locked);
            }
        }
        rect
    }

    /// Picks up what lies under the first dab; beyond the canvas its outermost pixels go on.
    fn load(&mut self, raster: &Raster, bounds: PixelRect, (origin_x, origin_y): (i32, i32)) {
        self.is_loaded = true;
        let within = |at: i32, low: u32, high: u32| (at.max(low as i32) as u32).min(high - 1);
        for (row, line) in self.carried.chunks_exact_mut(self.edge).enumerate() {
            let y = within(origin_y + row as i32, bounds.top, bounds.bottom);
            for (column, carried) in line.iter_mut().enumerate() {
                let x = within(origin_x + column as i32, bounds.left, bounds.right);
                *carried = raster.pixel(x, y).map(f32::from);
            }
        }
    }
}

/// How pixels and what is carried exchange paint.
struct Mixing {
    source: Pixel,
    colour_mix: f32,
    rate: f32,
    flow: f32,
}

impl Mixing {
    fn row(&self, pixels: &mut [u16], carried: &mut [Pixel], covers: &[f32], is_alpha_locked: bool) {
        for ((pixel, carried), cover) in pixels.as_chunks_mut::<4>().0.iter_mut().zip(carried).zip(covers) {
            let from = pixel.map(f32::from);
            let share = cover * self.flow;
            let mut to = [0.0; 4];
            for channel in 0..4 {
                let brought = carried[channel] + (self.source[channel] - carried[channel]) * self.colour_mix;
                to[channel] = from[channel] + (brought - from[channel]) * share;
                carried[channel] = from[channel] + (carried[channel] - from[channel]) * self.rate;
            }
            if is_alpha_locked {
                // The mixed colour, as opaque as the pixel was.
                let scale = if to[3] > 0.5 { from[3] / to[3] } else { 1.0 };
                to = [to[0] * scale, to[1] * scale, to[2] * scale, from[3]].map(|value| value.clamp(0.0, from[3]));
            }
            *pixel = to.map(|value| stored_from_float(value.min(ONE)));
        }
    }
}
