//! CLIP's own vocabulary, for checkpoints that come without one.
//!
//! Every published Stable Diffusion uses the vocabulary of OpenAI's CLIP (MIT licence): 256 bytes, the same at the end of a
//! word, 48894 merges of two earlier tokens, and the two tokens that frame a text. So the merges are enough; they are
//! packed as pairs of token ids (see `tests/parity/make_clip_merges.py`), which is a third of the size of their text.

use std::fmt::Write;

/// The pairs that are merged, in the order of their ranks: low and high bytes of the left ids, then of the right ids.
const PACKED: &[u8] = include_bytes!("../data/clip_merges.bin");
/// Marks a token that ends a word.
const WORD_END: &str = "</w>";

/// CLIP's vocabulary as the two files of `openai/clip-vit-large-patch14` hold it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClipVocabulary {
    /// The tokens in the order of their ids: 49408 of them.
    pub tokens: Vec<String>,
    /// The ids of the two tokens of each merge, best first: 48894 of them.
    pub merges: Vec<(u16, u16)>,
}

/// Unpacks CLIP's vocabulary.
pub fn clip_vocabulary() -> ClipVocabulary {
    let mut tokens: Vec<String> = byte_symbols().into_iter().map(String::from).collect();
    tokens.extend(byte_symbols().into_iter().map(|symbol| format!("{symbol}{WORD_END}")));
    let n_merges = PACKED.len() / 4;
    let id = |run: usize, idx: usize| {
        let byte = |run: usize| PACKED.get(run * n_merges + idx).copied().unwrap_or_default();
        u16::from_le_bytes([byte(run), byte(run + 1)])
    };
    let merges: Vec<(u16, u16)> = (0..n_merges).map(|idx| (id(0, idx), id(2, idx))).collect();
    for (left, right) in &merges {
        let part = |id: &u16| tokens.get(usize::from(*id)).map_or("", String::as_str);
        let merged = format!("{}{}", part(left), part(right));
        tokens.push(merged);
    }
    tokens.extend(["<|startoftext|>".to_owned(), "<|endoftext|>".to_owned()]);
    ClipVocabulary { tokens, merges }
}

impl ClipVocabulary {
    /// The contents of `vocab.json`: an object of tokens and their ids.
    pub fn vocab_json(&self) -> String {
        let mut text = String::with_capacity(24 * self.tokens.len());
        for (id, token) in self.tokens.iter().enumerate() {
            text.push_str(if id == 0 { "{\"" } else { ", \"" });
            // Of what JSON escapes, only these two are symbols of the vocabulary.
            for symbol in token.chars() {
                if matches!(symbol, '"' | '\\') {
                    text.push('\\');
                }
                text.push(symbol);
            }
            // Writing to a string cannot fail.
            let _ = write!(text, "\": {id}");
        }
        text.push('}');
        text
    }

    /// The contents of `merges.txt`: a line of the version, then one merge a line.
    pub fn merges_txt(&self) -> String {
        let mut text = String::with_capacity(12 * self.merges.len());
        text.push_str("#version: 0.2\n");
        for (left, right) in &self.merges {
            let part = |id: &u16| self.tokens.get(usize::from(*id)).map_or("", String::as_str);
            text.push_str(part(left));
            text.push(' ');
            text.push_str(part(right));
            text.push('\n');
        }
        text
    }
}

/// The visible characters that stand for the 256 bytes, in the order of their ids: the bytes that are visible
/// themselves, then the others (GPT-2's table).
fn byte_symbols() -> Vec<char> {
    let is_visible = |byte: u8| matches!(byte, b'!'..=b'~' | 0xa1..=0xac | 0xae..=0xff);
    let visible = (0..=255_u8).filter(|byte| is_visible(*byte)).map(char::from);
    let hidden = (0..=255_u8).filter(|byte| !is_visible(*byte)).count() as u32;
    visible.chain((256..256 + hidden).filter_map(char::from_u32)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_ids_are_those_that_stable_diffusion_was_trained_with() {
        let vocab: Value = serde_json::from_str(&clip_vocabulary().vocab_json()).unwrap();
        assert_eq!(vocab.as_object().unwrap().len(), 49408);
        // "a photo of a cat" is 49406 320 1125 539 320 2368 49407 in the documentation of CLIP's users.
        for (token, id) in [
            ("!", 0),
            ("!</w>", 256),
            ("a</w>", 320),
            ("photo</w>", 1125),
            ("of</w>", 539),
            ("cat</w>", 2368),
            ("\"", 1),
            ("\\", 59),
            ("jekyll</w>", 49405),
            ("<|startoftext|>", 49406),
            ("<|endoftext|>", 49407),
        ] {
            assert_eq!(vocab[token], id, "{token}");
        }
    }

    #[test]
    fn every_merge_is_of_two_tokens_that_come_before_it() {
        let vocabulary = clip_vocabulary();
        assert_eq!(vocabulary.merges.len(), 48894);
        for (idx, (left, right)) in vocabulary.merges.iter().enumerate() {
            assert!(usize::from(*left.max(right)) < 512 + idx, "merge {idx}");
        }
        let text = vocabulary.merges_txt();
        let mut lines = text.lines();
        assert_eq!(lines.next(), Some("#version: 0.2"));
        assert_eq!(lines.next(), Some("i n"));
        assert_eq!(lines.last(), Some("jeky ll</w>"));
        assert_eq!(text.lines().count(), 48895);
    }
}
