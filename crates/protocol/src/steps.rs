//! How many steps run: what the page promises and the engine keeps.

use crate::Compat;

/// Noise levels that the models were trained on.
const N_TRAIN_TIMESTEPS: f64 = 1000.0;

/// How many denoising steps a strength and a number of steps stand for. A test of the engine holds it against the
/// schedulers. Only those that ask the model more than once a step (Heun; PNDM as diffusers starts it) run longer.
///
/// [`Compat::Continuous`]: the distinct timesteps of `round(linspace(strength · 1000, 0, steps + 1))[:-1] − 1`, none below
/// 0; so all of the steps down to a very small strength, and one at least above 0. [`Compat::Diffusers`]: `int(steps ·
/// strength)`, as `StableDiffusionImg2ImgPipeline.get_timesteps` computes it (truncated, with the surprises of binary
/// fractions).
#[must_use]
pub fn steps_that_run(strength: f32, steps: u32, compat: Compat) -> u32 {
    // A slider's 0.58 must count as the decimal 0.58: from an f32, diffusers' truncation would see 0.5799999833.
    let strength = (f64::from(strength.clamp(0.0, 1.0)) * 1e6).round() / 1e6;
    let steps = steps.max(1);
    match compat {
        Compat::Diffusers => ((f64::from(steps) * strength) as u32).min(steps),
        Compat::Continuous => {
            if strength.is_nan() || strength <= 0.0 {
                return 0;
            }
            let mut last_timestep = None;
            let mut n_steps = 0;
            for step_idx in 0..steps {
                let level = strength * N_TRAIN_TIMESTEPS * (1.0 - f64::from(step_idx) / f64::from(steps));
                let timestep = (level.round_ties_even() as i64 - 1).max(0);
                if last_timestep != Some(timestep) {
                    last_timestep = Some(timestep);
                    n_steps += 1;
                }
            }
            n_steps
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn continuous_strength_runs_all_steps_until_timesteps_fall_together() {
        let run = |strength, steps| steps_that_run(strength, steps, Compat::Continuous);
        assert_eq!(run(0.0, 12), 0);
        assert_eq!(run(1.0, 12), 12);
        assert_eq!(run(0.6, 12), 12);
        assert_eq!(run(0.05, 50), 50);
        // 0.005 · 1000 = 5 levels: at most 5 distinct timesteps, however many steps are asked for.
        assert_eq!(run(0.005, 50), 5);
        assert_eq!((run(0.001, 12), run(0.0001, 12)), (1, 1));
        assert_eq!(run(f32::NAN, 12), 0);
    }

    #[test]
    fn diffusers_strength_truncates_as_python_does() {
        let run = |strength, steps| steps_that_run(strength, steps, Compat::Diffusers);
        // From Python: int(50 * .58) = 28 and int(50 * .57) = 28, int(100 * .29) = 28.
        assert_eq!((run(0.58, 50), run(0.57, 50)), (28, 28));
        assert_eq!((run(0.0, 20), run(0.04, 20), run(0.75, 20), run(1.0, 20)), (0, 0, 15, 20));
    }
}
