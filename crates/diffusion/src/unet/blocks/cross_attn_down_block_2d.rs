//! `CrossAttnDownBlock2D`: residual blocks, each followed by a transformer, then a halving.

use std::sync::Arc;

use burn::tensor::Tensor;

use super::super::context::KeyValue;
use super::super::transformer::Transformer;
use super::{BlockConfig, BlockPlace, BlockType, LoadedBlock, Pass, UNetBlock, parts, with_feature};
use crate::error::DiffusionError;
use crate::layers::{Downsample, Loader, ResnetBlock};

pub(super) const TYPE: BlockType =
    BlockType { name: "CrossAttnDownBlock2D", place: BlockPlace::Down, has_cross_attention: true, load };

#[derive(Debug)]
struct CrossAttnDownBlock2D {
    layers: Vec<(ResnetBlock, Transformer)>,
    downsample: Option<Downsample>,
}

fn load(loader: &Loader<'_>, config: &BlockConfig<'_>) -> LoadedBlock {
    let layers = parts::down_resnets(loader, config)?
        .into_iter()
        .enumerate()
        .map(|(layer_idx, resnet)| Ok((resnet, parts::transformer(loader, config, layer_idx)?)))
        .collect::<Result<_, DiffusionError>>()?;
    Ok(Arc::new(CrossAttnDownBlock2D { layers, downsample: parts::downsample(loader, config)? }))
}

impl UNetBlock for CrossAttnDownBlock2D {
    fn forward(&self, input: Tensor<4>, pass: &mut Pass<'_>) -> Result<Tensor<4>, DiffusionError> {
        let mut hidden = input;
        for (layer_idx, (resnet, transformer)) in self.layers.iter().enumerate() {
            hidden = resnet.forward(hidden, Some(pass.time));
            hidden = transformer.forward(hidden, &mut pass.context);
            if layer_idx + 1 == self.layers.len()
                && let Some(feature) = pass.feature.take()
            {
                // Before the halving, unlike in `DownBlock2D`.
                hidden = with_feature(hidden, feature)?;
            }
            pass.skips.push(hidden.clone());
        }
        if let Some(downsample) = &self.downsample {
            hidden = downsample.forward(hidden);
            pass.skips.push(hidden.clone());
        }
        Ok(hidden)
    }

    fn keys_values(&self, hidden_states: &Tensor<3>) -> Vec<KeyValue> {
        self.layers.iter().flat_map(|(_, transformer)| transformer.keys_values(hidden_states)).collect()
    }
}
