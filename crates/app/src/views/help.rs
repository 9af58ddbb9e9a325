//! The list of keys, made from the keymap.

use leptos::{html::Dialog, prelude::*};
use underpaint_studio::{Action, KEYS_SEPARATOR, Part, Phrase, keys_text};

use super::icon::{Icon, icon};
use crate::{
    desk::Desk,
    texts::{say, t, texts},
};

/// Keys that last as long as they are held; they are no actions, so the keymap does not have them.
const HELD: [(&str, &str); 3] =
    [("keys-held-colour", "Alt"), ("keys-held-view", "key-space"), ("keys-held-line", "Shift")];

/// The help dialog.
#[component]
pub fn Help(desk: Desk) -> impl IntoView {
    let dialog = NodeRef::<Dialog>::new();
    let is_open = Memo::new(move |_| desk.read(Part::Help, |session| session.is_help_open()));
    Effect::new(move |_| {
        let is_open = is_open.get();
        let Some(dialog) = dialog.get() else { return };
        if is_open && !dialog.open() {
            // A dialog that cannot be modal is still a list of keys.
            let _ = dialog.show_modal();
        } else if !is_open && dialog.open() {
            dialog.close();
        }
    });
    let close = move || {
        if is_open.get_untracked() {
            desk.act(Action::ToggleHelp);
        }
    };
    let row = |name: String, keys: Vec<String>| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>{keys.into_iter().map(|key| view! { <kbd>{key}</kbd> }).collect_view()}</dd>
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
                    _ => keys_text(action, "Ctrl")
                        .split(KEYS_SEPARATOR)
                        .filter(|it| !it.is_empty())
                        .map(str::to_owned)
                        .collect(),
                };
                let name = match action {
                    Action::Opacity(1) => texts().text("keys-opacity-range"),
                    _ => say(&action.label()),
                };
                (!keys.is_empty()).then(|| row(name, keys))
            })
            .collect_view()
    };
    let held = move || {
        HELD.map(|(name, key)| row(texts().text(name), vec![say(&Phrase::new("keys-hold").with("key", key))]))
            .collect_view()
    };
    view! {
        <dialog class="dialog" node_ref=dialog aria-labelledby="keys-title" on:close=move |_| close()>
            <div class="dialog__head">
                <h2 id="keys-title">{t("keys-title")}</h2>
                <button type="button" class="icon-button" aria-label=t("close") on:click=move |_| close()>
                    {icon(Icon::Close)}
                </button>
            </div>
            <dl class="keys">{rows} {held}</dl>
        </dialog>
    }
}
