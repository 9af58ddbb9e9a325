//! `DownBlock2D`: residual blocks, then a halving.

use std::sync::Arc;

use burn::tensor::Tensor;

use super::super::context::KeyValue;
use super::{BlockConfig, BlockPlace, BlockType, LoadedBlock, Pass, UNetBlock, parts, with_feature};
use crate::error::DiffusionError;
use crate::layers::{Downsample, Loader, ResnetBlock};

pub(super) const TYPE: BlockType =
    BlockType { name: "DownBlock2D", place: BlockPlace::Down, has_cross_attention: false, load };

#[derive(Debug)]
struct DownBlock2D {
    resnets: Vec<ResnetBlock>,
    downsample: Option<Downsample>,
}

fn load(loader: &Loader<'_>, config: &BlockConfig<'_>) -> LoadedBlock {
    Ok(Arc::new(DownBlock2D {
        resnets: parts::down_resnets(loader, config)?,
        downsample: parts::downsample(loader, config)?,
    }))
}

impl UNetBlock for DownBlock2D {
    fn forward(&self, input: Tensor<4>, pass: &mut Pass<'_>) -> Result<Tensor<4>, DiffusionError> {
        let mut hidden = input;
        for resnet in &self.resnets {
            hidden = resnet.forward(hidden, Some(pass.time));
            pass.skips.push(hidden.clone());
        }
        if let Some(downsample) = &self.downsample {
            hidden = downsample.forward(hidden);
            pass.skips.push(hidden.clone());
        }
        if let Some(feature) = pass.feature.take() {
            // diffusers adds in place to a tensor that is the last skip as well, so that the skip gets it, too.
            hidden = with_feature(hidden, feature)?;
            if let Some(last) = pass.skips.last_mut() {
                *last = hidden.clone();
            }
        }
        Ok(hidden)
    }

    fn keys_values(&self, _hidden_states: &Tensor<3>) -> Vec<KeyValue> {
        Vec::new()
    }
}
