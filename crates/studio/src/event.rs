//! Everything that can happen to a session, as one closed list.

use underpaint_paint::{CanvasChange, Rgb8, RgbaImage};
use underpaint_protocol::{Compat, Response, SigmaKind};

use crate::{
    Action, BrushesEdit, DocumentEdit, LayerEdit, Phrase, RenderEdit, SelectionEdit, SettingsEdit, StyleId, Tool,
    ToolEdit, TransformEdit, ViewPoint,
};

/// Everything that can happen to a session. Times are seconds on one clock that does not run backwards
/// (`performance.now() / 1000`).
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A pointer did something over the canvas's element (or anywhere, while it is captured).
    Pointer(PointerEvent),
    /// The wheel turned over the canvas's element: zooms about the pointer, or pans with `Shift`/a trackpad's two axes.
    Wheel {
        /// Where the pointer is.
        view_point: ViewPoint,
        /// CSS pixels to the right.
        delta_x: f32,
        /// CSS pixels down; 100 is about one notch of a mouse wheel.
        delta_y: f32,
        /// What is held. A trackpad's pinch arrives as `ctrl`.
        modifiers: Modifiers,
    },
    /// A key went down. Ask [`crate::Session::claims_key`] first whether the page should prevent its default.
    KeyDown(KeyEvent),
    /// A key came up.
    KeyUp(KeyEvent),
    /// The window lost the focus: held keys and strokes end, since their end will not be told.
    Blur,
    /// A picture came from outside (a dropped, pasted or opened file): it replaces the paint, as one undoable step.
    Import(RgbaImage),
    /// An example of [`crate::EXAMPLES`] was chosen, by its place: its sketch replaces the paint.
    TryExample(usize),
    /// A button or menu entry was chosen.
    Action(Action),
    /// A tool was chosen.
    Tool(Tool),
    /// Something was asked of the layers.
    Layers(LayerEdit),
    /// A place in the history was chosen: so many of its steps are to be done.
    JumpTo(usize),
    /// A field of the current tool's brush changed.
    Brush(BrushEdit),
    /// Something was done with the list of brushes, or with a brush in full.
    Brushes(BrushesEdit),
    /// A field of a tool changed.
    ToolEdit(ToolEdit),
    /// A field or menu entry changed the selection.
    Selection(SelectionEdit),
    /// A field or menu entry transforms the layer, or what of it is selected.
    Transform(TransformEdit),
    /// The canvas gets another size, or is turned or flipped.
    Canvas(CanvasChange),
    /// Something that concerns the document as a whole: another one, keeping it.
    Document(DocumentEdit),
    /// A colour was chosen.
    Colour(ColourEdit),
    /// A field of the generation form changed.
    Form(FormEdit),
    /// Something was set up for good.
    Settings(SettingsEdit),
    /// The canvas's element has lost the keyboard's focus.
    CanvasBlur,
    /// Something around rendering was asked for: live mode, the queue, the gallery, styles, painted strength.
    Rendering(RenderEdit),
    /// The canvas's element has a new size in CSS pixels.
    ViewResized {
        /// Width in CSS pixels.
        width: f32,
        /// Height in CSS pixels.
        height: f32,
    },
    /// The worker said something. `pixels` is what travelled beside it: a picture, or a progress preview (RGBA8).
    Worker {
        /// What it said.
        response: Response,
        /// The transferred buffer, if any.
        pixels: Option<Vec<u8>>,
    },
    /// The worker died without a word (its `error` event, or it could not be started).
    WorkerLost {
        /// What the browser says about it; may be empty.
        reason: String,
    },
    /// The page has something to say, as that something it tried has failed: shown and announced.
    Said(Phrase),
    /// Time passed; a few times a second is enough.
    Tick {
        /// Now.
        now_secs: f64,
    },
}

/// What a pointer did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerPhase {
    /// A button or a touch went down.
    Down,
    /// It moved, pressed or hovering.
    Move,
    /// The button or touch came up.
    Up,
    /// The browser took the pointer away (`pointercancel`): what it began is taken back.
    Cancel,
    /// A hovering pointer left the element.
    Leave,
}

/// The kind of pointer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointerKind {
    /// A mouse or a trackpad.
    Mouse,
    /// A pen.
    Pen,
    /// A finger, or a palm.
    Touch,
}

impl PointerKind {
    /// Reads `PointerEvent.pointerType`; what is unknown counts as a mouse.
    #[must_use]
    pub fn from_pointer_type(pointer_type: &str) -> Self {
        match pointer_type {
            "pen" => Self::Pen,
            "touch" => Self::Touch,
            _ => Self::Mouse,
        }
    }
}

/// Which button, as `PointerEvent.button` numbers them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PointerButton {
    /// Left button, finger, pen tip (0); also where there is none (−1).
    #[default]
    Primary,
    /// Middle button (1).
    Middle,
    /// Right button, or the pen's barrel button (2).
    Secondary,
    /// The pen's eraser end (5).
    Eraser,
    /// Any other.
    Other,
}

impl PointerButton {
    /// Reads `PointerEvent.button`.
    #[must_use]
    pub fn from_number(button: i16) -> Self {
        match button {
            -1 | 0 => Self::Primary,
            1 => Self::Middle,
            2 => Self::Secondary,
            5 => Self::Eraser,
            _ => Self::Other,
        }
    }
}

/// Which modifier keys are held.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Modifiers {
    /// Control.
    pub ctrl: bool,
    /// Shift.
    pub shift: bool,
    /// Alt or Option.
    pub alt: bool,
    /// Command or the Windows key.
    pub meta: bool,
}

/// One reading of a pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointerSample {
    /// Where, in CSS pixels from the element's upper left corner.
    pub view_point: ViewPoint,
    /// `PointerEvent.pressure` as it is, 0 to 1. The session knows that a mouse's 0.5 and 0 mean "none".
    pub pressure: f32,
    /// Tilt in degrees, −90 to 90, along x and y; 0 where the device has none.
    pub tilt_degrees: (f32, f32),
    /// Turn of the pen about its own axis, clockwise, 0 to 360 degrees; 0 where the device has none.
    pub twist_degrees: f32,
    /// When, in seconds.
    pub time_secs: f64,
}

/// Something that a pointer did.
#[derive(Clone, Debug, PartialEq)]
pub struct PointerEvent {
    /// What.
    pub phase: PointerPhase,
    /// `PointerEvent.pointerId`: tells fingers apart.
    pub pointer_id: i32,
    /// What kind of pointer.
    pub kind: PointerKind,
    /// Which button changed; only read for [`PointerPhase::Down`] and [`PointerPhase::Up`].
    pub button: PointerButton,
    /// What is held.
    pub modifiers: Modifiers,
    /// The readings since the last event (`getCoalescedEvents()`, or the event itself), oldest first; at least one.
    pub samples: Vec<PointerSample>,
    /// Where the browser expects the pointer next (`getPredictedEvents()`), soonest first: shown, and taken back with the
    /// next event.
    pub predicted: Vec<PointerSample>,
}

/// What has the keyboard's focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum KeyFocus {
    /// The page.
    #[default]
    Page,
    /// The canvas, where arrow keys move the keyboard's cursor.
    Canvas,
    /// A button, slider or another control that uses keys such as Space, Enter and the arrows.
    Control,
    /// A field that is typed into: it keeps every key but Ctrl+Enter and Escape.
    TextField,
}

/// A key that went down or up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyEvent {
    /// `KeyboardEvent.key`.
    pub key: String,
    /// `KeyboardEvent.code`.
    pub code: String,
    /// What is held.
    pub modifiers: Modifiers,
    /// Whether the key repeats because it is held.
    pub is_repeat: bool,
    /// What has the focus.
    pub focus: KeyFocus,
}

/// A change of the current painting tool's brush. Values outside their range are clamped.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum BrushEdit {
    /// Diameter in canvas pixels.
    SizePx(f32),
    /// Hardness, 0 to 1.
    Hardness(f32),
    /// Opacity, 0 to 1.
    Opacity(f32),
    /// Flow, 0 to 1.
    Flow(f32),
    /// Spacing as a fraction of the diameter, 0.01 to 1.
    Spacing(f32),
    /// Smoothing, 0 to 1.
    Smoothing(f32),
    /// Whether the pen's pressure changes the size.
    PressureSize(bool),
    /// Whether the pen's pressure changes the opacity.
    PressureOpacity(bool),
}

/// A change of the colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColourEdit {
    /// A new foreground colour.
    Foreground(Rgb8),
    /// A new background colour.
    Background(Rgb8),
}

/// A change of the generation form. Values outside their range are clamped.
#[derive(Clone, Debug, PartialEq)]
pub enum FormEdit {
    /// What to paint.
    Prompt(String),
    /// What to avoid.
    Negative(String),
    /// Strength, 0 to 1.
    Strength(f32),
    /// Steps, 1 to 50.
    Steps(u32),
    /// Guidance scale, 1 to 20.
    Guidance(f32),
    /// A seed as typed. Giving one locks it: who types a seed wants that seed. Empty text unlocks.
    SeedText(String),
    /// Whether renders keep the seed.
    SeedLocked(bool),
    /// The sampler, as the model's report names it; `None` is the model's own, and so is a name it does not list.
    Scheduler(Option<String>),
    /// Whether paper that was left bare may become anything, whatever the strength is.
    IsPaperFree(bool),
    /// The style, or none; a number that no style has is none.
    Style(Option<StyleId>),
    /// How noise levels are spaced; `None` is as the model says.
    Sigmas(Option<SigmaKind>),
    /// Whose conventions decide the steps that a strength stands for.
    Compat(Compat),
    /// Layers of the text encoder that are left out at its end, 0 to 11.
    ClipSkip(u32),
    /// The edge of the square with as many pixels as the picture has; `None` is the model's own size.
    EdgePx(Option<u32>),
    /// Whether pictures are enlarged, where the model can do that.
    IsUpscaled(bool),
    /// Whether only what is selected is rendered, where something is.
    IsSelectionOnly(bool),
    /// Pictures that one press of Render makes.
    Variations(u32),
}
