//! Checkpoints in the original layout against the diffusers folders that they were made from
//! (`tests/parity/make_single_files.py`): every name, shape and value, and every key that tensors tell.

#![expect(clippy::unwrap_used, reason = "a test may stop where a fixture is not what it should be")]

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use underpaint_models::{FolderStore, MemoryStore, ModelError, ModelStore, OpenModel, TensorSet, sha256_hex};

fn fixtures() -> PathBuf {
    let usual = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/single_file");
    env::var_os("UNDERPAINT_SINGLE_FILES").map_or(usual, PathBuf::from)
}

fn expected(name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(fixtures().join(format!("{name}.json"))).unwrap()).unwrap()
}

/// The fixture alone, without what lies beside it.
fn store(name: &str) -> MemoryStore {
    let mut store = MemoryStore::new();
    let path = format!("{name}.safetensors");
    store.insert(path.clone(), std::fs::read(fixtures().join(path)).unwrap());
    store
}

/// A fixture with other names; a tensor whose new name is empty is left out.
fn renamed(name: &str, rename: impl Fn(&str) -> String) -> MemoryStore {
    let path = format!("{name}.safetensors");
    let bytes = std::fs::read(fixtures().join(&path)).unwrap();
    let (length, rest) = bytes.split_at(8);
    let (header, data) = rest.split_at(u64::from_le_bytes(length.try_into().unwrap()) as usize);
    let header: serde_json::Map<String, Value> = serde_json::from_slice(header).unwrap();
    let (mut new_header, mut new_data) = (serde_json::Map::new(), Vec::new());
    for (name, mut entry) in header {
        let new = rename(&name);
        if name == "__metadata__" || new.is_empty() {
            continue;
        }
        let place = |idx: usize| entry["data_offsets"][idx].as_u64().unwrap() as usize;
        let values = &data[place(0)..place(1)];
        let start = new_data.len();
        new_data.extend_from_slice(values);
        entry["data_offsets"] = json!([start, new_data.len()]);
        new_header.insert(new, entry);
    }
    let header = Value::Object(new_header).to_string().into_bytes();
    let mut store = MemoryStore::new();
    store.insert(path, [&(header.len() as u64).to_le_bytes()[..], &header, &new_data].concat());
    store
}

fn compare(what: &str, weights: &dyn TensorSet, config: &str, expected: &Value) {
    let mut text = String::new();
    let mut found = BTreeMap::new();
    for name in weights.names() {
        let values = weights.read_f32(&name).unwrap();
        let shape = weights.shape(&name).unwrap();
        assert_eq!(values.len(), shape.iter().product::<usize>(), "{what} {name}");
        let bytes: Vec<u8> = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        let digest = sha256_hex(&bytes);
        text.push_str(&format!("{name} {shape:?} {digest}\n"));
        found.insert(name, json!([shape, digest]));
    }
    if let Some(tensors) = expected["tensors"].as_object() {
        for (name, tensor) in tensors {
            assert_eq!(found.get(name), Some(tensor), "{what} {name}");
        }
    }
    assert_eq!(found.len(), expected["count"], "{what}: {:?}", found.keys());
    assert_eq!(sha256_hex(text.as_bytes()), expected["digest"].as_str().unwrap(), "{what}");

    let config: Value = serde_json::from_str(config).unwrap();
    for (key, value) in expected["config"].as_object().unwrap() {
        let default = if key == "mid_block_type" && config.get(key).is_none() {
            json!("UNetMidBlock2DCrossAttn")
        } else {
            Value::Null
        };
        let found = config.get(key).unwrap_or(&default);
        // One number a block may be written as one for all.
        let is_same = found == value || value.as_array().is_some_and(|list| list.iter().all(|item| item == found));
        assert!(is_same, "{what} {key}: {found} is not {value}");
    }
}

#[test]
fn every_tensor_of_every_family_is_found_under_its_new_name_with_its_values() {
    for name in ["sd1", "sd1_inpaint_uneven", "lcm", "sd2", "sdxl"] {
        let store = store(name);
        let model = OpenModel::open(&store, Some(&format!("{name}.safetensors"))).unwrap();
        let expected = expected(name);
        for (component, expected) in expected.as_object().unwrap() {
            let config = model.text(&format!("{component}/config.json")).unwrap().unwrap();
            compare(&format!("{name} {component}"), &*model.weights(component).unwrap(), &config, expected);
        }
        assert_eq!(model.components().len(), expected.as_object().unwrap().len(), "{name}");
    }
}

#[test]
fn the_class_and_the_scheduler_follow_from_the_family() {
    for (name, class, scheduler, prediction) in [
        ("sd1", "StableDiffusionPipeline", "PNDMScheduler", "epsilon"),
        ("sd1_inpaint_uneven", "StableDiffusionInpaintPipeline", "PNDMScheduler", "v_prediction"),
        ("lcm", "LatentConsistencyModelPipeline", "LCMScheduler", "epsilon"),
        ("sd2", "StableDiffusionPipeline", "DDIMScheduler", "epsilon"),
        ("sdxl", "StableDiffusionXLPipeline", "EulerDiscreteScheduler", "epsilon"),
    ] {
        let store = store(name);
        // The only file of a folder needs no naming.
        let model = OpenModel::open(&store, None).unwrap();
        let index: Value = serde_json::from_str(&model.text("model_index.json").unwrap().unwrap()).unwrap();
        assert_eq!((model.class(), &index["_class_name"]), (class, &json!(class)), "{name}");
        assert_eq!(index["scheduler"], json!(["diffusers", scheduler]), "{name}");
        assert_eq!(index["unet"], json!(["diffusers", "UNet2DConditionModel"]), "{name}");
        let text = model.text("scheduler/scheduler_config.json").unwrap().unwrap();
        let config: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(
            (&config["_class_name"], &config["prediction_type"]),
            (&json!(scheduler), &json!(prediction)),
            "{name}"
        );
    }
}

#[test]
fn a_configuration_beside_the_file_says_what_no_tensor_says() {
    let mut store = store("sd2");
    store.insert("sd2.yaml", b"model:\n  params:\n    parameterization: \"v\"\n    num_head_channels: 4\n".to_vec());
    let config = |store: &MemoryStore, path: &str| -> Value {
        serde_json::from_str(&OpenModel::open(store, Some("sd2.safetensors")).unwrap().text(path).unwrap().unwrap())
            .unwrap()
    };
    assert_eq!(config(&store, "scheduler/scheduler_config.json")["prediction_type"], "v_prediction");
    let heads = config(&store, "unet/config.json")["attention_head_dim"].clone();
    assert_ne!(heads, json!([1, 1]));
    // diffusers' own configuration is taken where it fits the tensors, and is not where it does not.
    let mut beside = config(&store, "unet/config.json");
    beside["norm_num_groups"] = json!(4);
    store.insert("unet/config.json", beside.to_string().into_bytes());
    assert_eq!(config(&store, "unet/config.json")["norm_num_groups"], 4);
    beside["cross_attention_dim"] = json!(768);
    store.insert("unet/config.json", beside.to_string().into_bytes());
    assert_eq!(config(&store, "unet/config.json")["norm_num_groups"], 32);
}

#[test]
fn the_tokenizer_is_the_one_beside_the_file_or_else_clips_where_that_fits() {
    let mut store = store("sdxl");
    let open = |store: &MemoryStore, path: &str| OpenModel::open(store, Some("sdxl.safetensors")).unwrap().text(path);
    let message = open(&store, "tokenizer/vocab.json").unwrap_err().to_string();
    assert!(message.contains("100 tokens") && message.contains("sdxl.safetensors"), "{message}");
    store.insert("vocab.json", b"{\"a\": 0}".to_vec());
    store.insert("merges.txt", b"#version".to_vec());
    for folder in ["tokenizer", "tokenizer_2"] {
        assert_eq!(open(&store, &format!("{folder}/vocab.json")).unwrap().unwrap(), "{\"a\": 0}");
    }
    let pad = |path: &str| {
        let config: Value = serde_json::from_str(&open(&store, path).unwrap().unwrap()).unwrap();
        (config["pad_token"].clone(), config["model_max_length"].clone())
    };
    assert_eq!(pad("tokenizer/tokenizer_config.json"), (json!("<|endoftext|>"), json!(9)));
    assert_eq!(pad("tokenizer_2/tokenizer_config.json"), (json!("!"), json!(9)));
    assert_eq!(open(&store, "tokenizer_3/vocab.json").unwrap(), None);
    assert_eq!(open(&store, "safety_checker/config.json").unwrap(), None);
}

#[test]
fn a_tiny_autoencoder_is_read_from_its_authors_pair_of_files() {
    let mut store = MemoryStore::new();
    let [encoder, decoder] = ["taesd_encoder.safetensors", "taesd_decoder.safetensors"];
    let expected = expected("taesd");
    store.insert(encoder, std::fs::read(fixtures().join(encoder)).unwrap());
    let message = OpenModel::open_vae(&store, Some(encoder)).unwrap_err().to_string();
    assert!(message.contains(decoder), "{message}");
    store.insert(decoder, std::fs::read(fixtures().join(decoder)).unwrap());
    for entry in [Some(encoder), Some(decoder), None] {
        let vae = OpenModel::open_vae(&store, entry).unwrap();
        let config = vae.text("vae/config.json").unwrap().unwrap();
        assert!(config.contains("AutoencoderTiny"));
        compare("taesd", &*vae.weights("vae").unwrap(), &config, &expected);
        assert!(vae.weights("unet").is_err());
    }
}

#[test]
fn an_autoencoder_is_taken_out_of_a_whole_checkpoint() {
    let store = store("sdxl");
    let vae = OpenModel::open_vae(&store, Some("sdxl.safetensors")).unwrap();
    let config = vae.text("vae/config.json").unwrap().unwrap();
    compare("sdxl vae", &*vae.weights("vae").unwrap(), &config, &expected("sdxl")["vae"]);
    assert_eq!(vae.text("unet/config.json").unwrap(), None);
}

#[test]
fn cut_and_changed_checkpoints_are_errors_and_never_panics() {
    let whole = store("sd1").remove("sd1.safetensors").unwrap();
    let header = u64::from_le_bytes(whole[..8].try_into().unwrap()) as usize;
    let open = |bytes: Vec<u8>| -> Result<(), ModelError> {
        let mut store = MemoryStore::new();
        store.insert("sd1.safetensors", bytes);
        let model = OpenModel::open(&store, None)?;
        for component in model.components() {
            let weights = model.weights(&component)?;
            weights.names().iter().try_for_each(|name| weights.read_f32(name).map(|_| ()))?;
        }
        Ok(())
    };
    assert!(open(whole.clone()).is_ok());
    for end in (0..header + 8).step_by(997).chain([whole.len() - 1]) {
        let message = open(whole[..end].to_vec()).unwrap_err().to_string();
        assert!(message.contains("sd1.safetensors"), "{message}");
    }
    // A tensor that nothing has a place for is named.
    let renamed = String::from_utf8_lossy(&whole[8..header + 8]).replacen(
        "middle_block.1.norm.bias",
        "middle_block.1x.orm.bias",
        1,
    );
    let mut bytes = whole.clone();
    bytes[8..header + 8].copy_from_slice(renamed.as_bytes());
    let message = open(bytes).unwrap_err().to_string();
    assert!(message.contains("middle_block.1x.orm.bias"), "{message}");
    // Every digit of the header in turn is another one.
    for place in (8..header + 8).filter(|place| whole[*place].is_ascii_digit()).step_by(11) {
        let mut bytes = whole.clone();
        bytes[place] = if bytes[place] == b'9' { b'8' } else { bytes[place] + 1 };
        let _ = open(bytes);
    }
}

#[test]
fn a_folder_on_disk_opens_by_its_file() {
    let (store, name) = FolderStore::beside(&fixtures().join("sd1.safetensors")).unwrap();
    assert_eq!(OpenModel::open(&store, Some(&name)).unwrap().components(), ["text_encoder", "unet", "vae"]);
    // Several checkpoints in one folder: one has to be named.
    let message = OpenModel::open(&store, None).unwrap_err().to_string();
    assert!(message.contains("safetensors files; name one"), "{message}");
    assert!(store.len_bytes("sd1.safetensors").unwrap() > 1000);
}

#[test]
fn older_and_later_namings_of_the_same_model_are_read_alike() {
    let compare_encoder = |store: &MemoryStore, name: &str| {
        let model = OpenModel::open(store, None).unwrap();
        let config = model.text("text_encoder/config.json").unwrap().unwrap();
        compare(name, &*model.weights("text_encoder").unwrap(), &config, &expected(name)["text_encoder"]);
    };
    compare_encoder(&renamed("sd1", |name| name.replace("transformer.text_model.", "transformer.")), "sd1");
    compare_encoder(
        &renamed("sd2", |name| name.replace("cond_stage_model.model.", "conditioner.embedders.0.model.")),
        "sd2",
    );
    // A layer's projection instead of a bare matrix is not turned over.
    let store = renamed("sdxl", |name| name.replace("text_projection", "text_projection.weight"));
    let model = OpenModel::open(&store, None).unwrap();
    let weights = model.weights("text_encoder_2").unwrap();
    assert_eq!(weights.shape("text_projection.weight").unwrap(), [32, 20]);
    // What a consistency model embeds stays under the name of diffusers in some files.
    let store = renamed("lcm", |name| name.replace("time_embed.cond_proj", "time_embedding.cond_proj"));
    assert_eq!(OpenModel::open(&store, None).unwrap().class(), "LatentConsistencyModelPipeline");
}

#[test]
fn an_autoencoder_of_its_own_is_read_in_every_naming_and_scaled_as_the_models_own() {
    let bare = |name: &str| name.strip_prefix("first_stage_model.").unwrap_or_default().to_owned();
    // Since 2023, before, and the original code's.
    let old = |name: &str| {
        let map = |name: &str| {
            ["q", "k", "v", "proj_out", "norm"]
                .iter()
                .zip(["query", "key", "value", "proj_attn", "group_norm"])
                .fold(name.to_owned(), |name, (from, to)| {
                    name.replace(&format!("attn_1.{from}."), &format!("attn_1.{to}."))
                })
        };
        map(&bare(name)).replace("mid.attn_1", "mid_block.attentions.0")
    };
    for (title, store) in [("original", renamed("sdxl", bare)), ("old attention", renamed("sdxl", old))] {
        let vae = OpenModel::open_vae(&store, Some("sdxl.safetensors")).unwrap();
        let model_store = crate::store("sdxl");
        let model = OpenModel::open(&model_store, None).unwrap();
        assert!(!vae.text("vae/config.json").unwrap().unwrap().contains("scaling_factor"));
        let config = vae.vae_config_for(&model).unwrap().unwrap();
        compare(title, &*vae.weights("vae").unwrap(), &config, &expected("sdxl")["vae"]);
        let message = OpenModel::open(&store, None).unwrap_err().to_string();
        assert!(message.contains("--vae"), "{message}");
    }
    let no_encoder = renamed("sd1", |name| {
        bare(name).strip_prefix("decoder.").map_or_else(String::new, |it| format!("decoder.{it}"))
    });
    assert!(OpenModel::open_vae(&no_encoder, None).unwrap_err().to_string().contains("no encoder"));
}

#[test]
fn checkpoints_without_a_part_say_which() {
    for (left_out, word) in [
        ("first_stage_model.", "autoencoder"),
        ("cond_stage_model.", "without text encoder"),
        ("model.diffusion_model.output_blocks.", "not whole"),
        ("cond_stage_model.transformer.text_model.embeddings.token", "not whole"),
    ] {
        let store = renamed("sd1", |name| if name.starts_with(left_out) { String::new() } else { name.to_owned() });
        let message = OpenModel::open(&store, None).unwrap_err().to_string();
        assert!(message.starts_with("sd1.safetensors: ") && message.contains(word), "{left_out}: {message}");
    }
}
