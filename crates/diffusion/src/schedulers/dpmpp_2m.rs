//! DPM-Solver++ of second order (Lu et al., 2022), or whatever order and kind the configuration names.

use crate::DiffusionError;
use crate::schedulers::settings::LINSPACE;
use crate::schedulers::{Defaults, NoiseLevels, Plan, Scheduler, SchedulerConfig, Settings, Span, dpm_solver};

/// `DPMSolverMultistepScheduler` without fresh noise.
#[derive(Debug)]
pub(super) struct Dpmpp2m;

impl Scheduler for Dpmpp2m {
    fn id(&self) -> &'static str {
        "dpmpp-2m"
    }

    fn title(&self) -> &'static str {
        "DPM++ 2M"
    }

    fn class_name(&self) -> &'static str {
        dpm_solver::CLASS_NAME
    }

    fn keys(&self) -> &'static [&'static str] {
        dpm_solver::KEYS
    }

    fn defaults(&self) -> Defaults {
        LINSPACE
    }

    fn is_meant_by(&self, config: &SchedulerConfig) -> bool {
        !config.file.algorithm_type.as_deref().is_some_and(dpm_solver::is_stochastic)
    }

    fn adjust(&self, settings: &mut Settings) -> Result<(), DiffusionError> {
        // Chosen by name over a file that says otherwise, it is the one without fresh noise.
        if let Some(algorithm) = settings.algorithm_type.strip_prefix("sde-") {
            settings.algorithm_type = algorithm.to_owned();
        }
        dpm_solver::check(settings)
    }

    fn plan(&self, settings: &Settings, levels: &NoiseLevels, span: Span) -> Result<Plan, DiffusionError> {
        dpm_solver::plan(settings, levels, span)
    }
}
