//! Size and hardness of the brush by dragging on the canvas: across for the size, up for harder and down for softer.
//!
//! A press with Alt and the right button begins it, as in other paint programs; with Ctrl and Alt any button does, since
//! some desktops keep Alt with a button for their windows, and for a pen without buttons. It is a setting of the brush and
//! no step of the history.

use crate::effect::Effects;
use crate::gesture::Gesture;
use crate::{BrushEdit, Part, Phrase, PointerButton, PointerEvent, PointerKind, Session, Tool, ViewPoint};

/// A drag up or down by so many CSS pixels goes from the softest to the hardest.
const HARDNESS_WAY_PX: f32 = 240.0;
/// A drag across strays so far up and down without changing the hardness, in CSS pixels.
const STRAY_PX: f32 = 12.0;

impl Session {
    /// Whether a press begins to drag the brush's size.
    pub(crate) fn begins_sizing(&self, event: &PointerEvent) -> bool {
        let held = event.modifiers;
        let is_meant = match event.button {
            PointerButton::Secondary => held.alt,
            PointerButton::Primary => held.alt && (held.ctrl || held.meta),
            _ => false,
        };
        let has_brush = matches!(self.tool, Tool::Brush | Tool::Eraser | Tool::Strength);
        is_meant && has_brush && !self.is_space_held && event.kind != PointerKind::Touch
    }

    pub(crate) fn begin_sizing(&mut self, event: &PointerEvent, start: ViewPoint, effects: &mut Effects) {
        let (brush, tool) = (self.brush(), self.tool);
        let former = (brush.size_px, brush.hardness);
        self.gesture = Gesture::Sizing { pointer_id: event.pointer_id, start, former, tool };
        effects.changed(Part::Cursor);
    }

    /// The pointer is at `now`: the ring's edge goes as far as the pointer did.
    pub(crate) fn follow_sizing(&mut self, now: ViewPoint, effects: &mut Effects) {
        let Gesture::Sizing { start, former, tool, .. } = self.gesture else { return };
        if self.tool != tool {
            return;
        }
        let size_px = former.0 + 2.0 * (now.x - start.x) / self.view.zoom();
        let up_px = start.y - now.y;
        let beyond_px = up_px - up_px.clamp(-STRAY_PX, STRAY_PX);
        let hardness = former.1 + beyond_px / HARDNESS_WAY_PX;
        self.edit_brush(BrushEdit::SizePx(if now.x == start.x { former.0 } else { size_px.round() }), effects);
        // A hundredth is what the page shows.
        self.edit_brush(BrushEdit::Hardness(((hardness * 100.0).round() / 100.0).clamp(0.0, 1.0)), effects);
        effects.changed(Part::Cursor);
    }

    /// Puts the brush back as it was before it was dragged.
    pub(crate) fn abort_sizing(&mut self, former: (f32, f32), tool: Tool, effects: &mut Effects) {
        if self.tool == tool {
            self.edit_brush(BrushEdit::SizePx(former.0), effects);
            self.edit_brush(BrushEdit::Hardness(former.1), effects);
        }
    }

    /// The brush in numbers while its size is dragged.
    #[must_use]
    pub fn sizing_text(&self) -> Option<Phrase> {
        matches!(self.gesture, Gesture::Sizing { .. }).then(|| self.brush_in_numbers())
    }

    pub(crate) fn brush_in_numbers(&self) -> Phrase {
        let brush = self.brush();
        let phrase = Phrase::new("said-brush-size").with("size", brush.size_px.round() as u32);
        phrase.with("hardness", (brush.hardness * 100.0).round() as u32)
    }
}
