//! Composition as the reference composes: with the tables of an older Unicode.

use std::borrow::Cow;

use tokenizers::normalizers::NFC;
use tokenizers::pipeline::Normalizer;

/// Characters that Unicode gave a combining class, or made part of a composition, after its version 9.
///
/// The versions of `tokenizers` that transformers uses have the tables of Unicode 9 and take these for characters that
/// never move and never compose; ours has newer tables. The ranges were found by comparing all characters.
const NEWER: &[(u32, u32)] = &[
    (0x7fd, 0x7fd),
    (0x897, 0x89f),
    (0x8ca, 0x8d3),
    (0x9fe, 0x9fe),
    (0xc3c, 0xc3c),
    (0xd3b, 0xd3c),
    (0xeba, 0xeba),
    (0x1715, 0x1715),
    (0x1abf, 0x1add),
    (0x1ae0, 0x1aeb),
    (0x1df6, 0x1dfa),
    (0xa82c, 0xa82c),
    (0x105c0, 0x105ff),
    (0x10d24, 0x10d27),
    (0x10d69, 0x10d6d),
    (0x10eab, 0x10eac),
    (0x10efa, 0x10efb),
    (0x10efd, 0x10eff),
    (0x10f46, 0x10f50),
    (0x10f82, 0x10f85),
    (0x11070, 0x11070),
    (0x1133b, 0x1133b),
    (0x11380, 0x113ff),
    (0x1145e, 0x1145e),
    (0x11839, 0x1183a),
    (0x11900, 0x1195f),
    (0x119e0, 0x119e0),
    (0x11a34, 0x11a34),
    (0x11a47, 0x11a47),
    (0x11a99, 0x11a99),
    (0x11d42, 0x11d42),
    (0x11d44, 0x11d45),
    (0x11d97, 0x11d97),
    (0x11f41, 0x11f42),
    (0x16100, 0x1613f),
    (0x16d40, 0x16d7f),
    (0x16ff0, 0x16ff1),
    (0x1e08f, 0x1e08f),
    (0x1e130, 0x1e136),
    (0x1e2ae, 0x1e2ae),
    (0x1e2ec, 0x1e2ef),
    (0x1e4ec, 0x1e4ef),
    (0x1e5ee, 0x1e5ef),
    (0x1e6e3, 0x1e6e3),
    (0x1e6e6, 0x1e6e6),
    (0x1e6ee, 0x1e6ef),
    (0x1e6f5, 0x1e6f5),
];

/// The text in normalisation form C of Unicode 9.
pub(super) fn composed(text: &str) -> String {
    let mut result = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((at, newer)) = rest.char_indices().find(|(_, character)| is_newer(*character)) {
        result.push_str(&composed_by_newer_tables(&rest[..at]));
        result.push(newer);
        rest = &rest[at + newer.len_utf8()..];
    }
    result.push_str(&composed_by_newer_tables(rest));
    result
}

/// The normaliser refuses no text; if it ever does, the text stays as it is.
fn composed_by_newer_tables(text: &str) -> Cow<'_, str> {
    NFC.normalize(text, 0).unwrap_or(Cow::Borrowed(text))
}

fn is_newer(character: char) -> bool {
    let code = u32::from(character);
    // The first is at U+07FD, beyond nearly all prompts.
    code >= 0x7fd && NEWER.binary_search_by(|(first, last)| range_order(*first, *last, code)).is_ok()
}

fn range_order(first: u32, last: u32, code: u32) -> std::cmp::Ordering {
    if last < code {
        std::cmp::Ordering::Less
    } else if first > code {
        std::cmp::Ordering::Greater
    } else {
        std::cmp::Ordering::Equal
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_can_be_searched() {
        assert!(NEWER.iter().all(|(first, last)| first <= last));
        assert!(NEWER.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }

    #[test]
    fn old_marks_compose_and_newer_ones_stay_where_they_are() {
        assert_eq!(composed("e\u{301} q\u{301}\u{323}"), "\u{e9} q\u{323}\u{301}");
        assert_eq!(composed("\u{16d67}\u{16d67}"), "\u{16d67}\u{16d67}");
        assert_eq!(composed("e\u{1df6}\u{323}\u{301}"), "e\u{1df6}\u{323}\u{301}");
    }
}
