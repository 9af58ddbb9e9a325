//! DEIS (Zhang and Chen, 2023): exponential integrators that extrapolate the noise by polynomials in the logarithm of
//! sigma.

use crate::DiffusionError;
use crate::schedulers::dpm_solver::{parts, step_at};
use crate::schedulers::plan::cut;
use crate::schedulers::settings::{LINSPACE, unsupported};
use crate::schedulers::sigmas::multistep_points;
use crate::schedulers::{Defaults, Mix, NoiseLevels, Plan, Scheduler, Settings, SigmaSpacing, Span};

/// Runs of fewer steps than this end with lower orders (`lower_order_final`).
const FEW_STEPS: usize = 15;

/// `DEISMultistepScheduler`.
#[derive(Debug)]
pub(super) struct Deis;

impl Scheduler for Deis {
    fn id(&self) -> &'static str {
        "deis"
    }

    fn title(&self) -> &'static str {
        "DEIS"
    }

    fn class_name(&self) -> &'static str {
        "DEISMultistepScheduler"
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
            "algorithm_type",
            "solver_type",
            "lower_order_final",
            "use_karras_sigmas",
            "use_exponential_sigmas",
            "use_beta_sigmas",
            "use_flow_sigmas",
            "timestep_spacing",
            "steps_offset",
            "use_dynamic_shifting",
        ]
    }

    fn defaults(&self) -> Defaults {
        LINSPACE
    }

    fn adjust(&self, settings: &mut Settings) -> Result<(), DiffusionError> {
        // The words of other solvers, which diffusers takes for its own.
        if !["deis", "dpmsolver", "dpmsolver++"].contains(&settings.algorithm_type.as_str()) {
            return Err(unsupported("algorithm_type", format!("\"{}\"", settings.algorithm_type), "\"deis\" is"));
        }
        match settings.solver_type.as_deref() {
            None | Some("logrho" | "midpoint" | "heun" | "bh1" | "bh2") => Ok(()),
            Some(other) => Err(unsupported("solver_type", format!("\"{other}\""), "\"logrho\" is")),
        }
    }

    fn plan(&self, settings: &Settings, levels: &NoiseLevels, span: Span) -> Result<Plan, DiffusionError> {
        let points = multistep_points(settings, levels, span, settings.num_train_timesteps, |timestep| {
            if settings.sigma_spacing == SigmaSpacing::Karras { timestep.round_ties_even() } else { timestep.trunc() }
        });
        let has_few_steps = settings.lower_order_final && points.len() < FEW_STEPS;
        let points = cut(points, span)?;
        // The way always ends at the smallest sigma, be it the training's or the spacing's.
        let end = match settings.sigma_spacing {
            SigmaSpacing::Timesteps => levels.sigmas().first().copied(),
            _ => points.last().map(|point| point.sigma),
        };
        let n = points.len();
        let steps = points.iter().enumerate().map(|(idx, point)| {
            let wanted = if has_few_steps { settings.solver_order.min(n - idx) } else { settings.solver_order };
            // After a cut the solver knows no more of the steps before than after a start from noise.
            let order = wanted.min(idx + 1);
            let next_sigma = points.get(idx + 1).map(|next| next.sigma).or(end).unwrap_or(0.0);
            let sigmas: Vec<f64> = (0..order).map(|back| points[idx - back].sigma).collect();
            let mut step = step_at(settings, point, false);
            step.next = advance(next_sigma, &sigmas);
            step
        });
        Plan::of_steps(steps.collect(), 1.0).ok_or_else(|| span.nothing_left())
    }
}

/// The next latents, from the sigmas of this step and of those before it (the latest first), as many as the order.
fn advance(next_sigma: f64, sigmas: &[f64]) -> Mix {
    let (next_signal, _) = parts(next_sigma);
    let (signal, _) = parts(sigmas[0]);
    let mut shares = [0.0f32; 3];
    for (idx, share) in shares.iter_mut().enumerate().take(sigmas.len()) {
        let others: Vec<f64> = (0..sigmas.len()).filter(|&other| other != idx).map(|other| sigmas[other]).collect();
        let integral = |sigma: f64| primitive(sigma, sigmas[idx], &others);
        *share = (next_signal * (integral(next_sigma) - integral(sigmas[0]))) as f32;
    }
    Mix {
        latents: (next_signal / signal) as f32,
        current: shares[0],
        remembered: [shares[1], shares[2], 0.0],
        ..Mix::default()
    }
}

/// A primitive, as a function of sigma, of the polynomial in ln sigma that is 1 at `own` and 0 at all `others`.
fn primitive(sigma: f64, own: f64, others: &[f64]) -> f64 {
    let log = sigma.ln();
    match *others {
        [a] => sigma * (log - a.ln() - 1.0) / (own.ln() - a.ln()),
        [a, b] => {
            let (a, b, own) = (a.ln(), b.ln(), own.ln());
            sigma * (log * log - (a + b + 2.0) * log + a * b + a + b + 2.0) / ((own - a) * (own - b))
        }
        _ => sigma,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shares_are_integrals_of_polynomials_that_add_up_to_one() {
        let (from, to, others) = (2.0, 1.1, [3.1, 5.0]);
        let sum: f64 = [(from, [3.1, 5.0]), (3.1, [from, 5.0]), (5.0, [from, 3.1])]
            .iter()
            .map(|(own, others)| primitive(to, *own, others) - primitive(from, *own, others))
            .sum();
        assert!((sum - (to - from)).abs() < 1e-12, "{sum}");
        // By the trapezoidal rule.
        let value = |sigma: f64| {
            let part = |other: f64| (sigma.ln() - other.ln()) / (from.ln() - other.ln());
            part(others[0]) * part(others[1])
        };
        let width = (to - from) / 1000.0;
        let integral: f64 = (0..1000)
            .map(|idx| from + width * f64::from(idx))
            .map(|sigma| (value(sigma) + value(sigma + width)) / 2.0 * width)
            .sum();
        let found = primitive(to, from, &others) - primitive(from, from, &others);
        assert!((found - integral).abs() < 1e-6, "{found} {integral}");
    }
}
