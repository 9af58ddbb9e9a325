//! `CrossAttnUpBlock2D`: residual blocks that each join a skip and are followed by a transformer, then a doubling.

use std::sync::Arc;

use burn::tensor::Tensor;

use super::super::context::KeyValue;
use super::super::transformer::Transformer;
use super::{BlockConfig, BlockPlace, BlockType, LoadedBlock, Pass, UNetBlock, parts};
use crate::error::DiffusionError;
use crate::layers::{Loader, ResnetBlock, Upsample};

pub(super) const TYPE: BlockType =
    BlockType { name: "CrossAttnUpBlock2D", place: BlockPlace::Up, has_cross_attention: true, load };

#[derive(Debug)]
struct CrossAttnUpBlock2D {
    layers: Vec<(ResnetBlock, Transformer)>,
    upsample: Option<Upsample>,
}

fn load(loader: &Loader<'_>, config: &BlockConfig<'_>) -> LoadedBlock {
    let layers = parts::up_resnets(loader, config)?
        .into_iter()
        .enumerate()
        .map(|(layer_idx, resnet)| Ok((resnet, parts::transformer(loader, config, layer_idx)?)))
        .collect::<Result<_, DiffusionError>>()?;
    Ok(Arc::new(CrossAttnUpBlock2D { layers, upsample: parts::upsample(loader, config)? }))
}

impl UNetBlock for CrossAttnUpBlock2D {
    fn forward(&self, input: Tensor<4>, pass: &mut Pass<'_>) -> Result<Tensor<4>, DiffusionError> {
        let mut hidden = input;
        for (resnet, transformer) in &self.layers {
            hidden = resnet.forward(parts::join_skip(hidden, &mut pass.skips), Some(pass.time));
            hidden = transformer.forward(hidden, &mut pass.context);
        }
        Ok(match &self.upsample {
            Some(upsample) => parts::enlarge(upsample, hidden, &pass.skips),
            None => hidden,
        })
    }

    fn keys_values(&self, hidden_states: &Tensor<3>) -> Vec<KeyValue> {
        self.layers.iter().flat_map(|(_, transformer)| transformer.keys_values(hidden_states)).collect()
    }
}
