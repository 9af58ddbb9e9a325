//! Writing a project.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::tiles::{TileWriter, put_map, put_packed};
use super::{Entry, HEAD_BYTES, KINDS, MAGIC, VERSION};
use crate::files::Effort;
use crate::files::bytes::{put_sized, put_varint};
use crate::files::deflate::crc32_after;
use crate::raster::Tile;
use crate::{DocumentParts, LayerKind, LayerProperties, Mask};

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
        let mut writing = self.begin(document, entries.to_vec());
        while !writing.go_on(self, usize::MAX) {}
        writing.into_bytes()
    }

    /// Begins to write a project in slices: see [`ProjectWriting::go_on`]. Tiles that the document has no more are let go.
    #[must_use]
    pub fn begin(&mut self, document: &DocumentParts, entries: Vec<Entry>) -> ProjectWriting {
        let held: BTreeSet<_> = tiles_of(document).map(Arc::as_ptr).collect();
        self.packed.retain(|place, _| held.contains(place));
        let n_bytes = self.packed.values().map(|(_, packed)| packed.len()).sum();
        ProjectWriting::new(document, entries, Effort::Fast, n_bytes)
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
    let mut writing = ProjectWriting::new(document, entries.to_vec(), effort, 0);
    while !writing.write_some(usize::MAX, |bytes, tile| writer.put(bytes, tile)) {}
    writing.into_bytes()
}

/// A project that is being written, a slice at a time, so that nobody waits for it.
#[derive(Debug)]
pub struct ProjectWriting {
    bytes: Vec<u8>,
    effort: Effort,
    /// Where the section of the tiles begins.
    tiles_start: usize,
    tiles: std::vec::IntoIter<TileToWrite>,
    maps: Vec<u8>,
    masks: Vec<([u8; 4], Mask)>,
    entries: std::vec::IntoIter<Entry>,
    /// The checksum of the first so many bytes.
    sum: (u32, usize),
}

/// A tile that waits to be written. Its pixels are no news to anybody who reads a message.
struct TileToWrite(Arc<Tile>);

impl std::fmt::Debug for TileToWrite {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TileToWrite")
    }
}

impl ProjectWriting {
    fn new(document: &DocumentParts, entries: Vec<Entry>, effort: Effort, n_bytes: usize) -> Self {
        let mut bytes = Vec::with_capacity(n_bytes + (1 << 16));
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
        let (tiles, maps) = numbered_tiles(document);
        let masks = [(*b"SELE", &document.selection), (*b"STRE", &document.strength_map)];
        let masks = masks.into_iter().filter_map(|(kind, mask)| Some((kind, mask.clone()?))).rev().collect();
        let tiles_start = begin_section(&mut bytes, *b"TILE");
        let (tiles, entries, sum) = (tiles.into_iter(), entries.into_iter(), (u32::MAX, HEAD_BYTES));
        Self { bytes, effort, tiles_start, tiles, maps, masks, entries, sum }
    }

    /// Goes on for about so many bytes, with what a cache holds. Returns whether that was all.
    pub fn go_on(&mut self, cache: &TileCache, n_bytes: usize) -> bool {
        self.write_some(n_bytes, |bytes, tile| match cache.packed.get(&Arc::as_ptr(tile)) {
            Some((_, packed)) => bytes.extend_from_slice(packed),
            None => TileWriter::new(Effort::Fast).put(bytes, tile),
        })
    }

    /// The bytes, once [`ProjectWriting::go_on`] said that this was all.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    fn write_some(&mut self, n_bytes: usize, mut put_tile: impl FnMut(&mut Vec<u8>, &Arc<Tile>)) -> bool {
        let end = self.bytes.len().saturating_add(n_bytes);
        while self.tiles_start > 0 {
            if self.bytes.len() >= end {
                return false;
            }
            match self.tiles.next() {
                Some(TileToWrite(tile)) => put_tile(&mut self.bytes, &tile),
                None => {
                    end_section(&mut self.bytes, std::mem::take(&mut self.tiles_start));
                    let (maps, effort) = (std::mem::take(&mut self.maps), self.effort);
                    put_section(&mut self.bytes, *b"MAPS", |bytes| put_packed(bytes, &maps, effort));
                }
            }
        }
        while self.bytes.len() < end {
            if let Some((kind, mask)) = self.masks.pop() {
                put_section(&mut self.bytes, kind, |bytes| put_packed(bytes, mask.values(), self.effort));
            } else if let Some(entry) = self.entries.next() {
                put_section(&mut self.bytes, *b"ENTR", |bytes| {
                    put_sized(bytes, entry.key.as_bytes());
                    put_packed(bytes, &entry.value, self.effort);
                });
            } else {
                break;
            }
        }
        if self.bytes.len() >= end || !self.masks.is_empty() || self.entries.len() > 0 {
            return false;
        }
        let (sum, from) = self.sum;
        let to = from.saturating_add(n_bytes).min(self.bytes.len());
        self.sum = (crc32_after(sum, &self.bytes[from..to]), to);
        if to < self.bytes.len() {
            return false;
        }
        self.bytes[HEAD_BYTES - 4..HEAD_BYTES].copy_from_slice(&(!self.sum.0).to_le_bytes());
        true
    }
}

/// Begins a section and returns where its content begins.
fn begin_section(bytes: &mut Vec<u8>, kind: [u8; 4]) -> usize {
    bytes.extend_from_slice(&kind);
    bytes.extend_from_slice(&[0; 4]);
    bytes.len()
}

/// Ends a section: its length is known now.
fn end_section(bytes: &mut [u8], start: usize) {
    let len = (bytes.len() - start) as u32;
    bytes[start - 4..start].copy_from_slice(&len.to_le_bytes());
}

fn put_section(bytes: &mut Vec<u8>, kind: [u8; 4], put: impl FnOnce(&mut Vec<u8>)) {
    let start = begin_section(bytes, kind);
    put(bytes);
    end_section(bytes, start);
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

/// Every tile once, and where each layer holds which.
fn numbered_tiles(document: &DocumentParts) -> (Vec<TileToWrite>, Vec<u8>) {
    // By where they are in memory: shared tiles are the same place.
    let mut numbers = BTreeMap::new();
    let (mut tiles, mut maps) = (Vec::new(), Vec::new());
    for layer in document.layers.iter().filter(|layer| layer.properties.kind != LayerKind::Group) {
        let raster = &layer.raster;
        let map = (0..raster.n_tiles()).map(|tile_idx| {
            let Some(tile) = raster.slot(tile_idx) else { return 0 };
            *numbers.entry(Arc::as_ptr(tile)).or_insert_with(|| {
                // A blank tile that nobody let go of yet.
                if tile.is_blank() {
                    return 0;
                }
                tiles.push(TileToWrite(Arc::clone(tile)));
                tiles.len() as u32
            })
        });
        put_map(&mut maps, map);
    }
    (tiles, maps)
}
