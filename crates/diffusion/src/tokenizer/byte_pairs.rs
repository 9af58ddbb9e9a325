//! Byte pairs: the vocabulary and the merges of a tokenizer, and what they make of words.

use std::collections::HashMap;

use tokenizers::models::bpe::{BpeConfig, PipelineBPE};
use tokenizers::pipeline::Model;

/// What marks the last symbol of a word in the vocabulary.
const END_OF_WORD: &str = "</w>";
/// The longest token in bytes; `tokenizers` keeps lengths in 16 bits.
const MAX_TOKEN_BYTES: usize = u16::MAX as usize;
/// The most merges; `tokenizers` counts those of its most frequent pairs in 16 bits. CLIP has 48,894.
const MAX_MERGES: usize = u16::MAX as usize - 1;

/// The merges of a vocabulary (Sennrich et al., 2016) over the 256 visible symbols that stand for bytes.
///
/// A word is its bytes, the last of them marked as the end of the word. Of all neighbours that the list knows, those
/// with the lowest rank are merged, from left to right, until no pair is left. The crate `tokenizers` does that.
pub(super) struct BytePairs {
    merger: PipelineBPE,
    /// The visible character that stands for each byte in the vocabulary.
    symbols: [char; 256],
    /// The id of each byte that is a word of its own: version 1.0.0-rc.3 of `tokenizers` takes the id of a single symbol
    /// without the mark of the word's end.
    alone: [u32; 256],
    /// What stands for a byte that the vocabulary lacks.
    unknown: u32,
}

impl BytePairs {
    /// Looks up every merge in the vocabulary; `unknown` is the token, with its id, for bytes that it lacks.
    ///
    /// # Errors
    /// Where a merge names a token, or makes one, that the vocabulary lacks, or where there are more merges or longer
    /// tokens than `tokenizers` has room for: a sentence that says so.
    pub(super) fn new(
        mut vocabulary: HashMap<String, u32>,
        merges: Vec<(String, String)>,
        unknown: (String, u32),
    ) -> Result<Self, String> {
        // `tokenizers` takes all of this for granted.
        if let Some(token) = vocabulary.keys().chain([&unknown.0]).find(|token| token.len() > MAX_TOKEN_BYTES) {
            let beginning: String = token.chars().take(20).collect();
            return Err(format!("the token that begins with {beginning:?} is longer than {MAX_TOKEN_BYTES} bytes"));
        }
        if merges.len() > MAX_MERGES {
            return Err(format!("there are {} merges; at most {MAX_MERGES} can be read", merges.len()));
        }
        let mut merged = String::new();
        for (rank, (left, right)) in merges.iter().enumerate() {
            merged.clear();
            merged.extend([left.as_str(), right]);
            if let Some(token) = [&merged, left, right].into_iter().find(|token| !vocabulary.contains_key(*token)) {
                return Err(format!("merge {rank} needs {token:?}, which is no token"));
            }
        }

        let symbols = byte_symbols();
        let (unknown_token, unknown) = unknown;
        let alone = symbols.map(|symbol| vocabulary.get(&format!("{symbol}{END_OF_WORD}")).copied().unwrap_or(unknown));
        vocabulary.entry(unknown_token.clone()).or_insert(unknown);
        let merger = PipelineBPE::from_config(BpeConfig {
            vocab: vocabulary.into_iter().collect(),
            merges,
            unk_token: Some(unknown_token),
            end_of_word_suffix: Some(END_OF_WORD.to_owned()),
            // A prompt is too short for a memory of words to pay off.
            cache_capacity: 0,
            ..BpeConfig::default()
        });
        Ok(Self { merger: merger.map_err(|error| error.to_string())?, symbols, alone, unknown })
    }

    /// Appends the ids of words.
    pub(super) fn append<'a>(&self, words: impl Iterator<Item = &'a str>, ids: &mut Vec<u32>) {
        let mut scratch = self.merger.init_scratch();
        let (mut symbols, mut tokens) = (String::new(), Vec::new());
        for word in words {
            if let [byte] = word.as_bytes() {
                ids.push(self.alone[usize::from(*byte)]);
                continue;
            }
            symbols.clear();
            symbols.extend(word.bytes().map(|byte| self.symbols[usize::from(byte)]));
            tokens.clear();
            match self.merger.tokenize_pipeline(&symbols, &mut scratch, &mut tokens) {
                Ok(()) => ids.extend(tokens.iter().map(|token| token.id())),
                // No word is known to be refused; if one ever is, it is unknown.
                Err(_) => ids.push(self.unknown),
            }
        }
    }
}

/// CLIP's character for each byte: itself where it is visible in Latin-1, else the next one from U+0100 on.
fn byte_symbols() -> [char; 256] {
    let mut next = 0x100..;
    std::array::from_fn(|byte| {
        let code = match byte {
            0x21..=0x7e | 0xa1..=0xac | 0xae..=0xff => byte as u32,
            _ => next.next().unwrap_or(0x100),
        };
        char::from_u32(code).unwrap_or('\u{fffd}')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(tokens: &[&str], merges: &[(&str, &str)]) -> Result<BytePairs, String> {
        let vocabulary = tokens.iter().enumerate().map(|(id, token)| ((*token).to_owned(), id as u32)).collect();
        let merges = merges.iter().map(|(left, right)| ((*left).to_owned(), (*right).to_owned())).collect();
        BytePairs::new(vocabulary, merges, ("<unknown>".to_owned(), 99))
    }

    fn ids(pairs: &BytePairs, word: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        pairs.append(std::iter::once(word), &mut ids);
        ids
    }

    #[test]
    fn the_lowest_rank_goes_first_and_equals_from_the_left() {
        let tokens = ["a", "b", "a</w>", "b</w>", "aa", "ab</w>", "aab</w>", "aaaa"];
        let pairs = pairs(&tokens, &[("a", "b</w>"), ("a", "a"), ("a", "ab</w>"), ("aa", "aa")]).unwrap();
        assert_eq!(ids(&pairs, "aab"), [6]);
        assert_eq!(ids(&pairs, "aaab"), [4, 5]);
        assert_eq!(ids(&pairs, "aaaaa"), [7, 2]);
        assert_eq!(ids(&pairs, "aaa"), [4, 2]);
        assert!(ids(&pairs, "").is_empty());
        assert_eq!(ids(&pairs, "a"), [2]);
        assert_eq!(ids(&pairs, "xb"), [99, 3]);
    }

    #[test]
    fn merges_of_unknown_tokens_are_named() {
        let error = |merges| pairs(&["a", "b</w>"], merges).err().unwrap_or_default();
        assert!(error(&[("a", "z")]).contains("\"az\""));
        assert!(error(&[("a", "b</w>")]).contains("\"ab</w>\""));
        assert!(error(&[("b</w>", "b</w>")]).contains("\"b</w>b</w>\""));
    }

    #[test]
    fn what_the_merger_has_no_room_for_is_refused() {
        let long = "a".repeat(65_536);
        assert!(pairs(&[&long], &[]).err().unwrap_or_default().contains("longer than 65535 bytes"));
        assert!(pairs(&[&long[1..], "a</w>"], &[]).is_ok());
        assert!(BytePairs::new(HashMap::new(), Vec::new(), (long, 0)).is_err());
        let many = pairs(&["a", "aa"], &vec![("a", "a"); 65_535]);
        assert!(many.err().unwrap_or_default().contains("65535 merges"));
        assert!(pairs(&["a", "aa"], &vec![("a", "a"); 65_534]).is_ok());
    }

    #[test]
    fn words_of_one_byte_end_there_whatever_the_byte() {
        let pairs = pairs(&["a", "a</w>", "\u{101}", "\u{101}</w>", "\u{120}"], &[]).unwrap();
        // Byte 1 has the symbol U+0101.
        assert_eq!(ids(&pairs, "\u{1}"), [3]);
        assert_eq!(ids(&pairs, "\u{1}a"), [2, 1]);
        assert_eq!(ids(&pairs, "\u{2}"), [99]);
    }

    #[test]
    fn a_word_that_is_spelled_like_an_inner_token_is_still_merged_by_its_symbols() {
        let tokens = ["c", "a", "t", "t</w>", "ca", "cat", "cat</w>", "at</w>"];
        let merges = [("c", "a"), ("ca", "t"), ("a", "t</w>")];
        assert_eq!(ids(&pairs(&tokens, &merges).unwrap(), "cat"), [4, 3]);
        assert_eq!(ids(&pairs(&tokens, &[("c", "a"), ("ca", "t</w>")]).unwrap(), "cat"), [6]);
    }

    #[test]
    fn odd_vocabularies_do_not_disturb_the_merger() {
        for tokens in [&[][..], &[""], &["</w>"], &["<unknown>"], &["a</w>"]] {
            assert_eq!(ids(&pairs(tokens, &[]).unwrap(), "zz").len(), 2, "{tokens:?}");
        }
        assert_eq!(ids(&pairs(&["", "a", "a</w>"], &[("", "a"), ("a", "")]).unwrap(), "aa"), [1, 2]);
    }

    #[test]
    fn a_word_of_a_hundred_thousand_bytes_is_read_in_no_time() {
        let pairs = pairs(&["a", "a</w>", "aa", "aaaa"], &[("a", "a"), ("aa", "aa")]).unwrap();
        assert_eq!(ids(&pairs, &"a".repeat(100_001)).len(), 25_001);
    }
}
