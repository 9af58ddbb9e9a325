//! The one shell of all dialogs: its title, the ways out of it, and where the keys go meanwhile.
//!
//! The browser keeps the focus inside and gives it back afterwards, since the dialog is modal. Escape, the cross and a
//! press beside it close it.

use leptos::{ev, html, prelude::*};

use super::icon::{Icon, icon};
use crate::{desk::Desk, texts::t};

use crate::flow::on_change;

/// A dialog. What it holds is in the page all the time, and shown while it is open.
#[component]
pub fn Dialog(
    desk: Desk,
    /// Its handle for tests, with `-dialog` behind it.
    name: &'static str,
    /// The message that names it.
    title_id: &'static str,
    is_open: fn(Desk) -> bool,
    /// Closes it. Called once more when it is closed already.
    close: fn(Desk),
    /// Whether the page hears keys while it is open; otherwise its shortcuts rest.
    #[prop(optional)]
    is_page_listening: bool,
    children: Children,
) -> impl IntoView {
    let dialog = NodeRef::<html::Dialog>::new();
    on_change(move || {
        let is_open = is_open(desk);
        let Some(dialog) = dialog.get() else { return };
        if is_open && !dialog.open() {
            // A dialog that cannot be modal still holds what it holds.
            let _ = dialog.show_modal();
        } else if !is_open && dialog.open() {
            dialog.close();
        }
    });
    // The box covers the whole dialog, so that a press of the dialog itself lies beside it. The press must not take the
    // focus, which the browser gives back to where it was.
    let on_press = move |event: ev::MouseEvent| {
        if event.target() == event.current_target() {
            event.prevent_default();
            close(desk);
        }
    };
    view! {
        <dialog
            class="dialog"
            data-testid=format!("{name}-dialog")
            node_ref=dialog
            aria-label=t(title_id)
            on:close=move |_| close(desk)
            data-keys=(!is_page_listening).then_some("own")
            on:mousedown=on_press
        >
            <div class="dialog__box">
                <div class="dialog__head">
                    <h2>{t(title_id)}</h2>
                    <button
                        type="button"
                        class="icon-button"
                        data-testid=format!("close-{name}")
                        aria-label=t("close")
                        on:click=move |_| close(desk)
                    >
                        {icon(Icon::Close)}
                    </button>
                </div>
                {children()}
            </div>
        </dialog>
    }
    .into_any()
}
