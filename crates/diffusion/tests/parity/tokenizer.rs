//! Our token ids beside transformers' `CLIPTokenizer` (`tests/parity/make_tokenizer_fixtures.py`).

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;
use underpaint_diffusion::source::{ModelSource, SourceError, Weights};
use underpaint_diffusion::tokenizer::ClipTokenizer;

/// A model that is nothing but text files.
struct Files(BTreeMap<String, String>);

impl Files {
    fn of_fixture() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/tokenizer");
        let entries = std::fs::read_dir(folder).unwrap().map(Result::unwrap);
        Self(
            entries
                .map(|entry| {
                    let name = entry.file_name().into_string().unwrap();
                    (format!("tokenizer/{name}"), std::fs::read_to_string(entry.path()).unwrap())
                })
                .collect(),
        )
    }

    fn without(mut self, name: &str) -> Self {
        assert!(self.0.remove(&format!("tokenizer/{name}")).is_some());
        self
    }

    fn edited(mut self, name: &str, edit: impl Fn(&mut Value)) -> Self {
        let text = self.0.get_mut(&format!("tokenizer/{name}")).unwrap();
        let mut json: Value = serde_json::from_str(text).unwrap();
        edit(&mut json);
        *text = json.to_string();
        self
    }

    /// Filled with "!", as Stable Diffusion 2 is.
    fn filled_with_bang(self) -> Self {
        self.edited("special_tokens_map.json", |map| map["pad_token"] = "!".into())
            .edited("tokenizer_config.json", |config| config["pad_token"] = "!".into())
    }
}

impl ModelSource for Files {
    fn text(&self, path: &str) -> Result<Option<String>, SourceError> {
        Ok(self.0.get(path).cloned())
    }

    fn weights(&self, component: &str) -> Result<Box<dyn Weights + '_>, SourceError> {
        Err(SourceError::new(format!("no weights of {component} here")))
    }
}

fn expected() -> Vec<Value> {
    serde_json::from_str(include_str!("../../../../tests/fixtures/tokenizer/expected.json")).unwrap()
}

fn check(files: Files, key: &str) {
    let tokenizer = ClipTokenizer::from_source(&files).unwrap();
    assert!(tokenizer.length().is_none_or(|length| length == 77));
    for case in expected() {
        let prompt = case["prompt"].as_str().unwrap();
        let ids: Vec<u32> = case[key].as_array().unwrap().iter().map(|id| id.as_u64().unwrap() as u32).collect();
        assert_eq!(tokenizer.encode(prompt, 77), ids, "{prompt:?}");
    }
}

#[test]
fn ids_from_tokenizer_json_are_those_of_transformers() {
    check(Files::of_fixture(), "ids");
}

#[test]
fn ids_from_vocabulary_and_merges_are_those_of_transformers() {
    check(Files::of_fixture().without("tokenizer.json"), "ids");
}

#[test]
fn another_fill_token_becomes_special_as_in_transformers() {
    check(Files::of_fixture().filled_with_bang(), "ids_filled_with_bang");
    check(Files::of_fixture().filled_with_bang().without("tokenizer.json"), "ids_filled_with_bang");
}

#[test]
fn files_without_special_tokens_fall_back_on_clips() {
    check(Files::of_fixture().without("tokenizer_config.json").without("special_tokens_map.json"), "ids");
}

#[test]
fn a_prompt_that_is_too_long_is_noticed() {
    let tokenizer = ClipTokenizer::from_source(&Files::of_fixture()).unwrap();
    assert_eq!(tokenizer.needed_length(""), 2);
    assert!(tokenizer.needed_length(&"a lake, ".repeat(40)) > 77);
}

#[test]
fn broken_files_are_named() {
    let message = |files: &Files| ClipTokenizer::from_source(files).unwrap_err().to_string();

    let missing = Files::of_fixture().without("tokenizer.json").without("merges.txt");
    assert!(message(&missing).contains("tokenizer/merges.txt"), "{}", message(&missing));

    let mut torn = Files::of_fixture();
    torn.0.insert("tokenizer/tokenizer.json".into(), "{\"model\": ".into());
    assert!(message(&torn).contains("tokenizer/tokenizer.json"), "{}", message(&torn));

    let unknown = Files::of_fixture().edited("tokenizer_config.json", |config| config["pad_token"] = "<pad>".into());
    assert!(message(&unknown).contains("<pad>"), "{}", message(&unknown));

    let odd = Files::of_fixture().edited("tokenizer.json", |file| file["model"] = 7.into());
    assert!(ClipTokenizer::from_source(&odd).is_err());
}
