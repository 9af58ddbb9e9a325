//! One step as numbers.

/// How many earlier outputs a step may look back at.
pub(super) const MEMORY: usize = 3;

/// A sum of tensors, each with its share.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Mix {
    /// Share of the latents. In [`Step::next`]: after the correction, where the step has one.
    pub latents: f32,
    /// Share of the model's output.
    pub output: f32,
    /// Share of the picture that the step foresees.
    pub picture: f32,
    /// Share of what this step is remembered by.
    pub current: f32,
    /// Shares of what earlier steps are remembered by, the latest first.
    pub remembered: [f32; MEMORY],
    /// Share of the latents that an earlier step saved.
    pub saved: f32,
    /// Share of fresh normal noise.
    pub noise: f32,
}

impl Mix {
    /// So much of the latents and so much of the model's output.
    pub(super) fn of_latents_and_output((latents, output): (f64, f64)) -> Self {
        Self { latents: latents as f32, output: output as f32, ..Self::default() }
    }

    /// Whether every share is a number that can be computed with.
    pub(super) fn is_finite(&self) -> bool {
        [self.latents, self.output, self.picture, self.current, self.saved, self.noise]
            .iter()
            .chain(&self.remembered)
            .all(|share| share.is_finite())
    }

    /// How many earlier steps must be remembered.
    pub(super) fn n_remembered(&self) -> usize {
        self.remembered.iter().rposition(|share| *share != 0.0).map_or(0, |last| last + 1)
    }
}

/// One denoising step: when the model is asked, and what its answer does.
///
/// In this order: the picture that the step foresees is mixed and clipped; what the step is remembered by is mixed; the
/// latents are corrected; they are saved; the next latents are mixed; the memory is brought up to date.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Step {
    /// The timestep that the model is told.
    pub timestep: f32,
    /// The latents are multiplied by this before the model sees them.
    pub input_scale: f32,
    /// The noise level that the step starts at, as a share of the training's timesteps: above 0 up to 1.
    pub level: f32,
    /// What the latents at the beginning of the step are made of: a share of the picture and one of the noise.
    pub made_of: (f32, f32),
    /// The picture that the step foresees: shares of the latents and of the model's output alone.
    pub picture: Mix,
    /// The foreseen picture is clipped to this magnitude.
    pub clip: Option<f32>,
    /// What later steps remember of this one; `None` where they remember nothing.
    pub remember: Option<Mix>,
    /// What takes the place of the latents before the next ones are mixed.
    pub correction: Option<Mix>,
    /// Whether the latents, corrected, are saved for later steps.
    pub saves_latents: bool,
    /// Whether the step draws noise, even if its share is 0: the generator must not fall out of step.
    pub draws_noise: bool,
    /// The next latents.
    pub next: Mix,
}

impl Step {
    /// Every mix of the step.
    pub(super) fn mixes(&self) -> impl Iterator<Item = &Mix> {
        [Some(&self.picture), self.remember.as_ref(), self.correction.as_ref(), Some(&self.next)].into_iter().flatten()
    }

    pub(super) fn is_finite(&self) -> bool {
        self.input_scale.is_finite()
            && self.made_of.0.is_finite()
            && self.made_of.1.is_finite()
            && self.mixes().all(Mix::is_finite)
    }
}
