//! Pictures of any kind that the browser reads, as pixels.
//!
//! What may have transparent pixels comes through a texture, exactly as it is in the file (see `exact_pixels.rs`); what
//! has none, and everything in a browser without WebGL, through a canvas.

use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::{
    BrowserError,
    blob::blob_of,
    canvas::encode,
    error::{OrRefused, text_of},
    exact_pixels,
    files::GivenFile,
    opfs::{read_range, settled},
    picture_header::read_header,
    scope::options,
};

/// Metadata, previews and colour profiles may precede the size in a JPEG file.
const HEADER_BYTES: u64 = 1 << 20;

/// What is taken in at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureLimits {
    /// Longest file, in bytes.
    pub max_bytes: u64,
    /// Most pixels, width times height.
    pub max_pixels: u64,
    /// Longest edge in pixels that is given back: a larger picture is made smaller, in its shape.
    pub max_edge_px: u32,
}

/// The pixels of a picture file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedPicture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// Width and height before it was made smaller.
    pub file_size_px: (u32, u32),
    /// RGBA8 with straight alpha in sRGB, row after row from the top; `width * height * 4` bytes.
    pub rgba: Vec<u8>,
    /// Pixels that are not opaque may have been rounded on their way through a canvas.
    pub is_rounded: bool,
}

/// Decodes a picture: PNG, JPEG, WebP, AVIF and whatever else the browser reads; of an animation the first picture. It
/// is turned as its metadata ask for, made smaller where it is larger than the limits allow, and its colours are brought
/// to sRGB.
///
/// # Errors
/// When the file is too long or has too many pixels (which is known before memory is set aside for them, where the file
/// tells), and when it is damaged or no picture.
pub async fn decode_picture(file: &GivenFile, limits: PictureLimits) -> Result<DecodedPicture, BrowserError> {
    if file.size_bytes() > limits.max_bytes {
        return Err(BrowserError::FileTooLarge {
            file: file.name().to_owned(),
            size_bytes: file.size_bytes(),
            limit_bytes: limits.max_bytes,
        });
    }
    let start = read_range(file.blob(), 0, HEADER_BYTES.min(file.size_bytes()))
        .await
        .map_err(|error| BrowserError::FileUnreadable { file: file.name().to_owned(), message: error.reason() })?;
    let header = read_header(&start);
    if let Some((width, height)) = header.and_then(|it| it.size) {
        check_size(file, width, height, limits)?;
    }
    let asked = options(&[
        ("premultiplyAlpha", "none".into()),
        ("colorSpaceConversion", "default".into()),
        ("imageOrientation", "from-image".into()),
    ]);
    let unreadable = |thrown: JsValue| not_a_picture(file, &thrown);
    let whole: Bitmap = settled(create_image_bitmap(file.blob(), &asked)).await.map_err(unreadable)?.unchecked_into();
    let file_size_px = (whole.width(), whole.height());
    let outcome = check_size(file, file_size_px.0, file_size_px.1, limits);
    let bitmap = match outcome {
        Ok(()) => fitted(whole, limits.max_edge_px).await.map_err(unreadable)?,
        Err(error) => {
            whole.close();
            return Err(error);
        }
    };
    let may_be_transparent = header.is_none_or(|it| it.kind.may_be_transparent());
    let outcome = read_bitmap(&bitmap, may_be_transparent).map_err(unreadable);
    bitmap.close();
    outcome.map(|picture| DecodedPicture { file_size_px, ..picture })
}

/// The picture with no edge longer than `max_edge_px`. The browser makes it smaller, which needs no second copy of it in
/// the page's own memory.
async fn fitted(bitmap: Bitmap, max_edge_px: u32) -> Result<Bitmap, JsValue> {
    let longest_px = bitmap.width().max(bitmap.height());
    if longest_px <= max_edge_px {
        return Ok(bitmap);
    }
    let edge = |px: u32| f64::from((u64::from(px) * u64::from(max_edge_px) / u64::from(longest_px)).max(1) as u32);
    let asked = options(&[
        ("premultiplyAlpha", "none".into()),
        ("resizeWidth", edge(bitmap.width()).into()),
        ("resizeHeight", edge(bitmap.height()).into()),
        ("resizeQuality", "high".into()),
    ]);
    let smaller = settled(create_image_bitmap(&bitmap, &asked)).await;
    bitmap.close();
    Ok(smaller?.unchecked_into())
}

fn check_size(file: &GivenFile, width: u32, height: u32, limits: PictureLimits) -> Result<(), BrowserError> {
    if u64::from(width) * u64::from(height) > limits.max_pixels {
        let limit_pixels = limits.max_pixels;
        return Err(BrowserError::PictureTooLarge { file: file.name().to_owned(), width, height, limit_pixels });
    }
    Ok(())
}

fn not_a_picture(file: &GivenFile, thrown: &JsValue) -> BrowserError {
    let message = text_of(thrown);
    let message = message.trim_end_matches('.').to_owned();
    BrowserError::NotAPicture { file: file.name().to_owned(), message }
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_name = createImageBitmap)]
    fn create_image_bitmap(source: &JsValue, options: &Object) -> Result<Promise, JsValue>;
    type Bitmap;
    #[wasm_bindgen(method, getter)]
    fn width(this: &Bitmap) -> u32;
    #[wasm_bindgen(method, getter)]
    fn height(this: &Bitmap) -> u32;
    #[wasm_bindgen(method)]
    fn close(this: &Bitmap);

    type DrawingContext;
    #[wasm_bindgen(method, catch, js_name = drawImage)]
    fn draw_bitmap(this: &DrawingContext, bitmap: &Bitmap, x: f64, y: f64) -> Result<(), JsValue>;
}

fn read_bitmap(bitmap: &Bitmap, may_be_transparent: bool) -> Result<DecodedPicture, JsValue> {
    let (width, height) = (bitmap.width(), bitmap.height());
    if may_be_transparent && let Some(rgba) = exact_pixels::read(bitmap, width, height) {
        return Ok(DecodedPicture { width, height, file_size_px: (width, height), rgba, is_rounded: false });
    }
    let rgba = read_through_canvas(bitmap)?;
    let is_rounded = may_be_transparent && rgba.chunks_exact(4).any(|it| it[3] != 255);
    Ok(DecodedPicture { width, height, file_size_px: (width, height), rgba, is_rounded })
}

/// A picture in another format of the browser's: `png` on white paper, as `image/jpeg` or `image/webp` of a quality from
/// 0 to 1.
///
/// # Errors
/// When the browser has no memory for it, or does not write this format.
pub async fn encode_on_white(png: &[u8], media_type: &'static str, quality: f32) -> Result<Vec<u8>, BrowserError> {
    let action = "encoding the picture";
    let blob = blob_of("image/png", png)?;
    let bitmap = settled(create_image_bitmap(&blob, &options(&[]))).await.or_refused(action)?;
    let bitmap: Bitmap = bitmap.unchecked_into();
    let drawn = draw_on_canvas(&bitmap, true);
    bitmap.close();
    let (canvas, _) = drawn.or_refused(action)?;
    encode(&canvas, media_type, f64::from(quality)).await
}

/// A canvas of its own with a bitmap on it: on white paper, or on nothing.
fn draw_on_canvas(
    bitmap: &Bitmap,
    is_on_white: bool,
) -> Result<(HtmlCanvasElement, CanvasRenderingContext2d), JsValue> {
    let missing = || JsValue::from_str("there is no canvas");
    let document = web_sys::window().and_then(|it| it.document()).ok_or_else(missing)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    canvas.set_width(bitmap.width());
    canvas.set_height(bitmap.height());
    // Read once and never shown: the processor's memory is the right place for it.
    let asked = options(&[("willReadFrequently", JsValue::TRUE)]);
    let context = canvas.get_context_with_context_options("2d", &asked)?.ok_or_else(missing)?;
    let context: CanvasRenderingContext2d = context.dyn_into().map_err(|_| missing())?;
    if is_on_white {
        context.set_fill_style_str("#fff");
        context.fill_rect(0.0, 0.0, f64::from(bitmap.width()), f64::from(bitmap.height()));
    }
    context.unchecked_ref::<DrawingContext>().draw_bitmap(bitmap, 0.0, 0.0)?;
    Ok((canvas, context))
}

fn read_through_canvas(bitmap: &Bitmap) -> Result<Vec<u8>, JsValue> {
    let (_, context) = draw_on_canvas(bitmap, false)?;
    let image = context.get_image_data(0.0, 0.0, f64::from(bitmap.width()), f64::from(bitmap.height()))?;
    Ok(image.data().0)
}
