//! The service worker that makes the page work offline, and its updates.

use std::{
    cell::{Cell, RefCell},
    rc::{Rc, Weak},
};

use gloo::events::EventListener;
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{ServiceWorker, ServiceWorkerContainer, ServiceWorkerRegistration, ServiceWorkerState};

use crate::{BrowserError, error::OrRefused, scope::navigator_property};

/// What the page hears of its service worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ServiceWorkerEvent {
    /// Everything is in the cache for the first time: from now on the page works without a network.
    ReadyOffline,
    /// A newer version is in the cache and waits. It takes over when the person agrees
    /// ([`ServiceWorkerLink::apply_update`]) or closes every tab.
    UpdateAvailable,
}

/// The page's service worker. Dropping it stops the listening, not the service worker.
pub struct ServiceWorkerLink {
    inner: Rc<Inner>,
}

impl std::fmt::Debug for ServiceWorkerLink {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceWorkerLink").finish_non_exhaustive()
    }
}

struct Inner {
    container: ServiceWorkerContainer,
    registration: ServiceWorkerRegistration,
    on_event: RefCell<Box<dyn FnMut(ServiceWorkerEvent)>>,
    listeners: RefCell<Vec<EventListener>>,
    /// Whether the person agreed to the update, so that the page may reload under their hands.
    may_reload: Cell<bool>,
}

impl ServiceWorkerLink {
    /// Registers the service worker at `url` and hears it through `on_event`.
    ///
    /// # Errors
    /// When the browser has no service workers here, or the script is missing or broken.
    pub async fn register(url: &str, on_event: impl FnMut(ServiceWorkerEvent) + 'static) -> Result<Self, BrowserError> {
        let container: ServiceWorkerContainer = navigator_property("serviceWorker")
            .ok_or(BrowserError::Missing { interface: "service worker" })?
            .unchecked_into();
        let registration = JsFuture::from(container.register(url))
            .await
            .or_refused("preparing for work without a network")?
            .unchecked_into();
        let inner = Rc::new(Inner {
            container,
            registration,
            on_event: RefCell::new(Box::new(on_event)),
            listeners: RefCell::default(),
            may_reload: Cell::new(false),
        });
        inner.listen();
        Ok(Self { inner })
    }

    /// Lets the waiting version take over, and reloads the page once it has. Save the drawing first. Where none waits
    /// another tab has let it take over already, and the page is only reloaded.
    ///
    /// # Errors
    /// When the waiting version cannot be reached.
    pub fn apply_update(&self) -> Result<(), BrowserError> {
        let Some(waiting) = self.inner.registration.waiting() else {
            reload();
            return Ok(());
        };
        self.inner.may_reload.set(true);
        let message = Object::new();
        Reflect::set(&message, &"type".into(), &"skip-waiting".into()).or_refused("updating")?;
        waiting.post_message(&message).or_refused("updating")
    }

    /// Asks the server for a newer version; the answer comes as an event, if there is one.
    pub fn check_for_update(&self) {
        if let Ok(promise) = self.inner.registration.update() {
            spawn_local(async move {
                // Without a network there is no newer version, which is what no event says.
                let _ = JsFuture::from(promise).await;
            });
        }
    }
}

impl Inner {
    fn listen(self: &Rc<Self>) {
        if self.registration.waiting().is_some() && self.container.controller().is_some() {
            self.tell(ServiceWorkerEvent::UpdateAvailable);
        }
        if let Some(installing) = self.registration.installing() {
            self.follow(&installing);
        }
        let on_update = self.listener(&self.registration, "updatefound", |inner| {
            if let Some(installing) = inner.registration.installing() {
                inner.follow(&installing);
            }
        });
        let on_controller = self.listener(&self.container, "controllerchange", |inner| {
            if inner.may_reload.take() {
                reload();
            }
        });
        self.listeners.borrow_mut().extend([on_update, on_controller]);
    }

    /// Waits for a version on its way into the cache.
    fn follow(self: &Rc<Self>, installing: &ServiceWorker) {
        let was_controlled = self.container.controller().is_some();
        let weak = Rc::downgrade(self);
        let worker = installing.clone();
        let on_state = EventListener::new(installing, "statechange", move |_| {
            let Some(inner) = weak.upgrade() else { return };
            match worker.state() {
                ServiceWorkerState::Installed if was_controlled => inner.tell(ServiceWorkerEvent::UpdateAvailable),
                ServiceWorkerState::Activated if !was_controlled => inner.tell(ServiceWorkerEvent::ReadyOffline),
                _ => {}
            }
        });
        self.listeners.borrow_mut().push(on_state);
    }

    fn listener(
        self: &Rc<Self>,
        target: &web_sys::EventTarget,
        name: &'static str,
        handle: fn(&Rc<Self>),
    ) -> EventListener {
        let weak: Weak<Self> = Rc::downgrade(self);
        EventListener::new(target, name, move |_| {
            if let Some(inner) = weak.upgrade() {
                handle(&inner);
            }
        })
    }

    fn tell(&self, event: ServiceWorkerEvent) {
        if let Ok(mut on_event) = self.on_event.try_borrow_mut() {
            on_event(event);
        }
    }
}

fn reload() {
    if let Some(window) = web_sys::window() {
        // A reload that is refused leaves a page that works, in its old version.
        let _ = window.location().reload();
    }
}

/// Whether a service worker answers this page's requests, so that it works without a network.
#[must_use]
pub fn is_controlled() -> bool {
    navigator_property("serviceWorker")
        .and_then(|it| it.dyn_into::<ServiceWorkerContainer>().ok())
        .is_some_and(|container| container.controller().map(JsValue::from).is_some())
}
