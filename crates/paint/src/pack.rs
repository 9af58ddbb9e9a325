//! Tiles and masks, packed without loss: painted pixels are much like their neighbours, and few tiles are worked on at a time.
//!
//! # Form of a packed tile
//! One byte tells the method: [`FLAT`], and four little-endian numbers of 16 bits are the one pixel that all are equal to;
//! or [`BITS`], and a varint of three bytes with the length and so many bytes follow. The first of these is 1 where the pixels are those of
//! a picture of 8 bits with straight alpha, exactly, and it is that picture's numbers that are packed; else 0. Then row by
//! row, in each channel by channel: a byte with the predictor (upper three bits) and a number of bits (lower five); the
//! smallest of the row's errors, which are numbers with a sign (2 bytes, little-endian); and how much larger than that each
//! of the 64 errors is, in so many bits.
//!
//! A predictor says what a number is likely to be: 32,768 (0), its upper neighbour's (1), or what goes on from its two
//! upper neighbours on a slope (2). Above the first row is 0. None looks to the left, and the bits lie in eight columns side by
//! side, so that eight numbers are unpacked at once: the bits of the numbers of columns 0, 8, 16 and so on follow each
//! other, from the lowest bit on, in the bytes 0, 8, 16 and so on; those of columns 1, 9, 17 in the bytes 1, 9, 17.

use std::sync::Arc;

use crate::Mask;
use crate::stored::straight_from_stored;
use crate::tile::{BLANK, Pixels, TILE_EDGE};

/// Pixels of a tile.
const N_PIXELS: usize = TILE_EDGE * TILE_EDGE;

/// Bytes of a tile's planes.
pub(crate) const PLANES_BYTES: usize = N_PIXELS * 8;

/// The method of a tile of one colour.
pub(crate) const FLAT: u8 = 3;
/// The method of any other tile.
pub(crate) const BITS: u8 = 5;

/// Numbers that are unpacked at once.
const LANES: usize = 8;
/// What the predictor that looks at nothing says: errors on both sides of it have a sign.
const MIDDLE: u16 = 0x8000;
/// Numbers of one channel of a row.
type Row = [u16; TILE_EDGE];
/// A row of a tile, channel by channel.
type RowPlanes = [Row; 4];

/// Packs a tile: see the head of this module.
pub(crate) fn pack_tile(pixels: &Pixels) -> Arc<[u8]> {
    if let Some(pixel) = pixels.flat_pixel() {
        return pack_flat(pixel).as_slice().into();
    }
    let rows = pixels.all().as_chunks::<4>().0.as_chunks::<TILE_EDGE>().0;
    let mut shallow: Vec<RowPlanes> = Vec::new();
    for row in rows {
        let Some(row) = shallow_row(row) else { break };
        shallow.push(row);
    }
    let is_shallow = shallow.len() == rows.len();
    let mut bytes = Vec::with_capacity(1 << 13);
    // Room for the method and a length of three bytes, which is known at the end.
    bytes.extend_from_slice(&[BITS, 0, 0, 0, u8::from(is_shallow)]);
    let mut above = [[[0; TILE_EDGE]; 2]; 4];
    for (y, row) in rows.iter().enumerate() {
        let planes = if is_shallow { shallow[y] } else { planes_of_row(row) };
        for (row, above) in planes.iter().zip(&mut above) {
            put_row(&mut bytes, row, above);
            *above = [*row, above[0]];
        }
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

fn planes_of_row(row: &[[u16; 4]; TILE_EDGE]) -> RowPlanes {
    let mut planes = [[0; TILE_EDGE]; 4];
    for (x, pixel) in row.iter().enumerate() {
        (0..4).for_each(|channel| planes[channel][x] = pixel[channel]);
    }
    planes
}

/// The row as numbers of 8 bits with straight alpha, where these give the very same pixels.
fn shallow_row(row: &[[u16; 4]; TILE_EDGE]) -> Option<RowPlanes> {
    let mut planes = [[0; TILE_EDGE]; 4];
    for (x, pixel) in row.iter().enumerate() {
        let straight = straight_from_stored(pixel);
        (0..4).for_each(|channel| planes[channel][x] = u16::from(straight[channel]));
    }
    let mut stored = planes;
    premultiply(&mut stored);
    (stored == planes_of_row(row)).then_some(planes)
}

/// Numbers of 8 bits with straight alpha as they are stored: what [`crate::stored::stored_from_straight`] makes of a pixel.
fn premultiply(planes: &mut RowPlanes) {
    let [red, green, blue, alpha] = planes;
    [&mut *red, &mut *green, &mut *blue].into_iter().for_each(|plane| multiply(plane, alpha));
    alpha.iter_mut().for_each(|alpha| *alpha = (*alpha & 0xff) * 257);
}

/// Slices and a function of its own: the loop is in the program once, and not once for each of its turns.
#[inline(never)]
fn multiply(plane: &mut [u16], alpha: &[u16]) {
    for (value, alpha) in plane.iter_mut().zip(alpha) {
        // `(value · alpha · 257 + 127) / 255`, of which the product itself is the larger part. The rest stays below 511,
        // so that half a step more than a whole number is never lost.
        let product = (*value & 0xff) * (*alpha & 0xff);
        let rest = (i32::from(product) * 2) as f32 + 127.5;
        *value = product + (rest * (1.0 / 255.0)) as i32 as u16;
    }
}

/// What a predictor says of the number in column `x` below two others, the nearer one first.
#[inline(always)]
fn predicted(predictor: u8, [above, above_that]: &[Row; 2], x: usize) -> u16 {
    match predictor {
        0 => MIDDLE,
        1 => above[x],
        _ => above[x].wrapping_mul(2).wrapping_sub(above_that[x]),
    }
}

fn put_row(bytes: &mut Vec<u8>, row: &Row, above: &[Row; 2]) {
    let (mut best, mut n_bits) = ((0, 0, [0; TILE_EDGE]), u32::MAX);
    for predictor in [1, 2, 0] {
        let errors: Row = std::array::from_fn(|x| row[x].wrapping_sub(predicted(predictor, above, x)));
        let low = errors.iter().fold(i16::MAX, |low, error| low.min(*error as i16)) as u16;
        let high = errors.iter().fold(i16::MIN, |high, error| high.max(*error as i16)) as u16;
        let n_bits_here = 16 - high.wrapping_sub(low).leading_zeros();
        if n_bits_here < n_bits {
            (best, n_bits) = ((predictor, low, errors), n_bits_here);
        }
    }
    let (predictor, low, errors) = best;
    let [low_byte, high_byte] = low.to_le_bytes();
    bytes.extend_from_slice(&[predictor << 5 | n_bits as u8, low_byte, high_byte]);
    // A number may reach into a second and a third byte.
    let mut columns = [[0; LANES]; 16 + 2];
    for (at, eight) in (0..).zip(errors.as_chunks::<LANES>().0) {
        let (byte, shift) = ((at * n_bits / 8) as usize, at * n_bits % 8);
        for (lane, error) in eight.iter().enumerate() {
            let [first, second, third, _] = (u32::from(error.wrapping_sub(low)) << shift).to_le_bytes();
            columns[byte][lane] |= first;
            columns[byte + 1][lane] |= second;
            columns[byte + 2][lane] |= third;
        }
    }
    bytes.extend_from_slice(columns[..n_bits as usize].as_flattened());
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
    let (mut above, mut above_that) = ([[0; TILE_EDGE]; 4], [[0; TILE_EDGE]; 4]);
    for row in all.as_chunks_mut::<TILE_EDGE>().0 {
        for (above, above_that) in above.iter_mut().zip(&mut above_that) {
            rest = unpack_row(rest, above, above_that)?;
        }
        let mut planes = above;
        if *depth == 1 {
            premultiply(&mut planes);
        }
        for (x, pixel) in row.iter_mut().enumerate() {
            *pixel = [planes[0][x], planes[1][x], planes[2][x], planes[3][x]];
        }
    }
    rest.is_empty().then_some(())
}

/// Puts the row that the first bytes hold in the place of the one above it, and returns the other bytes.
fn unpack_row<'a>(bytes: &'a [u8], above: &mut Row, above_that: &mut Row) -> Option<&'a [u8]> {
    let ([head, low_byte, high_byte], rest) = bytes.split_first_chunk()?;
    let (predictor, n_bits) = (head >> 5, usize::from(head & 31));
    let low = u16::from_le_bytes([*low_byte, *high_byte]);
    let (content, rest) = rest.split_at_checked(n_bits * LANES)?;
    let mut row = bits(content.as_chunks().0, n_bits)?;
    // A loop of its own for each.
    match predictor {
        0 => add(&mut row, |_| low.wrapping_add(MIDDLE)),
        1 => add(&mut row, |x| low.wrapping_add(above[x])),
        2 => add(&mut row, |x| low.wrapping_add(above[x].wrapping_mul(2)).wrapping_sub(above_that[x])),
        _ => return None,
    }
    *above_that = *above;
    *above = row;
    Some(rest)
}

#[inline(always)]
fn add(row: &mut Row, other: impl Fn(usize) -> u16) {
    (0..TILE_EDGE).for_each(|x| row[x] = row[x].wrapping_add(other(x)));
}

/// Numbers of so many bits.
fn bits(columns: &[[u8; LANES]], n_bits: usize) -> Option<Row> {
    // A loop of its own for each width, since then a compiler knows where every number lies.
    match n_bits {
        0 => Some([0; TILE_EDGE]),
        1 => bits_of::<1>(columns),
        2 => bits_of::<2>(columns),
        3 => bits_of::<3>(columns),
        4 => bits_of::<4>(columns),
        5 => bits_of::<5>(columns),
        6 => bits_of::<6>(columns),
        7 => bits_of::<7>(columns),
        8 => bits_of::<8>(columns),
        9 => bits_of::<9>(columns),
        10 => bits_of::<10>(columns),
        11 => bits_of::<11>(columns),
        12 => bits_of::<12>(columns),
        13 => bits_of::<13>(columns),
        14 => bits_of::<14>(columns),
        15 => bits_of::<15>(columns),
        16 => bits_of::<16>(columns),
        _ => None,
    }
}

fn bits_of<const N_BITS: usize>(columns: &[[u8; LANES]]) -> Option<Row> {
    let columns: &[[u8; LANES]; N_BITS] = columns.first_chunk()?;
    let mask = u16::MAX >> (16 - N_BITS);
    let mut numbers = [0; TILE_EDGE];
    for (at, eight) in numbers.as_chunks_mut::<LANES>().0.iter_mut().enumerate() {
        let (byte, shift) = (at * N_BITS / 8, at * N_BITS % 8);
        for (lane, number) in eight.iter_mut().enumerate() {
            let column = |byte: usize| u16::from(columns[byte][lane]);
            *number = column(byte) >> shift;
            if shift + N_BITS > 8 {
                *number |= column(byte + 1) << (8 - shift);
            }
            if shift + N_BITS > 16 {
                *number |= column(byte + 2) << (16 - shift);
            }
            *number &= mask;
        }
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

/// Whether all pixels of a packed tile are opaque: the heads of its rows tell, and nothing is unpacked.
pub(crate) fn packed_is_opaque(packed: &[u8]) -> bool {
    let [BITS, _, _, _, depth, rows @ ..] = packed else {
        return packed_flat_pixel(packed).is_some_and(|[_, _, _, alpha]| alpha == u16::MAX);
    };
    let opaque = if *depth == 1 { 255 } else { u16::MAX };
    let (mut rest, mut above) = (rows, [[0; TILE_EDGE]; 2]);
    for number in 0..TILE_EDGE * 4 {
        let Some(([head, low_byte, high_byte], content)) = rest.split_first_chunk() else { return false };
        let n_bits = usize::from(head & 31);
        let Some(after) = content.get(n_bits * LANES..) else { return false };
        rest = after;
        // Alpha is the last of the four; where it is the same in a whole row, no bits follow.
        if number % 4 == 3 {
            let low = u16::from_le_bytes([*low_byte, *high_byte]);
            if n_bits > 0 || low.wrapping_add(predicted(head >> 5, &above, 0)) != opaque {
                return false;
            }
            above = [[opaque; TILE_EDGE], above[0]];
        }
    }
    true
}

/// Near numbers small, whichever is the larger.
fn zigzag(difference: u16) -> u16 {
    let difference = difference as i16;
    ((difference << 1) ^ (difference >> 15)) as u16
}

fn from_zigzag(number: u16) -> u16 {
    (number >> 1) ^ (number & 1).wrapping_neg()
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
    use crate::stored::stored_from_straight;

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
            ("noise", painted(|_, _| [any(), any(), any(), any()]), 33_600),
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
    fn whether_a_packed_tile_is_opaque_is_told_without_unpacking_it() {
        let mut noise = noise();
        for (alpha, is_opaque) in [(u16::MAX, true), (u16::MAX - 1, false), (0x8000, false)] {
            let flat = painted(|_, _| [9, 9, 9, alpha]);
            let deep = painted(|_, _| [noise() / 2, 0, 7, alpha]);
            let shallow = painted(|x, y| [(x * y % 256) as u16 * 257, 0, 257, u16::MAX]);
            for (pixels, is_opaque) in [(flat, is_opaque), (deep, is_opaque), (shallow, true)] {
                assert_eq!(packed_is_opaque(&pack_tile(&pixels)), is_opaque, "{alpha}");
            }
            // One pixel decides.
            let holed =
                painted(|x, y| if (x, y) == (63, 40) { [0, 0, 0, 0] } else { [x as u16, 5, y as u16, u16::MAX] });
            assert!(!packed_is_opaque(&pack_tile(&holed)));
        }
        for (_, pixels, _) in kinds() {
            let is_opaque = pixels.all().as_chunks::<4>().0.iter().all(|pixel| pixel[3] == u16::MAX);
            let packed = pack_tile(&pixels);
            assert_eq!(packed_is_opaque(&packed), is_opaque);
            (0..packed.len().min(40)).for_each(|len| assert!(!packed_is_opaque(&packed[..len]) || len >= 9));
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
