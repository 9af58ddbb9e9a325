//! The size of an element, whatever changes it: the window, panels that fold, a bar that takes another line.

use js_sys::Function;
use wasm_bindgen::prelude::*;
use web_sys::Element;

/// Listens to the size of one element until it is dropped.
pub struct SizeListener {
    observer: ResizeObserver,
    _callback: Closure<dyn FnMut()>,
}

impl SizeListener {
    /// Calls `on_size` once now and after every change of the element's size, after the page has been laid out and before
    /// it is painted.
    pub fn new(element: &Element, on_size: impl FnMut() + 'static) -> Self {
        let callback = Closure::<dyn FnMut()>::new(on_size);
        let observer = ResizeObserver::new(callback.as_ref().unchecked_ref());
        observer.observe(element);
        Self { observer, _callback: callback }
    }
}

impl Drop for SizeListener {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

impl std::fmt::Debug for SizeListener {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("SizeListener")
    }
}

#[wasm_bindgen]
extern "C" {
    type ResizeObserver;
    #[wasm_bindgen(constructor)]
    fn new(callback: &Function) -> ResizeObserver;
    #[wasm_bindgen(method)]
    fn observe(this: &ResizeObserver, target: &Element);
    #[wasm_bindgen(method)]
    fn disconnect(this: &ResizeObserver);
}
