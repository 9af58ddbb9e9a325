//! Our noise beside `torch.randn` (`tests/parity/make_noise_fixtures.py`).

use serde_json::Value;
use underpaint_diffusion::noise::TorchCpuGenerator;

#[test]
fn every_number_has_the_bits_of_pytorchs() {
    let fixture: Value = serde_json::from_str(include_str!("../../../../tests/fixtures/noise/randn.json")).unwrap();
    for case in fixture.as_array().unwrap() {
        let seed = case["seed"].as_u64().unwrap();
        let mut generator = TorchCpuGenerator::new(seed);
        for draw in case["draws"].as_array().unwrap() {
            let n = draw["n"].as_u64().unwrap() as usize;
            let values = if case["is_half"] == true { generator.normal_half(n) } else { generator.normal(n) };
            let bits: Vec<u64> = values.into_iter().map(|value| u64::from(value.to_bits())).collect();

            let last: Vec<u64> = draw["last"].as_array().unwrap().iter().map(|bits| bits.as_u64().unwrap()).collect();
            assert_eq!(bits[n - last.len()..], last, "the last of {n} numbers of seed {seed}");
            let sum: u64 = bits.iter().zip(1u64..).map(|(bits, weight)| bits * weight).sum();
            assert_eq!(draw["sum"], sum.to_string(), "all of {n} numbers of seed {seed}");
        }
    }
}
