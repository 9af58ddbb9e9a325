//! The standard library for wasm32: from rustup, or built from source where rustup's server cannot be reached.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};

use super::{Outcome, debian_rust_src, say};
use crate::process;
use crate::workspace::{WASM_TARGET, Workspace};

/// How long rustup may take; without a network it gives up by itself much earlier.
const RUSTUP_LIMIT: Duration = Duration::from_secs(300);

/// Makes sure that `cargo build --target wasm32-unknown-unknown` finds a standard library.
pub fn ensure(workspace: &Workspace) -> Result<Outcome> {
    let library_folder = target_library_folder(workspace)?;
    if is_complete(&library_folder) {
        return Ok(Outcome::Present(format!("in {}", library_folder.display())));
    }
    let version = compiler_version(workspace)?;
    if std::env::var_os("UNDERPAINT_NO_RUSTUP").is_none() && workspace.which("rustup").is_some() {
        say(&format!("asking rustup for {WASM_TARGET} of Rust {version}"));
        let mut command = workspace.command("rustup")?;
        command.args(["target", "add", WASM_TARGET]);
        match process::run_within(&mut command, RUSTUP_LIMIT) {
            Ok(()) if is_complete(&library_folder) => {
                return Ok(Outcome::Installed(format!("{WASM_TARGET} through rustup")));
            }
            Ok(()) => say("rustup reported success, yet this compiler's folder has no such library"),
            Err(error) => say(&format!("{error:#}")),
        }
    }
    say("building the standard library from Debian's rust-src package instead");
    build_from_source(workspace, &version, &library_folder).with_context(|| {
        format!(
            "the standard library for {WASM_TARGET} is missing and could not be built; where the network allows it, \
             `rustup target add {WASM_TARGET}` is all that is needed"
        )
    })?;
    Ok(Outcome::Installed(format!("{WASM_TARGET} {version}, built from Debian's rust-src")))
}

/// Builds `std` in an empty crate and copies its libraries into the compiler's own folder.
fn build_from_source(workspace: &Workspace, version: &str, library_folder: &Path) -> Result<()> {
    let scratch = workspace.tools.join("wasm-std");
    let sysroot = PathBuf::from(process::read(workspace.command("rustc")?.args(["--print", "sysroot"]))?);
    let source_folder = sysroot.join("lib/rustlib/src/rust/library");
    if !source_folder.join("Cargo.lock").exists() {
        let unpacked = debian_rust_src::unpack(workspace, version, &scratch)?;
        say(&format!("copying the library's source to {}", source_folder.display()));
        copy_folder(&unpacked, &source_folder)?;
    }

    let crate_folder = scratch.join("empty");
    std::fs::create_dir_all(crate_folder.join("src"))?;
    std::fs::write(
        crate_folder.join("Cargo.toml"),
        "[package]\nname = \"empty\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n",
    )?;
    std::fs::write(crate_folder.join("src/lib.rs"), "")?;
    say("compiling the standard library (about a minute)");
    let mut command = workspace.command("cargo")?;
    command
        .current_dir(&crate_folder)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_DIR", crate_folder.join("target"))
        .args(["build", "--quiet", "--release", "--target", WASM_TARGET])
        .arg("-Zbuild-std=std,panic_abort,panic_unwind,test");
    process::run(&mut command)?;

    let built = crate_folder.join("target").join(WASM_TARGET).join("release/deps");
    std::fs::create_dir_all(library_folder)
        .with_context(|| format!("{} cannot be written", library_folder.display()))?;
    for library in files_with_extension(&built, "rlib")? {
        let name = library.file_name().context("a library without a name")?;
        if !name.to_string_lossy().starts_with("libempty-") {
            std::fs::copy(&library, library_folder.join(name))
                .with_context(|| format!("{} cannot be written", library_folder.display()))?;
        }
    }
    anyhow::ensure!(is_complete(library_folder), "the build left no libcore and libstd in {}", built.display());
    // Half a gigabyte that nothing needs any more.
    std::fs::remove_dir_all(&scratch)?;
    Ok(())
}

/// Where this compiler looks for the target's libraries, whether they are there or not.
fn target_library_folder(workspace: &Workspace) -> Result<PathBuf> {
    let mut command = workspace.command("rustc")?;
    command.args(["--print", "target-libdir", "--target", WASM_TARGET]);
    Ok(PathBuf::from(process::read(&mut command)?))
}

/// The compiler's version number, for example `1.95.0`.
fn compiler_version(workspace: &Workspace) -> Result<String> {
    let text = process::read(workspace.command("rustc")?.arg("--version"))?;
    let version = text.split_whitespace().nth(1).context("rustc did not tell its version")?;
    Ok(version.to_owned())
}

fn is_complete(library_folder: &Path) -> bool {
    let libraries = files_with_extension(library_folder, "rlib").unwrap_or_default();
    ["libcore-", "liballoc-", "libstd-"].iter().all(|wanted| {
        libraries.iter().any(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(wanted)))
    })
}

fn files_with_extension(folder: &Path, extension: &str) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        if path.extension().is_some_and(|it| it == extension) {
            found.push(path);
        }
    }
    Ok(found)
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to).with_context(|| format!("{} cannot be written", to.display()))?;
    for entry in std::fs::read_dir(from).with_context(|| format!("{} cannot be read", from.display()))? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        // Followed, not copied as a link: Debian's package links some files to others of the package.
        if source.is_dir() {
            copy_folder(&source, &target)?;
        } else {
            std::fs::copy(&source, &target).with_context(|| format!("{} cannot be copied", source.display()))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_library_folder_without_std_is_incomplete() {
        let folder = std::env::temp_dir().join(format!("underpaint-xtask-libdir-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        assert!(!is_complete(&folder.join("absent")));
        for name in ["libcore-1.rlib", "liballoc-2.rlib"] {
            std::fs::write(folder.join(name), "").unwrap();
        }
        assert!(!is_complete(&folder));
        std::fs::write(folder.join("libstd-3.rlib"), "").unwrap();
        assert!(is_complete(&folder));
        std::fs::remove_dir_all(&folder).unwrap();
    }
}
