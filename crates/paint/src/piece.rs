//! Pixels on their way out of a document: rows as they are stored or as a composite leaves them, and the bytes that a person
//! sees of them.

use crate::Paper;
use crate::tile::TILE_EDGE;

/// A row of a composite in the numbers that are stored, 0 to 65535, colour by colour and alpha last.
pub(crate) struct Rounded {
    pub(crate) planes: [[i32; TILE_EDGE]; 4],
    pub(crate) n_pixels: usize,
}

/// A piece of a row of one tile.
#[derive(Clone, Copy)]
pub(crate) enum Piece<'a> {
    /// Pixels of a layer as they are: red, green, blue, alpha, premultiplied.
    Stored(&'a [u16]),
    /// Pixels of a composite.
    Rounded(&'a Rounded),
}

impl Piece<'_> {
    /// Numbers in it, four a pixel.
    pub(crate) fn n_values(self) -> usize {
        match self {
            Self::Stored(stored) => stored.len(),
            Self::Rounded(rounded) => rounded.n_pixels * 4,
        }
    }

    /// One of its numbers, in the order in which they are stored.
    pub(crate) fn value(self, at: usize) -> u16 {
        match self {
            Self::Stored(stored) => stored[at],
            Self::Rounded(rounded) => rounded.planes[at % 4][at / 4] as u16,
        }
    }

    /// Turns it into as many bytes: RGBA, straight alpha.
    pub(crate) fn read(self, pixels: &mut [u8], paper: Paper) {
        match self {
            Self::Stored(stored) => read_stored(pixels, stored, paper),
            Self::Rounded(rounded) => read_rounded(pixels, rounded, paper),
        }
    }
}

fn read_stored(pixels: &mut [u8], stored: &[u16], paper: Paper) {
    if stored.as_chunks::<4>().0.iter().all(|pixel| pixel[3] == u16::MAX) {
        // What [`crate::stored::straight_from_stored`] makes of opaque pixels, without dividing.
        for (byte, value) in pixels.iter_mut().zip(stored) {
            *byte = ((u32::from(*value) * 255 + 32895) >> 16) as u8;
        }
        return;
    }
    let mut rounded = Rounded { planes: [[0; TILE_EDGE]; 4], n_pixels: stored.len() / 4 };
    for (at, pixel) in stored.as_chunks::<4>().0.iter().enumerate().take(TILE_EDGE) {
        for (plane, value) in rounded.planes.iter_mut().zip(pixel) {
            plane[at] = i32::from(*value);
        }
    }
    read_rounded(pixels, &rounded, paper);
}

/// [`crate::stored::straight_from_stored`], and [`crate::stored::seen_from_stored`] on paper, of a row colour by colour: a compiler
/// turns that into SIMD.
fn read_rounded(pixels: &mut [u8], rounded: &Rounded, paper: Paper) {
    let mut words = [0u32; TILE_EDGE];
    let ([colours @ .., alphas], is_on_paper) = (&rounded.planes, paper == Paper::White);
    let n_pixels = rounded.n_pixels.next_multiple_of(4).min(TILE_EDGE);
    for at in 0..n_pixels {
        let alpha = alphas[at];
        let divisor = alpha.max(1) as f32;
        let opaque = (alpha * 255 + 32895) >> 16;
        let mut word = if is_on_paper { 255 << 24 } else { opaque << 24 };
        for (channel, colour) in colours.iter().enumerate() {
            let straight = ((colour[at] * 255 + (alpha >> 1)) as f32 / divisor) as i32 & 0xff;
            // Half more than a whole number is no other quotient, and far from where a float would round to the next.
            let on_white = (straight * opaque + 255 * (255 - opaque) + 127) as f32 + 0.5;
            let seen = if is_on_paper { (on_white * (1.0 / 255.0)) as i32 } else { straight };
            word |= seen << (channel * 8);
        }
        words[at] = word as u32;
    }
    for (bytes, word) in pixels.as_chunks_mut::<4>().0.iter_mut().zip(words) {
        *bytes = word.to_le_bytes();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stored::{seen_from_stored, straight_from_stored};

    #[test]
    fn rows_are_seen_as_their_pixels_are() {
        for alpha in (0..=u16::MAX).step_by(119).chain([1, 2, 65534, u16::MAX]) {
            let mut value = 0u32;
            let stored: Vec<u16> = (0..67)
                .flat_map(|_| {
                    value = value.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let of = |shift: u32| ((value >> shift) & 0xffff).min(u32::from(alpha)) as u16;
                    [of(0), of(8), of(16), alpha]
                })
                .collect();
            for (paper, one) in [
                (Paper::White, seen_from_stored as fn(&[u16]) -> [u8; 4]),
                (Paper::Transparent, straight_from_stored as fn(&[u16]) -> [u8; 4]),
            ] {
                // Of a tile's row and of a shorter one.
                for stored in [&stored[..TILE_EDGE * 4], &stored[..76]] {
                    let mut rounded = Rounded { planes: [[0; TILE_EDGE]; 4], n_pixels: stored.len() / 4 };
                    stored.iter().enumerate().for_each(|(at, it)| rounded.planes[at % 4][at / 4] = i32::from(*it));
                    let expected: Vec<u8> = stored.chunks_exact(4).flat_map(one).collect();
                    for piece in [Piece::Stored(stored), Piece::Rounded(&rounded)] {
                        let mut pixels = vec![0; piece.n_values()];
                        piece.read(&mut pixels, paper);
                        assert!(pixels == expected, "alpha {alpha}");
                        assert!((0..stored.len()).all(|at| piece.value(at) == stored[at]));
                    }
                }
            }
        }
        for value in 0..=u16::MAX {
            let mut pixels = [0; 4];
            Piece::Stored(&[value, value, 0, u16::MAX]).read(&mut pixels, Paper::Transparent);
            assert_eq!(pixels, straight_from_stored(&[value, value, 0, u16::MAX]));
        }
    }
}
