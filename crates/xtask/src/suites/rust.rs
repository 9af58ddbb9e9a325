//! What cargo itself checks: formatting, lints and native tests.

use std::process::Command;
use std::time::Duration;

use anyhow::Result;

use super::Tally;
use crate::process;
use crate::workspace::{WASM_TARGET, Workspace};

/// A first build of Burn on two cores takes a quarter of an hour; nothing takes more than three times that.
const CARGO_LIMIT: Duration = Duration::from_secs(45 * 60);

pub fn format(workspace: &Workspace) -> Result<Tally> {
    process::run(workspace.command("cargo")?.args(["fmt", "--all", "--check"]))?;
    Ok(Tally::one_pass())
}

/// Lints while it builds what [`native_tests`] runs.
pub fn clippy_native(workspace: &Workspace) -> Result<Tally> {
    let mut command = workspace.command("cargo")?;
    process::run(lint_while_building(
        command.args(["test", "--quiet", "--all-targets", "--no-run"]),
        &["-D", "warnings"],
    ))?;
    Ok(Tally::one_pass())
}

/// Lints the browser programs and every crate of ours in them, with the configuration that bans blocking.
pub fn clippy_wasm(workspace: &Workspace) -> Result<Tally> {
    let configuration = workspace.root.join(".config/clippy-wasm");
    let mut page = workspace.command("cargo")?;
    page.args(["clippy", "--quiet", "--target", WASM_TARGET]);
    page.args(["-p", "underpaint-page", "-p", "underpaint-app", "-p", "underpaint-browser"]);
    process::run(page.args(["--", "-D", "warnings"]).env("CLIPPY_CONF_DIR", &configuration))?;
    // With the profile of the site, so that Burn is compiled once for both. Our own crates are compiled anew for the
    // site, so nothing need be optimised here.
    let mut engine = workspace.command("cargo")?;
    engine.args(["build", "--quiet", "--target", WASM_TARGET, "--profile", "engine", "-p", "underpaint-engine-worker"]);
    lint_while_building(&mut engine, &["-D", "warnings", "-C", "opt-level=0"]);
    process::run(engine.env("CLIPPY_CONF_DIR", &configuration))?;
    Ok(Tally::one_pass())
}

pub fn native_tests(workspace: &Workspace) -> Result<Tally> {
    let mut command = workspace.command("cargo")?;
    counted(lint_while_building(command.args(["test", "--no-fail-fast"]), &["-D", "warnings"]), CARGO_LIMIT)
}

/// Lets clippy's driver compile the crates of ours in place of rustc, with these arguments.
///
/// `cargo clippy` checks the dependencies apart from those it builds, and checking Burn takes as long as a tenth of the
/// whole gate. The driver is a complete compiler, so one build can serve the lints and what comes after them.
fn lint_while_building<'a>(command: &'a mut Command, arguments: &[&str]) -> &'a mut Command {
    // The form in which `cargo clippy` itself hands arguments to its driver.
    let arguments: String = arguments.iter().flat_map(|argument| [argument, "__CLIPPY_HACKERY__"]).collect();
    command.env("RUSTC_WORKSPACE_WRAPPER", "clippy-driver").env("CLIPPY_ARGS", arguments)
}

/// Runs a test program and counts what it reports. One that fails without counting a failure failed as a whole.
pub fn counted(command: &mut Command, limit: Duration) -> Result<Tally> {
    counted_and_heard(command, limit, |_| ())
}

/// The same, with every line that it prints passed to `on_line`.
pub fn counted_and_heard(command: &mut Command, limit: Duration, mut on_line: impl FnMut(&str)) -> Result<Tally> {
    let mut tally = Tally::default();
    let result = process::run_watched(command, limit, |line| {
        tally.add(counts_in(line));
        on_line(line);
    });
    if let Err(error) = result {
        println!("FAILED {error:#}");
        tally.failed = tally.failed.max(1);
    }
    Ok(tally)
}

/// The counts in a summary line of Rust's or of Node's test runner; nothing in any other line.
fn counts_in(line: &str) -> Tally {
    let mut tally = Tally::default();
    let line = line.trim();
    if let Some((_, counts)) = line.strip_prefix("test result: ").and_then(|rest| rest.split_once(". ")) {
        for part in counts.split(';') {
            match part.split_whitespace().collect::<Vec<_>>()[..] {
                [number, "passed"] => tally.passed = number.parse().unwrap_or(0),
                [number, "failed"] => tally.failed = number.parse().unwrap_or(0),
                _ => {}
            }
        }
    } else if let Some(rest) = line.strip_prefix(['ℹ', '#']) {
        match rest.split_whitespace().collect::<Vec<_>>()[..] {
            ["pass", number] => tally.passed = number.parse().unwrap_or(0),
            ["fail", number] => tally.failed = number.parse().unwrap_or(0),
            _ => {}
        }
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_lines_of_both_test_runners_are_counted() {
        let rust = "test result: FAILED. 12 passed; 3 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.1s";
        assert_eq!(counts_in(rust), Tally { passed: 12, failed: 3 });
        assert_eq!(counts_in("ℹ pass 7"), Tally { passed: 7, failed: 0 });
        assert_eq!(counts_in("# fail 2"), Tally { passed: 0, failed: 2 });
        assert_eq!(counts_in("test a_name ... ok"), Tally::default());
        assert_eq!(counts_in("# Subtest: 3 pass"), Tally::default());
    }

    #[cfg(unix)]
    #[test]
    fn a_test_program_that_dies_before_it_counts_is_a_failure() {
        let tally = counted(Command::new("sh").args(["-c", "echo no summary; exit 1"]), CARGO_LIMIT).unwrap();
        assert_eq!(tally, Tally { passed: 0, failed: 1 });
    }
}
