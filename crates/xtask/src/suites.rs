//! The gate: suites that run one after another, none hidden by the failure of another.

mod browser;
mod edges;
mod rust;
mod size;
mod sources;

use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use clap::ValueEnum;

use crate::process::shown_duration;
use crate::setup::{self, Purpose};
use crate::site;
use crate::workspace::Workspace;

/// One suite of the gate. Cheap ones come first, so that a slip shows early.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub enum Suite {
    /// Formatting
    Fmt,
    /// Rules about the sources: module length, no bare allows, browser types in one crate
    Sources,
    /// The dependency graph: who may reach whom
    Edges,
    /// Clippy on the native crates
    Clippy,
    /// Clippy on the browser programs, blocking calls banned
    ClippyWasm,
    /// Native tests
    Native,
    /// The site builds
    Site,
    /// The compressed sizes of the two programs
    Size,
    /// Tests of the browser crate in headless Chromium
    Browser,
    /// The whole app in headless Chromium
    EndToEnd,
}

impl Suite {
    fn title(self) -> &'static str {
        match self {
            Self::Fmt => "Formatting",
            Self::Sources => "Rules about the sources",
            Self::Edges => "Dependency edges",
            Self::Clippy => "Clippy, native",
            Self::ClippyWasm => "Clippy, wasm",
            Self::Native => "Native tests",
            Self::Site => "The site builds",
            Self::Size => "Size of the wasm programs",
            Self::Browser => "Browser tests",
            Self::EndToEnd => "End-to-end tests",
        }
    }

    fn run(self, workspace: &Workspace) -> Result<Tally> {
        match self {
            Self::Fmt => rust::format(workspace),
            Self::Sources => sources::check(workspace),
            Self::Edges => edges::check(workspace),
            Self::Clippy => rust::clippy_native(workspace),
            Self::ClippyWasm => rust::clippy_wasm(workspace),
            Self::Native => rust::native_tests(workspace),
            Self::Site => site::build(workspace).map(|()| Tally::one_pass()),
            Self::Size => size::check(workspace),
            Self::Browser => browser::crate_tests(workspace),
            Self::EndToEnd => browser::end_to_end_tests(workspace),
        }
    }

    /// Whether the suite needs more than Rust itself.
    fn needs_tools(self) -> bool {
        matches!(self, Self::ClippyWasm | Self::Edges | Self::Site | Self::Size | Self::Browser | Self::EndToEnd)
    }
}

/// How many checks of a suite held and how many did not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Checks that held.
    pub passed: usize,
    /// Checks that did not.
    pub failed: usize,
}

impl Tally {
    /// The tally of a suite that is a single check, and held.
    pub fn one_pass() -> Self {
        Self { passed: 1, failed: 0 }
    }

    /// The tally of `n_checks` checks of which `failures` did not hold; prints each failure.
    pub fn of_failures(n_checks: usize, failures: &[String]) -> Self {
        for failure in failures {
            println!("FAILED {failure}");
        }
        Self { passed: n_checks.saturating_sub(failures.len()), failed: failures.len() }
    }

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// What became of one suite.
struct Finished {
    suite: Suite,
    tally: Tally,
    took: Duration,
}

/// Runs the named suites, or all of them, and prints a summary that ends with `N passed, N failed` on a line.
///
/// # Errors
/// When any check failed.
pub fn run(workspace: &Workspace, named: &[Suite]) -> Result<()> {
    let suites: Vec<Suite> = match named {
        [] => Suite::value_variants().to_vec(),
        _ => {
            let mut chosen = named.to_vec();
            chosen.sort();
            chosen.dedup();
            chosen
        }
    };
    let mut problems = Vec::new();
    if suites.iter().any(|suite| suite.needs_tools()) {
        let purpose = match suites.last() {
            Some(Suite::Browser | Suite::EndToEnd) => Purpose::Test,
            _ => Purpose::Serve,
        };
        // Without a browser the other suites still say what they have to say.
        if let Err(error) = setup::run(workspace, purpose) {
            println!("FAILED {error:#}\n");
            problems.push(format!("{error:#}"));
        }
    }
    let mut finished = Vec::new();
    for suite in suites {
        println!("══ {} ══", suite.title());
        let started = Instant::now();
        let tally = suite.run(workspace).unwrap_or_else(|error| {
            println!("FAILED {error:#}");
            Tally { passed: 0, failed: 1 }
        });
        let took = started.elapsed();
        println!("{}: {} passed, {} failed in {}\n", suite.title(), tally.passed, tally.failed, shown_duration(took));
        finished.push(Finished { suite, tally, took });
    }
    summarise(&finished, &problems)
}

fn summarise(finished: &[Finished], problems: &[String]) -> Result<()> {
    let mut total = Tally { passed: 0, failed: problems.len() };
    println!("══ Summary ══");
    for problem in problems {
        println!("failed  {problem}");
    }
    for Finished { suite, tally, took } in finished {
        let verdict = if tally.failed == 0 { "ok    " } else { "FAILED" };
        println!(
            "{verdict}  {:<27} {:>4} passed {:>3} failed   {}",
            suite.title(),
            tally.passed,
            tally.failed,
            shown_duration(*took)
        );
        total.add(*tally);
    }
    println!("\n{} passed, {} failed", total.passed, total.failed);
    if total.failed > 0 {
        bail!("the gate does not hold");
    }
    Ok(())
}
