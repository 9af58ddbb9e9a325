//! Stable Diffusion 1 and 2 and everything that is built like them: SD-Turbo, SDXS, distilled and pruned ones.

use super::{Family, Task};
use crate::schedulers::SchedulerConfig;

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

    fn correct(&self, task: Task, config: SchedulerConfig) -> SchedulerConfig {
        match task {
            // The pipelines with a control network take outdated files as they are.
            Task { has_control: true, .. } => config,
            Task { has_mask: true, .. } => config.corrected_for_inpainting(),
            Task { .. } => config.corrected_for_latents(),
        }
    }
}
