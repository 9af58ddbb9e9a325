//! Toolbars: one stop for Tab, arrow keys inside, as the ARIA practices have it.

use leptos::{html, prelude::*, wasm_bindgen::JsCast, web_sys};

use crate::flow::on_change;

/// The buttons of a toolbar, in their order.
fn buttons_of(toolbar: &web_sys::Element) -> Vec<web_sys::HtmlElement> {
    let found = toolbar.get_elements_by_tag_name("button");
    let buttons = (0..found.length()).filter_map(|idx| found.item(idx));
    let buttons = buttons.filter_map(|it| it.dyn_into::<web_sys::HtmlElement>().ok());
    // What the style sheet hides has no box.
    buttons.filter(|it| it.offset_width() > 0).collect()
}

/// Makes `chosen` the one button that Tab stops at.
fn stop_at(buttons: &[web_sys::HtmlElement], chosen: usize) {
    for (idx, button) in buttons.iter().enumerate() {
        button.set_tab_index(if idx == chosen { 0 } else { -1 });
    }
}

/// Gives a toolbar its one stop, again whenever it is laid out anew.
pub fn prepare(toolbar: NodeRef<html::Div>) {
    on_change(move || {
        if let Some(toolbar) = toolbar.get() {
            request_animation_frame(move || settle(&toolbar));
        }
    });
    let on_resize = window_event_listener(leptos::ev::resize, move |_| {
        if let Some(toolbar) = toolbar.get_untracked() {
            settle(&toolbar);
        }
    });
    on_cleanup(move || on_resize.remove());
}

/// Gives a toolbar whose buttons come and go its one stop among those that are there.
pub fn settle(toolbar: &web_sys::Element) {
    let buttons = buttons_of(toolbar);
    let stop = buttons.iter().position(|it| it.get_attribute("tabindex").as_deref() == Some("0")).unwrap_or(0);
    stop_at(&buttons, stop);
}

/// Moves the focus inside a toolbar; any arrow will do, whichever way the toolbar runs.
pub fn on_key(event: &web_sys::KeyboardEvent, toolbar: NodeRef<html::Div>) {
    let Some(toolbar) = toolbar.get_untracked() else { return };
    let buttons = buttons_of(&toolbar);
    let has_focus = |it: &web_sys::HtmlElement| document().active_element().is_some_and(|active| active == **it);
    let Some(idx) = buttons.iter().position(has_focus) else { return };
    let last = buttons.len() - 1;
    let next = match event.key().as_str() {
        "ArrowRight" | "ArrowDown" => {
            if idx == last {
                0
            } else {
                idx + 1
            }
        }
        "ArrowLeft" | "ArrowUp" => {
            if idx == 0 {
                last
            } else {
                idx - 1
            }
        }
        "Home" => 0,
        "End" => last,
        _ => return,
    };
    event.prevent_default();
    stop_at(&buttons, next);
    // A button that takes no focus keeps it where it is.
    let _ = buttons[next].focus();
}
