//! A run in progress.

use std::sync::Arc;

use burn::tensor::{DType, Device, Tensor, TensorData};

use super::Conditioning;
use super::preview::LatentColours;
use crate::DiffusionError;
use crate::image::RgbaImage;
use crate::noise::TorchCpuGenerator;
use crate::schedulers::Step;
use crate::unet::{UNet2DConditionModel, UNetInputs};

/// Latents on their way from noise to picture. Dropping it cancels the run.
pub struct Denoising {
    unet: Arc<UNet2DConditionModel>,
    init: RgbaImage,
    conditioning: Conditioning,
    colours: Option<LatentColours>,
    steps: Vec<Step>,
    step_idx: usize,
    /// `[1, channels, height, width]`, or `None` where the sketch is not to be changed.
    latents: Option<Tensor<4>>,
    /// The picture that the last step foresaw, as latents.
    foreseen: Option<Tensor<4>>,
    generator: TorchCpuGenerator,
}

impl Denoising {
    pub(super) fn new(
        unet: Arc<UNet2DConditionModel>,
        init: RgbaImage,
        conditioning: Conditioning,
        colours: Option<LatentColours>,
        steps: Vec<Step>,
        latents: Tensor<4>,
        generator: TorchCpuGenerator,
    ) -> Self {
        Self {
            unet,
            init,
            conditioning,
            colours,
            steps,
            step_idx: 0,
            latents: Some(latents),
            foreseen: None,
            generator,
        }
    }

    /// A run of no steps that ends where it starts.
    pub(super) fn unchanged(
        unet: Arc<UNet2DConditionModel>,
        init: RgbaImage,
        conditioning: Conditioning,
        colours: Option<LatentColours>,
    ) -> Self {
        Self {
            unet,
            init,
            conditioning,
            colours,
            steps: Vec::new(),
            step_idx: 0,
            latents: None,
            foreseen: None,
            generator: TorchCpuGenerator::new(0),
        }
    }

    /// Steps that this run has in all.
    pub fn n_steps(&self) -> usize {
        self.steps.len()
    }

    /// Steps that are done.
    pub fn step_idx(&self) -> usize {
        self.step_idx
    }

    /// Whether no step is left.
    pub fn is_done(&self) -> bool {
        self.step_idx >= self.steps.len()
    }

    /// Runs one step: the UNet once (for both prompts in one batch, where there is guidance), then the scheduler.
    /// Waits until the device has done it, so that progress is what it says. Does nothing after the last step.
    ///
    /// # Errors
    /// Where the device fails, or the latents are no longer finite.
    pub async fn step(&mut self) -> Result<(), DiffusionError> {
        let (Some(&step), Some(latents)) = (self.steps.get(self.step_idx), self.latents.clone()) else {
            return Ok(());
        };
        let output = self.predict(&step, latents.clone())?;

        let mut foreseen = output.clone() * step.picture_from_output;
        if step.picture_from_latents != 0.0 {
            foreseen = foreseen + latents.clone() * step.picture_from_latents;
        }
        if let Some(limit) = step.clip {
            foreseen = foreseen.clamp(-limit, limit);
        }

        let mut next = foreseen.clone() * step.next_from_picture;
        if step.next_from_latents != 0.0 {
            next = next + latents.clone() * step.next_from_latents;
        }
        if step.next_from_output != 0.0 {
            next = next + output * step.next_from_output;
        }
        if step.next_from_noise != 0.0 {
            let noise = normal(&mut self.generator, latents.dims(), &latents.device());
            next = next + noise * step.next_from_noise;
        }

        // One number that a NaN or an infinity anywhere shows up in; reading it also waits for the device.
        let power = read_values((next.clone() * next.clone()).sum()).await?;
        self.step_idx += 1;
        if !power.iter().all(|value| value.is_finite()) {
            return Err(DiffusionError::BadPicture {
                problem: format!(
                    "the numbers are not finite after step {} of {}; lower the guidance, try the processor instead of \
                     the graphics card, or download the model again",
                    self.step_idx,
                    self.steps.len()
                ),
            });
        }
        self.foreseen = Some(foreseen);
        self.latents = Some(next);
        Ok(())
    }

    /// The UNet's output, guided.
    fn predict(&self, step: &Step, latents: Tensor<4>) -> Result<Tensor<4>, DiffusionError> {
        let timestep = Tensor::from_data(TensorData::new(vec![step.timestep], [1]), &latents.device());
        let seen = if step.input_scale == 1.0 { latents } else { latents * step.input_scale };
        let Conditioning { context, guided, guidance_embedding } = &self.conditioning;
        let inputs = UNetInputs { guidance: guidance_embedding.clone(), ..UNetInputs::new(context) };
        let Some(guidance) = guided else {
            return self.unet.forward_with(seen, timestep, &inputs);
        };
        let both = self.unet.forward_with(Tensor::cat(vec![seen.clone(), seen], 0), timestep, &inputs)?;
        let negative = both.clone().narrow(0, 0, 1);
        let positive = both.narrow(0, 1, 1);
        Ok(negative.clone() + (positive - negative) * *guidance)
    }

    /// What the picture is going to be, small (a pixel for each place of the latents) and roughly coloured. `None` before
    /// the first step and for models whose latents have no known colours.
    ///
    /// # Errors
    /// Where the device fails.
    pub async fn preview(&self) -> Result<Option<RgbaImage>, DiffusionError> {
        let (Some(foreseen), Some(colours)) = (&self.foreseen, &self.colours) else {
            return Ok(None);
        };
        let [_, _, height, width] = foreseen.dims();
        let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) else {
            return Ok(None);
        };
        let values = read_values(foreseen.clone()).await?;
        colours.preview(width, height, &values).map(Some)
    }

    /// The sketch at the picture's size, and the latents, which are `None` where the sketch is not to be changed.
    pub(super) fn into_parts(self) -> (RgbaImage, Option<Tensor<4>>) {
        (self.init, self.latents)
    }
}

impl std::fmt::Debug for Denoising {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Denoising")
            .field("step_idx", &self.step_idx)
            .field("n_steps", &self.steps.len())
            .finish_non_exhaustive()
    }
}

/// Standard normal noise of a shape.
pub(super) fn normal(generator: &mut TorchCpuGenerator, dims: [usize; 4], device: &Device) -> Tensor<4> {
    Tensor::from_data(TensorData::new(generator.normal(dims.iter().product()), dims), device)
}

/// A tensor's values in row-major order, without blocking.
pub(super) async fn read_values<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, DiffusionError> {
    let failed = |problem: String| DiffusionError::Readback { problem };
    let data = tensor.into_data_async().await.map_err(|error| failed(error.to_string()))?;
    let data = data.try_cast(DType::F32).map_err(|error| failed(error.to_string()))?;
    data.as_slice::<f32>().map(<[f32]>::to_vec).map_err(|error| failed(format!("{error:?}")))
}
