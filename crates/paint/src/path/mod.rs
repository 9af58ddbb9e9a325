//! From pointer samples to evenly spaced dabs.
//!
//! Samples are smoothed, joined by a centripetal Catmull–Rom spline (Yuksel, Schaefer, Keyser: "On the Parameterization
//! of Catmull-Rom Curves", 2009: no cusps and no loops within a segment), and dabs are laid along its length. The rest of
//! a distance that no dab filled is carried over to the next segment, so dabs do not care how often the pointer is read.

use crate::dab::Dab;
use crate::{BrushParameter, BrushSettings, CanvasPoint, MAX_EDGE_PX, StrokeSample};

/// Time constant of the smoothing at its strongest, in seconds.
const SMOOTHING_SECS: f64 = 0.04;
/// How far the smoothed path may stay behind at the strongest smoothing, in pixels.
const SMOOTHING_LAG_PX: f32 = 24.0;
/// Dabs lie no closer than this, in pixels.
const MIN_STEP_PX: f32 = 0.5;
/// Length of the straight pieces that a curve is walked in, in pixels.
const PIECE_PX: f32 = 1.5;
/// Points closer than this are one point, in pixels.
const SAME_PLACE_PX: f32 = 1e-2;

/// A point of the smoothed path.
#[derive(Clone, Copy, Debug)]
struct Knot {
    point: CanvasPoint,
    pressure: f32,
}

/// A stroke's path under way.
pub(crate) struct StrokePath {
    brush: BrushSettings,
    /// The last sample as it came.
    raw: StrokeSample,
    /// The last three points of the smoothed path; the curve has been walked up to the second last.
    knots: Vec<Knot>,
    /// How far along the curve the next dab lies, in pixels.
    until_next_px: f32,
    /// The strongest pressure that was stamped at the place of the last knot while the pointer rested there.
    resting_pressure: f32,
}

/// Keeps a point near enough to the canvas that no path becomes endless.
fn within_reach(sample: StrokeSample) -> StrokeSample {
    let limit = 2.0 * MAX_EDGE_PX as f32;
    let near = |value: f32| value.clamp(-limit, limit);
    StrokeSample {
        canvas_point: CanvasPoint::new(near(sample.canvas_point.x), near(sample.canvas_point.y)),
        pressure: if sample.pressure.is_nan() { 1.0 } else { sample.pressure.clamp(0.0, 1.0) },
        ..sample
    }
}

impl StrokePath {
    /// Starts a path; the first dab is laid at once. `None` when the sample's place is not a number.
    pub(crate) fn begin(brush: BrushSettings, first: StrokeSample, dabs: &mut Vec<Dab>) -> Option<Self> {
        if !first.canvas_point.is_finite() {
            return None;
        }
        let raw = within_reach(first);
        let knot = Knot { point: raw.canvas_point, pressure: raw.pressure };
        let brush = brush.clamped();
        let mut path = Self { brush, raw, knots: vec![knot], until_next_px: 0.0, resting_pressure: raw.pressure };
        path.lay(knot, dabs);
        Some(path)
    }

    /// Continues the path. It is walked up to the sample before this one: the curve into a point depends on the next.
    pub(crate) fn extend(&mut self, sample: StrokeSample, dabs: &mut Vec<Dab>) {
        if !sample.canvas_point.is_finite() {
            return;
        }
        let sample = within_reach(sample);
        let knot = self.smoothed(sample);
        self.raw = sample;
        self.add_knot(knot, dabs);
    }

    /// Walks the rest: to the last sample itself, which the smoothing may not have reached.
    pub(crate) fn finish(&mut self, dabs: &mut Vec<Dab>) {
        let last = Knot { point: self.raw.canvas_point, pressure: self.raw.pressure };
        self.add_knot(last, dabs);
        if let [.., before, from, to] = self.knots[..] {
            self.walk(before, from, to, to, dabs);
        } else if let [from, to] = self.knots[..] {
            self.walk(from, from, to, to, dabs);
        }
    }

    fn add_knot(&mut self, knot: Knot, dabs: &mut Vec<Dab>) {
        let Some(last) = self.knots.last_mut() else { return };
        if last.point.distance_to(knot.point) < SAME_PLACE_PX {
            // A pen that rests and presses harder: the dab under it grows. Only more pressure counts, so that it does
            // not matter how often a resting pen is read.
            last.pressure = last.pressure.max(knot.pressure);
            if self.knots.len() == 1 && knot.pressure > self.resting_pressure {
                self.resting_pressure = knot.pressure;
                self.lay(knot, dabs);
            }
            return;
        }
        self.knots.push(knot);
        match self.knots[..] {
            [from, to, after] => self.walk(from, from, to, after, dabs),
            [before, from, to, after] => {
                self.walk(before, from, to, after, dabs);
                self.knots.remove(0);
            }
            _ => {}
        }
    }

    /// The next point of the smoothed path: a first-order low-pass filter over time.
    ///
    /// Between two samples the pointer is taken to move evenly, and the filter is solved for that exactly; so it gives
    /// the same path whether a motion is read 30 or 240 times a second.
    fn smoothed(&self, sample: StrokeSample) -> Knot {
        let raw = sample.canvas_point;
        let pressure = sample.pressure;
        let (Some(last), true) = (self.knots.last(), self.brush.smoothing > 0.0) else {
            return Knot { point: raw, pressure };
        };
        let tau_secs = SMOOTHING_SECS * f64::from(self.brush.smoothing);
        let dt_secs = sample.time_secs - self.raw.time_secs;
        // A clock that stands still or runs backwards says nothing; the usual rate of a screen is as good a guess as any.
        let dt_secs = if dt_secs > 0.0 && dt_secs.is_finite() { dt_secs } else { 1.0 / 120.0 };
        let decay = (-dt_secs / tau_secs).exp() as f32;
        let lag = (tau_secs / dt_secs) as f32;
        let filtered = |from: f32, to: f32, former: f32| {
            let steady = (to - from) * lag;
            to - steady + (former - from + steady) * decay
        };
        let from = self.raw.canvas_point;
        let point = CanvasPoint::new(filtered(from.x, raw.x, last.point.x), filtered(from.y, raw.y, last.point.y));
        let lag_px = point.distance_to(raw);
        let limit_px = SMOOTHING_LAG_PX * self.brush.smoothing;
        let point = if lag_px > limit_px { raw.lerp(point, limit_px / lag_px) } else { point };
        Knot { point, pressure }
    }

    /// Lays dabs along the curve from `from` to `to`.
    fn walk(&mut self, before: Knot, from: Knot, to: Knot, after: Knot, dabs: &mut Vec<Dab>) {
        let chord_px = from.point.distance_to(to.point);
        let n_pieces = (chord_px / PIECE_PX).ceil().clamp(1.0, 4096.0) as u32;
        let curve = Curve::new(before.point, from.point, to.point, after.point);
        let mut start = from.point;
        for piece_idx in 1..=n_pieces {
            let fraction = piece_idx as f32 / n_pieces as f32;
            let end = if piece_idx == n_pieces { to.point } else { curve.at(fraction) };
            let length_px = start.distance_to(end);
            let mut walked_px = 0.0;
            while self.until_next_px <= length_px - walked_px {
                walked_px += self.until_next_px;
                let within = if length_px > 0.0 { walked_px / length_px } else { 1.0 };
                let along = (piece_idx as f32 - 1.0 + within) / n_pieces as f32;
                let pressure = from.pressure + (to.pressure - from.pressure) * along;
                self.lay(Knot { point: start.lerp(end, within), pressure }, dabs);
            }
            self.until_next_px -= length_px - walked_px;
            start = end;
        }
    }

    /// Lays one dab and measures the way to the next.
    fn lay(&mut self, knot: Knot, dabs: &mut Vec<Dab>) {
        let brush = &self.brush;
        let factor = |parameter: BrushParameter| brush.dynamics[parameter as usize].at(knot.pressure, 0.0, 0.0);
        let diameter_px = brush.size_px * factor(BrushParameter::Size);
        dabs.push(Dab {
            centre: knot.point,
            radius: diameter_px / 2.0,
            hardness: brush.hardness,
            opacity: brush.opacity * factor(BrushParameter::Opacity),
            flow: brush.flow,
        });
        self.until_next_px = (diameter_px * brush.spacing).max(MIN_STEP_PX);
    }
}

/// One segment of a centripetal Catmull–Rom spline, from its second to its third point.
struct Curve {
    points: [CanvasPoint; 4],
    times: [f32; 4],
}

impl Curve {
    fn new(before: CanvasPoint, from: CanvasPoint, to: CanvasPoint, after: CanvasPoint) -> Self {
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
    fn at(&self, fraction: f32) -> CanvasPoint {
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
    use crate::{BrushInput, ResponseCurve};

    fn sample(x: f32, y: f32, pressure: f32, time_secs: f64) -> StrokeSample {
        StrokeSample::new(CanvasPoint::new(x, y), pressure, time_secs)
    }

    fn dabs_along(brush: BrushSettings, samples: &[StrokeSample]) -> Vec<Dab> {
        let mut dabs = Vec::new();
        let mut path = StrokePath::begin(brush, samples[0], &mut dabs).unwrap();
        for sample in &samples[1..] {
            path.extend(*sample, &mut dabs);
        }
        path.finish(&mut dabs);
        dabs
    }

    fn brush(size_px: f32, spacing: f32) -> BrushSettings {
        BrushSettings { size_px, spacing, smoothing: 0.0, ..BrushSettings::default() }
    }

    #[test]
    fn dabs_are_evenly_spaced_across_samples() {
        let samples: Vec<_> = (0..40).map(|idx| sample(idx as f32 * 7.3, 20.0, 1.0, f64::from(idx) * 0.01)).collect();
        let dabs = dabs_along(brush(20.0, 0.25), &samples);
        assert_eq!(dabs.len(), (39.0f32 * 7.3 / 5.0) as usize + 1);
        for pair in dabs.windows(2) {
            assert!((pair[0].centre.distance_to(pair[1].centre) - 5.0).abs() < 1e-2, "{pair:?}");
        }
    }

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

    #[test]
    fn a_fast_curve_is_not_polygonised() {
        // A circle of radius 100 read at 24 places: chords would run up to 0.86 pixels inside of it.
        let samples: Vec<_> = (0..=24)
            .map(|idx| {
                let angle = idx as f32 / 24.0 * std::f32::consts::TAU;
                sample(200.0 + 100.0 * angle.cos(), 200.0 + 100.0 * angle.sin(), 1.0, f64::from(idx) * 0.008)
            })
            .collect();
        let dabs = dabs_along(brush(10.0, 0.1), &samples);
        let inner = &dabs[30..dabs.len() - 30];
        for dab in inner {
            let distance = dab.centre.distance_to(CanvasPoint::new(200.0, 200.0));
            assert!((distance - 100.0).abs() < 0.25, "{distance}");
        }
    }

    #[test]
    fn smoothing_calms_a_shaking_hand_and_still_ends_where_the_pointer_did() {
        let samples: Vec<_> = (0..200)
            .map(|idx| sample(idx as f32, 50.0 + if idx % 2 == 0 { 1.0 } else { -1.0 }, 1.0, f64::from(idx) * 0.004))
            .collect();
        let wobble = |smoothing| {
            let dabs = dabs_along(BrushSettings { smoothing, ..brush(4.0, 0.25) }, &samples);
            assert!(dabs.last().unwrap().centre.distance_to(samples[199].canvas_point) < 1.1);
            dabs[40..dabs.len() - 40].iter().map(|dab| (dab.centre.y - 50.0).abs()).fold(0.0, f32::max)
        };
        assert!(wobble(0.0) > 0.8);
        assert!(wobble(0.5) < 0.4, "{}", wobble(0.5));
    }

    #[test]
    fn smoothing_lags_no_further_than_its_limit_when_the_hand_is_fast() {
        // A zigzag as an impatient hand (or a script) makes it: 200 pixels in a millisecond.
        let samples: Vec<_> = (0..10)
            .map(|idx| {
                sample(if idx % 2 == 0 { 50.0 } else { 250.0 }, 50.0 + idx as f32 * 10.0, 1.0, f64::from(idx) * 0.001)
            })
            .collect();
        let dabs = dabs_along(BrushSettings { smoothing: 0.25, ..brush(20.0, 0.1) }, &samples);
        let right = dabs.iter().map(|dab| dab.centre.x).fold(0.0, f32::max);
        assert!(right > 243.0, "{right}");
    }

    #[test]
    fn pressure_moves_size_and_opacity_from_dab_to_dab() {
        let settings = brush(20.0, 0.1);
        let settings = settings.with_curve(BrushParameter::Size, BrushInput::Pressure, ResponseCurve::LINEAR);
        let settings = settings.with_curve(BrushParameter::Opacity, BrushInput::Pressure, ResponseCurve::LINEAR);
        let dabs = dabs_along(settings, &[sample(0.0, 0.0, 0.2, 0.0), sample(100.0, 0.0, 1.0, 0.1)]);
        for dab in &dabs {
            let pressure = 0.2 + 0.8 * dab.centre.x / 100.0;
            assert!((dab.radius - 10.0 * pressure).abs() < 0.01 && (dab.opacity - pressure).abs() < 0.01, "{dab:?}");
        }
    }

    #[test]
    fn a_resting_pen_only_counts_growing_pressure() {
        let settings = brush(20.0, 0.1).with_curve(BrushParameter::Size, BrushInput::Pressure, ResponseCurve::LINEAR);
        let readings = [0.1, 0.1, 0.5, 0.5, 0.4, 0.9, 0.2];
        let samples: Vec<_> = readings
            .iter()
            .enumerate()
            .map(|(idx, pressure)| sample(30.0, 30.0, *pressure, idx as f64 * 0.004))
            .collect();
        let radii: Vec<_> = dabs_along(settings, &samples).iter().map(|dab| (dab.radius * 100.0).round()).collect();
        assert_eq!(radii, [100.0, 500.0, 900.0]);
    }

    #[test]
    fn nonsense_from_outside_neither_hangs_nor_panics() {
        let mut dabs = Vec::new();
        assert!(StrokePath::begin(brush(10.0, 0.1), sample(f32::NAN, 0.0, 1.0, 0.0), &mut dabs).is_none());
        let mut path = StrokePath::begin(brush(1.0, 0.0), sample(0.0, 0.0, f32::NAN, f64::NAN), &mut dabs).unwrap();
        path.extend(sample(1e30, -1e30, -3.0, f64::INFINITY), &mut dabs);
        path.extend(sample(f32::INFINITY, 0.0, 1.0, 0.0), &mut dabs);
        path.extend(sample(5.0, 5.0, 9.0, -1.0), &mut dabs);
        path.finish(&mut dabs);
        assert!(dabs.len() < 100_000);
        assert!(dabs.iter().all(|dab| dab.centre.is_finite() && dab.radius.is_finite()));
    }
}
