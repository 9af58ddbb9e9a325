//! Texts: `tEXt`, `zTXt` and `iTXt` in, `tEXt` and `iTXt` out.

use super::chunks::{Chunk, put_chunk};
use crate::files::deflate::inflate_zlib;

/// What one text may unfold to, and all of them together, in bytes.
const TEXTS_LIMIT_BYTES: usize = 16 << 20;
/// Longest keyword in bytes.
const KEYWORD_LIMIT_BYTES: usize = 79;

/// A text in a PNG.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PngText {
    /// What it is about, such as "parameters", "Title" or "Software"; 1 to 79 characters of Latin-1.
    pub keyword: String,
    /// The text.
    pub text: String,
}

impl PngText {
    /// A text under a keyword.
    #[must_use]
    pub fn new(keyword: &str, text: &str) -> Self {
        Self { keyword: keyword.into(), text: text.into() }
    }
}

/// Collects texts up to a limit: a picture is worth more than texts that do not fit, so those are left away.
pub(super) struct Texts {
    pub(super) texts: Vec<PngText>,
    left_bytes: usize,
}

impl Texts {
    pub(super) fn new() -> Self {
        Self { texts: Vec::new(), left_bytes: TEXTS_LIMIT_BYTES }
    }

    /// Takes the text of a chunk, if it is one.
    pub(super) fn take(&mut self, chunk: &Chunk<'_>) {
        let text = match &chunk.kind {
            b"tEXt" => split(chunk.data).map(|(keyword, text)| (keyword, latin_1(text))),
            b"zTXt" => self.compressed(chunk.data),
            b"iTXt" => self.international(chunk.data),
            _ => None,
        };
        let Some((keyword, text)) = text else { return };
        let n_bytes = keyword.len() + text.len();
        if (1..=KEYWORD_LIMIT_BYTES).contains(&keyword.len()) && n_bytes <= self.left_bytes {
            self.left_bytes -= n_bytes;
            self.texts.push(PngText { keyword: latin_1(keyword), text });
        }
    }

    fn compressed<'a>(&self, data: &'a [u8]) -> Option<(&'a [u8], String)> {
        let (keyword, rest) = split(data)?;
        let (&0, deflated) = rest.split_first()? else { return None };
        Some((keyword, latin_1(&inflate_zlib(deflated, self.left_bytes)?)))
    }

    fn international<'a>(&self, data: &'a [u8]) -> Option<(&'a [u8], String)> {
        let (keyword, rest) = split(data)?;
        let ([is_compressed, method], rest) = rest.split_first_chunk()?;
        let (_language, rest) = split(rest)?;
        let (_translated_keyword, text) = split(rest)?;
        let text = match (is_compressed, method) {
            (0, _) => String::from_utf8_lossy(text).into_owned(),
            (1, 0) => String::from_utf8_lossy(&inflate_zlib(text, self.left_bytes)?).into_owned(),
            _ => return None,
        };
        Some((keyword, text))
    }
}

/// What stands before and after the first zero.
fn split(data: &[u8]) -> Option<(&[u8], &[u8])> {
    let at = data.iter().position(|byte| *byte == 0)?;
    Some((&data[..at], &data[at + 1..]))
}

/// Latin-1 is the beginning of Unicode.
fn latin_1(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(*byte)).collect()
}

/// Writes a text: as `tEXt`, which every program reads, where it is Latin-1, else as `iTXt`. A zero cannot be written and
/// is left away.
pub(super) fn put_text(bytes: &mut Vec<u8>, text: &PngText) {
    let to_latin_1 = |text: &str| -> Option<Vec<u8>> {
        text.chars().filter(|it| *it != '\0').map(|it| u8::try_from(u32::from(it)).ok()).collect()
    };
    let Some(mut data) = to_latin_1(&text.keyword) else { return };
    if !(1..=KEYWORD_LIMIT_BYTES).contains(&data.len()) {
        return;
    }
    data.push(0);
    if let Some(content) = to_latin_1(&text.text) {
        data.extend(content);
        put_chunk(bytes, *b"tEXt", &data);
    } else {
        // Not compressed, no language, no translated keyword.
        data.extend([0; 4]);
        data.extend(text.text.bytes().filter(|byte| *byte != 0));
        put_chunk(bytes, *b"iTXt", &data);
    }
}
