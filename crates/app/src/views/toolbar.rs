//! A toolbar: buttons in a row with one stop for Tab.

use leptos::{html::Div, prelude::*};

use crate::{roving, texts::t};

/// A row or column of buttons that arrow keys walk through.
#[component]
pub fn Toolbar(
    /// The message that names it.
    title_id: &'static str,
    class: &'static str,
    children: Children,
) -> impl IntoView {
    let toolbar = NodeRef::<Div>::new();
    roving::prepare(toolbar);
    view! {
        <div
            class=class
            role="toolbar"
            aria-label=t(title_id)
            node_ref=toolbar
            on:keydown=move |event| roving::on_key(&event, toolbar)
        >
            {children()}
        </div>
    }
}
