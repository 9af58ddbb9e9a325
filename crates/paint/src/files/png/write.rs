//! Writing: 8 bits, with alpha only where something is see-through.

use super::chunks::{PROJECT, SIGNATURE, put_chunk, put_pieces};
use super::rows::paeth;
use super::text::{PngText, put_text};
use crate::RgbaImage;
use crate::files::Effort;
use crate::files::deflate::deflate_zlib;

/// What a PNG is made of beside its picture.
#[derive(Clone, Copy, Default)]
pub(crate) struct PngParts<'a> {
    pub(crate) texts: &'a [PngText],
    pub(crate) project: Option<&'a [u8]>,
    pub(crate) effort: Effort,
}

/// Writes a picture with texts: RGB where it is opaque, else RGBA, 8 bits a channel. A text whose keyword is empty or
/// longer than 79 characters of Latin-1 is left away.
#[must_use]
pub fn write_png(image: &RgbaImage, texts: &[PngText], effort: Effort) -> Vec<u8> {
    write_parts(image, PngParts { texts, effort, project: None })
}

pub(crate) fn write_parts(image: &RgbaImage, parts: PngParts<'_>) -> Vec<u8> {
    let pixels = image.pixels().as_chunks::<4>().0;
    let is_opaque = pixels.iter().all(|pixel| pixel[3] == 255);
    let mut header = Vec::with_capacity(13);
    header.extend_from_slice(&image.width().to_be_bytes());
    header.extend_from_slice(&image.height().to_be_bytes());
    header.extend_from_slice(&[8, if is_opaque { 2 } else { 6 }, 0, 0, 0]);

    let rows = if is_opaque {
        let opaque: Vec<u8> = pixels.iter().flat_map(|pixel| [pixel[0], pixel[1], pixel[2]]).collect();
        filtered(&opaque, image.width() as usize * 3, 3, parts.effort)
    } else {
        filtered(image.pixels(), image.width() as usize * 4, 4, parts.effort)
    };
    let data = deflate_zlib(&rows, parts.effort);

    let mut bytes = Vec::with_capacity(data.len() + parts.project.map_or(0, <[u8]>::len) + 256);
    bytes.extend_from_slice(&SIGNATURE);
    put_chunk(&mut bytes, *b"IHDR", &header);
    // Perceptual intent: the colours are sRGB, and no program has to guess.
    put_chunk(&mut bytes, *b"sRGB", &[0]);
    // Before the pixels, where the programs that read parameters look for them.
    parts.texts.iter().for_each(|text| put_text(&mut bytes, text));
    put_pieces(&mut bytes, *b"IDAT", &data);
    if let Some(project) = parts.project {
        put_pieces(&mut bytes, PROJECT, project);
    }
    put_chunk(&mut bytes, *b"IEND", &[]);
    bytes
}

/// The rows with their filters: of no filter, left, up and Paeth, whichever leaves the smallest numbers (section 12.7).
/// Paeth takes more time than the other three together, and is left away where time counts.
fn filtered(pixels: &[u8], row_bytes: usize, pixel_bytes: usize, effort: Effort) -> Vec<u8> {
    let mut rows = Vec::with_capacity(pixels.len() + pixels.len() / row_bytes.max(1));
    let blank = vec![0u8; row_bytes];
    let mut former: &[u8] = &blank;
    let [mut by_left, mut by_up, mut by_paeth] = [blank.clone(), blank.clone(), blank.clone()];
    for row in pixels.chunks_exact(row_bytes) {
        let lefts = std::iter::repeat_n(&0, pixel_bytes).chain(row);
        by_left
            .iter_mut()
            .zip(row)
            .zip(lefts.clone())
            .for_each(|((new, value), left)| *new = value.wrapping_sub(*left));
        by_up.iter_mut().zip(row).zip(former).for_each(|((new, value), up)| *new = value.wrapping_sub(*up));
        if effort == Effort::Small {
            let corners = std::iter::repeat_n(&0, pixel_bytes).chain(former);
            let around = lefts.zip(former).zip(corners);
            for ((new, value), ((left, up), corner)) in by_paeth.iter_mut().zip(row).zip(around) {
                *new = value.wrapping_sub(paeth(*left, *up, *corner));
            }
        }
        let candidates: [(u8, &[u8]); 4] = [(0, row), (2, &by_up), (1, &by_left), (4, &by_paeth)];
        let n_tried = if effort == Effort::Small { 4 } else { 3 };
        let weight = |row: &[u8]| row.iter().map(|value| u32::from((*value as i8).unsigned_abs())).sum::<u32>();
        if let Some((filter, best)) = candidates[..n_tried].iter().min_by_key(|(_, row)| weight(row)) {
            rows.push(*filter);
            rows.extend_from_slice(best);
        }
        former = row;
    }
    rows
}
