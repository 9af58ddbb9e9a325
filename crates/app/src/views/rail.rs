//! The tools, and the colour they paint with.

use leptos::prelude::*;
use underpaint_studio::{Action, Part};

use super::{buttons::ActionButton, colour::ColourWell, icon::Icon, toolbar::Toolbar};
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
    view! {
        <section class="rail" aria-label=t("tools-title")>
            <Toolbar title_id="tools-title" class="rail__tools">
                {GROUPS.iter().map(group).collect_any()}
            </Toolbar>
            <ColourWell desk />
        </section>
    }
}
