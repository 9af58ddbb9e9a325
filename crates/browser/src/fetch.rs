//! Fetching files with progress, and saying clearly what went wrong.

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ReadableStreamDefaultReader, RequestInit, Response};

use crate::{
    BrowserError,
    error::{OrRefused, text_of},
    scope::property,
};

/// How far a fetch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FetchProgress {
    /// Bytes that have arrived.
    pub received_bytes: u64,
    /// Bytes there are in all; `None` where the server does not say, or says it of a compressed form.
    pub total_bytes: Option<u64>,
}

#[wasm_bindgen]
extern "C" {
    /// The global function, which a page and a worker share.
    #[wasm_bindgen(js_name = fetch)]
    fn global_fetch(url: &str, init: &RequestInit) -> Promise;
}

/// An answer whose head has arrived, and whose body has not.
pub(crate) struct Answer {
    url: String,
    response: Response,
    total_bytes: Option<u64>,
}

/// Fetches a file whole.
///
/// `on_progress` is called once with the head of the answer (0 bytes) and then with every chunk.
///
/// # Errors
/// When the address cannot be reached, answers with a failure, answers with a web page although the address names a
/// file of another kind, or breaks off.
pub async fn fetch_bytes(url: &str, mut on_progress: impl FnMut(FetchProgress)) -> Result<Vec<u8>, BrowserError> {
    let answer = fetch_head(url).await?;
    on_progress(FetchProgress { received_bytes: 0, total_bytes: answer.total_bytes });
    answer.into_bytes(on_progress).await
}

/// Fetches a small text file.
///
/// # Errors
/// As [`fetch_bytes`], and when the file is not UTF-8.
pub async fn fetch_text(url: &str) -> Result<String, BrowserError> {
    let bytes = fetch_bytes(url, |_| {}).await?;
    String::from_utf8(bytes).map_err(|_| BrowserError::NotText { url: url.to_owned() })
}

/// Fetches up to the head of the answer.
pub(crate) async fn fetch_head(url: &str) -> Result<Answer, BrowserError> {
    let unreachable = |thrown: JsValue| BrowserError::Unreachable { url: url.to_owned(), message: text_of(&thrown) };
    let response = JsFuture::from(global_fetch(url, &RequestInit::new())).await.map_err(unreachable)?;
    let response: Response = response.unchecked_into();
    if !response.ok() {
        return Err(BrowserError::Status { url: url.to_owned(), status: response.status() });
    }
    let header = |name: &str| response.headers().get(name).ok().flatten();
    let is_page = header("content-type").is_some_and(|it| it.trim_start().starts_with("text/html"));
    if is_page && !names_a_page(url) {
        return Err(BrowserError::WebPage { url: url.to_owned() });
    }
    let is_compressed = header("content-encoding").is_some_and(|it| !it.trim().is_empty() && it.trim() != "identity");
    let total_bytes = header("content-length").filter(|_| !is_compressed).and_then(|length| length.trim().parse().ok());
    Ok(Answer { url: url.to_owned(), response, total_bytes })
}

/// Whether an address names a web page itself: a folder, or a file that ends like one.
fn names_a_page(url: &str) -> bool {
    let path = url.split(['?', '#']).next().unwrap_or(url);
    path.ends_with('/') || path.ends_with(".html") || path.ends_with(".htm")
}

impl Answer {
    /// Bytes there are in all, where that is known.
    pub(crate) fn total_bytes(&self) -> Option<u64> {
        self.total_bytes
    }

    /// Reads the body chunk by chunk.
    pub(crate) async fn into_bytes(self, mut on_progress: impl FnMut(FetchProgress)) -> Result<Vec<u8>, BrowserError> {
        let Self { url, response, total_bytes } = self;
        let capacity = total_bytes.and_then(|it| usize::try_from(it).ok()).unwrap_or(0);
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(capacity).map_err(|_| BrowserError::Refused {
            action: "making room for a file",
            message: format!("{url} needs {capacity} bytes, which is more than this browser gives a page"),
        })?;
        if let Some(body) = response.body() {
            let reader = ReadableStreamDefaultReader::new(&body).or_refused("reading a file")?;
            loop {
                let chunk = JsFuture::from(reader.read())
                    .await
                    .map_err(|thrown| BrowserError::Unreachable { url: url.clone(), message: text_of(&thrown) })?;
                if property(&chunk, "done").is_some_and(|it| it.is_truthy()) {
                    break;
                }
                let Some(chunk) = property(&chunk, "value").and_then(|it| it.dyn_into::<Uint8Array>().ok()) else {
                    continue;
                };
                let start = bytes.len();
                bytes.resize(start + chunk.length() as usize, 0);
                if let Some(room) = bytes.get_mut(start..) {
                    chunk.copy_to(room);
                }
                on_progress(FetchProgress { received_bytes: bytes.len() as u64, total_bytes });
            }
        }
        match total_bytes {
            Some(total_bytes) if total_bytes > bytes.len() as u64 => {
                Err(BrowserError::Truncated { url, received_bytes: bytes.len() as u64, total_bytes })
            }
            _ => Ok(bytes),
        }
    }
}
