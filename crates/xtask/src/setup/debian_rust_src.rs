//! Debian's `rust-src` package of exactly the compiler's version, by a private apt configuration.
//!
//! Nothing of the system changes: the sources list, package lists and cache are all in a folder of ours, and the
//! package is unpacked there, not installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use super::say;
use crate::process;
use crate::workspace::Workspace;

/// Suites that carry newer Rust versions, in the order in which they are asked.
const SUITES: &[&str] = &["trixie-backports", "trixie", "forky", "sid"];

const DEFAULT_MIRROR: &str = "http://deb.debian.org/debian";

/// Downloads and unpacks `rust-src` and returns the folder that holds the library's crates.
pub fn unpack(workspace: &Workspace, version: &str, scratch: &Path) -> Result<PathBuf> {
    for program in ["apt-get", "apt-cache", "dpkg"] {
        if workspace.which(program).is_none() {
            bail!("`{program}` was not found, and only Debian's packages can stand in for rustup's server");
        }
    }
    let mirror = debian_mirror();
    let mut asked = Vec::new();
    for suite in SUITES {
        let apt = PrivateApt::new(workspace, &scratch.join("apt").join(suite))?;
        std::fs::write(&apt.sources_list, format!("deb {mirror} {suite} main\n"))?;
        say(&format!("looking for rust-src {version} in {suite} at {mirror}"));
        let mut update = apt.command("apt-get")?;
        update.args(["-qq", "update"]);
        if let Err(error) = process::run(&mut update) {
            say(&format!("{error:#}"));
            asked.push(format!("{suite} (unreachable)"));
            continue;
        }
        let table = process::read(apt.command("apt-cache")?.args(["madison", "rust-src"]))?;
        let Some(package_version) = matching_package_version(&table, version) else {
            asked.push((*suite).to_owned());
            continue;
        };
        say(&format!("downloading rust-src {package_version}"));
        let mut download = apt.command("apt-get")?;
        download.current_dir(&apt.folder).args(["-qq", "download"]).arg(format!("rust-src={package_version}"));
        process::run(&mut download)?;
        return apt.unpack_download(version);
    }
    bail!("no Debian suite at {mirror} has rust-src {version}; asked {}", asked.join(", "))
}

/// apt with a configuration of its own.
struct PrivateApt<'a> {
    workspace: &'a Workspace,
    folder: PathBuf,
    sources_list: PathBuf,
}

impl<'a> PrivateApt<'a> {
    fn new(workspace: &'a Workspace, folder: &Path) -> Result<Self> {
        for part in ["lists/partial", "cache/archives/partial"] {
            std::fs::create_dir_all(folder.join(part))
                .with_context(|| format!("{} cannot be made", folder.display()))?;
        }
        Ok(Self { workspace, folder: folder.to_path_buf(), sources_list: folder.join("sources.list") })
    }

    fn command(&self, program: &str) -> Result<Command> {
        let mut command = self.workspace.command(program)?;
        for option in [
            format!("Dir::Etc::sourcelist={}", self.sources_list.display()),
            "Dir::Etc::sourceparts=-".to_owned(),
            format!("Dir::State::Lists={}", self.folder.join("lists").display()),
            format!("Dir::Cache={}", self.folder.join("cache").display()),
            // The sandbox user of apt may not reach a folder in someone's home.
            "APT::Sandbox::User=root".to_owned(),
        ] {
            command.arg("-o").arg(option);
        }
        Ok(command)
    }

    fn unpack_download(&self, version: &str) -> Result<PathBuf> {
        let package = std::fs::read_dir(&self.folder)?
            .filter_map(|entry| Some(entry.ok()?.path()))
            .find(|path| path.extension().is_some_and(|extension| extension == "deb"))
            .context("apt-get reported success but left no package")?;
        let unpacked = self.folder.join("unpacked");
        process::run(self.workspace.command("dpkg")?.arg("-x").arg(&package).arg(&unpacked))?;
        let library = unpacked.join(format!("usr/src/rustc-{version}/library"));
        anyhow::ensure!(library.join("Cargo.lock").exists(), "{} holds no library source", package.display());
        Ok(library)
    }
}

/// The machine's own Debian mirror, so that a machine that reaches only that one works, too.
fn debian_mirror() -> String {
    let mut files = vec![PathBuf::from("/etc/apt/sources.list")];
    if let Ok(entries) = std::fs::read_dir("/etc/apt/sources.list.d") {
        files.extend(entries.filter_map(|entry| Some(entry.ok()?.path())));
    }
    files.sort();
    let texts = files.iter().filter_map(|file| std::fs::read_to_string(file).ok());
    texts.into_iter().find_map(|text| mirror_in_sources(&text)).unwrap_or_else(|| DEFAULT_MIRROR.to_owned())
}

/// The first address in an apt sources file, of either format, that is a Debian main archive.
fn mirror_in_sources(text: &str) -> Option<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| line.starts_with("deb ") || line.starts_with("URIs:"))
        .flat_map(str::split_whitespace)
        .map(|word| word.trim_end_matches('/'))
        .find(|word| word.starts_with("http") && word.ends_with("/debian"))
        .map(str::to_owned)
}

/// The package version for a compiler version in the table that `apt-cache madison` prints.
fn matching_package_version(madison_table: &str, compiler_version: &str) -> Option<String> {
    madison_table.lines().filter_map(|line| line.split('|').nth(1)).map(str::trim).find_map(|package_version| {
        let rest = package_version.strip_prefix(compiler_version)?;
        rest.starts_with(['+', '-', '~']).then(|| package_version.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_of_exactly_the_compilers_version_is_chosen() {
        let table = " rust-src | 1.96.1+dfsg1-1~bpo13+1 | http://x trixie-backports/main amd64 Packages\n \
                      rust-src | 1.95.0+dfsg1-2~bpo13+1 | http://x trixie-backports/main amd64 Packages\n";
        assert_eq!(matching_package_version(table, "1.95.0").as_deref(), Some("1.95.0+dfsg1-2~bpo13+1"));
        assert_eq!(matching_package_version(table, "1.95"), None);
        assert_eq!(matching_package_version(table, "1.94.1"), None);
    }

    #[test]
    fn the_mirror_is_read_from_both_formats_of_sources() {
        let one_line = "# deb http://old/debian x main\ndeb [signed-by=/k] http://mirror.local/debian/ bookworm main\n";
        assert_eq!(mirror_in_sources(one_line).as_deref(), Some("http://mirror.local/debian"));
        let deb822 = "Types: deb\nURIs: http://deb.debian.org/debian\nSuites: bookworm\n";
        assert_eq!(mirror_in_sources(deb822).as_deref(), Some("http://deb.debian.org/debian"));
        assert_eq!(mirror_in_sources("URIs: http://deb.debian.org/debian-security\n"), None);
    }
}
