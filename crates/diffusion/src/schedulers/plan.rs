//! A run, worked out before its first step.

use crate::DiffusionError;
use crate::schedulers::step::Step;
use crate::schedulers::{NoiseLevels, SchedulerConfig, SchedulerName, Settings, spacing};

/// Which part of the way from noise to picture is walked, and in how many steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Span {
    /// From the noise level `strength`, a fixed number of steps. The number is smaller only where the training knows
    /// fewer timesteps below that level.
    Strength {
        /// The noise level as a share of the training's timesteps, above 0 up to 1; 1 is pure noise.
        strength: f64,
        /// Steps, at least 1.
        steps: usize,
    },
    /// The last `int(steps * strength)` of the steps that diffusers would take, as `StableDiffusionImg2ImgPipeline` and
    /// all that share its `get_timesteps` (inpainting, SDXL, ControlNet) cut them.
    Diffusers {
        /// Share of the steps that run.
        strength: f64,
        /// Steps of the whole way, at least 1.
        steps: usize,
    },
    /// As `LatentConsistencyModelImg2ImgPipeline` does: the timesteps of the distillation are cut by the strength, and
    /// all of the steps run among the rest. Only the scheduler `lcm` can.
    LcmPipeline {
        /// Share of the distillation's timesteps.
        strength: f64,
        /// Steps, at least 1.
        steps: usize,
    },
}

impl Span {
    /// A noise level and the steps that lead from it to the picture.
    pub fn from_strength(strength: f64, steps: usize) -> Self {
        Self::Strength { strength, steps }
    }

    /// diffusers' way of cutting a schedule by strength.
    pub fn as_diffusers(strength: f64, steps: usize) -> Self {
        Self::Diffusers { strength, steps }
    }

    /// The way of diffusers' pipeline for latent consistency models.
    pub fn as_lcm_pipeline(strength: f64, steps: usize) -> Self {
        Self::LcmPipeline { strength, steps }
    }

    pub(super) fn strength(self) -> f64 {
        match self {
            Self::Strength { strength, .. } | Self::Diffusers { strength, .. } | Self::LcmPipeline { strength, .. } => {
                strength
            }
        }
    }

    pub(super) fn steps(self) -> usize {
        match self {
            Self::Strength { steps, .. } | Self::Diffusers { steps, .. } | Self::LcmPipeline { steps, .. } => steps,
        }
    }

    /// Whether strength names a noise level.
    pub(super) fn is_continuous(self) -> bool {
        matches!(self, Self::Strength { .. })
    }

    /// How many of the `n` entries that a schedule has are left out at its noisy end, where each of the steps asked for
    /// has `order` entries.
    pub(super) fn n_left_out(self, n: usize, order: usize) -> usize {
        match self {
            Self::Strength { .. } | Self::LcmPipeline { .. } => 0,
            // Truncated, not rounded: int(50 * 0.58) is 28 in Python as it is here.
            Self::Diffusers { strength, steps } => {
                n.min(steps.saturating_sub((steps as f64 * strength) as usize).saturating_mul(order))
            }
        }
    }

    /// The error where a cut leaves nothing.
    pub(super) fn nothing_left(self) -> DiffusionError {
        DiffusionError::input(
            "strength",
            format!(
                "{} of {} steps is not one whole step; raise the strength or the steps",
                self.strength(),
                self.steps()
            ),
        )
    }
}

/// A whole run: how the first latents are mixed, and the steps.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Share of the encoded picture in the first latents; 0 where the run starts from pure noise.
    pub start_from_picture: f32,
    /// Share of the noise in the first latents.
    pub start_from_noise: f32,
    /// What diffusers multiplies noise by where a run starts from nothing else (`init_noise_sigma`), as its inpainting
    /// does at strength 1.
    pub pure_noise_scale: f32,
    /// The steps; never empty.
    pub steps: Vec<Step>,
}

impl Plan {
    /// Works out a run.
    ///
    /// # Errors
    /// Where `steps` or `strength` is out of range, no step is left to run, or the configuration cannot be followed.
    pub fn new(config: &SchedulerConfig, name: SchedulerName, span: Span) -> Result<Self, DiffusionError> {
        let mut settings = Settings::new(config, name)?;
        if span.is_continuous() {
            // Latents have no bounds. Only where diffusers is followed does a default that clips them count.
            settings.clip = None;
        }
        let (strength, n_steps) = (span.strength(), span.steps());
        if !(strength > 0.0 && strength <= 1.0) {
            return Err(DiffusionError::input("strength", format!("{strength} is not above 0 and at most 1")));
        }
        if !(1..=settings.num_train_timesteps).contains(&n_steps) {
            return Err(DiffusionError::input(
                "steps",
                format!("{n_steps} is not between 1 and {}, the model's training steps", settings.num_train_timesteps),
            ));
        }
        if matches!(span, Span::LcmPipeline { .. }) && name != SchedulerName::LCM {
            return Err(DiffusionError::input(
                "scheduler",
                format!("a latent consistency model runs with lcm as in its pipeline, not with {name}"),
            ));
        }

        let levels = NoiseLevels::new(&settings)?;
        let mut plan = name.0.plan(&settings, &levels, span)?;
        plan.check()?;

        if span.is_continuous() && strength == 1.0 {
            // At the last training step a trace of the picture would be left. Pure noise of the same power takes its
            // place, so that full strength owes nothing to the sketch.
            let power = plan.start_from_picture.powi(2) + plan.start_from_noise.powi(2);
            plan.start_from_noise = power.sqrt();
            plan.start_from_picture = 0.0;
        }
        Ok(plan)
    }

    /// A plan of these steps that starts as its first step says; `None` where there is no step.
    pub(super) fn of_steps(steps: Vec<Step>, pure_noise_scale: f64) -> Option<Self> {
        let (start_from_picture, start_from_noise) = steps.first()?.made_of;
        Some(Self { start_from_picture, start_from_noise, pure_noise_scale: pure_noise_scale as f32, steps })
    }

    /// The timesteps that the model is asked at.
    pub fn timesteps(&self) -> Vec<f32> {
        self.steps.iter().map(|step| step.timestep).collect()
    }

    /// What latents at the beginning of a step are made of: the share of the picture and that of the noise. Past the
    /// last step it is the picture alone. Inpainting puts the known parts of a picture back at these levels.
    pub fn renoise(&self, step_idx: usize) -> (f32, f32) {
        self.steps.get(step_idx).map_or((1.0, 0.0), |step| step.made_of)
    }

    /// Refuses numbers that are none, and steps that look back at what is not there.
    fn check(&self) -> Result<(), DiffusionError> {
        let broken = |problem: String| Err(DiffusionError::config("scheduler/scheduler_config.json", problem));
        let (mut n_remembered, mut has_saved) = (0, false);
        for (idx, step) in self.steps.iter().enumerate() {
            if !step.is_finite() && idx == 0 {
                return broken(
                    "a step starts where nothing is left of the picture (rescale_betas_zero_snr), which only models of \
                     prediction_type v_prediction can do; lower the strength or choose another scheduler"
                        .into(),
                );
            }
            let looks_back = step.mixes().map(super::Mix::n_remembered).max().unwrap_or(0);
            let needs_saved = step.mixes().any(|mix| mix.saved != 0.0);
            if !step.is_finite() || looks_back > n_remembered || needs_saved && !has_saved {
                return broken(format!(
                    "step {} of {} would divide by zero; leave final_sigmas_type at \"zero\" and lower_order_final \
                     true, or choose another scheduler",
                    idx + 1,
                    self.steps.len()
                ));
            }
            n_remembered += usize::from(step.remember.is_some());
            has_saved |= step.saves_latents;
        }
        Ok(())
    }
}

/// Leaves out the entries before the first one that runs; each of the steps asked for has one.
///
/// # Errors
/// Where none is left.
pub(super) fn cut<T>(mut entries: Vec<T>, span: Span) -> Result<Vec<T>, DiffusionError> {
    entries.drain(..span.n_left_out(entries.len(), 1));
    if entries.is_empty() { Err(span.nothing_left()) } else { Ok(entries) }
}

/// The whole timesteps of a span, cut by its strength.
///
/// # Errors
/// Where none is left, or one lies beyond the training.
pub(super) fn whole_timesteps(
    settings: &Settings,
    levels: &NoiseLevels,
    span: Span,
) -> Result<Vec<usize>, DiffusionError> {
    let timesteps = match span {
        Span::Strength { strength, steps } => {
            spacing::continuous_timesteps(strength, settings.num_train_timesteps, steps)
        }
        Span::Diffusers { steps, .. } | Span::LcmPipeline { steps, .. } => {
            spacing::diffusers_timesteps(settings, steps, false)
        }
    };
    let timesteps: Vec<usize> = cut(timesteps, span)?.into_iter().map(|t| t as usize).collect();
    match timesteps.iter().find(|&&t| t >= levels.n_timesteps()) {
        Some(t) => Err(beyond_the_training(*t, levels)),
        None => Ok(timesteps),
    }
}

/// The error about a timestep that the training did not know.
pub(super) fn beyond_the_training(timestep: usize, levels: &NoiseLevels) -> DiffusionError {
    DiffusionError::input(
        "steps",
        format!("timestep {timestep} lies beyond the {} of the training; take fewer steps", levels.n_timesteps()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const STABLE_DIFFUSION: &str = r#"{"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear",
        "clip_sample": false, "skip_prk_steps": true}"#;

    fn config() -> SchedulerConfig {
        SchedulerConfig::from_json(STABLE_DIFFUSION).unwrap()
    }

    #[test]
    fn a_fixed_number_of_steps_runs_at_every_strength() {
        for name in SchedulerName::all() {
            // Heun asks the model twice a step, but for the last.
            let n = if name.id() == "heun" { 23 } else { 12 };
            for strength in [0.05, 0.3, 0.58, 0.999, 1.0] {
                let plan = Plan::new(&config(), name, Span::from_strength(strength, 12)).unwrap();
                assert_eq!(plan.steps.len(), n, "{name} at {strength}");
                let level = f64::from(plan.steps[0].level);
                assert!((level - strength).abs() < 2e-3, "{name} at {strength} starts at {level}");
            }
        }
    }

    #[test]
    fn more_strength_starts_noisier_down_to_the_smallest_change() {
        for name in SchedulerName::all() {
            let ratio = |strength| {
                let plan = Plan::new(&config(), name, Span::from_strength(strength, 8)).unwrap();
                plan.start_from_noise / plan.start_from_picture
            };
            let strengths: Vec<f64> = (1..=250).map(|level| f64::from(level) / 250.0).collect();
            assert!(strengths.windows(2).all(|pair| ratio(pair[0]) < ratio(pair[1])), "{name}");
        }
    }

    #[test]
    fn full_strength_is_pure_noise() {
        for name in SchedulerName::all() {
            let plan = Plan::new(&config(), name, Span::from_strength(1.0, 8)).unwrap();
            assert_eq!(plan.start_from_picture, 0.0);
            // The model must see noise of variance one.
            let seen = plan.start_from_noise * plan.steps[0].input_scale;
            assert!((seen - 1.0).abs() < 1e-5, "{name}: {seen}");
        }
    }

    #[test]
    fn a_single_step_of_the_smallest_strength_is_a_plan_for_every_scheduler_and_spacing() {
        for name in SchedulerName::all() {
            for key in ["skip_prk_steps", "use_karras_sigmas", "use_exponential_sigmas", "use_lu_lambdas"] {
                let text = STABLE_DIFFUSION.replace('}', &format!(r#", "{key}": true}}"#));
                let cosine =
                    text.replace("scaled_linear", "squaredcos_cap_v2").replace('}', r#", "lambda_min_clipped": -5.1}"#);
                for config in [text, cosine].map(|text| SchedulerConfig::from_json(&text).unwrap()) {
                    for (strength, steps) in
                        [(1e-9, 1), (1e-9, 12), (0.001, 3), (0.003, 12), (1.0, 1), (1.0, 2), (1.0, 3)]
                    {
                        let plan = Plan::new(&config, name, Span::from_strength(strength, steps))
                            .unwrap_or_else(|error| panic!("{name} {key} {strength} {steps}: {error}"));
                        assert!(!plan.steps.is_empty());
                    }
                }
            }
        }
    }

    #[test]
    fn latents_are_clipped_only_where_diffusers_is_followed() {
        let config = SchedulerConfig::from_json("{}").unwrap();
        let clip = |span| Plan::new(&config, SchedulerName::DDIM, span).unwrap().steps[0].clip;
        assert_eq!(clip(Span::from_strength(0.5, 4)), None);
        assert_eq!(clip(Span::as_diffusers(0.5, 4)), Some(1.0));
    }

    #[test]
    fn hostile_configurations_are_plans_or_errors_and_never_panics() {
        let numbers = ["0", "1", "-1", "3", "0.5", "1e308", "1e-308", "1000000", "18446744073709551615", "-Infinity"];
        let words = [
            "\"linear\"",
            "\"squaredcos_cap_v2\"",
            "\"leading\"",
            "\"trailing\"",
            "\"sample\"",
            "\"v_prediction\"",
            "\"sigma_min\"",
            "\"heun\"",
            "\"bh1\"",
            "\"sde-dpmsolver++\"",
            "\"dpmsolver\"",
        ];
        let others = ["true", "false", "null", "[]", "[0, 1]", "[0.5, 0.5, 0.5]", "[1.0]", "{}"];
        let values: Vec<&str> = numbers.into_iter().chain(words).chain(others).collect();
        let keys: Vec<&str> = SchedulerName::all().flat_map(|name| name.0.keys()).copied().collect();
        let mut state = 1u64;
        let mut draw = |n: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % n
        };
        let names: Vec<SchedulerName> = SchedulerName::all().collect();
        let mut n_plans = 0;
        for _ in 0..4000 {
            let pairs: Vec<String> = (0..draw(4))
                .map(|_| format!("\"{}\": {}", keys[draw(keys.len())], values[draw(values.len())]))
                .collect();
            let small = r#""num_train_timesteps": 20"#;
            let text = format!("{{{small}{}{}}}", if pairs.is_empty() { "" } else { ", " }, pairs.join(", "));
            let Ok(config) = SchedulerConfig::from_json(&text) else { continue };
            let (strength, steps) = ([1e-9, 0.2, 0.5, 1.0][draw(4)], [1, 2, 3, 7, 20][draw(5)]);
            let span = match draw(3) {
                0 => Span::from_strength(strength, steps),
                1 => Span::as_diffusers(strength, steps),
                _ => Span::as_lcm_pipeline(strength, steps),
            };
            match Plan::new(&config, names[draw(names.len())], span) {
                Ok(plan) => {
                    assert!(plan.steps.iter().all(Step::is_finite), "{text} {span:?}");
                    n_plans += 1;
                }
                Err(error) => assert!(!error.to_string().is_empty()),
            }
        }
        assert!(n_plans > 500, "{n_plans}");
    }

    #[test]
    fn known_parts_get_ever_less_noise_and_none_after_the_last_step() {
        for name in SchedulerName::all() {
            let plan = Plan::new(&config(), name, Span::from_strength(0.7, 9)).unwrap();
            let n = plan.steps.len();
            let shares: Vec<(f32, f32)> = (0..=n).map(|idx| plan.renoise(idx)).collect();
            assert_eq!(shares[0], (plan.start_from_picture, plan.start_from_noise), "{name}");
            assert!(shares.windows(2).all(|pair| pair[0].1 >= pair[1].1), "{name}: {shares:?}");
            assert_eq!((shares[n], plan.renoise(n + 5)), ((1.0, 0.0), (1.0, 0.0)));
        }
    }

    #[test]
    fn diffusers_steps_are_truncated_like_pythons_int() {
        let n_steps = |steps, strength| {
            Plan::new(&config(), SchedulerName::DDIM, Span::as_diffusers(strength, steps)).unwrap().steps.len()
        };
        assert_eq!(n_steps(50, 0.58), 28);
        assert_eq!(n_steps(100, 0.29), 28);
        assert_eq!(n_steps(100, 0.57), 56);
        assert_eq!(n_steps(10, 0.7), 7);
    }

    #[test]
    fn impossible_requests_say_what_to_change() {
        let message = |span| Plan::new(&config(), SchedulerName::DDIM, span).unwrap_err().to_string();
        assert!(message(Span::as_diffusers(0.1, 5)).contains("raise the strength or the steps"));
        assert!(message(Span::from_strength(f64::NAN, 5)).contains("strength"));
        assert!(message(Span::from_strength(1.5, 5)).contains("1.5"));
        assert!(message(Span::from_strength(0.5, 0)).contains("steps"));
        assert!(message(Span::from_strength(0.5, 1001)).contains("1001"));
        assert!(message(Span::as_lcm_pipeline(0.5, 4)).contains("lcm"));
    }

    #[test]
    fn a_start_without_picture_is_refused_for_models_that_predict_noise() {
        let config = SchedulerConfig::from_json(
            r#"{"rescale_betas_zero_snr": true, "timestep_spacing": "trailing", "clip_sample": false}"#,
        );
        let message = Plan::new(&config.unwrap(), SchedulerName::DDIM, Span::as_diffusers(1.0, 4)).unwrap_err();
        assert!(message.to_string().contains("v_prediction"), "{message}");
    }
}
