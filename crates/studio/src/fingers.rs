//! Fingers: two of them move the view, taps undo and redo, and a palm beside a pen does nothing.

use crate::effect::Effects;
use crate::gesture::{Finger, Gesture, RestingFinger};
use crate::{Action, Fingers, Part, PointerEvent, PointerKind, PointerSample, Session, Tool, ViewPoint};

/// A second finger within this time after the first was meant for the view, in seconds; what the first painted goes.
const SECOND_FINGER_SECS: f64 = 0.4;
/// A tap lasts no longer than this, in seconds.
const TAP_SECS: f64 = 0.35;
/// Fingers that move no further than this still tap, in CSS pixels.
const TAP_PX: f32 = 12.0;

/// A finger that rests for this long takes the colour below it, in seconds.
const REST_SECS: f64 = 0.4;
/// Two fingers that meet within this time to less than this share of their distance show the whole canvas again.
const PINCH_SECS: f64 = 0.3;
const PINCH_SHARE: f32 = 0.75;
/// An element that shows the canvas and grows or shrinks by more than this factor belongs to a screen that was turned.
const TURNED_FACTOR: f32 = 1.25;

/// Fingers that have turned no further than this do not mean to, in degrees.
const TURN_DEGREES: f32 = 10.0;

/// The direction from one point to another, clockwise from the right, in degrees.
pub(crate) fn angle_degrees(from: ViewPoint, to: ViewPoint) -> f32 {
    (to.y - from.y).atan2(to.x - from.x).to_degrees()
}

fn distance(one: ViewPoint, other: ViewPoint) -> f32 {
    ((one.x - other.x).powi(2) + (one.y - other.y).powi(2)).sqrt()
}

impl Session {
    /// A finger that comes down while something is under way.
    pub(crate) fn on_further_finger(&mut self, event: &PointerEvent, last: PointerSample, effects: &mut Effects) {
        let finger = Finger { pointer_id: event.pointer_id, start: last.view_point, last: last.view_point };
        self.resting_finger = None;
        match &mut self.gesture {
            Gesture::Fingers { fingers, n_most, .. } => {
                fingers.push(finger);
                *n_most = (*n_most).max(fingers.len());
            }
            Gesture::Drawing { pointer_id, kind: PointerKind::Touch, started_secs, .. }
            | Gesture::Dragging { pointer_id, kind: PointerKind::Touch, started_secs } => {
                let (first_id, started_secs) = (*pointer_id, *started_secs);
                // Someone in the middle of a stroke laid a palm down; someone at its start wants to move the view.
                if last.time_secs - started_secs > SECOND_FINGER_SECS {
                    return;
                }
                let place = self.hover.unwrap_or(last.view_point);
                self.abort_gesture(effects);
                let first = Finger { pointer_id: first_id, start: place, last: place };
                self.gesture = Gesture::Fingers {
                    fingers: vec![first, finger],
                    n_most: 2,
                    started_secs,
                    has_moved: false,
                    view_before: self.view,
                    turned_degrees: 0.0,
                };
            }
            Gesture::Panning { pointer_id, last: place } => {
                let first = Finger { pointer_id: *pointer_id, start: *place, last: *place };
                self.gesture = Gesture::Fingers {
                    fingers: vec![first, finger],
                    n_most: 2,
                    started_secs: last.time_secs,
                    has_moved: false,
                    view_before: self.view,
                    turned_degrees: 0.0,
                };
            }
            _ => {}
        }
    }

    /// Two fingers move, zoom and turn the view: their middle, their distance and their angle are followed.
    pub(crate) fn move_finger(&mut self, id: i32, to: ViewPoint, effects: &mut Effects) {
        let Gesture::Fingers { fingers, has_moved, turned_degrees, .. } = &mut self.gesture else { return };
        let spread = |fingers: &[Finger]| match fingers {
            [one, other, ..] => {
                let middle = ViewPoint::new((one.last.x + other.last.x) / 2.0, (one.last.y + other.last.y) / 2.0);
                Some((middle, distance(one.last, other.last), angle_degrees(one.last, other.last)))
            }
            _ => None,
        };
        let before = spread(fingers);
        let Some(finger) = fingers.iter_mut().find(|finger| finger.pointer_id == id) else { return };
        finger.last = to;
        if distance(finger.start, to) > TAP_PX {
            *has_moved = true;
        }
        let after = spread(fingers);
        // At once, so that nothing of the way is lost; what turns out to be a tap puts the view back.
        if let (Some((from, from_px, from_degrees)), Some((to, to_px, to_degrees))) = (before, after) {
            // Who zooms turns a little as well, and does not mean it: what lies beyond a few degrees counts.
            let meant = |degrees: f32| degrees - degrees.clamp(-TURN_DEGREES, TURN_DEGREES);
            let former_degrees = *turned_degrees;
            *turned_degrees += (to_degrees - from_degrees + 180.0).rem_euclid(360.0) - 180.0;
            let degrees = meant(*turned_degrees) - meant(former_degrees);
            self.view.pan_by(to.x - from.x, to.y - from.y);
            if from_px > 1.0 && to_px > 1.0 {
                self.view.zoom_about(to, to_px / from_px);
                if degrees != 0.0 {
                    self.view.turn_about(to, degrees);
                }
            }
            effects.changed(Part::View);
        }
    }

    /// A finger of several leaves; the last one says whether they have tapped.
    pub(crate) fn lift_finger(&mut self, event: &PointerEvent, last: PointerSample, effects: &mut Effects) {
        let Gesture::Fingers { fingers, n_most, started_secs, has_moved, view_before, .. } = &mut self.gesture else {
            return;
        };
        fingers.retain(|finger| finger.pointer_id != event.pointer_id);
        if !fingers.is_empty() {
            return;
        }
        let secs = last.time_secs - *started_secs;
        let is_tap = !*has_moved && secs <= TAP_SECS;
        let n_fingers = *n_most;
        let is_pinch = n_fingers == 2 && secs <= PINCH_SECS && self.view.zoom() < view_before.zoom() * PINCH_SHARE;
        if is_tap && self.view != *view_before {
            self.view = *view_before;
            effects.changed(Part::View);
        } else if is_pinch {
            self.view.fit();
            effects.changed(Part::View);
        }
        self.gesture = Gesture::Ready;
        self.set_hover(None, effects);
        match (is_tap, n_fingers) {
            (true, 2) if !self.is_read_only => self.act(Action::Undo, effects),
            (true, 3) if !self.is_read_only => self.act(Action::Redo, effects),
            (true, 4) => self.act(Action::ToggleDocks, effects),
            _ => {}
        }
        effects.changed(Part::Cursor);
    }

    /// A finger that has come down to paint or to move the view may rest, and then takes a colour.
    pub(crate) fn note_rest(&mut self, event: &PointerEvent, last: PointerSample) {
        let (pointer_id, place, since_secs) = (event.pointer_id, last.view_point, last.time_secs);
        let may_rest = event.kind == PointerKind::Touch
            && !matches!(self.effective_tool(), Tool::Strength | Tool::Pan)
            && matches!(self.gesture, Gesture::Drawing { .. } | Gesture::Panning { .. });
        self.resting_finger = may_rest.then_some(RestingFinger { pointer_id, place, since_secs, was_seen: false });
    }

    /// The pointer of the gesture is here now: one that has gone somewhere does not rest.
    pub(crate) fn follow_rest(&mut self, to: ViewPoint) {
        self.resting_finger = self.resting_finger.filter(|it| distance(it.place, to) <= TAP_PX);
    }

    /// The time has moved: a finger that still rests takes the colour below it, and its dot of paint goes.
    pub(crate) fn take_colour_at_rest(&mut self, effects: &mut Effects) {
        let Some(resting) = &mut self.resting_finger else { return };
        let RestingFinger { pointer_id, place, since_secs, .. } = *resting;
        if self.now_secs - since_secs < REST_SECS {
            return;
        }
        // A page that was busy may hear of the time before it hears that the finger has moved: the second look counts.
        if !std::mem::replace(&mut resting.was_seen, true) {
            return;
        }
        self.resting_finger = None;
        if self.gesture.holds(pointer_id) {
            self.abort_gesture(effects);
            self.gesture = Gesture::Picking { pointer_id, kind: PointerKind::Touch, former: self.colours.foreground };
            self.pick_at(place, effects);
            effects.changed(Part::Cursor);
        }
    }

    /// Whether a finger takes a colour, and hides what lies below it.
    #[must_use]
    pub fn is_finger_picking(&self) -> bool {
        matches!(self.gesture, Gesture::Picking { kind: PointerKind::Touch, .. })
    }

    /// The system takes a pointer away: a palm that it has found out, or a screen that is turned. What has just begun is
    /// taken back; a stroke that has gone on for a while was meant.
    pub(crate) fn on_cancel(&mut self, kind: PointerKind, effects: &mut Effects) {
        let is_meant = match self.gesture {
            Gesture::Drawing { started_secs, .. } => self.now_secs - started_secs > SECOND_FINGER_SECS,
            _ => false,
        };
        if is_meant && kind != PointerKind::Mouse {
            self.finish_gesture(effects);
        } else {
            self.abort_gesture(effects);
        }
    }

    /// The element that shows the canvas has another size. A stroke ends where a screen is turned under it: what its
    /// pointer says from then on lies somewhere else.
    pub(crate) fn on_view_resized(&mut self, width: f32, height: f32, effects: &mut Effects) {
        let middle = self.view.view_centre();
        let is_turned = [width / (middle.x * 2.0), height / (middle.y * 2.0)]
            .iter()
            .any(|it| *it > TURNED_FACTOR || *it < 1.0 / TURNED_FACTOR);
        if is_turned {
            self.finish_gesture(effects);
        }
        self.view.resize(width, height);
        effects.changed(Part::View);
        effects.changed(Part::Cursor);
    }

    /// Whether one finger moves the view instead of painting. Who has a pen paints with it, unless they say otherwise.
    pub(crate) fn does_a_finger_pan(&self) -> bool {
        self.is_read_only
            || match self.settings.fingers {
                Fingers::Automatic => self.last_pen_secs.is_some(),
                Fingers::Paint => false,
                Fingers::Pan => true,
            }
    }

    /// Whether a touch is likely to be the palm of a hand that holds a pen.
    pub(crate) fn is_palm(&self) -> bool {
        self.last_pen_secs.is_some_and(|pen_secs| self.now_secs - pen_secs < self.config.palm_rejection_secs)
    }
}
