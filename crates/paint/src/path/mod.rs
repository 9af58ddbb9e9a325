//! From pointer samples to evenly spaced dabs.
//!
//! Samples are steadied and smoothed, joined by a centripetal Catmull–Rom spline (Yuksel, Schaefer, Keyser: "On the
//! Parameterization of Catmull-Rom Curves", 2009: no cusps and no loops within a segment), and dabs are laid along its
//! length. The rest of a distance that no dab filled is carried over to the next segment, so dabs do not care how often
//! the pointer is read.

mod curve;
mod knot;
mod stabiliser;

use curve::Curve;
use knot::{Knot, Knots};
use stabiliser::Steadied;

use crate::dab::{Dab, hash, unit};
use crate::{
    BrushParameter, BrushSettings, CanvasPoint, FAST_PX_PER_SEC, MAX_EDGE_PX, MAX_SIZE_PX, RotationSource, StrokeSample,
};

/// Time constant of the smoothing at its strongest, in seconds.
const SMOOTHING_SECS: f64 = 0.04;
/// How far the smoothed path may stay behind at the strongest smoothing, in pixels.
const SMOOTHING_LAG_PX: f32 = 24.0;
/// Time constant of the speed: what a hand does within less is tremor, in seconds.
const SPEED_SECS: f32 = 0.06;
/// The usual time between two readings, for clocks that say nothing, in seconds.
const USUAL_STEP_SECS: f64 = 1.0 / 120.0;
/// Dabs lie no closer than this, in pixels.
const MIN_STEP_PX: f32 = 0.5;
/// Length of the straight pieces that a curve is walked in, in pixels.
const PIECE_PX: f32 = 1.5;
/// Points closer than this are one point, in pixels.
const SAME_PLACE_PX: f32 = 1e-2;

/// A stroke's path under way.
#[derive(Clone)]
pub(crate) struct StrokePath {
    brush: BrushSettings,
    seed: u32,
    steadied: Steadied,
    /// The last sample as the stabiliser gave it.
    raw: StrokeSample,
    /// The last points of the smoothed path; the curve has been walked up to the second last.
    knots: Knots,
    /// How far along the curve the next dab lies, in pixels.
    until_next_px: f32,
    /// The strongest pressure that was stamped at the place of the last knot while the pointer rested there.
    resting_pressure: f32,
    /// Where the stroke is heading: its length grows from 0 to 1 with the certainty.
    heading: (f32, f32),
    n_dabs: u32,
}

/// Keeps a sample near enough to the canvas that no path becomes endless, and its values inside their ranges.
fn within_reach(sample: StrokeSample) -> StrokeSample {
    let limit = 2.0 * MAX_EDGE_PX as f32;
    let near = |value: f32| value.clamp(-limit, limit);
    StrokeSample {
        canvas_point: CanvasPoint::new(near(sample.canvas_point.x), near(sample.canvas_point.y)),
        pressure: if sample.pressure.is_nan() { 1.0 } else { sample.pressure.clamp(0.0, 1.0) },
        twist_degrees: if sample.twist_degrees.is_finite() { sample.twist_degrees } else { 0.0 },
        ..sample
    }
}

/// The chance of a stroke: decided by where, how firmly and when it begins, and the same whenever that is replayed.
fn seed_of(first: &StrokeSample) -> u32 {
    let place = hash(first.canvas_point.x.to_bits(), first.canvas_point.y.to_bits(), first.pressure.to_bits());
    let time = first.time_secs.to_bits();
    hash(place, time as u32, (time >> 32) as u32)
}

impl StrokePath {
    /// Starts a path; the first dab is laid at once, save by a brush that needs to know where it is heading. `None` when
    /// the sample's place is not a number.
    pub(crate) fn begin(brush: BrushSettings, first: StrokeSample, dabs: &mut Vec<Dab>) -> Option<Self> {
        if !first.canvas_point.is_finite() {
            return None;
        }
        let raw = within_reach(first);
        let brush = brush.clamped();
        let knot = Knot::of(&raw, raw.canvas_point, 0.0);
        let mut path = Self {
            brush,
            seed: seed_of(&raw),
            steadied: Steadied::new(&brush, raw),
            raw,
            knots: Knots::new(knot),
            until_next_px: 0.0,
            resting_pressure: raw.pressure,
            heading: (0.0, 0.0),
            n_dabs: 0,
        };
        if !path.waits_for_heading() {
            path.lay(knot, dabs);
        }
        Some(path)
    }

    /// Continues the path. It is walked up to the sample before this one: the curve into a point depends on the next.
    pub(crate) fn extend(&mut self, sample: StrokeSample, dabs: &mut Vec<Dab>) {
        if !sample.canvas_point.is_finite() {
            return;
        }
        if let Some(steadied) = self.steadied.steadied(within_reach(sample)) {
            self.go_to(steadied, dabs);
        }
    }

    /// Walks the rest: to the last sample itself, which the smoothing may not have reached.
    pub(crate) fn finish(&mut self, dabs: &mut Vec<Dab>) {
        while let Some(sample) = self.steadied.catch_up() {
            self.go_to(sample, dabs);
        }
        let speed = self.knots.last().speed;
        let last = Knot::of(&self.raw, self.raw.canvas_point, speed);
        self.add_knot(last, dabs);
        if let [.., before, from, to] = *self.knots.used() {
            self.walk(before, from, to, to, dabs);
        } else if let [from, to] = *self.knots.used() {
            self.walk(from, from, to, to, dabs);
        }
        if self.n_dabs == 0 {
            let knot = *self.knots.last();
            self.lay(knot, dabs);
        }
    }

    fn waits_for_heading(&self) -> bool {
        self.brush.rotation_source == RotationSource::Direction && self.n_dabs == 0
    }

    fn go_to(&mut self, sample: StrokeSample, dabs: &mut Vec<Dab>) {
        let dt_secs = sample.time_secs - self.raw.time_secs;
        // A clock that stands still or runs backwards says nothing; the usual rate of a screen is as good a guess as any.
        let dt_secs = if dt_secs > 0.0 && dt_secs.is_finite() { dt_secs } else { USUAL_STEP_SECS };
        let point = self.smoothed(&sample, dt_secs);
        let now = self.raw.canvas_point.distance_to(sample.canvas_point) / (dt_secs as f32 * FAST_PX_PER_SEC);
        let former = self.knots.last().speed;
        let speed = former + (now.min(1.0) - former) * (1.0 - (-dt_secs as f32 / SPEED_SECS).exp());
        self.raw = sample;
        self.add_knot(Knot::of(&sample, point, speed), dabs);
    }

    fn add_knot(&mut self, knot: Knot, dabs: &mut Vec<Dab>) {
        let is_first = self.knots.used().len() == 1;
        let last = self.knots.last_mut();
        if last.point.distance_to(knot.point) < SAME_PLACE_PX {
            // A pen that rests and presses harder: the dab under it grows. Only more pressure counts, so that it does
            // not matter how often a resting pen is read.
            last.pressure = last.pressure.max(knot.pressure);
            if is_first && knot.pressure > self.resting_pressure && !self.waits_for_heading() {
                self.resting_pressure = knot.pressure;
                self.lay(knot, dabs);
            }
            return;
        }
        self.knots.push(knot);
        match *self.knots.used() {
            [from, to, after] => self.walk(from, from, to, after, dabs),
            [before, from, to, after] => {
                self.walk(before, from, to, after, dabs);
                self.knots.drop_first();
            }
            _ => {}
        }
    }

    /// The next point of the smoothed path: a first-order low-pass filter over time.
    ///
    /// Between two samples the pointer is taken to move evenly, and the filter is solved for that exactly; so it gives
    /// the same path whether a motion is read 30 or 240 times a second.
    fn smoothed(&self, sample: &StrokeSample, dt_secs: f64) -> CanvasPoint {
        let raw = sample.canvas_point;
        if self.brush.smoothing <= 0.0 {
            return raw;
        }
        let last = self.knots.last();
        let tau_secs = SMOOTHING_SECS * f64::from(self.brush.smoothing);
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
        if lag_px > limit_px { raw.lerp(point, limit_px / lag_px) } else { point }
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
            self.head(start, end, length_px);
            let mut walked_px = 0.0;
            while self.until_next_px <= length_px - walked_px {
                walked_px += self.until_next_px;
                let within = if length_px > 0.0 { walked_px / length_px } else { 1.0 };
                let along = (piece_idx as f32 - 1.0 + within) / n_pieces as f32;
                self.lay(Knot { point: start.lerp(end, within), ..from.blended(&to, along) }, dabs);
            }
            self.until_next_px -= length_px - walked_px;
            start = end;
        }
    }

    /// Turns the heading towards a piece of the way. It takes some way to turn, so that a tremor does not shake the tip.
    fn head(&mut self, from: CanvasPoint, to: CanvasPoint, length_px: f32) {
        if length_px <= 0.0 {
            return;
        }
        let is_first = self.heading == (0.0, 0.0);
        let inertia_px = 2.0 + 0.1 * self.brush.size_px;
        let share = if is_first { 1.0 } else { length_px / (length_px + inertia_px) };
        let (dx, dy) = ((to.x - from.x) / length_px, (to.y - from.y) / length_px);
        self.heading.0 += (dx - self.heading.0) * share;
        self.heading.1 += (dy - self.heading.1) * share;
    }

    /// How far the tip is turned, in radians: its own rotation, and what turns it.
    fn rotation(&self, knot: &Knot) -> f32 {
        let turned = match self.brush.rotation_source {
            RotationSource::Direction => self.heading.1.atan2(self.heading.0),
            RotationSource::Tilt if knot.lean != (0.0, 0.0) => knot.lean.1.atan2(knot.lean.0),
            RotationSource::Twist => knot.twist_degrees.to_radians(),
            RotationSource::Fixed | RotationSource::Tilt => 0.0,
        };
        self.brush.rotation_degrees.to_radians() + turned
    }

    /// Lays one dab and measures the way to the next.
    fn lay(&mut self, knot: Knot, dabs: &mut Vec<Dab>) {
        let brush = &self.brush;
        let chance = |channel: u32| unit(self.seed, self.n_dabs, channel);
        let tilt = (knot.lean.0 * knot.lean.0 + knot.lean.1 * knot.lean.1).sqrt();
        let factor = |parameter: BrushParameter| brush.dynamics[parameter as usize].at(knot.pressure, tilt, knot.speed);
        let full_px = (brush.size_px * factor(BrushParameter::Size)).min(MAX_SIZE_PX);
        let diameter_px = full_px * (1.0 - brush.size_jitter * chance(0));
        let aspect = (brush.aspect * factor(BrushParameter::Aspect)).clamp(0.02, 1.0);
        let rotation = self.rotation(&knot);
        let angle = rotation + std::f32::consts::TAU * brush.rotation_jitter * (chance(1) - 0.5);
        let strewn_px = full_px * brush.scatter * factor(BrushParameter::Scatter);
        let offset = |channel| strewn_px * (chance(channel) - 0.5);
        dabs.push(Dab {
            centre: CanvasPoint::new(knot.point.x + offset(2), knot.point.y + offset(3)),
            radius: diameter_px / 2.0,
            hardness: (brush.hardness * factor(BrushParameter::Hardness)).min(1.0),
            opacity: factor(BrushParameter::Opacity).min(1.0),
            flow: (brush.flow * factor(BrushParameter::Flow)).min(1.0),
            aspect,
            turn: (angle.cos(), angle.sin()),
            tone: 2.0 * chance(4) - 1.0,
        });
        // Narrow tips that move across their long side lie closer together.
        let across = rotation - self.heading.1.atan2(self.heading.0);
        let (along, beside) = (across.cos(), across.sin() * aspect);
        let depth = if aspect < 1.0 { (along * along + beside * beside).sqrt() } else { 1.0 };
        self.until_next_px = (full_px * depth * brush.spacing).max(MIN_STEP_PX);
        self.n_dabs = self.n_dabs.wrapping_add(1);
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

    #[test]
    fn a_tip_that_follows_the_stroke_waits_until_it_knows_where_it_goes() {
        let brush = BrushSettings { rotation_source: RotationSource::Direction, aspect: 0.3, ..brush(20.0, 0.1) };
        let mut dabs = Vec::new();
        let mut path = StrokePath::begin(brush, sample(50.0, 50.0, 1.0, 0.0), &mut dabs).unwrap();
        assert!(dabs.is_empty());
        for idx in 1..10 {
            path.extend(sample(50.0, 50.0 + 10.0 * idx as f32, 1.0, f64::from(idx) * 0.01), &mut dabs);
        }
        assert_eq!(dabs[0].centre, CanvasPoint::new(50.0, 50.0));
        for dab in &dabs {
            assert!(dab.turn.0.abs() < 1e-3 && dab.turn.1 > 0.999, "downwards: {dab:?}");
        }
        // A tap has no direction, and still leaves its mark.
        assert_eq!(dabs_along(brush, &[sample(5.0, 5.0, 1.0, 0.0)]).len(), 1);
    }

    #[test]
    fn tilt_and_speed_have_their_say() {
        let settings = brush(20.0, 0.1)
            .with_curve(BrushParameter::Size, BrushInput::Pressure, ResponseCurve::CONSTANT)
            .with_curve(BrushParameter::Size, BrushInput::Tilt, ResponseCurve::new(&[(0.0, 1.0), (0.5, 3.0)]).unwrap())
            .with_curve(
                BrushParameter::Opacity,
                BrushInput::Speed,
                ResponseCurve::new(&[(0.0, 1.0), (1.0, 0.0)]).unwrap(),
            );
        let settings = BrushSettings { rotation_source: RotationSource::Tilt, ..settings };
        let leaning = |x, time_secs| StrokeSample { tilt_y_degrees: 45.0, ..sample(x, 0.0, 1.0, time_secs) };
        let slow = dabs_along(settings, &[leaning(0.0, 0.0), leaning(20.0, 1.0), leaning(40.0, 2.0)]);
        assert!(slow.iter().all(|dab| (dab.radius - 30.0).abs() < 0.1 && dab.turn.1 > 0.999), "{:?}", slow[1]);
        assert!(slow.iter().all(|dab| dab.opacity > 0.95));
        let fast: Vec<_> = (0..60).map(|idx| sample(idx as f32 * 24.0, 0.0, 1.0, f64::from(idx) * 0.008)).collect();
        let fast = dabs_along(settings, &fast);
        assert!(fast.last().unwrap().opacity < 0.1, "3000 pixels a second: {:?}", fast.last());
    }

    #[test]
    fn jitter_is_chance_that_returns() {
        let settings = BrushSettings { scatter: 1.0, size_jitter: 0.5, rotation_jitter: 1.0, ..brush(20.0, 0.2) };
        let line = |y: f32| [sample(0.0, y, 1.0, 0.0), sample(100.0, y, 1.0, 0.1), sample(200.0, y, 1.0, 0.2)];
        let dabs = dabs_along(settings, &line(50.0));
        assert_eq!(dabs, dabs_along(settings, &line(50.0)));
        assert!(dabs.iter().any(|dab| dab.centre.y > 54.0) && dabs.iter().any(|dab| dab.centre.y < 46.0));
        assert!(dabs.iter().all(|dab| (dab.centre.y - 50.0).abs() <= 10.0 && dab.radius <= 10.0));
        let other = dabs_along(settings, &line(51.0));
        assert!(dabs.iter().zip(&other).any(|(one, other)| (one.centre.y + 1.0 - other.centre.y).abs() > 1.0));
    }
}
