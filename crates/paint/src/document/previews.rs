//! Pixels that are shown for now: a shape while it is dragged, a layer while it is transformed.

use std::sync::Arc;

use super::Document;
use crate::change::{changes_between, effect_of};
use crate::history::Revisions;
use crate::{LayerId, Mask, PixelRect, Raster};

/// What was there before a preview.
pub(super) struct Preview {
    pub(super) layer: LayerId,
    before: Raster,
    revisions: Revisions,
    dirty: PixelRect,
}

impl Document {
    /// Shows a layer as `change` makes it, without a step of the history and in place of a former preview. As
    /// [`Document::edit`] does, it gets the pixels as they really are and the selection, keeps a locked alpha, and does
    /// nothing where there is an obstacle. Whatever comes next takes the preview back first. Returns what to show again.
    pub fn preview(&mut self, id: LayerId, change: impl FnOnce(&mut Raster, Option<&Mask>) -> PixelRect) -> PixelRect {
        let ended = self.end_stroke();
        if self.obstacle(id).is_some() {
            return ended;
        }
        let state = self.state.clone();
        let Some(layer) = self.state.layer_mut(id) else { return ended };
        let before = layer.raster.clone();
        change(&mut layer.raster, state.selection.as_deref());
        layer.raster.drop_blank_tiles();
        if layer.properties.is_alpha_locked {
            layer.raster.restore_alpha(&before);
        }
        let changes = changes_between(&state, &self.state);
        if changes.is_empty() {
            return ended;
        }
        let (dirty, is_render_changed) = effect_of(&changes, &state, &self.state);
        self.preview = Some(Preview { layer: id, before, revisions: self.revisions, dirty });
        self.advance(is_render_changed);
        ended.union(dirty)
    }

    /// Changes the pixels of a layer as [`Document::edit`] does, and the selection with them, as one undoable step.
    pub fn edit_and_select(
        &mut self,
        label: &'static str,
        id: LayerId,
        change: impl FnOnce(&mut Raster, Option<&Mask>) -> PixelRect,
        selection: Option<Mask>,
    ) -> PixelRect {
        let ended = self.end_stroke();
        if self.obstacle(id).is_some() {
            return ended;
        }
        let edited = self.transact(label, |state| {
            let former = state.selection.clone();
            if let Some(layer) = state.layer_mut(id) {
                let before = layer.properties.is_alpha_locked.then(|| layer.raster.clone());
                change(&mut layer.raster, former.as_deref());
                layer.raster.drop_blank_tiles();
                if let Some(before) = before {
                    layer.raster.restore_alpha(&before);
                }
            }
            let size = (state.width, state.height);
            let fits = |mask: &Mask| (mask.width(), mask.height()) == size && !mask.is_empty();
            state.selection = selection.filter(fits).map(Arc::new);
        });
        ended.union(edited)
    }

    /// Takes a preview back. Returns what to show again.
    pub fn cancel_preview(&mut self) -> PixelRect {
        let Some(Preview { layer, before, revisions, dirty }) = self.preview.take() else { return PixelRect::EMPTY };
        if let Some(layer) = self.state.layer_mut(layer) {
            layer.raster = before;
        }
        self.revisions = revisions;
        dirty
    }

    /// Whether a preview is shown.
    #[must_use]
    pub fn is_previewing(&self) -> bool {
        self.preview.is_some()
    }

    /// The pixels that a layer really has, where a preview hides them.
    pub(super) fn raster_behind_preview(&self, id: LayerId) -> Option<&Raster> {
        self.preview.as_ref().filter(|preview| preview.layer == id).map(|preview| &preview.before)
    }
}

#[cfg(test)]
mod tests {
    use crate::{Document, Ink, Paper, PixelRect, Rgb8, fill_selected};

    #[test]
    fn a_preview_shows_and_leaves_no_trace() {
        let mut document = Document::new(100, 80).unwrap();
        let layer = document.active_layer();
        let red = Ink::opaque(Rgb8::new(200, 0, 0));
        let blue = Ink::opaque(Rgb8::new(0, 0, 200));
        document.edit("step-fill", layer, |raster, selection| fill_selected(raster, red, selection));
        document.undo();
        let seen = |document: &Document| {
            let mut pixels = Vec::new();
            document.read_rect(document.bounds(), Paper::White, &mut pixels);
            pixels
        };
        let (before, revision) = (seen(&document), document.revision());
        let dirty = document.preview(layer, |raster, selection| fill_selected(raster, blue, selection));
        assert_eq!(dirty, document.bounds());
        assert!(document.is_previewing() && document.revision() != revision && seen(&document) != before);
        assert!(document.to_parts().layers[0].raster.is_blank());
        assert!(document.undo().is_empty() && document.redo().is_empty());
        // Another one starts from what is really there.
        document.preview(layer, |raster, _| {
            assert!(raster.is_blank());
            PixelRect::EMPTY
        });
        assert!(!document.is_previewing() && seen(&document) == before);
        document.preview(layer, |raster, selection| fill_selected(raster, blue, selection));
        assert_eq!(document.cancel_preview(), document.bounds());
        assert_eq!((document.revision(), document.redo_label()), (revision, Some("step-fill")));
        assert!(seen(&document) == before);
        document.preview(layer, |raster, selection| fill_selected(raster, blue, selection));
        document.edit("step-fill", layer, |raster, selection| fill_selected(raster, red, selection));
        assert!(!document.is_previewing());
        document.undo();
        assert!(seen(&document) == before);
    }
}
