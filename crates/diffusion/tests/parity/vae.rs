//! Both kinds of autoencoder, in both directions.

use underpaint_diffusion::source::Weights;
use underpaint_diffusion::vae::{
    Autoencoder, AutoencoderKl, AutoencoderKlConfig, AutoencoderTiny, AutoencoderTinyConfig, MemoryPlan,
};

use crate::fixture::{Fixture, Renamed};

fn check_kl(fixture: &Fixture, weights: &dyn Weights) {
    let config = AutoencoderKlConfig::from_json(&fixture.config()).unwrap();
    let model = AutoencoderKl::load(&config, weights, "", &fixture.placement).unwrap();
    check_kl_model(fixture, &model);
    // The same in strips of a few rows: with room for what is used twice, with room for some of it, and with none.
    for (strip_bytes, kept_bytes) in [(5000, usize::MAX), (3000, 20_000), (1, 0), (2500, 0)] {
        let plan = MemoryPlan { whole_bytes: 0, strip_bytes, kept_bytes };
        check_kl_model(fixture, &model.clone().with_memory(plan));
    }
    let plan = MemoryPlan { whole_bytes: 12_000, strip_bytes: 4000, kept_bytes: 0 };
    check_kl_model(fixture, &model.with_memory(plan));
}

fn check_kl_model(fixture: &Fixture, model: &AutoencoderKl) {
    for case in fixture.cases() {
        let posterior = model.encode(fixture.tensor(&case, "image"));
        fixture.check(&case, "sample", posterior.sample(fixture.tensor(&case, "noise")));
        fixture.check(&case, "mean", posterior.mode());
        fixture.check(&case, "logvar", posterior.logvar.unwrap());
        fixture.check(&case, "decoded", model.decode(fixture.tensor(&case, "noise")));
    }
}

#[test]
fn the_usual_autoencoder_agrees() {
    let fixture = Fixture::open("vae_kl");
    check_kl(&fixture, &fixture);
}

#[test]
fn an_autoencoder_without_attention_and_pointwise_convolutions_agrees() {
    let fixture = Fixture::open("vae_kl_plain");
    check_kl(&fixture, &fixture);
}

#[test]
fn an_autoencoder_with_attention_in_its_blocks_agrees_at_sizes_that_are_odd_in_latents() {
    let fixture = Fixture::open("vae_kl_attention");
    check_kl(&fixture, &fixture);
}

#[test]
fn the_names_that_old_files_give_to_the_attention_are_read() {
    let fixture = Fixture::open("vae_kl");
    let names = [("query", "to_q"), ("key", "to_k"), ("value", "to_v"), ("proj_attn", "to_out.0")];
    let rename = |name: &str| {
        let Some((place, part)) = name.split_once("attentions.0.") else {
            return Some(name.to_owned());
        };
        let (map, tensor) = part.rsplit_once('.')?;
        let map = if map == "group_norm" { map } else { names.iter().find(|(old, _)| *old == map)?.1 };
        Some(format!("{place}attentions.0.{map}.{tensor}"))
    };
    check_kl(&fixture, &Renamed { weights: &fixture, rename });
}

#[test]
fn the_tiny_autoencoder_agrees() {
    let fixture = Fixture::open("vae_tiny");
    let config = AutoencoderTinyConfig::from_json(&fixture.config()).unwrap();
    let model = AutoencoderTiny::load(&config, &fixture, "", &fixture.placement).unwrap();
    for case in fixture.cases() {
        fixture.check(&case, "encoded", model.encode(fixture.tensor(&case, "image")));
        fixture.check(&case, "decoded", model.decode(fixture.tensor(&case, "latents")));
    }
}

#[test]
fn scale_and_shift_are_applied_once_in_each_direction() {
    let fixture = Fixture::open("vae_kl_plain");
    let model = Autoencoder::load(&fixture.config(), &fixture, "", &fixture.placement).unwrap();
    assert_eq!((model.latent_channels(), model.pixels_per_latent()), (6, 2));
    let posterior = model.encode(fixture.tensor("case0", "image"));
    let sample = posterior.sample(fixture.tensor("case0", "noise"));
    fixture.check("case0", "mean", posterior.mean / 0.36 + 0.11);
    fixture.check("case0", "sample", sample / 0.36 + 0.11);
    let scaled = (fixture.tensor::<4>("case0", "noise") - 0.11) * 0.36;
    fixture.check("case0", "decoded", model.decode(scaled));
}

#[test]
fn the_class_in_the_configuration_decides_which_autoencoder_is_built() {
    for (name, is_tiny) in [("vae_kl", false), ("vae_tiny", true)] {
        let fixture = Fixture::open(name);
        let model = Autoencoder::load(&fixture.config(), &fixture, "", &fixture.placement).unwrap();
        assert_eq!(matches!(model, Autoencoder::Tiny(_)), is_tiny);
        assert_eq!(model.pixels_per_latent(), 4);
    }
}
