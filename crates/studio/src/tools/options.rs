//! What tools are set to, and how fields change it.

use underpaint_paint::{
    CanvasPoint, Corners, GradientKind, Guides, RegionOptions, SelectionMode, Symmetry, SymmetryKind,
};

/// Widest outline of a shape, in pixels.
pub const MAX_OUTLINE_PX: f32 = 512.0;

/// The settings of all tools that do not paint with the brush.
#[derive(Clone, Debug, PartialEq)]
pub struct ToolOptions {
    /// Whether shapes get an outline in the foreground colour.
    pub has_outline: bool,
    /// Whether shapes are filled: with the background colour where they have an outline, else with the foreground's.
    pub has_fill: bool,
    /// Width of lines and outlines in canvas pixels, above 0 to [`MAX_OUTLINE_PX`].
    pub outline_px: f32,
    /// Corners and ends of outlines.
    pub corners: Corners,
    /// Opacity of shapes, fills and gradients, 0 to 1.
    pub opacity: f32,
    /// How gradients run.
    pub gradient_kind: GradientKind,
    /// Whether gradients fade to nothing instead of to the background colour.
    pub gradient_fades: bool,
    /// How the bucket and the wand find their region.
    pub region: RegionOptions,
    /// Whether they look at everything that is seen, and not only at the layer.
    pub samples_all_layers: bool,
    /// How a new selection joins the one there is; Shift and Alt go before it.
    pub selection_mode: SelectionMode,
    /// Whether selections have smooth edges.
    pub is_antialiased: bool,
    /// How far the edges of new selections are softened, in pixels.
    pub feather_px: f32,
    /// Whether the eyedropper takes colours of the layer alone.
    pub picks_from_layer: bool,
    /// How shapes (and strokes) are repeated.
    pub symmetry: Symmetry,
    /// Drawing aids.
    pub guides: Guides,
    /// Whether the symmetry's centre and the vanishing points can be dragged.
    pub moves_guides: bool,
    /// What shape the crop frame keeps: 0 is free, 1 is the canvas's own, then come [`crate::ASPECT_PRESETS`].
    pub crop_aspect: u8,
}

impl Default for ToolOptions {
    fn default() -> Self {
        Self {
            has_outline: true,
            has_fill: false,
            outline_px: 4.0,
            corners: Corners::Sharp,
            opacity: 1.0,
            gradient_kind: GradientKind::Linear,
            gradient_fades: false,
            region: RegionOptions::default(),
            samples_all_layers: true,
            selection_mode: SelectionMode::Replace,
            is_antialiased: true,
            feather_px: 0.0,
            picks_from_layer: false,
            symmetry: Symmetry::default(),
            guides: Guides::default(),
            moves_guides: true,
            crop_aspect: 0,
        }
    }
}

/// A change of a tool's settings. Values outside of their range are clamped; what is not a number changes nothing.
#[derive(Clone, Debug, PartialEq)]
pub enum ToolEdit {
    /// Whether shapes get an outline. A shape without one is filled.
    HasOutline(bool),
    /// Whether shapes are filled. A shape that is not has an outline.
    HasFill(bool),
    /// Width of lines and outlines in pixels.
    OutlinePx(f32),
    /// Corners and ends of outlines.
    Corners(Corners),
    /// Opacity, 0 to 1.
    Opacity(f32),
    /// How gradients run.
    GradientKind(GradientKind),
    /// Whether gradients fade to nothing.
    GradientFades(bool),
    /// Tolerance of bucket and wand, 0 to 255.
    Tolerance(u8),
    /// Whether they take only what hangs together.
    IsContiguous(bool),
    /// Gaps up to twice this wide are closed, 0 to 64 pixels.
    GapRadiusPx(u32),
    /// Grows what they find, −64 to 64 pixels.
    ExpandPx(f32),
    /// Whether they look at everything that is seen.
    SamplesAllLayers(bool),
    /// How a new selection joins the one there is.
    SelectionMode(SelectionMode),
    /// Whether selections and fills have smooth edges.
    IsAntialiased(bool),
    /// Softens new selections, 0 to 250 pixels.
    FeatherPx(f32),
    /// Whether the eyedropper takes colours of the layer alone.
    PicksFromLayer(bool),
    /// How strokes are repeated. The centre stays.
    Symmetry(SymmetryKind),
    /// Where the axes cross.
    SymmetryCentre(CanvasPoint),
    /// How far the axes are turned clockwise, in degrees.
    SymmetryDegrees(f32),
    /// Drawing aids.
    Guides(Guides),
    /// Whether the symmetry's centre and the vanishing points can be dragged.
    MovesGuides(bool),
    /// What shape the crop frame keeps: 0 is free, 1 is the canvas's own, then come [`crate::ASPECT_PRESETS`].
    CropAspect(u8),
    /// Width of the crop frame in pixels, from its left edge.
    CropWidth(f32),
    /// Height of the crop frame in pixels, from its upper edge.
    CropHeight(f32),
}

impl ToolOptions {
    /// Takes a change.
    pub(crate) fn take(&mut self, edit: ToolEdit) {
        let within = |value: f32, low: f32, high: f32, former: f32| {
            if value.is_nan() { former } else { value.clamp(low, high) }
        };
        match edit {
            ToolEdit::HasOutline(is_on) => {
                self.has_outline = is_on;
                self.has_fill |= !is_on;
            }
            ToolEdit::HasFill(is_on) => {
                self.has_fill = is_on;
                self.has_outline |= !is_on;
            }
            ToolEdit::OutlinePx(px) => self.outline_px = within(px, 0.1, MAX_OUTLINE_PX, self.outline_px),
            ToolEdit::Corners(corners) => self.corners = corners,
            ToolEdit::Opacity(opacity) => self.opacity = within(opacity, 0.0, 1.0, self.opacity),
            ToolEdit::GradientKind(kind) => self.gradient_kind = kind,
            ToolEdit::GradientFades(fades) => self.gradient_fades = fades,
            ToolEdit::Tolerance(tolerance) => self.region.tolerance = tolerance,
            ToolEdit::IsContiguous(is_on) => self.region.is_contiguous = is_on,
            ToolEdit::GapRadiusPx(px) => self.region.gap_radius_px = px.min(64),
            ToolEdit::ExpandPx(px) => self.region.expand_px = within(px, -64.0, 64.0, self.region.expand_px),
            ToolEdit::SamplesAllLayers(is_on) => self.samples_all_layers = is_on,
            ToolEdit::SelectionMode(mode) => self.selection_mode = mode,
            ToolEdit::IsAntialiased(is_on) => {
                self.is_antialiased = is_on;
                self.region.is_antialiased = is_on;
            }
            ToolEdit::FeatherPx(px) => self.feather_px = within(px, 0.0, 250.0, self.feather_px),
            ToolEdit::PicksFromLayer(is_on) => self.picks_from_layer = is_on,
            ToolEdit::Symmetry(kind) => self.symmetry.kind = kind,
            ToolEdit::SymmetryCentre(centre) => {
                if centre.is_finite() {
                    self.symmetry.centre = centre;
                }
            }
            ToolEdit::SymmetryDegrees(degrees) => {
                if degrees.is_finite() {
                    self.symmetry.degrees = degrees.rem_euclid(360.0);
                }
            }
            ToolEdit::Guides(guides) => {
                self.guides = guides;
                self.guides.vanishing_points.retain(|point| point.is_finite());
                self.guides.vanishing_points.truncate(3);
            }
            ToolEdit::MovesGuides(is_on) => self.moves_guides = is_on,
            ToolEdit::CropAspect(aspect) => self.crop_aspect = aspect,
            ToolEdit::CropWidth(_) | ToolEdit::CropHeight(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_stay_in_range_and_a_shape_is_never_nothing() {
        let mut options = ToolOptions::default();
        options.take(ToolEdit::HasOutline(false));
        assert!(options.has_fill);
        options.take(ToolEdit::HasFill(false));
        assert!(options.has_outline && !options.has_fill);
        options.take(ToolEdit::OutlinePx(1e9));
        options.take(ToolEdit::OutlinePx(f32::NAN));
        assert_eq!(options.outline_px, MAX_OUTLINE_PX);
        options.take(ToolEdit::GapRadiusPx(1000));
        options.take(ToolEdit::SymmetryDegrees(-30.0));
        options.take(ToolEdit::SymmetryCentre(CanvasPoint::new(f32::NAN, 0.0)));
        assert_eq!((options.region.gap_radius_px, options.symmetry.degrees), (64, 330.0));
        assert!(options.symmetry.centre.is_finite());
        let points = vec![CanvasPoint::new(f32::INFINITY, 0.0); 2];
        options.take(ToolEdit::Guides(Guides { vanishing_points: points, ..Guides::default() }));
        assert!(options.guides.vanishing_points.is_empty());
    }
}
