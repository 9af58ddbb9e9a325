//! A drag of a tool: from where the pointer was pressed to where it is, with what is held beside it.

use underpaint_paint::{CanvasPoint, Mask, SelectionMode, Shape};

use crate::{Modifiers, Tool};

/// A press that went no farther than this was a click, in CSS pixels.
pub(crate) const CLICK_PX: f32 = 3.0;
/// Shift turns lines by multiples of this angle, in degrees.
const LINE_STEP_DEGREES: f32 = 15.0;
/// Points of a lasso closer than this say nothing new, in canvas pixels.
const LASSO_STEP_PX: f32 = 0.5;

/// A drag under way.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Drag {
    pub(crate) tool: Tool,
    pub(crate) start: CanvasPoint,
    pub(crate) now: CanvasPoint,
    /// The way of a lasso.
    pub(crate) points: Vec<CanvasPoint>,
    /// What is held now.
    pub(crate) modifiers: Modifiers,
    /// What was held when the pointer was pressed: for selections that says how they join, and does not constrain until
    /// it was let go.
    pub(crate) pressed_with: Modifiers,
}

impl Drag {
    pub(crate) fn new(tool: Tool, start: CanvasPoint, modifiers: Modifiers) -> Self {
        Self { tool, start, now: start, points: vec![start], modifiers, pressed_with: modifiers }
    }

    /// Follows the pointer through these places.
    pub(crate) fn follow(&mut self, places: impl IntoIterator<Item = CanvasPoint>, modifiers: Modifiers) {
        self.modifiers = modifiers;
        // What was let go once constrains when it is held again.
        self.pressed_with.shift &= modifiers.shift;
        self.pressed_with.alt &= modifiers.alt;
        for place in places.into_iter().filter(|place| place.is_finite()) {
            self.now = place;
            if self.tool == Tool::Lasso && self.points.last().is_none_or(|it| it.distance_to(place) > LASSO_STEP_PX) {
                self.points.push(place);
            }
        }
    }

    /// Whether nothing was dragged, at `zoom` CSS pixels to a canvas pixel. A lasso comes back to where it began and is
    /// no click for that: what counts is how far it has been.
    pub(crate) fn is_click(&self, zoom: f32) -> bool {
        self.points.iter().chain([&self.now]).all(|place| self.start.distance_to(*place) * zoom < CLICK_PX)
    }

    /// The two ends or corners that are meant: with Shift a square, a circle or a line at a round angle, with Alt around
    /// the place of the press.
    pub(crate) fn ends(&self) -> (CanvasPoint, CanvasPoint) {
        let joins = self.tool.selects();
        let is_even = self.modifiers.shift && !(joins && self.pressed_with.shift);
        let is_centred = self.modifiers.alt && !(joins && self.pressed_with.alt);
        let (mut dx, mut dy) = (self.now.x - self.start.x, self.now.y - self.start.y);
        if is_even {
            (dx, dy) = match self.tool {
                Tool::Line | Tool::Gradient => round_angle(dx, dy),
                _ => {
                    let side = dx.abs().max(dy.abs());
                    (side.copysign(dx), side.copysign(dy))
                }
            };
        }
        let end = CanvasPoint::new(self.start.x + dx, self.start.y + dy);
        let from = match is_centred {
            true => CanvasPoint::new(self.start.x - dx, self.start.y - dy),
            false => self.start,
        };
        (from, end)
    }

    /// The shape that a shape tool draws.
    pub(crate) fn shape(&self) -> Option<Shape> {
        let (from, to) = self.ends();
        match self.tool {
            Tool::Line => Some(Shape::Line { from, to }),
            Tool::Rectangle => Some(Shape::Rectangle { from, to }),
            Tool::Ellipse => Some(Shape::Ellipse { from, to }),
            _ => None,
        }
    }

    /// The mask that a selection tool makes.
    pub(crate) fn mask(&self, (width, height): (u32, u32), is_antialiased: bool) -> Option<Mask> {
        let (from, to) = self.ends();
        match self.tool {
            // Edges of rectangles lie between pixels: a selection of whole pixels is what people mean.
            Tool::SelectRectangle => {
                let whole = |point: CanvasPoint| CanvasPoint::new(point.x.round(), point.y.round());
                Some(Mask::rectangle(width, height, whole(from), whole(to), is_antialiased))
            }
            Tool::SelectEllipse => Some(Mask::ellipse(width, height, from, to, is_antialiased)),
            Tool::Lasso => Some(Mask::polygon(width, height, &self.points, is_antialiased)),
            _ => None,
        }
    }
}

/// How a selection joins: Shift adds, Alt takes away, both keep what is in both.
pub(crate) fn selection_mode(modifiers: Modifiers, otherwise: SelectionMode) -> SelectionMode {
    match (modifiers.shift, modifiers.alt) {
        (true, true) => SelectionMode::Intersect,
        (true, false) => SelectionMode::Add,
        (false, true) => SelectionMode::Subtract,
        (false, false) => otherwise,
    }
}

/// The same way at the next round angle.
pub(crate) fn round_angle(dx: f32, dy: f32) -> (f32, f32) {
    let degrees = dy.atan2(dx).to_degrees();
    let round = (degrees / LINE_STEP_DEGREES).round() * LINE_STEP_DEGREES;
    let length = dx.hypot(dy) * (degrees - round).to_radians().cos();
    // Level and upright are so to the bit.
    match round.rem_euclid(360.0) {
        0.0 => (length, 0.0),
        90.0 => (0.0, length),
        180.0 => (-length, 0.0),
        270.0 => (0.0, -length),
        _ => (length * round.to_radians().cos(), length * round.to_radians().sin()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIFT: Modifiers = Modifiers { shift: true, ctrl: false, alt: false, meta: false };
    const ALT: Modifiers = Modifiers { shift: false, ctrl: false, alt: true, meta: false };

    fn dragged(tool: Tool, pressed_with: Modifiers, to: (f32, f32), modifiers: Modifiers) -> Drag {
        let mut drag = Drag::new(tool, CanvasPoint::new(50.0, 40.0), pressed_with);
        drag.follow([CanvasPoint::new(to.0, to.1)], modifiers);
        drag
    }

    #[test]
    fn shift_evens_and_alt_centres() {
        let none = Modifiers::default();
        let ends = |tool, to, modifiers| {
            let (from, to) = dragged(tool, none, to, modifiers).ends();
            [from.x, from.y, to.x, to.y]
        };
        assert_eq!(ends(Tool::Rectangle, (70.0, 45.0), none), [50.0, 40.0, 70.0, 45.0]);
        assert_eq!(ends(Tool::Rectangle, (70.0, 35.0), SHIFT), [50.0, 40.0, 70.0, 20.0]);
        assert_eq!(ends(Tool::Ellipse, (70.0, 45.0), ALT), [30.0, 35.0, 70.0, 45.0]);
        assert_eq!(ends(Tool::Line, (90.0, 42.0), SHIFT)[3], 40.0);
        let [.., x, y] = ends(Tool::Line, (80.0, 71.0), SHIFT);
        assert!((x - 50.0 - (y - 40.0)).abs() < 1e-3);
    }

    #[test]
    fn a_modifier_that_joins_selections_constrains_only_when_held_again() {
        let mut drag = dragged(Tool::SelectRectangle, SHIFT, (70.0, 45.0), SHIFT);
        assert_eq!(drag.ends().1, CanvasPoint::new(70.0, 45.0));
        drag.follow([CanvasPoint::new(70.0, 45.0)], Modifiers::default());
        drag.follow([CanvasPoint::new(70.0, 45.0)], SHIFT);
        assert_eq!(drag.ends().1, CanvasPoint::new(70.0, 60.0));
        let both = Modifiers { alt: true, ..SHIFT };
        let modes = [SHIFT, ALT, both, Modifiers::default()].map(|it| selection_mode(it, SelectionMode::Replace));
        assert_eq!(
            modes,
            [SelectionMode::Add, SelectionMode::Subtract, SelectionMode::Intersect, SelectionMode::Replace]
        );
    }
}
