//! The one table of keys, and what a person has made of it.

use std::borrow::Cow;

use crate::{Action, KeyEvent, KeyFocus, Phrase, Texts, letters};

/// A key with what is held beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chord {
    /// Control, or Command on a Mac.
    pub ctrl: bool,
    /// Shift; `None` where the character itself needs it on some keyboards and not on others (`?`, `+`).
    pub shift: Option<bool>,
    /// `KeyboardEvent.key` in lower case.
    pub key: Cow<'static, str>,
    /// `KeyboardEvent.code`, for layouts whose letters are not Latin, or whose key lies elsewhere; empty for none.
    pub code: Cow<'static, str>,
}

/// One line of the keymap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// What it asks for.
    pub action: Action,
    /// The key.
    pub chord: Chord,
    /// Whether help and buttons name it; keys that only help some keyboard along are not named.
    pub is_shown: bool,
}

const fn binding(action: Action, ctrl: bool, shift: Option<bool>, key: &'static str, code: &'static str) -> Binding {
    Binding { action, chord: Chord { ctrl, shift, key: Cow::Borrowed(key), code: Cow::Borrowed(code) }, is_shown: true }
}

const fn plain(action: Action, key: &'static str, code: &'static str) -> Binding {
    binding(action, false, Some(false), key, code)
}

const fn shifted(action: Action, key: &'static str, code: &'static str) -> Binding {
    binding(action, false, Some(true), key, code)
}

const fn with_ctrl(action: Action, key: &'static str, code: &'static str) -> Binding {
    binding(action, true, Some(false), key, code)
}

const fn unnamed(action: Action, ctrl: bool, key: &'static str, code: &'static str) -> Binding {
    let chord = Chord { ctrl, shift: None, key: Cow::Borrowed(key), code: Cow::Borrowed(code) };
    Binding { action, chord, is_shown: false }
}

/// Every key there is, before anybody has changed one. Of several keys for one action the first is the one that its
/// button shows.
///
/// Ctrl+V is here for the eye: the page hears of it as a paste, with what the system's clipboard holds, and asks for
/// [`Action::Paste`] where that is no picture. Enter and the arrows belong to what a tool has under way.
///
/// Held keys are not in here: Alt (eyedropper), Space (move the view), and Shift (straight line) last as long as they
/// are held. Keys that browsers keep for themselves (Ctrl+N, T, W, L, R) are not bound.
pub static KEYMAP: &[Binding] = &[
    plain(Action::BrushTool, "b", "KeyB"),
    plain(Action::EraserTool, "e", "KeyE"),
    plain(Action::StrengthTool, "f", "KeyF"),
    plain(Action::EyedropperTool, "i", "KeyI"),
    plain(Action::PanTool, "h", "KeyH"),
    plain(Action::SmallerBrush, "[", "BracketLeft"),
    plain(Action::LargerBrush, "]", "BracketRight"),
    unnamed(Action::SofterBrush, false, "{", ""),
    unnamed(Action::HarderBrush, false, "}", ""),
    shifted(Action::SofterBrush, "[", "BracketLeft"),
    shifted(Action::HarderBrush, "]", "BracketRight"),
    plain(Action::Opacity(1), "1", "Digit1"),
    plain(Action::Opacity(2), "2", "Digit2"),
    plain(Action::Opacity(3), "3", "Digit3"),
    plain(Action::Opacity(4), "4", "Digit4"),
    plain(Action::Opacity(5), "5", "Digit5"),
    plain(Action::Opacity(6), "6", "Digit6"),
    plain(Action::Opacity(7), "7", "Digit7"),
    plain(Action::Opacity(8), "8", "Digit8"),
    plain(Action::Opacity(9), "9", "Digit9"),
    plain(Action::Opacity(10), "0", "Digit0"),
    plain(Action::SwapColours, "x", "KeyX"),
    plain(Action::ResetColours, "d", "KeyD"),
    with_ctrl(Action::Undo, "z", "KeyZ"),
    binding(Action::Redo, true, Some(true), "z", "KeyZ"),
    with_ctrl(Action::Redo, "y", "KeyY"),
    with_ctrl(Action::Render, "enter", "Enter"),
    binding(Action::AddToQueue, true, Some(true), "enter", "Enter"),
    shifted(Action::ToggleLive, "r", "KeyR"),
    shifted(Action::PauseLive, "p", "KeyP"),
    plain(Action::Cancel, "escape", "Escape"),
    plain(Action::Keep, "k", "KeyK"),
    shifted(Action::KeepAsLayer, "k", "KeyK"),
    with_ctrl(Action::OpenFile, "o", "KeyO"),
    with_ctrl(Action::Save, "s", "KeyS"),
    binding(Action::SaveAs, true, Some(true), "s", "KeyS"),
    with_ctrl(Action::SavePicture, "e", "KeyE"),
    binding(Action::SaveSketch, true, Some(true), "e", "KeyE"),
    plain(Action::ToggleSeedLock, "l", "KeyL"),
    plain(Action::NewSeed, "n", "KeyN"),
    binding(Action::ZoomIn, true, None, "+", "Equal"),
    unnamed(Action::ZoomIn, true, "=", "NumpadAdd"),
    binding(Action::ZoomOut, true, None, "-", "Minus"),
    with_ctrl(Action::ActualSize, "0", "Digit0"),
    shifted(Action::FitView, "1", "Digit1"),
    plain(Action::FillTool, "g", "KeyG"),
    shifted(Action::GradientTool, "g", "KeyG"),
    plain(Action::LineTool, "j", "KeyJ"),
    plain(Action::RectangleTool, "r", "KeyR"),
    plain(Action::EllipseTool, "o", "KeyO"),
    plain(Action::PolygonTool, "p", "KeyP"),
    plain(Action::SelectRectangleTool, "s", "KeyS"),
    shifted(Action::SelectEllipseTool, "s", "KeyS"),
    plain(Action::LassoTool, "a", "KeyA"),
    plain(Action::WandTool, "w", "KeyW"),
    plain(Action::TransformTool, "t", "KeyT"),
    plain(Action::CropTool, "c", "KeyC"),
    with_ctrl(Action::SelectAll, "a", "KeyA"),
    with_ctrl(Action::Deselect, "d", "KeyD"),
    shifted(Action::InvertSelection, "i", "KeyI"),
    with_ctrl(Action::Copy, "c", "KeyC"),
    binding(Action::CopyMerged, true, Some(true), "c", "KeyC"),
    with_ctrl(Action::Cut, "x", "KeyX"),
    with_ctrl(Action::Paste, "v", "KeyV"),
    shifted(Action::LayerAlone, "h", "KeyH"),
    binding(Action::ShowLayer, true, Some(true), "h", "KeyH"),
    shifted(Action::FillSelection, "backspace", "Backspace"),
    plain(Action::DeleteSelected, "delete", "Delete"),
    plain(Action::MirrorView, "m", "KeyM"),
    plain(Action::TurnViewLeft, ",", "Comma"),
    plain(Action::TurnViewRight, ".", "Period"),
    plain(Action::StraightenView, "/", "Slash"),
    plain(Action::NextView, "v", "KeyV"),
    plain(Action::ToggleDocks, "\\", "Backslash"),
    with_ctrl(Action::ToggleSettings, ",", "Comma"),
    binding(Action::ToggleHelp, false, None, "?", ""),
    with_ctrl(Action::TogglePalette, "k", "KeyK"),
];

/// Keys that browsers keep for themselves, with Control.
const BROWSER_KEYS: [&str; 6] = ["n", "t", "w", "l", "r", "tab"];
/// Keys that move the focus, press what has it, or move the canvas's keyboard cursor, without Control.
const PAGE_KEYS: [&str; 7] = ["tab", " ", "enter", "arrowleft", "arrowright", "arrowup", "arrowdown"];

impl Chord {
    /// The chord of a key that went down; `None` for a key that is only held beside others, and for what an input method
    /// or a system takes for itself and names no key.
    #[must_use]
    pub fn from_event(event: &KeyEvent) -> Option<Self> {
        const NO_CHORDS: [&str; 11] = [
            "Control",
            "Shift",
            "Alt",
            "Meta",
            "AltGraph",
            "Dead",
            "CapsLock",
            "NumLock",
            "Process",
            "Unidentified",
            "",
        ];
        if NO_CHORDS.contains(&event.key.as_str()) || event.modifiers.alt {
            return None;
        }
        Some(Self {
            ctrl: event.modifiers.ctrl || event.modifiers.meta,
            shift: Some(event.modifiers.shift),
            key: letters::in_small(&event.key).into(),
            code: event.code.clone().into(),
        })
    }

    fn clashes_with(&self, other: &Self) -> bool {
        let shifts_meet = match (self.shift, other.shift) {
            (Some(one), Some(other)) => one == other,
            _ => true,
        };
        self.ctrl == other.ctrl && shifts_meet && self.key == other.key
    }

    /// The keys as a person reads them, for example `Ctrl+Shift+Z`. On a Mac, pass ⌘ as `ctrl_text`.
    #[must_use]
    pub fn text(&self, texts: Texts, ctrl_text: &str) -> String {
        let mut text = String::new();
        if self.ctrl {
            text.push_str(ctrl_text);
            text.push('+');
        }
        if self.shift == Some(true) {
            text.push_str("Shift+");
        }
        match self.key.as_ref() {
            " " => text.push_str(&texts.text("key-space")),
            "enter" => text.push_str(&texts.text("key-enter")),
            "escape" => text.push_str(&texts.text("key-escape")),
            "delete" => text.push_str(&texts.text("key-delete")),
            _ => self.push_key(&mut text),
        }
        text
    }

    /// The value of `aria-keyshortcuts`: `Control+Shift+Z`.
    #[must_use]
    pub fn aria_text(&self) -> String {
        let mut text = String::new();
        if self.ctrl {
            text.push_str("Control+");
        }
        if self.shift == Some(true) {
            text.push_str("Shift+");
        }
        // The WAI-ARIA grammar separates keys by "+" and shortcuts by spaces, so those keys go by their names.
        match self.key.as_ref() {
            "+" => text.push_str("Plus"),
            " " => text.push_str("Space"),
            _ => self.push_key(&mut text),
        }
        text
    }

    /// A letter as on its key; a named key with its first letter large, as `KeyboardEvent.key` has it.
    fn push_key(&self, text: &mut String) {
        text.push_str(&letters::capitalised(&self.key));
    }

    fn to_line(&self) -> String {
        let shift = match self.shift {
            Some(true) => 's',
            Some(false) => '-',
            None => '?',
        };
        let code = if self.code.is_empty() { "-" } else { &self.code };
        format!("{}{shift} {code} {}", if self.ctrl { 'c' } else { '-' }, self.key)
    }

    fn from_line(line: &str) -> Option<Self> {
        let mut parts = line.splitn(3, ' ');
        let (held, code, key) = (parts.next()?, parts.next()?, parts.next()?);
        let shift = match held.get(1..)? {
            "s" => Some(true),
            "-" => Some(false),
            "?" => None,
            _ => return None,
        };
        let code = if code == "-" { "" } else { code };
        let is_key = !key.is_empty() && key.chars().count() <= 24 && !key.contains(char::is_control);
        is_key.then(|| Self {
            ctrl: held.starts_with('c'),
            shift,
            key: key.to_owned().into(),
            code: code.to_owned().into(),
        })
    }
}

/// The keys as they are now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keymap {
    bindings: Vec<Binding>,
    /// The actions whose keys are not those of the table.
    changed: Vec<Action>,
}

impl Default for Keymap {
    fn default() -> Self {
        Self { bindings: KEYMAP.to_vec(), changed: Vec::new() }
    }
}

impl Keymap {
    /// The action that a key asks for, or `None`: nothing is bound to it, or the focus keeps the key for itself.
    #[must_use]
    pub fn action_for(&self, event: &KeyEvent) -> Option<Action> {
        let modifiers = event.modifiers;
        // AltGr arrives as Ctrl+Alt on Windows: the character that it makes is what counts, not the two modifiers.
        let is_alt_graph = modifiers.ctrl && modifiers.alt && event.key.chars().count() == 1;
        let ctrl = (modifiers.ctrl || modifiers.meta) && !is_alt_graph;
        if modifiers.alt && !is_alt_graph {
            return None;
        }
        let key = letters::in_small(&event.key);
        let fits = |binding: &&Binding| {
            binding.chord.ctrl == ctrl && binding.chord.shift.is_none_or(|shift| shift == modifiers.shift)
        };
        let by_key = self.bindings.iter().filter(fits).find(|binding| binding.chord.key == key);
        // A Latin letter means itself wherever its key lies (Dvorak, AZERTY); anything else may be told by its place.
        let is_latin_letter = key.len() == 1 && key.as_bytes()[0].is_ascii_alphabetic();
        let by_place = || {
            let is_placed = !is_latin_letter && !is_alt_graph && !event.code.is_empty();
            self.bindings.iter().filter(fits).find(|binding| is_placed && binding.chord.code == event.code)
        };
        let binding = by_key.or_else(by_place)?;
        // A key that is claimed pastes nothing.
        if binding.action == Action::Paste && binding.chord.ctrl && binding.chord.key == "v" {
            return None;
        }
        // A field that is typed into keeps every key that types.
        let is_typed = !binding.chord.ctrl && binding.chord.key.chars().count() == 1;
        let is_allowed = match event.focus {
            KeyFocus::TextField => {
                let is_heard = matches!(
                    binding.action,
                    Action::Render
                        | Action::AddToQueue
                        | Action::Cancel
                        | Action::TogglePalette
                        | Action::OpenFile
                        | Action::Save
                        | Action::SaveAs
                );
                is_heard && !is_typed
            }
            // A focused button is pressed by its own keys, and none of the actions can have those.
            KeyFocus::Page | KeyFocus::Canvas | KeyFocus::Control => true,
        };
        is_allowed.then_some(binding.action)
    }

    /// The keys of an action that help and buttons name, the first one first.
    pub fn chords(&self, action: Action) -> impl Iterator<Item = &Chord> {
        self.bindings.iter().filter(move |it| it.action == action && it.is_shown).map(|it| &it.chord)
    }

    /// The value of `aria-keyshortcuts` for an action's button: `Control+Shift+Z Control+Y`; empty where it has no key.
    #[must_use]
    pub fn aria_keyshortcuts(&self, action: Action) -> String {
        self.chords(action).map(Chord::aria_text).collect::<Vec<_>>().join(" ")
    }

    /// Whether an action's keys are other than those of the table.
    #[must_use]
    pub fn is_changed(&self, action: Action) -> bool {
        self.changed.contains(&action)
    }

    /// Gives an action this key and no other.
    ///
    /// # Errors
    /// A sentence why it cannot have it: the browser, the page or another action does.
    pub fn assign(&mut self, action: Action, chord: Chord) -> Result<(), Phrase> {
        if chord.ctrl && BROWSER_KEYS.contains(&chord.key.as_ref()) {
            return Err("keys-of-browser".into());
        }
        if !chord.ctrl && PAGE_KEYS.contains(&chord.key.as_ref()) {
            return Err("keys-of-page".into());
        }
        let holder = self.bindings.iter().find(|it| it.action != action && it.chord.clashes_with(&chord));
        if let Some(holder) = holder {
            return Err(Phrase::new("keys-taken").with("action", holder.action.label()));
        }
        self.replace(action, Some(chord));
        Ok(())
    }

    /// Leaves an action without a key.
    pub fn unassign(&mut self, action: Action) {
        self.replace(action, None);
    }

    /// Gives an action the keys of the table again, or every action where none is named. Keys that another action has
    /// taken meanwhile go back to where they came from.
    pub fn reset(&mut self, action: Option<Action>) {
        let Some(action) = action else {
            *self = Self::default();
            return;
        };
        let own: Vec<Binding> = KEYMAP.iter().filter(|it| it.action == action).cloned().collect();
        let takers: Vec<Action> = self
            .bindings
            .iter()
            .filter(|it| it.action != action && own.iter().any(|own| own.chord.clashes_with(&it.chord)))
            .map(|it| it.action)
            .collect();
        self.replace(action, None);
        self.changed.retain(|changed| *changed != action);
        self.bindings.extend(own);
        for taker in takers {
            self.reset(Some(taker));
        }
    }

    fn replace(&mut self, action: Action, chord: Option<Chord>) {
        self.bindings.retain(|it| it.action != action);
        self.bindings.extend(chord.map(|chord| Binding { action, chord, is_shown: true }));
        if !self.changed.contains(&action) {
            self.changed.push(action);
        }
    }

    /// What was changed, as lines of the settings' text: an action's name and its key.
    pub(crate) fn to_lines(&self) -> Vec<(&'static str, String)> {
        let line = |action: &Action| {
            let chord = self.chords(*action).next();
            (action.name(), chord.map_or_else(|| "none".to_owned(), Chord::to_line))
        };
        self.changed.iter().map(line).collect()
    }

    /// Takes a line of the settings' text back; a line that means nothing, or that clashes with others, changes nothing.
    pub(crate) fn take_line(&mut self, name: &str, line: &str) {
        let Some(action) = Action::from_name(name) else { return };
        if line == "none" {
            self.unassign(action);
        } else if let Some(chord) = Chord::from_line(line) {
            let _ = self.assign(action, chord);
        }
    }
}
