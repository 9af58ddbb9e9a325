//! The curve through a path's points.

use crate::CanvasPoint;

/// One segment of a centripetal Catmull–Rom spline, from its second to its third point.
pub(crate) struct Curve {
    points: [CanvasPoint; 4],
    times: [f32; 4],
}

impl Curve {
    pub(crate) fn new(before: CanvasPoint, from: CanvasPoint, to: CanvasPoint, after: CanvasPoint) -> Self {
        // At the ends of a stroke a neighbour is missing; the point opposite of it, mirrored, ends the curve softly.
        let mirrored =
            |end: CanvasPoint, inner: CanvasPoint| CanvasPoint::new(2.0 * end.x - inner.x, 2.0 * end.y - inner.y);
        let before = if before == from { mirrored(from, to) } else { before };
        let after = if after == to { mirrored(to, from) } else { after };
        let points = [before, from, to, after];
        let mut times = [0.0; 4];
        for idx in 1..4 {
            times[idx] = times[idx - 1] + points[idx - 1].distance_to(points[idx]).sqrt().max(1e-3);
        }
        Self { points, times }
    }

    /// The point at a fraction of the segment, by Barry and Goldman's pyramid.
    pub(crate) fn at(&self, fraction: f32) -> CanvasPoint {
        let time = self.times[1] + (self.times[2] - self.times[1]) * fraction;
        let mut points = self.points;
        for span in 1..=3 {
            for idx in 0..4 - span {
                // Each level blends over the knots that both of its inputs know.
                let (low, high) = match span {
                    1 => (idx, idx + 1),
                    2 => (idx, idx + 2),
                    _ => (1, 2),
                };
                let share = (time - self.times[low]) / (self.times[high] - self.times[low]);
                points[idx] = points[idx].lerp(points[idx + 1], share);
            }
        }
        points[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_curve_goes_through_its_samples_and_keeps_straight_lines_straight() {
        let points = [(0.0, 0.0), (40.0, 10.0), (60.0, 60.0), (20.0, 90.0)].map(|(x, y)| CanvasPoint::new(x, y));
        let curve = Curve::new(points[0], points[1], points[2], points[3]);
        assert!(curve.at(0.0).distance_to(points[1]) < 1e-3);
        assert!(curve.at(1.0).distance_to(points[2]) < 1e-3);
        let line = [0.0, 10.0, 50.0, 52.0].map(|x| CanvasPoint::new(x, 2.0 * x));
        let curve = Curve::new(line[0], line[1], line[2], line[3]);
        for idx in 0..=10 {
            let point = curve.at(idx as f32 / 10.0);
            assert!((point.y - 2.0 * point.x).abs() < 1e-3, "{point:?}");
        }
    }
}
