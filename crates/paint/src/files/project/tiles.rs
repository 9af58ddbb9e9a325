//! Tiles of a project, and bytes packed.
//!
//! A tile is as it is packed in memory ([`crate::pack`] has the form), or, where it is to be small, packed planes: each number
//! as its difference from the pixel before. Files of version 1 have tiles of one colour and planes alone.

use std::sync::Arc;

use super::{DEFLATED, LZ4, STORED};
use crate::PaintError;
use crate::files::Effort;
use crate::files::bytes::{Bytes, put_sized, put_varint};
use crate::files::deflate::{deflate_raw, inflate_raw};
use crate::pack::{BITS, FLAT, PLANES_BYTES, packed_bytes, planes_of, tile_from_planes, unpack_tile};
use crate::tile::Tile;

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

/// Writes a tile as small as can be.
pub(super) fn put_planes(bytes: &mut Vec<u8>, tile: &Arc<Tile>) {
    if tile.flat_pixel().is_some() {
        bytes.extend_from_slice(&tile.packed());
        return;
    }
    let mut planes = Box::new([0; PLANES_BYTES]);
    planes_of(&tile.pixels(), &mut planes);
    put_packed(bytes, &planes[..], Effort::Small);
}

/// Reads a tile and keeps it packed. Colours beyond their alpha, which no painting makes, are cut to it.
pub(super) fn read_tile(bytes: &mut Bytes<'_>) -> Result<Arc<Tile>, PaintError> {
    let problem = bytes.problem("it is damaged: a tile cannot be unpacked");
    let mut ahead = *bytes;
    let method = ahead.u8()?;
    let (mut pixels, packed) = match method {
        FLAT | BITS => {
            let len = if method == FLAT { 9 } else { packed_bytes(bytes.rest()).ok_or_else(|| problem.clone())? };
            let packed = bytes.take(len)?;
            (unpack_tile(packed).ok_or(problem)?, Some(packed))
        }
        _ => {
            *bytes = ahead;
            let planes = packed_by(method, bytes, PLANES_BYTES, PLANES_BYTES)?;
            (tile_from_planes(&planes).ok_or(problem)?, None)
        }
    };
    let is_beyond = |pixel: &[u16; 4]| pixel[0].max(pixel[1]).max(pixel[2]) > pixel[3];
    let is_sound = !pixels.all().as_chunks::<4>().0.iter().any(is_beyond);
    if let Some(packed) = packed
        && is_sound
        && (method == FLAT || pixels.flat_pixel().is_none())
    {
        return Ok(Arc::new(Tile::of_packed(packed)));
    }
    if !is_sound {
        for pixel in Arc::make_mut(&mut pixels).all_mut().as_chunks_mut::<4>().0 {
            *pixel = pixel.map(|value| value.min(pixel[3]));
        }
    }
    let tile = Arc::new(Tile::new(pixels));
    tile.fold();
    Ok(tile)
}

/// Writes the numbers of tiles that a layer holds.
pub(super) fn put_map(bytes: &mut Vec<u8>, numbers: impl Iterator<Item = u32>) {
    numbers.for_each(|number| put_varint(bytes, number));
}
