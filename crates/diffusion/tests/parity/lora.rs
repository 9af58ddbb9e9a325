//! LoRAs in all namings, as diffusers and PEFT apply them.

use std::path::PathBuf;

use burn::tensor::Tensor;
use underpaint_diffusion::clip::{ClipTextConfig, ClipTextModel};
use underpaint_diffusion::layers::{Precision, WeightRegistry};
use underpaint_diffusion::lora::{LoraPatch, LoraPatches, LoraStack};
use underpaint_diffusion::unet::{UNet2DConditionModel, UNetConfig};
use underpaint_models::{FolderStore, LoraFile};

use crate::fixture::Fixture;

/// The weight with which every single LoRA of the fixtures was applied.
const WEIGHT: f32 = 0.8;

fn lora(model: &str, name: &str, stack: &LoraStack) -> LoraPatches {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/lora").join(model).join(name);
    let store = FolderStore::open(folder).unwrap();
    let resolved = LoraFile::open(&store, "lora.safetensors").unwrap().resolve(&store, &stack.weights()).unwrap();
    assert!(resolved.left_out.is_empty(), "{name}: {:?}", resolved.left_out);
    let patches = resolved.tensors.into_iter().map(|tensors| LoraPatch {
        component: tensors.component,
        tensor: tensors.tensor,
        source: tensors.source,
        down: tensors.down,
        down_shape: tensors.down_shape,
        up: tensors.up,
        up_shape: tensors.up_shape,
        scale: tensors.scale,
    });
    LoraPatches { file: resolved.file, patches: patches.collect() }
}

fn values<const D: usize>(tensor: Tensor<D>) -> Vec<f32> {
    tensor.into_data().try_into_vec().unwrap()
}

/// A UNet with the LoRAs that may be put into it.
struct Case {
    fixture: Fixture,
    unet: UNet2DConditionModel,
    stack: LoraStack,
}

impl Case {
    fn open(model: &str, precision: Precision) -> Self {
        let fixture = Fixture::open(&format!("../lora/{model}"));
        let registry = WeightRegistry::new();
        let placement = fixture.placement.in_precision(precision).registering(&registry);
        let config = UNetConfig::from_json(&fixture.config()).unwrap();
        let unet = UNet2DConditionModel::load(&config, &fixture, "", &placement).unwrap();
        Self { fixture, unet, stack: LoraStack::new([("unet".to_owned(), registry)]) }
    }

    fn run(&self) -> Tensor<4> {
        let input = |name: &str| self.fixture.tensor(name, "");
        let (sample, timesteps) = (input("sample"), self.fixture.tensor("timesteps", ""));
        self.unet.forward(sample, timesteps, self.fixture.tensor("hidden", "")).unwrap()
    }
}

#[test]
fn every_naming_gives_what_diffusers_and_peft_give_and_leaves_no_trace() {
    let mut case = Case::open("unet", Precision::F32);
    let before = values(case.run());
    case.fixture.check_close("none", case.run(), 1e-5);
    for name in ["diffusers", "diffusers_2023", "attention_processors", "kohya", "peft"] {
        let patches = lora("unet", name, &case.stack);
        case.stack.set(&[(&patches, WEIGHT)]).unwrap();
        case.fixture.check_close(name, case.run(), 1e-5);
        assert_ne!(values(case.run()), before);
        case.stack.set(&[]).unwrap();
        assert_eq!(values(case.run()), before, "{name}");
        assert!(!case.stack.is_applied());
    }
}

#[test]
fn two_loras_add_up_with_their_weights_and_one_can_be_exchanged() {
    let mut case = Case::open("unet", Precision::F32);
    let (first, second) = (lora("unet", "kohya", &case.stack), lora("unet", "diffusers_2023", &case.stack));
    case.stack.set(&[(&first, 0.3)]).unwrap();
    case.stack.set(&[(&first, 0.6), (&second, -0.9)]).unwrap();
    case.fixture.check_close("two", case.run(), 1e-5);
    case.stack.set(&[(&second, WEIGHT), (&first, 0.0)]).unwrap();
    case.fixture.check_close("diffusers_2023", case.run(), 1e-5);
}

#[test]
fn the_block_names_of_the_original_unet_lead_to_the_same_weights() {
    let mut case = Case::open("sdxl", Precision::F32);
    let patches = lora("sdxl", "kohya", &case.stack);
    case.stack.set(&[(&patches, 1.1)]).unwrap();
    case.fixture.check_close("kohya", case.run(), 1e-5);
}

#[test]
fn a_text_encoder_is_changed_and_restored() {
    let fixture = Fixture::open("../lora/text");
    let registry = WeightRegistry::new();
    let config = ClipTextConfig::from_json(&fixture.config()).unwrap();
    let model = ClipTextModel::load(&config, &fixture, "", &fixture.placement.registering(&registry)).unwrap();
    let mut stack = LoraStack::new([("text_encoder".to_owned(), registry)]);
    let before = values(model.forward(&fixture.texts("ids", "")).unwrap().last);
    for name in ["kohya", "diffusers"] {
        let patches = lora("text", name, &stack);
        stack.set(&[(&patches, WEIGHT)]).unwrap();
        fixture.check_close(name, model.forward(&fixture.texts("ids", "")).unwrap().last, 1e-5);
        stack.set(&[]).unwrap();
        assert_eq!(values(model.forward(&fixture.texts("ids", "")).unwrap().last), before);
    }
}

#[test]
fn a_patch_that_does_not_fit_changes_nothing() {
    let mut case = Case::open("unet", Precision::F32);
    let good = lora("unet", "kohya", &case.stack);
    case.stack.set(&[(&good, WEIGHT)]).unwrap();
    let applied = values(case.run());
    let mut bad = good.clone();
    let last = bad.patches.last_mut().unwrap();
    last.up_shape[0] += 1;
    last.up.resize(last.up_shape.iter().product(), 0.0);
    let error = case.stack.set(&[(&bad, 1.0)]).unwrap_err().to_string();
    assert!(error.contains("lora.safetensors") && error.contains(&bad.patches.last().unwrap().source), "{error}");
    bad.patches[0].tensor = "nowhere.weight".to_owned();
    assert!(case.stack.set(&[(&bad, 1.0)]).unwrap_err().to_string().contains("nowhere.weight"));
    assert!(case.stack.set(&[(&good, f32::NAN)]).is_err());
    assert_eq!(values(case.run()), applied);
}

#[test]
fn weights_in_sixteen_bits_take_a_lora_as_well() {
    let mut case = Case::open("unet", Precision::F16);
    let before = values(case.run());
    let patches = lora("unet", "kohya", &case.stack);
    case.stack.set(&[(&patches, WEIGHT)]).unwrap();
    case.fixture.check_close("kohya", case.run(), 3e-3);
    case.stack.set(&[]).unwrap();
    assert_eq!(values(case.run()), before);
}

#[test]
fn the_weights_of_a_model_that_is_gone_are_not_kept() {
    let Case { unet, mut stack, .. } = Case::open("unet", Precision::F32);
    let patches = lora("unet", "kohya", &stack);
    drop(unet);
    assert!(stack.set(&[(&patches, WEIGHT)]).is_err());
}
