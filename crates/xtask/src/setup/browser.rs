//! Chromium and its driver, for the tests that need a browser.

use std::path::PathBuf;

use anyhow::{Result, bail};

use super::{Outcome, say};
use crate::process;
use crate::workspace::{Workspace, home};

const CHROMIUM_NAMES: &[&str] = &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

const CHROMIUM_APPLICATIONS: &[&str] = &[
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
];

/// The browser that the tests drive.
#[derive(Debug)]
pub struct Browser {
    /// Chromium or Chrome.
    pub chromium: PathBuf,
    /// chromedriver, of the same major version.
    pub driver: PathBuf,
}

impl Browser {
    /// Looks where `$CHROME` and `$CHROMEDRIVER` point, on the search path, then where Playwright keeps its browsers.
    pub fn find(workspace: &Workspace) -> Option<Self> {
        let chromium = named_by("CHROME")
            .or_else(|| CHROMIUM_NAMES.iter().find_map(|name| workspace.which(name)))
            .or_else(|| CHROMIUM_APPLICATIONS.iter().map(PathBuf::from).find(|path| path.is_file()))
            .or_else(playwright_chromium)?;
        let driver = named_by("CHROMEDRIVER").or_else(|| workspace.which("chromedriver"))?;
        Some(Self { chromium, driver })
    }
}

/// Makes sure of both programs: found ones are used, else Debian's packages are installed.
pub fn ensure(workspace: &Workspace) -> Result<Outcome> {
    if let Some(browser) = Browser::find(workspace) {
        return Ok(Outcome::Present(browser.chromium.display().to_string()));
    }
    let advice = "install Chromium and its driver (`apt-get install chromium chromium-driver`), or set CHROME and \
                  CHROMEDRIVER to where they are";
    if workspace.which("apt-get").is_none() || !is_root(workspace) {
        bail!("no Chromium with chromedriver was found; {advice}");
    }
    say("installing Debian's chromium and chromium-driver");
    let mut update = workspace.command("apt-get")?;
    process::run(update.args(["-qq", "update"]))?;
    let mut install = workspace.command("apt-get")?;
    install.args(["-qq", "-y", "--no-install-recommends", "install", "chromium", "chromium-driver"]);
    process::run(install.env("DEBIAN_FRONTEND", "noninteractive"))?;
    match Browser::find(workspace) {
        Some(browser) => Ok(Outcome::Installed(browser.chromium.display().to_string())),
        None => bail!("apt-get reported success, yet no Chromium with chromedriver was found; {advice}"),
    }
}

fn named_by(variable: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).filter(|path| path.is_file())
}

/// The newest Chromium in Playwright's cache.
fn playwright_chromium() -> Option<PathBuf> {
    let cache = home().ok()?.join(".cache/ms-playwright");
    let mut found: Vec<PathBuf> = std::fs::read_dir(cache)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path().join("chrome-linux/chrome")))
        .filter(|path| path.is_file())
        .collect();
    found.sort();
    found.pop()
}

fn is_root(workspace: &Workspace) -> bool {
    workspace.command("id").and_then(|mut command| process::read(command.arg("-u"))).is_ok_and(|user_id| user_id == "0")
}
