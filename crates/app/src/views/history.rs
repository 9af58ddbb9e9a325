//! The steps that were done, and those that can be done again; a press goes there.

use leptos::prelude::*;
use underpaint_studio::{Event, Part};

use crate::{
    desk::Desk,
    flow::CollectAny,
    texts::{t, texts},
};

/// The dock of the history.
#[component]
pub fn History(desk: Desk) -> impl IntoView {
    let position = Memo::new(move |_| desk.read(Part::History, |session| session.document().history_position()));
    let labels = Memo::new(move |_| desk.read(Part::History, |session| session.document().history_labels()));
    let step = move |(place, label): (usize, &'static str)| {
        view! {
            <li>
                <button
                    type="button"
                    class="step"
                    data-testid=format!("history-{place}")
                    class=("is-undone", move || { place > position.get() })
                    aria-current=move || (place == position.get()).then_some("step")
                    on:click=move |_| desk.send(Event::JumpTo(place))
                >
                    {texts().text(label)}
                </button>
            </li>
        }
    };
    view! {
        <ol class="history" data-testid="history" aria-label=t("history-title")>
            // The last step stands first, where the eye is.
            {move || {
                let labels = labels.get();
                let steps = labels.into_iter().enumerate().map(|(idx, label)| (idx + 1, label));
                steps.rev().chain([(0, "history-start")]).map(step).collect_any()
            }}
        </ol>
    }
}
