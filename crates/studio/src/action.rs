//! Everything that a button, a menu entry or a key can ask for, and the one table of keys.

use crate::{KeyEvent, KeyFocus};

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
        match self {
            Self::BrushTool => "brush",
            Self::EraserTool => "eraser",
            Self::EyedropperTool => "eyedropper",
            Self::PanTool => "pan",
            Self::SmallerBrush => "smaller-brush",
            Self::LargerBrush => "larger-brush",
            Self::SofterBrush => "softer-brush",
            Self::HarderBrush => "harder-brush",
            Self::Opacity(tenths) => match tenths {
                0 | 1 => "opacity-10",
                2 => "opacity-20",
                3 => "opacity-30",
                4 => "opacity-40",
                5 => "opacity-50",
                6 => "opacity-60",
                7 => "opacity-70",
                8 => "opacity-80",
                9 => "opacity-90",
                _ => "opacity-100",
            },
            Self::SwapColours => "swap-colours",
            Self::ResetColours => "reset-colours",
            Self::Undo => "undo",
            Self::Redo => "redo",
            Self::Clear => "clear",
            Self::Render => "render",
            Self::Cancel => "cancel",
            Self::Keep => "keep",
            Self::SavePicture => "save-picture",
            Self::SaveSketch => "save-sketch",
            Self::ToggleSeedLock => "lock-seed",
            Self::NewSeed => "new-seed",
            Self::ZoomIn => "zoom-in",
            Self::ZoomOut => "zoom-out",
            Self::ActualSize => "actual-size",
            Self::FitView => "fit-view",
            Self::ToggleHelp => "help",
        }
    }

    /// What a person reads on its button.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::BrushTool => "Brush",
            Self::EraserTool => "Eraser",
            Self::EyedropperTool => "Eyedropper",
            Self::PanTool => "Move the view",
            Self::SmallerBrush => "Smaller brush",
            Self::LargerBrush => "Larger brush",
            Self::SofterBrush => "Softer brush",
            Self::HarderBrush => "Harder brush",
            Self::Opacity(tenths) => match tenths {
                0 | 1 => "Opacity 10 %",
                2 => "Opacity 20 %",
                3 => "Opacity 30 %",
                4 => "Opacity 40 %",
                5 => "Opacity 50 %",
                6 => "Opacity 60 %",
                7 => "Opacity 70 %",
                8 => "Opacity 80 %",
                9 => "Opacity 90 %",
                _ => "Opacity 100 %",
            },
            Self::SwapColours => "Swap colours",
            Self::ResetColours => "Black and white",
            Self::Undo => "Undo",
            Self::Redo => "Redo",
            Self::Clear => "Clear",
            Self::Render => "Render",
            Self::Cancel => "Cancel",
            Self::Keep => "Keep as paint",
            Self::SavePicture => "Save picture",
            Self::SaveSketch => "Save sketch",
            Self::ToggleSeedLock => "Lock seed",
            Self::NewSeed => "New seed",
            Self::ZoomIn => "Zoom in",
            Self::ZoomOut => "Zoom out",
            Self::ActualSize => "Actual size",
            Self::FitView => "Fit to window",
            Self::ToggleHelp => "Keys",
        }
    }
}

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

/// The keys of an action as the help lists them, for example `Ctrl+Shift+Z`; several are joined by " or ".
/// On a Mac, `Ctrl` may be shown as ⌘: pass that text as `ctrl_text`. Empty where the action has no key.
#[must_use]
pub fn keys_text(action: Action, ctrl_text: &str) -> String {
    let mut text = String::new();
    for binding in KEYMAP.iter().filter(|binding| binding.action == action && !["{", "}", "="].contains(&binding.key)) {
        if !text.is_empty() {
            text.push_str(" or ");
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
