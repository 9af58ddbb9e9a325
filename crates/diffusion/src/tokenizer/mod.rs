//! CLIP's byte-pair tokenizer: from a prompt to the token ids that the text encoder reads.
//!
//! The ids are those of `CLIPTokenizer` of transformers: spelled-out special tokens are found first, the rest is
//! normalised and cut into words, whose bytes are merged by the model's own list; start and end token frame them.
//!
//! The byte pairs are merged and the texts normalised by the crate `tokenizers`. The tokens that a prompt spells out are
//! found here: in version 1.0.0-rc.3, a token that must be a word of its own may stop the program where it does not begin
//! with an ASCII letter, and learnt words have to come and go.

mod byte_pairs;
mod composition;
mod files;
mod words;

use std::cmp::Reverse;
use std::collections::HashSet;

use crate::DiffusionError;
use crate::source::ModelSource;

use byte_pairs::BytePairs;
use files::{AddedToken, TokenizerFiles};
use words::{Words, normalised};

/// CLIP's byte-pair tokenizer with a model's vocabulary.
pub struct ClipTokenizer {
    words: Words,
    pairs: BytePairs,
    /// Tokens that a prompt spells out as it is written.
    as_written: Vec<AddedToken>,
    /// Tokens that are found in the normalised text, where their spelling is normalised as well.
    in_normalised: Vec<AddedToken>,
    /// Tokens that were added later, found in the normalised text as well, by their spelling as it was given.
    added_later: Vec<(String, AddedToken)>,
    /// The files' added tokens by their spelling as it is there.
    listed: HashSet<String>,
    /// Above every id of the vocabulary and of the files' added tokens.
    id_limit: u32,
    start_id: u32,
    end_id: u32,
    pad_id: u32,
    length: Option<usize>,
}

impl ClipTokenizer {
    /// Reads the first tokenizer of a model, in the folder `tokenizer`.
    ///
    /// # Errors
    /// As [`ClipTokenizer::from_folder`].
    pub fn from_source(source: &dyn ModelSource) -> Result<Self, DiffusionError> {
        Self::from_folder(source, "tokenizer")
    }

    /// Reads `tokenizer.json` in a folder of the model or, where there is none, `vocab.json` and `merges.txt`, and the
    /// special tokens from `tokenizer_config.json`, `special_tokens_map.json` and `added_tokens.json` beside them.
    ///
    /// # Errors
    /// Where a file is missing or broken, a special token is not in the vocabulary, a merge names no token, or a setting
    /// is not implemented.
    pub fn from_folder(source: &dyn ModelSource, folder: &str) -> Result<Self, DiffusionError> {
        let files = TokenizerFiles::read(source, folder)?;
        let listed = files.added.iter().map(|token| token.content.clone()).collect();
        let ids = files.vocabulary.values().copied().chain(files.added.iter().map(|token| token.id));
        let id_limit = ids.max().map_or(0, |id| id.saturating_add(1));
        let (mut in_normalised, as_written): (Vec<_>, Vec<_>) =
            files.added.into_iter().partition(|token| token.is_normalised);
        for token in &mut in_normalised {
            token.content = normalised(&token.content);
        }
        Ok(Self {
            pairs: BytePairs::new(files.vocabulary, files.merges, (files.unknown, files.unknown_id))
                .map_err(|error| problem(folder, error))?,
            words: Words::new().map_err(|error| problem(folder, error.to_string()))?,
            as_written,
            in_normalised,
            added_later: Vec::new(),
            listed,
            id_limit,
            start_id: files.start_id,
            end_id: files.end_id,
            pad_id: files.pad_id,
            length: files.length,
        })
    }

    /// Token ids per prompt, start, end and padding included, where the files say so: 77 for CLIP.
    pub fn length(&self) -> Option<usize> {
        self.length
    }

    /// The id of the token that every text begins with.
    pub fn start_id(&self) -> u32 {
        self.start_id
    }

    /// The id of the token that ends every text.
    pub fn end_id(&self) -> u32 {
        self.end_id
    }

    /// The id of the token that short texts are filled up with.
    pub fn pad_id(&self) -> u32 {
        self.pad_id
    }

    /// A number above every id of the files.
    pub fn id_limit(&self) -> u32 {
        self.id_limit
    }

    /// The ids of a prompt, `length` of them. What does not fit is left out, the end token never is.
    pub fn encode(&self, prompt: &str, length: usize) -> Vec<u32> {
        self.framed(self.pieces(prompt), length).0
    }

    /// Pieces between start and end token, cut off or filled up so that there are `length` ids; and how many ids there are
    /// before the padding.
    pub fn framed(&self, pieces: Vec<u32>, length: usize) -> (Vec<u32>, usize) {
        let mut ids = vec![self.start_id];
        ids.extend(pieces);
        ids.truncate(length.saturating_sub(1));
        ids.push(self.end_id);
        let without_padding = ids.len();
        ids.resize(length, self.pad_id);
        (ids, without_padding)
    }

    /// The number of ids that a prompt would need, start and end included; more than there is room for means that its end
    /// is not read.
    pub fn needed_length(&self, prompt: &str) -> usize {
        self.pieces(prompt).len() + 2
    }

    /// The ids of a prompt without start, end and padding, however many they are.
    pub fn pieces(&self, prompt: &str) -> Vec<u32> {
        self.pieces_among(prompt, &self.in_normalised.iter().collect::<Vec<_>>())
    }

    /// The same with the tokens of [`Self::add_token`], found by their letters in any case and also inside a word.
    pub fn pieces_with_added(&self, prompt: &str) -> Vec<u32> {
        let later = self.added_later.iter().map(|(_, token)| token);
        self.pieces_among(prompt, &self.in_normalised.iter().chain(later).collect::<Vec<_>>())
    }

    fn pieces_among(&self, prompt: &str, in_normalised: &[&AddedToken]) -> Vec<u32> {
        let mut ids = Vec::new();
        split_at_tokens(prompt, &self.as_written.iter().collect::<Vec<_>>(), &mut |part| match part {
            Part::Token(id) => ids.push(id),
            Part::Text(text) => split_at_tokens(&normalised(text), in_normalised, &mut |part| match part {
                Part::Token(id) => ids.push(id),
                Part::Text(text) => self.pairs.append(self.words.of(text), &mut ids),
            }),
        });
        ids
    }

    /// Whether prompts may spell out a token of this spelling, from the files or added later.
    pub fn is_added(&self, content: &str) -> bool {
        self.listed.contains(content) || self.added_later.iter().any(|(known, _)| known == content)
    }

    /// Adds a token as transformers' `add_tokens` does. False where there is one of that spelling already.
    pub fn add_token(&mut self, content: &str, id: u32) -> bool {
        let spelling = normalised(content);
        if spelling.is_empty() || self.is_added(content) {
            return false;
        }
        let token = AddedToken { content: spelling, id, is_normalised: true, is_single_word: false };
        self.added_later.push((content.to_owned(), token));
        true
    }

    /// Takes back a token of [`Self::add_token`].
    pub fn remove_token(&mut self, content: &str) {
        self.added_later.retain(|(known, _)| known != content);
    }
}

impl std::fmt::Debug for ClipTokenizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClipTokenizer").field("length", &self.length).finish_non_exhaustive()
    }
}

/// A part of a text: a token that is spelled out, or what lies between such tokens.
enum Part<'a> {
    Token(u32),
    Text(&'a str),
}

/// Cuts a text at the tokens that it spells out: the leftmost first, and the longest where several begin there.
fn split_at_tokens(text: &str, tokens: &[&AddedToken], take: &mut dyn FnMut(Part<'_>)) {
    // Where each token is found next; looked up anew only when the search has passed it.
    let mut next: Vec<Option<usize>> = tokens.iter().map(|token| text.find(&token.content)).collect();
    let (mut taken, mut from) = (0, 0);
    loop {
        for (token, next) in tokens.iter().zip(&mut next) {
            if next.is_some_and(|at| at < from) {
                *next = text.get(from..).and_then(|rest| rest.find(&token.content)).map(|at| from + at);
            }
        }
        let found = tokens.iter().zip(&next).filter_map(|(token, next)| Some(((*next)?, token)));
        let Some((at, token)) = found.min_by_key(|(at, token)| (*at, Reverse(token.content.len()))) else {
            break;
        };
        let end = at + token.content.len();
        from = end;
        if token.is_single_word
            && (touches_word(text[..at].chars().next_back()) || touches_word(text[end..].chars().next()))
        {
            continue;
        }
        take(Part::Text(&text[taken..at]));
        take(Part::Token(token.id));
        taken = end;
    }
    take(Part::Text(&text[taken..]));
}

fn touches_word(neighbour: Option<char>) -> bool {
    neighbour.is_some_and(|neighbour| neighbour.is_alphanumeric() || neighbour == '_')
}

/// An error about a file or a folder of a tokenizer.
fn problem(path: &str, problem: impl Into<String>) -> DiffusionError {
    DiffusionError::Tokenizer { problem: format!("{path}: {}", problem.into()) }
}
