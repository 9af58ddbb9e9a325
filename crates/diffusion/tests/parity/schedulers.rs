//! Walks of our schedulers beside those of diffusers (`tests/parity/make_scheduler_fixtures.py`).

use std::collections::BTreeMap;

use burn::tensor::{Device, Tensor, TensorData};
use serde_json::Value;
use underpaint_diffusion::noise::TorchCpuGenerator;
use underpaint_diffusion::schedulers::{Plan, SchedulerConfig, SchedulerName, Span, Walk};

/// Errors relative to the largest number of a step.
const TOLERANCE: f32 = 1e-4;

fn numbers(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap() as f32).collect()
}

fn tensor(values: Vec<f32>) -> Tensor<4> {
    Tensor::from_data(TensorData::new(values, [1, 1, 4, 4]), &Device::flex())
}

fn values(tensor: &Tensor<4>) -> Vec<f32> {
    tensor.to_data().try_into_vec().unwrap()
}

/// The made-up model of the script.
fn model(seen: f32, timestep: f32) -> f32 {
    (seen * 1.7 + timestep * 0.003).sin() * 0.8 + seen * 0.2
}

/// The largest difference of the expected numbers to the first of those found, relative to the largest number found.
fn relative_error(found: &[f32], expected: &[f32]) -> f32 {
    assert!(!expected.is_empty() && found.len() >= expected.len());
    let scale = found.iter().fold(0.0f32, |scale, value| scale.max(value.abs()));
    let error = found.iter().zip(expected).fold(0.0f32, |error, (found, expected)| {
        let difference = (found - expected).abs();
        if difference.is_nan() { f32::INFINITY } else { error.max(difference) }
    });
    error / scale.max(f32::MIN_POSITIVE)
}

#[test]
fn every_scheduler_walks_as_in_diffusers() {
    let text = include_str!("../../../../tests/fixtures/schedulers/walks.json");
    let fixture: Value = serde_json::from_str(text).unwrap();
    let (picture, noise) = (numbers(&fixture["picture"]), numbers(&fixture["noise"]));
    let mut worst: BTreeMap<&str, f32> = BTreeMap::new();
    let mut wrong = Vec::new();

    for case in fixture["cases"].as_array().unwrap() {
        let label = format!("{} {} at {} of {}", case["scheduler"], case["config"], case["strength"], case["steps"]);
        let mut config = case["config"].as_object().unwrap().clone();
        if case["sd"] == true {
            config.extend(fixture["stable_diffusion"].as_object().unwrap().clone());
        }
        let config = SchedulerConfig::from_json(&Value::from(config).to_string()).unwrap();
        let name = SchedulerName::from_id(case["scheduler"].as_str().unwrap()).unwrap();
        if case["config"]["_class_name"] == name.class_name() {
            assert_eq!(config.named(), Some(name), "{label}");
        }
        let (strength, steps) = (case["strength"].as_f64().unwrap(), case["steps"].as_u64().unwrap() as usize);
        let span = match case["span"].as_str() {
            Some("lcm") => Span::as_lcm_pipeline(strength, steps),
            _ => Span::as_diffusers(strength, steps),
        };
        let plan = match Plan::new(&config, name, span) {
            Ok(plan) => plan,
            Err(error) => {
                wrong.push(format!("{label}: {error}"));
                continue;
            }
        };

        let n = case["n"].as_u64().unwrap() as usize;
        if plan.steps.len() != n {
            wrong.push(format!("{label}: {n} timesteps, not {:?}", plan.timesteps()));
            continue;
        }
        let scale = case["pure_noise_scale"].as_f64().unwrap_or(1.0);
        let error = (f64::from(plan.pure_noise_scale) / scale - 1.0).abs();
        assert!(error < 1e-5, "{label}: noise starts at {}, not {scale}", plan.pure_noise_scale);
        // What the known parts of a picture are mixed with before each step, as diffusers' inpainting does.
        for (idx, expected) in case["renoised"].as_array().into_iter().flatten().enumerate() {
            let (of_picture, of_noise) = plan.renoise(idx);
            let mixed: Vec<f32> = picture.iter().zip(&noise).map(|(p, n)| of_picture * p + of_noise * n).collect();
            let error = (mixed[0] - expected.as_f64().unwrap() as f32).abs() / mixed[0].abs().max(1.0);
            assert!(error < TOLERANCE, "{label}: renoised before step {idx} is off by {error}");
        }

        let mut walk = Walk::new(plan);
        let mut latents = walk.start(Some(tensor(picture.clone())), tensor(noise.clone()));
        // The first of the latents at the beginning and after the first step, and the first two after the last.
        let expected = numbers(&case["latents"]);
        let mut errors = vec![relative_error(&values(&latents), &expected[..1])];
        let mut generator = TorchCpuGenerator::new(fixture["seed"].as_u64().unwrap());
        while let Some(&step) = walk.step() {
            let seen = values(&(latents.clone() * step.input_scale));
            let output = tensor(seen.into_iter().map(|seen| model(seen, step.timestep)).collect());
            latents = walk.advance(latents, output, || tensor(generator.normal(16))).latents;
            let mut ordered = values(&latents);
            if case["span"] == "inpaint" {
                // The upper half is known and put back; what is written down starts with the lower half.
                let (of_picture, of_noise) = walk.plan().renoise(walk.step_idx());
                for (value, (picture, noise)) in ordered.iter_mut().zip(picture.iter().zip(&noise)).take(8) {
                    *value = of_picture * picture + of_noise * noise;
                }
                latents = tensor(ordered.clone());
                ordered = ordered.chunks(4).rev().flatten().copied().collect();
            }
            if walk.step_idx() == 1 {
                errors.push(relative_error(&ordered, &expected[1..2]));
            }
            if walk.step().is_none() {
                errors.push(relative_error(&ordered, &expected[2..]));
            }
        }
        let error = errors.iter().fold(0.0f32, |worst, error| worst.max(*error));
        let so_far = worst.entry(name.id()).or_default();
        *so_far = so_far.max(error);
        if error > TOLERANCE {
            wrong.push(format!("{label}: off by {errors:?} at the beginning, after a step and in the end"));
        }
    }
    for (name, error) in worst {
        println!("{name}: largest relative error of any step {error:.1e}");
    }
    assert!(wrong.is_empty(), "{} cases:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn files_that_diffusers_writes_are_read_and_name_their_scheduler() {
    let text = include_str!("../../../../tests/fixtures/schedulers/saved.json");
    let saved: Value = serde_json::from_str(text).unwrap();
    let mut named = 0;
    for (class_name, file) in saved.as_object().unwrap() {
        let config = SchedulerConfig::from_json(file.as_str().unwrap()).unwrap();
        assert_eq!(&config.class_name, class_name);
        if let Some(name) = config.named() {
            assert_eq!(name.class_name(), class_name);
            Plan::new(&config, name, Span::from_strength(0.5, 5)).unwrap();
            named += 1;
        }
        // Whatever wrote the file, every scheduler of ours can take it over, but for those that name another kind.
        for name in SchedulerName::all() {
            if let Err(error) = Plan::new(&config, name, Span::from_strength(0.5, 5)) {
                assert!(error.to_string().contains("_type"), "{class_name} as {name}: {error}");
            }
        }
    }
    assert_eq!(named, SchedulerName::all().count() - 1);
}
