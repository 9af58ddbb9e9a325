//! How a text is normalised and cut into the words that byte pairs are merged in.

use regex::Regex;
use tokenizers::normalizers::Lowercase;
use tokenizers::pipeline::Normalizer;

use super::composition::composed;

/// What CLIP cuts a prompt into; white space is what is left over.
const PIECES: &str = r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";
/// What the byte level of `tokenizers` cuts each piece into once more. It makes a difference only to a spelled-out start
/// or end token that is no special token in its spelling.
const PARTS: &str = r"'s|'t|'re|'ve|'m|'ll|'d|\p{L}+|\p{N}+|[^\s\p{L}\p{N}]+";

/// Cuts texts into words.
pub(super) struct Words {
    pieces: Regex,
    parts: Regex,
}

impl Words {
    /// Compiles the expressions.
    ///
    /// # Errors
    /// Where an expression does not compile, which is a mistake in this file.
    pub(super) fn new() -> Result<Self, regex::Error> {
        Ok(Self { pieces: Regex::new(PIECES)?, parts: Regex::new(PARTS)? })
    }

    /// The words of a normalised text.
    pub(super) fn of<'a>(&'a self, text: &'a str) -> impl Iterator<Item = &'a str> {
        self.pieces.find_iter(text).flat_map(|piece| self.parts.find_iter(piece.as_str())).map(|part| part.as_str())
    }
}

/// Composed characters in lower case.
///
/// Lower case is made of one character at a time: the last sigma of a Greek word is not treated apart.
pub(super) fn normalised(text: &str) -> String {
    let composed = composed(text);
    match Lowercase.normalize(&composed, 0) {
        Ok(lower) => lower.into_owned(),
        // The normaliser refuses no text; if it ever does, the text stays as it is.
        Err(_) => composed,
    }
}
