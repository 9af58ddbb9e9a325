//! What `inspect` says about models and about files of other kinds.

use std::path::{Path, PathBuf};

use underpaint_models::{Dtype, FolderStore, MemoryStore, ModelStore, inspect};

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures")
}

/// A safetensors file with tensors of zeros.
fn file(tensors: &[(&str, &[usize])]) -> Vec<u8> {
    let (mut header, mut end) = (Vec::new(), 0_usize);
    for (name, shape) in tensors {
        let start = end;
        end += 4 * shape.iter().product::<usize>();
        let dtype = Dtype::F32;
        header.push(format!(r#""{name}":{{"dtype":"{dtype}","shape":{shape:?},"data_offsets":[{start},{end}]}}"#));
    }
    let header = format!("{{{}}}", header.join(","));
    let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
    bytes.extend(header.as_bytes());
    bytes.resize(bytes.len() + end, 0);
    bytes
}

#[test]
fn a_folder_and_a_checkpoint_are_told_with_components_and_bytes() {
    let store = FolderStore::open(fixtures().join("pipeline/model")).unwrap();
    let found = inspect(&store, None).unwrap();
    let names: Vec<&str> = found.components.iter().map(|it| it.name.as_str()).collect();
    assert_eq!(names, ["text_encoder", "unet", "vae"]);
    let parameters: u64 = found.components.iter().map(|it| it.parameters).sum();
    assert_eq!((found.bytes_f32, found.bytes_f16), (4 * parameters, 2 * parameters));
    assert_eq!(found.components[1].class, "UNet2DConditionModel");
    assert_eq!(found.components[1].files, ["unet/diffusion_pytorch_model.safetensors"]);
    // The fixture has its tokenizer elsewhere.
    assert!(found.problems.iter().any(|it| it.contains("tokenizer/vocab.json")), "{:?}", found.problems);

    let (store, name) = FolderStore::beside(&fixtures().join("single_file/sdxl.safetensors")).unwrap();
    let found = inspect(&store, Some(&name)).unwrap();
    assert_eq!((found.family.as_str(), found.class.as_str()), ("Stable Diffusion XL", "StableDiffusionXLPipeline"));
    assert_eq!(found.components.len(), 4);
    assert!(found.components.iter().all(|it| it.dtypes == ["F16"] && it.files == ["sdxl.safetensors"]));
    assert_eq!(found.components.iter().map(|it| it.bytes).sum::<u64>(), found.bytes_f16);
    assert!(found.problems.is_empty());

    let (store, name) = FolderStore::beside(&fixtures().join("single_file/sd1.safetensors")).unwrap();
    let notes = inspect(&store, Some(&name)).unwrap().notes.join("; ");
    assert!(notes.contains("2 below model_ema") && notes.contains("1 below alphas_cumprod"), "{notes}");
}

#[test]
fn files_of_other_kinds_are_recognised_and_models_of_other_families_refused_by_name() {
    let recognised = |tensors: &[(&str, &[usize])]| {
        let mut store = MemoryStore::new();
        store.insert("it.safetensors", file(tensors));
        let found = inspect(&store, Some("it.safetensors")).unwrap();
        (found.family, found.problems.join("; "))
    };
    for (name, family) in [
        ("unet.down_blocks.0.attentions.0.proj_in.lora_A.weight", "a LoRA"),
        ("lora_unet_mid_block_attentions_0_proj_in.lora_down.weight", "a LoRA"),
        ("control_model.input_blocks.0.0.weight", "a ControlNet"),
        ("controlnet_cond_embedding.conv_in.weight", "a ControlNet"),
        ("<my-word>", "a textual inversion embedding"),
    ] {
        assert_eq!(recognised(&[(name, &[2, 3])]), (family.to_owned(), String::new()), "{name}");
    }
    for (name, word) in [
        ("model.diffusion_model.joint_blocks.0.context_block.attn.qkv.weight", "Stable Diffusion 3"),
        ("double_blocks.0.img_attn.qkv.weight", "Flux"),
        ("model.diffusion_model.input_blocks.0.0.weight", "without text encoder"),
        ("first_stage_model.decoder.conv_in.weight", "decoder and no encoder"),
        ("something.else", "not known here"),
    ] {
        let (family, problems) = recognised(&[(name, &[2, 4, 3, 3])]);
        assert!(format!("{family} {problems}").contains(word), "{name}: {family} {problems}");
        assert!(problems.contains("it.safetensors"), "{problems}");
    }
}

#[test]
fn folders_with_one_network_are_recognised_and_pickles_refused() {
    let mut store = MemoryStore::new();
    store.insert("config.json", br#"{"_class_name": "ControlNetModel"}"#.to_vec());
    store.insert("diffusion_pytorch_model.bin", vec![0x80, 2]);
    assert!(inspect(&store, None).unwrap_err().to_string().contains("pickle"));
    store.insert("diffusion_pytorch_model.safetensors", file(&[("a", &[2, 3])]));
    let found = inspect(&store, None).unwrap();
    assert_eq!((found.family.as_str(), found.bytes_f32), ("a ControlNet", 24));
    assert!(store.contains("config.json"));
}

#[test]
fn a_broken_component_is_told_and_the_others_are_counted() {
    let folder = FolderStore::open(fixtures().join("pipeline/model")).unwrap();
    let mut store = MemoryStore::new();
    for path in folder.files() {
        store.insert(path.clone(), folder.read(&path).unwrap().into_owned());
    }
    let path = "vae/diffusion_pytorch_model.safetensors";
    let cut = folder.read(path).unwrap()[..100].to_vec();
    store.insert(path, cut);
    let found = inspect(&store, None).unwrap();
    assert_eq!(found.components.len(), 2);
    assert!(found.problems.iter().any(|it| it.contains(path)), "{:?}", found.problems);
}
