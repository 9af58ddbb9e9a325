//! Pictures as they leave and enter a document: RGBA8, straight alpha.

use crate::{MAX_EDGE_PX, PaintError};

/// What a picture is laid on when it leaves the document.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Paper {
    /// Nothing: the alpha channel says what is painted.
    #[default]
    Transparent,
    /// White paper: the result is opaque, and is what a person sees.
    White,
}

/// A picture: rows from the top, 4 bytes a pixel (red, green, blue, alpha), straight alpha, sRGB.
#[derive(Clone, PartialEq, Eq)]
pub struct RgbaImage {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl std::fmt::Debug for RgbaImage {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The pixels themselves would bury every message that a failing test prints.
        write!(formatter, "RgbaImage({} × {})", self.width, self.height)
    }
}

impl RgbaImage {
    /// Wraps pixels.
    ///
    /// # Errors
    /// [`PaintError::Size`] for an empty or too large size, [`PaintError::PixelCount`] when `pixels` is not
    /// `width * height * 4` bytes long.
    pub fn new(width: u32, height: u32, pixels: Vec<u8>) -> Result<Self, PaintError> {
        check_size(width, height)?;
        let expected_bytes = width as usize * height as usize * 4;
        if pixels.len() != expected_bytes {
            return Err(PaintError::PixelCount { width, height, expected_bytes, actual_bytes: pixels.len() });
        }
        Ok(Self { width, height, pixels })
    }

    /// Wraps pixels whose length is right by construction.
    pub(crate) fn from_parts(width: u32, height: u32, pixels: Vec<u8>) -> Self {
        debug_assert_eq!(pixels.len(), width as usize * height as usize * 4);
        Self { width, height, pixels }
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The bytes, `width * height * 4` of them.
    #[must_use]
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The bytes, given away.
    #[must_use]
    pub fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }

    /// The pixel at column `x`, row `y`; `None` outside.
    #[must_use]
    pub fn pixel(&self, x: u32, y: u32) -> Option<[u8; 4]> {
        if x >= self.width || y >= self.height {
            return None;
        }
        let start = (y as usize * self.width as usize + x as usize) * 4;
        self.pixels.get(start..start + 4)?.try_into().ok()
    }

    /// Replaces a pixel; nothing happens outside.
    pub(crate) fn put_pixel(&mut self, x: u32, y: u32, pixel: [u8; 4]) {
        let at = (y as usize * self.width as usize + x as usize) * 4;
        if x < self.width
            && let Some(place) = self.pixels.get_mut(at..at + 4)
        {
            place.copy_from_slice(&pixel);
        }
    }

    /// The same picture laid on white paper: every pixel opaque.
    #[must_use]
    pub fn on_white(mut self) -> Self {
        for pixel in self.pixels.chunks_exact_mut(4) {
            pixel.copy_from_slice(&on_white([pixel[0], pixel[1], pixel[2], pixel[3]]));
        }
        self
    }
}

/// Refuses sizes that are empty or beyond the limit.
pub(crate) fn check_size(width: u32, height: u32) -> Result<(), PaintError> {
    let fits = |edge: u32| (1..=MAX_EDGE_PX).contains(&edge);
    if fits(width) && fits(height) { Ok(()) } else { Err(PaintError::Size { width, height }) }
}

/// Lays one straight-alpha pixel on white. Everything that a person sees goes through here, so that a picture that was
/// flattened with its alpha and laid on white later has the very bytes that the canvas shows.
#[inline]
pub(crate) fn on_white(pixel: [u8; 4]) -> [u8; 4] {
    let alpha = u32::from(pixel[3]);
    let lay = |channel: u8| ((u32::from(channel) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
    [lay(pixel[0]), lay(pixel[1]), lay(pixel[2]), 255]
}
