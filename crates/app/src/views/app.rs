//! The whole page.

use std::time::Duration;

use leptos::prelude::*;
use underpaint_browser::clock;
use underpaint_studio::{EngineState, Event, Part};

use super::{
    head::Head, help::Help, notices::Notices, panel::Panel, picture::PictureEasel, rail::Rail, sketch::SketchEasel,
    status::Status,
};
use crate::{
    desk::Desk,
    easel::{Easel, Easels},
    input,
    offline::Offline,
    texts::say,
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
    let easels = Easels::new();
    let offline = Offline::register();

    desk.stage.mount_when_ready(desk);
    input::listen_to_window(desk);
    if let Ok(interval) = set_interval_with_handle(move || desk.send(Event::Tick { now_secs: clock::now_secs() }), TICK)
    {
        on_cleanup(move || interval.clear());
    }
    // The engine is large: the page is painted first.
    set_timeout(move || desk.start_engine(), Duration::ZERO);

    // Who renders on a narrow screen wants to watch the picture come.
    let is_rendering = Memo::new(move |_| {
        desk.read(Part::Status, |session| matches!(session.engine(), EngineState::Rendering { .. }))
    });
    Effect::new(move |was_rendering: Option<bool>| {
        let is_rendering = is_rendering.get();
        if is_rendering && was_rendering == Some(false) {
            easels.show(Easel::Picture);
        }
        is_rendering
    });

    view! {
        <div class="studio">
            <Head desk easels />
            <Notices desk offline />
            <Rail desk />
            <main class="bench">
                <div class="easels" node_ref=easels.strip on:scroll=move |_| easels.follow_scroll()>
                    <SketchEasel desk />
                    <PictureEasel desk />
                </div>
            </main>
            <Panel desk />
            <Status desk offline />
        </div>
        <Help desk />
        <p class="visually-hidden" role="status" aria-live="polite">
            {move || desk.announcement.get().map(|phrase| say(&phrase))}
        </p>
    }
}
