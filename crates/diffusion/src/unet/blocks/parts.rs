//! What the types of blocks have in common.

use burn::tensor::Tensor;

use super::super::transformer::{Transformer, TransformerConfig};
use super::BlockConfig;
use crate::error::DiffusionError;
use crate::layers::{Downsample, Loader, ResnetBlock, ResnetConfig, Upsample};

/// Reads residual block `layer_idx` of the block at the loader's place.
pub(super) fn resnet(
    block: &Loader<'_>,
    config: &BlockConfig<'_>,
    layer_idx: usize,
    inputs: usize,
) -> Result<ResnetBlock, DiffusionError> {
    let resnet_config = ResnetConfig {
        inputs,
        outputs: config.outputs,
        time_width: Some(config.time_width),
        groups: config.groups,
        epsilon: config.epsilon,
        output_scale: config.output_scale,
        scales_by_time: config.scales_by_time,
    };
    ResnetBlock::load(&block.at(format!("resnets.{layer_idx}")), resnet_config)
}

/// Reads transformer `layer_idx` of the block at the loader's place.
pub(super) fn transformer(
    block: &Loader<'_>,
    config: &BlockConfig<'_>,
    layer_idx: usize,
) -> Result<Transformer, DiffusionError> {
    let transformer_config = TransformerConfig {
        channels: config.outputs,
        heads: config.heads,
        layers: config.transformer_layers.get(layer_idx).copied().unwrap_or(1),
        cross_attention_dim: config.cross_attention_dim,
        only_cross_attention: config.only_cross_attention,
        groups: config.groups,
    };
    Transformer::load(&block.at(format!("attentions.{layer_idx}")), transformer_config)
}

/// Reads the residual blocks of a down block.
pub(super) fn down_resnets(block: &Loader<'_>, config: &BlockConfig<'_>) -> Result<Vec<ResnetBlock>, DiffusionError> {
    let inputs = |layer_idx: usize| if layer_idx == 0 { config.inputs } else { config.outputs };
    (0..config.layers).map(|layer_idx| resnet(block, config, layer_idx, inputs(layer_idx))).collect()
}

/// Reads the halving at the end of a down block, where it has one.
pub(super) fn downsample(block: &Loader<'_>, config: &BlockConfig<'_>) -> Result<Option<Downsample>, DiffusionError> {
    let place = block.at("downsamplers.0");
    config.resamples.then(|| Downsample::load(&place, config.outputs, config.downsample_padding)).transpose()
}

/// Reads the residual blocks of an up block: each joins a skip to what comes in.
pub(super) fn up_resnets(block: &Loader<'_>, config: &BlockConfig<'_>) -> Result<Vec<ResnetBlock>, DiffusionError> {
    let inputs = |layer_idx: usize| {
        let hidden = if layer_idx == 0 { config.inputs } else { config.outputs };
        let skip = if layer_idx + 1 == config.layers { config.last_skip } else { config.outputs };
        hidden + skip
    };
    (0..config.layers).map(|layer_idx| resnet(block, config, layer_idx, inputs(layer_idx))).collect()
}

/// Reads the doubling at the end of an up block, where it has one.
pub(super) fn upsample(block: &Loader<'_>, config: &BlockConfig<'_>) -> Result<Option<Upsample>, DiffusionError> {
    config.resamples.then(|| Upsample::load(&block.at("upsamplers.0"), config.outputs)).transpose()
}

/// Joins the last skip to an image, channels after channels.
pub(super) fn join_skip(hidden: Tensor<4>, skips: &mut Vec<Tensor<4>>) -> Tensor<4> {
    match skips.pop() {
        Some(skip) => Tensor::cat(vec![hidden, skip], 1),
        None => hidden,
    }
}

/// Doubles an image, or brings it to the size of the next skip: halving an odd size rounds up, and doubling must undo
/// that.
pub(super) fn enlarge(upsample: &Upsample, hidden: Tensor<4>, skips: &[Tensor<4>]) -> Tensor<4> {
    let [_, _, height, width] = hidden.dims();
    let size = skips.last().map_or([2 * height, 2 * width], |skip| {
        let [_, _, height, width] = skip.dims();
        [height, width]
    });
    upsample.forward(hidden, size)
}
