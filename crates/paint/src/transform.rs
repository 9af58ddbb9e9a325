//! Moving, turning, scaling and bending pixels into perspective.
//!
//! Every target pixel looks up where it comes from (inverse mapping). The source is read with Catmull–Rom where it is
//! enlarged or turned. Where it is made smaller each target pixel takes the mean of as many readings as source pixels
//! fall into it, spread over the pixel's own footprint, so that perspective is filtered correctly near and far. The edge
//! of the source is the exact area under the transformed rectangle. Moves by whole pixels, quarter turns and flips are
//! copies to the bit.

use crate::cover::{Cover, rect_around};
use crate::levels::Levels;
use crate::patch::stored_from_sum;
use crate::{CanvasPoint, Homography, Mask, Patch, PixelRect};

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
