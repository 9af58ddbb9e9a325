//! The budget of bytes that a first visit loads.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Tally;
use crate::workspace::Workspace;

/// The most that the page's program may weigh, gzipped. Of its 709 kB, somewhat less than half are views; 400 kB is where
/// it is to return to.
const PAGE_BUDGET_BYTES: u64 = 750_000;

/// The most that the engine's program may weigh, gzipped.
const ENGINE_BUDGET_BYTES: u64 = 6_000_000;

/// What the engine's files are called; trunk names a worker after its cargo binary.
const ENGINE_MARK: &str = "engine-worker";

/// Measures the wasm programs in dist/ as a server would send them.
pub fn check(workspace: &Workspace) -> Result<Tally> {
    let dist = workspace.dist();
    let programs = wasm_files(&dist).context("the site has not been built; run the suite `site` first")?;
    let mut failures = Vec::new();
    for (what, is_engine, budget_bytes) in [("page", false, PAGE_BUDGET_BYTES), ("engine", true, ENGINE_BUDGET_BYTES)] {
        let of_this_program: Vec<&PathBuf> =
            programs.iter().filter(|path| path.to_string_lossy().contains(ENGINE_MARK) == is_engine).collect();
        let [program] = of_this_program[..] else {
            failures.push(format!("dist/ holds {} programs of the {what}; one is right", of_this_program.len()));
            continue;
        };
        let raw_bytes = std::fs::metadata(program)?.len();
        let sent_bytes = gzipped_bytes(workspace, program)?;
        let verdict = format!("{what}: {sent_bytes} bytes gzipped of {budget_bytes} allowed ({raw_bytes} raw)");
        println!("{verdict}");
        if sent_bytes > budget_bytes {
            failures.push(verdict);
        }
    }
    Ok(Tally::of_failures(2, &failures))
}

fn wasm_files(dist: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dist)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "wasm") {
            found.push(path);
        }
    }
    Ok(found)
}

/// The file's size after gzip at its highest level.
fn gzipped_bytes(workspace: &Workspace, path: &Path) -> Result<u64> {
    let output = workspace.command("gzip")?.args(["-9", "--stdout"]).arg(path).output()?;
    anyhow::ensure!(output.status.success(), "gzip could not compress {}", path.display());
    Ok(output.stdout.len() as u64)
}
