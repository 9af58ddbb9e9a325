//! Lines, rectangles, ellipses and polygons, with an outline, filled, or both.

use crate::cover::{Cover, rect_around};
use crate::lay::lay_flat;
use crate::{CanvasPoint, Ink, Mask, PixelRect, Raster};

/// How far a corner of an outline may reach, in widths; beyond it the corner is cut.
const MITRE_LIMIT: f32 = 4.0;
/// How far a polygon that stands for a curve may run beside it, in pixels.
const FLATNESS_PX: f32 = 0.02;

/// A geometric shape on the canvas. Two corners may come in any order.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A straight line.
    Line {
        /// One end.
        from: CanvasPoint,
        /// The other.
        to: CanvasPoint,
    },
    /// A rectangle with its sides along the canvas's.
    Rectangle {
        /// One corner.
        from: CanvasPoint,
        /// The opposite one.
        to: CanvasPoint,
    },
    /// The ellipse inside of a rectangle.
    Ellipse {
        /// One corner of the rectangle.
        from: CanvasPoint,
        /// The opposite one.
        to: CanvasPoint,
    },
    /// Any closed polygon; it may cross itself.
    Polygon(Vec<CanvasPoint>),
    /// The same left open: it has no inside.
    Polyline(Vec<CanvasPoint>),
}

/// What happens where two sides of an outline meet, and at its ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Corners {
    /// Sharp corners; ends are cut off straight.
    #[default]
    Sharp,
    /// Round corners and ends.
    Round,
}

/// What a shape is drawn with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ShapeStyle {
    /// The inside, painted first; lines have none.
    pub fill: Option<Ink>,
    /// The outline, astride the shape's edge.
    pub outline: Option<Ink>,
    /// Width of the outline in pixels, above 0.
    pub width_px: f32,
    /// The outline's corners.
    pub corners: Corners,
}

impl Shape {
    /// The points of the shape's edge, curves as polygons that deviate by less than a fiftieth of a pixel.
    #[must_use]
    pub fn points(&self) -> Vec<CanvasPoint> {
        match self {
            Self::Line { from, to } => vec![*from, *to],
            Self::Rectangle { from, to } => {
                vec![*from, CanvasPoint::new(to.x, from.y), *to, CanvasPoint::new(from.x, to.y)]
            }
            Self::Ellipse { from, to } => {
                let centre = from.lerp(*to, 0.5);
                ellipse_points(centre, (to.x - from.x).abs() / 2.0, (to.y - from.y).abs() / 2.0)
            }
            Self::Polygon(points) | Self::Polyline(points) => points.clone(),
        }
    }

    fn is_closed(&self) -> bool {
        !matches!(self, Self::Line { .. } | Self::Polyline(_))
    }
}

/// Points around an ellipse.
pub(crate) fn ellipse_points(centre: CanvasPoint, radius_x: f32, radius_y: f32) -> Vec<CanvasPoint> {
    if !(centre.is_finite() && radius_x.is_finite() && radius_y.is_finite()) {
        return Vec::new();
    }
    // A chord over an angle a of a circle of radius r runs r (1 − cos a/2) beside it, about r a² / 8. The polygon lies
    // half outside and half inside, so that it also has the ellipse's area.
    let radius = radius_x.max(radius_y).max(0.5);
    let angle = (8.0 * 2.0 * FLATNESS_PX / radius).sqrt();
    let n_points = ((std::f32::consts::TAU / angle).ceil() as usize).clamp(12, 2000).next_multiple_of(4);
    let step = std::f64::consts::TAU / n_points as f64;
    let outward = (step / step.sin()).sqrt();
    (0..n_points)
        .map(|idx| {
            let (sin, cos) = ((idx as f64 + 0.5) * step).sin_cos();
            CanvasPoint::new(
                centre.x + (f64::from(radius_x) * cos * outward) as f32,
                centre.y + (f64::from(radius_y) * sin * outward) as f32,
            )
        })
        .collect()
}

/// Draws a shape: its inside first, then its outline over it. Returns what changed.
///
/// Edges are anti-aliased by exact area. A width that is no positive number draws no outline, and a shape with a
/// coordinate that is not a number draws nothing.
pub fn draw_shape(raster: &mut Raster, shape: &Shape, style: &ShapeStyle, selection: Option<&Mask>) -> PixelRect {
    let bounds = raster.bounds();
    let points = shape.points();
    let mut dirty = PixelRect::EMPTY;
    if let (true, Some(ink)) = (shape.is_closed(), style.fill) {
        let mut cover = Cover::new(rect_around(&points, 0.0, bounds));
        cover.add_polygon(&points);
        dirty = lay_cover(raster, &cover.finish(), ink, selection);
    }
    if let (true, Some(ink)) = (style.width_px > 0.0 && style.width_px.is_finite(), style.outline) {
        let cover = outline_cover(&points, shape.is_closed(), style.width_px, style.corners, bounds);
        dirty = dirty.union(lay_cover(raster, &cover, ink, selection));
    }
    dirty
}

/// Lays a colour over what is covered.
pub(crate) fn lay_cover(raster: &mut Raster, cover: &Cover, ink: Ink, selection: Option<&Mask>) -> PixelRect {
    lay_flat(raster, cover.rect(), ink, selection, &mut |y, left, covers| {
        covers.copy_from_slice(cover.row(y, left, covers.len()));
    })
}

/// The cover of an outline: one quadrilateral for each side, and what its corners need.
///
/// Where two sides meet in a corner that may be sharp, their quadrilaterals share the edge from the inner to the outer
/// corner, so that coverage is exact there, too. Elsewhere they end straight, and a wedge or a circle is laid between.
fn outline_cover(points: &[CanvasPoint], is_closed: bool, width_px: f32, corners: Corners, bounds: PixelRect) -> Cover {
    let half = width_px / 2.0;
    let mut cover = Cover::new(rect_around(points, half * MITRE_LIMIT + 1.0, bounds));
    let mut path: Vec<CanvasPoint> = Vec::with_capacity(points.len());
    for point in points {
        if path.last().is_none_or(|last| last.distance_to(*point) > 1e-3) {
            path.push(*point);
        }
    }
    if is_closed && path.len() > 1 && path[0].distance_to(path[path.len() - 1]) <= 1e-3 {
        path.pop();
    }
    let is_closed = is_closed && path.len() > 2;
    let n_sides = if is_closed { path.len() } else { path.len().saturating_sub(1) };
    if n_sides == 0 {
        // A shape without extent is a dot.
        if let Some(point) = path.first() {
            cover.add_convex(&ellipse_points(*point, half, half));
        }
        return cover.finish();
    }
    let at = |idx: usize| path[idx % path.len()];
    let length = |side: usize| at(side).distance_to(at(side + 1));
    let normal = |side: usize| {
        let (from, to) = (at(side), at(side + 1));
        let scale = half / length(side);
        CanvasPoint::new((from.y - to.y) * scale, (to.x - from.x) * scale)
    };
    let moved =
        |point: CanvasPoint, by: CanvasPoint, sign: f32| CanvasPoint::new(point.x + by.x * sign, point.y + by.y * sign);
    // The way from a corner to its outer tip, where the two sides beside it can share one.
    let shared = |corner: usize| -> Option<CanvasPoint> {
        let before = match (corner, is_closed) {
            (0, false) => return None,
            (0, true) => n_sides - 1,
            _ => corner - 1,
        };
        if !is_closed && corner >= n_sides {
            return None;
        }
        let (first, second) = (normal(before), normal(corner % n_sides));
        let cos = (first.x * second.x + first.y * second.y) / (half * half);
        // A round corner is only as good as shared where the bend is too small to be seen.
        if corners == Corners::Round && cos < 0.97 {
            return None;
        }
        let sum = CanvasPoint::new(first.x + second.x, first.y + second.y);
        let scale = 1.0 / (1.0 + cos);
        let tip = CanvasPoint::new(sum.x * scale, sum.y * scale);
        let reach = tip.x.hypot(tip.y);
        let inner = (reach * reach - half * half).max(0.0).sqrt();
        let fits = reach <= half * MITRE_LIMIT && inner < length(before).min(length(corner % n_sides));
        (cos > -0.99 && fits).then_some(tip)
    };
    let n_corners = if is_closed { n_sides } else { path.len() };
    let tips: Vec<_> = (0..n_corners).map(shared).collect();
    for side in 0..n_sides {
        let (from, to) = (at(side), at(side + 1));
        let start = tips[side].unwrap_or_else(|| normal(side));
        let end = tips[(side + 1) % n_corners].unwrap_or_else(|| normal(side));
        cover.add_convex(&[
            moved(from, start, 1.0),
            moved(to, end, 1.0),
            moved(to, end, -1.0),
            moved(from, start, -1.0),
        ]);
    }
    for (corner, _) in tips.iter().enumerate().filter(|(_, tip)| tip.is_none()) {
        let middle = at(corner);
        let angle = |way: CanvasPoint| way.y.atan2(way.x);
        let is_end = !is_closed && (corner == 0 || corner == n_sides);
        let (start, sweep) = if is_end {
            // Half a circle around the end, from one side of the line to the other.
            let (side, sign) = if corner == 0 { (0, 1.0) } else { (n_sides - 1, -1.0) };
            (angle(normal(side)), std::f32::consts::PI * sign)
        } else {
            let before = normal(if corner == 0 { n_sides - 1 } else { corner - 1 });
            let after = normal(corner % n_sides);
            let bend = (before.x * after.y - before.y * after.x).atan2(before.x * after.x + before.y * after.y);
            // The wedge lies on the outer side of the bend.
            let turned = if bend > 0.0 { std::f32::consts::PI } else { 0.0 };
            (angle(before) + turned, bend)
        };
        let n_steps = match corners {
            Corners::Sharp if is_end => continue,
            Corners::Sharp => 1,
            Corners::Round => {
                let step = (8.0 * FLATNESS_PX / half.max(0.5)).sqrt();
                ((sweep.abs() / step).ceil() as usize).clamp(4, 500)
            }
        };
        let on_circle = |step: usize| {
            let (sin, cos) = (start + sweep * step as f32 / n_steps as f32).sin_cos();
            CanvasPoint::new(middle.x + cos * half, middle.y + sin * half)
        };
        let wedge: Vec<_> = std::iter::once(middle).chain((0..=n_steps).map(on_circle)).collect();
        cover.add_convex(&wedge);
    }
    cover.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Rgb8;

    fn alpha_sum(raster: &Raster) -> f64 {
        let bounds = raster.bounds();
        let mut row = vec![[0; 4]; bounds.width() as usize];
        let mut sum = 0.0;
        for y in 0..bounds.bottom {
            raster.read_stored(y, 0, &mut row);
            sum += row.iter().map(|pixel| f64::from(pixel[3]) / 65535.0).sum::<f64>();
        }
        sum
    }

    fn drawn(shape: &Shape, fill: bool, width_px: f32, corners: Corners) -> Raster {
        let mut raster = Raster::new(200, 160);
        let ink = Ink::opaque(Rgb8::new(10, 20, 30));
        let style = ShapeStyle { fill: fill.then_some(ink), outline: Some(ink), width_px, corners };
        draw_shape(&mut raster, shape, &style, None);
        raster
    }

    const fn point(x: f32, y: f32) -> CanvasPoint {
        CanvasPoint::new(x, y)
    }

    #[test]
    fn filled_shapes_have_their_area() {
        let (from, to) = (point(20.3, 30.8), point(150.1, 110.4));
        let (width, height) = (129.8, 79.6);
        let rectangle = alpha_sum(&drawn(&Shape::Rectangle { from, to }, true, 0.0, Corners::Sharp));
        assert!((rectangle - width * height).abs() < 0.1, "{rectangle}");
        let ellipse = alpha_sum(&drawn(&Shape::Ellipse { from, to }, true, 0.0, Corners::Sharp));
        assert!((ellipse - std::f64::consts::PI * width * height / 4.0).abs() < 1.0, "{ellipse}");
        assert!(
            (alpha_sum(&drawn(&Shape::Ellipse { from: to, to: from }, true, 0.0, Corners::Sharp)) - ellipse).abs()
                < 0.5
        );
    }

    #[test]
    fn outlines_have_the_area_of_their_width() {
        let (from, to) = (point(20.3, 30.8), point(150.1, 110.4));
        let line = alpha_sum(&drawn(&Shape::Line { from, to }, false, 5.0, Corners::Sharp));
        let length = f64::from(from.distance_to(to));
        assert!((line - length * 5.0).abs() < 0.2, "{line}");
        let round = alpha_sum(&drawn(&Shape::Line { from, to }, false, 5.0, Corners::Round));
        assert!((round - length * 5.0 - std::f64::consts::PI * 6.25).abs() < 1.0, "{round}");
        let rectangle = alpha_sum(&drawn(&Shape::Rectangle { from, to }, false, 6.0, Corners::Sharp));
        let exact = (129.8 + 6.0) * (79.6 + 6.0) - (129.8 - 6.0) * (79.6 - 6.0);
        assert!((rectangle - exact).abs() < 0.2, "{rectangle} of {exact}");
        let circle = Shape::Ellipse { from: point(30.0, 30.0), to: point(110.0, 110.0) };
        let ring = alpha_sum(&drawn(&circle, false, 8.0, Corners::Sharp));
        assert!((ring - std::f64::consts::PI * (44.0f64.powi(2) - 36.0f64.powi(2))).abs() < 1.5, "{ring}");
    }

    #[test]
    fn an_outline_never_covers_twice() {
        // A half transparent outline of a star, whose sides cross: no pixel exceeds the opacity.
        let star = Shape::Polygon(
            (0..5)
                .map(|idx| {
                    let angle = idx as f32 * 2.0 * std::f32::consts::TAU / 5.0;
                    point(100.0 + 70.0 * angle.sin(), 80.0 - 70.0 * angle.cos())
                })
                .collect(),
        );
        let mut raster = Raster::new(200, 160);
        let ink = Ink { opacity: 0.5, ..Ink::opaque(Rgb8::new(200, 0, 0)) };
        let style = ShapeStyle { fill: None, outline: Some(ink), width_px: 9.0, corners: Corners::Sharp };
        let dirty = draw_shape(&mut raster, &star, &style, None);
        let mut row = vec![[0; 4]; 200];
        let mut most = 0;
        for y in 0..160 {
            raster.read_stored(y, 0, &mut row);
            for (x, pixel) in row.iter().enumerate() {
                most = most.max(pixel[3]);
                assert!(pixel[3] == 0 || dirty.contains(x as u32, y));
            }
        }
        assert_eq!(most, 32768);
    }

    #[test]
    fn shapes_without_extent_and_nonsense_draw_a_dot_or_nothing() {
        let dot = drawn(&Shape::Line { from: point(50.0, 50.0), to: point(50.0, 50.0) }, false, 10.0, Corners::Sharp);
        assert!((alpha_sum(&dot) - std::f64::consts::PI * 25.0).abs() < 0.5);
        for shape in [
            Shape::Polygon(Vec::new()),
            Shape::Line { from: point(f32::NAN, 0.0), to: point(9.0, 9.0) },
            Shape::Ellipse { from: point(f32::INFINITY, 0.0), to: point(9.0, 9.0) },
        ] {
            assert!(drawn(&shape, true, 4.0, Corners::Round).is_blank(), "{shape:?}");
        }
        assert!(
            drawn(&Shape::Line { from: point(9.0, 9.0), to: point(20.0, 9.0) }, false, f32::NAN, Corners::Sharp)
                .is_blank()
        );
        let far = Shape::Line { from: point(-1e9, 80.0), to: point(1e9, 80.0) };
        assert!(alpha_sum(&drawn(&far, false, 4.0, Corners::Sharp)) > 700.0);
    }

    #[test]
    fn a_selection_limits_a_shape() {
        let mut raster = Raster::new(200, 160);
        let mut selection = Mask::filled(200, 160, 0);
        selection.row_mut(50, 60, 70).fill(128);
        let ink = Ink::opaque(Rgb8::new(255, 255, 255));
        let style = ShapeStyle { fill: Some(ink), outline: None, width_px: 1.0, corners: Corners::Sharp };
        let shape = Shape::Rectangle { from: point(0.0, 0.0), to: point(200.0, 160.0) };
        draw_shape(&mut raster, &shape, &style, Some(&selection));
        assert!((alpha_sum(&raster) - 10.0 * 128.0 / 255.0).abs() < 1e-3);
    }
}
