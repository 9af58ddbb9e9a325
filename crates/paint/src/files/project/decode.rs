//! Reading a project.

use std::sync::Arc;

use super::tiles::{packed, packed_up_to, read_tile};
use super::{Entry, FORMAT, HEAD_BYTES, KINDS, MAGIC, Project, VERSION};
use crate::files::bytes::Bytes;
use crate::files::deflate::crc32;
use crate::files::place::Budget;
use crate::image::check_size;
use crate::layer::{MAX_LAYERS, is_tree};
use crate::tile::{TILE_BYTES, TILE_EDGE, Tile};
use crate::{BlendMode, DocumentParts, LayerKind, LayerParts, LayerProperties, Mask, PaintError, PixelRect, Raster};

/// What one entry may unfold to, in bytes.
const ENTRY_LIMIT_BYTES: usize = 256 << 20;
/// Bytes of the checksum's section at the end.
const SUM_BYTES: usize = 12;
/// Longest form of a varint, in bytes.
const VARINT_BYTES: usize = 5;

/// Reads what [`super::write_project`] wrote.
///
/// # Errors
/// [`PaintError::File`] when it is something else, damaged, or of a newer version; [`PaintError`]'s others when it holds
/// what no document may.
pub fn read_project(bytes: &[u8]) -> Result<Project, PaintError> {
    let mut head = Bytes::new(bytes, FORMAT);
    if head.take(MAGIC.len()).ok() != Some(&MAGIC[..]) {
        return Err(head.problem("it is not a project of this program"));
    }
    let version = head.u16_le()?;
    if version > VERSION {
        return Err(head.problem("a newer version of this program made it; reload the page to get that"));
    }
    let (mut sum, mut summed) = (head.u32_le()?, &bytes[HEAD_BYTES..]);
    if version > 1 {
        // What is written piece by piece has its checksum at the end.
        let (rest, last) = summed.split_last_chunk::<SUM_BYTES>().ok_or_else(|| head.problem("it is cut short"))?;
        let [b'S', b'U', b'M', b'S', 4, 0, 0, 0, last @ ..] = last else {
            return Err(head.problem("it is cut short: its checksum is missing"));
        };
        (sum, summed) = (u32::from_le_bytes(*last), rest);
    }
    if sum != crc32(&[summed]) {
        return Err(head.problem("it is damaged: its checksum is wrong"));
    }
    read_sections(head)
}

/// What the sections hold.
#[derive(Default)]
struct Sections<'a> {
    head: Option<Bytes<'a>>,
    layers: Option<Bytes<'a>>,
    tiles: Vec<Bytes<'a>>,
    maps: Option<Bytes<'a>>,
    selection: Option<Bytes<'a>>,
    strength_map: Option<Bytes<'a>>,
    entries: Vec<Bytes<'a>>,
}

fn read_sections(mut bytes: Bytes<'_>) -> Result<Project, PaintError> {
    let mut sections = Sections::default();
    while !bytes.is_empty() {
        let kind = bytes.take(4)?;
        let len = bytes.u32_le()? as usize;
        let content = bytes.part(len)?;
        match kind {
            b"HEAD" => sections.head = Some(content),
            b"LAYR" => sections.layers = Some(content),
            b"TILE" => sections.tiles.push(content),
            b"MAPS" => sections.maps = Some(content),
            b"SELE" => sections.selection = Some(content),
            b"STRE" => sections.strength_map = Some(content),
            b"ENTR" => sections.entries.push(content),
            _ => {}
        }
    }
    let missing = || bytes.problem("it is damaged: a part of it is missing");
    let mut head = sections.head.ok_or_else(missing)?;
    let (width, height, active) = (head.varint()?, head.varint()?, head.varint()? as usize);
    check_size(width, height)?;
    let described = read_layers(sections.layers.ok_or_else(missing)?)?;
    let tiles = read_tiles(sections.tiles)?;
    let layers = place_tiles(described, &tiles, sections.maps.ok_or_else(missing)?, (width, height))?;
    let mask = |content: Option<Bytes<'_>>| {
        content.map(|mut content| {
            let values = packed(&mut content, width as usize * height as usize)?;
            Mask::new(width, height, values).ok_or_else(missing)
        })
    };
    let selection = mask(sections.selection).transpose()?;
    let strength_map = mask(sections.strength_map).transpose()?;
    let entry = |mut content: Bytes<'_>| {
        Ok(Entry { key: content.text()?, value: packed_up_to(&mut content, ENTRY_LIMIT_BYTES)? })
    };
    let entries = sections.entries.into_iter().map(entry).collect::<Result<_, PaintError>>()?;
    Ok(Project { document: DocumentParts { width, height, layers, active, selection, strength_map }, entries })
}

fn read_layers(mut bytes: Bytes<'_>) -> Result<Vec<(u8, LayerProperties)>, PaintError> {
    let n_layers = bytes.varint()? as usize;
    if !(1..=MAX_LAYERS).contains(&n_layers) {
        return Err(PaintError::LayerCount { n_layers });
    }
    let mut layers = Vec::with_capacity(n_layers);
    for _ in 0..n_layers {
        let (depth, kind, flags) = (bytes.u8()?, usize::from(bytes.u8()?), bytes.u8()?);
        let opacity = f32::from_bits(bytes.u32_le()?);
        let blend_mode = BlendMode::from_name(&bytes.text()?).unwrap_or_default();
        let properties = LayerProperties {
            name: bytes.text()?,
            kind: KINDS.get(kind).copied().unwrap_or_default(),
            opacity,
            blend_mode,
            is_visible: flags & 1 != 0,
            is_locked: flags & 2 != 0,
            is_alpha_locked: flags & 4 != 0,
            is_clipped: flags & 8 != 0,
        };
        layers.push((depth, properties.clamped()));
    }
    if is_tree(layers.iter().map(|(depth, properties)| (*depth, properties))) {
        Ok(layers)
    } else {
        Err(PaintError::LayerTree)
    }
}

fn read_tiles(sections: Vec<Bytes<'_>>) -> Result<Vec<Arc<Tile>>, PaintError> {
    let mut budget = Budget::new(FORMAT);
    let mut tiles = Vec::new();
    for mut bytes in sections {
        while !bytes.is_empty() {
            budget.take_bytes(TILE_BYTES)?;
            tiles.push(read_tile(&mut bytes)?);
        }
    }
    Ok(tiles)
}

fn place_tiles(
    described: Vec<(u8, LayerProperties)>,
    tiles: &[Arc<Tile>],
    mut bytes: Bytes<'_>,
    (width, height): (u32, u32),
) -> Result<Vec<LayerParts>, PaintError> {
    let n_places = Raster::new(width, height).n_tiles();
    let numbers = packed_up_to(&mut bytes, described.len() * n_places * VARINT_BYTES)?;
    let mut numbers = Bytes::new(&numbers, FORMAT);
    let mut budget = Budget::new(FORMAT);
    let mut layers = Vec::with_capacity(described.len());
    for (depth, properties) in described {
        let mut raster = Raster::new(width, height);
        if properties.kind != LayerKind::Group {
            for tile_idx in 0..n_places {
                let Some(at) = (numbers.varint()? as usize).checked_sub(1) else { continue };
                let tile = tiles.get(at).ok_or_else(|| numbers.problem("it is damaged: a tile of it is missing"))?;
                let inside = raster.grid.rect(tile_idx).intersection(raster.bounds());
                let tile = without_outside(tile, inside, &mut budget)?;
                raster.replace(tile_idx, Some(tile));
            }
        }
        layers.push(LayerParts { properties, depth, raster });
    }
    Ok(layers)
}

/// The tile with nothing beyond the canvas, which every other part relies on.
fn without_outside(tile: &Arc<Tile>, inside: PixelRect, budget: &mut Budget) -> Result<Arc<Tile>, PaintError> {
    let (n_columns, n_rows) = (inside.width() as usize, inside.height() as usize);
    let is_outside = |at: usize| at % TILE_EDGE >= n_columns || at / TILE_EDGE >= n_rows;
    if (n_columns, n_rows) == (TILE_EDGE, TILE_EDGE) {
        return Ok(tile.clone());
    }
    let pixels = tile.pixels();
    let mut pixels = pixels.all().as_chunks::<4>().0.iter().enumerate();
    if !pixels.any(|(at, pixel)| *pixel != [0; 4] && is_outside(at)) {
        return Ok(tile.clone());
    }
    budget.take_bytes(TILE_BYTES)?;
    let mut cut = (**tile).clone();
    for (at, pixel) in cut.pixels_mut().all_mut().as_chunks_mut::<4>().0.iter_mut().enumerate() {
        if is_outside(at) {
            *pixel = [0; 4];
        }
    }
    Ok(Arc::new(cut))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::Effort;
    use crate::files::project::tests::busy_document;
    use crate::files::write_project;

    /// A linear congruential generator is enough to break files.
    struct Random(u64);

    impl Random {
        fn below(&mut self, n: usize) -> usize {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 33) as usize % n
        }
    }

    #[test]
    fn sections_that_lie_behind_a_right_checksum_are_errors_or_documents_and_never_more() {
        let mut random = Random(7);
        for effort in [Effort::Fast, Effort::Small] {
            let whole = write_project(&busy_document().to_parts(), &[Entry::new("form", b"steps=6")], effort);
            let whole = &whole[HEAD_BYTES..];
            for _ in 0..400 {
                let mut bytes = whole.to_vec();
                for _ in 0..1 + random.below(4) {
                    // Near the beginning of sections is where the lengths are.
                    let reach = if random.below(2) == 0 { 200 } else { bytes.len() };
                    let at = random.below(reach);
                    bytes[at] = [0, 1, 0x7f, 0x80, 0xff, random.below(256) as u8][random.below(6)];
                }
                let n_cut = random.below(3) * random.below(bytes.len()) / 2;
                bytes.truncate(bytes.len() - n_cut);
                if let Ok(project) = read_sections(Bytes::new(&bytes, FORMAT)) {
                    let document = crate::Document::from_parts(project.document).unwrap();
                    let mut pixels = Vec::new();
                    document.read_rect(document.bounds(), crate::Paper::White, &mut pixels);
                }
            }
        }
    }

    #[test]
    fn tiles_of_a_file_have_nothing_beyond_the_canvas_and_no_colour_beyond_alpha() {
        let mut bytes = vec![crate::pack::FLAT];
        [40_000u16, 5, 0, 300].iter().for_each(|it| bytes.extend(it.to_le_bytes()));
        let tile = read_tile(&mut Bytes::new(&bytes, FORMAT)).unwrap();
        let mut budget = Budget::new(FORMAT);
        let cut = without_outside(&tile, PixelRect::new(64, 0, 74, 20), &mut budget).unwrap();
        assert_eq!(cut.pixels().row(19, 9, 11), [300, 5, 0, 300, 0, 0, 0, 0]);
        assert_eq!(cut.pixels().row(20, 0, 1), [0; 4]);
    }
}
