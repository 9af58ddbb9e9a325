//! Latents as colours, without the autoencoder: good enough to watch a picture appear.

use super::card::Card;
use crate::DiffusionError;
use crate::image::RgbaImage;

/// Colours of Stable Diffusion 1's latents, by a linear fit that many of its previews use.
const STABLE_DIFFUSION_1: [[f32; 3]; 4] =
    [[0.3444, 0.1385, 0.0670], [0.1247, 0.4027, 0.1494], [-0.3192, 0.2513, 0.2103], [-0.1307, -0.1874, -0.7445]];

/// A linear map from latents in the UNet's units to red, green and blue in −1..1.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct LatentColours {
    rows: Vec<[f32; 3]>,
    bias: [f32; 3],
}

impl LatentColours {
    /// The map that the model brings, else that of Stable Diffusion 1 where the latents have four channels.
    pub(super) fn choose(card: &Card, latent_channels: usize) -> Result<Option<Self>, DiffusionError> {
        let rows = match &card.latent_rgb {
            Some(rows) if rows.len() == latent_channels => rows.clone(),
            Some(rows) => {
                return Err(DiffusionError::config(
                    "underpaint.json",
                    format!("latent_rgb has {} rows where the latents have {latent_channels} channels", rows.len()),
                ));
            }
            None if latent_channels == STABLE_DIFFUSION_1.len() => STABLE_DIFFUSION_1.to_vec(),
            None => return Ok(None),
        };
        Ok(Some(Self { rows, bias: card.latent_rgb_bias.unwrap_or_default() }))
    }

    /// The preview of latents `[channels, height, width]`: a pixel for each of their places.
    pub(super) fn preview(&self, width: u32, height: u32, latents: &[f32]) -> Result<RgbaImage, DiffusionError> {
        let n_places = width as usize * height as usize;
        let mut planes = Vec::with_capacity(3 * n_places);
        for colour in 0..3 {
            let mut plane = vec![self.bias[colour]; n_places];
            for (row, channel) in self.rows.iter().zip(latents.chunks_exact(n_places.max(1))) {
                for (value, latent) in plane.iter_mut().zip(channel) {
                    *value += row[colour] * latent;
                }
            }
            planes.extend(plane);
        }
        RgbaImage::from_planes(width, height, &planes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_models_own_map_is_applied_channel_by_channel() {
        let card = Card {
            latent_rgb: Some(vec![[1.0, 0.0, 0.0], [0.0, 1.0, -1.0]]),
            latent_rgb_bias: Some([0.0, -1.0, 1.0]),
            ..Card::default()
        };
        let colours = LatentColours::choose(&card, 2).unwrap().unwrap();
        let image = colours.preview(2, 1, &[1.0, -1.0, 0.0, 2.0]).unwrap();
        assert_eq!(image.pixels(), [255, 0, 255, 255, 0, 255, 0, 255]);
    }

    #[test]
    fn only_four_channels_fall_back_on_stable_diffusion() {
        assert!(LatentColours::choose(&Card::default(), 4).unwrap().is_some());
        assert!(LatentColours::choose(&Card::default(), 16).unwrap().is_none());
        let card = Card { latent_rgb: Some(vec![[0.0; 3]; 3]), ..Card::default() };
        assert!(LatentColours::choose(&card, 4).unwrap_err().to_string().contains("3 rows"));
    }
}
