//! The tree of layers: adding, removing, moving, grouping, merging, and what a person sets of them.

use super::Document;
use crate::composite::{Content, Machine, Op, program};
use crate::layer::{Layer, LayerId, LayerKind, LayerProperties, MAX_DEPTH, MAX_LAYERS, parent_of, subtree_start};
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

    fn check_room(&self, n_new: usize) -> Result<(), PaintError> {
        let n_layers = self.layers().len() + n_new;
        if n_layers > MAX_LAYERS { Err(PaintError::LayerCount { n_layers }) } else { Ok(()) }
    }

    pub(super) fn add_filled_layer(
        &mut self,
        label: &'static str,
        properties: LayerProperties,
        raster: Raster,
    ) -> (LayerId, PixelRect) {
        let ended = self.end_stroke();
        let id = self.new_layer_id();
        let added = self.transact(label, |state| {
            let at = state.index_of(state.active).unwrap_or(state.layers.len() - 1);
            let depth = state.layers[at].depth;
            state.layers.insert(at + 1, Layer { id, depth, properties: properties.clamped(), raster });
            state.active = id;
        });
        (id, ended.union(added))
    }

    fn new_layer_id(&mut self) -> LayerId {
        self.last_layer_id += 1;
        LayerId(self.last_layer_id)
    }

    /// Whether a layer, with all that is in it, can be removed: something must be left.
    #[must_use]
    pub fn can_delete_layer(&self, id: LayerId) -> bool {
        let layers = self.layers();
        self.state.index_of(id).is_some_and(|at| at + 1 - subtree_start(layers, at) < layers.len())
    }

    /// Removes a layer, with all that is in it, as one undoable step. The last one stays. If the active layer goes, the
    /// one below it becomes active, or the one above.
    pub fn delete_layer(&mut self, label: &'static str, id: LayerId) -> PixelRect {
        let ended = self.end_stroke();
        let (true, Some(at)) = (self.can_delete_layer(id), self.state.index_of(id)) else { return ended };
        let start = subtree_start(self.layers(), at);
        ended.union(self.transact(label, |state| {
            state.layers.drain(start..=at);
            if state.index_of(state.active).is_none() {
                state.active = state.layers[start.saturating_sub(1).min(state.layers.len() - 1)].id;
            }
        }))
    }

    /// Copies a layer, with all that is in it, to directly above itself, as one undoable step, and makes the copy active.
    /// `None` when there is no such layer.
    ///
    /// # Errors
    /// [`PaintError::LayerCount`] when there would be more than [`MAX_LAYERS`].
    pub fn duplicate_layer(
        &mut self,
        label: &'static str,
        id: LayerId,
    ) -> Result<(Option<LayerId>, PixelRect), PaintError> {
        let ended = self.end_stroke();
        let Some(at) = self.state.index_of(id) else { return Ok((None, ended)) };
        let start = subtree_start(self.layers(), at);
        self.check_room(at + 1 - start)?;
        let mut copies = self.layers()[start..=at].to_vec();
        for copy in &mut copies {
            copy.id = self.new_layer_id();
        }
        let copied = copies.last().map(|copy| copy.id);
        let shown = self.transact(label, |state| {
            state.layers.splice(at + 1..at + 1, copies);
            state.active = copied.unwrap_or(state.active);
        });
        Ok((copied, ended.union(shown)))
    }

    /// Whether [`Document::move_layer`] can put a layer there: not into itself, and not deeper than [`MAX_DEPTH`].
    #[must_use]
    pub fn can_move_layer(&self, id: LayerId, place: Place) -> bool {
        let layers = self.layers();
        let (Some(at), Some((_, depth))) = (self.state.index_of(id), self.target_of(place)) else { return false };
        let start = subtree_start(layers, at);
        let (Place::Above(other) | Place::Below(other) | Place::Into(other)) = place;
        let is_inside = layers[start..=at].iter().any(|layer| layer.id == other);
        let height = layers[start..=at].iter().map(|layer| layer.depth - layers[at].depth).max().unwrap_or(0);
        !is_inside && depth + height <= MAX_DEPTH
    }

    /// The index at which a layer would go, and its depth there.
    fn target_of(&self, place: Place) -> Option<(usize, u8)> {
        let layers = self.layers();
        let index_of = |id: LayerId| self.state.index_of(id);
        match place {
            Place::Above(other) => index_of(other).map(|at| (at + 1, layers[at].depth)),
            Place::Below(other) => index_of(other).map(|at| (subtree_start(layers, at), layers[at].depth)),
            Place::Into(group) => {
                index_of(group).filter(|at| layers[*at].is_group()).map(|at| (at, layers[at].depth + 1))
            }
        }
    }

    /// Moves a layer, with all that is in it, as one undoable step. Nothing happens when it cannot be there.
    pub fn move_layer(&mut self, label: &'static str, id: LayerId, place: Place) -> PixelRect {
        let ended = self.end_stroke();
        if !self.can_move_layer(id, place) {
            return ended;
        }
        let (Some(at), Some((target, depth))) = (self.state.index_of(id), self.target_of(place)) else { return ended };
        let start = subtree_start(self.layers(), at);
        ended.union(self.transact(label, |state| {
            let former_depth = state.layers[at].depth;
            let mut moved: Vec<_> = state.layers.drain(start..=at).collect();
            for layer in &mut moved {
                layer.depth = layer.depth - former_depth + depth;
            }
            let target = if target > at { target - moved.len() } else { target };
            state.layers.splice(target..target, moved);
        }))
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

    /// Puts a layer, with all that is in it, into a new group at its place, as one undoable step, and makes the group
    /// active. `None` when there is no such layer or it lies too deep.
    ///
    /// # Errors
    /// [`PaintError::LayerCount`] when there are [`MAX_LAYERS`] already.
    pub fn group_layer(
        &mut self,
        label: &'static str,
        id: LayerId,
    ) -> Result<(Option<LayerId>, PixelRect), PaintError> {
        let ended = self.end_stroke();
        self.check_room(1)?;
        let Some(at) = self.state.index_of(id) else { return Ok((None, ended)) };
        let start = subtree_start(self.layers(), at);
        if self.layers()[start..=at].iter().any(|layer| layer.depth >= MAX_DEPTH) {
            return Ok((None, ended));
        }
        let group = self.new_layer_id();
        let shown = self.transact(label, |state| {
            let (depth, raster) = (state.layers[at].depth, Raster::new(state.width, state.height));
            for layer in &mut state.layers[start..=at] {
                layer.depth += 1;
            }
            // What was clipped to a layer below goes on as a group that is clipped to it.
            let is_clipped = std::mem::take(&mut state.layers[at].properties.is_clipped);
            let properties = LayerProperties { is_clipped, ..LayerProperties::of_kind(LayerKind::Group) };
            state.layers.insert(at + 1, Layer { id: group, depth, properties, raster });
            state.active = group;
        });
        Ok((Some(group), ended.union(shown)))
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
        let ended = self.end_stroke();
        let Some(layer) = self.layer(id) else { return ended };
        let mut properties = properties.clamped();
        if layer.is_group() || properties.kind == LayerKind::Group {
            properties.kind = layer.properties.kind;
        }
        let state_before = self.state_number();
        let shown = self.transact(label, |state| {
            if let Some(layer) = state.layer_mut(id) {
                layer.properties = properties;
            }
        });
        if is_continued && self.state_number() != state_before {
            self.history.join_properties();
        }
        ended.union(shown)
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

    /// Merges a layer, or a group with all that is in it, into the layer below, as one undoable step: what is seen of the
    /// two becomes the pixels of the lower one, which is active then. The lower one keeps its name, kind and blend mode;
    /// its opacity is in the pixels. What shows stays as it was where both are normal, and where the lower one is opaque.
    pub fn merge_down(&mut self, label: &'static str, id: LayerId) -> PixelRect {
        let ended = self.end_stroke();
        let (Some(at), Some((start, below))) = (self.state.index_of(id), self.merge_target(id)) else { return ended };
        let mut pair = self.layers()[below..=at].to_vec();
        let depth = pair[0].depth;
        for layer in &mut pair {
            layer.depth -= depth;
        }
        // The lower layer's opacity goes into the pixels; its mode, and what it is clipped to, concern what lies further down.
        let lower = &mut pair[0].properties;
        let is_clipped = std::mem::take(&mut lower.is_clipped);
        *lower = LayerProperties { opacity: lower.opacity, ..LayerProperties::of_kind(lower.kind) };
        if let (true, Some(upper)) = (is_clipped, pair.last_mut()) {
            upper.properties.is_clipped = false;
        }
        let merged = flattened(&pair, Content::Seen, self.width(), self.height());
        ended.union(self.transact(label, |state| {
            let lower = &mut state.layers[below];
            (lower.raster, lower.properties.opacity) = (merged, 1.0);
            state.active = lower.id;
            state.layers.drain(start..=at);
        }))
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
            let row = machine.row(&ops, y, part.columns);
            merged.pixels_mut(part.tile_idx).row_mut(y, part.columns.0, part.columns.1).copy_from_slice(row);
        }
    }
    merged.drop_blank_tiles();
    merged
}
