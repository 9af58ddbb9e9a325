//! The dependency graph, held as architecture.md draws it.

use anyhow::{Context, Result};

use super::Tally;
use crate::process;
use crate::workspace::{WASM_TARGET, Workspace};

/// Which crates of ours each crate may use, prefixes left out. A crate that is not listed may not be used by any.
const ALLOWED_EDGES: &[(&str, &[&str])] = &[
    ("app", &["browser", "paint", "protocol", "studio"]),
    ("browser", &["models", "protocol"]),
    ("cli", &["engine", "models", "paint", "protocol"]),
    ("diffusion", &[]),
    ("engine", &["diffusion", "models", "protocol"]),
    ("engine-worker", &["browser", "engine", "models", "protocol"]),
    ("models", &[]),
    ("page", &["app"]),
    ("paint", &[]),
    ("protocol", &[]),
    ("scenes", &[]),
    ("studio", &["paint", "protocol"]),
    ("xtask", &[]),
];

/// Crates that make tensors: a page that holds one of them has lost its lightness.
const TENSOR_CRATES: &[&str] = &["burn", "burn-core", "burn-tensor", "cubecl", "wgpu"];

/// Crates that talk to a browser.
const WEB_CRATES: &[&str] = &["js-sys", "wasm-bindgen", "web-sys"];

/// How far a rule looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reach {
    /// Only what the crate's own manifest names.
    Direct,
    /// Everything below it, too.
    Transitive,
}

/// `crates` must not reach `forbidden` when built for `target`.
struct Ban {
    crates: &'static [&'static str],
    forbidden: &'static [&'static str],
    reach: Reach,
    target: Target,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    Native,
    Wasm,
}

const BANS: &[Ban] = &[
    ban(
        &["app", "browser", "models", "page", "paint", "protocol", "studio"],
        TENSOR_CRATES,
        Reach::Transitive,
        Target::Native,
    ),
    ban(
        &["app", "browser", "models", "page", "paint", "protocol", "studio"],
        TENSOR_CRATES,
        Reach::Transitive,
        Target::Wasm,
    ),
    ban(&["models", "paint", "protocol", "studio"], WEB_CRATES, Reach::Transitive, Target::Native),
    ban(&["models", "paint", "protocol", "studio"], WEB_CRATES, Reach::Transitive, Target::Wasm),
    // On wasm, wgpu itself reaches the browser below Burn; what counts is that no code of ours does.
    ban(&["diffusion", "engine"], WEB_CRATES, Reach::Transitive, Target::Native),
    ban(&["app", "diffusion", "engine"], WEB_CRATES, Reach::Direct, Target::Wasm),
    // Domain types are not serialisable; `protocol` converts.
    ban(&["paint", "studio"], &["serde", "serde_json"], Reach::Direct, Target::Native),
];

const fn ban(crates: &'static [&'static str], forbidden: &'static [&'static str], reach: Reach, target: Target) -> Ban {
    Ban { crates, forbidden, reach, target }
}

/// Checks every edge between our crates and every ban.
pub fn check(workspace: &Workspace) -> Result<Tally> {
    let host = process::read(workspace.command("rustc")?.arg("-vV"))?
        .lines()
        .find_map(|line| line.strip_prefix("host: ").map(str::to_owned))
        .context("rustc did not tell its host")?;
    let mut failures = unlisted_crates(workspace)?;
    let mut n_checks = 1;
    for (name, allowed) in ALLOWED_EDGES {
        for target in [Target::Native, Target::Wasm] {
            let triple = if target == Target::Native { host.as_str() } else { WASM_TARGET };
            let tree = Tree::read(workspace, name, triple)?;
            n_checks += 1;
            failures.extend(tree.edges_beyond(allowed));
            for ban in BANS.iter().filter(|ban| ban.target == target && ban.crates.contains(name)) {
                n_checks += 1;
                if let Some(path) = tree.path_to(ban.forbidden, ban.reach) {
                    failures.push(format!("{target:?}: {}", path.join(" → ")));
                }
            }
        }
    }
    Ok(Tally::of_failures(n_checks, &failures))
}

/// Folders of crates/ that the table leaves out.
fn unlisted_crates(workspace: &Workspace) -> Result<Vec<String>> {
    let mut failures = Vec::new();
    for entry in std::fs::read_dir(workspace.root.join("crates")).context("crates/ cannot be read")? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if !ALLOWED_EDGES.iter().any(|(listed, _)| *listed == name) {
            failures.push(format!("crates/{name} is not in the table of allowed edges"));
        }
    }
    Ok(failures)
}

/// Everything that one of our crates uses outside its tests, as cargo resolves it for that crate alone: features that
/// other crates of the workspace ask for do not count.
struct Tree {
    /// Depth and package name, depth first; the root has depth 0.
    nodes: Vec<(usize, String)>,
}

impl Tree {
    fn read(workspace: &Workspace, name: &str, triple: &str) -> Result<Self> {
        let mut command = workspace.command("cargo")?;
        command.args(["tree", "--locked", "--edges", "normal,no-proc-macro", "--prefix", "depth", "--target", triple]);
        command.args(["--package", &format!("underpaint-{name}")]);
        let text = process::read(&mut command).context("is Cargo.lock up to date with the manifests?")?;
        Self::parse(&text).context("cargo tree printed what this version of xtask does not understand")
    }

    /// Reads lines such as `2serde v1.0.229 (*)`, whose first number is the depth.
    fn parse(text: &str) -> Option<Self> {
        let parse_line = |line: &str| {
            let depth_end = line.find(|character: char| !character.is_ascii_digit())?;
            let (depth, package) = line.split_at(depth_end);
            Some((depth.parse().ok()?, package.split_whitespace().next()?.to_owned()))
        };
        let nodes = text.lines().map(parse_line).collect::<Option<Vec<_>>>()?;
        Some(Self { nodes })
    }

    /// Edges to crates of ours that are not allowed, as sentences.
    fn edges_beyond(&self, allowed: &[&str]) -> Vec<String> {
        let name = self.nodes.first().map_or("", |(_, name)| name);
        self.nodes
            .iter()
            .filter(|(depth, _)| *depth == 1)
            .filter_map(|(_, used)| used.strip_prefix("underpaint-"))
            .filter(|used| !allowed.contains(used))
            .map(|used| format!("{name} → {used} is no edge of the architecture"))
            .collect()
    }

    /// The chain from the root to the first forbidden package, if there is any.
    fn path_to(&self, forbidden: &[&str], reach: Reach) -> Option<Vec<String>> {
        let mut path: Vec<String> = Vec::new();
        for (depth, name) in &self.nodes {
            path.truncate(*depth);
            path.push(name.clone());
            let is_in_reach = *depth == 1 || (reach == Reach::Transitive && *depth > 1);
            if is_in_reach && forbidden.contains(&name.as_str()) {
                return Some(path);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TREE: &str = "0underpaint-studio v0.0.0 (/x)\n1helper v1.0.0\n2burn v0.22.1\n3web-sys v0.3.0\n\
                        1underpaint-paint v0.0.0 (/y)\n2thiserror v2.0.0 (*)";

    #[test]
    fn a_forbidden_package_is_found_through_others_with_the_way_to_it() {
        let tree = Tree::parse(TREE).unwrap();
        let path = tree.path_to(&["burn"], Reach::Transitive).unwrap();
        assert_eq!(path, ["underpaint-studio", "helper", "burn"]);
        assert_eq!(tree.path_to(&["burn"], Reach::Direct), None);
        assert_eq!(tree.path_to(&["helper"], Reach::Direct).unwrap().len(), 2);
        let path = tree.path_to(&["thiserror"], Reach::Transitive).unwrap();
        assert_eq!(path, ["underpaint-studio", "underpaint-paint", "thiserror"]);
    }

    #[test]
    fn an_edge_that_the_table_does_not_list_is_a_failure() {
        let tree = Tree::parse(TREE).unwrap();
        assert!(tree.edges_beyond(&["paint"]).is_empty());
        assert_eq!(tree.edges_beyond(&[]), ["underpaint-studio → paint is no edge of the architecture"]);
    }

    #[test]
    fn what_is_not_a_tree_is_not_understood() {
        assert!(Tree::parse("error: no such package").is_none());
    }
}
