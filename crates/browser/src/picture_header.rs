//! Kind and size of a picture file from its first bytes, before a browser sets memory aside for its pixels.

/// The kinds of picture files that are told apart here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureKind {
    /// Portable Network Graphics, also animated.
    Png,
    /// JPEG.
    Jpeg,
    /// WebP.
    WebP,
    /// AVIF: AV1 pictures in the HEIF container.
    Avif,
    /// GIF.
    Gif,
    /// Windows bitmap.
    Bmp,
}

impl PictureKind {
    /// Its media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::WebP => "image/webp",
            Self::Avif => "image/avif",
            Self::Gif => "image/gif",
            Self::Bmp => "image/bmp",
        }
    }

    /// Whether a picture of this kind may have transparent pixels.
    #[must_use]
    pub const fn may_be_transparent(self) -> bool {
        !matches!(self, Self::Jpeg | Self::Bmp)
    }
}

/// What the first bytes of a file tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PictureHeader {
    /// The kind, by its signature and not by the file's name.
    pub kind: PictureKind,
    /// Width and height in pixels, before any turning that its metadata ask for; `None` where they are not where they
    /// should be, so that only decoding can tell.
    pub size: Option<(u32, u32)>,
}

/// Reads the header of a picture file; `None` for a file of none of these kinds. Reads no more than `bytes` has, and
/// believes nothing but the size.
#[must_use]
pub fn read_header(bytes: &[u8]) -> Option<PictureHeader> {
    let at = |offset: usize, signature: &[u8]| bytes.get(offset..).is_some_and(|it| it.starts_with(signature));
    let (kind, size) = if at(0, b"\x89PNG\r\n\x1a\n") {
        (PictureKind::Png, pair(be32(bytes, 16), be32(bytes, 20)))
    } else if at(0, b"\xff\xd8\xff") {
        (PictureKind::Jpeg, jpeg_size(bytes))
    } else if at(0, b"RIFF") && at(8, b"WEBP") {
        (PictureKind::WebP, webp_size(bytes))
    } else if at(0, b"GIF8") {
        (PictureKind::Gif, pair(le16(bytes, 6), le16(bytes, 8)))
    } else if at(0, b"BM") && at(14, &[40, 0, 0, 0]) {
        // A negative height means that the rows go from the top down.
        let height = le32(bytes, 22).map(|it| it.cast_signed().unsigned_abs());
        (PictureKind::Bmp, pair(le32(bytes, 18), height))
    } else if at(4, b"ftypavif") || at(4, b"ftypavis") {
        (PictureKind::Avif, avif_size(bytes))
    } else {
        return None;
    };
    Some(PictureHeader { kind, size })
}

fn pair(width: Option<u32>, height: Option<u32>) -> Option<(u32, u32)> {
    Some((width.filter(|it| *it > 0)?, height.filter(|it| *it > 0)?))
}

/// Walks the segments up to the frame's header (ITU T.81, B.2.2).
fn jpeg_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let mut offset = 2;
    loop {
        // Any number of 0xff may precede a marker.
        while bytes.get(offset) == Some(&0xff) {
            offset += 1;
        }
        let marker = *bytes.get(offset)?;
        offset += 1;
        match marker {
            // Start of frame of every coding; the three others of this range are tables.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return pair(be16(bytes, offset + 5), be16(bytes, offset + 3));
            }
            // Markers without a length.
            0x01 | 0xd0..=0xd7 => {}
            // The picture's data or its end comes before any frame.
            0xd9 | 0xda => return None,
            _ => offset = offset.checked_add(be16(bytes, offset)?.max(2) as usize)?,
        }
        if bytes.get(offset) != Some(&0xff) {
            return None;
        }
    }
}

/// The three forms of a WebP file: extended (VP8X), lossless (VP8L) and lossy (VP8).
fn webp_size(bytes: &[u8]) -> Option<(u32, u32)> {
    match bytes.get(12..16)? {
        b"VP8X" => Some((le24(bytes, 24)? + 1, le24(bytes, 27)? + 1)),
        b"VP8L" => {
            let packed = le32(bytes, 21)?;
            Some(((packed & 0x3fff) + 1, (packed >> 14 & 0x3fff) + 1))
        }
        b"VP8 " => pair(le16(bytes, 26).map(|it| it & 0x3fff), le16(bytes, 28).map(|it| it & 0x3fff)),
        _ => None,
    }
}

/// The largest of the extents (`ispe`) among the properties of the file's items: a picture in tiles has one for the
/// whole besides those of its tiles. The boxes are found by their names, since all of them lie in `meta` at the start.
fn avif_size(bytes: &[u8]) -> Option<(u32, u32)> {
    let head = bytes.get(..bytes.len().min(1 << 16))?;
    let names = head.windows(4).enumerate().filter(|(_, name)| *name == b"ispe");
    let sizes = names.filter_map(|(offset, _)| pair(be32(head, offset + 8), be32(head, offset + 12)));
    sizes.max_by_key(|(width, height)| u64::from(*width) * u64::from(*height))
}

fn be16(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from(u16::from_be_bytes(*bytes.get(offset..)?.first_chunk()?)))
}

fn be32(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_be_bytes(*bytes.get(offset..)?.first_chunk()?))
}

fn le16(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from(u16::from_le_bytes(*bytes.get(offset..)?.first_chunk()?)))
}

fn le24(bytes: &[u8], offset: usize) -> Option<u32> {
    let [low, middle, high] = *bytes.get(offset..)?.first_chunk()?;
    Some(u32::from_le_bytes([low, middle, high, 0]))
}

fn le32(bytes: &[u8], offset: usize) -> Option<u32> {
    Some(u32::from_le_bytes(*bytes.get(offset..)?.first_chunk()?))
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    /// The beginnings of files of 300 × 200 pixels, by their specifications.
    fn samples() -> Vec<(PictureKind, Vec<u8>)> {
        let png = [&b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"[..], &[0, 0, 1, 44, 0, 0, 0, 200, 8, 6, 0, 0, 0]].concat();
        let jpeg = [
            &b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0\xff\xff\xdb\0\x04\0\0"[..],
            b"\xff\xc0\0\x11\x08\0\xc8\x01\x2c\x03\x01\x22\0\x02\x11\x01\x03\x11\x01",
        ]
        .concat();
        let extended = b"RIFF\0\0\0\0WEBPVP8X\x0a\0\0\0\x10\0\0\0\x2b\x01\0\xc7\0\0".to_vec();
        let packed = (299u32 | 199 << 14 | 1 << 28).to_le_bytes();
        let lossless = [&b"RIFF\0\0\0\0WEBPVP8L\x40\0\0\0\x2f"[..], &packed].concat();
        let lossy = b"RIFF\0\0\0\0WEBPVP8 \x40\0\0\0\x30\x01\0\x9d\x01\x2a\x2c\x01\xc8\0".to_vec();
        let gif = b"GIF89a\x2c\x01\xc8\0\xf7\0\0".to_vec();
        let mut bmp = b"BM\0\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0".to_vec();
        bmp.extend(300i32.to_le_bytes());
        bmp.extend((-200i32).to_le_bytes());
        let avif = [
            &b"\0\0\0\x20ftypavif\0\0\0\0avifmif1miafMA1B\0\0\0\xf2meta\0\0\0\0\0\0\0\x14ispe\0\0\0\0"[..],
            &[0, 0, 0, 64, 0, 0, 0, 64],
            b"\0\0\0\x14ispe\0\0\0\0",
            &[0, 0, 1, 44, 0, 0, 0, 200],
        ]
        .concat();
        vec![
            (PictureKind::Png, png),
            (PictureKind::Jpeg, jpeg),
            (PictureKind::WebP, extended),
            (PictureKind::WebP, lossless),
            (PictureKind::WebP, lossy),
            (PictureKind::Gif, gif),
            (PictureKind::Bmp, bmp),
            (PictureKind::Avif, avif),
        ]
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn every_kind_tells_its_size() {
        for (kind, bytes) in samples() {
            assert_eq!(read_header(&bytes), Some(PictureHeader { kind, size: Some((300, 200)) }), "{kind:?}");
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_header_that_breaks_off_or_lies_does_no_harm() {
        for (_, bytes) in samples() {
            for length in 0..bytes.len() {
                let _ = read_header(&bytes[..length]);
            }
            for (index, value) in (0..bytes.len()).flat_map(|index| [(index, 0), (index, 0xff)]) {
                let mut damaged = bytes.clone();
                damaged[index] = value;
                let _ = read_header(&damaged);
            }
        }
        assert_eq!(read_header(b"%PDF-1.7"), None);
        assert_eq!(read_header(b""), None);
    }
}
