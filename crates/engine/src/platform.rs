//! What the engine needs of its surroundings.

use std::future::Future;

use underpaint_models::MemoryStore;
use underpaint_protocol::ErrorReport;

use crate::GpuProbe;

/// The surroundings of the engine: a worker in a browser, or a native program.
///
/// The futures need not be `Send`: a worker has one thread, and so has the engine natively.
pub trait Platform {
    /// Lets messages in: returns after everything that has been posted to the engine can be heard.
    fn breathe(&self) -> impl Future<Output = ()>;

    /// Seconds on a clock that never runs backwards.
    fn now_secs(&self) -> f64;

    /// Looks for a graphics processor without starting it.
    fn probe_gpu(&self) -> impl Future<Output = GpuProbe>;

    /// Brings the files of the model at `model_url` here; `on_progress` hears received and total bytes (0: not known).
    fn fetch_model(
        &self,
        model_url: &str,
        on_progress: impl FnMut(u64, u64),
    ) -> impl Future<Output = Result<MemoryStore, ErrorReport>>;

    /// Memory that this program may take in all, in bytes; `None` where only the system's own limit holds.
    fn memory_limit_bytes(&self) -> Option<u64>;
}

/// A native program.
#[cfg(not(target_arch = "wasm32"))]
#[derive(Debug)]
pub struct NativePlatform {
    started: std::time::Instant,
}

#[cfg(not(target_arch = "wasm32"))]
impl NativePlatform {
    /// Surroundings whose clock starts now.
    #[must_use]
    pub fn new() -> Self {
        Self { started: std::time::Instant::now() }
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Default for NativePlatform {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(not(target_arch = "wasm32"))]
impl Platform for NativePlatform {
    async fn breathe(&self) {}

    fn now_secs(&self) -> f64 {
        self.started.elapsed().as_secs_f64()
    }

    async fn probe_gpu(&self) -> GpuProbe {
        crate::device::probe_native().await
    }

    /// `model_url` is a folder's path.
    async fn fetch_model(
        &self,
        model_url: &str,
        mut on_progress: impl FnMut(u64, u64),
    ) -> Result<MemoryStore, ErrorReport> {
        use underpaint_models::{FolderStore, ModelStore};

        let mut read = || {
            let folder = FolderStore::open(model_url)?;
            let mut store = MemoryStore::new();
            let mut received_bytes = 0;
            for path in folder.files() {
                let bytes = folder.read(&path)?.into_owned();
                received_bytes += bytes.len() as u64;
                on_progress(received_bytes, 0);
                store.insert(path, bytes);
            }
            Ok(store)
        };
        read().map_err(|error: underpaint_models::ModelError| crate::EngineError::from(error).report())
    }

    fn memory_limit_bytes(&self) -> Option<u64> {
        None
    }
}
