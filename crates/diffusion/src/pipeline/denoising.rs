//! A run in progress.

use std::sync::Arc;

use burn::tensor::{DType, Device, Tensor, TensorData};

use super::Conditioning;
use super::preview::LatentColours;
use crate::DiffusionError;
use crate::image::RgbaImage;
use crate::noise::TorchCpuGenerator;
use crate::schedulers::{Plan, Step, Walk};
use crate::unet::UNet2DConditionModel;

/// Latents on their way from noise to picture. Dropping it cancels the run.
pub struct Denoising {
    unet: Arc<UNet2DConditionModel>,
    init: RgbaImage,
    conditioning: Conditioning,
    colours: Option<LatentColours>,
    /// The steps, or `None` where the sketch is not to be changed.
    walk: Option<Walk>,
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
        plan: Plan,
        latents: Tensor<4>,
        generator: TorchCpuGenerator,
    ) -> Self {
        Self {
            unet,
            init,
            conditioning,
            colours,
            walk: Some(Walk::new(plan)),
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
            walk: None,
            latents: None,
            foreseen: None,
            generator: TorchCpuGenerator::new(0),
        }
    }

    /// Steps that this run has in all.
    pub fn n_steps(&self) -> usize {
        self.walk.as_ref().map_or(0, |walk| walk.plan().steps.len())
    }

    /// Steps that are done.
    pub fn step_idx(&self) -> usize {
        self.walk.as_ref().map_or(0, Walk::step_idx)
    }

    /// Whether no step is left.
    pub fn is_done(&self) -> bool {
        self.step_idx() >= self.n_steps()
    }

    /// Runs one step: the UNet once (for both prompts in one batch, where there is guidance), then the scheduler.
    /// Waits until the device has done it, so that progress is what it says. Does nothing after the last step.
    ///
    /// # Errors
    /// Where the device fails, or the latents are no longer finite.
    pub async fn step(&mut self) -> Result<(), DiffusionError> {
        let (Some(step), Some(latents)) = (self.walk.as_ref().and_then(Walk::step).copied(), self.latents.clone())
        else {
            return Ok(());
        };
        let output = self.predict(&step, latents.clone());
        let Some(walk) = &mut self.walk else { return Ok(()) };
        let (dims, device) = (latents.dims(), latents.device());
        let advanced = walk.advance(latents, output, || normal(&mut self.generator, dims, &device));
        let next = advanced.latents;

        // One number that a NaN or an infinity anywhere shows up in; reading it also waits for the device.
        let power = read_values((next.clone() * next.clone()).sum()).await?;
        if !power.iter().all(|value| value.is_finite()) {
            return Err(DiffusionError::BadPicture {
                problem: format!(
                    "the numbers are not finite after step {} of {}; lower the guidance, try the processor instead of \
                     the graphics card, or download the model again",
                    self.step_idx(),
                    self.n_steps()
                ),
            });
        }
        self.foreseen = Some(advanced.foreseen);
        self.latents = Some(next);
        Ok(())
    }

    /// The UNet's output, guided.
    fn predict(&self, step: &Step, latents: Tensor<4>) -> Tensor<4> {
        let timestep = Tensor::from_data(TensorData::new(vec![step.timestep], [1]), &latents.device());
        let seen = if step.input_scale == 1.0 { latents } else { latents * step.input_scale };
        let Conditioning { context, guided, guidance_embedding } = &self.conditioning;
        let Some(guidance) = guided else {
            return self.unet.forward_with(seen, timestep, context, guidance_embedding.clone());
        };
        let both = self.unet.forward_with(Tensor::cat(vec![seen.clone(), seen], 0), timestep, context, None);
        let negative = both.clone().narrow(0, 0, 1);
        let positive = both.narrow(0, 1, 1);
        negative.clone() + (positive - negative) * *guidance
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
            .field("step_idx", &self.step_idx())
            .field("n_steps", &self.n_steps())
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
