//! Reading.

use super::chunks::{Chunk, PROJECT, SIGNATURE, next_chunk};
use super::rows::{Colour, Layout};
use super::text::Texts;
use super::{FORMAT, Png};
use crate::files::bytes::Bytes;
use crate::files::deflate::inflate_zlib;
use crate::image::check_size;
use crate::{PaintError, RgbaImage};

fn problem(problem: &'static str) -> PaintError {
    PaintError::File { format: FORMAT, problem }
}

/// Reads a PNG of any kind: 1 to 16 bits, every colour type, interlaced or not.
///
/// # Errors
/// [`PaintError::File`] where the bytes are not a whole PNG, [`PaintError::Size`] where the picture is too large.
pub fn read_png(bytes: &[u8]) -> Result<Png, PaintError> {
    let mut bytes = Bytes::new(bytes, FORMAT);
    if bytes.take(SIGNATURE.len()).ok() != Some(&SIGNATURE[..]) {
        return Err(problem("it is not a PNG"));
    }
    let header = next_chunk(&mut bytes)?.filter(|chunk| &chunk.kind == b"IHDR");
    let mut layout = read_header(header.ok_or_else(|| problem("it does not begin with its size"))?.data)?;
    let mut data = Vec::new();
    let mut texts = Texts::new();
    let mut project: Option<Vec<u8>> = None;
    // Texts and projects may follow the picture. What comes after the picture may be cut off without loss of it.
    loop {
        let chunk = match next_chunk(&mut bytes) {
            Ok(Some(chunk)) => chunk,
            Ok(None) => break,
            Err(_) if !data.is_empty() => break,
            Err(error) => return Err(error),
        };
        match &chunk.kind {
            b"IDAT" => data.extend_from_slice(chunk.data),
            b"PLTE" => {
                layout.palette = chunk.data.as_chunks::<3>().0.iter().map(|it| [it[0], it[1], it[2], 255]).collect()
            }
            b"tRNS" => read_transparency(&mut layout, &chunk),
            b"IEND" => break,
            kind if *kind == PROJECT => project.get_or_insert_default().extend_from_slice(chunk.data),
            _ => texts.take(&chunk),
        }
    }
    if layout.colour == Colour::Palette && layout.palette.is_empty() {
        return Err(problem("its palette is missing"));
    }
    let data_bytes = layout.data_bytes();
    let mut rows =
        inflate_zlib(&data, data_bytes).ok_or_else(|| problem("it is damaged: its pixels cannot be unpacked"))?;
    drop(data);
    if rows.len() != data_bytes {
        return Err(problem("it is cut short"));
    }
    let (image, deep) = pixels(&layout, &mut rows)?;
    Ok(Png { image, deep, texts: texts.texts, project })
}

/// The pixels in 8 bits, and in 16 where there are as many.
fn pixels(layout: &Layout, rows: &mut [u8]) -> Result<(RgbaImage, Option<Vec<u16>>), PaintError> {
    let (width, height) = (layout.width, layout.height);
    let n_pixels = width as usize * height as usize;
    let start = |x: u32, y: u32| y as usize * width as usize + x as usize;
    let mut shallow = vec![[0u8; 4]; n_pixels];
    let mut deep = Vec::new();
    if layout.depth == 16 {
        deep = vec![[0u16; 4]; n_pixels];
        layout.for_each_pixel(rows, |x, y, pixel| {
            deep[start(x, y)] = pixel;
            shallow[start(x, y)] = pixel.map(|it| ((u32::from(it) * 255 + 32767) / 65535) as u8);
        })?;
    } else {
        // Numbers of at most 8 bits were repeated to make 16.
        layout.for_each_pixel(rows, |x, y, pixel| shallow[start(x, y)] = pixel.map(|it| (it >> 8) as u8))?;
    }
    let image = RgbaImage::new(width, height, shallow.into_flattened())?;
    Ok((image, (layout.depth == 16).then(|| deep.into_flattened())))
}

fn read_header(data: &[u8]) -> Result<Layout, PaintError> {
    let mut bytes = Bytes::new(data, FORMAT);
    let (width, height) = (bytes.u32_be()?, bytes.u32_be()?);
    check_size(width, height)?;
    let (depth, colour_type) = (bytes.u8()?, bytes.u8()?);
    let colour =
        Colour::of(colour_type, depth).ok_or_else(|| problem("it has a kind of pixels that no PNG may have"))?;
    let (compression, filter, interlacing) = (bytes.u8()?, bytes.u8()?, bytes.u8()?);
    if compression != 0 || filter != 0 || interlacing > 1 {
        return Err(problem("it is packed in a way that no PNG may be"));
    }
    Ok(Layout { width, height, depth, colour, is_interlaced: interlacing == 1, palette: Vec::new(), clear: None })
}

/// What of the picture is see-through without a channel for it (section 11.3.1.1).
fn read_transparency(layout: &mut Layout, chunk: &Chunk<'_>) {
    let numbers: Vec<u16> = chunk.data.as_chunks::<2>().0.iter().map(|it| u16::from_be_bytes(*it)).collect();
    match (layout.colour, numbers.as_slice()) {
        (Colour::Palette, _) => {
            layout.palette.iter_mut().zip(chunk.data).for_each(|(entry, alpha)| entry[3] = *alpha);
        }
        (Colour::Grey, [grey, ..]) => layout.clear = Some([*grey; 3]),
        (Colour::Rgb, [red, green, blue, ..]) => layout.clear = Some([*red, *green, *blue]),
        _ => {}
    }
}
