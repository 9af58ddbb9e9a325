//! Watercolour: transparent pigment on rough white paper. Pigment is handled as optical density, as in nature: washes
//! run thin or thick, dry with dark edges, settle in the hollows of the paper and stop short of its border.

use super::filters::{blur, careful, focus, gradient, kuwahara, lumas, pixels};
use crate::canvas::Canvas;
use crate::colour::Rgb;
use crate::math::pow;
use crate::noise::{Noise, Sheet, length, smoothstep};
use crate::rng::Rng;

/// Puts the style on.
pub fn apply(canvas: &mut Canvas, seed: u32) {
    let size = canvas.size;
    let mut rng = Rng::new(u64::from(seed), 42);
    let wander = Noise::new(seed ^ 0xB1EE);
    let paper_grain = Noise::new(seed ^ 0x9A9E);
    let bare_edge = if rng.chance(0.85) { rng.range(0.03, 0.06) } else { -1.0 };

    let sheet =
        |scale: f32, shift: f32, octaves| Sheet::of(96, &wander, octaves, |u, v| (u * scale, v * scale + shift));
    let (drift, fall) = (sheet(9.0, 0.0, 3), sheet(9.0, 50.0, 3));
    let (soft, pools, torn) = (sheet(2.3, 9.0, 2), sheet(3.4, 30.0, 4), sheet(7.0, 80.0, 3));

    // Wet edges wander.
    let source = canvas.clone();
    let near = focus(canvas);
    let mut rows: [Vec<f32>; 4] = std::array::from_fn(|_| vec![0.0; size]);
    for y in 0..size {
        let v = canvas.centre(y);
        drift.row(v, &mut rows[0]);
        fall.row(v, &mut rows[1]);
        for (x, (dx, dy)) in rows[0].iter().zip(&rows[1]).enumerate() {
            let (u, dx, dy) = (canvas.centre(x), dx * 0.009, dy * 0.009);
            let care = if near[y * size + x] { 0.35 } else { 1.0 };
            canvas.pixels[y * size + x] = source.sample(u + dx * care, v + dy * care);
        }
    }
    let washes = careful(canvas, kuwahara(&canvas.pixels, size, pixels(size, 0.01, 1)), 0.75);
    let wet = blur(&washes, size, pixels(size, 0.03, 2));
    let edges = blur(&lumas(&washes), size, 1);
    for y in 0..size {
        let v = canvas.centre(y);
        for (sheet, row) in [&soft, &pools, &torn].into_iter().zip(&mut rows) {
            sheet.row(v, row);
        }
        paper_grain.fbm_row(&mut rows[3], 2, |x| (canvas.centre(x) * 85.0, v * 85.0));
        let [softs, pools, torn, teeth] = &rows;
        for (x, (&pool, &tooth)) in pools.iter().zip(teeth).enumerate() {
            let (i, u) = (y * size + x, canvas.centre(x));
            // Some passages were painted wet in wet and have no edges.
            let loose = smoothstep(0.0, 0.45, softs[x]);
            let bleed = if near[i] { 0.1 } else { 0.65 };
            let colour = washes[i].mix(wet[i], loose * bleed).saturate(1.5);
            let (gx, gy) = gradient(&edges, size, x, y);
            let rim = (length(gx, gy) * size as f32 / 128.0 * 3.2).min(0.9) * (1.0 - 0.7 * loose);
            let mut amount = 0.66 + 0.34 * pool + 0.15 * tooth + rim * 0.55;
            if bare_edge > 0.0 {
                let border = u.min(v).min(1.0 - u).min(1.0 - v) - bare_edge - 0.014 * torn[x];
                amount *= smoothstep(-0.006, 0.006, border) * (1.0 + 0.35 * smoothstep(0.022, 0.004, border));
            }
            // Density is the logarithm of the colour: what the paper shows of it is a power of the colour.
            let density = amount.max(0.0) * 0.95;
            let paper = Rgb::new(0.985, 0.97, 0.94) * (1.0 + 0.022 * tooth);
            canvas.pixels[i] = colour.map(|c| pow(c.clamp(0.06, 0.985), density)) * paper;
        }
    }
}
