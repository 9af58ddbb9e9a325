//! A toolbar: buttons in a row with one stop for Tab.

use leptos::{html::Div, prelude::*, wasm_bindgen::JsCast, web_sys::HtmlElement};

use crate::{roving, texts::t};

/// A row or column of buttons that arrow keys walk through.
#[component]
pub fn Toolbar(
    /// The message that names it.
    title_id: &'static str,
    class: &'static str,
    /// The id under which a button opens it, where the style sheet keeps most of it closed.
    #[prop(optional)]
    id: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    let toolbar = NodeRef::<Div>::new();
    roving::prepare(toolbar);
    view! {
        <div
            class=class
            id=id
            popover=id.map(|_| "auto")
            role="toolbar"
            aria-label=t(title_id)
            node_ref=toolbar
            on:keydown=move |event| roving::on_key(&event, toolbar)
            on:toggle=move |_| {
                if let Some(toolbar) = toolbar.get_untracked() {
                    roving::settle(&toolbar);
                }
            }
            // What was opened for a choice has served once it is made.
            on:click=move |_| {
                id.map(close_popover);
            }
        >
            {children()}
        </div>
    }
}

/// Closes what a button has opened above the page. Whether it was open: Escape is then not also the page's own Cancel.
pub fn close_popover(id: &str) -> bool {
    let popover = document().get_element_by_id(id).and_then(|it| it.dyn_into::<HtmlElement>().ok());
    let open = popover.filter(|it| it.matches(":popover-open").unwrap_or_default());
    open.is_some_and(|it| it.hide_popover().is_ok())
}
