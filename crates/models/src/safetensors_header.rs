//! The header of a safetensors file, read as if an enemy had written it.
//!
//! Nothing is believed that the file itself does not bear out: every tensor's bytes must lie in the file, be as many as
//! its shape and type ask for, and all tensors together must cover the data without a hole or an overlap, as the format
//! demands. Nothing is allocated by what the header claims; only the header's own text is held, which is part of the file.

use std::collections::BTreeMap;
use std::fmt;

use safetensors::Dtype;
use serde::Deserialize;
use serde::de::{Deserializer, Error as _, MapAccess, Visitor};

use crate::TensorEntry;

/// The key that holds the file's own notes instead of a tensor.
const METADATA: &str = "__metadata__";
/// The most dimensions that a tensor may have; no network uses more than five.
const MAX_DIMENSIONS: usize = 16;
/// How much of a name that someone else chose is shown.
const SHOWN_CHARACTERS: usize = 120;

/// What a header says: the notes of the file and its tensors.
#[derive(Debug, Default)]
pub(crate) struct Header {
    pub metadata: BTreeMap<String, String>,
    pub tensors: BTreeMap<String, TensorEntry>,
}

/// Reads a header's text. The data begins at byte `data_start` of the file and has `data_bytes` bytes.
///
/// # Errors
/// A sentence about what is wrong, with the tensor's name.
pub(crate) fn parse(text: &[u8], data_start: u64, data_bytes: u64) -> Result<Header, String> {
    let text = std::str::from_utf8(text).map_err(|_| "the safetensors header is not UTF-8 text".to_owned())?;
    let mut header: Header =
        serde_json::from_str(text).map_err(|error| format!("the safetensors header is not valid: {error}"))?;
    check_layout(&header, data_bytes)?;
    for entry in header.tensors.values_mut() {
        // Both ends are at most `data_bytes`, which with `data_start` is the file's length.
        entry.range_bytes = data_start + entry.range_bytes.start..data_start + entry.range_bytes.end;
    }
    Ok(header)
}

/// A name as it is shown in a message: in one line and not endlessly.
pub(crate) fn shown(name: &str) -> String {
    let mut shown: String = name.chars().take(SHOWN_CHARACTERS).flat_map(char::escape_debug).collect();
    if name.chars().nth(SHOWN_CHARACTERS).is_some() {
        shown.push('…');
    }
    shown
}

/// Checks that each tensor has the bytes it needs, and that all together cover the data once.
fn check_layout(header: &Header, data_bytes: u64) -> Result<(), String> {
    let mut by_place: Vec<(&String, &TensorEntry)> = header.tensors.iter().collect();
    by_place.sort_by_key(|(_, entry)| (entry.range_bytes.start, entry.range_bytes.end));
    let mut covered = 0_u64;
    for (name, entry) in by_place {
        let (start, end) = (entry.range_bytes.start, entry.range_bytes.end);
        let problem = |problem: String| Err(format!("tensor {}: {problem}", shown(name)));
        if start > end {
            return problem(format!("its bytes end at {end}, before they begin at {start}"));
        }
        if end > data_bytes {
            return problem(format!(
                "its bytes end at {end} where the file has {data_bytes}; the file was cut short, download it again"
            ));
        }
        match needed_bytes(entry) {
            None => return problem(format!("its shape {:?} is impossible", entry.shape)),
            Some(needed) if needed != end - start => {
                return problem(format!("its shape asks for {needed} bytes and it has {}", end - start));
            }
            Some(_) => (),
        }
        if start < covered {
            return problem(format!("its bytes begin at {start}, inside another tensor's, which end at {covered}"));
        }
        if start > covered {
            return problem(format!("its bytes begin at {start}, and those from {covered} belong to no tensor"));
        }
        covered = end;
    }
    if covered != data_bytes {
        return Err(format!("the last {} bytes belong to no tensor; download it again", data_bytes - covered));
    }
    Ok(())
}

/// How many bytes a tensor's shape and type ask for; `None` where that is no whole number or none that a computer counts.
fn needed_bytes(entry: &TensorEntry) -> Option<u64> {
    let bits = entry.shape.iter().try_fold(entry.dtype.bitsize() as u64, |product, size| {
        // A size of zero must not hide an overflow of the others.
        product.max(1).checked_mul((*size as u64).max(1))
    })?;
    if entry.shape.contains(&0) {
        return Some(0);
    }
    bits.is_multiple_of(8).then_some(bits / 8)
}

impl<'de> Deserialize<'de> for Header {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(HeaderVisitor)
    }
}

struct HeaderVisitor;

impl<'de> Visitor<'de> for HeaderVisitor {
    type Value = Header;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of tensors")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Header, A::Error> {
        let mut header = Header::default();
        let mut has_metadata = false;
        while let Some(name) = map.next_key::<String>()? {
            let named = |problem: String| A::Error::custom(format!("tensor {}: {problem}", shown(&name)));
            if name == METADATA {
                if std::mem::replace(&mut has_metadata, true) {
                    return Err(A::Error::custom("there are two entries __metadata__"));
                }
                header.metadata = map.next_value()?;
                continue;
            }
            let info: Info = map.next_value().map_err(|error| named(error.to_string()))?;
            let entry = info.entry().map_err(named)?;
            if header.tensors.contains_key(&name) {
                return Err(named("there are two tensors of this name".to_owned()));
            }
            header.tensors.insert(name, entry);
        }
        Ok(header)
    }
}

/// A tensor's entry as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Info {
    dtype: Dtype,
    shape: Vec<u64>,
    data_offsets: (u64, u64),
}

impl Info {
    fn entry(self) -> Result<TensorEntry, String> {
        if self.shape.len() > MAX_DIMENSIONS {
            return Err(format!("it has {} dimensions, and {MAX_DIMENSIONS} are the most", self.shape.len()));
        }
        let shape: Result<Vec<usize>, _> = self.shape.iter().map(|size| usize::try_from(*size)).collect();
        let shape = shape.map_err(|_| format!("its shape {:?} is impossible", self.shape))?;
        Ok(TensorEntry { dtype: self.dtype, shape, range_bytes: self.data_offsets.0..self.data_offsets.1 })
    }
}
