//! A component's tensors, wherever they are: in one safetensors file or in several.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::{ModelError, ModelStore, SafetensorsIndex, TensorEntry, read_text};

/// The names that diffusers and transformers give to a component's weights, the ones without a variant first.
pub(crate) const WEIGHT_NAMES: [&str; 4] = [
    "diffusion_pytorch_model.safetensors",
    "model.safetensors",
    "diffusion_pytorch_model.fp16.safetensors",
    "model.fp16.safetensors",
];

/// The names of the lists of weights that are spread over several files.
pub(crate) const WEIGHT_INDEX_NAMES: [&str; 4] = [
    "diffusion_pytorch_model.safetensors.index.json",
    "model.safetensors.index.json",
    "diffusion_pytorch_model.safetensors.index.fp16.json",
    "model.safetensors.index.fp16.json",
];

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
        let paths = weight_files(store, component)?;
        let files: Vec<_> = paths.iter().map(|path| SafetensorsIndex::open(store, path)).collect::<Result<_, _>>()?;
        let mut file_idx_by_tensor = BTreeMap::new();
        for (file_idx, file) in files.iter().enumerate() {
            file_idx_by_tensor.extend(file.tensors().keys().map(|name| (name.clone(), file_idx)));
        }
        Ok(Self { store, folder: component.to_owned(), files, file_idx_by_tensor })
    }

    /// The names of all tensors, sorted.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.file_idx_by_tensor.keys().map(String::as_str)
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
            None => Err(ModelError::MissingTensor { path: self.folder.clone(), tensor: name.to_owned() }),
        }
    }

    /// The number of values in all tensors together.
    pub fn parameters(&self) -> u64 {
        self.files.iter().map(SafetensorsIndex::parameters).sum()
    }
}

/// The files that hold a component's weights.
fn weight_files(store: &dyn ModelStore, component: &str) -> Result<Vec<String>, ModelError> {
    for (name, index_name) in WEIGHT_NAMES.iter().zip(WEIGHT_INDEX_NAMES) {
        let path = format!("{component}/{name}");
        if store.contains(&path) {
            return Ok(vec![path]);
        }
        let index_path = format!("{component}/{index_name}");
        if store.contains(&index_path) {
            return shards(store, component, &index_path);
        }
    }
    // A folder saved under other names is still clear if there is only one file.
    let prefix = format!("{component}/");
    let inside: Vec<String> = store.files().into_iter().filter(|path| path.starts_with(&prefix)).collect();
    let safetensors: Vec<&String> = inside.iter().filter(|path| path.ends_with(".safetensors")).collect();
    if let [only] = safetensors.as_slice() {
        return Ok(vec![(*only).clone()]);
    }
    let pickled = inside.iter().find(|path| [".bin", ".ckpt", ".pt", ".pth"].iter().any(|end| path.ends_with(end)));
    let problem = match (safetensors.len(), pickled) {
        (0, Some(path)) => format!("{path} is a pickle, which can run code when it is read; save it as safetensors"),
        (0, None) => format!("there is no {component}/{} or {component}/{}", WEIGHT_NAMES[0], WEIGHT_NAMES[1]),
        (count, _) => format!("{component} has {count} safetensors files and none of the usual names"),
    };
    Err(ModelError::NoWeights { component: component.to_owned(), problem })
}

/// The files named in the list of weights that are spread over several.
fn shards(store: &dyn ModelStore, component: &str, index_path: &str) -> Result<Vec<String>, ModelError> {
    let text = read_text(store, index_path)?.unwrap_or_default();
    let index: Value = serde_json::from_str(&text)
        .map_err(|error| ModelError::bad_file(index_path, format!("the file is not JSON: {error}")))?;
    let Some(map) = index.get("weight_map").and_then(Value::as_object) else {
        return Err(ModelError::bad_file(index_path, "the file has no weight_map"));
    };
    let mut paths = Vec::new();
    for (tensor, file) in map {
        let Some(file) = file.as_str() else {
            return Err(ModelError::bad_file(index_path, format!("the weight_map has no file for {tensor}")));
        };
        let path = format!("{component}/{file}");
        if !paths.contains(&path) {
            paths.push(path);
        }
    }
    if paths.is_empty() {
        return Err(ModelError::bad_file(index_path, "the weight_map is empty"));
    }
    Ok(paths)
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
    fn missing_and_pickled_weights_are_explained() {
        let mut store = MemoryStore::new();
        let message = |store: &MemoryStore| ComponentWeights::open(store, "vae").err().unwrap().to_string();
        assert!(message(&store).contains("vae/diffusion_pytorch_model.safetensors"));
        store.insert("vae/diffusion_pytorch_model.bin", vec![]);
        assert!(message(&store).contains("pickle"));
    }
}
