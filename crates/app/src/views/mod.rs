//! The views, one per place on the page.

mod app;
mod brush;
mod brushes;
mod buttons;
mod colour;
mod colour_field;
mod compare;
mod composer;
mod curve;
mod dialog;
mod dock;
mod files;
mod film;
mod gallery;
mod head;
mod help;
mod history;
mod icon;
mod layers;
mod notices;
mod palette;
mod picture;
mod prompt;
mod rail;
mod render_settings;
mod settings;
mod sketch;
mod slider;
mod status;
mod strength;
mod styles;
mod tool_options;
mod tool_rows;
mod toolbar;
mod welcome;

pub use app::App;
