//! Expected pictures as PNG files.

use std::path::Path;

use underpaint_paint::RgbaImage;

/// Writes what lies on white paper.
pub(crate) fn write_png(path: &Path, image: &RgbaImage) {
    let file = std::io::BufWriter::new(std::fs::File::create(path).unwrap());
    let mut encoder = png::Encoder::new(file, image.width(), image.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::High);
    let rgb: Vec<u8> = image.pixels().chunks_exact(4).flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
    encoder.write_header().unwrap().write_image_data(&rgb).unwrap();
}

/// Reads such a picture.
pub(crate) fn read_png(path: &Path) -> RgbaImage {
    let file = std::fs::File::open(path)
        .unwrap_or_else(|error| panic!("{} cannot be read ({error}); run with UPDATE_EXPECT=1", path.display()));
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap();
    let mut rgb = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut rgb).unwrap();
    let pixels =
        rgb[..info.buffer_size()].chunks_exact(3).flat_map(|pixel| [pixel[0], pixel[1], pixel[2], 255]).collect();
    RgbaImage::new(info.width, info.height, pixels).unwrap()
}
