//! The exponential function and what is made of it, as straight arithmetic that vectorises.

/// Adding and taking away this number rounds to a whole number, which then stands in the lowest bits.
const ROUND: f32 = 12_582_912.0; // 1.5 · 2²³

/// `eˣ` with a relative error below 2e-7, 0 and infinity replaced by the smallest and largest normal powers.
///
/// The range reduction and the polynomial are those of the Cephes library (Moshier, 1992).
#[inline(always)]
pub(super) fn exp_of(x: f32) -> f32 {
    // Comparisons that a number that is none passes unchanged.
    let x = if x < -87.0 { -87.0 } else { x };
    let x = if x > 88.0 { 88.0 } else { x };
    let shifted = x * std::f32::consts::LOG2_E + ROUND;
    let power = shifted - ROUND;
    let rest = x - power * 0.693_359_4 - power * -2.121_944_4e-4;
    let mut series = 1.987_569_1e-4;
    series = series * rest + 1.398_199_9e-3;
    series = series * rest + 8.333_452e-3;
    series = series * rest + 4.166_579_6e-2;
    series = series * rest + 1.666_666_5e-1;
    series = series * rest + 0.5;
    let mantissa = series * rest * rest + rest + 1.0;
    // The exponent's bits: the whole number in the lowest bits of `shifted`, plus the bias.
    let exponent = shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(127) << 23;
    mantissa * f32::from_bits(exponent)
}

/// `1 / (1 + e⁻ˣ)`.
#[inline(always)]
pub(super) fn sigmoid_of(x: f32) -> f32 {
    1.0 / (1.0 + exp_of(-x))
}

/// `x · Φ(x)`, with Φ from formula 7.1.26 of Abramowitz and Stegun (1964), whose error is below 1.5e-7.
#[inline(always)]
pub(super) fn gelu_of(x: f32) -> f32 {
    let z = x.abs() * std::f32::consts::FRAC_1_SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * z);
    let mut series = 1.061_405_4;
    series = series * t - 1.453_152;
    series = series * t + 1.421_413_8;
    series = series * t - 0.284_496_72;
    series = series * t + 0.254_829_6;
    let tail = 0.5 * series * t * exp_of(-z * z);
    let below = if x < 0.0 { tail } else { 1.0 - tail };
    x * below
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_right_to_seven_digits_over_its_whole_range() {
        for step in -870..=880 {
            let x = step as f32 * 0.1;
            let expected = f64::from(x).exp();
            let error = (f64::from(exp_of(x)) - expected).abs() / expected;
            assert!(error < 2e-7, "{x}: {error:e}");
        }
        assert!(exp_of(-1000.0) < 1e-37 && exp_of(1000.0).is_finite() && exp_of(f32::NAN).is_nan());
    }

    #[test]
    fn gelu_is_right_at_known_places() {
        for (x, expected) in [(0.0, 0.0), (1.0, 0.841_344_7), (-1.0, -0.158_655_25), (3.0, 2.995_950_2), (-6.0, 0.0)] {
            assert!((gelu_of(x) - expected).abs() < 5e-7, "{x}: {}", gelu_of(x));
        }
    }
}
