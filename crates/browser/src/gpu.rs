//! Which WebGPU adapter this browser offers, in a page as well as in a worker.

use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::{
    error::text_of,
    scope::{navigator_property, property},
};

/// What the browser offers for WebGPU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GpuProbe {
    /// There is no adapter; `reason` is a sentence without a full stop.
    Unavailable {
        /// Why there is none.
        reason: String,
    },
    /// There is an adapter.
    Adapter(GpuAdapter),
}

/// What an adapter says about itself. Browsers blank what could identify a person, so any text may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GpuAdapter {
    /// The maker, such as `nvidia` or `apple`.
    pub vendor: String,
    /// The family, such as `ampere`.
    pub architecture: String,
    /// The product's name.
    pub description: String,
    /// True for an adapter that computes in software: correct, and slower than the CPU path by an order of magnitude.
    pub is_software: bool,
}

impl GpuAdapter {
    /// A name to show: whatever the browser reveals of it.
    #[must_use]
    pub fn name(&self) -> String {
        let family = format!("{} {}", self.vendor, self.architecture);
        match (self.description.trim(), family.trim()) {
            ("", "") => "a graphics processor without a name".to_owned(),
            ("", family) => family.to_owned(),
            (description, _) => description.to_owned(),
        }
    }
}

#[wasm_bindgen]
extern "C" {
    type Gpu;
    #[wasm_bindgen(method, catch, js_name = requestAdapter)]
    fn request_adapter(this: &Gpu, options: &JsValue) -> Result<js_sys::Promise, JsValue>;
}

/// Asks the browser for its most powerful adapter. It creates no device and never fails: a refusal is an answer.
pub async fn probe_gpu() -> GpuProbe {
    let Some(gpu) = navigator_property("gpu") else {
        return GpuProbe::Unavailable { reason: "this browser offers no WebGPU here".to_owned() };
    };
    let options = js_sys::Object::new();
    // A refused property only loses the preference.
    let _ = js_sys::Reflect::set(&options, &"powerPreference".into(), &"high-performance".into());
    let promise = match gpu.unchecked_ref::<Gpu>().request_adapter(&options) {
        Ok(promise) => promise,
        Err(thrown) => {
            return GpuProbe::Unavailable { reason: format!("WebGPU refused an adapter: {}", text_of(&thrown)) };
        }
    };
    match JsFuture::from(promise).await {
        Ok(adapter) if adapter.is_null() || adapter.is_undefined() => {
            GpuProbe::Unavailable { reason: "WebGPU found no graphics processor it may use".to_owned() }
        }
        Ok(adapter) => GpuProbe::Adapter(describe(&adapter)),
        Err(thrown) => GpuProbe::Unavailable { reason: format!("WebGPU refused an adapter: {}", text_of(&thrown)) },
    }
}

fn describe(adapter: &JsValue) -> GpuAdapter {
    let info = property(adapter, "info").unwrap_or(JsValue::UNDEFINED);
    let text = |name| property(&info, name).and_then(|it| it.as_string()).unwrap_or_default();
    let flag = |object: &JsValue| property(object, "isFallbackAdapter").and_then(|it| it.as_bool()).unwrap_or(false);
    let architecture = text("architecture");
    // The flag moved from the adapter to its info; SwiftShader is software whatever the flag says.
    let is_software = flag(&info) || flag(adapter) || architecture.eq_ignore_ascii_case("swiftshader");
    GpuAdapter { vendor: text("vendor"), architecture, description: text("description"), is_software }
}
