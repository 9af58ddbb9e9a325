//! Control networks and adapters, alone and at work in a UNet (`tests/parity/make_control_fixtures.py`).

use burn::tensor::Tensor;
use serde_json::Value;
use underpaint_diffusion::control::{Control, ControlInputs, ControlNetModel, T2IAdapter};
use underpaint_diffusion::unet::{AddedConditions, UNet2DConditionModel, UNetConfig, UNetInputs};

use crate::fixture::Fixture;

fn config(fixture: &Fixture, part: &str) -> String {
    let configs: Value = serde_json::from_str(&fixture.config()).unwrap();
    configs[part].to_string()
}

fn unet(fixture: &Fixture) -> UNet2DConditionModel {
    let config = UNetConfig::from_json(&config(fixture, "unet")).unwrap();
    UNet2DConditionModel::load(&config, fixture, "unet", &fixture.placement).unwrap()
}

fn net(fixture: &Fixture) -> ControlNetModel {
    ControlNetModel::load(&config(fixture, "control"), fixture, "control", &fixture.placement).unwrap()
}

fn adapter(fixture: &Fixture) -> T2IAdapter {
    T2IAdapter::load(&config(fixture, "adapter"), fixture, "adapter", &fixture.placement).unwrap()
}

fn check_net(name: &str, is_xl: bool) {
    let fixture = Fixture::open(name);
    let (unet, net) = (unet(&fixture), net(&fixture));
    for case in fixture.cases() {
        let tensor = |name: &str| fixture.tensor::<4>(&case, name);
        let added = is_xl.then(|| AddedConditions {
            text_embeds: fixture.tensor(&case, "text_embeds"),
            time_ids: fixture.tensor(&case, "time_ids"),
        });
        let scale: f32 = fixture.tensor::<1>(&case, "scale").into_scalar();
        let timesteps = fixture.tensor::<1>(&case, "timesteps");
        let context = net.context(fixture.tensor(&case, "hidden")).unwrap();
        let picture = net.picture(tensor("picture")).unwrap();
        let inputs =
            ControlInputs { scale: f64::from(scale), added: added.clone(), ..ControlInputs::new(&context, &picture) };
        let residuals = net.forward(tensor("sample"), timesteps.clone(), &inputs).unwrap();
        for (place, residual) in residuals.down.iter().enumerate() {
            fixture.check(&case, &format!("down{place}"), residual.clone());
        }
        fixture.check(&case, "mid", residuals.mid.clone());

        let context = unet.context(fixture.tensor(&case, "hidden")).unwrap();
        let inputs = UNetInputs { added, residuals: Some(&residuals), ..UNetInputs::new(&context) };
        fixture.check(&case, "output", unet.forward_with(tensor("sample"), timesteps, &inputs).unwrap());
    }
}

#[test]
fn a_control_network_of_stable_diffusion_1_steers_its_unet_at_any_size() {
    check_net("control_sd1", false);
}

#[test]
fn a_control_network_of_sdxl_takes_added_conditions_and_one_picture_for_a_batch() {
    check_net("control_sdxl", true);
}

#[test]
fn a_unet_without_a_middle_block_takes_the_middles_residual() {
    check_net("control_no_mid", false);
}

fn check_adapter(name: &str) {
    let fixture = Fixture::open(name);
    let (unet, adapter) = (unet(&fixture), adapter(&fixture));
    for case in fixture.cases() {
        let scale: f32 = fixture.tensor::<1>(&case, "scale").into_scalar();
        let features = adapter.features(fixture.tensor(&case, "picture"), f64::from(scale)).unwrap();
        for (place, feature) in features.iter().enumerate() {
            fixture.check(&case, &format!("feature{place}"), feature.clone());
        }
        let context = unet.context(fixture.tensor(&case, "hidden")).unwrap();
        let inputs = UNetInputs { adapter_features: &features, ..UNetInputs::new(&context) };
        let (sample, timesteps) = (fixture.tensor(&case, "sample"), fixture.tensor(&case, "timesteps"));
        fixture.check(&case, "output", unet.forward_with(sample, timesteps, &inputs).unwrap());
    }
}

#[test]
fn a_full_adapter_adds_its_features_to_the_down_blocks_at_any_size() {
    check_adapter("adapter_full");
}

#[test]
fn a_light_adapter_has_a_feature_more_than_channels() {
    check_adapter("adapter_light");
}

#[test]
fn an_adapter_of_sdxl_begins_after_a_halving_and_ends_in_the_middle() {
    check_adapter("adapter_xl");
}

#[test]
fn the_class_in_the_configuration_decides_which_control_model_is_built() {
    let fixture = Fixture::open("control_no_mid");
    let load = |config: &str, part: &str| Control::load(config, &fixture, part, &fixture.placement);
    assert!(matches!(load(&config(&fixture, "control"), "control").unwrap(), Control::Net(_)));
    let fixture = Fixture::open("adapter_light");
    let load = |config: &str, part: &str| Control::load(config, &fixture, part, &fixture.placement);
    assert!(matches!(load(&config(&fixture, "adapter"), "adapter").unwrap(), Control::Adapter(_)));
    let message = load(r#"{"_class_name": "UNet2DConditionModel"}"#, "unet").unwrap_err().to_string();
    assert!(message.contains("UNet2DConditionModel"), "{message}");
    assert!(load("{}", "adapter").is_err());
}

#[test]
fn what_does_not_fit_together_is_an_error_and_no_panic() {
    let fixture = Fixture::open("control_sd1");
    let (unet, net) = (unet(&fixture), net(&fixture));
    let device = &fixture.device;
    let picture = |channels, height, width| net.picture(Tensor::zeros([1, channels, height, width], device));
    assert!(picture(1, 48, 32).is_err());
    let hidden = || fixture.tensor::<3>("case0", "hidden");
    let (sample, timesteps) = (fixture.tensor::<4>("case0", "sample"), fixture.tensor::<1>("case0", "timesteps"));
    let context = net.context(hidden()).unwrap();
    let small = picture(3, 40, 32).unwrap();
    let message =
        net.forward(sample.clone(), timesteps.clone(), &ControlInputs::new(&context, &small)).unwrap_err().to_string();
    assert!(message.contains("control picture"), "{message}");
    assert!(net.context(Tensor::zeros([1, 5, 13], device)).is_err());

    let fitting = picture(3, 48, 32).unwrap();
    let mut residuals =
        net.forward(sample.clone(), timesteps.clone(), &ControlInputs::new(&context, &fitting)).unwrap();
    assert!(residuals.clone().plus(residuals.clone()).is_ok());
    residuals.down.pop();
    let context = unet.context(hidden()).unwrap();
    let inputs = UNetInputs { residuals: Some(&residuals), ..UNetInputs::new(&context) };
    let message = unet.forward_with(sample.clone(), timesteps.clone(), &inputs).unwrap_err().to_string();
    assert!(message.contains("family"), "{message}");
    for features in [vec![Tensor::zeros([1, 9, 6, 4], device)], vec![Tensor::zeros([3, 8, 6, 4], device)]] {
        let inputs = UNetInputs { adapter_features: &features, ..UNetInputs::new(&context) };
        assert!(unet.forward_with(sample.clone(), timesteps.clone(), &inputs).is_err());
    }
    let message = unet.forward_with(Tensor::zeros([2, 9, 6, 4], device), timesteps, &UNetInputs::new(&context));
    assert!(message.unwrap_err().to_string().contains("9"));

    let fixture = Fixture::open("adapter_full");
    let adapter = adapter(&fixture);
    assert!(adapter.features(Tensor::zeros([1, 3, 16, 16], device), 1.0).is_err());
    assert!(adapter.features(Tensor::zeros([1, 1, 18, 16], device), 1.0).is_err());
}
