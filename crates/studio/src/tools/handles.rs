//! Handles that lie on the canvas: of the crop frame, of the symmetry's centre, of vanishing points.
//!
//! A press takes hold of one, Page Up and Page Down choose one by key, and arrow keys move the one that was held or chosen
//! last. A handle whose place is out of sight waits at the edge of the view.

use underpaint_paint::CanvasPoint;

use super::transforming::Handle;
use crate::effect::Effects;
use crate::size::ASPECT_PRESETS;
use crate::{KeyEvent, KeyFocus, Part, Phrase, PointerKind, Session, Tool, ToolEdit, ViewPoint};

/// How near a press must be to a handle, in CSS pixels: for a mouse or a pen, and for a finger.
const REACH_PX: [f32; 2] = [9.0, 22.0];
/// Guides' handles stay so far inside of the view's edges, in CSS pixels, that they can be seen and held. A frame's reach
/// over the edge, where they are seen and held as well.
const INSET_PX: f32 = 7.0;
/// The symmetry's handle lies so far beside its centre, both ways, in CSS pixels: strokes often begin at the centre.
const SYMMETRY_OFFSET_PX: f32 = 24.0;
/// Two presses of one handle within this time are a double click, in seconds.
const DOUBLE_CLICK_SECS: f64 = 0.4;

/// Two opposite corners: the upper left and the lower right one.
pub(crate) type Frame = (CanvasPoint, CanvasPoint);

/// A handle that is dragged, and what it moves as that was before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct HeldHandle {
    handle: Handle,
    start: CanvasPoint,
    /// The frame, or the point twice.
    before: Frame,
    /// Whether the frame was that of the whole canvas, which nobody had set.
    was_unset: bool,
}

/// What handles are at.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct HandleState {
    held: Option<HeldHandle>,
    /// What arrow keys move.
    active: Option<Handle>,
    /// What was pressed last, and when.
    pressed: Option<(Handle, f64)>,
}

/// What a handle is called.
fn name_of(handle: Handle) -> &'static str {
    const CORNERS: [&str; 4] =
        ["said-handle-upper-left", "said-handle-upper-right", "said-handle-lower-right", "said-handle-lower-left"];
    const SIDES: [&str; 4] = ["said-handle-upper", "said-handle-right", "said-handle-lower", "said-handle-left-side"];
    match handle {
        Handle::Corner(idx) => CORNERS[usize::from(idx) % 4],
        Handle::Side(idx) => SIDES[usize::from(idx) % 4],
        Handle::Symmetry => "said-handle-symmetry",
        Handle::Vanishing(_) => "said-handle-vanishing",
        Handle::Inside | Handle::Outside => "said-handle-frame",
    }
}

/// A frame whose handle was moved by so much. With an aspect (width by height) it keeps that: a corner against the opposite
/// one, a side about the middle. It is never smaller than a pixel.
pub(crate) fn moved_frame(handle: Handle, (low, high): Frame, dx: f32, dy: f32, aspect: Option<f32>) -> Frame {
    let (mut left, mut top, mut right, mut bottom) = (low.x, low.y, high.x, high.y);
    let moves = match handle {
        // Which edges move: left, upper, right, lower.
        Handle::Corner(0) => [true, true, false, false],
        Handle::Corner(1) => [false, true, true, false],
        Handle::Corner(2) => [false, false, true, true],
        Handle::Corner(_) => [true, false, false, true],
        Handle::Side(0) => [false, true, false, false],
        Handle::Side(1) => [false, false, true, false],
        Handle::Side(2) => [false, false, false, true],
        Handle::Side(_) => [true, false, false, false],
        _ => [true; 4],
    };
    let by = |is_moved: bool, distance: f32| if is_moved { distance } else { 0.0 };
    left += by(moves[0], dx);
    top += by(moves[1], dy);
    right += by(moves[2], dx);
    bottom += by(moves[3], dy);
    if moves[0] && !moves[2] {
        left = left.min(right - 1.0);
    } else {
        right = right.max(left + 1.0);
    }
    if moves[1] && !moves[3] {
        top = top.min(bottom - 1.0);
    } else {
        bottom = bottom.max(top + 1.0);
    }
    let aspect = aspect.filter(|_| moves != [true; 4]);
    if let Some(aspect) = aspect {
        let (width, height) = (right - left, bottom - top);
        let (is_across, is_down) = (moves[0] || moves[2], moves[1] || moves[3]);
        let (width, height) = match (is_across, is_down) {
            (true, false) => (width, width / aspect),
            (false, true) => (height * aspect, height),
            _ => (width.max(height * aspect), height.max(width / aspect)),
        };
        (left, right) = match (moves[0], moves[2]) {
            (true, _) => (right - width, right),
            (_, true) => (left, left + width),
            _ => ((left + right - width) / 2.0, (left + right + width) / 2.0),
        };
        (top, bottom) = match (moves[1], moves[3]) {
            (true, _) => (bottom - height, bottom),
            (_, true) => (top, top + height),
            _ => ((top + bottom - height) / 2.0, (top + bottom + height) / 2.0),
        };
    }
    (CanvasPoint::new(left, top), CanvasPoint::new(right, bottom))
}

/// The largest frame of an aspect inside another one, about the same middle.
fn frame_of_aspect((low, high): Frame, aspect: f32) -> Frame {
    let (width, height) = (high.x - low.x, high.y - low.y);
    let (width, height) = (width.min(height * aspect), height.min(width / aspect));
    let middle = low.lerp(high, 0.5);
    let half = CanvasPoint::new(width / 2.0, height / 2.0);
    (CanvasPoint::new(middle.x - half.x, middle.y - half.y), CanvasPoint::new(middle.x + half.x, middle.y + half.y))
}

impl Session {
    /// What is left after cropping: the frame that was set, or the whole canvas.
    pub(crate) fn crop_frame(&self) -> Frame {
        let whole =
            (CanvasPoint::default(), CanvasPoint::new(self.document.width() as f32, self.document.height() as f32));
        let ordered = |(one, other): Frame| {
            let low = CanvasPoint::new(one.x.min(other.x), one.y.min(other.y));
            (low, CanvasPoint::new(one.x.max(other.x), one.y.max(other.y)))
        };
        self.tools.crop.map_or(whole, ordered)
    }

    /// Width and height of what is left after cropping, in whole pixels.
    #[must_use]
    pub fn crop_size(&self) -> (u32, u32) {
        let (low, high) = self.crop_frame();
        let edge = |low: f32, high: f32| ((high.round() - low.round()) as u32).max(1);
        (edge(low.x, high.x), edge(low.y, high.y))
    }

    /// Width by height that the crop frame keeps; `None` where it is free.
    fn crop_aspect(&self) -> Option<f32> {
        match self.tools.options.crop_aspect {
            0 => None,
            1 => Some(self.document.width() as f32 / self.document.height().max(1) as f32),
            preset => {
                let (across, down) = ASPECT_PRESETS.get(usize::from(preset) - 2)?;
                Some(*across as f32 / *down as f32)
            }
        }
    }

    /// The frame between two places of a drag, with the aspect that was chosen.
    pub(crate) fn dragged_frame(&self, (from, to): Frame) -> Frame {
        let corner = match (to.x < from.x, to.y < from.y) {
            (true, true) => Handle::Corner(0),
            (false, true) => Handle::Corner(1),
            (false, false) => Handle::Corner(2),
            (true, false) => Handle::Corner(3),
        };
        moved_frame(corner, (from, from), to.x - from.x, to.y - from.y, self.crop_aspect())
    }

    /// A field or a menu changes the crop frame. Returns whether the edit was one of those.
    pub(crate) fn edit_crop(&mut self, edit: &ToolEdit, effects: &mut Effects) -> bool {
        let (low, high) = self.crop_frame();
        let frame = match *edit {
            ToolEdit::CropAspect(_) => match self.crop_aspect() {
                Some(aspect) => frame_of_aspect((low, high), aspect),
                None => return true,
            },
            ToolEdit::CropWidth(px) if px.is_finite() => {
                moved_frame(Handle::Side(1), (low, high), px - (high.x - low.x), 0.0, self.crop_aspect())
            }
            ToolEdit::CropHeight(px) if px.is_finite() => {
                moved_frame(Handle::Side(2), (low, high), 0.0, px - (high.y - low.y), self.crop_aspect())
            }
            _ => return false,
        };
        self.set_crop(Some(frame), effects);
        true
    }

    fn set_crop(&mut self, frame: Option<Frame>, effects: &mut Effects) {
        self.tools.crop = frame;
        effects.changed(Part::Overlay);
        effects.changed(Part::Tool);
    }

    /// The handles of this module that can be held at the moment, and where their place on the canvas is seen.
    pub(crate) fn shown_handles(&self) -> Vec<(Handle, CanvasPoint)> {
        let options = &self.tools.options;
        let mut handles = Vec::new();
        if self.tool == Tool::Crop {
            let (low, high) = self.crop_frame();
            let middle = low.lerp(high, 0.5);
            let xs = [low.x, middle.x, high.x, high.x, high.x, middle.x, low.x, low.x];
            let ys = [low.y, low.y, low.y, middle.y, high.y, high.y, high.y, middle.y];
            for (idx, (x, y)) in (0..8).zip(xs.into_iter().zip(ys)) {
                let handle = if idx % 2 == 0 { Handle::Corner(idx / 2) } else { Handle::Side(idx / 2) };
                handles.push((handle, CanvasPoint::new(x, y)));
            }
        } else if options.moves_guides && self.tool.has_guides() {
            let points = options.guides.vanishing_points.iter().enumerate();
            handles.extend(points.map(|(idx, point)| (Handle::Vanishing(idx as u8), *point)));
            if options.symmetry.kind != underpaint_paint::SymmetryKind::Off {
                let centre = self.view.view_from_canvas(options.symmetry.centre);
                let beside = ViewPoint::new(centre.x + SYMMETRY_OFFSET_PX, centre.y + SYMMETRY_OFFSET_PX);
                handles.push((Handle::Symmetry, self.view.canvas_from_view(beside)));
            }
        }
        let inset_px = if self.tool == Tool::Crop { 0.0 } else { INSET_PX };
        for (_, place) in &mut handles {
            let seen = self.view.view_from_canvas(*place);
            let size = self.view.view_centre();
            let within = |at: f32, half: f32| at.min(half * 2.0 - inset_px).max(inset_px);
            *place = self.view.canvas_from_view(ViewPoint::new(within(seen.x, size.x), within(seen.y, size.y)));
        }
        handles
    }

    /// Whether [`Session::overlay`] holds something whose place depends on the view.
    #[must_use]
    pub fn has_handles(&self) -> bool {
        !self.shown_handles().is_empty()
    }

    /// The handle that arrow keys move.
    #[must_use]
    pub fn active_handle(&self) -> Option<Handle> {
        self.tools.handles.active
    }

    /// The handle under a place of the view, the inside of a crop frame that was set included.
    pub(crate) fn shown_handle_at(&self, place: ViewPoint, kind: PointerKind) -> Option<Handle> {
        let reach = REACH_PX[usize::from(kind == PointerKind::Touch)];
        let near = |at: CanvasPoint| {
            let at = self.view.view_from_canvas(at);
            (at.x - place.x).hypot(at.y - place.y)
        };
        let handles = self.shown_handles().into_iter().map(|(handle, at)| (handle, near(at)));
        let nearest = handles.min_by(|one, other| one.1.total_cmp(&other.1));
        if let Some((handle, distance)) = nearest
            && distance <= reach
        {
            return Some(handle);
        }
        let point = self.view.canvas_from_view(place);
        let (low, high) = self.crop_frame();
        let is_inside = (low.x..high.x).contains(&point.x) && (low.y..high.y).contains(&point.y);
        (self.tool == Tool::Crop && self.tools.crop.is_some() && is_inside).then_some(Handle::Inside)
    }

    /// A press: takes hold of the handle under it. Returns whether there was one.
    pub(crate) fn hold_shown_handle(&mut self, place: ViewPoint, kind: PointerKind, effects: &mut Effects) -> bool {
        let found = self.shown_handle_at(place, kind);
        let state = &mut self.tools.handles;
        state.active = found;
        let Some(handle) = found else {
            state.pressed = None;
            return false;
        };
        let former = state.pressed.replace((handle, self.now_secs));
        let is_double = former.is_some_and(|(it, secs)| it == handle && self.now_secs - secs < DOUBLE_CLICK_SECS);
        if handle == Handle::Symmetry && is_double {
            self.recentre_symmetry(effects);
        } else {
            let start = self.view.canvas_from_view(place);
            let was_unset = self.tools.crop.is_none();
            self.tools.handles.held = Some(HeldHandle { handle, start, before: self.frame_of(handle), was_unset });
        }
        effects.changed(Part::Overlay);
        true
    }

    /// What a handle moves.
    fn frame_of(&self, handle: Handle) -> Frame {
        let options = &self.tools.options;
        let point = match handle {
            Handle::Symmetry => Some(options.symmetry.centre),
            Handle::Vanishing(idx) => options.guides.vanishing_points.get(usize::from(idx)).copied(),
            _ => None,
        };
        point.map_or_else(|| self.crop_frame(), |point| (point, point))
    }

    /// Puts what a handle moves so far from where it was.
    fn move_handle(&mut self, handle: Handle, before: Frame, dx: f32, dy: f32, effects: &mut Effects) {
        let point = CanvasPoint::new(before.0.x + dx, before.0.y + dy);
        match handle {
            Handle::Symmetry => self.edit_tool(ToolEdit::SymmetryCentre(point), effects),
            Handle::Vanishing(idx) => {
                let mut guides = self.tools.options.guides.clone();
                if let Some(place) = guides.vanishing_points.get_mut(usize::from(idx)) {
                    *place = point;
                    self.edit_tool(ToolEdit::Guides(guides), effects);
                }
            }
            _ => {
                let frame = moved_frame(handle, before, dx, dy, self.crop_aspect());
                self.set_crop(Some(frame), effects);
            }
        }
    }

    /// The pointer went on. Returns whether a handle followed it.
    pub(crate) fn drag_shown_handle(&mut self, to: CanvasPoint, effects: &mut Effects) -> bool {
        let Some(HeldHandle { handle, start, before, .. }) = self.tools.handles.held else { return false };
        if to.is_finite() && to != start {
            self.move_handle(handle, before, to.x - start.x, to.y - start.y, effects);
        }
        true
    }

    pub(crate) fn release_shown_handle(&mut self) {
        self.tools.handles.held = None;
    }

    /// What was dragged goes back to where it was.
    pub(crate) fn abort_shown_handle(&mut self, effects: &mut Effects) {
        let Some(HeldHandle { handle, before, was_unset, .. }) = self.tools.handles.held.take() else { return };
        self.move_handle(handle, before, 0.0, 0.0, effects);
        if was_unset && self.tool == Tool::Crop {
            self.set_crop(None, effects);
        }
    }

    fn recentre_symmetry(&mut self, effects: &mut Effects) {
        let corner = CanvasPoint::new(self.document.width() as f32, self.document.height() as f32);
        self.edit_tool(ToolEdit::SymmetryCentre(corner.lerp(CanvasPoint::default(), 0.5)), effects);
        effects.announce("said-symmetry-centred");
    }

    /// Whether a key without Ctrl or Alt belongs to the handles.
    pub(crate) fn is_handle_key(&self, key: &KeyEvent) -> bool {
        if !matches!(key.focus, KeyFocus::Page | KeyFocus::Canvas) {
            return false;
        }
        match key.key.as_str() {
            "PageUp" | "PageDown" => self.has_handles(),
            "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" => self.tools.handles.active.is_some(),
            "Home" => self.tools.handles.active == Some(Handle::Symmetry),
            _ => false,
        }
    }

    /// A key of [`Session::is_handle_key`] went down.
    pub(crate) fn on_handle_key(&mut self, key: &KeyEvent, effects: &mut Effects) {
        let step = if key.modifiers.shift { 10.0 } else { 1.0 };
        let (dx, dy) = match key.key.as_str() {
            "ArrowLeft" => (-step, 0.0),
            "ArrowRight" => (step, 0.0),
            "ArrowUp" => (0.0, -step),
            "ArrowDown" => (0.0, step),
            "Home" => return self.recentre_symmetry(effects),
            direction => return self.choose_handle(direction == "PageUp", effects),
        };
        if let Some(handle) = self.tools.handles.active {
            self.move_handle(handle, self.frame_of(handle), dx, dy, effects);
        }
    }

    fn choose_handle(&mut self, is_back: bool, effects: &mut Effects) {
        let mut handles: Vec<Handle> = self.shown_handles().into_iter().map(|it| it.0).collect();
        if self.tool == Tool::Crop && self.tools.crop.is_some() {
            handles.push(Handle::Inside);
        }
        let n_handles = handles.len();
        let now = handles.iter().position(|it| Some(*it) == self.tools.handles.active);
        let next = match (now, is_back) {
            (None, false) => 0,
            (None, true) => n_handles.saturating_sub(1),
            (Some(idx), false) => (idx + 1) % n_handles,
            (Some(idx), true) => (idx + n_handles - 1) % n_handles,
        };
        self.tools.handles.active = handles.get(next).copied();
        if let Some(handle) = self.tools.handles.active {
            effects.announce(Phrase::new("said-handle").with("handle", Phrase::new(name_of(handle))));
        }
        effects.changed(Part::Overlay);
    }

    /// Arrow keys move nothing any more. Returns whether they did.
    pub(crate) fn leave_handle(&mut self, effects: &mut Effects) -> bool {
        let had_handle = self.tools.handles.active.take().is_some();
        if had_handle {
            effects.changed(Part::Overlay);
        }
        had_handle
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(left: f32, top: f32, right: f32, bottom: f32) -> Frame {
        (CanvasPoint::new(left, top), CanvasPoint::new(right, bottom))
    }

    #[test]
    fn a_handle_moves_its_own_edges_and_never_past_the_others() {
        let whole = frame(10.0, 20.0, 110.0, 80.0);
        let moved = |handle, dx, dy| moved_frame(handle, whole, dx, dy, None);
        assert_eq!(moved(Handle::Corner(0), 5.0, -5.0), frame(15.0, 15.0, 110.0, 80.0));
        assert_eq!(moved(Handle::Corner(1), 5.0, -5.0), frame(10.0, 15.0, 115.0, 80.0));
        assert_eq!(moved(Handle::Corner(2), 5.0, -5.0), frame(10.0, 20.0, 115.0, 75.0));
        assert_eq!(moved(Handle::Corner(3), 5.0, -5.0), frame(15.0, 20.0, 110.0, 75.0));
        assert_eq!(moved(Handle::Side(0), 5.0, -5.0), frame(10.0, 15.0, 110.0, 80.0));
        assert_eq!(moved(Handle::Side(3), 500.0, 9.0), frame(109.0, 20.0, 110.0, 80.0));
        assert_eq!(moved(Handle::Side(2), 9.0, -500.0), frame(10.0, 20.0, 110.0, 21.0));
        assert_eq!(moved(Handle::Inside, -30.0, 7.0), frame(-20.0, 27.0, 80.0, 87.0));
    }

    #[test]
    fn with_an_aspect_a_corner_holds_against_its_opposite_and_a_side_about_the_middle() {
        let whole = frame(0.0, 0.0, 100.0, 50.0);
        let moved = |handle, dx, dy| moved_frame(handle, whole, dx, dy, Some(2.0));
        assert_eq!(moved(Handle::Corner(2), 20.0, 0.0), frame(0.0, 0.0, 120.0, 60.0));
        assert_eq!(moved(Handle::Corner(0), 0.0, -10.0), frame(-20.0, -10.0, 100.0, 50.0));
        assert_eq!(moved(Handle::Side(1), -20.0, 0.0), frame(0.0, 5.0, 80.0, 45.0));
        assert_eq!(moved(Handle::Side(0), 0.0, 10.0), frame(10.0, 10.0, 90.0, 50.0));
        assert_eq!(moved(Handle::Inside, 3.0, 4.0), frame(3.0, 4.0, 103.0, 54.0));
        assert_eq!(frame_of_aspect(whole, 1.0), frame(25.0, 0.0, 75.0, 50.0));
    }
}
