//! Undo and redo: what each step changed, as it is on the other side of the step, and nothing else.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::layer::{Layer, LayerId, LayerProperties, painted_bounds};
use crate::raster::{Raster, TILE_BYTES, TileSlot};
use crate::{Mask, PixelRect};

/// What undo and redo may hold unless [`crate::Document::set_undo_limit_bytes`] says otherwise.
pub const UNDO_LIMIT_BYTES: usize = 128 << 20;

/// Everything of a document that undo brings back. A clone shares all pixels.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) layers: Vec<Layer>,
    pub(crate) active: LayerId,
    pub(crate) selection: Option<Arc<Mask>>,
    pub(crate) strength_map: Option<Arc<Mask>>,
}

impl State {
    pub(crate) fn index_of(&self, id: LayerId) -> Option<usize> {
        self.layers.iter().position(|layer| layer.id == id)
    }

    pub(crate) fn layer_mut(&mut self, id: LayerId) -> Option<&mut Layer> {
        self.layers.iter_mut().find(|layer| layer.id == id)
    }

    pub(crate) fn bounds(&self) -> PixelRect {
        PixelRect::new(0, 0, self.width, self.height)
    }
}

/// One thing that a step changed, as it is on the other side of the step.
pub(crate) enum Change {
    /// Pixels of a layer.
    Tiles { layer: LayerId, tiles: Vec<(usize, TileSlot)> },
    /// What a person set of a layer.
    Properties { layer: LayerId, properties: LayerProperties },
    /// Which layers there are and where, and those that only the other side has.
    Arrangement { order: Vec<(LayerId, u8)>, absent: Vec<Layer> },
    /// The layer that is painted on.
    Active(LayerId),
    /// The selection.
    Selection(Option<Arc<Mask>>),
    /// The painted strength.
    StrengthMap(Option<Arc<Mask>>),
    /// All of it: the canvas has another size on the other side.
    Everything(Box<State>),
}

impl Change {
    fn bytes(&self) -> usize {
        let mask_bytes = |mask: &Option<Arc<Mask>>| mask.as_ref().map_or(0, |mask| mask.values().len());
        let layers_bytes = |layers: &[Layer]| -> usize {
            layers.iter().map(|layer| layer.raster.pixel_bytes() + layer.raster.n_tiles() * size_of::<TileSlot>()).sum()
        };
        size_of::<Self>()
            + match self {
                Self::Tiles { tiles, .. } => {
                    let n_painted = tiles.iter().filter(|(_, slot)| slot.is_some()).count();
                    n_painted * TILE_BYTES + tiles.len() * size_of::<(usize, TileSlot)>()
                }
                Self::Properties { properties, .. } => properties.name.len(),
                Self::Arrangement { absent, order } => layers_bytes(absent) + order.len() * size_of::<(LayerId, u8)>(),
                Self::Active(_) => 0,
                Self::Selection(mask) | Self::StrengthMap(mask) => mask_bytes(mask),
                Self::Everything(state) => {
                    layers_bytes(&state.layers) + mask_bytes(&state.selection) + mask_bytes(&state.strength_map)
                }
            }
    }

    /// Exchanges what it holds with what the document has.
    fn swap(&mut self, state: &mut State) {
        match self {
            Self::Tiles { layer, tiles } => {
                let Some(layer) = state.layer_mut(*layer) else { return };
                for (tile_idx, slot) in tiles {
                    *slot = layer.raster.replace(*tile_idx, slot.take());
                }
            }
            Self::Properties { layer, properties } => {
                if let Some(layer) = state.layer_mut(*layer) {
                    std::mem::swap(&mut layer.properties, properties);
                }
            }
            Self::Arrangement { order, absent } => {
                let mut former = order_of(&state.layers);
                std::mem::swap(order, &mut former);
                let wanted = former;
                let mut at_hand = std::mem::take(&mut state.layers);
                at_hand.append(absent);
                for (id, depth) in wanted {
                    if let Some(at) = at_hand.iter().position(|layer| layer.id == id) {
                        let mut layer = at_hand.swap_remove(at);
                        layer.depth = depth;
                        state.layers.push(layer);
                    }
                }
                *absent = at_hand;
            }
            Self::Active(active) => std::mem::swap(active, &mut state.active),
            Self::Selection(mask) => std::mem::swap(mask, &mut state.selection),
            Self::StrengthMap(mask) => std::mem::swap(mask, &mut state.strength_map),
            Self::Everything(other) => std::mem::swap(other.as_mut(), state),
        }
    }
}

fn order_of(layers: &[Layer]) -> Vec<(LayerId, u8)> {
    layers.iter().map(|layer| (layer.id, layer.depth)).collect()
}

/// What leads from `after` back to `before`.
pub(crate) fn changes_between(before: &State, after: &State) -> Vec<Change> {
    if (before.width, before.height) != (after.width, after.height) {
        return vec![Change::Everything(Box::new(before.clone()))];
    }
    let mut changes = Vec::new();
    if order_of(&before.layers) != order_of(&after.layers) {
        let is_gone = |layer: &&Layer| after.index_of(layer.id).is_none();
        let absent = before.layers.iter().filter(is_gone).cloned().collect();
        changes.push(Change::Arrangement { order: order_of(&before.layers), absent });
    }
    for layer in &after.layers {
        let Some(former) = before.index_of(layer.id).map(|at| &before.layers[at]) else { continue };
        if former.properties != layer.properties {
            changes.push(Change::Properties { layer: layer.id, properties: former.properties.clone() });
        }
        let tiles = tiles_between(&former.raster, &layer.raster);
        if !tiles.is_empty() {
            changes.push(Change::Tiles { layer: layer.id, tiles });
        }
    }
    if before.active != after.active {
        changes.push(Change::Active(before.active));
    }
    let is_same = |one: &Option<Arc<Mask>>, two: &Option<Arc<Mask>>| match (one, two) {
        (Some(one), Some(two)) => Arc::ptr_eq(one, two) || one == two,
        (one, two) => one.is_none() && two.is_none(),
    };
    if !is_same(&before.selection, &after.selection) {
        changes.push(Change::Selection(before.selection.clone()));
    }
    if !is_same(&before.strength_map, &after.strength_map) {
        changes.push(Change::StrengthMap(before.strength_map.clone()));
    }
    changes
}

/// The tiles that differ, as they are in `before`.
fn tiles_between(before: &Raster, after: &Raster) -> Vec<(usize, TileSlot)> {
    let differ = |tile_idx: &usize| match (before.slot(*tile_idx), after.slot(*tile_idx)) {
        (None, None) => false,
        (Some(one), Some(two)) => !Arc::ptr_eq(one, two) && one != two,
        _ => true,
    };
    (0..after.n_tiles()).filter(differ).map(|tile_idx| (tile_idx, before.slot(tile_idx).clone())).collect()
}

/// What a person did, with what it changed.
pub(crate) struct Step {
    pub(crate) label: &'static str,
    pub(crate) changes: Vec<Change>,
    /// The revision on the other side.
    pub(crate) revision: u64,
    /// The number of the other side's state.
    pub(crate) state_number: u64,
    /// The pixels that look different on the two sides.
    pub(crate) dirty: PixelRect,
}

impl Step {
    fn bytes(&self) -> usize {
        self.changes.iter().map(Change::bytes).sum::<usize>() + size_of::<Self>()
    }
}

/// What counts up with changes and returns with undo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Revisions {
    /// Of what is rendered.
    pub(crate) rendered: u64,
    /// Of everything.
    pub(crate) state: u64,
}

/// Steps that can be taken back and done again.
pub(crate) struct History {
    undo: VecDeque<Step>,
    redo: Vec<Step>,
    limit_bytes: usize,
}

impl History {
    pub(crate) fn new() -> Self {
        Self { undo: VecDeque::new(), redo: Vec::new(), limit_bytes: UNDO_LIMIT_BYTES }
    }

    /// Adds a step that was just done; what had been taken back is lost.
    pub(crate) fn push(&mut self, step: Step) {
        self.redo.clear();
        self.undo.push_back(step);
        self.forget_oldest();
    }

    pub(crate) fn undo(&mut self, state: &mut State, revisions: &mut Revisions) -> PixelRect {
        let Some(mut step) = self.undo.pop_back() else { return PixelRect::EMPTY };
        let dirty = cross(&mut step, state, revisions);
        self.redo.push(step);
        dirty
    }

    pub(crate) fn redo(&mut self, state: &mut State, revisions: &mut Revisions) -> PixelRect {
        let Some(mut step) = self.redo.pop() else { return PixelRect::EMPTY };
        let dirty = cross(&mut step, state, revisions);
        self.undo.push_back(step);
        dirty
    }

    /// Makes one of the last two steps if both have the same name and set the same layer's properties.
    pub(crate) fn join_properties(&mut self) {
        let layer_of = |step: &Step| match step.changes.as_slice() {
            [Change::Properties { layer, .. }] => Some((step.label, *layer)),
            _ => None,
        };
        let Some(last) = self.undo.pop_back() else { return };
        match self.undo.back_mut() {
            // The older of the two knows how things were before both.
            Some(former) if layer_of(former).is_some() && layer_of(former) == layer_of(&last) => {
                former.dirty = former.dirty.union(last.dirty);
            }
            _ => self.undo.push_back(last),
        }
    }

    /// The names of all steps, the oldest first, and how many of them are done.
    pub(crate) fn labels(&self) -> (impl Iterator<Item = &'static str>, usize) {
        let labels = self.undo.iter().chain(self.redo.iter().rev()).map(|step| step.label);
        (labels, self.undo.len())
    }

    pub(crate) fn undo_label(&self) -> Option<&'static str> {
        self.undo.back().map(|step| step.label)
    }

    pub(crate) fn redo_label(&self) -> Option<&'static str> {
        self.redo.last().map(|step| step.label)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.undo.iter().chain(&self.redo).map(Step::bytes).sum()
    }

    pub(crate) fn set_limit_bytes(&mut self, limit_bytes: usize) {
        self.limit_bytes = limit_bytes;
        self.forget_oldest();
    }

    /// Forgets the oldest steps beyond the limit. The last one always stays: a step that cannot be taken back at all
    /// would be worse than a little more memory.
    fn forget_oldest(&mut self) {
        let mut held_bytes = self.bytes();
        while held_bytes > self.limit_bytes && self.undo.len() > 1 {
            if let Some(step) = self.undo.pop_front() {
                held_bytes -= step.bytes();
            }
        }
    }
}

/// Brings the document to the other side of a step, and turns the step around. Returns what to show again.
fn cross(step: &mut Step, state: &mut State, revisions: &mut Revisions) -> PixelRect {
    let size = (state.width, state.height);
    for change in &mut step.changes {
        change.swap(state);
    }
    std::mem::swap(&mut step.revision, &mut revisions.rendered);
    std::mem::swap(&mut step.state_number, &mut revisions.state);
    if (state.width, state.height) == size { step.dirty } else { state.bounds() }
}

/// Which pixels look different after `changes` (each as it is in `before`), and whether what is rendered does.
pub(crate) fn effect_of(changes: &[Change], before: &State, after: &State) -> (PixelRect, bool) {
    use crate::LayerKind::{Reference, Render};
    let is_rendered = |layer: &Layer| !matches!(layer.properties.kind, Reference | Render);
    let (mut dirty, mut is_render_changed) = (PixelRect::EMPTY, false);
    for change in changes {
        match change {
            Change::Tiles { layer, tiles } => {
                let Some(layer) = after.index_of(*layer).map(|at| &after.layers[at]) else { continue };
                let rects = tiles.iter().map(|(tile_idx, _)| layer.raster.grid.rect(*tile_idx));
                dirty = rects.fold(dirty, PixelRect::union).intersection(after.bounds());
                is_render_changed |= is_rendered(layer);
            }
            Change::Properties { layer, properties } => {
                let Some(at) = after.index_of(*layer) else { continue };
                let layer = &after.layers[at];
                if properties.looks_like(&layer.properties) {
                    continue;
                }
                // What is clipped to the layer, or no longer is, lies above it.
                let depth = layer.depth;
                let is_clipped =
                    |at: &usize| after.layers[*at].depth > depth || after.layers[*at].properties.is_clipped;
                let end = (at + 1..after.layers.len())
                    .take_while(|at| after.layers[*at].depth >= depth && is_clipped(at))
                    .last()
                    .map_or(at + 1, |last| last + 1);
                let start = crate::layer::subtree_start(&after.layers, at);
                dirty = dirty.union(painted_bounds(&after.layers[start..end]));
                is_render_changed |= is_rendered(layer) || properties.kind != layer.properties.kind;
            }
            Change::Arrangement { absent, .. } => {
                dirty = dirty.union(painted_bounds(&after.layers)).union(painted_bounds(&before.layers));
                let is_new = |layer: &&Layer| before.index_of(layer.id).is_none();
                let rest = |state: &State, other: &State| -> Vec<(LayerId, u8)> {
                    let order = order_of(&state.layers).into_iter();
                    order.filter(|(id, _)| other.index_of(*id).is_some()).collect()
                };
                is_render_changed |= absent.iter().any(is_rendered)
                    || after.layers.iter().filter(is_new).any(is_rendered)
                    || rest(before, after) != rest(after, before);
            }
            Change::Active(_) | Change::Selection(_) | Change::StrengthMap(_) => {}
            Change::Everything(_) => (dirty, is_render_changed) = (after.bounds(), true),
        }
    }
    (dirty, is_render_changed)
}
