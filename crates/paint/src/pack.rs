//! Tiles and masks of the history, packed: an old step is seldom needed, and painted pixels are much like their neighbours.

use std::sync::Arc;

use crate::Mask;
use crate::raster::{BLANK, TILE_EDGE, Tile};

/// Pixels of a tile.
const N_PIXELS: usize = TILE_EDGE * TILE_EDGE;

/// Bytes of a tile's planes.
pub(crate) const PLANES_BYTES: usize = N_PIXELS * 8;

/// Each number as its difference from the pixel before, near numbers small ("zigzag"), all high bytes of a channel before
/// its low bytes. Flat colours and soft gradients become bytes that any compression all but removes.
pub(crate) fn planes_of(tile: &Tile, planes: &mut [u8; PLANES_BYTES]) {
    let values = tile.all();
    let zigzag = |value: u16, former: u16| {
        let difference = value.wrapping_sub(former) as i16;
        ((difference << 1) ^ (difference >> 15)) as u16
    };
    // Two plain loops, since a compiler does many numbers of each at once.
    let mut differences = [0u16; N_PIXELS * 4];
    let (first, rest) = differences.split_at_mut(4);
    first.iter_mut().zip(values).for_each(|(difference, value)| *difference = zigzag(*value, 0));
    for ((difference, value), former) in rest.iter_mut().zip(&values[4..]).zip(values) {
        *difference = zigzag(*value, *former);
    }
    for channel in 0..4 {
        let (high, low) = planes[channel * 2 * N_PIXELS..(channel + 1) * 2 * N_PIXELS].split_at_mut(N_PIXELS);
        for ((pixel, high), low) in differences.as_chunks::<4>().0.iter().zip(high).zip(low) {
            [*high, *low] = pixel[channel].to_be_bytes();
        }
    }
}

/// A tile's planes with LZ4.
pub(crate) fn pack_tile(tile: &Tile) -> Box<[u8]> {
    let mut planes = Box::new([0u8; PLANES_BYTES]);
    planes_of(tile, &mut planes);
    lz4_flex::block::compress(&planes[..]).into_boxed_slice()
}

/// What [`pack_tile`] packed; blank if that is not what the bytes are.
pub(crate) fn unpack_tile(packed: &[u8]) -> Arc<Tile> {
    let planes = lz4_flex::block::decompress(packed, PLANES_BYTES).ok();
    planes.and_then(|planes| tile_from_planes(&planes)).unwrap_or_else(|| Arc::new(BLANK.clone()))
}

/// The tile that [`planes_of`] took apart; `None` for another number of bytes.
pub(crate) fn tile_from_planes(planes: &[u8]) -> Option<Arc<Tile>> {
    if planes.len() != PLANES_BYTES {
        return None;
    }
    let mut tile = Arc::new(BLANK.clone());
    let values = Arc::make_mut(&mut tile).all_mut();
    for channel in 0..4 {
        let (high, low) = planes[channel * 2 * N_PIXELS..(channel + 1) * 2 * N_PIXELS].split_at(N_PIXELS);
        let mut former = 0u16;
        for ((pixel, high), low) in values.as_chunks_mut::<4>().0.iter_mut().zip(high).zip(low) {
            let zigzag = u16::from_be_bytes([*high, *low]);
            former = former.wrapping_add((zigzag >> 1) ^ (zigzag & 1).wrapping_neg());
            pixel[channel] = former;
        }
    }
    Some(tile)
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

    #[test]
    fn packed_tiles_come_back_to_the_bit_and_flat_ones_are_small() {
        let mut tile = BLANK.clone();
        let mut number = 1u32;
        for value in tile.all_mut() {
            number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *value = (number >> 16) as u16;
        }
        assert!(*unpack_tile(&pack_tile(&tile)) == tile);
        tile.all_mut().as_chunks_mut::<4>().0.fill([65535, 300, 0, 65535]);
        assert!(*unpack_tile(&pack_tile(&tile)) == tile);
        assert!(pack_tile(&tile).len() < 400);
    }

    #[test]
    fn packed_masks_come_back() {
        let mut mask = Mask::filled(200, 100, 0);
        mask.row_mut(40, 10, 90).fill(77);
        let packed = PackedMask::new(&mask);
        assert!(packed.unpack() == Some(mask) && packed.bytes() < 400);
    }
}
