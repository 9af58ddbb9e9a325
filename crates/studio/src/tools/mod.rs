//! The tools beside the brush: shapes, fills, gradients, selections, transforms and cropping.
//!
//! A press starts a [`Drag`] (or takes hold of a handle), moving follows it and shows what it would make as a preview of
//! the document, letting go makes it one step, and Escape or the other button leaves everything as it was. Tools that only
//! need a click (the bucket, the wand, a polygon's corners) act when the pointer is let go, so that a second finger that
//! wants to move the view can still take the first one's click back.

mod drag;
mod handles;
mod options;
mod overlay;
mod selecting;
mod transforming;

pub use options::{MAX_OUTLINE_PX, ToolEdit, ToolOptions};
pub use overlay::OverlayShape;
pub use selecting::SelectionEdit;
pub use transforming::{Handle, TransformEdit, TransformNumbers};

use std::cell::Cell;

use underpaint_paint::{
    CanvasChange, CanvasPoint, Gradient, GradientStop, Ink, LayerId, Mask, Paper, Patch, PixelRect, Raster, Reference,
    RgbaImage, SelectionMode, Shape, ShapeStyle, draw_gradient, draw_shape, flood_fill, similar_region,
};

use crate::effect::Effects;
use crate::{Action, KeyEvent, KeyFocus, LayerEdit, Modifiers, Part, PointerEvent, PointerSample, Session, Tool};
use drag::{CLICK_PX, Drag, selection_mode};
use transforming::Transforming;

/// A press this near to a polygon's first corner closes it, in CSS pixels.
const CLOSING_PX: f32 = 10.0;
/// Most corners of a polygon.
const MAX_POLYGON_CORNERS: usize = 4096;

/// What tools have under way, and what they are set to.
#[derive(Clone, Debug, Default)]
pub(crate) struct ToolState {
    pub(crate) options: ToolOptions,
    pub(crate) drag: Option<Drag>,
    /// The corners of the polygon that is being set.
    pub(crate) polygon: Vec<CanvasPoint>,
    /// Two corners of what is left after cropping.
    pub(crate) crop: Option<(CanvasPoint, CanvasPoint)>,
    pub(crate) transforming: Option<Transforming>,
    /// What a transform would take hold of, of which state and layer: looked up once.
    pub(crate) at_rest: Cell<Option<((u64, LayerId), PixelRect)>>,
    pub(crate) clipboard: Option<Patch>,
    pub(crate) handles: handles::HandleState,
}

impl Session {
    /// What the tools are set to.
    #[must_use]
    pub fn tool_options(&self) -> &ToolOptions {
        &self.tools.options
    }

    pub(crate) fn edit_tool(&mut self, edit: ToolEdit, effects: &mut Effects) {
        let is_first = self.tools.options.symmetry.centre == CanvasPoint::default();
        self.tools.options.take(edit.clone());
        self.edit_crop(&edit, effects);
        // An axis nobody has moved yet goes through the middle.
        if is_first && self.tools.options.symmetry.centre == CanvasPoint::default() {
            let (width, height) = (self.document.width() as f32, self.document.height() as f32);
            self.tools.options.symmetry.centre = CanvasPoint::new(width / 2.0, height / 2.0);
        }
        self.show_drag(effects);
        effects.changed(Part::Tool);
        effects.changed(Part::Overlay);
    }

    /// A press with one of these tools. Returns whether it began something.
    pub(crate) fn press_tool(&mut self, event: &PointerEvent, last: PointerSample, effects: &mut Effects) -> bool {
        let tool = self.tool;
        if self.hold_shown_handle(last.view_point, event.kind, effects) {
            return true;
        }
        if tool == Tool::Transform {
            if !self.begin_transform(effects) {
                return false;
            }
            self.hold_handle(last.view_point, event.kind);
        } else {
            if tool.changes_pixels() && !self.can_change_layer(effects) {
                return false;
            }
            let start = self.view.canvas_from_view(last.view_point);
            self.tools.drag = Some(Drag::new(tool, start, event.modifiers));
        }
        effects.changed(Part::Overlay);
        true
    }

    pub(crate) fn move_tool(&mut self, event: &PointerEvent, effects: &mut Effects) {
        let places: Vec<_> = event.samples.iter().map(|it| self.view.canvas_from_view(it.view_point)).collect();
        if places.last().is_some_and(|last| self.drag_shown_handle(*last, effects)) {
            return;
        }
        if let (Tool::Transform, Some(last)) = (self.tool, places.last()) {
            self.drag_handle(*last, event.modifiers, effects);
        }
        if let Some(drag) = &mut self.tools.drag {
            drag.follow(places, event.modifiers);
            self.show_drag(effects);
            effects.changed(Part::Overlay);
        }
    }

    /// Shows what the drag would make.
    fn show_drag(&mut self, effects: &mut Effects) {
        let Some(drag) = &self.tools.drag else { return };
        if !matches!(drag.tool, Tool::Line | Tool::Rectangle | Tool::Ellipse | Tool::Gradient) {
            return;
        }
        let drawing = self.drawing(drag);
        let layer = self.document.active_layer();
        effects.repaint(self.document.preview(layer, |raster, selection| drawing.draw(raster, selection)));
    }

    /// The pointer was let go: the drag becomes what it meant.
    pub(crate) fn release_tool(&mut self, effects: &mut Effects) {
        self.release_handle();
        self.release_shown_handle();
        let Some(drag) = self.tools.drag.take() else { return };
        effects.repaint(self.document.cancel_preview());
        effects.changed(Part::Overlay);
        let is_click = drag.is_click(self.view.zoom());
        match drag.tool {
            Tool::Fill => self.fill_at(drag.start, effects),
            Tool::Wand => self.select_similar(&drag, effects),
            Tool::Polygon => self.add_polygon_corner(drag.now, effects),
            // A click beside the frame lets it go.
            Tool::Crop => {
                self.tools.crop = (!is_click).then(|| self.dragged_frame(drag.ends()));
                effects.changed(Part::Tool);
            }
            Tool::SelectRectangle | Tool::SelectEllipse | Tool::Lasso => {
                let mode = selection_mode(drag.pressed_with, self.tools.options.selection_mode);
                if is_click {
                    // A click beside everything lets the selection go.
                    if mode == underpaint_paint::SelectionMode::Replace {
                        self.edit_selection(SelectionEdit::Clear, effects);
                    }
                    return;
                }
                let size = (self.document.width(), self.document.height());
                if let Some(mask) = drag.mask(size, self.tools.options.is_antialiased) {
                    self.join_selection("step-select", mask, mode, effects);
                }
            }
            Tool::Line | Tool::Rectangle | Tool::Ellipse | Tool::Gradient if !is_click => {
                let drawing = self.drawing(&drag);
                self.finish_drawing(drag.tool, drawing, effects);
            }
            _ => {}
        }
    }

    fn finish_drawing(&mut self, tool: Tool, drawing: Drawing, effects: &mut Effects) {
        let label = match tool {
            Tool::Line => "step-line",
            Tool::Rectangle => "step-rectangle",
            Tool::Ellipse => "step-ellipse",
            Tool::Polygon => "step-polygon",
            _ => "step-gradient",
        };
        self.edit_layer(label, effects, |raster, selection| drawing.draw(raster, selection));
        if self.colours.note_used(self.colours.foreground) {
            effects.changed(Part::Colours);
        }
    }

    /// What a drag draws with the settings of now.
    fn drawing(&self, drag: &Drag) -> Drawing {
        match drag.shape() {
            Some(shape) => self.shape_drawing(shape),
            None => {
                let (from, to) = drag.ends();
                let options = &self.tools.options;
                let start = GradientStop { colour: self.colours.foreground, alpha: 1.0 };
                let end = match options.gradient_fades {
                    true => GradientStop { alpha: 0.0, ..start },
                    false => GradientStop { colour: self.colours.background, alpha: 1.0 },
                };
                let gradient = Gradient { kind: options.gradient_kind, from, to, start, end };
                Drawing::Gradient { gradient, opacity: options.opacity, is_alpha_locked: self.is_alpha_locked() }
            }
        }
    }

    fn shape_drawing(&self, shape: Shape) -> Drawing {
        let options = &self.tools.options;
        let ink =
            |colour| Ink { colour: Some(colour), opacity: options.opacity, is_alpha_locked: self.is_alpha_locked() };
        let is_line = matches!(shape, Shape::Line { .. } | Shape::Polyline(_));
        let has_outline = options.has_outline || is_line;
        let filling = if has_outline { self.colours.background } else { self.colours.foreground };
        let style = ShapeStyle {
            fill: (options.has_fill && !is_line).then(|| ink(filling)),
            outline: has_outline.then(|| ink(self.colours.foreground)),
            width_px: options.outline_px,
            corners: options.corners,
        };
        let copies = options.symmetry.copies();
        // The shape itself stays as it is: its polygon would lose what its kind knows.
        let mut shapes = vec![shape.clone()];
        for copy in &copies[1..] {
            let points = shape.points().into_iter().map(|point| copy.point(point)).collect();
            shapes.push(if is_line { Shape::Polyline(points) } else { Shape::Polygon(points) });
        }
        Drawing::Shapes { shapes, style }
    }

    fn is_alpha_locked(&self) -> bool {
        let layer = self.document.layer(self.document.active_layer());
        layer.is_some_and(|layer| layer.properties().is_alpha_locked)
    }

    fn fill_at(&mut self, point: CanvasPoint, effects: &mut Effects) {
        let (Some(seed), Some(seen)) = (self.pixel_at(point), self.seen()) else { return };
        let options = self.tools.options.clone();
        let ink = Ink {
            colour: Some(self.colours.foreground),
            opacity: options.opacity,
            is_alpha_locked: self.is_alpha_locked(),
        };
        self.edit_layer("step-fill", effects, |raster, selection| {
            let region = {
                let reference = seen.as_ref().map_or(Reference::Layer(raster), Reference::Picture);
                similar_region(reference, seed, &options.region, selection)
            };
            flood_fill(raster, &region, ink, selection)
        });
        if self.colours.note_used(self.colours.foreground) {
            effects.changed(Part::Colours);
        }
    }

    fn select_similar(&mut self, drag: &Drag, effects: &mut Effects) {
        let (Some(seed), Some(seen)) = (self.pixel_at(drag.start), self.seen()) else { return };
        let layer = self.document.layer(self.document.active_layer());
        let reference = match (&seen, layer) {
            (Some(picture), _) => Reference::Picture(picture),
            (None, Some(layer)) => Reference::Layer(layer.raster()),
            (None, None) => return,
        };
        let region = similar_region(reference, seed, &self.tools.options.region, None);
        let mode = selection_mode(drag.pressed_with, self.tools.options.selection_mode);
        self.join_selection("step-select", region, mode, effects);
    }

    /// What bucket and wand look at: a picture of all layers, or `Some(None)` for the layer alone.
    fn seen(&self) -> Option<Option<RgbaImage>> {
        if !self.tools.options.samples_all_layers {
            return Some(None);
        }
        let mut pixels = Vec::new();
        let rect = self.document.read_rect(self.document.bounds(), Paper::Transparent, &mut pixels);
        RgbaImage::new(rect.width(), rect.height(), pixels).ok().map(Some)
    }

    fn add_polygon_corner(&mut self, point: CanvasPoint, effects: &mut Effects) {
        let near = |other: &CanvasPoint| point.distance_to(*other) * self.view.zoom();
        let polygon = &self.tools.polygon;
        // A click on the first corner, or twice on the last one, closes it.
        let is_closing = polygon.len() > 2 && polygon.first().is_some_and(|it| near(it) < CLOSING_PX)
            || polygon.len() > 1 && polygon.last().is_some_and(|it| near(it) < CLICK_PX);
        if is_closing || polygon.len() >= MAX_POLYGON_CORNERS {
            self.close_polygon(effects);
        } else {
            self.tools.polygon.push(point);
        }
    }

    fn close_polygon(&mut self, effects: &mut Effects) -> bool {
        let points = std::mem::take(&mut self.tools.polygon);
        if points.is_empty() {
            return false;
        }
        effects.changed(Part::Overlay);
        if points.len() > 1 {
            let drawing = self.shape_drawing(Shape::Polygon(points));
            self.finish_drawing(Tool::Polygon, drawing, effects);
        }
        true
    }

    /// What is left after cropping, as whole pixels of the canvas or beyond it.
    fn crop_change(&self) -> Option<CanvasChange> {
        self.tools.crop?;
        let ((low, _), (width, height)) = (self.crop_frame(), self.crop_size());
        let (left, top) = (low.x.round() as i32, low.y.round() as i32);
        Some(CanvasChange::Extent { left: left.saturating_neg(), top: top.saturating_neg(), width, height })
    }

    /// Changes the whole canvas as one step.
    pub(crate) fn change_canvas(&mut self, change: CanvasChange, effects: &mut Effects) {
        let label = match change {
            CanvasChange::Extent { .. } => "step-canvas-size",
            CanvasChange::Scale { .. } => "step-scale-canvas",
            CanvasChange::FlipAcross | CanvasChange::FlipDown => "step-flip-canvas",
            _ => "step-turn-canvas",
        };
        self.leave_tool(effects);
        match self.document.change_canvas(label, change) {
            Ok(shown) => {
                effects.repaint(shown);
                self.note_canvas_size(effects);
                self.after_document_change(effects);
            }
            Err(error) => effects.announce(crate::problem::problem_of(&error)),
        }
    }

    /// The canvas may have another size now: the view follows.
    pub(crate) fn note_canvas_size(&mut self, effects: &mut Effects) {
        self.view.set_canvas_size(self.document.width(), self.document.height());
        effects.changed(Part::View);
        effects.changed(Part::Overlay);
    }

    /// Whether a transform, a crop frame or a polygon waits to be applied.
    #[must_use]
    pub fn has_tool_under_way(&self) -> bool {
        self.is_transforming() || self.tools.crop.is_some() || !self.tools.polygon.is_empty()
    }

    /// Enter: what is under way becomes a step. Returns whether there was something.
    pub(crate) fn apply_tool(&mut self, effects: &mut Effects) -> bool {
        if let Some(change) = self.crop_change() {
            self.tools.crop = None;
            self.change_canvas(change, effects);
            return true;
        }
        self.apply_transform(effects) || self.close_polygon(effects)
    }

    /// Escape: what is under way ends without a trace. Returns whether there was something.
    pub(crate) fn cancel_tool(&mut self, effects: &mut Effects) -> bool {
        let had_polygon = !std::mem::take(&mut self.tools.polygon).is_empty();
        let had_crop = self.tools.crop.take().is_some();
        let had_transform = self.cancel_transform(effects);
        self.leave_handle(effects);
        if had_polygon || had_crop {
            effects.changed(Part::Overlay);
            effects.changed(Part::Tool);
        }
        had_polygon || had_crop || had_transform
    }

    /// The pointer's part is taken back; what was set before it stays.
    pub(crate) fn abort_tool(&mut self, effects: &mut Effects) {
        if self.tools.drag.take().is_some() {
            effects.repaint(self.document.cancel_preview());
        }
        self.abort_handle(effects);
        self.abort_shown_handle(effects);
        effects.changed(Part::Overlay);
    }

    /// Another tool is chosen: a transform is applied, as one would expect of something that is seen; a polygon and a crop
    /// frame are only begun, and go.
    pub(crate) fn leave_tool(&mut self, effects: &mut Effects) {
        self.apply_transform(effects);
        self.cancel_tool(effects);
    }

    /// A key that belongs to what a tool has under way. Returns whether it did.
    pub(crate) fn on_tool_key(&mut self, key: &KeyEvent, effects: &mut Effects) -> bool {
        if !self.is_tool_key(key) {
            return false;
        }
        if self.is_handle_key(key) {
            self.on_handle_key(key, effects);
            return true;
        }
        let step = if key.modifiers.shift { 10 } else { 1 };
        let (dx, dy) = match key.key.as_str() {
            "ArrowLeft" => (-step, 0),
            "ArrowRight" => (step, 0),
            "ArrowUp" => (0, -step),
            "ArrowDown" => (0, step),
            "Enter" => return self.apply_tool(effects),
            _ => {
                self.tools.polygon.pop();
                effects.changed(Part::Overlay);
                return true;
            }
        };
        if self.tool == Tool::Transform {
            self.edit_transform(TransformEdit::Move { dx: f64::from(dx), dy: f64::from(dy) }, effects);
        } else {
            self.edit_selection(SelectionEdit::Move { dx, dy }, effects);
        }
        true
    }

    /// Whether a key belongs to what a tool has under way: arrows move what is transformed, or the selection of a selection
    /// tool while the page has the focus; Enter applies; Backspace takes a polygon's last corner back.
    pub(crate) fn is_tool_key(&self, key: &KeyEvent) -> bool {
        let Modifiers { ctrl, alt, meta, .. } = key.modifiers;
        let is_on_page = matches!(key.focus, KeyFocus::Page | KeyFocus::Canvas);
        if !is_on_page || ctrl || alt || meta || self.gesture != crate::gesture::Gesture::Ready {
            return false;
        }
        if self.is_handle_key(key) {
            return true;
        }
        let state = &self.tools;
        match key.key.as_str() {
            "ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown" => {
                let moves_selection = self.tool.selects() && self.document.selection().is_some();
                state.transforming.is_some()
                    || key.focus == KeyFocus::Page && (self.tool == Tool::Transform || moves_selection)
            }
            "Enter" => {
                let has_polygon = !state.polygon.is_empty() && !self.is_keyboard_painting();
                state.transforming.is_some() || state.crop.is_some() || has_polygon
            }
            "Backspace" => !state.polygon.is_empty(),
            _ => false,
        }
    }

    /// Actions of tools and views.
    pub(crate) fn act_on_tools(&mut self, action: Action, effects: &mut Effects) {
        match action {
            Action::SelectAll => self.edit_selection(SelectionEdit::All, effects),
            Action::Deselect => self.edit_selection(SelectionEdit::Clear, effects),
            Action::InvertSelection => self.edit_selection(SelectionEdit::Invert, effects),
            Action::SelectPixels => {
                let (layer, mode) = (self.document.active_layer(), SelectionMode::Replace);
                self.edit_selection(SelectionEdit::Pixels(layer, mode), effects);
            }
            Action::ShowLayer => {
                let layer = self.document.active_layer();
                let is_shown = self.document.layer(layer).is_some_and(|it| it.properties().is_visible);
                self.edit_layers(LayerEdit::Visible(layer, !is_shown), effects);
            }
            Action::LayerAlone => self.edit_layers(LayerEdit::Alone(self.document.active_layer()), effects),
            Action::Copy => drop(self.copy_selected(effects)),
            Action::CopyMerged => self.copy_merged(effects),
            Action::Cut => self.cut_selected(effects),
            Action::Paste => self.paste(effects),
            Action::FillSelection => self.fill_selection(effects),
            Action::DeleteSelected => self.delete_selected(effects),
            Action::FlipAcross => self.edit_transform(TransformEdit::Scale { across: -1.0, down: 1.0 }, effects),
            Action::FlipDown => self.edit_transform(TransformEdit::Scale { across: 1.0, down: -1.0 }, effects),
            Action::TurnCanvasRight => self.change_canvas(CanvasChange::TurnRight, effects),
            Action::TurnCanvasLeft => self.change_canvas(CanvasChange::TurnLeft, effects),
            Action::FlipCanvas => self.change_canvas(CanvasChange::FlipAcross, effects),
            Action::Apply => drop(self.apply_tool(effects)),
            _ => {
                if let Some(tool) = Tool::ALL.into_iter().find(|tool| tool.action() == action) {
                    self.choose_tool(tool, effects);
                }
            }
        }
    }
}

/// Something that is drawn on a layer, by itself of session and document: first as a preview, then as a step.
enum Drawing {
    Shapes { shapes: Vec<Shape>, style: ShapeStyle },
    Gradient { gradient: Gradient, opacity: f32, is_alpha_locked: bool },
}

impl Drawing {
    fn draw(&self, raster: &mut Raster, selection: Option<&Mask>) -> PixelRect {
        match self {
            Self::Shapes { shapes, style } => shapes
                .iter()
                .map(|shape| draw_shape(raster, shape, style, selection))
                .fold(PixelRect::EMPTY, PixelRect::union),
            Self::Gradient { gradient, opacity, is_alpha_locked } => {
                draw_gradient(raster, gradient, *opacity, *is_alpha_locked, selection)
            }
        }
    }
}
