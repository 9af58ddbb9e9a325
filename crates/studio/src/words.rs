//! Words of a prompt that the model was not trained on, each with the nearest that it knows.

use std::ops::Range;

/// A word that the model does not know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownWord {
    /// Where it stands in the prompt, in bytes.
    pub bytes: Range<usize>,
    /// The word as it was written.
    pub word: String,
    /// The nearest that it knows, where one is near enough.
    pub nearest: Option<String>,
}

/// The words of `prompt` that are not among `known`, in their order. Nothing is unknown to a model without a list.
///
/// Case does not count, nor do numbers, weights and other signs; apostrophes and hyphens part words, as tokenizers have it.
#[must_use]
pub fn unknown_words(prompt: &str, known: &[String]) -> Vec<UnknownWord> {
    if known.is_empty() {
        return Vec::new();
    }
    let mut unknown = Vec::new();
    for (start, word) in words_of(prompt) {
        let lower = crate::letters::in_small(word);
        if word.chars().count() > 1 && !known.contains(&lower) {
            let nearest = nearest_word(&lower, known).map(str::to_owned);
            unknown.push(UnknownWord { bytes: start..start + word.len(), word: word.to_owned(), nearest });
        }
    }
    unknown
}

/// Whether two words are the same but for their case.
pub(crate) fn is_same_word(one: &str, other: &str) -> bool {
    crate::letters::in_small(one) == crate::letters::in_small(other)
}

/// The same words, each once, however often it stands in the prompt.
#[must_use]
pub fn each_once(words: &[UnknownWord]) -> Vec<UnknownWord> {
    let is_first = |idx: usize| !words[..idx].iter().any(|former| is_same_word(&former.word, &words[idx].word));
    words.iter().enumerate().filter(|(idx, _)| is_first(*idx)).map(|(_, word)| word.clone()).collect()
}

/// The words with their places in bytes.
fn words_of(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let start_of = |word: &str| word.as_ptr() as usize - text.as_ptr() as usize;
    text.split(|letter: char| !letter.is_alphabetic())
        .filter(|word| !word.is_empty())
        .map(move |word| (start_of(word), word))
}

/// The known word that is nearest: first one with the same stem, then the one that fewest slips of the finger make of it
/// (one in short words, two from six letters on). Among equals the first of the list.
#[must_use]
pub fn nearest_word<'a>(word: &str, known: &'a [String]) -> Option<&'a str> {
    let stem = stem_of(word);
    if let Some(same) = known.iter().find(|known| stem_of(known) == stem) {
        return Some(same);
    }
    let letters: Vec<char> = word.chars().collect();
    let most = match letters.len() {
        0..=2 => return None,
        3..=5 => 1,
        _ => 2,
    };
    let near = known.iter().filter(|known| known.chars().count() > 2).filter_map(|known| {
        let n_slips = slips_between(&letters, &known.chars().collect::<Vec<_>>());
        (n_slips <= most).then_some((n_slips, known))
    });
    near.min_by_key(|(n_slips, _)| *n_slips).map(|(_, known)| known.as_str())
}

/// A word without the ending that English gives it; at least three letters stay. Not a linguist's stem: it only has to be
/// the same for "misty", "mists" and "mist".
fn stem_of(word: &str) -> &str {
    const ENDINGS: [&str; 12] = ["ings", "ing", "ness", "ies", "ly", "ed", "es", "er", "en", "s", "y", "e"];
    let stem = ENDINGS
        .iter()
        .filter_map(|ending| word.strip_suffix(ending))
        .find(|stem| stem.chars().count() >= 3)
        .unwrap_or(word);
    // "foggy", "running": the letter that was doubled before the ending.
    let mut letters = stem.chars().rev();
    match (letters.next(), letters.next()) {
        (Some(last), Some(before)) if last == before && stem.len() < word.len() && stem.chars().count() > 3 => {
            stem.strip_suffix(last).unwrap_or(stem)
        }
        _ => stem,
    }
}

/// The distance of Damerau and Levenshtein (restricted): letters left out, put in, changed, and neighbours exchanged.
fn slips_between(from: &[char], to: &[char]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, letter) in from.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in to.iter().enumerate() {
            let mut least =
                (last[column + 1] + 1).min(current[column] + 1).min(last[column] + usize::from(letter != other));
            if row > 0 && column > 0 && *letter == to[column - 1] && from[row - 1] == *other {
                least = least.min(before_last[column - 1] + 1);
            }
            current.push(least);
        }
        before_last = std::mem::replace(&mut last, current);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known() -> Vec<String> {
        [
            "a", "castle", "fog", "foggy", "forest", "lake", "mist", "mountain", "of", "sea", "snowy", "the", "trees",
            "winding",
        ]
        .map(String::from)
        .to_vec()
    }

    fn found(prompt: &str) -> Vec<(String, Option<String>)> {
        unknown_words(prompt, &known()).into_iter().map(|it| (it.word, it.nearest)).collect()
    }

    fn nearest(word: &str) -> Option<String> {
        nearest_word(word, &known()).map(str::to_owned)
    }

    #[test]
    fn known_words_numbers_and_weights_are_not_spoken_of() {
        assert_eq!(found("A (foggy lake:1.3), the [Mountain] of 3 trees"), []);
        assert_eq!(unknown_words("dragons", &[]), []);
    }

    #[test]
    fn an_unknown_word_is_named_with_its_place_and_the_nearest_known() {
        let words = unknown_words("the Müsli of mountians", &known());
        assert_eq!(words[0], UnknownWord { bytes: 4..10, word: "Müsli".into(), nearest: None });
        assert_eq!(words[1].nearest.as_deref(), Some("mountain"));
        assert_eq!(&"the Müsli of mountians"[words[1].bytes.clone()], "mountians");
    }

    #[test]
    fn a_word_is_named_once_however_often_it_is_unknown() {
        let words = unknown_words("Dragon, dragon and a dragon, Elf", &known());
        assert_eq!(words.len(), 5, "each has its place");
        let words = each_once(&words);
        let named: Vec<_> = words.iter().map(|it| (it.word.as_str(), it.bytes.start)).collect();
        assert_eq!(named, [("Dragon", 0), ("and", 15), ("Elf", 29)]);
    }

    #[test]
    fn the_same_stem_is_nearer_than_similar_letters() {
        assert_eq!(nearest("lakes").as_deref(), Some("lake"));
        assert_eq!(nearest("misty").as_deref(), Some("mist"));
        assert_eq!(nearest("tree").as_deref(), Some("trees"));
        assert_eq!(nearest("forests").as_deref(), Some("forest"));
        assert_eq!(nearest("fogged").as_deref(), Some("fog"));
        assert_eq!(nearest("snowing").as_deref(), Some("snowy"));
    }

    #[test]
    fn slips_of_the_finger_are_forgiven_and_other_words_are_not_guessed() {
        assert_eq!(nearest("lkae").as_deref(), Some("lake"));
        assert_eq!(nearest("castel").as_deref(), Some("castle"));
        assert_eq!(nearest("dragon"), None);
        assert_eq!(nearest("zz"), None);
        // Two letters changed in four is another word.
        assert_eq!(nearest("bike"), None);
    }
}
