//! What the address bar asks for, and addresses relative to the page.

use underpaint_protocol::DeviceKind;
use web_sys::{Url, UrlSearchParams};

use crate::{BrowserError, error::OrRefused, scope::property};

/// The address of this page, or of this worker's script.
fn own_address() -> Option<String> {
    property(&property(&js_sys::global(), "location")?, "href")?.as_string()
}

/// The value of a parameter of the address (`?name=value`); `None` when it is not there.
#[must_use]
pub fn query_parameter(name: &str) -> Option<String> {
    let url = Url::new(&own_address()?).ok()?;
    UrlSearchParams::new_with_str(&url.search()).ok()?.get(name)
}

/// The device that `?device=gpu` or `?device=cpu` forces; `None` when the engine may choose.
#[must_use]
pub fn forced_device() -> Option<DeviceKind> {
    match query_parameter("device")?.as_str() {
        "gpu" => Some(DeviceKind::Gpu),
        "cpu" => Some(DeviceKind::Cpu),
        _ => None,
    }
}

/// The full address of `relative`, counted from the page's base (`<base href>` included).
///
/// # Errors
/// When `relative` is no address.
pub fn absolute_url(relative: &str) -> Result<String, BrowserError> {
    let document_base = property(&js_sys::global(), "document").and_then(|document| property(&document, "baseURI"));
    let base = document_base.and_then(|it| it.as_string()).or_else(own_address).unwrap_or_default();
    Ok(Url::new_with_base(relative, &base).or_refused("reading an address")?.href())
}
