//! `UNetMidBlock2DCrossAttn`: a residual block, a transformer and another residual block.

use std::sync::Arc;

use burn::tensor::Tensor;

use super::super::context::KeyValue;
use super::super::transformer::Transformer;
use super::{BlockConfig, BlockPlace, BlockType, LoadedBlock, Pass, UNetBlock, parts};
use crate::error::DiffusionError;
use crate::layers::{Loader, ResnetBlock};

pub(super) const TYPE: BlockType =
    BlockType { name: "UNetMidBlock2DCrossAttn", place: BlockPlace::Mid, has_cross_attention: true, load };

#[derive(Debug)]
struct UNetMidBlock2DCrossAttn {
    first: ResnetBlock,
    transformer: Transformer,
    second: ResnetBlock,
}

fn load(loader: &Loader<'_>, config: &BlockConfig<'_>) -> LoadedBlock {
    Ok(Arc::new(UNetMidBlock2DCrossAttn {
        first: parts::resnet(loader, config, 0, config.inputs)?,
        transformer: parts::transformer(loader, config, 0)?,
        second: parts::resnet(loader, config, 1, config.outputs)?,
    }))
}

impl UNetBlock for UNetMidBlock2DCrossAttn {
    fn forward(&self, input: Tensor<4>, pass: &mut Pass<'_>) -> Result<Tensor<4>, DiffusionError> {
        let hidden = self.first.forward(input, Some(pass.time));
        let hidden = self.transformer.forward(hidden, &mut pass.context);
        Ok(self.second.forward(hidden, Some(pass.time)))
    }

    fn keys_values(&self, hidden_states: &Tensor<3>) -> Vec<KeyValue> {
        self.transformer.keys_values(hidden_states)
    }
}
