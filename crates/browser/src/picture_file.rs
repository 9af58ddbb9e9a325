//! Pictures of any kind that the browser reads, as pixels.
//!
//! Browsers keep the pixels of a canvas premultiplied with 8 bits, which takes colours away from pixels that are nearly
//! transparent. Where the browser has an `ImageDecoder` the pixels come from it as they are in the file. Elsewhere they
//! come through a canvas: exact for opaque pixels, and as good as a canvas is for the rest.

use js_sys::{Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::{
    BrowserError,
    error::text_of,
    files::GivenFile,
    opfs::{read_range, settled},
    picture_header::{PictureHeader, PictureKind, read_header},
    scope::{options, property},
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
}

/// The pixels of a picture file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DecodedPicture {
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
    /// RGBA8 with straight alpha in sRGB, row after row from the top; `width * height * 4` bytes.
    pub rgba: Vec<u8>,
    /// Pixels that are not opaque may have been rounded on their way through a canvas.
    pub is_rounded: bool,
}

/// Decodes a picture: PNG, JPEG, WebP, AVIF and whatever else the browser reads; of an animation the first picture. It
/// is turned as its metadata ask for, and its colours are brought to sRGB.
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
        .map_err(|error| BrowserError::FileUnreadable { file: file.name().to_owned(), message: error.to_string() })?;
    let header = read_header(&start);
    if let Some((width, height)) = header.and_then(|it| it.size) {
        check_size(file, width, height, limits)?;
    }
    if let Some(PictureHeader { kind, .. }) = header.filter(|it| it.kind.may_be_transparent())
        && let Some(picture) = decode_exactly(file, kind, limits).await?
    {
        return Ok(picture);
    }
    decode_through_canvas(file, header.map(|it| it.kind), limits).await
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
    type ImageDecoder;
    #[wasm_bindgen(constructor, catch)]
    fn new(init: &Object) -> Result<ImageDecoder, JsValue>;
    #[wasm_bindgen(static_method_of = ImageDecoder, catch, js_name = isTypeSupported)]
    fn is_type_supported(kind: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn decode(this: &ImageDecoder) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &ImageDecoder);

    type VideoFrame;
    #[wasm_bindgen(method, getter, js_name = displayWidth)]
    fn display_width(this: &VideoFrame) -> u32;
    #[wasm_bindgen(method, getter, js_name = displayHeight)]
    fn display_height(this: &VideoFrame) -> u32;
    #[wasm_bindgen(method, catch, js_name = copyTo)]
    fn copy_to(this: &VideoFrame, target: &Uint8Array, options: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, js_name = close)]
    fn close_frame(this: &VideoFrame);

    #[wasm_bindgen(catch, js_name = createImageBitmap)]
    fn create_image_bitmap(blob: &web_sys::Blob, options: &Object) -> Result<Promise, JsValue>;
    type Bitmap;
    #[wasm_bindgen(method, getter)]
    fn width(this: &Bitmap) -> u32;
    #[wasm_bindgen(method, getter)]
    fn height(this: &Bitmap) -> u32;
    #[wasm_bindgen(method, js_name = close)]
    fn close_bitmap(this: &Bitmap);

    type DrawingContext;
    #[wasm_bindgen(method, catch, js_name = drawImage)]
    fn draw_bitmap(this: &DrawingContext, bitmap: &Bitmap, x: f64, y: f64) -> Result<(), JsValue>;
}

/// Decodes without a canvas; `None` where this browser cannot, or where the picture has to be turned.
async fn decode_exactly(
    file: &GivenFile,
    kind: PictureKind,
    limits: PictureLimits,
) -> Result<Option<DecodedPicture>, BrowserError> {
    if property(&js_sys::global(), "ImageDecoder").is_none() {
        return Ok(None);
    }
    let media_type = kind.media_type();
    if !settled(ImageDecoder::is_type_supported(media_type)).await.is_ok_and(|it| it.is_truthy()) {
        return Ok(None);
    }
    let bytes = JsFuture::from(file.blob().array_buffer()).await.map_err(|thrown| not_a_picture(file, &thrown))?;
    let init = options(&[
        ("data", bytes),
        ("type", media_type.into()),
        ("premultiplyAlpha", "none".into()),
        ("colorSpaceConversion", "default".into()),
        ("preferAnimation", JsValue::FALSE),
    ]);
    let Ok(decoder) = ImageDecoder::new(&init) else { return Ok(None) };
    let decoded = settled(decoder.decode()).await;
    let frame = decoded.map(|it| property(&it, "image").unwrap_or_default());
    let outcome = match frame {
        Ok(frame) if frame.is_object() => {
            let frame: &VideoFrame = frame.unchecked_ref();
            let picture = read_frame(file, frame, limits).await;
            frame.close_frame();
            picture
        }
        Ok(_) => Ok(None),
        Err(thrown) => Err(not_a_picture(file, &thrown)),
    };
    decoder.close();
    outcome
}

async fn read_frame(
    file: &GivenFile,
    frame: &VideoFrame,
    limits: PictureLimits,
) -> Result<Option<DecodedPicture>, BrowserError> {
    let is_turned = property(frame, "rotation").and_then(|it| it.as_f64()).is_some_and(|it| it != 0.0)
        || property(frame, "flip").is_some_and(|it| it.is_truthy());
    let (width, height) = (frame.display_width(), frame.display_height());
    check_size(file, width, height, limits)?;
    // A browser of before the option knows a format of its own alone, and copies in it whatever is asked for.
    let format = property(frame, "format").and_then(|it| it.as_string()).unwrap_or_default();
    if is_turned || format.is_empty() {
        return Ok(None);
    }
    let pixels = Uint8Array::new_with_length(width.saturating_mul(height).saturating_mul(4));
    let asked = options(&[("format", "RGBA".into()), ("colorSpace", "srgb".into())]);
    let Ok(layout) = settled(frame.copy_to(&pixels, &asked)).await else { return Ok(None) };
    // One plane of full rows: that is RGBA and not a format in planes.
    let planes = js_sys::Array::from(&layout);
    let stride = property(&planes.get(0), "stride").and_then(|it| it.as_f64());
    if planes.length() != 1 || stride != Some(f64::from(width) * 4.0) {
        return Ok(None);
    }
    Ok(Some(DecodedPicture { width, height, rgba: pixels.to_vec(), is_rounded: false }))
}

async fn decode_through_canvas(
    file: &GivenFile,
    kind: Option<PictureKind>,
    limits: PictureLimits,
) -> Result<DecodedPicture, BrowserError> {
    let asked = options(&[
        ("premultiplyAlpha", "none".into()),
        ("colorSpaceConversion", "default".into()),
        ("imageOrientation", "from-image".into()),
    ]);
    let unreadable = |thrown: JsValue| not_a_picture(file, &thrown);
    let bitmap = settled(create_image_bitmap(file.blob(), &asked)).await.map_err(unreadable)?;
    let bitmap: &Bitmap = bitmap.unchecked_ref();
    let (width, height) = (bitmap.width(), bitmap.height());
    let outcome = check_size(file, width, height, limits).and_then(|()| read_bitmap(bitmap).map_err(unreadable));
    bitmap.close_bitmap();
    let rgba = outcome?;
    let is_opaque = kind.is_some_and(|it| !it.may_be_transparent()) || rgba.chunks_exact(4).all(|it| it[3] == 255);
    Ok(DecodedPicture { width, height, rgba, is_rounded: !is_opaque })
}

fn read_bitmap(bitmap: &Bitmap) -> Result<Vec<u8>, JsValue> {
    let missing = || JsValue::from_str("there is no canvas");
    let document = web_sys::window().and_then(|it| it.document()).ok_or_else(missing)?;
    let canvas: HtmlCanvasElement = document.create_element("canvas")?.unchecked_into();
    canvas.set_width(bitmap.width());
    canvas.set_height(bitmap.height());
    // Read once and never shown: the processor's memory is the right place for it.
    let asked = options(&[("willReadFrequently", JsValue::TRUE)]);
    let context = canvas.get_context_with_context_options("2d", &asked)?.ok_or_else(missing)?;
    context.unchecked_ref::<DrawingContext>().draw_bitmap(bitmap, 0.0, 0.0)?;
    let context: CanvasRenderingContext2d = context.dyn_into().map_err(|_| missing())?;
    let image = context.get_image_data(0.0, 0.0, f64::from(bitmap.width()), f64::from(bitmap.height()))?;
    Ok(image.data().0)
}
