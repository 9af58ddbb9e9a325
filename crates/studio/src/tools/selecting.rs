//! The selection as a whole, and what is done with the selected pixels.

use underpaint_paint::{
    CanvasPoint, Content, Ink, Layer, LayerId, LayerProperties, Mask, Paper, Patch, PixelRect, Raster, RgbaImage,
    SelectionMode, copy_pixels, cut_pixels, fill_selected, paste_pixels,
};

use crate::effect::Effects;
use crate::{Effect, Part, Session};

/// A change of the selection from a menu, a field or a key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum SelectionEdit {
    /// Everything.
    All,
    /// Nothing in particular: everything may change.
    Clear,
    /// What was not selected.
    Invert,
    /// Softens its edge over so many pixels.
    Feather(f32),
    /// Grows it by so many pixels; negative shrinks it.
    Grow(f32),
    /// The paint of a layer, or of all that is in a group, joined with what is selected.
    Pixels(LayerId, SelectionMode),
    /// Moves it by whole pixels, and leaves the paint where it is.
    Move {
        /// To the right.
        dx: i32,
        /// Down.
        dy: i32,
    },
}

impl Session {
    pub(crate) fn edit_selection(&mut self, edit: SelectionEdit, effects: &mut Effects) {
        let (width, height) = (self.document.width(), self.document.height());
        let (label, mask) = match (edit, self.document.selection().cloned()) {
            (SelectionEdit::Pixels(layer, mode), _) => return self.select_pixels(layer, mode, effects),
            (SelectionEdit::All, _) => ("step-select-all", Some(Mask::filled(width, height, 255))),
            (SelectionEdit::Clear, None) => return,
            (SelectionEdit::Clear, Some(_)) => ("step-deselect", None),
            // The opposite of no selection, which lets everything change, would be a picture that nothing can change.
            (_, None) => return effects.announce("said-nothing-selected"),
            (SelectionEdit::Invert, Some(mut mask)) => {
                mask.invert();
                ("step-invert-selection", Some(mask))
            }
            (SelectionEdit::Feather(px), Some(mut mask)) => {
                mask.feather(px);
                ("step-feather-selection", Some(mask))
            }
            (SelectionEdit::Grow(px), Some(mut mask)) => {
                mask.grow(px);
                (if px < 0.0 { "step-shrink-selection" } else { "step-grow-selection" }, Some(mask))
            }
            (SelectionEdit::Move { dx, dy }, Some(mask)) => {
                let corner = (dx.saturating_neg(), dy.saturating_neg());
                ("step-move-selection", Some(mask.cropped(corner, (width, height))))
            }
        };
        self.select(label, mask, effects);
    }

    /// Joins a new selection with the one there is.
    pub(crate) fn join_selection(
        &mut self,
        label: &'static str,
        mut new: Mask,
        mode: SelectionMode,
        effects: &mut Effects,
    ) {
        new.feather(self.tools.options.feather_px);
        self.join_exactly(label, new, mode, effects);
    }

    /// Selects the paint of a layer, as far as it covers.
    fn select_pixels(&mut self, id: LayerId, mode: SelectionMode, effects: &mut Effects) {
        let mask = self.paint_of(id);
        match mask {
            Some(mask) if !mask.is_empty() => self.join_exactly("step-select-pixels", mask, mode, effects),
            _ => effects.announce("said-layer-empty"),
        }
    }

    /// How much of each pixel a layer covers, or what is in a group; `None` where it is gone.
    fn paint_of(&self, id: LayerId) -> Option<Mask> {
        let layers = self.document.layers();
        let at = layers.iter().position(|layer| layer.id() == id)?;
        let is_inside = |it: &&Layer| it.depth() > layers[at].depth();
        let inside = layers[..at].iter().rev().take_while(is_inside);
        let (width, height) = (self.document.width(), self.document.height());
        let mut mask = Mask::filled(width, height, 0);
        let mut pixels = Vec::new();
        for layer in inside.chain([&layers[at]]).filter(|layer| !layer.raster().is_blank()) {
            for y in 0..height {
                layer.raster().read_rgba(PixelRect::new(0, y, width, y + 1), &mut pixels);
                for (value, pixel) in mask.row_mut(y, 0, width).iter_mut().zip(pixels.chunks_exact(4)) {
                    *value = pixel[3].max(*value);
                }
            }
        }
        Some(mask)
    }

    fn join_exactly(&mut self, label: &'static str, mut new: Mask, mode: SelectionMode, effects: &mut Effects) {
        let joined = match (self.document.selection(), mode) {
            (_, SelectionMode::Replace) | (None, SelectionMode::Add | SelectionMode::Intersect) => new,
            // Everything but this.
            (None, SelectionMode::Subtract) => {
                new.invert();
                new
            }
            (Some(former), mode) => {
                let mut joined = former.clone();
                joined.combine(&new, mode);
                joined
            }
        };
        self.select(label, Some(joined), effects);
    }

    fn select(&mut self, label: &'static str, mask: Option<Mask>, effects: &mut Effects) {
        let had_one = self.document.selection().is_some();
        effects.repaint(self.document.set_selection(label, mask));
        let has_one = self.document.selection().is_some();
        if has_one != had_one {
            effects.announce(if has_one { "said-selected" } else { "said-deselected" });
        }
        effects.changed(Part::Overlay);
        self.after_document_change(effects);
    }

    /// What was copied or cut last.
    #[must_use]
    pub fn clipboard(&self) -> Option<&Patch> {
        self.tools.clipboard.as_ref()
    }

    /// Whether a picture from the system's clipboard is what was copied here last, so that pasting can bring that back as
    /// it was, in its place. On the way through the clipboard colours lose a little where they are hardly seen.
    #[must_use]
    pub fn is_copied(&self, image: &RgbaImage) -> bool {
        const MOST: i32 = 3;
        let own = self.tools.clipboard.as_ref().and_then(|patch| patch.to_image().ok());
        own.is_some_and(|own| {
            let size = |it: &RgbaImage| (it.width(), it.height());
            let pixels = own.pixels().chunks_exact(4).zip(image.pixels().chunks_exact(4));
            let seen = |pixel: &[u8], channel: usize| match channel {
                3 => i32::from(pixel[3]),
                _ => i32::from(pixel[channel]) * i32::from(pixel[3]) / 255,
            };
            let is_alike =
                |(one, other): (&[u8], &[u8])| (0..4).all(|at| (seen(one, at) - seen(other, at)).abs() <= MOST);
            size(&own) == size(image) && { pixels }.all(is_alike)
        })
    }

    pub(crate) fn copy_selected(&mut self, effects: &mut Effects) -> bool {
        let layer = self.document.layer(self.document.active_layer());
        let patch = layer.and_then(|layer| copy_pixels(layer.raster(), self.document.selection()));
        self.keep_copied(patch, effects)
    }

    /// Copies what is seen, whichever layers it is on.
    pub(crate) fn copy_merged(&mut self, effects: &mut Effects) {
        let (width, height) = (self.document.width(), self.document.height());
        let image = self.document.flatten_content(Content::Exported, width, height, Paper::Transparent);
        let patch = image.ok().and_then(|image| {
            let mut raster = Raster::new(width, height);
            raster.write_rgba(raster.bounds(), image.pixels());
            copy_pixels(&raster, self.document.selection())
        });
        self.keep_copied(patch, effects);
    }

    /// Keeps what was copied, here and on the system's clipboard. Whether there was anything.
    fn keep_copied(&mut self, patch: Option<Patch>, effects: &mut Effects) -> bool {
        let Some(patch) = patch else {
            effects.announce("said-nothing-to-copy");
            return false;
        };
        if let Ok(image) = patch.to_image() {
            effects.push(Effect::CopyPicture(image));
        }
        self.tools.clipboard = Some(patch);
        effects.changed(Part::Overlay);
        effects.announce("said-copied");
        true
    }

    pub(crate) fn cut_selected(&mut self, effects: &mut Effects) {
        if self.can_change_layer(effects) && self.copy_selected(effects) {
            self.edit_layer("step-cut", effects, |raster, selection| cut_pixels(raster, selection).1);
        }
    }

    /// Puts what was copied on a layer of its own, where it came from.
    pub(crate) fn paste(&mut self, effects: &mut Effects) {
        let Some(patch) = &self.tools.clipboard else {
            effects.announce("said-nothing-to-paste");
            return;
        };
        let (width, height) = (self.document.width(), self.document.height());
        let bounds = self.document.bounds();
        // What was copied on a larger canvas comes into sight.
        let patch = match patch.rect_on(bounds).is_empty() {
            true => patch.clone().moved_by(-patch.left(), -patch.top()),
            false => patch.clone(),
        };
        let mut raster = Raster::new(width, height);
        paste_pixels(&mut raster, &patch, 1.0, false, None);
        match self.document.add_raster_layer("step-paste", LayerProperties::default(), raster) {
            Ok((_, shown)) => {
                effects.repaint(shown);
                effects.announce("said-pasted");
                self.after_document_change(effects);
            }
            Err(error) => effects.announce(crate::problem::problem_of(&error)),
        }
    }

    pub(crate) fn fill_selection(&mut self, effects: &mut Effects) {
        let ink = Ink { opacity: self.tools.options.opacity, ..Ink::opaque(self.colours.foreground) };
        self.edit_layer("step-fill", effects, |raster, selection| fill_selected(raster, ink, selection));
    }

    pub(crate) fn delete_selected(&mut self, effects: &mut Effects) {
        self.edit_layer("step-delete", effects, |raster, selection| fill_selected(raster, Ink::ERASER, selection));
    }

    /// Changes the active layer as one step, or says why that cannot be.
    pub(crate) fn edit_layer(
        &mut self,
        label: &'static str,
        effects: &mut Effects,
        change: impl FnOnce(&mut Raster, Option<&Mask>) -> PixelRect,
    ) {
        if self.can_change_layer(effects) {
            effects.repaint(self.document.edit(label, self.document.active_layer(), change));
            self.after_document_change(effects);
        }
    }

    /// Whether the active layer's pixels can be changed; says so if not.
    pub(crate) fn can_change_layer(&self, effects: &mut Effects) -> bool {
        let can_change = self.document.obstacle(self.document.active_layer()).is_none();
        if !can_change {
            effects.announce("said-layer-closed");
        }
        can_change
    }

    /// The pixel under a point of the canvas.
    pub(crate) fn pixel_at(&self, point: CanvasPoint) -> Option<(u32, u32)> {
        let is_inside =
            point.x >= 0.0 && point.y >= 0.0 && self.document.bounds().contains(point.x as u32, point.y as u32);
        is_inside.then_some((point.x as u32, point.y as u32))
    }
}
