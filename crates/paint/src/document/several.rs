//! What is done with one layer or several at once: removed, copied, moved, grouped, merged, set. Each is one step.
//!
//! Layers are named by their ids in any order. A layer that lies in a group that is named as well goes with the group.

use std::ops::Range;

use super::{Document, Place};
use crate::composite::Content;
use crate::layer::{Layer, LayerId, LayerKind, LayerProperties, MAX_DEPTH, subtree_start};
use crate::state::State;
use crate::{PaintError, PixelRect, Raster};

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
        ended.union(self.transact(label, |state| {
            take_out(state, &spans);
            if state.index_of(state.active).is_none() {
                state.active = state.layers[start.saturating_sub(1).min(state.layers.len() - 1)].id;
            }
        }))
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
        let mut copied = Vec::new();
        for copy in &mut copies {
            copy.id = self.new_layer_id();
            if copy.depth == 0 {
                copied.push(copy.id);
            }
        }
        let shown = self.transact(label, |state| {
            put_in(state, state.layers.len() - n_above, depth, copies);
            state.active = copied.last().copied().unwrap_or(state.active);
        });
        Ok((copied, ended.union(shown)))
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
            && target_of(self.layers(), place).is_some_and(|(_, depth)| self.fits(&spans, depth))
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
        ended.union(self.transact(label, |state| {
            let moved = take_out(state, &spans);
            // What the place is named after stays where it is, so that there is one still.
            let (at, depth) = target_of(&state.layers, place).unwrap_or((state.layers.len(), 0));
            put_in(state, at, depth, moved);
        }))
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
        let group = self.new_layer_id();
        let shown = self.transact(label, |state| {
            let mut inside = take_out(state, &spans);
            // What was clipped to a layer below goes on as a group that is clipped to it.
            let is_clipped = unclip(&mut inside);
            let properties = LayerProperties { is_clipped, ..LayerProperties::of_kind(LayerKind::Group) };
            let raster = Raster::new(state.width, state.height);
            inside.iter_mut().for_each(|layer| layer.depth += 1);
            inside.push(Layer { id: group, depth: 0, properties, raster });
            put_in(state, state.layers.len() - n_above, depth, inside);
            state.active = group;
        });
        Ok((Some(group), ended.union(shown)))
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
        ended.union(self.transact(label, |state| {
            take_out(state, &spans);
            put_in(state, state.layers.len() - n_above, depth, vec![Layer { id, depth: 0, properties, raster }]);
            state.active = id;
        }))
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

/// Takes layers out, with all that is in them, and hands them over as they would be outside of all groups.
fn take_out(state: &mut State, spans: &[Range<usize>]) -> Vec<Layer> {
    let mut taken = Vec::new();
    // From the top down, so that what lies below stays where it is.
    for span in spans.iter().rev() {
        let depth = state.layers[span.end - 1].depth;
        let mut part: Vec<_> = state.layers.drain(span.clone()).collect();
        part.iter_mut().for_each(|layer| layer.depth -= depth);
        part.append(&mut taken);
        taken = part;
    }
    taken
}

/// Lets the lowest of these be clipped to nothing, and those above that were clipped to the same. Returns whether it was.
fn unclip(layers: &mut [Layer]) -> bool {
    let clipped = layers.iter_mut().filter(|layer| layer.depth == 0).take_while(|it| it.properties.is_clipped);
    clipped.fold(false, |_, layer| std::mem::take(&mut layer.properties.is_clipped))
}

/// Puts layers from outside of all groups to a place in the list, in so many groups.
fn put_in(state: &mut State, at: usize, depth: u8, mut layers: Vec<Layer>) {
    layers.iter_mut().for_each(|layer| layer.depth += depth);
    state.layers.splice(at..at, layers);
}

/// The index at which a layer would go, and its depth there.
fn target_of(layers: &[Layer], place: Place) -> Option<(usize, u8)> {
    let (Place::Above(other) | Place::Below(other) | Place::Into(other)) = place;
    let at = layers.iter().position(|layer| layer.id == other)?;
    let depth = layers[at].depth;
    match place {
        Place::Above(_) => Some((at + 1, depth)),
        Place::Below(_) => Some((subtree_start(layers, at), depth)),
        Place::Into(_) => layers[at].is_group().then_some((at, depth + 1)),
    }
}
