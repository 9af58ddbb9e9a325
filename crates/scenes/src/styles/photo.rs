//! Photograph: a gentle grade, a little vignette and the finest grain.

use super::filters::{blur, pixels};
use crate::canvas::Canvas;
use crate::colour::Rgb;
use crate::noise::Noise;

/// Puts the style on.
pub fn apply(canvas: &mut Canvas, seed: u32) {
    let size = canvas.size;
    let soft = blur(&canvas.pixels, size, pixels(size, 0.012, 1));
    let bloom = blur(&canvas.pixels, size, pixels(size, 0.05, 2));
    let grain = Noise::new(seed ^ 0x97A1);
    for y in 0..size {
        for x in 0..size {
            let i = y * size + x;
            let (u, v) = (canvas.centre(x) - 0.5, canvas.centre(y) - 0.5);
            let vignette = 1.0 - 0.32 * (u * u + v * v);
            // A lens spreads a little of the brightest light, and the developer sharpens.
            let light = bloom[i].map(|c| (c - 0.72).max(0.0)) * 0.35;
            let sharp = canvas.pixels[i] + (canvas.pixels[i] - soft[i]) * 0.25;
            let curve = |c: f32| {
                let c = c.clamp(0.0, 1.0);
                c + 0.16 * c * (1.0 - c) * (2.0 * c - 1.0)
            };
            let noise = (grain.cell(x as i32, y as i32) - 0.5) * 0.012;
            canvas.pixels[i] = (sharp.map(curve).saturate(1.08) + light) * vignette + Rgb::grey(noise);
        }
    }
}
