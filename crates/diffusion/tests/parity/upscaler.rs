//! The network that doubles pictures (`tests/parity/make_upscaler_fixture.py`).

use underpaint_diffusion::layers::Loader;
use underpaint_diffusion::upscaler::{Upscaler, UpscalerConfig};

use crate::fixture::Fixture;

#[test]
fn an_upscaler_doubles_pictures_of_any_even_size_as_pytorch_does() {
    let fixture = Fixture::open("upscaler");
    let config = UpscalerConfig::from_json(&fixture.config()).unwrap();
    let upscaler = Upscaler::load(&config, &Loader::new(&fixture, "", &fixture.placement)).unwrap();
    for case in fixture.cases() {
        fixture.check(&case, "output", upscaler.forward(fixture.tensor(&case, "picture")));
    }
}
