//! Schedulers: at which noise levels the model is asked, and how its answers move the latents from noise to picture.
//!
//! Every scheduler here is deterministic arithmetic on a few numbers per step, so a scheduler does its work before the
//! first step: it turns a [`SchedulerConfig`] and a [`Span`] into a [`Plan`], a list of [`Step`]s whose coefficients say
//! everything. Running a plan is the same few tensor operations for all of them (see [`crate::pipeline`]).
//!
//! The numbers follow `DDIMScheduler`, `EulerDiscreteScheduler` and `LCMScheduler` of diffusers.
//!
//! ```
//! use underpaint_diffusion::schedulers::{Plan, SchedulerConfig, SchedulerName, Span};
//!
//! # fn main() -> Result<(), underpaint_diffusion::DiffusionError> {
//! let config = SchedulerConfig::from_json(r#"{"_class_name": "DDIMScheduler", "beta_schedule": "scaled_linear"}"#)?;
//! let plan = Plan::new(&config, SchedulerName::Ddim, Span::from_strength(0.5, 4))?;
//! assert_eq!(plan.timesteps(), [499.0, 374.0, 249.0, 124.0]);
//! # Ok(())
//! # }
//! ```

mod config;
mod ddim;
mod euler;
mod lcm;
mod noise_levels;
mod plan;
mod spacing;

pub use config::{
    BetaSchedule, FinalSigma, PredictionType, SchedulerConfig, SchedulerName, SigmaSpacing, TimestepSpacing,
};
pub use noise_levels::NoiseLevels;
pub use plan::{Plan, Span, Step};
