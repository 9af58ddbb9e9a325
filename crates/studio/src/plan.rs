//! The honest line: what Render would run now, and how long it is likely to take.

use underpaint_protocol::{Compat, DeviceKind, GenerateInput, Part, steps_that_run};

use crate::timing::{TimingBook, TimingKey};
use crate::{Phrase, PhraseValue};

/// What Render would run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct RenderPlan {
    /// Denoising steps that run for each picture.
    pub n_steps: u32,
    /// The noise level that they begin at: the share of the schedule's 1000 timesteps, 0 to 1.
    pub noise_level: f32,
    /// Whether that holds for the freest places only, because strength was painted.
    pub is_painted: bool,
    /// Whether only what is selected is made anew.
    pub is_selection: bool,
    /// Width and height of the picture in pixels.
    pub size: (u32, u32),
    /// How many times wider and higher the picture is made at the end; `None` where it stays as it is.
    pub enlarged: Option<u32>,
    /// Pictures that are made.
    pub n_pictures: u32,
    /// How long all of them take, in seconds; `None` where nothing was measured on this device yet.
    pub expected_secs: Option<f64>,
}

impl RenderPlan {
    /// The plan of an input. `device` is `None` as long as it is not known.
    #[must_use]
    pub fn new(input: &GenerateInput, n_pictures: u32, device: Option<DeviceKind>, timing: &TimingBook) -> Self {
        let n_steps = steps_that_run(input.strength, input.steps, input.compat);
        let noise_level = match input.compat {
            Compat::Continuous => input.strength,
            // diffusers cuts whole steps off, and so begins where the first that is left does.
            Compat::Diffusers => n_steps as f32 / input.steps.max(1) as f32,
        };
        let one = device.and_then(|device| timing.expected_secs(TimingKey::new(input, device), n_steps));
        Self {
            n_steps,
            noise_level,
            is_painted: input.parts.contains(&Part::StrengthMap),
            is_selection: input.parts.contains(&Part::Mask),
            size: (input.width, input.height),
            enlarged: None,
            n_pictures: n_pictures.max(1),
            expected_secs: one.map(|secs| secs * f64::from(n_pictures.max(1))),
        }
    }

    /// "6 steps from noise level 0.62, 512 × 512, about 1.4 s on this device".
    #[must_use]
    pub fn phrase(&self) -> Phrase {
        let ids = match self.n_steps {
            0 => ["plan-sketch", "plan-sketch-timed"],
            _ if self.is_painted => ["plan-painted", "plan-painted-timed"],
            _ if self.noise_level >= 1.0 => ["plan-noise", "plan-noise-timed"],
            _ => ["plan-steps", "plan-steps-timed"],
        };
        let secs = self.expected_secs.unwrap_or_default();
        // Under ten seconds a tenth matters; a minute is not known to the second.
        let digits = u8::from(secs < 9.95);
        let plan = Phrase::new(ids[usize::from(self.expected_secs.is_some())])
            .with("steps", self.n_steps)
            .with("level", PhraseValue::number(self.noise_level, 2))
            .with("width", self.size.0)
            .with("height", self.size.1)
            .with("seconds", PhraseValue::number(secs, digits));
        let plan = match self.enlarged {
            None => plan,
            Some(factor) => Phrase::new("plan-enlarged")
                .with("plan", plan)
                .with("width", self.size.0.saturating_mul(factor))
                .with("height", self.size.1.saturating_mul(factor)),
        };
        // Who forgot that something is selected wonders about the rest.
        let plan = if self.is_selection { Phrase::new("plan-selection").with("plan", plan) } else { plan };
        match self.n_pictures {
            1 => plan,
            n => Phrase::new("plan-pictures").with("pictures", n).with("plan", plan),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::timing::Measurement;

    fn input() -> GenerateInput {
        GenerateInput { strength: 0.62, steps: 6, guidance: 1.0, ..GenerateInput::default() }
    }

    fn plan(input: &GenerateInput, timing: &TimingBook) -> RenderPlan {
        RenderPlan::new(input, 1, Some(DeviceKind::Cpu), timing)
    }

    #[test]
    fn it_says_what_runs_and_keeps_quiet_about_what_was_never_measured() {
        let mut timing = TimingBook::default();
        let untimed = plan(&input(), &timing);
        assert_eq!((untimed.n_steps, untimed.noise_level, untimed.expected_secs), (6, 0.62, None));
        assert_eq!(untimed.phrase().id, "plan-steps");
        let measured = Measurement { n_steps: 6, total_secs: 1.4, step_secs: Some(0.2) };
        timing.note(TimingKey::new(&input(), DeviceKind::Cpu), measured);
        let timed = plan(&input(), &timing);
        assert!((timed.expected_secs.unwrap() - 1.4).abs() < 1e-9);
        let phrase = timed.phrase();
        assert_eq!(phrase.id, "plan-steps-timed");
        assert!(phrase.args.contains(&("seconds", PhraseValue::number(timed.expected_secs.unwrap(), 1))));
        assert!(phrase.args.contains(&("steps", PhraseValue::number(6, 0))));
        let four = RenderPlan::new(&input(), 4, Some(DeviceKind::Cpu), &timing);
        assert!((four.expected_secs.unwrap() - 5.6).abs() < 1e-9);
    }

    #[test]
    fn both_ends_of_the_scale_are_called_what_they_are() {
        let timing = TimingBook::default();
        let id = |strength| plan(&GenerateInput { strength, ..input() }, &timing).phrase().id;
        assert_eq!((id(0.0).as_ref(), id(1.0).as_ref()), ("plan-sketch", "plan-noise"));
    }

    #[test]
    fn where_strength_was_painted_the_level_is_that_of_the_freest_places() {
        let input = GenerateInput { strength: 1.0, parts: vec![Part::StrengthMap], ..input() };
        assert_eq!(plan(&input, &TimingBook::default()).phrase().id, "plan-painted");
    }

    #[test]
    fn a_selection_that_bounds_the_render_is_said() {
        let input = GenerateInput { parts: vec![Part::Mask], ..input() };
        assert_eq!(plan(&input, &TimingBook::default()).phrase().id, "plan-selection");
    }

    #[test]
    fn with_diffusers_conventions_the_level_is_that_of_the_steps_that_are_left() {
        let input = GenerateInput { compat: Compat::Diffusers, strength: 0.58, steps: 50, ..input() };
        let plan = plan(&input, &TimingBook::default());
        assert_eq!((plan.n_steps, plan.noise_level), (28, 0.56));
    }
}
