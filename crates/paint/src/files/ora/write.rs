//! Writing.

use super::{ALPHA_LOCKED, ATOP, CLIP_GROUP, CLIPPED, KIND, MIMETYPE, OPERATION, VISIBLE, operation_of};
use crate::files::xml::put_attribute;
use crate::files::zip::ZipWriter;
use crate::files::{Effort, write_png};
use crate::layer::{Layer, subtree_start};
use crate::{Content, Document, LayerKind, Paper, PixelRect, Raster, RgbaImage};

/// Longest edge of the thumbnail, as the specification asks.
const THUMBNAIL_EDGE_PX: u32 = 256;

/// An OpenRaster file of a document: every layer in 8 bits, the picture that leaves, and a thumbnail of it. References are
/// hidden layers to other programs; the selection and the painted strength stay behind.
#[must_use]
pub fn write_ora(document: &Document, effort: Effort) -> Vec<u8> {
    let mut zip = ZipWriter::new();
    zip.add("mimetype", MIMETYPE.as_bytes());
    let mut writer = Writer { document, effort, zip, stack: String::new() };
    writer.stack.push_str("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<image version=\"0.0.5\"");
    put_attribute(&mut writer.stack, "w", &document.width().to_string());
    put_attribute(&mut writer.stack, "h", &document.height().to_string());
    writer.stack.push_str(" xres=\"72\" yres=\"72\">\n<stack>\n");
    writer.put_siblings(0, document.layers().len());
    writer.stack.push_str("</stack>\n</image>\n");
    let Writer { mut zip, stack, .. } = writer;
    zip.add("stack.xml", stack.as_bytes());
    let merged = |width, height| document.flatten_content(Content::Exported, width, height, Paper::Transparent);
    let longer = document.width().max(document.height());
    let edge_px = longer.min(THUMBNAIL_EDGE_PX);
    let small = |edge: u32| (edge * edge_px / longer).max(1);
    // The sizes are those of a document, which always work.
    for (name, width, height) in [
        ("mergedimage.png", document.width(), document.height()),
        ("Thumbnails/thumbnail.png", small(document.width()), small(document.height())),
    ] {
        if let Ok(image) = merged(width, height) {
            zip.add(name, &write_png(&image, &[], effort));
        }
    }
    zip.finish()
}

struct Writer<'a> {
    document: &'a Document,
    effort: Effort,
    zip: ZipWriter,
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
        put_attribute(&mut self.stack, "name", &properties.name);
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
        let (x, y, image) = cropped(&layer.raster);
        let source = format!("data/layer{}.png", id.number());
        put_attribute(&mut self.stack, "src", &source);
        put_attribute(&mut self.stack, "x", &x.to_string());
        put_attribute(&mut self.stack, "y", &y.to_string());
        self.stack.push_str("/>\n");
        self.zip.add(&source, &write_png(&image, &[], self.effort));
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

/// The part of a layer that is painted, and where it lies; one clear pixel when nothing is.
fn cropped(raster: &Raster) -> (u32, u32, RgbaImage) {
    let mut rect = raster.tile_bounds();
    if rect.is_empty() {
        rect = PixelRect::new(0, 0, 1, 1);
    }
    let mut pixels = Vec::new();
    let rect = raster.read_rgba(rect, &mut pixels);
    (rect.left, rect.top, RgbaImage::from_parts(rect.width(), rect.height(), pixels))
}
