//! The worker's end of the link to the page.

use std::{cell::RefCell, panic};

use futures_channel::mpsc::{self, UnboundedReceiver};
use gloo::events::EventListener;
use js_sys::Promise;
use underpaint_protocol::{ErrorKind, ErrorReport, Request, Response};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{DedicatedWorkerGlobalScope, MessageChannel, MessageEvent, PromiseRejectionEvent};

use crate::{
    BrowserError,
    error::{OrRefused, text_of},
    lock,
    message::{self, Incoming},
};

/// The requests of the page in their order, with the RGBA8 pixels beside them. It never ends while the worker lives.
pub type IncomingRequests = UnboundedReceiver<(Request, Option<Vec<u8>>)>;

/// The dedicated worker this program runs in.
#[derive(Debug)]
pub struct WorkerScope {
    scope: DedicatedWorkerGlobalScope,
    _listeners: Vec<EventListener>,
}

impl WorkerScope {
    /// Makes the worker fit for work: a panic and everything else that is uncaught posts one `Response::Fatal`, the
    /// worker's sign of life is held, messages are heard. Nothing is posted yet; the caller posts `Response::Ready`.
    ///
    /// # Errors
    /// When this program does not run in a dedicated worker, or the sign of life cannot be taken.
    pub async fn start() -> Result<(Self, IncomingRequests), BrowserError> {
        let scope = own_scope().ok_or(BrowserError::Missing { interface: "dedicated worker" })?;
        panic::set_hook(Box::new(|info| post_fatal(&info.to_string())));
        // A module worker queues messages until the first listener is there, so it is there before anything waits.
        let (sender, receiver) = mpsc::unbounded();
        let on_message = EventListener::new(&scope, "message", move |event| {
            let data = event.unchecked_ref::<MessageEvent>().data();
            match message::unpack::<Request>(&data) {
                // The receiver lives as long as the engine; a request to an engine that ended has no reader.
                Ok(Incoming::Body(request, pixels)) => drop(sender.unbounded_send((request, pixels))),
                Ok(Incoming::Beat) => answer_beat(),
                Err(error) => {
                    let failed = Response::Failed { job: None, error: error.report() };
                    let _ = post_to_page(&failed, None);
                }
            }
        });
        // A wasm trap (out of memory, an unreachable instruction) is no panic: it surfaces as a rejected promise.
        let on_rejection = EventListener::new(&scope, "unhandledrejection", |event| {
            post_fatal(&text_of(&event.unchecked_ref::<PromiseRejectionEvent>().reason()));
        });
        // With a name the page watches the lock of this name; without one nobody does.
        let name = scope.name();
        if !name.is_empty() {
            lock::hold_forever(&name).await?;
        }
        Ok((Self { scope, _listeners: vec![on_message, on_rejection] }, receiver))
    }

    /// Posts an answer, with RGBA8 pixels beside it where there are any. The pixels are transferred, not copied, on
    /// their way between the threads.
    ///
    /// # Errors
    /// When the message cannot be written or posted.
    pub fn post(&self, response: &Response, pixels: Option<Vec<u8>>) -> Result<(), BrowserError> {
        post(&self.scope, response, pixels.as_deref())
    }
}

fn own_scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

fn post(scope: &DedicatedWorkerGlobalScope, response: &Response, pixels: Option<&[u8]>) -> Result<(), BrowserError> {
    let outgoing = message::pack(response, pixels)?;
    scope.post_message_with_transfer(&outgoing.message, &outgoing.transfer).or_refused("answering the page")
}

fn post_to_page(response: &Response, pixels: Option<&[u8]>) -> Result<(), BrowserError> {
    let scope = own_scope().ok_or(BrowserError::Missing { interface: "dedicated worker" })?;
    post(&scope, response, pixels)
}

fn answer_beat() {
    if let (Some(scope), Ok(beat)) = (own_scope(), message::beat()) {
        // A beat that cannot be posted is silence, and the page counts silence.
        let _ = scope.post_message(&beat);
    }
}

thread_local! {
    /// Whether the page has been told: a panic is followed by the trap that it causes.
    static FATAL_WAS_POSTED: RefCell<bool> = const { RefCell::new(false) };
}

/// Tells the page once that this worker is lost, and why; the page ends it and can start a new one.
pub fn post_fatal(cause: &str) {
    let is_first = FATAL_WAS_POSTED.with(|posted| !posted.replace(true));
    if is_first {
        // Only the cause: what was lost, what was not and what to do is the session's to say.
        let message = format!("a defect: {cause}");
        let error = ErrorReport { kind: ErrorKind::Bug, message };
        let _ = post_to_page(&Response::Fatal { error }, None);
    }
}

/// Lets the worker hear what has been posted to it in the meantime: returns in a later task of the event loop, at the
/// end of its queue. A resolved promise would not do: microtasks run before any message is delivered. A timer would do,
/// but browsers hold nested timers back for 4 ms.
///
/// Where no channel can be made it returns at once, and a cancellation is heard later.
pub async fn breathe() {
    let Ok(channel) = MessageChannel::new() else { return };
    let arrived = Promise::new(&mut |resolve, _| {
        channel.port1().set_onmessage(Some(&resolve));
        if channel.port2().post_message(&JsValue::NULL).is_err() {
            let _ = resolve.call0(&JsValue::UNDEFINED);
        }
    });
    let _ = JsFuture::from(arrived).await;
    channel.port1().close();
}
