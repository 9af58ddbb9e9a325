//! Buttons of actions: their names, keys and states come from the session.

use leptos::prelude::*;
use underpaint_studio::{Action, Part, aria_keyshortcuts, keys_text};

use super::icon::{Icon, icon};
use crate::{desk::Desk, texts::say};

/// What a tooltip says: the name and the keys.
pub fn title_of(action: Action) -> String {
    let name = say(&action.label());
    match keys_text(action, "Ctrl") {
        keys if keys.is_empty() => name,
        keys => format!("{name} ({keys})"),
    }
}

/// The value of `aria-keyshortcuts`, or no attribute.
pub fn keyshortcuts_of(action: Action) -> Option<String> {
    Some(aria_keyshortcuts(action)).filter(|it| !it.is_empty())
}

/// A square button with an icon.
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
    view! {
        <button
            type="button"
            class="icon-button"
            data-testid=action.name()
            aria-label=move || say(&action.label())
            aria-pressed=pressed
            aria-keyshortcuts=keyshortcuts_of(action)
            title=move || title_of(action)
            prop:disabled=move || !desk.read(part, |session| session.is_enabled(action))
            on:click=move |_| desk.act(action)
        >
            {icon(image)}
        </button>
    }
}
