//! How much room the browser gives this site, and whether it promises to keep what is there.

use js_sys::Promise;
use wasm_bindgen::prelude::*;

use crate::{
    opfs::settled,
    scope::{navigator_property, property},
};

/// How full the storage of this site is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StorageUse {
    /// Bytes in use, models and caches of this site included. Browsers round.
    pub used_bytes: u64,
    /// Bytes that this site may use at most.
    pub quota_bytes: u64,
    /// The browser has promised to delete nothing by itself.
    pub is_persistent: bool,
}

#[wasm_bindgen]
extern "C" {
    type StorageManager;
    #[wasm_bindgen(method, catch)]
    fn estimate(this: &StorageManager) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn persisted(this: &StorageManager) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn persist(this: &StorageManager) -> Result<Promise, JsValue>;
}

fn storage_manager() -> Option<StorageManager> {
    navigator_property("storage").map(JsCast::unchecked_into)
}

/// How full the storage is; `None` where the browser does not tell.
pub async fn storage_use() -> Option<StorageUse> {
    let storage = storage_manager()?;
    let estimate = settled(storage.estimate()).await.ok()?;
    let bytes = |name| property(&estimate, name).and_then(|it| it.as_f64()).map(|it| it as u64);
    let is_persistent = settled(storage.persisted()).await.is_ok_and(|it| it.is_truthy());
    Some(StorageUse { used_bytes: bytes("usage")?, quota_bytes: bytes("quota")?, is_persistent })
}

/// Asks the browser to delete nothing by itself, also when the disk is nearly full; whether it promises that. Some
/// browsers ask the person, so it should follow something the person did, such as a first stroke.
pub async fn ask_for_persistence() -> bool {
    let Some(storage) = storage_manager() else { return false };
    settled(storage.persist()).await.is_ok_and(|it| it.is_truthy())
}
