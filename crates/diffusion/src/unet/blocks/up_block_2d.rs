//! `UpBlock2D`: residual blocks that each join a skip, then a doubling.

use std::sync::Arc;

use burn::tensor::Tensor;

use super::super::context::KeyValue;
use super::{BlockConfig, BlockPlace, BlockType, LoadedBlock, Pass, UNetBlock, parts};
use crate::error::DiffusionError;
use crate::layers::{Loader, ResnetBlock, Upsample};

pub(super) const TYPE: BlockType =
    BlockType { name: "UpBlock2D", place: BlockPlace::Up, has_cross_attention: false, load };

#[derive(Debug)]
struct UpBlock2D {
    resnets: Vec<ResnetBlock>,
    upsample: Option<Upsample>,
}

fn load(loader: &Loader<'_>, config: &BlockConfig<'_>) -> LoadedBlock {
    Ok(Arc::new(UpBlock2D { resnets: parts::up_resnets(loader, config)?, upsample: parts::upsample(loader, config)? }))
}

impl UNetBlock for UpBlock2D {
    fn forward(&self, input: Tensor<4>, pass: &mut Pass<'_>) -> Result<Tensor<4>, DiffusionError> {
        let mut hidden = input;
        for resnet in &self.resnets {
            hidden = resnet.forward(parts::join_skip(hidden, &mut pass.skips), Some(pass.time));
        }
        Ok(match &self.upsample {
            Some(upsample) => parts::enlarge(upsample, hidden, &pass.skips),
            None => hidden,
        })
    }

    fn keys_values(&self, _hidden_states: &Tensor<3>) -> Vec<KeyValue> {
        Vec::new()
    }
}
