//! Buttons of actions: their names, keys and states come from the session.

use leptos::prelude::*;
use underpaint_studio::{Action, Part, Texts};

use super::icon::{Icon, icon};
use crate::{
    desk::Desk,
    texts::{say, t, texts},
};

/// What Control is called on this machine.
pub fn ctrl_text() -> &'static str {
    let is_mac = window().navigator().platform().is_ok_and(|it| it.starts_with("Mac") || it.starts_with("iP"));
    if is_mac { "⌘" } else { "Ctrl" }
}

/// The keys of an action, each as a person reads it.
pub fn keys_of(desk: Desk, action: Action) -> Vec<String> {
    let (texts, ctrl): (Texts, _) = (texts(), ctrl_text());
    desk.read(Part::Settings, |session| {
        session.settings().keymap.chords(action).map(|chord| chord.text(texts, ctrl)).collect()
    })
}

/// What a tooltip says: the name and the key.
pub fn title_of(desk: Desk, action: Action) -> String {
    let name = say(&action.label());
    match keys_of(desk, action).first() {
        Some(keys) => format!("{name} ({keys})"),
        None => name,
    }
}

/// The value of `aria-keyshortcuts`, or no attribute.
pub fn keyshortcuts_of(desk: Desk, action: Action) -> Option<String> {
    let keys = desk.read(Part::Settings, |session| session.settings().keymap.aria_keyshortcuts(action));
    Some(keys).filter(|it| !it.is_empty())
}

/// A square button with an icon. What cannot be done now is told as such and keeps the focus: a button that vanished from
/// under the focus would throw a keyboard's user back to the top of the page.
#[component]
pub fn ActionButton(
    desk: Desk,
    action: Action,
    image: Icon,
    /// The part of the session that moves its state.
    part: Part,
    /// Whether it stays pressed, as a tool does.
    #[prop(optional)]
    is_toggle: bool,
) -> impl IntoView {
    let pressed = move || is_toggle.then(|| desk.read(part, |session| session.is_pressed(action)).to_string());
    let disabled = move || (!desk.read(part, |session| session.is_enabled(action))).then_some("true");
    view! {
        <button
            type="button"
            class="icon-button"
            data-testid=action.name()
            aria-label=move || say(&action.label())
            aria-pressed=pressed
            aria-disabled=disabled
            aria-keyshortcuts=move || keyshortcuts_of(desk, action)
            title=move || title_of(desk, action)
            on:click=move |_| desk.press(action)
        >
            {icon(image)}
        </button>
    }
}

/// A button with words on it. Where `can` is given it can be pressed as long as that says so. Compiled once for all.
pub fn text_button(
    name: &'static str,
    text_id: &'static str,
    can: Option<Signal<bool>>,
    press: Box<dyn Fn()>,
) -> AnyView {
    view! {
        <button
            type="button"
            class="button"
            data-testid=name
            prop:disabled=move || can.is_some_and(|can| !can.get())
            on:click=move |_| press()
        >
            {t(text_id)}
        </button>
    }
    .into_any()
}
