//! Gouache: opaque flat paint in simplified shapes, few values, with the dry edge of a flat brush and no outlines.

use super::filters::{careful, kuwahara, nearest, palette, pixels};
use crate::canvas::Canvas;
use crate::colour::Rgb;
use crate::noise::{Noise, smoothstep};
use crate::rng::Rng;

/// Colours mixed on the palette: more than a poster has, fewer than nature.
const COLOURS: usize = 20;

/// Puts the style on.
pub fn apply(canvas: &mut Canvas, seed: u32) {
    let size = canvas.size;
    let mut rng = Rng::new(u64::from(seed), 46);
    let brush = Noise::new(seed ^ 0x60AC);
    let shapes = careful(canvas, kuwahara(&canvas.pixels, size, pixels(size, 0.016, 2)), 0.85);
    let mixed: Vec<Rgb> = shapes.iter().map(|c| c.saturate(1.12).map(|v| (0.06 + 0.9 * v).clamp(0.0, 1.0))).collect();
    let colours = palette(&mixed, COLOURS);
    let angle = rng.range(-0.35, 0.35);
    let (sin, cos) = angle.sin_cos();
    for y in 0..size {
        for x in 0..size {
            let (u, v) = (canvas.centre(x), canvas.centre(y));
            let (along, across) = (u * cos + v * sin, v * cos - u * sin);
            // A flat brush drags the edge of one shape into the next, in streaks along the stroke.
            let streak = brush.fbm(along * 9.0, across * 75.0, 2);
            let drag = streak * 0.016;
            let sx = (((u + drag * cos) * size as f32) as usize).min(size - 1);
            let sy = (((v + drag * sin * 0.5) * size as f32) as usize).min(size - 1);
            let here = mixed[sy * size + sx];
            let flat = colours[nearest(&colours, here + Rgb::grey(streak * 0.03))];
            let dry = smoothstep(0.35, 0.75, streak);
            canvas.pixels[y * size + x] = flat.mix(here, 0.18) * (1.0 + 0.035 * streak) + Rgb::grey(0.03 * dry);
        }
    }
}
