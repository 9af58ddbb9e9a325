//! Sessions driven as a person would drive them.

mod brushes;
mod conventions;
mod documents;
mod driver;
mod gallery;
mod handles;
mod keys;
mod layers;
mod living;
mod painting;
mod places;
mod pointers;
mod rendering;
mod texts;
mod tools;
mod words;
