//! The form of a message between page and worker: `{ body, pixels }`, or `{ beat }` for the sign of life.
//!
//! `body` is the protocol's value by `serde-wasm-bindgen`; `pixels` is an `ArrayBuffer` that is transferred.

use js_sys::{Array, ArrayBuffer, Object, Reflect, Uint8Array};
use serde::{Serialize, de::DeserializeOwned};
use wasm_bindgen::{JsCast, JsValue};

use crate::{BrowserError, error::OrRefused, scope::property};

const BODY: &str = "body";
const PIXELS: &str = "pixels";
const BEAT: &str = "beat";

/// A message ready to be posted, and what is transferred with it.
pub(crate) struct Outgoing {
    pub(crate) message: JsValue,
    pub(crate) transfer: JsValue,
}

/// What came in.
#[derive(Debug)]
pub(crate) enum Incoming<T> {
    Body(T, Option<Vec<u8>>),
    /// A sign of life that is asked for, or given.
    Beat,
}

/// Packs a message. The pixels leave wasm memory by one copy and are moved from there on.
pub(crate) fn pack<T: Serialize>(body: &T, pixels: Option<&[u8]>) -> Result<Outgoing, BrowserError> {
    // Seeds and revisions are 64-bit, and a JavaScript number holds 53 bits of them.
    let serializer = serde_wasm_bindgen::Serializer::new().serialize_large_number_types_as_bigints(true);
    let body = body.serialize(&serializer).map_err(|error| BrowserError::Message { message: error.to_string() })?;
    let message = Object::new();
    let transfer = Array::new();
    set(&message, BODY, &body)?;
    if let Some(pixels) = pixels {
        let buffer = Uint8Array::from(pixels).buffer();
        set(&message, PIXELS, &buffer)?;
        transfer.push(&buffer);
    }
    Ok(Outgoing { message: message.into(), transfer: transfer.into() })
}

/// The sign of life.
pub(crate) fn beat() -> Result<JsValue, BrowserError> {
    let message = Object::new();
    set(&message, BEAT, &JsValue::TRUE)?;
    Ok(message.into())
}

/// Reads what came in.
pub(crate) fn unpack<T: DeserializeOwned>(message: &JsValue) -> Result<Incoming<T>, BrowserError> {
    if property(message, BEAT).is_some() {
        return Ok(Incoming::Beat);
    }
    let body = property(message, BODY).ok_or_else(|| BrowserError::Message { message: "it has no body".to_owned() })?;
    let body =
        serde_wasm_bindgen::from_value(body).map_err(|error| BrowserError::Message { message: error.to_string() })?;
    let pixels = match property(message, PIXELS) {
        None => None,
        Some(pixels) => {
            let buffer = pixels
                .dyn_into::<ArrayBuffer>()
                .map_err(|_| BrowserError::Message { message: "its pixels are not a buffer".to_owned() })?;
            Some(Uint8Array::new(&buffer).to_vec())
        }
    };
    Ok(Incoming::Body(body, pixels))
}

fn set(object: &Object, name: &str, value: &JsValue) -> Result<(), BrowserError> {
    Reflect::set(object, &JsValue::from_str(name), value).or_refused("writing a message").map(drop)
}

#[cfg(all(test, target_arch = "wasm32"))]
#[expect(clippy::unwrap_used, reason = "clippy does not know tests of this kind")]
mod tests {
    use underpaint_protocol::{Request, Response};
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn posting_moves_the_pixels_and_leaves_nothing_behind() {
        let outgoing = pack(&Request::Cancel { job: 7 }, Some(&[1, 2, 3, 4])).unwrap();
        let buffer: ArrayBuffer = property(&outgoing.message, PIXELS).unwrap().unchecked_into();
        assert_eq!(buffer.byte_length(), 4);
        let channel = web_sys::MessageChannel::new().unwrap();
        channel.port1().post_message_with_transferable(&outgoing.message, &outgoing.transfer).unwrap();
        assert_eq!(buffer.byte_length(), 0);
    }

    #[wasm_bindgen_test]
    fn a_message_comes_out_as_it_went_in() {
        let outgoing = pack(&Response::Loading { received_bytes: u64::MAX, total_bytes: 3 }, Some(&[5, 6])).unwrap();
        let Ok(Incoming::Body(response, pixels)) = unpack::<Response>(&outgoing.message) else { panic!() };
        assert_eq!(response, Response::Loading { received_bytes: u64::MAX, total_bytes: 3 });
        assert_eq!(pixels.as_deref(), Some([5, 6].as_slice()));
        assert!(matches!(unpack::<Response>(&beat().unwrap()), Ok(Incoming::Beat)));
    }

    #[wasm_bindgen_test]
    fn nonsense_is_an_error() {
        for nonsense in [JsValue::NULL, JsValue::from_str("x"), JsValue::from(3), Object::new().into()] {
            assert!(unpack::<Response>(&nonsense).is_err(), "{nonsense:?}");
        }
    }
}
