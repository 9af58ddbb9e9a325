//! CLIP's byte-pair tokenizer: from a prompt to the fixed number of token ids that the text encoder reads.
//!
//! The byte pairs are merged by the `tokenizers` crate. This module finds the model's files, in whichever of the two
//! layouts they are, cuts a prompt into words of visible symbols as CLIP does (the reader of `tokenizers` 1.0.0-rc.3 has
//! no regular expression for CLIP's words), and frames the pieces as `CLIPTokenizer` of transformers does: start token,
//! pieces, end token, padding.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::{Value, json};
use tokenizers::pipeline::{EncodeOptions, Override, PipelineToken, PipelineTokenizer};
use unicode_normalization::UnicodeNormalization;

use crate::DiffusionError;
use crate::source::ModelSource;

/// Token ids that CLIP's text encoder reads, start and end included, where the model does not say otherwise.
const DEFAULT_LENGTH: usize = 77;
/// A length above this is a placeholder for "no limit", which some files carry.
const MAX_LENGTH: u64 = 4096;
/// What CLIP cuts a prompt into before the byte pairs are merged; white space is what is left over.
const WORD_PATTERN: &str =
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";

/// CLIP's byte-pair tokenizer with a model's vocabulary.
pub struct ClipTokenizer {
    words: Regex,
    /// Merges the bytes of one word.
    merges: PipelineTokenizer,
    /// Words of one byte, with their ids.
    bytes: BTreeMap<String, u32>,
    /// The visible character that stands for each byte in the vocabulary.
    symbols: [char; 256],
    /// Tokens that a prompt may spell out, with their ids.
    special: Vec<(String, u32)>,
    start_id: u32,
    end_id: u32,
    pad_id: u32,
    length: usize,
}

impl ClipTokenizer {
    /// Reads `tokenizer/tokenizer.json` or, where there is none, `tokenizer/vocab.json` and `tokenizer/merges.txt`, and
    /// the special tokens from `tokenizer_config.json` and `special_tokens_map.json` beside them.
    ///
    /// # Errors
    /// Where the files are missing or broken, or a special token is not in the vocabulary.
    pub fn from_source(source: &dyn ModelSource) -> Result<Self, DiffusionError> {
        let special = SpecialTokens::from_source(source)?;
        let file = match read_json(source, "tokenizer.json")? {
            Some(file) => file,
            None => file_of_parts(source, &special)?,
        };
        let id_of = |token: &str| {
            token_id(&file, token).ok_or_else(|| problem(format!("the special token {token} is not in the vocabulary")))
        };
        let (start_id, end_id, pad_id) = (id_of(&special.start)?, id_of(&special.end)?, id_of(&special.pad)?);
        let mut spelled_out = added_tokens(&file);
        for (token, id) in [(special.start, start_id), (special.end, end_id), (special.pad, pad_id)] {
            if spelled_out.iter().all(|(known, _)| *known != token) {
                spelled_out.push((token, id));
            }
        }
        Ok(Self {
            bytes: one_byte_words(&file),
            symbols: byte_symbols(),
            words: Regex::new(WORD_PATTERN).map_err(|error| problem(error.to_string()))?,
            merges: load_merges(file)?,
            special: spelled_out,
            start_id,
            end_id,
            pad_id,
            length: special.length,
        })
    }

    /// Token ids per prompt, start, end and padding included: 77 for CLIP.
    pub fn length(&self) -> usize {
        self.length
    }

    /// The ids of a prompt: always [`Self::length`] of them. What does not fit is left out, the end token never is.
    ///
    /// # Errors
    /// Where the tokenizer cannot read the prompt at all, which no text is known to cause.
    pub fn encode(&self, prompt: &str) -> Result<Vec<u32>, DiffusionError> {
        let mut ids = vec![self.start_id];
        ids.extend(self.piece_ids(prompt)?);
        ids.truncate(self.length - 1);
        ids.push(self.end_id);
        ids.resize(self.length, self.pad_id);
        Ok(ids)
    }

    /// The number of ids that a prompt would need, start and end included; more than [`Self::length`] means that its end
    /// is not read.
    ///
    /// # Errors
    /// As [`Self::encode`].
    pub fn needed_length(&self, prompt: &str) -> Result<usize, DiffusionError> {
        Ok(self.piece_ids(prompt)?.len() + 2)
    }

    /// The ids between start and end: special tokens by their spelling, the rest word by word.
    fn piece_ids(&self, prompt: &str) -> Result<Vec<u32>, DiffusionError> {
        let mut ids = Vec::new();
        let mut rest = prompt;
        while let Some((at, token, id)) = self.first_special(rest) {
            self.append_text(&rest[..at], &mut ids)?;
            ids.push(id);
            rest = &rest[at + token.len()..];
        }
        self.append_text(rest, &mut ids)?;
        Ok(ids)
    }

    /// The first special token that a text spells out, the longest one where several begin there.
    fn first_special(&self, text: &str) -> Option<(usize, &str, u32)> {
        let found = self.special.iter().filter_map(|(token, id)| Some((text.find(token)?, token.as_str(), *id)));
        found.min_by_key(|(at, token, _)| (*at, std::cmp::Reverse(token.len())))
    }

    fn append_text(&self, text: &str, ids: &mut Vec<u32>) -> Result<(), DiffusionError> {
        let options = EncodeOptions {
            add_special_tokens: false,
            encode_special_tokens: true,
            padding: Override::Off,
            truncation: Override::Off,
        };
        // Lower case one character at a time: the last sigma of a Greek word is not treated apart.
        let text: String = text.nfc().flat_map(char::to_lowercase).collect();
        let mut tokens: Vec<PipelineToken> = Vec::new();
        for word in self.words.find_iter(&text) {
            // The merges of tokenizers 1.0.0-rc.3 forget the end of a word that is a single symbol.
            if let Some(&id) = self.bytes.get(word.as_str()) {
                tokens.push(PipelineToken::from(id));
                continue;
            }
            let symbols: String = word.as_str().bytes().map(|byte| self.symbols[usize::from(byte)]).collect();
            self.merges
                .encode_into(&symbols, &options, &mut tokens)
                .map_err(|error| problem(format!("the prompt cannot be read at {:?}: {error}", word.as_str())))?;
        }
        ids.extend(tokens.into_iter().map(|token| token.id()));
        Ok(())
    }
}

impl std::fmt::Debug for ClipTokenizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ClipTokenizer").field("length", &self.length).finish_non_exhaustive()
    }
}

/// The special tokens by their spelling, and the length.
struct SpecialTokens {
    start: String,
    end: String,
    pad: String,
    unknown: String,
    length: usize,
}

impl SpecialTokens {
    fn from_source(source: &dyn ModelSource) -> Result<Self, DiffusionError> {
        let config = read_json(source, "tokenizer_config.json")?.unwrap_or(Value::Null);
        let map = read_json(source, "special_tokens_map.json")?.unwrap_or(Value::Null);
        let token = |key: &str, default: &str| {
            // Either the spelling itself or an object that holds it as `content`.
            let spelling = |value: &Value| value.as_str().or_else(|| value.get("content")?.as_str()).map(str::to_owned);
            [&config, &map].iter().find_map(|file| spelling(file.get(key)?)).unwrap_or_else(|| default.to_owned())
        };
        let end = token("eos_token", "<|endoftext|>");
        let length = match config.get("model_max_length").and_then(Value::as_u64) {
            Some(length @ 3..=MAX_LENGTH) => length as usize,
            _ => DEFAULT_LENGTH,
        };
        Ok(Self {
            start: token("bos_token", "<|startoftext|>"),
            pad: token("pad_token", &end),
            unknown: token("unk_token", &end),
            end,
            length,
        })
    }
}

/// The contents of `tokenizer.json` as transformers builds them from the two older files.
fn file_of_parts(source: &dyn ModelSource, special: &SpecialTokens) -> Result<Value, DiffusionError> {
    let missing = |name: &str| DiffusionError::MissingFile { path: path(name) };
    let vocab = read_json(source, "vocab.json")?.ok_or_else(|| missing("vocab.json"))?;
    if !vocab.is_object() {
        return Err(problem("vocab.json is not an object of tokens and their ids"));
    }
    let merges = source.text(&path("merges.txt"))?.ok_or_else(|| missing("merges.txt"))?;

    let mut pairs = Vec::new();
    for (idx, line) in merges.lines().enumerate() {
        if line.trim().is_empty() || (idx == 0 && line.starts_with("#version")) {
            continue;
        }
        match line.trim_end().split_once(' ') {
            Some((left, right)) if !right.contains(' ') => pairs.push(json!([left, right])),
            _ => return Err(problem(format!("line {} of merges.txt is not a pair of tokens", idx + 1))),
        }
    }

    Ok(json!({
        "added_tokens": [],
        "model": {
            "type": "BPE",
            "unk_token": special.unknown,
            "continuing_subword_prefix": "",
            "end_of_word_suffix": "</w>",
            "fuse_unk": false,
            "byte_fallback": false,
            "ignore_merges": false,
            "vocab": vocab,
            "merges": pairs,
        },
    }))
}

/// The model of a `tokenizer.json` on its own: what comes before it is CLIP's and the same for every model.
fn load_merges(mut file: Value) -> Result<PipelineTokenizer, DiffusionError> {
    let model = file.get_mut("model").map(Value::take).unwrap_or_default();
    if model.get("type").and_then(Value::as_str).is_some_and(|kind| kind != "BPE") {
        return Err(problem("tokenizer.json holds no byte pairs (its model is not of type BPE)"));
    }
    let mut alone = json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [],
        "normalizer": null,
        "pre_tokenizer": null,
        "post_processor": null,
        "decoder": null,
        "model": model,
    });
    tokenizers::canonicalize_value(&mut alone).map_err(|error| problem(error.to_string()))?;
    tokenizers::from_json(&alone.to_string()).map_err(|error| problem(error.to_string()))
}

/// The added tokens of a `tokenizer.json`; they are found in a prompt before it is cut into words.
fn added_tokens(file: &Value) -> Vec<(String, u32)> {
    let Some(tokens) = file.get("added_tokens").and_then(Value::as_array) else {
        return Vec::new();
    };
    let entry = |token: &Value| {
        let content = token.get("content")?.as_str().filter(|content| !content.is_empty())?;
        Some((content.to_owned(), u32::try_from(token.get("id")?.as_u64()?).ok()?))
    };
    tokens.iter().filter_map(entry).collect()
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

/// The ids of the words of one visible ASCII character, which stands for itself among the symbols.
fn one_byte_words(file: &Value) -> BTreeMap<String, u32> {
    let word = |byte: u8| char::from(byte).to_string();
    (b'!'..=b'~').filter_map(|byte| Some((word(byte), token_id(file, &format!("{}</w>", word(byte)))?))).collect()
}

/// The id of a token in the vocabulary or among the added tokens of a `tokenizer.json`.
fn token_id(file: &Value, token: &str) -> Option<u32> {
    let in_vocabulary = file.get("model")?.get("vocab")?.get(token).and_then(Value::as_u64);
    match in_vocabulary {
        Some(id) => u32::try_from(id).ok(),
        None => added_tokens(file).into_iter().find(|(added, _)| added == token).map(|(_, id)| id),
    }
}

fn read_json(source: &dyn ModelSource, name: &str) -> Result<Option<Value>, DiffusionError> {
    source
        .text(&path(name))?
        .map(|text| serde_json::from_str(&text).map_err(|error| problem(format!("{}: {error}", path(name)))))
        .transpose()
}

fn path(name: &str) -> String {
    format!("tokenizer/{name}")
}

fn problem(problem: impl Into<String>) -> DiffusionError {
    DiffusionError::Tokenizer { problem: problem.into() }
}
