//! What a person reads or hears, before it has a language: the id of a message and what it mentions.

use std::borrow::Cow;

/// A message of `web/locales/*.ftl` by its id, with its variables. The page looks the words up.
#[derive(Clone, Debug, PartialEq)]
pub struct Phrase {
    /// The message's id, in kebab-case.
    pub id: Cow<'static, str>,
    /// The variables by name.
    pub args: Vec<(&'static str, PhraseValue)>,
}

/// What a message may mention.
#[derive(Clone, Debug, PartialEq)]
pub enum PhraseValue {
    /// Words that a person wrote, a name, or an error's sentence: shown as they are.
    Text(String),
    /// The id of another message: its words are put in.
    Message(Cow<'static, str>),
    /// Another message with variables of its own: its words are put in.
    Phrase(Box<Phrase>),
    /// A number, written as the language writes numbers.
    Number {
        /// The number.
        value: f64,
        /// Digits after the point.
        n_decimals: u8,
    },
}

impl Phrase {
    /// A message without variables.
    #[must_use]
    pub fn new(id: impl Into<Cow<'static, str>>) -> Self {
        Self { id: id.into(), args: Vec::new() }
    }

    /// A sentence that came as it is: what a library crate says of an error.
    #[must_use]
    pub fn sentence(sentence: impl Into<String>) -> Self {
        Self::new("error-sentence").with("sentence", sentence.into())
    }

    /// The same with one variable more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<PhraseValue>) -> Self {
        self.args.push((name, value.into()));
        self
    }
}

impl From<&'static str> for Phrase {
    fn from(id: &'static str) -> Self {
        Self::new(id)
    }
}

impl PhraseValue {
    /// A number with so many digits after the point.
    #[must_use]
    pub fn number(value: impl Into<f64>, n_decimals: u8) -> Self {
        Self::Number { value: value.into(), n_decimals }
    }
}

impl From<Phrase> for PhraseValue {
    fn from(phrase: Phrase) -> Self {
        Self::Phrase(Box::new(phrase))
    }
}

impl From<&'static str> for PhraseValue {
    /// The id of a message; words that are none go in as a `String`.
    fn from(id: &'static str) -> Self {
        Self::Message(id.into())
    }
}

impl From<String> for PhraseValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for PhraseValue {
    fn from(value: u32) -> Self {
        Self::number(value, 0)
    }
}
