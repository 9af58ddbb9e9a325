//! Soft pastel: chalk dragged over toned paper, which shows between the strokes.

use super::filters::{careful, kuwahara, pixels};
use crate::canvas::Canvas;
use crate::colour::Rgb;
use crate::noise::{Noise, smoothstep};
use crate::rng::Rng;

/// Puts the style on.
pub fn apply(canvas: &mut Canvas, seed: u32) {
    let size = canvas.size;
    let mut rng = Rng::new(u64::from(seed), 43);
    let tooth = Noise::new(seed ^ 0x7007);
    let paper = rng.pick(&[Rgb::new(0.80, 0.70, 0.58), Rgb::new(0.62, 0.58, 0.62), Rgb::new(0.88, 0.80, 0.72)]);
    let soft = careful(canvas, kuwahara(&canvas.pixels, size, pixels(size, 0.014, 1)), 0.8);
    let angle = rng.range(0.5, 1.1);
    let (sin, cos) = angle.sin_cos();
    for y in 0..size {
        for x in 0..size {
            let i = y * size + x;
            let (u, v) = (canvas.centre(x), canvas.centre(y));
            let (along, across) = (u * cos + v * sin, v * cos - u * sin);
            // Hatching of a broad chalk: long in one direction, ragged across it.
            let hatch = tooth.fbm(along * 5.0, across * 17.0, 2);
            let grain = tooth.fbm(u * 70.0 + 40.0, v * 70.0, 2);
            let pressure = smoothstep(-0.7, 0.1, 0.2 * hatch + 0.7 * grain);
            let (hue, saturation, value) = soft[i].map(|c| c.clamp(0.0, 1.0)).hsv();
            // Chalk is never quite dark and never quite pure.
            let chalk = Rgb::from_hsv(hue, (saturation * 1.12).min(0.86), 0.1 + 0.9 * value.powf(0.88));
            let chalk = chalk * (1.0 + 0.05 * hatch);
            // Dark chalk is laid on heavily: bright specks of paper in a night sky would pass for stars.
            let shown = paper.mix(chalk, 0.75 - 0.5 * value);
            canvas.pixels[i] = shown.mix(chalk, 0.15 + 0.85 * pressure);
        }
    }
}
