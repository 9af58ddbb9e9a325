//! The types of blocks that a UNet is made of, and the one list of them.
//!
//! To add a type: write a file with its [`UNetBlock`] and a `BlockType` that says its name and how it is read, and put
//! that `BlockType` into [`BLOCK_TYPES`]. Configurations can then name it, and UNets and control networks run it.

mod cross_attn_down_block_2d;
mod cross_attn_up_block_2d;
mod down_block_2d;
mod parts;
mod unet_mid_block_2d;
mod unet_mid_block_2d_cross_attn;
mod up_block_2d;

use std::fmt::Debug;
use std::sync::Arc;

use burn::tensor::Tensor;

use super::context::{ContextCursor, KeyValue};
use crate::error::DiffusionError;
use crate::layers::Loader;

/// Every type of block that a configuration may name.
pub static BLOCK_TYPES: &[BlockType] = &[
    down_block_2d::TYPE,
    cross_attn_down_block_2d::TYPE,
    unet_mid_block_2d::TYPE,
    unet_mid_block_2d_cross_attn::TYPE,
    up_block_2d::TYPE,
    cross_attn_up_block_2d::TYPE,
];

/// A block that was read, or why it could not be.
pub(crate) type LoadedBlock = Result<Arc<dyn UNetBlock>, DiffusionError>;

/// Where in a UNet a block may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockPlace {
    /// Between the latents and the middle: every block but the last halves the image.
    Down,
    /// At the smallest image.
    Mid,
    /// Between the middle and the prediction: every block but the last doubles the image.
    Up,
}

/// A type of block: an entry of [`BLOCK_TYPES`].
#[derive(Clone, Copy)]
pub struct BlockType {
    /// Its class in diffusers, as configurations name it.
    pub name: &'static str,
    /// Where it may stand.
    pub place: BlockPlace,
    /// Whether it looks at the text.
    pub has_cross_attention: bool,
    /// Reads a block at the loader's place.
    pub(crate) load: fn(&Loader<'_>, &BlockConfig<'_>) -> LoadedBlock,
}

impl BlockType {
    /// The type of this name that may stand at this place.
    pub fn from_name(name: &str, place: BlockPlace) -> Option<&'static Self> {
        BLOCK_TYPES.iter().find(|kind| kind.place == place && kind.name == name)
    }

    /// The names of the types that may stand at this place.
    pub fn names(place: BlockPlace) -> Vec<&'static str> {
        BLOCK_TYPES.iter().filter(|kind| kind.place == place).map(|kind| kind.name).collect()
    }
}

impl PartialEq for BlockType {
    fn eq(&self, other: &Self) -> bool {
        (self.name, self.place) == (other.name, other.place)
    }
}

impl Debug for BlockType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// What a block is made of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BlockConfig<'a> {
    /// Channels of what comes in.
    pub(crate) inputs: usize,
    /// Channels of what goes out.
    pub(crate) outputs: usize,
    /// Channels of the last skip that an up block takes: what entered the down block of the same resolution.
    pub(crate) last_skip: usize,
    /// Residual blocks; the middle has one more.
    pub(crate) layers: usize,
    /// Transformer layers after each residual block; at least as many as `layers`.
    pub(crate) transformer_layers: &'a [usize],
    /// Whether the block halves or doubles the image at its end.
    pub(crate) resamples: bool,
    /// Number of attention heads.
    pub(crate) heads: usize,
    /// Width of the text encoder's hidden states.
    pub(crate) cross_attention_dim: usize,
    /// Whether the transformers' first attention looks at the text as well, not at the image.
    pub(crate) only_cross_attention: bool,
    /// Zero rows and columns on all sides before a halving; 0 means one at the bottom and right.
    pub(crate) downsample_padding: usize,
    /// The residual sums are divided by this.
    pub(crate) output_scale: f64,
    /// Whether the time embedding scales the residual blocks' features as well as shifting them.
    pub(crate) scales_by_time: bool,
    /// Width of the time embedding.
    pub(crate) time_width: usize,
    /// Groups of every group norm.
    pub(crate) groups: usize,
    /// Added to the variances of the residual blocks' norms.
    pub(crate) epsilon: f64,
}

/// What the blocks of one run hand on to each other beside the image.
#[derive(Debug)]
pub(crate) struct Pass<'a> {
    /// The time embedding `[batch, time_width]` after the activation that all blocks share.
    pub(crate) time: &'a Tensor<2>,
    /// The keys and values of the text, in the order of the cross-attentions.
    pub(crate) context: ContextCursor<'a>,
    /// What the down blocks leave for the up blocks, which take it from the end.
    pub(crate) skips: Vec<Tensor<4>>,
    /// What an adapter adds to the down block at hand.
    pub(crate) feature: Option<Tensor<4>>,
}

/// A block that was read.
pub(crate) trait UNetBlock: Debug + Send + Sync {
    /// Runs the block on `[batch, inputs, height, width]`.
    fn forward(&self, input: Tensor<4>, pass: &mut Pass<'_>) -> Result<Tensor<4>, DiffusionError>;

    /// The keys and values of its cross-attentions, in the order in which it comes across them.
    fn keys_values(&self, hidden_states: &Tensor<3>) -> Vec<KeyValue>;
}

/// Adds an adapter's feature to an image of the same shape.
pub(crate) fn with_feature(image: Tensor<4>, feature: Tensor<4>) -> Result<Tensor<4>, DiffusionError> {
    let ([batch, image_rest @ ..], [feature_batch, feature_rest @ ..]) = (image.dims(), feature.dims());
    if image_rest != feature_rest || (feature_batch != 1 && feature_batch != batch) {
        return Err(DiffusionError::input(
            "control",
            format!(
                "the adapter's features are {feature_rest:?} (channels, height, width) where the UNet's are \
                 {image_rest:?}; the adapter is for another model family, or its picture has another size"
            ),
        ));
    }
    Ok(image + feature)
}
