//! Moving, turning, scaling and bending pixels into perspective.
//!
//! Every target pixel looks up where it comes from (inverse mapping). The source is read with Catmull–Rom where it is
//! enlarged or turned. Where it is made smaller each target pixel takes the mean of as many readings as source pixels
//! fall into it, spread over the pixel's own footprint, so that perspective is filtered correctly near and far. The edge
//! of the source is the exact area under the transformed rectangle. Moves by whole pixels, quarter turns and flips are
//! copies to the bit.

use crate::cover::{Cover, rect_around};
use crate::patch::stored_from_sum;
use crate::{CanvasPoint, Homography, Mask, Patch, PixelRect};

/// Most readings for one target pixel along each axis. Beyond that the source is halved first.
const MAX_READINGS: f64 = 8.0;

/// How carefully pixels are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quality {
    /// One bilinear reading: for previews while a handle is dragged.
    Preview,
    /// The full filter.
    #[default]
    Fine,
}

impl Patch {
    /// The four corners on the canvas, clockwise from the upper left.
    #[must_use]
    pub fn corners(&self) -> [CanvasPoint; 4] {
        let (left, top) = (self.left() as f32, self.top() as f32);
        let (right, bottom) = (left + self.width() as f32, top + self.height() as f32);
        [
            CanvasPoint::new(left, top),
            CanvasPoint::new(right, top),
            CanvasPoint::new(right, bottom),
            CanvasPoint::new(left, bottom),
        ]
    }

    /// The pixels transformed; what comes to lie outside of `bounds` (the canvas) is dropped. `None` when nothing is left,
    /// or when the transform flattens the pixels or carries part of them behind the horizon.
    ///
    /// `target_from_source` carries canvas points to canvas points.
    #[must_use]
    pub fn transformed(&self, target_from_source: &Homography, quality: Quality, bounds: PixelRect) -> Option<Self> {
        if let Some((linear, offset)) = target_from_source.as_whole_pixels() {
            return self.turned(linear, offset, bounds);
        }
        let source_from_target = target_from_source.inverse()?;
        let corners = self.corners();
        // The whole source must lie on one side of the horizon, or it would wrap around infinity.
        let depths = corners.map(|it| target_from_source.project(f64::from(it.x), f64::from(it.y)).2);
        if !(depths.iter().all(|depth| *depth > 1e-9) || depths.iter().all(|depth| *depth < -1e-9)) {
            return None;
        }
        let quad = corners.map(|corner| target_from_source.apply(corner));
        let rect = rect_around(&quad, 0.0, bounds);
        if rect.is_empty() {
            return None;
        }
        let mut cover = Cover::new(rect);
        cover.add_polygon(&quad);
        let cover = cover.finish();
        let width = rect.width() as usize;
        let mut pixels = vec![[0; 4]; width * rect.height() as usize];
        let levels = Levels::new(self, &source_from_target, rect, quality);
        // Without perspective all target pixels have the same footprint.
        let affine = source_from_target.affine_rows();
        let mut footprint = levels.footprint(&source_from_target, f64::from(rect.left), f64::from(rect.top));
        for (y, row) in (rect.top..rect.bottom).zip(pixels.chunks_exact_mut(width)) {
            let covers = cover.row(y, rect.left, width);
            for (idx, (pixel, cover)) in row.iter_mut().zip(covers).enumerate() {
                if *cover <= 0.0 {
                    continue;
                }
                let (x, y) = (f64::from(rect.left) + idx as f64 + 0.5, f64::from(y) + 0.5);
                let (from_x, from_y) = match affine {
                    Some([[a, b, dx], [c, d, dy]]) => (a * x + b * y + dx, c * x + d * y + dy),
                    None => {
                        footprint = levels.footprint(&source_from_target, x, y);
                        let (from_x, from_y, _) = source_from_target.project(x, y);
                        (from_x, from_y)
                    }
                };
                let sum = levels.read(&footprint, from_x, from_y);
                *pixel = stored_from_sum(sum.map(|value| value * cover.min(1.0)));
            }
        }
        Some(Self::from_parts(rect.left as i32, rect.top as i32, rect.width(), rect.height(), pixels))
    }

    /// Pixels carried onto pixels.
    fn turned(&self, linear: [[i64; 2]; 2], offset: [i64; 2], bounds: PixelRect) -> Option<Self> {
        let quad = self.corners().map(|corner| {
            let (x, y) = (corner.x as i64, corner.y as i64);
            [0, 1].map(|axis| linear[axis][0] * x + linear[axis][1] * y + offset[axis])
        });
        let range = |axis: usize, limit: u32| {
            let low = quad.iter().map(|it| it[axis]).min().unwrap_or(0).clamp(0, i64::from(limit));
            let high = quad.iter().map(|it| it[axis]).max().unwrap_or(0).clamp(0, i64::from(limit));
            (low as u32, high as u32)
        };
        let ((left, right), (top, bottom)) = (range(0, bounds.right), range(1, bounds.bottom));
        let rect = PixelRect::new(left, top, right, bottom);
        if rect.is_empty() {
            return None;
        }
        let mut pixels = Vec::with_capacity(rect.width() as usize * rect.height() as usize);
        for y in i64::from(rect.top)..i64::from(rect.bottom) {
            for x in i64::from(rect.left)..i64::from(rect.right) {
                // The transform of a pixel's middle, times two; its linear part is its own transpose's inverse.
                let doubled = [2 * x + 1 - 2 * offset[0], 2 * y + 1 - 2 * offset[1]];
                let source = [0, 1].map(|axis| (linear[0][axis] * doubled[0] + linear[1][axis] * doubled[1] - 1) / 2);
                let (column, row) = (source[0] - i64::from(self.left()), source[1] - i64::from(self.top()));
                pixels.push(self.row(row as usize)[column as usize]);
            }
        }
        Some(Self::from_parts(rect.left as i32, rect.top as i32, rect.width(), rect.height(), pixels))
    }
}

impl Mask {
    /// The selection transformed; what comes to lie outside of the canvas is dropped.
    #[must_use]
    pub fn transformed(&self, target_from_source: &Homography) -> Self {
        let mut transformed = Self::filled(self.width(), self.height(), 0);
        let rect = self.bounds();
        let canvas = PixelRect::new(0, 0, self.width(), self.height());
        let mut pixels = Vec::with_capacity(rect.width() as usize * rect.height() as usize);
        for y in rect.top..rect.bottom {
            pixels.extend(self.row(y, rect.left, rect.right).iter().map(|value| [u16::from(*value) * 257; 4]));
        }
        let patch = Patch::from_parts(rect.left as i32, rect.top as i32, rect.width(), rect.height(), pixels);
        let patch = patch.transformed(target_from_source, Quality::Fine, canvas).filter(|_| !rect.is_empty());
        if let Some(patch) = patch {
            let rect = patch.rect_on(canvas);
            for (idx, y) in (rect.top..rect.bottom).enumerate() {
                for (value, pixel) in transformed.row_mut(y, rect.left, rect.right).iter_mut().zip(patch.row(idx)) {
                    *value = ((u32::from(pixel[3]) + 128) / 257) as u8;
                }
            }
        }
        transformed
    }
}

/// The source, and halves of it as far as they are needed.
struct Levels<'a> {
    patch: &'a Patch,
    /// Each half as large as the one before; the first is half of the patch.
    halves: Vec<Half>,
    quality: Quality,
}

/// What one target pixel is read from.
struct Footprint {
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
    fn new(patch: &'a Patch, source_from_target: &Homography, rect: PixelRect, quality: Quality) -> Self {
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
    fn footprint(&self, source_from_target: &Homography, x: f64, y: f64) -> Footprint {
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
    fn read(&self, footprint: &Footprint, source_x: f64, source_y: f64) -> [f32; 4] {
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

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: PixelRect = PixelRect::new(0, 0, 256, 256);

    /// A picture of a function of the place, sampled in the middles of its pixels.
    fn picture(size: u32, value: impl Fn(f64, f64) -> f64) -> Patch {
        let at = |idx: u32| f64::from(idx) + 0.5;
        let pixels = (0..size * size)
            .map(|idx| {
                let value = (value(at(idx % size), at(idx / size)) * 65535.0).round() as u16;
                [value, value / 2, 65535 - value, 65535]
            })
            .collect();
        Patch::from_parts(0, 0, size, size, pixels)
    }

    fn waves(x: f64, y: f64) -> f64 {
        0.5 + 0.25 * (x * 0.11).sin() + 0.2 * (y * 0.17 + x * 0.05).cos()
    }

    const fn point(x: f32, y: f32) -> CanvasPoint {
        CanvasPoint::new(x, y)
    }

    /// The largest difference from the function itself, in 8-bit steps, a little away from the edges.
    fn worst(patch: &Patch, source_from_target: &Homography, size: f64) -> f64 {
        let mut worst = 0.0f64;
        for y in 0..patch.height() {
            for x in 0..patch.width() {
                let at = |idx: u32, first: i32| f64::from(idx) + f64::from(first) + 0.5;
                let (source_x, source_y, _) = source_from_target.project(at(x, patch.left()), at(y, patch.top()));
                let is_inner = |value: f64| value > 4.0 && value < size - 4.0;
                if is_inner(source_x) && is_inner(source_y) {
                    let exact = waves(source_x, source_y) * 255.0;
                    worst = worst.max((f64::from(patch.row(y as usize)[x as usize][0]) / 257.0 - exact).abs());
                }
            }
        }
        worst
    }

    #[test]
    fn turned_enlarged_and_bent_pictures_equal_the_function_that_they_show() {
        let source = picture(128, waves);
        let corners = source.corners();
        let quad = [point(20.0, 12.0), point(190.0, 40.0), point(215.0, 230.0), point(8.0, 180.0)];
        for transform in [
            Homography::rotation(23.0, point(64.0, 64.0)),
            Homography::scaling(1.7, 1.3, point(10.0, 10.0)),
            Homography::translation(0.37, 4.81),
            Homography::skew(0.3, 0.0, point(0.0, 0.0)),
            Homography::between(corners, quad).unwrap(),
        ] {
            let target = source.transformed(&transform, Quality::Fine, BOUNDS).unwrap();
            let difference = worst(&target, &transform.inverse().unwrap(), 128.0);
            assert!(difference < 0.6, "{transform:?}: {difference} of 255");
        }
    }

    #[test]
    fn a_smaller_picture_holds_the_means_of_what_it_shows() {
        // Stripes one pixel wide are grey from afar: any aliasing would show as waves.
        let stripes = picture(240, |x, y| if (x as i32 + y as i32) % 2 == 0 { 0.9 } else { 0.1 });
        for (factor, degrees) in [(0.5, 0.0), (0.31, 17.0), (0.1, 45.0), (0.02, 5.0)] {
            let about = point(120.0, 120.0);
            let transform = Homography::rotation(degrees, about).after(&Homography::scaling(factor, factor, about));
            let target = stripes.transformed(&transform, Quality::Fine, BOUNDS).unwrap();
            for y in 0..target.height() {
                for pixel in target.row(y as usize).iter().filter(|pixel| pixel[3] == 65535) {
                    let value = f64::from(pixel[0]) / 65535.0;
                    assert!((value - 0.5).abs() < 0.03, "{factor}, {degrees}: {value}");
                }
            }
        }
    }

    #[test]
    fn moves_quarter_turns_and_flips_are_exact() {
        let source = picture(50, waves).moved_by(7, 3);
        let about = point(40.0, 40.0);
        let moved = source.transformed(&Homography::translation(5.0, -2.0), Quality::Fine, BOUNDS).unwrap();
        assert!(moved == source.clone().moved_by(5, -2));
        let mut turned = source.clone();
        for _ in 0..4 {
            turned = turned.transformed(&Homography::rotation(90.0, about), Quality::Fine, BOUNDS).unwrap();
        }
        assert!(turned == source);
        let quarter = source.transformed(&Homography::rotation(90.0, about), Quality::Fine, BOUNDS).unwrap();
        // The pixel at (7, 3) lies far to the left of the point and farther above: turned, far above and farther to the right.
        assert_eq!(quarter.row(0)[quarter.width() as usize - 1], source.row(0)[0]);
        let flip = Homography::scaling(-1.0, 1.0, about);
        let flipped = source.transformed(&flip, Quality::Fine, BOUNDS).unwrap();
        assert_eq!(flipped.row(9)[0], source.row(9)[49]);
        assert!(flipped.transformed(&flip, Quality::Fine, BOUNDS).unwrap() == source);
    }

    #[test]
    fn the_edge_of_a_turned_picture_has_its_exact_area() {
        let source = Patch::from_parts(60, 60, 100, 80, vec![[65535; 4]; 8000]);
        for transform in [
            Homography::rotation(31.0, point(110.0, 100.0)),
            Homography::scaling(0.437, 0.61, point(110.0, 100.0)),
            Homography::scaling(1.2, 1.31, point(110.0, 100.0)),
        ] {
            let target = source.transformed(&transform, Quality::Fine, BOUNDS).unwrap();
            let [[a, b], [c, d]] = transform.derivative(0.0, 0.0);
            let exact = 8000.0 * (a * d - b * c).abs();
            let area: f64 =
                (0..target.height()).flat_map(|y| target.row(y as usize)).map(|it| f64::from(it[3]) / 65535.0).sum();
            assert!((area - exact).abs() < 0.5, "{area} of {exact}");
        }
    }

    #[test]
    fn what_cannot_be_shown_is_none() {
        let source = picture(40, waves);
        assert!(source.transformed(&Homography::scaling(0.0, 1.0, point(0.0, 0.0)), Quality::Fine, BOUNDS).is_none());
        assert!(source.transformed(&Homography::translation(900.5, 0.0), Quality::Fine, BOUNDS).is_none());
        assert!(source.transformed(&Homography::translation(900.0, 0.0), Quality::Fine, BOUNDS).is_none());
        let tiny = source.transformed(&Homography::scaling(0.001, 0.001, point(9.0, 9.0)), Quality::Fine, BOUNDS);
        assert!(tiny.is_none_or(|patch| patch.width() <= 2));
    }

    #[test]
    fn a_selection_goes_along() {
        let mask = Mask::rectangle(64, 48, point(10.0, 12.0), point(20.0, 16.0), true);
        let moved = mask.transformed(&Homography::translation(5.0, 3.0));
        assert_eq!(moved.bounds(), PixelRect::new(15, 15, 25, 19));
        let turned = mask.transformed(&Homography::rotation(90.0, point(20.0, 16.0)));
        assert_eq!(turned.bounds(), PixelRect::new(20, 6, 24, 16));
        assert!(Mask::filled(9, 9, 0).transformed(&Homography::translation(0.5, 0.0)).is_empty());
    }

    #[test]
    fn a_preview_shows_the_same_place() {
        let source = picture(128, waves);
        let transform = Homography::rotation(23.0, point(64.0, 64.0));
        let target = source.transformed(&transform, Quality::Preview, BOUNDS).unwrap();
        assert!(worst(&target, &transform.inverse().unwrap(), 128.0) < 3.0);
    }
}
