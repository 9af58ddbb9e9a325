//! Writing.

use super::{ALPHA_LOCKED, ATOP, CLIP_GROUP, CLIPPED, KIND, MIMETYPE, OPERATION, VISIBLE, operation_of};
use crate::document::sample_places;
use crate::files::looking::Looking;
use crate::files::xml::put_attribute;
use crate::files::zip::ZipWriter;
use crate::files::{Effort, FileWriting, PngWriting};
use crate::layer::{Layer, subtree_start};
use crate::stored::{stored_from_straight, straight_from_stored};
use crate::{Document, LayerKind, PixelRect, Raster, RgbaImage};

/// Longest edge of the thumbnail, as the specification asks.
const THUMBNAIL_EDGE_PX: u32 = 256;
/// What the picture of the whole document is called.
const MERGED: &str = "mergedimage.png";

/// An OpenRaster file of a document: every layer in 8 bits, the picture that leaves, and a thumbnail of it. References are
/// hidden layers to other programs; the selection and the painted strength stay behind. A layer without a name has none.
#[must_use]
pub fn write_ora(document: &Document, effort: Effort) -> Vec<u8> {
    FileWriting::openraster(document, &|layer| layer.properties.name.clone(), effort).into_bytes()
}

/// An OpenRaster file that is being written piece by piece: of its pictures one is in memory at a time.
pub(crate) struct OraWriting {
    effort: Effort,
    zip: ZipWriter,
    /// The pictures that wait, the next one last.
    members: Vec<(String, Looking)>,
    n_members: usize,
    /// Pictures that were not begun yet, the thumbnail of them included.
    n_waiting: usize,
    /// The picture at work and what was written of it.
    picture: Option<(String, PngWriting, Vec<u8>)>,
    is_over: bool,
}

impl OraWriting {
    pub(crate) fn new(document: &Document, name_of: &dyn Fn(&Layer) -> String, effort: Effort) -> Self {
        let mut zip = ZipWriter::new();
        zip.add("mimetype", MIMETYPE.as_bytes());
        let mut writer = Writer { document, name_of, members: Vec::new(), stack: String::new() };
        writer.stack.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<image version=\"0.0.5\"");
        put_attribute(&mut writer.stack, "w", &document.width().to_string());
        put_attribute(&mut writer.stack, "h", &document.height().to_string());
        writer.stack.push_str(" xres=\"72\" yres=\"72\">\n<stack>\n");
        writer.put_siblings(0, document.layers().len());
        writer.stack.push_str("</stack>\n</image>\n");
        zip.add("stack.xml", writer.stack.as_bytes());
        let mut members = writer.members;
        members.push((MERGED.into(), Looking::at_document(document)));
        members.reverse();
        // The thumbnail is made when the picture is there.
        let n_members = members.len() + 1;
        Self { effort, zip, members, n_members, n_waiting: n_members, picture: None, is_over: false }
    }

    /// As [`PngWriting::next_piece`] does.
    #[inline(never)]
    pub(crate) fn next_piece(&mut self, n_bytes: usize, is_late: &mut dyn FnMut() -> bool) -> Option<Vec<u8>> {
        if self.is_over {
            return None;
        }
        loop {
            if let Some((_, writing, content)) = &mut self.picture {
                match writing.next_piece(n_bytes, is_late) {
                    Some(piece) => content.extend(piece),
                    None => self.put_picture(),
                }
            } else if let Some((name, looking)) = self.members.pop() {
                self.n_waiting -= 1;
                self.picture = Some((name, PngWriting::new(looking, Vec::new(), self.effort), Vec::new()));
            } else {
                self.is_over = true;
                return Some(self.zip.finish());
            }
            if is_late() {
                return Some(self.zip.take());
            }
        }
    }

    /// How much of the work is done, 0 to 1.
    pub(crate) fn share(&self) -> f32 {
        let waiting = self.n_waiting as f32 + self.picture.as_ref().map_or(0.0, |it| 1.0 - it.1.share());
        1.0 - waiting / self.n_members as f32
    }

    fn put_picture(&mut self) {
        let Some((name, writing, content)) = self.picture.take() else { return };
        self.zip.add(&name, &content);
        if name == MERGED {
            let small = small_image(&writing.into_image(), THUMBNAIL_EDGE_PX);
            self.members.push(("Thumbnails/thumbnail.png".into(), Looking::at_image(small)));
        }
    }
}

/// A picture whose longer edge has at most `edge_px` pixels, each the mean of a few.
fn small_image(image: &RgbaImage, edge_px: u32) -> RgbaImage {
    let longer = image.width().max(image.height());
    let edge_px = longer.min(edge_px);
    let small = |edge: u32| (edge * edge_px / longer).max(1);
    let (width, height) = (small(image.width()), small(image.height()));
    let (columns, rows) = (sample_places(image.width(), width), sample_places(image.height(), height));
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 4);
    for rows in rows.chunk_by(|one, other| one.0 == other.0) {
        for columns in columns.chunk_by(|one, other| one.0 == other.0) {
            let (mut sums, mut n_samples) = ([0u32; 4], 0);
            for (_, y) in rows {
                for (_, x) in columns {
                    let stored = stored_from_straight(&image.pixel(*x, *y).unwrap_or_default());
                    sums.iter_mut().zip(stored).for_each(|(sum, value)| *sum += u32::from(value));
                    n_samples += 1;
                }
            }
            pixels.extend_from_slice(&straight_from_stored(&sums.map(|sum| (sum / n_samples.max(1)) as u16)));
        }
    }
    RgbaImage::from_parts(width, height, pixels)
}

struct Writer<'a> {
    document: &'a Document,
    name_of: &'a dyn Fn(&Layer) -> String,
    members: Vec<(String, Looking)>,
    stack: String,
}

impl Writer<'_> {
    /// Writes the layers of one group, `layers[start..end]`, from the top down, as the file lists them.
    fn put_siblings(&mut self, start: usize, end: usize) {
        let layers = self.document.layers();
        // Clipped layers come before what they are clipped to, and the two share a group: elsewhere they would show on
        // everything below.
        let mut clipped = Vec::new();
        let mut end = end;
        while end > start {
            let at = end - 1;
            end = subtree_start(layers, at);
            if layers[at].properties.is_clipped && end > start {
                clipped.push(at);
                continue;
            }
            let is_shared = !clipped.is_empty() && !layers[at].properties.is_clipped;
            if is_shared {
                self.stack.push_str("<stack isolation=\"isolate\"");
                put_attribute(&mut self.stack, CLIP_GROUP, "true");
                self.put_looks(&layers[at], true);
                self.stack.push_str(">\n");
            }
            clipped.drain(..).for_each(|at| self.put(at, is_shared));
            self.put(at, is_shared);
            if is_shared {
                self.stack.push_str("</stack>\n");
            }
        }
    }

    /// Writes a layer or a group. In a group for clipping, the lowest layer's looks are the group's.
    fn put(&mut self, at: usize, is_in_clip_group: bool) {
        let layer = &self.document.layers()[at];
        let properties = &layer.properties;
        let is_group = layer.is_group();
        let is_base = is_in_clip_group && !properties.is_clipped;
        self.stack.push_str(if is_group { "<stack isolation=\"isolate\"" } else { "<layer" });
        put_attribute(&mut self.stack, "name", &(self.name_of)(layer));
        if is_base {
            self.stack.push_str(" opacity=\"1\" visibility=\"visible\" composite-op=\"svg:src-over\"");
        } else {
            self.put_looks(layer, !is_in_clip_group);
        }
        let id = layer.id;
        let flags = [
            ("selected", id == self.document.active_layer()),
            ("edit-locked", properties.is_locked),
            (ALPHA_LOCKED, properties.is_alpha_locked),
            (CLIPPED, properties.is_clipped),
        ];
        flags.iter().filter(|(_, is_set)| *is_set).for_each(|(name, _)| put_attribute(&mut self.stack, name, "true"));
        match properties.kind {
            LayerKind::Reference => put_attribute(&mut self.stack, KIND, "reference"),
            LayerKind::Render => put_attribute(&mut self.stack, KIND, "render"),
            LayerKind::Paint | LayerKind::Group => {}
        }
        if is_group {
            self.stack.push_str(">\n");
            self.put_siblings(subtree_start(self.document.layers(), at), at);
            self.stack.push_str("</stack>\n");
            return;
        }
        let rect = painted_rect(&layer.raster);
        let source = format!("data/layer{}.png", id.number());
        put_attribute(&mut self.stack, "src", &source);
        put_attribute(&mut self.stack, "x", &rect.left.to_string());
        put_attribute(&mut self.stack, "y", &rect.top.to_string());
        self.stack.push_str("/>\n");
        self.members.push((source, Looking::at_layer(layer, rect)));
    }

    /// Writes how a layer lies on those below.
    fn put_looks(&mut self, layer: &Layer, is_whole: bool) {
        let properties = &layer.properties;
        let is_reference = properties.kind == LayerKind::Reference;
        let visibility = if properties.is_visible && !is_reference { "visible" } else { "hidden" };
        let operation = operation_of(properties.blend_mode);
        put_attribute(&mut self.stack, "opacity", &properties.opacity.to_string());
        put_attribute(&mut self.stack, "visibility", visibility);
        // A clipped layer whose own mode is not the normal one keeps that for us only.
        put_attribute(&mut self.stack, "composite-op", if is_whole { operation } else { ATOP });
        if !is_whole {
            put_attribute(&mut self.stack, OPERATION, operation);
        }
        if is_reference && properties.is_visible {
            put_attribute(&mut self.stack, VISIBLE, "true");
        }
    }
}

/// The part of a layer that is painted; one clear pixel when nothing is.
fn painted_rect(raster: &Raster) -> PixelRect {
    let rect = raster.tile_bounds();
    if rect.is_empty() { PixelRect::new(0, 0, 1, 1) } else { rect }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_small_picture_is_the_mean_of_what_it_shows() {
        let pixels = (0..1024u32 * 512).flat_map(|at| if at % 2 == 0 { [200, 0, 40, 255] } else { [0; 4] }).collect();
        let small = small_image(&RgbaImage::new(1024, 512, pixels).unwrap(), 256);
        assert_eq!((small.width(), small.height()), (256, 128));
        assert!(
            small.pixels().as_chunks::<4>().0.iter().all(|pixel| *pixel == [200, 0, 40, 127]),
            "{:?}",
            small.pixel(0, 0)
        );
        let tiny = RgbaImage::new(1, 3, vec![9; 12]).unwrap();
        assert_eq!(small_image(&tiny, 256), tiny);
    }
}
