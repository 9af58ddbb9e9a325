//! Small settings that outlive the page (`localStorage`); drawings and models do not belong here.
//!
//! A browser may refuse storage, as some do in private windows. Settings then live as long as the page, and nothing
//! fails: a preference that is forgotten is no reason to disturb anyone.

use std::{cell::RefCell, collections::BTreeMap};

use wasm_bindgen::JsCast;

use crate::scope::property;

/// Before every key, since other pages of the same server share the storage.
const PREFIX: &str = "underpaint.";

/// The settings, short texts under names.
#[derive(Debug)]
pub struct Settings {
    storage: Option<web_sys::Storage>,
    /// What the storage did not take.
    fallback: RefCell<BTreeMap<String, String>>,
}

impl Settings {
    /// Opens the settings. Where there is no storage they last as long as this value.
    #[must_use]
    pub fn open() -> Self {
        // The property itself throws where storage is forbidden, which counts as missing.
        let storage = property(&js_sys::global(), "localStorage").and_then(|it| it.dyn_into().ok());
        Self { storage, fallback: RefCell::default() }
    }

    /// The setting under `key`; `None` when it was never set.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<String> {
        if let Some(value) = self.fallback.borrow().get(key) {
            return Some(value.clone());
        }
        self.storage.as_ref()?.get_item(&full_key(key)).ok().flatten()
    }

    /// Keeps a setting under `key`; false when it will be forgotten with the page.
    pub fn set(&self, key: &str, value: &str) -> bool {
        let is_kept = self.storage.as_ref().is_some_and(|it| it.set_item(&full_key(key), value).is_ok());
        let mut fallback = self.fallback.borrow_mut();
        if is_kept {
            fallback.remove(key);
        } else {
            fallback.insert(key.to_owned(), value.to_owned());
        }
        is_kept
    }

    /// Forgets the setting under `key`.
    pub fn remove(&self, key: &str) {
        self.fallback.borrow_mut().remove(key);
        if let Some(storage) = &self.storage {
            // Where removing is refused, so was setting.
            let _ = storage.remove_item(&full_key(key));
        }
    }
}

fn full_key(key: &str) -> String {
    format!("{PREFIX}{key}")
}
