//! A Web Lock as a sign of life.
//!
//! The worker holds an exclusive lock for as long as it lives. The page asks for the same lock: the browser grants it at
//! the moment the worker is gone, however it went, and never before, however long the worker computes. No event and no
//! heartbeat can do that: `terminate()` fires nothing, and a busy worker answers no ping.

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::{BrowserError, error::OrRefused, scope::navigator_property};

#[wasm_bindgen]
extern "C" {
    type LockManager;
    #[wasm_bindgen(method, catch, js_name = request)]
    fn request(this: &LockManager, name: &str, granted: &Function) -> Result<Promise, JsValue>;
}

/// Browsers offer locks at secure addresses only.
fn lock_manager() -> Option<LockManager> {
    navigator_property("locks").map(JsCast::unchecked_into)
}

/// Whether a worker's death can be seen through a lock here.
pub(crate) fn is_available() -> bool {
    lock_manager().is_some()
}

/// Takes the lock and never gives it back; returns once it is held. Without locks nothing is done.
pub(crate) async fn hold_forever(name: &str) -> Result<(), BrowserError> {
    let Some(locks) = lock_manager() else { return Ok(()) };
    let mut outcome = Ok(());
    let held = Promise::new(&mut |resolve, reject| {
        let granted = Closure::once_into_js(move || {
            // The lock is held while this promise is pending, and it is pending forever.
            let _ = resolve.call0(&JsValue::UNDEFINED);
            Promise::new(&mut |_, _| {})
        });
        match locks.request(name, granted.unchecked_ref()) {
            Ok(request) => {
                let failed = Closure::once_into_js(move |thrown: JsValue| {
                    let _ = reject.call1(&JsValue::UNDEFINED, &thrown);
                });
                let _ = request.unchecked_ref::<Thenable>().catch(failed.unchecked_ref());
            }
            Err(thrown) => outcome = Err(thrown),
        }
    });
    outcome.or_refused("taking the engine's lock")?;
    JsFuture::from(held).await.or_refused("taking the engine's lock")?;
    Ok(())
}

#[wasm_bindgen]
extern "C" {
    type Thenable;
    #[wasm_bindgen(method)]
    fn catch(this: &Thenable, handler: &Function) -> Promise;
}

/// Returns when nobody holds the lock any more: when its holder is gone. The lock is given back at once.
pub(crate) async fn wait_until_free(name: &str) -> Result<(), BrowserError> {
    let locks = lock_manager().ok_or(BrowserError::Missing { interface: "Web Locks" })?;
    let granted = Closure::<dyn FnMut()>::new(|| {});
    let request = locks.request(name, granted.as_ref().unchecked_ref()).or_refused("watching the engine")?;
    JsFuture::from(request).await.or_refused("watching the engine")?;
    Ok(())
}
