//! Seeds from the system's random numbers.

use wasm_bindgen::JsCast;

use crate::{BrowserError, error::OrRefused, scope::property};

/// A random seed below 2^32: short enough to be read, typed and shared.
///
/// # Errors
/// When the browser offers no random numbers.
pub fn random_seed() -> Result<u64, BrowserError> {
    let crypto = property(&js_sys::global(), "crypto")
        .and_then(|it| it.dyn_into::<web_sys::Crypto>().ok())
        .ok_or(BrowserError::Missing { interface: "crypto" })?;
    let mut bytes = [0; 4];
    crypto.get_random_values_with_u8_array(&mut bytes).or_refused("drawing a random seed")?;
    Ok(u64::from(u32::from_le_bytes(bytes)))
}
