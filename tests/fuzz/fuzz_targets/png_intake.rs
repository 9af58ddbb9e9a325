//! A sketch's PNG of any bytes.

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../../crates/cli/src/png_bytes.rs"]
mod png_bytes;

fuzz_target!(|data: &[u8]| {
    if let Ok(pixels) = png_bytes::decode_png(data) {
        assert_eq!(pixels.rgba.len() as u64, 4 * u64::from(pixels.width) * u64::from(pixels.height));
    }
});
