//! Small settings that outlive the page (`localStorage`); drawings and models do not belong here.

use crate::{BrowserError, error::OrRefused};

fn local_storage() -> Result<web_sys::Storage, BrowserError> {
    let missing = BrowserError::Missing { interface: "localStorage" };
    let Some(window) = web_sys::window() else { return Err(missing) };
    window.local_storage().or_refused("opening the settings")?.ok_or(missing)
}

/// The setting under `key`; `None` when it was never set.
///
/// # Errors
/// When the person or the browser forbids storage, as in some private windows.
pub fn read_setting(key: &str) -> Result<Option<String>, BrowserError> {
    local_storage()?.get_item(key).or_refused("reading a setting")
}

/// Keeps a setting under `key`.
///
/// # Errors
/// When storage is forbidden or full.
pub fn write_setting(key: &str, value: &str) -> Result<(), BrowserError> {
    local_storage()?.set_item(key, value).or_refused("keeping a setting")
}

/// Forgets the setting under `key`.
///
/// # Errors
/// When storage is forbidden.
pub fn remove_setting(key: &str) -> Result<(), BrowserError> {
    local_storage()?.remove_item(key).or_refused("forgetting a setting")
}
