//! Tools and what the pointer is doing with them.

use underpaint_paint::Rgb8;

use crate::{PointerKind, ViewPoint};

/// The tools.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tool {
    /// Lays colour down.
    #[default]
    Brush,
    /// Takes paint away, down to the paper.
    Eraser,
    /// Takes a colour from the canvas.
    Eyedropper,
    /// Moves the view.
    Pan,
}

impl Tool {
    /// Every tool, in the order of the toolbar.
    pub const ALL: [Self; 4] = [Self::Brush, Self::Eraser, Self::Eyedropper, Self::Pan];

    /// The message that names it.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Brush => "action-brush",
            Self::Eraser => "action-eraser",
            Self::Eyedropper => "action-eyedropper",
            Self::Pan => "action-pan",
        }
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
        /// What the stroke paints with; `None` for the eraser.
        colour: Option<Rgb8>,
    },
    /// A colour is being taken.
    Picking {
        pointer_id: i32,
        /// What an abort returns to.
        former: Rgb8,
    },
    /// The view is dragged by one pointer.
    Panning { pointer_id: i32, last: ViewPoint },
    /// The view is moved by fingers, or they tap for undo and redo.
    Fingers {
        fingers: Vec<Finger>,
        /// The most fingers that were down together.
        n_most: usize,
        started_secs: f64,
        has_moved: bool,
    },
}

impl Gesture {
    /// Whether this pointer is part of the gesture.
    pub(crate) fn holds(&self, id: i32) -> bool {
        match self {
            Self::Ready => false,
            Self::Drawing { pointer_id, .. } | Self::Picking { pointer_id, .. } | Self::Panning { pointer_id, .. } => {
                *pointer_id == id
            }
            Self::Fingers { fingers, .. } => fingers.iter().any(|finger| finger.pointer_id == id),
        }
    }
}
