//! Moving and transforming a layer or what of it is selected: handles, keys and fields.

use underpaint_paint::{
    CanvasPoint, Homography, LayerId, Mask, Patch, PixelRect, Quality, Raster, copy_pixels, cut_pixels, paste_pixels,
    selected_paint,
};

use super::drag::round_angle;
use crate::effect::Effects;
use crate::{Modifiers, Part, PointerKind, Session, Tool, ViewPoint};

/// How near a press must be to a handle, in CSS pixels: for a mouse or a pen, and for a finger.
const REACH_PX: [f32; 2] = [10.0, 22.0];
/// Shift turns by multiples of this angle, in degrees.
const TURN_STEP_DEGREES: f64 = 15.0;
/// A side is never made shorter than this share of what it was.
const LEAST_SCALE: f64 = 0.001;

/// What a press takes hold of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handle {
    /// A corner, clockwise from the upper left: scales; with Ctrl alone moves by itself into perspective.
    Corner(u8),
    /// A side, clockwise from the upper one: scales; with Ctrl skews.
    Side(u8),
    /// The inside: moves.
    Inside,
    /// Beyond: turns.
    Outside,
    /// Where the axes of the symmetry cross; it lies a little beside.
    Symmetry,
    /// A vanishing point, by its place.
    Vanishing(u8),
}

/// A change from a field, a menu or a key. It happens about the middle of what is transformed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TransformEdit {
    /// Moves by so many pixels.
    Move {
        /// To the right.
        dx: f64,
        /// Down.
        dy: f64,
    },
    /// Turns clockwise by an angle in degrees.
    Turn(f64),
    /// Scales by factors; negative ones flip.
    Scale {
        /// Across.
        across: f64,
        /// Down.
        down: f64,
    },
    /// Skews by angles in degrees, below 80.
    Skew {
        /// Leans uprights to the right.
        across: f64,
        /// Leans levels down.
        down: f64,
    },
    /// Puts the four corners, clockwise from what was the upper left, at these places.
    Corners([CanvasPoint; 4]),
    /// As it was before.
    Reset,
}

/// What a transform amounts to, as its fields show it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TransformNumbers {
    /// How far the middle was moved to the right, in pixels.
    pub dx: f32,
    /// How far it was moved down, in pixels.
    pub dy: f32,
    /// How far the upper side was turned clockwise, in degrees, −180 to 180.
    pub degrees: f32,
    /// How much longer the sides are; 1 is as they were.
    pub scale: f32,
}

/// The eight handles around something, clockwise from the upper left corner: corners and sides in turn.
pub(crate) type Handles = [(Handle, CanvasPoint); 8];

fn handles_around(corners: [CanvasPoint; 4]) -> Handles {
    [0u8, 1, 2, 3, 4, 5, 6, 7].map(|idx| {
        let (number, at) = (idx / 2, usize::from(idx / 2));
        match idx % 2 {
            0 => (Handle::Corner(number), corners[at]),
            _ => (Handle::Side(number), corners[at].lerp(corners[(at + 1) % 4], 0.5)),
        }
    })
}

fn corners_of(handles: &Handles) -> [CanvasPoint; 4] {
    [0, 2, 4, 6].map(|idx: usize| handles[idx].1)
}

fn is_inside(corners: &[CanvasPoint; 4], point: CanvasPoint) -> bool {
    let side = |idx: usize| {
        let (from, to) = (corners[idx], corners[(idx + 1) % 4]);
        (to.x - from.x) * (point.y - from.y) - (to.y - from.y) * (point.x - from.x)
    };
    (0..4).all(|idx| side(idx) >= 0.0) || (0..4).all(|idx| side(idx) <= 0.0)
}

/// A transform under way.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Transforming {
    layer: LayerId,
    /// The document's state when it began: when that changed, the pixels are no longer those that were taken.
    state_number: u64,
    patch: Patch,
    placed: Homography,
    held: Option<Held>,
}

/// A handle that is being dragged.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Held {
    handle: Handle,
    start: CanvasPoint,
    /// How the pixels were placed then.
    before: Homography,
}

impl Transforming {
    /// The corners where they are now, clockwise from what was the upper left.
    pub(crate) fn corners(&self) -> [CanvasPoint; 4] {
        self.patch.corners().map(|corner| self.placed.apply(corner))
    }

    /// The handles that are drawn, and where.
    fn handles(&self) -> Handles {
        handles_around(self.patch.corners()).map(|(handle, place)| (handle, self.placed.apply(place)))
    }

    /// How far the middle was moved, and the scale and the angle of the upper side and of the left one.
    fn measured(&self) -> TransformNumbers {
        let (before, now) = (self.patch.corners(), self.corners());
        let middle = |corners: [CanvasPoint; 4]| corners[0].lerp(corners[2], 0.5);
        let (from, to) = (middle(before), self.middle());
        let length = |corners: [CanvasPoint; 4], end: usize| corners[0].distance_to(corners[end]).max(0.5);
        let scale = |end: usize| length(now, end) / length(before, end);
        // A flip changes on which side of the upper corner the lower one lies, and no angle.
        let (dx, dy) = (now[1].x - now[0].x, now[1].y - now[0].y);
        let (ux, uy) = (now[3].x - now[0].x, now[3].y - now[0].y);
        let is_flipped = dx * uy - dy * ux < 0.0;
        let (dx, dy) = if is_flipped && dx < 0.0 { (-dx, -dy) } else { (dx, dy) };
        TransformNumbers {
            dx: to.x - from.x,
            dy: to.y - from.y,
            degrees: dy.atan2(dx).to_degrees(),
            scale: (scale(1) * scale(3)).sqrt(),
        }
    }

    /// The middle, where it is now.
    fn middle(&self) -> CanvasPoint {
        let corners = self.patch.corners();
        self.placed.apply(corners[0].lerp(corners[2], 0.5))
    }

    /// Places the pixels another way, unless that cannot be seen.
    fn place(&mut self, placed: Homography) -> bool {
        let corners = self.patch.corners();
        let quad = corners.map(|corner| placed.apply(corner));
        // Somewhere a canvas can be, and neither flat nor folded.
        let is_near = quad.iter().all(|it| it.x.abs() < 50_000.0 && it.y.abs() < 50_000.0);
        let is_seen = is_near && Homography::between(corners, quad).is_some();
        if is_seen {
            self.placed = placed;
        }
        is_seen
    }

    fn follow(&mut self, now: CanvasPoint, modifiers: Modifiers) -> bool {
        let Some(Held { handle, start, before }) = self.held else { return false };
        let corners = self.patch.corners();
        let middle = corners[0].lerp(corners[2], 0.5);
        let placed = match handle {
            Handle::Inside => {
                let (mut dx, mut dy) = (now.x - start.x, now.y - start.y);
                if modifiers.shift {
                    (dx, dy) = round_angle(dx, dy);
                }
                // By whole pixels nothing is resampled; Ctrl leaves the pixel grid.
                let step = |by: f32| f64::from(if modifiers.ctrl { by } else { by.round() });
                Some(Homography::translation(step(dx), step(dy)).after(&before))
            }
            Handle::Outside => {
                let about = before.apply(middle);
                let angle = |point: CanvasPoint| f64::from(point.y - about.y).atan2(f64::from(point.x - about.x));
                let mut degrees = (angle(now) - angle(start)).to_degrees();
                if modifiers.shift {
                    degrees = (degrees / TURN_STEP_DEGREES).round() * TURN_STEP_DEGREES;
                }
                Some(Homography::rotation(degrees, about).after(&before))
            }
            Handle::Corner(corner) if modifiers.ctrl => {
                let mut quad = corners.map(|corner| before.apply(corner));
                let moved = &mut quad[usize::from(corner) % 4];
                *moved = CanvasPoint::new(moved.x + now.x - start.x, moved.y + now.y - start.y);
                Homography::between(corners, quad)
            }
            Handle::Side(side) if modifiers.ctrl => {
                let idx = usize::from(side) % 4;
                let mut quad = corners.map(|corner| before.apply(corner));
                let (dx, dy) = (now.x - start.x, now.y - start.y);
                for corner in [idx, (idx + 1) % 4] {
                    quad[corner] = CanvasPoint::new(quad[corner].x + dx, quad[corner].y + dy);
                }
                Homography::between(corners, quad)
            }
            Handle::Corner(_) | Handle::Side(_) => self.scaled(handle, now, start, before, modifiers),
            Handle::Symmetry | Handle::Vanishing(_) => None,
        };
        placed.is_some_and(|placed| self.place(placed))
    }

    /// Scales so that the handle follows the pointer, about the opposite handle or (with Alt) the middle; with Shift both
    /// ways alike.
    fn scaled(
        &self,
        handle: Handle,
        now: CanvasPoint,
        start: CanvasPoint,
        before: Homography,
        modifiers: Modifiers,
    ) -> Option<Homography> {
        let corners = self.patch.corners();
        let at = |handle: Handle, turned: u8| match handle {
            Handle::Corner(idx) => corners[usize::from(idx + turned) % 4],
            Handle::Side(idx) => {
                let idx = usize::from(idx + turned);
                corners[idx % 4].lerp(corners[(idx + 1) % 4], 0.5)
            }
            _ => corners[0],
        };
        let middle = corners[0].lerp(corners[2], 0.5);
        let (own, fixed) = (at(handle, 0), if modifiers.alt { middle } else { at(handle, 2) });
        // The pointer as the pixels see it, less what it missed the handle by.
        let back = before.inverse()?;
        let (grabbed, reached) = (back.apply(start), back.apply(now));
        let aim = CanvasPoint::new(own.x + reached.x - grabbed.x, own.y + reached.y - grabbed.y);
        let factor = |own: f32, aim: f32, fixed: f32| {
            if (own - fixed).abs() < 0.5 {
                return 1.0;
            }
            let factor = f64::from(aim - fixed) / f64::from(own - fixed);
            if factor.abs() < LEAST_SCALE { LEAST_SCALE.copysign(factor) } else { factor }
        };
        let (mut across, mut down) = (factor(own.x, aim.x, fixed.x), factor(own.y, aim.y, fixed.y));
        match handle {
            Handle::Side(side) if side % 2 == 0 => across = if modifiers.shift { down.abs() } else { 1.0 },
            Handle::Side(_) => down = if modifiers.shift { across.abs() } else { 1.0 },
            _ if modifiers.shift => {
                let most = across.abs().max(down.abs());
                (across, down) = (most.copysign(across), most.copysign(down));
            }
            _ => {}
        }
        Some(before.after(&Homography::scaling(across, down, fixed)))
    }

    /// The layer's pixels with the transform in them.
    fn draw(&self, raster: &mut Raster, selection: Option<&Mask>, quality: Quality) -> PixelRect {
        let bounds = raster.bounds();
        let (_, taken) = cut_pixels(raster, selection);
        match self.patch.transformed(&self.placed, quality, bounds) {
            Some(patch) => taken.union(paste_pixels(raster, &patch, 1.0, false, None)),
            None => taken,
        }
    }
}

impl Session {
    /// Whether something is being transformed.
    #[must_use]
    pub fn is_transforming(&self) -> bool {
        self.tools.transforming.is_some()
    }

    /// The corners of what is being transformed, clockwise from what was the upper left.
    #[must_use]
    pub fn transform_corners(&self) -> Option<[CanvasPoint; 4]> {
        self.tools.transforming.as_ref().map(Transforming::corners)
    }

    /// What the transform under way amounts to; where none is, what changes nothing.
    #[must_use]
    pub fn transform_numbers(&self) -> TransformNumbers {
        let none = TransformNumbers { dx: 0.0, dy: 0.0, degrees: 0.0, scale: 1.0 };
        self.tools.transforming.as_ref().map_or(none, Transforming::measured)
    }

    /// The handles of the transform: of the one under way, else around what a press would take hold of.
    pub(crate) fn transform_handles(&self) -> Option<Handles> {
        if let Some(transforming) = &self.tools.transforming {
            return Some(transforming.handles());
        }
        if self.tool != Tool::Transform || self.document.is_stroking() {
            return None;
        }
        let layer = self.document.active_layer();
        let key = (self.document.state_number(), layer);
        // Looking through all pixels of a layer takes long, and they are the same until the document changes.
        let rect = match self.tools.at_rest.get() {
            Some((known, rect)) if known == key => rect,
            _ => {
                let raster = self.document.layer(layer).map(underpaint_paint::Layer::raster);
                let rect = raster.map_or(PixelRect::EMPTY, |it| selected_paint(it, self.document.selection()));
                self.tools.at_rest.set(Some((key, rect)));
                rect
            }
        };
        let [left, top, right, bottom] = [rect.left, rect.top, rect.right, rect.bottom].map(|edge| edge as f32);
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        (!rect.is_empty()).then(|| handles_around(corners.map(|(x, y)| CanvasPoint::new(x, y))))
    }

    /// Takes hold of the active layer's pixels, or of the selected ones. Says so when there is nothing to hold.
    pub(crate) fn begin_transform(&mut self, effects: &mut Effects) -> bool {
        if self.tools.transforming.is_some() {
            return true;
        }
        let layer = self.document.active_layer();
        if !self.can_change_layer(effects) {
            return false;
        }
        let raster = self.document.layer(layer).map(underpaint_paint::Layer::raster);
        let patch = raster.and_then(|raster| copy_pixels(raster, self.document.selection()));
        let Some(patch) = patch else {
            effects.announce("said-nothing-to-transform");
            return false;
        };
        let state_number = self.document.state_number();
        let transforming = Transforming { layer, state_number, patch, placed: Homography::IDENTITY, held: None };
        self.tools.transforming = Some(transforming);
        effects.changed(Part::Overlay);
        effects.changed(Part::Cursor);
        true
    }

    /// What a press at this place takes hold of.
    pub(crate) fn handle_at(&self, place: ViewPoint, kind: PointerKind) -> Option<Handle> {
        let handles = self.transform_handles()?;
        let corners = corners_of(&handles);
        let mut reach = REACH_PX[usize::from(kind == PointerKind::Touch)];
        let is_inside = is_inside(&corners, self.view.canvas_from_view(place));
        if is_inside {
            // Of something small the inside must be there to be held, too.
            let sides = [0, 1, 2, 3].map(|idx| corners[idx].distance_to(corners[(idx + 1) % 4]));
            reach = reach.min(sides.into_iter().fold(f32::INFINITY, f32::min) * self.view.zoom() / 4.0);
        }
        let near = |at: CanvasPoint| {
            let at = self.view.view_from_canvas(at);
            (at.x - place.x).hypot(at.y - place.y)
        };
        let nearest = handles.map(|(handle, at)| (handle, near(at)));
        let nearest = nearest.into_iter().min_by(|one, other| one.1.total_cmp(&other.1));
        match nearest {
            Some((handle, distance)) if distance <= reach => Some(handle),
            _ if is_inside => Some(Handle::Inside),
            _ => Some(Handle::Outside),
        }
    }

    pub(crate) fn hold_handle(&mut self, place: ViewPoint, kind: PointerKind) {
        let (handle, start) = (self.handle_at(place, kind), self.view.canvas_from_view(place));
        if let (Some(handle), Some(transforming)) = (handle, &mut self.tools.transforming) {
            transforming.held = Some(Held { handle, start, before: transforming.placed });
        }
    }

    pub(crate) fn drag_handle(&mut self, place: CanvasPoint, modifiers: Modifiers, effects: &mut Effects) {
        let followed = self.tools.transforming.as_mut().is_some_and(|it| it.follow(place, modifiers));
        if followed {
            self.show_transform(effects);
        }
    }

    pub(crate) fn release_handle(&mut self) {
        if let Some(transforming) = &mut self.tools.transforming {
            transforming.held = None;
        }
    }

    /// Puts the handle that is dragged back to where it was taken.
    pub(crate) fn abort_handle(&mut self, effects: &mut Effects) {
        if let Some(transforming) = &mut self.tools.transforming
            && let Some(held) = transforming.held.take()
        {
            transforming.placed = held.before;
            self.show_transform(effects);
        }
    }

    /// A change from a field, a menu or a key: takes hold of the pixels first.
    pub(crate) fn edit_transform(&mut self, edit: TransformEdit, effects: &mut Effects) {
        if self.tool != Tool::Transform {
            self.choose_tool(Tool::Transform, effects);
        }
        if !self.begin_transform(effects) {
            return;
        }
        let Some(transforming) = &mut self.tools.transforming else { return };
        let middle = transforming.middle();
        let change = match edit {
            TransformEdit::Move { dx, dy } => Homography::translation(dx, dy),
            TransformEdit::Turn(degrees) => Homography::rotation(degrees, middle),
            TransformEdit::Scale { across, down } => Homography::scaling(across, down, middle),
            TransformEdit::Skew { across, down } => {
                let lean = |degrees: f64| degrees.clamp(-80.0, 80.0).to_radians().tan();
                Homography::skew(lean(across), lean(down), middle)
            }
            TransformEdit::Corners(corners) => {
                if let Some(placed) = Homography::between(transforming.patch.corners(), corners) {
                    transforming.place(placed);
                }
                return self.show_transform(effects);
            }
            TransformEdit::Reset => {
                transforming.placed = Homography::IDENTITY;
                return self.show_transform(effects);
            }
        };
        let placed = change.after(&transforming.placed);
        if transforming.place(placed) {
            self.show_transform(effects);
        }
    }

    fn show_transform(&mut self, effects: &mut Effects) {
        let Some(transforming) = &self.tools.transforming else { return };
        if transforming.placed == Homography::IDENTITY {
            effects.repaint(self.document.cancel_preview());
        } else {
            let layer = transforming.layer;
            let shown = self
                .document
                .preview(layer, |raster, selection| transforming.draw(raster, selection, Quality::Preview));
            effects.repaint(shown);
        }
        effects.changed(Part::Tool);
        effects.changed(Part::Overlay);
        self.after_document_change(effects);
    }

    /// Makes the transform one step of the history; the selection goes along.
    pub(crate) fn apply_transform(&mut self, effects: &mut Effects) -> bool {
        let Some(transforming) = self.tools.transforming.take() else { return false };
        effects.repaint(self.document.cancel_preview());
        let is_same = self.document.state_number() == transforming.state_number;
        if is_same && transforming.placed != Homography::IDENTITY {
            let selection = self.document.selection().map(|mask| mask.transformed(&transforming.placed));
            let draw =
                |raster: &mut Raster, selection: Option<&Mask>| transforming.draw(raster, selection, Quality::Fine);
            effects.repaint(self.document.edit_and_select("step-transform", transforming.layer, draw, selection));
            effects.announce("said-transformed");
        }
        for part in [Part::Tool, Part::Overlay, Part::Cursor] {
            effects.changed(part);
        }
        self.after_document_change(effects);
        true
    }

    /// Leaves everything as it was.
    pub(crate) fn cancel_transform(&mut self, effects: &mut Effects) -> bool {
        if self.tools.transforming.take().is_none() {
            return false;
        }
        effects.repaint(self.document.cancel_preview());
        for part in [Part::Tool, Part::Overlay, Part::Cursor] {
            effects.changed(part);
        }
        self.after_document_change(effects);
        true
    }
}
