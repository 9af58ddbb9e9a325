//! The words of the page: messages of `web/locales/*.ftl` by their ids, in a person's language.
//!
//! The files are in [Fluent](https://projectfluent.org)'s syntax. `build.rs` reads them with Fluent's own parser and
//! writes a line for each message, so that the page carries no parser: `fluent-bundle` would add 65 kB (gzipped) to it.
//! What the lines hold is what messages here use: texts, `{ $variables }`, other messages and terms, and choices by a number's plural
//! category, by a number, or by a text.

use std::sync::OnceLock;

use underpaint_paint::decimal;

use crate::{Phrase, PhraseValue};

/// The lines of a file that `build.rs` has written.
macro_rules! lines_of {
    ($name:literal) => {{
        static LINES: OnceLock<Vec<&'static str>> = OnceLock::new();
        LINES.get_or_init(|| include_str!(concat!(env!("OUT_DIR"), $name)).split('\n').collect())
    }};
}

/// What parts the pieces of a line; `build.rs` says how.
mod sign {
    pub const VARIABLE: char = '\u{1}';
    pub const END_OF_NAME: char = '\u{2}';
    pub const CHOICE: char = '\u{3}';
    pub const END_OF_CASE_NAME: char = '\u{4}';
    pub const DEFAULT: char = '\u{6}';
    /// Whatever is below is a sign; 5 ends a case, 7 a choice.
    pub const FIRST_LETTER: char = '\u{8}';
    pub const MISSING: &str = "\u{8}";
}

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

    /// Every message, in the order of the ids.
    fn lines(self) -> &'static [&'static str] {
        match self {
            Self::English => lines_of!("/en.txt"),
            Self::Portuguese => lines_of!("/pt.txt"),
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

/// Every id, sorted.
fn ids() -> &'static [&'static str] {
    lines_of!("/ids.txt")
}

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
        let line = ids().binary_search(&id).ok().and_then(|idx| self.language.lines().get(idx).copied());
        match line {
            Some(line) if line != sign::MISSING => drop(self.write_line(words, line, args)),
            _ => words.push_str(id),
        }
    }

    /// Writes a line up to where it ends or what it stands in ends, and returns what comes after that.
    fn write_line<'a>(self, words: &mut String, line: &'a str, args: &[(&'static str, PhraseValue)]) -> &'a str {
        let value_of = |name: &str| args.iter().find(|(known, _)| *known == name).map(|(_, value)| value);
        let mut rest = line;
        while let Some(end) = rest.find(|letter| letter < sign::FIRST_LETTER) {
            words.push_str(&rest[..end]);
            let mut letters = rest[end..].chars();
            let what = letters.next();
            rest = letters.as_str();
            match what {
                Some(sign::VARIABLE) => {
                    let (name, after) = rest.split_once(sign::END_OF_NAME).unwrap_or((rest, ""));
                    rest = after;
                    match value_of(name) {
                        Some(PhraseValue::Text(text)) => words.push_str(text),
                        Some(PhraseValue::Message(id)) => self.write(words, id, &[]),
                        Some(PhraseValue::Phrase(phrase)) => self.write(words, &phrase.id, &phrase.args),
                        Some(PhraseValue::Number { value, n_decimals }) => {
                            words.push_str(&self.number(*value, *n_decimals));
                        }
                        None => words.push_str(name),
                    }
                }
                Some(sign::CHOICE) => {
                    let (variable, after) = rest.split_once(sign::END_OF_NAME).unwrap_or((rest, ""));
                    rest = self.write_choice(words, after, value_of(variable), args);
                }
                _ => return rest,
            }
        }
        words.push_str(rest);
        ""
    }

    /// Writes the case that fits, or the default, and returns what comes after the choice.
    fn write_choice<'a>(
        self,
        words: &mut String,
        cases: &'a str,
        value: Option<&PhraseValue>,
        args: &[(&'static str, PhraseValue)],
    ) -> &'a str {
        let is_case = |key: &str| match value {
            Some(PhraseValue::Number { value, n_decimals }) => {
                self.language.plural_category(*value, *n_decimals) == key || decimal(key) == Some(*value)
            }
            Some(PhraseValue::Text(text)) => text == key,
            Some(PhraseValue::Message(id)) => id == key,
            _ => false,
        };
        let mut rest = cases;
        let mut is_written = false;
        // What does not fit is written to nowhere, for its end to be found.
        let mut nowhere = String::new();
        while let Some((key, case)) =
            rest.split_once(sign::END_OF_CASE_NAME).filter(|(key, _)| !key.contains(sign::DEFAULT))
        {
            let fits = !is_written && is_case(key);
            is_written |= fits;
            rest = self.write_line(if fits { &mut *words } else { &mut nowhere }, case, args);
        }
        let default = rest.strip_prefix(sign::DEFAULT).unwrap_or(rest);
        self.write_line(if is_written { &mut nowhere } else { words }, default, args)
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
