//! Oil painting: strokes of thick paint, broad ones first and fine ones where the picture needs them, laid along the
//! forms, with bristle marks that catch the light.

use super::filters::{blur, focus, gradient, lumas, pixels};
use crate::canvas::Canvas;
use crate::colour::Rgb;
use crate::math::{floor, nearest};
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
    let paint = blur(&source, size, pixels(size, 0.04, 2)).into_iter().map(|c| c.mix(ground, 0.25)).collect();
    let mut sheet = Sheet { size, paint, relief: vec![0.0f32; size * size] };
    let forms = blur(&lumas(&source), size, pixels(size, 0.02, 1));
    let focus = focus(canvas);
    for layer in &LAYERS {
        let brush = Brush::new(layer, n);
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
            if layer.tolerance > 0.0 && sheet.paint[py * size + px].distance(colour) < layer.tolerance {
                continue;
            }
            // Along the edges of forms; where there are none, along a slow flow.
            let (gx, gy) = gradient(&forms, size, px, py);
            let strength = (length(gx, gy) * 14.0).min(1.0);
            let along = gx.atan2(-gy);
            let free = flow.fbm(x * 1.8, y * 2.6, 2) * 1.3;
            let angle = if strength > 0.25 { along } else { free };
            brush.stroke(&mut sheet, (x, y), angle, varied, rng.seed());
        }
    }
    // Light from the upper left rakes over the relief of the paint.
    let Sheet { paint, relief, .. } = sheet;
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

/// The shape of the strokes of one layer, in pixels, and tables of it: a stroke is painted by looking up.
struct Brush {
    half: f32,
    /// Half the length.
    whole: f32,
    /// Places in the table across the brush for each half width.
    fine: f32,
    /// How much thinner the paint is along the stroke, from two lengths behind its middle to two before it.
    thinner: [f32; PLACES],
}

/// Places of a table: from -2 to 2.
const PLACES: usize = 256;
/// Bits of a place behind the point.
const POINT: u32 = 16;

impl Brush {
    fn new(layer: &Layer, n: f32) -> Self {
        let half = layer.brush * n;
        let thinner = std::array::from_fn(|i| {
            let u = (i as f32 + 0.5) * (4.0 / PLACES as f32) - 2.0;
            // The far end of a stroke runs dry.
            (u.powi(6) * 2.2 + u.max(0.0) * 0.45) * 1.3
        });
        let whole = layer.brush * layer.length * 0.5 * n + half;
        Self { half, whole, fine: (half * 3.0).clamp(4.0, PLACES as f32 / 4.0 - 1.0), thinner }
    }

    /// Across the brush: how thick the paint covers, how high it stands, how bright the ridge is.
    fn across(&self, bristles: &[f32; 9]) -> [(f32, f32, f32); PLACES] {
        let mut table = [(-9.0, 0.0, 1.0); PLACES];
        let used = (4.0 * self.fine) as usize + 1;
        for (i, place) in table.iter_mut().enumerate().take(used) {
            let v = (i as f32 + 0.5) / self.fine - 2.0;
            let bristle = ((v + 1.0) * 4.0).clamp(0.0, 7.99);
            let (whole, _) = floor(bristle);
            let k = nearest(whole) as usize & 7;
            let ridge = lerp(bristles[k], bristles[k + 1], bristle - whole);
            let v2 = v * v;
            let cover = ((1.0 - v2 * v2) * 2.2 + ridge * 0.5) * 1.3;
            *place = (cover, 0.5 + ridge * 0.4 + 0.5 * (1.0 - v2), 1.0 + ridge * 0.05);
        }
        table
    }

    /// Lays one stroke.
    fn stroke(&self, sheet: &mut Sheet, at: (f32, f32), angle: f32, colour: Rgb, seed: u32) {
        let size = sheet.size;
        let n = size as f32;
        let mut rng = Rng::new(u64::from(seed), 47);
        // Bristles leave ridges along the stroke: one height for each, from edge to edge.
        let bristles: [f32; 9] = std::array::from_fn(|_| rng.range(-0.75, 0.75));
        let table = self.across(&bristles);
        let (sin, cos) = angle.sin_cos();
        let (cx, cy) = (at.0 * n, at.1 * n);
        let reach = cos.abs() * self.half + sin.abs() * self.whole;
        let clip = |v: f32| nearest(v.clamp(0.0, n) - 0.5).max(0) as usize;
        // Where |k·x + c| stays below a limit.
        let inverse = |k: f32| if k.abs() < 1e-3 { 0.0 } else { 1.0 / k };
        let (by_cos, by_sin) = (inverse(cos), inverse(-sin));
        let span = |inverse: f32, c: f32, limit: f32| {
            if inverse == 0.0 {
                (-n, n)
            } else {
                (-c * inverse - limit * inverse.abs(), -c * inverse + limit * inverse.abs())
            }
        };
        let (along, over) = (PLACES as f32 / 4.0 / self.whole, self.fine / self.half);
        let fixed = |v: f32| (v * (1u32 << POINT) as f32) as i32;
        let (step_u, step_v) = (fixed(cos * along), fixed(-sin * over));
        for y in clip(cy - reach)..clip(cy + reach + 1.0) {
            let dy = y as f32 + 0.5 - cy;
            let (a, b) = (span(by_cos, dy * sin, self.whole), span(by_sin, dy * cos, self.half));
            let (from, to) = (clip(a.0.max(b.0) + cx - 0.5), clip(a.1.min(b.1) + cx + 0.5));
            if from >= to {
                continue;
            }
            let dx = from as f32 + 0.5 - cx;
            let mut u = fixed((dx * cos + dy * sin) * along + PLACES as f32 / 2.0);
            let mut v = fixed((dy * cos - dx * sin) * over + 2.0 * self.fine);
            let row = y * size + from..y * size + to;
            for (paint, relief) in sheet.paint[row.clone()].iter_mut().zip(&mut sheet.relief[row]) {
                let (thick, body, tint) = table[(v >> POINT).clamp(0, PLACES as i32 - 1) as usize];
                let cover = (thick - self.thinner[(u >> POINT).clamp(0, PLACES as i32 - 1) as usize]).clamp(0.0, 1.0);
                let share = cover * 0.94;
                *paint = *paint * (1.0 - share) + colour * (share * tint);
                *relief = *relief * (1.0 - cover) + body * cover;
                u = u.wrapping_add(step_u);
                v = v.wrapping_add(step_v);
            }
        }
    }
}

/// What is painted on.
struct Sheet {
    size: usize,
    paint: Vec<Rgb>,
    /// How high the paint stands.
    relief: Vec<f32>,
}
