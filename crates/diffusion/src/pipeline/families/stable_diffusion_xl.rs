//! Stable Diffusion XL (Podell et al., 2023): two text encoders, and a UNet that is told the picture's size.

use super::{Family, ModelIndex, TimeIds};

/// Aesthetic scores that the refiner is told for the negative prompt and the prompt, as diffusers tells them.
const AESTHETIC_SCORES: [f32; 2] = [2.5, 6.0];

/// Stable Diffusion XL, its Turbo and its refiner.
pub(super) struct StableDiffusionXl;

impl Family for StableDiffusionXl {
    fn class_names(&self) -> &'static [&'static str] {
        &[
            "StableDiffusionXLPipeline",
            "StableDiffusionXLImg2ImgPipeline",
            "StableDiffusionXLInpaintPipeline",
            "StableDiffusionXLControlNetPipeline",
            "StableDiffusionXLControlNetImg2ImgPipeline",
            "StableDiffusionXLControlNetInpaintPipeline",
            "StableDiffusionXLAdapterPipeline",
        ]
    }

    fn time_ids(&self, (width, height): (u32, u32), index: &ModelIndex) -> Option<TimeIds> {
        // Original size and crop: the picture is asked for as if it had been trained on uncropped at this size.
        let (width, height) = (width as f32, height as f32);
        let ids = |last: &[f32]| [&[height, width, 0.0, 0.0], last].concat();
        Some(if index.flag("requires_aesthetics_score") {
            AESTHETIC_SCORES.map(|score| ids(&[score]))
        } else {
            [ids(&[height, width]), ids(&[height, width])]
        })
    }
}
