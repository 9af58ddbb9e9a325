//! What lies over the canvas, as SVG: the selection's edge, handles, the crop frame, guides and axes.
//!
//! Everything is written in canvas pixels; the presenter sets one transform for all of it. Strokes do not scale, and a
//! handle is a line without a length whose square ends make it as wide as the style sheet says, whatever the zoom.

use std::fmt::Write;

use underpaint_paint::CanvasPoint;
use underpaint_studio::{Handle, OverlayShape, Session};

/// The whole drawing; empty where nothing lies over the canvas. What belongs to the paper ends with it; frames and their
/// handles go on beyond its edge, as far as the style sheet lets them.
pub fn svg_of(session: &Session) -> String {
    let shapes = session.overlay();
    if shapes.is_empty() {
        return String::new();
    }
    let (mut paper, mut frames, mut ants) = (String::from("<svg><g>"), String::new(), String::new());
    for shape in &shapes {
        match shape {
            OverlayShape::Ants(points) => push_points(&mut ants, points, true),
            OverlayShape::Outline { points, is_closed } => push_path(&mut frames, "outline", points, *is_closed),
            OverlayShape::CropFrame(corners) => {
                let (width, height) = (session.document().width(), session.document().height());
                let _ = write!(paper, r#"<path class="dim" d="M0 0H{width}V{height}H0Z"#);
                push_points(&mut paper, corners, true);
                paper.push_str(r#""/>"#);
                push_path(&mut frames, "crop", corners, true);
            }
            OverlayShape::Handle { handle, at } => {
                let class = match handle {
                    _ if session.active_handle() == Some(*handle) => "handle handle--active",
                    Handle::Corner(_) => "handle handle--corner",
                    _ => "handle",
                };
                push_path(&mut frames, class, &[*at, *at], false);
            }
            OverlayShape::Guide(ends) => push_path(&mut paper, "guide", ends, false),
            OverlayShape::Axis(ends) => push_path(&mut paper, "axis", ends, false),
        }
    }
    if !ants.is_empty() {
        // The same line twice, dark below and light dashes above, so that it shows on any colour.
        let _ = write!(paper, r##"<path id="ants" class="ants" d="{ants}"/><use class="ants__light" href="#ants"/>"##);
    }
    for part in [r#"</g></svg><svg class="overlay__frames"><g>"#, &frames, "</g></svg>"] {
        paper.push_str(part);
    }
    paper
}

fn push_path(svg: &mut String, class: &str, points: &[CanvasPoint], is_closed: bool) {
    for layer in ["under", "over"] {
        let _ = write!(svg, r#"<path class="{class} {layer}" d=""#);
        push_points(svg, points, is_closed);
        svg.push_str(r#""/>"#);
    }
}

fn push_points(path: &mut String, points: &[CanvasPoint], is_closed: bool) {
    // A hundredth of a pixel is finer than what can be seen, and short to read.
    let short = |value: f32| (value * 100.0).round() / 100.0;
    for (idx, point) in points.iter().enumerate() {
        let letter = if idx == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{letter}{} {}", short(point.x), short(point.y));
    }
    if is_closed {
        path.push('Z');
    }
}
