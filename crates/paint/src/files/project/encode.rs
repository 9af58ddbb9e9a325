//! Writing a project.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::tiles::{TileWriter, put_map, put_packed};
use super::{Entry, HEAD_BYTES, KINDS, MAGIC, VERSION};
use crate::files::Effort;
use crate::files::bytes::{put_sized, put_varint};
use crate::files::deflate::crc32;
use crate::raster::Tile;
use crate::{DocumentParts, LayerKind, LayerProperties};

/// Tiles as a project holds them, kept from one saving to the next: only what was painted since is packed again.
#[derive(Default)]
pub struct TileCache {
    /// By where they are in memory; the tile is held, so that its place is not given to another.
    packed: BTreeMap<*const Tile, (Arc<Tile>, Vec<u8>)>,
}

impl std::fmt::Debug for TileCache {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "TileCache({} tiles)", self.packed.len())
    }
}

impl TileCache {
    /// Packs at most so many tiles of a document that are not packed yet, in the way that is fast. Returns whether that
    /// was all: a page packs in slices, so that nobody waits for it.
    pub fn pack_some(&mut self, document: &DocumentParts, n_most: usize) -> bool {
        let mut writer = TileWriter::new(Effort::Fast);
        let mut n_left = n_most;
        for tile in tiles_of(document) {
            if self.packed.contains_key(&Arc::as_ptr(tile)) {
                continue;
            }
            if n_left == 0 {
                return false;
            }
            n_left -= 1;
            let mut bytes = Vec::new();
            if !tile.is_blank() {
                writer.put(&mut bytes, tile);
            }
            self.packed.insert(Arc::as_ptr(tile), (Arc::clone(tile), bytes));
        }
        true
    }

    /// The project's bytes, of what is packed and what is not packed yet. Tiles that the document has no more are let go.
    #[must_use]
    pub fn write(&mut self, document: &DocumentParts, entries: &[Entry]) -> Vec<u8> {
        self.pack_some(document, usize::MAX);
        let held: BTreeSet<_> = tiles_of(document).map(Arc::as_ptr).collect();
        self.packed.retain(|place, _| held.contains(place));
        write_project_with(document, entries, Effort::Fast, |bytes, tile| {
            match self.packed.get(&Arc::as_ptr(tile)) {
                Some((_, packed)) => bytes.extend_from_slice(packed),
                // Every tile was packed above.
                None => TileWriter::new(Effort::Fast).put(bytes, tile),
            }
        })
    }
}

/// The tiles of all layers that have any.
fn tiles_of(document: &DocumentParts) -> impl Iterator<Item = &Arc<Tile>> {
    let layers = document.layers.iter().filter(|layer| layer.properties.kind != LayerKind::Group);
    layers.flat_map(|layer| (0..layer.raster.n_tiles()).filter_map(|tile_idx| layer.raster.slot(tile_idx).as_ref()))
}

/// A document and what belongs to it as bytes. [`super::read_project`] gives back the same, bit for bit.
///
/// Blank tiles cost nothing, and a tile that many places share is written once.
#[must_use]
pub fn write_project(document: &DocumentParts, entries: &[Entry], effort: Effort) -> Vec<u8> {
    let mut writer = TileWriter::new(effort);
    write_project_with(document, entries, effort, |bytes, tile| writer.put(bytes, tile))
}

fn write_project_with(
    document: &DocumentParts,
    entries: &[Entry],
    effort: Effort,
    put_tile: impl FnMut(&mut Vec<u8>, &Arc<Tile>),
) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(1 << 16);
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    put_section(&mut bytes, *b"HEAD", |bytes| {
        [document.width, document.height, document.active as u32].iter().for_each(|it| put_varint(bytes, *it));
    });
    put_section(&mut bytes, *b"LAYR", |bytes| {
        put_varint(bytes, document.layers.len() as u32);
        document.layers.iter().for_each(|layer| put_properties(bytes, layer.depth, &layer.properties));
    });
    let mut maps = Vec::new();
    put_section(&mut bytes, *b"TILE", |bytes| maps = put_tiles(bytes, document, put_tile));
    put_section(&mut bytes, *b"MAPS", |bytes| put_packed(bytes, &maps, effort));
    for (kind, mask) in [(*b"SELE", &document.selection), (*b"STRE", &document.strength_map)] {
        if let Some(mask) = mask {
            put_section(&mut bytes, kind, |bytes| put_packed(bytes, mask.values(), effort));
        }
    }
    for entry in entries {
        put_section(&mut bytes, *b"ENTR", |bytes| {
            put_sized(bytes, entry.key.as_bytes());
            put_packed(bytes, &entry.value, effort);
        });
    }
    let sum = crc32(&[&bytes[HEAD_BYTES..]]);
    bytes[HEAD_BYTES - 4..HEAD_BYTES].copy_from_slice(&sum.to_le_bytes());
    bytes
}

fn put_section(bytes: &mut Vec<u8>, kind: [u8; 4], put: impl FnOnce(&mut Vec<u8>)) {
    bytes.extend_from_slice(&kind);
    bytes.extend_from_slice(&[0; 4]);
    let start = bytes.len();
    put(bytes);
    let len = (bytes.len() - start) as u32;
    bytes[start - 4..start].copy_from_slice(&len.to_le_bytes());
}

fn put_properties(bytes: &mut Vec<u8>, depth: u8, properties: &LayerProperties) {
    let kind = KINDS.iter().position(|kind| *kind == properties.kind).unwrap_or(0);
    let flags = [properties.is_visible, properties.is_locked, properties.is_alpha_locked, properties.is_clipped];
    let flags = flags.iter().rev().fold(0, |bits, flag| bits << 1 | u8::from(*flag));
    bytes.extend_from_slice(&[depth, kind as u8, flags]);
    bytes.extend_from_slice(&properties.opacity.to_le_bytes());
    put_sized(bytes, properties.blend_mode.name().as_bytes());
    put_sized(bytes, properties.name.as_bytes());
}

/// Writes every tile once and returns where each layer holds which.
fn put_tiles(
    bytes: &mut Vec<u8>,
    document: &DocumentParts,
    mut put_tile: impl FnMut(&mut Vec<u8>, &Arc<Tile>),
) -> Vec<u8> {
    // By where they are in memory: shared tiles are the same place.
    let mut numbers = BTreeMap::new();
    let mut n_written = 0u32;
    let mut maps = Vec::new();
    for layer in document.layers.iter().filter(|layer| layer.properties.kind != LayerKind::Group) {
        let raster = &layer.raster;
        let map = (0..raster.n_tiles()).map(|tile_idx| {
            let Some(tile) = raster.slot(tile_idx) else { return 0 };
            *numbers.entry(Arc::as_ptr(tile)).or_insert_with(|| {
                // A blank tile that nobody let go of yet.
                if tile.is_blank() {
                    return 0;
                }
                put_tile(bytes, tile);
                n_written += 1;
                n_written
            })
        });
        put_map(&mut maps, map);
    }
    maps
}
