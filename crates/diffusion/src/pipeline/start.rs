//! From a request to the first latents: encoding, noise, and the order in which random numbers are drawn.

use std::sync::Arc;

use burn::tensor::{Tensor, TensorData};

use super::change::Change;
use super::denoising::{Denoising, Run, normal};
use super::families::Task;
use super::inpainting::{MASK_CHANNELS, hard_mask, mask_at_latents, masked_picture};
use super::keeping::Keeping;
use super::{Compat, Conditioning, ImageToImage, Pipeline};
use crate::DiffusionError;
use crate::image::RgbaImage;
use crate::noise::NoiseSource;
use crate::schedulers::{Plan, SchedulerConfig, SchedulerName, Span, Walk};
use crate::unet::AddedConditions;
use crate::vae::Posterior;

impl Pipeline {
    /// Encodes the sketch, adds the noise and works out the steps. Where nothing may change there is nothing to do, and
    /// [`Self::decode`] gives back the sketch's own pixels.
    ///
    /// # Errors
    /// Where the request is out of range, or the picture's size is not one that the model can do.
    pub fn start(
        &self,
        request: &ImageToImage,
        init: &RgbaImage,
        conditioning: Conditioning,
    ) -> Result<Denoising, DiffusionError> {
        let (width, height) = request.size.unwrap_or((init.width(), init.height()));
        let init = init.resized(width, height)?;
        let strength = request.strength_as_f64()?;
        let change = Change::of(request, strength as f32, &init)?;
        // Without maps the strength is the number that was written; with them, that of the freest place.
        let places = change.at_latents(self.size_multiple() as usize);
        let most = places.iter().copied().fold(0.0, f32::max);
        let strength = if change.is_even() && request.mask.is_none() && most == strength as f32 {
            strength
        } else {
            shortest_decimal(most)
        };
        let is_as_diffusers = request.compat == Compat::Diffusers;
        // A mask that diffusers' own pipeline reads does not change the strength.
        let strength = if is_as_diffusers && request.mask.is_some() { request.strength_as_f64()? } else { strength };
        if strength == 0.0 {
            return Ok(Denoising::unchanged(init, change));
        }
        self.check_size(width, height)?;
        if request.is_upscaled && self.upscaler.is_none() {
            return Err(DiffusionError::input("upscale", "this model has no upscaler; ask for its own size"));
        }

        let task = Task { has_mask: request.mask.is_some(), has_control: request.control.is_some() };
        let plan = self.plan(request, task, strength)?;
        let mut noise = NoiseSource::new(request.noise, request.seed);
        let mut draw = Draw { pipeline: self, request, init: &init, noise: &mut noise };
        let started = match request.mask.is_some() && is_as_diffusers {
            true => draw.as_diffusers_inpaints(&plan, strength == 1.0)?,
            false => draw.over_the_sketch(&plan, &change, places, most)?,
        };

        let added = self.added_conditions(&conditioning, (width, height))?;
        let steering = self.steering(request, &conditioning, added.as_ref(), (width, height))?;
        Ok(Denoising::new(
            Run {
                unet: Arc::clone(&self.unet),
                conditioning,
                added,
                beside: started.beside,
                keeping: started.keeping,
                steering,
                colours: self.colours.clone(),
            },
            init,
            // diffusers' pipelines give back the whole picture as it was decoded.
            if is_as_diffusers && request.mask.is_some() { Change::everywhere(width, height) } else { change },
            Walk::new(plan),
            started.latents,
            noise,
        )
        .upscaled(request.is_upscaled))
    }

    /// The steps of a request.
    fn plan(&self, request: &ImageToImage, task: Task, strength: f64) -> Result<Plan, DiffusionError> {
        let config = match request.compat {
            Compat::Continuous => self.scheduler.clone().corrected_for_latents(),
            Compat::Diffusers => self.index.family.correct(task, self.scheduler.clone()),
        };
        let config = match request.sigma_spacing {
            Some(spacing) => config.with_sigma_spacing(spacing),
            None => config,
        };
        let named = request.scheduler.or(config.named());
        let (name, span) = match request.compat {
            Compat::Continuous => (named.unwrap_or(SchedulerName::DDIM), Span::from_strength(strength, request.steps)),
            Compat::Diffusers => (
                named.ok_or_else(|| unknown_scheduler(&config))?,
                self.index.family.span(task, strength, request.steps),
            ),
        };
        Plan::new(&config, name, span)
    }

    /// What a UNet that asks for it is told of the prompts as a whole and of the picture's size.
    fn added_conditions(
        &self,
        conditioning: &Conditioning,
        size: (u32, u32),
    ) -> Result<Option<AddedConditions>, DiffusionError> {
        let Some(ids) = self.index.family.time_ids(size, &self.index) else { return Ok(None) };
        let Some(text_embeds) = conditioning.pooled.clone() else {
            return Err(DiffusionError::config(
                "model_index.json",
                "the model is of a family whose second text encoder has a projection, and there is none",
            ));
        };
        let [negative, positive] = ids;
        let width = positive.len();
        let rows = if conditioning.guided.is_some() { [negative, positive].concat() } else { positive };
        let time_ids = Tensor::from_data(TensorData::new(rows, [conditioning.rows(), width]), &self.device);
        Ok(Some(AddedConditions { text_embeds, time_ids }))
    }

    fn check_size(&self, width: u32, height: u32) -> Result<(), DiffusionError> {
        let multiple = self.size_multiple();
        if width == 0 || height == 0 || !width.is_multiple_of(multiple) || !height.is_multiple_of(multiple) {
            return Err(DiffusionError::input(
                "size",
                format!("{width} × {height} pixels do not fit this model; both sides must be multiples of {multiple}"),
            ));
        }
        Ok(())
    }
}

/// The first latents, and what accompanies them.
struct Started {
    latents: Tensor<4>,
    /// Channels that the UNet sees behind the latents, for networks that were trained for inpainting.
    beside: Option<Tensor<4>>,
    keeping: Option<Keeping>,
}

/// The drawing of random numbers in one order.
struct Draw<'a> {
    pipeline: &'a Pipeline,
    request: &'a ImageToImage,
    init: &'a RgbaImage,
    noise: &'a mut NoiseSource,
}

impl Draw<'_> {
    /// As `StableDiffusionImg2ImgPipeline` draws: for the sketch's latents first, for the noise second.
    fn over_the_sketch(
        &mut self,
        plan: &Plan,
        change: &Change,
        places: Vec<f32>,
        most: f32,
    ) -> Result<Started, DiffusionError> {
        let picture = self.encode(self.init.to_tensor(&self.pipeline.device));
        let noise = self.normal(picture.dims());
        let latents = Walk::new(plan.clone()).start(Some(picture.clone()), noise.clone());
        let beside = match self.pipeline.sees_mask {
            true => Some(self.beside()?),
            false => None,
        };
        let keeping = (!change.is_even()).then(|| Keeping::by_strength(places, most, plan, picture, noise));
        Ok(Started { latents, beside, keeping })
    }

    /// As `StableDiffusionInpaintPipeline` draws: the sketch's latents where they are used at all, the noise, the masked
    /// sketch's latents. Full strength starts from noise alone.
    fn as_diffusers_inpaints(&mut self, plan: &Plan, is_full_strength: bool) -> Result<Started, DiffusionError> {
        let pipeline = self.pipeline;
        let is_needed = !pipeline.sees_mask || !is_full_strength;
        let picture = is_needed.then(|| self.encode(self.init.to_tensor(&pipeline.device)));
        let dims = match &picture {
            Some(picture) => picture.dims(),
            None => {
                let edge = |pixels: u32| pixels as usize / pipeline.size_multiple() as usize;
                [1, pipeline.autoencoder.latent_channels(), edge(self.init.height()), edge(self.init.width())]
            }
        };
        let noise = self.normal(dims);
        let latents = match is_full_strength {
            true => noise.clone() * plan.pure_noise_scale,
            false => Walk::new(plan.clone()).start(picture.clone(), noise.clone()),
        };
        // Drawn also where it is not looked at: the numbers that follow depend on it.
        let beside = self.beside()?;
        let keeping = match (pipeline.sees_mask, picture) {
            (false, Some(picture)) => {
                Some(Keeping::outside(beside.clone().narrow(1, 0, MASK_CHANNELS), picture, noise))
            }
            _ => None,
        };
        Ok(Started { latents, beside: pipeline.sees_mask.then_some(beside), keeping })
    }

    /// Mask and masked sketch as networks for inpainting see them: `[1, 1 + channels, height, width]`.
    fn beside(&mut self) -> Result<Tensor<4>, DiffusionError> {
        let (width, height) = (self.init.width(), self.init.height());
        let device = &self.pipeline.device;
        let mask = hard_mask(self.request.mask.as_ref(), width, height)?;
        let small = mask_at_latents(&mask, (width, height), self.pipeline.size_multiple() as usize, device);
        let masked = self.encode(masked_picture(self.init, &mask, device));
        Ok(Tensor::cat(vec![small, masked], 1))
    }

    /// The latents of a picture: sampled where diffusers samples them, else the most likely ones.
    fn encode(&mut self, picture: Tensor<4>) -> Tensor<4> {
        let posterior: Posterior = self.pipeline.autoencoder.encode(picture);
        match self.request.compat {
            Compat::Diffusers if posterior.logvar.is_some() => {
                let noise = self.normal(posterior.mean.dims());
                posterior.sample(noise)
            }
            Compat::Diffusers | Compat::Continuous => posterior.mode(),
        }
    }

    fn normal(&mut self, dims: [usize; 4]) -> Tensor<4> {
        normal(self.noise, dims, &self.pipeline.device)
    }
}

/// The number that a person would have written for it: 0.7 and not 0.699999988.
fn shortest_decimal(value: f32) -> f64 {
    value.to_string().parse().unwrap_or_else(|_| f64::from(value))
}

fn unknown_scheduler(config: &SchedulerConfig) -> DiffusionError {
    DiffusionError::Unsupported {
        component: "scheduler/scheduler_config.json".into(),
        key: "_class_name".into(),
        value: config.class_name.clone(),
        supported: format!("choose one of these for both programs: {}", SchedulerName::list_of_ids()),
    }
}
