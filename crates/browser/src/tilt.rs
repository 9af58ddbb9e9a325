//! The two ways to tell how a pen leans, and the way from one to the other, by the formulas of the W3C's Pointer Events
//! (level 3, "Converting between tiltX / tiltY and altitudeAngle / azimuthAngle").

use std::f64::consts::{FRAC_PI_2, TAU};

/// A pen never lies flatter than this, so that its direction stays known: radians.
const LEAST_ALTITUDE: f64 = 1e-9;

/// Tilt to the right and towards the person, in degrees from −90 to 90, of a pen at this altitude (0 flat on the
/// surface, π/2 upright) and azimuth (clockwise from the right), both in radians.
pub(crate) fn tilt_degrees(altitude: f64, azimuth: f64) -> (f64, f64) {
    let rise = altitude.clamp(LEAST_ALTITUDE, FRAC_PI_2).tan();
    (azimuth.cos().atan2(rise).to_degrees(), azimuth.sin().atan2(rise).to_degrees())
}

/// Altitude (0 flat, 90 upright) and azimuth (0 to 360, clockwise from the right; 0 for an upright pen), in degrees, of
/// a pen with this tilt in degrees.
pub(crate) fn altitude_azimuth_degrees(tilt_x_degrees: f64, tilt_y_degrees: f64) -> (f64, f64) {
    // A tangent of 90 degrees would be endless, and two of them would have no direction.
    let tangent = |degrees: f64| degrees.clamp(-89.999_999, 89.999_999).to_radians().tan();
    let (across, along) = (tangent(tilt_x_degrees), tangent(tilt_y_degrees));
    if across == 0.0 && along == 0.0 {
        return (90.0, 0.0);
    }
    let azimuth = along.atan2(across).rem_euclid(TAU);
    (1.0f64.atan2(across.hypot(along)).to_degrees(), azimuth.to_degrees())
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn close(a: (f64, f64), b: (f64, f64)) -> bool {
        (a.0 - b.0).abs() < 1e-4 && (a.1 - b.1).abs() < 1e-4
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn the_values_of_the_specification_hold() {
        let degrees = |altitude: f64, azimuth: f64| tilt_degrees(altitude.to_radians(), azimuth.to_radians());
        assert!(close(degrees(90.0, 123.0), (0.0, 0.0)));
        assert!(close(degrees(45.0, 0.0), (45.0, 0.0)));
        assert!(close(degrees(45.0, 90.0), (0.0, 45.0)));
        assert!(close(degrees(30.0, 180.0), (-60.0, 0.0)));
        // Flat on the surface, along the axes and between them.
        assert!(close(degrees(0.0, 270.0), (0.0, -90.0)));
        assert!(close(degrees(0.0, 135.0), (-90.0, 90.0)));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn there_and_back_is_the_same() {
        for altitude in (5..=85).step_by(10) {
            for azimuth in (0..360).step_by(15) {
                let (altitude, azimuth) = (f64::from(altitude), f64::from(azimuth));
                let (x, y) = tilt_degrees(altitude.to_radians(), azimuth.to_radians());
                assert!(close(altitude_azimuth_degrees(x, y), (altitude, azimuth)), "{altitude} {azimuth}");
            }
        }
        assert_eq!(altitude_azimuth_degrees(0.0, 0.0), (90.0, 0.0));
        assert!(altitude_azimuth_degrees(90.0, 0.0).0 < 1e-4);
    }
}
