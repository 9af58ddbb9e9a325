//! Points of a smoothed path.

use crate::{CanvasPoint, StrokeSample};

/// A point of the smoothed path, and how the hand was there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Knot {
    pub(crate) point: CanvasPoint,
    /// 0 to 1.
    pub(crate) pressure: f32,
    /// To where the pen leans; the length is 0 (upright) to 1 (flat).
    pub(crate) lean: (f32, f32),
    pub(crate) twist_degrees: f32,
    /// 0 at rest, 1 fast.
    pub(crate) speed: f32,
}

impl Knot {
    /// A sample's knot at a place of its own.
    pub(crate) fn of(sample: &StrokeSample, point: CanvasPoint, speed: f32) -> Self {
        let (pressure, twist_degrees) = (sample.pressure, sample.twist_degrees);
        Self { point, pressure, lean: sample.lean(), twist_degrees, speed }
    }

    /// The hand a fraction of the way to another knot; the place stays.
    pub(crate) fn blended(&self, to: &Self, fraction: f32) -> Self {
        let blend = |from: f32, to: f32| from + (to - from) * fraction;
        // The shorter way round.
        let turn_degrees = (to.twist_degrees - self.twist_degrees + 180.0).rem_euclid(360.0) - 180.0;
        Self {
            point: self.point,
            pressure: blend(self.pressure, to.pressure),
            lean: (blend(self.lean.0, to.lean.0), blend(self.lean.1, to.lean.1)),
            twist_degrees: self.twist_degrees + turn_degrees * fraction,
            speed: blend(self.speed, to.speed),
        }
    }
}

/// The last one to four knots of a path.
#[derive(Clone)]
pub(crate) struct Knots {
    knots: [Knot; 4],
    n_used: usize,
}

impl Knots {
    pub(crate) fn new(first: Knot) -> Self {
        Self { knots: [first; 4], n_used: 1 }
    }

    pub(crate) fn used(&self) -> &[Knot] {
        &self.knots[..self.n_used]
    }

    pub(crate) fn last(&self) -> &Knot {
        &self.knots[self.n_used - 1]
    }

    pub(crate) fn last_mut(&mut self) -> &mut Knot {
        &mut self.knots[self.n_used - 1]
    }

    /// Adds a knot; of four the first one goes.
    pub(crate) fn push(&mut self, knot: Knot) {
        if self.n_used == self.knots.len() {
            self.drop_first();
        }
        self.knots[self.n_used] = knot;
        self.n_used += 1;
    }

    /// Lets go of the first knot, unless it is the only one.
    pub(crate) fn drop_first(&mut self) {
        if self.n_used > 1 {
            self.knots.copy_within(1..self.n_used, 0);
            self.n_used -= 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_twist_goes_the_shorter_way_round() {
        let knot = |twist_degrees| {
            let sample = StrokeSample { twist_degrees, ..StrokeSample::default() };
            Knot::of(&sample, CanvasPoint::default(), 0.0)
        };
        let between = knot(350.0).blended(&knot(20.0), 0.5).twist_degrees;
        assert!((between.rem_euclid(360.0) - 5.0).abs() < 1e-3, "{between}");
    }
}
