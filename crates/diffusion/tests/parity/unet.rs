//! The UNet as a whole, in the shapes of the families that it must carry.

use underpaint_diffusion::unet::{AddedConditions, UNet2DConditionModel, UNetConfig, UNetContext, UNetInputs};

use crate::fixture::Fixture;

fn load(fixture: &Fixture) -> UNet2DConditionModel {
    let config = UNetConfig::from_json(&fixture.config()).unwrap();
    UNet2DConditionModel::load(&config, fixture, "", &fixture.placement).unwrap()
}

fn added(fixture: &Fixture, case: &str) -> Option<AddedConditions> {
    let has = unet_has_added(fixture);
    has.then(|| AddedConditions {
        text_embeds: fixture.tensor(case, "text_embeds"),
        time_ids: fixture.tensor(case, "time_ids"),
    })
}

fn unet_has_added(fixture: &Fixture) -> bool {
    UNetConfig::from_json(&fixture.config()).unwrap().text_time.is_some()
}

/// Both ways to run it: with the text's hidden states, and with the context that was made of them once.
fn check(name: &str) {
    let fixture = Fixture::open(name);
    let unet = load(&fixture);
    for case in fixture.cases() {
        let (sample, timesteps) = (fixture.tensor(&case, "sample"), fixture.tensor(&case, "timesteps"));
        let context = unet.context(fixture.tensor(&case, "hidden")).unwrap();
        let inputs = UNetInputs { added: added(&fixture, &case), ..UNetInputs::new(&context) };
        fixture.check(&case, "output", unet.forward_with(sample, timesteps, &inputs).unwrap());
        let (sample, timesteps) = (fixture.tensor(&case, "sample"), fixture.tensor(&case, "timesteps"));
        let bare = unet.forward(sample, timesteps, fixture.tensor(&case, "hidden"));
        match inputs.added {
            None => fixture.check(&case, "output", bare.unwrap()),
            Some(_) => assert!(bare.unwrap_err().to_string().contains("pooled")),
        }
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

#[test]
fn a_network_like_sdxl_takes_a_pooled_text_and_the_pictures_size() {
    check("unet_sdxl");
}

#[test]
fn a_network_like_the_refiner_of_sdxl_takes_five_numbers() {
    check("unet_refiner");
}

#[test]
fn a_network_like_bk_sdm_tiny_has_attention_everywhere_and_no_middle() {
    check("unet_bk_sdm");
}

#[test]
fn transformer_layers_that_differ_on_the_way_up_and_a_plain_middle_agree() {
    check("unet_asymmetric");
}

#[test]
fn a_network_for_inpainting_takes_nine_channels_and_attention_may_be_to_the_text_alone() {
    check("unet_inpainting");
}

#[test]
fn a_network_whose_blocks_are_told_of_the_text_as_a_whole_agrees() {
    check("unet_pooled_text");
}

#[test]
fn a_network_whose_time_scales_as_well_as_shifts_agrees() {
    check("unet_scale_shift");
}

#[test]
fn the_text_as_a_whole_of_several_prompts_is_that_of_their_batch() {
    let fixture = Fixture::open("unet_pooled_text");
    let unet = load(&fixture);
    let hidden = fixture.tensor::<3>("case0", "hidden");
    let rows: Vec<_> = (0..2).map(|row| unet.context(hidden.clone().narrow(0, row, 1)).unwrap()).collect();
    let context = UNetContext::batch(&[&rows[0], &rows[1]]).unwrap();
    let (sample, timesteps) = (fixture.tensor("case0", "sample"), fixture.tensor("case0", "timesteps"));
    let output = unet.forward_with(sample, timesteps, &UNetInputs::new(&context)).unwrap();
    fixture.check("case0", "output", output);
}

#[test]
fn contexts_of_several_prompts_make_the_context_of_a_batch() {
    let fixture = Fixture::open("unet_sdxl");
    let unet = load(&fixture);
    let hidden = fixture.tensor::<3>("case1", "hidden");
    let rows: Vec<_> = (0..2).map(|row| unet.context(hidden.clone().narrow(0, row, 1)).unwrap()).collect();
    let context = UNetContext::batch(&[&rows[0], &rows[1]]).unwrap();
    let inputs = UNetInputs { added: added(&fixture, "case1"), ..UNetInputs::new(&context) };
    let (sample, timesteps) = (fixture.tensor("case1", "sample"), fixture.tensor("case1", "timesteps"));
    fixture.check("case1", "output", unet.forward_with(sample, timesteps, &inputs).unwrap());
    let short = unet.context(hidden.narrow(0, 0, 1).narrow(1, 0, 2)).unwrap();
    assert!(UNetContext::batch(&[&rows[0], &short]).is_err());
    assert!(UNetContext::batch(&[]).is_err());
}

#[test]
fn conditions_of_another_width_and_texts_of_another_encoder_are_errors() {
    let fixture = Fixture::open("unet_sdxl");
    let unet = load(&fixture);
    let device = &fixture.device;
    let context = unet.context(fixture.tensor("case0", "hidden")).unwrap();
    for (text_width, ids) in [(9, 6), (10, 5), (46, 0)] {
        let added = AddedConditions {
            text_embeds: burn::tensor::Tensor::zeros([2, text_width], device),
            time_ids: burn::tensor::Tensor::zeros([2, ids.max(1)], device),
        };
        let inputs = UNetInputs { added: Some(added), ..UNetInputs::new(&context) };
        let (sample, timesteps) = (fixture.tensor("case0", "sample"), fixture.tensor("case0", "timesteps"));
        assert!(unet.forward_with(sample, timesteps, &inputs).is_err());
    }
    assert!(unet.context(burn::tensor::Tensor::zeros([1, 4, 13], device)).unwrap_err().to_string().contains("13"));
}

#[test]
fn one_text_serves_a_whole_batch_and_three_do_not_serve_two() {
    let fixture = Fixture::open("unet_sd1");
    let unet = load(&fixture);
    let sample = || fixture.tensor::<4>("case1", "sample");
    let timesteps = || burn::tensor::Tensor::<1>::from_floats([321.0], &fixture.device);
    let hidden = fixture.tensor::<3>("case1", "hidden").narrow(0, 0, 1);
    let run = |hidden: burn::tensor::Tensor<3>| {
        let context = unet.context(hidden).unwrap();
        unet.forward_with(sample(), timesteps(), &UNetInputs::new(&context))
    };
    let difference = run(hidden.clone()).unwrap() - run(hidden.clone().repeat_dim(0, 2)).unwrap();
    let difference: f32 = difference.abs().max().into_scalar();
    assert!(difference < 1e-5, "{difference}");
    assert!(run(hidden.clone().repeat_dim(0, 3)).is_err());
    let bare = unet.forward(sample(), timesteps().repeat_dim(0, 3), hidden.repeat_dim(0, 2));
    assert!(bare.unwrap_err().to_string().contains("timesteps"));
}
