//! The pixels of a decoded picture as they are, through a texture.
//!
//! Browsers keep the pixels of a canvas premultiplied with 8 bits, and most of what reads a picture (`getImageData`,
//! `VideoFrame.copyTo`) goes that way; it takes the colours away from pixels that are nearly transparent. A WebGL
//! texture takes the numbers of an `ImageBitmap` as they are, and gives them back.

use js_sys::{Object, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::HtmlCanvasElement;

use crate::scope::options;

#[wasm_bindgen]
extern "C" {
    /// A WebGL context, of which version 1 has all that is needed.
    type Gl;
    #[wasm_bindgen(method, js_name = createTexture)]
    fn create_texture(this: &Gl) -> JsValue;
    #[wasm_bindgen(method, js_name = bindTexture)]
    fn bind_texture(this: &Gl, target: u32, texture: &JsValue);
    #[wasm_bindgen(method, js_name = createFramebuffer)]
    fn create_framebuffer(this: &Gl) -> JsValue;
    #[wasm_bindgen(method, js_name = bindFramebuffer)]
    fn bind_framebuffer(this: &Gl, target: u32, framebuffer: &JsValue);
    #[wasm_bindgen(method, js_name = framebufferTexture2D)]
    fn framebuffer_texture(this: &Gl, target: u32, attachment: u32, texture_target: u32, texture: &JsValue, level: i32);
    #[wasm_bindgen(method, js_name = checkFramebufferStatus)]
    fn framebuffer_status(this: &Gl, target: u32) -> u32;
    #[wasm_bindgen(method, catch, js_name = texImage2D)]
    fn texture_image(
        this: &Gl,
        target: u32,
        level: i32,
        internal_format: u32,
        format: u32,
        kind: u32,
        bitmap: &JsValue,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch, js_name = readPixels)]
    fn read_pixels(
        this: &Gl,
        x: i32,
        y: i32,
        width: u32,
        height: u32,
        format: u32,
        kind: u32,
        target: &Uint8Array,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(method, js_name = getParameter)]
    fn parameter(this: &Gl, name: u32) -> JsValue;
    #[wasm_bindgen(method, js_name = getError)]
    fn error(this: &Gl) -> u32;
    #[wasm_bindgen(method, js_name = getExtension)]
    fn extension(this: &Gl, name: &str) -> JsValue;

    type LoseContext;
    #[wasm_bindgen(method, js_name = loseContext)]
    fn lose_context(this: &LoseContext);
}

/// Constants of the WebGL specification.
const TEXTURE_2D: u32 = 0x0DE1;
const FRAMEBUFFER: u32 = 0x8D40;
const COLOR_ATTACHMENT0: u32 = 0x8CE0;
const FRAMEBUFFER_COMPLETE: u32 = 0x8CD5;
const RGBA: u32 = 0x1908;
const UNSIGNED_BYTE: u32 = 0x1401;
const MAX_TEXTURE_SIZE: u32 = 0x0D33;

/// RGBA8 pixels with straight alpha, row after row from the top, of an `ImageBitmap` that was made without
/// premultiplying; `None` where this browser has no WebGL, or none for this size.
pub(crate) fn read(bitmap: &JsValue, width: u32, height: u32) -> Option<Vec<u8>> {
    let document = web_sys::window()?.document()?;
    let canvas: HtmlCanvasElement = document.create_element("canvas").ok()?.unchecked_into();
    canvas.set_width(1);
    canvas.set_height(1);
    let asked: Object = options(&[("antialias", JsValue::FALSE), ("depth", JsValue::FALSE)]);
    let context = canvas.get_context_with_context_options("webgl", &asked).ok()??;
    let gl: &Gl = context.unchecked_ref();
    let pixels = read_with(gl, bitmap, width, height);
    // A page has few contexts, and collecting this one as garbage may take its time.
    let extension = gl.extension("WEBGL_lose_context");
    if extension.is_object() {
        extension.unchecked_ref::<LoseContext>().lose_context();
    }
    pixels
}

fn read_with(gl: &Gl, bitmap: &JsValue, width: u32, height: u32) -> Option<Vec<u8>> {
    if gl.parameter(MAX_TEXTURE_SIZE).as_f64()? < f64::from(width.max(height)) {
        return None;
    }
    let texture = gl.create_texture();
    gl.bind_texture(TEXTURE_2D, &texture);
    gl.texture_image(TEXTURE_2D, 0, RGBA, RGBA, UNSIGNED_BYTE, bitmap).ok()?;
    gl.bind_framebuffer(FRAMEBUFFER, &gl.create_framebuffer());
    gl.framebuffer_texture(FRAMEBUFFER, COLOR_ATTACHMENT0, TEXTURE_2D, &texture, 0);
    if gl.framebuffer_status(FRAMEBUFFER) != FRAMEBUFFER_COMPLETE {
        return None;
    }
    let pixels = Uint8Array::new_with_length(width.checked_mul(height)?.checked_mul(4)?);
    gl.read_pixels(0, 0, width, height, RGBA, UNSIGNED_BYTE, &pixels).ok()?;
    // Running out of memory is no exception here.
    let is_good = gl.error() == 0;
    is_good.then(|| pixels.to_vec())
}
