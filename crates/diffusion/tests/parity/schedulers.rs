//! Walks of our schedulers beside those of diffusers (`tests/parity/make_scheduler_fixtures.py`).

use serde_json::Value;
use underpaint_diffusion::noise::TorchCpuGenerator;
use underpaint_diffusion::schedulers::{Plan, SchedulerConfig, SchedulerName, Span};

/// Errors relative to the largest number of a step.
const TOLERANCE: f32 = 1e-4;

fn numbers(value: &Value) -> Vec<f32> {
    value.as_array().unwrap().iter().map(|number| number.as_f64().unwrap() as f32).collect()
}

/// The made-up model of the script.
fn model(seen: f32, timestep: f32) -> f32 {
    (seen * 1.7 + timestep * 0.003).sin() * 0.8 + seen * 0.2
}

/// The largest difference, relative to the largest expected number.
fn relative_error(found: &[f32], expected: &[f32]) -> f32 {
    assert_eq!(found.len(), expected.len());
    let scale = expected.iter().fold(0.0f32, |scale, value| scale.max(value.abs()));
    let error = found.iter().zip(expected).fold(0.0f32, |error, (a, b)| error.max((a - b).abs()));
    error / scale
}

#[test]
fn every_scheduler_walks_as_in_diffusers() {
    let text = include_str!("../../../../tests/fixtures/schedulers/walks.json");
    let fixture: Value = serde_json::from_str(text).unwrap();
    let (picture, noise) = (numbers(&fixture["picture"]), numbers(&fixture["noise"]));
    let mut worst = 0.0f32;

    for case in fixture["cases"].as_array().unwrap() {
        let label = format!("{} {} at {} of {}", case["scheduler"], case["config"], case["strength"], case["steps"]);
        let config = SchedulerConfig::from_json(&case["config"].to_string()).unwrap();
        let name = match case["scheduler"].as_str().unwrap() {
            "ddim" => SchedulerName::Ddim,
            "euler" => SchedulerName::Euler,
            _ => SchedulerName::Lcm,
        };
        assert_eq!(config.named(), Some(name));
        let span = Span::as_diffusers(case["strength"].as_f64().unwrap(), case["steps"].as_u64().unwrap() as usize);
        let plan = Plan::new(&config, name, span).unwrap_or_else(|error| panic!("{label}: {error}"));

        let timesteps = numbers(&case["timesteps"]);
        assert_eq!(plan.steps.len(), timesteps.len(), "{label}");
        assert!(relative_error(&plan.timesteps(), &timesteps) < 1e-5, "{label}: {:?}", plan.timesteps());

        let mix = |(picture, noise): (&f32, &f32)| plan.start_from_picture * picture + plan.start_from_noise * noise;
        let mut latents: Vec<f32> = picture.iter().zip(&noise).map(mix).collect();
        assert!(relative_error(&latents, &numbers(&case["start"])) < TOLERANCE, "{label}: start");

        let mut generator = TorchCpuGenerator::new(fixture["seed"].as_u64().unwrap());
        for (idx, (step, expected)) in plan.steps.iter().zip(case["walk"].as_array().unwrap()).enumerate() {
            let fresh = if step.next_from_noise == 0.0 { vec![0.0; 16] } else { generator.normal(16) };
            for (value, fresh) in latents.iter_mut().zip(fresh) {
                let output = model(*value * step.input_scale, step.timestep);
                let foreseen = step.picture_from_latents * *value + step.picture_from_output * output;
                let foreseen = step.clip.map_or(foreseen, |clip| foreseen.clamp(-clip, clip));
                *value = step.next_from_picture * foreseen
                    + step.next_from_latents * *value
                    + step.next_from_output * output
                    + step.next_from_noise * fresh;
            }
            let error = relative_error(&latents, &numbers(expected));
            worst = worst.max(error);
            assert!(error < TOLERANCE, "{label}: step {idx} is off by {error}");
        }
    }
    println!("largest relative error of any step: {worst:.1e}");
}
