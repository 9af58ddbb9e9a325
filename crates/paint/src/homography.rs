//! Plane transforms: moving, turning, scaling, skewing and perspective as one 3 × 3 matrix.

use crate::CanvasPoint;

/// A transform of the plane that keeps straight lines straight: `(x, y, 1)` times a matrix, divided by the third
/// component. It carries points in pixels to points in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Homography {
    rows: [[f64; 3]; 3],
}

impl Homography {
    /// Leaves everything as it is.
    pub const IDENTITY: Self = Self { rows: [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]] };

    /// Moves by so many pixels.
    #[must_use]
    pub fn translation(dx: f64, dy: f64) -> Self {
        Self { rows: [[1.0, 0.0, dx], [0.0, 1.0, dy], [0.0, 0.0, 1.0]] }
    }

    /// Scales around a point; negative factors flip.
    #[must_use]
    pub fn scaling(factor_x: f64, factor_y: f64, about: CanvasPoint) -> Self {
        Self::about(about, [[factor_x, 0.0], [0.0, factor_y]])
    }

    /// Turns around a point, clockwise on the canvas (whose y goes down), by an angle in degrees. Quarter turns are exact.
    #[must_use]
    pub fn rotation(degrees: f64, about: CanvasPoint) -> Self {
        let turns = degrees.rem_euclid(360.0);
        let (sin, cos) = match turns {
            0.0 => (0.0, 1.0),
            90.0 => (1.0, 0.0),
            180.0 => (0.0, -1.0),
            270.0 => (-1.0, 0.0),
            _ => turns.to_radians().sin_cos(),
        };
        Self::about(about, [[cos, -sin], [sin, cos]])
    }

    /// Skews around a point: x by `along_x` for each pixel down, y by `along_y` for each pixel to the right.
    #[must_use]
    pub fn skew(along_x: f64, along_y: f64, about: CanvasPoint) -> Self {
        Self::about(about, [[1.0, along_x], [along_y, 1.0]])
    }

    fn about(point: CanvasPoint, linear: [[f64; 2]; 2]) -> Self {
        let (x, y) = (f64::from(point.x), f64::from(point.y));
        let row = |[a, b]: [f64; 2], keep: f64| [a, b, keep - a * x - b * y];
        Self { rows: [row(linear[0], x), row(linear[1], y), [0.0, 0.0, 1.0]] }
    }

    /// The perspective that carries four corners to four others, in the same order. `None` unless the second four make a
    /// convex quadrilateral with some area, as every picture of a rectangle does.
    #[must_use]
    pub fn between(from: [CanvasPoint; 4], to: [CanvasPoint; 4]) -> Option<Self> {
        if from.iter().chain(&to).any(|point| !point.is_finite()) || !is_convex(&from) || !is_convex(&to) {
            return None;
        }
        Self::from_unit_square(to)?.after(&Self::from_unit_square(from)?.inverse()?).finite()
    }

    /// Heckbert's square-to-quadrilateral ("Fundamentals of Texture Mapping and Image Warping", 1989).
    fn from_unit_square(corners: [CanvasPoint; 4]) -> Option<Self> {
        let [(x0, y0), (x1, y1), (x2, y2), (x3, y3)] = corners.map(|it| (f64::from(it.x), f64::from(it.y)));
        let (sum_x, sum_y) = (x0 - x1 + x2 - x3, y0 - y1 + y2 - y3);
        let (dx1, dx2, dy1, dy2) = (x1 - x2, x3 - x2, y1 - y2, y3 - y2);
        let divisor = dx1 * dy2 - dx2 * dy1;
        if divisor == 0.0 {
            return None;
        }
        let g = (sum_x * dy2 - dx2 * sum_y) / divisor;
        let h = (dx1 * sum_y - sum_x * dy1) / divisor;
        Some(Self {
            rows: [[x1 - x0 + g * x1, x3 - x0 + h * x3, x0], [y1 - y0 + g * y1, y3 - y0 + h * y3, y0], [g, h, 1.0]],
        })
    }

    /// This transform after another one.
    #[must_use]
    pub fn after(&self, first: &Self) -> Self {
        let mut rows = [[0.0; 3]; 3];
        for (row, values) in rows.iter_mut().zip(&self.rows) {
            for (column, value) in row.iter_mut().enumerate() {
                *value = (0..3).map(|idx| values[idx] * first.rows[idx][column]).sum();
            }
        }
        Self { rows }
    }

    /// The transform that undoes this one; `None` for one that flattens the plane.
    #[must_use]
    pub fn inverse(&self) -> Option<Self> {
        let m = &self.rows;
        let minor = |r1: usize, r2: usize, c1: usize, c2: usize| m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1];
        let determinant = m[0][0] * minor(1, 2, 1, 2) - m[0][1] * minor(1, 2, 0, 2) + m[0][2] * minor(1, 2, 0, 1);
        if determinant.abs() < 1e-12 {
            return None;
        }
        let rows = [
            [minor(1, 2, 1, 2), -minor(0, 2, 1, 2), minor(0, 1, 1, 2)],
            [-minor(1, 2, 0, 2), minor(0, 2, 0, 2), -minor(0, 1, 0, 2)],
            [minor(1, 2, 0, 1), -minor(0, 2, 0, 1), minor(0, 1, 0, 1)],
        ];
        let mut inverse = Self { rows: rows.map(|row| row.map(|value| value / determinant)) };
        if self.is_affine() {
            // Free of the rounding that would make it a perspective.
            inverse.rows[2] = [0.0, 0.0, 1.0];
        }
        inverse.finite()
    }

    fn finite(self) -> Option<Self> {
        self.rows.iter().flatten().all(|value| value.is_finite()).then_some(self)
    }

    /// Where a point goes, and the third component by which was divided: positive on the visible side of the horizon.
    pub(crate) fn project(&self, x: f64, y: f64) -> (f64, f64, f64) {
        let row = |row: &[f64; 3]| row[0] * x + row[1] * y + row[2];
        let depth = row(&self.rows[2]);
        (row(&self.rows[0]) / depth, row(&self.rows[1]) / depth, depth)
    }

    /// Where a point goes.
    #[must_use]
    pub fn apply(&self, point: CanvasPoint) -> CanvasPoint {
        let (x, y, _) = self.project(f64::from(point.x), f64::from(point.y));
        CanvasPoint::new(x as f32, y as f32)
    }

    /// How the target of a point moves with the point: `[[dx/dx, dx/dy], [dy/dx, dy/dy]]`.
    pub(crate) fn derivative(&self, x: f64, y: f64) -> [[f64; 2]; 2] {
        let (to_x, to_y, depth) = self.project(x, y);
        let [first, second, third] = &self.rows;
        let part = |row: &[f64; 3], to: f64, axis: usize| (row[axis] - to * third[axis]) / depth;
        [[part(first, to_x, 0), part(first, to_x, 1)], [part(second, to_y, 0), part(second, to_y, 1)]]
    }

    /// The first two rows, where the third is that of a transform without perspective.
    pub(crate) fn affine_rows(&self) -> Option<[[f64; 3]; 2]> {
        self.is_affine().then_some([self.rows[0], self.rows[1]])
    }

    /// Whether the transform is the same everywhere: no perspective.
    pub(crate) fn is_affine(&self) -> bool {
        self.rows[2] == [0.0, 0.0, 1.0]
    }

    /// Its parts as whole numbers, where it carries pixels onto pixels: moves, quarter turns and flips. The linear part is
    /// `[[a, b], [c, d]]`, then the offset.
    pub(crate) fn as_whole_pixels(&self) -> Option<([[i64; 2]; 2], [i64; 2])> {
        if !self.is_affine() {
            return None;
        }
        let whole = |value: f64| ((value - value.round()).abs() < 1e-6).then(|| value.round() as i64);
        let [[a, b, dx], [c, d, dy], _] = self.rows;
        let linear = [[whole(a)?, whole(b)?], [whole(c)?, whole(d)?]];
        let offset = [whole(dx)?, whole(dy)?];
        let is_turn = linear[0][0].abs() + linear[0][1].abs() == 1
            && linear[1][0].abs() + linear[1][1].abs() == 1
            && linear[0][0].abs() == linear[1][1].abs();
        is_turn.then_some((linear, offset))
    }
}

/// Whether four corners, in their order, make a convex quadrilateral that is not flat.
fn is_convex(corners: &[CanvasPoint; 4]) -> bool {
    let mut signs = [0.0; 4];
    for idx in 0..4 {
        let [a, b, c] = [corners[idx], corners[(idx + 1) % 4], corners[(idx + 2) % 4]];
        signs[idx] = f64::from(b.x - a.x) * f64::from(c.y - b.y) - f64::from(b.y - a.y) * f64::from(c.x - b.x);
    }
    signs.iter().all(|sign| *sign > 1e-6) || signs.iter().all(|sign| *sign < -1e-6)
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn point(x: f32, y: f32) -> CanvasPoint {
        CanvasPoint::new(x, y)
    }

    #[test]
    fn a_perspective_carries_corners_to_corners_and_lines_to_lines() {
        let from = [point(10.0, 20.0), point(110.0, 20.0), point(110.0, 90.0), point(10.0, 90.0)];
        let to = [point(30.0, 10.0), point(95.0, 35.0), point(120.0, 100.0), point(-5.0, 80.0)];
        let perspective = Homography::between(from, to).unwrap();
        let back = perspective.inverse().unwrap();
        for (from, to) in from.iter().zip(to) {
            assert!(perspective.apply(*from).distance_to(to) < 1e-3);
            assert!(back.apply(to).distance_to(*from) < 1e-3);
        }
        let line = [point(20.0, 30.0), point(50.0, 50.0), point(80.0, 70.0)].map(|it| perspective.apply(it));
        let turn =
            (line[1].x - line[0].x) * (line[2].y - line[1].y) - (line[1].y - line[0].y) * (line[2].x - line[1].x);
        assert!(turn.abs() < 1e-2, "{turn}");
        // The derivative, against small steps.
        let (x, y) = (60.0, 55.0);
        let exact = perspective.derivative(x, y);
        let at = |x: f64, y: f64| perspective.project(x, y);
        for (axis, (dx, dy)) in [(1e-4, 0.0), (0.0, 1e-4)].into_iter().enumerate() {
            let (one, other) = (at(x - dx, y - dy), at(x + dx, y + dy));
            assert!(((other.0 - one.0) / 2e-4 - exact[0][axis]).abs() < 1e-6);
            assert!(((other.1 - one.1) / 2e-4 - exact[1][axis]).abs() < 1e-6);
        }
    }

    #[test]
    fn folded_and_flat_quadrilaterals_are_refused() {
        let from = [point(0.0, 0.0), point(10.0, 0.0), point(10.0, 10.0), point(0.0, 10.0)];
        for to in [
            [point(0.0, 0.0), point(10.0, 0.0), point(0.0, 10.0), point(10.0, 10.0)],
            [point(0.0, 0.0), point(10.0, 0.0), point(20.0, 0.0), point(5.0, 0.0)],
            [point(0.0, 0.0), point(10.0, 0.0), point(2.0, 2.0), point(0.0, 10.0)],
            [point(f32::NAN, 0.0), point(10.0, 0.0), point(10.0, 10.0), point(0.0, 10.0)],
        ] {
            assert!(Homography::between(from, to).is_none(), "{to:?}");
        }
        assert!(Homography::scaling(0.0, 1.0, point(0.0, 0.0)).inverse().is_none());
    }

    #[test]
    fn transforms_join_and_undo_each_other() {
        let about = point(40.0, 30.0);
        let turn = Homography::rotation(37.0, about);
        let scale = Homography::scaling(2.0, -0.5, about);
        let both = scale.after(&turn);
        let at = point(12.0, 70.0);
        assert!(both.apply(at).distance_to(scale.apply(turn.apply(at))) < 1e-3);
        assert!(both.inverse().unwrap().apply(both.apply(at)).distance_to(at) < 1e-3);
        assert!(both.apply(about).distance_to(about) < 1e-4);
        // Clockwise: what lies to the right comes to lie below.
        let quarter = Homography::rotation(90.0, point(0.0, 0.0));
        assert_eq!(quarter.apply(point(5.0, 0.0)), point(0.0, 5.0));
        assert!(quarter.as_whole_pixels().is_some() && turn.as_whole_pixels().is_none());
        assert!(Homography::skew(1.0, 0.0, about).as_whole_pixels().is_none());
    }
}
