//! The view: where the canvas lies in the element that shows it, and how large.

use underpaint_paint::{CanvasPoint, PixelRect};

/// Smallest zoom: view pixels per canvas pixel.
pub const MIN_ZOOM: f32 = 0.05;
/// Largest zoom: view pixels per canvas pixel.
pub const MAX_ZOOM: f32 = 32.0;

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

/// Where the canvas lies in its element: `view = canvas · zoom + offset`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct View {
    zoom: f32,
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

    /// Where the canvas's upper left corner lies in the element, in CSS pixels.
    #[must_use]
    pub fn offset(&self) -> ViewPoint {
        self.offset
    }

    /// Whether the whole canvas is shown as large as it fits.
    #[must_use]
    pub fn is_fitted(&self) -> bool {
        self.is_fitted
    }

    /// The canvas point under a point of the element.
    #[must_use]
    pub fn canvas_from_view(&self, point: ViewPoint) -> CanvasPoint {
        CanvasPoint::new((point.x - self.offset.x) / self.zoom, (point.y - self.offset.y) / self.zoom)
    }

    /// The place in the element where a canvas point is shown.
    #[must_use]
    pub fn view_from_canvas(&self, point: CanvasPoint) -> ViewPoint {
        ViewPoint::new(point.x * self.zoom + self.offset.x, point.y * self.zoom + self.offset.y)
    }

    /// The part of the canvas that the element shows, in whole pixels.
    #[must_use]
    pub fn visible_rect(&self) -> PixelRect {
        let first = self.canvas_from_view(ViewPoint::default());
        let last = self.canvas_from_view(ViewPoint::new(self.view_width, self.view_height));
        PixelRect::new(
            first.x.clamp(0.0, self.canvas_width).floor() as u32,
            first.y.clamp(0.0, self.canvas_height).floor() as u32,
            last.x.clamp(0.0, self.canvas_width).ceil() as u32,
            last.y.clamp(0.0, self.canvas_height).ceil() as u32,
        )
    }

    /// Shows the whole canvas, as large as it fits, in the middle; and goes on doing so when the element's size changes.
    pub fn fit(&mut self) {
        let zoom = (self.view_width / self.canvas_width).min(self.view_height / self.canvas_height);
        self.zoom = zoom.clamp(MIN_ZOOM, MAX_ZOOM);
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
        if !(factor.is_finite() && factor > 0.0 && centre.x.is_finite() && centre.y.is_finite()) {
            return;
        }
        let held = self.canvas_from_view(centre);
        self.zoom = (self.zoom * factor).clamp(MIN_ZOOM, MAX_ZOOM);
        self.offset = ViewPoint::new(centre.x - held.x * self.zoom, centre.y - held.y * self.zoom);
        self.is_fitted = false;
        self.keep_in_sight();
    }

    /// The middle of the element.
    #[must_use]
    pub fn view_centre(&self) -> ViewPoint {
        ViewPoint::new(self.view_width / 2.0, self.view_height / 2.0)
    }

    fn centre(&mut self) {
        self.offset = ViewPoint::new(
            (self.view_width - self.canvas_width * self.zoom) / 2.0,
            (self.view_height - self.canvas_height * self.zoom) / 2.0,
        );
    }

    fn keep_in_sight(&mut self) {
        let margin = |view: f32, canvas: f32| (canvas * self.zoom).min(view).min(48.0);
        let (margin_x, margin_y) =
            (margin(self.view_width, self.canvas_width), margin(self.view_height, self.canvas_height));
        self.offset.x = self.offset.x.clamp(margin_x - self.canvas_width * self.zoom, self.view_width - margin_x);
        self.offset.y = self.offset.y.clamp(margin_y - self.canvas_height * self.zoom, self.view_height - margin_y);
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
    fn the_canvas_cannot_be_lost() {
        let mut view = View::new(512, 512);
        view.pan_by(1e9, -1e9);
        assert!(!view.visible_rect().is_empty());
        view.zoom_about(ViewPoint::new(0.0, 0.0), 1e-9);
        assert!(view.zoom() >= MIN_ZOOM);
        assert!(!view.visible_rect().is_empty());
    }
}
