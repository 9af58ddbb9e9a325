//! Group normalisation, with the activation that follows it.

use burn::tensor::Tensor;

use super::exp::sigmoid_of;
use super::{from_values, into_values};

/// Sums of this many values are taken in `f32` before they go into an `f64`.
const BLOCK: usize = 4096;
/// Sums run in this many lanes side by side, so that they vectorise.
const LANES: usize = 8;

/// The numbers that a group norm needs beside its input.
#[derive(Debug, Clone, Copy)]
pub(in crate::layers) struct GroupNormTask<'a> {
    /// One factor a channel.
    pub(in crate::layers) scale: &'a [f32],
    /// One summand a channel.
    pub(in crate::layers) shift: &'a [f32],
    /// Number of groups.
    pub(in crate::layers) groups: usize,
    /// Added to the variance.
    pub(in crate::layers) epsilon: f64,
    /// Whether the sigmoid linear unit follows.
    pub(in crate::layers) with_silu: bool,
}

/// Normalises `[batch, channels, height, width]`.
pub(in crate::layers) fn group_norm(input: Tensor<4>, task: GroupNormTask<'_>) -> Tensor<4> {
    let shape = input.dims();
    let [_, channels, height, width] = shape;
    let plane = height * width;
    let group_channels = channels / task.groups;
    let mut values = into_values(input);
    if values.is_empty() {
        return from_values(values, shape);
    }
    for (group_idx, group) in values.chunks_exact_mut(group_channels * plane).enumerate() {
        let mean = sum(group, |value| value) / group.len() as f64;
        let center = mean as f32;
        let variance = sum(group, |value| (value - center) * (value - center)) / group.len() as f64;
        let deviation = (1.0 / (variance + task.epsilon).sqrt()) as f32;
        let first_channel = (group_idx % task.groups) * group_channels;
        for (channel, values) in (first_channel..).zip(group.chunks_exact_mut(plane)) {
            let (scale, shift) = (task.scale[channel] * deviation, task.shift[channel]);
            if task.with_silu {
                for value in values {
                    let normal = (*value - center) * scale + shift;
                    *value = normal * sigmoid_of(normal);
                }
            } else {
                for value in values {
                    *value = (*value - center) * scale + shift;
                }
            }
        }
    }
    from_values(values, shape)
}

/// The sum of a function of all values.
#[inline(always)]
fn sum(values: &[f32], function: impl Fn(f32) -> f32) -> f64 {
    let mut total = 0.0;
    for block in values.chunks(BLOCK) {
        let mut lanes = [0.0_f32; LANES];
        let parts = block.chunks_exact(LANES);
        let rest = parts.remainder();
        for part in parts {
            for (lane, value) in lanes.iter_mut().zip(part) {
                *lane += function(*value);
            }
        }
        total += f64::from(lanes.iter().sum::<f32>() + rest.iter().map(|value| function(*value)).sum::<f32>());
    }
    total
}
