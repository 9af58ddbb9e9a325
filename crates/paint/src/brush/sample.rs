//! What the pointer says.

use crate::CanvasPoint;

/// One reading of the pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StrokeSample {
    /// Where, in canvas pixels; outside of the canvas is fine.
    pub canvas_point: CanvasPoint,
    /// 0 to 1; 1 where the device has none.
    pub pressure: f32,
    /// When, in seconds on any clock that does not run backwards.
    pub time_secs: f64,
    /// Lean to the right (positive) or left, −90 to 90 degrees; 0 where the device has none.
    pub tilt_x_degrees: f32,
    /// Lean towards the person (positive) or away, −90 to 90 degrees; 0 where the device has none.
    pub tilt_y_degrees: f32,
    /// Rotation of the pen about its own axis, clockwise, 0 to 360 degrees; 0 where the device has none.
    pub twist_degrees: f32,
    /// The browser only expects the pointer here. What it paints is taken back with the next call that continues or ends
    /// the stroke. Predicted samples come after the real ones of a call.
    pub is_predicted: bool,
}

impl Default for StrokeSample {
    fn default() -> Self {
        Self {
            canvas_point: CanvasPoint::default(),
            pressure: 1.0,
            time_secs: 0.0,
            tilt_x_degrees: 0.0,
            tilt_y_degrees: 0.0,
            twist_degrees: 0.0,
            is_predicted: false,
        }
    }
}

impl StrokeSample {
    /// A reading of a device that knows where it is, how firmly it is pressed (0 to 1), and nothing else.
    #[must_use]
    pub fn new(canvas_point: CanvasPoint, pressure: f32, time_secs: f64) -> Self {
        Self { canvas_point, pressure, time_secs, ..Self::default() }
    }

    /// The lean as a vector on the surface: its length is 0 (upright) to 1 (flat), its direction the side to which the
    /// pen's upper end leans, x to the right and y down.
    #[must_use]
    pub(crate) fn lean(&self) -> (f32, f32) {
        let tangent = |degrees: f32| {
            if degrees.is_nan() { 0.0 } else { degrees.clamp(-89.0, 89.0).to_radians().tan() }
        };
        let (x, y) = (tangent(self.tilt_x_degrees), tangent(self.tilt_y_degrees));
        let length = (x * x + y * y).sqrt();
        if length < 1e-4 {
            return (0.0, 0.0);
        }
        let share = length.atan() / std::f32::consts::FRAC_PI_2 / length;
        (x * share, y * share)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lean_is_the_angle_from_upright() {
        let lean = |x, y| StrokeSample { tilt_x_degrees: x, tilt_y_degrees: y, ..StrokeSample::default() }.lean();
        assert_eq!(lean(0.0, 0.0), (0.0, 0.0));
        assert!((lean(45.0, 0.0).0 - 0.5).abs() < 1e-5);
        assert!((lean(0.0, -45.0).1 + 0.5).abs() < 1e-5);
        assert_eq!(lean(f32::NAN, f32::NAN), (0.0, 0.0));
        let (x, y) = lean(90.0, 90.0);
        assert!((x * x + y * y).sqrt() <= 1.0 && x > 0.6 && y > 0.6);
    }
}
