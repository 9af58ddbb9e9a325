//! The engine in its dedicated worker: it joins the run loop to the browser, and holds no logic of its own.

use underpaint_browser::{
    clock,
    gpu::{self, probe_gpu},
    store,
    worker_scope::{WorkerScope, breathe, post_fatal},
};
use underpaint_engine::{DiffusionLoader, Engine, GpuAdapter, GpuProbe, Outbox, Platform};
use underpaint_models::MemoryStore;
use underpaint_protocol::{ErrorReport, Response};
use wasm_bindgen_futures::spawn_local;

// Burn's dependencies draw random numbers through two versions of this crate; named here so that the features which tell
// them where to draw from in a browser are part of the build.
use getrandom_0_3 as _;
use getrandom_0_4 as _;

/// What 32-bit WebAssembly can address, less what the browser and fragmentation take of it.
const MEMORY_LIMIT_BYTES: u64 = 3 << 30;

/// A browser's dedicated worker.
struct WorkerPlatform;

impl Platform for WorkerPlatform {
    async fn breathe(&self) {
        breathe().await;
    }

    fn now_secs(&self) -> f64 {
        clock::now_secs()
    }

    async fn probe_gpu(&self) -> GpuProbe {
        match probe_gpu().await {
            gpu::GpuProbe::Unavailable { reason } => GpuProbe::Unavailable { reason },
            gpu::GpuProbe::Adapter(adapter) => {
                GpuProbe::Adapter(GpuAdapter { name: adapter.name(), is_software: adapter.is_software })
            }
        }
    }

    async fn fetch_model(
        &self,
        model_url: &str,
        on_progress: impl FnMut(u64, u64),
    ) -> Result<MemoryStore, ErrorReport> {
        store::fetch_model(model_url, on_progress).await.map_err(|error| error.report())
    }

    fn memory_limit_bytes(&self) -> Option<u64> {
        Some(MEMORY_LIMIT_BYTES)
    }
}

/// The way to the page.
struct PageOutbox(WorkerScope);

impl Outbox for PageOutbox {
    fn post(&self, response: Response, pixels: Option<Vec<u8>>) {
        if let Err(error) = self.0.post(&response, pixels) {
            // A page that misses an answer would wait for it for ever.
            post_fatal(&error.to_string());
        }
    }
}

fn main() {
    spawn_local(async {
        match WorkerScope::start().await {
            Ok((scope, incoming)) => {
                Engine::new(WorkerPlatform, DiffusionLoader, PageOutbox(scope)).run(incoming).await
            }
            Err(error) => post_fatal(&error.to_string()),
        }
    });
}
