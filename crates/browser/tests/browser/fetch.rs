//! Fetching with progress.

use underpaint_browser::{
    BrowserError,
    fetch::{FetchProgress, fetch_bytes, fetch_text},
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::blob_url;

#[wasm_bindgen_test]
async fn progress_grows_from_nothing_to_everything() {
    let text = "0123456789abcdef".repeat(200_000);
    let mut heard = Vec::new();
    let bytes = fetch_bytes(&blob_url("application/octet-stream", &text), |it| heard.push(it)).await.unwrap();
    assert_eq!(bytes, text.as_bytes());
    let total_bytes = Some(text.len() as u64);
    assert_eq!(heard.first(), Some(&FetchProgress { received_bytes: 0, total_bytes }));
    assert_eq!(heard.last(), Some(&FetchProgress { received_bytes: text.len() as u64, total_bytes }));
    assert!(heard.len() > 2, "there is nothing in between: {heard:?}");
    assert!(heard.is_sorted_by_key(|it| it.received_bytes));
}

#[wasm_bindgen_test]
async fn a_web_page_in_the_place_of_a_file_is_refused() {
    let error = fetch_text(&blob_url("text/html", "<!doctype html>")).await.unwrap_err();
    assert!(matches!(error, BrowserError::WebPage { .. }), "{error}");
}

#[wasm_bindgen_test]
async fn a_missing_file_and_a_server_that_is_not_there_are_told_apart() {
    let missing = fetch_text("no-such-file.json").await.unwrap_err();
    assert!(matches!(missing, BrowserError::Status { status: 404, .. }), "{missing}");
    let unreachable = fetch_text("http://127.0.0.1:9/file.json").await.unwrap_err();
    assert!(matches!(unreachable, BrowserError::Unreachable { .. }), "{unreachable}");
    assert!(unreachable.to_string().contains("check the connection"));
}
