//! Keys of a UNet's configuration whose values have a form or a range of their own.

use serde_json::{Value, json};

use crate::config::{ConfigReader, PerBlock};
use crate::error::DiffusionError;

/// More blocks than this no network has; every one of them halves the image.
pub(super) const MAX_BLOCKS: usize = 16;
/// More residual blocks or transformer layers in a row no network has.
pub(super) const MAX_LAYERS: usize = 64;
/// Wider than this no layer of any network is.
pub(super) const MAX_WIDTH: usize = 1 << 16;
/// A larger kernel no network has.
const MAX_KERNEL: usize = 31;

/// Lets keys pass that have their default value, and names the others.
pub(super) fn refuse_what_is_not_implemented(reader: &mut ConfigReader) -> Result<(), DiffusionError> {
    for key in ["dual_cross_attention", "resnet_skip_time_act", "class_embeddings_concat"] {
        reader.only(key, &[json!(false), Value::Null])?;
    }
    for key in [
        "encoder_hid_dim",
        "encoder_hid_dim_type",
        "class_embed_type",
        "num_class_embeds",
        "time_embedding_act_fn",
        "timestep_post_act",
        "cross_attention_norm",
    ] {
        reader.only(key, &[Value::Null])?;
    }
    reader.only("act_fn", &[json!("silu"), json!("swish")])?;
    reader.only("resnet_out_scale_factor", &[json!(1.0)])?;
    reader.only("time_embedding_type", &[json!("positional")])?;
    reader.only("attention_type", &[json!("default")])?;
    // A share of values dropped in training only, and the middle of a type that is itself refused.
    reader.ignore(&["dropout", "mid_block_only_cross_attention"]);
    // Every value gives the same numbers: the projections around a transformer are pointwise either way, and softmax is
    // taken in full precision.
    for key in ["use_linear_projection", "upcast_attention"] {
        reader.only(key, &[json!(false), json!(true), Value::Null])?;
    }
    Ok(())
}

/// Whether the time scales and shifts (`scale_shift`) or shifts alone (`default`).
pub(super) fn scales_by_time(reader: &mut ConfigReader) -> Result<bool, DiffusionError> {
    let key = "resnet_time_scale_shift";
    reader.only(key, &[json!("default"), json!("scale_shift")])?;
    Ok(reader.take(key) == Some(json!("scale_shift")))
}

/// Refuses numbers above `max`: a configuration that asks for them is not one of a network.
pub(super) fn at_most(reader: &ConfigReader, key: &str, values: &[usize], max: usize) -> Result<(), DiffusionError> {
    if values.iter().any(|value| *value > max) {
        return Err(reader.wrong(key, &format!("at most {max}")));
    }
    Ok(())
}

/// A width that is not above [`MAX_WIDTH`].
pub(super) fn width(reader: &mut ConfigReader, key: &str, default: usize) -> Result<usize, DiffusionError> {
    let value = reader.size(key, default)?;
    at_most(reader, key, &[value], MAX_WIDTH)?;
    Ok(value)
}

/// A width that is not above [`MAX_WIDTH`], or null.
pub(super) fn optional_width(reader: &mut ConfigReader, key: &str) -> Result<Option<usize>, DiffusionError> {
    let value = reader.optional_size(key)?;
    at_most(reader, key, value.as_slice(), MAX_WIDTH)?;
    Ok(value)
}

/// Height and width of the latents that a model was trained on.
pub(super) fn sample_size(reader: &mut ConfigReader) -> Result<Option<[usize; 2]>, DiffusionError> {
    match reader.take("sample_size") {
        None | Some(Value::Null) => Ok(None),
        Some(_) => {
            let sizes = reader.per_block("sample_size", PerBlock::Same(64), 2)?;
            Ok(Some([sizes[0], sizes[1]]))
        }
    }
}

/// 0 or 1.
pub(super) fn downsample_padding(reader: &mut ConfigReader) -> Result<usize, DiffusionError> {
    match reader.take("downsample_padding") {
        None => Ok(1),
        Some(value) => match value.as_u64() {
            Some(0) => Ok(0),
            Some(1) => Ok(1),
            _ => Err(reader.unsupported("downsample_padding", "only 0 and 1 are")),
        },
    }
}

/// A number other than 0.
pub(super) fn nonzero(reader: &mut ConfigReader, key: &str, default: f64) -> Result<f64, DiffusionError> {
    let value = reader.number(key, default)?;
    if value == 0.0 { Err(reader.wrong(key, "a number other than 0")) } else { Ok(value) }
}

/// A number that may be added to a variance.
pub(super) fn epsilon(reader: &mut ConfigReader, key: &str, default: f64) -> Result<f64, DiffusionError> {
    let value = reader.number(key, default)?;
    if (0.0..1.0).contains(&value) { Ok(value) } else { Err(reader.wrong(key, "a number from 0 to 1")) }
}

/// The side of a kernel that keeps an image's size.
pub(super) fn kernel(reader: &mut ConfigReader, key: &str) -> Result<usize, DiffusionError> {
    let value = reader.size(key, 3)?;
    at_most(reader, key, &[value], MAX_KERNEL)?;
    if value.is_multiple_of(2) { Err(reader.wrong(key, "an odd number")) } else { Ok(value) }
}

/// Whether each block's attentions look at the text alone: one answer for all blocks, or a list.
pub(super) fn only_cross_attention(reader: &mut ConfigReader, count: usize) -> Result<Vec<bool>, DiffusionError> {
    let key = "only_cross_attention";
    match reader.take(key) {
        None | Some(Value::Null) => Ok(vec![false; count]),
        Some(Value::Bool(flag)) => Ok(vec![flag; count]),
        Some(Value::Array(list)) if list.len() == count => {
            let flags: Option<Vec<bool>> = list.iter().map(Value::as_bool).collect();
            flags.ok_or_else(|| reader.wrong(key, "true or false, or a list of them"))
        }
        Some(_) => Err(reader.wrong(key, &format!("true or false, or a list of {count} of them, one a block"))),
    }
}

/// Transformer layers of every residual block: one number for all, or a list with, for each block, a number or a list
/// of one number for each of the block's residual blocks, of which there are `layers`.
///
/// A number may be 0, which leaves the projections around the transformer alone.
pub(super) fn transformer_layers(
    reader: &ConfigReader,
    key: &str,
    value: &Value,
    layers: &[usize],
) -> Result<Vec<Vec<usize>>, DiffusionError> {
    let expected = || {
        reader.wrong(
            key,
            &format!("numbers up to {MAX_LAYERS}: one, or one for each of the {} blocks, or lists", layers.len()),
        )
    };
    let number = |value: &Value| {
        let number = value.as_u64().and_then(|number| usize::try_from(number).ok());
        number.filter(|number| *number <= MAX_LAYERS).ok_or_else(expected)
    };
    let Value::Array(list) = value else {
        let number = number(value)?;
        return Ok(layers.iter().map(|count| vec![number; *count]).collect());
    };
    if list.len() != layers.len() {
        return Err(expected());
    }
    let of_block = |(value, count): (&Value, &usize)| match value {
        Value::Array(list) if list.len() < *count => Err(expected()),
        Value::Array(list) => list.iter().take(*count).map(number).collect(),
        value => Ok(vec![number(value)?; *count]),
    };
    list.iter().zip(layers).map(of_block).collect()
}
