//! Time since the page (or the worker) began.

use wasm_bindgen::JsCast;

use crate::scope::property;

/// Seconds since this page or worker began; it never runs backwards. 0 where the browser has no such clock.
#[must_use]
pub fn now_secs() -> f64 {
    property(&js_sys::global(), "performance")
        .and_then(|it| it.dyn_into::<web_sys::Performance>().ok())
        .map_or(0.0, |performance| performance.now() / 1000.0)
}
