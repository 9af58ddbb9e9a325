//! Undo and redo: the tiles as they were before each step, and nothing else.

use std::collections::VecDeque;

use crate::PixelRect;
use crate::raster::{Raster, TILE_BYTES, TileSlot};

/// What undo and redo may hold together unless [`crate::Document::set_undo_limit_bytes`] says otherwise.
pub const UNDO_LIMIT_BYTES: usize = 128 << 20;

/// The tiles that a step changed, as they are on the other side of it.
pub(crate) struct Step {
    pub(crate) label: &'static str,
    pub(crate) tiles: Vec<(usize, TileSlot)>,
    /// The revision on the other side.
    pub(crate) revision: u64,
    /// The pixels that differ between the two sides.
    pub(crate) dirty: PixelRect,
}

impl Step {
    fn bytes(&self) -> usize {
        let per_tile = |slot: &TileSlot| if slot.is_some() { TILE_BYTES } else { 0 } + size_of::<(usize, TileSlot)>();
        self.tiles.iter().map(|(_, slot)| per_tile(slot)).sum::<usize>() + size_of::<Self>()
    }

    /// Brings the layer to the other side, and turns the step around.
    fn apply(mut self, layer: &mut Raster, revision: &mut u64) -> Self {
        for (tile_idx, slot) in &mut self.tiles {
            *slot = layer.replace(*tile_idx, slot.take());
        }
        std::mem::swap(&mut self.revision, revision);
        self
    }
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

    pub(crate) fn undo(&mut self, layer: &mut Raster, revision: &mut u64) -> PixelRect {
        let Some(step) = self.undo.pop_back() else { return PixelRect::EMPTY };
        let step = step.apply(layer, revision);
        let dirty = step.dirty;
        self.redo.push(step);
        dirty
    }

    pub(crate) fn redo(&mut self, layer: &mut Raster, revision: &mut u64) -> PixelRect {
        let Some(step) = self.redo.pop() else { return PixelRect::EMPTY };
        let step = step.apply(layer, revision);
        let dirty = step.dirty;
        self.undo.push_back(step);
        dirty
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
