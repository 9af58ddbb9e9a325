//! The parts that stand alone.

use underpaint_diffusion::layers::{Downsample, GroupNorm, Loader, ResnetBlock, ResnetConfig, Upsample};

use crate::fixture::Fixture;

#[test]
fn a_residual_block_with_time_shortcut_and_output_scale_is_that_of_diffusers() {
    let fixture = Fixture::open("layers");
    let config = ResnetConfig {
        inputs: 12,
        outputs: 8,
        time_width: Some(10),
        groups: 4,
        epsilon: 1e-5,
        output_scale: 1.5,
        scales_by_time: false,
    };
    let block = ResnetBlock::load(&Loader::new(&fixture, "resnet", &fixture.placement), config).unwrap();
    let time = fixture.tensor("resnet", "time");
    fixture.check("resnet", "output", block.forward(fixture.tensor("resnet", "input"), Some(&time)));
}

#[test]
fn halving_pads_both_sides_or_the_bottom_right_alone() {
    let fixture = Fixture::open("layers");
    for (name, padding) in [("down", 1), ("down_right", 0)] {
        let down = Downsample::load(&Loader::new(&fixture, name, &fixture.placement), 6, padding).unwrap();
        fixture.check(name, "output", down.forward(fixture.tensor(name, "input")));
    }
}

#[test]
fn enlarging_takes_the_double_or_any_other_size() {
    let fixture = Fixture::open("layers");
    let up = Upsample::load(&Loader::new(&fixture, "up.", &fixture.placement), 6).unwrap();
    fixture.check("up", "output", up.forward(fixture.tensor("up", "input"), [14, 18]));
    fixture.check("up", "odd", up.forward(fixture.tensor("up", "input"), [13, 17]));
}

#[test]
fn a_group_norm_keeps_its_digits_far_from_zero() {
    let fixture = Fixture::open("layers");
    let norm = GroupNorm::load(&Loader::new(&fixture, "group_norm", &fixture.placement), 3, 12, 1e-6).unwrap();
    fixture.check("group_norm", "output", norm.forward(fixture.tensor("group_norm", "input")));
}

#[test]
fn missing_and_misshapen_tensors_are_named() {
    let fixture = Fixture::open("layers");
    let missing = GroupNorm::load(&Loader::new(&fixture, "nowhere", &fixture.placement), 3, 12, 1e-6).unwrap_err();
    assert!(missing.to_string().contains("nowhere.weight"), "{missing}");
    let misshapen = Upsample::load(&Loader::new(&fixture, "up", &fixture.placement), 7).unwrap_err();
    assert!(misshapen.to_string().contains("up.conv.weight has the shape [6, 6, 3, 3]"), "{misshapen}");
    assert!(GroupNorm::load(&Loader::new(&fixture, "group_norm", &fixture.placement), 5, 12, 1e-6).is_err());
}
