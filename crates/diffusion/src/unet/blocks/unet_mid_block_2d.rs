//! `UNetMidBlock2D`: in a UNet a single residual block.

use std::sync::Arc;

use burn::tensor::Tensor;

use super::super::context::KeyValue;
use super::{BlockConfig, BlockPlace, BlockType, LoadedBlock, Pass, UNetBlock, parts};
use crate::error::DiffusionError;
use crate::layers::{Loader, ResnetBlock};

pub(super) const TYPE: BlockType =
    BlockType { name: "UNetMidBlock2D", place: BlockPlace::Mid, has_cross_attention: false, load };

#[derive(Debug)]
struct UNetMidBlock2D {
    resnet: ResnetBlock,
}

fn load(loader: &Loader<'_>, config: &BlockConfig<'_>) -> LoadedBlock {
    // UNets build this class without attention and with no further layers.
    Ok(Arc::new(UNetMidBlock2D { resnet: parts::resnet(loader, config, 0, config.inputs)? }))
}

impl UNetBlock for UNetMidBlock2D {
    fn forward(&self, input: Tensor<4>, pass: &mut Pass<'_>) -> Result<Tensor<4>, DiffusionError> {
        Ok(self.resnet.forward(input, Some(pass.time)))
    }

    fn keys_values(&self, _hidden_states: &Tensor<3>) -> Vec<KeyValue> {
        Vec::new()
    }
}
