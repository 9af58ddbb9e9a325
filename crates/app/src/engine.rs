//! The page's end of the engine: a worker that is started, heard and started anew.

use std::cell::RefCell;

use underpaint_browser::clock;
use underpaint_browser::worker::{EngineWorker, WorkerEvent};
use underpaint_protocol::{Request, Response};
use underpaint_studio::Event;

use crate::{config, desk::Desk, problem::problem_of, texts::say};

/// The worker's script, beside the page. The name is the worker's binary and trunk's suffix for a module worker.
const WORKER_URL: &str = "engine-worker_loader.js";

/// The worker there is at the moment.
#[derive(Default)]
pub struct EngineLink {
    worker: RefCell<Option<EngineWorker>>,
}

impl EngineLink {
    /// Ends the worker there is and starts a new one.
    pub fn start(&self, desk: Desk) {
        // The old one must be gone before the new one begins: both would hold a model in memory.
        drop(self.worker.take());
        match EngineWorker::spawn(WORKER_URL, move |event| hear(desk, event)) {
            Ok(worker) => drop(self.worker.replace(Some(worker))),
            Err(error) => desk.send(Event::WorkerLost { reason: say(&problem_of(&error)) }),
        }
    }

    /// Sends a request.
    pub fn send(&self, desk: Desk, request: &Request, pixels: Option<Vec<u8>>) {
        let sent = self.worker.borrow().as_ref().map(|worker| worker.send(request, pixels));
        if let Some(Err(error)) = sent {
            desk.report(&error);
        }
    }
}

fn hear(desk: Desk, event: WorkerEvent) {
    // When a step was done tells how long steps take.
    desk.send(Event::Tick { now_secs: clock::now_secs() });
    desk.send(match event {
        WorkerEvent::Message { mut response, pixels } => {
            if let Response::Loaded { model, .. } = &mut response
                && let Some(size) = config::forced_size(model)
            {
                model.native_size = size;
            }
            Event::Worker { response, pixels }
        }
        WorkerEvent::Crashed { error } => Event::Worker { response: Response::Fatal { error }, pixels: None },
    });
}
