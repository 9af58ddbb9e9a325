//! The model library: diffusers folders and checkpoints in one file, their manifests, safetensors files and hashes.
//!
//! A model is a set of files behind a [`ModelStore`]: in memory ([`MemoryStore`]) or in a folder (`FolderStore`, native
//! only). [`OpenModel`] reads it as a diffusers folder, whether it is one or a single file in the original layout;
//! [`inspect()`] says what a folder or a file holds. [`ModelManifest`] says which files a model needs, so that a worker knows what to fetch; [`ComponentWeights`]
//! finds a component's tensors in one safetensors file or in several; [`ModelExtras`] holds what Underpaint's own models
//! add. This crate knows bytes and names alone: it must never depend on Burn, on a device or on a browser.
//!
//! ```
//! use underpaint_models::{ComponentWeights, MemoryStore, ModelManifest, ModelStore};
//!
//! # fn main() -> Result<(), underpaint_models::ModelError> {
//! let mut store = MemoryStore::new();
//! store.insert("model_index.json", br#"{"_class_name": "StableDiffusionPipeline", "unet": ["diffusers", "UNet2DConditionModel"]}"#.to_vec());
//! let manifest = ModelManifest::from_store(&store)?;
//! assert!(manifest.files().iter().any(|file| file.names[0] == "unet/config.json"));
//! // There are no weights here, and the error says so.
//! assert!(ComponentWeights::open(&store, "unet").is_err());
//! # Ok(())
//! # }
//! ```

mod clip_vocabulary;
mod error;
mod extras;
mod foreign;
mod hash;
mod inspect;
mod lora;
mod manifest;
mod open_model;
mod safetensors_header;
mod safetensors_index;
mod single_file;
mod store;
mod tensor_set;
mod textual_inversion;
mod weights;

#[cfg(not(target_arch = "wasm32"))]
mod folder;

pub use safetensors::Dtype;

pub use clip_vocabulary::{ClipVocabulary, clip_vocabulary};
pub use error::ModelError;
pub use extras::{FileDigest, ModelExtras};
#[cfg(not(target_arch = "wasm32"))]
pub use folder::FolderStore;
pub use foreign::is_pickle_name;
pub use hash::{check_sha256, sha256_hex};
pub use inspect::{ComponentInspection, Inspection, inspect};
pub use lora::{LoraFile, LoraTensors, ResolvedLora};
pub use manifest::{ManifestFile, ModelManifest};
pub use open_model::OpenModel;
pub use safetensors_index::{SafetensorsIndex, TensorEntry};
pub use store::{MAX_TEXT_BYTES, MemoryStore, ModelStore, read_text};
pub use tensor_set::TensorSet;
pub use textual_inversion::{EmbeddingVectors, TextualInversion};
pub use weights::ComponentWeights;
