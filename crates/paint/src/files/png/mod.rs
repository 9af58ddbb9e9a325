//! PNG: pictures of 8 and 16 bits in every colour type, with their texts, and a private chunk for a project.
//!
//! After the PNG Specification, third edition (W3C, 2025). Colour profiles and gamma are not applied: pixels are taken as
//! sRGB, which is what painting programs write.

mod chunks;
mod read;
mod rows;
mod text;
mod write;

pub use read::read_png;
pub use text::PngText;
pub use write::{PngWriting, write_png};

use super::place::stored_from_straight_16;
use crate::{Raster, RgbaImage};

/// What errors call it.
pub(crate) const FORMAT: &str = "PNG";

/// What a PNG holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Png {
    /// The picture in 8 bits.
    pub image: RgbaImage,
    /// The same in 16 bits (red, green, blue, alpha, straight), where the file has as many.
    pub deep: Option<Vec<u16>>,
    /// Texts in the order of the file.
    pub texts: Vec<PngText>,
    /// The bytes of our private chunk, joined; see [`super::read_project`].
    pub project: Option<Vec<u8>>,
}

impl Png {
    /// The picture as the pixels of a layer, with all its bits.
    #[must_use]
    pub fn to_raster(&self) -> Raster {
        let (width, height) = (self.image.width(), self.image.height());
        let Some(deep) = &self.deep else { return Raster::from_picture(&self.image, width, height) };
        let mut raster = Raster::new(width, height);
        let mut stored = Vec::with_capacity(width as usize * 4);
        for (y, row) in (0..height).zip(deep.chunks_exact(width as usize * 4)) {
            stored.clear();
            stored.extend(row.as_chunks::<4>().0.iter().flat_map(|pixel| stored_from_straight_16(*pixel)));
            raster.write_row(0, y, &stored);
        }
        raster
    }

    /// The text behind a keyword.
    #[must_use]
    pub fn text(&self, keyword: &str) -> Option<&str> {
        self.texts.iter().find(|text| text.keyword == keyword).map(|text| text.text.as_str())
    }
}
