//! UniPC (Zhao et al., 2023): a multistep predictor, and a corrector that puts each step right once the model has
//! answered at its end, at no further evaluation.

use crate::DiffusionError;
use crate::schedulers::dpm_solver::{parts, step_at};
use crate::schedulers::plan::cut;
use crate::schedulers::settings::{LINSPACE, unsupported};
use crate::schedulers::sigmas::{final_sigma, multistep_points};
use crate::schedulers::{Defaults, FinalSigma, Mix, NoiseLevels, Plan, Scheduler, Settings, SigmaSpacing, Span};

/// `UniPCMultistepScheduler`.
#[derive(Debug)]
pub(super) struct UniPc;

impl Scheduler for UniPc {
    fn id(&self) -> &'static str {
        "unipc"
    }

    fn title(&self) -> &'static str {
        "UniPC"
    }

    fn class_name(&self) -> &'static str {
        "UniPCMultistepScheduler"
    }

    fn keys(&self) -> &'static [&'static str] {
        &[
            "num_train_timesteps",
            "beta_start",
            "beta_end",
            "beta_schedule",
            "trained_betas",
            "solver_order",
            "prediction_type",
            "thresholding",
            "predict_x0",
            "solver_type",
            "lower_order_final",
            "disable_corrector",
            "solver_p",
            "use_karras_sigmas",
            "use_exponential_sigmas",
            "use_beta_sigmas",
            "use_flow_sigmas",
            "timestep_spacing",
            "steps_offset",
            "final_sigmas_type",
            "rescale_betas_zero_snr",
            "use_dynamic_shifting",
            "sigma_min",
            "sigma_max",
            "shift_terminal",
        ]
    }

    fn defaults(&self) -> Defaults {
        LINSPACE
    }

    fn adjust(&self, settings: &mut Settings) -> Result<(), DiffusionError> {
        match settings.solver_type.as_deref() {
            // The words of other solvers, which diffusers takes for bh2.
            None | Some("bh1" | "bh2" | "midpoint" | "heun" | "logrho") => Ok(()),
            Some(other) => Err(unsupported("solver_type", format!("\"{other}\""), "\"bh1\" and \"bh2\" are")),
        }
    }

    fn plan(&self, settings: &Settings, levels: &NoiseLevels, span: Span) -> Result<Plan, DiffusionError> {
        let points = multistep_points(settings, levels, span, settings.num_train_timesteps, |timestep| {
            if settings.sigma_spacing == SigmaSpacing::Karras { timestep.round_ties_even() } else { timestep.trunc() }
        });
        let n_left_out = span.n_left_out(points.len(), 1);
        let points = cut(points, span)?;
        let end = match (settings.final_sigma, settings.sigma_spacing) {
            (FinalSigma::SigmaMin, SigmaSpacing::Karras | SigmaSpacing::Exponential) => {
                points.last().map_or(0.0, |point| point.sigma)
            }
            _ => final_sigma(settings, levels),
        };
        let solver =
            Solver { of_pictures: settings.predict_x0, is_bh1: settings.solver_type.as_deref() == Some("bh1") };
        let sigma = |idx: usize| points.get(idx).map_or(end, |point| point.sigma);
        let sigmas_back_from = |idx: usize, n: usize| -> Vec<f64> { (0..n).map(|back| sigma(idx - back)).collect() };

        let n = points.len();
        let mut last_order = 0;
        let mut steps = Vec::with_capacity(n);
        for (idx, point) in points.iter().enumerate() {
            let wanted =
                if settings.lower_order_final { settings.solver_order.min(n - idx) } else { settings.solver_order };
            // After a cut the solver knows no more of the steps before than after a start from noise.
            let order = wanted.min(idx + 1);

            let mut step = step_at(settings, point, solver.of_pictures);
            // diffusers counts the steps that are not corrected from the noisy end of the whole way.
            let is_corrected = idx > 0 && !settings.disable_corrector.contains(&(n_left_out + idx - 1));
            if is_corrected {
                step.correction = Some(solver.correct(point.sigma, &sigmas_back_from(idx - 1, last_order)));
            }
            step.saves_latents = true;
            step.next = solver.predict(sigma(idx + 1), &sigmas_back_from(idx, order));
            steps.push(step);
            last_order = order;
        }
        Plan::of_steps(steps, 1.0).ok_or_else(|| span.nothing_left())
    }
}

/// The B(h) solvers of the paper.
struct Solver {
    /// Whether pictures are extrapolated, not noise.
    of_pictures: bool,
    /// Whether B(h) is h, not its exponential less one.
    is_bh1: bool,
}

/// What a predictor and a corrector over one step have in common.
struct Interval {
    /// Share of the latents at its beginning.
    kept: f64,
    /// Share of what its beginning is remembered by.
    constant: f64,
    /// Factor on the differences to it.
    factor: f64,
    /// Places of the steps before, in units of the step and counted from its beginning: below 0.
    places: Vec<f64>,
    /// What the differences' weights must sum up to, for each power of the places.
    moments: Vec<f64>,
}

impl Solver {
    /// The step to `next_sigma` from `sigmas[0]`, after steps at the other sigmas (the latest first).
    fn interval(&self, next_sigma: f64, sigmas: &[f64]) -> Interval {
        let (next_signal, next_noise) = parts(next_sigma);
        let (signal, noise) = parts(sigmas[0]);
        let lambda = |sigma: f64| -sigma.ln();
        let h = lambda(next_sigma) - lambda(sigmas[0]);
        let hh = if self.of_pictures { -h } else { h };
        let scale = if self.of_pictures { next_signal } else { next_noise };
        let growth = hh.exp_m1();
        let b_h = if self.is_bh1 { hh } else { growth };

        let mut phi = growth / hh - 1.0;
        let mut factorial = 1.0;
        let mut moments = Vec::with_capacity(sigmas.len());
        for power in 1..=sigmas.len() {
            moments.push(phi * factorial / b_h);
            factorial *= (power + 1) as f64;
            phi = phi / hh - 1.0 / factorial;
        }
        Interval {
            kept: if self.of_pictures { next_noise / noise } else { next_signal / signal },
            constant: -scale * growth,
            factor: -scale * b_h,
            places: sigmas[1..].iter().map(|&sigma| (lambda(sigma) - lambda(sigmas[0])) / h).collect(),
            moments,
        }
    }

    /// The next latents, from this step's and what this and the steps before are remembered by.
    fn predict(&self, next_sigma: f64, sigmas: &[f64]) -> Mix {
        let interval = self.interval(next_sigma, sigmas);
        let weights = match sigmas.len() {
            1 => Vec::new(),
            // diffusers takes this for the solution of the one equation.
            2 => vec![0.5],
            n => solve(&interval.places, &interval.moments[..n - 1]),
        };
        let mut mix = Mix { latents: interval.kept as f32, ..Mix::default() };
        let mut current = interval.constant;
        for ((slot, weight), place) in mix.remembered.iter_mut().zip(&weights).zip(&interval.places) {
            let share = interval.factor * weight / place;
            *slot = share as f32;
            current -= share;
        }
        mix.current = current as f32;
        mix
    }

    /// The latents at `sigma` put right, from those saved at `sigmas[0]`, what the steps before are remembered by, and
    /// what this one is.
    fn correct(&self, sigma: f64, sigmas: &[f64]) -> Mix {
        let interval = self.interval(sigma, sigmas);
        let mut places = interval.places.clone();
        places.push(1.0);
        let weights = if sigmas.len() == 1 { vec![0.5] } else { solve(&places, &interval.moments) };
        let mut mix = Mix { saved: interval.kept as f32, ..Mix::default() };
        let mut first = interval.constant;
        for (idx, (weight, place)) in weights.iter().zip(&places).enumerate() {
            let share = interval.factor * weight / place;
            first -= share;
            match mix.remembered.get_mut(idx + 1) {
                Some(slot) if idx + 1 < sigmas.len() => *slot = share as f32,
                _ => mix.current = share as f32,
            }
        }
        mix.remembered[0] = first as f32;
        mix
    }
}

/// The weights whose sums with the powers 0, 1, … of the places are the moments: Gauss's elimination on a Vandermonde
/// matrix of at most three rows. The places are distinct, so that a solution exists.
fn solve(places: &[f64], moments: &[f64]) -> Vec<f64> {
    let n = places.len();
    let mut rows: Vec<Vec<f64>> = (0..n)
        .map(|power| {
            let mut row: Vec<f64> = places.iter().map(|place| place.powi(power as i32)).collect();
            row.push(moments[power]);
            row
        })
        .collect();
    for column in 0..n {
        let largest = (column..n).max_by(|&a, &b| rows[a][column].abs().total_cmp(&rows[b][column].abs()));
        rows.swap(column, largest.unwrap_or(column));
        let (above, below) = rows.split_at_mut(column + 1);
        let pivot = &above[column];
        for row in below {
            let factor = row[column] / pivot[column];
            for (value, pivot_value) in row.iter_mut().zip(pivot).skip(column) {
                *value -= factor * pivot_value;
            }
        }
    }
    let mut weights = vec![0.0; n];
    for row in (0..n).rev() {
        let known: f64 = (row + 1..n).map(|idx| rows[row][idx] * weights[idx]).sum();
        weights[row] = (rows[row][n] - known) / rows[row][row];
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_meet_their_moments() {
        let (places, moments) = ([-1.7, -0.6, 1.0], [0.9, 0.4, 0.3]);
        let weights = solve(&places, &moments);
        for (power, moment) in moments.iter().enumerate() {
            let sum: f64 = weights.iter().zip(places).map(|(weight, place)| weight * place.powi(power as i32)).sum();
            assert!((sum - moment).abs() < 1e-12, "{power}: {sum}");
        }
    }
}
