//! Pixels on a canvas.

use underpaint_browser::{
    BrowserError,
    canvas::{PixelCanvas, PixelRect, thumbnail_png},
    files::GivenFile,
    picture_file::{PictureLimits, decode_picture},
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::canvas_element;

#[wasm_bindgen_test]
fn opaque_pixels_come_back_as_they_were_put() {
    let canvas = PixelCanvas::new(&canvas_element(16, 16), false).unwrap();
    let pixels: Vec<u8> = (0..=255u8).flat_map(|it| [it, 255 - it, it / 3, 255]).collect();
    canvas.put(&pixels, PixelRect::of_size(16, 16)).unwrap();
    assert_eq!(canvas.get(PixelRect::of_size(16, 16)).unwrap(), pixels);
}

#[wasm_bindgen_test]
fn a_rectangle_changes_itself_alone() {
    let canvas = PixelCanvas::new(&canvas_element(4, 2), true).unwrap();
    canvas.put(&[255; 4 * 2 * 4], PixelRect::of_size(4, 2)).unwrap();
    canvas.put(&[1, 2, 3, 255, 4, 5, 6, 255], PixelRect { x: 1, y: 1, width: 2, height: 1 }).unwrap();
    let white = [255; 4];
    assert_eq!(canvas.get(PixelRect::of_size(4, 1)).unwrap(), white.repeat(4));
    let lower = canvas.get(PixelRect { x: 0, y: 1, width: 4, height: 1 }).unwrap();
    assert_eq!(lower, [white, [1, 2, 3, 255], [4, 5, 6, 255], white].concat());
}

#[wasm_bindgen_test]
fn a_buffer_of_the_wrong_size_is_refused_with_the_numbers() {
    let canvas = PixelCanvas::new(&canvas_element(4, 4), false).unwrap();
    let error = canvas.put(&[0; 10], PixelRect::of_size(2, 2)).unwrap_err();
    assert!(matches!(error, BrowserError::PixelCount { expected_bytes: 16, received_bytes: 10, .. }), "{error}");
    canvas.put(&[], PixelRect::of_size(0, 3)).unwrap();
    assert!(canvas.get(PixelRect::of_size(0, 0)).is_err());
}

#[wasm_bindgen_test]
fn resizing_to_the_same_size_keeps_the_pixels() {
    let canvas = PixelCanvas::new(&canvas_element(2, 1), false).unwrap();
    canvas.put(&[9, 9, 9, 255, 8, 8, 8, 255], PixelRect::of_size(2, 1)).unwrap();
    canvas.resize(2, 1);
    assert_eq!(canvas.get(PixelRect::of_size(1, 1)).unwrap(), [9, 9, 9, 255]);
    canvas.resize(3, 3);
    assert_eq!((canvas.width(), canvas.height()), (3, 3));
    assert_eq!(canvas.get(PixelRect::of_size(1, 1)).unwrap(), [0; 4]);
}

#[wasm_bindgen_test]
async fn a_canvas_becomes_a_png_file_of_its_size() {
    let canvas = PixelCanvas::new(&canvas_element(70, 50), false).unwrap();
    let png = canvas.to_png().await.unwrap();
    assert_eq!(png[..8], *b"\x89PNG\r\n\x1a\n");
    assert_eq!(png[16..24], [0, 0, 0, 70, 0, 0, 0, 50]);
    let empty = PixelCanvas::new(&canvas_element(0, 0), false).unwrap();
    assert!(empty.to_png().await.is_err());
}

#[wasm_bindgen_test]
fn a_scaled_picture_fills_its_rectangle_smoothly() {
    let canvas = PixelCanvas::new(&canvas_element(8, 8), false).unwrap();
    // Columns of black and white, one pixel each: grey when made small.
    let stripes = [[0, 0, 0, 255], [255, 255, 255, 255]].concat().repeat(32 * 64);
    canvas.put_scaled(&stripes, 64, 64, PixelRect { x: 2, y: 2, width: 4, height: 4 }).unwrap();
    let pixels = canvas.get(PixelRect::of_size(8, 8)).unwrap();
    let pixel = |x: usize, y: usize| &pixels[(y * 8 + x) * 4..][..4];
    assert_eq!((pixel(1, 4), pixel(6, 4)), ([0; 4].as_slice(), [0; 4].as_slice()));
    assert!(pixel(4, 4)[0].abs_diff(128) < 8 && pixel(4, 4)[3] == 255, "{:?}", pixel(4, 4));
    assert!(canvas.put_scaled(&stripes, 63, 64, PixelRect::of_size(8, 8)).is_err());
}

#[wasm_bindgen_test]
async fn a_thumbnail_keeps_the_shape_and_is_never_larger_than_the_picture() {
    let limits = PictureLimits { max_bytes: 1 << 20, max_pixels: 1 << 20, max_edge_px: 1 << 12 };
    for ((width, height), expected) in [((300, 150), (64, 32)), ((10, 20), (10, 20)), ((1000, 1), (64, 1))] {
        let pixels = [90, 120, 150, 255].repeat((width * height) as usize);
        let png = thumbnail_png(&pixels, width, height, 64).await.unwrap();
        let file = GivenFile::of_bytes("thumbnail.png", "image/png", &png).unwrap();
        let picture = decode_picture(&file, limits).await.unwrap();
        assert_eq!((picture.width, picture.height), expected);
        assert_eq!(picture.rgba[..4], [90, 120, 150, 255]);
    }
    assert!(thumbnail_png(&[], 0, 0, 64).await.is_err());
}
