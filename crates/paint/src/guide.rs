//! Drawing aids: the rule of thirds, and perspective lines that strokes can follow.

use crate::CanvasPoint;

/// Drawing aids on the canvas.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Guides {
    /// Lines at the thirds of the canvas.
    pub shows_thirds: bool,
    /// Vanishing points, at most three; they may lie far outside of the canvas.
    pub vanishing_points: Vec<CanvasPoint>,
    /// With one or two vanishing points: whether upright lines (and with one, level ones) are directions, too.
    pub has_straight_axes: bool,
    /// Whether strokes follow the perspective.
    pub snaps: bool,
}

/// The line that a stroke follows.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SnapLine {
    from: CanvasPoint,
    /// A unit vector.
    direction: (f32, f32),
}

/// How far a stroke goes before it shows which line it means, in pixels.
pub const SNAP_DECISION_PX: f32 = 6.0;

impl Guides {
    /// The lines of the rule of thirds on a canvas of this size in pixels.
    #[must_use]
    pub fn thirds(width: f32, height: f32) -> [[CanvasPoint; 2]; 4] {
        let upright = |x: f32| [CanvasPoint::new(x, 0.0), CanvasPoint::new(x, height)];
        let level = |y: f32| [CanvasPoint::new(0.0, y), CanvasPoint::new(width, y)];
        [upright(width / 3.0), upright(width * 2.0 / 3.0), level(height / 3.0), level(height * 2.0 / 3.0)]
    }

    /// Lines from a vanishing point across a canvas of this size, `n_rays` in a whole turn, each cut to the canvas.
    #[must_use]
    pub fn rays(vanishing_point: CanvasPoint, n_rays: u16, width: f32, height: f32) -> Vec<[CanvasPoint; 2]> {
        // From afar only the angle under which the canvas is seen counts, so that rays do not become few.
        let corners = [(0.0, 0.0), (width, 0.0), (width, height), (0.0, height)].map(|(x, y)| CanvasPoint::new(x, y));
        let middle = CanvasPoint::new(width / 2.0, height / 2.0);
        let is_inside = (0.0..=width).contains(&vanishing_point.x) && (0.0..=height).contains(&vanishing_point.y);
        if n_rays == 0 || !vanishing_point.is_finite() {
            return Vec::new();
        }
        let angle = |point: CanvasPoint| (point.y - vanishing_point.y).atan2(point.x - vanishing_point.x);
        let (start, sweep) = if is_inside {
            (0.0, std::f32::consts::TAU)
        } else {
            let towards = angle(middle);
            let offsets = corners.map(|corner| {
                let offset = angle(corner) - towards;
                offset - (offset / std::f32::consts::TAU).round() * std::f32::consts::TAU
            });
            let (low, high) = offsets.iter().fold((0.0f32, 0.0f32), |(low, high), it| (low.min(*it), high.max(*it)));
            (towards + low, high - low)
        };
        (0..n_rays)
            .filter_map(|idx| {
                let (sin, cos) = (start + sweep * f32::from(idx) / f32::from(n_rays)).sin_cos();
                clipped(vanishing_point, (cos, sin), width, height)
            })
            .collect()
    }

    /// The line that a stroke from `start` means, once it has come to `now`; `None` while it is too short to tell, or
    /// when nothing snaps.
    #[must_use]
    pub fn snap_line(&self, start: CanvasPoint, now: CanvasPoint) -> Option<SnapLine> {
        let length = start.distance_to(now);
        if !self.snaps || length < SNAP_DECISION_PX || length.is_nan() {
            return None;
        }
        let along = ((now.x - start.x) / length, (now.y - start.y) / length);
        let to_points = self.vanishing_points.iter().filter_map(|point| {
            let distance = start.distance_to(*point);
            (distance > 1.0).then(|| ((point.x - start.x) / distance, (point.y - start.y) / distance))
        });
        let mut axes = Vec::new();
        if self.has_straight_axes {
            match self.vanishing_points.len() {
                1 => axes.extend([(1.0, 0.0), (0.0, 1.0)]),
                2 => axes.push((0.0, 1.0)),
                _ => {}
            }
        }
        to_points
            .chain(axes)
            .map(|direction: (f32, f32)| ((direction.0 * along.0 + direction.1 * along.1).abs(), direction))
            .max_by(|one, other| one.0.total_cmp(&other.0))
            .map(|(_, direction)| SnapLine { from: start, direction })
    }
}

impl SnapLine {
    /// The place on the line that is nearest to a point.
    #[must_use]
    pub fn nearest(&self, point: CanvasPoint) -> CanvasPoint {
        let (dx, dy) = (point.x - self.from.x, point.y - self.from.y);
        let along = dx * self.direction.0 + dy * self.direction.1;
        CanvasPoint::new(self.from.x + self.direction.0 * along, self.from.y + self.direction.1 * along)
    }
}

/// The part of a ray that lies on the canvas (Liang and Barsky, 1984).
fn clipped(from: CanvasPoint, (dx, dy): (f32, f32), width: f32, height: f32) -> Option<[CanvasPoint; 2]> {
    let (mut near, mut far) = (0.0f32, f32::INFINITY);
    for (start, step, limit) in [(from.x, dx, width), (from.y, dy, height)] {
        if step.abs() < 1e-9 {
            if !(0.0..=limit).contains(&start) {
                return None;
            }
            continue;
        }
        let (one, other) = (-start / step, (limit - start) / step);
        near = near.max(one.min(other));
        far = far.min(one.max(other));
    }
    let at = |share: f32| CanvasPoint::new(from.x + dx * share, from.y + dy * share);
    (near < far && far.is_finite()).then(|| [at(near), at(far)])
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn point(x: f32, y: f32) -> CanvasPoint {
        CanvasPoint::new(x, y)
    }

    #[test]
    fn strokes_follow_the_vanishing_point_that_they_aim_at_or_away_from() {
        let guides = Guides {
            vanishing_points: vec![point(-500.0, 100.0), point(900.0, 100.0)],
            has_straight_axes: true,
            snaps: true,
            ..Guides::default()
        };
        let start = point(200.0, 300.0);
        assert!(guides.snap_line(start, point(203.0, 300.0)).is_none());
        let line = guides.snap_line(start, point(230.0, 290.0)).unwrap();
        // Every place on the line lies on the way from the start to the point on the right.
        for at in [point(230.0, 290.0), point(500.0, 111.0), point(100.0, 350.0)] {
            let on = line.nearest(at);
            let turn = (on.x - 200.0) * (100.0 - 300.0) - (on.y - 300.0) * (900.0 - 200.0);
            assert!(turn.abs() < 1.0, "{on:?}");
        }
        let upright = guides.snap_line(start, point(202.0, 260.0)).unwrap();
        assert_eq!(upright.nearest(point(230.0, 120.0)), point(200.0, 120.0));
        assert!(Guides { snaps: false, ..guides }.snap_line(start, point(300.0, 300.0)).is_none());
    }

    #[test]
    fn rays_lie_on_the_canvas_and_point_to_their_origin() {
        for from in [point(30.0, 40.0), point(-400.0, 50.0), point(120.0, 900.0), point(5000.0, -3000.0)] {
            let rays = Guides::rays(from, 24, 100.0, 80.0);
            assert!(rays.len() >= 20, "{from:?}: {}", rays.len());
            for [one, other] in rays {
                for end in [one, other] {
                    assert!(end.x > -0.1 && end.x < 100.1 && end.y > -0.1 && end.y < 80.1, "{end:?}");
                }
                let turn = (one.x - from.x) * (other.y - from.y) - (one.y - from.y) * (other.x - from.x);
                assert!(turn.abs() < 2e-3 * from.distance_to(one).max(1.0) * 100.0);
            }
        }
        assert!(Guides::rays(point(f32::NAN, 0.0), 24, 100.0, 80.0).is_empty());
        assert_eq!(Guides::thirds(90.0, 60.0)[3][0], point(0.0, 40.0));
    }
}
