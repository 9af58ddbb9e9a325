//! Handing a file to the person.

use gloo::timers::callback::Timeout;
use wasm_bindgen::JsCast;
use web_sys::{Blob, HtmlAnchorElement, Url};

use crate::{BrowserError, blob::blob_of, error::OrRefused};

/// How long the bytes stay reachable for the browser's download to begin.
const KEEP_MILLIS: u32 = 60_000;

/// Saves `bytes` under `file_name` in the browser's download folder.
///
/// # Errors
/// When the browser refuses to make the file.
pub fn save_file(file_name: &str, media_type: &str, bytes: &[u8]) -> Result<(), BrowserError> {
    save_blob(file_name, &blob_of(media_type, bytes)?)
}

/// The same for bytes that the browser has already.
pub(crate) fn save_blob(file_name: &str, blob: &Blob) -> Result<(), BrowserError> {
    let action = "saving a file";
    let document =
        web_sys::window().and_then(|it| it.document()).ok_or(BrowserError::Missing { interface: "document" })?;
    let url = Url::create_object_url_with_blob(blob).or_refused(action)?;
    let anchor: HtmlAnchorElement = document.create_element("a").or_refused(action)?.unchecked_into();
    anchor.set_href(&url);
    anchor.set_download(file_name);
    anchor.click();
    // The download reads the bytes after the click has returned.
    Timeout::new(KEEP_MILLIS, move || drop(Url::revoke_object_url(&url))).forget();
    Ok(())
}
