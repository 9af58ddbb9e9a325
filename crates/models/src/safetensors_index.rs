//! What is inside a safetensors file, and its values.

use std::collections::BTreeMap;
use std::ops::Range;

use half::slice::HalfFloatSliceExt;
use half::{bf16, f16};
use safetensors::Dtype;

use crate::foreign::{self, HEAD_BYTES};
use crate::safetensors_header::{self, shown};
use crate::{ModelError, ModelStore};

/// Bytes before the header: its length as a 64-bit number.
const LENGTH_BYTES: u64 = 8;
/// The longest header that is read: that of the format's own readers.
const MAX_HEADER_BYTES: u64 = 100_000_000;

/// Where a tensor is and what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorEntry {
    /// How its values are stored.
    pub dtype: Dtype,
    /// Its shape; empty for a single number.
    pub shape: Vec<usize>,
    /// Its bytes in the file.
    pub range_bytes: Range<u64>,
}

impl TensorEntry {
    /// How many values it has.
    pub fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// Whether it has no values.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The tensors of one safetensors file, by name.
#[derive(Debug, Clone)]
pub struct SafetensorsIndex {
    path: String,
    metadata: BTreeMap<String, String>,
    tensors: BTreeMap<String, TensorEntry>,
}

impl SafetensorsIndex {
    /// Reads the header of the file at `path`; the values stay where they are.
    ///
    /// # Errors
    /// Where the file is missing, cut short, a pickle or of another format, or its header is not what the format asks for.
    pub fn open(store: &dyn ModelStore, path: &str) -> Result<Self, ModelError> {
        let len_bytes = store.len_bytes(path)?;
        let head = store.read_range(path, 0..len_bytes.min(HEAD_BYTES))?;
        if let Some(error) = foreign::recognise(path, &head) {
            return Err(error);
        }
        let Some(length) = head.first_chunk::<{ LENGTH_BYTES as usize }>() else {
            return Err(ModelError::bad_file(
                path,
                "the file is too short to be a safetensors file; download it again",
            ));
        };
        let header_bytes = u64::from_le_bytes(*length);
        if header_bytes > MAX_HEADER_BYTES || header_bytes > len_bytes - LENGTH_BYTES {
            return Err(ModelError::bad_file(path, "the file is not a safetensors file, or was cut short"));
        }
        let data_start = LENGTH_BYTES + header_bytes;
        let text = store.read_range(path, LENGTH_BYTES..data_start)?;
        let header = safetensors_header::parse(&text, data_start, len_bytes - data_start)
            .map_err(|problem| ModelError::bad_file(path, problem))?;
        Ok(Self { path: path.to_owned(), metadata: header.metadata, tensors: header.tensors })
    }

    /// The file, relative to the model's folder.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The tensors by name.
    pub fn tensors(&self) -> &BTreeMap<String, TensorEntry> {
        &self.tensors
    }

    /// The notes that the file carries about itself.
    pub fn metadata(&self) -> &BTreeMap<String, String> {
        &self.metadata
    }

    /// A tensor's values in row-major order, widened to `f32`.
    ///
    /// # Errors
    /// Where there is no such tensor, it cannot be read, its values are not floating-point numbers of 16, 32 or 64 bits, or
    /// one of them is not a number or infinite.
    pub fn read_f32(&self, store: &dyn ModelStore, name: &str) -> Result<Vec<f32>, ModelError> {
        let len = self.tensors.get(name).map_or(0, TensorEntry::len);
        self.read_f32_range(store, name, 0..len)
    }

    /// The values of a tensor at the places in `range`, counted row by row.
    pub(crate) fn read_f32_range(
        &self,
        store: &dyn ModelStore,
        name: &str,
        range: Range<usize>,
    ) -> Result<Vec<f32>, ModelError> {
        let Some(entry) = self.tensors.get(name) else {
            return Err(ModelError::MissingTensor { path: self.path.clone(), tensor: shown(name) });
        };
        let bad = |problem: String| ModelError::bad_tensor(&self.path, shown(name), problem);
        if !is_readable(entry.dtype) {
            return Err(bad(format!("{} values cannot be used as weights; f16, bf16, f32 and f64 can", entry.dtype)));
        }
        if range.start > range.end || range.end > entry.len() {
            return Err(bad(format!("values {range:?} are not among its {}", entry.len())));
        }
        let value_bytes = entry.dtype.bitsize() as u64 / 8;
        let place = |idx: usize| entry.range_bytes.start + idx as u64 * value_bytes;
        let bytes = store.read_range(&self.path, place(range.start)..place(range.end))?;
        let values = widen(entry.dtype, &bytes);
        match first_not_finite(&values) {
            Some((idx, value)) => Err(bad(format!(
                "value {} is {value}; the file is damaged or its training failed, use another one",
                range.start + idx
            ))),
            None => Ok(values),
        }
    }

    /// The number of values in all tensors together.
    pub fn parameters(&self) -> u64 {
        self.tensors.values().map(|entry| entry.len() as u64).sum()
    }
}

/// Whether values of this type are widened to `f32`.
pub(crate) fn is_readable(dtype: Dtype) -> bool {
    matches!(dtype, Dtype::F16 | Dtype::BF16 | Dtype::F32 | Dtype::F64)
}

/// Whole blocks at a time: asking for every single value whether the processor can convert it costs more than converting.
fn widen_halves(bytes: &[u8]) -> Vec<f32> {
    const BLOCK: usize = 1024;
    let mut values = vec![0.0_f32; bytes.len() / 2];
    let mut halves = [f16::ZERO; BLOCK];
    for (values, bytes) in values.chunks_mut(BLOCK).zip(bytes.chunks(2 * BLOCK)) {
        let halves = &mut halves[..values.len()];
        for (half, bytes) in halves.iter_mut().zip(bytes.chunks_exact(2)) {
            *half = f16::from_le_bytes([bytes[0], bytes[1]]);
        }
        halves.convert_to_f32_slice(values);
    }
    values
}

fn widen(dtype: Dtype, bytes: &[u8]) -> Vec<f32> {
    match dtype {
        Dtype::F16 => widen_halves(bytes),
        Dtype::BF16 => bytes.chunks_exact(2).map(|b| bf16::from_le_bytes([b[0], b[1]]).to_f32()).collect(),
        Dtype::F32 => bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect(),
        Dtype::F64 => {
            let number = |b: &[u8]| f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]) as f32;
            bytes.chunks_exact(8).map(number).collect()
        }
        _ => Vec::new(),
    }
}

/// The first value that is infinite or not a number, and its place.
fn first_not_finite(values: &[f32]) -> Option<(usize, f32)> {
    // Zero times anything finite is zero, and zero times anything else is not a number: a sum that compilers vectorise
    // finds the chunk, and only there is each value looked at.
    let chunk_len = 4096;
    let (chunk_idx, chunk) = values.chunks(chunk_len).enumerate().find(|(_, chunk)| {
        let mut sums = [0.0_f32; 8];
        let eights = chunk.chunks_exact(8);
        let rest: f32 = eights.remainder().iter().map(|value| value * 0.0).sum();
        for eight in eights {
            for (sum, value) in sums.iter_mut().zip(eight) {
                *sum += value * 0.0;
            }
        }
        (sums.iter().sum::<f32>() + rest).is_nan()
    })?;
    let idx = chunk.iter().position(|value| !value.is_finite())?;
    Some((chunk_idx * chunk_len + idx, chunk[idx]))
}

#[cfg(test)]
mod tests {
    use safetensors::tensor::{TensorView, serialize};

    use super::*;
    use crate::MemoryStore;

    fn file(tensors: &[(&str, Dtype, &[usize], Vec<u8>)]) -> Vec<u8> {
        let views = tensors.iter().map(|(name, dtype, shape, bytes)| {
            (name.to_string(), TensorView::new(*dtype, shape.to_vec(), bytes).unwrap())
        });
        serialize(views, None).unwrap()
    }

    fn store(bytes: Vec<u8>) -> MemoryStore {
        let mut store = MemoryStore::new();
        store.insert("unet/model.safetensors", bytes);
        store
    }

    fn open(bytes: Vec<u8>) -> Result<SafetensorsIndex, ModelError> {
        SafetensorsIndex::open(&store(bytes), "unet/model.safetensors")
    }

    #[test]
    fn every_floating_point_type_is_widened_to_the_same_values() {
        let values = [1.5_f32, -2.0, 0.25];
        let bytes = file(&[
            ("half", Dtype::F16, &[3], values.iter().flat_map(|v| f16::from_f32(*v).to_le_bytes()).collect()),
            ("brain", Dtype::BF16, &[3, 1], values.iter().flat_map(|v| bf16::from_f32(*v).to_le_bytes()).collect()),
            ("single", Dtype::F32, &[1, 3], values.iter().flat_map(|v| v.to_le_bytes()).collect()),
            ("double", Dtype::F64, &[3], values.iter().flat_map(|v| f64::from(*v).to_le_bytes()).collect()),
        ]);
        let index = open(bytes.clone()).unwrap();
        for name in ["half", "brain", "single", "double"] {
            assert_eq!(index.read_f32(&store(bytes.clone()), name).unwrap(), values, "{name}");
        }
        assert_eq!(index.tensors()["brain"].shape, [3, 1]);
        assert_eq!(index.parameters(), 12);
    }

    #[test]
    fn errors_name_the_file_and_the_tensor() {
        let bytes = file(&[("ids", Dtype::I64, &[1], vec![0; 8])]);
        let index = open(bytes.clone()).unwrap();
        for name in ["ids", "absent"] {
            let message = index.read_f32(&store(bytes.clone()), name).unwrap_err().to_string();
            assert!(message.contains("unet/model.safetensors") && message.contains(name), "{message}");
        }
    }

    #[test]
    fn whatever_is_not_a_whole_safetensors_file_is_an_error_and_never_a_panic() {
        let whole = file(&[("a", Dtype::F32, &[2, 2], vec![7; 16])]);
        for end in 0..whole.len() {
            assert!(open(whole[..end].to_vec()).is_err(), "cut at {end}");
        }
        let mut longer = whole.clone();
        longer.push(0);
        assert!(open(longer).is_err());
        assert!(open(b"<!doctype html><html>404 not found</html>".to_vec()).is_err());
    }

    /// A file with this header, and `data_bytes` bytes after it.
    fn file_with(header: &[u8], data_bytes: usize) -> Vec<u8> {
        let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
        bytes.extend(header);
        bytes.resize(bytes.len() + data_bytes, 0);
        bytes
    }

    #[test]
    fn headers_that_lie_are_refused_with_the_file_and_the_tensor() {
        for (header, word) in [
            (r#"{"a":{"dtype":"F32","shape":[18446744073709551615,2],"data_offsets":[0,8]}}"#, "impossible"),
            (r#"{"a":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}"#, "impossible"),
            (r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#, "before"),
            (r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,80]}}"#, "cut short"),
            (r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,18446744073709551615]}}"#, "cut short"),
            (r#"{"a":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}"#, "12 bytes"),
            (r#"{"a":{"dtype":"F16","shape":[2],"data_offsets":[0,8]}}"#, "4 bytes"),
            (r#"{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,8]}}"#, "impossible"),
            (r#"{"a":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}"#, "F99"),
            (r#"{"a":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}"#, "2.0"),
            (r#"{"a":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}"#, "-2"),
            (r#"{"a":{"dtype":"F32","shape":[1e3],"data_offsets":[0,8]}}"#, "1000.0"),
            (r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8,9]}}"#, "tensor a"),
            (r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}}"#, "more"),
            (r#"{"a":{"dtype":"F32","shape":[2],"shape":[2],"data_offsets":[0,8]}}"#, "duplicate"),
            (r#"{"a":{"dtype":"F32","shape":[1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,2],"data_offsets":[0,8]}}"#, "dimensions"),
            (r#"{"a":{"dtype":"F32","shape":[2]}}"#, "data_offsets"),
            (r#"{"a":{"dtype":"F32","shape":null,"data_offsets":[0,8]}}"#, "null"),
        ] {
            let message = open(file_with(header.as_bytes(), 8)).unwrap_err().to_string();
            assert!(message.starts_with("unet/model.safetensors: "), "{message}");
            assert!(message.contains("tensor a:") && message.contains(word), "{header}: {message}");
        }
    }

    #[test]
    fn tensors_that_overlap_leave_holes_or_share_a_name_are_refused() {
        let tensor = |name: &str, start: usize, end: usize| {
            format!(r#""{name}":{{"dtype":"U8","shape":[{}],"data_offsets":[{start},{end}]}}"#, end - start)
        };
        for (tensors, word) in [
            (vec![tensor("a", 0, 6), tensor("b", 4, 8)], "tensor b: its bytes begin at 4, inside"),
            (vec![tensor("a", 0, 8), tensor("b", 0, 8)], "inside another"),
            (vec![tensor("a", 0, 2), tensor("b", 4, 8)], "tensor b: its bytes begin at 4, and those from 2"),
            (vec![tensor("a", 0, 4)], "last 4 bytes"),
            (vec![tensor("a", 0, 4), tensor("a", 4, 8)], "tensor a: there are two"),
            (vec![], "last 8 bytes"),
        ] {
            let message = open(file_with(format!("{{{}}}", tensors.join(",")).as_bytes(), 8)).unwrap_err().to_string();
            assert!(message.contains(word), "{message}");
        }
        let whole = format!("{{{},{},{}}}", tensor("b", 4, 8), tensor("zero", 4, 4), tensor("a", 0, 4));
        assert_eq!(open(file_with(whole.as_bytes(), 8)).unwrap().tensors().len(), 3);
    }

    #[test]
    fn headers_that_are_no_headers_are_refused() {
        let deep = [b"{\"a\":".repeat(100_000), vec![b'1']].concat();
        for header in [&b"[]"[..], b"", b"null", b"{\"\xff\": 1}", b"{\"__metadata__\": 3}", &deep, b"{\"a\": {}} x"] {
            assert!(open(file_with(header, 8)).unwrap_err().to_string().starts_with("unet/model.safetensors: "));
        }
        let twice = br#"{"__metadata__":{},"__metadata__":{}}"#;
        assert!(open(file_with(twice, 0)).is_err());
        // A length that only claims to be there is never allocated.
        for claimed in [u64::MAX, 1 << 40, 99_999_999] {
            assert!(open(claimed.to_le_bytes().to_vec()).is_err());
        }
        let endless = format!(r#"{{"{}":1}}"#, "x\\n".repeat(50_000));
        assert!(open(file_with(endless.as_bytes(), 0)).unwrap_err().to_string().len() < 1000);
    }

    #[test]
    fn the_notes_of_a_file_are_read() {
        let index = open(file_with(br#"{"__metadata__":{"modelspec.prediction_type":"v"}}"#, 0)).unwrap();
        assert_eq!(index.metadata()["modelspec.prediction_type"], "v");
    }

    #[test]
    fn values_that_are_no_numbers_are_found_with_their_file_and_tensor() {
        for (place, value) in [(0, f32::NAN), (4095, f32::INFINITY), (4096, f32::NEG_INFINITY), (9999, f32::NAN)] {
            let mut values = vec![1.5_f32; 10_000];
            values[place] = value;
            let bytes = file(&[("w", Dtype::F32, &[10_000], values.iter().flat_map(|v| v.to_le_bytes()).collect())]);
            let message = open(bytes.clone()).unwrap().read_f32(&store(bytes), "w").unwrap_err().to_string();
            let expected = format!("unet/model.safetensors: tensor w: value {place} is {value}");
            assert!(message.starts_with(&expected), "{message}");
        }
    }
}
