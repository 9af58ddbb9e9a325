//! The text encoder.

use underpaint_diffusion::clip::{ClipTextConfig, ClipTextModel};
use underpaint_diffusion::source::Weights;

use crate::fixture::{Fixture, Renamed};

fn check(fixture: &Fixture, weights: &dyn Weights, prefix: &str) {
    let config = ClipTextConfig::from_json(&fixture.config()).unwrap();
    let model = ClipTextModel::load(&config, weights, prefix, &fixture.placement).unwrap();
    for case in fixture.cases() {
        fixture.check(&case, "output", model.forward(&fixture.texts(&case, "ids")).unwrap().last);
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
