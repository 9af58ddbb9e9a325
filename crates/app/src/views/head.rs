//! The name of the place, how sketch and picture are shown, and the way to settings and keys.

use leptos::prelude::*;
use underpaint_studio::{Action, Part};

use super::{
    buttons::ActionButton,
    icon::{Icon, icon},
    toolbar::Toolbar,
};
use crate::{desk::Desk, flow::on_change, texts::t};

/// The head of the page.
#[component]
pub fn Head(desk: Desk) -> impl IntoView {
    let name = move || desk.shelf().name.get();
    // Among many tabs the drawing is found by its own name.
    on_change(move || {
        let name = name();
        document().set_title(&if name.is_empty() { "Underpaint".to_owned() } else { name + " – Underpaint" });
    });
    view! {
        <header class="head">
            <h1 class="wordmark">
                <img src="icons/icon.svg" alt="" width="26" height="26" />
                <span>"Underpaint"</span>
                <small class="head__document" data-testid="document-title" title=name>
                    {name}
                </small>
            </h1>
            <Toolbar title_id="view-title" class="switch">
                <ActionButton desk action=Action::ShowSideBySide image=Icon::SideBySide part=Part::Stage is_toggle=true />
                <ActionButton desk action=Action::ShowWipe image=Icon::Wipe part=Part::Stage is_toggle=true />
                <ActionButton desk action=Action::ShowUnder image=Icon::Under part=Part::Stage is_toggle=true />
                <ActionButton desk action=Action::ShowSketch image=Icon::Sketch part=Part::Stage is_toggle=true />
                <ActionButton desk action=Action::ShowPicture image=Icon::Frame part=Part::Stage is_toggle=true />
            </Toolbar>
            <Toolbar title_id="page-title" class="head__actions">
                <button
                    type="button"
                    class="icon-button"
                    data-testid="files"
                    aria-label=t("files-title")
                    title=t("files-title")
                    on:click=move |_| desk.shelf().show(desk)
                >
                    {icon(Icon::Group)}
                </button>
                <ActionButton desk action=Action::ToggleDocks image=Icon::Docks part=Part::Settings is_toggle=true />
                <ActionButton desk action=Action::ToggleSettings image=Icon::Settings part=Part::Settings />
                <ActionButton desk action=Action::ToggleHelp image=Icon::Help part=Part::Help />
            </Toolbar>
        </header>
    }
}
