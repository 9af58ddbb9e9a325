//! Channels: one number a pixel, raw, in PackBits, or deflated with and without prediction.

use super::FORMAT;
use crate::PaintError;
use crate::files::bytes::Bytes;
use crate::files::deflate::inflate_zlib;

/// How a channel is packed.
const RAW: u16 = 0;
const PACK_BITS: u16 = 1;
const DEFLATED: u16 = 2;
const DEFLATED_DIFFERENCES: u16 = 3;

/// The size of a channel.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct ChannelSize {
    pub(super) width: usize,
    pub(super) height: usize,
    /// Bytes of a number, 1 or 2.
    pub(super) number_bytes: usize,
}

impl ChannelSize {
    fn row_bytes(self) -> usize {
        self.width * self.number_bytes
    }

    pub(super) fn n_bytes(self) -> usize {
        self.row_bytes() * self.height
    }
}

/// Reads the channels that follow one another under one mark of how they are packed: a layer has a mark for each channel,
/// the merged picture one for all. Numbers of two bytes are big-endian.
pub(super) fn read_channels(
    bytes: &mut Bytes<'_>,
    size: ChannelSize,
    n_channels: usize,
) -> Result<Vec<u8>, PaintError> {
    let n_bytes = size.n_bytes() * n_channels;
    match bytes.u16_be()? {
        RAW => bytes.take(n_bytes).map(<[u8]>::to_vec),
        PACK_BITS => read_pack_bits(bytes, size, n_channels),
        packing @ (DEFLATED | DEFLATED_DIFFERENCES) => {
            let unpacked = inflate_zlib(bytes.rest(), n_bytes).filter(|it| it.len() == n_bytes);
            let mut unpacked = unpacked.ok_or_else(damaged)?;
            if packing == DEFLATED_DIFFERENCES {
                unpacked.chunks_exact_mut(size.row_bytes().max(1)).for_each(|row| add_up(row, size.number_bytes));
            }
            Ok(unpacked)
        }
        _ => Err(bytes.problem("it is packed in an unknown way")),
    }
}

fn damaged() -> PaintError {
    PaintError::File { format: FORMAT, problem: "it is damaged: pixels of it cannot be unpacked" }
}

/// The lengths of all packed rows, then the rows.
fn read_pack_bits(bytes: &mut Bytes<'_>, size: ChannelSize, n_channels: usize) -> Result<Vec<u8>, PaintError> {
    let n_rows = size.height * n_channels;
    let mut lengths = bytes.part(n_rows * 2)?;
    let mut unpacked = Vec::new();
    for row_idx in 0..n_rows {
        let len = usize::from(lengths.u16_be()?);
        let packed = bytes.take(len)?;
        let end = (row_idx + 1) * size.row_bytes();
        unpack_bits(packed, &mut unpacked, end);
        if unpacked.len() != end {
            return Err(damaged());
        }
    }
    Ok(unpacked)
}

/// Unpacks a row up to a length of all rows; runs that would go beyond it are cut.
fn unpack_bits(mut packed: &[u8], unpacked: &mut Vec<u8>, end: usize) {
    while let Some((head, rest)) = packed.split_first() {
        let room = end - unpacked.len();
        let n = *head as i8;
        if n >= 0 {
            let (literal, after) = rest.split_at((n as usize + 1).min(rest.len()));
            unpacked.extend_from_slice(&literal[..literal.len().min(room)]);
            packed = after;
        } else if n == i8::MIN {
            packed = rest;
        } else {
            let Some((value, after)) = rest.split_first() else { return };
            unpacked.extend(std::iter::repeat_n(*value, (1 - isize::from(n)).unsigned_abs().min(room)));
            packed = after;
        }
    }
}

/// Undoes the prediction of a row: each number is what it adds to the one before.
fn add_up(row: &mut [u8], number_bytes: usize) {
    if number_bytes == 2 {
        let mut sum = 0u16;
        for number in row.as_chunks_mut::<2>().0 {
            sum = sum.wrapping_add(u16::from_be_bytes(*number));
            *number = sum.to_be_bytes();
        }
    } else {
        let mut sum = 0u8;
        for number in row {
            sum = sum.wrapping_add(*number);
            *number = sum;
        }
    }
}

/// A channel's number at an index, as 16 bits.
#[inline]
pub(super) fn number_at(channel: &[u8], index: usize, number_bytes: usize) -> u16 {
    match number_bytes {
        1 => channel.get(index).map_or(0, |value| u16::from(*value) * 257),
        _ => channel.get(index * 2..index * 2 + 2).map_or(0, |it| u16::from_be_bytes([it[0], it[1]])),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pack_bits_are_unpacked_and_never_beyond_the_row() {
        // The example of Apple's technical note 1023.
        let packed = [0xfe, 0xaa, 0x02, 0x80, 0x00, 0x2a, 0xfd, 0xaa, 0x03, 0x80, 0x00, 0x2a, 0x22, 0xf7, 0xaa];
        let mut unpacked = Vec::new();
        unpack_bits(&packed, &mut unpacked, 24);
        let whole = [
            0xaa, 0xaa, 0xaa, 0x80, 0x00, 0x2a, 0xaa, 0xaa, 0xaa, 0xaa, 0x80, 0x00, 0x2a, 0x22, 0xaa, 0xaa, 0xaa, 0xaa,
            0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa,
        ];
        assert_eq!(unpacked, whole);
        for end in 0..24 {
            let mut cut = Vec::new();
            unpack_bits(&packed, &mut cut, end);
            assert_eq!(cut, whole[..end]);
        }
    }

    #[test]
    fn differences_add_up_row_by_row() {
        let mut row = [1, 255, 0, 2];
        add_up(&mut row, 2);
        assert_eq!(row, [1, 255, 2, 1]);
        let mut row = [250, 10, 1];
        add_up(&mut row, 1);
        assert_eq!(row, [250, 4, 5]);
    }
}
