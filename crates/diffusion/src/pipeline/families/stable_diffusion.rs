//! Stable Diffusion 1 and 2 and everything that is built like them: SD-Turbo, SDXS, distilled and pruned ones.

use super::{Corrections, Family, Task};

/// Stable Diffusion 1 and 2.
pub(super) struct StableDiffusion;

impl Family for StableDiffusion {
    fn class_names(&self) -> &'static [&'static str] {
        &[
            "StableDiffusionPipeline",
            "StableDiffusionImg2ImgPipeline",
            "StableDiffusionInpaintPipeline",
            "StableDiffusionControlNetPipeline",
            "StableDiffusionControlNetImg2ImgPipeline",
            "StableDiffusionControlNetInpaintPipeline",
            "StableDiffusionAdapterPipeline",
        ]
    }

    fn corrections(&self, task: Task) -> Corrections {
        // The constructors of the plain pipelines correct outdated files; those with a control network take them as they
        // are, and the one for inpainting does not look at the clipping.
        Corrections { steps_offset: !task.has_control, clip_sample: !task.has_control && !task.has_mask }
    }
}
