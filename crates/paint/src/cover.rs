//! Exact coverage of polygons: how much of each pixel's area lies inside.
//!
//! Each edge adds its signed area to the pixels that it crosses and its height to the pixel right of them; the sum along
//! a row is the winding number, weighted by area. The method is Levien's (font-rs, 2016) and needs one pass over the
//! edges and one over the pixels, whatever the number of edges.

use crate::{CanvasPoint, Mask, PixelRect};

/// The coverage of a rectangle's pixels, 0 to 1.
pub(crate) struct Cover {
    rect: PixelRect,
    /// Rows of the rectangle, two columns longer than it is wide while edges are added.
    values: Vec<f32>,
    stride: usize,
}

/// The smallest rectangle of whole pixels around points, `margin_px` wider on every side, cut to `bounds`; empty when a
/// point is not a number.
pub(crate) fn rect_around<'a>(
    points: impl IntoIterator<Item = &'a CanvasPoint>,
    margin_px: f32,
    bounds: PixelRect,
) -> PixelRect {
    let (mut low, mut high) = ([f32::INFINITY; 2], [f32::NEG_INFINITY; 2]);
    for point in points {
        if !point.is_finite() {
            return PixelRect::EMPTY;
        }
        low = [low[0].min(point.x), low[1].min(point.y)];
        high = [high[0].max(point.x), high[1].max(point.y)];
    }
    if low[0] > high[0] {
        return PixelRect::EMPTY;
    }
    let first = |value: f32| (value - margin_px).floor().max(0.0) as u32;
    let last = |value: f32| (value + margin_px).ceil().max(0.0) as u32;
    PixelRect::new(first(low[0]), first(low[1]), last(high[0]), last(high[1])).intersection(bounds)
}

impl Cover {
    /// Nothing is covered.
    pub(crate) fn new(rect: PixelRect) -> Self {
        let stride = rect.width() as usize + 2;
        Self { rect, values: vec![0.0; stride * rect.height() as usize], stride }
    }

    /// Adds the closed polygon through these points; it may reach beyond the rectangle.
    pub(crate) fn add_polygon(&mut self, points: &[CanvasPoint]) {
        let Some(mut from) = points.last().copied() else { return };
        if points.iter().any(|point| !point.is_finite()) {
            return;
        }
        for to in points {
            self.add_edge(from, *to);
            from = *to;
        }
    }

    /// The same, turned so that it counts positively: polygons added so never take each other away.
    pub(crate) fn add_convex(&mut self, points: &[CanvasPoint]) {
        let mut doubled_area = 0.0;
        for (idx, point) in points.iter().enumerate() {
            let next = points[(idx + 1) % points.len()];
            doubled_area += f64::from(point.x) * f64::from(next.y) - f64::from(next.x) * f64::from(point.y);
        }
        if doubled_area >= 0.0 {
            self.add_polygon(points);
        } else {
            let turned: Vec<_> = points.iter().rev().copied().collect();
            self.add_polygon(&turned);
        }
    }

    fn add_edge(&mut self, from: CanvasPoint, to: CanvasPoint) {
        let local = |point: CanvasPoint| {
            (f64::from(point.x) - f64::from(self.rect.left), f64::from(point.y) - f64::from(self.rect.top))
        };
        let (from, to) = (local(from), local(to));
        let (sign, (x_top, y_top), (x_bottom, y_bottom)) =
            if from.1 < to.1 { (-1.0, from, to) } else { (1.0, to, from) };
        let first = y_top.max(0.0);
        let last = y_bottom.min(f64::from(self.rect.height()));
        if first >= last {
            return;
        }
        let slope = (x_bottom - x_top) / (y_bottom - y_top);
        let mut row = first.floor() as usize;
        let mut y = first;
        while y < last {
            let next_y = ((row + 1) as f64).min(last);
            // Both ends from the edge itself: rounding does not add up along a steep edge.
            let (x, next_x) = (x_top + (y - y_top) * slope, x_top + (next_y - y_top) * slope);
            self.add_in_row(row, x.min(next_x), x.max(next_x), (next_y - y) * sign);
            y = next_y;
            row += 1;
        }
    }

    /// Adds the part of an edge that lies in one row, from column `left` to `right`, `height` rows high.
    fn add_in_row(&mut self, row: usize, mut left: f64, mut right: f64, mut height: f64) {
        let width = f64::from(self.rect.width());
        let start = row * self.stride;
        let values = &mut self.values[start..start + self.stride];
        if right <= 0.0 {
            values[0] += height as f32;
            return;
        }
        if left >= width {
            return;
        }
        if left < 0.0 || right > width {
            // What runs left of the rectangle counts in full, what runs right of it not at all.
            let whole = right - left;
            let before = (-left).max(0.0) / whole;
            let beyond = (right - width).max(0.0) / whole;
            values[0] += (height * before) as f32;
            height *= 1.0 - before - beyond;
            left = left.max(0.0);
            right = right.min(width);
        }
        let column = left.floor();
        let first = column as usize;
        let end = right.ceil();
        let last = end as usize;
        if last <= first + 1 {
            let middle = 0.5 * (left + right) - column;
            values[first] += (height - height * middle) as f32;
            values[first + 1] += (height * middle) as f32;
            return;
        }
        let per_column = 1.0 / (right - left);
        let in_first = left - column;
        let area_first = 0.5 * per_column * (1.0 - in_first).powi(2);
        let in_last = right - end + 1.0;
        let area_last = 0.5 * per_column * in_last * in_last;
        values[first] += (height * area_first) as f32;
        if last == first + 2 {
            values[first + 1] += (height * (1.0 - area_first - area_last)) as f32;
        } else {
            let second = per_column * (1.5 - in_first);
            values[first + 1] += (height * (second - area_first)) as f32;
            for value in &mut values[first + 2..last - 1] {
                *value += (height * per_column) as f32;
            }
            let before_last = second + (last - first - 3) as f64 * per_column;
            values[last - 1] += (height * (1.0 - before_last - area_last)) as f32;
        }
        values[last] += (height * area_last) as f32;
    }

    /// Sums the edges up: from here on the rows hold coverage. Everything that an outline runs around is inside.
    pub(crate) fn finish(mut self) -> Self {
        for row in self.values.chunks_exact_mut(self.stride) {
            let mut winding = 0.0;
            for value in row {
                winding += *value;
                let inside = winding.abs().min(1.0);
                // The sum's rounding leaves traces; they are far below what a mask of 8 bits can hold.
                *value = if inside < 1e-3 { 0.0 } else { inside };
            }
        }
        self
    }

    /// The pixels that may be covered.
    pub(crate) fn rect(&self) -> PixelRect {
        self.rect
    }

    /// The coverage of row `y` from column `left` on, both of the canvas and inside of the rectangle.
    pub(crate) fn row(&self, y: u32, left: u32, n_pixels: usize) -> &[f32] {
        let start = (y - self.rect.top) as usize * self.stride + (left - self.rect.left) as usize;
        &self.values[start..start + n_pixels]
    }

    /// A mask of a canvas's size: in 256 steps, or all or nothing for jagged edges.
    pub(crate) fn into_mask(self, width: u32, height: u32, is_antialiased: bool) -> Mask {
        let mut mask = Mask::filled(width, height, 0);
        let rect = self.rect.intersection(PixelRect::new(0, 0, width, height));
        for y in rect.top..rect.bottom {
            let covers = self.row(y, rect.left, rect.width() as usize);
            for (value, cover) in mask.row_mut(y, rect.left, rect.right).iter_mut().zip(covers) {
                *value = match is_antialiased {
                    true => (cover.min(1.0) * 255.0 + 0.5) as u8,
                    false if *cover >= 0.5 => 255,
                    false => 0,
                };
            }
        }
        mask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(list: &[(f32, f32)]) -> Vec<CanvasPoint> {
        list.iter().map(|(x, y)| CanvasPoint::new(*x, *y)).collect()
    }

    fn sum(cover: &Cover) -> f32 {
        let rect = cover.rect();
        (rect.top..rect.bottom).flat_map(|y| cover.row(y, rect.left, rect.width() as usize)).sum()
    }

    #[test]
    fn the_coverage_of_a_polygon_is_its_area_wherever_it_lies() {
        let bounds = PixelRect::new(0, 0, 64, 64);
        for (dx, dy) in [(0.0, 0.0), (0.25, 0.75), (0.4, 0.1)] {
            let triangle = points(&[(5.0 + dx, 6.0 + dy), (41.0 + dx, 11.0 + dy), (18.0 + dx, 50.0 + dy)]);
            let mut cover = Cover::new(rect_around(&triangle, 0.0, bounds));
            cover.add_polygon(&triangle);
            let area = 0.5 * (36.0 * 44.0 - 13.0 * 5.0);
            let covered = sum(&cover.finish());
            assert!((covered - area).abs() < 0.02, "{covered} of {area}");
        }
    }

    #[test]
    fn each_pixel_holds_the_share_of_its_own_area() {
        let bounds = PixelRect::new(0, 0, 8, 8);
        let square = points(&[(1.5, 2.25), (4.0, 2.25), (4.0, 4.5), (1.5, 4.5)]);
        let mut cover = Cover::new(bounds);
        cover.add_polygon(&square);
        let cover = cover.finish();
        assert_eq!(&cover.row(2, 0, 8)[..5], [0.0, 0.375, 0.75, 0.75, 0.0]);
        assert_eq!(&cover.row(3, 0, 8)[..5], [0.0, 0.5, 1.0, 1.0, 0.0]);
        assert_eq!(&cover.row(4, 0, 8)[..5], [0.0, 0.25, 0.5, 0.5, 0.0]);
        // A slanted edge, against many samples of it.
        let slanted = points(&[(0.3, 0.2), (6.9, 1.7), (0.8, 5.1)]);
        let mut cover = Cover::new(bounds);
        cover.add_polygon(&slanted);
        let cover = cover.finish();
        let side = |a: CanvasPoint, b: CanvasPoint, x: f32, y: f32| (b.x - a.x) * (y - a.y) - (b.y - a.y) * (x - a.x);
        for row in 0..8u32 {
            for column in 0..8u32 {
                let mut n_inside = 0;
                for sample in 0..4096u32 {
                    let x = column as f32 + ((sample % 64) as f32 + 0.5) / 64.0;
                    let y = row as f32 + ((sample / 64) as f32 + 0.5) / 64.0;
                    let is_inside = (0..3).all(|idx| side(slanted[idx], slanted[(idx + 1) % 3], x, y) >= 0.0);
                    n_inside += u32::from(is_inside);
                }
                let exact = n_inside as f32 / 4096.0;
                let got = cover.row(row, column, 1)[0];
                assert!((got - exact).abs() < 0.01, "({column}, {row}): {got} for {exact}");
            }
        }
    }

    #[test]
    fn what_lies_outside_of_the_rectangle_is_cut_off_exactly() {
        let rect = PixelRect::new(10, 10, 20, 20);
        let mut cover = Cover::new(rect);
        cover.add_polygon(&points(&[(-50.0, -70.0), (90.0, 0.0), (60.0, 95.0), (-80.0, 60.0)]));
        assert_eq!(sum(&cover.finish()), 100.0);
        let mut cover = Cover::new(rect);
        cover.add_polygon(&points(&[(0.0, 15.0), (40.0, 5.0), (40.0, 10.0)]));
        let inside = sum(&cover.finish());
        let mut whole = Cover::new(PixelRect::new(0, 0, 50, 50));
        whole.add_polygon(&points(&[(0.0, 15.0), (40.0, 5.0), (40.0, 10.0)]));
        let whole = whole.finish();
        let exact: f32 = (10..20).flat_map(|y| whole.row(y, 10, 10)).sum();
        assert!((inside - exact).abs() < 1e-4, "{inside} for {exact}");
    }

    #[test]
    fn what_an_outline_runs_around_twice_is_covered_once() {
        let square = [(2.0, 2.0), (9.0, 2.0), (9.0, 9.0), (2.0, 9.0)];
        let twice: Vec<_> = square.into_iter().chain(square).collect();
        let mut cover = Cover::new(PixelRect::new(0, 0, 12, 12));
        cover.add_polygon(&points(&twice));
        assert_eq!(sum(&cover.finish()), 49.0);
    }

    #[test]
    fn places_that_are_no_numbers_cover_nothing() {
        let bounds = PixelRect::new(0, 0, 8, 8);
        let wrong = points(&[(0.0, f32::NAN), (4.0, 4.0), (f32::INFINITY, 2.0)]);
        assert!(rect_around(&wrong, 1.0, bounds).is_empty());
        let mut cover = Cover::new(bounds);
        cover.add_polygon(&wrong);
        cover.add_polygon(&[]);
        assert_eq!(sum(&cover.finish()), 0.0);
    }
}
