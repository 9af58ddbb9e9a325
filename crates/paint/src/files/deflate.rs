//! Deflate with bounds, and the checksum of PNG and zip.

use std::sync::OnceLock;

use miniz_oxide::deflate::core::{CompressorOxide, TDEFLFlush, compress_to_output, create_comp_flags_from_zip_params};
use miniz_oxide::inflate;

/// How much work goes into making a file small.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Effort {
    /// For saving while somebody paints: several times as fast.
    Fast,
    /// For a file that is kept or sent.
    #[default]
    Small,
}

impl Effort {
    /// The level of deflate, 1 to 9.
    fn level(self) -> u8 {
        match self {
            Self::Fast => 1,
            Self::Small => 6,
        }
    }
}

/// Deflated bytes without a head.
pub(crate) fn deflate_raw(bytes: &[u8], effort: Effort) -> Vec<u8> {
    let (mut deflating, mut packed) = (Deflating::with_window(effort, 0), Vec::new());
    deflating.add(bytes, &mut packed);
    deflating.finish(&mut packed);
    packed
}

/// Deflates bytes as they come, in zlib's frame.
pub(crate) struct Deflating(Box<CompressorOxide>);

impl Deflating {
    pub(crate) fn new(effort: Effort) -> Self {
        // A window of more than no bits stands for zlib's frame.
        Self::with_window(effort, 1)
    }

    fn with_window(effort: Effort, n_bits: i32) -> Self {
        Self(Box::new(CompressorOxide::new(create_comp_flags_from_zip_params(i32::from(effort.level()), n_bits, 0))))
    }

    /// Takes more bytes; what becomes of them, and of those before, is put to `packed` when there is enough of it.
    pub(crate) fn add(&mut self, bytes: &[u8], packed: &mut Vec<u8>) {
        self.step(bytes, TDEFLFlush::None, packed);
    }

    /// Puts what is left to `packed`. Nothing may be added afterwards.
    pub(crate) fn finish(&mut self, packed: &mut Vec<u8>) {
        self.step(&[], TDEFLFlush::Finish, packed);
    }

    #[inline(never)]
    fn step(&mut self, bytes: &[u8], flush: TDEFLFlush, packed: &mut Vec<u8>) {
        // A taker that takes everything lets nothing fail.
        compress_to_output(&mut self.0, bytes, flush, |piece: &[u8]| {
            packed.extend_from_slice(piece);
            true
        });
    }
}

/// What was deflated without a head; `None` when it is broken or longer than `limit_bytes`.
///
/// Memory grows with what comes out and never beyond twice the limit, whatever the bytes promise.
pub(crate) fn inflate_raw(bytes: &[u8], limit_bytes: usize) -> Option<Vec<u8>> {
    inflate::decompress_to_vec_with_limit(bytes, limit_bytes).ok()
}

/// The same in zlib's frame.
pub(crate) fn inflate_zlib(bytes: &[u8], limit_bytes: usize) -> Option<Vec<u8>> {
    inflate::decompress_to_vec_zlib_with_limit(bytes, limit_bytes).ok()
}

/// Eight bytes are looked up at once; the tables are worked out at the first use, so that the page need not carry them.
static TABLES: OnceLock<Box<[[u32; 256]; 8]>> = OnceLock::new();

/// CRC-32 as PNG (annex D) and zip use it, over several pieces in a row.
pub(crate) fn crc32(pieces: &[&[u8]]) -> u32 {
    !pieces.iter().fold(u32::MAX, |sum, piece| crc32_after(sum, piece))
}

/// Goes on with a checksum: it begins as [`u32::MAX`], and all its bits are turned at the end.
pub(crate) fn crc32_after(mut sum: u32, piece: &[u8]) -> u32 {
    let tables = TABLES.get_or_init(|| {
        let mut tables = Box::new([[0u32; 256]; 8]);
        for byte in 0..256 {
            let mut sum = byte as u32;
            for _ in 0..8 {
                sum = if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 };
            }
            tables[0][byte] = sum;
        }
        for table in 1..8 {
            for byte in 0..256 {
                let before = tables[table - 1][byte];
                tables[table][byte] = tables[0][(before & 0xff) as usize] ^ (before >> 8);
            }
        }
        tables
    });
    let (eights, rest) = piece.as_chunks::<8>();
    for eight in eights {
        let low = u32::from_le_bytes([eight[0], eight[1], eight[2], eight[3]]) ^ sum;
        let low = low.to_le_bytes();
        let at = |table: usize, byte: u8| tables[table][usize::from(byte)];
        sum = at(7, low[0]) ^ at(6, low[1]) ^ at(5, low[2]) ^ at(4, low[3]);
        sum ^= at(3, eight[4]) ^ at(2, eight[5]) ^ at(1, eight[6]) ^ at(0, eight[7]);
    }
    for byte in rest {
        sum = tables[0][usize::from(sum as u8 ^ byte)] ^ (sum >> 8);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_png_and_zip() {
        assert_eq!(crc32(&[b"123456789"]), 0xcbf4_3926);
        assert_eq!(crc32(&[b"1234", b"", b"56789"]), 0xcbf4_3926);
        assert_eq!(crc32(&[b"IEND"]), 0xae42_6082);
        assert_eq!(crc32(&[&[b'a'; 1000]]), crc32(&[&[b'a'; 3], &[b'a'; 997]]));
    }

    #[test]
    fn what_is_deflated_comes_back_and_a_bomb_stops_at_the_limit() {
        let bytes: Vec<u8> = (0..5000u32).map(|at| ((at * at) >> 7) as u8).collect();
        for effort in [Effort::Fast, Effort::Small] {
            assert_eq!(inflate_raw(&deflate_raw(&bytes, effort), 5000), Some(bytes.clone()));
            for n_at_once in [1, 700, 5000] {
                let (mut deflating, mut packed) = (Deflating::new(effort), Vec::new());
                bytes.chunks(n_at_once).for_each(|piece| deflating.add(piece, &mut packed));
                deflating.finish(&mut packed);
                assert_eq!(packed, miniz_oxide::deflate::compress_to_vec_zlib(&bytes, effort.level()));
                assert_eq!(inflate_zlib(&packed, 5000), Some(bytes.clone()));
                assert_eq!(inflate_zlib(&packed, 4999), None);
            }
        }
        let bomb = deflate_raw(&vec![0; 50 << 20], Effort::Small);
        assert_eq!(inflate_raw(&bomb, 1 << 16), None);
        assert_eq!(inflate_raw(b"\xff\xff\xff", 100), None);
    }
}
