//! Selections: masks from rectangles, ellipses and lassos, combined, grown and inverted.

use crate::cover::{Cover, rect_around};
use crate::distance::visit_nearest;
use crate::shape::ellipse_points;
use crate::{CanvasPoint, Mask, PixelRect};

/// How a new selection joins the one there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum SelectionMode {
    /// It takes its place.
    #[default]
    Replace,
    /// What either of them selects.
    Add,
    /// What the old one selects and the new one does not.
    Subtract,
    /// What both select.
    Intersect,
}

impl Mask {
    /// Selects a rectangle between two corners, in any order.
    #[must_use]
    pub fn rectangle(width: u32, height: u32, from: CanvasPoint, to: CanvasPoint, is_antialiased: bool) -> Self {
        let corners = [from, CanvasPoint::new(to.x, from.y), to, CanvasPoint::new(from.x, to.y)];
        Self::polygon(width, height, &corners, is_antialiased)
    }

    /// Selects the ellipse inside of a rectangle between two corners.
    #[must_use]
    pub fn ellipse(width: u32, height: u32, from: CanvasPoint, to: CanvasPoint, is_antialiased: bool) -> Self {
        let points = ellipse_points(from.lerp(to, 0.5), (to.x - from.x).abs() / 2.0, (to.y - from.y).abs() / 2.0);
        Self::polygon(width, height, &points, is_antialiased)
    }

    /// Selects what a closed line runs around, such as a lasso. Empty when a point is not a number.
    #[must_use]
    pub fn polygon(width: u32, height: u32, points: &[CanvasPoint], is_antialiased: bool) -> Self {
        let mut cover = Cover::new(rect_around(points, 0.0, PixelRect::new(0, 0, width, height)));
        cover.add_polygon(points);
        cover.finish().into_mask(width, height, is_antialiased)
    }

    /// Joins another mask of the same size; one of another size changes nothing.
    pub fn combine(&mut self, other: &Self, mode: SelectionMode) {
        if (self.width(), self.height()) != (other.width(), other.height()) {
            return;
        }
        let pairs = self.values_mut().iter_mut().zip(other.values());
        match mode {
            SelectionMode::Replace => pairs.for_each(|(value, other)| *value = *other),
            SelectionMode::Add => pairs.for_each(|(value, other)| *value = (*value).max(*other)),
            SelectionMode::Subtract => pairs.for_each(|(value, other)| *value = (*value).min(255 - other)),
            SelectionMode::Intersect => pairs.for_each(|(value, other)| *value = (*value).min(*other)),
        }
    }

    /// Selects what was not selected, and the other way round.
    pub fn invert(&mut self) {
        self.values_mut().iter_mut().for_each(|value| *value = 255 - *value);
    }

    /// Whether nothing is selected at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values().iter().all(|value| *value == 0)
    }

    /// Grows the selection by so many pixels in every direction, or shrinks it by a negative number; at most 1000.
    /// Edges stay anti-aliased, corners become round. The canvas's edges are no edges of the selection: one that reaches
    /// them still does after shrinking.
    pub fn grow(&mut self, by_px: f32) {
        if by_px < 0.0 {
            self.invert();
            self.grow_outwards(-by_px);
            self.invert();
        } else {
            self.grow_outwards(by_px);
        }
    }

    /// How far the edge of the selection (where it is half) lies beyond the near side of a pixel that is selected by at
    /// least half, in pixels: interpolated to the neighbour that is selected least.
    fn edge_beyond(&self, (x, y): (u32, u32)) -> f32 {
        let own = f32::from(self.at(x, y));
        let (left, top) = (x.saturating_sub(1), y.saturating_sub(1));
        let (right, bottom) = ((x + 1).min(self.width() - 1), (y + 1).min(self.height() - 1));
        let around = [(left, y), (right, y), (x, top), (x, bottom)];
        let least = around.into_iter().map(|(x, y)| f32::from(self.at(x, y))).fold(own, f32::min);
        if least < 127.5 { 0.5 + (own - 127.5) / (own - least) } else { 1.0 }
    }

    fn grow_outwards(&mut self, by_px: f32) {
        let by_px = by_px.min(1000.0);
        let bounds = self.bounds();
        if by_px.is_nan() || by_px <= 0.0 || bounds.is_empty() {
            return;
        }
        let reach = by_px.ceil() as u32 + 1;
        let rect = PixelRect::new(
            bounds.left.saturating_sub(reach),
            bounds.top.saturating_sub(reach),
            (bounds.right + reach).min(self.width()),
            (bounds.bottom + reach).min(self.height()),
        );
        let mut grown = self.clone();
        visit_nearest(self, rect, |(x, y), distance_squared, nearest| {
            let cover = by_px - distance_squared.sqrt() + self.edge_beyond(nearest);
            if cover > 0.0 {
                let cover = if distance_squared == 0.0 { 1.0 } else { cover.min(1.0) };
                let value = &mut grown.row_mut(y, x, x + 1)[0];
                *value = (*value).max((cover * 255.0 + 0.5) as u8);
            }
        });
        *self = grown;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn point(x: f32, y: f32) -> CanvasPoint {
        CanvasPoint::new(x, y)
    }

    fn area(mask: &Mask) -> f32 {
        mask.values().iter().map(|value| f32::from(*value) / 255.0).sum()
    }

    #[test]
    fn selections_have_the_area_of_their_shape() {
        let rectangle = Mask::rectangle(64, 48, point(40.25, 30.5), point(3.5, 4.0), true);
        assert!((area(&rectangle) - 36.75 * 26.5).abs() < 0.5, "{}", area(&rectangle));
        assert_eq!(rectangle.at(40, 10), 64);
        let jagged = Mask::rectangle(64, 48, point(40.25, 30.5), point(3.5, 4.0), false);
        assert!(jagged.values().iter().all(|value| *value == 0 || *value == 255));
        let ellipse = Mask::ellipse(64, 48, point(2.0, 2.0), point(62.0, 46.0), true);
        assert!((area(&ellipse) - std::f32::consts::PI * 30.0 * 22.0).abs() < 1.5, "{}", area(&ellipse));
        assert!(Mask::polygon(64, 48, &[point(1.0, f32::NAN), point(2.0, 2.0), point(3.0, 9.0)], true).is_empty());
        assert!(Mask::polygon(64, 48, &[], true).is_empty());
    }

    #[test]
    fn the_modes_are_those_of_sets() {
        let left = Mask::rectangle(20, 10, point(0.0, 0.0), point(12.0, 10.0), true);
        let right = Mask::rectangle(20, 10, point(8.0, 0.0), point(20.0, 10.0), true);
        let combined = |mode| {
            let mut mask = left.clone();
            mask.combine(&right, mode);
            [mask.at(2, 5), mask.at(10, 5), mask.at(15, 5)]
        };
        assert_eq!(combined(SelectionMode::Replace), [0, 255, 255]);
        assert_eq!(combined(SelectionMode::Add), [255, 255, 255]);
        assert_eq!(combined(SelectionMode::Subtract), [255, 0, 0]);
        assert_eq!(combined(SelectionMode::Intersect), [0, 255, 0]);
        let mut inverted = left.clone();
        inverted.invert();
        assert_eq!((inverted.at(2, 5), inverted.at(15, 5)), (0, 255));
        let mut same = left.clone();
        same.combine(&Mask::filled(3, 3, 255), SelectionMode::Replace);
        assert_eq!(same, left);
    }

    #[test]
    fn growing_moves_the_edge_and_shrinking_moves_it_back() {
        let square = Mask::rectangle(64, 64, point(20.0, 20.0), point(44.0, 44.0), true);
        for by_px in [1.0, 2.5, 6.0] {
            let mut mask = square.clone();
            mask.grow(by_px);
            // A square with its corners rounded.
            let exact = 24.0 * 24.0 + 4.0 * 24.0 * by_px + std::f32::consts::PI * by_px * by_px;
            assert!((area(&mask) - exact).abs() < 4.0 + 4.0 * by_px, "{by_px}: {} for {exact}", area(&mask));
            assert_eq!(mask.at(32, 20 - by_px.floor() as u32), 255);
            if by_px.fract() > 0.0 {
                assert!(mask.at(32, 20 - by_px.ceil() as u32).abs_diff(128) < 3);
            }
            mask.grow(-by_px);
            assert!((area(&mask) - 24.0 * 24.0).abs() < 8.0, "{by_px}: {}", area(&mask));
        }
        let mut all = Mask::filled(32, 32, 255);
        all.grow(-8.0);
        assert_eq!(all, Mask::filled(32, 32, 255));
        let mut none = Mask::filled(32, 32, 0);
        none.grow(4.0);
        none.grow(f32::NAN);
        assert!(none.is_empty());
        let mut gone = square;
        gone.grow(-30.0);
        assert!(gone.is_empty());
    }
}
