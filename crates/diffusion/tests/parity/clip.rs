//! The text encoder.

use underpaint_diffusion::clip::{ClipTextConfig, ClipTextModel};
use underpaint_diffusion::source::Weights;

use crate::fixture::{Fixture, Renamed};

fn check(fixture: &Fixture, weights: &dyn Weights, prefix: &str) {
    let config = ClipTextConfig::from_json(&fixture.config()).unwrap();
    let model = ClipTextModel::load(&config, weights, prefix, &fixture.placement).unwrap();
    for case in fixture.cases() {
        fixture.check(&case, "output", model.forward(fixture.ids(&case, "ids")));
    }
}

#[test]
fn the_first_clip_agrees_with_its_approximate_gelu_and_an_odd_number_of_heads() {
    let fixture = Fixture::open("clip_quick_gelu");
    check(&fixture, &fixture, "");
}

#[test]
fn the_later_clip_agrees_with_the_exact_gelu_and_names_without_a_prefix() {
    let fixture = Fixture::open("clip_gelu");
    check(&fixture, &fixture, "");
}

#[test]
fn a_prefix_before_all_names_is_respected() {
    let fixture = Fixture::open("clip_gelu");
    let weights = Renamed { weights: &fixture, rename: |name: &str| name.strip_prefix("inner.").map(str::to_owned) };
    check(&fixture, &weights, "inner");
}

#[test]
fn tokens_past_the_longest_text_are_left_out() {
    let fixture = Fixture::open("clip_gelu");
    let config = ClipTextConfig::from_json(&fixture.config()).unwrap();
    let model = ClipTextModel::load(&config, &fixture, "", &fixture.placement).unwrap();
    let ids = fixture.ids("padded", "ids");
    let longer = burn::tensor::Tensor::cat(vec![ids.clone(), ids], 1);
    fixture.check("padded", "output", model.forward(longer));
}
