//! Our token ids beside transformers' `CLIPTokenizer` (`tests/parity/make_tokenizer_fixtures.py`).

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use underpaint_diffusion::source::{ModelSource, SourceError, Weights};
use underpaint_diffusion::tokenizer::ClipTokenizer;
use underpaint_models::clip_vocabulary;

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

    /// CLIP's own vocabulary, as Stable Diffusion 1 ships it.
    fn of_clip(pad: &str) -> Self {
        let vocabulary = clip_vocabulary();
        let token = |content: &str| {
            json!({"__type": "AddedToken", "content": content, "lstrip": false, "normalized": true, "rstrip": false,
                "single_word": false})
        };
        let (start, end) = (token("<|startoftext|>"), token("<|endoftext|>"));
        let special = json!({"bos_token": start, "eos_token": end, "unk_token": end, "pad_token": pad});
        let mut config = special.clone();
        config["model_max_length"] = 77.into();
        let files = [
            ("vocab.json", vocabulary.vocab_json()),
            ("merges.txt", vocabulary.merges_txt()),
            ("special_tokens_map.json", special.to_string()),
            ("tokenizer_config.json", config.to_string()),
        ];
        Self(files.into_iter().map(|(name, text)| (format!("tokenizer/{name}"), text)).collect())
    }

    /// CLIP's own vocabulary in one file, as `save_pretrained` of transformers 5 writes it; `merge` writes one pair.
    fn of_clip_in_one_file(pad: &str, merge: impl Fn(&str, &str) -> Value) -> Self {
        let vocabulary = clip_vocabulary();
        let merges: Vec<Value> = vocabulary
            .merges
            .iter()
            .map(|(left, right)| merge(&vocabulary.tokens[usize::from(*left)], &vocabulary.tokens[usize::from(*right)]))
            .collect();
        let token = |id: u32, content: &str, normalized: bool| {
            json!({"id": id, "content": content, "single_word": false, "lstrip": false, "rstrip": false,
                "normalized": normalized, "special": true})
        };
        let mut added = vec![token(49406, "<|startoftext|>", true), token(49407, "<|endoftext|>", pad == "!")];
        if pad == "!" {
            added.push(token(0, "!", false));
        }
        let vocab: Value = serde_json::from_str(&vocabulary.vocab_json()).unwrap();
        let file = json!({"version": "1.0", "truncation": null, "padding": null, "added_tokens": added,
            "model": {"type": "BPE", "vocab": vocab, "merges": merges}});
        let config = json!({"bos_token": "<|startoftext|>", "eos_token": "<|endoftext|>", "unk_token": "<|endoftext|>",
            "pad_token": pad, "model_max_length": 77, "tokenizer_class": "CLIPTokenizer", "backend": "tokenizers"});
        let files = [("tokenizer.json", file.to_string()), ("tokenizer_config.json", config.to_string())];
        Self(files.into_iter().map(|(name, text)| (format!("tokenizer/{name}"), text)).collect())
    }

    fn with(mut self, name: &str, text: &str) -> Self {
        self.0.insert(format!("tokenizer/{name}"), text.to_owned());
        self
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

/// Holds the 500 prompts against the ids without padding.
fn check_500(files: &Files, pad: &str) {
    let tokenizer = ClipTokenizer::from_source(files).unwrap();
    let cases: Vec<Value> =
        serde_json::from_str(include_str!("../../../../tests/fixtures/tokenizer/prompts.json")).unwrap();
    assert_eq!(cases.len(), 500);
    let pad_id = if pad == "!" { 0 } else { 49407 };
    assert_eq!((tokenizer.start_id(), tokenizer.end_id(), tokenizer.pad_id()), (49406, 49407, pad_id));
    for case in cases {
        let prompt = case["prompt"].as_str().unwrap();
        let ids = case.get("ids_filled_with_bang").filter(|_| pad == "!").unwrap_or(&case["ids"]);
        let mut ids: Vec<u32> = serde_json::from_value(ids.clone()).unwrap();
        ids.resize(77, pad_id);
        assert_eq!(tokenizer.encode(prompt, 77), ids, "{prompt:?}");
    }
}

#[test]
fn five_hundred_prompts_have_the_ids_of_transformers_with_clips_own_vocabulary() {
    // Two files, one file of newer and one of older versions of tokenizers.
    check_500(&Files::of_clip("<|endoftext|>"), "<|endoftext|>");
    check_500(&Files::of_clip_in_one_file("!", |left, right| json!([left, right])), "!");
    let older = Files::of_clip_in_one_file("<|endoftext|>", |left, right| format!("{left} {right}").into());
    check_500(&older, "<|endoftext|>");
}

#[test]
fn the_second_tokenizer_is_read_from_its_own_folder() {
    let mut files = Files::of_fixture();
    let second: Vec<_> = Files::of_fixture().filled_with_bang().0.into_iter().collect();
    files.0.extend(second.into_iter().map(|(path, text)| (path.replace("tokenizer/", "tokenizer_2/"), text)));
    let pad_id = |folder| ClipTokenizer::from_folder(&files, folder).unwrap().pad_id();
    assert_eq!((pad_id("tokenizer"), pad_id("tokenizer_2")), (603, 0));
    let error = ClipTokenizer::from_folder(&files, "tokenizer_3").unwrap_err().to_string();
    assert!(error.contains("tokenizer_3/vocab.json"), "{error}");
}

#[test]
fn tokens_in_extra_files_are_found_by_their_rules() {
    let plain = Files::of_fixture().without("tokenizer.json").edited("tokenizer_config.json", |config| {
        config.as_object_mut().unwrap().remove("added_tokens_decoder");
    });
    let added = plain.with("added_tokens.json", r#"{"<Cat>": 604, "lake": 605}"#);
    let tokenizer = ClipTokenizer::from_source(&added).unwrap();
    // Neither is special, so both are found in the normalised text, the second one also inside a word.
    assert_eq!(tokenizer.pieces("<CAT>"), [604]);
    assert!(tokenizer.pieces("snowLakes").contains(&605));
    assert_eq!(tokenizer.id_limit(), 606);
    let whole = Files::of_fixture().edited("tokenizer_config.json", |config| {
        config["added_tokens_decoder"]["604"] = json!({"content": "lake", "single_word": true, "normalized": true});
    });
    let tokenizer = ClipTokenizer::from_source(&whole).unwrap();
    assert_eq!(tokenizer.pieces("a Lake, lake_")[1], 604);
    assert!(!tokenizer.pieces("snowlake lakes 1lake lake_").contains(&604));
}

#[test]
fn a_prompt_that_is_too_long_is_noticed() {
    let tokenizer = ClipTokenizer::from_source(&Files::of_fixture()).unwrap();
    assert_eq!(tokenizer.needed_length(""), 2);
    assert!(tokenizer.needed_length(&"a lake, ".repeat(40)) > 77);
    assert_eq!(tokenizer.encode(&"a lake, ".repeat(40), 5).len(), 5);
    assert_eq!(tokenizer.encode("", 0).len(), 0);
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

#[test]
fn hostile_files_are_errors_that_say_where() {
    let one_file = |edit: &dyn Fn(&mut Value)| Files::of_fixture().edited("tokenizer.json", edit);
    let config = |edit: &dyn Fn(&mut Value)| Files::of_fixture().edited("tokenizer_config.json", edit);
    let parts = || Files::of_fixture().without("tokenizer.json");
    let vocab = |edit: &dyn Fn(&mut Value)| parts().edited("vocab.json", edit);
    let headless = vocab(&|vocab| drop(vocab.as_object_mut().unwrap().remove("<|startoftext|>")));
    let cases: Vec<(&str, Files)> = vec![
        ("tokenizer/tokenizer.json", one_file(&|file| file["model"]["vocab"]["a"] = (1_u64 << 40).into())),
        ("tokenizer/tokenizer.json", one_file(&|file| file["model"]["vocab"]["a"] = 20_000_000.into())),
        ("tokenizer/tokenizer.json", one_file(&|file| file["model"]["vocab"]["a"] = (-1).into())),
        ("tokenizer/tokenizer.json", one_file(&|file| file["model"]["vocab"]["a"] = "seven".into())),
        ("tokenizer/tokenizer.json", one_file(&|file| file["model"]["vocab"] = json!([["a", 0]]))),
        ("same id 1", one_file(&|file| file["model"]["vocab"]["new"] = 1.into())),
        ("not of type BPE", one_file(&|file| file["model"]["type"] = "Unigram".into())),
        ("tokenizer/tokenizer.json", one_file(&|file| file["model"]["merges"] = 7.into())),
        ("merge 0", one_file(&|file| file["model"]["merges"][0] = json!("abc"))),
        ("tokenizer/tokenizer.json", one_file(&|file| file["model"]["merges"][0] = json!(["a", "b", "c"]))),
        ("nowhere", one_file(&|file| file["model"]["merges"][0] = json!(["nowhere", "b"]))),
        ("does not describe", one_file(&|file| file["added_tokens"][0] = json!({"id": 3}))),
        ("tokenizer/tokenizer.json", one_file(&|file| *file = json!([]))),
        ("tokenizer/tokenizer.json", Files::of_fixture().with("tokenizer.json", &"[".repeat(100_000))),
        ("twice", parts().with("vocab.json", r#"{"a": 1, "b": 2, "a": 3}"#)),
        ("<|startoftext|>", headless.without("tokenizer_config.json")),
        ("vocab.json", parts().with("vocab.json", "[]")),
        ("line 3 is", parts().with("merges.txt", "#version: 0.2\na b\nabc\n")),
        ("merges.txt", parts().with("merges.txt", "a b c\n")),
        ("model_max_length", config(&|config| config["model_max_length"] = 2.into())),
        ("model_max_length", config(&|config| config["model_max_length"] = (-5).into())),
        ("model_max_length", config(&|config| config["model_max_length"] = "long".into())),
        ("padding_side", config(&|config| config["padding_side"] = "left".into())),
        ("truncation_side", config(&|config| config["truncation_side"] = "left".into())),
        ("split_special_tokens", config(&|config| config["split_special_tokens"] = true.into())),
        ("added_tokens_decoder", config(&|config| config["added_tokens_decoder"] = json!([1]))),
        ("added_tokens_decoder", config(&|config| config["added_tokens_decoder"] = json!({"x": {"content": "a"}}))),
        ("taken", config(&|config| config["added_tokens_decoder"] = json!({"5": {"content": "<new>"}}))),
        ("too large", config(&|config| config["added_tokens_decoder"] = json!({"5000000000": {"content": "<new>"}}))),
        ("tokenizer_config.json", Files::of_fixture().with("tokenizer_config.json", "7")),
    ];
    for (part, files) in cases {
        match ClipTokenizer::from_source(&files) {
            Ok(_) => panic!("{part} was let pass"),
            Err(error) => assert!(error.to_string().contains(part), "{part}: {error}"),
        }
    }
    // A length that stands for "no limit" leaves the length to the text encoder.
    let endless = config(&|config| config["model_max_length"] = 1e30.into());
    assert_eq!(ClipTokenizer::from_source(&endless).unwrap().length(), None);
}

#[test]
fn bytes_that_the_vocabulary_lacks_become_the_unknown_token() {
    let tiny =
        r#"{"l": 0, "o": 1, "w</w>": 2, "lo": 3, "low</w>": 4, "<unk>": 5, "<|startoftext|>": 6, "<|endoftext|>": 7}"#;
    let files = Files(BTreeMap::new())
        .with("vocab.json", tiny)
        .with("merges.txt", "#version: 0.2\nl o\nlo w</w>\n")
        .with("special_tokens_map.json", r#"{"unk_token": "<unk>"}"#);
    let tokenizer = ClipTokenizer::from_source(&files).unwrap();
    assert_eq!(tokenizer.pieces("LOW lo é <unk>"), [4, 0, 5, 5, 5, 5]);
}
