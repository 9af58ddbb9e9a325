//! The numbers that are stored: 16 bits a channel, premultiplied; and the way from and to other numbers.

use crate::image::on_white;

/// Full cover, full alpha, full colour.
pub(crate) const ONE: f32 = 65535.0;

/// A stored pixel as it leaves the document: 8 bits, straight alpha.
///
/// Divides in floats, which SIMD can do, and still gives the exact integers: numerators stay below 2²⁴, and a quotient
/// below an integer is so by at least 1/65535, which is more than the rounding of a float below 256 moves it.
#[inline]
pub(crate) fn straight_from_stored(stored: &[u16]) -> [u8; 4] {
    let alpha = u32::from(stored[3]);
    let half = alpha / 2;
    let divisor = alpha.max(1) as f32;
    let straight = |value: u16| ((u32::from(value) * 255 + half) as f32 / divisor) as i32 as u8;
    [straight(stored[0]), straight(stored[1]), straight(stored[2]), ((alpha * 255 + 32767) / 65535) as u8]
}

/// An 8-bit, straight-alpha pixel as it is stored. [`straight_from_stored`] gives the same pixel back, save for the
/// colour of pixels without alpha, which is not kept.
pub(crate) fn stored_from_straight(pixel: &[u8]) -> [u16; 4] {
    let alpha = u32::from(pixel[3]);
    let premultiplied = |value: u8| ((u32::from(value) * alpha * 257 + 127) / 255) as u16;
    [premultiplied(pixel[0]), premultiplied(pixel[1]), premultiplied(pixel[2]), (alpha * 257) as u16]
}

/// What a person sees of a stored pixel.
#[inline]
pub(crate) fn seen_from_stored(stored: &[u16]) -> [u8; 4] {
    on_white(straight_from_stored(stored))
}

/// 2²³: a float of this size has a last digit of one, so adding it rounds, and the digits are the integer.
const ROUNDER: f32 = 8_388_608.0;

/// The nearest 16-bit number to a float between 0 and 65535. Unlike `as`, which must look after floats beyond that, it
/// is one addition, and a compiler can do many at once.
#[inline]
pub(crate) fn stored_from_float(value: f32) -> u16 {
    (value + ROUNDER).to_bits() as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_8_bit_pixel_survives_the_way_in_and_out() {
        for alpha in 1..=255u8 {
            for value in 0..=255u8 {
                let pixel = [value, 255 - value, value / 3, alpha];
                assert_eq!(straight_from_stored(&stored_from_straight(&pixel)), pixel);
            }
        }
        assert_eq!(straight_from_stored(&stored_from_straight(&[9, 9, 9, 0])), [0; 4]);
    }

    #[test]
    fn dividing_in_floats_is_exact() {
        // Every alpha, with the colours at which the rounded quotient steps, and their neighbours.
        for alpha in 1..=65535u32 {
            for step in [1, 2, 63, 127, 128, 200, 254, 255] {
                let value = (step * alpha - alpha / 2).div_ceil(255);
                for value in [value.saturating_sub(1), value, value + 1] {
                    let value = value.min(alpha);
                    let exact = (value * 255 + alpha / 2) / alpha;
                    let stored = [value as u16, 0, 0, alpha as u16];
                    assert_eq!(u32::from(straight_from_stored(&stored)[0]), exact, "{value} / {alpha}");
                }
            }
        }
    }

    #[test]
    fn floats_round_to_the_nearest_number() {
        for value in 0..=65535u16 {
            for offset in [-0.49, 0.0, 0.49] {
                assert_eq!(stored_from_float((f32::from(value) + offset).clamp(0.0, ONE)), value);
            }
        }
    }
}
