//! A PNG's bytes as pixels; whatever the bytes are.
//!
//! Nothing here knows of files or of the engine, so that `tests/fuzz` can search it alone.

use std::io::Cursor;

use anyhow::{Context, Result, bail};
use png::{ColorType, Decoder, Limits, Transformations};

/// The most pixels that a picture may have: what needs more memory than a model is no sketch.
const MAX_PIXELS: u64 = 1 << 26;
/// Deflate packs no byte into less than this part of one, so a picture cannot be larger than its file allows.
const MAX_EXPANSION: u64 = 1032;
/// What the file's compressed parts may need beside the pixels, in bytes.
const OTHER_BYTES: usize = 64 << 20;

/// Width, height and RGBA pixels with 8 bits a channel, row by row from the top.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pixels {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `4 · width · height` bytes, alpha not multiplied in.
    pub rgba: Vec<u8>,
}

/// Reads a PNG of any kind.
///
/// # Errors
/// Where the bytes are not a whole PNG, or the picture is larger than 67 million pixels.
pub fn decode_png(bytes: &[u8]) -> Result<Pixels> {
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: OTHER_BYTES });
    // Palettes and few bits become whole channels, 16 bits become 8.
    decoder.set_transformations(Transformations::normalize_to_color8());
    let info = decoder.read_header_info().context("it is not a PNG")?;
    let n_pixels = u64::from(info.width) * u64::from(info.height);
    if n_pixels > MAX_PIXELS {
        bail!("it claims to be {} x {} pixels, too many to be a sketch", info.width, info.height);
    }
    // Before anything of that size is allocated.
    let packed_bytes = (n_pixels * info.bits_per_pixel() as u64).div_ceil(8);
    if packed_bytes > MAX_EXPANSION * bytes.len() as u64 {
        bail!(
            "it claims to be {} x {} pixels, more than its bytes can hold; it was cut short",
            info.width,
            info.height
        );
    }
    let mut reader = decoder.read_info().context("it is a broken PNG")?;
    let n_bytes = reader.output_buffer_size().context("it is too large for this machine")?;
    let mut decoded = vec![0; n_bytes];
    let frame = reader.next_frame(&mut decoded).context("it is a broken PNG")?;
    decoded.truncate(frame.buffer_size());
    let rgba: Vec<u8> = match frame.color_type {
        ColorType::Rgba => decoded,
        ColorType::Rgb => decoded.chunks_exact(3).flat_map(|it| [it[0], it[1], it[2], 255]).collect(),
        ColorType::GrayscaleAlpha => decoded.chunks_exact(2).flat_map(|it| [it[0], it[0], it[0], it[1]]).collect(),
        ColorType::Grayscale => decoded.iter().flat_map(|&it| [it, it, it, 255]).collect(),
        ColorType::Indexed => bail!("its palette cannot be read; save it in RGB"),
    };
    if rgba.len() as u64 != 4 * u64::from(frame.width) * u64::from(frame.height) {
        bail!("it is a broken PNG: its rows are not as many as it says");
    }
    Ok(Pixels { width: frame.width, height: frame.height, rgba })
}

#[cfg(test)]
mod tests {
    use png::{BitDepth, Encoder};

    use super::*;

    fn encoded(color: ColorType, depth: BitDepth, data: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 2, 1);
        encoder.set_color(color);
        encoder.set_depth(depth);
        if color == ColorType::Indexed {
            encoder.set_palette(vec![1, 2, 3, 4, 5, 6]);
        }
        encoder.write_header().unwrap().write_image_data(data).unwrap();
        bytes
    }

    #[test]
    fn every_kind_of_png_becomes_rgba() {
        use BitDepth::{Eight, One, Sixteen};
        for (color, depth, data, rgba) in [
            (ColorType::Rgba, Eight, &[1, 2, 3, 4, 5, 6, 7, 8][..], [1, 2, 3, 4, 5, 6, 7, 8]),
            (ColorType::Rgb, Eight, &[1, 2, 3, 4, 5, 6], [1, 2, 3, 255, 4, 5, 6, 255]),
            (ColorType::Grayscale, Eight, &[7, 9], [7, 7, 7, 255, 9, 9, 9, 255]),
            (ColorType::Grayscale, One, &[0b0100_0000], [0, 0, 0, 255, 255, 255, 255, 255]),
            (ColorType::GrayscaleAlpha, Eight, &[7, 1, 9, 2], [7, 7, 7, 1, 9, 9, 9, 2]),
            (ColorType::Grayscale, Sixteen, &[7, 99, 9, 99], [7, 7, 7, 255, 9, 9, 9, 255]),
            (ColorType::Indexed, Eight, &[1, 0], [4, 5, 6, 255, 1, 2, 3, 255]),
        ] {
            let pixels = decode_png(&encoded(color, depth, data)).unwrap();
            assert_eq!((pixels.width, pixels.height, pixels.rgba), (2, 1, rgba.to_vec()), "{color:?} {depth:?}");
        }
    }

    #[test]
    fn a_picture_that_only_claims_to_be_large_is_refused_before_anything_is_allocated() {
        let mut bytes = encoded(ColorType::Rgba, BitDepth::Eight, &[0; 8]);
        for (width, height, word) in [(u32::MAX >> 1, u32::MAX >> 1, "too many"), (8000, 8000, "cut short")] {
            bytes[16..20].copy_from_slice(&width.to_be_bytes());
            bytes[20..24].copy_from_slice(&height.to_be_bytes());
            let sum = crc32(&bytes[12..29]);
            bytes[29..33].copy_from_slice(&sum.to_be_bytes());
            let message = format!("{:#}", decode_png(&bytes).unwrap_err());
            assert!(message.contains(word), "{message}");
        }
    }

    #[test]
    fn bytes_that_are_no_whole_png_are_errors() {
        let whole = encoded(ColorType::Rgba, BitDepth::Eight, &[9; 8]);
        for end in 0..whole.len() - 12 {
            assert!(decode_png(&whole[..end]).is_err(), "cut at {end}");
        }
        assert!(decode_png(b"\xff\xd8\xff\xe0 a photograph").is_err());
    }

    /// The sum that a chunk ends with (PNG specification, annex D).
    fn crc32(bytes: &[u8]) -> u32 {
        !bytes.iter().fold(u32::MAX, |sum, byte| {
            (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 })
        })
    }
}
