//! Sessions driven as a person would drive them.

mod driver;
mod keys;
mod layers;
mod painting;
mod pointers;
mod rendering;
mod texts;
