//! The edge detector of Canny (1986), computed as OpenCV's `cv2.Canny` does.
//!
//! Gradients are those of a 3 × 3 Sobel kernel with the picture's edge repeated; their size is the sum of both absolute
//! values, and of the three colours the one with the largest counts. There is no blur before.

use super::Pixels;
use super::hysteresis::{Strength, connect};

/// tan 22.5° in 15 binary places, as OpenCV rounds it.
const TAN_22: i64 = 13573;

/// Edges 255, all else 0.
pub(super) fn edges(image: &Pixels<'_>, low: u32, high: u32) -> Vec<u8> {
    let (width, height) = (image.width, image.height);
    let gradients = gradients(image);
    let (low, high) = (i64::from(low.min(high)), i64::from(low.max(high)));
    // Outside the picture there is no gradient.
    let size_at = |x: usize, y: usize, dx: isize, dy: isize| {
        let (x, y) = (x.checked_add_signed(dx), y.checked_add_signed(dy));
        match (x, y) {
            (Some(x), Some(y)) if x < width && y < height => size(gradients[y * width + x]),
            _ => 0,
        }
    };
    let strength = |idx: usize| {
        let (x, y) = (idx % width, idx / width);
        let (dx, dy) = gradients[idx];
        let own = size((dx, dy));
        if own <= low {
            return Strength::None;
        }
        let (across, up) = (i64::from(dx.abs()), i64::from(dy.abs()) << 15);
        let flat = across * TAN_22;
        // Along the gradient, rounded to an eighth of a turn; where two neighbours are equal the first counts.
        let is_ridge = if up < flat {
            own > size_at(x, y, -1, 0) && own >= size_at(x, y, 1, 0)
        } else if up > flat + (across << 16) {
            own > size_at(x, y, 0, -1) && own >= size_at(x, y, 0, 1)
        } else {
            let slant = if (dx ^ dy) < 0 { -1 } else { 1 };
            own > size_at(x, y, -slant, -1) && own > size_at(x, y, slant, 1)
        };
        match (is_ridge, own > high) {
            (false, _) => Strength::None,
            (true, false) => Strength::Weak,
            (true, true) => Strength::Strong,
        }
    };
    connect((0..width * height).map(strength).collect(), width)
}

fn size((dx, dy): (i32, i32)) -> i64 {
    i64::from(dx.abs() + dy.abs())
}

/// The gradient of the colour whose gradient is largest, for every pixel.
fn gradients(image: &Pixels<'_>) -> Vec<(i32, i32)> {
    let (width, height) = (image.width, image.height);
    let mut largest = vec![(0, 0); width * height];
    for channel in 0..3 {
        let plane: Vec<i32> = image.channel(channel).map(i32::from).collect();
        for y in 0..height {
            let (above, below) = (y.saturating_sub(1) * width, (y + 1).min(height - 1) * width);
            let own = y * width;
            for x in 0..width {
                let (left, right) = (x.saturating_sub(1), (x + 1).min(width - 1));
                let column = |x: usize| plane[above + x] + 2 * plane[own + x] + plane[below + x];
                let row = |start: usize| plane[start + left] + 2 * plane[start + x] + plane[start + right];
                let gradient = (column(right) - column(left), row(below) - row(above));
                if channel == 0 || size(gradient) > size(largest[own + x]) {
                    largest[own + x] = gradient;
                }
            }
        }
    }
    largest
}
