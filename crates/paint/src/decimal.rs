//! Decimal numbers as files write them.
//!
//! The standard library reads any decimal to the last bit, with 11 kB of tables that the page would have to load. What is
//! read here are the numbers of brushes, settings and drawings: those with up to 15 digits and an exponent of up to 22 are
//! read to the last bit as well (both halves are then exact, and one operation rounds once: Clinger, 1990), and whatever
//! `f32` writes comes back as it was.

/// The largest whole number up to which every other one is an `f64`.
const MAX_EXACT: u64 = 1 << 53;

/// The number that a text is, without spaces around it. `None` for anything else, and for what is not finite.
#[must_use]
pub fn decimal(text: &str) -> Option<f64> {
    let (is_negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (digits, exponent) = match digits.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?.clamp(-10_000, 10_000)),
        None => (digits, 0),
    };
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    if whole.is_empty() && fraction.is_empty() {
        return None;
    }
    let mut exponent = exponent.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    let mut value = 0u64;
    for digit in whole.bytes().chain(fraction.bytes()) {
        let digit = digit.is_ascii_digit().then(|| u64::from(digit - b'0'))?;
        match value.checked_mul(10).and_then(|value| value.checked_add(digit)) {
            Some(more) if value <= MAX_EXACT => value = more,
            // Beyond what is exact a digit only counts for the size.
            _ => exponent += 1,
        }
    }
    let value = scaled(value as f64, exponent);
    value.is_finite().then_some(if is_negative { -value } else { value })
}

/// The same as an `f32`.
#[must_use]
pub fn decimal_f32(text: &str) -> Option<f32> {
    let value = decimal(text)? as f32;
    value.is_finite().then_some(value)
}

/// `value` times ten to the power of `exponent`.
fn scaled(mut value: f64, mut exponent: i32) -> f64 {
    // Ten to the power of 22 is the largest power of ten that is an `f64`.
    while value != 0.0 && value.is_finite() && exponent != 0 {
        let step = exponent.clamp(-22, 22);
        let power = (0..step.unsigned_abs()).fold(1.0, |power: f64, _| power * 10.0);
        value = if step > 0 { value * power } else { value / power };
        exponent -= step;
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_f32_writes_comes_back_as_it_was() {
        // Every exponent, with mantissas spread over the range.
        for bits in (0..0x7f80_0000_u32).step_by(9_973) {
            let value = f32::from_bits(bits);
            assert_eq!(decimal_f32(&value.to_string()).map(f32::to_bits), Some(bits), "{value:e}");
            assert_eq!(decimal_f32(&format!("-{value:e}")), Some(-value), "{value:e}");
        }
    }

    #[test]
    fn short_decimals_are_read_to_the_last_bit() {
        for text in ["0", "-0.5", "+3", "0.1", "1234567.125", "1e22", "123456789012345e-22", "0.000001", "7.", ".25"] {
            assert_eq!(decimal(text).map(f64::to_bits), text.parse::<f64>().ok().map(f64::to_bits), "{text}");
        }
    }

    #[test]
    fn what_is_no_finite_number_is_none() {
        for text in ["", ".", "-", "e3", "1e", "1e400", "0x10", "NaN", "inf", "1,5", " 1", "1 ", "١"] {
            assert_eq!(decimal(text), None, "{text}");
        }
        assert_eq!(decimal("1e-400"), Some(0.0));
        assert_eq!(decimal_f32("1e39"), None);
    }
}
