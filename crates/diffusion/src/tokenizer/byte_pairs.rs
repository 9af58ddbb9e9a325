//! Byte pairs: the vocabulary and the merges of a tokenizer, and what they make of one word.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap};

/// What marks the last symbol of a word in the vocabulary.
const END_OF_WORD: &str = "</w>";

/// The merges of a vocabulary (Sennrich et al., 2016) over the 256 visible symbols that stand for bytes.
///
/// A word is its bytes, the last of them marked as the end of the word. Of all neighbours that the list knows, those
/// with the lowest rank are merged, from left to right, until no pair is left.
pub(super) struct BytePairs {
    /// The id of each byte within a word.
    inner: [Option<u32>; 256],
    /// The id of each byte at the end of a word.
    last: [Option<u32>; 256],
    /// Rank and merged id by the ids of two neighbours.
    merges: HashMap<(u32, u32), (u32, u32)>,
    /// What stands for a byte that the vocabulary lacks.
    unknown: u32,
}

/// A symbol of a word in the making, linked to its neighbours by their indices.
#[derive(Clone, Copy)]
struct Symbol {
    id: u32,
    previous: usize,
    next: usize,
    is_merged_away: bool,
}

/// An index that is none.
const NONE: usize = usize::MAX;

impl BytePairs {
    /// Looks up every merge in the vocabulary; `unknown` is the id for bytes that it lacks.
    ///
    /// # Errors
    /// Where a merge names a token, or makes one, that the vocabulary lacks: a sentence that names it.
    pub(super) fn new(
        vocabulary: &HashMap<String, u32>,
        merges: &[(String, String)],
        unknown: u32,
    ) -> Result<Self, String> {
        let symbols = byte_symbols();
        let id_of = |text: &str| vocabulary.get(text).copied();
        let mut ranks = HashMap::with_capacity(merges.len());
        for (rank, (left, right)) in merges.iter().enumerate() {
            let known =
                |token: &str| id_of(token).ok_or_else(|| format!("merge {rank} names {token:?}, which is no token"));
            let merged = known(&format!("{left}{right}"))?;
            let rank = u32::try_from(rank).map_err(|_| "there are too many merges".to_owned())?;
            ranks.insert((known(left)?, known(right)?), (rank, merged));
        }
        Ok(Self {
            inner: symbols.map(|symbol| id_of(symbol.encode_utf8(&mut [0; 4]))),
            last: symbols.map(|symbol| id_of(&format!("{symbol}{END_OF_WORD}"))),
            merges: ranks,
            unknown,
        })
    }

    /// Appends the ids of a word.
    pub(super) fn append(&self, word: &str, ids: &mut Vec<u32>) {
        let mut symbols = self.symbols(word.as_bytes());
        // The lowest rank first, and among equals the leftmost.
        let mut candidates = BinaryHeap::new();
        let candidate = |symbols: &[Symbol], left: usize| {
            let Symbol { id, next, .. } = *symbols.get(left)?;
            let right = symbols.get(next)?;
            let (rank, merged) = *self.merges.get(&(id, right.id))?;
            Some(Reverse((rank, left, merged, id, right.id)))
        };
        candidates.extend((0..symbols.len()).filter_map(|left| candidate(&symbols, left)));
        while let Some(Reverse((_, left, merged, left_id, right_id))) = candidates.pop() {
            let Symbol { id, previous, next, is_merged_away } = symbols[left];
            // Either of the two may have been merged with its other neighbour in the meantime.
            if is_merged_away || id != left_id || next == NONE || symbols[next].id != right_id {
                continue;
            }
            let after = symbols[next].next;
            symbols[next].is_merged_away = true;
            symbols[left] = Symbol { id: merged, previous, next: after, is_merged_away: false };
            if after != NONE {
                symbols[after].previous = left;
            }
            candidates.extend([previous, left].into_iter().filter_map(|left| candidate(&symbols, left)));
        }
        ids.extend(symbols.iter().filter(|symbol| !symbol.is_merged_away).map(|symbol| symbol.id));
    }

    fn symbols(&self, bytes: &[u8]) -> Vec<Symbol> {
        let end = bytes.len().saturating_sub(1);
        let symbol = |(idx, byte): (usize, &u8)| {
            let ids = if idx == end { &self.last } else { &self.inner };
            Symbol {
                id: ids[usize::from(*byte)].unwrap_or(self.unknown),
                previous: idx.checked_sub(1).unwrap_or(NONE),
                next: if idx == end { NONE } else { idx + 1 },
                is_merged_away: false,
            }
        };
        bytes.iter().enumerate().map(symbol).collect()
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
        let merges: Vec<_> = merges.iter().map(|(left, right)| ((*left).to_owned(), (*right).to_owned())).collect();
        BytePairs::new(&vocabulary, &merges, 99)
    }

    fn ids(pairs: &BytePairs, word: &str) -> Vec<u32> {
        let mut ids = Vec::new();
        pairs.append(word, &mut ids);
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
    }

    #[test]
    fn a_word_of_a_hundred_thousand_bytes_is_read_in_no_time() {
        let pairs = pairs(&["a", "a</w>", "aa", "aaaa"], &[("a", "a"), ("aa", "aa")]).unwrap();
        assert_eq!(ids(&pairs, &"a".repeat(100_001)).len(), 25_001);
    }
}
