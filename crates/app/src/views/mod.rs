//! The views, one per place on the page.

mod app;
mod brush;
mod buttons;
mod colour;
mod composer;
mod dock;
mod head;
mod help;
mod icon;
mod notices;
mod picture;
mod rail;
mod render_settings;
mod settings;
mod sketch;
mod slider;
mod status;
mod tool_options;
mod toolbar;
mod welcome;

pub use app::App;
