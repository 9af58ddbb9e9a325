//! Tools and what the pointer is doing with them.

use underpaint_paint::Rgb8;

use crate::{Action, PointerKind, View, ViewPoint};

/// The tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tool {
    /// Lays colour down.
    #[default]
    Brush,
    /// Takes paint away, down to the paper.
    Eraser,
    /// Paints how free the model is.
    Strength,
    /// Fills a region of similar colour.
    Fill,
    /// Lays a gradient.
    Gradient,
    /// Draws straight lines.
    Line,
    /// Draws rectangles.
    Rectangle,
    /// Draws ellipses.
    Ellipse,
    /// Draws polygons, corner by corner.
    Polygon,
    /// Selects a rectangle.
    SelectRectangle,
    /// Selects an ellipse.
    SelectEllipse,
    /// Selects what it is drawn around.
    Lasso,
    /// Selects a region of similar colour.
    Wand,
    /// Moves, scales, turns and bends.
    Transform,
    /// Cuts the canvas.
    Crop,
    /// Takes a colour from the canvas.
    Eyedropper,
    /// Moves the view.
    Pan,
}

impl Tool {
    /// Every tool, in the order of the toolbar.
    pub const ALL: [Self; 17] = [
        Self::Brush,
        Self::Eraser,
        Self::Strength,
        Self::Fill,
        Self::Gradient,
        Self::Line,
        Self::Rectangle,
        Self::Ellipse,
        Self::Polygon,
        Self::SelectRectangle,
        Self::SelectEllipse,
        Self::Lasso,
        Self::Wand,
        Self::Transform,
        Self::Crop,
        Self::Eyedropper,
        Self::Pan,
    ];

    /// The message that names it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Brush => "action-brush",
            Self::Eraser => "action-eraser",
            Self::Strength => "action-strength-brush",
            Self::Fill => "action-fill",
            Self::Gradient => "action-gradient",
            Self::Line => "action-line",
            Self::Rectangle => "action-rectangle",
            Self::Ellipse => "action-ellipse",
            Self::Polygon => "action-polygon",
            Self::SelectRectangle => "action-select-rectangle",
            Self::SelectEllipse => "action-select-ellipse",
            Self::Lasso => "action-lasso",
            Self::Wand => "action-wand",
            Self::Transform => "action-transform",
            Self::Crop => "action-crop",
            Self::Eyedropper => "action-eyedropper",
            Self::Pan => "action-pan",
        }
    }

    /// What chooses it.
    #[must_use]
    pub fn action(self) -> Action {
        match self {
            Self::Brush => Action::BrushTool,
            Self::Eraser => Action::EraserTool,
            Self::Strength => Action::StrengthTool,
            Self::Fill => Action::FillTool,
            Self::Gradient => Action::GradientTool,
            Self::Line => Action::LineTool,
            Self::Rectangle => Action::RectangleTool,
            Self::Ellipse => Action::EllipseTool,
            Self::Polygon => Action::PolygonTool,
            Self::SelectRectangle => Action::SelectRectangleTool,
            Self::SelectEllipse => Action::SelectEllipseTool,
            Self::Lasso => Action::LassoTool,
            Self::Wand => Action::WandTool,
            Self::Transform => Action::TransformTool,
            Self::Crop => Action::CropTool,
            Self::Eyedropper => Action::EyedropperTool,
            Self::Pan => Action::PanTool,
        }
    }

    /// Whether it makes selections.
    #[must_use]
    pub fn selects(self) -> bool {
        matches!(self, Self::SelectRectangle | Self::SelectEllipse | Self::Lasso | Self::Wand)
    }

    /// Whether symmetry and perspective are at hand with it.
    #[must_use]
    pub fn has_guides(self) -> bool {
        matches!(self, Self::Brush | Self::Eraser | Self::Line | Self::Rectangle | Self::Ellipse | Self::Polygon)
    }

    /// Whether it changes the pixels of the active layer.
    #[must_use]
    pub fn changes_pixels(self) -> bool {
        !self.selects() && !matches!(self, Self::Strength | Self::Crop | Self::Eyedropper | Self::Pan)
    }
}

/// What the pointer looks like over the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cursor {
    /// A circle around [`crate::Session::hover`], the brush's size.
    Circle {
        /// Its diameter in CSS pixels.
        diameter_px: f32,
    },
    /// Cross hairs: the next click takes a colour.
    Pick,
    /// Cross hairs: the next press begins a shape or a selection, or fills.
    Cross,
    /// The arrow of a page: the next drag takes hold of what lies under it.
    Arrow,
    /// A cross of arrows: the next drag moves what is transformed.
    Move,
    /// A round arrow: the next drag turns what is transformed.
    Turn,
    /// An open hand: the next drag moves the view.
    Grab,
    /// A closed hand: the view is being moved.
    Grabbing,
}

/// A finger that takes part in moving the view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Finger {
    pub(crate) pointer_id: i32,
    pub(crate) start: ViewPoint,
    pub(crate) last: ViewPoint,
}

/// A finger that has not left the place where it came down.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct RestingFinger {
    pub(crate) pointer_id: i32,
    pub(crate) place: ViewPoint,
    pub(crate) since_secs: f64,
    /// It was still there when the time was up.
    pub(crate) was_seen: bool,
}

/// What the pointer is doing. Every state but `Ready` belongs to pointers that are down, and each can be aborted.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) enum Gesture {
    /// Nothing: a press starts something.
    #[default]
    Ready,
    /// A stroke is under way.
    Drawing {
        pointer_id: i32,
        kind: PointerKind,
        started_secs: f64,
        /// What the stroke paints with; `None` for the eraser and for strength.
        colour: Option<Rgb8>,
    },
    /// A colour is being taken.
    Picking {
        pointer_id: i32,
        kind: PointerKind,
        /// What an abort returns to.
        former: Rgb8,
    },
    /// A tool of [`crate::tools`] is at work.
    Dragging { pointer_id: i32, kind: PointerKind, started_secs: f64 },
    /// The brush's size and hardness are dragged: see `sizing.rs`.
    Sizing {
        pointer_id: i32,
        start: ViewPoint,
        /// Size in pixels and hardness that an abort returns to, and whose brush it is.
        former: (f32, f32),
        tool: Tool,
    },
    /// The view is turned by one pointer about its middle.
    Turning { pointer_id: i32, last: ViewPoint },
    /// The view is dragged by one pointer.
    Panning { pointer_id: i32, last: ViewPoint },
    /// The view is moved by fingers, or they tap for undo and redo.
    Fingers {
        fingers: Vec<Finger>,
        /// The most fingers that were down together.
        n_most: usize,
        started_secs: f64,
        has_moved: bool,
        /// Where the view was: what is a tap after all has not moved it.
        view_before: View,
        /// How far the fingers have turned, in degrees; the view follows once it is clear that they mean it.
        turned_degrees: f32,
    },
}

impl Gesture {
    /// Whether this pointer is part of the gesture.
    pub(crate) fn holds(&self, id: i32) -> bool {
        match self {
            Self::Ready => false,
            Self::Drawing { pointer_id, .. }
            | Self::Picking { pointer_id, .. }
            | Self::Dragging { pointer_id, .. }
            | Self::Sizing { pointer_id, .. }
            | Self::Turning { pointer_id, .. }
            | Self::Panning { pointer_id, .. } => *pointer_id == id,
            Self::Fingers { fingers, .. } => fingers.iter().any(|finger| finger.pointer_id == id),
        }
    }
}
