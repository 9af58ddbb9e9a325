//! What needs an answer: failures, and an update that waits.

use leptos::prelude::*;
use underpaint_studio::{Action, DocumentEdit, EngineState, Event, Part, Phrase};

use super::{
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
    let keep_problem = Memo::new(move |_| desk.read(Part::Document, |session| session.keep_problem().cloned()));
    let dismiss = move |press: fn(Desk, RwSignal<bool>)| {
        view! {
            <button
                type="button"
                class="icon-button"
                aria-label=t("notice-dismiss")
                on:click=move |_| press(desk, is_dismissed)
            >
                {icon(Icon::Close)}
            </button>
        }
    };
    let shelf = desk.shelf();
    let is_update_put_off = RwSignal::new(false);
    view! {
        <div class="notices">
            <div role="alert">
                <When when=move || message.get().is_some() && !is_dismissed.get()>
                    <div class="notice notice--bad" data-testid="failure">
                        <p>{move || message.get().map(|it| format!("{}.", say(&it)))}</p>
                        <div class="notice__actions">
                            <button
                                type="button"
                                class="button"
                                on:click=move |_| desk.act(Action::Render)
                            >
                                {t("notice-render-again")}
                            </button>
                            {dismiss(|_, is_dismissed| is_dismissed.set(true))}
                        </div>
                    </div>
                </When>
                <When when=move || keep_problem.get().is_some()>
                    <div class="notice notice--bad" data-testid="unkept">
                        <p>{move || keep_problem.get().map(|it| format!("{}.", say(&it)))}</p>
                        <div class="notice__actions">
                            {dismiss(|desk, _| desk.send(Event::Document(DocumentEdit::DismissKeepProblem)))}
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
                                        <button
                                            type="button"
                                            class="button"
                                            data-testid="take-back"
                                            on:click=move |_| shelf.open_here(desk, document.clone())
                                        >
                                            {t("notice-take-back")}
                                        </button>
                                        <button
                                            type="button"
                                            class="button"
                                            data-testid="keep-copy"
                                            on:click=move |_| shelf.keep_as_copy(desk, copied.clone())
                                        >
                                            {t("elsewhere-copy")}
                                        </button>
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
                        <button type="button" class="button" on:click=move |_| desk.act(Action::SaveSketch)>
                            {t("notice-save-sketch")}
                        </button>
                        <button type="button" class="button" on:click=move |_| {
                            leptos::task::spawn_local(async move {
                                if shelf.may_leave(desk).await {
                                    offline.update();
                                }
                            });
                        }>
                            {t("notice-reload")}
                        </button>
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
