//! What is done with one layer or several at once: removed, copied, moved, grouped, merged, set. Each is one step.
//!
//! Layers are named by their ids in any order. A layer that lies in a group that is named as well goes with the group.

use std::ops::Range;

use super::{Document, Place};
use crate::change::{arrange, order_of};
use crate::composite::Content;
use crate::layer::{Layer, LayerId, LayerKind, LayerProperties, MAX_DEPTH, subtree_start};
use crate::{PaintError, PixelRect, Raster};

/// A layer's row in the list, and in how many groups it lies.
type Row = (LayerId, u8);

impl Document {
    /// Those of the layers that lie in none of the others, from the bottom up. Ids of layers that are gone do not count.
    #[must_use]
    pub fn outermost_of(&self, ids: &[LayerId]) -> Vec<LayerId> {
        self.spans_of(ids).iter().map(|span| self.layers()[span.end - 1].id).collect()
    }

    /// Where these are in the list with all that is in them, from the bottom up: the last of each stretch is the layer
    /// itself.
    fn spans_of(&self, ids: &[LayerId]) -> Vec<Range<usize>> {
        let layers = self.layers();
        let mut spans = Vec::new();
        let mut end = layers.len();
        // From the top down a group comes before what is in it.
        while end > 0 {
            let at = end - 1;
            let is_named = ids.contains(&layers[at].id);
            let start = if is_named { subtree_start(layers, at) } else { at };
            if is_named {
                spans.push(start..end);
            }
            end = start;
        }
        spans.reverse();
        spans
    }

    /// Copies of layers with all that is in them, as they would be outside of all groups.
    fn copies_of(&self, spans: &[Range<usize>]) -> Vec<Layer> {
        let relative = |span: &Range<usize>| {
            let depth = self.layers()[span.end - 1].depth;
            self.layers()[span.clone()].iter().cloned().map(move |layer| Layer { depth: layer.depth - depth, ..layer })
        };
        spans.iter().flat_map(relative).collect()
    }

    /// Whether layers, with all that is in them, may lie in so many groups.
    fn fits(&self, spans: &[Range<usize>], depth: u8) -> bool {
        let layers = self.layers();
        spans.iter().all(|span| {
            let own_depth = layers[span.end - 1].depth;
            layers[span.clone()].iter().all(|layer| layer.depth - own_depth + depth <= MAX_DEPTH)
        })
    }

    /// Whether layers, with all that is in them, can be removed: something must be left.
    #[must_use]
    pub fn can_delete_layers(&self, ids: &[LayerId]) -> bool {
        let n_gone: usize = self.spans_of(ids).iter().map(Range::len).sum();
        n_gone > 0 && n_gone < self.layers().len()
    }

    /// Removes a layer as [`Document::delete_layers`] does.
    pub fn delete_layer(&mut self, label: &'static str, id: LayerId) -> PixelRect {
        self.delete_layers(label, &[id])
    }

    /// Removes layers, with all that is in them, as one undoable step. The last one stays. If the active layer goes, the
    /// one below the lowest of them becomes active, or the lowest that is left.
    pub fn delete_layers(&mut self, label: &'static str, ids: &[LayerId]) -> PixelRect {
        let ended = self.end_stroke();
        let spans = self.spans_of(ids);
        let (true, Some(start)) = (self.can_delete_layers(ids), spans.first().map(|span| span.start)) else {
            return ended;
        };
        let (left, _) = self.parted(&spans);
        let active = match left.iter().any(|(id, _)| *id == self.state.active) {
            true => self.state.active,
            false => left[start.saturating_sub(1).min(left.len() - 1)].0,
        };
        ended.union(self.rearrange(label, &left, Vec::new(), active))
    }

    /// Copies a layer as [`Document::duplicate_layers`] does.
    ///
    /// # Errors
    /// [`PaintError::LayerCount`] when there would be more than [`crate::MAX_LAYERS`].
    pub fn duplicate_layer(
        &mut self,
        label: &'static str,
        id: LayerId,
    ) -> Result<(Option<LayerId>, PixelRect), PaintError> {
        self.duplicate_layers(label, &[id]).map(|(copies, dirty)| (copies.last().copied(), dirty))
    }

    /// Copies layers, with all that is in them, to directly above the uppermost of them, as one undoable step, and makes
    /// the uppermost copy active. Returns the copies of the layers themselves, from the bottom up; none where there is
    /// nothing to copy, or where it would lie too deep.
    ///
    /// # Errors
    /// [`PaintError::LayerCount`] when there would be more than [`crate::MAX_LAYERS`].
    pub fn duplicate_layers(
        &mut self,
        label: &'static str,
        ids: &[LayerId],
    ) -> Result<(Vec<LayerId>, PixelRect), PaintError> {
        let ended = self.end_stroke();
        let spans = self.spans_of(ids);
        let mut copies = self.copies_of(&spans);
        self.check_room(copies.len())?;
        let (n_above, depth) = self.above(&spans);
        if !self.fits(&spans, depth) {
            return Ok((Vec::new(), ended));
        }
        let (_, mut rows) = self.parted(&spans);
        let mut copied = Vec::new();
        for (copy, row) in copies.iter_mut().zip(&mut rows) {
            copy.id = self.new_layer_id();
            row.0 = copy.id;
            if row.1 == 0 {
                copied.push(copy.id);
            }
        }
        let order = joined(order_of(self.layers()), self.layers().len() - n_above, depth, &rows);
        let active = copied.last().copied().unwrap_or(self.state.active);
        Ok((copied, ended.union(self.rearrange(label, &order, copies, active))))
    }

    /// Whether [`Document::move_layer`] can put a layer there.
    #[must_use]
    pub fn can_move_layer(&self, id: LayerId, place: Place) -> bool {
        self.can_move_layers(&[id], place)
    }

    /// Whether [`Document::move_layers`] can put layers there: into none of themselves, and not deeper than [`MAX_DEPTH`].
    #[must_use]
    pub fn can_move_layers(&self, ids: &[LayerId], place: Place) -> bool {
        let (Place::Above(other) | Place::Below(other) | Place::Into(other)) = place;
        let (spans, other) = (self.spans_of(ids), self.state.index_of(other));
        let is_inside = |span: &Range<usize>| other.is_some_and(|other| span.contains(&other));
        !spans.is_empty()
            && !spans.iter().any(is_inside)
            && target_of(&order_of(self.layers()), place).is_some_and(|(_, depth)| {
                let is_room = !matches!(place, Place::Into(_)) || other.is_some_and(|at| self.layers()[at].is_group());
                is_room && self.fits(&spans, depth)
            })
    }

    /// Moves a layer as [`Document::move_layers`] does.
    pub fn move_layer(&mut self, label: &'static str, id: LayerId, place: Place) -> PixelRect {
        self.move_layers(label, &[id], place)
    }

    /// Moves layers, with all that is in them and in their order, to one place, as one undoable step. Nothing happens when
    /// they cannot be there.
    pub fn move_layers(&mut self, label: &'static str, ids: &[LayerId], place: Place) -> PixelRect {
        let ended = self.end_stroke();
        if !self.can_move_layers(ids, place) {
            return ended;
        }
        let spans = self.spans_of(ids);
        let (left, moved) = self.parted(&spans);
        let order = match target_of(&left, place) {
            Some((at, depth)) => joined(left, at, depth, &moved),
            // What the place is named after stays where it is, so that this cannot be.
            None => return ended,
        };
        ended.union(self.rearrange(label, &order, Vec::new(), self.state.active))
    }

    /// Puts a layer into a group as [`Document::group_layers`] does.
    ///
    /// # Errors
    /// [`PaintError::LayerCount`] when there are [`crate::MAX_LAYERS`] already.
    pub fn group_layer(
        &mut self,
        label: &'static str,
        id: LayerId,
    ) -> Result<(Option<LayerId>, PixelRect), PaintError> {
        self.group_layers(label, &[id])
    }

    /// Puts layers, with all that is in them, into a new group at the place of the uppermost of them, as one undoable
    /// step, and makes the group active. `None` when there is nothing to group or it lies too deep.
    ///
    /// # Errors
    /// [`PaintError::LayerCount`] when there are [`crate::MAX_LAYERS`] already.
    pub fn group_layers(
        &mut self,
        label: &'static str,
        ids: &[LayerId],
    ) -> Result<(Option<LayerId>, PixelRect), PaintError> {
        let ended = self.end_stroke();
        self.check_room(1)?;
        let spans = self.spans_of(ids);
        if !self.can_group_layers(ids) {
            return Ok((None, ended));
        }
        let (n_above, depth) = self.above(&spans);
        let id = self.new_layer_id();
        let (left, mut inside) = self.parted(&spans);
        inside.iter_mut().for_each(|row| row.1 += 1);
        inside.push((id, 0));
        let order = joined(left, self.layers().len() - n_above - (inside.len() - 1), depth, &inside);
        // What was clipped to a layer below goes on as a group that is clipped to it.
        let mut freed = self.copies_of(&spans);
        let is_clipped = unclip(&mut freed);
        let properties = LayerProperties { is_clipped, ..LayerProperties::of_kind(LayerKind::Group) };
        let group = Layer { id, depth, properties, raster: Raster::new(self.width(), self.height()) };
        let mut group = vec![group];
        let shown = self.transact(label, |state| {
            arrange(state, &order, &mut group);
            state.active = id;
            for freed in &freed {
                if let Some(layer) = state.layer_mut(freed.id) {
                    layer.properties.is_clipped = freed.properties.is_clipped;
                }
            }
        });
        Ok((Some(id), ended.union(shown)))
    }

    /// Whether [`Document::group_layers`] has something to group, and not too deep.
    #[must_use]
    pub fn can_group_layers(&self, ids: &[LayerId]) -> bool {
        let spans = self.spans_of(ids);
        !spans.is_empty() && self.fits(&spans, self.above(&spans).1 + 1)
    }

    /// How many layers lie above the uppermost of these, which stays so when they are taken out, and how deep that one
    /// lies.
    fn above(&self, spans: &[Range<usize>]) -> (usize, u8) {
        let layers = self.layers();
        spans.last().map_or((0, 0), |span| (layers.len() - span.end, layers[span.end - 1].depth))
    }

    /// Whether these are two layers or more, all of them seen and unlocked.
    #[must_use]
    pub fn can_merge_layers(&self, ids: &[LayerId]) -> bool {
        let spans = self.spans_of(ids);
        let properties = |span: &Range<usize>| &self.layers()[span.end - 1].properties;
        let is_open = |span: &Range<usize>| properties(span).is_visible && !properties(span).is_locked;
        spans.len() > 1 && spans.iter().all(is_open)
    }

    /// Merges layers, and groups with all that is in them, into the lowest of them, as one undoable step: what is seen of
    /// them becomes the pixels of one layer at the place of the uppermost, which is active then. It keeps the name, kind
    /// and blend mode of the lowest; opacities are in the pixels. What shows stays as it was where they lie upon each other
    /// and all are normal, and where the lowest is opaque.
    pub fn merge_layers(&mut self, label: &'static str, ids: &[LayerId]) -> PixelRect {
        let ended = self.end_stroke();
        if !self.can_merge_layers(ids) {
            return ended;
        }
        let spans = self.spans_of(ids);
        let mut merging = self.copies_of(&spans);
        let is_clipped = unclip(&mut merging);
        let Some(lowest) = merging.iter_mut().find(|layer| layer.depth == 0) else { return ended };
        // The lowest layer's opacity goes into the pixels; its mode, and what it is clipped to, concern what lies further
        // down.
        let mut properties = LayerProperties { is_clipped, ..lowest.properties.clone() };
        let LayerProperties { kind, opacity, .. } = properties;
        lowest.properties = LayerProperties { opacity, ..LayerProperties::of_kind(kind) };
        let id = lowest.id;
        if kind == LayerKind::Group {
            properties.kind = LayerKind::Paint;
        }
        properties.opacity = 1.0;
        let raster = super::layers::flattened(&merging, Content::Seen, self.width(), self.height());
        let (n_above, depth) = self.above(&spans);
        let (left, gone) = self.parted(&spans);
        let order = joined(left, self.layers().len() - n_above - gone.len(), depth, &[(id, 0)]);
        ended.union(self.transact(label, |state| {
            arrange(state, &order, &mut Vec::new());
            state.active = id;
            if let Some(layer) = state.layer_mut(id) {
                (layer.properties, layer.raster) = (properties, raster);
            }
        }))
    }

    /// Gives the layers another order, with those that are new among them, as one step.
    fn rearrange(&mut self, label: &'static str, order: &[Row], mut new: Vec<Layer>, active: LayerId) -> PixelRect {
        self.transact(label, |state| {
            arrange(state, order, &mut new);
            state.active = active;
        })
    }

    /// The rows that are left without some, and those as they would be outside of all groups.
    fn parted(&self, spans: &[Range<usize>]) -> (Vec<Row>, Vec<Row>) {
        let (mut left, mut taken) = (Vec::new(), Vec::new());
        let layers = self.layers();
        for (at, layer) in layers.iter().enumerate() {
            match spans.iter().find(|span| span.contains(&at)) {
                Some(span) => taken.push((layer.id, layer.depth - layers[span.end - 1].depth)),
                None => left.push((layer.id, layer.depth)),
            }
        }
        (left, taken)
    }

    /// Changes what a person sets of layers, as one undoable step. With `is_continued` it joins the step before, if that
    /// has the same label and set one of them: a slider that is dragged is one step. A group stays one, and nothing else
    /// becomes one.
    pub fn change_layer_properties(
        &mut self,
        label: &'static str,
        ids: &[LayerId],
        change: &mut dyn FnMut(&mut LayerProperties),
        is_continued: bool,
    ) -> PixelRect {
        let ended = self.end_stroke();
        let state_before = self.state_number();
        let shown = self.transact(label, |state| {
            for layer in state.layers.iter_mut().filter(|layer| ids.contains(&layer.id)) {
                let mut properties = layer.properties.clone();
                change(&mut properties);
                if layer.is_group() || properties.kind == LayerKind::Group {
                    properties.kind = layer.properties.kind;
                }
                layer.properties = properties.clamped();
            }
        });
        if is_continued && self.state_number() != state_before {
            self.history.join_properties();
        }
        ended.union(shown)
    }
}

/// Lets the lowest of these be clipped to nothing, and those above that were clipped to the same. Returns whether it was.
fn unclip(layers: &mut [Layer]) -> bool {
    let clipped = layers.iter_mut().filter(|layer| layer.depth == 0).take_while(|it| it.properties.is_clipped);
    clipped.fold(false, |_, layer| std::mem::take(&mut layer.properties.is_clipped))
}

/// Rows with others put among them at a place, so many groups deep.
fn joined(mut rows: Vec<Row>, at: usize, depth: u8, others: &[Row]) -> Vec<Row> {
    let above = rows.split_off(at);
    rows.extend(others.iter().map(|(id, own)| (*id, own + depth)));
    rows.extend(above);
    rows
}

/// The place of the list at which a layer would go, and its depth there; whether a group is one is not asked.
fn target_of(rows: &[Row], place: Place) -> Option<(usize, u8)> {
    let (Place::Above(other) | Place::Below(other) | Place::Into(other)) = place;
    let at = rows.iter().position(|(id, _)| *id == other)?;
    let depth = rows[at].1;
    Some(match place {
        Place::Above(_) => (at + 1, depth),
        Place::Below(_) => (rows[..at].iter().rposition(|(_, below)| *below <= depth).map_or(0, |it| it + 1), depth),
        Place::Into(_) => (at, depth + 1),
    })
}
