//! Layers: their records, then the channels of all of them, and a tree made of the marks between.

use super::channels::{ChannelSize, number_at, read_channels};
use super::{FORMAT, Header, mode_of};
use crate::files::bytes::Bytes;
use crate::files::place::{Budget, place_row, stored_from_straight_16};
use crate::{LayerKind, LayerParts, LayerProperties, MAX_DEPTH, MAX_LAYERS, PaintError, Raster};

/// Records that are read at most: beside layers there are two marks for each group.
const MAX_RECORDS: usize = 4 * MAX_LAYERS;
/// Largest distance of a layer's edge from the canvas, and its largest size, in pixels; Photoshop's own limit.
const REACH_PX: i32 = 300_000;

/// What a channel of a layer holds, by its id.
const ALPHA: i16 = -1;
const MASK: i16 = -2;
/// The blend mode of a group that is none.
const PASS_THROUGH: &[u8] = b"pass";

/// Where the mark of a group stands in the list, from the bottom up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Mark {
    #[default]
    Layer,
    /// Below everything in the group.
    GroupBegin,
    /// Above everything in the group: the group itself.
    GroupEnd,
}

/// `left..right` by `top..bottom` of the canvas.
#[derive(Clone, Copy, Debug, Default)]
struct Area {
    top: i32,
    left: i32,
    bottom: i32,
    right: i32,
}

impl Area {
    fn read(bytes: &mut Bytes<'_>) -> Result<Self, PaintError> {
        let [top, left, bottom, right] = [bytes.i32_be()?, bytes.i32_be()?, bytes.i32_be()?, bytes.i32_be()?];
        let is_sound = [top, left, bottom, right].iter().all(|it| (-REACH_PX..=REACH_PX).contains(it));
        if !is_sound {
            return Err(bytes.problem("it is damaged: a layer of it lies nowhere"));
        }
        Ok(Self { top, left, bottom: bottom.max(top), right: right.max(left) })
    }

    fn size(self, number_bytes: usize) -> ChannelSize {
        ChannelSize {
            width: (self.right - self.left) as usize,
            height: (self.bottom - self.top) as usize,
            number_bytes,
        }
    }
}

/// A layer's mask.
#[derive(Clone, Copy, Debug)]
struct LayerMask {
    area: Area,
    /// Outside of the area.
    default: u8,
}

#[derive(Default)]
struct Record {
    area: Area,
    /// Id and length of each channel's data.
    channels: Vec<(i16, u32)>,
    properties: LayerProperties,
    mask: Option<LayerMask>,
    mark: Mark,
    /// Whether a group passes through.
    passes: bool,
}

/// Reads the section of layers, bottom up, and which of them are groups that pass through; empty where there are none.
pub(super) fn read_layers(
    mut section: Bytes<'_>,
    header: Header,
    budget: &mut Budget,
) -> Result<(Vec<LayerParts>, Vec<usize>), PaintError> {
    if section.is_empty() {
        return Ok(Default::default());
    }
    let len = section.u32_be()? as usize;
    let mut info = section.part(len)?;
    if info.is_empty() {
        // Documents of 16 bits keep their layers in a block further on.
        let len = section.u32_be()? as usize;
        section.take(len)?;
        match find_block(section, &[*b"Lr16", *b"Layr"]) {
            Some(block) => info = block,
            None => return Ok(Default::default()),
        }
    }
    // Negative where the first channel beyond the colours of the merged picture is its transparency.
    let n_records = usize::from(info.i16_be()?.unsigned_abs());
    if n_records > MAX_RECORDS {
        return Err(PaintError::LayerCount { n_layers: n_records });
    }
    let records = (0..n_records).map(|_| read_record(&mut info)).collect::<Result<Vec<_>, _>>()?;
    let mut tree = Tree::default();
    for record in records {
        let (raster, cover) = read_pixels(&mut info, &record, header, budget)?;
        tree.push(record, raster, cover, budget)?;
    }
    Ok(tree.finish())
}

/// The first block of one of some keys.
fn find_block<'a>(mut blocks: Bytes<'a>, keys: &[[u8; 4]]) -> Option<Bytes<'a>> {
    while blocks.rest().len() >= 12 {
        // Blocks are padded to 2 or 4 bytes, as the program liked.
        if !matches!(&blocks.rest()[..4], b"8BIM" | b"8B64") {
            blocks.take(1).ok()?;
            continue;
        }
        blocks.take(4).ok()?;
        let key = blocks.take(4).ok()?;
        let len = blocks.u32_be().ok()? as usize;
        let content = blocks.part(len).ok()?;
        if keys.iter().any(|it| it == key) {
            return Some(content);
        }
    }
    None
}

fn read_record(bytes: &mut Bytes<'_>) -> Result<Record, PaintError> {
    let mut record = Record { area: Area::read(bytes)?, ..Record::default() };
    let n_channels = bytes.u16_be()?;
    if n_channels > 64 {
        return Err(bytes.problem("it is damaged: a layer of it has too many channels"));
    }
    for _ in 0..n_channels {
        record.channels.push((bytes.i16_be()?, bytes.u32_be()?));
    }
    if bytes.take(4)? != b"8BIM" {
        return Err(bytes.problem("it is damaged: a layer of it does not begin where it should"));
    }
    let properties = &mut record.properties;
    let key = bytes.take(4)?;
    properties.blend_mode = mode_of(key);
    record.passes = key == PASS_THROUGH;
    properties.opacity = f32::from(bytes.u8()?) / 255.0;
    properties.is_clipped = bytes.u8()? != 0;
    let flags = bytes.u8()?;
    properties.is_alpha_locked = flags & 1 != 0;
    properties.is_visible = flags & 2 == 0;
    bytes.take(1)?;
    let len = bytes.u32_be()? as usize;
    let mut extra = bytes.part(len)?;
    let len = extra.u32_be()? as usize;
    let mask = read_mask(extra.part(len)?)?;
    // Some programs describe a mask where there is none.
    record.mask = mask.filter(|_| record.channels.iter().any(|(id, _)| *id == MASK));
    // What blends by brightness.
    let len = extra.u32_be()? as usize;
    extra.take(len)?;
    let name_bytes = usize::from(extra.u8()?);
    // In the system's encoding, which is not told; the name in Unicode, if there is one, replaces it.
    properties.name = extra.take(name_bytes)?.iter().map(|byte| char::from(*byte)).collect();
    extra.take((4 - (name_bytes + 1) % 4) % 4)?;
    if let Some(name) = find_block(extra, &[*b"luni"]) {
        properties.name = unicode(name)?;
    }
    // How much the fill covers: with the effects left away, one more opacity.
    if let Some(mut fill) = find_block(extra, &[*b"iOpa"]) {
        properties.opacity *= f32::from(fill.u8()?) / 255.0;
    }
    if let Some(mut lock) = find_block(extra, &[*b"lspf"]) {
        let flags = lock.u32_be()?;
        properties.is_alpha_locked |= flags & 1 != 0;
        // Bit 1 locks the pixels, and bit 31 everything.
        properties.is_locked = flags & 0x8000_0002 != 0;
    }
    if let Some(mut divider) = find_block(extra, &[*b"lsct", *b"lsdk"]) {
        match divider.u32_be()? {
            1 | 2 => {
                record.mark = Mark::GroupEnd;
                properties.kind = LayerKind::Group;
                // A group's own mode stands here.
                if divider.take(4).is_ok_and(|signature| signature == b"8BIM") {
                    let key = divider.take(4)?;
                    properties.blend_mode = mode_of(key);
                    record.passes = key == PASS_THROUGH;
                }
            }
            3 => record.mark = Mark::GroupBegin,
            _ => {}
        }
    }
    Ok(record)
}

fn read_mask(mut bytes: Bytes<'_>) -> Result<Option<LayerMask>, PaintError> {
    if bytes.is_empty() {
        return Ok(None);
    }
    let area = Area::read(&mut bytes)?;
    let (default, flags) = (bytes.u8()?, bytes.u8()?);
    // Bit 1: switched off.
    Ok((flags & 2 == 0).then_some(LayerMask { area, default }))
}

/// A text in UTF-16 behind its length; some programs end it with a zero.
fn unicode(mut bytes: Bytes<'_>) -> Result<String, PaintError> {
    let n_units = (bytes.u32_be()? as usize).min(bytes.rest().len() / 2);
    let units: Vec<u16> = bytes.rest().as_chunks::<2>().0[..n_units].iter().map(|it| u16::from_be_bytes(*it)).collect();
    Ok(String::from_utf16_lossy(&units).trim_end_matches('\0').to_string())
}

/// A layer's mask with its numbers.
struct Cover {
    mask: LayerMask,
    /// None where all that counts lies outside of its area.
    plane: Option<Vec<u8>>,
    number_bytes: usize,
}

impl Cover {
    /// How much is seen of a pixel, 0 to 65535.
    fn at(&self, x: i32, y: i32) -> u16 {
        let area = self.mask.area;
        let is_inside = (area.left..area.right).contains(&x) && (area.top..area.bottom).contains(&y);
        match self.plane.as_deref().filter(|_| is_inside) {
            Some(plane) => {
                let width = (area.right - area.left) as usize;
                number_at(plane, (y - area.top) as usize * width + (x - area.left) as usize, self.number_bytes)
            }
            None => u16::from(self.mask.default) * 257,
        }
    }

    /// Takes from pixels what is not seen of them.
    fn apply(&self, raster: &mut Raster) {
        let rect = raster.tile_bounds();
        let mut row = vec![0; rect.width() as usize * 4];
        for y in rect.top..rect.bottom {
            raster.read_row(rect.left, y, &mut row);
            for (x, pixel) in (rect.left..).zip(row.as_chunks_mut::<4>().0) {
                let cover = u32::from(self.at(x as i32, y as i32));
                *pixel = pixel.map(|value| ((u32::from(value) * cover + 32767) / 65535) as u16);
            }
            raster.write_row(rect.left, y, &row);
        }
    }
}

/// Reads the channels of one layer, all of which must be passed even where they are not needed: its pixels, and its mask
/// where that is not in them yet, as of a group.
fn read_pixels(
    info: &mut Bytes<'_>,
    record: &Record,
    header: Header,
    budget: &mut Budget,
) -> Result<(Raster, Option<Cover>), PaintError> {
    let number_bytes = header.number_bytes();
    let size = record.area.size(number_bytes);
    let mask_size = record.mask.map(|mask| mask.area.size(number_bytes));
    let mut raster = Raster::new(header.width, header.height);
    let mut planes: [Option<Vec<u8>>; 5] = Default::default();
    for (id, len) in &record.channels {
        let mut content = info.part(*len as usize)?;
        let (plane, size) = match *id {
            ALPHA => (3, Some(size)),
            MASK => (4, mask_size),
            0 => (0, Some(size)),
            1 | 2 if !header.is_grey => (*id as usize, Some(size)),
            _ => continue,
        };
        let Some(size) = size.filter(|size| size.n_bytes() > 0) else { continue };
        budget.take_work(size.width as u32, size.height as u32)?;
        // What a channel unfolds to while it is read is bounded as what is kept.
        Budget::new(FORMAT).take_bytes(size.n_bytes().saturating_mul(5))?;
        planes[plane] = Some(read_channels(&mut content, size, 1)?);
    }
    if header.is_grey {
        (planes[1], planes[2]) = (planes[0].clone(), planes[0].clone());
    }
    let cover = record.mask.map(|mask| Cover { mask, plane: planes[4].take(), number_bytes });
    let [Some(red), Some(green), Some(blue), alpha, _] = &planes else { return Ok((raster, cover)) };
    // Only what lies on the canvas.
    let (top, bottom) = (record.area.top.max(0), record.area.bottom.min(header.height as i32));
    let (left, right) = (record.area.left.max(0), record.area.right.min(header.width as i32));
    let mut stored = Vec::new();
    for y in top..bottom {
        stored.clear();
        let row = (y - record.area.top) as usize * size.width;
        for x in left..right {
            let at = row + (x - record.area.left) as usize;
            let colours = [red, green, blue].map(|plane| number_at(plane, at, number_bytes));
            let mut alpha = alpha.as_ref().map_or(u16::MAX, |plane| number_at(plane, at, number_bytes));
            if let Some(cover) = &cover {
                alpha = ((u32::from(alpha) * u32::from(cover.at(x, y)) + 32767) / 65535) as u16;
            }
            stored.extend(stored_from_straight_16([colours[0], colours[1], colours[2], alpha]));
        }
        place_row(&mut raster, i64::from(left), i64::from(y), &stored);
    }
    budget.take(&mut raster)?;
    Ok((raster, None))
}

/// The layers with their depths, bottom up.
#[derive(Default)]
struct Tree {
    layers: Vec<LayerParts>,
    /// Where each open group began in `layers`.
    begins: Vec<usize>,
    /// The groups that pass through.
    passing: Vec<usize>,
}

impl Tree {
    /// Deeper groups are dissolved.
    fn depth(&self) -> u8 {
        self.begins.len().min(usize::from(MAX_DEPTH)) as u8
    }

    fn push(
        &mut self,
        record: Record,
        raster: Raster,
        cover: Option<Cover>,
        budget: &mut Budget,
    ) -> Result<(), PaintError> {
        match record.mark {
            Mark::GroupBegin => {
                self.begins.push(self.layers.len());
                return Ok(());
            }
            // An end without a beginning is an empty group.
            Mark::GroupEnd => {
                let was_too_deep = self.begins.len() > usize::from(MAX_DEPTH);
                let begin = self.begins.pop().unwrap_or(self.layers.len());
                if let Some(cover) = cover {
                    for layer in &mut self.layers[begin..] {
                        budget.take_work(layer.raster.width(), layer.raster.height())?;
                        cover.apply(&mut layer.raster);
                        budget.take(&mut layer.raster)?;
                    }
                }
                if was_too_deep {
                    return Ok(());
                }
            }
            Mark::Layer => {}
        }
        if self.layers.len() >= MAX_LAYERS {
            return Err(PaintError::LayerCount { n_layers: self.layers.len() + 1 });
        }
        if record.passes {
            self.passing.push(self.layers.len());
        }
        self.layers.push(LayerParts { properties: record.properties.clamped(), depth: self.depth(), raster });
        Ok(())
    }

    /// Groups that never ended are dissolved.
    fn finish(mut self) -> (Vec<LayerParts>, Vec<usize>) {
        for begin in self.begins.iter().take(usize::from(MAX_DEPTH)).rev() {
            self.layers[*begin..].iter_mut().for_each(|layer| layer.depth = layer.depth.saturating_sub(1));
        }
        (self.layers, self.passing)
    }
}
