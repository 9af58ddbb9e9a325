//! What networks that were trained for inpainting see beside the latents.

use burn::tensor::{Device, Tensor, TensorData};

use crate::DiffusionError;
use crate::image::{GreyImage, RgbaImage};

/// Channels of the mask and of the masked picture's latents, behind those of the latents.
pub(super) const MASK_CHANNELS: usize = 1;

/// A mask of a picture's size as diffusers makes it: 1 where it is at least half white, else 0.
pub(super) fn hard_mask(mask: Option<&GreyImage>, width: u32, height: u32) -> Result<Vec<f32>, DiffusionError> {
    let Some(mask) = mask else { return Ok(vec![1.0; width as usize * height as usize]) };
    let resized = mask.resized(width, height)?;
    Ok(resized.values().iter().map(|&value| if value >= 128 { 1.0 } else { 0.0 }).collect())
}

/// The mask at the latents' size, the nearest pixel to the top left of each place: `[1, 1, height, width]`.
pub(super) fn mask_at_latents(
    mask: &[f32],
    (width, height): (u32, u32),
    multiple: usize,
    device: &Device,
) -> Tensor<4> {
    let (columns, rows) = (width as usize / multiple, height as usize / multiple);
    let value = |idx: usize| mask[idx / columns * multiple * width as usize + idx % columns * multiple];
    let values: Vec<f32> = (0..columns * rows).map(value).collect();
    Tensor::from_data(TensorData::new(values, [1, 1, rows, columns]), device)
}

/// The sketch with grey, which is zero to the networks, wherever the mask is 1: `[1, 3, height, width]` in −1…1.
pub(super) fn masked_picture(init: &RgbaImage, mask: &[f32], device: &Device) -> Tensor<4> {
    let (width, height) = (init.width() as usize, init.height() as usize);
    let kept: Vec<f32> = mask.iter().map(|value| 1.0 - value).collect();
    init.to_tensor(device) * Tensor::from_data(TensorData::new(kept, [1, 1, height, width]), device)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_is_cut_at_half_and_taken_at_the_corner_of_each_place() {
        let values = vec![128, 0, 127, 255, 0, 0, 0, 0];
        let mask = GreyImage::new(4, 2, values).unwrap();
        let hard = hard_mask(Some(&mask), 4, 2).unwrap();
        assert_eq!(hard, [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
        let at_latents = mask_at_latents(&hard, (4, 2), 2, &Device::flex());
        assert_eq!(at_latents.into_data().try_to_vec::<f32>().unwrap(), [1.0, 0.0]);
        assert_eq!(hard_mask(None, 2, 2).unwrap(), [1.0; 4]);
    }

    #[test]
    fn what_is_to_be_painted_is_hidden_as_grey() {
        let init = RgbaImage::new(2, 1, vec![255, 255, 255, 255, 255, 0, 0, 255]).unwrap();
        let masked = masked_picture(&init, &[1.0, 0.0], &Device::flex());
        assert_eq!(masked.into_data().try_to_vec::<f32>().unwrap(), [0.0, 1.0, 0.0, -1.0, 0.0, -1.0]);
    }
}
