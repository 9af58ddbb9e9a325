//! The view: where the canvas lies in the element that shows it, and how large.

use underpaint_paint::{CanvasPoint, PixelRect};

/// Smallest zoom: view pixels per canvas pixel.
pub const MIN_ZOOM: f32 = 0.05;
/// Largest zoom: view pixels per canvas pixel.
pub const MAX_ZOOM: f32 = 32.0;
/// Beyond this zoom pixels are shown as squares.
const CRISP_ZOOM: f32 = 2.0;

/// A place in the element that shows the canvas, in CSS pixels from its upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct ViewPoint {
    /// CSS pixels to the right of the left edge.
    pub x: f32,
    /// CSS pixels below the top edge.
    pub y: f32,
}

impl ViewPoint {
    /// A point from its coordinates in CSS pixels.
    #[must_use]
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }
}

/// Where the canvas lies in its element: turned, mirrored and enlarged about its upper left corner, then moved.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    zoom: f32,
    /// Clockwise, 0 to below 360.
    degrees: f32,
    is_mirrored: bool,
    offset: ViewPoint,
    view_width: f32,
    view_height: f32,
    canvas_width: f32,
    canvas_height: f32,
    /// Whether the canvas fills the element, and goes on doing so when the element's size changes.
    is_fitted: bool,
}

impl View {
    /// A view of a canvas at its own size (one CSS pixel per canvas pixel), the element as large as the canvas.
    #[must_use]
    pub fn new(canvas_width: u32, canvas_height: u32) -> Self {
        let (width, height) = (canvas_width as f32, canvas_height as f32);
        Self {
            zoom: 1.0,
            degrees: 0.0,
            is_mirrored: false,
            offset: ViewPoint::default(),
            view_width: width,
            view_height: height,
            canvas_width: width,
            canvas_height: height,
            is_fitted: true,
        }
    }

    /// Takes note of the canvas's size. Returns whether it is another: then the whole canvas is shown.
    pub(crate) fn set_canvas_size(&mut self, width: u32, height: u32) -> bool {
        let size = (width as f32, height as f32);
        let is_other = (self.canvas_width, self.canvas_height) != size;
        if is_other {
            (self.canvas_width, self.canvas_height) = size;
            self.fit();
        }
        is_other
    }

    /// CSS pixels per canvas pixel.
    #[must_use]
    pub fn zoom(&self) -> f32 {
        self.zoom
    }

    /// How far the canvas is turned clockwise, in degrees, 0 to below 360.
    #[must_use]
    pub fn degrees(&self) -> f32 {
        self.degrees
    }

    /// Whether left and right are exchanged, so that a painter sees the picture anew.
    #[must_use]
    pub fn is_mirrored(&self) -> bool {
        self.is_mirrored
    }

    /// Where the canvas's upper left corner lies in the element, in CSS pixels.
    #[must_use]
    pub fn offset(&self) -> ViewPoint {
        self.offset
    }

    /// Whether the whole canvas is shown as large as it fits, upright.
    #[must_use]
    pub fn is_fitted(&self) -> bool {
        self.is_fitted
    }

    /// Whether pixels are shown as squares: only where a person has zoomed in to look at them. What was merely fitted into
    /// its place stays smooth, however small it is.
    #[must_use]
    pub fn is_crisp(&self) -> bool {
        !self.is_fitted && self.zoom > CRISP_ZOOM
    }

    /// The transform from canvas pixels to CSS pixels, as CSS and canvases take it:
    /// `x' = a x + c y + e`, `y' = b x + d y + f` for `[a, b, c, d, e, f]`.
    #[must_use]
    pub fn matrix(&self) -> [f32; 6] {
        let (sin, cos) = sin_cos(self.degrees);
        let across = if self.is_mirrored { -self.zoom } else { self.zoom };
        [cos * across, sin * across, -sin * self.zoom, cos * self.zoom, self.offset.x, self.offset.y]
    }

    /// The canvas point under a point of the element.
    #[must_use]
    pub fn canvas_from_view(&self, point: ViewPoint) -> CanvasPoint {
        let [a, b, c, d, e, f] = self.matrix();
        let (x, y) = (point.x - e, point.y - f);
        let determinant = a * d - b * c;
        CanvasPoint::new((d * x - c * y) / determinant, (a * y - b * x) / determinant)
    }

    /// The place in the element where a canvas point is shown.
    #[must_use]
    pub fn view_from_canvas(&self, point: CanvasPoint) -> ViewPoint {
        let [a, b, c, d, e, f] = self.matrix();
        ViewPoint::new(a * point.x + c * point.y + e, b * point.x + d * point.y + f)
    }

    /// The part of the canvas that the element shows, in whole pixels: while the canvas is turned, the rectangle around
    /// it.
    #[must_use]
    pub fn visible_rect(&self) -> PixelRect {
        let corners =
            [(0.0, 0.0), (self.view_width, 0.0), (self.view_width, self.view_height), (0.0, self.view_height)]
                .map(|(x, y)| self.canvas_from_view(ViewPoint::new(x, y)));
        let range = |of: fn(&CanvasPoint) -> f32, limit: f32| {
            let low = corners.iter().map(of).fold(f32::INFINITY, f32::min).clamp(0.0, limit).floor();
            let high = corners.iter().map(of).fold(f32::NEG_INFINITY, f32::max).clamp(0.0, limit).ceil();
            (low as u32, high as u32)
        };
        let ((left, right), (top, bottom)) =
            (range(|it| it.x, self.canvas_width), range(|it| it.y, self.canvas_height));
        PixelRect::new(left, top, right, bottom)
    }

    /// Shows the whole canvas upright, as large as it fits, in the middle; and goes on doing so when the element's size
    /// changes. A mirrored view stays mirrored.
    pub fn fit(&mut self) {
        let zoom = (self.view_width / self.canvas_width).min(self.view_height / self.canvas_height);
        self.zoom = zoom.clamp(MIN_ZOOM, MAX_ZOOM);
        self.degrees = 0.0;
        self.centre();
        self.is_fitted = true;
    }

    /// Shows one canvas pixel as one CSS pixel, in the middle.
    pub fn actual_size(&mut self) {
        self.zoom = 1.0;
        self.centre();
        self.is_fitted = false;
    }

    /// Takes the element's new size in CSS pixels. Sizes that are not positive numbers are ignored.
    pub fn resize(&mut self, view_width: f32, view_height: f32) {
        if !(view_width > 0.0 && view_height > 0.0 && view_width.is_finite() && view_height.is_finite()) {
            return;
        }
        let (dx, dy) = ((view_width - self.view_width) / 2.0, (view_height - self.view_height) / 2.0);
        (self.view_width, self.view_height) = (view_width, view_height);
        if self.is_fitted {
            self.fit();
        } else {
            self.pan_by(dx, dy);
        }
    }

    /// Moves the canvas by CSS pixels. A corner of it always stays in sight.
    pub fn pan_by(&mut self, dx: f32, dy: f32) {
        if !(dx.is_finite() && dy.is_finite()) || (dx == 0.0 && dy == 0.0) {
            return;
        }
        self.offset.x += dx;
        self.offset.y += dy;
        self.is_fitted = false;
        self.keep_in_sight();
    }

    /// Zooms by a factor around a point of the element, which keeps showing the same canvas point.
    pub fn zoom_about(&mut self, centre: ViewPoint, factor: f32) {
        if factor.is_finite() && factor > 0.0 {
            self.change_about(centre, |view| view.zoom = (view.zoom * factor).clamp(MIN_ZOOM, MAX_ZOOM));
        }
    }

    /// Turns the canvas clockwise by an angle in degrees around a point of the element.
    pub fn turn_about(&mut self, centre: ViewPoint, degrees: f32) {
        if degrees.is_finite() {
            self.change_about(centre, |view| view.degrees = (view.degrees + degrees).rem_euclid(360.0));
        }
    }

    /// Sets the angle, clockwise in degrees, around the middle of the element.
    pub fn set_degrees(&mut self, degrees: f32) {
        self.turn_about(self.view_centre(), degrees - self.degrees);
    }

    /// Exchanges left and right of what is seen, around the middle of the element.
    pub fn mirror(&mut self) {
        let was_fitted = self.is_fitted;
        self.change_about(self.view_centre(), |view| {
            view.is_mirrored = !view.is_mirrored;
            // What leaned to the right leans to the left in a mirror.
            view.degrees = (-view.degrees).rem_euclid(360.0);
        });
        if was_fitted {
            self.fit();
        }
    }

    /// Changes the view so that a point of the element keeps showing the same canvas point.
    fn change_about(&mut self, centre: ViewPoint, change: impl FnOnce(&mut Self)) {
        if !(centre.x.is_finite() && centre.y.is_finite()) {
            return;
        }
        let held = self.canvas_from_view(centre);
        change(self);
        let moved = self.view_from_canvas(held);
        self.offset.x += centre.x - moved.x;
        self.offset.y += centre.y - moved.y;
        self.is_fitted = false;
        self.keep_in_sight();
    }

    /// The middle of the element.
    #[must_use]
    pub fn view_centre(&self) -> ViewPoint {
        ViewPoint::new(self.view_width / 2.0, self.view_height / 2.0)
    }

    fn centre(&mut self) {
        self.offset = ViewPoint::default();
        let middle = self.view_from_canvas(CanvasPoint::new(self.canvas_width / 2.0, self.canvas_height / 2.0));
        self.offset = ViewPoint::new(self.view_width / 2.0 - middle.x, self.view_height / 2.0 - middle.y);
    }

    /// Keeps a strip of the canvas (of the rectangle around it, while it is turned) inside of the element.
    fn keep_in_sight(&mut self) {
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]
            .map(|(x, y)| self.view_from_canvas(CanvasPoint::new(x * self.canvas_width, y * self.canvas_height)));
        let shift = |of: fn(&ViewPoint) -> f32, view: f32| {
            let low = corners.iter().map(of).fold(f32::INFINITY, f32::min);
            let high = corners.iter().map(of).fold(f32::NEG_INFINITY, f32::max);
            let margin = (high - low).min(view).min(48.0);
            if high < margin {
                margin - high
            } else if low > view - margin {
                view - margin - low
            } else {
                0.0
            }
        };
        let (dx, dy) = (shift(|it| it.x, self.view_width), shift(|it| it.y, self.view_height));
        self.offset.x += dx;
        self.offset.y += dy;
        // A turned canvas's own corners may be out of sight while the rectangle around it is not: its middle comes back.
        if self.visible_rect().is_empty() {
            self.centre();
        }
    }
}

/// Sine and cosine of an angle in degrees; exact at quarter turns, where nearly all views are.
fn sin_cos(degrees: f32) -> (f32, f32) {
    match degrees {
        0.0 => (0.0, 1.0),
        90.0 => (1.0, 0.0),
        180.0 => (0.0, -1.0),
        270.0 => (-1.0, 0.0),
        _ => degrees.to_radians().sin_cos(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn close(left: CanvasPoint, right: CanvasPoint) -> bool {
        left.distance_to(right) < 1e-3
    }

    #[test]
    fn the_two_transforms_undo_each_other() {
        let mut view = View::new(512, 384);
        view.resize(900.0, 700.0);
        view.zoom_about(ViewPoint::new(100.0, 50.0), 1.7);
        view.pan_by(-31.0, 12.5);
        let point = CanvasPoint::new(123.25, 301.5);
        assert!(close(view.canvas_from_view(view.view_from_canvas(point)), point));
    }

    #[test]
    fn zooming_keeps_the_point_under_the_pointer() {
        let mut view = View::new(512, 512);
        view.resize(800.0, 600.0);
        let pointer = ViewPoint::new(310.0, 222.0);
        let before = view.canvas_from_view(pointer);
        view.zoom_about(pointer, 2.5);
        assert!(close(view.canvas_from_view(pointer), before));
        assert!(!view.is_fitted());
    }

    #[test]
    fn a_fitted_view_stays_fitted_when_the_element_grows() {
        let mut view = View::new(512, 512);
        view.resize(256.0, 400.0);
        assert_eq!((view.zoom(), view.offset()), (0.5, ViewPoint::new(0.0, 72.0)));
        view.resize(1024.0, 1024.0);
        assert_eq!((view.zoom(), view.offset()), (2.0, ViewPoint::default()));
        view.resize(f32::NAN, 3.0);
        assert_eq!(view.zoom(), 2.0);
    }

    #[test]
    fn pixels_become_squares_only_where_somebody_zoomed_in_to_see_them() {
        let mut view = View::new(64, 64);
        view.resize(640.0, 640.0);
        // Ten times its size, but nobody asked for that.
        assert!(view.zoom() > 2.0 && !view.is_crisp());
        view.zoom_about(ViewPoint::new(1.0, 1.0), 1.1);
        assert!(view.is_crisp());
        view.actual_size();
        view.zoom_about(ViewPoint::new(1.0, 1.0), 2.0);
        assert!(!view.is_crisp());
    }

    #[test]
    fn the_canvas_cannot_be_lost() {
        let mut view = View::new(512, 512);
        view.pan_by(1e9, -1e9);
        assert!(!view.visible_rect().is_empty());
        view.zoom_about(ViewPoint::new(0.0, 0.0), 1e-9);
        assert!(view.zoom() >= MIN_ZOOM);
        assert!(!view.visible_rect().is_empty());
    }

    #[test]
    fn a_turned_or_mirrored_view_keeps_the_point_that_it_is_turned_about() {
        let mut view = View::new(512, 384);
        view.resize(900.0, 700.0);
        let pointer = ViewPoint::new(400.0, 300.0);
        let before = view.canvas_from_view(pointer);
        view.turn_about(pointer, 33.0);
        assert!(close(view.canvas_from_view(pointer), before));
        assert!((view.degrees() - 33.0).abs() < 1e-4);
        let point = CanvasPoint::new(17.0, 200.0);
        assert!(close(view.canvas_from_view(view.view_from_canvas(point)), point));
        let middle = view.canvas_from_view(view.view_centre());
        let seen = view.view_from_canvas(point);
        view.mirror();
        assert!(close(view.canvas_from_view(view.view_centre()), middle));
        // A point is seen as far on the other side of the middle.
        let mirrored = view.view_from_canvas(point);
        assert!((mirrored.x - (900.0 - seen.x)).abs() < 0.01 && (mirrored.y - seen.y).abs() < 0.01);
        assert!(close(view.canvas_from_view(mirrored), point));
        view.turn_about(pointer, f32::NAN);
        view.set_degrees(90.0);
        let [a, b, c, d, ..] = view.matrix();
        assert_eq!((a, d), (0.0, 0.0));
        assert_eq!((b, c), (-view.zoom(), -view.zoom()));
    }

    #[test]
    fn fitting_straightens_the_canvas_and_a_mirrored_view_can_be_fitted() {
        let mut view = View::new(512, 256);
        view.resize(512.0, 512.0);
        view.turn_about(ViewPoint::new(100.0, 100.0), 50.0);
        view.fit();
        assert_eq!((view.degrees(), view.zoom(), view.offset()), (0.0, 1.0, ViewPoint::new(0.0, 128.0)));
        view.mirror();
        assert!(view.is_fitted() && view.is_mirrored());
        assert_eq!(view.visible_rect(), PixelRect::new(0, 0, 512, 256));
        view.set_canvas_size(100, 400);
        assert_eq!(view.visible_rect(), PixelRect::new(0, 0, 100, 400));
    }

    #[test]
    fn a_turned_canvas_cannot_be_lost_either() {
        let mut view = View::new(2000, 60);
        view.resize(400.0, 400.0);
        view.zoom_about(ViewPoint::new(200.0, 200.0), 8.0);
        for degrees in [45.0, 30.0, 77.0] {
            view.turn_about(ViewPoint::new(10.0, 390.0), degrees);
            for (dx, dy) in [(1e6, 1e6), (-1e6, 1e6), (1e6, -1e6), (300.0, -150.0)] {
                view.pan_by(dx, dy);
                assert!(!view.visible_rect().is_empty());
            }
        }
    }
}
