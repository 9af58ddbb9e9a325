//! Painting strength with the pointer. The document keeps what was painted and its steps, in one order with the paint.

use underpaint_paint::{PixelRect, StrokeSample};

use crate::effect::Effects;
use crate::strength::{NEUTRAL, StrengthBrush};
use crate::{Part, Session};

/// How many samples of a stroke are laid and shown as one piece: as many as come with a frame that is in time.
const SAMPLES_AT_ONCE: usize = 6;

impl Session {
    /// Whether a stroke is under way, of paint or of strength.
    #[must_use]
    pub fn is_stroking(&self) -> bool {
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
        let dirty = self.strength_map.begin_stroke(brush, first.canvas_point, first.pressure);
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
            // A frame that comes late brings dozens of samples: piece by piece they change less than the rectangle around
            // all of them. Predicted samples come last, and stay with the ones before them.
            let n_real = samples.iter().position(|sample| sample.is_predicted).unwrap_or(samples.len());
            let mut rest = samples;
            for _ in 1..n_real.div_ceil(SAMPLES_AT_ONCE) {
                let (piece, after) = rest.split_at(SAMPLES_AT_ONCE);
                effects.repaint(self.document.extend_stroke(piece));
                rest = after;
            }
            effects.repaint(self.document.extend_stroke(rest));
        }
    }

    /// Ends whichever stroke is under way.
    pub(crate) fn end_strokes(&mut self, effects: &mut Effects) {
        if self.strength_map.is_stroking() {
            if let Some(mask) = self.strength_map.end_stroke() {
                // What is neutral everywhere is nothing painted.
                let mask = Some(mask).filter(|mask| mask.values().iter().any(|value| *value != NEUTRAL));
                effects.repaint(self.document.set_strength_map("step-strength", mask));
            }
            self.follow_masks(effects);
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

    /// Makes painted strength what the slider says, everywhere, as one step.
    pub(crate) fn clear_strength(&mut self, effects: &mut Effects) {
        if !self.is_stroking() {
            effects.repaint(self.document.set_strength_map("step-strength-clear", None));
        }
    }

    /// The name of the step that undo would take back.
    #[must_use]
    pub fn undo_label(&self) -> Option<&'static str> {
        self.document.undo_label()
    }

    /// The name of the step that redo would do again.
    #[must_use]
    pub fn redo_label(&self) -> Option<&'static str> {
        self.document.redo_label()
    }

    pub(crate) fn undo(&mut self, effects: &mut Effects) {
        if !self.is_stroking() {
            effects.repaint(self.document.undo());
        }
    }

    pub(crate) fn redo(&mut self, effects: &mut Effects) {
        if !self.is_stroking() {
            effects.repaint(self.document.redo());
        }
    }

    /// After each event: painted strength and selection are those of the document, whatever it has gone through (a stroke,
    /// undo, another canvas size, another document).
    pub(crate) fn follow_masks(&mut self, effects: &mut Effects) {
        let document = &self.document;
        if self.mask.follow(document.shared_selection()) {
            effects.changed(Part::Form);
            effects.changed(Part::Status);
        }
        let size = (document.width(), document.height());
        if self.strength_map.follow(size, document.shared_strength_map()) {
            let dirty = document.bounds();
            self.after_strength_change(dirty, effects);
        }
    }
}
