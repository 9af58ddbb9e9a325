//! The schedulers there are, by name.
//!
//! To add one: a file with a type that implements [`Scheduler`], its `mod` line in the parent, and its line in
//! [`REGISTRY`]. Nothing else asks which scheduler it has before it.

use std::fmt;
use std::hash::{Hash, Hasher};

use crate::DiffusionError;
use crate::schedulers::settings::Defaults;
use crate::schedulers::{NoiseLevels, Plan, SchedulerConfig, Settings, Span};

/// Every scheduler, in the order in which a person chooses among them.
static REGISTRY: &[&dyn Scheduler] = &[
    &super::ddim::Ddim,
    &super::euler::Euler,
    &super::euler_ancestral::EulerAncestral,
    &super::dpmpp_2m::Dpmpp2m,
    &super::dpmpp_2m_sde::Dpmpp2mSde,
    &super::unipc::UniPc,
    &super::lcm::Lcm,
    &super::heun::Heun,
    &super::pndm::Pndm,
    &super::ddpm::Ddpm,
    &super::deis::Deis,
];

/// A way from noise to picture: which configuration keys it reads, and how a run becomes a [`Plan`].
pub trait Scheduler: Sync {
    /// The name on the command line and in messages, such as `dpmpp-2m`. Never changes once published.
    fn id(&self) -> &'static str;

    /// The name that people know, such as `DPM++ 2M`.
    fn title(&self) -> &'static str;

    /// The class of diffusers whose arithmetic this is.
    fn class_name(&self) -> &'static str;

    /// The arguments of that class: the keys of a `scheduler_config.json` that it reads. All others pass it by, as in
    /// diffusers' `from_config`.
    fn keys(&self) -> &'static [&'static str];

    /// What that class takes for keys that are not there, where classes differ.
    fn defaults(&self) -> Defaults;

    /// Whether a file that names this class means this scheduler: of two schedulers that share a class, only one.
    fn is_meant_by(&self, _config: &SchedulerConfig) -> bool {
        true
    }

    /// Changes the settings to those that this scheduler stands for, and refuses what it cannot follow.
    ///
    /// # Errors
    /// Where a setting asks for something that is not implemented.
    fn adjust(&self, _settings: &mut Settings) -> Result<(), DiffusionError> {
        Ok(())
    }

    /// Works out a run.
    ///
    /// # Errors
    /// Where no step is left to run, or the configuration cannot be followed.
    fn plan(&self, settings: &Settings, levels: &NoiseLevels, span: Span) -> Result<Plan, DiffusionError>;
}

/// One of the schedulers.
#[derive(Clone, Copy)]
pub struct SchedulerName(pub(super) &'static dyn Scheduler);

impl SchedulerName {
    /// Every scheduler.
    pub fn all() -> impl Iterator<Item = Self> {
        REGISTRY.iter().map(|scheduler| Self(*scheduler))
    }

    /// The scheduler of this name, such as `euler-a`.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::all().find(|name| name.id() == id)
    }

    /// The scheduler that computes as this class of diffusers does by default.
    pub fn from_class_name(class_name: &str) -> Option<Self> {
        Self::all().find(|name| name.class_name() == class_name)
    }

    /// The name on the command line and in messages, such as `dpmpp-2m`.
    pub fn id(self) -> &'static str {
        self.0.id()
    }

    /// The name that people know, such as `DPM++ 2M`.
    pub fn title(self) -> &'static str {
        self.0.title()
    }

    /// The class of diffusers whose arithmetic this is.
    pub fn class_name(self) -> &'static str {
        self.0.class_name()
    }

    /// The names on the command line of all schedulers, for messages: `ddim, euler, …`.
    pub fn list_of_ids() -> String {
        Self::all().map(Self::id).collect::<Vec<_>>().join(", ")
    }

    /// Whether the scheduler reads this key of a `scheduler_config.json`.
    pub fn reads(self, key: &str) -> bool {
        self.0.keys().contains(&key)
    }
}

impl PartialEq for SchedulerName {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for SchedulerName {}

impl Hash for SchedulerName {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id().hash(state);
    }
}

impl fmt::Debug for SchedulerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SchedulerName({})", self.id())
    }
}

impl fmt::Display for SchedulerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_and_titles_are_distinct_and_lead_back_to_their_scheduler() {
        for name in SchedulerName::all() {
            assert_eq!(SchedulerName::from_id(name.id()), Some(name));
            assert_eq!(SchedulerName::all().filter(|other| other.title() == name.title()).count(), 1);
            let of_class = SchedulerName::from_class_name(name.class_name()).unwrap();
            assert_eq!(of_class.class_name(), name.class_name());
        }
        assert_eq!(SchedulerName::from_id("DDIM"), None);
        assert!(SchedulerName::list_of_ids().contains("dpmpp-2m-sde, unipc"));
    }
}
