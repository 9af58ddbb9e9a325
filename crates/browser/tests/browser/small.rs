//! The small things: clock, seeds, settings, addresses, the graphics processor.

use underpaint_browser::{clock, gpu, query, random, settings::Settings};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{javascript, sleep_millis};

#[wasm_bindgen_test]
async fn the_clock_counts_seconds() {
    let before_secs = clock::now_secs();
    sleep_millis(60).await;
    let elapsed_secs = clock::now_secs() - before_secs;
    assert!((0.05..5.0).contains(&elapsed_secs), "{elapsed_secs}");
}

#[wasm_bindgen_test]
fn seeds_differ_and_are_short() {
    let seeds: Vec<u64> = (0..4).map(|_| random::random_seed().unwrap()).collect();
    assert!(seeds.iter().all(|it| *it < 1 << 32));
    assert!(seeds.windows(2).all(|it| it[0] != it[1]), "{seeds:?}");
}

#[wasm_bindgen_test]
fn a_setting_is_kept_until_it_is_forgotten() {
    let settings = Settings::open();
    assert!(settings.set("test", "größer"));
    assert_eq!(Settings::open().get("test").as_deref(), Some("größer"));
    settings.remove("test");
    assert_eq!(Settings::open().get("test"), None);
}

#[wasm_bindgen_test]
fn a_setting_that_does_not_fit_lives_as_long_as_the_page() {
    let settings = Settings::open();
    settings.set("large", "small before");
    let too_large = "x".repeat(20 << 20);
    assert!(!settings.set("large", &too_large));
    assert_eq!(settings.get("large").map(|it| it.len()), Some(20 << 20));
    assert!(settings.set("large", "fits"));
    assert_eq!(settings.get("large").as_deref(), Some("fits"));
    settings.remove("large");
}

#[wasm_bindgen_test]
fn the_address_is_read() {
    javascript("history.replaceState(null, '', '?device=gpu&name=a%20b')");
    assert_eq!(query::query_parameter("name").as_deref(), Some("a b"));
    assert_eq!(query::query_parameter("absent"), None);
    assert_eq!(query::forced_device(), Some(underpaint_protocol::DeviceKind::Gpu));
    assert!(query::absolute_url("starter/").unwrap().starts_with("http"));
    assert!(query::absolute_url("starter/").unwrap().ends_with("/starter/"));
}

#[wasm_bindgen_test]
async fn an_adapter_in_software_is_known_as_such() {
    // The tests' browser is started with such an adapter; a real one would be a wrong claim.
    match gpu::probe_gpu().await {
        gpu::GpuProbe::Adapter(adapter) => assert!(adapter.is_software && !adapter.name().is_empty(), "{adapter:?}"),
        gpu::GpuProbe::Unavailable { reason } => assert!(!reason.is_empty()),
    }
}
