//! Painting strength with the pointer, and the common order of its steps with those of the document.

use underpaint_paint::{PixelRect, StrokeSample};

use crate::effect::Effects;
use crate::strength::StrengthBrush;
use crate::{Part, Session};

impl Session {
    /// Whether a stroke is under way, of paint or of strength.
    pub(crate) fn is_stroking(&self) -> bool {
        self.document.is_stroking() || self.strength_map.is_stroking()
    }

    /// Starts a stroke of strength. `freedom` as in [`StrengthBrush`].
    pub(crate) fn begin_strength(&mut self, freedom: f32, samples: &[StrokeSample], effects: &mut Effects) {
        let Some((first, rest)) = samples.split_first() else { return };
        let brush = StrengthBrush {
            size_px: self.strength_brush.size_px,
            hardness: self.strength_brush.hardness,
            opacity: self.strength_brush.opacity,
            freedom,
        };
        let revision = self.document.revision();
        let dirty = self.strength_map.begin_stroke(brush, first.canvas_point, first.pressure, revision);
        effects.repaint(dirty);
        self.extend_strokes(rest, effects);
    }

    /// Continues whichever stroke is under way.
    pub(crate) fn extend_strokes(&mut self, samples: &[StrokeSample], effects: &mut Effects) {
        if self.strength_map.is_stroking() {
            for sample in samples {
                effects.repaint(self.strength_map.extend_stroke(sample.canvas_point, sample.pressure));
            }
        } else {
            effects.repaint(self.document.extend_stroke(samples));
        }
    }

    /// Ends whichever stroke is under way.
    pub(crate) fn end_strokes(&mut self, effects: &mut Effects) {
        if self.strength_map.is_stroking() {
            self.strength_map.end_stroke(self.document.revision());
            self.after_strength_change(PixelRect::EMPTY, effects);
        } else {
            effects.repaint(self.document.end_stroke());
        }
    }

    /// Takes whichever stroke is under way back.
    pub(crate) fn cancel_strokes(&mut self, effects: &mut Effects) {
        let dirty = self.strength_map.cancel_stroke();
        self.after_strength_change(dirty, effects);
        effects.repaint(self.document.cancel_stroke());
    }

    pub(crate) fn after_strength_change(&mut self, dirty: PixelRect, effects: &mut Effects) {
        effects.repaint(dirty);
        effects.changed(Part::Strength);
        effects.changed(Part::Form);
        effects.changed(Part::History);
        effects.changed(Part::Status);
    }

    /// The name of the step that undo would take back, of paint or of strength.
    #[must_use]
    pub fn undo_label(&self) -> Option<&'static str> {
        let is_strength = self.strength_map.can_undo(self.document.revision());
        if is_strength { Some("step-strength") } else { self.document.undo_label() }
    }

    /// The name of the step that redo would do again.
    #[must_use]
    pub fn redo_label(&self) -> Option<&'static str> {
        let is_strength = self.strength_map.can_redo(self.document.revision());
        if is_strength { Some("step-strength") } else { self.document.redo_label() }
    }

    pub(crate) fn undo(&mut self, effects: &mut Effects) {
        if self.strength_map.can_undo(self.document.revision()) {
            let dirty = self.strength_map.undo();
            self.after_strength_change(dirty, effects);
        } else {
            effects.repaint(self.document.undo());
            self.settled_revision = self.document.revision();
        }
    }

    pub(crate) fn redo(&mut self, effects: &mut Effects) {
        if self.strength_map.can_redo(self.document.revision()) {
            let dirty = self.strength_map.redo();
            self.after_strength_change(dirty, effects);
        } else {
            effects.repaint(self.document.redo());
            self.settled_revision = self.document.revision();
        }
    }

    /// After each event: a new step of the document ends what could be done again of strength.
    pub(crate) fn note_document_steps(&mut self) {
        let revision = self.document.revision();
        if !self.is_stroking() && revision != self.settled_revision {
            self.settled_revision = revision;
            self.strength_map.forget_redo();
        }
    }
}
