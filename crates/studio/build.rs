//! Reads the messages of `web/locales/*.ftl` with the reference parser of Fluent and writes them as tables for
//! `src/texts.rs`: the page then carries the words and no parser. What the tables cannot hold (functions, attributes) is
//! refused here, with the message's id.

use std::{collections::BTreeMap, env, fmt::Write as _, fs, path::Path};

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
    for language in ["en", "pt"] {
        let path = Path::new(&root).join("../../web/locales").join(format!("{language}.ftl"));
        println!("cargo::rerun-if-changed={}", path.display());
        let source = fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let table = table_of(source).map_err(|error| format!("{}: {error}", path.display()))?;
        fs::write(Path::new(&out).join(format!("{language}.rs")), table).map_err(|error| error.to_string())?;
    }
    Ok(())
}

/// The table's Rust source: an array of ids and pieces, sorted by id.
fn table_of(source: String) -> Result<String, String> {
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
    let mut table = String::from("&[\n");
    for (id, pattern) in patterns.iter().filter(|(id, _)| !id.starts_with('-')) {
        let pieces = pieces_of(pattern, &patterns, 0).map_err(|error| format!("{id}: {error}"))?;
        let _ = writeln!(table, "({id:?}, {pieces}),");
    }
    table.push_str("]\n");
    Ok(table)
}

fn pieces_of(pattern: &Pattern<String>, all: &Patterns<'_>, depth: usize) -> Result<String, String> {
    let mut pieces = String::from("&[");
    pieces_into(&mut pieces, pattern, all, depth)?;
    pieces.push(']');
    Ok(pieces)
}

/// Other messages are put in here and now, so that a table holds only texts, variables and choices.
fn pieces_into(out: &mut String, pattern: &Pattern<String>, all: &Patterns<'_>, depth: usize) -> Result<(), String> {
    if depth > MAX_DEPTH {
        return Err("it mentions itself".into());
    }
    for element in &pattern.elements {
        match element {
            PatternElement::TextElement { value } => {
                let _ = write!(out, "Piece::Text({value:?}),");
            }
            PatternElement::Placeable { expression: Expression::Inline(inline) } => {
                inline_into(out, inline, all, depth)?;
            }
            PatternElement::Placeable { expression: Expression::Select { selector, variants } } => {
                let InlineExpression::VariableReference { id } = selector else {
                    return Err("only a variable may decide between variants".into());
                };
                let mut cases = String::new();
                let mut default = String::from("&[]");
                for variant in variants {
                    let pieces = pieces_of(&variant.value, all, depth + 1)?;
                    let (VariantKey::Identifier { name } | VariantKey::NumberLiteral { value: name }) = &variant.key;
                    if variant.default {
                        default = pieces;
                    } else {
                        let _ = write!(cases, "({name:?}, {pieces}),");
                    }
                }
                let variable = &id.name;
                let _ =
                    write!(out, "Piece::Choice {{ variable: {variable:?}, cases: &[{cases}], default: {default} }},");
            }
        }
    }
    Ok(())
}

fn inline_into(
    out: &mut String,
    inline: &InlineExpression<String>,
    all: &Patterns<'_>,
    depth: usize,
) -> Result<(), String> {
    let key = match inline {
        InlineExpression::StringLiteral { value } => {
            let _ = write!(out, "Piece::Text({value:?}),");
            return Ok(());
        }
        InlineExpression::VariableReference { id } => {
            let _ = write!(out, "Piece::Variable({:?}),", id.name);
            return Ok(());
        }
        InlineExpression::MessageReference { id, attribute: None } => id.name.clone(),
        InlineExpression::TermReference { id, attribute: None, arguments: None } => format!("-{}", id.name),
        _ => return Err("only texts, variables, messages and terms can stand in braces".into()),
    };
    let pattern = all.get(&key).ok_or_else(|| format!("it mentions {key}, which is not there"))?;
    pieces_into(out, pattern, all, depth + 1)
}
