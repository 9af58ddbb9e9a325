//! A checkpoint in one file, in the layout of the original latent diffusion code, read as a diffusers folder.
//!
//! The family is told from the tensors alone: which text encoders there are, how many blocks, how wide. Names are
//! translated as diffusers' `loaders/single_file_utils.py` does; a block's place is found by counting the halvings before
//! it, so that networks with fewer or uneven blocks are read as well. Values stay in the file until they are asked for.

mod clip;
mod configs;
mod hints;
mod kind;
mod scheduler;
mod taesd;
mod unet;
mod vae;

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::safetensors_header::shown;
use crate::tensor_set::{Part, Reading};
use crate::{ModelError, ModelStore, SafetensorsIndex, TensorEntry};

pub(crate) use clip::FULL_VOCABULARY;
pub(crate) use configs::{special_tokens_map, tokenizer_config};
pub(crate) use hints::Hints;
pub(crate) use kind::{FileKind, family_title};
pub(crate) use taesd::taesd_pair;

/// The family that a checkpoint belongs to, by its text encoders.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Family {
    /// Stable Diffusion 1.x: CLIP ViT-L.
    Sd1,
    /// Stable Diffusion 2.x: OpenCLIP ViT-H.
    Sd2,
    /// Stable Diffusion XL: CLIP ViT-L and OpenCLIP ViT-bigG.
    Sdxl,
}

/// One component of a checkpoint: its configuration and its tensors under diffusers' names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Component {
    pub config: Map<String, Value>,
    pub parts: BTreeMap<String, Part>,
}

impl Component {
    /// Adds a tensor with the shape that it has in the file.
    fn add(&mut self, name: String, source: &str, entry: &TensorEntry) {
        self.add_part(name, source, entry.shape.clone(), Reading::Whole);
    }

    fn add_part(&mut self, name: String, source: &str, shape: Vec<usize>, reading: Reading) {
        self.parts.insert(name, Part { source: source.to_owned(), file_idx: 0, shape, reading });
    }

    /// The size of a tensor's dimension, where there is such a tensor.
    fn size(&self, name: &str, dimension: usize) -> Option<usize> {
        self.parts.get(name)?.shape.get(dimension).copied()
    }
}

/// A checkpoint with its components.
#[derive(Debug, Clone)]
pub(crate) struct SingleFile {
    pub files: Vec<SafetensorsIndex>,
    /// `None` for an autoencoder alone.
    pub family: Option<Family>,
    pub class: &'static str,
    pub components: BTreeMap<&'static str, Component>,
    /// `scheduler/scheduler_config.json`.
    pub scheduler: Map<String, Value>,
    /// What a person should know about how the file was read.
    pub notes: Vec<String>,
}

impl SingleFile {
    /// Reads the header of a checkpoint and finds its components.
    ///
    /// # Errors
    /// Where the file is damaged, a pickle, of a family that is not supported, or not a whole checkpoint.
    pub fn open(store: &dyn ModelStore, path: &str) -> Result<Self, ModelError> {
        let index = SafetensorsIndex::open(store, path)?;
        let family = match FileKind::of(&index) {
            FileKind::Checkpoint(family) => family,
            other => return Err(ModelError::bad_file(path, other.why_no_model())),
        };
        let bad = |problem: String| ModelError::bad_file(path, problem);
        let hints = Hints::read(store, &index)?;
        let tensors = index.tensors();
        let mut components = BTreeMap::new();
        let mut notes = Vec::new();
        let is_velocity = scheduler::is_v_prediction(store, &index, family, &hints, &mut notes);
        let mut unet = unet::read(tensors, family, &hints, is_velocity).map_err(bad)?;
        let vae = vae::read(tensors, vae_prefix(tensors), Some(family)).map_err(bad)?;
        let encoders = match family {
            Family::Sd1 => vec![("text_encoder", clip::read_clip(tensors, "cond_stage_model.transformer."))],
            Family::Sd2 => vec![("text_encoder", clip::read_open_clip(tensors, sd2_prefix(tensors), false))],
            Family::Sdxl => vec![
                ("text_encoder", clip::read_clip(tensors, "conditioner.embedders.0.transformer.")),
                ("text_encoder_2", clip::read_open_clip(tensors, "conditioner.embedders.1.model.", true)),
            ],
        };
        for (name, encoder) in encoders {
            components.insert(name, encoder.map_err(bad)?);
        }
        if let Some(width) =
            components.get("text_encoder_2").and_then(|it: &Component| it.size("text_projection.weight", 0))
        {
            unet::set_pooled_width(&mut unet, width);
        }
        let mut scheduler = scheduler::config(family, &unet, &hints, is_velocity);
        let class = configs::pipeline_class(family, &unet);
        components.insert("unet", unet);
        components.insert("vae", vae);
        if let Some(beside) = configs::take_from_beside(store, &mut components, &mut notes)? {
            scheduler = beside;
        }
        Ok(Self { files: vec![index], family: Some(family), class, components, scheduler, notes })
    }

    /// Reads an autoencoder: in a file of its own, in either naming, or the one of a whole checkpoint.
    ///
    /// # Errors
    /// Where the file is damaged, a pickle, or has no autoencoder.
    pub fn open_vae(store: &dyn ModelStore, path: &str) -> Result<Self, ModelError> {
        let index = SafetensorsIndex::open(store, path)?;
        let kind = FileKind::of(&index);
        if matches!(kind, FileKind::TaesdEncoder | FileKind::TaesdDecoder) {
            return taesd::open(store, path);
        }
        let family = match kind {
            FileKind::Checkpoint(family) => Some(family),
            FileKind::Vae => None,
            FileKind::DiffusersTinyVae => {
                let vae = taesd::read_diffusers(index.tensors()).map_err(|it| ModelError::bad_file(path, it))?;
                return Ok(Self::vae_alone(vec![index], vae));
            }
            other => {
                return Err(ModelError::bad_file(path, format!("the file is {}, not an autoencoder", other.title())));
            }
        };
        let prefix = vae_prefix(index.tensors());
        let vae = vae::read(index.tensors(), prefix, family).map_err(|it| ModelError::bad_file(path, it))?;
        Ok(Self::vae_alone(vec![index], vae))
    }

    fn vae_alone(files: Vec<SafetensorsIndex>, vae: Component) -> Self {
        let components = BTreeMap::from([("vae", vae)]);
        let scheduler = Map::new();
        Self { files, family: None, class: "", components, scheduler, notes: Vec::new() }
    }

    /// The text of `model_index.json`.
    pub fn model_index(&self) -> Value {
        configs::model_index(self)
    }
}

/// Tensors below a prefix, with the names behind it.
fn below<'a>(
    tensors: &'a BTreeMap<String, TensorEntry>,
    prefix: &'a str,
) -> impl Iterator<Item = (&'a str, &'a str, &'a TensorEntry)> {
    let from_prefix = tensors.range::<str, _>((std::ops::Bound::Included(prefix), std::ops::Bound::Unbounded));
    from_prefix.map_while(move |(name, entry)| Some((name.strip_prefix(prefix)?, name.as_str(), entry)))
}

/// What stands before an autoencoder's names: as in a checkpoint, as some converters write, or nothing.
fn vae_prefix(tensors: &BTreeMap<String, TensorEntry>) -> &'static str {
    let is_there = |prefix: &&&str| below(tensors, prefix).next().is_some();
    ["first_stage_model.", "vae."].iter().find(is_there).copied().unwrap_or("")
}

/// What stands before the names of SD 2's text encoder: in the original code, or in Stability's later one.
fn sd2_prefix(tensors: &BTreeMap<String, TensorEntry>) -> &'static str {
    let original = "cond_stage_model.model.";
    if below(tensors, original).next().is_some() { original } else { "conditioner.embedders.0.model." }
}

/// An error about a tensor that no part of the network has a place for.
fn not_understood(name: &str) -> String {
    format!("tensor {}: there is no place for it in a network of this family, so the file is not read", shown(name))
}

/// The parts of a dotted name.
fn dotted(name: &str) -> Vec<&str> {
    name.split('.').collect()
}
