//! Latent consistency models (Luo et al., 2023): they take the guidance scale as an input and run few steps.

use super::{Family, Task, stable_diffusion::StableDiffusion};
use crate::schedulers::{SchedulerConfig, Span};

/// Latent consistency models.
pub(super) struct LatentConsistency;

impl Family for LatentConsistency {
    fn class_names(&self) -> &'static [&'static str] {
        &["LatentConsistencyModelPipeline", "LatentConsistencyModelImg2ImgPipeline"]
    }

    fn correct(&self, task: Task, config: SchedulerConfig) -> SchedulerConfig {
        // There is no pipeline of its own for masks and control networks: Stable Diffusion's take its place.
        if task.has_mask || task.has_control { StableDiffusion.correct(task, config) } else { config }
    }

    fn span(&self, task: Task, strength: f64, steps: usize) -> Span {
        if task.has_mask || task.has_control {
            Span::as_diffusers(strength, steps)
        } else {
            Span::as_lcm_pipeline(strength, steps)
        }
    }
}
