//! Pictures as pixels, and their way into and out of tensors.

use burn::tensor::{Device, Tensor, TensorData};

use crate::DiffusionError;

mod grey;
mod resize;

pub use grey::GreyImage;
use resize::Taps;

/// A picture in RGBA, 8 bits a channel, straight alpha, row after row from the top.
#[derive(Clone, PartialEq, Eq)]
pub struct RgbaImage {
    width: u32,
    height: u32,
    pixels: Vec<u8>,
}

impl RgbaImage {
    /// A picture from its pixels.
    ///
    /// # Errors
    /// Where a side is 0 or there are not `width * height * 4` bytes.
    pub fn new(width: u32, height: u32, pixels: Vec<u8>) -> Result<Self, DiffusionError> {
        let expected = u64::from(width) * u64::from(height) * 4;
        if expected == 0 || pixels.len() as u64 != expected {
            return Err(DiffusionError::input(
                "image",
                format!("{width} × {height} pixels in RGBA are {expected} bytes, not {}", pixels.len()),
            ));
        }
        Ok(Self { width, height, pixels })
    }

    /// Width in pixels, at least 1.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels, at least 1.
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Four bytes for each pixel: red, green, blue, alpha.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The pixels, moved out.
    pub fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }

    /// The picture laid on white paper: every pixel opaque.
    pub fn on_white_paper(&self) -> Self {
        let mut pixels = self.pixels.clone();
        for pixel in pixels.chunks_exact_mut(4) {
            let alpha = u32::from(pixel[3]);
            for channel in &mut pixel[..3] {
                // (c·a + 255·(255 − a)) / 255, rounded.
                *channel = ((u32::from(*channel) * alpha + 255 * (255 - alpha) + 127) / 255) as u8;
            }
            pixel[3] = 255;
        }
        Self { width: self.width, height: self.height, pixels }
    }

    /// The picture at another size, by a Lanczos filter with three lobes that widens when it shrinks, so that thin
    /// strokes fade instead of breaking up.
    ///
    /// Colours are weighted by their alpha: what is transparent does not bleed into what is not.
    ///
    /// # Errors
    /// Where a side is 0.
    pub fn resized(&self, width: u32, height: u32) -> Result<Self, DiffusionError> {
        if width == 0 || height == 0 {
            return Err(DiffusionError::input("image", format!("a size of {width} × {height} pixels has no pixels")));
        }
        if (width, height) == (self.width, self.height) {
            return Ok(self.clone());
        }
        let (old_width, old_height) = (self.width as usize, self.height as usize);
        let (new_width, new_height) = (width as usize, height as usize);

        // Opaque pictures are rounded between the two passes, as Pillow does, so that a sketch that is not of the model's
        // size gives the picture that diffusers gives; premultiplied colours are not, or they would darken.
        let is_opaque = self.pixels.chunks_exact(4).all(|pixel| pixel[3] == 255);
        let between = |values: [f32; 4]| if is_opaque { values.map(round_to_byte) } else { values };
        let premultiplied: Vec<[f32; 4]> = self.pixels.chunks_exact(4).map(premultiply).collect();
        let across = Taps::all(old_width, new_width);
        let mut rows = Vec::with_capacity(new_width * old_height);
        for row in premultiplied.chunks_exact(old_width) {
            rows.extend(across.iter().map(|taps| between(taps.sum(|idx| row[idx]))));
        }
        let mut pixels = Vec::with_capacity(new_width * new_height * 4);
        for taps in Taps::all(old_height, new_height) {
            for x in 0..new_width {
                pixels.extend(unpremultiply(taps.sum(|idx| rows[idx * new_width + x])));
            }
        }
        Ok(Self { width, height, pixels })
    }

    /// The picture on white paper as a tensor of shape `[1, 3, height, width]` with values from −1 (black) to 1.
    pub fn to_tensor(&self, device: &Device) -> Tensor<4> {
        let paper = self.on_white_paper();
        let n_pixels = self.width as usize * self.height as usize;
        let mut values = Vec::with_capacity(3 * n_pixels);
        for channel in 0..3 {
            values.extend(paper.pixels.chunks_exact(4).map(|pixel| f32::from(pixel[channel]) / 255.0 * 2.0 - 1.0));
        }
        Tensor::from_data(TensorData::new(values, [1, 3, self.height as usize, self.width as usize]), device)
    }

    /// An opaque picture from planes of red, green and blue, one after the other, with values from −1 (black) to 1;
    /// what lies beyond is clipped, and what is not a number becomes black.
    ///
    /// # Errors
    /// Where there are not `3 * width * height` values.
    pub fn from_planes(width: u32, height: u32, planes: &[f32]) -> Result<Self, DiffusionError> {
        let n_pixels = width as usize * height as usize;
        if planes.len() != 3 * n_pixels {
            return Err(DiffusionError::input(
                "image",
                format!("{width} × {height} pixels in RGB are {} values, not {}", 3 * n_pixels, planes.len()),
            ));
        }
        let byte = |value: f32| ((value * 0.5 + 0.5).clamp(0.0, 1.0) * 255.0).round_ties_even() as u8;
        let pixels = (0..n_pixels)
            .flat_map(|idx| [byte(planes[idx]), byte(planes[n_pixels + idx]), byte(planes[2 * n_pixels + idx]), 255])
            .collect();
        Self::new(width, height, pixels)
    }
}

impl std::fmt::Debug for RgbaImage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RgbaImage").field("width", &self.width).field("height", &self.height).finish_non_exhaustive()
    }
}

fn premultiply(pixel: &[u8]) -> [f32; 4] {
    let alpha = f32::from(pixel[3]) / 255.0;
    [f32::from(pixel[0]) * alpha, f32::from(pixel[1]) * alpha, f32::from(pixel[2]) * alpha, 255.0 * alpha]
}

fn round_to_byte(value: f32) -> f32 {
    value.round().clamp(0.0, 255.0)
}

fn unpremultiply([red, green, blue, alpha]: [f32; 4]) -> [u8; 4] {
    if alpha <= 0.5 {
        return [0; 4];
    }
    let byte = |value: f32| value.clamp(0.0, 255.0).round() as u8;
    let share = alpha / 255.0;
    [byte(red / share), byte(green / share), byte(blue / share), byte(alpha)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flat(width: u32, height: u32, pixel: [u8; 4]) -> RgbaImage {
        RgbaImage::new(width, height, pixel.repeat((width * height) as usize)).unwrap()
    }

    #[test]
    fn every_byte_survives_the_way_into_a_tensor_and_back() {
        let pixels: Vec<u8> = (0..=255u8).flat_map(|value| [value, 255 - value, value / 2, 255]).collect();
        let image = RgbaImage::new(16, 16, pixels).unwrap();
        let values = image.to_tensor(&Device::flex()).into_data().try_to_vec::<f32>().unwrap();
        assert_eq!(RgbaImage::from_planes(16, 16, &values).unwrap(), image);
    }

    #[test]
    fn unpainted_pixels_are_white_paper() {
        let image = RgbaImage::new(3, 1, vec![10, 20, 30, 255, 10, 20, 30, 0, 0, 0, 0, 128]).unwrap();
        assert_eq!(image.on_white_paper().pixels(), [10, 20, 30, 255, 255, 255, 255, 255, 127, 127, 127, 255]);
    }

    #[test]
    fn a_flat_colour_stays_itself_at_every_size() {
        let colour = [200, 100, 7, 255];
        for (width, height) in [(7, 3), (64, 64), (1, 1), (300, 20)] {
            assert_eq!(flat(50, 40, colour).resized(width, height).unwrap(), flat(width, height, colour));
        }
    }

    #[test]
    fn transparent_colours_do_not_bleed() {
        let mut pixels = [255, 0, 0, 0].repeat(64);
        for pixel in pixels.chunks_exact_mut(4).skip(32) {
            pixel.copy_from_slice(&[0, 0, 255, 255]);
        }
        let small = RgbaImage::new(8, 8, pixels).unwrap().resized(4, 4).unwrap();
        for pixel in small.pixels().chunks_exact(4).filter(|pixel| pixel[3] > 0) {
            assert!(pixel[0] == 0 && pixel[2] == 255, "{pixel:?}");
        }
    }

    #[test]
    fn shrinking_averages_instead_of_skipping() {
        // One black line in eight: its darkness must be there whichever pixels are kept.
        let pixels: Vec<u8> =
            (0..64 * 64).flat_map(|idx| if idx % 8 == 3 { [0, 0, 0, 255] } else { [255, 255, 255, 255] }).collect();
        let small = RgbaImage::new(64, 64, pixels).unwrap().resized(8, 8).unwrap();
        assert!(small.pixels().chunks_exact(4).all(|pixel| (205..=245).contains(&pixel[0])), "{:?}", small.pixels());
    }

    #[test]
    fn wrong_sizes_are_refused_with_the_numbers() {
        assert!(RgbaImage::new(2, 2, vec![0; 15]).unwrap_err().to_string().contains("16 bytes, not 15"));
        assert!(RgbaImage::new(0, 2, vec![]).is_err());
        assert!(flat(2, 2, [0; 4]).resized(0, 5).is_err());
        assert!(RgbaImage::from_planes(2, 2, &[0.0; 11]).is_err());
    }
}
