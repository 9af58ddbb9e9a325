//! Words that a model learnt later: textual inversion (Gal et al., 2022).

use std::sync::Arc;

use super::chunks::Item;
use crate::clip::{TokenVector, Tokens};
use crate::tokenizer::ClipTokenizer;

/// The learnt words of one encoder.
#[derive(Debug, Default)]
pub(super) struct LearntWords {
    words: Vec<LearntWord>,
}

/// A word and the vectors that stand for it.
#[derive(Debug)]
struct LearntWord {
    word: String,
    /// What the tokenizer makes of its spelling.
    spelling: Vec<u32>,
    /// The id of its first vector for the plain reading; the others follow.
    first_id: u32,
    vectors: Arc<[Arc<[f32]>]>,
}

impl LearntWord {
    fn last_id(&self) -> u32 {
        self.first_id.saturating_add(u32::try_from(self.vectors.len()).unwrap_or(u32::MAX)).saturating_sub(1)
    }

    /// What the plain reading calls its vectors: the word itself, then `word_1`, `word_2`, …
    fn names(&self) -> impl Iterator<Item = String> {
        let numbered = (1..self.vectors.len()).map(|idx| format!("{}_{idx}", self.word));
        std::iter::once(self.word.clone()).chain(numbered)
    }
}

impl LearntWords {
    /// Whether there is such a word.
    pub(super) fn contains(&self, word: &str) -> bool {
        self.words.iter().any(|known| known.word == word)
    }

    /// Adds a word; its ids begin at `lowest_id` or after those of the words that are there.
    pub(super) fn add(&mut self, tokenizer: &mut ClipTokenizer, word: &str, vectors: Vec<Vec<f32>>, lowest_id: u32) {
        let spelling = tokenizer.pieces(word);
        let first_id = self.words.iter().map(|known| known.last_id().saturating_add(1)).fold(lowest_id, u32::max);
        let vectors: Arc<[Arc<[f32]>]> = vectors.into_iter().map(Arc::from).collect();
        let learnt = LearntWord { word: word.to_owned(), spelling, first_id, vectors };
        for (id, name) in (first_id..).zip(learnt.names()) {
            tokenizer.add_token(&name, id);
        }
        self.words.push(learnt);
        // The longest spelling is found first.
        self.words.sort_by_key(|word| std::cmp::Reverse(word.spelling.len()));
    }

    /// Takes a word back; false where there is none.
    pub(super) fn remove(&mut self, tokenizer: &mut ClipTokenizer, word: &str) -> bool {
        let Some(idx) = self.words.iter().position(|known| known.word == word) else {
            return false;
        };
        for name in self.words.remove(idx).names() {
            tokenizer.remove_token(&name);
        }
        true
    }

    /// A prompt in which every word of several vectors is followed by the names of the others, as diffusers'
    /// `maybe_convert_prompt` writes it.
    pub(super) fn spelled_out(&self, tokenizer: &ClipTokenizer, prompt: &str) -> String {
        if self.words.is_empty() {
            return prompt.to_owned();
        }
        let ids = tokenizer.pieces_with_added(prompt);
        let mut found: Vec<&LearntWord> = self.words.iter().filter(|word| ids.contains(&word.first_id)).collect();
        found.sort_by_key(|word| ids.iter().position(|id| *id == word.first_id));
        let mut prompt = prompt.to_owned();
        for word in found {
            prompt = prompt.replace(&word.word, &word.names().collect::<Vec<_>>().join(" "));
        }
        prompt
    }

    /// A text of ids among which are those of learnt words.
    pub(super) fn tokens(&self, ids: Vec<u32>) -> Tokens {
        let vector = |id: u32| {
            let word = self.words.iter().find(|word| (word.first_id..=word.last_id()).contains(&id))?;
            word.vectors.get(usize::try_from(id - word.first_id).ok()?).cloned()
        };
        let vectors = ids.iter().enumerate();
        let vectors = vectors.filter_map(|(position, id)| Some(TokenVector { position, values: vector(*id)? }));
        Tokens { vectors: vectors.collect(), ids, attended: None }
    }

    /// The items of a text of one weight: learnt words where their spelling is found, the longest first.
    pub(super) fn items(&self, ids: &[u32], weight: f32) -> Vec<Item> {
        let mut items = Vec::with_capacity(ids.len());
        let mut rest = ids;
        while let Some((id, after)) = rest.split_first() {
            let found = self.words.iter().find(|word| !word.spelling.is_empty() && rest.starts_with(&word.spelling));
            match found {
                Some(word) => {
                    items.push(Item::Learnt(Arc::clone(&word.vectors), weight));
                    rest = &rest[word.spelling.len()..];
                }
                None => {
                    items.push(Item::Token(*id, weight));
                    rest = after;
                }
            }
        }
        items
    }
}
