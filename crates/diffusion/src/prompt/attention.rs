//! Weights in a prompt: which part of the text counts how much, by brackets.

use regex::Regex;

/// What a pair of round brackets multiplies the weight by; square brackets divide by it.
const BRACKET_FACTOR: f64 = 1.1;

/// A part of a prompt.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Part {
    /// Text of one weight.
    Text(String, f64),
    /// The word `BREAK`: what follows begins a new chunk.
    Break,
}

/// Reads weights as users of AUTOMATIC1111's web interface write them.
///
/// - `(text)` multiplies the weight by 1.1 and `[text]` divides it by 1.1, also nested; `(text:1.3)` multiplies by 1.3.
/// - `\(`, `\)`, `\[`, `\]` and `\\` are the characters themselves; any other backslash is left out.
/// - `BREAK`, in capitals and on its own, begins a new chunk. (There it loses that sense between brackets; here not.)
/// - A bracket that nothing closes holds to the end of the prompt; one that closes nothing is a character like others, and
///   so is a colon without a number before the closing bracket.
///
/// Every text is a prompt. Neighbours of equal weight are one part, so that `(a)(b)` is the word `ab`.
pub(super) struct PromptReader {
    explicit_weight: Regex,
    word_break: Regex,
}

impl PromptReader {
    /// Compiles the expressions.
    ///
    /// # Errors
    /// Where an expression does not compile, which is a mistake in this file.
    pub(super) fn new() -> Result<Self, regex::Error> {
        Ok(Self {
            explicit_weight: Regex::new(r"^:\s*([+-]?[.0-9]+)\s*\)")?,
            word_break: Regex::new(r"\s*\bBREAK\b\s*")?,
        })
    }

    /// The parts of a prompt, at least one.
    pub(super) fn parts(&self, prompt: &str) -> Vec<Part> {
        let mut parts = Vec::new();
        // The number of parts before each bracket that is still open.
        let (mut round, mut square) = (Vec::new(), Vec::new());
        let mut rest = prompt;
        while let Some(first) = rest.chars().next() {
            let mut taken = first.len_utf8();
            match first {
                '\\' => {
                    let next = rest[taken..].chars().next().filter(|next| r"()[]\".contains(*next));
                    parts.push(Part::Text(next.map(String::from).unwrap_or_default(), 1.0));
                    taken += next.map_or(0, char::len_utf8);
                }
                '(' => round.push(parts.len()),
                '[' => square.push(parts.len()),
                ':' => match self.weight_at(rest) {
                    Some((length, weight)) => {
                        taken = length;
                        match round.pop() {
                            Some(from) => multiply(&mut parts, from, weight),
                            None => self.push_text(&mut parts, &rest[..taken]),
                        }
                    }
                    None => self.push_text(&mut parts, ":"),
                },
                ')' => match round.pop() {
                    Some(from) => multiply(&mut parts, from, BRACKET_FACTOR),
                    None => self.push_text(&mut parts, ")"),
                },
                ']' => match square.pop() {
                    Some(from) => multiply(&mut parts, from, 1.0 / BRACKET_FACTOR),
                    None => self.push_text(&mut parts, "]"),
                },
                _ => {
                    taken = rest.find(|next| r"()[]\:".contains(next)).unwrap_or(rest.len());
                    self.push_text(&mut parts, &rest[..taken]);
                }
            }
            rest = &rest[taken..];
        }
        for from in round {
            multiply(&mut parts, from, BRACKET_FACTOR);
        }
        for from in square {
            multiply(&mut parts, from, 1.0 / BRACKET_FACTOR);
        }
        joined(parts)
    }

    /// The length and the number of a weight with its closing bracket, such as `:1.2)`, at the beginning of a text.
    fn weight_at(&self, text: &str) -> Option<(usize, f64)> {
        let found = self.explicit_weight.captures(text)?;
        let weight: f64 = found.get(1)?.as_str().parse().ok()?;
        (weight.abs() <= f64::from(f32::MAX)).then_some((found.get(0)?.len(), weight))
    }

    fn push_text(&self, parts: &mut Vec<Part>, text: &str) {
        for (idx, piece) in self.word_break.split(text).enumerate() {
            if idx > 0 {
                parts.push(Part::Break);
            }
            parts.push(Part::Text(piece.to_owned(), 1.0));
        }
    }
}

fn multiply(parts: &mut [Part], from: usize, factor: f64) {
    for part in parts.iter_mut().skip(from) {
        if let Part::Text(_, weight) = part {
            *weight *= factor;
        }
    }
}

/// Joins neighbours of equal weight.
fn joined(parts: Vec<Part>) -> Vec<Part> {
    let mut result: Vec<Part> = Vec::new();
    for part in parts {
        match (result.last_mut(), part) {
            (Some(Part::Text(before, weight)), Part::Text(text, other)) if *weight == other => before.push_str(&text),
            (_, part) => result.push(part),
        }
    }
    if result.is_empty() {
        result.push(Part::Text(String::new(), 1.0));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(prompt: &str) -> Vec<Part> {
        PromptReader::new().unwrap().parts(prompt)
    }

    fn texts(expected: &[(&str, f64)]) -> Vec<Part> {
        expected.iter().map(|(text, weight)| Part::Text((*text).to_owned(), *weight)).collect()
    }

    #[test]
    fn brackets_weigh_nested_and_by_number() {
        assert_eq!(read("normal text"), texts(&[("normal text", 1.0)]));
        assert_eq!(read("an (important) word"), texts(&[("an ", 1.0), ("important", 1.1), (" word", 1.0)]));
        assert_eq!(read("(unnecessary)(parens)"), texts(&[("unnecessaryparens", 1.1)]));
        assert_eq!(
            read("a (((house:1.3)) [on] a (hill:0.5), sun, (((sky)))."),
            texts(&[
                ("a ", 1.0),
                ("house", 1.3 * 1.1 * 1.1),
                (" ", 1.1),
                ("on", 1.0 / 1.1 * 1.1),
                (" a ", 1.1),
                ("hill", 0.5 * 1.1),
                (", sun, ", 1.1),
                ("sky", 1.1 * 1.1 * 1.1 * 1.1),
                (".", 1.1),
            ])
        );
        assert_eq!(read("(a: -.5 )"), texts(&[("a", -0.5)]));
        assert_eq!(read("[[a]]"), texts(&[("a", 1.0 / 1.1 * (1.0 / 1.1))]));
    }

    #[test]
    fn escaped_brackets_are_characters_and_other_backslashes_are_left_out() {
        assert_eq!(read(r"\(literal\]"), texts(&[("(literal]", 1.0)]));
        assert_eq!(read(r"(a \\ b \x\)"), texts(&[(r"a \ b x)", 1.1)]));
        assert_eq!(read("end\\"), texts(&[("end", 1.0)]));
    }

    #[test]
    fn brackets_without_a_partner_are_no_mistake() {
        assert_eq!(read("(unbalanced"), texts(&[("unbalanced", 1.1)]));
        assert_eq!(read("a) b] c:1.5) d: e"), texts(&[("a) b] c:1.5) d: e", 1.0)]));
        assert_eq!(read("(a:1.2.3)"), texts(&[("a:1.2.3", 1.1)]));
        assert_eq!(read(&format!("(a:{})", "9".repeat(60))), texts(&[(&format!("a:{}", "9".repeat(60)), 1.1)]));
        assert_eq!(read("[a)"), texts(&[("a)", 1.0 / 1.1)]));
        assert_eq!(read(""), texts(&[("", 1.0)]));
        assert_eq!(read("()"), texts(&[("", 1.0)]));
    }

    #[test]
    fn the_word_break_stands_alone_and_in_capitals() {
        let text = |text: &str, weight| Part::Text(text.to_owned(), weight);
        assert_eq!(read("a  BREAK\nb"), [text("a", 1.0), Part::Break, text("b", 1.0)]);
        assert_eq!(read("BREAKs break"), [text("BREAKs break", 1.0)]);
        assert_eq!(read("(a BREAK b:2)"), [text("a", 2.0), Part::Break, text("b", 2.0)]);
    }
}
