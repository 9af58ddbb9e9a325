//! What comes from npm: wasm-opt (the package `binaryen`) and the packages of the end-to-end tests.

use std::path::Path;

use anyhow::{Context, Result, bail};

use super::{Outcome, say};
use crate::process;
use crate::workspace::Workspace;

/// The version of the npm package `binaryen`, which carries wasm-opt. Distributions' packages are often too old for
/// what the compiler writes.
const BINARYEN_VERSION: &str = "132.0.0";

/// The oldest Node that both binaryen and Playwright run on.
const MINIMAL_NODE_MAJOR: u32 = 20;

/// Node cannot be installed for the user, so this only says what is missing.
pub fn ensure_node(workspace: &Workspace) -> Result<Outcome> {
    let advice =
        "install Node 20 or newer with npm, for example `apt-get install nodejs npm` or from https://nodejs.org";
    let Ok(mut node) = workspace.command("node") else { bail!("`node` was not found; {advice}") };
    let version = process::read(node.arg("--version"))?;
    let major = version.trim_start_matches('v').split('.').next().and_then(|digits| digits.parse::<u32>().ok());
    if major.is_none_or(|major| major < MINIMAL_NODE_MAJOR) {
        bail!("Node {version} is too old; {advice}");
    }
    if workspace.which("npm").is_none() {
        bail!("`npm` was not found; {advice}");
    }
    Ok(Outcome::Present(format!("Node {version}")))
}

/// Makes sure of wasm-opt.
pub fn ensure_wasm_opt(workspace: &Workspace) -> Result<Outcome> {
    let folder = workspace.tools.join("npm");
    if installed_version(&folder, "binaryen").as_deref() == Some(BINARYEN_VERSION) {
        return Ok(Outcome::Present(format!("binaryen {BINARYEN_VERSION}")));
    }
    say(&format!("fetching binaryen {BINARYEN_VERSION} from npm"));
    std::fs::create_dir_all(&folder)?;
    let mut command = workspace.command("npm")?;
    command
        .args(["install", "--no-audit", "--no-fund", "--loglevel=error", "--prefix"])
        .arg(&folder)
        .arg(format!("binaryen@{BINARYEN_VERSION}"));
    process::run(&mut command).context("npm could not install binaryen; is the npm registry reachable?")?;
    Ok(Outcome::Installed(format!("binaryen {BINARYEN_VERSION}")))
}

/// Makes sure of the packages that tests/e2e/package-lock.json names.
pub fn ensure_end_to_end_packages(workspace: &Workspace) -> Result<Outcome> {
    let folder = workspace.root.join("tests/e2e");
    let lock = folder.join("package-lock.json");
    let wanted = std::fs::read(&lock).with_context(|| format!("{} cannot be read", lock.display()))?;
    // What was installed is remembered by a copy of the lock file it came from.
    let stamp = folder.join("node_modules/.underpaint-installed-lock.json");
    if std::fs::read(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(Outcome::Present("as in tests/e2e/package-lock.json".to_owned()));
    }
    say("fetching the packages of tests/e2e from npm");
    let mut command = workspace.command("npm")?;
    command
        .args(["ci", "--no-audit", "--no-fund", "--loglevel=error"])
        .current_dir(&folder)
        .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    process::run(&mut command).context("npm could not install the test packages; is the npm registry reachable?")?;
    std::fs::create_dir_all(folder.join("node_modules"))?;
    std::fs::write(&stamp, wanted)?;
    Ok(Outcome::Installed("the packages of tests/e2e".to_owned()))
}

/// The version of an installed package, from its own manifest.
fn installed_version(prefix: &Path, package: &str) -> Option<String> {
    let text = std::fs::read(prefix.join("node_modules").join(package).join("package.json")).ok()?;
    let manifest: serde_json::Value = serde_json::from_slice(&text).ok()?;
    Some(manifest.get("version")?.as_str()?.to_owned())
}
