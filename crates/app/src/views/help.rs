//! The list of keys, made from the keymap.

use leptos::prelude::*;
use underpaint_studio::{Action, Part, Phrase, Session};

use super::{
    buttons::{ctrl_text, keys_of},
    dialog::Dialog,
};
use crate::{
    desk::Desk,
    flow::CollectAny,
    texts::{say, t, texts},
};

/// Keys that last as long as they are held; they are no actions, so the keymap does not have them.
const HELD: [(&str, &str); 3] =
    [("keys-held-colour", "Alt"), ("keys-held-view", "key-space"), ("keys-held-line", "Shift")];

/// What a pointer does with keys held, and how.
const GESTURES: [(&str, &[&str]); 4] = [
    ("keys-size-by-dragging", &["keys-alt-drag", "keys-ctrl-alt-drag"]),
    ("action-layer-alone", &["keys-alt-eye"]),
    ("action-select-pixels", &["keys-ctrl-thumbnail"]),
    ("keys-single-layers", &["keys-ctrl-arrows", "keys-ctrl-space"]),
];

/// The help dialog.
#[component]
pub fn Help(desk: Desk) -> impl IntoView {
    let row = |name: String, keys: Vec<String>| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{keys.into_iter().map(|key| view! { <kbd>{key}</kbd> }).collect_any()}</dd>
            </div>
        }
    };
    let rows = move || {
        Action::ALL
            .into_iter()
            .filter_map(|action| {
                let keys: Vec<String> = match action {
                    // Ten keys of one kind are one line.
                    Action::Opacity(1) => vec!["1".into(), "…".into(), "0".into()],
                    Action::Opacity(_) => return None,
                    _ => keys_of(desk, action),
                };
                let name = match action {
                    Action::Opacity(1) => texts().text("keys-opacity-range"),
                    _ => say(&action.label()),
                };
                (!keys.is_empty()).then(|| row(name, keys))
            })
            .collect_any()
    };
    let held = move || {
        HELD.map(|(name, key)| row(texts().text(name), vec![say(&Phrase::new("keys-hold").with("key", key))]))
            .collect_any()
    };
    let gestures = move || {
        let how = |id: &&'static str| say(&Phrase::new(*id).with("ctrl", ctrl_text().to_owned()));
        GESTURES.map(|(name, ids)| row(texts().text(name), ids.iter().map(how).collect())).collect_any()
    };
    view! {
        <Dialog
            desk
            name="help"
            title_id="keys-title"
            is_open=|desk| desk.read(Part::Help, Session::is_help_open)
            close=|desk| {
                if desk.peek(Session::is_help_open) {
                    desk.act(Action::ToggleHelp);
                }
            }
            is_page_listening=true
        >
            <p class="keys-note">{t("keys-by-keyboard")}</p>
            <dl class="keys">{rows} {held} {gestures}</dl>
        </Dialog>
    }
}
