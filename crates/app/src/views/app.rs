//! The whole page.

use std::time::Duration;

use leptos::prelude::*;
use underpaint_browser::clock;
use underpaint_studio::{Event, Part, SettingsEdit, StageMode};

use super::{
    brush::QuickBrush,
    compare::Compare,
    composer::Composer,
    dock::Docks,
    files::{Elsewhere, Files},
    film::Film,
    head::Head,
    help::Help,
    notices::Notices,
    palette::Palette,
    picture::PictureEasel,
    rail::Rail,
    settings::Settings,
    sketch::SketchEasel,
    slider::{Slider, event_target_number},
    status::Status,
    tool_options::ToolOptions,
    welcome::Welcome,
};
use crate::{
    desk::Desk,
    flow::on_change,
    input,
    offline::Offline,
    texts::{self, say, t},
};

/// How often the session hears of the time.
const TICK: Duration = Duration::from_millis(250);

/// The page, or the sentence that says why there is none.
#[component]
pub fn App() -> impl IntoView {
    match Desk::new() {
        Ok(desk) => Studio(StudioProps { desk }).into_any(),
        Err(message) => view! { <p class="doorway" role="alert">{format!("{message}.")}</p> }.into_any(),
    }
}

#[component]
fn Studio(desk: Desk) -> impl IntoView {
    let offline = Offline::register();

    desk.stage.mount_when_ready(desk);
    input::listen_to_window(desk);
    desk.shelf().start(desk);
    if let Ok(interval) = set_interval_with_handle(move || desk.send(Event::Tick { now_secs: clock::now_secs() }), TICK)
    {
        on_cleanup(move || interval.clear());
    }
    // The engine is large: the page is painted first.
    set_timeout(move || desk.start_engine(), Duration::ZERO);

    // The page speaks and looks as the settings say.
    on_change(move || {
        desk.read(Part::Settings, |session| {
            let settings = session.settings();
            texts::speak(settings.language.unwrap_or_else(texts::browser_language));
            if let Some(root) = document().document_element() {
                // Without the attribute the theme is the system's, which is bearable.
                let _ = root.set_attribute("data-theme", settings.theme.name());
            }
        });
    });
    let stage = move || desk.read(Part::Stage, |session| session.settings().stage);
    let aspect = move || {
        desk.read(Part::View, |session| {
            let document = session.document();
            (document.width() as f32 / document.height().max(1) as f32).to_string()
        })
    };
    let are_docks_hidden = move || desk.read(Part::Settings, |session| session.settings().are_docks_hidden);

    view! {
        <div class="studio" data-docks=move || if are_docks_hidden() { "hidden" } else { "shown" }>
            <Head desk />
            <Notices desk offline />
            <Rail desk />
            <ToolOptions desk />
            <main class="stage">
                <div
                    class="easels"
                    data-testid="stage"
                    data-mode=move || stage().mode.name()
                    style=("--aspect", aspect)
                    style=("--wipe", move || format!("{:.4}", stage().wipe))
                    style=("--strokes", move || format!("{:.4}", stage().stroke_opacity))
                >
                    <SketchEasel desk />
                    <PictureEasel desk />
                    <WipeLine desk />
                </div>
                <StageControls desk />
                <QuickBrush desk />
                <Welcome desk />
                <Compare desk />
            </main>
            <Composer desk />
            <Docks desk />
            <Status desk offline />
        </div>
        <Help desk />
        <Settings desk />
        <Files desk />
        <Film desk />
        <Elsewhere desk />
        <Palette desk />
        <p class="visually-hidden" role="status" aria-live="polite">
            {move || desk.announcement.get().map(|phrase| say(&phrase))}
        </p>
    }
}

/// The line between sketch and picture, where they lie upon each other.
#[component]
fn WipeLine(desk: Desk) -> impl IntoView {
    let wipe = move || desk.read(Part::Stage, |session| session.settings().stage.wipe.to_string());
    view! {
        <div class="wipe">
            <input
                type="range"
                class="wipe__line"
                data-testid="wipe-line"
                aria-label=t("action-wipe")
                min="0"
                max="1"
                step="0.005"
                prop:value=wipe
                on:input=move |event| {
                    if let Some(wipe) = event_target_number(&event) {
                        desk.send(Event::Settings(SettingsEdit::Wipe(wipe)));
                    }
                }
            />
        </div>
    }
}

/// How opaque the strokes over the picture are.
#[component]
fn StageControls(desk: Desk) -> impl IntoView {
    let stage = move || desk.read(Part::Stage, |session| session.settings().stage);
    let is_under = move || stage().mode == StageMode::Under;
    let strokes = Signal::derive(move || stage().stroke_opacity);
    view! {
        <div class="stage__controls" hidden=move || !is_under()>
            <Slider
                id="stroke-opacity"
                title_id="stroke-opacity"
                low=0.0
                high=1.0
                step=0.01
                digits=2
                value=strokes
                shown=super::brush::percent
                change=move |value| desk.send(Event::Settings(SettingsEdit::StrokeOpacity(value)))
            />
        </div>
    }
}
