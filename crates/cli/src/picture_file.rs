//! Pictures in PNG files.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::Path;

use anyhow::{Context, Result};
use png::{BitDepth, ColorType, Encoder};
use underpaint_engine::RgbaImage;

use crate::png_bytes::decode_png;

/// Reads a PNG of any kind as RGBA with 8 bits a channel. `what` is how errors call it, such as `sketch`.
///
/// # Errors
/// Where the file is not there or not a PNG that can be read.
pub fn read_png(what: &str, path: &Path) -> Result<RgbaImage> {
    let name = path.display();
    let bytes = fs::read(path).with_context(|| format!("the {what} {name} cannot be opened"))?;
    let pixels = decode_png(&bytes).with_context(|| format!("the {what} {name} cannot be read"))?;
    RgbaImage::new(pixels.width, pixels.height, pixels.rgba)
        .with_context(|| format!("the {what} {name} cannot be used"))
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
        assert!(message.contains("Cargo.toml") && message.contains("it is not a PNG"), "{message}");
        let message = format!("{:#}", read_png("sketch", Path::new("no-such.png")).unwrap_err());
        assert!(message.contains("no-such.png cannot be opened"), "{message}");
    }
}
