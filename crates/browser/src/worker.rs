//! The page's end of the link to the engine worker.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::{Rc, Weak},
};

use gloo::{
    events::{EventListener, EventListenerOptions},
    timers::callback::Interval,
};
use underpaint_protocol::{ErrorKind, ErrorReport, Request, Response};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Worker, WorkerOptions, WorkerType};

use crate::{
    BrowserError,
    clock::now_secs,
    error::OrRefused,
    lock,
    message::{self, Incoming, Outgoing},
    random::random_seed,
};

/// A worker that has not said `Ready` by then will not: the largest wasm file takes seconds, a slow line a minute.
const STARTUP_LIMIT_SECS: f64 = 180.0;
/// How long a worker may be silent where its death cannot be seen through a lock: longer than the longest CPU step.
const SILENCE_LIMIT_SECS: f64 = 120.0;
/// How often the two limits are looked at.
const CHECK_INTERVAL_MILLIS: u32 = 5_000;

/// What the page hears of its worker.
#[derive(Clone, Debug, PartialEq)]
pub enum WorkerEvent {
    /// The worker answered. The pixels are RGBA8; whether there are any and how large they are says the response.
    /// `Response::Fatal` never comes this way: it is a [`WorkerEvent::Crashed`].
    Message {
        /// The answer.
        response: Response,
        /// The pixels beside it.
        pixels: Option<Vec<u8>>,
    },
    /// The worker is lost: it could not start, it panicked, or it was killed from outside. This comes at most once, and
    /// nothing comes after it. The way out is a new [`EngineWorker::spawn`].
    Crashed {
        /// Why, in a few words.
        error: ErrorReport,
    },
}

/// A running engine worker. Dropping it ends the worker.
///
/// Requests may be sent at once: they wait until the worker has said that it listens. A worker that is lost is noticed
/// through a Web Lock it holds while it lives: at once, also in the middle of a long computation, and without false
/// alarms. Where there are no locks (an address that is not secure) two minutes of silence count as its death.
pub struct EngineWorker {
    link: Rc<Link>,
}

impl std::fmt::Debug for EngineWorker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EngineWorker").field("is_alive", &self.is_alive()).finish_non_exhaustive()
    }
}

/// What the listeners share.
struct Link {
    worker: Worker,
    /// Unique among all workers of all tabs; the worker finds it as its own name.
    lock_name: String,
    state: Cell<State>,
    /// Requests that wait for `Ready`.
    waiting: RefCell<Vec<Outgoing>>,
    last_sign_secs: Cell<f64>,
    /// Events that wait while the callback runs: a callback may send, spawn and drop without being entered again.
    events: RefCell<VecDeque<WorkerEvent>>,
    on_event: RefCell<Box<dyn FnMut(WorkerEvent)>>,
    listeners: RefCell<Vec<EventListener>>,
    check: RefCell<Option<Interval>>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Starting,
    Listening,
    Ended,
}

impl EngineWorker {
    /// Starts a dedicated module worker from the script at `url` and hears it through `on_event`.
    ///
    /// # Errors
    /// When the browser refuses to start a worker. A script that is missing or broken is heard as
    /// [`WorkerEvent::Crashed`].
    pub fn spawn(url: &str, on_event: impl FnMut(WorkerEvent) + 'static) -> Result<Self, BrowserError> {
        let lock_name = format!("underpaint-engine-{}-{}", random_seed()?, random_seed()?);
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(&lock_name);
        let worker = Worker::new_with_options(url, &options).or_refused("starting the engine")?;
        let link = Rc::new(Link {
            worker,
            lock_name,
            state: Cell::new(State::Starting),
            waiting: RefCell::default(),
            last_sign_secs: Cell::new(now_secs()),
            events: RefCell::default(),
            on_event: RefCell::new(Box::new(on_event)),
            listeners: RefCell::default(),
            check: RefCell::default(),
        });
        link.listen();
        Ok(Self { link })
    }

    /// Sends a request, with RGBA8 pixels beside it where it asks for them. Before `Ready` it waits; to a worker that is
    /// lost it is not sent, since [`WorkerEvent::Crashed`] has told what to do.
    ///
    /// # Errors
    /// When the message cannot be written or posted.
    pub fn send(&self, request: &Request, pixels: Option<Vec<u8>>) -> Result<(), BrowserError> {
        let outgoing = message::pack(request, pixels.as_deref())?;
        match self.link.state.get() {
            State::Ended => Ok(()),
            State::Listening => self.link.post(&outgoing),
            State::Starting => {
                self.link.waiting.borrow_mut().push(outgoing);
                Ok(())
            }
        }
    }

    /// Whether the worker is thought to live.
    #[must_use]
    pub fn is_alive(&self) -> bool {
        self.link.state.get() != State::Ended
    }

    /// Ends the worker without a [`WorkerEvent::Crashed`]; its model is lost with it.
    pub fn terminate(&self) {
        self.link.end();
    }
}

impl Drop for EngineWorker {
    fn drop(&mut self) {
        self.link.end();
    }
}

impl Link {
    fn listen(self: &Rc<Self>) {
        let on_message = self.listener("message", |link, event| {
            let data = event.unchecked_ref::<web_sys::MessageEvent>().data();
            link.receive(&data);
        });
        let on_error = self.listener("error", |link, event| {
            // What a script throws while it starts comes here; a script that is missing comes as an event without text.
            event.prevent_default();
            let text = event.dyn_ref::<web_sys::ErrorEvent>().map(|it| it.message()).unwrap_or_default();
            let cause = if text.is_empty() { "its program could not be loaded".to_owned() } else { text };
            link.crash(ErrorKind::Bug, &cause);
        });
        let on_message_error = self.listener("messageerror", |link, _| {
            link.crash(ErrorKind::Bug, "a message of the engine could not be read");
        });
        self.listeners.borrow_mut().extend([on_message, on_error, on_message_error]);
        let weak = Rc::downgrade(self);
        let check = Interval::new(CHECK_INTERVAL_MILLIS, move || {
            if let Some(link) = weak.upgrade() {
                link.check_silence();
            }
        });
        self.check.replace(Some(check));
    }

    fn listener(self: &Rc<Self>, name: &'static str, handle: fn(&Rc<Self>, &web_sys::Event)) -> EventListener {
        let weak: Weak<Self> = Rc::downgrade(self);
        // Not passive: an error that is told to the person must not be told to the console as uncaught again.
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&self.worker, name, options, move |event| {
            if let Some(link) = weak.upgrade().filter(|it| it.state.get() != State::Ended) {
                handle(&link, event);
            }
        })
    }

    fn receive(self: &Rc<Self>, data: &JsValue) {
        self.last_sign_secs.set(now_secs());
        match message::unpack::<Response>(data) {
            Ok(Incoming::Beat) => {}
            Ok(Incoming::Body(Response::Fatal { error }, _)) => self.crash_with(error),
            Ok(Incoming::Body(response, pixels)) => {
                if response == Response::Ready && self.state.get() == State::Starting {
                    self.become_ready();
                }
                self.dispatch(WorkerEvent::Message { response, pixels });
            }
            Err(error) => self.crash_by(error),
        }
    }

    fn become_ready(self: &Rc<Self>) {
        self.state.set(State::Listening);
        for outgoing in self.waiting.take() {
            if let Err(error) = self.post(&outgoing) {
                return self.crash_by(error);
            }
        }
        if lock::is_available() {
            let weak = Rc::downgrade(self);
            let lock_name = self.lock_name.clone();
            spawn_local(async move {
                if lock::wait_until_free(&lock_name).await.is_ok()
                    && let Some(link) = weak.upgrade()
                {
                    link.crash(ErrorKind::Device, "the browser ended it");
                }
            });
        }
    }

    fn post(&self, outgoing: &Outgoing) -> Result<(), BrowserError> {
        self.worker
            .post_message_with_transfer(&outgoing.message, &outgoing.transfer)
            .or_refused("sending to the engine")
    }

    fn check_silence(self: &Rc<Self>) {
        let silence_secs = now_secs() - self.last_sign_secs.get();
        match self.state.get() {
            State::Starting if silence_secs > STARTUP_LIMIT_SECS => {
                self.crash(ErrorKind::Network, "it did not start within three minutes");
            }
            State::Listening if !lock::is_available() => {
                if silence_secs > SILENCE_LIMIT_SECS {
                    self.crash(ErrorKind::Device, "it has not answered for two minutes");
                } else if let Ok(beat) = message::beat() {
                    // A beat that cannot be posted is silence, and silence is counted.
                    let _ = self.worker.post_message(&beat);
                }
            }
            _ => {}
        }
    }

    fn crash(self: &Rc<Self>, kind: ErrorKind, cause: &str) {
        // Only the cause: what was lost, what was not and what to do is the session's to say.
        self.crash_with(ErrorReport { kind, message: cause.trim_end_matches('.').to_owned() });
    }

    /// What the two have to say to each other did not get through.
    fn crash_by(self: &Rc<Self>, error: BrowserError) {
        self.crash(ErrorKind::Bug, &("a malformed message: ".to_owned() + &error.reason()));
    }

    fn crash_with(self: &Rc<Self>, error: ErrorReport) {
        if self.state.get() != State::Ended {
            self.end();
            self.dispatch(WorkerEvent::Crashed { error });
        }
    }

    fn end(&self) {
        self.state.set(State::Ended);
        self.worker.terminate();
        self.listeners.take();
        self.check.take();
        self.waiting.take();
    }

    /// Hands events to the callback one after the other, also when the callback itself causes one.
    fn dispatch(&self, event: WorkerEvent) {
        self.events.borrow_mut().push_back(event);
        let Ok(mut on_event) = self.on_event.try_borrow_mut() else { return };
        loop {
            let Some(event) = self.events.borrow_mut().pop_front() else { return };
            on_event(event);
        }
    }
}
