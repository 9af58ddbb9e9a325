//! Flat poster: a screen print in a handful of strong colours.

use super::filters::{Palette, blur, careful, kuwahara, palette, pixels};
use crate::canvas::Canvas;
use crate::colour::Rgb;

/// Inks on the press.
const INKS: usize = 8;

/// Puts the style on.
pub fn apply(canvas: &mut Canvas) {
    let size = canvas.size;
    let calm = kuwahara(&canvas.pixels, size, pixels(size, 0.016, 2));
    let calm = careful(canvas, kuwahara(&calm, size, pixels(size, 0.012, 1)), 0.95);
    let strong = |v: f32| {
        let v = v.clamp(0.0, 1.0);
        v + 0.5 * v * (1.0 - v) * (2.0 * v - 1.0)
    };
    let bold: Vec<Rgb> = calm.iter().map(|c| c.map(strong).saturate(1.6).map(|v| v.clamp(0.0, 1.0))).collect();
    let inks = Palette::new(&palette(&bold, INKS));
    let printed: Vec<Rgb> = bold.iter().map(|&c| inks.nearest(c)).collect();
    // The softest blur only takes the stairs off the edges.
    let smooth = blur(&printed, size, 1);
    for (i, pixel) in canvas.pixels.iter_mut().enumerate() {
        *pixel = printed[i].mix(smooth[i], 0.6);
    }
}
