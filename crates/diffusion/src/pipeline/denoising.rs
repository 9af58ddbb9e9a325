//! A run in progress.

use std::sync::Arc;

use burn::tensor::{DType, Device, Tensor, TensorData};

use super::Conditioning;
use super::change::Change;
use super::keeping::Keeping;
use super::preview::LatentColours;
use super::steering::Steering;
use crate::DiffusionError;
use crate::image::RgbaImage;
use crate::noise::NoiseSource;
use crate::schedulers::{Step, Walk};
use crate::unet::{AddedConditions, UNet2DConditionModel, UNetInputs};

/// What stays the same from the first step to the last.
pub(super) struct Run {
    pub(super) unet: Arc<UNet2DConditionModel>,
    pub(super) conditioning: Conditioning,
    pub(super) added: Option<AddedConditions>,
    /// Channels that the UNet sees behind the latents.
    pub(super) beside: Option<Tensor<4>>,
    pub(super) keeping: Option<Keeping>,
    pub(super) steering: Option<Steering>,
    pub(super) colours: Option<LatentColours>,
}

/// Latents on their way from noise to picture. Dropping it cancels the run.
pub struct Denoising {
    init: RgbaImage,
    change: Change,
    /// `None` where the sketch is not to be changed.
    under_way: Option<UnderWay>,
    is_upscaled: bool,
}

/// A run that has steps.
struct UnderWay {
    run: Run,
    walk: Walk,
    /// `[1, channels, height, width]`.
    latents: Tensor<4>,
    /// The picture that the last step foresaw, as latents.
    foreseen: Option<Tensor<4>>,
    noise: NoiseSource,
}

/// What a run ends in.
pub(super) struct Finished {
    /// The sketch at the picture's size.
    pub(super) init: RgbaImage,
    /// How much of the rendered picture shows.
    pub(super) change: Change,
    /// `None` where the sketch is not to be changed.
    pub(super) latents: Option<Tensor<4>>,
    /// Whether the picture is to be doubled.
    pub(super) is_upscaled: bool,
}

impl Denoising {
    pub(super) fn new(
        run: Run,
        init: RgbaImage,
        change: Change,
        walk: Walk,
        latents: Tensor<4>,
        noise: NoiseSource,
    ) -> Self {
        let under_way = UnderWay { run, walk, latents, foreseen: None, noise };
        Self { init, change, under_way: Some(under_way), is_upscaled: false }
    }

    /// A run of no steps that ends where it starts.
    pub(super) fn unchanged(init: RgbaImage, change: Change) -> Self {
        Self { init, change, under_way: None, is_upscaled: false }
    }

    /// The same run, with a picture of twice the size at its end.
    pub(super) fn upscaled(self, is_upscaled: bool) -> Self {
        Self { is_upscaled, ..self }
    }

    /// Steps that this run has in all.
    pub fn n_steps(&self) -> usize {
        self.under_way.as_ref().map_or(0, |it| it.walk.plan().steps.len())
    }

    /// Steps that are done.
    pub fn step_idx(&self) -> usize {
        self.under_way.as_ref().map_or(0, |it| it.walk.step_idx())
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
        let n_steps = self.n_steps();
        let Some(it) = &mut self.under_way else { return Ok(()) };
        let Some(step) = it.walk.step().copied() else { return Ok(()) };
        let step_idx = it.walk.step_idx();
        let latents = it.held(it.latents.clone(), step_idx);

        let output = it.predict(&step, step_idx, n_steps, latents.clone())?;
        let (dims, device) = (latents.dims(), latents.device());
        let advanced = it.walk.advance(latents, output, || normal(&mut it.noise, dims, &device));
        let next = if it.walk.step().is_none() { it.held(advanced.latents, step_idx + 1) } else { advanced.latents };

        // One number that a NaN or an infinity anywhere shows up in; reading it also waits for the device.
        let power = read_values((next.clone() * next.clone()).sum()).await?;
        if !power.iter().all(|value| value.is_finite()) {
            return Err(DiffusionError::BadPicture {
                problem: format!(
                    "the numbers are not finite after step {} of {n_steps}; lower the guidance, choose f32 in place of \
                     f16, try the processor instead of the graphics card, or download the model again",
                    step_idx + 1,
                ),
            });
        }
        it.foreseen = Some(advanced.foreseen);
        it.latents = next;
        Ok(())
    }

    /// What the picture is going to be, small (a pixel for each place of the latents) and roughly coloured. `None` before
    /// the first step and for models whose latents have no known colours.
    ///
    /// # Errors
    /// Where the device fails.
    pub async fn preview(&self) -> Result<Option<RgbaImage>, DiffusionError> {
        let Some(UnderWay { foreseen: Some(foreseen), run: Run { colours: Some(colours), .. }, .. }) = &self.under_way
        else {
            return Ok(None);
        };
        let [_, _, height, width] = foreseen.dims();
        let (Ok(width), Ok(height)) = (u32::try_from(width), u32::try_from(height)) else {
            return Ok(None);
        };
        let values = read_values(foreseen.clone()).await?;
        colours.preview(width, height, &values).map(Some)
    }

    /// What the run has come to.
    pub(super) fn finish(self) -> Finished {
        let Self { init, change, under_way, is_upscaled } = self;
        Finished { init, change, latents: under_way.map(|it| it.latents), is_upscaled }
    }
}

impl UnderWay {
    /// Latents with the sketch put back where it is to be kept.
    fn held(&self, latents: Tensor<4>, step_idx: usize) -> Tensor<4> {
        match &self.run.keeping {
            Some(keeping) => keeping.hold(latents, self.walk.plan(), step_idx),
            None => latents,
        }
    }

    /// The UNet's output, guided.
    fn predict(
        &self,
        step: &Step,
        step_idx: usize,
        n_steps: usize,
        latents: Tensor<4>,
    ) -> Result<Tensor<4>, DiffusionError> {
        let run = &self.run;
        let timestep = Tensor::from_data(TensorData::new(vec![step.timestep], [1]), &latents.device());
        let seen = if step.input_scale == 1.0 { latents } else { latents * step.input_scale };
        let Conditioning { context, guided, guidance_embedding, .. } = &run.conditioning;
        let rows =
            |tensor: Tensor<4>| if guided.is_some() { Tensor::cat(vec![tensor.clone(), tensor], 0) } else { tensor };

        let control = run.steering.as_ref().filter(|steering| steering.is_on(step_idx, n_steps));
        let residuals = control.map(|it| it.residuals(rows(seen.clone()), timestep.clone())).transpose()?.flatten();
        let inputs = UNetInputs {
            context,
            guidance: guidance_embedding.clone(),
            added: run.added.clone(),
            residuals: residuals.as_ref(),
            adapter_features: control.map_or(&[], Steering::features),
        };
        let seen = match &run.beside {
            Some(beside) => Tensor::cat(vec![seen, beside.clone()], 1),
            None => seen,
        };
        let output = run.unet.forward_with(rows(seen), timestep, &inputs)?;
        let Some(guidance) = guided else { return Ok(output) };
        let negative = output.clone().narrow(0, 0, 1);
        let positive = output.narrow(0, 1, 1);
        Ok(negative.clone() + (positive - negative) * *guidance)
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
pub(super) fn normal(noise: &mut NoiseSource, dims: [usize; 4], device: &Device) -> Tensor<4> {
    Tensor::from_data(TensorData::new(noise.normal(dims.iter().product()), dims), device)
}

/// A tensor's values in row-major order, without blocking.
pub(super) async fn read_values<const D: usize>(tensor: Tensor<D>) -> Result<Vec<f32>, DiffusionError> {
    let failed = |problem: String| DiffusionError::Readback { problem };
    let data = tensor.into_data_async().await.map_err(|error| failed(error.to_string()))?;
    let data = data.try_cast(DType::F32).map_err(|error| failed(error.to_string()))?;
    data.as_slice::<f32>().map(<[f32]>::to_vec).map_err(|error| failed(format!("{error:?}")))
}
