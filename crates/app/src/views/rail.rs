//! The tools.

use leptos::prelude::*;
use underpaint_studio::{Action, Part};

use super::{buttons::ActionButton, icon::Icon};
use crate::{desk::Desk, texts::t};

/// The rail of tools.
#[component]
pub fn Rail(desk: Desk) -> impl IntoView {
    view! {
        <section class="rail" aria-label=t("tools-title")>
            <ActionButton desk action=Action::BrushTool image=Icon::Brush part=Part::Tool is_toggle=true />
            <ActionButton desk action=Action::EraserTool image=Icon::Eraser part=Part::Tool is_toggle=true />
            <ActionButton desk action=Action::EyedropperTool image=Icon::Eyedropper part=Part::Tool is_toggle=true />
            <ActionButton desk action=Action::PanTool image=Icon::Hand part=Part::Tool is_toggle=true />
            <span class="rail__gap"></span>
            <ActionButton desk action=Action::Undo image=Icon::Undo part=Part::History />
            <ActionButton desk action=Action::Redo image=Icon::Redo part=Part::History />
            <span class="rail__gap"></span>
            <ActionButton desk action=Action::Clear image=Icon::Clear part=Part::History />
        </section>
    }
}
