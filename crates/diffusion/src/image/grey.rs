//! Pictures of one channel: masks and strength as it was painted.

use super::RgbaImage;
use crate::DiffusionError;

/// A picture of one channel, 8 bits, row after row from the top.
#[derive(Clone, PartialEq, Eq)]
pub struct GreyImage {
    width: u32,
    height: u32,
    values: Vec<u8>,
}

impl GreyImage {
    /// A picture from its values.
    ///
    /// # Errors
    /// Where a side is 0 or there are not `width * height` bytes.
    pub fn new(width: u32, height: u32, values: Vec<u8>) -> Result<Self, DiffusionError> {
        let expected = u64::from(width) * u64::from(height);
        if expected == 0 || values.len() as u64 != expected {
            return Err(DiffusionError::input(
                "image",
                format!("{width} × {height} grey pixels are {expected} bytes, not {}", values.len()),
            ));
        }
        Ok(Self { width, height, values })
    }

    /// The brightness of a picture laid on black: ITU-R BT.601 luma, rounded as Pillow rounds it.
    pub fn from_rgba(image: &RgbaImage) -> Self {
        let luma = |pixel: &[u8]| {
            let [red, green, blue, alpha] = [pixel[0], pixel[1], pixel[2], pixel[3]].map(u32::from);
            let grey = (19_595 * red + 38_470 * green + 7_471 * blue + 0x8000) >> 16;
            ((grey * alpha + 127) / 255) as u8
        };
        Self {
            width: image.width(),
            height: image.height(),
            values: image.pixels().chunks_exact(4).map(luma).collect(),
        }
    }

    /// Width in pixels, at least 1.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// One byte for each pixel.
    pub fn values(&self) -> &[u8] {
        &self.values
    }

    /// The values, moved out.
    pub fn into_values(self) -> Vec<u8> {
        self.values
    }

    /// The picture at another size, by the filter of [`RgbaImage::resized`].
    ///
    /// # Errors
    /// Where a side is 0.
    pub fn resized(&self, width: u32, height: u32) -> Result<Self, DiffusionError> {
        if (width, height) == (self.width, self.height) {
            return Ok(self.clone());
        }
        let pixels = self.values.iter().flat_map(|&value| [value, value, value, 255]).collect();
        let resized = RgbaImage::new(self.width, self.height, pixels)?.resized(width, height)?;
        Self::new(width, height, resized.pixels().chunks_exact(4).map(|pixel| pixel[0]).collect())
    }
}

impl std::fmt::Debug for GreyImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("GreyImage").field("width", &self.width).field("height", &self.height).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grey_is_pillows_luma_and_transparent_is_black() {
        let pixels = vec![255, 0, 0, 255, 0, 255, 0, 255, 0, 0, 255, 255, 255, 255, 255, 0];
        let image = RgbaImage::new(4, 1, pixels).unwrap();
        // Image.new("RGB", (1, 1), (255, 0, 0)).convert("L") is 76, of green 150, of blue 29.
        assert_eq!(GreyImage::from_rgba(&image).values(), [76, 150, 29, 0]);
    }

    #[test]
    fn a_resized_mask_keeps_its_ends() {
        let mask = GreyImage::new(4, 4, [[0; 8], [255; 8]].concat()).unwrap();
        let larger = mask.resized(4, 16).unwrap();
        assert_eq!((larger.values()[0], larger.values()[63]), (0, 255));
        assert!(GreyImage::new(2, 2, vec![0; 3]).is_err());
    }
}
