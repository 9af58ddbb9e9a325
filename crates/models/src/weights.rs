//! A component's tensors, wherever they are: in one safetensors file or in several.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::foreign::{is_pickle_name, refuse_pickle};
use crate::safetensors_header::shown;
use crate::{ModelError, ModelStore, SafetensorsIndex, TensorEntry, read_text};

/// The names that diffusers and transformers give to a component's weights, the ones without a variant first.
pub(crate) const WEIGHT_NAMES: [&str; 4] = [
    "diffusion_pytorch_model.safetensors",
    "model.safetensors",
    "diffusion_pytorch_model.fp16.safetensors",
    "model.fp16.safetensors",
];

/// What a component's weights are called before the variant and the ending.
const STEMS: [&str; 2] = ["diffusion_pytorch_model", "model"];

/// The tensors of one component, such as `unet`; their values are read one tensor at a time.
pub struct ComponentWeights<'a> {
    store: &'a dyn ModelStore,
    folder: String,
    files: Vec<SafetensorsIndex>,
    file_idx_by_tensor: BTreeMap<String, usize>,
}

impl<'a> ComponentWeights<'a> {
    /// Finds a component's weights and reads their headers.
    ///
    /// Full precision is preferred where the folder has both.
    ///
    /// # Errors
    /// Where there are none in the safetensors format, or a file is damaged.
    pub fn open(store: &'a dyn ModelStore, component: &str) -> Result<Self, ModelError> {
        let WeightFiles { paths, path_idx_by_tensor } = weight_files(store, component)?;
        let files: Vec<_> = paths.iter().map(|path| SafetensorsIndex::open(store, path)).collect::<Result<_, _>>()?;
        for (tensor, file_idx) in &path_idx_by_tensor {
            if !files[*file_idx].tensors().contains_key(tensor) {
                return Err(ModelError::MissingTensor { path: paths[*file_idx].clone(), tensor: shown(tensor) });
            }
        }
        let mut file_idx_by_tensor: BTreeMap<String, usize> = BTreeMap::new();
        for (file_idx, file) in files.iter().enumerate() {
            file_idx_by_tensor.extend(file.tensors().keys().map(|name| (name.clone(), file_idx)));
        }
        file_idx_by_tensor.extend(path_idx_by_tensor);
        Ok(Self { store, folder: component.to_owned(), files, file_idx_by_tensor })
    }

    /// The files that the tensors are in.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.files.iter().map(SafetensorsIndex::path)
    }

    /// The names of all tensors, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.file_idx_by_tensor.keys().map(String::as_str)
    }

    /// The file that a tensor is in; where there is none of that name, the only file or else the folder.
    pub fn file_of(&self, name: &str) -> &str {
        let file = self.file_idx_by_tensor.get(name).and_then(|file_idx| self.files.get(*file_idx));
        match (file, self.files.as_slice()) {
            (Some(file), _) | (None, [file]) => file.path(),
            _ if self.folder.is_empty() => "the folder",
            _ => &self.folder,
        }
    }

    /// What a tensor is, or `None` where there is none of that name.
    pub fn entry(&self, name: &str) -> Option<&TensorEntry> {
        let file_idx = *self.file_idx_by_tensor.get(name)?;
        self.files.get(file_idx)?.tensors().get(name)
    }

    /// A tensor's values in row-major order, widened to `f32`.
    ///
    /// # Errors
    /// Where there is no such tensor, or its values cannot be read; the error names the file and the tensor.
    pub fn read_f32(&self, name: &str) -> Result<Vec<f32>, ModelError> {
        match self.file_idx_by_tensor.get(name).and_then(|file_idx| self.files.get(*file_idx)) {
            Some(file) => file.read_f32(self.store, name),
            None => Err(ModelError::MissingTensor { path: self.file_of(name).to_owned(), tensor: shown(name) }),
        }
    }

    /// The number of values in all tensors together.
    pub fn parameters(&self) -> u64 {
        self.names().filter_map(|name| self.entry(name)).map(|entry| entry.len() as u64).sum()
    }
}

/// A file name as diffusers builds it: stem, variant, ending; and whether it is a list of files instead of one.
fn weight_name(name: &str) -> Option<(&str, bool)> {
    let rest = STEMS.iter().find_map(|stem| name.strip_prefix(stem)?.strip_prefix('.'))?;
    // Lists carry the variant at their end, files before it.
    let (variant, is_list) = if let Some(rest) = rest.strip_prefix("safetensors.index.") {
        (if rest == "json" { "" } else { rest.strip_suffix(".json")? }, true)
    } else if let Some(rest) = rest.strip_suffix(".safetensors.index.json") {
        (rest, true)
    } else if rest == "safetensors" {
        ("", false)
    } else {
        (rest.strip_suffix(".safetensors")?, false)
    };
    (!variant.contains('.')).then_some((variant, is_list))
}

/// Where a variant stands in the order of preference: full precision, then the half ones, then the others by name. What
/// only training needs comes last.
fn preference(variant: &str) -> (usize, &str) {
    let known = ["", "fp32", "fp16", "bf16"];
    let is_for_training = variant.contains("non_ema");
    let place = known.iter().position(|it| *it == variant).unwrap_or(known.len() + usize::from(is_for_training));
    (place, variant)
}

/// The files of a component's folder; the empty name is the model's own folder.
fn files_inside(store: &dyn ModelStore, component: &str) -> Vec<String> {
    let prefix = if component.is_empty() { String::new() } else { format!("{component}/") };
    let is_inside = |path: &String| path.strip_prefix(&prefix).is_some_and(|name| !name.contains('/'));
    store.files().into_iter().filter(is_inside).collect()
}

/// The name of a file without its folders.
fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a component's folder has weights, in whichever format.
pub(crate) fn has_weights(store: &dyn ModelStore, component: &str) -> bool {
    files_inside(store, component).iter().any(|path| path.ends_with(".safetensors") || is_pickle_name(path))
}

/// The files that hold a component's weights.
fn weight_files(store: &dyn ModelStore, component: &str) -> Result<WeightFiles, ModelError> {
    let inside = files_inside(store, component);
    let named = inside.iter().filter_map(|path| Some((weight_name(file_name(path))?, path)));
    let best = named.min_by_key(|((variant, is_list), path)| (preference(variant), *is_list, (*path).clone()));
    if let Some(((_, is_list), path)) = best {
        return if is_list { shards(store, component, path) } else { Ok(WeightFiles::one(path)) };
    }
    // A folder saved under other names is still clear if there is only one file.
    let safetensors: Vec<&String> = inside.iter().filter(|path| path.ends_with(".safetensors")).collect();
    if let [only] = safetensors.as_slice() {
        return Ok(WeightFiles::one(only));
    }
    let problem = match (safetensors.len(), inside.iter().find(|path| is_pickle_name(path))) {
        (0, Some(path)) => return Err(refuse_pickle(path)),
        (0, None) => format!("there is no {component}/{} or {component}/{}", WEIGHT_NAMES[0], WEIGHT_NAMES[1]),
        (count, _) => format!("{component} has {count} safetensors files and none of the usual names"),
    };
    Err(ModelError::NoWeights { component: component.to_owned(), problem })
}

/// Files of weights, and which tensor is in which of them where a list says so.
struct WeightFiles {
    paths: Vec<String>,
    path_idx_by_tensor: BTreeMap<String, usize>,
}

impl WeightFiles {
    fn one(path: &str) -> Self {
        Self { paths: vec![path.to_owned()], path_idx_by_tensor: BTreeMap::new() }
    }
}

/// The files named in the list of weights that are spread over several.
fn shards(store: &dyn ModelStore, component: &str, index_path: &str) -> Result<WeightFiles, ModelError> {
    let text = read_text(store, index_path)?.unwrap_or_default();
    let index: Value = serde_json::from_str(&text)
        .map_err(|error| ModelError::bad_file(index_path, format!("the file is not JSON: {error}")))?;
    let Some(map) = index.get("weight_map").and_then(Value::as_object) else {
        return Err(ModelError::bad_file(index_path, "the file has no weight_map"));
    };
    let mut files = WeightFiles { paths: Vec::new(), path_idx_by_tensor: BTreeMap::new() };
    let mut path_idx_by_name: BTreeMap<&str, usize> = BTreeMap::new();
    for (tensor, name) in map {
        let Some(name) = name.as_str() else {
            return Err(ModelError::bad_file(index_path, format!("the weight_map has no file for {}", shown(tensor))));
        };
        let next_idx = files.paths.len();
        let path_idx = *path_idx_by_name.entry(name).or_insert(next_idx);
        if path_idx == next_idx {
            let path = if component.is_empty() { name.to_owned() } else { format!("{component}/{name}") };
            files.paths.push(path);
        }
        files.path_idx_by_tensor.insert(tensor.clone(), path_idx);
    }
    if files.paths.is_empty() {
        return Err(ModelError::bad_file(index_path, "the weight_map is empty"));
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use safetensors::Dtype;
    use safetensors::tensor::{TensorView, serialize};

    use super::*;
    use crate::MemoryStore;

    fn file(name: &str, value: f32) -> Vec<u8> {
        let bytes = value.to_le_bytes();
        serialize([(name, TensorView::new(Dtype::F32, vec![1], &bytes).unwrap())], None).unwrap()
    }

    #[test]
    fn full_precision_is_preferred_and_half_is_found_alone() {
        let mut store = MemoryStore::new();
        store.insert("unet/diffusion_pytorch_model.fp16.safetensors", file("a", 1.0));
        assert_eq!(ComponentWeights::open(&store, "unet").unwrap().read_f32("a").unwrap(), [1.0]);
        store.insert("unet/diffusion_pytorch_model.safetensors", file("a", 2.0));
        assert_eq!(ComponentWeights::open(&store, "unet").unwrap().read_f32("a").unwrap(), [2.0]);
    }

    #[test]
    fn tensors_are_found_across_the_files_of_an_index() {
        let mut store = MemoryStore::new();
        let index = br#"{"weight_map": {"a": "part-1.safetensors", "b": "part-2.safetensors"}}"#;
        store.insert("unet/diffusion_pytorch_model.safetensors.index.json", index.to_vec());
        store.insert("unet/part-1.safetensors", file("a", 1.0));
        let error = ComponentWeights::open(&store, "unet").err().unwrap();
        assert!(error.to_string().contains("unet/part-2.safetensors"), "{error}");
        store.insert("unet/part-2.safetensors", file("b", 2.0));
        let weights = ComponentWeights::open(&store, "unet").unwrap();
        assert_eq!(weights.names().collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(weights.read_f32("b").unwrap(), [2.0]);
        assert_eq!(weights.parameters(), 2);
        assert!(weights.entry("c").is_none());
    }

    #[test]
    fn variants_of_any_name_are_found_and_the_fullest_is_taken() {
        let mut store = MemoryStore::new();
        let read = |store: &MemoryStore| ComponentWeights::open(store, "unet").map(|it| it.read_f32("a").unwrap());
        store.insert("unet/diffusion_pytorch_model.non_ema.safetensors", file("a", 1.0));
        assert_eq!(read(&store).unwrap(), [1.0]);
        store.insert("unet/diffusion_pytorch_model.mine.safetensors", file("a", 2.0));
        assert_eq!(read(&store).unwrap(), [2.0]);
        let list = br#"{"weight_map": {"a": "diffusion_pytorch_model.bf16-00001-of-00001.safetensors"}}"#;
        store.insert("unet/diffusion_pytorch_model.bf16-00001-of-00001.safetensors", file("a", 3.0));
        store.insert("unet/diffusion_pytorch_model.safetensors.index.bf16.json", list.to_vec());
        assert_eq!(read(&store).unwrap(), [3.0]);
        store.insert("unet/diffusion_pytorch_model.fp16.safetensors", file("a", 4.0));
        assert_eq!(read(&store).unwrap(), [4.0]);
    }

    #[test]
    fn a_list_that_promises_a_tensor_that_its_file_lacks_is_refused() {
        let mut store = MemoryStore::new();
        store.insert("unet/part.safetensors", file("a", 1.0));
        let list = br#"{"weight_map": {"a": "part.safetensors", "b": "part.safetensors"}}"#;
        store.insert("unet/diffusion_pytorch_model.safetensors.index.json", list.to_vec());
        let message = ComponentWeights::open(&store, "unet").err().unwrap().to_string();
        assert_eq!(message, "unet/part.safetensors has no tensor b");
    }

    #[test]
    fn missing_and_pickled_weights_are_explained() {
        let mut store = MemoryStore::new();
        let message = |store: &MemoryStore| ComponentWeights::open(store, "vae").err().unwrap().to_string();
        assert!(message(&store).contains("vae/diffusion_pytorch_model.safetensors"));
        store.insert("vae/diffusion_pytorch_model.bin", vec![]);
        assert!(message(&store).contains("pickle"));
    }
}
