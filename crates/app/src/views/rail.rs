//! The tools, and the colour they paint with.

use leptos::prelude::*;
use underpaint_studio::{Action, Part, Session};

use super::{
    buttons::ActionButton,
    colour::ColourWell,
    icon::{Icon, icon},
    toolbar::{Toolbar, close_popover},
};
use crate::{desk::Desk, texts::t};

use crate::flow::CollectAny;

/// The rail's groups from above, in pairs: it has two columns where there is room.
static GROUPS: [&[(Action, Icon)]; 5] = [
    &[
        (Action::BrushTool, Icon::Brush),
        (Action::EraserTool, Icon::Eraser),
        (Action::StrengthTool, Icon::Strength),
        (Action::EyedropperTool, Icon::Eyedropper),
        (Action::FillTool, Icon::Fill),
        (Action::GradientTool, Icon::Gradient),
    ],
    &[
        (Action::LineTool, Icon::Line),
        (Action::RectangleTool, Icon::Rectangle),
        (Action::EllipseTool, Icon::Ellipse),
        (Action::PolygonTool, Icon::Polygon),
    ],
    &[
        (Action::SelectRectangleTool, Icon::SelectRectangle),
        (Action::SelectEllipseTool, Icon::SelectEllipse),
        (Action::LassoTool, Icon::Lasso),
        (Action::WandTool, Icon::Wand),
    ],
    &[
        (Action::TransformTool, Icon::Transform),
        (Action::CropTool, Icon::Crop),
        (Action::PanTool, Icon::Hand),
        (Action::Clear, Icon::Clear),
    ],
    &[(Action::Undo, Icon::Undo), (Action::Redo, Icon::Redo)],
];

/// How many tools of the first group a small screen shows beside the button that opens them all.
const N_SHOWN: usize = 4;

/// The rail of tools.
#[component]
pub fn Rail(desk: Desk) -> impl IntoView {
    let button = move |(action, image): &(Action, Icon)| {
        let (action, image) = (*action, *image);
        if matches!(action, Action::Clear | Action::Undo | Action::Redo) {
            view! { <ActionButton desk action image part=Part::History /> }.into_any()
        } else {
            view! { <ActionButton desk action image part=Part::Tool is_toggle=true /> }.into_any()
        }
    };
    let group = move |group: &&'static [(Action, Icon)]| {
        view! { <span class="rail__group">{group.iter().map(button).collect_any()}</span> }
    };
    // The tool at hand, where a small screen does not show it.
    let tool = Memo::new(move |_| desk.read(Part::Tool, Session::tool));
    let hidden_tool = move || {
        let tool = tool.get().action();
        GROUPS.iter().copied().flatten().skip(N_SHOWN).find(|it| it.0 == tool)
    };
    view! {
        <section
            class="rail"
            aria-label=t("tools-title")
            on:keydown=|event| {
                if event.key() == "Escape" && close_popover("tools") {
                    event.stop_propagation();
                }
            }
        >
            <Toolbar title_id="tools-title" class="rail__tools" id="tools">
                {GROUPS.iter().map(group).collect_any()}
            </Toolbar>
            <button
                type="button"
                class="icon-button rail__all"
                data-testid="all-tools"
                data-active=move || hidden_tool().map(|_| "true")
                aria-label=t("tools-all")
                title=t("tools-all")
                popovertarget="tools"
            >
                {move || icon(hidden_tool().map_or(Icon::Grid, |it| it.1))}
            </button>
            <ColourWell desk />
        </section>
    }
}
