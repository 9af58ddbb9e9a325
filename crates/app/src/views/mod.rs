//! The views, one per place on the page.

mod app;
mod buttons;
mod head;
mod help;
mod icon;
mod notices;
mod paint_box;
mod panel;
mod picture;
mod rail;
mod sketch;
mod slider;
mod status;

pub use app::App;
