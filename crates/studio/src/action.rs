//! Everything that a button, a menu entry or a key can ask for, and the one table of keys.

use crate::{KeyEvent, KeyFocus, Phrase};

/// Something that a button, a menu entry or a key asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Choose the brush.
    BrushTool,
    /// Choose the eraser.
    EraserTool,
    /// Choose the eyedropper.
    EyedropperTool,
    /// Choose the hand that moves the view.
    PanTool,
    /// A smaller brush.
    SmallerBrush,
    /// A larger brush.
    LargerBrush,
    /// A softer brush.
    SofterBrush,
    /// A harder brush.
    HarderBrush,
    /// Set the brush's opacity in tenths, 1 to 10.
    Opacity(u8),
    /// Exchange foreground and background colour.
    SwapColours,
    /// Black on white.
    ResetColours,
    /// Take the last step back.
    Undo,
    /// Do it again.
    Redo,
    /// Remove all paint.
    Clear,
    /// Render a picture from the sketch.
    Render,
    /// Stop the render, abort the stroke or close the help.
    Cancel,
    /// Put the picture back as paint to draw on.
    Keep,
    /// Save the picture as PNG.
    SavePicture,
    /// Save the sketch as PNG.
    SaveSketch,
    /// Keep the seed, or take a new one with each render.
    ToggleSeedLock,
    /// Take a new seed now.
    NewSeed,
    /// Zoom in.
    ZoomIn,
    /// Zoom out.
    ZoomOut,
    /// One canvas pixel per CSS pixel.
    ActualSize,
    /// Show the whole canvas.
    FitView,
    /// Show or hide the list of keys.
    ToggleHelp,
}

impl Action {
    /// Every action, in the order in which a help dialog lists them.
    pub const ALL: [Self; 35] = [
        Self::BrushTool,
        Self::EraserTool,
        Self::EyedropperTool,
        Self::PanTool,
        Self::SmallerBrush,
        Self::LargerBrush,
        Self::SofterBrush,
        Self::HarderBrush,
        Self::Opacity(1),
        Self::Opacity(2),
        Self::Opacity(3),
        Self::Opacity(4),
        Self::Opacity(5),
        Self::Opacity(6),
        Self::Opacity(7),
        Self::Opacity(8),
        Self::Opacity(9),
        Self::Opacity(10),
        Self::SwapColours,
        Self::ResetColours,
        Self::Undo,
        Self::Redo,
        Self::Clear,
        Self::Render,
        Self::Cancel,
        Self::Keep,
        Self::SavePicture,
        Self::SaveSketch,
        Self::ToggleSeedLock,
        Self::NewSeed,
        Self::ZoomIn,
        Self::ZoomOut,
        Self::ActualSize,
        Self::FitView,
        Self::ToggleHelp,
    ];

    /// A stable name in kebab-case, for test handles and settings.
    #[must_use]
    pub fn name(self) -> &'static str {
        // Without the part of the id that says that it is an action's.
        match self {
            Self::Opacity(tenths) => OPACITY_NAMES[usize::from(tenths.clamp(1, 10)) - 1],
            _ => self.label_id().strip_prefix("action-").unwrap_or_default(),
        }
    }

    /// What a person reads on its button.
    #[must_use]
    pub fn label(self) -> Phrase {
        match self {
            Self::Opacity(tenths) => Phrase::new("action-opacity").with("percent", u32::from(tenths.clamp(1, 10)) * 10),
            _ => Phrase::new(self.label_id()),
        }
    }

    fn label_id(self) -> &'static str {
        match self {
            Self::BrushTool => "action-brush",
            Self::EraserTool => "action-eraser",
            Self::EyedropperTool => "action-eyedropper",
            Self::PanTool => "action-pan",
            Self::SmallerBrush => "action-smaller-brush",
            Self::LargerBrush => "action-larger-brush",
            Self::SofterBrush => "action-softer-brush",
            Self::HarderBrush => "action-harder-brush",
            Self::SwapColours => "action-swap-colours",
            Self::ResetColours => "action-reset-colours",
            Self::Undo => "action-undo",
            Self::Redo => "action-redo",
            Self::Clear => "action-clear",
            Self::Render => "action-render",
            Self::Cancel => "action-cancel",
            Self::Keep => "action-keep",
            Self::SavePicture => "action-save-picture",
            Self::SaveSketch => "action-save-sketch",
            Self::ToggleSeedLock => "action-lock-seed",
            Self::NewSeed => "action-new-seed",
            Self::ZoomIn => "action-zoom-in",
            Self::ZoomOut => "action-zoom-out",
            Self::ActualSize => "action-actual-size",
            Self::FitView => "action-fit-view",
            Self::ToggleHelp => "action-help",
            Self::Opacity(_) => "action-opacity",
        }
    }
}

const OPACITY_NAMES: [&str; 10] = [
    "opacity-10",
    "opacity-20",
    "opacity-30",
    "opacity-40",
    "opacity-50",
    "opacity-60",
    "opacity-70",
    "opacity-80",
    "opacity-90",
    "opacity-100",
];

/// One line of the keymap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Binding {
    /// What it asks for.
    pub action: Action,
    /// Control, or Command on a Mac.
    pub ctrl: bool,
    /// Shift; `None` where the character itself needs it on some keyboards and not on others (`?`, `+`).
    pub shift: Option<bool>,
    /// `KeyboardEvent.key` in lower case.
    pub key: &'static str,
    /// `KeyboardEvent.code`, for layouts whose letters are not Latin, or whose key lies elsewhere; empty for none.
    pub code: &'static str,
    /// How the key is written in the help.
    pub key_text: &'static str,
}

const fn plain(action: Action, key: &'static str, code: &'static str, key_text: &'static str) -> Binding {
    Binding { action, ctrl: false, shift: Some(false), key, code, key_text }
}

const fn shifted(action: Action, key: &'static str, code: &'static str, key_text: &'static str) -> Binding {
    Binding { action, ctrl: false, shift: Some(true), key, code, key_text }
}

const fn with_ctrl(action: Action, key: &'static str, code: &'static str, key_text: &'static str) -> Binding {
    Binding { action, ctrl: true, shift: Some(false), key, code, key_text }
}

/// Every key there is. Of several keys for one action the first is the one that its button shows.
///
/// Held keys are not in here: Alt (eyedropper), Space (move the view), and Shift (straight line) last as long as they
/// are held. Keys that browsers keep for themselves (Ctrl+N, T, W, L, R) are not bound.
pub const KEYMAP: &[Binding] = &[
    plain(Action::BrushTool, "b", "KeyB", "B"),
    plain(Action::EraserTool, "e", "KeyE", "E"),
    plain(Action::EyedropperTool, "i", "KeyI", "I"),
    plain(Action::PanTool, "h", "KeyH", "H"),
    plain(Action::SmallerBrush, "[", "BracketLeft", "["),
    plain(Action::LargerBrush, "]", "BracketRight", "]"),
    Binding { action: Action::SofterBrush, ctrl: false, shift: None, key: "{", code: "", key_text: "{" },
    Binding { action: Action::HarderBrush, ctrl: false, shift: None, key: "}", code: "", key_text: "}" },
    shifted(Action::SofterBrush, "[", "BracketLeft", "["),
    shifted(Action::HarderBrush, "]", "BracketRight", "]"),
    plain(Action::Opacity(1), "1", "Digit1", "1"),
    plain(Action::Opacity(2), "2", "Digit2", "2"),
    plain(Action::Opacity(3), "3", "Digit3", "3"),
    plain(Action::Opacity(4), "4", "Digit4", "4"),
    plain(Action::Opacity(5), "5", "Digit5", "5"),
    plain(Action::Opacity(6), "6", "Digit6", "6"),
    plain(Action::Opacity(7), "7", "Digit7", "7"),
    plain(Action::Opacity(8), "8", "Digit8", "8"),
    plain(Action::Opacity(9), "9", "Digit9", "9"),
    plain(Action::Opacity(10), "0", "Digit0", "0"),
    plain(Action::SwapColours, "x", "KeyX", "X"),
    plain(Action::ResetColours, "d", "KeyD", "D"),
    with_ctrl(Action::Undo, "z", "KeyZ", "Z"),
    Binding { action: Action::Redo, ctrl: true, shift: Some(true), key: "z", code: "KeyZ", key_text: "Z" },
    with_ctrl(Action::Redo, "y", "KeyY", "Y"),
    with_ctrl(Action::Render, "enter", "Enter", "Enter"),
    plain(Action::Cancel, "escape", "Escape", "Escape"),
    plain(Action::Keep, "k", "KeyK", "K"),
    with_ctrl(Action::SavePicture, "s", "KeyS", "S"),
    Binding { action: Action::SaveSketch, ctrl: true, shift: Some(true), key: "s", code: "KeyS", key_text: "S" },
    plain(Action::ToggleSeedLock, "l", "KeyL", "L"),
    plain(Action::NewSeed, "n", "KeyN", "N"),
    Binding { action: Action::ZoomIn, ctrl: true, shift: None, key: "+", code: "Equal", key_text: "+" },
    Binding { action: Action::ZoomIn, ctrl: true, shift: None, key: "=", code: "NumpadAdd", key_text: "=" },
    Binding { action: Action::ZoomOut, ctrl: true, shift: None, key: "-", code: "Minus", key_text: "-" },
    with_ctrl(Action::ActualSize, "0", "Digit0", "0"),
    shifted(Action::FitView, "1", "Digit1", "1"),
    Binding { action: Action::ToggleHelp, ctrl: false, shift: None, key: "?", code: "", key_text: "?" },
];

/// The action that a key asks for, or `None`: nothing is bound to it, or the focus keeps the key for itself.
#[must_use]
pub fn action_for_key(event: &KeyEvent) -> Option<Action> {
    let modifiers = event.modifiers;
    // AltGr arrives as Ctrl+Alt on Windows: the character that it makes is what counts, not the two modifiers.
    let is_alt_graph = modifiers.ctrl && modifiers.alt && event.key.chars().count() == 1;
    let ctrl = (modifiers.ctrl || modifiers.meta) && !is_alt_graph;
    if modifiers.alt && !is_alt_graph {
        return None;
    }
    let key = event.key.to_lowercase();
    let fits = |binding: &&Binding| binding.ctrl == ctrl && binding.shift.is_none_or(|shift| shift == modifiers.shift);
    let by_key = KEYMAP.iter().filter(fits).find(|binding| binding.key == key);
    // A Latin letter means itself wherever its key lies (Dvorak, AZERTY); anything else may be told by its place.
    let is_latin_letter = key.len() == 1 && key.as_bytes()[0].is_ascii_alphabetic();
    let by_place = || {
        let is_placed = !is_latin_letter && !is_alt_graph && !event.code.is_empty();
        KEYMAP.iter().filter(fits).find(|binding| is_placed && binding.code == event.code)
    };
    let action = by_key.or_else(by_place)?.action;
    let is_allowed = match event.focus {
        KeyFocus::Page => true,
        // A focused button is pressed by its own keys; none of the actions uses Space, and Enter only with Ctrl.
        KeyFocus::Control => true,
        KeyFocus::TextField => matches!(action, Action::Render | Action::Cancel),
    };
    is_allowed.then_some(action)
}

/// What stands between several keys of one action.
pub const KEYS_SEPARATOR: &str = ", ";

/// The keys of an action as the help lists them, for example `Ctrl+Shift+Z`; several are joined by [`KEYS_SEPARATOR`].
/// On a Mac, `Ctrl` may be shown as ⌘: pass that text as `ctrl_text`. Empty where the action has no key.
#[must_use]
pub fn keys_text(action: Action, ctrl_text: &str) -> String {
    let mut text = String::new();
    for binding in KEYMAP.iter().filter(|binding| binding.action == action && !["{", "}", "="].contains(&binding.key)) {
        if !text.is_empty() {
            text.push_str(KEYS_SEPARATOR);
        }
        if binding.ctrl {
            text.push_str(ctrl_text);
            text.push('+');
        }
        if binding.shift == Some(true) {
            text.push_str("Shift+");
        }
        text.push_str(binding.key_text);
    }
    text
}

/// The value of `aria-keyshortcuts` for an action's button: `Control+Shift+Z Control+Y`; empty where it has no key.
#[must_use]
pub fn aria_keyshortcuts(action: Action) -> String {
    let mut text = String::new();
    for binding in KEYMAP.iter().filter(|binding| binding.action == action && !["{", "}", "="].contains(&binding.key)) {
        if !text.is_empty() {
            text.push(' ');
        }
        if binding.ctrl {
            text.push_str("Control+");
        }
        if binding.shift == Some(true) {
            text.push_str("Shift+");
        }
        // The WAI-ARIA grammar separates keys by "+", so that key itself goes by its name.
        text.push_str(if binding.key == "+" { "Plus" } else { binding.key_text });
    }
    text
}
