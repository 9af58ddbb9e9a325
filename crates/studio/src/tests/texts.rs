//! The messages and their use: none missing, none idle, the same variables in every language.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use fluent_syntax::{
    ast::{Entry, Expression, InlineExpression, PatternElement},
    parser,
};

use crate::{Action, Language, PALETTE, Texts, Tool};

/// Ids begin with one of these words where Rust hands them on as plain values, away from a call that says words; no other
/// literal of these crates begins so.
const ID_PREFIXES: [&str; 5] = ["action-", "step-", "said-", "status-", "error-"];

/// What turns an id into words: the literal right behind it must be one.
const CALLS: [&str; 6] = ["t(\"", "Phrase::new(\"", ".announce(\"", ".text(\"", "swatch(\"", "title_id=\""];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The messages of a file with their variables, what they mention in braces included.
fn messages(language: &str) -> BTreeMap<String, BTreeSet<String>> {
    let source = fs::read_to_string(root().join("web/locales").join(format!("{language}.ftl"))).unwrap();
    let resource = parser::parse(source).unwrap();
    let mut messages = BTreeMap::new();
    for entry in resource.body {
        if let Entry::Message(message) = entry {
            let mut seen = BTreeSet::new();
            note_variables(&message.value.unwrap().elements, &mut seen);
            messages.insert(message.id.name, seen);
        }
    }
    messages
}

fn note_variables(elements: &[PatternElement<String>], seen: &mut BTreeSet<String>) {
    let mut note = |inline: &InlineExpression<String>| match inline {
        InlineExpression::VariableReference { id } => drop(seen.insert(format!("${}", id.name))),
        InlineExpression::MessageReference { id, .. } => drop(seen.insert(id.name.clone())),
        _ => {}
    };
    for element in elements {
        match element {
            PatternElement::TextElement { .. } => {}
            PatternElement::Placeable { expression: Expression::Inline(inline) } => note(inline),
            PatternElement::Placeable { expression: Expression::Select { selector, .. } } => note(selector),
        }
    }
    for element in elements {
        if let PatternElement::Placeable { expression: Expression::Select { variants, .. } } = element {
            variants.iter().for_each(|variant| note_variables(&variant.value.elements, seen));
        }
    }
}

/// The Rust files of what a person sees, without their tests.
fn sources() -> Vec<(PathBuf, String)> {
    let mut folders: Vec<PathBuf> =
        ["app", "browser", "paint", "studio"].map(|name| root().join("crates").join(name).join("src")).into();
    let mut sources = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("tests") {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let text = text.split("#[cfg(test)]\nmod tests").next().unwrap_or_default().to_owned();
                sources.push((path, text));
            }
        }
    }
    sources
}

fn is_id(literal: &str) -> bool {
    literal.contains(|it: char| it.is_ascii_lowercase())
        && literal.chars().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == '-')
}

/// The literals of a source that look like ids.
fn literals(source: &str) -> impl Iterator<Item = (usize, &str)> {
    source.match_indices('"').filter_map(|(start, _)| {
        let rest = &source[start + 1..];
        let literal = &rest[..rest.find('"')?];
        is_id(literal).then_some((start, literal))
    })
}

#[test]
fn every_language_has_the_same_messages_with_the_same_variables() {
    let (english, portuguese) = (messages("en"), messages("pt"));
    let ids = |of: &BTreeMap<String, _>| of.keys().cloned().collect::<BTreeSet<_>>();
    let difference: Vec<_> = ids(&english).symmetric_difference(&ids(&portuguese)).cloned().collect();
    assert!(difference.is_empty(), "only in one of the files: {difference:?}");
    for (id, variables) in &english {
        assert_eq!(variables, &portuguese[id], "{id} does not mention the same in both files");
    }
}

#[test]
fn every_id_in_the_code_has_words() {
    let known = messages("en");
    let mut missing = Vec::new();
    for (path, source) in sources() {
        for (start, literal) in literals(&source) {
            // A call's name must begin where the code's word begins: `get("…")` is none of `t("…")`.
            let is_called = CALLS.iter().any(|call| {
                let before = source[..=start].strip_suffix(call);
                before.is_some_and(|it| !it.ends_with(|last: char| last.is_alphanumeric() || last == '_'))
            });
            let is_prefixed = ID_PREFIXES.iter().any(|prefix| literal.starts_with(prefix) && *prefix != literal);
            if (is_called || is_prefixed) && !known.contains_key(literal) {
                missing.push(format!("{}: {literal}", path.display()));
            }
        }
    }
    assert!(missing.is_empty(), "ids without words: {missing:#?}");
    let has_words = |id: &str| assert!(known.contains_key(id), "{id}");
    Action::ALL.iter().for_each(|action| has_words(&action.label().id));
    Tool::ALL.iter().for_each(|tool| has_words(tool.label()));
    PALETTE.iter().for_each(|swatch| has_words(swatch.name));
    Language::ALL.iter().for_each(|language| has_words(language.name_id()));
}

#[test]
fn no_message_is_idle() {
    let messages = messages("en");
    let sources = sources();
    let mut used: BTreeSet<&str> = sources.iter().flat_map(|(_, text)| literals(text).map(|(_, it)| it)).collect();
    used.extend(messages.values().flatten().map(String::as_str));
    // Tables put some ids together: what the value is of, and the value's own name.
    let is_composed = |id: &str| {
        let mut cuts = id.match_indices('-').map(|(at, _)| (&id[..at], &id[at + 1..]));
        cuts.any(|(of, name)| used.contains(of) && used.contains(name))
    };
    let idle: Vec<_> = messages.keys().filter(|id| !used.contains(id.as_str()) && !is_composed(id)).collect();
    assert!(idle.is_empty(), "nothing says these: {idle:#?}");
}

#[test]
fn no_language_leaves_english_words_where_it_has_its_own() {
    let words = |language| {
        let texts = Texts::new(language);
        messages("en").keys().map(|id| texts.text(id)).collect::<Vec<_>>()
    };
    let (english, portuguese) = (words(Language::English), words(Language::Portuguese));
    let n_same = english.iter().zip(&portuguese).filter(|(one, other)| one == other).count();
    assert!(n_same * 10 < english.len(), "{n_same} of {} messages are the same in both languages", english.len());
}
