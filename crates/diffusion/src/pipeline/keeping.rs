//! What of the sketch stays while the rest is denoised.

use burn::tensor::{Tensor, TensorData};

use crate::schedulers::Plan;

/// Keeps the sketch's latents, at the noise level of the moment, where they may not change (yet).
#[derive(Debug)]
pub(super) struct Keeping {
    /// The sketch, encoded: `[1, channels, height, width]`.
    picture: Tensor<4>,
    /// The noise that the run started with.
    noise: Tensor<4>,
    rule: Rule,
}

/// Where latents may change.
#[derive(Debug)]
enum Rule {
    /// The same places from the first step to the last, as diffusers' pipelines for inpainting do: `[1, 1, height,
    /// width]`, 1 where they may.
    Mask(Box<Tensor<4>>),
    /// Every place from the step on at which the noise has fallen to its own strength: Differential Diffusion (Levin and
    /// Fried, 2023), so that each is rendered as if the whole picture had that strength.
    Strengths {
        /// Strength of each place, 0 to 1, row after row.
        places: Vec<f32>,
        /// For every step the least strength that is free in it.
        thresholds: Vec<f32>,
    },
}

impl Keeping {
    /// Keeps everything outside a mask `[1, 1, height, width]` that is 1 where latents may change.
    pub(super) fn outside(mask: Tensor<4>, picture: Tensor<4>, noise: Tensor<4>) -> Self {
        Self { picture, noise, rule: Rule::Mask(Box::new(mask)) }
    }

    /// Keeps every place until the noise has fallen to its strength; `most` is the strength that the plan starts at.
    pub(super) fn by_strength(places: Vec<f32>, most: f32, plan: &Plan, picture: Tensor<4>, noise: Tensor<4>) -> Self {
        let levels: Vec<f32> = plan.steps.iter().map(|step| step.level).collect();
        // Strengths count in the plan's own levels, which may start a little above or below what was asked for.
        let scale = most / levels.first().copied().unwrap_or(1.0).max(f32::MIN_POSITIVE);
        let thresholds = (0..levels.len()).map(|idx| {
            // A place is free from the step whose level is nearest to its strength.
            let next = levels.get(idx + 1).copied().unwrap_or(0.0);
            (levels[idx] + next) / 2.0 * scale
        });
        Self { picture, noise, rule: Rule::Strengths { places, thresholds: thresholds.collect() } }
    }

    /// The latents at the beginning of a step, or behind the last one.
    pub(super) fn hold(&self, latents: Tensor<4>, plan: &Plan, step_idx: usize) -> Tensor<4> {
        let free = match &self.rule {
            // The first latents are the sketch with noise all over, or noise alone: nothing is to be put back.
            Rule::Mask(_) if step_idx == 0 => return latents,
            Rule::Mask(mask) => mask.as_ref().clone(),
            Rule::Strengths { places, thresholds } => {
                // Behind the last step, what was never free is the sketch itself.
                let threshold = thresholds.get(step_idx).or(thresholds.last()).copied().unwrap_or(0.0);
                let first = step_idx == 0;
                let is_free = |&strength: &f32| match first {
                    // The first latents may be noise alone, and only full strength is to start from that.
                    true => strength >= 1.0,
                    false => strength >= threshold && strength > 0.0,
                };
                if places.iter().all(is_free) {
                    return latents;
                }
                let values: Vec<f32> = places.iter().map(|it| if is_free(it) { 1.0 } else { 0.0 }).collect();
                let [_, _, height, width] = latents.dims();
                Tensor::from_data(TensorData::new(values, [1, 1, height, width]), &latents.device())
            }
        };
        let (of_picture, of_noise) = plan.renoise(step_idx);
        let mut kept = self.picture.clone();
        if of_picture != 1.0 {
            kept = kept * of_picture;
        }
        if of_noise != 0.0 {
            kept = kept + self.noise.clone() * of_noise;
        }
        kept.clone() + (latents - kept) * free
    }
}
