//! The document from outside: pictures that were looked at, and properties that hold for any picture.

#![expect(clippy::unwrap_used, reason = "a broken assumption stops a test")]

mod blends;
mod brushes;
mod documents;
mod files;
mod memory;
mod pictures;
mod properties;
mod scenes;
mod several_layers;
