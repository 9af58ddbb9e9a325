//! Rules about the sources that no compiler knows.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use super::Tally;
use crate::workspace::Workspace;

/// A module longer than this holds more than one idea.
const MAX_MODULE_LINES: usize = 600;

/// A text that must not occur in code, comments left out.
struct Banned {
    text: &'static str,
    /// Crates in which it may occur.
    except_in: &'static [&'static str],
    reason: &'static str,
}

const BANNED: &[Banned] = &[
    // This crate names what it bans.
    banned("JsValue", &["browser", "xtask"], "browser values stay in `browser`, behind its own types"),
    banned(
        "#[allow(",
        &["xtask"],
        "write `#[expect(lint, reason = \"…\")]`, which says so when it is no longer needed",
    ),
    banned(
        "#![allow(",
        &["xtask"],
        "write `#![expect(lint, reason = \"…\")]`, which says so when it is no longer needed",
    ),
    banned("#[ignore", &["xtask"], "a test that does not run holds nothing"),
];

const fn banned(text: &'static str, except_in: &'static [&'static str], reason: &'static str) -> Banned {
    Banned { text, except_in, reason }
}

/// Checks every Rust file below crates/.
pub fn check(workspace: &Workspace) -> Result<Tally> {
    let crates = workspace.root.join("crates");
    let mut n_files = 0;
    let mut failures = Vec::new();
    for path in rust_files(&crates)? {
        n_files += 1;
        let relative = path.strip_prefix(&crates)?.to_string_lossy().replace('\\', "/");
        let text = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        failures.extend(problems_in(&relative, &text));
    }
    Ok(Tally::of_failures(n_files, &failures))
}

/// Everything wrong with one file; `path` is relative to crates/.
fn problems_in(path: &str, text: &str) -> Vec<String> {
    let crate_name = path.split('/').next().unwrap_or_default();
    let mut problems = Vec::new();
    let n_lines = text.lines().count();
    if n_lines > MAX_MODULE_LINES {
        problems.push(format!("crates/{path} has {n_lines} lines; {MAX_MODULE_LINES} are the most: split it by idea"));
    }
    for (line_idx, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        for rule in BANNED.iter().filter(|rule| !rule.except_in.contains(&crate_name) && code.contains(rule.text)) {
            problems.push(format!("crates/{path}:{}: `{}`: {}", line_idx + 1, rule.text, rule.reason));
        }
    }
    problems
}

fn rust_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_value_outside_its_crate_is_a_problem_and_a_comment_about_it_is_none() {
        assert_eq!(problems_in("app/src/main.rs", "let x: JsValue = y;\n").len(), 1);
        assert!(problems_in("app/src/main.rs", "// No JsValue here.\n").is_empty());
        assert!(problems_in("browser/src/lib.rs", "let x: JsValue = y;\n").is_empty());
    }

    #[test]
    fn a_module_may_have_six_hundred_lines_and_no_more() {
        assert!(problems_in("paint/src/lib.rs", &"\n".repeat(600)).is_empty());
        assert_eq!(problems_in("paint/src/lib.rs", &"\n".repeat(601)).len(), 1);
    }
}
