//! The service worker's precache: which files of a build it keeps, in which cache, and the hash of each.
//!
//! Three caches, since they change at different times: the shell (the page), the engine (the worker) and the starter
//! model. A cache's name carries the hash of all that is in it, so a new page downloads no model again, and nothing
//! stale is ever served under a current name.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::wasm_names::without_names;

/// The template's place for the lists; a string there keeps the template valid JavaScript.
const PLACEHOLDER: &str = "\"__PRECACHE__\"";

/// The service worker's name in the built site, fixed because browsers look for updates under it.
const WORKER_NAME: &str = "sw.js";

/// What every cache name of ours begins with, so that no other page's caches on the same origin are touched.
const CACHE_PREFIX: &str = "underpaint";

/// One cache of the service worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Group {
    Shell,
    Engine,
    Starter,
}

impl Group {
    const ALL: [Self; 3] = [Self::Shell, Self::Engine, Self::Starter];

    fn name(self) -> &'static str {
        match self {
            Self::Shell => "shell",
            Self::Engine => "engine",
            Self::Starter => "starter",
        }
    }

    /// The cache that keeps a file of the built site, or none for files that no page asks for.
    fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        if path == WORKER_NAME || name.starts_with(['.', '_']) || name.ends_with(".map") || name.ends_with(".d.ts") {
            None
        } else if path.starts_with("starter/") {
            Some(Self::Starter)
        } else if path.contains("engine-worker") {
            Some(Self::Engine)
        } else {
            Some(Self::Shell)
        }
    }
}

/// One file that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Entry {
    /// Relative to the service worker, percent-encoded; `./` for the page itself.
    url: String,
    sha256: [u8; 32],
}

/// Writes sw.js into the build that trunk is finishing, from the template web/sw.js.
///
/// # Errors
/// Outside trunk's `post_build` hook, and when the build lacks a part that offline use needs.
pub fn run_hook() -> Result<()> {
    let folder = |variable: &str| {
        std::env::var_os(variable)
            .map(PathBuf::from)
            .with_context(|| format!("{variable} is not set; `cargo xtask sw` is called by trunk's post_build hook"))
    };
    let staging = folder("TRUNK_STAGING_DIR")?;
    let template_path = folder("TRUNK_SOURCE_DIR")?.join("web").join(WORKER_NAME);
    let template = std::fs::read_to_string(&template_path)
        .with_context(|| format!("{} cannot be read", template_path.display()))?;
    shorten_engine(&staging)?;
    let groups = collect(&staging)?;
    let script = fill_template(&template, &groups)?;
    std::fs::write(staging.join(WORKER_NAME), script)
        .with_context(|| format!("{WORKER_NAME} cannot be written to {}", staging.display()))?;
    let counts: Vec<String> =
        groups.iter().map(|(group, entries)| format!("{} {}", entries.len(), group.name())).collect();
    println!("sw.js keeps {} files", counts.join(", "));
    Ok(())
}

/// Takes the debugging names out of the engine's program. No other file holds its hash, unlike the page's program.
fn shorten_engine(staging: &Path) -> Result<()> {
    for path in relative_files(staging, Path::new(""))? {
        if Group::of(&path) == Some(Group::Engine) && path.ends_with(".wasm") {
            let file = staging.join(&path);
            let program = std::fs::read(&file).with_context(|| format!("{path} cannot be read"))?;
            let shortened = without_names(&program).with_context(|| path.clone())?;
            std::fs::write(&file, shortened).with_context(|| format!("{path} cannot be written"))?;
        }
    }
    Ok(())
}

/// Hashes every file of a build and sorts them into their caches.
fn collect(staging: &Path) -> Result<BTreeMap<Group, Vec<Entry>>> {
    let mut groups: BTreeMap<Group, Vec<Entry>> = Group::ALL.into_iter().map(|group| (group, Vec::new())).collect();
    for path in relative_files(staging, Path::new(""))? {
        let Some(entries) = Group::of(&path).and_then(|group| groups.get_mut(&group)) else { continue };
        let bytes = std::fs::read(staging.join(&path)).with_context(|| format!("{path} cannot be read"))?;
        // Many hosts redirect `index.html` to its folder, and a redirected answer cannot be served to a navigation.
        let url = if path == "index.html" { "./".to_owned() } else { percent_encoded(&path) };
        entries.push(Entry { url, sha256: Sha256::digest(&bytes).into() });
    }
    for entries in groups.values_mut() {
        entries.sort_by(|a, b| a.url.cmp(&b.url));
    }
    let shell = &groups[&Group::Shell];
    ensure!(shell.iter().any(|entry| entry.url == "./"), "the build in {} has no index.html", staging.display());
    for (group, hint) in [
        (Group::Engine, "does index.html link crates/engine-worker as a worker?"),
        (Group::Starter, "does index.html copy web/starter to starter?"),
    ] {
        ensure!(
            !groups[&group].is_empty(),
            "the build in {} has no file of the {}: {hint}",
            staging.display(),
            group.name()
        );
    }
    Ok(groups)
}

/// Paths of all files below a folder, relative, with `/` between their parts.
fn relative_files(root: &Path, below: &Path) -> Result<Vec<String>> {
    let folder = root.join(below);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let entry = entry?;
        let relative = below.join(entry.file_name());
        if entry.path().is_dir() {
            found.extend(relative_files(root, &relative)?);
        } else {
            let text = relative.to_str().with_context(|| format!("{} is no Unicode name", relative.display()))?;
            found.push(text.replace('\\', "/"));
        }
    }
    Ok(found)
}

/// The service worker with its lists in place.
fn fill_template(template: &str, groups: &BTreeMap<Group, Vec<Entry>>) -> Result<String> {
    let places = template.matches(PLACEHOLDER).count();
    if places != 1 {
        bail!("web/sw.js must hold {PLACEHOLDER} exactly once, but holds it {places} times");
    }
    let lists: Vec<serde_json::Value> = groups
        .iter()
        .map(|(group, entries)| {
            let files: Vec<serde_json::Value> = entries
                .iter()
                .map(|entry| json!({ "url": entry.url, "integrity": format!("sha256-{}", base64(&entry.sha256)) }))
                .collect();
            json!({ "cache": cache_name(*group, entries), "files": files })
        })
        .collect();
    Ok(template.replace(PLACEHOLDER, &serde_json::to_string_pretty(&lists)?))
}

/// `underpaint-<group>-<first 12 hexadecimal digits of the hash of all entries>`.
fn cache_name(group: Group, entries: &[Entry]) -> String {
    let mut hasher = Sha256::new();
    for entry in entries {
        hasher.update(entry.url.as_bytes());
        hasher.update([0]);
        hasher.update(entry.sha256);
    }
    let digest: [u8; 32] = hasher.finalize().into();
    let mut name = format!("{CACHE_PREFIX}-{}-", group.name());
    for byte in &digest[..6] {
        // Writing to a string cannot fail.
        let _ = write!(name, "{byte:02x}");
    }
    name
}

/// A path as it appears in the address of a request.
fn percent_encoded(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/@!$&'()*+,;=:".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Base64 with padding, as the integrity attribute wants it (RFC 4648, section 4).
fn base64(bytes: &[u8]) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for digit_idx in 0..4 {
            if digit_idx <= chunk.len() {
                text.push(char::from(ALPHABET[(group >> (18 - 6 * digit_idx) & 63) as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A build with the given extra or changed files, in a folder of its own.
    struct Build(PathBuf);

    impl Build {
        fn new(name: &str, changes: &[(&str, &str)]) -> Self {
            let folder = std::env::temp_dir().join(format!("underpaint-precache-{name}-{}", std::process::id()));
            let build = Self(folder);
            for (path, text) in [
                ("index.html", "page"),
                ("underpaint-app-1a2b.js", "js"),
                ("underpaint-app-1a2b_bg.wasm", "wasm"),
                ("underpaint-engine-worker.js", "worker"),
                ("underpaint-engine-worker_bg.wasm", "engine"),
                ("icons/icon-192.png", "icon"),
                ("starter/unet/weights.safetensors", "weights"),
            ]
            .iter()
            .chain(changes)
            {
                let file = build.0.join(path);
                std::fs::create_dir_all(file.parent().unwrap()).unwrap();
                std::fs::write(file, text).unwrap();
            }
            build
        }

        fn urls(&self, group: Group) -> Vec<String> {
            collect(&self.0).unwrap()[&group].iter().map(|entry| entry.url.clone()).collect()
        }

        fn names(&self) -> [String; 3] {
            let groups = collect(&self.0).unwrap();
            Group::ALL.map(|group| cache_name(group, &groups[&group]))
        }
    }

    impl Drop for Build {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn every_file_of_a_build_is_kept_in_the_cache_of_its_part() {
        let build = Build::new("parts", &[("sw.js", "old"), ("_headers", "x"), (".hidden", "x")]);
        assert_eq!(
            build.urls(Group::Shell),
            ["./", "icons/icon-192.png", "underpaint-app-1a2b.js", "underpaint-app-1a2b_bg.wasm"]
        );
        assert_eq!(build.urls(Group::Engine), ["underpaint-engine-worker.js", "underpaint-engine-worker_bg.wasm"]);
        assert_eq!(build.urls(Group::Starter), ["starter/unet/weights.safetensors"]);
    }

    #[test]
    fn a_new_page_keeps_the_names_of_the_engines_and_the_models_caches() {
        let [shell, engine, starter] = Build::new("before", &[]).names();
        let [new_shell, same_engine, same_starter] = Build::new("after", &[("index.html", "new page")]).names();
        assert_ne!(shell, new_shell);
        assert_eq!((engine, starter), (same_engine, same_starter));
    }

    #[test]
    fn a_build_without_its_model_or_its_engine_is_refused() {
        let build = Build::new("incomplete", &[]);
        std::fs::remove_dir_all(build.0.join("starter")).unwrap();
        let message = collect(&build.0).unwrap_err().to_string();
        assert!(message.contains("starter"), "{message}");
    }

    #[test]
    fn the_lists_replace_the_templates_placeholder() {
        let build = Build::new("template", &[]);
        let groups = collect(&build.0).unwrap();
        let script = fill_template("const GROUPS = \"__PRECACHE__\";", &groups).unwrap();
        let lists: serde_json::Value =
            serde_json::from_str(script.strip_prefix("const GROUPS = ").unwrap().strip_suffix(';').unwrap()).unwrap();
        assert_eq!(lists[0]["files"][0]["url"], "./");
        // printf page | openssl dgst -sha256 -binary | base64
        assert_eq!(lists[0]["files"][0]["integrity"], "sha256-NmAxWprz3yVdjxmrB35Hl4IrQUiKDioEvGr3EhPCMnQ=");
        assert!(fill_template("no place", &groups).is_err());
    }

    #[test]
    fn the_shipped_template_has_exactly_one_place_for_the_lists() {
        assert_eq!(include_str!("../../../web/sw.js").matches(PLACEHOLDER).count(), 1);
    }

    #[test]
    fn names_with_spaces_become_addresses() {
        assert_eq!(percent_encoded("starter/a b#1.json"), "starter/a%20b%231.json");
    }

    #[test]
    fn base64_matches_the_standards_own_examples() {
        // RFC 4648, section 10.
        for (bytes, text) in [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg==")] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }
}
