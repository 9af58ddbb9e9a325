//! What needs an answer: failures, and an update that waits.

use leptos::prelude::*;
use underpaint_studio::{Action, DocumentEdit, EngineState, Event, Part, Phrase};

use super::{
    buttons::text_button,
    files::Deleted,
    icon::{Icon, icon},
};
use crate::{
    desk::Desk,
    flow::When,
    offline::Offline,
    texts::{say, t},
};

/// The notices at the top of the page.
#[component]
pub fn Notices(desk: Desk, offline: Offline) -> impl IntoView {
    let message = Memo::new(move |former: Option<&Option<Phrase>>| {
        desk.read(Part::Status, |session| match session.engine() {
            EngineState::Error { message } | EngineState::Crashed { message } => Some(message.clone()),
            // A restart may take only a moment: what has happened stays to be read until the next render.
            EngineState::Ready if former.is_some_and(Option::is_some) => Some(session.status_text()),
            _ => None,
        })
    });
    let is_dismissed = RwSignal::new(false);
    // Each failure is shown anew, also when the last one was put away.
    Effect::new(move |former: Option<Option<Phrase>>| {
        let now = message.get();
        if former.flatten().is_none() {
            is_dismissed.set(false);
        }
        now
    });
    let failure = move || message.get().filter(|_| !is_dismissed.get());
    let sentence = move || failure().or_else(|| desk.read(Part::Document, |session| session.keep_problem().cloned()));
    let dismiss = move |_| match failure() {
        Some(_) => is_dismissed.set(true),
        None => desk.send(Event::Document(DocumentEdit::DismissKeepProblem)),
    };
    let shelf = desk.shelf();
    let is_update_put_off = RwSignal::new(false);
    view! {
        <div class="notices">
            <div role="alert">
                <When when=move || sentence().is_some()>
                    <div
                        class="notice notice--bad"
                        data-testid=move || if failure().is_some() { "failure" } else { "unkept" }
                    >
                        <p>{move || sentence().map(|it| format!("{}.", say(&it)))}</p>
                        <div class="notice__actions">
                            <button
                                type="button"
                                class="button"
                                hidden=move || failure().is_none()
                                on:click=move |_| desk.act(Action::Render)
                            >
                                {t("notice-render-again")}
                            </button>
                            <button
                                type="button"
                                class="icon-button"
                                aria-label=t("notice-dismiss")
                                on:click=dismiss
                            >
                                {icon(Icon::Close)}
                            </button>
                        </div>
                    </div>
                </When>
            </div>
            <div role="status">
                {move || {
                    shelf
                        .taken
                        .get()
                        .map(|document| {
                            let (name, copied) = (document.name.clone(), document.clone());
                            view! {
                                <div class="notice" data-testid="taken">
                                    <p>{move || say(&Phrase::new("notice-taken").with("name", name.clone()))}</p>
                                    <div class="notice__actions">
                                        {text_button("take-back", "notice-take-back", None, Box::new(move || {
                                            shelf.open_here(desk, document.clone());
                                        }))}
                                        {text_button("keep-copy", "elsewhere-copy", None, Box::new(move || {
                                            shelf.keep_as_copy(desk, copied.clone());
                                        }))}
                                    </div>
                                </div>
                            }
                        })
                }}
            </div>
            <Deleted desk is_in_dialog=false />
            <When when=move || offline.has_update.get() && !is_update_put_off.get()>
                <div class="notice" role="status" data-testid="update">
                    <p>{t("notice-update")}</p>
                    <div class="notice__actions">
                        {text_button("update-save", "notice-save-sketch", None, Box::new(move || {
                            desk.act(Action::SaveSketch);
                        }))}
                        {text_button("update-reload", "notice-reload", None, Box::new(move || {
                            leptos::task::spawn_local(async move {
                                if shelf.may_leave(desk).await {
                                    offline.update();
                                }
                            });
                        }))}
                        <button
                            type="button"
                            class="button button--quiet"
                            on:click=move |_| is_update_put_off.set(true)
                        >
                            {t("notice-later")}
                        </button>
                    </div>
                </div>
            </When>
        </div>
    }
}
