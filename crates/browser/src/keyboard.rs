//! Keys of the whole page, for shortcuts, and what is typed and selected there.

use gloo::events::{EventListener, EventListenerOptions};
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlElement, KeyboardEvent};

use crate::{BrowserError, pointer::Modifiers};

/// What has the keyboard's focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// The page, or an element that uses no keys.
    Page,
    /// A button, a slider or the like: it uses Space, Enter and the arrows, and no letters.
    Control,
    /// A field that letters are typed into.
    TextField,
}

/// A key that went down or up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyInput {
    /// True when it went down, false when it went up.
    pub is_down: bool,
    /// What it types on this keyboard layout, such as `b`, `B`, `[`, `Escape`.
    pub key: String,
    /// Where it lies, whatever the layout, such as `KeyB`, `BracketLeft`.
    pub code: String,
    /// Keys that are held with it.
    pub modifiers: Modifiers,
    /// It is held down and repeats.
    pub is_repeat: bool,
    /// What has the focus, and with it the first right to the key.
    pub focus: Focus,
}

/// Listens to the keys of the page until it is dropped.
#[derive(Debug)]
pub struct KeyboardListener {
    _listeners: Vec<EventListener>,
}

impl KeyboardListener {
    /// Hears keys through `on_key`, which answers whether it used the key: only then is the browser's own answer held
    /// back.
    ///
    /// # Errors
    /// When there is no page, as in a worker.
    pub fn new(on_key: impl FnMut(KeyInput) -> bool + 'static) -> Result<Self, BrowserError> {
        let window = web_sys::window().ok_or(BrowserError::Missing { interface: "window" })?;
        let on_key = std::rc::Rc::new(std::cell::RefCell::new(on_key));
        let listeners = [("keydown", true), ("keyup", false)]
            .into_iter()
            .map(|(name, is_down)| {
                let on_key = on_key.clone();
                let options = EventListenerOptions::enable_prevent_default();
                EventListener::new_with_options(&window, name, options, move |event| {
                    // An input method composes a character with such keys; an autofill sends events without a key.
                    let Some(event) = event.dyn_ref::<KeyboardEvent>().filter(|it| !it.is_composing()) else { return };
                    let Ok(mut on_key) = on_key.try_borrow_mut() else { return };
                    if on_key(input_of(event, is_down)) {
                        event.prevent_default();
                    }
                })
            })
            .collect();
        Ok(Self { _listeners: listeners })
    }
}

#[wasm_bindgen]
extern "C" {
    type Selection;
    #[wasm_bindgen(js_namespace = window, js_name = getSelection)]
    fn selection() -> Option<Selection>;
    #[wasm_bindgen(method, getter, js_name = isCollapsed)]
    fn is_collapsed(this: &Selection) -> bool;
    #[wasm_bindgen(js_namespace = document, js_name = execCommand)]
    fn exec_command(name: &str, has_interface: bool, value: &str) -> bool;
}

/// Types text into the field that has the focus, in the place of what is selected there, as a person would: the field can
/// take it back. Whether the browser did.
pub fn type_text(text: &str) -> bool {
    exec_command(if text.is_empty() { "delete" } else { "insertText" }, false, text)
}

/// Whether text of the page is selected, outside of its fields.
#[must_use]
pub fn has_selected_text() -> bool {
    selection().is_some_and(|it| !it.is_collapsed())
}

fn input_of(event: &KeyboardEvent, is_down: bool) -> KeyInput {
    let has_command = event.ctrl_key() || event.meta_key();
    let focus = |it: web_sys::EventTarget| it.dyn_into::<Element>().map(|it| focus_of(&it, has_command));
    KeyInput {
        is_down,
        key: event.key(),
        code: event.code(),
        modifiers: Modifiers { shift: event.shift_key(), command: has_command, alt: event.alt_key() },
        is_repeat: event.repeat(),
        focus: event.target().and_then(|it| focus(it).ok()).unwrap_or(Focus::Page),
    }
}

fn focus_of(element: &Element, has_command: bool) -> Focus {
    if element.dyn_ref::<HtmlElement>().is_some_and(HtmlElement::is_content_editable) {
        return Focus::TextField;
    }
    let is_sliding_or_pressed = || {
        matches!(element.get_attribute("type").as_deref(), Some("range" | "color" | "checkbox" | "radio" | "button"))
    };
    match element.tag_name().as_str() {
        // A list finds its entries by letters, and has no use for them with Control: undo is meant after a wrong choice.
        "SELECT" if has_command => Focus::Control,
        "INPUT" if is_sliding_or_pressed() => Focus::Control,
        "INPUT" | "TEXTAREA" | "SELECT" => Focus::TextField,
        "BUTTON" | "A" | "SUMMARY" => Focus::Control,
        _ => Focus::Page,
    }
}
