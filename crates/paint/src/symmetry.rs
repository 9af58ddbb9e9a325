//! Symmetric painting: one hand, several strokes.

use crate::{CanvasPoint, StrokeSample};

/// Most strokes that a radial symmetry makes of one.
pub const MAX_SYMMETRY_FOLDS: u8 = 24;

/// How strokes are repeated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SymmetryKind {
    /// Not at all.
    #[default]
    Off,
    /// Mirrored at an upright axis: left and right.
    Vertical,
    /// Mirrored at a level axis: above and below.
    Horizontal,
    /// Mirrored at both.
    Both,
    /// Turned around the centre, so many times in a whole turn.
    Radial {
        /// 2 to [`MAX_SYMMETRY_FOLDS`].
        n_folds: u8,
        /// Whether each fold is a mirror image of its neighbour, as in a kaleidoscope.
        is_mirrored: bool,
    },
}

/// A symmetry and where its axes lie.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Symmetry {
    /// How strokes are repeated.
    pub kind: SymmetryKind,
    /// Where the axes cross.
    pub centre: CanvasPoint,
    /// How far the axes are turned clockwise, in degrees.
    pub degrees: f32,
}

/// One repetition: a turn about the centre, mirrored or not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SymmetryCopy {
    centre: CanvasPoint,
    /// `[[a, b], [c, d]]`: x' = a x + b y, y' = c x + d y, from the centre.
    linear: [[f32; 2]; 2],
}

impl Symmetry {
    /// All repetitions, the stroke as it is painted among them as the first.
    #[must_use]
    pub fn copies(&self) -> Vec<SymmetryCopy> {
        let copy = |linear| SymmetryCopy { centre: self.centre, linear };
        // A mirror at an axis whose direction makes this angle: the reflection is a turn by twice the angle.
        let mirror = |degrees: f32| {
            let (sin, cos) = exact_sin_cos(2.0 * degrees);
            copy([[cos, sin], [sin, -cos]])
        };
        let turn = |degrees: f32| {
            let (sin, cos) = exact_sin_cos(degrees);
            copy([[cos, -sin], [sin, cos]])
        };
        let own = copy([[1.0, 0.0], [0.0, 1.0]]);
        let degrees = if self.degrees.is_finite() { self.degrees } else { 0.0 };
        if !self.centre.is_finite() {
            return vec![own];
        }
        match self.kind {
            SymmetryKind::Off => vec![own],
            SymmetryKind::Vertical => vec![own, mirror(degrees + 90.0)],
            SymmetryKind::Horizontal => vec![own, mirror(degrees)],
            SymmetryKind::Both => vec![own, mirror(degrees + 90.0), mirror(degrees), turn(180.0)],
            SymmetryKind::Radial { n_folds, is_mirrored } => {
                let n_folds = n_folds.clamp(2, MAX_SYMMETRY_FOLDS);
                let angle = 360.0 / f32::from(n_folds);
                let turns = (0..n_folds).map(|fold| turn(angle * f32::from(fold)));
                let mirrors = (0..n_folds).map(|fold| mirror(degrees + 90.0 + angle / 2.0 * f32::from(fold)));
                if is_mirrored { turns.chain(mirrors).collect() } else { turns.collect() }
            }
        }
    }

    /// The axes to show, each from one edge of the canvas (of this size in pixels) to the other.
    #[must_use]
    pub fn axes(&self, width: f32, height: f32) -> Vec<[CanvasPoint; 2]> {
        let reach = width.hypot(height);
        let line = |degrees: f32| {
            let (sin, cos) = exact_sin_cos(degrees);
            let end =
                |sign: f32| CanvasPoint::new(self.centre.x + sign * cos * reach, self.centre.y + sign * sin * reach);
            [end(-1.0), end(1.0)]
        };
        match self.kind {
            SymmetryKind::Off => Vec::new(),
            SymmetryKind::Vertical => vec![line(self.degrees + 90.0)],
            SymmetryKind::Horizontal => vec![line(self.degrees)],
            SymmetryKind::Both => vec![line(self.degrees + 90.0), line(self.degrees)],
            SymmetryKind::Radial { n_folds, is_mirrored } => {
                let n_folds = n_folds.clamp(2, MAX_SYMMETRY_FOLDS);
                let angle = 360.0 / f32::from(n_folds);
                let spoke = |degrees: f32| [self.centre, line(degrees)[1]];
                let half = if is_mirrored { angle / 2.0 } else { angle };
                let n_spokes = u16::from(n_folds) * if is_mirrored { 2 } else { 1 };
                (0..n_spokes).map(|idx| spoke(self.degrees - 90.0 + half * f32::from(idx))).collect()
            }
        }
    }
}

impl SymmetryCopy {
    /// Where a point of the painted stroke lies in this repetition.
    #[must_use]
    pub fn point(&self, point: CanvasPoint) -> CanvasPoint {
        let (x, y) = (point.x - self.centre.x, point.y - self.centre.y);
        let [[a, b], [c, d]] = self.linear;
        CanvasPoint::new(self.centre.x + a * x + b * y, self.centre.y + c * x + d * y)
    }

    /// Where a direction of the painted stroke points in this repetition.
    pub(crate) fn vector(&self, (x, y): (f32, f32)) -> (f32, f32) {
        let [[a, b], [c, d]] = self.linear;
        (a * x + b * y, c * x + d * y)
    }

    /// The same for a sample: pressure and time stay.
    #[must_use]
    pub fn sample(&self, sample: StrokeSample) -> StrokeSample {
        StrokeSample { canvas_point: self.point(sample.canvas_point), ..sample }
    }

    /// The direction of something that points along `degrees` in the painted stroke (a brush's rotation, a pen's tilt).
    #[must_use]
    pub fn direction(&self, degrees: f32) -> f32 {
        let (sin, cos) = degrees.to_radians().sin_cos();
        let [[a, b], [c, d]] = self.linear;
        (c * cos + d * sin).atan2(a * cos + b * sin).to_degrees()
    }

    /// Whether it shows the stroke as in a mirror.
    #[must_use]
    pub fn is_mirrored(&self) -> bool {
        self.linear[0][0] * self.linear[1][1] < self.linear[0][1] * self.linear[1][0]
    }
}

/// Sine and cosine of an angle in degrees, without the traces that radians leave at quarter turns.
fn exact_sin_cos(degrees: f32) -> (f32, f32) {
    let degrees = degrees.rem_euclid(360.0);
    match degrees {
        0.0 => (0.0, 1.0),
        90.0 => (1.0, 0.0),
        180.0 => (0.0, -1.0),
        270.0 => (-1.0, 0.0),
        _ => degrees.to_radians().sin_cos(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn symmetry(kind: SymmetryKind) -> Symmetry {
        Symmetry { kind, centre: CanvasPoint::new(50.0, 40.0), degrees: 0.0 }
    }

    #[test]
    fn mirrors_are_exact_in_the_middle_of_a_canvas() {
        let at = CanvasPoint::new(20.25, 10.5);
        let points = |kind| symmetry(kind).copies().iter().map(|copy| copy.point(at)).collect::<Vec<_>>();
        assert_eq!(points(SymmetryKind::Off), [at]);
        assert_eq!(points(SymmetryKind::Vertical), [at, CanvasPoint::new(79.75, 10.5)]);
        assert_eq!(points(SymmetryKind::Horizontal), [at, CanvasPoint::new(20.25, 69.5)]);
        assert_eq!(points(SymmetryKind::Both)[3], CanvasPoint::new(79.75, 69.5));
        assert_eq!(points(SymmetryKind::Both).len(), 4);
    }

    #[test]
    fn a_radial_symmetry_is_closed_under_its_turns() {
        for is_mirrored in [false, true] {
            let symmetry = symmetry(SymmetryKind::Radial { n_folds: 7, is_mirrored });
            let copies = symmetry.copies();
            assert_eq!(copies.len(), if is_mirrored { 14 } else { 7 });
            let at = CanvasPoint::new(61.0, 12.0);
            let points: Vec<_> = copies.iter().map(|copy| copy.point(at)).collect();
            for copy in &copies {
                for point in &points {
                    let target = copy.point(*point);
                    assert!(points.iter().any(|known| known.distance_to(target) < 1e-3));
                }
            }
            // The first axis points up; mirrored copies keep it in place.
            let axis = symmetry.axes(100.0, 80.0);
            assert!((axis[0][1].x - 50.0).abs() < 1e-3 && axis[0][1].y < 0.0);
            assert_eq!(axis.len(), copies.len());
            if is_mirrored {
                let on_axis = CanvasPoint::new(50.0, 5.0);
                assert!(copies[7].point(on_axis).distance_to(on_axis) < 1e-4 && copies[7].is_mirrored());
            }
        }
    }

    #[test]
    fn nonsense_and_extremes_are_clamped() {
        let nowhere = Symmetry { centre: CanvasPoint::new(f32::NAN, 0.0), ..symmetry(SymmetryKind::Both) };
        assert_eq!(nowhere.copies().len(), 1);
        assert_eq!(symmetry(SymmetryKind::Radial { n_folds: 255, is_mirrored: false }).copies().len(), 24);
        assert_eq!(symmetry(SymmetryKind::Radial { n_folds: 0, is_mirrored: false }).copies().len(), 2);
        let mirrored = symmetry(SymmetryKind::Vertical).copies()[1];
        assert!((mirrored.direction(30.0) - 150.0).abs() < 1e-3);
    }
}
