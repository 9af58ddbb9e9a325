//! Lines as places that are darker than their surroundings: differences of Gaussians (Winnemöller et al., 2012).

use super::Pixels;
use super::hysteresis::{Strength, connect};

/// The wider Gaussian of a difference is this many times the narrower one, as in the paper: close to a Laplacian.
const RATIO: f32 = 1.6;
/// The side of a picture for which the widths below are meant.
const USUAL_SIDE: f32 = 512.0;
/// Half widths of the lines that scribbles are looked for at, in pixels.
const SCRIBBLE_SIGMAS: [f32; 3] = [1.2, 2.4, 4.8];
/// The same for line art.
const LINE_ART_SIGMAS: [f32; 2] = [0.9, 1.8];
/// A line of full contrast answers with about 0.2, the edge of an area with 0.1.
const SCRIBBLE_THRESHOLDS: [f32; 2] = [0.022, 0.05];
/// Below this there is no line art.
const LINE_ART_THRESHOLD: f32 = 0.012;
/// How steeply line art rises above its threshold: the paper's φ.
const LINE_ART_STEEPNESS: f32 = 14.0;
/// On a ground darker than this, lines are what is lighter than their surroundings. On a lighter ground light strokes get
/// their outlines instead, as every edge does, on its dark side.
const DARK_GROUND: u8 = 90;

/// Bold lines, 255, on 0.
pub(super) fn scribble(image: &Pixels<'_>) -> Vec<u8> {
    let [low, high] = SCRIBBLE_THRESHOLDS;
    let strengths = response(image, &SCRIBBLE_SIGMAS).into_iter().map(|value| match value {
        value if value > high => Strength::Strong,
        value if value > low => Strength::Weak,
        _ => Strength::None,
    });
    connect(strengths.collect(), image.width)
}

/// Fine lines, up to 255, on 0.
pub(super) fn line_art(image: &Pixels<'_>) -> Vec<u8> {
    let soft = |value: f32| ((value - LINE_ART_THRESHOLD).max(0.0) * LINE_ART_STEEPNESS).tanh();
    response(image, &LINE_ART_SIGMAS).into_iter().map(|value| (soft(value) * 255.0).round() as u8).collect()
}

/// How much darker than its surroundings every pixel is, in the colour and at the width where it is most so: 0..1.
fn response(image: &Pixels<'_>, sigmas: &[f32]) -> Vec<f32> {
    let scale = (image.width.min(image.height) as f32 / USUAL_SIDE).clamp(0.5, 8.0);
    // A line of another colour is darker in at least one of red, green and blue, whatever its brightness.
    let sign = if ground(image) < DARK_GROUND { -1.0 } else { 1.0 };
    let mut largest = vec![0.0_f32; image.width * image.height];
    for channel in 0..3 {
        let plane: Vec<f32> = image.channel(channel).map(|value| f32::from(value) / 255.0).collect();
        for sigma in sigmas {
            let narrow = blurred(&plane, image, sigma * scale);
            let wide = blurred(&plane, image, sigma * scale * RATIO);
            for ((largest, narrow), wide) in largest.iter_mut().zip(narrow).zip(wide) {
                *largest = largest.max((wide - narrow) * sign);
            }
        }
    }
    largest
}

/// The middle one of all pixels' brightnesses.
fn ground(image: &Pixels<'_>) -> u8 {
    let mut counts = [0_usize; 256];
    for pixel in image.bytes.chunks_exact(4) {
        let sum = 299 * u32::from(pixel[0]) + 587 * u32::from(pixel[1]) + 114 * u32::from(pixel[2]);
        counts[(sum / 1000) as usize] += 1;
    }
    let mut left = image.width * image.height / 2;
    for (value, count) in (0..=u8::MAX).zip(counts) {
        if left < count {
            return value;
        }
        left -= count;
    }
    u8::MAX
}

/// A plane under a Gaussian of this standard deviation in pixels, its edges repeated outwards.
fn blurred(plane: &[f32], image: &Pixels<'_>, sigma: f32) -> Vec<f32> {
    let (width, height) = (image.width, image.height);
    let kernel = kernel(sigma);
    let radius = kernel.len() / 2;
    let mut rows = Vec::with_capacity(plane.len());
    let mut padded = vec![0.0_f32; width + 2 * radius];
    for row in plane.chunks_exact(width) {
        padded[..radius].fill(row[0]);
        padded[radius..radius + width].copy_from_slice(row);
        padded[radius + width..].fill(row[width - 1]);
        rows.extend(padded.windows(kernel.len()).map(|part| part.iter().zip(&kernel).map(|(a, b)| a * b).sum::<f32>()));
    }
    let mut result = vec![0.0_f32; plane.len()];
    for (y, target) in result.chunks_exact_mut(width).enumerate() {
        for (tap, weight) in kernel.iter().enumerate() {
            let source_y = (y + tap).saturating_sub(radius).min(height - 1);
            let source = &rows[source_y * width..(source_y + 1) * width];
            for (target, source) in target.iter_mut().zip(source) {
                *target += source * weight;
            }
        }
    }
    result
}

/// An odd number of weights that sum to 1.
fn kernel(sigma: f32) -> Vec<f32> {
    let radius = (3.0 * sigma).ceil().max(1.0) as i32;
    let weights: Vec<f32> = (-radius..=radius).map(|at| (-0.5 * (at as f32 / sigma).powi(2)).exp()).collect();
    let sum: f32 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blur_keeps_flat_planes_and_sums() {
        let bytes = vec![0; 9 * 7 * 4];
        let image = Pixels { width: 9, height: 7, bytes: &bytes };
        let flat = blurred(&[0.4; 63], &image, 2.0);
        assert!(flat.iter().all(|value| (value - 0.4).abs() < 1e-6));
        let mut point = [0.0; 63];
        point[31] = 1.0;
        let spread = blurred(&point, &image, 0.8);
        assert!((spread.iter().sum::<f32>() - 1.0).abs() < 1e-4 && spread[31] < 0.5 && spread[31] > spread[30]);
    }

    #[test]
    fn the_ground_is_the_middle_brightness() {
        let mut bytes = vec![255; 5 * 4];
        bytes[..8].fill(10);
        assert_eq!(ground(&Pixels { width: 5, height: 1, bytes: &bytes }), 255);
        bytes[..12].fill(10);
        assert_eq!(ground(&Pixels { width: 5, height: 1, bytes: &bytes }), 10);
    }
}
