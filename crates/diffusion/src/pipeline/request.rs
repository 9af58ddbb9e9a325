//! What is asked of the pipeline.

use crate::DiffusionError;
use crate::image::{GreyImage, RgbaImage};
use crate::noise::NoiseKind;
use crate::schedulers::{SchedulerName, SigmaSpacing};

/// Whose conventions decide the steps that a strength stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compat {
    /// Strength names a noise level, the number of steps stays what was asked for, and strength 1 is pure noise. The
    /// sketch is encoded as its most likely latents.
    #[default]
    Continuous,
    /// Python diffusers' `StableDiffusionImg2ImgPipeline` to the letter: `int(steps * strength)` of the steps run, the
    /// sketch's latents are sampled, and the generator draws for them first and for the noise second.
    Diffusers,
}

/// What transparent pixels of the sketch count as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unpainted {
    /// White paper, to be kept as much as anything that was painted.
    #[default]
    Paper,
    /// Unknown: strength 1, whatever the strength of the rest is.
    Unknown,
}

/// What a control network or an adapter is shown, and how it is listened to.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlRequest {
    /// What it sees; resized to the picture's size.
    pub image: RgbaImage,
    /// Factor on what it says: 1 is as it was trained, 0 is off.
    pub scale: f32,
    /// Share of the steps after which it begins, 0 to 1.
    pub start: f32,
    /// Share of the steps after which it ends, `start` to 1.
    pub end: f32,
}

/// A picture to be rendered over a sketch.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageToImage {
    /// What to paint.
    pub prompt: String,
    /// What to avoid; `None` leaves it to the model, which for Stable Diffusion XL is not the same as an empty text.
    pub negative: Option<String>,
    /// Denoising strength, 0 (the sketch's own pixels) to 1.
    pub strength: f32,
    /// Denoising steps, from 1 to the training's timesteps.
    pub steps: usize,
    /// Classifier-free guidance scale; 1 and below is none.
    pub guidance: f32,
    /// Seed of the noise.
    pub seed: u64,
    /// The sampler; `None` takes the one that the model names, or DDIM where that one is not known.
    pub scheduler: Option<SchedulerName>,
    /// How the sampler's noise levels are spaced; `None` is as the model says.
    pub sigma_spacing: Option<SigmaSpacing>,
    /// Whose conventions are followed.
    pub compat: Compat,
    /// Whose random numbers the noise is made of.
    pub noise: NoiseKind,
    /// Layers of the text encoder that are left out at its end, counted as diffusers counts; 0 is none.
    pub clip_skip: usize,
    /// What may change: 0 comes back as it was, bit for bit, 255 is repainted, values between blend. Resized to the
    /// picture's size.
    pub mask: Option<GreyImage>,
    /// Strength as it was painted: each pixel's share, 0 to 255, of `strength` (Levin and Fried, 2023).
    pub strength_map: Option<GreyImage>,
    /// What transparent pixels count as.
    pub unpainted: Unpainted,
    /// What a control network is shown; without one nothing steers.
    pub control: Option<ControlRequest>,
    /// Width and height of the picture in pixels, to which the sketch is resized; `None` keeps the sketch's.
    pub size: Option<(u32, u32)>,
    /// Whether the picture is doubled by the model's upscaler, which it must then have.
    pub is_upscaled: bool,
}

impl Default for ImageToImage {
    fn default() -> Self {
        Self {
            prompt: String::new(),
            negative: None,
            strength: 0.6,
            steps: 12,
            guidance: 4.0,
            seed: 0,
            scheduler: None,
            sigma_spacing: None,
            compat: Compat::Continuous,
            noise: NoiseKind::TorchCpu,
            clip_skip: 0,
            mask: None,
            strength_map: None,
            unpainted: Unpainted::Paper,
            control: None,
            size: None,
            is_upscaled: false,
        }
    }
}

impl ImageToImage {
    /// The strength as the decimal number that a person wrote: 0.7 means 7 of 10 steps, although the nearest `f32` is a
    /// little less.
    pub(super) fn strength_as_f64(&self) -> Result<f64, DiffusionError> {
        let strength = self.strength.to_string().parse().unwrap_or(f64::NAN);
        if !(0.0..=1.0).contains(&strength) {
            return Err(DiffusionError::input("strength", format!("{} is not between 0 and 1", self.strength)));
        }
        Ok(strength)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_strength_is_the_decimal_number_that_was_written() {
        let strength = |strength| ImageToImage { strength, ..ImageToImage::default() }.strength_as_f64();
        assert_eq!(strength(0.7).unwrap(), 0.7);
        assert_eq!(strength(0.58).unwrap(), 0.58);
        assert_eq!(strength(0.0).unwrap(), 0.0);
        assert!(strength(1.01).is_err() && strength(-0.1).is_err() && strength(f32::NAN).is_err());
    }
}
