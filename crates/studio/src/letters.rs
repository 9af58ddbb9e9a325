//! Small and large letters, for keys, file names and words of a prompt.
//!
//! The standard library knows the case of every letter of Unicode, in tables that weigh 10 kB of the page's program (gzipped).
//! The alphabets in which keyboards have two cases follow rules instead: Latin with all its accents, Greek, Cyrillic and
//! Armenian. A test holds these against the standard library, letter by letter.

/// How far small letters lie behind large ones, by where the large ones are.
const DISTANCES: [(char, char, u32); 14] = [
    ('A', 'Z', 32),
    ('\u{c0}', '\u{d6}', 32),
    ('\u{d8}', '\u{de}', 32),
    ('\u{18e}', '\u{18e}', 79),
    ('\u{386}', '\u{386}', 38),
    ('\u{388}', '\u{38a}', 37),
    ('\u{38c}', '\u{38c}', 64),
    ('\u{38e}', '\u{38f}', 63),
    ('\u{391}', '\u{3a1}', 32),
    ('\u{3a3}', '\u{3ab}', 32),
    ('\u{400}', '\u{40f}', 80),
    ('\u{410}', '\u{42f}', 32),
    ('\u{4c0}', '\u{4c0}', 15),
    ('\u{531}', '\u{556}', 48),
];

/// Where a small letter follows each large one, and whether the large ones have even numbers there.
const PAIRS: [(char, char, bool); 11] = [
    ('\u{100}', '\u{12f}', true),
    ('\u{132}', '\u{137}', true),
    ('\u{139}', '\u{148}', false),
    ('\u{14a}', '\u{177}', true),
    ('\u{179}', '\u{17e}', false),
    ('\u{1cd}', '\u{1dc}', false),
    ('\u{1de}', '\u{1ef}', true),
    ('\u{1f8}', '\u{21f}', true),
    ('\u{460}', '\u{481}', true),
    ('\u{48a}', '\u{4bf}', true),
    ('\u{1e00}', '\u{1e95}', true),
];

/// More pairs: Vietnamese among them.
const MORE_PAIRS: [(char, char, bool); 4] = [
    ('\u{222}', '\u{233}', true),
    ('\u{4c1}', '\u{4ce}', false),
    ('\u{4d0}', '\u{52f}', true),
    ('\u{1ea0}', '\u{1eff}', true),
];

fn moved(letter: char, by: i64) -> char {
    u32::try_from(i64::from(u32::from(letter)) + by).ok().and_then(char::from_u32).unwrap_or(letter)
}

fn pair_of(letter: char) -> Option<bool> {
    let pairs = PAIRS.iter().chain(&MORE_PAIRS);
    let found = pairs.into_iter().find(|(first, last, _)| (*first..=*last).contains(&letter));
    found.map(|(_, _, is_even)| (u32::from(letter) % 2 == 0) == *is_even)
}

/// The small letter of a large one; anything else as it is.
#[must_use]
pub fn small(letter: char) -> char {
    match letter {
        '\u{178}' => '\u{ff}',
        _ => match DISTANCES.iter().find(|(first, last, _)| (*first..=*last).contains(&letter)) {
            Some((_, _, distance)) => moved(letter, i64::from(*distance)),
            None if pair_of(letter) == Some(true) => moved(letter, 1),
            None => letter,
        },
    }
}

/// The large letter of a small one; anything else as it is.
#[must_use]
pub fn large(letter: char) -> char {
    match letter {
        '\u{ff}' => '\u{178}',
        _ => {
            let distance = DISTANCES
                .iter()
                .find(|(first, last, distance)| (*first..=*last).contains(&moved(letter, -i64::from(*distance))));
            match distance {
                Some((_, _, distance)) => moved(letter, -i64::from(*distance)),
                None if pair_of(letter) == Some(false) => moved(letter, -1),
                None => letter,
            }
        }
    }
}

/// A text in small letters.
#[must_use]
pub fn in_small(text: &str) -> String {
    text.chars().map(small).collect()
}

/// A text whose first letter is large.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| std::iter::once(large(first)).chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The letters of the alphabets that the rules are about.
    fn letters() -> impl Iterator<Item = char> {
        let blocks = [
            0x20..0x180,
            0x1cd..0x1f0,
            0x1f8..0x220,
            0x386..0x3cf,
            0x400..0x530,
            0x531..0x587,
            0x1e00..0x1e96,
            0x1ea0..0x1f00,
        ];
        blocks.into_iter().flatten().filter_map(char::from_u32)
    }

    fn only<T: Iterator<Item = char>>(mut letters: T) -> Option<char> {
        letters.next().filter(|_| letters.next().is_none())
    }

    #[test]
    fn letters_become_small_as_the_standard_library_has_it() {
        let others: Vec<_> =
            letters().filter(|it| only(it.to_lowercase()).is_some_and(|lower| small(*it) != lower)).collect();
        assert!(others.is_empty(), "{others:?}");
    }

    #[test]
    fn letters_become_large_as_the_standard_library_has_it() {
        // Long s, dotless i, the micro sign and the final sigma are small letters of other letters' large ones.
        let is_odd = |it: &char| "\u{17f}\u{131}\u{b5}\u{3c2}".contains(*it);
        let others: Vec<_> = letters()
            .filter(|it| !is_odd(it) && only(it.to_uppercase()).is_some_and(|upper| large(*it) != upper))
            .collect();
        assert!(others.is_empty(), "{others:?}");
    }

    #[test]
    fn a_text_is_made_small_or_begins_large() {
        assert_eq!(in_small("Árvore ŽLUTÁ Ёлка ΟΔΟΣ"), "árvore žlutá ёлка οδοσ");
        assert_eq!(capitalised("élan vital"), "Élan vital");
        assert_eq!(capitalised(""), "");
    }
}
