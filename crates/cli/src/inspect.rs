//! What a model is, in words.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Result;
use underpaint_models::{Inspection, inspect as inspect_files};

use crate::arguments::InspectArguments;
use crate::opened::Opened;

/// Tells on standard output what a folder or a file holds, how much memory it needs, and whatever is not supported.
///
/// # Errors
/// Where there is nothing that can be recognised.
pub fn inspect(arguments: &InspectArguments) -> Result<()> {
    let opened = Opened::at(&arguments.path)?;
    let mut found = inspect_files(opened.store(), opened.entry())?;
    found.problems.extend(underpaint_engine::unsupported(opened.store(), opened.entry(), &found));
    print(&describe(&arguments.path, &found));
    Ok(())
}

#[expect(clippy::print_stdout, reason = "this is what was asked for")]
fn print(text: &str) {
    print!("{text}");
}

/// The text, a fact a line.
fn describe(path: &Path, found: &Inspection) -> String {
    let mut text = String::new();
    let class = if found.class.is_empty() { String::new() } else { format!(" ({})", found.class) };
    let _ = writeln!(text, "{}\nfamily: {}{class}", path.display(), found.family);
    let parameters: u64 = found.components.iter().map(|component| component.parameters).sum();
    for component in &found.components {
        let class = if component.class.is_empty() { String::new() } else { format!(" {},", component.class) };
        let _ = writeln!(
            text,
            "component {}:{class} {} parameters in {} tensors, {}, {} in {}",
            component.name,
            component.parameters,
            component.tensors,
            component.dtypes.join(" and "),
            size(component.bytes),
            component.files.join(", "),
        );
    }
    let _ = writeln!(text, "parameters: {parameters}");
    let _ = writeln!(text, "precision: {}", precision(found));
    let _ = writeln!(text, "memory: {} in f32, {} in f16", size(found.bytes_f32), size(found.bytes_f16));
    for note in &found.notes {
        let _ = writeln!(text, "note: {note}");
    }
    match found.problems.as_slice() {
        [] => text.push_str("supported: yes\n"),
        problems => problems.iter().for_each(|problem| {
            let _ = writeln!(text, "not supported: {problem}");
        }),
    }
    text
}

fn precision(found: &Inspection) -> String {
    let mut dtypes: Vec<&str> =
        found.components.iter().flat_map(|component| &component.dtypes).map(String::as_str).collect();
    dtypes.sort_unstable();
    dtypes.dedup();
    dtypes.join(" and ").to_lowercase()
}

fn size(bytes: u64) -> String {
    match bytes {
        0..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        1_000_000..1_000_000_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.2} GB", bytes as f64 / 1e9),
    }
}
