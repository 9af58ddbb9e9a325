//! Fetching a model's folder from a server that is played by the test.

use underpaint_browser::{BrowserError, store::fetch_model};
use underpaint_models::ModelStore;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::javascript;

const INDEX: &str = r#"{"_class_name": "StableDiffusionPipeline", "vae": ["diffusers", "AutoencoderKL"]}"#;

/// Answers under `https://models.test/<folder>/` with these files, and with `otherwise` for any other.
fn serve(folder: &str, files: &[(&str, &str)], otherwise: &str) -> String {
    let url = format!("https://models.test/{folder}/");
    let entries: Vec<String> =
        files.iter().map(|(path, text)| format!("{:?}: {text:?}", format!("{url}{path}"))).collect();
    javascript(&format!(
        "{{
            const files = {{ {} }};
            const original = window.fetch;
            window.fetch = (address, init) => {{
                if (!String(address).startsWith({url:?})) return original(address, init);
                const text = files[address];
                if (text === undefined) return Promise.resolve({otherwise});
                const headers = {{ 'content-type': 'application/octet-stream', 'content-length': String(text.length) }};
                return Promise.resolve(new Response(text, {{ headers }}));
            }};
        }}",
        entries.join(", ")
    ));
    url
}

const NOT_FOUND: &str = "new Response('', { status: 404 })";
/// What a page hears without a network of an address that its service worker has not kept.
const OFFLINE: &str = "Promise.reject(new TypeError('Failed to fetch'))";
const START_PAGE: &str = "new Response('<!doctype html>', { headers: { 'content-type': 'text/html' } })";

#[wasm_bindgen_test]
async fn the_files_of_the_index_come_and_the_optional_ones_may_be_missing() {
    for (folder, otherwise) in [("plain", NOT_FOUND), ("spa", START_PAGE), ("offline", OFFLINE)] {
        let files = [
            ("model_index.json", INDEX),
            ("vae/config.json", "{}"),
            ("vae/diffusion_pytorch_model.safetensors", "0123456789"),
        ];
        let url = serve(folder, &files, otherwise);
        let mut heard = Vec::new();
        let store =
            fetch_model(&url, |received_bytes, total_bytes| heard.push((received_bytes, total_bytes))).await.unwrap();
        assert_eq!(store.files(), ["model_index.json", "vae/config.json", "vae/diffusion_pytorch_model.safetensors"]);
        assert_eq!(&*store.read("vae/diffusion_pytorch_model.safetensors").unwrap(), b"0123456789");
        assert_eq!(heard.last(), Some(&(12, 12)), "{heard:?}");
    }
}

#[wasm_bindgen_test]
async fn a_needed_file_that_is_missing_is_named() {
    let url = serve("incomplete", &[("model_index.json", INDEX), ("vae/config.json", "{}")], NOT_FOUND);
    let error = fetch_model(&url, |_, _| {}).await.unwrap_err();
    assert!(error.to_string().contains("vae/diffusion_pytorch_model"), "{error}");
}

#[wasm_bindgen_test]
async fn a_folder_that_is_not_there_and_a_server_that_fails_are_told_apart() {
    let url = serve("empty", &[], START_PAGE);
    assert!(matches!(fetch_model(&url, |_, _| {}).await, Err(BrowserError::WebPage { .. })));
    let url = serve("failing", &[("model_index.json", INDEX)], "new Response('', { status: 503 })");
    assert!(matches!(fetch_model(&url, |_, _| {}).await, Err(BrowserError::Status { status: 503, .. })));
    let url = serve("half-offline", &[("model_index.json", INDEX)], OFFLINE);
    assert!(matches!(fetch_model(&url, |_, _| {}).await, Err(BrowserError::Unreachable { .. })));
}

#[wasm_bindgen_test]
async fn a_file_with_other_bytes_than_the_published_ones_is_refused() {
    let zeros = "0".repeat(64);
    let extras = format!(
        r#"{{"files": {{"vae/config.json": {{"bytes": 2, "sha256": "{zeros}"}},
            "vae/model.safetensors": {{"bytes": 1, "sha256": "{zeros}"}}}}}}"#
    );
    let files = [
        ("model_index.json", INDEX),
        ("underpaint.json", extras.as_str()),
        ("vae/config.json", "{}"),
        ("vae/model.safetensors", "0"),
    ];
    let url = serve("damaged", &files, NOT_FOUND);
    let error = fetch_model(&url, |_, _| {}).await.unwrap_err();
    assert!(error.to_string().contains("vae/config.json is damaged"), "{error}");
}
