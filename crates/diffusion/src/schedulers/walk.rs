//! Carrying out a plan on tensors.

use std::collections::VecDeque;

use burn::tensor::Tensor;

use crate::schedulers::step::MEMORY;
use crate::schedulers::{Mix, Plan, Step};

/// A plan being carried out: where it stands, and what it remembers of the steps before.
///
/// ```no_run
/// # use burn::tensor::Tensor;
/// # use underpaint_diffusion::schedulers::{Plan, Walk};
/// # fn run(plan: Plan, picture: Tensor<4>, noise: Tensor<4>, fresh: impl Fn() -> Tensor<4>,
/// #        model: impl Fn(Tensor<4>, f32) -> Tensor<4>) -> Tensor<4> {
/// let mut walk = Walk::new(plan);
/// let mut latents = walk.start(Some(picture), noise);
/// while let Some(step) = walk.step() {
///     let output = model(latents.clone() * step.input_scale, step.timestep);
///     latents = walk.advance(latents, output, &fresh).latents;
/// }
/// # latents
/// # }
/// ```
#[derive(Debug)]
pub struct Walk {
    plan: Plan,
    step_idx: usize,
    /// What earlier steps are remembered by, the latest first.
    remembered: VecDeque<Tensor<4>>,
    /// The latents that an earlier step saved.
    saved: Option<Tensor<4>>,
}

/// What a step leads to.
#[derive(Clone, Debug)]
pub struct Advanced {
    /// The picture that the step foresees, as latents.
    pub foreseen: Tensor<4>,
    /// The latents at the beginning of the next step, or of the picture after the last.
    pub latents: Tensor<4>,
}

/// The tensors that a step's mixes are made of.
struct Parts<'a> {
    latents: &'a Tensor<4>,
    output: &'a Tensor<4>,
    picture: Option<&'a Tensor<4>>,
    current: Option<&'a Tensor<4>>,
    noise: Option<&'a Tensor<4>>,
}

impl Walk {
    /// A walk before its first step.
    pub fn new(plan: Plan) -> Self {
        Self { plan, step_idx: 0, remembered: VecDeque::with_capacity(MEMORY), saved: None }
    }

    /// The first latents: the encoded picture and normal noise, mixed as the plan says. The picture may be left out
    /// where [`Plan::start_from_picture`] is 0; otherwise it counts as zero.
    pub fn start(&self, picture: Option<Tensor<4>>, noise: Tensor<4>) -> Tensor<4> {
        let noise = noise * self.plan.start_from_noise;
        match picture {
            Some(picture) if self.plan.start_from_picture != 0.0 => picture * self.plan.start_from_picture + noise,
            _ => noise,
        }
    }

    /// The plan that is being carried out.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// Steps that are done.
    pub fn step_idx(&self) -> usize {
        self.step_idx
    }

    /// The step that is due, or `None` after the last.
    pub fn step(&self) -> Option<&Step> {
        self.plan.steps.get(self.step_idx)
    }

    /// Does the step that is due: `output` is the model's answer to the latents times [`Step::input_scale`] at
    /// [`Step::timestep`]. `draw_noise` makes normal noise of the latents' shape; it is called once where
    /// [`Step::draws_noise`], and otherwise not at all. After the last step the latents stay as they are.
    pub fn advance(
        &mut self,
        latents: Tensor<4>,
        output: Tensor<4>,
        draw_noise: impl FnOnce() -> Tensor<4>,
    ) -> Advanced {
        let Some(&step) = self.step() else {
            return Advanced { foreseen: latents.clone(), latents };
        };
        let mut parts = Parts { latents: &latents, output: &output, picture: None, current: None, noise: None };

        let mut foreseen = self.mix(&step.picture, &parts);
        if let Some(limit) = step.clip {
            foreseen = foreseen.clamp(-limit, limit);
        }
        parts.picture = Some(&foreseen);
        let current = step.remember.map(|remember| self.mix(&remember, &parts));
        parts.current = current.as_ref();
        let corrected = step.correction.map(|correction| self.mix(&correction, &parts));
        parts.latents = corrected.as_ref().unwrap_or(&latents);
        let noise = step.draws_noise.then(draw_noise);
        parts.noise = noise.as_ref();
        let next = self.mix(&step.next, &parts);

        if step.saves_latents {
            self.saved = Some(parts.latents.clone());
        }
        if let Some(current) = current {
            self.remembered.truncate(MEMORY - 1);
            self.remembered.push_front(current);
        }
        self.step_idx += 1;
        Advanced { foreseen, latents: next }
    }

    /// The sum that a mix stands for; zeros where it is empty. [`Plan::new`] has made sure that whatever a step looks
    /// back at is there.
    fn mix(&self, mix: &Mix, parts: &Parts<'_>) -> Tensor<4> {
        let remembered = mix.remembered.iter().zip(&self.remembered).map(|(share, tensor)| (*share, Some(tensor)));
        let shares = [
            (mix.picture, parts.picture),
            (mix.latents, Some(parts.latents)),
            (mix.output, Some(parts.output)),
            (mix.current, parts.current),
            (mix.saved, self.saved.as_ref()),
            (mix.noise, parts.noise),
        ];
        let mut sum: Option<Tensor<4>> = None;
        for (share, tensor) in shares.into_iter().chain(remembered) {
            let Some(tensor) = tensor.filter(|_| share != 0.0) else { continue };
            let term = if share == 1.0 { tensor.clone() } else { tensor.clone() * share };
            sum = Some(match sum {
                Some(sum) => sum + term,
                None => term,
            });
        }
        sum.unwrap_or_else(|| parts.latents.zeros_like())
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, TensorData};

    use super::*;
    use crate::schedulers::{SchedulerConfig, SchedulerName, Span};

    fn tensor(value: f32) -> Tensor<4> {
        Tensor::from_data(TensorData::new(vec![value], [1, 1, 1, 1]), &Device::flex())
    }

    fn value(tensor: &Tensor<4>) -> f32 {
        tensor.to_data().as_slice::<f32>().unwrap()[0]
    }

    fn config(prediction: &str) -> SchedulerConfig {
        let text = format!(
            r#"{{"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear", "skip_prk_steps": true,
            "set_alpha_to_one": true, "prediction_type": "{prediction}"}}"#
        );
        SchedulerConfig::from_json(&text).unwrap()
    }

    #[test]
    fn a_model_that_knows_the_picture_is_led_back_to_it_by_every_scheduler() {
        for name in SchedulerName::all() {
            for prediction in ["epsilon", "v_prediction", "sample"] {
                if prediction == "sample" && ["euler-a", "pndm"].contains(&name.id()) {
                    continue;
                }
                let plan = Plan::new(&config(prediction), name, Span::from_strength(0.8, 6)).unwrap();
                let mut walk = Walk::new(plan);
                let (picture, mut fresh) = (0.3, [0.4, -1.1, 0.9, 0.2, -0.6, 1.3].into_iter());
                let mut latents = walk.start(Some(tensor(picture)), tensor(-1.7));
                while let Some(&step) = walk.step() {
                    // Whatever is not the picture in what the model sees is noise.
                    let (of_picture, of_noise) = step.made_of;
                    let power = of_picture.hypot(of_noise);
                    let (signal, noise_share) = (of_picture / power, of_noise / power);
                    let noise = (value(&latents) - of_picture * picture) / of_noise;
                    let output = match prediction {
                        "epsilon" => noise,
                        "sample" => picture,
                        _ => signal * noise - noise_share * picture,
                    };
                    let advanced = walk.advance(latents, tensor(output), || tensor(fresh.next().unwrap()));
                    let foreseen = value(&advanced.foreseen);
                    assert!((foreseen - picture).abs() < 1e-4, "{name} {prediction}: foresees {foreseen}");
                    latents = advanced.latents;
                }
                // PNDM averages velocities of several noise levels, as in diffusers.
                let tolerance = match (name.id(), prediction) {
                    ("pndm", "v_prediction") => 1e-2,
                    // It ends at the smallest sigma of the training.
                    ("deis", _) => 0.06,
                    _ => 1e-4,
                };
                assert!((value(&latents) - picture).abs() < tolerance, "{name} {prediction}: {}", value(&latents));
            }
        }
    }

    #[test]
    fn euler_and_ddim_are_the_same_walk_in_other_coordinates() {
        let run = |name| {
            let plan = Plan::new(&config("epsilon"), name, Span::from_strength(0.7, 6)).unwrap();
            let mut walk = Walk::new(plan);
            let mut latents = walk.start(Some(tensor(0.4)), tensor(-0.9));
            while let Some(&step) = walk.step() {
                // Any function of what the model sees and when will do.
                let seen = value(&latents) * step.input_scale;
                let output = (seen * 1.3 + step.timestep * 0.01).sin();
                latents = walk.advance(latents, tensor(output), || tensor(0.0)).latents;
            }
            value(&latents)
        };
        let (ddim, euler) = (run(SchedulerName::DDIM), run(SchedulerName::EULER));
        assert!((ddim - euler).abs() < 1e-4, "{ddim} {euler}");
    }

    #[test]
    fn noise_is_drawn_once_a_step_or_never_and_nothing_happens_past_the_end() {
        for name in SchedulerName::all() {
            let plan = Plan::new(&config("epsilon"), name, Span::from_strength(0.5, 3)).unwrap();
            let expected = plan.steps.iter().filter(|step| step.draws_noise).count();
            let mut walk = Walk::new(plan);
            let mut latents = walk.start(None, tensor(1.0));
            let mut n_draws = 0;
            while walk.step().is_some() {
                latents = walk
                    .advance(latents, tensor(0.1), || {
                        n_draws += 1;
                        tensor(0.5)
                    })
                    .latents;
            }
            assert_eq!(n_draws, expected, "{name}");
            let before = (value(&latents), walk.step_idx());
            let after = walk.advance(latents, tensor(9.0), || tensor(9.0)).latents;
            assert_eq!((value(&after), walk.step_idx()), before);
        }
    }
}
