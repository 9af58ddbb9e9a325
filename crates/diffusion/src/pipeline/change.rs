//! How far each part of a picture may change: masks, painted strength, and paper that was left bare.

use super::{ImageToImage, Unpainted};
use crate::DiffusionError;
use crate::image::{GreyImage, RgbaImage};

/// Painted strength below this share fades from the rendered pixels to the sketch's own, so that no edge shows where
/// strength ends.
const FADE: f32 = 0.1;

/// What is asked of every pixel, at the picture's size.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Change {
    width: usize,
    height: usize,
    /// Strength of each pixel, 0 to 1.
    strengths: Vec<f32>,
    /// Share of the rendered picture in each pixel of the result, 0 to 255; `None` where it is 255 everywhere.
    shares: Option<Vec<u8>>,
}

impl Change {
    /// Joins strength, strength map, mask and bare paper of a request for a sketch of the picture's size.
    ///
    /// # Errors
    /// Where a map cannot be brought to the picture's size.
    pub(super) fn of(request: &ImageToImage, strength: f32, init: &RgbaImage) -> Result<Self, DiffusionError> {
        let (width, height) = (init.width(), init.height());
        let n_pixels = width as usize * height as usize;
        let resized = |map: &Option<GreyImage>| map.as_ref().map(|map| map.resized(width, height)).transpose();
        let (map, mask) = (resized(&request.strength_map)?, resized(&request.mask)?);
        let share_of =
            |map: &Option<GreyImage>, idx: usize| map.as_ref().map_or(1.0, |map| f32::from(map.values()[idx]) / 255.0);

        let mut strengths = Vec::with_capacity(n_pixels);
        let mut shares = Vec::with_capacity(n_pixels);
        for (idx, pixel) in init.pixels().chunks_exact(4).enumerate() {
            let painted = strength * share_of(&map, idx);
            let known = match request.unpainted {
                Unpainted::Paper => 1.0,
                Unpainted::Unknown => f32::from(pixel[3]) / 255.0,
            };
            let free = known * painted + (1.0 - known);
            let inside = share_of(&mask, idx);
            strengths.push(free * inside);
            // The fade counts in shares of the strength, or a low strength would leave the sketch everywhere.
            let fade = known * (share_of(&map, idx) / FADE).min(1.0) + (1.0 - known);
            shares.push((inside * fade * 255.0).round() as u8);
        }
        let shares = shares.iter().any(|&share| share != 255).then_some(shares);
        Ok(Self { width: width as usize, height: height as usize, strengths, shares })
    }

    /// Nothing but what was rendered, whatever strength each pixel had.
    pub(super) fn everywhere(width: u32, height: u32) -> Self {
        let (width, height) = (width as usize, height as usize);
        Self { width, height, strengths: vec![1.0; width * height], shares: None }
    }

    /// The strength of every place of the latents, each `multiple` × `multiple` pixels: their mean, row after row.
    pub(super) fn at_latents(&self, multiple: usize) -> Vec<f32> {
        let (columns, rows) = (self.width / multiple, self.height / multiple);
        let mut places = Vec::with_capacity(columns * rows);
        for row in 0..rows {
            for column in 0..columns {
                let first = row * multiple * self.width + column * multiple;
                let lines = (0..multiple).map(|line| &self.strengths[first + line * self.width..][..multiple]);
                let (mut sum, mut least, mut most) = (0.0_f64, f32::INFINITY, 0.0_f32);
                for &strength in lines.flatten() {
                    sum += f64::from(strength);
                    least = least.min(strength);
                    most = most.max(strength);
                }
                // A mean of equal numbers is that number, to the last bit.
                let mean = (sum / (multiple * multiple) as f64) as f32;
                places.push(mean.clamp(least, most));
            }
        }
        places
    }

    /// Whether every pixel has the same strength.
    pub(super) fn is_even(&self) -> bool {
        self.strengths.windows(2).all(|pair| pair[0] == pair[1])
    }

    /// Lays the rendered picture over the sketch. Where nothing was to change, the sketch's pixels are there bit for bit.
    ///
    /// # Errors
    /// Where the two pictures differ in size.
    pub(super) fn compose(&self, init: &RgbaImage, rendered: RgbaImage) -> Result<RgbaImage, DiffusionError> {
        let Some(shares) = &self.shares else { return Ok(rendered) };
        let paper = init.on_white_paper();
        let mut pixels = rendered.into_pixels();
        let sources = init.pixels().chunks_exact(4).zip(paper.pixels().chunks_exact(4));
        for ((pixel, (source, on_paper)), &share) in pixels.chunks_exact_mut(4).zip(sources).zip(shares) {
            match share {
                0 => pixel.copy_from_slice(source),
                255 => {}
                share => {
                    let share = u32::from(share);
                    for (value, &below) in pixel.iter_mut().zip(on_paper) {
                        *value = ((u32::from(*value) * share + u32::from(below) * (255 - share) + 127) / 255) as u8;
                    }
                }
            }
        }
        RgbaImage::new(init.width(), init.height(), pixels)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sketch(alpha: [u8; 4]) -> RgbaImage {
        let row: Vec<u8> = alpha.iter().flat_map(|&alpha| [10, 20, 30, alpha]).collect();
        RgbaImage::new(4, 2, row.repeat(2)).unwrap()
    }

    fn grey(row: [u8; 4]) -> Option<GreyImage> {
        Some(GreyImage::new(4, 2, row.repeat(2)).unwrap())
    }

    #[test]
    fn without_maps_every_pixel_has_the_strength_that_was_asked_for_exactly() {
        let change = Change::of(&ImageToImage::default(), 0.37, &sketch([255, 0, 9, 255])).unwrap();
        assert!(change.is_even());
        assert_eq!(change.at_latents(2), [0.37, 0.37]);
        let rendered = sketch([255; 4]);
        assert_eq!(change.compose(&sketch([0; 4]), rendered.clone()).unwrap(), rendered);
    }

    #[test]
    fn bare_paper_that_counts_as_unknown_is_free() {
        let request = ImageToImage { unpainted: Unpainted::Unknown, ..ImageToImage::default() };
        let change = Change::of(&request, 0.5, &sketch([255, 255, 0, 0])).unwrap();
        assert_eq!(change.at_latents(2), [0.5, 1.0]);
        assert!(change.shares.is_none(), "{:?}", change.shares);
    }

    #[test]
    fn painted_strength_is_a_share_of_the_strength_and_a_mask_of_both() {
        let request = ImageToImage {
            strength_map: grey([255, 255, 51, 51]),
            mask: grey([255, 0, 255, 255]),
            ..ImageToImage::default()
        };
        let change = Change::of(&request, 0.5, &sketch([255; 4])).unwrap();
        let places = change.at_latents(2);
        assert_eq!(places[0], 0.25);
        assert!((places[1] - 0.1).abs() < 1e-6);
    }

    #[test]
    fn where_nothing_may_change_the_sketch_comes_back_bit_for_bit_with_its_transparency() {
        let request = ImageToImage { mask: grey([0, 0, 128, 255]), ..ImageToImage::default() };
        let init = sketch([7, 255, 255, 255]);
        let change = Change::of(&request, 1.0, &init).unwrap();
        let rendered = RgbaImage::new(4, 2, [250, 250, 250, 255].repeat(8)).unwrap();
        let composed = change.compose(&init, rendered).unwrap();
        assert_eq!(composed.pixels()[..8], init.pixels()[..8]);
        assert_eq!(composed.pixels()[12..16], [250, 250, 250, 255]);
        assert_eq!(composed.pixels()[8], 130);
    }
}
