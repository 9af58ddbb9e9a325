//! Tiles of a project, and bytes packed.
//!
//! A tile is a method and its content: [`FLAT`] with four numbers of 16 bits, or packed planes (each number as its difference
//! from the pixel before, see [`crate::pack`]).

use std::sync::Arc;

use super::{DEFLATED, FLAT, LZ4, STORED};
use crate::PaintError;
use crate::files::Effort;
use crate::files::bytes::{Bytes, put_sized, put_varint};
use crate::files::deflate::{deflate_raw, inflate_raw};
use crate::pack::{PLANES_BYTES, planes_of, tile_from_planes};
use crate::raster::{BLANK, Tile};

/// Deflate makes at most so many bytes of one, and LZ4 fewer.
const MAX_EXPANSION: usize = 1032;

/// Packs bytes: method, length, packed length, content. What does not become smaller stays as it is.
pub(super) fn put_packed(bytes: &mut Vec<u8>, content: &[u8], effort: Effort) {
    let (method, packed) = match effort {
        Effort::Fast => (LZ4, lz4_flex::block::compress(content)),
        Effort::Small => (DEFLATED, deflate_raw(content, effort)),
    };
    let (method, packed) = if packed.len() < content.len() { (method, &packed[..]) } else { (STORED, content) };
    bytes.push(method);
    put_varint(bytes, content.len() as u32);
    put_sized(bytes, packed);
}

/// What [`put_packed`] packed, if it has exactly `n_bytes`.
pub(super) fn packed(bytes: &mut Bytes<'_>, n_bytes: usize) -> Result<Vec<u8>, PaintError> {
    let method = bytes.u8()?;
    packed_by(method, bytes, n_bytes, n_bytes)
}

/// What [`put_packed`] packed, if it has at most `limit_bytes`.
pub(super) fn packed_up_to(bytes: &mut Bytes<'_>, limit_bytes: usize) -> Result<Vec<u8>, PaintError> {
    let method = bytes.u8()?;
    packed_by(method, bytes, 0, limit_bytes)
}

fn packed_by(method: u8, bytes: &mut Bytes<'_>, least: usize, most: usize) -> Result<Vec<u8>, PaintError> {
    let (n_bytes, len) = (bytes.varint()? as usize, bytes.varint()? as usize);
    let content = bytes.take(len)?;
    // No byte becomes more than this, so what is claimed beyond it is not allocated.
    let is_possible = n_bytes <= len.saturating_mul(MAX_EXPANSION) && (least..=most).contains(&n_bytes);
    let unpacked = match method {
        _ if !is_possible => None,
        STORED => Some(content.to_vec()),
        LZ4 => lz4_flex::block::decompress(content, n_bytes).ok(),
        DEFLATED => inflate_raw(content, n_bytes),
        _ => None,
    };
    let unpacked = unpacked.filter(|it| it.len() == n_bytes);
    unpacked.ok_or_else(|| bytes.problem("it is damaged: a part of it cannot be unpacked"))
}

/// Writes tiles, with room for planes that is used again.
pub(super) struct TileWriter {
    planes: Box<[u8; PLANES_BYTES]>,
    packed: Vec<u8>,
    effort: Effort,
}

impl TileWriter {
    pub(super) fn new(effort: Effort) -> Self {
        Self { planes: Box::new([0; PLANES_BYTES]), packed: Vec::new(), effort }
    }

    pub(super) fn put(&mut self, bytes: &mut Vec<u8>, tile: &Tile) {
        if let Some(pixel) = tile.flat_pixel() {
            bytes.push(FLAT);
            pixel.iter().for_each(|value| bytes.extend_from_slice(&value.to_le_bytes()));
            return;
        }
        planes_of(tile, &mut self.planes);
        if self.effort == Effort::Fast {
            self.put_fast(bytes);
        } else {
            put_packed(bytes, &self.planes[..], self.effort);
        }
    }
}

impl TileWriter {
    /// The planes with LZ4, by way of room that is used again.
    fn put_fast(&mut self, bytes: &mut Vec<u8>) {
        self.packed.resize(lz4_flex::block::get_maximum_output_size(PLANES_BYTES), 0);
        let len = lz4_flex::block::compress_into(&self.planes[..], &mut self.packed).unwrap_or(PLANES_BYTES);
        let is_smaller = len < PLANES_BYTES;
        bytes.push(if is_smaller { LZ4 } else { STORED });
        put_varint(bytes, PLANES_BYTES as u32);
        put_sized(bytes, if is_smaller { &self.packed[..len] } else { &self.planes[..] });
    }
}

/// Reads a tile. Colours beyond their alpha, which no painting makes, are cut to it.
pub(super) fn read_tile(bytes: &mut Bytes<'_>) -> Result<Arc<Tile>, PaintError> {
    let method = bytes.u8()?;
    let mut tile = if method == FLAT {
        let pixel = [bytes.u16_le()?, bytes.u16_le()?, bytes.u16_le()?, bytes.u16_le()?];
        let mut tile = Arc::new(BLANK.clone());
        Arc::make_mut(&mut tile).all_mut().as_chunks_mut::<4>().0.fill(pixel);
        tile
    } else {
        let planes = packed_by(method, bytes, PLANES_BYTES, PLANES_BYTES)?;
        tile_from_planes(&planes).ok_or_else(|| bytes.problem("it is damaged: a tile has the wrong size"))?
    };
    let is_beyond = |pixel: &[u16; 4]| pixel[0].max(pixel[1]).max(pixel[2]) > pixel[3];
    if tile.all().as_chunks::<4>().0.iter().any(is_beyond) {
        for pixel in Arc::make_mut(&mut tile).all_mut().as_chunks_mut::<4>().0 {
            *pixel = pixel.map(|value| value.min(pixel[3]));
        }
    }
    Ok(tile)
}

/// Writes the numbers of tiles that a layer holds.
pub(super) fn put_map(bytes: &mut Vec<u8>, numbers: impl Iterator<Item = u32>) {
    numbers.for_each(|number| put_varint(bytes, number));
}
