//! Sessions driven as a person would drive them.

pub(crate) mod driver;
mod keys;
mod painting;
mod pointers;
mod rendering;
