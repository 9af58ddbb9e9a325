//! What a person has set up for good: language, theme, keys, the room's layout. The page keeps it as a text.

use underpaint_paint::decimal_f32;

use crate::effect::Effects;
use crate::{Action, Effect, Keymap, Language, Part, Phrase, Session, StageMode, StageView};

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the system has it.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Every theme, in the order of the settings.
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its name in the settings' text and in style sheets.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The message that names it.
    #[must_use]
    pub fn name_id(self) -> &'static str {
        match self {
            Self::System => "theme-system",
            Self::Light => "theme-light",
            Self::Dark => "theme-dark",
        }
    }
}

/// What a finger does on the canvas.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Fingers {
    /// It paints until a pen is seen, and moves the view from then on.
    #[default]
    Automatic,
    /// It paints.
    Paint,
    /// It moves the view.
    Pan,
}

impl Fingers {
    /// Every choice, in the order of the settings.
    pub const ALL: [Self; 3] = [Self::Automatic, Self::Paint, Self::Pan];

    /// Its name in the settings' text.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.name_id().trim_start_matches("fingers-")
    }

    /// The message that names it.
    #[must_use]
    pub fn name_id(self) -> &'static str {
        match self {
            Self::Automatic => "fingers-automatic",
            Self::Paint => "fingers-paint",
            Self::Pan => "fingers-pan",
        }
    }
}

/// What a person has set up for good.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// The language; `None` is the browser's.
    pub language: Option<Language>,
    /// Light or dark.
    pub theme: Theme,
    /// What a finger does on the canvas.
    pub fingers: Fingers,
    /// The keys.
    pub keymap: Keymap,
    /// How sketch and picture share the stage.
    pub stage: StageView,
    /// The names of the docks that are not as they were at first: an open one that was folded, or the other way round.
    pub turned_docks: Vec<String>,
    /// Whether all docks are out of sight.
    pub are_docks_hidden: bool,
    /// Whether the first-run card was seen.
    pub is_welcomed: bool,
}

/// A change of the settings.
#[derive(Clone, Debug, PartialEq)]
pub enum SettingsEdit {
    /// Another language; `None` is the browser's.
    Language(Option<Language>),
    /// Another theme.
    Theme(Theme),
    /// Fingers do something else.
    Fingers(Fingers),
    /// A dock is folded or opened.
    TurnDock(&'static str),
    /// The next key that goes down belongs to this action; `None` ends the waiting.
    Record(Option<Action>),
    /// This action has no key from now on.
    Unassign(Action),
    /// This action, or every one, has the keys of the table again.
    ResetKeys(Option<Action>),
    /// Where the line between sketch and picture stands, 0 to 1.
    Wipe(f32),
    /// How opaque the strokes over the picture are, 0 to 1.
    StrokeOpacity(f32),
    /// The first-run card was seen.
    Welcomed,
    /// Shows the first-run card again.
    WelcomeAgain,
}

impl Settings {
    /// The settings as a text of lines `name = value`.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &str| {
            text.push_str(name);
            text.push_str(" = ");
            text.push_str(value);
            text.push('\n');
        };
        if let Some(language) = self.language {
            line("language", language.tag());
        }
        line("theme", self.theme.name());
        line("fingers", self.fingers.name());
        line("view", self.stage.mode.name());
        line("wipe", &format!("{:.3}", self.stage.wipe));
        line("stroke-opacity", &format!("{:.3}", self.stage.stroke_opacity));
        line("docks", if self.are_docks_hidden { "hidden" } else { "shown" });
        for dock in &self.turned_docks {
            line("turned-dock", dock);
        }
        if self.is_welcomed {
            line("welcomed", "yes");
        }
        for (name, chord) in self.keymap.to_lines() {
            line(&format!("key.{name}"), &chord);
        }
        text
    }

    /// Reads settings back. A line that means nothing here, as of another version, changes nothing.
    #[must_use]
    pub fn from_text(text: &str) -> Self {
        let mut settings = Self::default();
        let fraction = |value: &str| decimal_f32(value).filter(|it| (0.0..=1.0).contains(it));
        for (name, value) in text.lines().filter_map(|line| line.split_once(" = ")) {
            match name {
                "language" => settings.language = Language::from_tag(value),
                "theme" => {
                    settings.theme = Theme::ALL.into_iter().find(|it| it.name() == value).unwrap_or_default();
                }
                "fingers" => {
                    settings.fingers = Fingers::ALL.into_iter().find(|it| it.name() == value).unwrap_or_default();
                }
                "view" => settings.stage.mode = StageMode::from_name(value).unwrap_or_default(),
                "wipe" => settings.stage.wipe = fraction(value).unwrap_or(settings.stage.wipe),
                "stroke-opacity" => {
                    settings.stage.stroke_opacity = fraction(value).unwrap_or(settings.stage.stroke_opacity);
                }
                "docks" => settings.are_docks_hidden = value == "hidden",
                "turned-dock" if settings.turned_docks.len() < 32 => settings.turned_docks.push(value.to_owned()),
                "welcomed" => settings.is_welcomed = value == "yes",
                _ => {
                    if let Some(action) = name.strip_prefix("key.") {
                        settings.keymap.take_line(action, value);
                    }
                }
            }
        }
        settings
    }
}

impl Session {
    /// What a person has set up for good.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether the settings are shown.
    #[must_use]
    pub fn is_settings_open(&self) -> bool {
        self.is_settings_open
    }

    /// The action that the next key will belong to.
    #[must_use]
    pub fn recording(&self) -> Option<Action> {
        self.recording
    }

    /// Why the last key could not be given to an action.
    #[must_use]
    pub fn key_refusal(&self) -> Option<&Phrase> {
        self.key_refusal.as_ref()
    }

    pub(crate) fn edit_settings(&mut self, edit: SettingsEdit, effects: &mut Effects) {
        let settings = &mut self.settings;
        let mut part = Part::Settings;
        match edit {
            SettingsEdit::Language(language) => settings.language = language,
            SettingsEdit::Theme(theme) => settings.theme = theme,
            SettingsEdit::Fingers(fingers) => settings.fingers = fingers,
            SettingsEdit::TurnDock(name) => {
                let former = settings.turned_docks.len();
                settings.turned_docks.retain(|dock| dock != name);
                if settings.turned_docks.len() == former {
                    settings.turned_docks.push(name.to_owned());
                }
            }
            SettingsEdit::Record(action) => {
                self.recording = action;
                self.key_refusal = None;
                return effects.changed(part);
            }
            SettingsEdit::Unassign(action) => settings.keymap.unassign(action),
            SettingsEdit::ResetKeys(action) => {
                settings.keymap.reset(action);
                self.key_refusal = None;
            }
            SettingsEdit::Wipe(wipe) if wipe.is_finite() => {
                settings.stage.wipe = wipe.clamp(0.0, 1.0);
                part = Part::Stage;
            }
            SettingsEdit::StrokeOpacity(opacity) if opacity.is_finite() => {
                settings.stage.stroke_opacity = opacity.clamp(0.0, 1.0);
                part = Part::Stage;
            }
            SettingsEdit::Wipe(_) | SettingsEdit::StrokeOpacity(_) => return,
            SettingsEdit::Welcomed => settings.is_welcomed = true,
            SettingsEdit::WelcomeAgain => {
                settings.is_welcomed = false;
                self.is_settings_open = false;
            }
        }
        effects.changed(part);
        self.keep_settings(effects);
    }

    pub(crate) fn show_stage(&mut self, mode: StageMode, effects: &mut Effects) {
        let former = std::mem::replace(&mut self.settings.stage.mode, mode);
        if former == mode {
            return;
        }
        // Over the picture the strokes lie without paper, so every pixel of the canvas is another one.
        if former == StageMode::Under || mode == StageMode::Under {
            effects.repaint(self.document.bounds());
        }
        effects.changed(Part::Stage);
        effects.announce(match mode {
            StageMode::SideBySide => Action::ShowSideBySide.label(),
            StageMode::Wipe => Action::ShowWipe.label(),
            StageMode::Under => Action::ShowUnder.label(),
            StageMode::Sketch => Action::ShowSketch.label(),
            StageMode::Picture => Action::ShowPicture.label(),
        });
        self.keep_settings(effects);
    }

    pub(crate) fn toggle_docks(&mut self, effects: &mut Effects) {
        self.settings.are_docks_hidden = !self.settings.are_docks_hidden;
        effects.changed(Part::Settings);
        self.keep_settings(effects);
    }

    pub(crate) fn toggle_settings(&mut self, effects: &mut Effects) {
        self.is_settings_open = !self.is_settings_open;
        self.recording = None;
        self.key_refusal = None;
        effects.changed(Part::Settings);
    }

    /// A key went down while an action waits for one. Escape keeps what was.
    pub(crate) fn record_key(&mut self, action: Action, key: &crate::KeyEvent, effects: &mut Effects) {
        if key.key == "Escape" && action != Action::Cancel {
            self.recording = None;
            self.key_refusal = None;
            return effects.changed(Part::Settings);
        }
        let Some(chord) = crate::Chord::from_event(key) else { return };
        match self.settings.keymap.assign(action, chord) {
            Ok(()) => {
                self.recording = None;
                self.key_refusal = None;
                effects.announce(Phrase::new("said-key-set").with("action", action.label()));
                self.keep_settings(effects);
            }
            Err(refusal) => {
                effects.announce(refusal.clone());
                self.key_refusal = Some(refusal);
            }
        }
        effects.changed(Part::Settings);
    }

    fn keep_settings(&self, effects: &mut Effects) {
        effects.push(Effect::KeepSettings(self.settings.to_text()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Chord;

    fn chord(ctrl: bool, key: &'static str) -> Chord {
        Chord { ctrl, shift: Some(false), key: key.into(), code: "".into() }
    }

    #[test]
    fn settings_come_back_from_their_text() {
        let mut settings = Settings {
            language: Some(Language::Portuguese),
            theme: Theme::Light,
            fingers: Fingers::Paint,
            stage: StageView { mode: StageMode::Wipe, wipe: 0.25, stroke_opacity: 0.75 },
            turned_docks: vec!["brush".into()],
            are_docks_hidden: true,
            is_welcomed: true,
            ..Settings::default()
        };
        settings.keymap.assign(Action::Undo, chord(true, "u")).unwrap();
        settings.keymap.assign(Action::ZoomIn, chord(false, "+")).unwrap();
        settings.keymap.unassign(Action::NewSeed);
        assert_eq!(Settings::from_text(&settings.to_text()).to_text(), settings.to_text());
        assert_eq!(Settings::from_text(&Settings::default().to_text()), Settings::default());
    }

    #[test]
    fn broken_settings_are_the_defaults() {
        for text in [
            "",
            "theme = pink\nfingers = 5\nview = x\nwipe = NaN\nstroke-opacity = 7",
            "key.undo = zz\nkey.x = c- a b\n = ",
            "key.brush = cs",
        ] {
            assert_eq!(Settings::from_text(text), Settings::default(), "{text}");
        }
    }

    #[test]
    fn a_key_that_somebody_has_is_refused_by_name() {
        let mut keymap = Keymap::default();
        let refusal = |keymap: &mut Keymap, chord| keymap.assign(Action::NewSeed, chord).unwrap_err().id;
        assert_eq!(refusal(&mut keymap, chord(false, "b")), "keys-taken");
        assert_eq!(refusal(&mut keymap, chord(true, "t")), "keys-of-browser");
        assert_eq!(refusal(&mut keymap, chord(false, " ")), "keys-of-page");
        assert_eq!(keymap, Keymap::default());
        // What was given up is free, and resetting the owner takes it back.
        keymap.unassign(Action::BrushTool);
        keymap.assign(Action::NewSeed, chord(false, "b")).unwrap();
        keymap.reset(Some(Action::BrushTool));
        assert!(!keymap.is_changed(Action::BrushTool) && !keymap.is_changed(Action::NewSeed));
        assert_eq!(keymap.aria_keyshortcuts(Action::NewSeed), "N");
    }
}
