//! A model however it is published: a diffusers folder, or a checkpoint in one file that is read as one.

use serde_json::Value;

use crate::safetensors_header::shown;
use crate::single_file::{FULL_VOCABULARY, Family, SingleFile, special_tokens_map, taesd_pair, tokenizer_config};
use crate::tensor_set::{RenamedTensors, TensorSet};
use crate::weights::has_weights;
use crate::{ComponentWeights, ModelError, ModelManifest, ModelStore, clip_vocabulary, is_pickle_name, read_text};

/// The list of a diffusers folder's components.
const INDEX_PATH: &str = "model_index.json";
/// The files of a tokenizer.
const TOKENIZER_FILES: [&str; 6] = [
    "vocab.json",
    "merges.txt",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "tokenizer.json",
    "added_tokens.json",
];

/// A model whose files are in a store: text files and tensors as in a diffusers folder, whatever the layout.
pub struct OpenModel<'a> {
    store: &'a dyn ModelStore,
    layout: Layout,
}

enum Layout {
    /// A diffusers folder.
    Folder(ModelManifest),
    /// A checkpoint in one file, or an autoencoder in one or two.
    File(Box<SingleFile>),
    /// An autoencoder of diffusers in this folder; the empty name is the model's own folder.
    VaeFolder(String),
}

impl<'a> OpenModel<'a> {
    /// Opens the diffusers folder in `store` or, where `entry` names a file of it, that checkpoint. Without an entry a
    /// folder that holds nothing but one checkpoint is opened as that checkpoint.
    ///
    /// # Errors
    /// Where there is no model, a file is damaged or a pickle, or the family is not supported.
    pub fn open(store: &'a dyn ModelStore, entry: Option<&str>) -> Result<Self, ModelError> {
        let path = match entry {
            Some(path) => path.to_owned(),
            None if store.contains(INDEX_PATH) => {
                return Ok(Self { store, layout: Layout::Folder(ModelManifest::from_store(store)?) });
            }
            None => only_checkpoint(store)?,
        };
        Ok(Self { store, layout: Layout::File(Box::new(SingleFile::open(store, &path)?)) })
    }

    /// Opens an autoencoder: a file, or else a diffusers autoencoder's folder, a whole model's, or one with the two files
    /// of a tiny autoencoder as its author publishes it. What it has is the component `vae` alone.
    ///
    /// # Errors
    /// As [`OpenModel::open`].
    pub fn open_vae(store: &'a dyn ModelStore, entry: Option<&str>) -> Result<Self, ModelError> {
        if let Some(path) = entry {
            // A file of a diffusers autoencoder has its configuration beside it.
            let is_diffusers = path.rsplit('/').next().is_some_and(|name| name.starts_with("diffusion_pytorch_model"));
            if is_diffusers && !path.contains('/') && store.contains("config.json") {
                return Ok(Self { store, layout: Layout::VaeFolder(String::new()) });
            }
            return Ok(Self { store, layout: Layout::File(Box::new(SingleFile::open_vae(store, path)?)) });
        }
        for folder in ["vae", ""] {
            let config = if folder.is_empty() { "config.json".to_owned() } else { format!("{folder}/config.json") };
            if store.contains(&config) && has_weights(store, folder) {
                return Ok(Self { store, layout: Layout::VaeFolder(folder.to_owned()) });
            }
        }
        let in_root = |path: &String| !path.contains('/') && path.ends_with(".safetensors");
        let files: Vec<String> = store.files().into_iter().filter(in_root).collect();
        let path = match files.as_slice() {
            [only] => only,
            [first, second] if taesd_pair(first).is_some_and(|pair| pair.contains(second)) => first,
            [] => match store.files().into_iter().find(|path| is_pickle_name(path)) {
                Some(path) => return Err(crate::foreign::refuse_pickle(&path)),
                None => return Err(ModelError::MissingFile { path: "vae/config.json".to_owned() }),
            },
            _ => {
                let problem = "the folder has several safetensors files and no config.json; name one of the files";
                return Err(ModelError::NoWeights { component: "vae".to_owned(), problem: problem.to_owned() });
            }
        };
        Ok(Self { store, layout: Layout::File(Box::new(SingleFile::open_vae(store, path)?)) })
    }

    /// The pipeline's class, such as `StableDiffusionPipeline`; empty for an autoencoder alone.
    pub fn class(&self) -> &str {
        match &self.layout {
            Layout::Folder(manifest) => manifest.class(),
            Layout::File(file) => file.class,
            Layout::VaeFolder(_) => "",
        }
    }

    /// The contents of a text file such as `unet/config.json`, or `None` where the model has no such file. For a
    /// checkpoint in one file it is made from what the tensors tell.
    ///
    /// # Errors
    /// Where the file is there but cannot be read as UTF-8 text, or a checkpoint's vocabulary is neither CLIP's nor beside
    /// it.
    pub fn text(&self, path: &str) -> Result<Option<String>, ModelError> {
        match &self.layout {
            Layout::Folder(_) => read_text(self.store, path),
            Layout::File(file) => self.file_text(file, path),
            Layout::VaeFolder(folder) => match path.strip_prefix("vae/") {
                Some(name) if folder.is_empty() => read_text(self.store, name),
                Some(name) => read_text(self.store, &format!("{folder}/{name}")),
                None => Ok(None),
            },
        }
    }

    /// The tensors of a component, such as `unet`, under diffusers' names.
    ///
    /// # Errors
    /// Where the component has no weights that can be read.
    pub fn weights(&self, component: &str) -> Result<Box<dyn TensorSet + '_>, ModelError> {
        match &self.layout {
            Layout::Folder(_) => Ok(Box::new(ComponentWeights::open(self.store, component)?)),
            Layout::VaeFolder(folder) if component == "vae" => {
                Ok(Box::new(ComponentWeights::open(self.store, folder)?))
            }
            Layout::File(file) => match file.components.get(component) {
                Some(found) => {
                    Ok(Box::new(RenamedTensors { store: self.store, files: &file.files, parts: &found.parts }))
                }
                None => Err(no_component(component)),
            },
            Layout::VaeFolder(_) => Err(no_component(component)),
        }
    }

    /// The text of `vae/config.json` for the use with the UNet of `model`. A file that holds an autoencoder alone does not
    /// say how its latents are scaled, so that they are scaled as those of the model's own autoencoder are.
    ///
    /// # Errors
    /// As [`OpenModel::text`].
    pub fn vae_config_for(&self, model: &OpenModel<'_>) -> Result<Option<String>, ModelError> {
        const PATH: &str = "vae/config.json";
        let Some(text) = self.text(PATH)? else { return Ok(None) };
        if self.single_file().is_none() {
            return Ok(Some(text));
        }
        let parse = |text: &str| serde_json::from_str::<serde_json::Map<String, Value>>(text).ok();
        let (Some(mut ours), Some(theirs)) = (parse(&text), model.text(PATH)?.as_deref().and_then(parse)) else {
            return Ok(Some(text));
        };
        if !ours.contains_key("scaling_factor") && theirs.get("_class_name") == ours.get("_class_name") {
            for key in ["scaling_factor", "shift_factor"] {
                if let Some(value) = theirs.get(key) {
                    ours.insert(key.to_owned(), value.clone());
                }
            }
        }
        Ok(Some(Value::Object(ours).to_string()))
    }

    /// The store that it was opened in.
    pub fn store(&self) -> &'a dyn ModelStore {
        self.store
    }

    /// The names of the components that have weights: `text_encoder`, `unet`, `vae` and, in SDXL, `text_encoder_2`.
    pub fn components(&self) -> Vec<String> {
        match &self.layout {
            Layout::Folder(manifest) => {
                let names = ["text_encoder", "text_encoder_2", "unet", "vae"];
                names.into_iter().filter(|name| manifest.component_class(name).is_some()).map(str::to_owned).collect()
            }
            Layout::File(file) => file.components.keys().map(|name| (*name).to_owned()).collect(),
            Layout::VaeFolder(_) => vec!["vae".to_owned()],
        }
    }

    /// How many values all components have together.
    ///
    /// # Errors
    /// As [`OpenModel::weights`].
    pub fn parameters(&self) -> Result<u64, ModelError> {
        self.components().iter().map(|name| Ok(self.weights(name)?.parameters())).sum()
    }

    /// The files that a diffusers folder lacks; a checkpoint in one file lacks none, or it would not have been opened.
    pub fn missing_files(&self) -> Vec<String> {
        match &self.layout {
            Layout::Folder(manifest) => manifest.missing_from(self.store),
            Layout::File(_) | Layout::VaeFolder(_) => Vec::new(),
        }
    }

    /// The manifest, where this is a diffusers folder.
    pub(crate) fn manifest(&self) -> Option<&ModelManifest> {
        match &self.layout {
            Layout::Folder(manifest) => Some(manifest),
            _ => None,
        }
    }

    /// The checkpoint, where this is one.
    pub(crate) fn single_file(&self) -> Option<&SingleFile> {
        match &self.layout {
            Layout::File(file) => Some(file),
            _ => None,
        }
    }

    /// The folder of an autoencoder alone.
    pub(crate) fn vae_folder(&self) -> Option<&str> {
        match &self.layout {
            Layout::VaeFolder(folder) => Some(folder),
            _ => None,
        }
    }

    fn file_text(&self, file: &SingleFile, path: &str) -> Result<Option<String>, ModelError> {
        if path == INDEX_PATH {
            return Ok(file.family.map(|_| file.model_index().to_string()));
        }
        let Some((folder, name)) = path.split_once('/') else { return Ok(None) };
        let text = |map: &serde_json::Map<String, Value>| Ok(Some(Value::Object(map.clone()).to_string()));
        match (folder, name) {
            ("scheduler", "scheduler_config.json") if file.family.is_some() => text(&file.scheduler),
            (_, "config.json") => match file.components.get(folder) {
                Some(component) => text(&component.config),
                None => Ok(None),
            },
            ("tokenizer" | "tokenizer_2", _) => self.tokenizer_text(file, folder, name),
            _ => Ok(None),
        }
    }

    /// A tokenizer's file: of the folder beside the checkpoint, of the checkpoint's own folder, or CLIP's.
    fn tokenizer_text(&self, file: &SingleFile, folder: &str, name: &str) -> Result<Option<String>, ModelError> {
        let Some(encoder) = file.components.get(folder.replace("tokenizer", "text_encoder").as_str()) else {
            return Ok(None);
        };
        if !TOKENIZER_FILES.contains(&name) {
            return Ok(None);
        }
        let is_whole = |prefix: &str| {
            let has = |name: &str| self.store.contains(&format!("{prefix}{name}"));
            has("tokenizer.json") || (has("vocab.json") && has("merges.txt"))
        };
        // OpenCLIP fills up with the first token of the vocabulary.
        let pads_with_zero = file.family == Some(Family::Sd2) || folder == "tokenizer_2";
        let pad = if pads_with_zero { "!" } else { "<|endoftext|>" };
        let size = |key: &str| encoder.config.get(key).and_then(Value::as_u64).unwrap_or_default();
        let made = |name: &str| match name {
            "tokenizer_config.json" => Some(tokenizer_config(pad, size("max_position_embeddings")).to_string()),
            "special_tokens_map.json" => Some(special_tokens_map(pad).to_string()),
            _ => None,
        };
        let own = format!("{folder}/");
        if is_whole(&own) {
            return read_text(self.store, &format!("{own}{name}"));
        }
        // SDXL's two tokenizers differ in what they fill up with alone.
        for prefix in ["tokenizer/", ""] {
            if is_whole(prefix) {
                let is_vocabulary =
                    matches!(name, "vocab.json" | "merges.txt" | "tokenizer.json" | "added_tokens.json");
                let beside = if is_vocabulary || (folder == "tokenizer" && !pads_with_zero) {
                    read_text(self.store, &format!("{prefix}{name}"))?
                } else {
                    None
                };
                return Ok(beside.or_else(|| made(name)));
            }
        }
        let vocabulary = size("vocab_size");
        if vocabulary < FULL_VOCABULARY as u64 {
            let path = file.files.first().map_or("", |file| file.path());
            return Err(ModelError::bad_file(
                path,
                format!(
                    "its text encoder knows {vocabulary} tokens where CLIP has {FULL_VOCABULARY}; put its vocab.json and \
                     merges.txt into a folder {folder} beside it"
                ),
            ));
        }
        Ok(match name {
            "vocab.json" => Some(clip_vocabulary().vocab_json()),
            "merges.txt" => Some(clip_vocabulary().merges_txt()),
            _ => made(name),
        })
    }
}

impl std::fmt::Debug for OpenModel<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenModel").field("class", &self.class()).field("components", &self.components()).finish()
    }
}

fn no_component(component: &str) -> ModelError {
    ModelError::NoWeights { component: shown(component), problem: "it has no such component".to_owned() }
}

/// The one checkpoint of a folder that is no diffusers folder.
fn only_checkpoint(store: &dyn ModelStore) -> Result<String, ModelError> {
    let in_root: Vec<String> = store.files().into_iter().filter(|path| !path.contains('/')).collect();
    let safetensors: Vec<&String> = in_root.iter().filter(|path| path.ends_with(".safetensors")).collect();
    match (safetensors.as_slice(), in_root.iter().find(|path| is_pickle_name(path))) {
        ([only], _) => Ok((*only).clone()),
        ([], Some(path)) => Err(crate::foreign::refuse_pickle(path)),
        ([], None) => Err(ModelError::MissingFile { path: INDEX_PATH.to_owned() }),
        (several, _) => Err(ModelError::bad_file(
            INDEX_PATH,
            format!("the folder has no such file and {} safetensors files; name one of them", several.len()),
        )),
    }
}
