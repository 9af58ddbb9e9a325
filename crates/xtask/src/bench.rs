//! Stage timings of a native render: a fixed sketch, prompt and seed, rendered by the program `underpaint`.
//!
//! The program says on its standard error what it begins, line by line; the time between two lines is a stage's.

use std::io::{BufRead, BufReader};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::process;
use crate::setup::{self, Browser, Purpose};
use crate::workspace::Workspace;

/// Sky, meadow and sun: the sketch that the end-to-end tests paint, too.
const SKETCH: &str = "tests/bench/meadow.png";

const PROMPT: &str = "a sunny meadow under a blue sky, oil painting";

/// What is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Subject {
    /// Renders by the command-line program.
    Rendering,
    /// What painting takes of the page's thread, in headless Chromium on the site in dist/.
    Painting,
}

/// Measures painting in the built site; fails where an aim is missed.
pub fn run_painting(workspace: &Workspace) -> Result<()> {
    setup::run(workspace, Purpose::Test)?;
    let browser =
        Browser::find(workspace).context("no Chromium was found; `cargo xtask setup` says what to install")?;
    let dist = workspace.dist();
    ensure!(dist.join("index.html").is_file(), "the site has not been built; run `cargo xtask build` first");
    let mut command = workspace.command("node")?;
    command.arg(workspace.root.join("tests/bench/painting.mjs"));
    process::run(command.env("CHROME", browser.chromium).env("UNDERPAINT_DIST", dist))
}

/// A stage of a render and how long it took.
type StageTime = (String, Duration);

/// Builds the command-line program for speed, renders `runs` times and prints each stage's median.
pub fn run(workspace: &Workspace, runs: u32, device: &str) -> Result<()> {
    ensure!(runs > 0, "nothing is measured in 0 runs");
    println!("Building the command-line program");
    process::run(workspace.command("cargo")?.args(["build", "--release", "--quiet", "-p", "underpaint-cli"]))?;
    let mut all: Vec<Vec<StageTime>> = Vec::new();
    for run in 1..=runs {
        let stages = render(workspace, device)?;
        let total: Duration = stages.iter().map(|(_, took)| *took).sum();
        println!("run {run}: {:.3} s", total.as_secs_f64());
        all.push(stages);
    }
    println!("\nmedian of {runs}, seconds");
    for (name, took) in medians(&all) {
        println!("{:>9.3}  {name}", took.as_secs_f64());
    }
    Ok(())
}

fn render(workspace: &Workspace, device: &str) -> Result<Vec<StageTime>> {
    let program = workspace.target.join("release").join(format!("underpaint{}", std::env::consts::EXE_SUFFIX));
    let picture = std::env::temp_dir().join(format!("underpaint-bench-{}.png", std::process::id()));
    let started = Instant::now();
    let mut child = std::process::Command::new(&program)
        .current_dir(&workspace.root)
        .args(["render", "--sketch", SKETCH, "--prompt", PROMPT, "--seed", "7", "--device", device, "--output"])
        .arg(&picture)
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("{} could not be started", program.display()))?;
    let pipe = child.stderr.take().context("the program has no error output")?;
    let mut lines = Vec::new();
    for line in BufReader::new(pipe).lines() {
        lines.push((line?, started.elapsed()));
    }
    let status = child.wait()?;
    // Only the time counts; nobody looks at this picture.
    let _ = std::fs::remove_file(&picture);
    if !status.success() {
        let said: Vec<&str> = lines.iter().map(|(line, _)| line.as_str()).collect();
        bail!("the render failed ({status}): {}", said.join(" / "));
    }
    stages(&lines).context("the program printed what this version of xtask does not understand")
}

/// The times between the lines of one render. The first line says that the device is open, the second that the model is
/// loaded, the last that all is done; each of the others names the stage that begins with it.
fn stages(lines: &[(String, Duration)]) -> Option<Vec<StageTime>> {
    let [(_, opened), (_, loaded), rest @ ..] = lines else { return None };
    let mut stages = vec![
        ("Opening the device".to_owned(), *opened),
        ("Loading the model".to_owned(), loaded.saturating_sub(*opened)),
    ];
    for pair in rest.windows(2) {
        let [(line, begun), (_, ended)] = pair else { continue };
        let name = line.split(',').next().unwrap_or(line).to_owned();
        stages.push((name, ended.saturating_sub(*begun)));
    }
    (stages.len() > 2).then_some(stages)
}

/// Each stage's median over the runs, in the order of the first run.
fn medians(runs: &[Vec<StageTime>]) -> Vec<StageTime> {
    let first = runs.first().map_or(&[][..], Vec::as_slice);
    first
        .iter()
        .map(|(name, _)| {
            let mut times: Vec<Duration> =
                runs.iter().flatten().filter(|(other, _)| other == name).map(|(_, took)| *took).collect();
            times.sort();
            (name.clone(), times[times.len() / 2])
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(secs: u64, line: &str) -> (String, Duration) {
        (line.to_owned(), Duration::from_secs(secs))
    }

    #[test]
    fn the_time_between_two_lines_is_the_stage_that_the_first_names() {
        let lines = [
            at(1, "No GPU (CPU)"),
            at(3, "Loaded starter"),
            at(3, "Reading the prompt"),
            at(4, "Painting, step 0 of 12"),
            at(9, "Drying"),
            at(11, "Rendered 128x128 pixels"),
        ];
        let expected = [
            ("Opening the device", 1),
            ("Loading the model", 2),
            ("Reading the prompt", 1),
            ("Painting", 5),
            ("Drying", 2),
        ];
        let found = stages(&lines).unwrap();
        let found: Vec<(&str, u64)> = found.iter().map(|(name, took)| (name.as_str(), took.as_secs())).collect();
        assert_eq!(found, expected);
        assert!(stages(&lines[..2]).is_none());
    }

    #[test]
    fn one_slow_run_does_not_move_the_median() {
        let run = |secs| vec![at(secs, "Painting")];
        assert_eq!(medians(&[run(5), run(60), run(4)]), [at(5, "Painting")]);
    }
}
