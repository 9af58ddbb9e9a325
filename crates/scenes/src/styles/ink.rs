//! Ink drawing: contours and hatching in dark ink, tinted with a light wash, on cream paper.

use super::filters::{blur, kuwahara, lumas, pixels};
use crate::canvas::{Canvas, Label};
use crate::colour::Rgb;
use crate::math::fraction;
use crate::noise::{Noise, Sheet, smoothstep};
use crate::rng::Rng;

/// Puts the style on.
pub fn apply(canvas: &mut Canvas, seed: u32) {
    let size = canvas.size;
    let mut rng = Rng::new(u64::from(seed), 44);
    let hand = Noise::new(seed ^ 0x14C0);
    let wash = if rng.chance(0.2) { 0.0 } else { rng.range(0.4, 0.75) };
    let paper = Rgb::new(0.97, 0.94, 0.87);
    let ink = rng.pick(&[Rgb::new(0.09, 0.08, 0.10), Rgb::new(0.16, 0.10, 0.07), Rgb::new(0.07, 0.09, 0.2)]);
    let tones = lumas(&canvas.pixels);
    let fine = blur(&tones, size, pixels(size, 0.004, 0));
    let broad = blur(&tones, size, pixels(size, 0.018, 2));
    let flat = kuwahara(&canvas.pixels, size, pixels(size, 0.02, 2));
    let contours = contours(canvas);
    let pools = Sheet::of(48, &hand, 3, |u, v| (u * 4.0, v * 4.0));
    let lifts = Sheet::of(96, &hand, 2, |u, v| (u * 14.0, v * 14.0 + 60.0));
    let shakes = Sheet::of(48, &hand, 1, |u, v| (u * 8.0, v * 8.0)).times(0.8);
    let slants = [0.75f32.sin_cos(), (-0.7f32).sin_cos()];
    let mut rows: [Vec<f32>; 3] = std::array::from_fn(|_| vec![0.0; size]);
    for y in 0..size {
        let v = canvas.centre(y);
        for (sheet, row) in [&pools, &lifts, &shakes].into_iter().zip(&mut rows) {
            sheet.row(v, row);
        }
        let [pools, lifts, shakes] = &rows;
        for (x, ((pool, lift), shake)) in pools.iter().zip(lifts).zip(shakes).enumerate() {
            let (i, u) = (y * size + x, canvas.centre(x));
            let tone = flat[i].luma().clamp(0.0, 1.0);
            let tint = flat[i].map(|c| c.clamp(0.05, 1.0)).saturate(1.1);
            let washed = paper.mix(paper * tint.mix(Rgb::WHITE, 0.18), (wash * (1.0 + 0.3 * pool)).clamp(0.0, 1.0));
            // Lines where the picture is darker than its surroundings, broken where the pen lifts.
            let ridge = broad[i] - fine[i];
            let lift = smoothstep(-0.55, 0.1, *lift);
            let drawn = smoothstep(0.028, 0.085, ridge) * 0.8 * lift;
            let line = (drawn + contours[i] * (0.55 + 0.45 * lift)).min(1.0);
            // The darker the tone, the more directions of hatching.
            let shake = 0.012 * shake;
            let stripe = |(sin, cos): (f32, f32), spacing: f32| {
                let across = u * sin + v * cos + shake;
                let phase = fraction(across / spacing);
                smoothstep(0.3, 0.12, (phase - 0.5).abs())
            };
            let first = smoothstep(0.42, 0.26, tone) * stripe(slants[0], 0.026);
            let second = smoothstep(0.22, 0.1, tone) * stripe(slants[1], 0.028);
            let third = smoothstep(0.1, 0.03, tone) * 0.5;
            let dark = (line + (first * 0.62 + second * 0.6 + third) * (0.75 + 0.25 * lift)).min(0.96);
            canvas.pixels[i] = washed.mix(ink, dark);
        }
    }
}

/// Where one thing ends and another begins, weighted by how much the eye would see a line there.
fn contours(canvas: &Canvas) -> Vec<f32> {
    let size = canvas.size;
    let reach = pixels(size, 0.006, 1);
    let mut lines = vec![0.0f32; size * size];
    let soft = |label: Label| matches!(label, Label::Sky | Label::Cloud);
    for y in 0..size {
        for x in 0..size {
            let here = canvas.labels[y * size + x];
            let right = canvas.labels[y * size + (x + reach).min(size - 1)];
            let below = canvas.labels[(y + reach).min(size - 1) * size + x];
            let other = if right != here { right } else { below };
            if other != here {
                lines[y * size + x] = if soft(here) && soft(other) { 0.4 } else { 0.9 };
            }
        }
    }
    lines
}
