//! Web Locks: a sign of life, and the right of one tab among several.
//!
//! The worker holds an exclusive lock for as long as it lives. The page asks for the same lock: the browser grants it at
//! the moment the worker is gone, however it went, and never before, however long the worker computes. No event and no
//! heartbeat can do that: `terminate()` fires nothing, and a busy worker answers no ping.

use std::{cell::Cell, rc::Rc};

use futures_channel::oneshot;
use js_sys::{Function, Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};

use crate::{
    BrowserError,
    error::OrRefused,
    scope::{navigator_property, options},
};

#[wasm_bindgen]
extern "C" {
    type LockManager;
    #[wasm_bindgen(method, catch, js_name = request)]
    fn request(this: &LockManager, name: &str, granted: &Function) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = request)]
    fn request_with(this: &LockManager, name: &str, options: &Object, granted: &Function) -> Result<Promise, JsValue>;
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

/// How a lock is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ask {
    /// Waits until it is free.
    Wait,
    /// Takes it if it is free.
    IfFree,
    /// Takes it away from whoever holds it.
    Steal,
}

/// A lock that is held until this value is dropped.
#[derive(Debug)]
pub(crate) struct Hold {
    /// Ends the promise for whose life the browser keeps the lock.
    release: Function,
}

impl Drop for Hold {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::UNDEFINED);
    }
}

/// Takes a lock; `None` where it was to be taken only if free and is not. `on_lost` is called if it is stolen later.
///
/// Where there are no locks there is nothing to keep apart either: a value that holds nothing is given.
pub(crate) async fn take(name: &str, ask: Ask, on_lost: impl FnOnce() + 'static) -> Result<Option<Hold>, BrowserError> {
    let action = "taking a lock";
    let Some(locks) = lock_manager() else { return Ok(Some(Hold { release: Function::new_no_args("") })) };
    let options = match ask {
        Ask::Wait => options(&[]),
        Ask::IfFree => options(&[("ifAvailable", JsValue::TRUE)]),
        Ask::Steal => options(&[("steal", JsValue::TRUE)]),
    };

    // Either the callback or the refusal answers, whichever comes first. A hold that nobody receives is dropped on its
    // way and gives the lock back.
    let (sender, receiver) = oneshot::channel::<Result<Option<Hold>, JsValue>>();
    let sender = Rc::new(Cell::new(Some(sender)));
    let answer = Rc::clone(&sender);
    let granted = Closure::once_into_js(move |lock: JsValue| -> JsValue {
        let mut release = None;
        let held = Promise::new(&mut |resolve, _| release = Some(resolve));
        let hold = release.filter(|_| !lock.is_null()).map(|release| Hold { release: release.unchecked_into() });
        let is_held = hold.is_some();
        if let Some(sender) = answer.take() {
            drop(sender.send(Ok(hold)));
        }
        if is_held { held.into() } else { JsValue::UNDEFINED }
    });
    let request = locks.request_with(name, &options, granted.unchecked_ref()).or_refused(action)?;
    spawn_local(async move {
        if let Err(thrown) = JsFuture::from(request).await {
            match sender.take() {
                Some(sender) => drop(sender.send(Err(thrown))),
                None => on_lost(),
            }
        }
    });
    match receiver.await {
        Ok(outcome) => outcome.or_refused(action),
        // The browser forgot the request together with the page.
        Err(_) => Ok(None),
    }
}
