//! The name of the place, the switch between easels on a phone, and the way to the keys.

use leptos::prelude::*;
use underpaint_studio::{Action, Part};

use super::{buttons::ActionButton, icon::Icon};
use crate::{
    desk::Desk,
    easel::{Easel, Easels},
    texts::t,
};

/// The head of the page.
#[component]
pub fn Head(desk: Desk, easels: Easels) -> impl IntoView {
    let choice = move |easel: Easel, label_id: &'static str| {
        view! {
            <button
                type="button"
                aria-pressed=move || (easels.shown.get() == easel).to_string()
                on:click=move |_| easels.show(easel)
            >
                {t(label_id)}
            </button>
        }
    };
    view! {
        <header class="head">
            <h1 class="wordmark">
                <img src="icons/icon.svg" alt="" width="26" height="26" />
                "Underpaint"
            </h1>
            <div class="view-switch" role="group" aria-label=t("easels-title")>
                {choice(Easel::Sketch, "sketch-title")}
                {choice(Easel::Picture, "picture-title")}
            </div>
            <div class="head__actions">
                <ActionButton desk action=Action::ToggleHelp image=Icon::Help part=Part::Help />
            </div>
        </header>
    }
}
