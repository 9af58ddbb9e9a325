//! Encoded prompts beside diffusers and the rules of weighted prompts (`tests/parity/make_prompt_fixtures.py`).

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use burn::tensor::{Device, Tensor};
use serde_json::Value;
use underpaint_diffusion::layers::{Placement, Precision, WeightRegistry};
use underpaint_diffusion::prompt::{PromptConditioning, PromptLength, PromptRequest, Reading, TextEncoders};
use underpaint_diffusion::source::{ModelSource, SourceError, Weights};
use underpaint_models::{FolderStore, SafetensorsIndex};

/// The largest error that is let pass, relative to the largest absolute value of the expected tensor.
const MAX_RELATIVE_ERROR: f32 = 1e-4;

/// A folder of tests/fixtures/prompt with the fixtures' tokenizer, and files that replace some of it.
struct Model {
    folder: PathBuf,
    replaced: BTreeMap<String, String>,
}

/// One component's tensors.
struct Component {
    store: FolderStore,
    index: SafetensorsIndex,
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
}

fn tokenizer_file(name: &str) -> Option<String> {
    std::fs::read_to_string(fixtures().join("tokenizer").join(name)).ok()
}

impl Model {
    fn open(name: &str) -> Self {
        let bang = |file: &str| {
            let mut json: Value = serde_json::from_str(&tokenizer_file(file).unwrap()).unwrap();
            json["pad_token"] = "!".into();
            json.to_string()
        };
        // Stable Diffusion 2 and the second encoder of XL fill up with "!".
        let folder = if name == "sd2" { "tokenizer" } else { "tokenizer_2" };
        let files = ["tokenizer_config.json", "special_tokens_map.json"];
        let replaced = files.map(|file| (format!("{folder}/{file}"), bang(file)));
        Self { folder: fixtures().join("prompt").join(name), replaced: replaced.into() }
    }

    fn edited(mut self, path: &str, edit: impl Fn(&mut Value)) -> Self {
        let mut json: Value = serde_json::from_str(&self.text(path).unwrap().unwrap()).unwrap();
        edit(&mut json);
        self.replaced.insert(path.to_owned(), json.to_string());
        self
    }

    fn load(&self) -> TextEncoders {
        TextEncoders::load(self, &Placement::on(&Device::flex())).unwrap()
    }

    fn problem(&self) -> String {
        TextEncoders::load(self, &Placement::on(&Device::flex())).unwrap_err().to_string()
    }
}

impl ModelSource for Model {
    fn text(&self, path: &str) -> Result<Option<String>, SourceError> {
        if let Some(text) = self.replaced.get(path) {
            return Ok(Some(text.clone()));
        }
        Ok(match path.split_once('/') {
            Some(("tokenizer" | "tokenizer_2", name)) => tokenizer_file(name),
            _ => std::fs::read_to_string(self.folder.join(path)).ok(),
        })
    }

    fn weights(&self, component: &str) -> Result<Box<dyn Weights + '_>, SourceError> {
        let store = FolderStore::open(self.folder.join(component)).unwrap();
        let index = SafetensorsIndex::open(&store, "model.safetensors").unwrap();
        Ok(Box::new(Component { store, index }))
    }
}

impl Weights for Component {
    fn names(&self) -> Vec<String> {
        self.index.tensors().keys().cloned().collect()
    }

    fn shape(&self, name: &str) -> Option<Vec<usize>> {
        Some(self.index.tensors().get(name)?.shape.clone())
    }

    fn read_f32(&self, name: &str) -> Result<Vec<f32>, SourceError> {
        self.index.read_f32(&self.store, name).map_err(|error| SourceError::new(error.to_string()))
    }
}

/// What was computed for the requests of a fixture.
struct Cases {
    requests: Vec<Value>,
    tensors: Component,
}

impl Cases {
    fn open(name: &str) -> Self {
        let store = FolderStore::open(fixtures().join("prompt").join(name)).unwrap();
        let index = SafetensorsIndex::open(&store, "cases.safetensors").unwrap();
        let requests = std::fs::read_to_string(fixtures().join("prompt").join(name).join("cases.json")).unwrap();
        Self { requests: serde_json::from_str(&requests).unwrap(), tensors: Component { store, index } }
    }

    fn is_learnt(request: &Value) -> bool {
        request["learnt"].as_bool().unwrap()
    }

    /// Teaches the words of the fixture.
    fn teach(&self, encoders: &mut TextEncoders) {
        for word in ["lantern", "<glow>"] {
            let vectors = (0..2).filter_map(|idx| {
                let name = format!("words.{word}.{idx}");
                let width = self.tensors.shape(&name)?[1];
                let values = self.tensors.read_f32(&name).unwrap();
                Some(values.chunks_exact(width).map(<[f32]>::to_vec).collect())
            });
            encoders.add_embedding(word, "words.safetensors", vectors.collect()).unwrap();
        }
    }

    fn check<const D: usize>(&self, name: &str, found: Option<Tensor<D>>) {
        let Some(shape) = self.tensors.shape(name) else {
            assert!(found.is_none(), "{name}");
            return;
        };
        let found = found.unwrap();
        assert_eq!(found.dims().to_vec(), shape, "{name}");
        let expected = self.tensors.read_f32(name).unwrap();
        let found: Vec<f32> = found.into_data().try_into_vec().unwrap();
        let scale = expected.iter().fold(1e-6_f32, |scale, value| scale.max(value.abs()));
        let differences = expected.iter().zip(&found).map(|(left, right)| (left - right).abs());
        let error =
            differences.fold(0.0_f32, |worst, error| if error.is_nan() { f32::INFINITY } else { worst.max(error) });
        println!("{name}: relative error {:.1e} at scale {scale:.2}", error / scale);
        assert!(error / scale <= MAX_RELATIVE_ERROR, "{name}: {error} at scale {scale}");
    }

    fn check_all(&self, idx: usize, found: PromptConditioning) {
        let negative = found.negative.unwrap();
        self.check(&format!("{idx}.positive"), Some(found.positive.hidden_states));
        self.check(&format!("{idx}.negative"), Some(negative.hidden_states));
        self.check(&format!("{idx}.positive_pooled"), found.positive.pooled);
        self.check(&format!("{idx}.negative_pooled"), negative.pooled);
    }
}

fn request(json: &Value) -> PromptRequest<'_> {
    PromptRequest {
        prompt: json["prompt"].as_str().unwrap(),
        negative: json["negative"].as_str(),
        is_guided: true,
        reading: if json["reading"] == "plain" { Reading::Plain } else { Reading::Weighted },
        clip_skip: json["clip_skip"].as_u64().unwrap() as usize,
    }
}

fn check(name: &str) {
    let cases = Cases::open(name);
    let mut encoders = Model::open(name).load();
    let (learnt, before): (Vec<_>, Vec<_>) =
        cases.requests.iter().enumerate().partition(|(_, json)| Cases::is_learnt(json));
    let check = |encoders: &mut TextEncoders, requests: &[(usize, &Value)]| {
        for (idx, json) in requests {
            println!("{name} {json}");
            cases.check_all(*idx, encoders.encode(&request(json)).unwrap());
        }
    };
    check(&mut encoders, &before);
    cases.teach(&mut encoders);
    check(&mut encoders, &learnt);
    // Taken back, they leave no trace.
    assert!(encoders.remove_embedding("lantern") && encoders.remove_embedding("<glow>"));
    assert!(!encoders.remove_embedding("lantern"));
    check(&mut encoders, &before);
}

#[test]
fn stable_diffusion_1_reads_prompts_as_diffusers_and_as_weighted_ones() {
    check("sd1");
}

#[test]
fn stable_diffusion_2_fills_with_its_own_token_and_hides_it_where_the_configuration_says_so() {
    check("sd2");
}

#[test]
fn stable_diffusion_xl_joins_two_encoders_and_pools_the_second() {
    check("xl");
}

#[test]
fn a_refiner_has_the_second_encoder_alone() {
    let nothing = Value::from(vec![Value::Null, Value::Null]);
    let both = Model::open("xl").load().encode(&plain("a lake")).unwrap().positive;
    let refiner = Model::open("xl").edited("model_index.json", |index| index["text_encoder"] = nothing.clone());
    let mut refiner = refiner.load();
    let alone = refiner.encode(&plain("a lake")).unwrap().positive;
    assert_eq!((both.hidden_states.dims(), alone.hidden_states.dims()), ([1, 77, 10], [1, 77, 6]));
    assert_eq!(both.pooled.unwrap().into_data(), alone.pooled.unwrap().into_data());
    assert_eq!(both.hidden_states.narrow(2, 4, 6).into_data(), alone.hidden_states.into_data());
    assert_eq!(refiner.width(), 6);
}

fn plain(prompt: &str) -> PromptRequest<'_> {
    PromptRequest { prompt, negative: None, is_guided: true, reading: Reading::Plain, clip_skip: 0 }
}

#[test]
fn a_negative_prompt_that_was_not_given_is_zeros_or_an_empty_text_as_the_index_says() {
    let sum = |conditioning: PromptConditioning| -> f32 {
        conditioning.negative.unwrap().hidden_states.abs().sum().into_scalar()
    };
    let mut zeroing = Model::open("xl").load();
    assert_eq!(sum(zeroing.encode(&plain("a lake")).unwrap()), 0.0);
    assert!(sum(zeroing.encode(&PromptRequest { negative: Some(""), ..plain("a lake") }).unwrap()) > 1.0);
    let reading =
        Model::open("xl").edited("model_index.json", |index| index["force_zeros_for_empty_prompt"] = false.into());
    let mut reading = reading.load();
    assert!(sum(reading.encode(&plain("a lake")).unwrap()) > 1.0);
    assert!(sum(reading.encode(&PromptRequest { reading: Reading::Weighted, ..plain("a lake") }).unwrap()) > 1.0);
}

#[test]
fn without_guidance_the_negative_prompt_is_not_read() {
    let mut encoders = Model::open("sd1").load();
    for reading in [Reading::Plain, Reading::Weighted] {
        let request = PromptRequest { is_guided: false, reading, negative: Some("grey"), ..plain("a lake") };
        let encoded = encoders.encode(&request).unwrap();
        assert!(encoded.negative.is_none());
        assert_eq!(encoded.positive.hidden_states.dims(), [1, 77, 8]);
    }
}

#[test]
fn a_prompt_without_brackets_that_fits_is_the_same_in_both_readings() {
    for name in ["sd1", "xl"] {
        let mut encoders = Model::open(name).load();
        let mut read = |reading| {
            let request =
                PromptRequest { reading, negative: Some("grey sky"), clip_skip: 0, ..plain("a lake, red house") };
            encoders.encode(&request).unwrap().negative.unwrap().hidden_states.into_data()
        };
        assert_eq!(read(Reading::Plain), read(Reading::Weighted), "{name}");
    }
}

#[test]
fn files_say_which_encoders_there_are_where_no_index_does() {
    let mut model = Model::open("xl");
    model.replaced.insert("model_index.json".into(), "{}".into());
    let mut encoders = model.load();
    assert_eq!(encoders.encode(&plain("a lake")).unwrap().positive.hidden_states.dims(), [1, 77, 10]);
    assert!(encoders.encode(&plain("a lake")).unwrap().positive.pooled.is_some());
}

#[test]
fn models_that_cannot_be_read_are_refused_by_name() {
    let t5 = Model::open("xl").edited("model_index.json", |index| index["text_encoder_2"][1] = "T5EncoderModel".into());
    assert!(t5.problem().contains("T5EncoderModel"), "{}", t5.problem());
    let third = Model::open("xl")
        .edited("model_index.json", |index| index["text_encoder_3"] = vec!["transformers", "T5EncoderModel"].into());
    assert!(third.problem().contains("text_encoder_3"), "{}", third.problem());
    let unprojected =
        Model::open("xl").edited("model_index.json", |index| index["text_encoder_2"][1] = "CLIPTextModel".into());
    assert!(unprojected.problem().contains("CLIPTextModelWithProjection"), "{}", unprojected.problem());
    let flag = Model::open("xl").edited("model_index.json", |index| index["force_zeros_for_empty_prompt"] = 3.into());
    assert!(flag.problem().contains("force_zeros_for_empty_prompt"), "{}", flag.problem());
    let long =
        Model::open("sd1").edited("tokenizer/tokenizer_config.json", |config| config["model_max_length"] = 78.into());
    assert!(long.problem().contains("78"), "{}", long.problem());
    let small = Model::open("sd1").edited("text_encoder/config.json", |config| config["vocab_size"] = 600.into());
    assert!(small.problem().contains("603"), "{}", small.problem());
    let wide = Model::open("sd1").edited("text_encoder/config.json", |config| config["hidden_size"] = 10.into());
    assert!(wide.problem().contains("weight"), "{}", wide.problem());
}

#[test]
fn skipping_more_layers_than_there_are_says_how_many_there_are() {
    for (name, layers, most) in [("sd1", 3, 3), ("xl", 3, 2)] {
        let mut encoders = Model::open(name).load();
        let mut skip = |clip_skip| encoders.encode(&PromptRequest { clip_skip, ..plain("a lake") });
        assert!(skip(most).is_ok());
        for too_many in [most + 1, most + 2, usize::MAX] {
            let error = skip(too_many).unwrap_err().to_string();
            assert!(error.contains(&format!("{layers} layers")) || error.contains("4 layers"), "{error}");
        }
    }
}

#[test]
fn learnt_words_that_do_not_fit_are_refused_and_nothing_changes() {
    let mut encoders = Model::open("xl").load();
    let before = encoders.encode(&plain("a lantern")).unwrap().positive.hidden_states.into_data();
    let vectors = |count: usize, width: usize| vec![vec![0.5_f32; width]; count];
    for (word, vectors, part) in [
        ("lantern", vec![vectors(1, 4)], "1 text encoders"),
        ("lantern", vec![vectors(1, 4), vectors(1, 5)], "5 values"),
        ("lantern", vec![vectors(1, 4), vectors(2, 6)], "2 vectors"),
        ("lantern", vec![vectors(0, 4), vectors(0, 6)], "0 vectors"),
        ("lantern", vec![vectors(76, 4), vectors(76, 6)], "76 vectors"),
        ("lantern", vec![vectors(1, 4), vec![vec![f32::NAN; 6]]], "not numbers"),
        (" ", vec![vectors(1, 4), vectors(1, 6)], "no letters"),
        ("<|endoftext|>", vec![vectors(1, 4), vectors(1, 6)], "already"),
    ] {
        let error = encoders.add_embedding(word, "lantern.safetensors", vectors).unwrap_err().to_string();
        assert!(error.contains("lantern.safetensors") && error.contains(part), "{error}");
    }
    assert_eq!(encoders.encode(&plain("a lantern")).unwrap().positive.hidden_states.into_data(), before);

    encoders.add_embedding("lantern", "lantern.safetensors", vec![vectors(2, 4), vectors(2, 6)]).unwrap();
    assert_ne!(encoders.encode(&plain("a lantern")).unwrap().positive.hidden_states.into_data(), before);
    let again = encoders.add_embedding("lantern", "other.safetensors", vec![vectors(1, 4), vectors(1, 6)]);
    assert!(again.unwrap_err().to_string().contains("already"));
    assert!(encoders.remove_embedding("lantern"));
    assert_eq!(encoders.encode(&plain("a lantern")).unwrap().positive.hidden_states.into_data(), before);
}

#[test]
fn any_text_is_a_prompt() {
    let mut encoders = Model::open("sd2").load();
    for prompt in ["((((", "))]]", "\\", "(:1.1)", "(a:0)", "BREAK", "BREAK BREAK", "\u{0}\u{ffff}", "(a:-1) [b"] {
        let request = PromptRequest { reading: Reading::Weighted, ..plain(prompt) };
        let values: Vec<f32> =
            encoders.encode(&request).unwrap().positive.hidden_states.into_data().try_into_vec().unwrap();
        assert!(values.iter().all(|value| value.is_finite()), "{prompt}");
    }
}

#[test]
fn every_encoder_enters_its_weights_in_its_own_registry_and_forgets_what_was_encoded_when_told() {
    let registries = [WeightRegistry::new(), WeightRegistry::new()];
    let placement = Placement::on(&Device::flex());
    let mut encoders = TextEncoders::load_with(&Model::open("xl"), |component| {
        placement.registering(&registries[usize::from(component == "text_encoder_2")])
    })
    .unwrap();
    let counts = registries.each_ref().map(|registry| registry.weights().len());
    // Six a layer, and the projection.
    assert_eq!(counts, [24, 19]);
    let first = encoders.encode(&plain("a lake")).unwrap().positive.hidden_states;
    encoders.forget_encoded();
    let again = encoders.encode(&plain("a lake")).unwrap().positive.hidden_states;
    assert_eq!(first.into_data(), again.into_data());
}

#[test]
fn sixteen_bits_lose_nothing_of_weights_that_are_stored_so() {
    let placement = Placement::on(&Device::flex());
    let encode = |precision| {
        let mut encoders = TextEncoders::load(&Model::open("xl"), &placement.in_precision(precision)).unwrap();
        encoders.encode(&plain("a lake")).unwrap().positive.hidden_states.into_data()
    };
    assert_eq!(encode(Precision::F32), encode(Precision::F16));
}

#[test]
fn a_person_is_told_how_long_a_prompt_is() {
    let encoders = Model::open("sd1").load();
    let long = "sky ".repeat(80);
    let plainly = encoders.length(&long, Reading::Plain);
    assert!(plainly.tokens > plainly.room && plainly.room == 75, "{plainly:?}");
    let weighted = encoders.length(&long, Reading::Weighted);
    assert!(weighted.tokens == plainly.tokens && weighted.room > weighted.tokens, "{weighted:?}");
    assert_eq!(encoders.length("", Reading::Weighted), PromptLength { tokens: 0, room: 75 });
    let broken = encoders.length("sky BREAK sky", Reading::Weighted);
    assert!(broken.room == 150 && broken.tokens > 75 && broken.tokens < 80, "{broken:?}");
}
