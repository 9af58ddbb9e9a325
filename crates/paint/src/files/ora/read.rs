//! Reading, as tolerant as programs are various: what is unknown is passed over, and a layer that cannot be read is blank.

use super::{ALPHA_LOCKED, ATOP, CLIP_GROUP, CLIPPED, FORMAT, KIND, OPERATION, VISIBLE, mode_of};
use crate::files::passing::dissolve_passing;
use crate::files::place::{Budget, place_row, stored_from_straight_16};
use crate::files::png::{Png, read_png};
use crate::files::xml::{Tag, Tags};
use crate::files::zip::ZipReader;
use crate::image::check_size;
use crate::stored::stored_from_straight;
use crate::{DocumentParts, LayerKind, LayerParts, LayerProperties, MAX_DEPTH, MAX_LAYERS, PaintError, Raster};

/// What the list of layers may unfold to, in bytes.
const STACK_LIMIT_BYTES: usize = 8 << 20;
/// What the PNG of one layer may have, in bytes.
const LAYER_LIMIT_BYTES: usize = 256 << 20;

fn problem(problem: &'static str) -> PaintError {
    PaintError::File { format: FORMAT, problem }
}

/// Reads an OpenRaster file.
///
/// Groups deeper than [`MAX_DEPTH`] are dissolved, and groups that pass through where it shows; filters and other layers without a PNG are left away.
///
/// # Errors
/// [`PaintError::File`] where the archive or its list of layers cannot be read, [`PaintError::Size`] where the canvas is
/// too large, [`PaintError::LayerCount`] for too many layers.
pub fn read_ora(bytes: &[u8]) -> Result<DocumentParts, PaintError> {
    let zip = ZipReader::new(bytes, FORMAT)?;
    let stack = zip.read("stack.xml", STACK_LIMIT_BYTES)?.ok_or_else(|| problem("its list of layers is missing"))?;
    let stack = String::from_utf8_lossy(&stack);
    let mut reader = Reader {
        zip,
        budget: Budget::new(FORMAT),
        size: (0, 0),
        layers: Vec::new(),
        passing: Vec::new(),
        active: None,
    };
    reader.read_stack(Tags::new(&stack))?;
    let (width, height) = reader.size;
    // The file lists from the top down.
    let mut layers = std::mem::take(&mut reader.layers);
    layers.reverse();
    if layers.is_empty() {
        layers.push(reader.merged()?);
    }
    let last = layers.len() - 1;
    let mut active = reader.active.map_or(last, |from_top| last - from_top);
    let passing = reader.passing.iter().rev().map(|from_top| last - from_top).collect();
    dissolve_passing(&mut layers, passing, &mut active);
    Ok(DocumentParts { width, height, layers, active, selection: None, strength_map: None })
}

struct Reader<'a> {
    zip: ZipReader<'a>,
    budget: Budget,
    size: (u32, u32),
    /// From the top down.
    layers: Vec<LayerParts>,
    /// Which of them are groups that pass through.
    passing: Vec<usize>,
    active: Option<usize>,
}

/// A group that is open.
struct OpenGroup {
    /// Whether it is a layer of the document; the outermost, one for clipping, and one that is too deep are not.
    is_layer: bool,
    /// Of a group for clipping: what its lowest layer looks like.
    base_looks: Option<LayerProperties>,
}

impl Reader<'_> {
    fn read_stack(&mut self, tags: Tags<'_>) -> Result<(), PaintError> {
        let mut groups: Vec<OpenGroup> = Vec::new();
        for tag in tags {
            match tag {
                Tag::Open { name, attributes, is_closed } => match name.as_str() {
                    "image" => self.read_size(&attributes)?,
                    "stack" if !is_closed => {
                        let group = self.open_group(&groups, &attributes)?;
                        groups.push(group);
                    }
                    "layer" => {
                        if self.size == (0, 0) {
                            return Err(problem("it does not say its size"));
                        }
                        let depth = depth_of(&groups);
                        self.read_layer(&attributes, depth)?;
                    }
                    _ => {}
                },
                Tag::Close { name } if name == "stack" => {
                    let base_looks = groups.pop().and_then(|group| group.base_looks);
                    if let Some(looks) = base_looks {
                        self.give_looks(depth_of(&groups), &looks);
                    }
                }
                Tag::Close { .. } => {}
            }
        }
        if self.size == (0, 0) { Err(problem("it does not say its size")) } else { Ok(()) }
    }

    fn read_size(&mut self, attributes: &[(String, String)]) -> Result<(), PaintError> {
        let edge = |name| value(attributes, name).and_then(|value| value.trim().parse().ok()).unwrap_or(0);
        let (width, height) = (edge("w"), edge("h"));
        check_size(width, height)?;
        // The layers that were read have the first size.
        if self.layers.is_empty() {
            self.size = (width, height);
        }
        Ok(())
    }

    fn open_group(&mut self, groups: &[OpenGroup], attributes: &[(String, String)]) -> Result<OpenGroup, PaintError> {
        let mut properties = properties_of(attributes);
        if groups.is_empty() {
            return Ok(OpenGroup { is_layer: false, base_looks: None });
        }
        if groups.len() > MAX_LAYERS {
            return Err(problem("its groups lie too deeply in groups"));
        }
        if value(attributes, CLIP_GROUP).is_some() {
            return Ok(OpenGroup { is_layer: false, base_looks: Some(properties) });
        }
        let depth = depth_of(groups);
        if depth >= MAX_DEPTH {
            return Ok(OpenGroup { is_layer: false, base_looks: None });
        }
        if self.size == (0, 0) {
            return Err(problem("it does not say its size"));
        }
        properties.kind = LayerKind::Group;
        let raster = Raster::new(self.size.0, self.size.1);
        if value(attributes, "isolation") != Some("isolate") {
            self.passing.push(self.layers.len());
        }
        self.push(attributes, LayerParts { properties, depth, raster })?;
        Ok(OpenGroup { is_layer: true, base_looks: None })
    }

    /// The lowest layer of a group for clipping, which was read last of its depth, gets the looks that stand at the group.
    fn give_looks(&mut self, depth: u8, looks: &LayerProperties) {
        if let Some(base) = self.layers.iter_mut().rev().find(|layer| layer.depth == depth) {
            let properties = &mut base.properties;
            properties.opacity = looks.opacity;
            properties.blend_mode = looks.blend_mode;
            properties.is_visible = looks.is_visible;
        }
    }

    fn read_layer(&mut self, attributes: &[(String, String)], depth: u8) -> Result<(), PaintError> {
        let Some(source) = value(attributes, "src") else { return Ok(()) };
        let offset = |name| value(attributes, name).and_then(|value| crate::decimal(value.trim())).unwrap_or(0.0);
        let (x, y) = (offset("x") as i32, offset("y") as i32);
        let mut raster = Raster::new(self.size.0, self.size.1);
        // A picture that is not there or broken: the others are worth having.
        if let Ok(Some(bytes)) = self.zip.read(source, LAYER_LIMIT_BYTES)
            && let Some((width, height)) = claimed_size(&bytes)
        {
            self.budget.take_work(width, height)?;
            if let Ok(png) = read_png(&bytes) {
                place(&png, x, y, &mut raster);
            }
        }
        self.budget.take(&mut raster)?;
        self.push(attributes, LayerParts { properties: properties_of(attributes), depth, raster })
    }

    fn push(&mut self, attributes: &[(String, String)], layer: LayerParts) -> Result<(), PaintError> {
        if self.layers.len() >= MAX_LAYERS {
            return Err(PaintError::LayerCount { n_layers: self.layers.len() + 1 });
        }
        if value(attributes, "selected").is_some_and(|value| value == "true") {
            self.active = Some(self.layers.len());
        }
        self.layers.push(layer);
        Ok(())
    }

    /// The picture of a file without layers.
    fn merged(&mut self) -> Result<LayerParts, PaintError> {
        let mut raster = Raster::new(self.size.0, self.size.1);
        if let Some(bytes) = self.zip.read("mergedimage.png", LAYER_LIMIT_BYTES)? {
            place(&read_png(&bytes)?, 0, 0, &mut raster);
        }
        Ok(LayerParts { properties: LayerProperties::default(), depth: 0, raster })
    }
}

/// In how many groups of the document something lies.
fn depth_of(groups: &[OpenGroup]) -> u8 {
    groups.iter().filter(|group| group.is_layer).count() as u8
}

fn value<'a>(attributes: &'a [(String, String)], name: &str) -> Option<&'a str> {
    attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
}

fn properties_of(attributes: &[(String, String)]) -> LayerProperties {
    let is_set = |name| value(attributes, name).is_some_and(|value| value == "true");
    let operation = value(attributes, "composite-op").unwrap_or_default();
    let kind = match value(attributes, KIND) {
        Some("reference") => LayerKind::Reference,
        Some("render") => LayerKind::Render,
        _ => LayerKind::Paint,
    };
    let is_visible = value(attributes, "visibility").is_none_or(|value| value == "visible");
    let properties = LayerProperties {
        name: value(attributes, "name").unwrap_or_default().into(),
        kind,
        opacity: value(attributes, "opacity").and_then(|value| crate::decimal_f32(value.trim())).unwrap_or(1.0),
        blend_mode: mode_of(value(attributes, OPERATION).unwrap_or(operation)),
        is_visible: is_visible || is_set(VISIBLE),
        is_locked: is_set("edit-locked"),
        is_alpha_locked: is_set(ALPHA_LOCKED),
        is_clipped: is_set(CLIPPED) || operation == ATOP,
    };
    properties.clamped()
}

/// What a PNG says of its size.
fn claimed_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let edge = |at: usize| Some(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?));
    Some((edge(16)?, edge(20)?))
}

/// Lays a picture on a blank layer.
fn place(png: &Png, x: i32, y: i32, raster: &mut Raster) {
    let width = png.image.width() as usize;
    let mut stored = Vec::with_capacity(width * 4);
    for row in 0..png.image.height() as usize {
        stored.clear();
        let range = row * width * 4..(row + 1) * width * 4;
        match &png.deep {
            Some(deep) => {
                stored.extend(deep[range].as_chunks::<4>().0.iter().flat_map(|it| stored_from_straight_16(*it)));
            }
            None => {
                let pixels = &png.image.pixels()[range];
                stored.extend(pixels.as_chunks::<4>().0.iter().flat_map(|it| stored_from_straight(it)));
            }
        }
        place_row(raster, i64::from(x), i64::from(y) + row as i64, &stored);
    }
}
