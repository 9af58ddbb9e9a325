//! The files of a tokenizer, in whichever of the two layouts they are, and what they say.

use std::collections::{HashMap, HashSet};
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, de::Error as _};
use serde_json::{Map, Value};

use super::problem;
use crate::DiffusionError;
use crate::source::ModelSource;

/// A length above this is a placeholder for "no limit", which some files carry.
const MAX_LENGTH: u64 = 4096;
/// The largest id of a token: far above every vocabulary, and tables of that length are still small.
const MAX_ID: u32 = 1 << 20;

/// What the files of a tokenizer say.
#[derive(Debug)]
pub(super) struct TokenizerFiles {
    /// The ids of the byte pairs' tokens by their spelling.
    pub(super) vocabulary: HashMap<String, u32>,
    /// The merges, the most important first.
    pub(super) merges: Vec<(String, String)>,
    /// Tokens that a prompt may spell out.
    pub(super) added: Vec<AddedToken>,
    pub(super) start_id: u32,
    pub(super) end_id: u32,
    pub(super) pad_id: u32,
    /// What stands for bytes that the vocabulary lacks.
    pub(super) unknown: String,
    pub(super) unknown_id: u32,
    /// Token ids per prompt, start and end included, where the files say so.
    pub(super) length: Option<usize>,
}

/// A token that is found in a prompt by its spelling, before the prompt is cut into words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AddedToken {
    pub(super) content: String,
    pub(super) id: u32,
    /// Whether it is looked for in the normalised text instead of the text as it was written.
    pub(super) is_normalised: bool,
    /// Whether it must not touch other letters, digits or underscores.
    pub(super) is_single_word: bool,
}

/// An added token as a file describes it.
#[derive(Debug, Clone)]
struct Description {
    content: String,
    is_normalised: bool,
    is_single_word: bool,
    id: Option<u64>,
}

impl TokenizerFiles {
    /// Reads the files in `folder`, such as `tokenizer`.
    ///
    /// # Errors
    /// Where a file is missing or broken, a special token is not in the vocabulary, or a setting is not implemented.
    pub(super) fn read(source: &dyn ModelSource, folder: &str) -> Result<Self, DiffusionError> {
        let files = Folder { source, name: folder };
        let config = files.json_object("tokenizer_config.json")?;
        refuse_other_settings(&files.path("tokenizer_config.json"), &config)?;
        let (vocabulary, merges, in_tokenizer_json) = match files.text("tokenizer.json")? {
            Some(text) => tokenizer_json(&files.path("tokenizer.json"), &text)?,
            None => files.separate()?,
        };
        check_vocabulary(folder, &vocabulary)?;

        let special = Special::collect(&files, &config, in_tokenizer_json)?;
        let added = special.with_ids(folder, &vocabulary)?;
        let id_of = |token: &str| {
            let id = vocabulary.get(token).copied();
            let id = id.or_else(|| added.iter().find(|added| added.content == token).map(|added| added.id));
            id.ok_or_else(|| problem(folder, format!("the special token {token} is not in the vocabulary")))
        };
        let length = match config.get("model_max_length") {
            None | Some(Value::Null) => None,
            Some(value) => match value.as_f64() {
                Some(length) if length > MAX_LENGTH as f64 => None,
                Some(length) if length >= 3.0 && length.fract() == 0.0 => Some(length as usize),
                _ => {
                    return Err(problem(
                        folder,
                        format!("model_max_length = {value} is not a number of tokens above 2"),
                    ));
                }
            },
        };
        Ok(Self {
            start_id: id_of(&special.start)?,
            end_id: id_of(&special.end)?,
            pad_id: id_of(&special.pad)?,
            unknown_id: id_of(&special.unknown)?,
            unknown: special.unknown,
            length,
            vocabulary,
            merges,
            added,
        })
    }
}

/// The special tokens by their spelling, and all added tokens in the order in which transformers adds them.
struct Special {
    start: String,
    end: String,
    pad: String,
    unknown: String,
    added: Vec<Description>,
}

impl Special {
    /// Gathers the tokens as transformers does: `added_tokens_decoder` of the configuration or, without it,
    /// `special_tokens_map.json`, `added_tokens.json` and the list in `tokenizer.json`; then the special tokens.
    fn collect(
        files: &Folder<'_>,
        config: &Map<String, Value>,
        in_tokenizer_json: Vec<Description>,
    ) -> Result<Self, DiffusionError> {
        let mut settings = config.clone();
        let mut added = Vec::new();
        if let Some(decoder) = config.get("added_tokens_decoder") {
            let wrong = || problem(files.name, "added_tokens_decoder is not an object of ids and tokens");
            let mut entries = Vec::new();
            for (id, token) in decoder.as_object().ok_or_else(wrong)? {
                let id = id.parse::<u64>().map_err(|_| wrong())?;
                entries.push(Description { id: Some(id), ..Description::of_object(token, false).ok_or_else(wrong)? });
            }
            entries.sort_by_key(|entry| entry.id);
            added = entries;
        } else {
            settings.extend(files.json_object("special_tokens_map.json")?);
            let special: HashSet<String> = special_descriptions(&settings).map(|(_, token)| token.content).collect();
            for (content, id) in files.json_object("added_tokens.json")? {
                let id =
                    id.as_u64().ok_or_else(|| problem(files.name, format!("the id of {content} is not a number")))?;
                let is_normalised = !special.contains(&content);
                added.push(Description { content, is_normalised, is_single_word: false, id: Some(id) });
            }
            for token in in_tokenizer_json {
                added.retain(|known: &Description| known.content != token.content);
                added.push(token);
            }
        }
        let listed: HashSet<String> = added.iter().map(|token| token.content.clone()).collect();
        let named: HashMap<String, Description> = special_descriptions(&settings).collect();
        let or_default = |key: &str, default: &str| {
            named.get(key).cloned().unwrap_or_else(|| Description::special(default.to_owned()))
        };
        let (start, end) = (or_default("bos_token", "<|startoftext|>"), or_default("eos_token", "<|endoftext|>"));
        let (unknown, pad) = (or_default("unk_token", "<|endoftext|>"), or_default("pad_token", "<|endoftext|>"));
        // One token may have several roles; the last description of it counts.
        let others = named.iter().filter(|(key, _)| !ROLES.contains(&key.as_str())).map(|(_, token)| token);
        for token in [&start, &end, &unknown, &pad].into_iter().chain(others) {
            if !listed.contains(&token.content) {
                added.retain(|known: &Description| known.content != token.content);
                added.push(token.clone());
            }
        }
        let [start, end, unknown, pad] = [start, end, unknown, pad].map(|token| token.content);
        Ok(Self { start, end, pad, unknown, added })
    }

    /// Gives every added token its id: the vocabulary's, or the one that its file names.
    fn with_ids(&self, folder: &str, vocabulary: &HashMap<String, u32>) -> Result<Vec<AddedToken>, DiffusionError> {
        let mut taken: HashSet<u32> = vocabulary.values().copied().collect();
        let mut tokens = Vec::new();
        for token in self.added.iter().filter(|token| !token.content.is_empty()) {
            let id = match vocabulary.get(&token.content) {
                Some(id) => *id,
                None => {
                    let Some(declared) = token.id else {
                        return Err(problem(
                            folder,
                            format!("the special token {} is not in the vocabulary", token.content),
                        ));
                    };
                    let id = u32::try_from(declared).ok().filter(|id| *id <= MAX_ID);
                    id.filter(|id| taken.insert(*id)).ok_or_else(|| {
                        let content = &token.content;
                        problem(
                            folder,
                            format!("the added token {content} has the id {declared}, which is taken or too large"),
                        )
                    })?
                }
            };
            tokens.push(AddedToken {
                content: token.content.clone(),
                id,
                is_normalised: token.is_normalised,
                is_single_word: token.is_single_word,
            });
        }
        Ok(tokens)
    }
}

/// The keys of the four tokens that every CLIP tokenizer has.
const ROLES: [&str; 4] = ["bos_token", "eos_token", "unk_token", "pad_token"];

/// The special tokens of a configuration by their keys.
fn special_descriptions(settings: &Map<String, Value>) -> impl Iterator<Item = (String, Description)> {
    let named = settings.iter().filter(|(key, _)| key.ends_with("_token"));
    let named = named.filter_map(|(key, value)| Some((key.clone(), Description::of_special(value)?)));
    let lists = ["additional_special_tokens", "extra_special_tokens"].into_iter();
    let extra = lists.filter_map(|key| settings.get(key)).flat_map(|value| match value {
        Value::Array(tokens) => tokens.iter().filter_map(Description::of_special).collect(),
        Value::Object(tokens) => tokens.values().filter_map(Description::of_special).collect(),
        _ => Vec::new(),
    });
    named.chain(extra.map(|token| (format!("extra {}", token.content), token)))
}

impl Description {
    /// A special token that is given by its spelling alone.
    fn special(content: String) -> Self {
        Self { content, is_normalised: false, is_single_word: false, id: None }
    }

    /// A special token: its spelling, or an object that describes it.
    fn of_special(value: &Value) -> Option<Self> {
        match value {
            Value::String(content) => Some(Self::special(content.clone())),
            _ => Self::of_object(value, true),
        }
    }

    /// A token that an object describes; special ones are by default not looked for in the normalised text.
    fn of_object(value: &Value, is_special: bool) -> Option<Self> {
        let flag = |key: &str| value.get(key).and_then(Value::as_bool);
        let is_special = is_special || flag("special").unwrap_or(false);
        Some(Self {
            content: value.get("content")?.as_str()?.to_owned(),
            is_normalised: flag("normalized").unwrap_or(!is_special),
            is_single_word: flag("single_word").unwrap_or(false),
            id: value.get("id").and_then(Value::as_u64),
        })
    }
}

/// The files of one tokenizer.
struct Folder<'a> {
    source: &'a dyn ModelSource,
    name: &'a str,
}

/// A vocabulary, its merges and its added tokens.
type Parts = (HashMap<String, u32>, Vec<(String, String)>, Vec<Description>);

impl Folder<'_> {
    fn path(&self, name: &str) -> String {
        format!("{}/{name}", self.name)
    }

    fn text(&self, name: &str) -> Result<Option<String>, DiffusionError> {
        Ok(self.source.text(&self.path(name))?)
    }

    /// A file's JSON object; an empty one where there is no such file.
    fn json_object(&self, name: &str) -> Result<Map<String, Value>, DiffusionError> {
        let Some(text) = self.text(name)? else {
            return Ok(Map::new());
        };
        serde_json::from_str(&text).map_err(|error| problem(&self.path(name), error.to_string()))
    }

    /// `vocab.json` and `merges.txt`.
    fn separate(&self) -> Result<Parts, DiffusionError> {
        let missing = |name: &str| DiffusionError::MissingFile { path: self.path(name) };
        let vocabulary = self.text("vocab.json")?.ok_or_else(|| missing("vocab.json"))?;
        let vocabulary: Vocabulary =
            serde_json::from_str(&vocabulary).map_err(|error| problem(&self.path("vocab.json"), error.to_string()))?;
        let merges = self.text("merges.txt")?.ok_or_else(|| missing("merges.txt"))?;
        let mut pairs = Vec::new();
        for (idx, line) in merges.lines().enumerate() {
            if line.trim().is_empty() || (idx == 0 && line.starts_with("#version")) {
                continue;
            }
            let pair = pair(line.trim_end());
            pairs.push(pair.ok_or_else(|| {
                problem(&self.path("merges.txt"), format!("line {} is not a pair of tokens", idx + 1))
            })?);
        }
        Ok((vocabulary.0, pairs, Vec::new()))
    }
}

/// Two tokens with one space between them.
fn pair(line: &str) -> Option<(String, String)> {
    let (left, right) = line.split_once(' ')?;
    let is_pair = !left.is_empty() && !right.is_empty() && !right.contains(' ');
    is_pair.then(|| (left.to_owned(), right.to_owned()))
}

/// Reads `tokenizer.json`. Only its vocabulary, merges and added tokens are taken, as transformers does: what comes before
/// and after the byte pairs is CLIP's and the same for every model.
fn tokenizer_json(path: &str, text: &str) -> Result<Parts, DiffusionError> {
    #[derive(Deserialize)]
    struct File {
        model: Model,
        #[serde(default)]
        added_tokens: Vec<Value>,
    }
    #[derive(Deserialize)]
    struct Model {
        #[serde(rename = "type")]
        kind: Option<String>,
        vocab: Vocabulary,
        merges: Vec<Merge>,
    }
    /// Old versions of tokenizers write a pair as one text, newer ones as a list.
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Merge {
        Text(String),
        Pair(String, String),
    }

    let file: File = serde_json::from_str(text).map_err(|error| problem(path, error.to_string()))?;
    if file.model.kind.as_deref().is_some_and(|kind| kind != "BPE") {
        return Err(problem(path, "it holds no byte pairs (its model is not of type BPE)"));
    }
    let mut merges = Vec::with_capacity(file.model.merges.len());
    for (idx, merge) in file.model.merges.into_iter().enumerate() {
        merges.push(match merge {
            Merge::Pair(left, right) => (left, right),
            Merge::Text(text) => {
                pair(&text).ok_or_else(|| problem(path, format!("merge {idx} is not a pair of tokens")))?
            }
        });
    }
    let added = file.added_tokens.iter().map(|token| {
        let described = Description::of_object(token, false);
        described.ok_or_else(|| problem(path, format!("{token} does not describe an added token")))
    });
    Ok((file.model.vocab.0, merges, added.collect::<Result<_, _>>()?))
}

/// Tokens and their ids, each token once.
struct Vocabulary(HashMap<String, u32>);

impl<'de> Deserialize<'de> for Vocabulary {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Entries;

        impl<'de> Visitor<'de> for Entries {
            type Value = Vocabulary;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("an object of tokens and their ids")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Vocabulary, A::Error> {
                let mut entries = HashMap::new();
                while let Some((token, id)) = map.next_entry::<String, u32>()? {
                    if id > MAX_ID {
                        return Err(A::Error::custom(format!("the id {id} of the token {token:?} is too large")));
                    }
                    if entries.insert(token.clone(), id).is_some() {
                        return Err(A::Error::custom(format!("the token {token:?} is there twice")));
                    }
                }
                Ok(Vocabulary(entries))
            }
        }

        deserializer.deserialize_map(Entries)
    }
}

/// Refuses a vocabulary that gives one id to two tokens.
fn check_vocabulary(folder: &str, vocabulary: &HashMap<String, u32>) -> Result<(), DiffusionError> {
    let mut by_id: HashMap<u32, &str> = HashMap::with_capacity(vocabulary.len());
    for (token, id) in vocabulary {
        if let Some(other) = by_id.insert(*id, token) {
            let (first, second) =
                if token.as_str() < other { (token.as_str(), other) } else { (other, token.as_str()) };
            return Err(problem(folder, format!("the tokens {first:?} and {second:?} have the same id {id}")));
        }
    }
    Ok(())
}

/// Refuses settings that would change the ids and are not implemented.
fn refuse_other_settings(path: &str, config: &Map<String, Value>) -> Result<(), DiffusionError> {
    let allowed = [
        ("padding_side", Value::from("right"), "only padding after the text is"),
        ("truncation_side", Value::from("right"), "only leaving out the end of the text is"),
        ("split_special_tokens", Value::from(false), "special tokens are always read as one"),
    ];
    for (key, value, supported) in allowed {
        match config.get(key) {
            None | Some(Value::Null) => {}
            Some(found) if *found == value => {}
            Some(found) => {
                return Err(DiffusionError::Unsupported {
                    component: path.to_owned(),
                    key: key.to_owned(),
                    value: found.to_string(),
                    supported: supported.to_owned(),
                });
            }
        }
    }
    Ok(())
}
