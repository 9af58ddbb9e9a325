//! Painting without a pointer: arrow keys move a cursor over the focused canvas, Space or Enter presses and lifts.

use crate::effect::Effects;
use crate::{
    KeyEvent, KeyFocus, Modifiers, Part, Phrase, PointerButton, PointerEvent, PointerKind, PointerPhase, PointerSample,
    Session, ViewPoint,
};

/// The keyboard's pointer among the others; browsers number theirs from 0.
const POINTER_ID: i32 = i32::MIN;
/// How far an arrow key goes, in CSS pixels: with Control, alone, with Shift.
const STEPS_PX: [f32; 3] = [1.0, 10.0, 50.0];

impl Session {
    /// Whether the keyboard moves the cursor over the canvas at the moment.
    #[must_use]
    pub fn is_keyboard_painting(&self) -> bool {
        self.keyboard_cursor.is_some()
    }

    /// Whether the focused canvas uses this key for the keyboard's cursor.
    pub(crate) fn is_canvas_key(&self, key: &KeyEvent) -> bool {
        if key.focus != KeyFocus::Canvas || key.modifiers.alt {
            return false;
        }
        match key.key.as_str() {
            "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" => true,
            "Enter" => !key.modifiers.ctrl && !key.modifiers.meta,
            // Space moves the view for who paints with a pointer.
            " " => self.keyboard_cursor.is_some(),
            _ => false,
        }
    }

    /// A key of the keyboard's cursor went down.
    pub(crate) fn on_canvas_key(&mut self, key: &KeyEvent, effects: &mut Effects) {
        let start = self.keyboard_cursor.or(self.hover).unwrap_or_else(|| self.view.view_centre());
        let step_px = match (key.modifiers.ctrl || key.modifiers.meta, key.modifiers.shift) {
            (true, _) => STEPS_PX[0],
            (false, false) => STEPS_PX[1],
            (false, true) => STEPS_PX[2],
        };
        let (dx, dy) = match key.key.as_str() {
            "ArrowLeft" => (-step_px, 0.0),
            "ArrowRight" => (step_px, 0.0),
            "ArrowUp" => (0.0, -step_px),
            "ArrowDown" => (0.0, step_px),
            _ if key.is_repeat => return,
            _ => return self.press_keyboard_cursor(start, effects),
        };
        let size = self.view.view_centre();
        let place = ViewPoint::new((start.x + dx).clamp(0.0, size.x * 2.0), (start.y + dy).clamp(0.0, size.y * 2.0));
        self.keyboard_cursor = Some(place);
        self.send_keyboard_pointer(PointerPhase::Move, place, effects);
        effects.changed(Part::Cursor);
    }

    fn press_keyboard_cursor(&mut self, place: ViewPoint, effects: &mut Effects) {
        self.keyboard_cursor = Some(place);
        let is_down = self.gesture.holds(POINTER_ID);
        let phase = if is_down { PointerPhase::Up } else { PointerPhase::Down };
        self.send_keyboard_pointer(phase, place, effects);
        let canvas_point = self.view.canvas_from_view(place);
        effects.announce(
            Phrase::new(if is_down { "said-lifted" } else { "said-pressed" })
                .with("x", canvas_point.x.max(0.0).round() as u32)
                .with("y", canvas_point.y.max(0.0).round() as u32),
        );
        effects.changed(Part::Cursor);
    }

    fn send_keyboard_pointer(&mut self, phase: PointerPhase, place: ViewPoint, effects: &mut Effects) {
        let sample = PointerSample {
            view_point: place,
            pressure: 0.5,
            tilt_degrees: (0.0, 0.0),
            twist_degrees: 0.0,
            time_secs: self.now_secs,
        };
        let event = PointerEvent {
            phase,
            pointer_id: POINTER_ID,
            kind: PointerKind::Mouse,
            button: PointerButton::Primary,
            modifiers: Modifiers::default(),
            samples: vec![sample],
            predicted: Vec::new(),
        };
        self.on_pointer(&event, effects);
    }

    /// A real pointer is at hand again, or the canvas has lost the focus: what the keyboard began ends as it stands.
    pub(crate) fn leave_keyboard_cursor(&mut self, effects: &mut Effects) {
        if self.keyboard_cursor.take().is_some() {
            if self.gesture.holds(POINTER_ID) {
                self.finish_gesture(effects);
            }
            effects.changed(Part::Cursor);
        }
    }

    /// Whether an event is the keyboard's own.
    pub(crate) fn is_keyboard_pointer(event: &PointerEvent) -> bool {
        event.pointer_id == POINTER_ID
    }
}
