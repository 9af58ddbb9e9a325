//! Picture files, decoded by the browser. The files are made by `tests/fixtures/make.py`.

use underpaint_browser::{
    BrowserError,
    canvas::{PixelCanvas, PixelRect},
    files::GivenFile,
    picture_file::{DecodedPicture, PictureLimits, decode_picture, encode_on_white},
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{canvas_element, javascript};

const TRANSPARENT_PNG: &[u8] = include_bytes!("../fixtures/transparent.png");
const TRANSPARENT_WEBP: &[u8] = include_bytes!("../fixtures/transparent.webp");
const TRANSPARENT_AVIF: &[u8] = include_bytes!("../fixtures/transparent.avif");
const TURNED_JPEG: &[u8] = include_bytes!("../fixtures/turned.jpg");
const TURNED_PNG: &[u8] = include_bytes!("../fixtures/turned.png");

const LIMITS: PictureLimits = PictureLimits { max_bytes: 1 << 20, max_pixels: 1 << 20, max_edge_px: 1 << 12 };

async fn decode(name: &str, bytes: &[u8], limits: PictureLimits) -> Result<DecodedPicture, BrowserError> {
    decode_picture(&GivenFile::of_bytes(name, "", bytes).unwrap(), limits).await
}

/// The largest difference of a colour between the picture and the script's, and of an alpha.
fn differences(picture: &DecodedPicture, least_alpha: u8) -> (u8, u8) {
    assert_eq!((picture.width, picture.height, picture.rgba.len()), (16, 2, 16 * 2 * 4));
    let mut largest = (0, 0);
    for (index, pixel) in picture.rgba.chunks_exact(4).enumerate() {
        let (x, y) = ((index % 16) as u8, (index / 16) as u8);
        let expected = [200, 100 + y, 50, x * 17];
        largest.1 = largest.1.max(pixel[3].abs_diff(expected[3]));
        if expected[3] >= least_alpha {
            largest.0 = (0..3).map(|it| pixel[it].abs_diff(expected[it])).fold(largest.0, u8::max);
        }
    }
    largest
}

#[wasm_bindgen_test]
async fn transparent_pixels_keep_their_colours() {
    for (name, bytes) in [("a.png", TRANSPARENT_PNG), ("a.webp", TRANSPARENT_WEBP)] {
        let picture = decode(name, bytes, LIMITS).await.unwrap();
        assert!(!picture.is_rounded, "{name}");
        assert_eq!(differences(&picture, 0), (0, 0), "{name}: {:?}", picture.rgba);
    }
    // AV1 keeps colours as brightness and two differences, which rounds. Chromium 156 stretches the alpha of such a file
    // from 16…235 to 0…255, although it is of the full range and Pillow reads it as it was written.
    let picture = decode("a.avif", TRANSPARENT_AVIF, LIMITS).await.unwrap();
    let (colour, alpha) = differences(&picture, 0);
    assert!(colour <= 3 && alpha <= 18, "{colour} {alpha}");
}

#[wasm_bindgen_test]
async fn without_webgl_a_canvas_does_what_it_can() {
    javascript(
        "window.originalContext = HTMLCanvasElement.prototype.getContext;
         HTMLCanvasElement.prototype.getContext = function (kind, options) {
             return kind === 'webgl' ? null : window.originalContext.call(this, kind, options);
         }",
    );
    let picture = decode("a.png", TRANSPARENT_PNG, LIMITS).await;
    javascript("HTMLCanvasElement.prototype.getContext = window.originalContext");
    let picture = picture.unwrap();
    assert!(picture.is_rounded);
    let (colour, alpha) = differences(&picture, 128);
    assert!(colour <= 1 && alpha == 0, "{colour} {alpha}");
}

#[wasm_bindgen_test]
async fn a_picture_is_turned_as_its_camera_lay() {
    for (name, bytes) in [("a.jpg", TURNED_JPEG), ("a.png", TURNED_PNG)] {
        let picture = decode(name, bytes, LIMITS).await.unwrap();
        assert_eq!((picture.width, picture.height, picture.is_rounded), (16, 32, false), "{name}");
        let pixel = |x: usize, y: usize| &picture.rgba[(y * 16 + x) * 4..][..4];
        assert!(pixel(8, 4)[0] > 240 && pixel(8, 4)[2] < 15, "{name}: {:?}", pixel(8, 4));
        assert!(pixel(8, 28)[0] < 15 && pixel(8, 28)[2] > 240, "{name}: {:?}", pixel(8, 28));
    }
}

#[wasm_bindgen_test]
async fn a_picture_with_too_long_an_edge_comes_smaller_and_says_so() {
    let limits = PictureLimits { max_edge_px: 8, ..LIMITS };
    let picture = decode("a.jpg", TURNED_JPEG, limits).await.unwrap();
    assert_eq!((picture.width, picture.height, picture.file_size_px), (4, 8, (16, 32)));
    assert_eq!(picture.rgba.len(), 4 * 8 * 4);
    assert!(picture.rgba[0] > 200 && picture.rgba[2] < 60, "{:?}", &picture.rgba[..4]);
    let picture = decode("a.png", TRANSPARENT_PNG, limits).await.unwrap();
    assert_eq!((picture.width, picture.height, picture.file_size_px), (8, 1, (16, 2)));
    let picture = decode("a.png", TRANSPARENT_PNG, LIMITS).await.unwrap();
    assert_eq!((picture.width, picture.height, picture.file_size_px), (16, 2, (16, 2)));
}

#[wasm_bindgen_test]
async fn a_picture_that_is_too_large_is_refused_before_it_is_decoded() {
    // It claims 60,000 × 60,000 pixels and has none; a decoder that was asked would speak of damage.
    let mut claim = TRANSPARENT_PNG[..33].to_vec();
    claim[16..24].copy_from_slice(&[0, 0, 0xea, 0x60, 0, 0, 0xea, 0x60]);
    let error = decode("huge.png", &claim, LIMITS).await.unwrap_err();
    assert!(matches!(error, BrowserError::PictureTooLarge { width: 60_000, height: 60_000, .. }), "{error}");
    let error = decode("a.png", TRANSPARENT_PNG, PictureLimits { max_bytes: 10, ..LIMITS }).await.unwrap_err();
    assert!(matches!(error, BrowserError::FileTooLarge { limit_bytes: 10, .. }), "{error}");
}

#[wasm_bindgen_test]
async fn what_is_no_picture_is_said_with_its_name() {
    let cut = &TRANSPARENT_PNG[..TRANSPARENT_PNG.len() / 2];
    for (name, bytes) in [("notes.txt", b"just text".as_slice()), ("empty.png", b""), ("cut.png", cut)] {
        let outcome = decode(name, bytes, LIMITS).await;
        let error = outcome.map(|it| (it.width, it.height)).unwrap_err();
        assert!(matches!(error, BrowserError::NotAPicture { .. }), "{error}");
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[wasm_bindgen_test]
async fn a_picture_in_another_format_lies_on_white_paper_and_bad_bytes_are_refused() {
    let canvas = PixelCanvas::new(&canvas_element(16, 16), false).unwrap();
    let half = [[40, 60, 200, 255].repeat(16 * 8), [0; 4].repeat(16 * 8)].concat();
    canvas.put(&half, PixelRect::of_size(16, 16)).unwrap();
    let png = canvas.to_png().await.unwrap();
    for (media_type, start) in [("image/jpeg", b"\xff\xd8\xff".as_slice()), ("image/webp", b"RIFF")] {
        let bytes = encode_on_white(&png, media_type, 0.95).await.unwrap();
        assert!(bytes.starts_with(start), "{media_type}");
        let picture = decode("picture", &bytes, LIMITS).await.unwrap();
        let pixel = |x: usize, y: usize| &picture.rgba[(y * 16 + x) * 4..][..4];
        let near =
            |pixel: &[u8], expected: [u8; 4]| pixel.iter().zip(expected).all(|(one, other)| one.abs_diff(other) < 14);
        assert!(near(pixel(8, 2), [40, 60, 200, 255]), "{media_type}: {:?}", pixel(8, 2));
        assert!(near(pixel(8, 14), [255; 4]), "{media_type}: {:?}", pixel(8, 14));
    }
    let error = encode_on_white(&png, "image/tiff", 0.9).await.unwrap_err();
    assert!(matches!(error, BrowserError::Missing { interface: "image/tiff" }), "{error}");
    assert!(encode_on_white(b"no picture", "image/jpeg", 0.9).await.is_err());
}
