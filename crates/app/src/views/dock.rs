//! Docks: what stands beside the canvas, each of which folds.
//!
//! A dock is one line of [`DOCKS`] and one line of [`content_of`]. On a wide window docks stand in a column; on a tablet
//! or a phone each is a sheet that its button in the bar opens, one at a time.

use leptos::{html::Section, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};
use underpaint_studio::{Event, Part, SettingsEdit};

use super::{
    brushes::Brushes,
    colour::Palette,
    gallery::{Pictures, Variations},
    history::History,
    icon::{Icon, icon},
    layers::Layers,
    render_settings::RenderSettings,
    styles::Styles,
    toolbar::Toolbar,
};
use crate::{desk::Desk, texts::t};

use crate::flow::CollectAny;

/// A dock.
pub struct DockSpec {
    /// Its name in the settings, in style sheets and, behind `dock-`, for tests.
    pub name: &'static str,
    /// The message that names it.
    pub title_id: &'static str,
    /// Its icon.
    pub image: Icon,
    /// Whether it is folded before anybody has opened it.
    pub is_folded_at_first: bool,
}

/// Every dock, from the top of the column.
pub static DOCKS: &[DockSpec] = &[
    DockSpec { name: "colours", title_id: "colours-title", image: Icon::Palette, is_folded_at_first: false },
    DockSpec { name: "brush", title_id: "brush-title", image: Icon::Brush, is_folded_at_first: false },
    DockSpec { name: "layers", title_id: "layers-title", image: Icon::Layers, is_folded_at_first: false },
    DockSpec { name: "history", title_id: "history-title", image: Icon::History, is_folded_at_first: true },
    DockSpec {
        name: "render-settings",
        title_id: "render-settings-title",
        image: Icon::Sliders,
        is_folded_at_first: false,
    },
    DockSpec { name: "variations", title_id: "variations-title", image: Icon::Grid, is_folded_at_first: true },
    DockSpec { name: "gallery", title_id: "gallery-title", image: Icon::Gallery, is_folded_at_first: true },
    DockSpec { name: "styles", title_id: "styles-title", image: Icon::Style, is_folded_at_first: true },
];

fn content_of(desk: Desk, name: &str) -> AnyView {
    match name {
        "colours" => view! { <Palette desk /> }.into_any(),
        "brush" => view! { <Brushes desk /> }.into_any(),
        "layers" => view! { <Layers desk /> }.into_any(),
        "history" => view! { <History desk /> }.into_any(),
        "render-settings" => view! { <RenderSettings desk /> }.into_any(),
        "variations" => view! { <Variations desk /> }.into_any(),
        "gallery" => view! { <Pictures desk /> }.into_any(),
        "styles" => view! { <Styles desk /> }.into_any(),
        _ => ().into_any(),
    }
}

/// Closes the open sheet, and gives the focus back to the button that has opened it.
fn close(open_sheet: RwSignal<Option<&'static str>>) {
    let tab = open_sheet.get_untracked().and_then(|name| document().get_element_by_id(&format!("tab-{name}")));
    open_sheet.set(None);
    if let Some(tab) = tab.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
        // A button that is out of sight has no use for it.
        let _ = tab.focus();
    }
}

/// The docks, and the bar of their buttons.
#[component]
pub fn Docks(desk: Desk) -> impl IntoView {
    // Which sheet is open, where docks are sheets. This does not outlast the visit: a sheet lies over the canvas.
    let open_sheet = RwSignal::new(None::<&'static str>);
    let tab = move |dock: &'static DockSpec| {
        let is_open = move || open_sheet.get() == Some(dock.name);
        view! {
            <button
                type="button"
                class="dock-tab"
                id=format!("tab-{}", dock.name)
                title=t(dock.title_id)
                data-testid=format!("tab-{}", dock.name)
                aria-expanded=move || is_open().to_string()
                aria-controls=format!("dock-{}", dock.name)
                on:click=move |_| open_sheet.update(|open| *open = (*open != Some(dock.name)).then_some(dock.name))
            >
                {icon(dock.image)}
                <span>{t(dock.title_id)}</span>
            </button>
        }
    };
    let close_on_escape = move |event: leptos::ev::KeyboardEvent| {
        if event.key() == "Escape" && open_sheet.get_untracked().is_some() {
            event.stop_propagation();
            close(open_sheet);
        }
    };
    view! {
        <aside class="docks" aria-label=t("docks-title") on:keydown=close_on_escape>
            {DOCKS.iter().map(|dock| view! { <Dock desk dock open_sheet /> }).collect_any()}
            <Toolbar title_id="docks-title" class="dock-tabs">
                {DOCKS.iter().map(tab).collect_any()}
            </Toolbar>
        </aside>
    }
}

#[component]
fn Dock(desk: Desk, dock: &'static DockSpec, open_sheet: RwSignal<Option<&'static str>>) -> impl IntoView {
    let section = NodeRef::<Section>::new();
    let is_folded = move || {
        desk.read(Part::Settings, |session| {
            dock.is_folded_at_first != session.settings().turned_docks.iter().any(|it| it == dock.name)
        })
    };
    let is_open = move || open_sheet.get() == Some(dock.name);
    // Who opens a sheet by keyboard wants to be in it.
    Effect::new(move |was_open: Option<bool>| {
        let is_open = is_open();
        if let (true, Some(false), Some(section)) = (is_open, was_open, section.get_untracked()) {
            request_animation_frame(move || drop(section.focus()));
        }
        is_open
    });
    let body_id = format!("dock-{}-body", dock.name);
    view! {
        <section
            class="dock"
            id=format!("dock-{}", dock.name)
            data-testid=format!("dock-{}", dock.name)
            data-folded=move || is_folded().to_string()
            data-open=move || is_open().to_string()
            aria-labelledby=format!("dock-{}-title", dock.name)
            tabindex="-1"
            node_ref=section
        >
            <h2 class="dock__head" id=format!("dock-{}-title", dock.name)>
                <button
                    type="button"
                    class="dock__fold"
                    data-testid=format!("fold-{}", dock.name)
                    aria-expanded=move || (!is_folded()).to_string()
                    aria-controls=body_id.clone()
                    on:click=move |_| desk.send(Event::Settings(SettingsEdit::TurnDock(dock.name)))
                >
                    {icon(dock.image)}
                    <span>{t(dock.title_id)}</span>
                    {icon(Icon::Chevron)}
                </button>
                <span class="dock__name">{t(dock.title_id)}</span>
                <button
                    type="button"
                    class="icon-button dock__close"
                    aria-label=t("close")
                    on:click=move |_| close(open_sheet)
                >
                    {icon(Icon::Close)}
                </button>
            </h2>
            <div class="dock__body" id=body_id>
                {content_of(desk, dock.name)}
            </div>
        </section>
    }
}
