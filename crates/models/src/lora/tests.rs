use safetensors::tensor::{TensorView, serialize};

use super::*;
use crate::MemoryStore;

/// A file of tensors with the given names and shapes, all values 0.5; alphas are single numbers of 4.
fn file(tensors: &[(&str, &[usize])]) -> MemoryStore {
    with_metadata(tensors, None)
}

fn with_metadata(tensors: &[(&str, &[usize])], metadata: Option<&str>) -> MemoryStore {
    let bytes: Vec<Vec<u8>> = tensors
        .iter()
        .map(|(name, shape)| {
            let value: f32 = if name.ends_with("alpha") { 4.0 } else { 0.5 };
            value.to_le_bytes().repeat(shape.iter().product())
        })
        .collect();
    let views = tensors.iter().zip(&bytes).map(|((name, shape), bytes)| {
        ((*name).to_owned(), TensorView::new(Dtype::F32, shape.to_vec(), bytes).unwrap())
    });
    let metadata = metadata.map(|text| HashMap::from([("lora_adapter_metadata".to_owned(), text.to_owned())]));
    let mut store = MemoryStore::new();
    store.insert("a.safetensors", serialize(views, metadata).unwrap());
    store
}

/// The weights of a small UNet like that of SDXL in its kinds of blocks, and of a text encoder.
fn model() -> BTreeMap<String, Vec<(String, Vec<usize>)>> {
    let mut unet = vec![("conv_in.weight".to_owned(), vec![8, 4, 3, 3])];
    let mut module = |name: &str, shape: &[usize]| unet.push((format!("{name}.weight"), shape.to_vec()));
    for (side, blocks, layers) in [("down_blocks", 3, 2), ("up_blocks", 3, 3)] {
        for block in 0..blocks {
            for layer in 0..layers {
                module(&format!("{side}.{block}.resnets.{layer}.conv1"), &[8, 8, 3, 3]);
                if (block == 0) != (side == "down_blocks") || block == 1 {
                    module(&format!("{side}.{block}.attentions.{layer}.proj_in"), &[8, 8]);
                    module(&format!("{side}.{block}.attentions.{layer}.transformer_blocks.1.attn1.to_q"), &[8, 8]);
                    module(&format!("{side}.{block}.attentions.{layer}.transformer_blocks.1.attn1.to_out.0"), &[8, 8]);
                }
            }
            if block < 2 {
                module(&format!("{side}.{block}.{}samplers.0.conv", side.trim_end_matches("_blocks")), &[8, 8, 3, 3]);
            }
        }
    }
    module("mid_block.attentions.0.proj_in", &[8, 8]);
    module("mid_block.resnets.1.conv1", &[8, 8, 3, 3]);
    module("add_embedding.linear_1", &[8, 8]);
    let text = vec![("text_model.encoder.layers.0.self_attn.q_proj.weight".to_owned(), vec![8, 8])];
    BTreeMap::from([("unet".to_owned(), unet), ("text_encoder".to_owned(), text)])
}

/// Which weight a module's name leads to.
fn target(down: &str, up: &str) -> Result<String, ModelError> {
    let store = file(&[(down, &[2, 8]), (up, &[8, 2])]);
    let resolved = LoraFile::open(&store, "a.safetensors")?.resolve(&store, &model())?;
    Ok(format!("{}: {}", resolved.tensors[0].component, resolved.tensors[0].tensor))
}

#[test]
fn every_way_of_writing_a_name_leads_to_the_weight() {
    let to_q = "down_blocks.1.attentions.0.transformer_blocks.1.attn1.to_q";
    let flat = to_q.replace('.', "_");
    let old = to_q.replace("attn1.", "attn1.processor.");
    for (down, up) in [
        (format!("unet.{to_q}.lora_A.weight"), format!("unet.{to_q}.lora_B.weight")),
        (format!("{to_q}.lora_A.weight"), format!("{to_q}.lora_B.weight")),
        (format!("unet.{to_q}.lora.down.weight"), format!("unet.{to_q}.lora.up.weight")),
        (format!("unet.{old}_lora.down.weight"), format!("unet.{old}_lora.up.weight")),
        (format!("{old}_lora.down.weight"), format!("{old}_lora.up.weight")),
        (format!("lora_unet_{flat}.lora_down.weight"), format!("lora_unet_{flat}.lora_up.weight")),
        (
            format!("base_model.model.{to_q}.lora_A.default.weight"),
            format!("base_model.model.{to_q}.lora_B.default.weight"),
        ),
        (
            "lora_unet_input_blocks_4_1_transformer_blocks_1_attn1_to_q.lora_down.weight".to_owned(),
            "lora_unet_input_blocks_4_1_transformer_blocks_1_attn1_to_q.lora_up.weight".to_owned(),
        ),
        (format!("model.diffusion_model.{to_q}.lora_A.weight"), format!("model.diffusion_model.{to_q}.lora_B.weight")),
        (
            "diffusion_model.input_blocks.4.1.transformer_blocks.1.attn1.to_q.lora_down.weight".to_owned(),
            "diffusion_model.input_blocks.4.1.transformer_blocks.1.attn1.to_q.lora_up.weight".to_owned(),
        ),
    ] {
        assert_eq!(target(&down, &up).unwrap(), format!("unet: {to_q}.weight"), "{down}");
    }
    let out = "unet.up_blocks.0.attentions.2.transformer_blocks.1.attn1.processor.to_out_lora";
    let found = target(&format!("{out}.down.weight"), &format!("{out}.up.weight")).unwrap();
    assert_eq!(found, "unet: up_blocks.0.attentions.2.transformer_blocks.1.attn1.to_out.0.weight");
    let text = "text_encoder: text_model.encoder.layers.0.self_attn.q_proj.weight";
    for stem in [
        "lora_te_text_model_encoder_layers_0_self_attn_q_proj.lora_",
        "lora_te1_text_model_encoder_layers_0_self_attn_q_proj.lora_",
        "text_encoder.text_model.encoder.layers.0.self_attn.q_proj.lora_linear_layer.",
        "text_encoder.text_model.encoder.layers.0.self_attn.to_q_lora.",
        "text_encoder.encoder.layers.0.self_attn.q_proj.lora.",
        "base_model.model.text_model.encoder.layers.0.self_attn.q_proj.lora.",
    ] {
        assert_eq!(target(&format!("{stem}down.weight"), &format!("{stem}up.weight")).unwrap(), text, "{stem}");
    }
}

#[test]
fn the_blocks_of_the_original_unet_are_found_where_they_stand_in_its_lists() {
    for (original, name) in [
        ("input_blocks_5_1_proj_in", "down_blocks.1.attentions.1.proj_in"),
        ("middle_block_1_proj_in", "mid_block.attentions.0.proj_in"),
        ("output_blocks_0_1_proj_in", "up_blocks.0.attentions.0.proj_in"),
        ("output_blocks_5_1_proj_in", "up_blocks.1.attentions.2.proj_in"),
        ("label_emb_0_0", "add_embedding.linear_1"),
    ] {
        let found =
            target(&format!("lora_unet_{original}.lora_down.weight"), &format!("lora_unet_{original}.lora_up.weight"));
        assert_eq!(found.unwrap(), format!("unet: {name}.weight"), "{original}");
    }
    for (original, name) in [
        ("input_blocks_3_0_op", "down_blocks.0.downsamplers.0.conv"),
        ("input_blocks_7_0_in_layers_2", "down_blocks.2.resnets.0.conv1"),
        ("middle_block_2_in_layers_2", "mid_block.resnets.1.conv1"),
        ("output_blocks_2_2_conv", "up_blocks.0.upsamplers.0.conv"),
        ("output_blocks_8_0_in_layers_2", "up_blocks.2.resnets.2.conv1"),
    ] {
        let (down, up) =
            (format!("lora_unet_{original}.lora_down.weight"), format!("lora_unet_{original}.lora_up.weight"));
        let store = file(&[(&down, &[2, 8, 3, 3]), (&up, &[8, 2, 1, 1])]);
        let resolved = LoraFile::open(&store, "a.safetensors").unwrap().resolve(&store, &model()).unwrap();
        assert_eq!(resolved.tensors[0].tensor, format!("{name}.weight"), "{original}");
    }
}

#[test]
fn alpha_is_divided_by_the_rank_and_taken_from_the_settings_where_no_tensor_gives_it() {
    let stem = "unet.mid_block.attentions.0.proj_in";
    let (down, up) = (format!("{stem}.lora_A.weight"), format!("{stem}.lora_B.weight"));
    let plain: [(&str, &[usize]); 2] = [(&down, &[2, 8]), (&up, &[8, 2])];
    let scale = |store: &MemoryStore| {
        let file = LoraFile::open(store, "a.safetensors").unwrap();
        file.resolve(store, &model()).unwrap().tensors[0].scale
    };
    assert_eq!(scale(&file(&plain)), 1.0);
    let alpha = format!("{stem}.alpha");
    let [first, second] = plain;
    assert_eq!(scale(&file(&[first, second, (&alpha, &[])])), 2.0);
    assert_eq!(scale(&with_metadata(&plain, Some(r#"{"unet.lora_alpha": 6, "unet.r": 2}"#))), 3.0);
    let pattern = r#"{"unet.lora_alpha": 6, "unet.alpha_pattern": {"attentions.0.proj_in": 1}}"#;
    assert_eq!(scale(&with_metadata(&plain, Some(pattern))), 0.5);
    let root = r#"{"unet.lora_alpha": 2, "unet.use_rslora": true}"#;
    assert!((scale(&with_metadata(&plain, Some(root))) - 2.0_f32.sqrt()).abs() < 1e-6);
    let dora = with_metadata(&plain, Some(r#"{"unet.use_dora": true}"#));
    assert!(LoraFile::open(&dora, "a.safetensors").unwrap_err().to_string().contains("use_dora"));

    let wrapped = stem.replace("unet.", "base_model.model.");
    let (down, up) = (format!("{wrapped}.lora_A.weight"), format!("{wrapped}.lora_B.weight"));
    let mut store = file(&[(&down, &[2, 8]), (&up, &[8, 2])]);
    store.insert("adapter_config.json", br#"{"peft_type": "LORA", "lora_alpha": 8, "r": 2}"#.to_vec());
    assert_eq!(scale(&store), 4.0);
}

#[test]
fn other_kinds_of_adaptations_are_refused_by_name() {
    for (tensor, kind) in [
        ("lora_unet_mid_block_attentions_0_proj_in.hada_w1_a", "LoHa"),
        ("lora_unet_mid_block_attentions_0_proj_in.lokr_w1", "LoKr"),
        ("lora_unet_mid_block_attentions_0_proj_in.dora_scale", "DoRA"),
        ("lora_unet_mid_block_attentions_0_proj_in.lora_mid.weight", "middle matrix"),
        ("lora_unet_mid_block_attentions_0_proj_in.on_input", "IA3"),
        ("lora_unet_mid_block_attentions_0_proj_in.diff", "difference"),
        ("unet.mid_block.attentions.0.proj_in.lora_B.bias", "bias"),
        ("unet.mid_block.attentions.0.proj_in.weight", "not that of a LoRA"),
    ] {
        let error = LoraFile::open(&file(&[(tensor, &[8, 8])]), "a.safetensors").unwrap_err().to_string();
        assert!(error.contains(kind) && error.contains(tensor) && error.contains("a.safetensors"), "{error}");
    }
}

#[test]
fn a_lora_for_another_family_is_refused_and_one_with_more_blocks_is_told() {
    let (down, up) = (
        "lora_unet_mid_block_attentions_0_proj_in.lora_down.weight",
        "lora_unet_mid_block_attentions_0_proj_in.lora_up.weight",
    );
    for (down_shape, up_shape) in [([2, 9], [8, 2]), ([2, 8], [9, 2]), ([2, 8], [8, 3]), ([0, 8], [8, 0])] {
        let store = file(&[(down, &down_shape), (up, &up_shape)]);
        let lora = LoraFile::open(&store, "a.safetensors");
        let error = lora.and_then(|lora| lora.resolve(&store, &model())).unwrap_err().to_string();
        assert!(error.contains(down) && error.contains("a.safetensors"), "{error}");
    }
    let (other_down, other_up) =
        ("lora_te2_text_projection.lora_down.weight", "lora_te2_text_projection.lora_up.weight");
    let store = file(&[(down, &[2, 8, 1, 1]), (up, &[8, 2, 1, 1]), (other_down, &[2, 8]), (other_up, &[8, 2])]);
    let lora = LoraFile::open(&store, "a.safetensors").unwrap();
    assert_eq!(lora.components(), ["text_encoder_2", "unet"]);
    let resolved = lora.resolve(&store, &model()).unwrap();
    assert_eq!((resolved.tensors.len(), resolved.left_out.as_slice()), (1, &[other_down.to_owned()][..]));
    let store = file(&[(other_down, &[2, 8]), (other_up, &[8, 2])]);
    let error = LoraFile::open(&store, "a.safetensors").unwrap().resolve(&store, &model()).unwrap_err();
    assert!(error.to_string().contains("another family"), "{error}");
}

#[test]
fn halves_pickles_and_files_without_a_lora_are_errors() {
    let stem = "unet.mid_block.attentions.0.proj_in";
    for half in ["lora_A", "lora_B"] {
        let name = format!("{stem}.{half}.weight");
        let error = LoraFile::open(&file(&[(&name, &[2, 8])]), "a.safetensors").unwrap_err().to_string();
        assert!(error.contains(&name) && error.contains("partner"), "{error}");
    }
    let alone = format!("{stem}.alpha");
    assert!(LoraFile::open(&file(&[(&alone, &[])]), "a.safetensors").is_err());
    let mut store = MemoryStore::new();
    store.insert("a.ckpt", b"anything".to_vec());
    store.insert("b.safetensors", b"PK\x03\x04 and so on".to_vec());
    for path in ["a.ckpt", "b.safetensors"] {
        assert!(LoraFile::open(&store, path).unwrap_err().to_string().contains("pickle"), "{path}");
    }
}
