//! Schedulers: at which noise levels the model is asked, and how its answers move the latents from noise to picture.
//!
//! Every scheduler here is deterministic arithmetic on a few numbers per step, so a scheduler does its work before the
//! first step: it turns [`Settings`] (a [`SchedulerConfig`] as this scheduler reads it) and a [`Span`] into a [`Plan`],
//! a list of [`Step`]s whose coefficients say everything. A [`Walk`] carries a plan out on tensors: the same few
//! operations for all schedulers, with a short memory for those that look back at earlier steps.
//!
//! The numbers follow the classes of diffusers 0.42 that [`SchedulerName::class_name`] gives.
//!
//! ```
//! use underpaint_diffusion::schedulers::{Plan, SchedulerConfig, SchedulerName, Span};
//!
//! # fn main() -> Result<(), underpaint_diffusion::DiffusionError> {
//! let config = SchedulerConfig::from_json(r#"{"_class_name": "DDIMScheduler", "beta_schedule": "scaled_linear"}"#)?;
//! let plan = Plan::new(&config, SchedulerName::DDIM, Span::from_strength(0.5, 4))?;
//! assert_eq!(plan.timesteps(), [499.0, 374.0, 249.0, 124.0]);
//! # Ok(())
//! # }
//! ```

mod config;
mod noise_levels;
mod plan;
mod registry;
mod settings;
mod sigmas;
mod spacing;
mod step;
mod walk;

// The schedulers; each has its line in registry.rs, too.
mod ddim;
mod ddpm;
mod deis;
mod dpm_solver;
mod dpmpp_2m;
mod dpmpp_2m_sde;
mod euler;
mod euler_ancestral;
mod heun;
mod lcm;
mod pndm;
mod unipc;

pub use config::{SchedulerConfig, SigmaSpacing};
pub use noise_levels::NoiseLevels;
pub use plan::{Plan, Span};
pub use registry::{Scheduler, SchedulerName};
pub use settings::{BetaSchedule, Defaults, FinalSigma, PredictionType, Settings, TimestepSpacing};
pub use step::{Mix, Step};
pub use walk::{Advanced, Walk};
