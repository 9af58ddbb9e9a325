//! The text encoder.

use underpaint_diffusion::clip::{ClipTextConfig, ClipTextModel, TokenVector, Tokens};
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

#[test]
fn every_hidden_state_and_the_projected_summary_agree_by_both_rules() {
    for name in ["clip_projected", "clip_legacy"] {
        let fixture = Fixture::open(&format!("../prompt/{name}"));
        let mut config = ClipTextConfig::from_json(&fixture.config()).unwrap();
        config.is_projected = true;
        let model = ClipTextModel::load(&config, &fixture, "", &fixture.placement).unwrap();
        assert_eq!(model.hidden_states(), 3);
        let found = model.forward(&fixture.texts("case", "ids")).unwrap();
        for (idx, hidden) in found.hidden_states.into_iter().enumerate() {
            fixture.check("case", &format!("hidden{idx}"), hidden);
        }
        fixture.check("case", "last", found.last);
        fixture.check("case", "projected", found.projected.unwrap());
    }
}

#[test]
fn texts_that_cannot_be_read_are_refused() {
    let fixture = Fixture::open("clip_gelu");
    let config = ClipTextConfig::from_json(&fixture.config()).unwrap();
    let model = ClipTextModel::load(&config, &fixture, "", &fixture.placement).unwrap();
    let problem = |texts: &[Tokens]| model.forward(texts).unwrap_err().to_string();
    let text = |ids: &[u32]| Tokens::new(ids.to_vec());
    let vector = |width: usize| TokenVector { position: 1, values: vec![0.0; width].into() };
    assert!(problem(&[]).contains("at least one"));
    assert!(problem(&[text(&[])]).contains("at least one"));
    assert!(problem(&[text(&[1, 2]), text(&[1])]).contains("same number"));
    assert!(problem(&[text(&[0; 13])]).contains("13 tokens"));
    assert!(problem(&[text(&[1, 40])]).contains("id 40"));
    assert!(problem(&[text(&[1, u32::MAX])]).contains("vocabulary"));
    assert!(problem(&[Tokens { vectors: vec![vector(15)], ..text(&[1, 2]) }]).contains("15 values"));
    assert!(model.forward(&[Tokens { vectors: vec![vector(16)], ..text(&[1, 99]) }]).is_ok());
}
