//! Pictures in PNG files.

use std::fs::File;
use std::io::{BufWriter, Cursor};
use std::path::Path;

use anyhow::{Context, Result, bail};
use png::{BitDepth, ColorType, Decoder, Encoder, Transformations};
use underpaint_engine::RgbaImage;

/// More pixels than a browser's canvas can have; a header that claims more is a mistake or an attack.
const MAX_PIXELS: u64 = 1 << 28;

/// Reads a PNG file of any kind as RGBA with 8 bits a channel. `what` is how errors call it, such as `sketch`.
///
/// # Errors
/// Where the file is not there or not a PNG that can be read.
pub fn read_png(what: &str, path: &Path) -> Result<RgbaImage> {
    let name = format!("{what} {}", path.display());
    let bytes = std::fs::read(path).with_context(|| format!("the {name} cannot be opened"))?;
    decode_png(&name, &bytes)
}

/// Reads the bytes of a PNG of any kind as RGBA with 8 bits a channel.
///
/// # Errors
/// Where they are not a PNG that can be read, or one of an absurd size.
pub fn decode_png(name: &str, bytes: &[u8]) -> Result<RgbaImage> {
    let mut decoder = Decoder::new(Cursor::new(bytes));
    // Palettes and few bits become whole channels, 16 bits become 8.
    decoder.set_transformations(Transformations::normalize_to_color8());
    let mut reader = decoder.read_info().with_context(|| format!("the {name} is not a PNG"))?;
    let (width, height) = (reader.info().width, reader.info().height);
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        bail!("the {name} is too large with {width} × {height} pixels");
    }
    let Some(n_bytes) = reader.output_buffer_size() else {
        bail!("the {name} is too large for this machine");
    };
    let mut pixels = vec![0; n_bytes];
    let frame = reader.next_frame(&mut pixels).with_context(|| format!("the {name} is a broken PNG"))?;
    pixels.truncate(frame.buffer_size());

    let pixels = match frame.color_type {
        ColorType::Rgba => pixels,
        ColorType::Rgb => pixels.chunks_exact(3).flat_map(|it| [it[0], it[1], it[2], 255]).collect(),
        ColorType::GrayscaleAlpha => pixels.chunks_exact(2).flat_map(|it| [it[0], it[0], it[0], it[1]]).collect(),
        ColorType::Grayscale => pixels.iter().flat_map(|&it| [it, it, it, 255]).collect(),
        ColorType::Indexed => bail!("the palette of the {name} cannot be read; save it in RGB"),
    };
    RgbaImage::new(frame.width, frame.height, pixels).with_context(|| format!("the {name} cannot be used"))
}

/// Writes a picture as PNG, in RGB where it is opaque and in RGBA where it is not.
///
/// # Errors
/// Where the file cannot be written.
pub fn write_png(path: &Path, picture: &RgbaImage) -> Result<()> {
    let name = path.display();
    let context = || format!("the picture {name} cannot be written");
    let file = File::create(path).with_context(context)?;
    let is_opaque = picture.pixels().chunks_exact(4).all(|pixel| pixel[3] == 255);

    let mut encoder = Encoder::new(BufWriter::new(file), picture.width(), picture.height());
    encoder.set_depth(BitDepth::Eight);
    encoder.set_color(if is_opaque { ColorType::Rgb } else { ColorType::Rgba });
    let mut writer = encoder.write_header().with_context(context)?;
    if is_opaque {
        let opaque: Vec<u8> = picture.pixels().chunks_exact(4).flat_map(|it| [it[0], it[1], it[2]]).collect();
        writer.write_image_data(&opaque).with_context(context)?;
    } else {
        writer.write_image_data(picture.pixels()).with_context(context)?;
    }
    writer.finish().with_context(context)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(name: &str) -> std::path::PathBuf {
        std::env::temp_dir().join(format!("underpaint-cli-{}-{name}", std::process::id()))
    }

    #[test]
    fn pictures_survive_the_file_with_and_without_transparency() {
        for (name, alpha) in [("opaque.png", 255), ("clear.png", 7)] {
            let pixels = vec![1, 2, 3, alpha, 250, 251, 252, 255];
            let picture = RgbaImage::new(2, 1, pixels.clone()).unwrap();
            write_png(&file(name), &picture).unwrap();
            assert_eq!(read_png("sketch", &file(name)).unwrap().pixels(), pixels);
            std::fs::remove_file(file(name)).unwrap();
        }
    }

    #[test]
    fn grey_pictures_are_read_as_colours() {
        let mut encoder = Encoder::new(File::create(file("grey.png")).unwrap(), 2, 1);
        encoder.set_color(ColorType::Grayscale);
        encoder.set_depth(BitDepth::Sixteen);
        encoder.write_header().unwrap().write_image_data(&[0, 0, 0x80, 0]).unwrap();
        assert_eq!(read_png("sketch", &file("grey.png")).unwrap().pixels(), [0, 0, 0, 255, 128, 128, 128, 255]);
        std::fs::remove_file(file("grey.png")).unwrap();
    }

    #[test]
    fn what_is_no_picture_is_said_with_its_name() {
        let message = format!("{:#}", read_png("sketch", Path::new("Cargo.toml")).unwrap_err());
        assert!(message.contains("Cargo.toml is not a PNG"), "{message}");
        let message = format!("{:#}", read_png("sketch", Path::new("no-such.png")).unwrap_err());
        assert!(message.contains("no-such.png cannot be opened"), "{message}");
    }
}
