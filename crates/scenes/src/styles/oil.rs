//! Oil painting: strokes of thick paint, broad ones first and fine ones where the picture needs them, laid along the
//! forms, with bristle marks that catch the light.

use super::filters::{blur, focus, gradient, lumas, pixels};
use crate::canvas::Canvas;
use crate::colour::Rgb;
use crate::math::floor;
use crate::noise::{Noise, length, lerp};
use crate::rng::Rng;

struct Layer {
    /// Half width of the brush.
    brush: f32,
    /// Length of a stroke in brush half widths.
    length: f32,
    /// How wrong the painting may be before another stroke is worth it.
    tolerance: f32,
    /// Only on things with a silhouette, where the painter takes care.
    careful: bool,
}

/// Pixels of a stroke that are worked out side by side.
const LANES: usize = 8;

const LAYERS: [Layer; 4] = [
    Layer { brush: 0.036, length: 4.5, tolerance: 0.0, careful: false },
    Layer { brush: 0.021, length: 5.0, tolerance: 0.0022, careful: false },
    Layer { brush: 0.012, length: 4.5, tolerance: 0.004, careful: false },
    Layer { brush: 0.0065, length: 2.4, tolerance: 0.0016, careful: true },
];

/// Puts the style on.
pub fn apply(canvas: &mut Canvas, seed: u32) {
    let size = canvas.size;
    let n = size as f32;
    let mut rng = Rng::new(u64::from(seed), 41);
    let flow = Noise::new(seed ^ 0xF104);
    let source: Vec<Rgb> = canvas.pixels.iter().map(|c| c.saturate(1.22)).collect();
    let ground = Rgb::new(0.42, 0.3, 0.2);
    let mut paint: Vec<Rgb> =
        blur(&source, size, pixels(size, 0.04, 2)).into_iter().map(|c| c.mix(ground, 0.25)).collect();
    let mut relief = vec![0.0f32; size * size];
    let forms = blur(&lumas(&source), size, pixels(size, 0.02, 1));
    let focus = focus(canvas);
    for layer in &LAYERS {
        let reference = blur(&source, size, ((layer.brush * n * 0.5) as usize).max(usize::from(layer.brush > 0.012)));
        let step = layer.brush * 1.2;
        let count = (1.0 / step) as usize + 1;
        let mut places: Vec<(f32, f32)> = (0..count * count)
            .map(|i| {
                let (column, row) = ((i % count) as f32, (i / count) as f32);
                ((column + rng.unit()) * step, (row + rng.unit()) * step)
            })
            .collect();
        for i in (1..places.len()).rev() {
            places.swap(i, rng.below(i + 1));
        }
        for (x, y) in places {
            let px = ((x * n) as usize).min(size - 1);
            let py = ((y * n) as usize).min(size - 1);
            let colour = reference[py * size + px];
            if layer.careful && !focus[py * size + px] {
                continue;
            }
            let varied = colour * (1.0 + rng.normal() * if layer.careful { 0.02 } else { 0.045 })
                + Rgb::new(rng.normal() * 0.014, rng.normal() * 0.01, rng.normal() * 0.018);
            if layer.tolerance > 0.0 && paint[py * size + px].distance(colour) < layer.tolerance {
                continue;
            }
            // Along the edges of forms; where there are none, along a slow flow.
            let (gx, gy) = gradient(&forms, size, px, py);
            let strength = (length(gx, gy) * 14.0).min(1.0);
            let along = gx.atan2(-gy);
            let free = flow.fbm(x * 1.8, y * 2.6, 2) * 1.3;
            let angle = if strength > 0.25 { along } else { free };
            stroke(&mut paint, &mut relief, size, (x, y), angle, layer, varied, rng.seed());
        }
    }
    // Light from the upper left rakes over the relief of the paint.
    let rake = 0.15 * (n / 128.0).max(1.0);
    for y in 0..size {
        for x in 0..size {
            let i = y * size + x;
            let (left, up) = (relief[y * size + x.saturating_sub(1)], relief[y.saturating_sub(1) * size + x]);
            let shine = (relief[i] - 0.5 * (left + up)) * rake;
            canvas.pixels[i] = paint[i] * (1.0 + shine) + Rgb::grey(shine * 0.08);
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "the inner loop of the style; a struct would only rename its arguments")]
fn stroke(
    paint: &mut [Rgb],
    relief: &mut [f32],
    size: usize,
    at: (f32, f32),
    angle: f32,
    layer: &Layer,
    colour: Rgb,
    seed: u32,
) {
    let n = size as f32;
    let mut rng = Rng::new(u64::from(seed), 47);
    // Bristles leave ridges along the stroke: one height for each, from edge to edge.
    let bristles: [f32; 9] = std::array::from_fn(|_| rng.range(-0.75, 0.75));
    let (half, long) = (layer.brush * n, layer.brush * layer.length * 0.5 * n);
    let (sin, cos) = angle.sin_cos();
    let (cx, cy) = (at.0 * n, at.1 * n);
    let (whole, inverse) = (long + half, 1.0 / half);
    let reach = cos.abs() * half + sin.abs() * whole;
    let clip = |v: f32| v.clamp(0.0, n) as usize;
    // Where |k·x + c| stays below a limit.
    let span = |k: f32, c: f32, limit: f32| {
        if k.abs() < 1e-3 { (-n, n) } else { ((-c - limit * k.signum()) / k, (-c + limit * k.signum()) / k) }
    };
    for y in clip(cy - reach)..clip(cy + reach + 1.0) {
        let dy = y as f32 + 0.5 - cy;
        let (a, b) = (span(cos, dy * sin, whole), span(-sin, dy * cos, half));
        let (from, to) = (a.0.max(b.0) + cx - 0.5, a.1.min(b.1) + cx + 0.5);
        let (from, to) = (clip(from), clip(to));
        if from >= to {
            continue;
        }
        let (paint, relief) = (&mut paint[y * size + from..y * size + to], &mut relief[y * size + from..y * size + to]);
        let (u0, v0) = ((from as f32 + 0.5 - cx) * cos + dy * sin, dy * cos - (from as f32 + 0.5 - cx) * sin);
        let (du, dv) = (cos / whole, -sin * inverse);
        let (u0, v0) = (u0 / whole, v0 * inverse);
        for (block, (paint, relief)) in paint.chunks_mut(LANES).zip(relief.chunks_mut(LANES)).enumerate() {
            let (mut ridges, mut covers, mut bodies) = ([0.0f32; LANES], [0.0f32; LANES], [0.0f32; LANES]);
            let (mut places, mut shares) = ([0u32; LANES], [0.0f32; LANES]);
            for k in 0..LANES {
                let v = v0 + (block * LANES + k) as f32 * dv;
                let (whole, bits) = floor(((v + 1.0) * 4.0).clamp(0.0, 7.99));
                (places[k], shares[k]) = (bits & 7, ((v + 1.0) * 4.0).clamp(0.0, 7.99) - whole);
            }
            for k in 0..LANES {
                let i = places[k] as usize;
                ridges[k] = lerp(bristles[i], bristles[i + 1], shares[k]);
            }
            for k in 0..LANES {
                let along = (block * LANES + k) as f32;
                let (u, v) = (u0 + along * du, v0 + along * dv);
                // The far end of a stroke runs dry.
                let (v2, u2) = (v * v, u * u);
                let round = 1.0 - v2 * v2 - u2 * u2 * u2;
                covers[k] = ((round * 2.2 + ridges[k] * 0.5 - u.max(0.0) * 0.45) * 1.3).clamp(0.0, 1.0);
                bodies[k] = 0.5 + ridges[k] * 0.4 + 0.5 * (1.0 - v2);
            }
            for (k, (paint, relief)) in paint.iter_mut().zip(relief).enumerate() {
                let cover = covers[k];
                *paint = paint.mix(colour * (1.0 + ridges[k] * 0.05), cover * 0.94);
                *relief = *relief * (1.0 - cover) + bodies[k] * cover;
            }
        }
    }
}
