//! Makes sure of every tool, says what it does while it does it, and is quick when nothing is missing.

mod browser;
mod cargo_tools;
mod debian_rust_src;
mod npm;
mod wasm_target;

use std::time::Instant;

use anyhow::{Context, Result};
use clap::ValueEnum;

pub use browser::Browser;

use crate::process::shown_duration;
use crate::workspace::Workspace;

/// What the tools are wanted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Purpose {
    /// Building and serving the app: no browser, no packages of the end-to-end tests
    Serve,
    /// Everything, the tests' browser included
    Test,
}

/// What a step found or did.
pub enum Outcome {
    /// Nothing was missing; the text says what is there.
    Present(String),
    /// Something was installed; the text says what.
    Installed(String),
}

/// One step of the set-up: its name and what makes sure of it.
type Step = (&'static str, fn(&Workspace) -> Result<Outcome>);

/// In this order, since a later step may need an earlier one. The wasm target and trunk are the slow ones.
const SERVE_STEPS: &[Step] = &[
    ("Node and npm", npm::ensure_node),
    ("wasm32 target", wasm_target::ensure),
    ("wasm-bindgen", cargo_tools::ensure_wasm_bindgen),
    ("trunk", cargo_tools::ensure_trunk),
    ("wasm-opt", npm::ensure_wasm_opt),
    ("search path", cargo_tools::ensure_links),
];

const TEST_STEPS: &[Step] =
    &[("Chromium", browser::ensure), ("end-to-end test packages", npm::ensure_end_to_end_packages)];

/// Runs the set-up.
///
/// # Errors
/// At the first step that cannot be made sure of, with a sentence that says what to do.
pub fn run(workspace: &Workspace, purpose: Purpose) -> Result<()> {
    let started = Instant::now();
    println!("Setting up; tools live in {}", workspace.tools.display());
    std::fs::create_dir_all(&workspace.tools)
        .with_context(|| format!("the tools folder {} cannot be made", workspace.tools.display()))?;
    let steps = match purpose {
        Purpose::Serve => SERVE_STEPS.iter().chain(&[]),
        Purpose::Test => SERVE_STEPS.iter().chain(TEST_STEPS),
    };
    for (name, ensure) in steps {
        let step_started = Instant::now();
        let outcome = ensure(workspace).with_context(|| format!("setting up: {name}"))?;
        let took = shown_duration(step_started.elapsed());
        match outcome {
            Outcome::Present(what) => println!("  {name}: {what}"),
            Outcome::Installed(what) => println!("  {name}: installed {what} in {took}"),
        }
    }
    println!("Set up in {}\n", shown_duration(started.elapsed()));
    Ok(())
}

/// Announces the start of something slow.
fn say(what: &str) {
    println!("  … {what}");
}
