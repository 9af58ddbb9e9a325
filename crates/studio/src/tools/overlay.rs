//! What lies over the canvas without being part of it: the selection's edge, handles, guides, axes.

use underpaint_paint::{CanvasPoint, Guides};

use super::transforming::Handle;
use crate::{Session, Tool};

/// Most corners of a selection's edge that are handed out: no one sees more, and drawing them would take long.
const MAX_ANTS_CORNERS: usize = 60_000;
/// Rays that are drawn from each vanishing point.
const N_RAYS: u16 = 24;

/// Something that is drawn over the canvas, in canvas coordinates. Line widths and sizes of handles are the page's, in CSS
/// pixels, whatever the zoom.
#[derive(Clone, Debug, PartialEq)]
pub enum OverlayShape {
    /// The edge of the selection: a closed line, drawn as marching ants.
    Ants(Vec<CanvasPoint>),
    /// What a drag is about to make.
    Outline {
        /// Its corners.
        points: Vec<CanvasPoint>,
        /// Whether the last corner is joined to the first.
        is_closed: bool,
    },
    /// What will be left after cropping; everything else is drawn dim.
    CropFrame([CanvasPoint; 4]),
    /// A handle to be dragged.
    Handle {
        /// Which one.
        handle: Handle,
        /// Where.
        at: CanvasPoint,
    },
    /// A line that helps with drawing.
    Guide([CanvasPoint; 2]),
    /// An axis of the symmetry.
    Axis([CanvasPoint; 2]),
}

impl Session {
    /// Everything that lies over the canvas. Read it again after [`crate::Part::Overlay`].
    #[must_use]
    pub fn overlay(&self) -> Vec<OverlayShape> {
        let mut shapes = Vec::new();
        let (width, height) = (self.document.width() as f32, self.document.height() as f32);
        let options = &self.tools.options;
        if options.guides.shows_thirds {
            shapes.extend(Guides::thirds(width, height).map(OverlayShape::Guide));
        }
        for point in &options.guides.vanishing_points {
            shapes.extend(Guides::rays(*point, N_RAYS, width, height).into_iter().map(OverlayShape::Guide));
        }
        shapes.extend(options.symmetry.axes(width, height).into_iter().map(OverlayShape::Axis));
        // While the selected part is transformed its former edge would only be in the way.
        if self.tools.transforming.is_none()
            && let Some(selection) = self.document.selection()
        {
            for outline in selection.outlines(MAX_ANTS_CORNERS) {
                let corner = |(x, y): (u32, u32)| CanvasPoint::new(x as f32, y as f32);
                shapes.push(OverlayShape::Ants(outline.into_iter().map(corner).collect()));
            }
        }
        self.push_drag(&mut shapes);
        if !self.tools.polygon.is_empty() {
            let mut points = self.tools.polygon.clone();
            points.extend(self.hover.map(|hover| self.view.canvas_from_view(hover)));
            shapes.push(OverlayShape::Outline { points, is_closed: false });
        }
        let is_framing = self.tools.drag.as_ref().is_some_and(|drag| drag.tool == Tool::Crop);
        let (low, high) = self.crop_frame();
        if self.tools.crop.is_some() && !is_framing {
            shapes.push(OverlayShape::CropFrame(rectangle(low, high)));
        }
        if !is_framing {
            for (handle, at) in self.shown_handles() {
                if handle == Handle::Symmetry {
                    let points = vec![self.tools.options.symmetry.centre, at];
                    shapes.push(OverlayShape::Outline { points, is_closed: false });
                }
                shapes.push(OverlayShape::Handle { handle, at });
            }
        }
        if let Some(handles) = self.transform_handles() {
            let points = handles.iter().step_by(2).map(|(_, at)| *at).collect();
            shapes.push(OverlayShape::Outline { points, is_closed: true });
            shapes.extend(handles.map(|(handle, at)| OverlayShape::Handle { handle, at }));
        }
        shapes
    }

    fn push_drag(&self, shapes: &mut Vec<OverlayShape>) {
        let Some(drag) = &self.tools.drag else { return };
        let (from, to) = drag.ends();
        let outline = |points: Vec<CanvasPoint>, is_closed| OverlayShape::Outline { points, is_closed };
        match drag.tool {
            Tool::SelectRectangle => shapes.push(outline(rectangle(from, to).to_vec(), true)),
            Tool::SelectEllipse => shapes.push(outline(underpaint_paint::Shape::Ellipse { from, to }.points(), true)),
            Tool::Lasso => shapes.push(outline(drag.points.clone(), true)),
            Tool::Crop => {
                let (low, high) = self.dragged_frame((from, to));
                shapes.push(OverlayShape::CropFrame(rectangle(low, high)));
            }
            // The gradient itself is shown; its line says where it begins and ends.
            Tool::Gradient => shapes.push(outline(vec![from, to], false)),
            _ => {}
        }
    }
}

fn rectangle(from: CanvasPoint, to: CanvasPoint) -> [CanvasPoint; 4] {
    [from, CanvasPoint::new(to.x, from.y), to, CanvasPoint::new(from.x, to.y)]
}
