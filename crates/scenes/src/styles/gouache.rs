//! Gouache: opaque matt paint in simplified shapes. There is white in every colour, the flat brush leaves streaks, and
//! a thin line of paper stays bare between one shape and the next.

use super::filters::{Palette, careful, is_thing, kuwahara, palette, pixels};
use crate::canvas::Canvas;
use crate::colour::Rgb;
use crate::noise::{Noise, Sheet, smoothstep};
use crate::rng::Rng;

/// Colours mixed on the palette: more than a poster has, fewer than nature.
const COLOURS: usize = 14;

/// Puts the style on.
pub fn apply(canvas: &mut Canvas, seed: u32) {
    let size = canvas.size;
    let mut rng = Rng::new(u64::from(seed), 46);
    let brush = Noise::new(seed ^ 0x60AC);
    let paper = Rgb::new(0.95, 0.90, 0.80);
    let shapes = careful(canvas, kuwahara(&canvas.pixels, size, pixels(size, 0.018, 2)), 0.85);
    // Matt paint is never black and never glows.
    let mixed: Vec<Rgb> = shapes.iter().map(|c| c.saturate(1.28).map(|v| (0.13 + 0.85 * v).clamp(0.0, 0.95))).collect();
    let colours = Palette::new(&palette(&mixed, COLOURS));
    let angle = rng.range(-0.3, 0.3);
    let (sin, cos) = angle.sin_cos();
    let gap = pixels(size, 0.006, 1);
    let torn = Sheet::of(96, &brush, 2, |u, v| (u * 16.0, v * 16.0));
    let labels = &canvas.labels;
    let mut out = Vec::with_capacity(size * size);
    let (mut streaks, mut tears) = (vec![0.0; size], vec![0.0; size]);
    for y in 0..size {
        let v = canvas.centre(y);
        brush.fbm_row(&mut streaks, 2, |x| {
            let u = canvas.centre(x);
            ((u * cos + v * sin) * 6.0, (v * cos - u * sin) * 46.0)
        });
        torn.row(v, &mut tears);
        for x in 0..size {
            let (u, streak) = (canvas.centre(x), streaks[x]);
            let i = y * size + x;
            let near = i + usize::from(x + gap < size) * gap;
            let below = i + usize::from(y + gap < size) * gap * size;
            let between =
                (labels[near] != labels[i] || labels[below] != labels[i]) && !is_thing(labels[i]) && tears[x] > -0.25;
            // A flat brush drags the edge of one shape into the next, in streaks along the stroke.
            let drag = streak * 0.012;
            let sx = (((u + drag * cos) * size as f32) as usize).min(size - 1);
            let sy = (((v + drag * sin * 0.5) * size as f32) as usize).min(size - 1);
            let here = mixed[if is_thing(labels[i]) { i } else { sy * size + sx }];
            let flat = colours.nearest(here);
            let dry = smoothstep(0.55, 0.8, streak);
            let paint = flat.mix(here, 0.15) * (1.0 + 0.07 * streak);
            out.push(paint.mix(paper, if between { 0.3 + 0.4 * paint.luma() } else { 0.2 * dry }));
        }
    }
    canvas.pixels = out;
}
