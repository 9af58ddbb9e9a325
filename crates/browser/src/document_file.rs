//! The form of a kept document on the disk: a head that tells whether it is whole, the bytes, and their checksum.
//!
//! A browser may be ended in the middle of a write, so a file says of itself how long it is and what its contents add up
//! to. All numbers are little-endian:
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `UNDPDOC1` |
//! | 8 | when it was changed, milliseconds since 1970 |
//! | 4, 4, 8 | lengths of the name, of the thumbnail, of the contents |
//! | 8 | checksum of all of the above, of the name and of the thumbnail |
//! | … | name in UTF-8, thumbnail as a PNG file, contents |
//! | 8 | checksum of the contents |

use std::ops::Range;

const MAGIC: [u8; 8] = *b"UNDPDOC1";

/// Bytes up to the head's own checksum.
const FIELDS_BYTES: usize = 32;

/// Bytes before the name.
const FIXED_BYTES: usize = FIELDS_BYTES + CHECKSUM_BYTES;

/// Length of a checksum.
pub(crate) const CHECKSUM_BYTES: usize = 8;

/// The longest name, in bytes; a longer one is cut off.
const NAME_LIMIT_BYTES: usize = 1024;

/// The largest thumbnail; a larger one is left out, since a list of documents reads them all.
const THUMBNAIL_LIMIT_BYTES: usize = 4 << 20;

/// What the head of a file tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    /// The document's name.
    pub(crate) name: String,
    /// A small picture of it, as a PNG file; may be empty.
    pub(crate) thumbnail_png: Vec<u8>,
    /// When it was changed, in milliseconds since 1970.
    pub(crate) modified_unix_millis: u64,
    /// Length of the contents.
    pub(crate) body_bytes: u64,
}

/// What came of reading a head.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Reading {
    /// It is whole.
    Whole(Head),
    /// So many bytes of the file are needed.
    Needs(usize),
    /// It is not a document's head, or it is damaged.
    Broken,
}

impl Head {
    /// Everything of the file before the contents.
    pub(crate) fn encode(&self) -> Vec<u8> {
        let name = &self.name[..self.name.floor_char_boundary(NAME_LIMIT_BYTES)];
        let thumbnail: &[u8] =
            if self.thumbnail_png.len() > THUMBNAIL_LIMIT_BYTES { &[] } else { self.thumbnail_png.as_slice() };
        let mut bytes = Vec::with_capacity(FIXED_BYTES + name.len() + thumbnail.len());
        bytes.extend(MAGIC);
        bytes.extend(self.modified_unix_millis.to_le_bytes());
        bytes.extend((name.len() as u32).to_le_bytes());
        bytes.extend((thumbnail.len() as u32).to_le_bytes());
        bytes.extend(self.body_bytes.to_le_bytes());
        let mut checksum = Checksum::new();
        checksum.add(&bytes);
        checksum.add(name.as_bytes());
        checksum.add(thumbnail);
        bytes.extend(checksum.to_bytes());
        bytes.extend(name.as_bytes());
        bytes.extend(thumbnail);
        bytes
    }

    /// Reads a head from the beginning of a file.
    pub(crate) fn decode(start: &[u8]) -> Reading {
        Self::decode_whole(start).unwrap_or(Reading::Broken)
    }

    fn decode_whole(start: &[u8]) -> Option<Reading> {
        let Some(fixed) = start.get(..FIXED_BYTES) else { return Some(Reading::Needs(FIXED_BYTES)) };
        let (fields, checksum) = fixed.split_at_checked(FIELDS_BYTES)?;
        if fields.get(..8)? != MAGIC {
            return None;
        }
        let name_bytes = u32::from_le_bytes(fields.get(16..20)?.try_into().ok()?) as usize;
        let thumbnail_bytes = u32::from_le_bytes(fields.get(20..24)?.try_into().ok()?) as usize;
        // Lengths that no writer writes are damage, and nothing is set aside for them.
        if name_bytes > NAME_LIMIT_BYTES || thumbnail_bytes > THUMBNAIL_LIMIT_BYTES {
            return None;
        }
        let head_bytes = FIXED_BYTES + name_bytes + thumbnail_bytes;
        let Some(rest) = start.get(FIXED_BYTES..head_bytes) else { return Some(Reading::Needs(head_bytes)) };
        let (name, thumbnail) = rest.split_at_checked(name_bytes)?;
        let mut expected = Checksum::new();
        expected.add(fields);
        expected.add(name);
        expected.add(thumbnail);
        if expected.to_bytes() != *checksum {
            return None;
        }
        Some(Reading::Whole(Self {
            name: String::from_utf8(name.to_vec()).ok()?,
            thumbnail_png: thumbnail.to_vec(),
            modified_unix_millis: u64::from_le_bytes(fields.get(8..16)?.try_into().ok()?),
            body_bytes: u64::from_le_bytes(fields.get(24..32)?.try_into().ok()?),
        }))
    }

    /// Where the contents are in the file; `None` where they would end beyond what can be counted.
    pub(crate) fn body_range(&self) -> Option<Range<u64>> {
        let start = (FIXED_BYTES + self.name.len() + self.thumbnail_png.len()) as u64;
        Some(start..start.checked_add(self.body_bytes)?)
    }

    /// Length of the whole file.
    pub(crate) fn file_bytes(&self) -> Option<u64> {
        self.body_range()?.end.checked_add(CHECKSUM_BYTES as u64)
    }
}

/// A checksum against torn and damaged files (not against enemies), at the speed of memory: FNV-1a (Fowler, Noll, Vo)
/// over words of eight bytes in the place of single ones. Each step can be undone, so that any change within one word
/// changes the sum.
#[derive(Clone, Debug)]
pub(crate) struct Checksum(u64);

impl Checksum {
    pub(crate) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// Adds a piece. Where the pieces are cut is part of the sum, unless a cut is at a multiple of eight bytes.
    pub(crate) fn add(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            self.step(u64::from_le_bytes(*word));
        }
        if !rest.is_empty() {
            let mut word = [0; 8];
            word[..rest.len()].copy_from_slice(rest);
            // The length belongs to it: a shorter rest with zeros is another one.
            self.step(u64::from_le_bytes(word));
            self.step(rest.len() as u64);
        }
    }

    fn step(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x0000_0100_0000_01b3);
        // A product carries upwards alone; this brings the upper half down again.
        self.0 ^= self.0 >> 32;
    }

    pub(crate) fn to_bytes(&self) -> [u8; CHECKSUM_BYTES] {
        self.0.to_le_bytes()
    }
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    fn head() -> Head {
        Head {
            name: "Küste im Regen".to_owned(),
            thumbnail_png: vec![7; 300],
            modified_unix_millis: 1_795_000_000_123,
            body_bytes: 99,
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_head_comes_back_and_tells_where_the_contents_are() {
        let bytes = head().encode();
        assert_eq!(Head::decode(&bytes), Reading::Whole(head()));
        let range = head().body_range().unwrap();
        assert_eq!((range.start, range.end), (bytes.len() as u64, bytes.len() as u64 + 99));
        assert_eq!(head().file_bytes(), Some(bytes.len() as u64 + 99 + 8));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_head_that_is_cut_off_says_how_much_it_needs() {
        let bytes = head().encode();
        for length in 0..bytes.len() {
            let needed = if length < FIXED_BYTES { FIXED_BYTES } else { bytes.len() };
            assert_eq!(Head::decode(&bytes[..length]), Reading::Needs(needed));
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn any_changed_bit_of_a_head_is_noticed() {
        let bytes = head().encode();
        for bit in 0..bytes.len() * 8 {
            let mut damaged = bytes.clone();
            damaged[bit / 8] ^= 1 << (bit % 8);
            assert!(!matches!(Head::decode(&damaged), Reading::Whole(_)), "bit {bit}");
        }
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn absurd_lengths_set_nothing_aside() {
        let mut bytes = head().encode();
        bytes[16..20].fill(0xff);
        assert_eq!(Head::decode(&bytes), Reading::Broken);
        let endless = Head { body_bytes: u64::MAX, ..head() };
        assert_eq!(endless.body_range(), None);
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_name_that_is_too_long_is_cut_between_characters() {
        let long = Head { name: "ä".repeat(2000), thumbnail_png: vec![0; THUMBNAIL_LIMIT_BYTES + 1], ..head() };
        let Reading::Whole(read) = Head::decode(&long.encode()) else { panic!("it is whole") };
        assert_eq!((read.name.chars().count(), read.thumbnail_png.len()), (512, 0));
    }

    #[wasm_bindgen_test(unsupported = test)]
    fn a_checksum_of_pieces_is_that_of_the_whole_and_zeros_at_the_end_count() {
        let bytes: Vec<u8> = (0..1000u32).map(|it| (it * 7) as u8).collect();
        let sum = |pieces: &[&[u8]]| {
            let mut checksum = Checksum::new();
            pieces.iter().for_each(|it| checksum.add(it));
            checksum.to_bytes()
        };
        assert_eq!(sum(&[&bytes]), sum(&[&bytes[..512], &bytes[512..]]));
        assert_ne!(sum(&[&bytes, &[0]]), sum(&[&bytes, &[0, 0]]));
        assert_ne!(sum(&[&bytes]), sum(&[&bytes[..999]]));
    }
}
