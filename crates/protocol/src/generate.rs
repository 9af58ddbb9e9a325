//! Everything a picture depends on, as one value.

use serde::{Deserialize, Serialize};

/// A revision of the document: it moves with every change of its pixels, so equal revisions mean equal pixels.
pub type Revision = u64;

/// How the noise levels of a run are spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SigmaKind {
    /// As the timesteps lie.
    Timesteps,
    /// Evenly in the seventh root of sigma (Karras et al., 2022).
    Karras,
    /// Evenly in the logarithm of sigma.
    Exponential,
}

/// Whose conventions decide the steps that a strength stands for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Compat {
    /// Strength names a noise level; the number of steps stays what was asked for.
    #[default]
    Continuous,
    /// Python diffusers: `int(steps * strength)` of the steps run, the posterior is sampled, noise is drawn in its order.
    Diffusers,
}

/// Whose random numbers the noise is made of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NoiseKind {
    /// PyTorch's generator for the processor (MT19937).
    #[default]
    TorchCpu,
    /// PyTorch's generator for CUDA (Philox).
    TorchCuda,
}

/// What transparent pixels of the sketch count as.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unpainted {
    /// White paper, to be kept as much as anything that was painted.
    #[default]
    Paper,
    /// Unknown: the model is free there, at strength 1.
    Unknown,
}

/// A picture that lies behind the init image in the bytes beside a request, at the same size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Part {
    /// What may change, one byte a pixel: 0 comes back bit for bit, 255 is repainted, the rest blends.
    Mask,
    /// Strength as it was painted, one byte a pixel: a share of `strength`, 0 (bit for bit) to 255 (all of it).
    StrengthMap,
    /// What a control network or an adapter sees, RGBA.
    Control,
}

impl Part {
    /// Bytes of one pixel.
    pub fn bytes_per_pixel(self) -> usize {
        match self {
            Self::Mask | Self::StrengthMap => 1,
            Self::Control => 4,
        }
    }
}

/// How strongly and when a control network steers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ControlInput {
    /// Factor on what it says; 1 is as it was trained, 0 is off.
    pub scale: f32,
    /// Share of the steps after which it begins, 0 to 1.
    pub start: f32,
    /// Share of the steps after which it ends, 0 to 1.
    pub end: f32,
}

impl Default for ControlInput {
    fn default() -> Self {
        Self { scale: 1.0, start: 0.0, end: 1.0 }
    }
}

/// Everything a picture depends on besides the weights: equal inputs give the same picture, so they need no new job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GenerateInput {
    /// The revision of the document that the init image was flattened from.
    pub revision: Revision,
    /// Width of the init image and of the picture, in pixels.
    pub width: u32,
    /// Height of the init image and of the picture, in pixels.
    pub height: u32,
    /// What to paint.
    pub prompt: String,
    /// What to avoid; only read when `guidance` is above 1. `None` leaves it to the model, which for Stable Diffusion XL
    /// is not the same as an empty text.
    pub negative: Option<String>,
    /// Denoising strength, 0 (the sketch unchanged) to 1 (from pure noise).
    pub strength: f32,
    /// Denoising steps, at least 1.
    pub steps: u32,
    /// Classifier-free guidance scale; at 1 and below the negative prompt is not computed.
    pub guidance: f32,
    /// Seed of the noise: the same seed is the same picture.
    pub seed: u64,
    /// The sampler, by the name that `ModelReport::schedulers` lists; `None` is the one that the model names.
    pub scheduler: Option<String>,
    /// How its noise levels are spaced; `None` is as the model says.
    pub sigmas: Option<SigmaKind>,
    /// Whose conventions are followed.
    pub compat: Compat,
    /// Whose random numbers the noise is made of.
    pub noise: NoiseKind,
    /// Layers of the text encoder that are left out at its end, counted as diffusers counts; 0 is none.
    pub clip_skip: u32,
    /// What transparent pixels count as.
    pub unpainted: Unpainted,
    /// The pictures behind the init image, in their order; none twice.
    pub parts: Vec<Part>,
    /// Moves with every change of the mask's pixels, as `revision` does with the sketch's; 0 without a mask.
    pub mask_revision: Revision,
    /// The same for the strength map.
    pub strength_map_revision: Revision,
    /// How [`Part::Control`] is used.
    pub control: ControlInput,
}

impl Default for GenerateInput {
    fn default() -> Self {
        Self {
            revision: 0,
            width: 512,
            height: 512,
            prompt: String::new(),
            negative: None,
            strength: 0.6,
            steps: 12,
            guidance: 4.0,
            seed: 0,
            scheduler: None,
            sigmas: None,
            compat: Compat::Continuous,
            noise: NoiseKind::TorchCpu,
            clip_skip: 0,
            unpainted: Unpainted::Paper,
            parts: Vec::new(),
            mask_revision: 0,
            strength_map_revision: 0,
            control: ControlInput::default(),
        }
    }
}

impl GenerateInput {
    /// The bytes that travel beside a request: the init image in RGBA, then every part.
    pub fn payload_bytes(&self) -> u64 {
        let per_pixel: usize = 4 + self.parts.iter().map(|part| part.bytes_per_pixel()).sum::<usize>();
        u64::from(self.width) * u64::from(self.height) * per_pixel as u64
    }
}
