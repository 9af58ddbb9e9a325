//! Tiny autoencoders (TAESD, Ollin Boer Bohan, 2023): the author's own pair of files, and diffusers' one.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{Component, SingleFile, not_understood};
use crate::tensor_set::{Part, Reading};
use crate::{ModelError, ModelStore, SafetensorsIndex, TensorEntry};

/// The encoder's and the decoder's file, where `path` is either of them; `None` where its name is neither's.
pub(crate) fn taesd_pair(path: &str) -> Option<[String; 2]> {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (&path[..=folder.len()], name));
    let other = |from: &str, to: &str| name.contains(from).then(|| format!("{folder}{}", name.replacen(from, to, 1)));
    match (other("encoder", "decoder"), other("decoder", "encoder")) {
        (Some(decoder), _) => Some([path.to_owned(), decoder]),
        (None, Some(encoder)) => Some([encoder, path.to_owned()]),
        (None, None) => None,
    }
}

/// Opens the pair that `path` belongs to.
pub(super) fn open(store: &dyn ModelStore, path: &str) -> Result<SingleFile, ModelError> {
    let pair = taesd_pair(path).ok_or_else(|| {
        ModelError::bad_file(
            path,
            "half of a tiny autoencoder; name it *_encoder or *_decoder, with the other beside it",
        )
    })?;
    if let Some(missing) = pair.iter().find(|it| !store.contains(it)) {
        return Err(ModelError::bad_file(path, format!("half of a tiny autoencoder, and {missing} is not beside it")));
    }
    let mut vae = Component::default();
    let mut files = Vec::new();
    for (file_idx, path) in pair.iter().enumerate() {
        let index = SafetensorsIndex::open(store, path)?;
        for (name, entry) in index.tensors() {
            let new = new_name(name, file_idx).ok_or_else(|| ModelError::bad_file(path, not_understood(name)))?;
            let part = Part { source: name.clone(), file_idx, shape: entry.shape.clone(), reading: Reading::Whole };
            vae.parts.insert(new, part);
        }
        files.push(index);
    }
    write_config(&mut vae).map_err(|problem| ModelError::bad_file(path, problem))?;
    Ok(SingleFile::vae_alone(files, vae))
}

/// Reads one in diffusers' naming.
pub(super) fn read_diffusers(tensors: &BTreeMap<String, TensorEntry>) -> Result<Component, String> {
    let mut vae = Component::default();
    for (name, entry) in tensors {
        vae.add(name.clone(), name, entry);
    }
    write_config(&mut vae)?;
    Ok(vae)
}

/// diffusers leaves out the clamp that the decoder begins with, and so counts one less.
fn new_name(name: &str, file_idx: usize) -> Option<String> {
    let (layer, rest) = name.split_once('.')?;
    let layer: usize = layer.parse().ok()?;
    if file_idx == 0 {
        Some(format!("encoder.layers.{layer}.{rest}"))
    } else {
        Some(format!("decoder.layers.{}.{rest}", layer.checked_sub(1)?))
    }
}

/// Counts the residual blocks between the convolutions that change the size.
fn write_config(vae: &mut Component) -> Result<(), String> {
    let half = |name: &str| {
        let prefix = format!("{name}.layers.");
        let mut layers: BTreeMap<usize, (bool, Vec<usize>)> = BTreeMap::new();
        for (name, part) in &vae.parts {
            let Some((idx, rest)) = name.strip_prefix(&prefix).and_then(|rest| rest.split_once('.')) else { continue };
            let (Ok(idx), true) = (idx.parse(), matches!(rest, "weight" | "conv.0.weight")) else { continue };
            layers.insert(idx, (rest == "weight", part.shape.clone()));
        }
        // Each stage: how many blocks, and the first convolution's output.
        let mut stages: Vec<(usize, usize)> = Vec::new();
        for (is_conv, shape) in layers.values() {
            match stages.last_mut() {
                _ if *is_conv => stages.push((0, shape.first().copied().unwrap_or_default())),
                Some((n_blocks, _)) => *n_blocks += 1,
                None => (),
            }
        }
        // The last convolution begins no stage.
        let last = stages.pop().map(|(_, channels)| channels);
        let first_inputs = layers.values().next().and_then(|(_, shape)| shape.get(1).copied());
        (stages, first_inputs, last)
    };
    let (encoder, in_channels, latent_channels) = half("encoder");
    let (decoder, _, out_channels) = half("decoder");
    if encoder.is_empty() || decoder.is_empty() {
        return Err("the tiny autoencoder is not whole: both its encoder and its decoder are needed".to_owned());
    }
    let column =
        |stages: &[(usize, usize)], get: fn(&(usize, usize)) -> usize| stages.iter().map(get).collect::<Vec<_>>();
    let values: Vec<(&str, Value)> = vec![
        ("_class_name", json!("AutoencoderTiny")),
        ("in_channels", json!(in_channels)),
        ("out_channels", json!(out_channels)),
        ("latent_channels", json!(latent_channels)),
        ("encoder_block_out_channels", json!(column(&encoder, |stage| stage.1))),
        ("decoder_block_out_channels", json!(column(&decoder, |stage| stage.1))),
        ("num_encoder_blocks", json!(column(&encoder, |stage| stage.0))),
        ("num_decoder_blocks", json!(column(&decoder, |stage| stage.0))),
        ("scaling_factor", json!(1.0)),
    ];
    vae.config.extend(values.into_iter().map(|(key, value)| (key.to_owned(), value)));
    Ok(())
}
