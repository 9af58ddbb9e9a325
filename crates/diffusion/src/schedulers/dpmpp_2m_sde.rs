//! DPM-Solver++ of second order for the stochastic differential equation (Lu et al., 2022): fresh noise at every step.

use crate::DiffusionError;
use crate::schedulers::settings::LINSPACE;
use crate::schedulers::{Defaults, NoiseLevels, Plan, Scheduler, SchedulerConfig, Settings, Span, dpm_solver};

/// `DPMSolverMultistepScheduler` with `algorithm_type` `sde-dpmsolver++`.
#[derive(Debug)]
pub(super) struct Dpmpp2mSde;

impl Scheduler for Dpmpp2mSde {
    fn id(&self) -> &'static str {
        "dpmpp-2m-sde"
    }

    fn title(&self) -> &'static str {
        "DPM++ 2M SDE"
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
        config.file.algorithm_type.as_deref().is_some_and(dpm_solver::is_stochastic)
    }

    fn adjust(&self, settings: &mut Settings) -> Result<(), DiffusionError> {
        // A file that names one of the two with fresh noise is followed; any other gets the usual one.
        if !dpm_solver::is_stochastic(&settings.algorithm_type) {
            settings.algorithm_type = "sde-dpmsolver++".into();
        }
        dpm_solver::check(settings)
    }

    fn plan(&self, settings: &Settings, levels: &NoiseLevels, span: Span) -> Result<Plan, DiffusionError> {
        dpm_solver::plan(settings, levels, span)
    }
}
