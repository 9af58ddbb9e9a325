//! Elementary functions for pictures: good to about six digits, without tables, branches or calls, so that the compiler
//! can do several at once; and the same on every machine, which the C library's are not.

/// Added to a number below 2²² this rounds it to a whole one, which then stands in the low bits: no conversion, no call
/// into the C library (`f32::floor` is one without SSE 4.1), and it works on four numbers at once.
const ROUND: f32 = 12_582_912.0;

/// The whole number below `x` (as a number, and its low bits).
#[inline(always)]
#[must_use]
pub fn floor(x: f32) -> (f32, u32) {
    let shifted = x + ROUND;
    let near = shifted - ROUND;
    let above = near > x;
    (near - if above { 1.0 } else { 0.0 }, shifted.to_bits().wrapping_sub(u32::from(above)))
}

/// The whole number nearest to `x`, of at most 22 bits.
#[inline(always)]
#[must_use]
pub fn nearest(x: f32) -> i32 {
    (x + ROUND).to_bits().wrapping_sub(ROUND.to_bits()) as i32
}

/// What `x` is above the whole number below it.
#[inline(always)]
#[must_use]
pub fn fraction(x: f32) -> f32 {
    x - floor(x).0
}

/// 2 to the power of `x`; what is beyond ±126 counts as that.
#[inline(always)]
#[must_use]
pub fn exp2(x: f32) -> f32 {
    let x = x.clamp(-126.0, 126.0);
    let shifted = x + ROUND;
    let rest = x - (shifted - ROUND);
    // The series of e^(x ln 2) on -0.5..0.5, its last terms bent a little so that the ends fit.
    let power = 1.0
        + rest
            * (std::f32::consts::LN_2
                + rest * (0.240_226_5 + rest * (0.055_504_1 + rest * (0.009_618_1 + rest * 0.001_339_9))));
    f32::from_bits(power.to_bits().wrapping_add(shifted.to_bits() << 23))
}

/// e to the power of `x`.
#[inline(always)]
#[must_use]
pub fn exp(x: f32) -> f32 {
    exp2(x * std::f32::consts::LOG2_E)
}

/// The logarithm to base 2 of a positive number.
#[inline(always)]
#[must_use]
pub fn log2(x: f32) -> f32 {
    // The exponent is chosen so that what is left lies between the roots of 1/2 and of 2.
    let bits = x.max(f32::MIN_POSITIVE).to_bits();
    let exponent = bits.wrapping_sub(0x3F35_04F3) as i32 >> 23;
    let left = f32::from_bits(bits.wrapping_sub((exponent as u32) << 23));
    let z = (left - 1.0) / (left + 1.0);
    let z2 = z * z;
    exponent as f32 + z * (2.885_39 + z2 * (0.961_796_7 + z2 * (0.577_078 + z2 * 0.412_198_6)))
}

/// `base` (not negative) to the power of `exponent`.
#[inline(always)]
#[must_use]
pub fn pow(base: f32, exponent: f32) -> f32 {
    exp2(log2(base) * exponent)
}

/// The sine of an angle in radians, to about 1e-5 as long as the angle is below some hundreds.
#[inline(always)]
#[must_use]
pub fn sin(x: f32) -> f32 {
    let turns = x * (0.5 * std::f32::consts::FRAC_1_PI);
    let part = turns - ((turns + ROUND) - ROUND);
    // Quarter turns mirror each other.
    let quarter = part.abs().min(0.5 - part.abs()) * std::f32::consts::TAU;
    let q2 = quarter * quarter;
    let sine = quarter * (0.999_996_6 - q2 * (0.166_648_24 - q2 * (0.008_306_29 - q2 * 0.000_183_63)));
    sine.copysign(part)
}

#[cfg(test)]
mod tests {
    use super::{exp, floor, fraction, log2, nearest, pow, sin};

    #[test]
    fn the_functions_are_those_of_the_library_to_five_digits() {
        for i in -4000..4000 {
            let x = i as f32 * 0.0107;
            assert!((exp(x * 0.5) / (x * 0.5).exp() - 1.0).abs() < 1e-5, "exp {x}");
            assert!((sin(x) - x.sin()).abs() < 2e-5, "sin {x}: {} {}", sin(x), x.sin());
            let positive = 1e-6 + x.abs();
            assert!((log2(positive) - positive.log2()).abs() < 1e-5, "log2 {positive}");
            assert!((pow(positive, 0.85) / positive.powf(0.85) - 1.0).abs() < 1e-5, "pow {positive}");
            assert_eq!(floor(x).0, x.floor());
            assert_eq!(nearest(x), x.round_ties_even() as i32);
            assert!((fraction(x) - x.rem_euclid(1.0)).abs() < 1e-5);
        }
    }

    #[test]
    fn the_ends_of_the_range_stay_numbers() {
        assert!(exp(-1e9) >= 0.0 && exp(-1e9) < 1e-30);
        assert!(exp(1e9).is_finite());
        assert!(pow(0.0, 0.85) < 1e-20);
        assert!(log2(0.0).is_finite());
    }
}
