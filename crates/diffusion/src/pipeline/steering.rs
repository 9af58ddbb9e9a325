//! A control network's or an adapter's share in a run.

use std::sync::Arc;

use burn::tensor::Tensor;

use super::{Conditioning, ControlRequest, ImageToImage, Pipeline};
use crate::DiffusionError;
use crate::control::{Control, ControlInputs, ControlNetModel, ControlPicture, ControlResiduals, T2IAdapter};
use crate::image::{GreyImage, RgbaImage};
use crate::unet::{AddedConditions, UNetContext};

/// What steers a run, and when.
pub(super) struct Steering {
    start: f64,
    end: f64,
    by: By,
}

/// The two ways to steer.
enum By {
    /// A ControlNet, which looks at the latents in every step.
    Net(Box<ByNet>),
    /// An adapter, which has looked at its picture once.
    Features(Vec<Tensor<4>>),
}

/// A ControlNet and what it is given in every step.
struct ByNet {
    control: Arc<Control>,
    context: UNetContext,
    picture: ControlPicture,
    scale: f64,
    added: Option<AddedConditions>,
}

impl Steering {
    /// Whether it steers in a step, as diffusers counts its shares.
    pub(super) fn is_on(&self, step_idx: usize, n_steps: usize) -> bool {
        let share = |idx: usize| idx as f64 / n_steps as f64;
        share(step_idx) >= self.start && share(step_idx + 1) <= self.end
    }

    /// What a control network adds to the UNet, having seen what the UNet is about to see.
    pub(super) fn residuals(
        &self,
        seen: Tensor<4>,
        timestep: Tensor<1>,
    ) -> Result<Option<ControlResiduals>, DiffusionError> {
        let By::Net(by) = &self.by else { return Ok(None) };
        let Control::Net(net) = by.control.as_ref() else { return Ok(None) };
        let inputs =
            ControlInputs { context: &by.context, picture: &by.picture, scale: by.scale, added: by.added.clone() };
        net.forward(seen, timestep, &inputs).map(Some)
    }

    /// What an adapter adds to the UNet.
    pub(super) fn features(&self) -> &[Tensor<4>] {
        match &self.by {
            By::Net(_) => &[],
            By::Features(features) => features,
        }
    }
}

impl Pipeline {
    /// What a request's control picture comes to; `None` where nothing is asked for, or no strength is left of it.
    pub(super) fn steering(
        &self,
        request: &ImageToImage,
        conditioning: &Conditioning,
        added: Option<&AddedConditions>,
        (width, height): (u32, u32),
    ) -> Result<Option<Steering>, DiffusionError> {
        let Some(ControlRequest { image, scale, start, end }) = &request.control else { return Ok(None) };
        let Some(control) = &self.control else {
            return Err(DiffusionError::input(
                "control",
                "there is a control picture and no control network; load one",
            ));
        };
        if *scale == 0.0 {
            return Ok(None);
        }
        let (scale, image) = (f64::from(*scale), image.resized(width, height)?);
        let by = match control.as_ref() {
            Control::Net(net) => self.by_net(net, control, conditioning, added.cloned(), &image, scale)?,
            Control::Adapter(adapter) => By::Features(self.features(adapter, conditioning, &image, scale)?),
        };
        Ok(Some(Steering { start: f64::from(*start), end: f64::from(*end), by }))
    }

    fn by_net(
        &self,
        net: &ControlNetModel,
        control: &Arc<Control>,
        conditioning: &Conditioning,
        added: Option<AddedConditions>,
        image: &RgbaImage,
        scale: f64,
    ) -> Result<By, DiffusionError> {
        let context = net.context(conditioning.context.hidden_states().clone())?;
        let picture = net.picture(self.shares(image))?;
        Ok(By::Net(Box::new(ByNet { control: Arc::clone(control), context, picture, scale, added })))
    }

    fn features(
        &self,
        adapter: &T2IAdapter,
        conditioning: &Conditioning,
        image: &RgbaImage,
        scale: f64,
    ) -> Result<Vec<Tensor<4>>, DiffusionError> {
        let mut shares = self.shares(image);
        if adapter.config().in_channels == 1 {
            let grey = GreyImage::from_rgba(&image.on_white_paper());
            let pixels = grey.values().iter().flat_map(|&value| [value, value, value, 255]).collect();
            shares = self.shares(&RgbaImage::new(image.width(), image.height(), pixels)?).narrow(1, 0, 1);
        }
        let features = adapter.features(shares, scale)?;
        let rows = conditioning.rows();
        Ok(features.into_iter().map(|it| if rows == 1 { it } else { Tensor::cat(vec![it; rows], 0) }).collect())
    }

    /// A picture with values from 0 to 1, as control networks see theirs: `[1, 3, height, width]`.
    fn shares(&self, image: &RgbaImage) -> Tensor<4> {
        (image.to_tensor(&self.device) + 1.0) * 0.5
    }
}
