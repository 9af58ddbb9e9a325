//! What only a browser can prove. Run by `cargo xtask test` in headless Chromium.

#![cfg(target_arch = "wasm32")]
#![expect(clippy::unwrap_used, reason = "clippy does not know tests of this kind")]

mod canvas;
mod documents;
mod fetch;
mod files;
mod pictures;
mod pointer;
mod small;
mod speed;
mod store;
mod transfer;
mod video;
mod worker;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// Runs JavaScript in the page, for what a test has to do from outside.
fn javascript(source: &str) -> wasm_bindgen::JsValue {
    js_sys::eval(source).unwrap_or_else(|thrown| panic!("{source}: {thrown:?}"))
}

/// Runs JavaScript that may await, and gives what it returns.
async fn javascript_async(body: &str) -> wasm_bindgen::JsValue {
    use wasm_bindgen::JsCast;
    let promise: js_sys::Promise = javascript(&format!("(async () => {{ {body} }})()")).unchecked_into();
    let outcome = wasm_bindgen_futures::JsFuture::from(promise).await;
    outcome.unwrap_or_else(|thrown| panic!("{body}: {thrown:?}"))
}

/// An address whose contents are `text`.
fn blob_url(media_type: &str, text: &str) -> String {
    let parts = js_sys::Array::of1(&text.into());
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(media_type);
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options).unwrap();
    web_sys::Url::create_object_url_with_blob(&blob).unwrap()
}

/// A new canvas element in the page.
fn canvas_element(width: u32, height: u32) -> web_sys::HtmlCanvasElement {
    use wasm_bindgen::JsCast;
    let document = web_sys::window().unwrap().document().unwrap();
    let canvas: web_sys::HtmlCanvasElement = document.create_element("canvas").unwrap().unchecked_into();
    canvas.set_width(width);
    canvas.set_height(height);
    document.body().unwrap().append_child(&canvas).unwrap();
    canvas
}

/// Waits for a moment of the browser's event loop.
async fn sleep_millis(millis: u32) {
    let elapsed = js_sys::Promise::new(&mut |resolve, _| {
        web_sys::window()
            .unwrap()
            .set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, millis as i32)
            .unwrap();
    });
    wasm_bindgen_futures::JsFuture::from(elapsed).await.unwrap();
}
