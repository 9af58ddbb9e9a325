//! Tests that run in headless Chromium.

use std::collections::BTreeSet;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, ensure};

use super::{Tally, rust};
use crate::setup::Browser;
use crate::workspace::{WASM_TARGET, Workspace};

/// Enough for a first compilation of the browser crate and its tests.
const CRATE_TESTS_LIMIT: Duration = Duration::from_secs(15 * 60);

/// Enough for every render of the end-to-end tests on two slow cores.
const END_TO_END_LIMIT: Duration = Duration::from_secs(30 * 60);

/// Runs the tests of `browser` where its code runs.
pub fn crate_tests(workspace: &Workspace) -> Result<Tally> {
    let browser = find_browser(workspace)?;
    let runner = workspace
        .which("wasm-bindgen-test-runner")
        .context("wasm-bindgen-test-runner was not found; `cargo xtask setup` installs it")?;
    let mut command = workspace.command("cargo")?;
    command
        .args(["test", "--no-fail-fast", "-p", "underpaint-browser", "--lib", "--tests", "--target", WASM_TARGET])
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner)
        .env("CHROMEDRIVER", browser.driver)
        .env("WASM_BINDGEN_TEST_TIMEOUT", "120");
    rust::counted(&mut command, CRATE_TESTS_LIMIT)
}

/// Runs tests/e2e against the built site.
///
/// All files share one browser, whose player, graphics process and encoders are programs of their own that fail now and then.
/// Where only a handful of tests fails, their files are run once more, each in a browser of its own. What holds then is told as
/// unsteady and counts as passed; what fails again failed.
pub fn end_to_end_tests(workspace: &Workspace) -> Result<Tally> {
    let browser = find_browser(workspace)?;
    let dist = workspace.dist();
    ensure!(dist.join("index.html").is_file(), "the site has not been built; run the suite `site` first");
    let prepared = |program: &str| -> Result<Command> {
        let mut command = workspace.command(program)?;
        command
            .current_dir(workspace.root.join("tests/e2e"))
            .env("CHROME", &browser.chromium)
            .env("UNDERPAINT_DIST", &dist);
        Ok(command)
    };
    let mut failures = Failures::default();
    let mut all = prepared("npm")?;
    all.args(["test", "--silent"]);
    let first = rust::counted_and_heard(&mut all, END_TO_END_LIMIT, |line| failures.hear(line))?;
    if first.failed == 0 || first.failed > MAX_UNSTEADY || failures.files.is_empty() {
        return Ok(first);
    }
    println!("\n{} failed; once more, alone: {:?}", first.failed, failures.files);
    let mut again = prepared("node")?;
    again
        .args(["--test", "--test-concurrency=1", "--test-timeout=2400000", "--test-reporter=spec"])
        .args(&failures.files);
    let second = rust::counted(&mut again, END_TO_END_LIMIT)?;
    if second.failed > 0 || second.passed == 0 {
        return Ok(first);
    }
    for name in &failures.names {
        println!("UNSTEADY, failed once and passed alone: {name}");
    }
    Ok(Tally { passed: first.passed + first.failed, failed: 0 })
}

/// More failures than this are no accident.
const MAX_UNSTEADY: usize = 6;

/// The tests that failed, and their files, out of what Node's test runner prints at the end: a line that says where a test
/// stands, and then one with its name.
#[derive(Default)]
struct Failures {
    files: BTreeSet<String>,
    names: Vec<String>,
    is_name_next: bool,
}

impl Failures {
    fn hear(&mut self, line: &str) {
        let line = line.trim();
        if std::mem::take(&mut self.is_name_next) {
            self.names.push(line.trim_start_matches('✖').trim().to_owned());
        }
        let place = line.strip_prefix("test at ").and_then(|place| place.split_once(".test.mjs:"));
        if let Some((file, _)) = place {
            self.files.insert(format!("{file}.test.mjs"));
            self.is_name_next = true;
        }
    }
}

fn find_browser(workspace: &Workspace) -> Result<Browser> {
    Browser::find(workspace)
        .context("no Chromium with chromedriver was found; `cargo xtask setup` says what to install")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_files_and_names_of_failed_tests_are_read_off_nodes_report() {
        let mut failures = Failures::default();
        let report = "✖ a player fails (3 ms)\nℹ fail 1\n✖ failing tests:\n\ntest at files.test.mjs:223:3\n✖ a player fails (3 ms)\n  Error";
        report.lines().for_each(|line| failures.hear(line));
        assert_eq!(failures.files, BTreeSet::from(["files.test.mjs".to_owned()]));
        assert_eq!(failures.names, ["a player fails (3 ms)"]);
    }
}
