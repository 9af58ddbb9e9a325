//! What a target pixel of a transform is read from: the source, halves of it where it is made much smaller, and the
//! footprint of the pixel in them.

use crate::transform::Quality;
use crate::{Homography, Patch, PixelRect};

/// Most readings for one target pixel along each axis. Beyond that the source is halved first.
const MAX_READINGS: f64 = 8.0;

/// The source, and halves of it as far as they are needed.
pub(crate) struct Levels<'a> {
    patch: &'a Patch,
    /// Each half as large as the one before; the first is half of the patch.
    halves: Vec<Half>,
    quality: Quality,
}

/// What one target pixel is read from.
pub(crate) struct Footprint {
    /// 0 for the patch itself, 1 for its first half.
    level: usize,
    /// How large that is against the patch.
    scale: f64,
    /// The extent of the readings in pixels of the level: `[[x across, x down], [y across, y down]]`.
    extent: [[f64; 2]; 2],
    n_across: usize,
    n_down: usize,
}

/// A picture of half the size in both directions.
struct Half {
    width: usize,
    height: usize,
    pixels: Vec<[u16; 4]>,
}

impl<'a> Levels<'a> {
    /// Halves the source as far as a target of this rectangle needs it.
    pub(crate) fn new(patch: &'a Patch, source_from_target: &Homography, rect: PixelRect, quality: Quality) -> Self {
        // A perspective makes the source smallest at a corner.
        let most = [(rect.left, rect.top), (rect.right, rect.top), (rect.right, rect.bottom), (rect.left, rect.bottom)]
            .into_iter()
            .map(|(x, y)| {
                let [[a, b], [c, d]] = source_from_target.derivative(f64::from(x), f64::from(y));
                a.hypot(c).max(b.hypot(d))
            })
            .fold(0.0, f64::max);
        let mut levels = Self { patch, halves: Vec::new(), quality };
        let mut reach = MAX_READINGS;
        // Halving needs a preview as well: one reading of a source ten times as large would be noise.
        let limit = if quality == Quality::Preview { 2.0 } else { MAX_READINGS };
        if quality == Quality::Preview {
            reach = limit;
        }
        while most > reach && levels.halves.len() < 12 {
            let half = match levels.halves.last() {
                None => Half::of(patch.width() as usize, patch.height() as usize, |y| patch.row(y)),
                Some(last) => {
                    let width = last.width;
                    Half::of(width, last.height, |y| &last.pixels[y * width..(y + 1) * width])
                }
            };
            if half.width == 1 && half.height == 1 {
                break;
            }
            levels.halves.push(half);
            reach *= 2.0;
        }
        levels
    }

    /// What a target pixel around its middle is read from.
    pub(crate) fn footprint(&self, source_from_target: &Homography, x: f64, y: f64) -> Footprint {
        let derivative = source_from_target.derivative(x, y);
        let [[a, b], [c, d]] = derivative;
        let (across, down) = (a.hypot(c), b.hypot(d));
        let limit = if self.quality == Quality::Preview { 2.0 } else { MAX_READINGS };
        let (mut level, mut scale) = (0, 1.0);
        while level < self.halves.len() && across.max(down) * scale > limit {
            level += 1;
            scale *= 0.5;
        }
        // A reading is about as wide as one source pixel by itself. What is missing to the width of the target pixel's
        // footprint is made up by readings side by side: widths add as squares.
        let spread = |size: f64| {
            let size = size * scale;
            let missing = (size * size - 1.0).max(0.0).sqrt();
            let n_readings = (missing.ceil() as usize + 1).clamp(1, MAX_READINGS as usize + 1);
            (missing / size.max(1e-9), if missing < 1e-3 { 1 } else { n_readings })
        };
        let ((width, n_across), (height, n_down)) = (spread(across), spread(down));
        let scaled = |row: [f64; 2]| [row[0] * width * scale, row[1] * height * scale];
        Footprint { level, scale, extent: derivative.map(scaled), n_across, n_down }
    }

    /// The colour of a footprint around a place of the source: premultiplied.
    pub(crate) fn read(&self, footprint: &Footprint, source_x: f64, source_y: f64) -> [f32; 4] {
        let Footprint { level, scale, extent: [[a, b], [c, d]], n_across, n_down } = *footprint;
        let source_x = (source_x - f64::from(self.patch.left())) * scale;
        let source_y = (source_y - f64::from(self.patch.top())) * scale;
        if self.quality == Quality::Preview {
            return self.bilinear(level, source_x, source_y);
        }
        if n_across * n_down == 1 {
            return self.cubic(level, source_x, source_y);
        }
        let mut sum = [0.0; 4];
        for row in 0..n_down {
            let at_y = (row as f64 + 0.5) / n_down as f64 - 0.5;
            for column in 0..n_across {
                let at_x = (column as f64 + 0.5) / n_across as f64 - 0.5;
                let value = self.cubic(level, source_x + a * at_x + b * at_y, source_y + c * at_x + d * at_y);
                for channel in 0..4 {
                    sum[channel] += value[channel];
                }
            }
        }
        let share = 1.0 / (n_across * n_down) as f32;
        sum.map(|value| value * share)
    }

    fn size(&self, level: usize) -> (usize, usize) {
        match level.checked_sub(1).and_then(|idx| self.halves.get(idx)) {
            None => (self.patch.width() as usize, self.patch.height() as usize),
            Some(half) => (half.width, half.height),
        }
    }

    fn row(&self, level: usize, y: usize) -> &[[u16; 4]] {
        match level.checked_sub(1).and_then(|idx| self.halves.get(idx)) {
            None => self.patch.row(y),
            Some(half) => &half.pixels[y * half.width..(y + 1) * half.width],
        }
    }

    fn bilinear(&self, level: usize, x: f64, y: f64) -> [f32; 4] {
        let (width, height) = self.size(level);
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (whole_below(x), whole_below(y));
        let (share_x, share_y) = ((x - left as f64) as f32, (y - top as f64) as f32);
        let held = |at: i64, len: usize| at.clamp(0, len as i64 - 1) as usize;
        let columns = [held(left, width), held(left + 1, width)];
        let mut sum = [0.0; 4];
        for (at_y, weight_y) in [(held(top, height), 1.0 - share_y), (held(top + 1, height), share_y)] {
            let row = self.row(level, at_y);
            for (column, weight_x) in [(columns[0], 1.0 - share_x), (columns[1], share_x)] {
                for channel in 0..4 {
                    sum[channel] += f32::from(row[column][channel]) * weight_x * weight_y;
                }
            }
        }
        sum
    }

    /// Catmull–Rom over 4 × 4 pixels; beyond the edge the outermost ones go on.
    fn cubic(&self, level: usize, x: f64, y: f64) -> [f32; 4] {
        let (width, height) = self.size(level);
        let (x, y) = (x - 0.5, y - 0.5);
        let (left, top) = (whole_below(x), whole_below(y));
        let weights_x = weights((x - left as f64) as f32);
        let weights_y = weights((y - top as f64) as f32);
        let (left, top) = (left - 1, top - 1);
        let mut sum = [0.0; 4];
        let is_inside = left >= 0 && left + 4 <= width as i64;
        for (idx, weight_y) in weights_y.iter().enumerate() {
            let row = self.row(level, (top + idx as i64).clamp(0, height as i64 - 1) as usize);
            let mut across = [0.0; 4];
            if is_inside {
                for (pixel, weight) in row[left as usize..left as usize + 4].iter().zip(&weights_x) {
                    for channel in 0..4 {
                        across[channel] += f32::from(pixel[channel]) * weight;
                    }
                }
            } else {
                for (idx, weight) in weights_x.iter().enumerate() {
                    let pixel = row[(left + idx as i64).clamp(0, width as i64 - 1) as usize];
                    for channel in 0..4 {
                        across[channel] += f32::from(pixel[channel]) * weight;
                    }
                }
            }
            for channel in 0..4 {
                sum[channel] += across[channel] * weight_y;
            }
        }
        sum
    }
}

impl Half {
    fn of<'a>(width: usize, height: usize, row: impl Fn(usize) -> &'a [[u16; 4]]) -> Self {
        let (half_width, half_height) = (width.div_ceil(2), height.div_ceil(2));
        let mut pixels = Vec::with_capacity(half_width * half_height);
        for y in 0..half_height {
            // Of an odd edge the last pixel is repeated.
            let rows = [row(2 * y), row((2 * y + 1).min(height - 1))];
            for x in 0..half_width {
                let mut sum = [2u32; 4];
                for row in rows {
                    for pixel in [row[2 * x], row[(2 * x + 1).min(width - 1)]] {
                        for channel in 0..4 {
                            sum[channel] += u32::from(pixel[channel]);
                        }
                    }
                }
                pixels.push(sum.map(|value| (value / 4) as u16));
            }
        }
        Self { width: half_width, height: half_height, pixels }
    }
}

/// The largest whole number that is not above a value. Cutting digits off is one instruction where rounding down is a
/// call.
fn whole_below(value: f64) -> i64 {
    let cut = value as i64;
    cut - i64::from(value < cut as f64)
}

/// Catmull and Rom's weights of four neighbours, for a place between the second and the third.
fn weights(share: f32) -> [f32; 4] {
    let (t, t2) = (share, share * share);
    let t3 = t2 * t;
    [-0.5 * t3 + t2 - 0.5 * t, 1.5 * t3 - 2.5 * t2 + 1.0, -1.5 * t3 + 2.0 * t2 + 0.5 * t, 0.5 * t3 - 0.5 * t2]
}
