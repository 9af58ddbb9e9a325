//! The tree of layers: adding, removing, moving, grouping, merging, and what a person sets of them.

use super::Document;
use crate::composite::{Content, Machine, Op, program};
use crate::layer::{Layer, LayerId, LayerKind, LayerProperties, MAX_LAYERS, parent_of, subtree_start};
use crate::piece::Piece;
use crate::state::State;
use crate::{PaintError, PixelRect, Raster, RgbaImage};

/// Where a layer goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Directly above a layer, in the same group.
    Above(LayerId),
    /// Directly below a layer (a group with all that is in it), in the same group.
    Below(LayerId),
    /// To the top of a group.
    Into(LayerId),
}

impl Document {
    /// Adds a blank layer or an empty group above the active layer, as one undoable step, and makes it active. Returns
    /// what to show again, too: a layer that was clipped to the one below the new one looks different.
    ///
    /// # Errors
    /// [`PaintError::LayerCount`] when there are [`MAX_LAYERS`] already.
    pub fn add_layer(
        &mut self,
        label: &'static str,
        properties: LayerProperties,
    ) -> Result<(LayerId, PixelRect), PaintError> {
        self.check_room(1)?;
        let raster = Raster::new(self.width(), self.height());
        Ok(self.add_filled_layer(label, properties, raster))
    }

    /// Adds a layer that holds a picture, scaled to the canvas. See [`Document::add_layer`].
    ///
    /// # Errors
    /// [`PaintError::LayerCount`] when there are [`MAX_LAYERS`] already.
    pub fn add_picture_layer(
        &mut self,
        label: &'static str,
        properties: LayerProperties,
        picture: &RgbaImage,
    ) -> Result<(LayerId, PixelRect), PaintError> {
        let raster = Raster::from_picture(picture, self.width(), self.height());
        self.add_raster_layer(label, properties, raster)
    }

    /// The same above all layers but references: a picture of all that is rendered is not to lie below a part of it.
    ///
    /// # Errors
    /// [`PaintError::LayerCount`] when there are [`MAX_LAYERS`] already.
    pub fn add_picture_on_top(
        &mut self,
        label: &'static str,
        properties: LayerProperties,
        picture: &RgbaImage,
    ) -> Result<PixelRect, PaintError> {
        self.check_room(1)?;
        let raster = Raster::from_picture(picture, self.width(), self.height());
        let is_top = |layer: &Layer| layer.depth == 0 && layer.properties.kind != LayerKind::Reference;
        let top = self.layers().iter().rposition(is_top).map_or(0, |at| at + 1);
        Ok(self.insert_layer(label, properties, raster, (top, 0)).1)
    }

    /// Adds a layer that holds these pixels, cut or padded to the canvas. See [`Document::add_layer`].
    ///
    /// # Errors
    /// [`PaintError::LayerCount`] when there are [`MAX_LAYERS`] already.
    pub fn add_raster_layer(
        &mut self,
        label: &'static str,
        properties: LayerProperties,
        raster: Raster,
    ) -> Result<(LayerId, PixelRect), PaintError> {
        self.check_room(1)?;
        let size = (self.width(), self.height());
        let mut raster = if (raster.width(), raster.height()) == size { raster } else { raster.cropped((0, 0), size) };
        raster.drop_blank_tiles();
        Ok(self.add_filled_layer(label, properties, raster))
    }

    pub(super) fn check_room(&self, n_new: usize) -> Result<(), PaintError> {
        let n_layers = self.layers().len() + n_new;
        if n_layers > MAX_LAYERS { Err(PaintError::LayerCount { n_layers }) } else { Ok(()) }
    }

    pub(super) fn add_filled_layer(
        &mut self,
        label: &'static str,
        properties: LayerProperties,
        raster: Raster,
    ) -> (LayerId, PixelRect) {
        let at = self.state.index_of(self.state.active).unwrap_or(self.layers().len() - 1);
        self.insert_layer(label, properties, raster, (at + 1, self.layers()[at].depth))
    }

    fn insert_layer(
        &mut self,
        label: &'static str,
        properties: LayerProperties,
        raster: Raster,
        (at, depth): (usize, u8),
    ) -> (LayerId, PixelRect) {
        let ended = self.end_stroke();
        let id = self.new_layer_id();
        let added = self.transact(label, |state| {
            state.layers.insert(at, Layer { id, depth, properties: properties.clamped(), raster });
            state.active = id;
        });
        (id, ended.union(added))
    }

    pub(super) fn new_layer_id(&mut self) -> LayerId {
        self.last_layer_id += 1;
        LayerId(self.last_layer_id)
    }

    /// Where a layer goes that is moved one place up (or down) in the list as a person sees it: past its neighbour, into
    /// a group that is in the way, or out of its own. `None` where it is at the end already.
    #[must_use]
    pub fn place_next_to(&self, id: LayerId, is_up: bool) -> Option<Place> {
        let layers = self.layers();
        let at = self.state.index_of(id)?;
        let start = subtree_start(layers, at);
        let depth = layers[at].depth;
        let place = if is_up {
            // Directly above may be the group that it is in, which it leaves, or the lowest layer in another, which it joins.
            let above = layers.get(at + 1)?;
            if above.depth > depth { Place::Below(above.id) } else { Place::Above(above.id) }
        } else {
            match start.checked_sub(1).map(|below| &layers[below]) {
                Some(below) if below.depth == depth && below.is_group() => Place::Into(below.id),
                Some(below) if below.depth >= depth => Place::Below(below.id),
                _ => Place::Below(layers[parent_of(layers, at)?].id),
            }
        };
        self.can_move_layer(id, place).then_some(place)
    }

    /// Takes a group away and leaves what is in it, as one undoable step. An empty group that is all there is stays.
    pub fn ungroup_layer(&mut self, label: &'static str, group: LayerId) -> PixelRect {
        let ended = self.end_stroke();
        let at = self.state.index_of(group).filter(|at| self.layers()[*at].is_group() && self.layers().len() > 1);
        let Some(at) = at else { return ended };
        let start = subtree_start(self.layers(), at);
        ended.union(self.transact(label, |state| {
            state.layers.remove(at);
            for layer in &mut state.layers[start..at] {
                layer.depth -= 1;
            }
            if state.active == group {
                state.active = state.layers[at.saturating_sub(1).min(state.layers.len() - 1)].id;
            }
        }))
    }

    /// Sets what a person sets of a layer, as one undoable step. With `is_continued` it joins the step before, if that set
    /// the same layer under the same label: a slider that is dragged is one step. A group stays one, and nothing else
    /// becomes one.
    pub fn set_layer_properties(
        &mut self,
        label: &'static str,
        id: LayerId,
        properties: LayerProperties,
        is_continued: bool,
    ) -> PixelRect {
        self.change_layer_properties(label, &[id], &mut |it| *it = properties.clone(), is_continued)
    }

    /// Whether there is a layer to merge with: one that has pixels directly below, in the same group, both unlocked.
    #[must_use]
    pub fn can_merge_down(&self, id: LayerId) -> bool {
        self.merge_target(id).is_some()
    }

    /// The indices of a layer's first and of the one below it.
    fn merge_target(&self, id: LayerId) -> Option<(usize, usize)> {
        let layers = self.layers();
        let at = self.state.index_of(id)?;
        let start = subtree_start(layers, at);
        let below = start.checked_sub(1).filter(|below| layers[*below].depth == layers[at].depth)?;
        let is_open = |at: usize| layers[at].properties.is_visible && !layers[at].properties.is_locked;
        (!layers[below].is_group() && is_open(at) && is_open(below)).then_some((start, below))
    }

    /// Merges a layer, or a group with all that is in it, into the layer below, as one undoable step: see
    /// [`Document::merge_layers`].
    pub fn merge_down(&mut self, label: &'static str, id: LayerId) -> PixelRect {
        match self.merge_target(id).map(|(_, below)| self.layers()[below].id) {
            Some(below) => self.merge_layers(label, &[below, id]),
            None => self.end_stroke(),
        }
    }

    /// Replaces a group by one layer that looks the same, as one undoable step.
    pub fn flatten_group(&mut self, label: &'static str, group: LayerId) -> PixelRect {
        let ended = self.end_stroke();
        let Some(at) = self.state.index_of(group).filter(|at| self.layers()[*at].is_group()) else { return ended };
        let start = subtree_start(self.layers(), at);
        let mut inside = self.layers()[start..at].to_vec();
        let depth = self.layers()[at].depth + 1;
        for layer in &mut inside {
            layer.depth -= depth;
        }
        let merged = flattened(&inside, Content::Seen, self.width(), self.height());
        ended.union(self.transact(label, |state| {
            state.layers[at].raster = merged;
            state.layers[at].properties.kind = LayerKind::Paint;
            state.layers.drain(start..at);
            state.active = group;
        }))
    }

    /// Makes one layer of all that is seen but references, as one undoable step. References outside of groups stay;
    /// everything else that is not seen goes.
    pub fn flatten_layers(&mut self, label: &'static str) -> PixelRect {
        let ended = self.end_stroke();
        let merged = flattened(self.layers(), Content::Exported, self.width(), self.height());
        let id = self.new_layer_id();
        ended.union(self.transact(label, |state| {
            let State { layers, active, .. } = state;
            let stays = |layer: &Layer| layer.depth == 0 && layer.properties.kind == LayerKind::Reference;
            let n_below = layers.iter().take_while(|layer| stays(layer)).count();
            layers.retain(stays);
            let layer = Layer { id, depth: 0, properties: LayerProperties::default(), raster: merged };
            layers.insert(n_below.min(layers.len()), layer);
            *active = id;
        }))
    }
}

/// What a forest of layers looks like, as pixels.
pub(crate) fn flattened(layers: &[Layer], content: Content, width: u32, height: u32) -> Raster {
    let ops = program(layers, content);
    let mut merged = Raster::new(width, height);
    let mut machine = Machine::new();
    let is_painted = |op: &Op, tile_idx: usize| match op {
        Op::Layer { index, .. } => layers[*index].raster.slot(tile_idx).is_some(),
        Op::Open | Op::Close(_) => false,
    };
    for part in merged.grid.parts(merged.bounds()) {
        if !ops.iter().any(|op| is_painted(op, part.tile_idx)) {
            continue;
        }
        machine.hold(&ops, layers, part.tile_idx, 1);
        for y in part.rows.0..part.rows.1 {
            let row = Piece::Rounded(machine.row(&ops, y, part.columns));
            let stored = merged.pixels_mut(part.tile_idx).row_mut(y, part.columns.0, part.columns.1);
            stored.iter_mut().enumerate().for_each(|(at, value)| *value = row.value(at));
        }
    }
    merged.drop_blank_tiles();
    merged
}
