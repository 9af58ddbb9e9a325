//! Making a video of pictures, with the browser's own encoder (WebCodecs): for the time-lapse of a drawing.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use js_sys::{Array, Function, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::{
    BrowserError,
    error::{OrRefused, text_of},
    opfs::settled,
    scope::{options, property},
    webm::{EncodedFrame, VideoCodec, VideoColour, VideoTrack, write_webm},
};

/// Frames that wait in the encoder at most: each holds its pixels.
const QUEUE_LIMIT: u32 = 4;

/// A key frame at least so often, so that a player can jump.
const KEY_FRAME_SECS: f64 = 4.0;

/// The codecs by preference, with their names in the form that WebCodecs wants: VP9, profile 0, level 5.1, 8 bits.
const CODECS: [(VideoCodec, &str); 2] = [(VideoCodec::Vp9, "vp09.00.51.08"), (VideoCodec::Vp8, "vp8")];

/// How a video is to be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct VideoSettings {
    /// Width of the frames in pixels; an odd one loses its last column, since encoders halve the colours' resolution.
    pub width: u32,
    /// Height of the frames in pixels; an odd one loses its last row.
    pub height: u32,
    /// Frames in a second, for the encoder to plan with.
    pub frames_per_sec: f64,
    /// Bits in a second, on the average; [`VideoSettings::good_bits_per_sec`] proposes a number.
    pub bits_per_sec: u32,
}

impl VideoSettings {
    /// Enough for drawings without visible blocks: 0.1 bits for each pixel of each frame, 1 to 20 million a second.
    #[must_use]
    pub fn good_bits_per_sec(width: u32, height: u32, frames_per_sec: f64) -> u32 {
        (f64::from(width) * f64::from(height) * frames_per_sec * 0.1).clamp(1e6, 20e6) as u32
    }
}

#[wasm_bindgen]
extern "C" {
    type VideoEncoder;
    #[wasm_bindgen(constructor, catch)]
    fn new(init: &Object) -> Result<VideoEncoder, JsValue>;
    #[wasm_bindgen(static_method_of = VideoEncoder, catch, js_name = isConfigSupported)]
    fn is_config_supported(config: &Object) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn configure(this: &VideoEncoder, config: &Object) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn encode(this: &VideoEncoder, frame: &VideoFrame, options: &Object) -> Result<(), JsValue>;
    #[wasm_bindgen(method, catch)]
    fn flush(this: &VideoEncoder) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn close(this: &VideoEncoder) -> Result<(), JsValue>;
    #[wasm_bindgen(method, getter, js_name = encodeQueueSize)]
    fn queue_size(this: &VideoEncoder) -> u32;
    #[wasm_bindgen(method, setter)]
    fn set_ondequeue(this: &VideoEncoder, handler: Option<&Function>);

    type VideoFrame;
    #[wasm_bindgen(constructor, catch)]
    fn new(pixels: &Uint8Array, init: &Object) -> Result<VideoFrame, JsValue>;
    #[wasm_bindgen(method, js_name = close)]
    fn close_frame(this: &VideoFrame);

    type Chunk;
    #[wasm_bindgen(method, getter, js_name = type)]
    fn kind(this: &Chunk) -> String;
    #[wasm_bindgen(method, getter)]
    fn timestamp(this: &Chunk) -> f64;
    #[wasm_bindgen(method, getter, js_name = byteLength)]
    fn byte_length(this: &Chunk) -> u32;
    #[wasm_bindgen(method, catch, js_name = copyTo)]
    fn copy_to(this: &Chunk, target: &Uint8Array) -> Result<(), JsValue>;
}

/// A video in the making. Dropping it ends the encoder and throws away what there is: that is how one cancels.
pub struct VideoMaker {
    settings: VideoSettings,
    codec: VideoCodec,
    encoder: VideoEncoder,
    output: Rc<Output>,
    time_secs: f64,
    last_key_secs: Option<f64>,
    /// Called by the browser while the encoder lives.
    _callbacks: [Closure<dyn FnMut(JsValue, JsValue)>; 2],
    _on_dequeue: Closure<dyn FnMut()>,
}

impl std::fmt::Debug for VideoMaker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("VideoMaker").field("settings", &self.settings).finish_non_exhaustive()
    }
}

/// What the encoder has given.
#[derive(Default)]
struct Output {
    frames: RefCell<Vec<EncodedFrame>>,
    colour: Cell<Option<VideoColour>>,
    failure: RefCell<Option<String>>,
    /// Who waits for room in the encoder's queue.
    waiting: RefCell<Option<Function>>,
}

impl Output {
    fn wake(&self) {
        if let Some(waiting) = self.waiting.take() {
            let _ = waiting.call0(&JsValue::UNDEFINED);
        }
    }
}

impl VideoMaker {
    /// Starts an encoder: VP9, or VP8 where there is no other.
    ///
    /// # Errors
    /// [`BrowserError::NoVideo`] where the browser has no encoder, or none for this size.
    pub async fn start(settings: VideoSettings) -> Result<Self, BrowserError> {
        let no_video = |message: &str| BrowserError::NoVideo {
            width: settings.width,
            height: settings.height,
            message: message.to_owned(),
        };
        if property(&js_sys::global(), "VideoEncoder").is_none() {
            return Err(no_video("it has no WebCodecs here"));
        }
        if settings.width < 2 || settings.height < 2 {
            return Err(no_video("two pixels each way are the least"));
        }
        let mut found = None;
        for (codec, name) in CODECS {
            let config = encoder_config(&settings, name);
            let support = settled(VideoEncoder::is_config_supported(&config)).await;
            if support.is_ok_and(|it| property(&it, "supported").is_some_and(|it| it.is_truthy())) {
                found = Some((codec, config));
                break;
            }
        }
        let (codec, config) = found.ok_or_else(|| no_video("its encoders take no such size"))?;

        let output = Rc::new(Output::default());
        let on_chunk = {
            let output = Rc::clone(&output);
            Closure::<dyn FnMut(JsValue, JsValue)>::new(move |chunk: JsValue, metadata: JsValue| {
                take_chunk(&output, chunk.unchecked_ref(), &metadata);
            })
        };
        let on_error = {
            let output = Rc::clone(&output);
            Closure::<dyn FnMut(JsValue, JsValue)>::new(move |thrown: JsValue, _| {
                output.failure.borrow_mut().get_or_insert(text_of(&thrown));
                output.wake();
            })
        };
        let on_dequeue = {
            let output = Rc::clone(&output);
            Closure::<dyn FnMut()>::new(move || output.wake())
        };
        let init = options(&[("output", on_chunk.as_ref().clone()), ("error", on_error.as_ref().clone())]);
        let action = "starting the video's encoder";
        let encoder = VideoEncoder::new(&init).or_refused(action)?;
        encoder.set_ondequeue(Some(on_dequeue.as_ref().unchecked_ref()));
        encoder.configure(&config).or_refused(action)?;
        Ok(Self {
            settings,
            codec,
            encoder,
            output,
            time_secs: 0.0,
            last_key_secs: None,
            _callbacks: [on_chunk, on_error],
            _on_dequeue: on_dequeue,
        })
    }

    /// Adds a picture that is shown for `duration_secs`. It returns when the encoder has room for the next one, with
    /// the page at work meanwhile. `rgba` is of the settings' size; its alpha is not regarded.
    ///
    /// # Errors
    /// When the pixels are not as many as they should be, or the encoder fails.
    pub async fn add(&mut self, rgba: &[u8], duration_secs: f64) -> Result<(), BrowserError> {
        let action = "encoding the video";
        let VideoSettings { width, height, .. } = self.settings;
        let expected_bytes = u64::from(width) * u64::from(height) * 4;
        if expected_bytes != rgba.len() as u64 {
            let received_bytes = rgba.len() as u64;
            return Err(BrowserError::PixelCount { width, height, expected_bytes, received_bytes });
        }
        self.check()?;
        let (even_width, even_height) = even_size(&self.settings);
        let visible =
            options(&[("x", 0.into()), ("y", 0.into()), ("width", even_width.into()), ("height", even_height.into())]);
        let pixels = Uint8Array::from(rgba);
        let init = options(&[
            ("format", "RGBX".into()),
            ("codedWidth", width.into()),
            ("codedHeight", height.into()),
            ("visibleRect", visible.into()),
            ("timestamp", (self.time_secs * 1e6).round().into()),
            ("duration", (duration_secs * 1e6).round().into()),
            ("transfer", Array::of1(&pixels.buffer()).into()),
        ]);
        let is_key = self.last_key_secs.is_none_or(|it| self.time_secs - it >= KEY_FRAME_SECS);
        let frame = VideoFrame::new(&pixels, &init).or_refused(action)?;
        let outcome = self.encoder.encode(&frame, &options(&[("keyFrame", is_key.into())]));
        frame.close_frame();
        outcome.or_refused(action)?;
        if is_key {
            self.last_key_secs = Some(self.time_secs);
        }
        self.time_secs += duration_secs.max(0.001);
        while self.encoder.queue_size() > QUEUE_LIMIT && self.output.failure.borrow().is_none() {
            let room = Promise::new(&mut |resolve, _| {
                self.output.waiting.replace(Some(resolve.unchecked_into()));
            });
            JsFuture::from(room).await.or_refused(action)?;
        }
        self.check()
    }

    /// How long the video is so far.
    #[must_use]
    pub fn duration_secs(&self) -> f64 {
        self.time_secs
    }

    /// Waits for the last frames and gives the bytes of a WebM file.
    ///
    /// # Errors
    /// When the encoder fails.
    pub async fn finish(self) -> Result<Vec<u8>, BrowserError> {
        let flushed = settled(self.encoder.flush()).await;
        // The encoder's own words say more than those of the flush that failed for it.
        self.check()?;
        flushed.or_refused("encoding the video")?;
        let (width, height) = even_size(&self.settings);
        let track = VideoTrack { codec: self.codec, width, height, colour: self.output.colour.get() };
        let frames = self.output.frames.take();
        Ok(write_webm(&track, &frames, (self.time_secs * 1e3).round() as u64))
    }

    fn check(&self) -> Result<(), BrowserError> {
        match &*self.output.failure.borrow() {
            Some(message) => Err(BrowserError::Refused { action: "encoding the video", message: message.clone() }),
            None => Ok(()),
        }
    }
}

impl Drop for VideoMaker {
    fn drop(&mut self) {
        // Its last event may be on its way, and the callback ends with this value.
        self.encoder.set_ondequeue(None);
        // An encoder that failed is closed already.
        let _ = self.encoder.close();
    }
}

fn even_size(settings: &VideoSettings) -> (u32, u32) {
    (settings.width & !1, settings.height & !1)
}

fn encoder_config(settings: &VideoSettings, codec: &str) -> Object {
    let (width, height) = even_size(settings);
    options(&[
        ("codec", codec.into()),
        ("width", width.into()),
        ("height", height.into()),
        ("bitrate", settings.bits_per_sec.into()),
        ("framerate", settings.frames_per_sec.into()),
        ("latencyMode", "quality".into()),
    ])
}

fn take_chunk(output: &Output, chunk: &Chunk, metadata: &JsValue) {
    let bytes = Uint8Array::new_with_length(chunk.byte_length());
    if let Err(thrown) = chunk.copy_to(&bytes) {
        output.failure.borrow_mut().get_or_insert(text_of(&thrown));
        return;
    }
    let colour = property(metadata, "decoderConfig").and_then(|it| property(&it, "colorSpace"));
    if let Some(colour) = colour.and_then(|it| colour_of(&it)) {
        output.colour.set(Some(colour));
    }
    output.frames.borrow_mut().push(EncodedFrame {
        time_millis: (chunk.timestamp() / 1e3).round() as u64,
        is_key: chunk.kind() == "key",
        bytes: bytes.to_vec(),
    });
}

/// The numbers of ITU-T H.273 for what WebCodecs calls by name; 2 is "unspecified".
fn colour_of(space: &JsValue) -> Option<VideoColour> {
    let name = |what: &str| property(space, what).and_then(|it| it.as_string()).unwrap_or_default();
    let primaries = match name("primaries").as_str() {
        "bt709" => 1,
        "bt470bg" => 5,
        "smpte170m" => 6,
        "bt2020" => 9,
        "smpte432" => 12,
        _ => 2,
    };
    let transfer = match name("transfer").as_str() {
        "bt709" => 1,
        "smpte170m" => 6,
        "linear" => 8,
        "iec61966-2-1" => 13,
        _ => 2,
    };
    let matrix = match name("matrix").as_str() {
        "rgb" => 0,
        "bt709" => 1,
        "bt470bg" => 5,
        "smpte170m" => 6,
        "bt2020-ncl" => 9,
        _ => return None,
    };
    let is_full_range = property(space, "fullRange").is_some_and(|it| it.is_truthy());
    Some(VideoColour { primaries, transfer, matrix, is_full_range })
}
