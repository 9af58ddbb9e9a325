//! What a step of the history changed: found by comparing two states, undone by exchanging.

use std::sync::Arc;

use crate::composite::{Content, Op, program};
use crate::layer::{Layer, LayerId, LayerProperties, painted_bounds, subtree_start};
use crate::raster::Raster;
use crate::state::State;
use crate::tile::TileSlot;
use crate::{Mask, PixelRect};

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
    /// Bytes that it holds beside tiles and masks.
    pub(crate) fn own_bytes(&self) -> usize {
        let of_layers =
            |layers: &[Layer]| layers.iter().map(|layer| layer.raster.n_tiles() * size_of::<TileSlot>()).sum();
        let more: usize = match self {
            Self::Tiles { tiles, .. } => tiles.len() * size_of::<(usize, TileSlot)>(),
            Self::Properties { properties, .. } => properties.name.len(),
            Self::Arrangement { absent, order } => of_layers(absent) + order.len() * size_of::<(LayerId, u8)>(),
            Self::Everything(state) => of_layers(&state.layers),
            Self::Active(_) | Self::Selection(_) | Self::StrengthMap(_) => 0,
        };
        size_of::<Self>() + more
    }

    /// Goes through the tiles that it holds, always in the same order.
    pub(crate) fn for_each_tile(&mut self, visit: &mut impl FnMut(&mut TileSlot)) {
        match self {
            Self::Tiles { tiles, .. } => tiles.iter_mut().for_each(|(_, slot)| visit(slot)),
            Self::Arrangement { absent: layers, .. } => {
                layers.iter_mut().flat_map(|layer| layer.raster.slots_mut()).for_each(visit);
            }
            Self::Everything(state) => {
                state.layers.iter_mut().flat_map(|layer| layer.raster.slots_mut()).for_each(visit);
            }
            Self::Properties { .. } | Self::Active(_) | Self::Selection(_) | Self::StrengthMap(_) => {}
        }
    }

    /// Goes through the masks that it holds, always in the same order.
    pub(crate) fn for_each_mask(&mut self, visit: &mut impl FnMut(&mut Option<Arc<Mask>>)) {
        match self {
            Self::Selection(mask) | Self::StrengthMap(mask) => visit(mask),
            Self::Everything(state) => {
                visit(&mut state.selection);
                visit(&mut state.strength_map);
            }
            Self::Tiles { .. } | Self::Properties { .. } | Self::Arrangement { .. } | Self::Active(_) => {}
        }
    }

    /// Exchanges what it holds with what the document has.
    pub(crate) fn swap(&mut self, state: &mut State) {
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
                arrange(state, &former, absent);
            }
            Self::Active(active) => std::mem::swap(active, &mut state.active),
            Self::Selection(mask) => std::mem::swap(mask, &mut state.selection),
            Self::StrengthMap(mask) => std::mem::swap(mask, &mut state.strength_map),
            Self::Everything(other) => std::mem::swap(other.as_mut(), state),
        }
    }
}

/// Gives the layers an order and depths. What is new is taken from `absent`, which gets what is no more.
pub(crate) fn arrange(state: &mut State, order: &[(LayerId, u8)], absent: &mut Vec<Layer>) {
    absent.append(&mut state.layers);
    for (id, depth) in order {
        if let Some(at) = absent.iter().position(|layer| layer.id == *id) {
            let mut layer = absent.swap_remove(at);
            layer.depth = *depth;
            state.layers.push(layer);
        }
    }
}

pub(crate) fn order_of(layers: &[Layer]) -> Vec<(LayerId, u8)> {
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

/// Which pixels look different after `changes` (each as it is in `before`), and whether what is rendered does.
pub(crate) fn effect_of(changes: &[Change], before: &State, after: &State) -> (PixelRect, bool) {
    let (ops_before, ops_after) = (ops_of(before, Content::Rendered), ops_of(after, Content::Rendered));
    let (mut dirty, mut is_render_changed) = (PixelRect::EMPTY, ops_before != ops_after);
    for change in changes {
        match change {
            Change::Tiles { layer: id, tiles } => {
                let Some(layer) = after.index_of(*id).map(|at| &after.layers[at]) else { continue };
                let rects = tiles.iter().map(|(tile_idx, _)| layer.raster.grid.rect(*tile_idx));
                dirty = rects.fold(dirty, PixelRect::union).intersection(after.bounds());
                is_render_changed |= ops_after.iter().chain(&ops_before).any(|(layer, _)| *layer == Some(*id));
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
                dirty = dirty.union(painted_bounds(&after.layers[subtree_start(&after.layers, at)..end]));
            }
            // A new layer on which nothing lies looks like nothing, but for what was clipped to its neighbour.
            Change::Arrangement { .. } if ops_of(before, Content::Seen) == ops_of(after, Content::Seen) => {}
            Change::Arrangement { .. } => {
                dirty = dirty.union(painted_bounds(&after.layers)).union(painted_bounds(&before.layers));
            }
            Change::Active(_) | Change::Selection(_) | Change::StrengthMap(_) => {}
            Change::Everything(_) => (dirty, is_render_changed) = (after.bounds(), true),
        }
    }
    (dirty, is_render_changed)
}

/// How a picture is put together; layers without any paint, and groups without any layer, do not count.
fn ops_of(state: &State, content: Content) -> Vec<(Option<LayerId>, Op)> {
    let mut ops = Vec::new();
    for op in program(&state.layers, content) {
        match op {
            Op::Open => ops.push((None, op)),
            Op::Layer { index, laying } => {
                let layer = &state.layers[index];
                if !layer.raster.is_blank() {
                    // The index says nothing about the layer: another one may have come in below.
                    ops.push((Some(layer.id), Op::Layer { index: 0, laying }));
                }
            }
            Op::Close(_) => match ops.last() {
                Some((_, Op::Open)) => _ = ops.pop(),
                _ => ops.push((None, op)),
            },
        }
    }
    ops
}
