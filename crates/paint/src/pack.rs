//! Tiles and masks, packed without loss: painted pixels are much like their neighbours, and few tiles are worked on at a time.
//!
//! # Form of a packed tile
//! One byte tells the method: [`FLAT`], and four little-endian numbers of 16 bits are the one pixel that all are equal to;
//! or [`BITS`], and a varint of three bytes with the length and so many bytes follow. The first of these is 1 where the pixels are those of
//! a picture of 8 bits with straight alpha, exactly, and it is that picture's numbers that are packed; else 0. Then row by
//! row, in each channel by channel, in each two groups of 32 numbers: a byte with the predictor (upper three bits) and the
//! number of bits (lower five) that the group's largest error needs, and the errors ("zigzag", small ones of either sign
//! are small numbers) in so many bits each, from the lowest bit of little-endian words of 32.
//!
//! A predictor says what a number is likely to be: its left neighbour's (0), its upper neighbour's (1), or left + upper −
//! upper left (2), which follows slopes. Left of the first column is what is above it; where the numbers are 16 bits deep it
//! goes on from there as the two rows above do, since soft paint has slopes and 8 bits have grain. Above the first row is 0.

use std::sync::Arc;

use crate::Mask;
use crate::raster::{stored_from_straight, straight_from_stored};
use crate::tile::{BLANK, Pixels, TILE_EDGE};

/// Pixels of a tile.
const N_PIXELS: usize = TILE_EDGE * TILE_EDGE;

/// Bytes of a tile's planes.
pub(crate) const PLANES_BYTES: usize = N_PIXELS * 8;

/// The method of a tile of one colour.
pub(crate) const FLAT: u8 = 3;
/// The method of any other tile.
pub(crate) const BITS: u8 = 4;

/// Numbers that share a predictor and a width.
const GROUP: usize = 32;
/// Numbers of one channel of a row.
type Row = [u16; TILE_EDGE];

/// Near numbers small, whichever is the larger.
fn zigzag(difference: u16) -> u16 {
    let difference = difference as i16;
    ((difference << 1) ^ (difference >> 15)) as u16
}

fn from_zigzag(number: u16) -> u16 {
    (number >> 1) ^ (number & 1).wrapping_neg()
}

/// Packs a tile: see the head of this module.
pub(crate) fn pack_tile(pixels: &Pixels) -> Arc<[u8]> {
    if let Some(pixel) = pixels.flat_pixel() {
        return pack_flat(pixel).as_slice().into();
    }
    let all = pixels.all().as_chunks::<4>().0;
    let is_shallow = all.iter().all(|pixel| stored_from_straight(&straight_from_stored(pixel)) == *pixel);
    let mut bytes = Vec::with_capacity(1 << 13);
    // Room for the method and a length of three bytes, which is known at the end.
    bytes.extend_from_slice(&[BITS, 0, 0, 0, u8::from(is_shallow)]);
    let mut above = [[0; TILE_EDGE]; 4];
    let mut slopes = [0; 4];
    for row in all.as_chunks::<TILE_EDGE>().0 {
        let mut planes = [[0; TILE_EDGE]; 4];
        for (x, pixel) in row.iter().enumerate() {
            let numbers = if is_shallow { straight_from_stored(pixel).map(u16::from) } else { *pixel };
            (0..4).for_each(|channel| planes[channel][x] = numbers[channel]);
        }
        for ((row, above), slope) in planes.iter().zip(&above).zip(&mut slopes) {
            put_row(&mut bytes, row, above, above[0].wrapping_add(*slope), is_shallow);
            *slope = if is_shallow { 0 } else { row[0].wrapping_sub(above[0]) };
        }
        above = planes;
    }
    let len = bytes.len() - 4;
    bytes[1..4].copy_from_slice(&[len as u8 | 0x80, (len >> 7) as u8 | 0x80, (len >> 14) as u8]);
    bytes.into()
}

/// Packs a tile of one colour.
pub(crate) fn pack_flat(pixel: [u16; 4]) -> [u8; 9] {
    let mut bytes = [FLAT; 9];
    bytes[1..].copy_from_slice(pixel.map(u16::to_le_bytes).as_flattened());
    bytes
}

/// `left` is what stands for the number left of the first.
fn put_row(bytes: &mut Vec<u8>, row: &Row, above: &Row, mut left: u16, is_shallow: bool) {
    let mut upper_left = above[0];
    let mut errors = [[0u16; TILE_EDGE]; 3];
    for x in 0..TILE_EDGE {
        let (value, up) = (row[x], above[x]);
        errors[0][x] = value.wrapping_sub(left);
        errors[1][x] = value.wrapping_sub(up);
        errors[2][x] = value.wrapping_sub(left).wrapping_sub(up).wrapping_add(upper_left);
        (left, upper_left) = (value, up);
    }
    for error in errors.as_flattened_mut() {
        // Of numbers of 8 bits the errors wrap around at 8 bits, too.
        let shallow = *error as i8;
        *error = if is_shallow { u16::from(((shallow << 1) ^ (shallow >> 7)) as u8) } else { zigzag(*error) };
    }
    for group in 0..TILE_EDGE / GROUP {
        let of = |predictor: usize| errors[predictor][group * GROUP..].first_chunk::<GROUP>();
        let width = |predictor: usize| {
            let any = of(predictor).map_or(0, |errors| errors.iter().fold(0, |any, error| any | error));
            16 - any.leading_zeros()
        };
        let best = (0..3).min_by_key(|predictor| width(*predictor)).unwrap_or(0);
        let n_bits = width(best);
        bytes.push((best as u8) << 5 | n_bits as u8);
        if let Some(errors) = of(best) {
            put_bits(bytes, errors, n_bits);
        }
    }
}

fn put_bits(bytes: &mut Vec<u8>, numbers: &[u16; GROUP], n_bits: u32) {
    let (mut held, mut n_held) = (0u64, 0);
    for number in numbers {
        held |= u64::from(*number) << n_held;
        n_held += n_bits;
        if n_held >= 32 {
            bytes.extend_from_slice(&(held as u32).to_le_bytes());
            held >>= 32;
            n_held -= 32;
        }
    }
}

/// What [`pack_tile`] packed; `None` where the bytes are anything else.
pub(crate) fn unpack_tile(packed: &[u8]) -> Option<Arc<Pixels>> {
    let mut pixels = Arc::new(BLANK.clone());
    let all = Arc::make_mut(&mut pixels).all_mut().as_chunks_mut::<4>().0;
    match packed {
        [FLAT, ..] => all.fill(packed_flat_pixel(packed)?),
        [BITS, _, _, _, content @ ..] if packed_bytes(packed) == Some(packed.len()) => unpack_rows(content, all)?,
        _ => return None,
    }
    Some(pixels)
}

/// How long the tile of the method [`BITS`] is that these bytes begin with, where they tell.
pub(crate) fn packed_bytes(bytes: &[u8]) -> Option<usize> {
    let [BITS, one, two, three, ..] = bytes else { return None };
    let len = usize::from(one & 0x7f) | usize::from(two & 0x7f) << 7 | usize::from(*three) << 14;
    (one & two & 0x80 != 0).then_some(len + 4)
}

fn unpack_rows(content: &[u8], all: &mut [[u16; 4]]) -> Option<()> {
    let (depth, mut rest) = content.split_first()?;
    let is_shallow = *depth == 1;
    let mut planes = [[0; TILE_EDGE]; 4];
    let mut slopes = [0; 4];
    for row in all.as_chunks_mut::<TILE_EDGE>().0 {
        for (plane, slope) in planes.iter_mut().zip(&mut slopes) {
            let above = plane[0];
            rest = unpack_row(rest, plane, above.wrapping_add(*slope))?;
            if is_shallow {
                plane.iter_mut().for_each(|value| *value &= 0xff);
            } else {
                *slope = plane[0].wrapping_sub(above);
            }
        }
        let is_opaque = is_shallow && planes[3].iter().all(|alpha| *alpha == 255);
        let factor = if is_opaque { 257 } else { 1 };
        let [red, green, blue, alpha] = planes.map(|plane| plane.map(|value| value.wrapping_mul(factor)));
        for (x, pixel) in row.iter_mut().enumerate() {
            *pixel = [red[x], green[x], blue[x], alpha[x]];
        }
        if is_shallow && !is_opaque {
            row.iter_mut().for_each(|pixel| *pixel = stored_from_straight(&pixel.map(|value| value as u8)));
        }
    }
    rest.is_empty().then_some(())
}

/// Turns the row above into the row that the first bytes hold, and returns the others.
fn unpack_row<'a>(mut rest: &'a [u8], row: &mut Row, mut left: u16) -> Option<&'a [u8]> {
    // Where a number was replaced, the one above it is kept for its right neighbour.
    let mut upper_left = row[0];
    for group in row.as_chunks_mut::<GROUP>().0 {
        let (head, after) = rest.split_first()?;
        let (predictor, n_bits) = (head >> 5, usize::from(head & 31));
        let (content, after) = after.split_at_checked(n_bits * 4)?;
        let errors = bits(content, n_bits)?;
        rest = after;
        let above = *group;
        match predictor {
            0 => {
                for (value, error) in group.iter_mut().zip(errors) {
                    left = left.wrapping_add(error);
                    *value = left;
                }
            }
            1 => group.iter_mut().zip(errors).for_each(|(value, error)| *value = value.wrapping_add(error)),
            2 => {
                for (value, error) in group.iter_mut().zip(errors) {
                    let up = *value;
                    left = left.wrapping_add(up).wrapping_sub(upper_left).wrapping_add(error);
                    (*value, upper_left) = (left, up);
                }
            }
            _ => return None,
        }
        (left, upper_left) = (group[GROUP - 1], above[GROUP - 1]);
    }
    Some(rest)
}

/// Numbers of so many bits, with their signs.
fn bits(content: &[u8], n_bits: usize) -> Option<[u16; GROUP]> {
    // A loop of its own for each width, since then a compiler knows where every number lies.
    match n_bits {
        0 => Some([0; GROUP]),
        1 => bits_of::<1>(content),
        2 => bits_of::<2>(content),
        3 => bits_of::<3>(content),
        4 => bits_of::<4>(content),
        5 => bits_of::<5>(content),
        6 => bits_of::<6>(content),
        7 => bits_of::<7>(content),
        8 => bits_of::<8>(content),
        9 => bits_of::<9>(content),
        10 => bits_of::<10>(content),
        11 => bits_of::<11>(content),
        12 => bits_of::<12>(content),
        13 => bits_of::<13>(content),
        14 => bits_of::<14>(content),
        15 => bits_of::<15>(content),
        16 => bits_of::<16>(content),
        _ => None,
    }
}

fn bits_of<const N_BITS: usize>(content: &[u8]) -> Option<[u16; GROUP]> {
    let (bytes, _) = content.as_chunks::<4>();
    let words: &[[u8; 4]; N_BITS] = bytes.first_chunk()?;
    let words = words.map(u32::from_le_bytes);
    let mask = ((1u32 << N_BITS) - 1) as u16;
    let mut numbers = [0; GROUP];
    for (at, number) in numbers.iter_mut().enumerate() {
        let (word, shift) = (at * N_BITS / 32, at * N_BITS % 32);
        let low = words[word] >> shift;
        let high = if shift + N_BITS > 32 { words[word + 1] << (32 - shift) } else { 0 };
        *number = from_zigzag((low | high) as u16 & mask);
    }
    Some(numbers)
}

/// The flat pixel of a packed tile, where it has one.
pub(crate) fn packed_flat_pixel(packed: &[u8]) -> Option<[u16; 4]> {
    let [FLAT, numbers @ ..] = packed else { return None };
    let numbers: &[u8; 8] = numbers.try_into().ok()?;
    let numbers = numbers.as_chunks::<2>().0;
    Some(std::array::from_fn(|channel| u16::from_le_bytes(numbers[channel])))
}

/// Each number as its difference from the pixel before, all high bytes of a channel before its low bytes. Flat colours and
/// soft gradients become bytes that deflate all but removes: for files that travel.
pub(crate) fn planes_of(pixels: &Pixels, planes: &mut [u8; PLANES_BYTES]) {
    let values = pixels.all();
    // Two plain loops, since a compiler does many numbers of each at once.
    let mut differences = [0u16; N_PIXELS * 4];
    let (first, rest) = differences.split_at_mut(4);
    first.iter_mut().zip(values).for_each(|(difference, value)| *difference = zigzag(*value));
    for ((difference, value), former) in rest.iter_mut().zip(&values[4..]).zip(values) {
        *difference = zigzag(value.wrapping_sub(*former));
    }
    for channel in 0..4 {
        let (high, low) = planes[channel * 2 * N_PIXELS..(channel + 1) * 2 * N_PIXELS].split_at_mut(N_PIXELS);
        for ((pixel, high), low) in differences.as_chunks::<4>().0.iter().zip(high).zip(low) {
            [*high, *low] = pixel[channel].to_be_bytes();
        }
    }
}

/// The tile that [`planes_of`] took apart; `None` for another number of bytes.
pub(crate) fn tile_from_planes(planes: &[u8]) -> Option<Arc<Pixels>> {
    if planes.len() != PLANES_BYTES {
        return None;
    }
    let mut pixels = Arc::new(BLANK.clone());
    let values = Arc::make_mut(&mut pixels).all_mut();
    for channel in 0..4 {
        let (high, low) = planes[channel * 2 * N_PIXELS..(channel + 1) * 2 * N_PIXELS].split_at(N_PIXELS);
        let mut former = 0u16;
        for ((pixel, high), low) in values.as_chunks_mut::<4>().0.iter_mut().zip(high).zip(low) {
            former = former.wrapping_add(from_zigzag(u16::from_be_bytes([*high, *low])));
            pixel[channel] = former;
        }
    }
    Some(pixels)
}

/// A mask of the history, packed.
pub(crate) struct PackedMask {
    width: u32,
    height: u32,
    bytes: Box<[u8]>,
}

impl PackedMask {
    pub(crate) fn new(mask: &Mask) -> Self {
        let bytes = lz4_flex::block::compress(mask.values()).into_boxed_slice();
        Self { width: mask.width(), height: mask.height(), bytes }
    }

    /// The mask; `None` if the bytes are not what was packed.
    pub(crate) fn unpack(&self) -> Option<Mask> {
        let values = lz4_flex::block::decompress(&self.bytes, self.width as usize * self.height as usize).ok()?;
        Mask::new(self.width, self.height, values)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn painted(mut pixel: impl FnMut(u32, u32) -> [u16; 4]) -> Pixels {
        let mut pixels = BLANK.clone();
        for (at, it) in (0..).zip(pixels.all_mut().as_chunks_mut::<4>().0) {
            *it = pixel(at % 64, at / 64);
        }
        pixels
    }

    fn noise() -> impl FnMut() -> u16 {
        let mut number = 1u32;
        move || {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (number >> 16) as u16
        }
    }

    /// Every tile of which packing makes something else than of the others.
    fn kinds() -> Vec<(&'static str, Pixels, usize)> {
        let (mut any, mut grain) = (noise(), noise());
        let slope = |x: u32, y: u32| (x * 211 + y * 97) as u16;
        vec![
            ("noise", painted(|_, _| [any(), any(), any(), any()]), 33_500),
            ("blank", BLANK.clone(), 9),
            ("flat", painted(|_, _| [65535, 300, 0, 65535]), 9),
            ("a slope", painted(|x, y| [slope(x, y), slope(y, x), slope(x, x), 65535]), 1_200),
            (
                "a photograph",
                {
                    painted(|x, y| {
                        let value = ((x + y) as u8).wrapping_add((grain() & 7) as u8);
                        stored_from_straight(&[value, value / 2, 255 - value, 200 + (x / 3) as u8])
                    })
                },
                9_000,
            ),
            (
                "an opaque picture",
                painted(|x, y| stored_from_straight(&[(x * y) as u8, x as u8, (y * 4) as u8, 255])),
                9_000,
            ),
            ("one pixel", painted(|x, y| if (x, y) == (63, 63) { [1, 2, 3, u16::MAX] } else { [0; 4] }), 1_000),
        ]
    }

    #[test]
    fn packed_tiles_come_back_to_the_bit_and_are_as_small_as_they_can_be_expected_to_be() {
        for (name, pixels, most_bytes) in kinds() {
            let packed = pack_tile(&pixels);
            assert!(*unpack_tile(&packed).unwrap() == pixels, "{name}");
            assert!(packed.len() <= most_bytes, "{name}: {} bytes", packed.len());
            assert_eq!(packed_flat_pixel(&packed), pixels.flat_pixel(), "{name}");
        }
    }

    #[test]
    fn bytes_that_no_tile_was_packed_to_are_refused_or_are_some_tile() {
        let mut random = noise();
        for (name, pixels, _) in kinds() {
            let packed = pack_tile(&pixels);
            for end in (0..packed.len()).step_by(packed.len() / 50 + 1) {
                assert!(unpack_tile(&packed[..end]).is_none(), "{name}, {end} bytes");
            }
            let mut longer = packed.to_vec();
            longer.push(0);
            assert!(unpack_tile(&longer).is_none());
            for _ in 0..200 {
                let mut broken = packed.to_vec();
                let at = usize::from(random()) % broken.len();
                broken[at] = random() as u8;
                unpack_tile(&broken);
            }
        }
    }

    #[test]
    fn planes_come_back() {
        let mut planes = Box::new([0; PLANES_BYTES]);
        for (name, pixels, _) in kinds() {
            planes_of(&pixels, &mut planes);
            assert!(*tile_from_planes(&planes[..]).unwrap() == pixels, "{name}");
        }
    }

    #[test]
    fn packed_masks_come_back() {
        let mut mask = Mask::filled(200, 100, 0);
        mask.row_mut(40, 10, 90).fill(77);
        let packed = PackedMask::new(&mask);
        assert!(packed.unpack() == Some(mask) && packed.bytes() < 400);
    }
}
