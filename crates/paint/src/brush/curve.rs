//! How a quantity follows pressure, tilt or speed: a smooth curve through a few points that a person may move.

use crate::insertion_sort_by_key;

/// The most points that a curve has.
pub const MAX_CURVE_POINTS: usize = 6;
/// The largest factor that a curve may give: a pencil laid flat is several times as wide as upright.
pub const MAX_RESPONSE: f32 = 4.0;
/// Points lie at least this far apart along the input.
const MIN_GAP: f32 = 0.01;

/// A curve from an input of 0 to 1 (pressure, tilt, speed) to a factor of 0 to [`MAX_RESPONSE`].
///
/// Between its points it is a monotone cubic (Fritsch and Carlson: "Monotone Piecewise Cubic Interpolation", 1980): as
/// smooth as a spline, and it never overshoots a point. Before the first and after the last point it is level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ResponseCurve {
    points: [(f32, f32); MAX_CURVE_POINTS],
    n_points: u8,
}

impl ResponseCurve {
    /// The input does not matter.
    pub const CONSTANT: Self = Self::of(&[(0.0, 1.0)]);
    /// From nothing to all, in proportion.
    pub const LINEAR: Self = Self::of(&[(0.0, 0.0), (1.0, 1.0)]);
    /// A pen's usual width: never thinner than a tenth, a little eager at a light touch.
    pub const SIZE: Self = Self::of(&[(0.0, 0.1), (0.25, 0.4), (1.0, 1.0)]);
    /// A pen's usual opacity: a light touch glazes.
    pub const OPACITY: Self = Self::of(&[(0.0, 0.05), (0.5, 0.46), (1.0, 1.0)]);

    /// A curve through points that are known to be good: at most [`MAX_CURVE_POINTS`], in order, inside the ranges.
    pub(crate) const fn of(points: &[(f32, f32)]) -> Self {
        let mut curve = Self { points: [(0.0, 1.0); MAX_CURVE_POINTS], n_points: points.len() as u8 };
        let mut idx = 0;
        while idx < points.len() {
            curve.points[idx] = points[idx];
            idx += 1;
        }
        curve
    }

    /// A curve through points (input, factor). They are put in order and into the ranges; `None` when there are none or
    /// more than [`MAX_CURVE_POINTS`], when one is not a number, or when two lie at the same input.
    #[must_use]
    pub fn new(points: &[(f32, f32)]) -> Option<Self> {
        if points.is_empty() || points.len() > MAX_CURVE_POINTS {
            return None;
        }
        if points.iter().any(|(input, factor)| input.is_nan() || factor.is_nan()) {
            return None;
        }
        let mut curve = Self::of(&[]);
        curve.n_points = points.len() as u8;
        for (to, (input, factor)) in curve.points.iter_mut().zip(points) {
            *to = (input.clamp(0.0, 1.0), factor.clamp(0.0, MAX_RESPONSE));
        }
        let used = &mut curve.points[..points.len()];
        insertion_sort_by_key(used, |point| point.0);
        let is_apart = used.windows(2).all(|pair| pair[1].0 - pair[0].0 >= MIN_GAP);
        is_apart.then_some(curve)
    }

    /// The points, in the order of their inputs.
    #[must_use]
    pub fn points(&self) -> &[(f32, f32)] {
        &self.points[..usize::from(self.n_points)]
    }

    /// Whether the input changes anything.
    #[must_use]
    pub fn is_active(&self) -> bool {
        self.points().iter().any(|point| point.1 != 1.0)
    }

    /// The largest factor that it gives.
    #[must_use]
    pub fn largest(&self) -> f32 {
        self.points().iter().map(|point| point.1).fold(0.0, f32::max)
    }

    /// The same curve with a point moved, or one added where `point_idx` is the number of points. `None` as in
    /// [`ResponseCurve::new`], so that an editor that drags a point keeps the curve it had.
    #[must_use]
    pub fn with_point(&self, point_idx: usize, point: (f32, f32)) -> Option<Self> {
        let mut points = [(0.0, 0.0); MAX_CURVE_POINTS];
        let n_points = self.points().len().max(point_idx.checked_add(1)?);
        points[..self.points().len()].copy_from_slice(self.points());
        *points.get_mut(point_idx).filter(|_| point_idx <= self.points().len())? = point;
        Self::new(&points[..n_points])
    }

    /// The same curve without one of its points; `None` when it is the only one or there is none such.
    #[must_use]
    pub fn without_point(&self, point_idx: usize) -> Option<Self> {
        let mut points = self.points().to_vec();
        if point_idx >= points.len() {
            return None;
        }
        points.remove(point_idx);
        Self::new(&points)
    }

    /// The factor at an input; inputs outside of 0 to 1 are clamped, and one that is not a number counts as 1.
    #[must_use]
    pub fn at(&self, input: f32) -> f32 {
        let points = self.points();
        let input = if input.is_nan() { 1.0 } else { input.clamp(0.0, 1.0) };
        let Some(after) = points.iter().position(|point| point.0 >= input) else {
            return points.last().map_or(1.0, |point| point.1);
        };
        if after == 0 {
            return points[0].1;
        }
        let (from, to) = (points[after - 1], points[after]);
        let slope = |idx: usize| (points[idx + 1].1 - points[idx].1) / (points[idx + 1].0 - points[idx].0);
        let here = slope(after - 1);
        // The harmonic mean of the neighbouring slopes; level at a turn, which is what keeps it monotone.
        let between = |one: f32, other: f32| if one * other > 0.0 { 2.0 * one * other / (one + other) } else { 0.0 };
        let start = if after >= 2 { between(slope(after - 2), here) } else { here };
        let end = if after + 1 < points.len() { between(here, slope(after)) } else { here };
        let width = to.0 - from.0;
        let share = (input - from.0) / width;
        let (squared, cubed) = (share * share, share * share * share);
        let factor = from.1 * (2.0 * cubed - 3.0 * squared + 1.0)
            + to.1 * (3.0 * squared - 2.0 * cubed)
            + width * (start * (cubed - 2.0 * squared + share) + end * (cubed - squared));
        factor.clamp(from.1.min(to.1), from.1.max(to.1))
    }
}

impl Default for ResponseCurve {
    fn default() -> Self {
        Self::CONSTANT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_curve_goes_through_its_points_and_never_beyond_them() {
        let points = [(0.0, 0.2), (0.3, 0.9), (0.5, 0.9), (0.8, 0.1), (1.0, 3.0)];
        let curve = ResponseCurve::new(&points).unwrap();
        for (input, factor) in points {
            assert!((curve.at(input) - factor).abs() < 1e-6);
        }
        for idx in 0..=1000 {
            let input = idx as f32 / 1000.0;
            let after = points.iter().position(|point| point.0 >= input).unwrap().max(1);
            let (from, to) = (points[after - 1].1, points[after].1);
            let factor = curve.at(input);
            assert!(factor >= from.min(to) && factor <= from.max(to), "{input}: {factor}");
        }
    }

    #[test]
    fn two_points_make_a_straight_line() {
        for idx in 0..=10 {
            let input = idx as f32 / 10.0;
            assert!((ResponseCurve::LINEAR.at(input) - input).abs() < 1e-6);
            assert_eq!(ResponseCurve::CONSTANT.at(input), 1.0);
        }
    }

    #[test]
    fn points_are_sorted_and_clamped_and_nonsense_is_refused() {
        let curve = ResponseCurve::new(&[(1.0, 9.0), (-3.0, -1.0)]).unwrap();
        assert_eq!(curve.points(), [(0.0, 0.0), (1.0, MAX_RESPONSE)]);
        assert_eq!(ResponseCurve::new(&[]), None);
        assert_eq!(ResponseCurve::new(&[(0.0, f32::NAN)]), None);
        assert_eq!(ResponseCurve::new(&[(0.5, 0.1), (0.5, 0.2)]), None);
        assert_eq!(ResponseCurve::new(&[(0.0, 0.0); MAX_CURVE_POINTS + 1]), None);
        assert_eq!(ResponseCurve::LINEAR.at(f32::NAN), 1.0);
    }

    #[test]
    fn points_can_be_moved_added_and_removed() {
        let curve = ResponseCurve::LINEAR.with_point(2, (0.5, 0.8)).unwrap();
        assert_eq!(curve.points(), [(0.0, 0.0), (0.5, 0.8), (1.0, 1.0)]);
        assert_eq!(curve.with_point(1, (0.6, 0.7)).unwrap().points()[1], (0.6, 0.7));
        assert_eq!(curve.without_point(1), Some(ResponseCurve::LINEAR));
        assert_eq!(curve.without_point(3), None);
        assert_eq!(curve.with_point(5, (0.6, 0.7)), None);
        assert_eq!(curve.with_point(1, (1.0, 0.7)), None, "two points at one input");
        assert_eq!(ResponseCurve::CONSTANT.without_point(0), None);
    }
}
