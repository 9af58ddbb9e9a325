//! The command palette: a field that filters every action, and the list that arrow keys walk through.

use leptos::{ev, html, prelude::*, wasm_bindgen::JsCast, web_sys};
use underpaint_studio::{Action, Part, Session};

use super::{buttons::keys_of, dialog::Dialog};
use crate::{
    desk::Desk,
    flow::{CollectAny, on_change},
    texts::{say, t, texts},
};

fn is_open(desk: Desk) -> bool {
    desk.read(Part::Help, Session::is_palette_open)
}

fn close(desk: Desk) {
    if desk.peek(Session::is_palette_open) {
        desk.act(Action::TogglePalette);
    }
}

/// Closes the palette, and does what was chosen once the focus is back where it was.
fn choose(desk: Desk, action: Action) {
    close(desk);
    request_animation_frame(move || desk.press(action));
}

/// The command palette.
#[component]
pub fn Palette(desk: Desk) -> impl IntoView {
    let query = RwSignal::new(String::new());
    let chosen = RwSignal::new(0usize);
    let list = NodeRef::<html::Ul>::new();
    let found = Memo::new(move |_| match is_open(desk) {
        true => query.with(|query| desk.peek(|session| session.commands(texts(), query))),
        false => Vec::new(),
    });
    on_change(move || {
        if is_open(desk) {
            query.set(String::new());
            chosen.set(0);
        }
    });
    // What is chosen stays in sight.
    on_change(move || {
        chosen.track();
        let Some(list) = list.get() else { return };
        request_animation_frame(move || {
            let row = list.query_selector("[aria-selected=true]").ok().flatten();
            if let Some(row) = row.and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok()) {
                let (top, height) = (row.offset_top(), row.offset_height());
                let shown = list.scroll_top().clamp((top + height - list.client_height()).max(0), top);
                list.set_scroll_top(shown);
            }
        });
    });
    let on_key = move |event: ev::KeyboardEvent| {
        let n_found = found.with_untracked(Vec::len);
        let last = n_found.saturating_sub(1);
        let at = chosen.get_untracked();
        let next = match event.key().as_str() {
            "ArrowDown" if at >= last => 0,
            "ArrowDown" => at + 1,
            "ArrowUp" if at == 0 => last,
            "ArrowUp" => at - 1,
            "Enter" => {
                event.prevent_default();
                if let Some(action) = found.with_untracked(|found| found.get(at).copied()) {
                    choose(desk, action);
                }
                return;
            }
            "k" if event.ctrl_key() || event.meta_key() => {
                event.prevent_default();
                return close(desk);
            }
            _ => return,
        };
        event.prevent_default();
        chosen.set(next);
    };
    let row = move |(idx, action): (usize, Action)| {
        let is_enabled = desk.peek(|session| session.is_enabled(action));
        view! {
            <li
                id=format!("command-{idx}")
                role="option"
                data-testid=format!("command-{}", action.name())
                aria-selected=move || (chosen.get() == idx).to_string()
                aria-disabled=(!is_enabled).then_some("true")
                on:pointermove=move |_| chosen.set(idx)
                on:click=move |_| choose(desk, action)
            >
                <span>{say(&action.label())}</span>
                {keys_of(desk, action).into_iter().next().map(|key| view! { <kbd>{key}</kbd> })}
            </li>
        }
        .into_any()
    };
    view! {
        <Dialog desk name="palette" title_id="action-palette" is_open=is_open close=close>
            <div class="commands">
                <input
                    class="input"
                    type="text"
                    role="combobox"
                    autofocus=true
                    autocomplete="off"
                    spellcheck="false"
                    data-testid="palette-query"
                    aria-label=t("action-palette")
                    placeholder=t("palette-hint")
                    aria-expanded="true"
                    aria-autocomplete="list"
                    aria-controls="commands"
                    aria-activedescendant=move || format!("command-{}", chosen.get())
                    prop:value=query
                    on:input=move |event| {
                        query.set(event_target_value(&event));
                        chosen.set(0);
                    }
                    on:keydown=on_key
                />
                <ul id="commands" role="listbox" aria-label=t("action-palette") node_ref=list>
                    {move || found.get().into_iter().enumerate().map(row).collect_any()}
                </ul>
                <p class="quiet" role="status">
                    {move || (is_open(desk) && found.with(Vec::is_empty)).then(|| texts().text("palette-nothing"))}
                </p>
            </div>
        </Dialog>
    }
}
