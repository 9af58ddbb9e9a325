//! What a page and a worker have in common: their global object and its navigator.

use js_sys::{Object, Reflect};
use wasm_bindgen::JsValue;

/// A property of an object; `None` where it is missing, `undefined` or `null`.
pub(crate) fn property(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &JsValue::from_str(name)).ok().filter(|it| !it.is_undefined() && !it.is_null())
}

/// A property of `navigator`, in a page as well as in a worker.
pub(crate) fn navigator_property(name: &str) -> Option<JsValue> {
    property(&property(&js_sys::global(), "navigator")?, name)
}

/// An object with these properties.
pub(crate) fn options(entries: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in entries {
        // A plain object takes any property.
        let _ = Reflect::set(&object, &JsValue::from_str(name), value);
    }
    object
}
