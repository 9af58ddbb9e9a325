//! Tests that run in headless Chromium.

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
pub fn end_to_end_tests(workspace: &Workspace) -> Result<Tally> {
    let browser = find_browser(workspace)?;
    let dist = workspace.dist();
    ensure!(dist.join("index.html").is_file(), "the site has not been built; run the suite `site` first");
    let mut command = workspace.command("npm")?;
    command
        .args(["test", "--silent"])
        .current_dir(workspace.root.join("tests/e2e"))
        .env("CHROME", browser.chromium)
        .env("UNDERPAINT_DIST", dist);
    rust::counted(&mut command, END_TO_END_LIMIT)
}

fn find_browser(workspace: &Workspace) -> Result<Browser> {
    Browser::find(workspace)
        .context("no Chromium with chromedriver was found; `cargo xtask setup` says what to install")
}
