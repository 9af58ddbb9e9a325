//! The multistep solvers of Lu et al. (2022): DPM-Solver, which extrapolates the noise, DPM-Solver++, which extrapolates
//! the picture, and both as stochastic differential equations, which add fresh noise at every step.

use crate::DiffusionError;
use crate::schedulers::plan::cut;
use crate::schedulers::settings::unsupported;
use crate::schedulers::sigmas::{Point, final_sigma, level, multistep_points, whole_timestep_of_dpm_solver};
use crate::schedulers::{FinalSigma, Mix, NoiseLevels, Plan, Settings, Span, Step, ddim};

/// The class of diffusers for all of them.
pub(super) const CLASS_NAME: &str = "DPMSolverMultistepScheduler";

/// The arguments of that class.
pub(super) const KEYS: &[&str] = &[
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
    "euler_at_final",
    "use_karras_sigmas",
    "use_exponential_sigmas",
    "use_beta_sigmas",
    "use_lu_lambdas",
    "use_flow_sigmas",
    "final_sigmas_type",
    "lambda_min_clipped",
    "variance_type",
    "timestep_spacing",
    "steps_offset",
    "rescale_betas_zero_snr",
    "use_dynamic_shifting",
];

/// Runs of fewer steps than this end with lower orders (`lower_order_final`).
const FEW_STEPS: usize = 15;

/// What is extrapolated, and how.
#[derive(Clone, Copy)]
struct Algorithm {
    /// Whether pictures are extrapolated (the ++), not noise.
    of_pictures: bool,
    /// Whether fresh noise is added.
    is_stochastic: bool,
    /// Whether a second-order step takes the slope from its end, not from its middle.
    is_heun: bool,
}

impl Algorithm {
    fn of(settings: &Settings) -> Self {
        Self {
            of_pictures: settings.algorithm_type.ends_with("++"),
            is_stochastic: is_stochastic(&settings.algorithm_type),
            is_heun: settings.solver_type.as_deref() == Some("heun"),
        }
    }
}

/// Whether an `algorithm_type` adds fresh noise.
pub(super) fn is_stochastic(algorithm_type: &str) -> bool {
    algorithm_type.starts_with("sde-")
}

/// Refuses what diffusers refuses, and what is not implemented.
///
/// # Errors
/// Where a setting is one of these.
pub(super) fn check(settings: &mut Settings) -> Result<(), DiffusionError> {
    if settings.algorithm_type == "deis" {
        settings.algorithm_type = "dpmsolver++".into();
    }
    let algorithm = settings.algorithm_type.as_str();
    if !["dpmsolver", "dpmsolver++", "sde-dpmsolver", "sde-dpmsolver++"].contains(&algorithm) {
        return Err(unsupported(
            "algorithm_type",
            format!("\"{algorithm}\""),
            "\"dpmsolver++\", \"dpmsolver\" and both with \"sde-\" in front are",
        ));
    }
    if !algorithm.ends_with("++") && settings.final_sigma == FinalSigma::Zero {
        return Err(unsupported(
            "algorithm_type",
            format!("\"{algorithm}\""),
            "it needs final_sigmas_type \"sigma_min\", or take the same with ++",
        ));
    }
    if algorithm == "sde-dpmsolver" && settings.solver_order == 3 {
        return Err(unsupported("solver_order", 3, "\"sde-dpmsolver\" has 1 and 2"));
    }
    match settings.solver_type.as_deref() {
        // The words of other solvers, which diffusers takes for midpoint.
        None | Some("midpoint" | "heun" | "logrho" | "bh1" | "bh2") => {}
        Some(other) => {
            return Err(unsupported("solver_type", format!("\"{other}\""), "\"midpoint\" and \"heun\" are"));
        }
    }
    if let Some(variance @ ("learned" | "learned_range")) = settings.variance_type.as_deref() {
        return Err(unsupported("variance_type", format!("\"{variance}\""), "null is"));
    }
    Ok(())
}

/// Works out a run.
///
/// # Errors
/// Where no step is left to run.
pub(super) fn plan(settings: &Settings, levels: &NoiseLevels, span: Span) -> Result<Plan, DiffusionError> {
    let algorithm = Algorithm::of(settings);
    let points = multistep_points(settings, levels, span, n_visited(settings, levels), |timestep| {
        whole_timestep_of_dpm_solver(settings, timestep)
    });
    let n_points = points.len();
    let points = cut(points, span)?;
    let end = final_sigma(settings, levels);
    let n = points.len();
    let has_few_steps = settings.lower_order_final && n_points < FEW_STEPS;

    let steps = (0..n).map(|idx| {
        let is_last = idx + 1 == n;
        let ends_with_euler =
            is_last && (settings.euler_at_final || has_few_steps || settings.final_sigma == FinalSigma::Zero);
        let order = if ends_with_euler {
            1
        } else if has_few_steps && idx + 2 == n {
            settings.solver_order.min(2)
        } else {
            settings.solver_order
        };
        // After a cut the solver knows no more of the steps before than after a start from noise.
        let order = order.min(idx + 1);

        let next_sigma = points.get(idx + 1).map_or(end, |point| point.sigma);
        let sigmas: Vec<f64> = (0..order).map(|back| points[idx - back].sigma).collect();
        let next = advance(algorithm, next_sigma, &sigmas);
        let mut step = step_at(settings, &points[idx], algorithm.of_pictures);
        step.draws_noise = algorithm.is_stochastic;
        step.next = next;
        step
    });
    Plan::of_steps(steps.collect(), 1.0).ok_or_else(|| span.nothing_left())
}

/// How many training timesteps may be visited: those above `lambda_min_clipped`.
fn n_visited(settings: &Settings, levels: &NoiseLevels) -> usize {
    let lambda = |sigma: &f64| -sigma.ln();
    levels.sigmas().iter().filter(|sigma| lambda(sigma) >= settings.lambda_min_clipped).count().max(1)
}

/// A step at a point of a multistep solver, with no next latents yet. It is remembered by the picture that it foresees,
/// or by the noise.
pub(super) fn step_at(settings: &Settings, point: &Point, of_pictures: bool) -> Step {
    let (signal, noise) = parts(point.sigma);
    let (picture, foreseen_noise) = ddim::predictions(settings.prediction_type, signal, noise);
    Step {
        timestep: point.timestep as f32,
        input_scale: 1.0,
        level: level(settings, point.timestep),
        made_of: (signal as f32, noise as f32),
        picture: Mix::of_latents_and_output(picture),
        remember: Some(if of_pictures {
            Mix { picture: 1.0, ..Mix::default() }
        } else {
            Mix::of_latents_and_output(foreseen_noise)
        }),
        ..Step::default()
    }
}

/// The shares of picture and noise at a sigma, of power one together.
pub(super) fn parts(sigma: f64) -> (f64, f64) {
    let signal = 1.0 / (sigma * sigma + 1.0).sqrt();
    (signal, sigma * signal)
}

/// The next latents, from the sigmas of this step and of those before it (the latest first), as many as the order.
fn advance(algorithm: Algorithm, next_sigma: f64, sigmas: &[f64]) -> Mix {
    let (next_signal, next_noise) = parts(next_sigma);
    let (signal, noise) = parts(sigmas[0]);
    // Half the logarithm of the signal-to-noise ratio.
    let lambda = |sigma: f64| -sigma.ln();
    let h = lambda(next_sigma) - lambda(sigmas[0]);

    let Algorithm { of_pictures, is_stochastic, is_heun } = algorithm;
    // Integrals over the step of the extrapolation's constant, linear and quadratic part.
    let (kept, constant, linear, quadratic) = match (of_pictures, is_stochastic) {
        (true, false) => {
            let e = (-h).exp_m1();
            (
                next_noise / noise,
                -next_signal * e,
                next_signal * (e / h + 1.0),
                -next_signal * ((e + h) / (h * h) - 0.5),
            )
        }
        (false, false) => {
            let e = h.exp_m1();
            (
                next_signal / signal,
                -next_noise * e,
                -next_noise * (e / h - 1.0),
                -next_noise * ((e - h) / (h * h) - 0.5),
            )
        }
        (true, true) => {
            let e = -(-2.0 * h).exp_m1();
            (
                next_noise / noise * (-h).exp(),
                next_signal * e,
                next_signal * (e / (-2.0 * h) + 1.0),
                next_signal * ((e - 2.0 * h) / (4.0 * h * h) - 0.5),
            )
        }
        (false, true) => {
            let e = h.exp_m1();
            (next_signal / signal, -2.0 * next_noise * e, -2.0 * next_noise * (e / h - 1.0), 0.0)
        }
    };
    let fresh = match (of_pictures, is_stochastic) {
        (_, false) => 0.0,
        (true, true) => next_noise * (-(-2.0 * h).exp_m1()).sqrt(),
        (false, true) => next_noise * (2.0 * h).exp_m1().sqrt(),
    };

    // The differences as shares of what is remembered: of this step, of the last and of the one before.
    let mut shares = [constant, 0.0, 0.0];
    let mut add = |factor: f64, parts: [f64; 3]| {
        for (share, part) in shares.iter_mut().zip(parts) {
            *share += factor * part;
        }
    };
    match *sigmas {
        [s0, s1] => {
            let r0 = (lambda(s0) - lambda(s1)) / h;
            let slope = if is_heun { linear } else { 0.5 * constant };
            add(slope, [1.0 / r0, -1.0 / r0, 0.0]);
        }
        [s0, s1, s2] => {
            let r0 = (lambda(s0) - lambda(s1)) / h;
            let r1 = (lambda(s1) - lambda(s2)) / h;
            let last = [1.0 / r0, -1.0 / r0, 0.0];
            let bend = [1.0 / r0, -1.0 / r0 - 1.0 / r1, 1.0 / r1];
            add(linear, last);
            add(linear * r0 / (r0 + r1), bend);
            add(quadratic / (r0 + r1), bend);
        }
        _ => {}
    }
    Mix {
        latents: kept as f32,
        current: shares[0] as f32,
        remembered: [shares[1] as f32, shares[2] as f32, 0.0],
        noise: fresh as f32,
        ..Mix::default()
    }
}
