//! Which of the training's timesteps a run visits.

use crate::schedulers::{Settings, TimestepSpacing};

/// The timesteps of `set_timesteps` in most classes of diffusers, from the noisy end down. `steps` is at least 1.
///
/// Euler and its kin keep the fractions of the even spacing (`fractions`), the others round them.
pub(super) fn diffusers_timesteps(settings: &Settings, steps: usize, fractions: bool) -> Vec<f64> {
    let n_train = settings.num_train_timesteps;
    match settings.timestep_spacing {
        TimestepSpacing::Linspace => {
            let last = (n_train - 1) as f64;
            let mut timesteps = even_spacing(0.0, last, steps);
            timesteps.reverse();
            if fractions { timesteps } else { timesteps.into_iter().map(f64::round_ties_even).collect() }
        }
        TimestepSpacing::Leading => {
            let ratio = n_train / steps;
            (0..steps).rev().map(|idx| (idx * ratio + settings.steps_offset) as f64).collect()
        }
        TimestepSpacing::Trailing => trailing_timesteps(n_train, n_train, steps),
    }
}

/// The timesteps of `set_timesteps` in the multistep solvers of diffusers, from the noisy end down: the even and the
/// leading spacing count one step more, and leave out the one at the clean end. `n_visited` is smaller than the
/// training's timesteps where the noisiest of them are left out.
pub(super) fn multistep_timesteps(settings: &Settings, n_visited: usize, steps: usize) -> Vec<f64> {
    match settings.timestep_spacing {
        TimestepSpacing::Linspace => {
            let last = n_visited.saturating_sub(1) as f64;
            let values = even_spacing(0.0, last, steps + 1).into_iter().skip(1);
            values.map(f64::round_ties_even).rev().collect()
        }
        TimestepSpacing::Leading => {
            let ratio = n_visited / (steps + 1);
            (1..=steps).rev().map(|idx| (idx * ratio + settings.steps_offset) as f64).collect()
        }
        TimestepSpacing::Trailing => trailing_timesteps(settings.num_train_timesteps, n_visited, steps),
    }
}

/// numpy's `arange(n_visited, 0, -n_train / steps)`, rounded, less one: its length is rounded up, and its step is the
/// difference of the first two elements.
fn trailing_timesteps(n_train: usize, n_visited: usize, steps: usize) -> Vec<f64> {
    let start = n_visited as f64;
    let step = n_train as f64 / steps as f64;
    let n = (start / step).ceil() as usize;
    let step = start - (start - step);
    (0..n).map(|idx| (start - idx as f64 * step).round_ties_even() - 1.0).collect()
}

/// `steps` distinct timesteps from the noise level `strength` down, evenly spaced; fewer where there are not as many.
pub(super) fn continuous_timesteps(strength: f64, n_train: usize, steps: usize) -> Vec<f64> {
    let level = strength.clamp(0.0, 1.0) * n_train as f64;
    let mut timesteps: Vec<f64> = even_spacing(level, 0.0, steps + 1)
        .into_iter()
        .take(steps)
        .map(|level| (level.round_ties_even() - 1.0).max(0.0))
        .collect();
    timesteps.dedup();
    timesteps
}

/// `n` numbers from `start` to `end`, both included, as `numpy.linspace` counts.
pub(super) fn even_spacing(start: f64, end: f64, n: usize) -> Vec<f64> {
    match n {
        0 => Vec::new(),
        1 => vec![start],
        _ => {
            let step = (end - start) / (n - 1) as f64;
            let mut values: Vec<f64> = (0..n).map(|idx| start + idx as f64 * step).collect();
            values[n - 1] = end;
            values
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_strength_starts_at_the_last_training_step_and_ends_near_the_picture() {
        assert_eq!(continuous_timesteps(1.0, 1000, 4), [999.0, 749.0, 499.0, 249.0]);
        assert_eq!(continuous_timesteps(1.0, 1000, 1), [999.0]);
    }

    #[test]
    fn a_strength_too_small_for_its_steps_runs_fewer_of_them_but_at_least_one() {
        assert_eq!(continuous_timesteps(0.003, 1000, 12), [2.0, 1.0, 0.0]);
        assert_eq!(continuous_timesteps(1e-9, 1000, 12), [0.0]);
    }

    #[test]
    fn timesteps_fall_strictly_whatever_the_strength() {
        for strength_percent in 1..=100 {
            for steps in [1, 2, 3, 7, 12, 50, 1000] {
                let timesteps = continuous_timesteps(f64::from(strength_percent) / 100.0, 1000, steps);
                assert!(timesteps.windows(2).all(|pair| pair[0] > pair[1]), "{strength_percent} % in {steps} steps");
                assert!(!timesteps.is_empty() && timesteps.len() <= steps);
            }
        }
    }
}
