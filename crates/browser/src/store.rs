//! Fetching a model's folder into memory.

use std::cell::RefCell;

use futures_util::future::join_all;
use underpaint_models::{ManifestFile, MemoryStore, ModelError, ModelExtras, ModelManifest, check_sha256};

use crate::{
    BrowserError,
    fetch::{self, FetchProgress},
};

const INDEX_PATH: &str = "model_index.json";
const EXTRAS_PATH: &str = "underpaint.json";

/// How far the fetching of a model is, all files together.
#[derive(Default)]
struct Tally {
    received_bytes: u64,
    total_bytes: u64,
    /// Files whose length is not known yet, or never will be.
    n_unknown: usize,
}

/// Fetches the files that the model at `folder_url` (with a trailing slash) needs, side by side.
///
/// Which files these are says its `model_index.json`; where its `underpaint.json` lists lengths and hashes they are
/// checked. `on_progress` hears received and total bytes; the total is 0 as long as it is not known. Nothing but
/// ordinary requests is used, so that a service worker can answer them from its cache.
///
/// # Errors
/// When a file that the model needs is missing, broken or cannot be fetched.
pub async fn fetch_model(folder_url: &str, on_progress: impl FnMut(u64, u64)) -> Result<MemoryStore, BrowserError> {
    let index_text = fetch::fetch_text(&format!("{folder_url}{INDEX_PATH}")).await?;
    let manifest = ModelManifest::parse(&index_text)?;
    let extras_text = match fetch::fetch_text(&format!("{folder_url}{EXTRAS_PATH}")).await {
        // A model of another maker has none, and without a network nothing answers for it (see `fetch_one`).
        Err(BrowserError::Unreachable { .. }) => None,
        outcome => if_there(outcome)?,
    };
    let extras = extras_text.as_deref().map(ModelExtras::parse).transpose()?.unwrap_or_default();

    let wanted: Vec<ManifestFile> = manifest.files().into_iter().filter_map(|file| narrowed(file, &extras)).collect();
    let on_progress = RefCell::new(on_progress);
    let tally = RefCell::new(Tally { n_unknown: wanted.len(), ..Tally::default() });
    let fetched = join_all(wanted.iter().map(|file| fetch_one(folder_url, file, &tally, &on_progress))).await;

    let mut store = MemoryStore::new();
    for outcome in fetched {
        if let Some((path, bytes)) = outcome? {
            if let Some(digest) = extras.files.get(&path) {
                check_sha256(&path, &bytes, &digest.sha256)?;
            }
            store.insert(path, bytes);
        }
    }
    store.insert(INDEX_PATH, index_text.into_bytes());
    if let Some(text) = extras_text {
        store.insert(EXTRAS_PATH, text.into_bytes());
    }
    Ok(store)
}

/// What is left to fetch of a manifest's file: nothing where it is there already or the model's own list leaves it out,
/// and the one right name where the list has it.
fn narrowed(mut file: ManifestFile, extras: &ModelExtras) -> Option<ManifestFile> {
    if file.names.iter().any(|name| name == INDEX_PATH || name == EXTRAS_PATH) {
        return None;
    }
    if let Some(listed) = file.names.iter().find(|name| extras.files.contains_key(*name)) {
        file.names = vec![listed.clone()];
    } else if !extras.files.is_empty() && !file.is_required {
        return None;
    }
    Some(file)
}

/// Fetches a file under the first of its names that can be had.
async fn fetch_one(
    folder_url: &str,
    file: &ManifestFile,
    tally: &RefCell<Tally>,
    on_progress: &RefCell<impl FnMut(u64, u64)>,
) -> Result<Option<(String, Vec<u8>)>, BrowserError> {
    let mut unreachable = None;
    for name in &file.names {
        let answer = match if_there(fetch::fetch_head(&format!("{folder_url}{name}")).await) {
            Ok(Some(answer)) => answer,
            Ok(None) => continue,
            // Without a network the service worker's cache answers for the files there are, and nothing answers for a
            // name that no file has: only if no other name is answered either is it the network's fault.
            Err(error @ BrowserError::Unreachable { .. }) => {
                unreachable.get_or_insert(error);
                continue;
            }
            Err(error) => return Err(error),
        };
        if let Some(total_bytes) = answer.total_bytes() {
            let mut tally = tally.borrow_mut();
            tally.total_bytes += total_bytes;
            tally.n_unknown -= 1;
        }
        let mut before_bytes = 0;
        let report = |progress: FetchProgress| {
            let mut tally = tally.borrow_mut();
            tally.received_bytes += progress.received_bytes - before_bytes;
            before_bytes = progress.received_bytes;
            let total_bytes = if tally.n_unknown == 0 { tally.total_bytes } else { 0 };
            on_progress.borrow_mut()(tally.received_bytes, total_bytes);
        };
        return Ok(Some((name.clone(), answer.into_bytes(report).await?)));
    }
    if file.is_required {
        let path = file.names.first().cloned().unwrap_or_default();
        return Err(unreachable.unwrap_or_else(|| ModelError::MissingFile { path }.into()));
    }
    tally.borrow_mut().n_unknown -= 1;
    Ok(None)
}

/// `None` for a file that the server does not have, whichever way it says so.
fn if_there<T>(outcome: Result<T, BrowserError>) -> Result<Option<T>, BrowserError> {
    match outcome {
        Ok(value) => Ok(Some(value)),
        Err(BrowserError::Status { status: 404 | 410, .. } | BrowserError::WebPage { .. }) => Ok(None),
        Err(error) => Err(error),
    }
}
