//! The starter's evaluation through the project's own engine: the program `underpaint` paints held-out sketches, and
//! `training/eval/run.py` judges the paintings (see `training/README.md`).

use std::path::PathBuf;

use anyhow::{Result, ensure};
use clap::Args;

use crate::process;
use crate::workspace::Workspace;

/// What to evaluate and how.
#[derive(Args)]
pub struct Options {
    /// A model as name=folder:steps:guidance; steps and guidance are the model's own where they are left out
    #[arg(long = "model", default_value = "starter=web/starter")]
    models: Vec<String>,
    /// How many sketches each model paints at each strength
    #[arg(long, default_value_t = 48)]
    count: u32,
    /// A Python with training/requirements.txt installed
    #[arg(long, default_value = "python3")]
    python: PathBuf,
    /// The held-out pictures; drawn by underpaint-scenes where the folder is empty
    #[arg(long)]
    data: Option<PathBuf>,
    /// Pictures painted at a time
    #[arg(long, default_value_t = 2)]
    threads: u32,
    /// The table of figures, in markdown; its numbers go beside it as .json
    /// (default: eval/engine.md in the build folder)
    #[arg(long)]
    table: Option<PathBuf>,
}

/// Builds the command-line program for speed and lets the judge look at what it paints.
pub fn run(workspace: &Workspace, options: &Options) -> Result<()> {
    ensure!(options.count > 1, "figures need at least 2 sketches, and --count says {}", options.count);
    println!("Building the command-line program");
    process::run(workspace.command("cargo")?.args(["build", "--release", "--quiet", "-p", "underpaint-cli"]))?;
    let program = workspace.target.join("release").join(format!("underpaint{}", std::env::consts::EXE_SUFFIX));
    let table = match &options.table {
        Some(path) => std::path::absolute(path)?,
        None => workspace.target.join("eval").join("engine.md"),
    };
    if let Some(folder) = table.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut judge = std::process::Command::new(&options.python);
    judge.current_dir(&workspace.root).arg("training/eval/run.py");
    judge.arg("--engine").arg(program).arg("--table").arg(&table).arg("--results").arg(table.with_extension("json"));
    judge.args(["--count", &options.count.to_string(), "--threads", &options.threads.to_string()]);
    for model in &options.models {
        judge.args(["--model", model]);
    }
    if let Some(data) = &options.data {
        judge.arg("--data").arg(data);
    }
    process::run(&mut judge)
}
