//! Everything this repository can do to itself: set up its tools, build, serve, test and measure.
//!
//! Run as `cargo xtask <command>`. It is the first thing that a fresh machine builds, so it must never depend on a
//! crate that is slow to compile, nor on any other crate of the workspace.
//!
//! ```text
//! cargo xtask serve              the app at http://localhost:8080, tools installed on the way
//! cargo xtask test               the whole gate
//! cargo xtask test fmt native    two suites of it
//! ```
#![expect(clippy::print_stdout, reason = "a command-line program talks to the terminal")]

mod bench;
mod eval;
mod icons;
mod precache;
mod process;
mod setup;
mod site;
mod suites;
mod wasm_names;
mod workspace;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::setup::Purpose;
use crate::workspace::Workspace;

/// Sets up, builds, serves, tests and measures Underpaint.
#[derive(Parser)]
#[command(name = "cargo xtask", disable_help_subcommand = true)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Makes sure of every tool that building and testing need; quick when nothing is missing
    Setup {
        /// What the tools are for: serving needs no browser and no test packages
        #[arg(long = "for", value_enum, default_value_t = Purpose::Test)]
        purpose: Purpose,
    },
    /// Builds the site into dist/
    Build,
    /// Builds the app and serves it, rebuilding on change
    Serve {
        /// The port of http://localhost
        #[arg(long, default_value_t = 8080)]
        port: u16,
        /// Do not open a browser window
        #[arg(long)]
        no_open: bool,
    },
    /// Runs the gate, or the named suites of it
    Test {
        /// Suites to run, in the gate's order; all when none is named
        #[arg(value_enum)]
        suites: Vec<suites::Suite>,
    },
    /// Renders a fixed sketch a few times and prints how long each stage takes; or measures painting in the built page
    Bench {
        /// What is measured
        #[arg(value_enum, default_value_t = bench::Subject::Rendering)]
        subject: bench::Subject,
        /// How many renders are timed
        #[arg(long, default_value_t = 3)]
        runs: u32,
        /// The device to render on: auto, cpu or gpu
        #[arg(long, default_value = "auto")]
        device: String,
    },
    /// Paints held-out sketches with the command-line program and prints the figures of training/eval
    Eval(eval::Options),
    /// Writes the service worker of a build; called by trunk's `post_build` hook
    Sw,
    /// Draws web/icons/*.png anew from their SVG sources with headless Chromium
    Icons,
}

fn main() -> ExitCode {
    match run(Arguments::parse().command) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: Command) -> anyhow::Result<()> {
    let workspace = Workspace::find()?;
    match command {
        Command::Setup { purpose } => setup::run(&workspace, purpose),
        Command::Build => {
            setup::run(&workspace, Purpose::Serve)?;
            site::build(&workspace)
        }
        Command::Serve { port, no_open } => {
            setup::run(&workspace, Purpose::Serve)?;
            site::serve(&workspace, port, !no_open)
        }
        Command::Test { suites } => suites::run(&workspace, &suites),
        Command::Bench { subject: bench::Subject::Rendering, runs, device } => bench::run(&workspace, runs, &device),
        Command::Bench { subject: bench::Subject::Painting, .. } => bench::run_painting(&workspace),
        Command::Eval(options) => eval::run(&workspace, &options),
        Command::Sw => precache::run_hook(),
        Command::Icons => icons::run(&workspace),
    }
}
