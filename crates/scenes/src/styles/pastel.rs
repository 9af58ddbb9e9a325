//! Soft pastel: chalk dragged over toned paper, which shows between the strokes.

use super::filters::{careful, focus, kuwahara, pixels};
use crate::canvas::Canvas;
use crate::colour::Rgb;
use crate::math::pow;
use crate::noise::{Noise, smoothstep};
use crate::rng::Rng;

/// Puts the style on.
pub fn apply(canvas: &mut Canvas, seed: u32) {
    let size = canvas.size;
    let mut rng = Rng::new(u64::from(seed), 43);
    let tooth = Noise::new(seed ^ 0x7007);
    let paper = rng.pick(&[Rgb::new(0.78, 0.64, 0.48), Rgb::new(0.60, 0.56, 0.62), Rgb::new(0.84, 0.74, 0.64)]);
    let soft = careful(canvas, kuwahara(&canvas.pixels, size, pixels(size, 0.014, 1)), 0.8);
    let near = focus(canvas);
    let angle = rng.range(0.5, 1.1);
    let (sin, cos) = angle.sin_cos();
    let (mut hatches, mut grains) = (vec![0.0; size], vec![0.0; size]);
    for y in 0..size {
        let v = canvas.centre(y);
        // Hatching of a broad chalk: long in one direction, ragged across it.
        tooth.fbm_row(&mut hatches, 2, |x| {
            let u = canvas.centre(x);
            ((u * cos + v * sin) * 4.0, (v * cos - u * sin) * 22.0)
        });
        tooth.at_row(&mut grains, |x| (canvas.centre(x) * 62.0 + 40.0, v * 62.0));
        for x in 0..size {
            let i = y * size + x;
            let (hatch, grain) = (hatches[x], grains[x]);
            let pressure = smoothstep(-0.72, 0.12, 0.45 * hatch + 0.55 * grain + if near[i] { 0.35 } else { 0.0 });
            let (hue, saturation, value) = soft[i].map(|c| c.clamp(0.0, 1.0)).hsv();
            // Chalk is never quite dark and never quite pure.
            let chalk = Rgb::from_hsv(hue, (saturation * 0.95).min(0.72), 0.2 + 0.78 * pow(value, 0.8));
            let chalk = chalk * (1.0 + 0.1 * hatch);
            // Dark chalk is laid on heavily: bright specks of paper in a night sky would pass for stars.
            let shown = paper.mix(chalk, 0.72 - 0.35 * value);
            canvas.pixels[i] = shown.mix(chalk, 0.1 + 0.9 * pressure);
        }
    }
}
