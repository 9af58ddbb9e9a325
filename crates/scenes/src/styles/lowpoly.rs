//! Low poly: a mesh of flat triangles whose corners are pulled onto the edges of the picture.

use super::filters::{blur, focus, gradient, lumas, pixels};
use crate::canvas::{Canvas, Point};
use crate::colour::Rgb;
use crate::noise::{length, lerp};
use crate::rng::Rng;

/// Cells of the mesh a side.
const CELLS: usize = 17;
/// Samples a pixel side, so that edges are smooth.
const FINE: usize = 2;

/// Puts the style on.
pub fn apply(canvas: &mut Canvas, seed: u32) {
    let size = canvas.size;
    let mut rng = Rng::new(u64::from(seed), 45);
    let soft = blur(&lumas(&canvas.pixels), size, pixels(size, 0.012, 1));
    let strength = |p: Point| {
        let clip = |v: f32| ((v * size as f32) as usize).min(size - 1);
        let (gx, gy) = gradient(&soft, size, clip(p.0), clip(p.1));
        length(gx, gy)
    };
    let mut corners: Vec<Point> = Vec::with_capacity((CELLS + 1) * (CELLS + 1));
    for row in 0..=CELLS {
        for column in 0..=CELLS {
            let mut spot = |inner: bool, i: usize| {
                if inner { (i as f32 + rng.range(-0.45, 0.45)) / CELLS as f32 } else { i as f32 / CELLS as f32 }
            };
            let (inner_x, inner_y) = (column > 0 && column < CELLS, row > 0 && row < CELLS);
            let mut best = ((0.0, 0.0), -1.0);
            for _ in 0..8 {
                let candidate = (spot(inner_x, column), spot(inner_y, row));
                let score = strength(candidate);
                if score > best.1 {
                    best = (candidate, score);
                }
            }
            corners.push(best.0);
        }
    }
    let focus = focus(canvas);
    let fine = size * FINE;
    let mut owner = vec![0u16; fine * fine];
    let mut triangles = 0u16;
    for row in 0..CELLS {
        for column in 0..CELLS {
            let at = |r: usize, c: usize| corners[r * (CELLS + 1) + c];
            let (a, b) = (at(row, column), at(row, column + 1));
            let (c, d) = (at(row + 1, column), at(row + 1, column + 1));
            let pair = if rng.chance(0.5) { [[a, b, d], [a, d, c]] } else { [[a, b, c], [b, d, c]] };
            for triangle in pair {
                fill(&mut owner, fine, triangle, triangles);
                triangles += 1;
            }
        }
    }
    let mut sums = vec![(Rgb::BLACK, 0.0f32); usize::from(triangles)];
    for (i, &id) in owner.iter().enumerate() {
        let cell = &mut sums[usize::from(id)];
        cell.0 += canvas.pixels[(i / fine / FINE) * size + (i % fine) / FINE];
        cell.1 += 1.0;
    }
    // Each facet is tilted a little differently to the light.
    let facets: Vec<Rgb> = sums
        .into_iter()
        .map(|(sum, number)| sum.saturate(1.25) * (lerp(0.91, 1.09, rng.unit()) / number.max(1.0)))
        .collect();
    for y in 0..size {
        for x in 0..size {
            let mut sum = Rgb::BLACK;
            for sub in 0..FINE * FINE {
                let (fx, fy) = (x * FINE + sub % FINE, y * FINE + sub / FINE);
                sum += facets[usize::from(owner[fy * fine + fx])];
            }
            let facet = sum * (1.0 / (FINE * FINE) as f32);
            // Houses and boats are made of flat faces anyhow.
            let i = y * size + x;
            canvas.pixels[i] = if focus[i] { facet.mix(canvas.pixels[i].saturate(1.25), 0.85) } else { facet };
        }
    }
}

fn fill(owner: &mut [u16], fine: usize, corners: [Point; 3], id: u16) {
    let n = fine as f32;
    let [a, b, c] = corners.map(|p| (p.0 * n, p.1 * n));
    let clip = |v: f32| v.clamp(0.0, n) as usize;
    let (left, right) = (a.0.min(b.0).min(c.0), a.0.max(b.0).max(c.0));
    let (top, bottom) = (a.1.min(b.1).min(c.1), a.1.max(b.1).max(c.1));
    let side = |p: Point, q: Point, x: f32, y: f32| (q.0 - p.0) * (y - p.1) - (q.1 - p.1) * (x - p.0);
    // How much each side's distance changes from one sample to the next.
    let steps = [a.1 - b.1, b.1 - c.1, c.1 - a.1];
    let (left, right) = (clip(left), clip(right + 1.0));
    for y in clip(top)..clip(bottom + 1.0) {
        let (px, py) = (left as f32 + 0.5, y as f32 + 0.5);
        let (s, t, u) = (side(a, b, px, py), side(b, c, px, py), side(c, a, px, py));
        for (i, owner) in owner[y * fine + left..y * fine + right].iter_mut().enumerate() {
            let i = i as f32;
            let (s, t, u) = (s + i * steps[0], t + i * steps[1], u + i * steps[2]);
            let inside = (s.min(t).min(u) >= 0.0) | (s.max(t).max(u) <= 0.0);
            *owner = if inside { id } else { *owner };
        }
    }
}
