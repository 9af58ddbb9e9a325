//! Paint onto pixels: one row at a time, premultiplied, in sRGB encoding.
//!
//! The result of a row is within half a step of 1/65535 of the exact one; sixteen bits and a whole stroke in one go leave
//! nothing to band.

use crate::stored::{ONE, stored_from_float};
use crate::{BrushBlend, BrushSettings, Rgb8, StrokeMode};

/// What a stroke lays.
#[derive(Clone, Copy)]
pub(crate) struct Paint {
    /// Premultiplied, 0 to [`ONE`] each; nothing at all for an eraser.
    pub(crate) source: [f32; 4],
    is_glaze: bool,
}

/// One row of pixels to paint.
pub(crate) struct PaintRow<'a> {
    pub(crate) pixels: &'a mut [u16],
    /// The same pixels before the stroke.
    pub(crate) before: &'a [u16],
    /// How much of each is covered, 0 to 1.
    pub(crate) covers: &'a [f32],
    /// How much lighter or darker, −1 to 1; empty for one tone.
    pub(crate) tones: &'a [f32],
}

impl Paint {
    pub(crate) fn new(mode: StrokeMode, brush: &BrushSettings) -> Self {
        match mode {
            StrokeMode::Paint(Rgb8 { red, green, blue }) => {
                let [red, green, blue] = [red, green, blue].map(|it| f32::from(it) * 257.0);
                Self { source: [red, green, blue, ONE], is_glaze: brush.blend == BrushBlend::Multiply }
            }
            StrokeMode::Erase => Self { source: [0.0; 4], is_glaze: false },
        }
    }

    fn is_eraser(&self) -> bool {
        self.source[3] == 0.0
    }

    /// Lays a row. With locked alpha the paint counts as far as there is paint already, and an eraser changes nothing.
    pub(crate) fn lay(&self, row: PaintRow<'_>, is_alpha_locked: bool) {
        match (is_alpha_locked, self.is_eraser()) {
            (true, true) => {}
            (false, true) => lay_row(row, self.source),
            _ if self.is_glaze || !row.tones.is_empty() => self.lay_mixed_row(row, is_alpha_locked),
            (true, false) => lay_locked_row(row, self.source),
            (false, false) => lay_row(row, self.source),
        }
    }

    /// Glazes (the W3C's "multiply": what bare paper shows is the paint's own colour) and paint of several tones.
    fn lay_mixed_row(&self, row: PaintRow<'_>, is_alpha_locked: bool) {
        let glaze = if self.is_glaze { 1.0 } else { 0.0 };
        let tones = row.tones.iter().copied().chain(std::iter::repeat(0.0));
        let rows = row.pixels.as_chunks_mut::<4>().0.iter_mut().zip(row.before.as_chunks::<4>().0);
        for (((pixel, before), cover), tone) in rows.zip(row.covers).zip(tones) {
            let from = before.map(f32::from);
            let alpha = from[3] * (1.0 / ONE);
            let mut to = from;
            for channel in 0..3 {
                let own = self.source[channel];
                let own = own + tone.max(0.0) * (ONE - own) + tone.min(0.0) * own;
                let under = from[channel] * (1.0 / ONE);
                // Where the layer has paint: the own colour, or both colours multiplied.
                let on_paint = alpha + (under - alpha) * glaze;
                let on_paper = if is_alpha_locked { 0.0 } else { 1.0 - alpha };
                to[channel] = from[channel] + (own * (on_paint + on_paper) - from[channel]) * cover;
            }
            if !is_alpha_locked {
                to[3] = from[3] + (ONE - from[3]) * cover;
            }
            *pixel = to.map(stored_from_float);
        }
    }
}

/// `before + (source − before) · cover`, all four channels.
fn lay_row(row: PaintRow<'_>, source: [f32; 4]) {
    let rows = row.pixels.as_chunks_mut::<4>().0.iter_mut().zip(row.before.as_chunks::<4>().0);
    for ((pixel, before), cover) in rows.zip(row.covers) {
        let from = before.map(f32::from);
        let mut to = [0.0; 4];
        for channel in 0..4 {
            to[channel] = from[channel] + (source[channel] - from[channel]) * cover;
        }
        *pixel = to.map(stored_from_float);
    }
}

/// The same for a layer whose alpha is locked.
fn lay_locked_row(row: PaintRow<'_>, source: [f32; 4]) {
    let rows = row.pixels.as_chunks_mut::<4>().0.iter_mut().zip(row.before.as_chunks::<4>().0);
    for ((pixel, before), cover) in rows.zip(row.covers) {
        let from = before.map(f32::from);
        let alpha = from[3] * (1.0 / ONE);
        let mut to = from;
        for channel in 0..3 {
            to[channel] = from[channel] + (source[channel] * alpha - from[channel]) * cover;
        }
        *pixel = to.map(stored_from_float);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn laid(brush: BrushSettings, before: [u16; 4], cover: f32, tones: &[f32], is_alpha_locked: bool) -> [u16; 4] {
        let mut pixels = before;
        let paint = Paint::new(StrokeMode::Paint(Rgb8::new(255, 128, 0)), &brush);
        let row = PaintRow { pixels: &mut pixels, before: &before, covers: &[cover], tones };
        paint.lay(row, is_alpha_locked);
        pixels
    }

    const HALF_BLUE: [u16; 4] = [0, 8000, 30000, 30000];

    #[test]
    fn a_glaze_multiplies_paint_and_shows_its_own_colour_on_bare_paper() {
        let brush = BrushSettings { blend: BrushBlend::Multiply, ..BrushSettings::default() };
        assert_eq!(laid(brush, [0; 4], 1.0, &[], false), [65535, 128 * 257, 0, 65535]);
        let opaque = laid(brush, [65535, 65535, 40000, 65535], 1.0, &[], false);
        assert_eq!(opaque, [65535, 128 * 257, 0, 65535]);
        let grey = laid(brush, [20000, 20000, 20000, 65535], 1.0, &[], false);
        assert!(grey[0] == 20000 && grey[1].abs_diff(10039) <= 1 && grey[2] == 0);
    }

    #[test]
    fn locked_alpha_stays_whatever_is_laid() {
        for blend in BrushBlend::ALL {
            for tones in [&[][..], &[0.4]] {
                let brush = BrushSettings { blend: *blend, ..BrushSettings::default() };
                let pixel = laid(brush, HALF_BLUE, 0.7, tones, true);
                assert!(pixel[3] == 30000 && pixel[..3].iter().all(|value| *value <= 30000), "{pixel:?}");
                assert_ne!(pixel, HALF_BLUE);
                assert_eq!(laid(brush, [0; 4], 1.0, tones, true), [0; 4]);
            }
        }
    }

    #[test]
    fn tones_lighten_and_darken() {
        let brush = BrushSettings::default();
        let green = |tone| laid(brush, [0; 4], 1.0, &[tone], false)[1];
        assert!(green(-0.5) < green(0.0) && green(0.0) < green(0.5));
        assert_eq!(laid(brush, HALF_BLUE, 0.3, &[0.0], false), laid(brush, HALF_BLUE, 0.3, &[], false));
    }
}
