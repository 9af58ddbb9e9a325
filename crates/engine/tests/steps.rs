//! What the page promises about steps is what the schedulers do.

use underpaint_diffusion::schedulers::{Plan, SchedulerConfig, SchedulerName, Span};
use underpaint_protocol::{Compat, steps_that_run};

#[test]
fn as_many_steps_run_as_the_page_says() {
    let config = SchedulerConfig::from_json(r#"{"skip_prk_steps": true, "steps_offset": 1}"#).unwrap();
    for name in ["ddim", "euler", "euler-a", "dpmpp-2m", "dpmpp-2m-sde", "unipc", "lcm", "pndm"] {
        let name = SchedulerName::from_id(name).unwrap();
        for steps in [1, 2, 3, 7, 12, 20, 50] {
            for thousandth in (1..=1000).step_by(if name == SchedulerName::DDIM { 1 } else { 47 }) {
                // As the pipeline reads a slider's number: to the sixth decimal.
                let strength = thousandth as f32 / 1000.0;
                let exact = (f64::from(strength) * 1e6).round() / 1e6;
                let n = |span| Plan::new(&config, name, span).map_or(0, |plan| plan.steps.len());

                let continuous = n(Span::from_strength(exact, steps));
                let said = steps_that_run(strength, steps as u32, Compat::Continuous);
                assert_eq!(continuous, said as usize, "{name}: {strength} of {steps}");

                let said = steps_that_run(strength, steps as u32, Compat::Diffusers) as usize;
                // PNDM has one timestep twice and is cut like the others, so that one more is left.
                let more = usize::from(name.id() == "pndm" && steps > 1);
                assert_eq!(n(Span::as_diffusers(exact, steps)), said + more, "{name}: {strength} of {steps}");
            }
        }
    }
}
