//! What a document holds in memory, and when its tiles are packed: in idle times, before a file needs them so, and at once
//! where far too much lies about.

use std::sync::Arc;

use super::Document;
use crate::tile::{TILE_BYTES, Tile};

/// What the pixels of layers and the history are to hold together, where that is possible.
const MEMORY_BYTES: usize = 256 << 20;
/// What the history may hold even beside very large documents.
const LEAST_UNDO_BYTES: usize = 32 << 20;
/// How many tiles [`Document::tidy`] packs: two or three milliseconds of work.
const TIDY_TILES: usize = 16;
/// What tiles of layers that were never packed may take until idle time is used for them: a smaller painting never is.
const LOOSE_BYTES: usize = 48 << 20;
/// What they may take after a change of the whole document, before that waits until enough of them are packed.
pub(super) const MOST_LOOSE_BYTES: usize = 96 << 20;
/// The same after a stroke, which is not to wait.
const MOST_LOOSE_BYTES_OF_STROKES: usize = 192 << 20;

impl Document {
    /// Bytes that undo and redo hold.
    #[must_use]
    pub fn history_bytes(&self) -> usize {
        self.history.bytes()
    }

    /// Changes how much undo and redo may hold at most; the oldest steps are packed, then they go, the last one stays.
    /// Large documents leave less to the history: see [`crate::UNDO_LIMIT_BYTES`].
    pub fn set_undo_limit_bytes(&mut self, limit_bytes: usize) {
        self.undo_limit_bytes = limit_bytes;
        self.share_memory();
    }

    /// Packs a little of what the history and the layers hold, for times when nobody paints. Returns whether there may be
    /// more to do.
    pub fn tidy(&mut self) -> bool {
        if self.is_stroking() {
            return false;
        }
        self.history.tidy(TIDY_TILES) || self.pack_loose(TIDY_TILES, LOOSE_BYTES)
    }

    /// Bytes that the pixels of all layers take, packed or not.
    #[must_use]
    pub fn pixel_bytes(&self) -> usize {
        self.layers().iter().map(|layer| layer.raster.pixel_bytes()).sum()
    }

    /// Gives the history what the layers leave.
    pub(super) fn share_memory(&mut self) {
        self.pack_loose(usize::MAX, MOST_LOOSE_BYTES_OF_STROKES);
        let left_bytes = MEMORY_BYTES.saturating_sub(self.pixel_bytes()).max(LEAST_UNDO_BYTES);
        self.history.set_limit_bytes(self.undo_limit_bytes.min(left_bytes));
    }

    /// Packs up to `n_most` tiles, where those that were never packed take more than so many bytes; first those of layers
    /// that nobody paints on. Returns whether there are more.
    pub(super) fn pack_loose(&self, n_most: usize, allowed_bytes: usize) -> bool {
        let (active, others): (Vec<_>, Vec<_>) = self.layers().iter().partition(|layer| layer.id == self.state.active);
        let tiles = others.iter().chain(&active).flat_map(|layer| layer.raster.tiles());
        let loose: Vec<&Arc<Tile>> = tiles.filter(|tile| tile.is_loose()).collect();
        let n_allowed = allowed_bytes / TILE_BYTES;
        if loose.len() <= n_allowed {
            return false;
        }
        // Some more than has to be, so that the next small change is not the next time.
        let n_wanted = loose.len() - n_allowed / 2;
        loose.iter().take(n_wanted.min(n_most)).for_each(|tile| tile.fold());
        n_wanted > n_most
    }
}
