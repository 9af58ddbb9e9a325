//! The selection and the painted strength.

use std::sync::Arc;

use super::Document;
use crate::{Mask, PixelRect};

/// The value of a painted strength where nothing was painted: as free as the form says.
pub const NEUTRAL_STRENGTH: u8 = 128;

/// A painted strength after a change of the canvas that `change` makes of any mask: new paper is neutral. A change fills
/// up with 0, and what it makes of a full mask says how much of each pixel is the former canvas.
pub(super) fn changed_strength(map: &Mask, change: &dyn Fn(&Mask) -> Mask) -> Mask {
    let covered = change(&Mask::filled(map.width(), map.height(), 255));
    let mut changed = change(map);
    for (value, covered) in changed.values_mut().iter_mut().zip(covered.values()) {
        let new = u16::from(NEUTRAL_STRENGTH) * u16::from(255 - covered) / 255;
        *value = value.saturating_add(new as u8);
    }
    changed
}

impl Document {
    /// Selects, as one undoable step; `None` selects nothing, and everything may change. A mask of another size than the
    /// canvas's, or one that covers nothing, is no selection. Returns the pixels in which the two selections may differ, and
    /// those of a preview that went.
    pub fn set_selection(&mut self, label: &'static str, selection: Option<Mask>) -> PixelRect {
        let (width, height) = (self.width(), self.height());
        let ended = self.end_stroke();
        let fits = |mask: &Mask| (mask.width(), mask.height()) == (width, height) && !mask.bounds().is_empty();
        let former = self.selection().map_or(PixelRect::EMPTY, Mask::bounds);
        let selection = selection.filter(fits).map(Arc::new);
        self.transact(label, |state| state.selection = selection);
        ended.union(former).union(self.selection().map_or(PixelRect::EMPTY, Mask::bounds))
    }

    /// Replaces the painted strength, as one undoable step: 0 keeps a pixel as it is, [`NEUTRAL_STRENGTH`] is
    /// as free as the form says, 255 leaves the model free. `None` takes it away, and so does a mask of another size than the canvas's. Returns the pixels in which the two may differ.
    pub fn set_strength_map(&mut self, label: &'static str, strength_map: Option<Mask>) -> PixelRect {
        let (width, height) = (self.width(), self.height());
        let ended = self.end_stroke();
        let fits = |mask: &Mask| (mask.width(), mask.height()) == (width, height);
        let is_there = self.strength_map().is_some() || strength_map.is_some();
        let strength_map = strength_map.filter(fits).map(Arc::new);
        self.transact(label, |state| state.strength_map = strength_map);
        if is_there { self.bounds() } else { ended }
    }
}
