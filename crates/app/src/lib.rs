//! The page: Leptos views over an [`underpaint_studio::Session`].
//!
//! Everything that can be decided without a browser is decided in `underpaint-studio`; what talks to the browser is in
//! `underpaint-browser`. Here are the views, and [`desk::Desk`], which carries events to the session and its effects out
//! of it. Pointers and pixels do not pass through signals: they go from the listener to the session and, once a frame,
//! from the document to the canvas ([`presenter`]).
//!
//! This crate must never depend on burn, nor hold logic that a native test would want to reach.

mod clipboard;
mod config;
mod desk;
mod dirty;
mod documents;
mod engine;
mod flow;
mod input;
mod offline;
mod overlay;
mod presenter;
mod problem;
mod roving;
mod saving;
mod texts;
mod tint;
mod views;

use leptos::prelude::*;

/// Puts the page together and shows it; whatever comes then comes as events.
pub fn run() {
    console_error_panic_hook::set_once();
    texts::speak(texts::browser_language());
    mount_to_body(views::App);
    if let Some(doorway) = document().get_element_by_id("doorway") {
        doorway.remove();
    }
}
