//! Reads the messages of `web/locales/*.ftl` with the reference parser of Fluent and writes them down for `src/texts.rs`:
//! the page then carries the words and no parser. Ids are written once for all languages, and each language as one text, a
//! message to a line: a table of pieces would hold more pointers than letters. What the lines cannot hold (functions,
//! attributes) is refused here, with the message's id.
//!
//! Inside a line: `1 name 2` is a variable, `3 variable 2 (case 4 line 5)… 6 line 7` a choice and its default, where the
//! digits stand for the control characters of those numbers. A message that a language lacks is the character 8.

use std::{
    collections::{BTreeMap, BTreeSet},
    env,
    fmt::Write as _,
    fs,
    path::Path,
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, Pattern, PatternElement, VariantKey},
    parser,
};

/// Messages that mention messages that mention messages: further down there is a circle.
const MAX_DEPTH: usize = 8;

type Patterns<'a> = BTreeMap<String, &'a Pattern<String>>;

fn main() -> Result<(), String> {
    let root = env::var("CARGO_MANIFEST_DIR").map_err(|error| error.to_string())?;
    let out = env::var("OUT_DIR").map_err(|error| error.to_string())?;
    println!("cargo::rerun-if-changed=build.rs");
    let mut languages = Vec::new();
    for language in ["en", "pt"] {
        let path = Path::new(&root).join("../../web/locales").join(format!("{language}.ftl"));
        println!("cargo::rerun-if-changed={}", path.display());
        let source = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        languages.push((language, lines_of(source).map_err(|error| format!("{}: {error}", path.display()))?));
    }
    let write = |name: &str, lines: Vec<&str>| {
        fs::write(Path::new(&out).join(name), lines.join("\n")).map_err(|error| error.to_string())
    };
    let ids: BTreeSet<&str> = languages.iter().flat_map(|(_, lines)| lines.keys().map(String::as_str)).collect();
    write("ids.txt", ids.iter().copied().collect())?;
    for (language, lines) in &languages {
        let lines = ids.iter().map(|id| lines.get(*id).map_or("\u{8}", String::as_str)).collect();
        write(&format!("{language}.txt"), lines)?;
    }
    Ok(())
}

/// The line of each message by its id.
fn lines_of(source: String) -> Result<BTreeMap<String, String>, String> {
    let resource = parser::parse(source).map_err(|(_, errors)| format!("{errors:?}"))?;
    let mut patterns = Patterns::new();
    for entry in &resource.body {
        let (id, pattern) = match entry {
            Entry::Message(message) if !message.attributes.is_empty() => {
                return Err(format!("{} has attributes; give each text an id of its own", message.id.name));
            }
            Entry::Message(message) => {
                let value = message.value.as_ref().ok_or_else(|| format!("{} has no text", message.id.name))?;
                (message.id.name.clone(), value)
            }
            // The hyphen keeps terms apart from messages; no message begins with one.
            Entry::Term(term) => (format!("-{}", term.id.name), &term.value),
            Entry::Comment(_) | Entry::GroupComment(_) | Entry::ResourceComment(_) => continue,
            Entry::Junk { content } => return Err(format!("this is no message: {content}")),
        };
        if patterns.insert(id.clone(), pattern).is_some() {
            return Err(format!("{id} is there twice"));
        }
    }
    let messages = patterns.iter().filter(|(id, _)| !id.starts_with('-'));
    messages
        .map(|(id, pattern)| {
            let mut line = String::new();
            write_pattern(&mut line, pattern, &patterns, 0).map_err(|error| format!("{id}: {error}"))?;
            Ok((id.clone(), line))
        })
        .collect()
}

/// A text whose own line ends would end the message's line.
fn write_text(out: &mut String, text: &str) -> Result<(), String> {
    if text.chars().any(|letter| letter < ' ') {
        return Err("a message is one line, without control characters".into());
    }
    out.push_str(text);
    Ok(())
}

/// Other messages are put in here and now, so that a line holds only texts, variables and choices.
fn write_pattern(out: &mut String, pattern: &Pattern<String>, all: &Patterns<'_>, depth: usize) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err("it mentions itself".into());
    }
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => {
                write_text(out, value)?;
            }
            PatternElement::Placeable { expression: Expression::Inline(inline) } => {
                write_inline(out, inline, all, depth)?;
            }
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                let InlineExpression::VariableReference { id } = selector else {
                    return Err("only a variable may decide between variants".into());
                };
                let mut default = None;
                let _ = write!(out, "\u{3}{}\u{2}", id.name);
                for variant in variants {
                    let (VariantKey::Identifier { name } | VariantKey::NumberLiteral { value: name }) = &variant.key;
                    if variant.default {
                        default = Some(&variant.value);
                    } else {
                        let _ = write!(out, "{name}\u{4}");
                        write_pattern(out, &variant.value, all, depth + 1)?;
                        out.push('\u{5}');
                    }
                }
                out.push('\u{6}');
                if let Some(default) = default {
                    write_pattern(out, default, all, depth + 1)?;
                }
                out.push('\u{7}');
            }
        }
    }
    Ok(())
}

fn write_inline(
    out: &mut String,
    inline: &InlineExpression<String>,
    all: &Patterns<'_>,
    depth: usize,
) -> Result<(), String> {
    let key = match inline {
        InlineExpression::StringLiteral { value } => {
            return write_text(out, value);
        }
        InlineExpression::VariableReference { id } => {
            let _ = write!(out, "\u{1}{}\u{2}", id.name);
            return Ok(());
        }
        InlineExpression::MessageReference { id, attribute: None } => id.name.clone(),
        InlineExpression::TermReference { id, attribute: None, arguments: None } => format!("-{}", id.name),
        _ => return Err("only texts, variables, messages and terms can stand in braces".into()),
    };
    let pattern = all.get(&key).ok_or_else(|| format!("it mentions {key}, which is not there"))?;
    write_pattern(out, pattern, all, depth + 1)
}
