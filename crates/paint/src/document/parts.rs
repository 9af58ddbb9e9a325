//! A document as plain data, for the formats of files.

use std::sync::Arc;

use super::Document;
use crate::image::check_size;
use crate::layer::{LayerKind, MAX_LAYERS, is_tree};
use crate::state::State;
use crate::{Layer, LayerId, LayerProperties, Mask, PaintError, Raster};

/// Everything of a document but its history.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentParts {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Layers from the bottom up, a group directly above what is in it: see [`Layer`]. At least one.
    pub layers: Vec<LayerParts>,
    /// The index of the active layer.
    pub active: usize,
    /// What is selected.
    pub selection: Option<Mask>,
    /// How free the model is in each pixel.
    pub strength_map: Option<Mask>,
}

/// A layer as plain data.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerParts {
    /// What a person set of it.
    pub properties: LayerProperties,
    /// In how many groups it lies.
    pub depth: u8,
    /// Its pixels, of the document's size; blank for a group.
    pub raster: Raster,
}

impl Document {
    /// The document as plain data. It shares the pixels until one of the two changes, so that it costs little; a stroke
    /// under way is in it as far as it got.
    #[must_use]
    pub fn to_parts(&self) -> DocumentParts {
        let layers = self.layers().iter().map(|layer| LayerParts {
            properties: layer.properties.clone(),
            depth: layer.depth,
            raster: self.raster_behind_preview(layer.id()).unwrap_or(&layer.raster).clone(),
        });
        DocumentParts {
            width: self.width(),
            height: self.height(),
            layers: layers.collect(),
            active: self.state.index_of(self.state.active).unwrap_or(0),
            selection: self.selection().cloned(),
            strength_map: self.strength_map().cloned(),
        }
    }

    /// A document of plain data, without a history.
    ///
    /// # Errors
    /// [`PaintError::Size`] when the size does not work or a raster or mask has another,
    /// [`PaintError::LayerCount`] for no layer or more than [`MAX_LAYERS`], [`PaintError::LayerTree`] when the depths
    /// make no tree.
    pub fn from_parts(parts: DocumentParts) -> Result<Self, PaintError> {
        let DocumentParts { width, height, layers, active, selection, strength_map } = parts;
        check_size(width, height)?;
        if layers.is_empty() || layers.len() > MAX_LAYERS {
            return Err(PaintError::LayerCount { n_layers: layers.len() });
        }
        if !is_tree(layers.iter().map(|layer| (layer.depth, &layer.properties))) {
            return Err(PaintError::LayerTree);
        }
        let masks = selection.iter().chain(&strength_map).map(|mask| (mask.width(), mask.height()));
        let sizes = layers.iter().map(|layer| (layer.raster.width(), layer.raster.height())).chain(masks);
        for (width_here, height_here) in sizes {
            if (width_here, height_here) != (width, height) {
                return Err(PaintError::Size { width: width_here, height: height_here });
            }
        }
        let layers: Vec<_> = layers
            .into_iter()
            .zip(1..)
            .map(|(LayerParts { properties, depth, mut raster }, number)| {
                raster.drop_blank_tiles();
                if properties.kind == LayerKind::Group {
                    raster = Raster::new(width, height);
                }
                Layer { id: LayerId(number), depth, properties: properties.clamped(), raster }
            })
            .collect();
        let last_layer_id = layers.len() as u32;
        let active = layers[active.min(layers.len() - 1)].id;
        let selection = selection.filter(|mask| !mask.bounds().is_empty()).map(Arc::new);
        let strength_map = strength_map.map(Arc::new);
        let state = State { width, height, layers, active, selection, strength_map };
        Ok(Self::of_state(state, last_layer_id))
    }
}
