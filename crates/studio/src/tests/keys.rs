//! The keymap, and what keys do.

use std::collections::HashSet;

use super::driver::ENGLISH;
use super::driver::Studio;
use crate::{Action, Chord, Effect, Event, KEYMAP, KeyEvent, KeyFocus, Keymap, Modifiers, SettingsEdit, Tool};

const NONE: Modifiers = Modifiers { ctrl: false, shift: false, alt: false, meta: false };
const CTRL: Modifiers = Modifiers { ctrl: true, ..NONE };
const SHIFT: Modifiers = Modifiers { shift: true, ..NONE };
const CTRL_SHIFT: Modifiers = Modifiers { ctrl: true, shift: true, ..NONE };

fn action(key: &str, code: &str, modifiers: Modifiers) -> Option<Action> {
    Keymap::default().action_for(&Studio::key_event(key, code, modifiers))
}

#[test]
fn the_usual_keys_do_the_usual_things() {
    for (key, code, modifiers, expected) in [
        ("b", "KeyB", NONE, Action::BrushTool),
        ("B", "KeyB", NONE, Action::BrushTool), // with caps lock
        ("e", "KeyE", NONE, Action::EraserTool),
        ("i", "KeyI", NONE, Action::EyedropperTool),
        ("h", "KeyH", NONE, Action::PanTool),
        ("[", "BracketLeft", NONE, Action::SmallerBrush),
        ("]", "BracketRight", NONE, Action::LargerBrush),
        ("{", "BracketLeft", SHIFT, Action::SofterBrush),
        ("}", "BracketRight", SHIFT, Action::HarderBrush),
        ("1", "Digit1", NONE, Action::Opacity(1)),
        ("0", "Digit0", NONE, Action::Opacity(10)),
        ("x", "KeyX", NONE, Action::SwapColours),
        ("d", "KeyD", NONE, Action::ResetColours),
        ("z", "KeyZ", CTRL, Action::Undo),
        ("Z", "KeyZ", CTRL_SHIFT, Action::Redo),
        ("y", "KeyY", CTRL, Action::Redo),
        ("z", "KeyZ", Modifiers { meta: true, ..NONE }, Action::Undo),
        ("Enter", "Enter", CTRL, Action::Render),
        ("Escape", "Escape", NONE, Action::Cancel),
        ("s", "KeyS", CTRL, Action::Save),
        ("S", "KeyS", CTRL_SHIFT, Action::SaveAs),
        ("e", "KeyE", CTRL, Action::SavePicture),
        ("C", "KeyC", CTRL_SHIFT, Action::CopyMerged),
        ("?", "Slash", SHIFT, Action::ToggleHelp),
        ("?", "Minus", SHIFT, Action::ToggleHelp), // German
        ("=", "Equal", CTRL, Action::ZoomIn),
        ("+", "Equal", CTRL_SHIFT, Action::ZoomIn),
        ("0", "Digit0", CTRL, Action::ActualSize),
        ("!", "Digit1", SHIFT, Action::FitView),
    ] {
        assert_eq!(action(key, code, modifiers), Some(expected), "{key} {code} {modifiers:?}");
    }
}

#[test]
fn other_layouts_reach_the_same_actions() {
    // Cyrillic and Greek letters are told by their place.
    assert_eq!(action("и", "KeyB", NONE), Some(Action::BrushTool));
    assert_eq!(action("я", "KeyZ", CTRL), Some(Action::Undo));
    // A Latin letter means itself: on Dvorak the key in B's place is an X, on AZERTY the W lies where Z is.
    assert_eq!(action("x", "KeyB", NONE), Some(Action::SwapColours));
    assert_eq!(action("w", "KeyZ", CTRL), None);
    // German: brackets need AltGr, which Windows reports as Ctrl+Alt; their places hold ü and +.
    let alt_graph = Modifiers { ctrl: true, alt: true, ..NONE };
    assert_eq!(action("[", "Digit8", alt_graph), Some(Action::SmallerBrush));
    assert_eq!(action("ü", "BracketLeft", NONE), Some(Action::SmallerBrush));
    assert_eq!(action("€", "KeyE", alt_graph), None);
    // French digits need Shift; without it their places still say which one is meant.
    assert_eq!(action("&", "Digit1", NONE), Some(Action::Opacity(1)));
}

#[test]
fn keys_that_belong_to_others_are_left_alone() {
    for (key, code, modifiers) in [
        ("n", "KeyN", CTRL),
        ("t", "KeyT", CTRL),
        ("w", "KeyW", CTRL),
        ("l", "KeyL", CTRL),
        ("r", "KeyR", CTRL),
        ("b", "KeyB", CTRL),
        ("b", "KeyB", Modifiers { alt: true, ..NONE }),
        ("Tab", "Tab", NONE),
        ("Enter", "Enter", NONE),
        ("ArrowLeft", "ArrowLeft", NONE),
    ] {
        let event = Studio::key_event(key, code, modifiers);
        assert_eq!(Keymap::default().action_for(&event), None, "{key} {modifiers:?}");
        assert!(!Studio::new().session.claims_key(&event), "{key} {modifiers:?}");
    }
}

#[test]
fn typing_keeps_every_key_but_those_for_render_files_the_palette_and_escape() {
    let mut studio = Studio::new();
    for binding in KEYMAP {
        let modifiers = Modifiers { ctrl: binding.chord.ctrl, shift: binding.chord.shift == Some(true), ..NONE };
        let event = KeyEvent {
            focus: KeyFocus::TextField,
            ..Studio::key_event(&binding.chord.key, &binding.chord.code, modifiers)
        };
        // A browser would offer the page itself to be saved, and open a file in its place.
        let is_heard = [
            Action::Render,
            Action::AddToQueue,
            Action::Cancel,
            Action::TogglePalette,
            Action::OpenFile,
            Action::Save,
            Action::SaveAs,
        ];
        let is_kept = !is_heard.contains(&binding.action);
        assert_eq!(Keymap::default().action_for(&event).is_none(), is_kept, "{binding:?}");
    }
    for key in [" ", "Alt"] {
        let event = KeyEvent { focus: KeyFocus::TextField, ..Studio::key_event(key, "", NONE) };
        assert!(!studio.session.claims_key(&event));
        studio.handle(Event::KeyDown(event));
        assert_eq!(studio.session.effective_tool(), Tool::Brush);
    }
    let space = KeyEvent { focus: KeyFocus::Control, ..Studio::key_event(" ", "Space", NONE) };
    assert!(!studio.session.claims_key(&space), "a focused button is pressed by Space");
}

#[test]
fn files_are_opened_by_the_key_that_browsers_open_them_by() {
    let mut studio = Studio::new();
    let event = Studio::key_event("o", "KeyO", CTRL);
    assert!(studio.session.claims_key(&event), "the browser would open a file in the place of the page");
    studio.take_effects();
    studio.handle(Event::KeyDown(event));
    assert_eq!(studio.take_effects(), [Effect::OpenFile]);
    assert_eq!(studio.session.settings().keymap.aria_keyshortcuts(Action::OpenFile), "Control+O");
    // Printing stays the browser's.
    assert!(!studio.session.claims_key(&Studio::key_event("p", "KeyP", CTRL)));
}

#[test]
fn no_two_bindings_share_a_key() {
    let mut seen = HashSet::new();
    for binding in KEYMAP {
        for shift in [false, true] {
            if binding.chord.shift.is_none_or(|needed| needed == shift) {
                assert!(seen.insert((binding.chord.ctrl, shift, binding.chord.key.clone())), "{binding:?}");
            }
        }
        assert!(Action::ALL.contains(&binding.action), "{binding:?}");
    }
    let names: HashSet<_> = Action::ALL.iter().map(|action| action.name()).collect();
    assert_eq!(names.len(), Action::ALL.len());
}

#[test]
fn the_help_and_the_buttons_name_the_keys() {
    let keymap = Keymap::default();
    let keys = |action, ctrl| keymap.chords(action).map(|it: &Chord| it.text(ENGLISH, ctrl)).collect::<Vec<_>>();
    assert_eq!(keys(Action::Redo, "Ctrl"), ["Ctrl+Shift+Z", "Ctrl+Y"]);
    assert_eq!(keys(Action::Redo, "⌘"), ["⌘+Shift+Z", "⌘+Y"]);
    assert_eq!(keys(Action::SofterBrush, "Ctrl"), ["Shift+["]);
    assert!(keys(Action::Clear, "Ctrl").is_empty());
    assert_eq!(Keymap::default().aria_keyshortcuts(Action::Redo), "Control+Shift+Z Control+Y");
    assert_eq!(Keymap::default().aria_keyshortcuts(Action::Render), "Control+Enter");
    assert_eq!(Keymap::default().aria_keyshortcuts(Action::ZoomIn), "Control+Plus");
    for action in Action::ALL {
        // The grammar of aria-keyshortcuts: words separated by single spaces, keys by "+", none of them empty.
        let text = Keymap::default().aria_keyshortcuts(action);
        assert!(text.is_empty() || text.split(' ').all(|keys| keys.split('+').all(|key| !key.is_empty())), "{text}");
    }
}

#[test]
fn size_steps_are_felt_at_both_ends_and_stop_there() {
    let mut studio = Studio::new();
    let mut sizes = vec![studio.session.brush().size_px];
    for _ in 0..60 {
        studio.key("[", "BracketLeft", NONE);
        sizes.push(studio.session.brush().size_px);
    }
    assert_eq!(sizes.last(), Some(&1.0));
    for _ in 0..80 {
        studio.key("]", "BracketRight", NONE);
    }
    assert_eq!(studio.session.brush().size_px, 512.0);
    assert!(sizes.windows(2).all(|pair| pair[1] < pair[0] || pair[0] == 1.0), "{sizes:?}");
    studio.key("{", "BracketLeft", SHIFT);
    assert!((studio.session.brush().hardness - 0.7).abs() < 1e-6);
    studio.key("3", "Digit3", NONE);
    assert!((studio.session.brush().opacity - 0.3).abs() < 1e-6);
}

#[test]
fn a_held_key_renders_once_and_undoes_on() {
    let mut studio = Studio::loaded();
    for x in [20.0, 40.0, 60.0] {
        studio.drag(Tool::Brush, &[(x, 40.0)]);
    }
    let held = |key: &str, modifiers| KeyEvent { is_repeat: true, ..Studio::key_event(key, "", modifiers) };
    studio.handle(Event::KeyDown(held("z", CTRL)));
    studio.handle(Event::KeyDown(held("z", CTRL)));
    studio.handle(Event::KeyDown(held("z", CTRL)));
    assert!(studio.session.document().is_blank());
    studio.take_effects();
    studio.handle(Event::KeyDown(held("Enter", CTRL)));
    assert!(studio.take_requests().is_empty());
}

#[test]
fn the_question_mark_opens_the_help_and_escape_closes_it() {
    let mut studio = Studio::new();
    studio.key("?", "Slash", SHIFT);
    assert!(studio.session.is_help_open() && studio.session.is_pressed(Action::ToggleHelp));
    studio.key("Escape", "Escape", NONE);
    assert!(!studio.session.is_help_open());
}

#[test]
fn a_recorded_key_replaces_the_old_ones_and_is_kept() {
    let mut studio = Studio::new();
    studio.act(Action::ToggleSettings);
    studio.handle(Event::Settings(SettingsEdit::Record(Some(Action::Undo))));
    // A key that another action has is refused by name, and the waiting goes on.
    studio.key("b", "KeyB", NONE);
    assert!(studio.session.key_refusal().is_some_and(|it| ENGLISH.say(it).contains("Brush")));
    assert_eq!(studio.session.tool(), Tool::Brush);
    // An input method says of each key that it has taken it: that is no key anybody could press again.
    studio.key("Process", "KeyU", NONE);
    assert_eq!(studio.session.recording(), Some(Action::Undo));
    studio.key("u", "KeyU", NONE);
    assert_eq!((studio.session.recording(), studio.session.key_refusal()), (None, None));
    let is_kept = |effect: &crate::Effect| matches!(effect, crate::Effect::KeepSettings(text) if text.contains("key.undo = -- KeyU u"));
    assert!(studio.take_effects().iter().any(is_kept));
    studio.drag(Tool::Brush, &[(20.0, 40.0), (60.0, 40.0)]);
    studio.key("z", "KeyZ", CTRL);
    assert!(!studio.session.document().is_blank());
    studio.key("u", "KeyU", NONE);
    assert!(studio.session.document().is_blank());
}

#[test]
fn a_person_without_a_pointer_paints() {
    let mut studio = Studio::new();
    let canvas = |key: &str| KeyEvent { focus: KeyFocus::Canvas, ..Studio::key_event(key, "", NONE) };
    // Space moves the view as long as the keyboard's cursor is not there.
    assert!(!studio.session.is_keyboard_painting());
    studio.handle(Event::KeyDown(canvas("ArrowLeft")));
    assert!(studio.session.is_keyboard_painting() && studio.session.document().is_blank());
    for key in [" ", "ArrowRight", "ArrowRight", "ArrowDown", " "] {
        assert!(studio.session.claims_key(&canvas(key)));
        studio.handle(Event::KeyDown(canvas(key)));
        studio.handle(Event::KeyUp(canvas(key)));
    }
    assert_eq!(studio.session.undo_label(), Some("step-brush-stroke"));
    assert!(!studio.session.document().is_stroking());
    // A stroke that the keyboard began does not stay open when a mouse comes, or when the focus goes.
    studio.handle(Event::KeyDown(canvas("Enter")));
    assert!(studio.session.document().is_stroking());
    studio.handle(Event::CanvasBlur);
    assert!(!studio.session.document().is_stroking() && !studio.session.is_keyboard_painting());
}

#[test]
fn the_palette_opens_from_a_text_field_too_and_finds_actions_by_their_letters() {
    let mut studio = Studio::new();
    let key = KeyEvent { focus: KeyFocus::TextField, ..Studio::key_event("k", "KeyK", CTRL) };
    studio.handle(Event::KeyDown(key));
    assert!(studio.session.is_palette_open());
    let best = |studio: &Studio, query: &str| studio.session.commands(ENGLISH, query).first().copied();
    assert_eq!(best(&studio, "mirror v"), Some(Action::MirrorView));
    assert_eq!(studio.session.commands(ENGLISH, "zzzz"), []);
    // Nothing was painted: undo would do nothing, and comes last.
    let all = studio.session.commands(ENGLISH, "");
    assert_eq!(all.len(), Action::ALL.len() - 1);
    let place = |action| all.iter().position(|it| *it == action).unwrap();
    assert!(place(Action::Undo) > place(Action::ToggleHelp));
}

#[test]
fn the_palette_knows_symmetry_and_guides_and_says_what_they_are() {
    let mut studio = Studio::new();
    let best = |studio: &Studio, query: &str| studio.session.commands(ENGLISH, query).first().copied();
    assert_eq!(best(&studio, "radial"), Some(Action::Symmetry(4)));
    assert_eq!(best(&studio, "thirds"), Some(Action::ToggleThirds));
    assert_eq!(best(&studio, "two points"), Some(Action::Perspective(2)));
    assert_eq!(ENGLISH.say(&Action::Symmetry(1).label()), "Symmetry: Left and right");
    assert_eq!(Action::from_name("symmetry-kaleidoscope"), Some(Action::Symmetry(5)));
    assert!(!studio.session.is_enabled(Action::ToggleSnap) && !studio.session.is_enabled(Action::ToggleGuideHandles));
    studio.act(Action::ToggleSnap);
    assert!(!studio.session.tool_options().guides.snaps, "there is nothing to follow");
    studio.take_effects();
    for (action, said) in [
        (Action::Symmetry(5), "Symmetry: Kaleidoscope"),
        (Action::ToggleThirds, "Guide: thirds: on"),
        (Action::ToggleThirds, "Guide: thirds: off"),
        (Action::Perspective(2), "Perspective: Two points"),
        (Action::ToggleSnap, "Strokes follow the perspective: on"),
        (Action::ToggleGuideHandles, "Handles of the guides: off"),
    ] {
        studio.act(action);
        let effects = studio.take_effects();
        let phrase = effects.iter().find_map(|it| if let Effect::Announce(phrase) = it { Some(phrase) } else { None });
        assert_eq!(phrase.map(|it| ENGLISH.say(it)).as_deref(), Some(said));
    }
    let options = studio.session.tool_options();
    assert_eq!(options.guides.vanishing_points.len(), 2);
    assert!(options.guides.snaps && !options.moves_guides);
    assert!(studio.session.is_pressed(Action::Symmetry(5)) && studio.session.is_pressed(Action::Perspective(2)));
    // A perspective that goes takes the strokes' following with it; folds that were set come again.
    studio.act(Action::Perspective(0));
    assert!(!studio.session.tool_options().guides.snaps);
}
