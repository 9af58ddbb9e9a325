//! What is in a folder or a file: family, components, parameters, precision, memory.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::foreign::refuse_pickle;
use crate::safetensors_header::shown;
use crate::single_file::{FileKind, family_title};
use crate::{
    ComponentWeights, ModelError, ModelStore, OpenModel, SafetensorsIndex, TensorSet, is_pickle_name, read_text,
};

/// What a model, or a file of another kind, consists of.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inspection {
    /// What it is in words, such as `Stable Diffusion XL` or `a LoRA`.
    pub family: String,
    /// The class of the pipeline or of the network; empty where there is none.
    pub class: String,
    /// What it consists of.
    pub components: Vec<ComponentInspection>,
    /// Bytes that all weights need in 32-bit floating point.
    pub bytes_f32: u64,
    /// Bytes that all weights need in 16-bit floating point.
    pub bytes_f16: u64,
    /// How it was read, and what is left out.
    pub notes: Vec<String>,
    /// What is missing, damaged or not supported; each a sentence without a full stop.
    pub problems: Vec<String>,
}

/// One component of a model.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ComponentInspection {
    /// Its name, such as `unet`.
    pub name: String,
    /// Its class, such as `UNet2DConditionModel`; empty where nothing tells.
    pub class: String,
    /// The files that its tensors are in.
    pub files: Vec<String>,
    /// How many tensors it has.
    pub tensors: usize,
    /// How many values they have together.
    pub parameters: u64,
    /// The types in which they are stored, each once, such as `F16`.
    pub dtypes: Vec<String>,
    /// The bytes that they have in the files.
    pub bytes: u64,
}

/// Components that are published beside the ones that are computed, and do nothing for the picture.
const LEFT_OUT: [&str; 3] = ["safety_checker", "feature_extractor", "image_encoder"];
/// Components that are computed, or are text files.
const KNOWN: [&str; 7] = ["text_encoder", "text_encoder_2", "unet", "vae", "tokenizer", "tokenizer_2", "scheduler"];

/// Inspects a folder, or the file of it that `entry` names: models, autoencoders, LoRA, ControlNet and embedding files.
///
/// # Errors
/// Where there is nothing that can be recognised, or the file is damaged or a pickle.
pub fn inspect(store: &dyn ModelStore, entry: Option<&str>) -> Result<Inspection, ModelError> {
    if let Some(path) = entry {
        return inspect_file(store, path);
    }
    if store.contains("model_index.json") {
        return OpenModel::open(store, None)?.inspect();
    }
    if let Some(text) = read_text(store, "config.json")? {
        return inspect_network_folder(store, &text);
    }
    let files: Vec<String> = store.files().into_iter().filter(|path| !path.contains('/')).collect();
    let safetensors: Vec<&String> = files.iter().filter(|path| path.ends_with(".safetensors")).collect();
    match (safetensors.as_slice(), files.iter().find(|path| is_pickle_name(path))) {
        ([only], _) => inspect_file(store, only),
        ([], Some(path)) => Err(refuse_pickle(path)),
        ([], None) => Err(ModelError::MissingFile { path: "model_index.json".to_owned() }),
        _ => Err(ModelError::bad_file(
            "model_index.json",
            "there is no such file, but several checkpoints; name one of them",
        )),
    }
}

impl OpenModel<'_> {
    /// What the model consists of. What is wrong with a component is told in [`Inspection::problems`].
    ///
    /// # Errors
    /// Where a text file cannot be read.
    pub fn inspect(&self) -> Result<Inspection, ModelError> {
        let mut found = Inspection { class: self.class().to_owned(), ..Inspection::default() };
        for name in self.components() {
            let class = self.component_class(&name)?;
            match self.weights(&name) {
                Ok(weights) => found.components.push(component(&name, class, self.component_files(&name), &*weights)),
                Err(error) => found.problems.push(error.to_string()),
            }
        }
        found.family = match self.single_file().and_then(|file| file.family) {
            Some(family) => family_title(family).to_owned(),
            None if self.vae_folder().is_some() || self.class().is_empty() => "an autoencoder".to_owned(),
            None => self.folder_family()?,
        };
        if self.text("unet/config.json")?.is_some_and(|text| number(&text, "time_cond_proj_dim").is_some()) {
            found.family.push_str(", latent consistency model");
        }
        if let Some(file) = self.single_file() {
            found.notes.extend(file.notes.iter().cloned());
            found.notes.extend(left_over(file));
        }
        if let Some(manifest) = self.manifest() {
            for (name, class) in manifest.components() {
                if LEFT_OUT.contains(&name) {
                    found.notes.push(format!("{name} is not used"));
                } else if !KNOWN.contains(&name) {
                    found.problems.push(format!("the component {} ({}) is not supported", shown(name), shown(class)));
                }
            }
            let is_told = |path: &String| found.problems.iter().any(|problem| problem.contains(path.as_str()));
            let missing: Vec<String> = self.missing_files().into_iter().filter(|path| !is_told(path)).collect();
            found.problems.extend(missing.iter().map(|path| format!("the model has no {path}")));
        }
        Ok(found.summed())
    }

    fn component_class(&self, name: &str) -> Result<String, ModelError> {
        if let Some(class) = self.manifest().and_then(|manifest| manifest.component_class(name)) {
            return Ok(class.to_owned());
        }
        Ok(self.text(&format!("{name}/config.json"))?.map(|text| class_in(&text)).unwrap_or_default())
    }

    fn component_files(&self, name: &str) -> Vec<String> {
        if let Some(file) = self.single_file() {
            return file.files.iter().map(|file| file.path().to_owned()).collect();
        }
        let folder = self.vae_folder().unwrap_or(name);
        let paths = |weights: ComponentWeights<'_>| weights.paths().map(str::to_owned).collect();
        ComponentWeights::open(self.store(), folder).map(paths).unwrap_or_default()
    }

    /// The family of a diffusers folder, by its text encoders.
    fn folder_family(&self) -> Result<String, ModelError> {
        let has_second = self.components().iter().any(|name| name == "text_encoder_2");
        let width = self.text("unet/config.json")?.and_then(|text| number(&text, "cross_attention_dim"));
        Ok(match (has_second, width) {
            (true, _) => "Stable Diffusion XL".to_owned(),
            (false, Some(768)) => "Stable Diffusion 1.x".to_owned(),
            (false, Some(1024)) => "Stable Diffusion 2.x".to_owned(),
            (false, Some(width)) => format!("Stable Diffusion with a text of width {width}"),
            (false, None) => "a diffusers model".to_owned(),
        })
    }
}

impl Inspection {
    fn summed(mut self) -> Self {
        let parameters: u64 = self.components.iter().map(|component| component.parameters).sum();
        self.bytes_f32 = parameters.saturating_mul(4);
        self.bytes_f16 = parameters.saturating_mul(2);
        self
    }
}

/// What is told of one component's tensors.
fn component(name: &str, class: String, files: Vec<String>, weights: &dyn TensorSet) -> ComponentInspection {
    let names = weights.names();
    let mut dtypes = BTreeSet::new();
    let (mut parameters, mut bytes) = (0_u64, 0_u64);
    for tensor in &names {
        let (Some(shape), Some(dtype)) = (weights.shape(tensor), weights.dtype(tensor)) else { continue };
        let len: u64 = shape.iter().map(|size| *size as u64).product();
        parameters += len;
        bytes += len * dtype.bitsize() as u64 / 8;
        dtypes.insert(dtype.to_string());
    }
    let dtypes = dtypes.into_iter().collect();
    ComponentInspection { name: name.to_owned(), class, files, tensors: names.len(), parameters, dtypes, bytes }
}

/// How many tensors of a checkpoint belong to no component, and what they are.
fn left_over(file: &crate::single_file::SingleFile) -> Option<String> {
    let used: BTreeSet<(usize, &str)> = (file.components.values())
        .flat_map(|component| component.parts.values().map(|part| (part.file_idx, part.source.as_str())))
        .collect();
    let mut by_root: BTreeMap<String, usize> = BTreeMap::new();
    for (file_idx, index) in file.files.iter().enumerate() {
        for name in index.tensors().keys().filter(|name| !used.contains(&(file_idx, name.as_str()))) {
            *by_root.entry(shown(name.split('.').next().unwrap_or_default())).or_default() += 1;
        }
    }
    if by_root.is_empty() {
        return None;
    }
    let roots: Vec<String> = by_root.iter().take(8).map(|(root, count)| format!("{count} below {root}")).collect();
    Some(format!("tensors that rendering does not need are left out: {}", roots.join(", ")))
}

/// A safetensors file by itself.
fn inspect_file(store: &dyn ModelStore, path: &str) -> Result<Inspection, ModelError> {
    let index = SafetensorsIndex::open(store, path)?;
    let kind = FileKind::of(&index);
    match kind {
        FileKind::Checkpoint(_) => return OpenModel::open(store, Some(path))?.inspect(),
        FileKind::Vae | FileKind::TaesdEncoder | FileKind::TaesdDecoder | FileKind::DiffusersTinyVae => {
            // Half of a pair, or a decoder alone, is told as a problem below.
            match OpenModel::open_vae(store, Some(path)).and_then(|vae| vae.inspect()) {
                Ok(found) => return Ok(Inspection { family: kind.title().to_owned(), ..found }),
                Err(error) => return Ok(by_tensors(&index, kind, vec![error.to_string()])),
            }
        }
        _ => (),
    }
    let problems = match kind {
        FileKind::Lora | FileKind::ControlNet | FileKind::T2iAdapter | FileKind::TextualInversion => Vec::new(),
        _ => vec![ModelError::bad_file(path, kind.why_no_model()).to_string()],
    };
    Ok(by_tensors(&index, kind, problems))
}

/// A file of which nothing is known but its tensors.
fn by_tensors(index: &SafetensorsIndex, kind: FileKind, problems: Vec<String>) -> Inspection {
    struct Plain<'a>(&'a SafetensorsIndex);
    impl TensorSet for Plain<'_> {
        fn names(&self) -> Vec<String> {
            self.0.tensors().keys().cloned().collect()
        }
        fn shape(&self, name: &str) -> Option<Vec<usize>> {
            self.0.tensors().get(name).map(|entry| entry.shape.clone())
        }
        fn dtype(&self, name: &str) -> Option<crate::Dtype> {
            self.0.tensors().get(name).map(|entry| entry.dtype)
        }
        fn file_of(&self, _name: &str) -> String {
            self.0.path().to_owned()
        }
        fn read_f32(&self, name: &str) -> Result<Vec<f32>, ModelError> {
            Err(ModelError::MissingTensor { path: self.0.path().to_owned(), tensor: shown(name) })
        }
    }
    let name = index.path().rsplit('/').next().unwrap_or(index.path());
    let mut notes = Vec::new();
    for key in ["modelspec.title", "modelspec.architecture", "ss_base_model_version", "ss_network_module"] {
        if let Some(value) = index.metadata().get(key) {
            notes.push(format!("{key}: {}", shown(value)));
        }
    }
    let component = component(name, String::new(), vec![index.path().to_owned()], &Plain(index));
    Inspection {
        family: kind.title().to_owned(),
        components: vec![component],
        notes,
        problems,
        ..Inspection::default()
    }
    .summed()
}

/// A folder with one network of diffusers: an autoencoder, a ControlNet, an adapter.
fn inspect_network_folder(store: &dyn ModelStore, config: &str) -> Result<Inspection, ModelError> {
    let class = class_in(config);
    let (family, name, problem) = match class.as_str() {
        "AutoencoderKL" | "AutoencoderTiny" => ("an autoencoder", "vae", None),
        "ControlNetModel" => ("a ControlNet", "controlnet", None),
        "T2IAdapter" => ("a T2I-Adapter", "adapter", None),
        "UNet2DConditionModel" => {
            ("a UNet", "unet", Some("a UNet alone renders nothing; name the whole model's folder"))
        }
        _ => ("a network of a kind that is not known here", "model", Some("its class is not supported")),
    };
    let weights = ComponentWeights::open(store, "")?;
    let files = weights.paths().map(str::to_owned).collect();
    let components = vec![component(name, class.clone(), files, &weights)];
    let problems = problem.into_iter().map(str::to_owned).collect();
    Ok(Inspection { family: family.to_owned(), class, components, problems, ..Inspection::default() }.summed())
}

/// The class that a configuration names.
fn class_in(text: &str) -> String {
    let value: Value = serde_json::from_str(text).unwrap_or_default();
    let architecture = value.get("architectures").and_then(|names| names.get(0));
    let class = value.get("_class_name").or(architecture).and_then(Value::as_str);
    class.map(shown).unwrap_or_default()
}

fn number(text: &str, key: &str) -> Option<u64> {
    let value: Value = serde_json::from_str(text).ok()?;
    let found = value.get(key)?;
    found.as_u64().or_else(|| found.get(0)?.as_u64())
}
