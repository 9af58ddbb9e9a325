//! Writing a project.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::tiles::{put_map, put_packed, put_planes};
use super::{Entry, HEAD_BYTES, KINDS, MAGIC, STORED, VERSION};
use crate::files::Effort;
use crate::files::bytes::{put_sized, put_varint};
use crate::files::deflate::crc32_after;
use crate::tile::Tile;
use crate::{DocumentParts, LayerKind, LayerProperties, Mask};

/// Where time counts an entry of more bytes is written as it is, a part at a time: what is so large is packed already.
const LARGE_ENTRY_BYTES: usize = 1 << 16;
/// Bytes of a large entry between two questions whether it is time for something else.
const PART_BYTES: usize = 1 << 18;

/// A document and what belongs to it as bytes. [`super::read_project`] gives back the same, bit for bit.
///
/// Blank tiles cost nothing, and a tile that many places share is written once.
#[must_use]
pub fn write_project(document: &DocumentParts, entries: &[Entry], effort: Effort) -> Vec<u8> {
    let mut writing = ProjectWriting::new(document, entries.to_vec(), effort);
    let mut bytes = Vec::new();
    while let Some(piece) = writing.next_piece(usize::MAX, &mut || false) {
        if bytes.is_empty() {
            bytes = piece;
        } else {
            bytes.extend_from_slice(&piece);
        }
    }
    bytes
}

/// A project that is being written piece by piece: nobody waits for it, and it is never in memory as a whole.
///
/// It shares its tiles with the document that it was begun with, as that was then, and lets go of each that is written.
#[derive(Debug)]
pub struct ProjectWriting {
    effort: Effort,
    /// What was written and not given out yet.
    bytes: Vec<u8>,
    tiles: std::vec::IntoIter<TileToWrite>,
    n_tiles: usize,
    maps: Option<Vec<u8>>,
    masks: Vec<([u8; 4], Mask)>,
    entries: std::iter::Peekable<std::vec::IntoIter<Entry>>,
    /// What is left of a large entry.
    rest: std::vec::IntoIter<u8>,
    /// The checksum of what was given out, and of so many bytes of what was not.
    sum: u32,
    n_summed: usize,
    is_over: bool,
}

/// A tile that waits to be written. Its pixels are no news to anybody who reads a message.
struct TileToWrite(Arc<Tile>);

impl std::fmt::Debug for TileToWrite {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("TileToWrite")
    }
}

impl ProjectWriting {
    /// Begins to write a document with what belongs to it.
    #[must_use]
    pub fn new(document: &DocumentParts, entries: Vec<Entry>, effort: Effort) -> Self {
        let mut bytes = MAGIC.to_vec();
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
        let sum = crc32_after(u32::MAX, bytes.get(HEAD_BYTES..).unwrap_or_default());
        let (n_tiles, tiles, entries) = (tiles.len(), tiles.into_iter(), entries.into_iter().peekable());
        let n_summed = bytes.len();
        Self {
            effort,
            bytes,
            tiles,
            n_tiles,
            maps: Some(maps),
            masks,
            entries,
            rest: Vec::new().into_iter(),
            sum,
            n_summed,
            is_over: false,
        }
    }

    /// The next bytes: about so many, or fewer where `is_late` says that it is time for something else; it is asked after
    /// every tile, which takes a tenth of a millisecond to pack where it was not packed before. `None` after the last.
    #[inline(never)]
    pub fn next_piece(&mut self, n_bytes: usize, is_late: &mut dyn FnMut() -> bool) -> Option<Vec<u8>> {
        if self.is_over {
            return None;
        }
        while self.bytes.len() < n_bytes && !self.is_over {
            self.put_some(n_bytes, is_late);
            if is_late() {
                break;
            }
        }
        let piece = std::mem::take(&mut self.bytes);
        if !self.is_over {
            self.sum = crc32_after(self.sum, &piece[std::mem::take(&mut self.n_summed)..]);
        }
        Some(piece)
    }

    /// How much of the work is done, 0 to 1.
    #[must_use]
    pub fn share(&self) -> f32 {
        1.0 - self.tiles.len() as f32 / self.n_tiles.max(1) as f32
    }

    /// Writes the next section, of the tiles as many as there is time for.
    fn put_some(&mut self, n_bytes: usize, is_late: &mut dyn FnMut() -> bool) {
        let (bytes, effort) = (&mut self.bytes, self.effort);
        if self.rest.len() > 0 {
            let n_now = self.rest.len().min(PART_BYTES);
            bytes.extend_from_slice(&self.rest.as_slice()[..n_now]);
            self.rest.nth(n_now - 1);
        } else if self.tiles.len() > 0 {
            put_section(bytes, *b"TILE", |bytes| {
                for TileToWrite(tile) in self.tiles.by_ref() {
                    match effort {
                        Effort::Fast => bytes.extend_from_slice(&tile.packed()),
                        Effort::Small => put_planes(bytes, &tile),
                    }
                    // A section's length has 32 bits.
                    if bytes.len() >= n_bytes.min(1 << 30) || is_late() {
                        break;
                    }
                }
            });
        } else if let Some(maps) = self.maps.take() {
            put_section(bytes, *b"MAPS", |bytes| put_packed(bytes, &maps, effort));
        } else if let Some((kind, mask)) = self.masks.pop() {
            put_section(bytes, kind, |bytes| put_packed(bytes, mask.values(), effort));
        } else if let Some(entry) =
            self.entries.next_if(|entry| effort == Effort::Fast && entry.value.len() > LARGE_ENTRY_BYTES)
        {
            let mut head = Vec::new();
            put_sized(&mut head, entry.key.as_bytes());
            head.push(STORED);
            [entry.value.len(); 2].iter().for_each(|len| put_varint(&mut head, *len as u32));
            bytes.extend_from_slice(b"ENTR");
            bytes.extend_from_slice(&((head.len() + entry.value.len()) as u32).to_le_bytes());
            bytes.extend(head);
            self.rest = entry.value.into_iter();
        } else if let Some(entry) = self.entries.next() {
            put_section(bytes, *b"ENTR", |bytes| {
                put_sized(bytes, entry.key.as_bytes());
                put_packed(bytes, &entry.value, effort);
            });
        } else {
            let sum = !crc32_after(self.sum, &bytes[self.n_summed..]);
            put_section(bytes, *b"SUMS", |bytes| bytes.extend_from_slice(&sum.to_le_bytes()));
            self.is_over = true;
        }
    }
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
