//! trunk and wasm-bindgen, installed by cargo into the tools folder.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::{Outcome, say};
use crate::process;
use crate::workspace::{Workspace, find_program};

/// The newest trunk that Rust 1.95 builds.
const TRUNK_VERSION: &str = "0.21.14";

/// Programs that `trunk` itself must find when a person calls it without xtask.
const LINKED_PROGRAMS: &[&str] = &["trunk", "wasm-bindgen", "wasm-opt"];

/// Makes sure of trunk.
pub fn ensure_trunk(workspace: &Workspace) -> Result<Outcome> {
    if has_version(workspace, "trunk", TRUNK_VERSION) {
        return Ok(Outcome::Present(TRUNK_VERSION.to_owned()));
    }
    // It copies files and starts other programs, so its own speed hardly matters.
    install(workspace, "trunk", TRUNK_VERSION, "0", &["--locked"])?;
    Ok(Outcome::Installed(format!("trunk {TRUNK_VERSION}")))
}

/// Makes sure of the wasm-bindgen programs in exactly the version of Cargo.lock: their formats have no stability.
pub fn ensure_wasm_bindgen(workspace: &Workspace) -> Result<Outcome> {
    let lock = std::fs::read_to_string(workspace.root.join("Cargo.lock")).context("Cargo.lock cannot be read")?;
    let version = locked_version(&lock, "wasm-bindgen").context("Cargo.lock does not name wasm-bindgen")?;
    if has_version(workspace, "wasm-bindgen", version) && workspace.which("wasm-bindgen-test-runner").is_some() {
        return Ok(Outcome::Present(version.to_owned()));
    }
    // Without `--locked`: this package's own lock file has named versions that registries no longer serve.
    install(workspace, "wasm-bindgen-cli", version, "1", &[])?;
    Ok(Outcome::Installed(format!("wasm-bindgen-cli {version}")))
}

/// Links the tools into cargo's own program folder, so that plain `trunk serve` works.
pub fn ensure_links(workspace: &Workspace) -> Result<Outcome> {
    let inherited = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<PathBuf> = std::env::split_paths(&inherited).collect();
    let missing: Vec<&str> =
        LINKED_PROGRAMS.iter().copied().filter(|name| find_program(name, folders.iter().cloned()).is_none()).collect();
    if missing.is_empty() {
        return Ok(Outcome::Present("`trunk serve` finds its tools".to_owned()));
    }
    let advice = || {
        let [binaries, node_binaries] = workspace.tool_folders();
        format!("for plain `trunk serve`: export PATH=\"{}:{}:$PATH\"", binaries.display(), node_binaries.display())
    };
    let Some(cargo_folder) = cargo_program_folder().filter(|folder| folders.contains(folder)) else {
        return Ok(Outcome::Present(advice()));
    };
    for name in &missing {
        let tool = workspace.which(name).with_context(|| format!("{name} was not found after its installation"))?;
        if link(&tool, &cargo_folder.join(name)).is_err() {
            return Ok(Outcome::Present(advice()));
        }
    }
    Ok(Outcome::Installed(format!("links to {} in {}", missing.join(", "), cargo_folder.display())))
}

/// Installs a package into the tools folder. A low optimisation level pays: the tools run for seconds but take minutes
/// to compile.
fn install(
    workspace: &Workspace,
    package: &str,
    version: &str,
    optimisation_level: &str,
    extra: &[&str],
) -> Result<()> {
    say(&format!("building {package} {version} (a few minutes, once)"));
    let build_folder = workspace.tools.join("build");
    let mut command = workspace.command("cargo")?;
    command
        .args(["install", "--quiet", "--force", package, "--version", version])
        .args(extra)
        .arg("--root")
        .arg(&workspace.tools)
        .env("CARGO_TARGET_DIR", &build_folder)
        .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", optimisation_level)
        .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
        .env("CARGO_PROFILE_RELEASE_LTO", "off")
        .env("CARGO_PROFILE_RELEASE_DEBUG", "0");
    process::run(&mut command)
        .with_context(|| format!("{package} {version} could not be installed; is the crate registry reachable?"))?;
    if build_folder.exists() {
        std::fs::remove_dir_all(&build_folder).context("the tools' build folder cannot be removed")?;
    }
    Ok(())
}

fn has_version(workspace: &Workspace, program: &str, version: &str) -> bool {
    let Ok(mut command) = workspace.command(program) else { return false };
    // For example `wasm-bindgen 0.2.130 (3f1a7c0f1)`.
    process::read(command.arg("--version")).is_ok_and(|text| text.split_whitespace().nth(1) == Some(version))
}

/// The version of a package in the text of a Cargo.lock.
fn locked_version<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let name_line = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name_line);
    lines.next()?;
    lines.next()?.strip_prefix("version = \"")?.strip_suffix('"')
}

/// Where cargo puts installed programs: usually on everyone's search path already.
fn cargo_program_folder() -> Option<PathBuf> {
    std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| crate::workspace::home().ok().map(|home| home.join(".cargo")))
        .map(|folder| folder.join("bin"))
}

/// Links `at` to the program, in place of a link that leads nowhere any more.
#[cfg(unix)]
fn link(program: &Path, at: &Path) -> std::io::Result<()> {
    if at.is_symlink() {
        std::fs::remove_file(at)?;
    }
    std::os::unix::fs::symlink(program, at)
}

#[cfg(not(unix))]
fn link(_program: &Path, _at: &Path) -> std::io::Result<()> {
    Err(std::io::Error::from(std::io::ErrorKind::Unsupported))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_that_of_the_very_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-shared\"\nversion = \"0.1.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\nsource = \"registry\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen"), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
