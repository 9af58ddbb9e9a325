//! A Gaussian blur of masks in linear time: three boxes whose width may be any number (Gwosdek, Grewenig, Bruhn and
//! Weickert, "Theoretical Foundations of Gaussian Convolution by Extended Box Filtering", 2011).

use crate::{Mask, PixelRect};

/// How often the box is applied.
const N_PASSES: i32 = 3;

/// A box of `2 · radius + 1` full weights and one of `outer` on each side.
#[derive(Clone, Copy)]
struct ExtendedBox {
    radius: usize,
    inner_weight: f32,
    outer_weight: f32,
}

impl ExtendedBox {
    /// The box that makes a Gaussian of this standard deviation when it is applied three times.
    fn of_sigma(sigma: f64) -> Self {
        let variance = sigma * sigma / f64::from(N_PASSES);
        let radius = (0.5 * (12.0 * variance + 1.0).sqrt() - 0.5).floor();
        let outer = (2.0 * radius + 1.0) * (radius * (radius + 1.0) - 3.0 * variance)
            / (6.0 * (variance - (radius + 1.0).powi(2)));
        let whole = 2.0 * radius + 1.0 + 2.0 * outer;
        Self { radius: radius as usize, inner_weight: (1.0 / whole) as f32, outer_weight: (outer / whole) as f32 }
    }
}

impl Mask {
    /// Blurs the mask with a Gaussian whose standard deviation is `radius_px / 2`: the edge becomes soft over about
    /// `radius_px` to each side. Beyond the canvas's edges the outermost values go on, so that a selection that reaches
    /// an edge still does. Radii that are no number or not above 0 change nothing; at most 1000.
    pub fn feather(&mut self, radius_px: f32) {
        let radius_px = radius_px.min(1000.0);
        let bounds = self.bounds();
        if radius_px.is_nan() || radius_px < 0.1 || bounds.is_empty() {
            return;
        }
        let kernel = ExtendedBox::of_sigma(f64::from(radius_px) / 2.0);
        let reach = (kernel.radius as i64 + 1) * i64::from(N_PASSES);
        // As far beyond the canvas as the blur reaches, so that each pass finds the outermost values going on.
        let (left, top) = (i64::from(bounds.left) - reach, i64::from(bounds.top) - reach);
        let width = (i64::from(bounds.right) + reach - left) as usize;
        let height = (i64::from(bounds.bottom) + reach - top) as usize;
        let held = |at: i64, len: u32| at.clamp(0, i64::from(len) - 1) as u32;
        let mut values = Vec::with_capacity(width * height);
        for y in top..top + height as i64 {
            let row = self.row(held(y, self.height()), 0, self.width());
            values.extend((left..left + width as i64).map(|x| f32::from(row[held(x, self.width()) as usize])));
        }
        let mut blurred = vec![0.0; width * height];
        for _ in 0..N_PASSES {
            blur_columns(&values, &mut blurred, width, kernel);
            for (row, blurred) in values.chunks_exact_mut(width).zip(blurred.chunks_exact(width)) {
                blur_row(blurred, row, kernel);
            }
        }
        let rect = PixelRect::new(
            left.max(0) as u32,
            top.max(0) as u32,
            (left + width as i64).min(i64::from(self.width())) as u32,
            (top + height as i64).min(i64::from(self.height())) as u32,
        );
        let skipped = (i64::from(rect.left) - left) as usize;
        for y in rect.top..rect.bottom {
            let start = (i64::from(y) - top) as usize * width + skipped;
            for (value, blurred) in self.row_mut(y, rect.left, rect.right).iter_mut().zip(&values[start..]) {
                *value = (blurred + 0.5) as u8;
            }
        }
    }
}

fn blur_row(from: &[f32], to: &mut [f32], kernel: ExtendedBox) {
    let last = from.len() as isize - 1;
    let at = |idx: isize| from[idx.clamp(0, last) as usize];
    let radius = kernel.radius as isize;
    let mut sum: f64 = (-radius..=radius).map(|idx| f64::from(at(idx))).sum();
    for (idx, value) in to.iter_mut().enumerate() {
        let idx = idx as isize;
        let (before, after) = (at(idx - radius - 1), at(idx + radius + 1));
        *value = sum as f32 * kernel.inner_weight + (before + after) * kernel.outer_weight;
        sum += f64::from(after) - f64::from(at(idx - radius));
    }
}

/// The same down all columns at once, row by row.
fn blur_columns(from: &[f32], to: &mut [f32], width: usize, kernel: ExtendedBox) {
    let height = from.len() / width;
    let last = height as isize - 1;
    let row = |y: isize| {
        let start = y.clamp(0, last) as usize * width;
        &from[start..start + width]
    };
    let radius = kernel.radius as isize;
    // Whole numbers below 2²⁴ on the first pass, and at most a few units of rounding on the next two.
    let mut sums = vec![0.0f32; width];
    for y in -radius..=radius {
        for (sum, value) in sums.iter_mut().zip(row(y)) {
            *sum += value;
        }
    }
    for (y, to) in to.chunks_exact_mut(width).enumerate() {
        let y = y as isize;
        let (before, after, leaving) = (row(y - radius - 1), row(y + radius + 1), row(y - radius));
        for x in 0..width {
            to[x] = sums[x] * kernel.inner_weight + (before[x] + after[x]) * kernel.outer_weight;
            sums[x] += after[x] - leaving[x];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blurred_edge_is_the_integral_of_a_gaussian() {
        for radius_px in [2.0f32, 7.5, 40.0] {
            let mut mask = Mask::filled(400, 5, 0);
            for y in 0..5 {
                mask.row_mut(y, 200, 400).fill(255);
            }
            mask.feather(radius_px);
            let sigma = f64::from(radius_px) / 2.0;
            let mut exact = 0.0;
            // The sum of a sampled Gaussian up to each place.
            let weights: Vec<f64> = (-400..=400).map(|k| (-0.5 * (f64::from(k) / sigma).powi(2)).exp()).collect();
            let whole: f64 = weights.iter().sum();
            for x in 0..400i32 {
                if x == 0 {
                    exact = weights.iter().skip(600).sum::<f64>() / whole;
                } else {
                    exact += weights[(200 - x + 400) as usize] / whole;
                }
                let got = f64::from(mask.at(x as u32, 2));
                assert!((got - exact * 255.0).abs() < 4.0, "radius {radius_px}, {x}: {got} for {}", exact * 255.0);
            }
            assert_eq!((mask.at(0, 2), mask.at(399, 0)), (0, 255));
        }
    }

    #[test]
    fn what_is_selected_everywhere_stays_so() {
        let mut mask = Mask::filled(40, 30, 255);
        mask.feather(25.0);
        assert_eq!(mask, Mask::filled(40, 30, 255));
        let mut mask = Mask::filled(40, 30, 0);
        mask.feather(5.0);
        mask.feather(f32::NAN);
        assert_eq!(mask, Mask::filled(40, 30, 0));
    }
}
