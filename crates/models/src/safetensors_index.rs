//! What is inside a safetensors file, and its values.

use std::collections::BTreeMap;
use std::ops::Range;

use half::{bf16, f16};
use safetensors::Dtype;
use safetensors::tensor::Metadata;

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
    tensors: BTreeMap<String, TensorEntry>,
}

impl SafetensorsIndex {
    /// Reads the header of the file at `path`; the values stay where they are.
    ///
    /// # Errors
    /// Where the file is missing, cut short, or its header is not what the format asks for.
    pub fn open(store: &dyn ModelStore, path: &str) -> Result<Self, ModelError> {
        let len_bytes = store.len_bytes(path)?;
        if len_bytes < LENGTH_BYTES {
            return Err(ModelError::bad_file(path, "the file is too short to be a safetensors file"));
        }
        let mut length = [0_u8; LENGTH_BYTES as usize];
        length.copy_from_slice(&store.read_range(path, 0..LENGTH_BYTES)?);
        let header_bytes = u64::from_le_bytes(length);
        if header_bytes > MAX_HEADER_BYTES || header_bytes > len_bytes - LENGTH_BYTES {
            // A server's error page, saved under the name of the file, is the usual reason.
            return Err(ModelError::bad_file(path, "the file is not a safetensors file, or was cut short"));
        }
        let data_start = LENGTH_BYTES + header_bytes;
        let header = store.read_range(path, LENGTH_BYTES..data_start)?;
        let metadata: Metadata = serde_json::from_slice(&header)
            .map_err(|error| ModelError::bad_file(path, format!("the safetensors header is not valid: {error}")))?;
        let expected_bytes = data_start + metadata.data_len() as u64;
        if expected_bytes != len_bytes {
            return Err(ModelError::bad_file(
                path,
                format!("the file has {len_bytes} bytes where its header asks for {expected_bytes}; download it again"),
            ));
        }
        let entry = |info: &safetensors::tensor::TensorInfo| TensorEntry {
            dtype: info.dtype,
            shape: info.shape.clone(),
            range_bytes: data_start + info.data_offsets.0 as u64..data_start + info.data_offsets.1 as u64,
        };
        let tensors = metadata.tensors().into_iter().map(|(name, info)| (name, entry(info))).collect();
        Ok(Self { path: path.to_owned(), tensors })
    }

    /// The file, relative to the model's folder.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The tensors by name.
    pub fn tensors(&self) -> &BTreeMap<String, TensorEntry> {
        &self.tensors
    }

    /// A tensor's values in row-major order, widened to `f32`.
    ///
    /// # Errors
    /// Where there is no such tensor, it cannot be read, or its values are not floating-point numbers of 16, 32 or 64
    /// bits.
    pub fn read_f32(&self, store: &dyn ModelStore, name: &str) -> Result<Vec<f32>, ModelError> {
        let Some(entry) = self.tensors.get(name) else {
            return Err(ModelError::MissingTensor { path: self.path.clone(), tensor: name.to_owned() });
        };
        let bytes = store.read_range(&self.path, entry.range_bytes.clone())?;
        widen(entry.dtype, &bytes).ok_or_else(|| ModelError::BadTensor {
            path: self.path.clone(),
            tensor: name.to_owned(),
            problem: format!("{:?} values cannot be used as weights; f16, bf16, f32 and f64 can", entry.dtype),
        })
    }

    /// The number of values in all tensors together.
    pub fn parameters(&self) -> u64 {
        self.tensors.values().map(|entry| entry.len() as u64).sum()
    }
}

fn widen(dtype: Dtype, bytes: &[u8]) -> Option<Vec<f32>> {
    match dtype {
        Dtype::F16 => Some(bytes.chunks_exact(2).map(|b| f16::from_le_bytes([b[0], b[1]]).to_f32()).collect()),
        Dtype::BF16 => Some(bytes.chunks_exact(2).map(|b| bf16::from_le_bytes([b[0], b[1]]).to_f32()).collect()),
        Dtype::F32 => Some(bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()),
        Dtype::F64 => {
            let number = |b: &[u8]| f64::from_le_bytes([b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7]]) as f32;
            Some(bytes.chunks_exact(8).map(number).collect())
        }
        _ => None,
    }
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
        for header in [
            r#"{"a":{"dtype":"F32","shape":[18446744073709551615,2],"data_offsets":[0,8]}}"#,
            r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}"#,
            r#"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,80]}}"#,
            r#"{"a":{"dtype":"F99","shape":[2],"data_offsets":[0,8]}}"#,
            "[]",
        ] {
            let mut bytes = (header.len() as u64).to_le_bytes().to_vec();
            bytes.extend(header.as_bytes());
            bytes.extend([0; 8]);
            assert!(open(bytes).is_err(), "{header}");
        }
    }
}
