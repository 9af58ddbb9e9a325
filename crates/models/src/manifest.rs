//! Which files a model in diffusers' layout consists of.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::weights::{WEIGHT_NAMES, has_weights};
use crate::{ModelError, ModelStore};

/// Where the list of components is.
const INDEX_PATH: &str = "model_index.json";

/// A file of a model, which may have one of several names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ManifestFile {
    /// Its possible paths in the order in which they are to be tried; the first that exists is the one.
    pub names: Vec<String>,
    /// Whether the model cannot be used without it.
    pub is_required: bool,
}

impl ManifestFile {
    fn required(names: Vec<String>) -> Self {
        Self { names, is_required: true }
    }

    fn optional(name: &str) -> Self {
        Self { names: vec![name.to_owned()], is_required: false }
    }
}

/// The components of a model, as `model_index.json` lists them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ModelManifest {
    class: String,
    components: BTreeMap<String, String>,
}

impl ModelManifest {
    /// Reads the text of `model_index.json`.
    ///
    /// # Errors
    /// Where the text is not a JSON object of diffusers' kind.
    pub fn parse(text: &str) -> Result<Self, ModelError> {
        let value: Value = serde_json::from_str(text)
            .map_err(|error| ModelError::bad_file(INDEX_PATH, format!("the file is not JSON: {error}")))?;
        let Value::Object(entries) = value else {
            return Err(ModelError::bad_file(INDEX_PATH, "the file must hold a JSON object"));
        };
        let Some(class) = entries.get("_class_name").and_then(Value::as_str) else {
            return Err(ModelError::bad_file(INDEX_PATH, "the file has no _class_name; it is not a diffusers model"));
        };
        // A component is a pair of library and class; one that is left out is a pair of nulls.
        let class_of = |value: &Value| Some(value.as_array()?.get(1)?.as_str()?.to_owned());
        let components = entries.iter().filter_map(|(name, value)| Some((name.clone(), class_of(value)?))).collect();
        Ok(Self { class: class.to_owned(), components })
    }

    /// Reads the manifest of a model.
    ///
    /// # Errors
    /// As [`ModelManifest::parse`], or where the model has no `model_index.json`.
    pub fn from_store(store: &dyn ModelStore) -> Result<Self, ModelError> {
        match crate::read_text(store, INDEX_PATH)? {
            Some(text) => Self::parse(&text),
            None => Err(ModelError::MissingFile { path: INDEX_PATH.to_owned() }),
        }
    }

    /// The pipeline's class, such as `StableDiffusionPipeline`.
    pub fn class(&self) -> &str {
        &self.class
    }

    /// The class of a component, such as `AutoencoderKL` for `vae`; `None` where the model has no such component.
    pub fn component_class(&self, component: &str) -> Option<&str> {
        self.components.get(component).map(String::as_str)
    }

    /// The components with their classes, in the order of their names.
    pub fn components(&self) -> impl Iterator<Item = (&str, &str)> {
        self.components.iter().map(|(name, class)| (name.as_str(), class.as_str()))
    }

    /// The files that a picture needs, in the order in which they are best fetched: small ones first.
    ///
    /// Components that Underpaint does not use, such as a safety checker, are left out.
    pub fn files(&self) -> Vec<ManifestFile> {
        let has = |component: &str| self.components.contains_key(component);
        let mut files =
            vec![ManifestFile::required(vec![INDEX_PATH.to_owned()]), ManifestFile::optional("underpaint.json")];
        if has("scheduler") {
            files.push(ManifestFile::required(vec!["scheduler/scheduler_config.json".to_owned()]));
        }
        for tokenizer in ["tokenizer", "tokenizer_2"].into_iter().filter(|name| has(name)) {
            // Either the pair of lists or the one file that the fast tokenizers write; the pair is always there in
            // models of this family, and the one file is not.
            let path = |name: &str| format!("{tokenizer}/{name}");
            files.push(ManifestFile::required(vec![path("vocab.json"), path("tokenizer.json")]));
            files.push(ManifestFile::required(vec![path("merges.txt"), path("tokenizer.json")]));
            files.push(ManifestFile::optional(&path("tokenizer_config.json")));
            files.push(ManifestFile::optional(&path("special_tokens_map.json")));
        }
        let components: Vec<&str> =
            ["text_encoder", "text_encoder_2", "vae", "unet"].into_iter().filter(|name| has(name)).collect();
        files.extend(components.iter().map(|name| ManifestFile::required(vec![format!("{name}/config.json")])));
        files.extend(components.iter().map(|name| {
            // Over a network half the bytes are better than the last bits: the other order than on a disk.
            let mut names: Vec<String> = WEIGHT_NAMES.iter().map(|file| format!("{name}/{file}")).collect();
            names.sort_by_key(|file| !file.contains(".fp16."));
            ManifestFile::required(names)
        }));
        // Not a part of diffusers' pipelines, so their index does not name it.
        files.extend(
            ["config.json", "diffusion_pytorch_model.safetensors"]
                .map(|file| ManifestFile::optional(&format!("upscaler/{file}"))),
        );
        files
    }

    /// The files of this manifest that a store lacks, each by its first name.
    pub fn missing_from(&self, store: &dyn ModelStore) -> Vec<String> {
        // Weights have more names than can be listed: variants, and parts of a whole.
        let has_other_weights = |file: &ManifestFile| {
            let component =
                file.names.iter().find(|name| name.ends_with(".safetensors")).and_then(|it| it.split_once('/'));
            component.is_some_and(|(component, _)| has_weights(store, component))
        };
        let is_missing = |file: &ManifestFile| {
            file.is_required && !file.names.iter().any(|name| store.contains(name)) && !has_other_weights(file)
        };
        self.files().into_iter().filter(is_missing).filter_map(|file| file.names.into_iter().next()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::MemoryStore;

    const INDEX: &str = r#"{
        "_class_name": "StableDiffusionPipeline", "_diffusers_version": "0.31.0",
        "feature_extractor": [null, null], "safety_checker": [null, null], "requires_safety_checker": false,
        "scheduler": ["diffusers", "DDIMScheduler"], "text_encoder": ["transformers", "CLIPTextModel"],
        "tokenizer": ["transformers", "CLIPTokenizer"], "unet": ["diffusers", "UNet2DConditionModel"],
        "vae": ["diffusers", "AutoencoderTiny"]
    }"#;

    #[test]
    fn components_are_listed_with_their_classes_and_absent_ones_are_not() {
        let manifest = ModelManifest::parse(INDEX).unwrap();
        assert_eq!(manifest.class(), "StableDiffusionPipeline");
        assert_eq!(manifest.component_class("vae"), Some("AutoencoderTiny"));
        assert_eq!(manifest.component_class("safety_checker"), None);
    }

    #[test]
    fn files_cover_every_component_and_leave_out_the_unused() {
        let files = ModelManifest::parse(INDEX).unwrap().files();
        let firsts: Vec<&str> = files.iter().map(|file| file.names[0].as_str()).collect();
        for path in ["tokenizer/merges.txt", "text_encoder/config.json", "scheduler/scheduler_config.json"] {
            assert!(firsts.contains(&path), "{path} in {firsts:?}");
        }
        assert!(!firsts.iter().any(|path| path.starts_with("safety_checker")));
        let unet =
            files.iter().find(|file| file.names.iter().any(|name| name.ends_with("unet/model.safetensors"))).unwrap();
        assert!(unet.names[0].contains("fp16"), "{unet:?}");
    }

    #[test]
    fn what_a_store_lacks_is_named() {
        let manifest = ModelManifest::parse(INDEX).unwrap();
        let mut store = MemoryStore::new();
        for path in
            ["model_index.json", "scheduler/scheduler_config.json", "tokenizer/tokenizer.json", "unet/config.json"]
        {
            store.insert(path, vec![]);
        }
        store.insert("unet/diffusion_pytorch_model.safetensors", vec![]);
        let missing = manifest.missing_from(&store);
        assert_eq!(missing.len(), 4, "{missing:?}");
        assert!(missing.iter().all(|path| path.starts_with("vae/") || path.starts_with("text_encoder/")));
    }

    #[test]
    fn a_file_of_another_kind_is_refused() {
        for text in ["", "[]", "{}", r#"{"_class_name": 3}"#] {
            assert!(ModelManifest::parse(text).is_err(), "{text}");
        }
    }
}
