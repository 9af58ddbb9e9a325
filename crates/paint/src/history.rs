//! Undo and redo: what each step changed, as it is on the other side of the step, and nothing else; old steps packed.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::PixelRect;
use crate::change::Change;
use crate::insertion_sort_by_key;
use crate::pack::PackedMask;
use crate::state::State;
use crate::tile::held_bytes;

/// What undo and redo may hold unless [`crate::Document::set_undo_limit_bytes`] says otherwise.
pub const UNDO_LIMIT_BYTES: usize = 128 << 20;
/// What the newest steps may hold unpacked: packing takes its time, and a step that is taken back at once need not be.
const FRESH_BYTES: usize = 12 << 20;
/// How many tiles are packed after each step: a few milliseconds of work.
const PACK_TILES: usize = 24;
/// How many tiles' work a mask is.
const MASK_TILES: usize = 32;

/// What a person did, with what it changed.
pub(crate) struct Step {
    label: &'static str,
    changes: Vec<Change>,
    /// Masks that were taken out of `changes` and packed, by their number in the order of [`Change::for_each_mask`].
    packed_masks: Vec<(usize, PackedMask)>,
    is_packed: bool,
    /// Bytes that it holds.
    bytes: usize,
    /// What was counted on the other side.
    revisions: Revisions,
    /// The pixels that look different on the two sides.
    dirty: PixelRect,
}

impl Step {
    pub(crate) fn new(label: &'static str, changes: Vec<Change>, before: Revisions, dirty: PixelRect) -> Self {
        let mut step =
            Self { label, changes, packed_masks: Vec::new(), is_packed: false, bytes: 0, revisions: before, dirty };
        step.measure();
        step
    }

    fn measure(&mut self) {
        let mut bytes = size_of::<Self>();
        for change in &mut self.changes {
            bytes += change.own_bytes();
            change.for_each_tile(&mut |slot| bytes += held_bytes(slot));
            change.for_each_mask(&mut |mask| bytes += mask.as_ref().map_or(0, |mask| mask.values().len()));
        }
        bytes += self.packed_masks.iter().map(|(_, packed)| packed.bytes()).sum::<usize>();
        self.bytes = bytes;
    }

    /// Packs tiles until as many are done; what the document or another step still uses would save nothing and stays.
    /// Returns how many were packed.
    fn pack(&mut self, n_most: usize) -> usize {
        let (mut number, mut n_done) = (0, 0);
        let masks = &mut self.packed_masks;
        for change in &mut self.changes {
            change.for_each_tile(&mut |slot| {
                if n_done < n_most
                    && let Some(tile) = slot
                    && Arc::strong_count(tile) == 1
                {
                    n_done += usize::from(tile.is_loose());
                    tile.fold();
                }
            });
        }
        for change in &mut self.changes {
            change.for_each_mask(&mut |mask| {
                if n_done < n_most
                    && let Some(mask) = mask.take_if(|mask| Arc::strong_count(mask) == 1)
                {
                    masks.push((number, PackedMask::new(&mask)));
                    n_done += MASK_TILES;
                }
                number += 1;
            });
        }
        self.is_packed = n_done < n_most;
        self.measure();
        n_done
    }

    fn unpack(&mut self) {
        self.is_packed = false;
        if !self.packed_masks.is_empty() {
            insertion_sort_by_key(&mut self.packed_masks, |(number, _)| *number);
            let mut packed = self.packed_masks.drain(..).peekable();
            let mut number = 0;
            for change in &mut self.changes {
                change.for_each_mask(&mut |mask| {
                    if let Some((_, packed)) = packed.next_if(|(at, _)| *at == number) {
                        *mask = packed.unpack().map(Arc::new);
                    }
                    number += 1;
                });
            }
        }
    }

    /// Brings the document to the other side, and turns the step around. Returns what to show again.
    fn cross(&mut self, state: &mut State, revisions: &mut Revisions) -> PixelRect {
        self.unpack();
        let size = (state.width, state.height);
        for change in &mut self.changes {
            change.swap(state);
        }
        std::mem::swap(&mut self.revisions, revisions);
        self.measure();
        if (state.width, state.height) == size { self.dirty } else { state.bounds() }
    }

    /// The layer whose pixels are all that it changes.
    pub(crate) fn only_painted(&self) -> Option<crate::LayerId> {
        match self.changes.as_slice() {
            [Change::Tiles { layer, .. }] => Some(*layer),
            _ => None,
        }
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

/// Steps on one side of the present, the nearest last. The first `n_packed` are packed.
#[derive(Default)]
struct Pile {
    steps: VecDeque<Step>,
    n_packed: usize,
    /// Bytes of the steps that are packed, and of the others.
    packed_bytes: usize,
    fresh_bytes: usize,
}

impl Pile {
    fn push(&mut self, step: Step) {
        self.fresh_bytes += step.bytes;
        self.steps.push_back(step);
    }

    fn pop(&mut self) -> Option<Step> {
        let step = self.steps.pop_back()?;
        if self.steps.len() < self.n_packed {
            self.n_packed -= 1;
            self.packed_bytes -= step.bytes;
        } else {
            self.fresh_bytes -= step.bytes;
        }
        Some(step)
    }

    fn forget_farthest(&mut self) {
        let Some(step) = self.steps.pop_front() else { return };
        if self.n_packed > 0 {
            self.n_packed -= 1;
            self.packed_bytes -= step.bytes;
        } else {
            self.fresh_bytes -= step.bytes;
        }
    }

    fn bytes(&self) -> usize {
        self.packed_bytes + self.fresh_bytes
    }

    /// Packs up to `n_most` tiles of the farthest steps, as long as the others hold `kept_bytes`. Returns how many.
    fn tidy(&mut self, n_most: usize, kept_bytes: usize) -> usize {
        let mut n_left = n_most;
        while n_left > 0
            && let Some(step) = self.steps.get_mut(self.n_packed)
            && self.fresh_bytes - step.bytes >= kept_bytes
        {
            self.fresh_bytes -= step.bytes;
            n_left = n_left.saturating_sub(step.pack(n_left));
            if step.is_packed {
                self.packed_bytes += step.bytes;
                self.n_packed += 1;
            } else {
                self.fresh_bytes += step.bytes;
            }
        }
        n_most - n_left
    }
}

/// Steps that can be taken back and done again.
pub(crate) struct History {
    undo: Pile,
    redo: Pile,
    limit_bytes: usize,
}

impl History {
    pub(crate) fn new() -> Self {
        Self { undo: Pile::default(), redo: Pile::default(), limit_bytes: UNDO_LIMIT_BYTES }
    }

    /// Adds a step that was just done; what had been taken back is lost.
    pub(crate) fn push(&mut self, step: Step) {
        self.redo = Pile::default();
        self.undo.push(step);
        self.tidy(PACK_TILES);
        self.keep_limit();
    }

    /// Packs up to `n_most` tiles of steps that are no longer fresh. Returns whether there may be more to do.
    pub(crate) fn tidy(&mut self, n_most: usize) -> bool {
        let n_done = self.undo.tidy(n_most, FRESH_BYTES);
        n_done + self.redo.tidy(n_most - n_done, FRESH_BYTES) >= n_most
    }

    pub(crate) fn undo(&mut self, state: &mut State, revisions: &mut Revisions) -> PixelRect {
        let Some(mut step) = self.undo.pop() else { return PixelRect::EMPTY };
        let dirty = step.cross(state, revisions);
        self.redo.push(step);
        self.pack_beyond_limit();
        dirty
    }

    pub(crate) fn redo(&mut self, state: &mut State, revisions: &mut Revisions) -> PixelRect {
        let Some(mut step) = self.redo.pop() else { return PixelRect::EMPTY };
        let dirty = step.cross(state, revisions);
        self.undo.push(step);
        self.pack_beyond_limit();
        dirty
    }

    /// Makes one of the last two steps if both have the same name and set properties alone, of one layer at least both.
    pub(crate) fn join_properties(&mut self) {
        let layer_of =
            |change: &Change| if let Change::Properties { layer, .. } = change { Some(*layer) } else { None };
        let Some(mut last) = self.undo.pop() else { return };
        let Some(mut former) = self.undo.pop() else { return self.undo.push(last) };
        let is_known = |change: &Change| former.changes.iter().any(|it| layer_of(it) == layer_of(change));
        let mut all = former.changes.iter().chain(&last.changes);
        if former.label == last.label
            && all.all(|change| layer_of(change).is_some())
            && last.changes.iter().any(is_known)
        {
            // The older of the two knows how things were before both.
            last.changes.retain(|change| !is_known(change));
            former.bytes += last.changes.iter().map(Change::own_bytes).sum::<usize>();
            former.changes.append(&mut last.changes);
            former.dirty = former.dirty.union(last.dirty);
            self.undo.push(former);
        } else {
            self.undo.push(former);
            self.undo.push(last);
        }
    }

    /// The names of all steps, the oldest first, and how many of them are done.
    pub(crate) fn labels(&self) -> (impl Iterator<Item = &'static str>, usize) {
        let labels = self.undo.steps.iter().chain(self.redo.steps.iter().rev()).map(|step| step.label);
        (labels, self.undo.steps.len())
    }

    /// The step that undo (or redo) would cross.
    pub(crate) fn next(&self, is_back: bool) -> Option<&Step> {
        if is_back { self.undo.steps.back() } else { self.redo.steps.back() }
    }

    pub(crate) fn undo_label(&self) -> Option<&'static str> {
        self.next(true).map(|step| step.label)
    }

    pub(crate) fn redo_label(&self) -> Option<&'static str> {
        self.next(false).map(|step| step.label)
    }

    pub(crate) fn bytes(&self) -> usize {
        self.undo.bytes() + self.redo.bytes()
    }

    pub(crate) fn set_limit_bytes(&mut self, limit_bytes: usize) {
        self.limit_bytes = limit_bytes;
        self.keep_limit();
    }

    /// Packs the farthest steps, where all hold more than they may.
    fn pack_beyond_limit(&mut self) {
        // The very last step stays as it is: it is the one that is wanted next, and packing it would be felt.
        for kept_bytes in [FRESH_BYTES.min(self.limit_bytes / 4), 1] {
            if self.bytes() > self.limit_bytes {
                self.redo.tidy(usize::MAX, kept_bytes);
                self.undo.tidy(usize::MAX, kept_bytes);
            }
        }
    }

    /// Packs, and where that is not enough forgets, the oldest steps beyond the limit. The last one always stays: a step
    /// that cannot be taken back at all would be worse than a little more memory.
    fn keep_limit(&mut self) {
        self.pack_beyond_limit();
        while self.bytes() > self.limit_bytes && self.undo.steps.len() > 1 {
            self.undo.forget_farthest();
        }
    }
}
