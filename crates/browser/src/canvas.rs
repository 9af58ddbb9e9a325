//! Pixels on a canvas element, as rectangles of RGBA8.

use js_sys::{Object, Reflect, Uint8Array};
use wasm_bindgen::{Clamped, JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, CanvasRenderingContext2d, HtmlCanvasElement, ImageData};

use crate::{BrowserError, error::OrRefused};

/// A rectangle of whole pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PixelRect {
    /// Left edge, in pixels from the left.
    pub x: u32,
    /// Upper edge, in pixels from the top.
    pub y: u32,
    /// Width in pixels.
    pub width: u32,
    /// Height in pixels.
    pub height: u32,
}

impl PixelRect {
    /// The rectangle that covers an image of this size.
    #[must_use]
    pub const fn of_size(width: u32, height: u32) -> Self {
        Self { x: 0, y: 0, width, height }
    }
}

/// A canvas element that shows pixels. All pixels are RGBA8 with straight alpha, row after row from the top.
#[derive(Clone, Debug)]
pub struct PixelCanvas {
    element: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
}

impl PixelCanvas {
    /// Takes a canvas element into use. `is_drawn_on` asks the browser to skip its compositor's queue, so that paint
    /// follows the pen more closely; leave it off for a canvas that only shows.
    ///
    /// Without a graphics card it is not asked: each frame would then take a copy of the whole canvas to memory that is new
    /// whenever the last one is still in use, 5 to 20 ms of the page's thread for 2048 × 2048 pixels on a busy machine. In
    /// the queue the copy takes 2 to 3 ms.
    ///
    /// # Errors
    /// When the canvas has a context of another kind already, or the browser has no memory for one.
    pub fn new(element: &HtmlCanvasElement, is_drawn_on: bool) -> Result<Self, BrowserError> {
        let options = Object::new();
        for (name, value) in
            [("desynchronized", is_drawn_on && has_graphics_card()), ("willReadFrequently", false), ("alpha", true)]
        {
            Reflect::set(&options, &name.into(), &value.into()).or_refused("preparing a canvas")?;
        }
        let context = element
            .get_context_with_context_options("2d", &options)
            .or_refused("preparing a canvas")?
            .and_then(|it| it.dyn_into::<CanvasRenderingContext2d>().ok())
            .ok_or(BrowserError::Missing { interface: "2D canvas" })?;
        Ok(Self { element: element.clone(), context })
    }

    /// Width in pixels of the backing store.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.element.width()
    }

    /// Height in pixels of the backing store.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.element.height()
    }

    /// Gives the backing store a size. This clears the canvas, so it does nothing when the size is right already.
    pub fn resize(&self, width: u32, height: u32) {
        if (self.width(), self.height()) != (width, height) {
            self.element.set_width(width);
            self.element.set_height(height);
        }
    }

    /// Makes every pixel transparent.
    pub fn clear(&self) {
        self.context.clear_rect(0.0, 0.0, f64::from(self.width()), f64::from(self.height()));
    }

    /// Shows `pixels` at `rect`; what lies outside the canvas is cut off.
    ///
    /// In Chromium without a GPU this takes 0.035 ms of the page's thread for 200 × 200 pixels and 2.6 ms for
    /// 2048 × 2048; by way of an `ImageBitmap` it takes 0.35 ms and 30 ms.
    ///
    /// # Errors
    /// When `pixels` is not `width * height * 4` bytes long.
    pub fn put(&self, pixels: &[u8], rect: PixelRect) -> Result<(), BrowserError> {
        let expected_bytes = u64::from(rect.width) * u64::from(rect.height) * 4;
        if expected_bytes != pixels.len() as u64 {
            return Err(BrowserError::PixelCount {
                width: rect.width,
                height: rect.height,
                expected_bytes,
                received_bytes: pixels.len() as u64,
            });
        }
        if expected_bytes == 0 {
            return Ok(());
        }
        let image = ImageData::new_with_u8_clamped_array_and_sh(Clamped(pixels), rect.width, rect.height)
            .or_refused("showing pixels")?;
        self.context.put_image_data(&image, f64::from(rect.x), f64::from(rect.y)).or_refused("showing pixels")
    }

    /// Shows a picture of `width` × `height` pixels in `rect`, scaled smoothly, over what is there.
    ///
    /// # Errors
    /// When `pixels` is not `width * height * 4` bytes long, or the browser has no memory for it.
    pub fn put_scaled(&self, pixels: &[u8], width: u32, height: u32, rect: PixelRect) -> Result<(), BrowserError> {
        let source = Self::detached(width, height)?;
        source.put(pixels, PixelRect::of_size(width, height))?;
        if width == 0 || height == 0 {
            return Ok(());
        }
        // A browser without the property scales as it does.
        let _ = Reflect::set(&self.context, &"imageSmoothingQuality".into(), &"high".into());
        self.context
            .draw_image_with_html_canvas_element_and_dw_and_dh(
                &source.element,
                f64::from(rect.x),
                f64::from(rect.y),
                f64::from(rect.width),
                f64::from(rect.height),
            )
            .or_refused("showing pixels")
    }

    /// Shows what another canvas shows, in its size; pixels that are not opaque may be rounded.
    ///
    /// # Errors
    /// When the browser has no memory for it.
    pub fn copy_from(&self, other: &Self) -> Result<(), BrowserError> {
        let action = "showing pixels";
        self.resize(other.width(), other.height());
        self.context.set_global_composite_operation("copy").or_refused(action)?;
        let drawn = self.context.draw_image_with_html_canvas_element(&other.element, 0.0, 0.0).or_refused(action);
        self.context.set_global_composite_operation("source-over").or_refused(action)?;
        drawn
    }

    /// A canvas that is in no page.
    ///
    /// # Errors
    /// When the browser has no 2D canvas.
    pub fn detached(width: u32, height: u32) -> Result<Self, BrowserError> {
        Self::new(&Self::element(width, height)?, false)
    }

    fn element(width: u32, height: u32) -> Result<HtmlCanvasElement, BrowserError> {
        let missing = BrowserError::Missing { interface: "document" };
        let document = web_sys::window().and_then(|it| it.document()).ok_or(missing)?;
        let element: HtmlCanvasElement =
            document.create_element("canvas").or_refused("preparing a canvas")?.unchecked_into();
        element.set_width(width);
        element.set_height(height);
        Ok(element)
    }

    /// Reads the pixels at `rect` back; what lies outside the canvas is transparent. Pixels that are not opaque come
    /// back rounded, since browsers keep them premultiplied.
    ///
    /// # Errors
    /// When the browser refuses, as for an empty rectangle.
    pub fn get(&self, rect: PixelRect) -> Result<Vec<u8>, BrowserError> {
        let image = self
            .context
            .get_image_data(f64::from(rect.x), f64::from(rect.y), f64::from(rect.width), f64::from(rect.height))
            .or_refused("reading pixels")?;
        Ok(image.data().0)
    }

    /// The whole canvas as the bytes of a PNG file.
    ///
    /// # Errors
    /// When the canvas is empty or too large to encode.
    pub async fn to_png(&self) -> Result<Vec<u8>, BrowserError> {
        encode(&self.element, "image/png", 1.0).await
    }
}

/// What a canvas shows as the bytes of a file; `quality`, 0 to 1, counts for formats that lose some of it.
///
/// # Errors
/// When the canvas is empty or too large to encode, and when the browser does not write this format.
pub(crate) async fn encode(
    element: &HtmlCanvasElement,
    media_type: &'static str,
    quality: f64,
) -> Result<Vec<u8>, BrowserError> {
    let mut refusal = Ok(());
    let encoded = js_sys::Promise::new(&mut |resolve, _| {
        let on_blob = Closure::once_into_js(move |blob: JsValue| {
            let _ = resolve.call1(&JsValue::UNDEFINED, &blob);
        });
        refusal = element.to_blob_with_type_and_encoder_options(on_blob.unchecked_ref(), media_type, &quality.into());
    });
    refusal.or_refused("encoding the picture")?;
    let blob = JsFuture::from(encoded).await.or_refused("encoding the picture")?;
    let blob = blob.dyn_into::<Blob>().map_err(|_| BrowserError::Refused {
        action: "encoding the picture",
        message: "the canvas is empty or too large".to_owned(),
    })?;
    // Where a browser does not write a format it writes PNG instead.
    if blob.type_() != media_type {
        return Err(BrowserError::Missing { interface: media_type });
    }
    let buffer = JsFuture::from(blob.array_buffer()).await.or_refused("encoding the picture")?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Whether the browser draws by a graphics card.
fn has_graphics_card() -> bool {
    let options = Object::new();
    let canvas = PixelCanvas::element(1, 1);
    Reflect::set(&options, &"failIfMajorPerformanceCaveat".into(), &JsValue::TRUE).is_ok()
        && canvas.is_ok_and(|it| it.get_context_with_context_options("webgl", &options).is_ok_and(|it| it.is_some()))
}

/// A small PNG of a picture of `width` × `height` pixels (RGBA8, straight alpha), at most `edge_px` wide and high, never
/// larger than the picture.
///
/// # Errors
/// When `pixels` is not `width * height * 4` bytes long, the picture is empty, or the browser has no memory for it.
pub async fn thumbnail_png(pixels: &[u8], width: u32, height: u32, edge_px: u32) -> Result<Vec<u8>, BrowserError> {
    let scale = (f64::from(edge_px) / f64::from(width.max(height).max(1))).min(1.0);
    // A long and narrow picture keeps a pixel of its width, and an empty one stays empty.
    let scaled = |length: u32| ((f64::from(length) * scale).round() as u32).max(length.min(1));
    let canvas = PixelCanvas::detached(scaled(width), scaled(height))?;
    canvas.put_scaled(pixels, width, height, PixelRect::of_size(scaled(width), scaled(height)))?;
    canvas.to_png().await
}
