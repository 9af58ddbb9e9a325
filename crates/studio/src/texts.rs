//! The words of the page: messages of `web/locales/*.ftl` by their ids, in a person's language.
//!
//! The files are in [Fluent](https://projectfluent.org)'s syntax. `build.rs` reads them with Fluent's own parser and
//! writes tables, so that the page carries no parser: `fluent-bundle` would add 65 kB (gzipped) to it. What the tables
//! hold is what messages here use: texts, `{ $variables }`, other messages and terms, and choices by a number's plural
//! category, by a number, or by a text.

use crate::{Phrase, PhraseValue};

/// A language that the page speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Portuguese as in Brazil.
    Portuguese,
}

impl Language {
    /// Every language, in the order of the settings.
    pub const ALL: [Self; 2] = [Self::English, Self::Portuguese];

    /// The value of `lang` attributes (BCP 47), also its name in the settings' text.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Portuguese => "pt-BR",
        }
    }

    /// The message with the language's own name.
    #[must_use]
    pub fn name_id(self) -> &'static str {
        match self {
            Self::English => "language-english",
            Self::Portuguese => "language-portuguese",
        }
    }

    /// The language of a BCP 47 tag, whatever its region; `None` for one that the page does not speak.
    #[must_use]
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "en" => Some(Self::English),
            "pt" => Some(Self::Portuguese),
            _ => None,
        }
    }

    /// The first of these tags (`navigator.languages`) that the page speaks; English where there is none.
    #[must_use]
    pub fn preferred<'a>(tags: impl IntoIterator<Item = &'a str>) -> Self {
        tags.into_iter().find_map(Self::from_tag).unwrap_or_default()
    }

    fn table(self) -> &'static [(&'static str, &'static [Piece])] {
        match self {
            Self::English => ENGLISH,
            Self::Portuguese => PORTUGUESE,
        }
    }

    /// The plural category after CLDR, for the two that these languages have: <https://www.unicode.org/cldr/charts/>.
    fn plural_category(self, value: f64, n_decimals: u8) -> &'static str {
        let is_one = match self {
            Self::English => n_decimals == 0 && value.abs() == 1.0,
            // From 0 to below 2, decimals or not.
            Self::Portuguese => value.abs() < 2.0,
        };
        if is_one { "one" } else { "other" }
    }
}

/// A piece of a message.
enum Piece {
    Text(&'static str),
    Variable(&'static str),
    Choice { variable: &'static str, cases: &'static [(&'static str, &'static [Piece])], default: &'static [Piece] },
}

static ENGLISH: &[(&str, &[Piece])] = include!(concat!(env!("OUT_DIR"), "/en.rs"));
static PORTUGUESE: &[(&str, &[Piece])] = include!(concat!(env!("OUT_DIR"), "/pt.rs"));

/// The messages in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Texts {
    language: Language,
}

impl Texts {
    /// The messages in this language.
    #[must_use]
    pub const fn new(language: Language) -> Self {
        Self { language }
    }

    /// The language.
    #[must_use]
    pub fn language(self) -> Language {
        self.language
    }

    /// The words of a message without variables. An id that no file has stands for itself, so that what is missing is
    /// seen and nothing fails; a test holds that there is none.
    #[must_use]
    pub fn text(self, id: &str) -> String {
        let mut words = String::new();
        self.write(&mut words, id, &[]);
        words
    }

    /// The words of a phrase.
    #[must_use]
    pub fn say(self, phrase: &Phrase) -> String {
        let mut words = String::new();
        self.write(&mut words, &phrase.id, &phrase.args);
        words
    }

    /// A number as the language writes it. Thousands are not set apart: pixels, seeds and steps are read as one word.
    #[must_use]
    pub fn number(self, value: f64, n_decimals: u8) -> String {
        let text = format!("{value:.*}", usize::from(n_decimals));
        match self.language {
            Language::English => text,
            Language::Portuguese => text.replace('.', ","),
        }
    }

    fn write(self, words: &mut String, id: &str, args: &[(&'static str, PhraseValue)]) {
        let table = self.language.table();
        match table.binary_search_by(|(known, _)| (*known).cmp(id)) {
            Ok(idx) => self.write_pieces(words, table[idx].1, args),
            Err(_) => words.push_str(id),
        }
    }

    fn write_pieces(self, words: &mut String, pieces: &[Piece], args: &[(&'static str, PhraseValue)]) {
        let value_of = |name: &str| args.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
        for piece in pieces {
            match piece {
                Piece::Text(text) => words.push_str(text),
                Piece::Variable(name) => match value_of(name) {
                    Some(PhraseValue::Text(text)) => words.push_str(text),
                    Some(PhraseValue::Message(id)) => self.write(words, id, &[]),
                    Some(PhraseValue::Phrase(phrase)) => self.write(words, &phrase.id, &phrase.args),
                    Some(PhraseValue::Number { value, n_decimals }) => {
                        words.push_str(&self.number(*value, *n_decimals));
                    }
                    None => words.push_str(name),
                },
                Piece::Choice { variable, cases, default } => {
                    let is_case = |key: &str| match value_of(variable) {
                        Some(PhraseValue::Number { value, n_decimals }) => {
                            self.language.plural_category(*value, *n_decimals) == key || key.parse() == Ok(*value)
                        }
                        Some(PhraseValue::Text(text)) => text == key,
                        Some(PhraseValue::Message(id)) => id == key,
                        _ => false,
                    };
                    let chosen = cases.iter().find(|(key, _)| is_case(key)).map_or(*default, |(_, pieces)| *pieces);
                    self.write_pieces(words, chosen, args);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_language_that_is_spoken_is_taken() {
        assert_eq!(Language::preferred(["de-DE", "pt-PT", "en"]), Language::Portuguese);
        assert_eq!(Language::preferred(["en-GB", "pt"]), Language::English);
        assert_eq!(Language::preferred(["xx", ""]), Language::English);
        for language in Language::ALL {
            assert_eq!(Language::from_tag(language.tag()), Some(language));
        }
    }

    #[test]
    fn numbers_and_plurals_follow_the_language() {
        let (english, portuguese) = (Texts::new(Language::English), Texts::new(Language::Portuguese));
        assert_eq!((english.number(1.25, 1), portuguese.number(2.75, 2)), ("1.2".into(), "2,75".into()));
        let steps = |texts: Texts, n: u32| texts.say(&Phrase::new("n-steps").with("steps", n));
        assert_eq!([1, 2].map(|n| steps(english, n)), ["1 step", "2 steps"]);
        assert_eq!([1, 2].map(|n| steps(portuguese, n)), ["1 passo", "2 passos"]);
    }

    #[test]
    fn phrases_and_messages_go_into_phrases() {
        let texts = Texts::new(Language::English);
        let undid = Phrase::new("said-undid").with("step", "step-brush-stroke");
        assert_eq!(texts.say(&undid), "Undid: Brush stroke");
        let waits =
            Phrase::new("status-waits").with("status", Phrase::new("status-loading-percent").with("percent", 5_u32));
        assert_eq!(texts.say(&waits), "Loading the model: 5 %; your picture is next");
        assert_eq!(texts.text("no-such-id"), "no-such-id");
    }
}
