//! The shape of a dab: how much of each pixel it covers.

use super::Dab;
use super::tip::{TipLevel, tip_level};
use crate::TipKind;
use crate::tile::TILE_EDGE;

/// Below this diameter a textured tip is a plain disc, in pixels: there is no room for a texture.
const PLAIN_BELOW_PX: f32 = 4.0;
/// From this diameter on it is all texture.
const TEXTURED_FROM_PX: f32 = 12.0;

/// The cover as a function of the distance from the middle: full up to `outer − width`, none from `outer` on.
///
/// The edge is never narrower than a pixel. Where it is that narrow it falls linearly, which is what the share of a
/// pixel's area under a straight edge comes to; a wide edge falls along a smoothstep, which has no visible creases.
#[derive(Clone, Copy, Debug)]
struct Profile {
    radius: f32,
    /// Width of the edge, before it is widened to a pixel.
    soft_width: f32,
    /// 0: linear, 1: smoothstep.
    smoothness: f32,
    /// Takes away what a dab smaller than its own edge would have too much.
    scale: f32,
}

impl Profile {
    fn new(radius: f32, hardness: f32) -> Self {
        let soft_width = radius * (1.0 - hardness);
        let scale = if radius < 1.5 {
            // The volume under a linear edge astride the circle against the circle's area, per π.
            let volume = if radius >= 0.5 { radius * radius + 1.0 / 12.0 } else { (radius + 0.5).powi(3) / 3.0 };
            let exact = radius * radius / volume;
            exact + (1.0 - exact) * (radius - 0.5).clamp(0.0, 1.0)
        } else {
            1.0
        };
        Self { radius, soft_width, smoothness: (soft_width - 1.0).clamp(0.0, 1.0), scale }
    }

    /// A one-pixel edge lies astride the circle, a wide one inside of it; between the two it moves without a jump.
    fn outer(&self) -> f32 {
        self.radius + 0.5 * (1.0 - self.soft_width).max(0.0)
    }

    #[inline]
    fn share(&self, rise: f32) -> f32 {
        let rise = rise.clamp(0.0, 1.0);
        let smooth = rise * rise * (3.0 - 2.0 * rise);
        (rise + (smooth - rise) * self.smoothness) * self.scale
    }
}

/// What fills the outline.
#[derive(Clone, Copy)]
enum Fill {
    Disc,
    Ellipse,
    /// A picture, and how far it takes the place of the plain shape.
    Texture(&'static TipLevel, f32),
}

/// The shape of one dab.
#[derive(Clone, Copy)]
pub(crate) struct Shape {
    profile: Profile,
    fill: Fill,
    /// Cosine and sine of the turn.
    turn: (f32, f32),
    inverse_aspect: f32,
    /// No pixel is covered whose centre is further away than this, in pixels.
    pub(crate) reach: f32,
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

impl Shape {
    pub(crate) fn new(dab: &Dab, tip: TipKind) -> Self {
        let diameter_px = dab.radius * 2.0;
        let profile = Profile::new(dab.radius, dab.hardness);
        // No ellipse is thinner than a pixel: it would break into dots.
        let aspect = dab.aspect.max((1.0 / diameter_px).min(1.0));
        let texture_share = ((diameter_px - PLAIN_BELOW_PX) / (TEXTURED_FROM_PX - PLAIN_BELOW_PX)).clamp(0.0, 1.0);
        let plain = if aspect < 0.999 { Fill::Ellipse } else { Fill::Disc };
        let fill = match tip_level(tip, diameter_px) {
            Some(level) if texture_share > 0.0 => Fill::Texture(level, texture_share),
            _ => plain,
        };
        let reach = match fill {
            // A picture fills the square around the circle.
            Fill::Texture(..) => dab.radius * (1.0 + aspect * aspect).sqrt() + 1.0,
            _ => profile.outer(),
        };
        Self { profile, fill, turn: dab.turn, inverse_aspect: 1.0 / aspect, reach }
    }

    /// The columns of a tile, from `left` up to `right` of those given, that the dab may reach in a row `dy` from its
    /// middle: only the chord of its circle. A column more on each side takes care of the rounding.
    pub(crate) fn columns(&self, (low, high): (usize, usize), offset_x: f32, dy: f32) -> (usize, usize) {
        let reach = (self.reach * self.reach - dy * dy).max(0.0).sqrt() + 1.0;
        let column = |dx: f32| (dx - offset_x).clamp(low as f32, high as f32) as usize;
        (column(-reach), column(reach + 1.0))
    }

    /// Covers and tones of some columns of a tile in one row. `offset_x` is the distance from the dab's middle to the
    /// centre of the tile's first column, `dy` that to the row's. `tones` is filled by textured tips alone.
    pub(crate) fn fill_row(
        &self,
        (left, right): (usize, usize),
        offset_x: f32,
        dy: f32,
        covers: &mut [f32],
        tones: &mut [f32],
    ) {
        let columns = &COLUMNS[left..right];
        match self.fill {
            Fill::Disc => self.fill_disc(columns, offset_x, dy, covers),
            Fill::Ellipse => self.fill_ellipse(columns, offset_x, dy, covers),
            Fill::Texture(level, share) => {
                let inverse_radius = 1.0 / self.profile.radius;
                if share < 1.0 {
                    self.fill_ellipse(columns, offset_x, dy, covers);
                } else {
                    covers.fill(0.0);
                }
                let (cosine, sine) = (self.turn.0 * inverse_radius, self.turn.1 * inverse_radius);
                for ((column, cover), tone) in columns.iter().zip(covers).zip(tones) {
                    let dx = column + offset_x;
                    let u = dx * cosine + dy * sine;
                    let v = (dy * cosine - dx * sine) * self.inverse_aspect;
                    let (textured, own_tone) = level.at(u, v);
                    *cover += (textured - *cover) * share;
                    *tone = own_tone;
                }
            }
        }
    }

    fn fill_disc(&self, columns: &[f32], offset_x: f32, dy: f32, covers: &mut [f32]) {
        let profile = self.profile;
        let (outer, inverse_width, dy_squared) = (profile.outer(), 1.0 / profile.soft_width.max(1.0), dy * dy);
        for (cover, column) in covers.iter_mut().zip(columns) {
            let dx = column + offset_x;
            let distance = (dx * dx + dy_squared).sqrt();
            *cover = profile.share((outer - distance) * inverse_width);
        }
    }

    /// Like the disc, in the ellipse's own measure. The gradient says how wide a pixel is there, so that the edge is a
    /// pixel wide all round.
    fn fill_ellipse(&self, columns: &[f32], offset_x: f32, dy: f32, covers: &mut [f32]) {
        const TINY: f32 = 1e-3;
        let profile = self.profile;
        let (cosine, sine) = self.turn;
        for (cover, column) in covers.iter_mut().zip(columns) {
            let dx = column + offset_x;
            let u = dx * cosine + dy * sine;
            let v = (dy * cosine - dx * sine) * self.inverse_aspect;
            let distance = (u * u + v * v).sqrt();
            let steep = v * self.inverse_aspect;
            let pixel = (distance + TINY) / ((u * u + steep * steep).sqrt() + TINY);
            let width = profile.soft_width.max(pixel);
            let outer = profile.radius + 0.5 * (width - profile.soft_width);
            *cover = profile.share((outer - distance) / width);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CanvasPoint;

    /// The covers of all pixels of 128 × 128.
    fn covers(dab: Dab, tip: TipKind) -> Vec<f32> {
        let shape = Shape::new(&dab, tip);
        let mut covers = vec![0.0; 128 * 128];
        let mut tones = [0.0; TILE_EDGE];
        for (idx, row) in covers.chunks_exact_mut(TILE_EDGE).enumerate() {
            let offset_x = (idx % 2 * TILE_EDGE) as f32 + 0.5 - dab.centre.x;
            shape.fill_row((0, TILE_EDGE), offset_x, (idx / 2) as f32 + 0.5 - dab.centre.y, row, &mut tones);
        }
        covers
    }

    fn volume(dab: Dab) -> f32 {
        covers(dab, TipKind::Round).iter().sum()
    }

    fn dab(x: f32, y: f32, radius: f32, hardness: f32) -> Dab {
        Dab { radius, hardness, ..Dab::round(CanvasPoint::new(x, y)) }
    }

    #[test]
    fn a_hard_dab_covers_the_area_of_its_circle_or_ellipse() {
        for (aspect, radii) in [(1.0, &[0.5, 0.75, 1.0, 1.5, 2.0, 5.0, 20.5][..]), (0.3, &[5.0, 8.0, 20.5])] {
            for radius in radii {
                let area = std::f32::consts::PI * radius * radius * aspect;
                // Small dabs are compared over several places, since single pixels sample them coarsely.
                let mut mean = 0.0;
                for place in 0..16 {
                    let (x, y) = (64.0 + 0.25 * (place % 4) as f32, 64.0 + 0.25 * (place / 4) as f32);
                    let angle = place as f32;
                    mean += volume(Dab { aspect, turn: (angle.cos(), angle.sin()), ..dab(x, y, *radius, 1.0) }) / 16.0;
                }
                assert!((mean / area - 1.0).abs() < 0.12, "radius {radius}: covers {mean} of {area}");
            }
        }
    }

    #[test]
    fn an_ellipse_that_is_round_is_the_disc() {
        for hardness in [0.0, 0.5, 1.0] {
            let disc = covers(dab(64.2, 63.9, 12.0, hardness), TipKind::Round);
            let ellipse = covers(Dab { aspect: 0.998, ..dab(64.2, 63.9, 12.0, hardness) }, TipKind::Round);
            for (disc, ellipse) in disc.iter().zip(ellipse) {
                assert!((disc - ellipse).abs() < 0.05, "{disc} {ellipse}");
            }
        }
    }

    #[test]
    fn a_dab_moves_by_fractions_of_a_pixel() {
        for x in [30.0, 30.25, 30.5, 30.9] {
            let covers = covers(dab(x, 30.0, 3.0, 0.5), TipKind::Round);
            let moment: f32 = covers.iter().enumerate().map(|(at, cover)| cover * ((at % 128) as f32 + 0.5)).sum();
            let centre = moment / covers.iter().sum::<f32>();
            assert!((centre - x).abs() < 0.03, "{x} lies at {centre}");
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
