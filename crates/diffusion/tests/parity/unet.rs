//! The UNet as a whole, in the shapes of the families that it must carry.

use underpaint_diffusion::unet::{UNet2DConditionModel, UNetConfig, UNetInputs};

use crate::fixture::Fixture;

fn load(fixture: &Fixture) -> UNet2DConditionModel {
    let config = UNetConfig::from_json(&fixture.config()).unwrap();
    UNet2DConditionModel::load(&config, fixture, "", &fixture.placement).unwrap()
}

/// Both ways to run it: with the text's hidden states, and with the context that was made of them once.
fn check(name: &str) {
    let fixture = Fixture::open(name);
    let unet = load(&fixture);
    for case in fixture.cases() {
        let (sample, timesteps) = (fixture.tensor(&case, "sample"), fixture.tensor(&case, "timesteps"));
        let hidden = fixture.tensor(&case, "hidden");
        let context = unet.context(hidden).unwrap();
        fixture.check(&case, "output", unet.forward_with(sample, timesteps, &UNetInputs::new(&context)).unwrap());
        let (sample, timesteps) = (fixture.tensor(&case, "sample"), fixture.tensor(&case, "timesteps"));
        fixture.check(&case, "output", unet.forward(sample, timesteps, fixture.tensor(&case, "hidden")).unwrap());
    }
}

#[test]
fn a_network_like_stable_diffusion_1_agrees_also_at_sizes_that_do_not_halve() {
    check("unet_sd1");
}

#[test]
fn a_network_like_stable_diffusion_2_agrees_with_linear_projections_and_heads_by_block() {
    check("unet_sd2");
}

#[test]
fn a_network_without_a_middle_block_agrees() {
    check("unet_no_mid");
}

#[test]
fn unusual_but_allowed_settings_agree() {
    check("unet_unusual");
}

#[test]
fn a_consistency_model_takes_its_guidance_as_an_embedding() {
    let fixture = Fixture::open("unet_lcm");
    let unet = load(&fixture);
    let context = unet.context(fixture.tensor("case0", "hidden")).unwrap();
    let scale: f32 = fixture.tensor::<1>("case0", "guidance").into_scalar();
    let guidance = unet.guidance_embedding(f64::from(scale), 2, &fixture.device);
    assert!(guidance.is_some());
    for (name, guidance) in [("output", guidance), ("unguided", None)] {
        let (sample, timesteps) = (fixture.tensor("case0", "sample"), fixture.tensor("case0", "timesteps"));
        let inputs = UNetInputs { guidance, ..UNetInputs::new(&context) };
        fixture.check("case0", name, unet.forward_with(sample, timesteps, &inputs).unwrap());
    }
}

#[test]
fn one_timestep_serves_a_whole_batch() {
    let fixture = Fixture::open("unet_sd2");
    let unet = load(&fixture);
    let run = |timesteps: Vec<f32>| {
        let timesteps = burn::tensor::Tensor::<1>::from_floats(timesteps.as_slice(), &fixture.device);
        unet.forward(fixture.tensor("case0", "sample"), timesteps, fixture.tensor("case0", "hidden")).unwrap()
    };
    let difference: f32 = (run(vec![321.0]) - run(vec![321.0, 321.0])).abs().max().into_scalar();
    assert!(difference < 1e-5, "{difference}");
}
