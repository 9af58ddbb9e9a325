//! The service worker: work without a network, and updates that wait for a yes.

use leptos::prelude::*;
use underpaint_browser::service_worker::{self, ServiceWorkerEvent, ServiceWorkerLink};

/// The service worker's script, written beside the page by `cargo xtask sw`.
const SERVICE_WORKER_URL: &str = "sw.js";

/// What the page knows about its own copy on this machine.
#[derive(Clone, Copy)]
pub struct Offline {
    /// Whether the page works without a network.
    pub is_ready: RwSignal<bool>,
    /// Whether a newer version waits.
    pub has_update: RwSignal<bool>,
    link: StoredValue<Option<ServiceWorkerLink>, LocalStorage>,
}

impl Offline {
    /// Registers the service worker. Where there is none (an address that is not secure) the page simply needs the
    /// network, so that is no error to show.
    pub fn register() -> Self {
        let offline = Self {
            is_ready: RwSignal::new(service_worker::is_controlled()),
            has_update: RwSignal::new(false),
            link: StoredValue::new_local(None),
        };
        leptos::task::spawn_local(async move {
            let registered = ServiceWorkerLink::register(SERVICE_WORKER_URL, move |event| match event {
                ServiceWorkerEvent::ReadyOffline => offline.is_ready.set(true),
                ServiceWorkerEvent::UpdateAvailable => offline.has_update.set(true),
            });
            if let Ok(link) = registered.await {
                offline.link.set_value(Some(link));
            }
        });
        offline
    }

    /// Reloads into the version that waits.
    pub fn update(self) {
        self.link.with_value(|link| {
            // A version that cannot take over now does so at the next visit.
            let _ = link.as_ref().map(ServiceWorkerLink::apply_update);
        });
    }
}
