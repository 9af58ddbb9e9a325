//! Where a model's files are.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::ModelError;

/// The files of one model. Paths are relative to the model's folder and separated by `/`.
pub trait ModelStore {
    /// All files, in the order of their paths.
    fn files(&self) -> Vec<String>;

    /// A file's bytes.
    ///
    /// # Errors
    /// Where there is no such file or it cannot be read.
    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, ModelError>;

    /// Whether there is such a file.
    fn contains(&self, path: &str) -> bool {
        self.files().iter().any(|file| file == path)
    }

    /// A file's length in bytes.
    ///
    /// # Errors
    /// As [`ModelStore::read`].
    fn len_bytes(&self, path: &str) -> Result<u64, ModelError> {
        Ok(self.read(path)?.len() as u64)
    }

    /// Part of a file's bytes. A store that can read parts should: tensors are read one at a time.
    ///
    /// # Errors
    /// As [`ModelStore::read`], and where the range does not lie in the file.
    fn read_range(&self, path: &str, range: Range<u64>) -> Result<Cow<'_, [u8]>, ModelError> {
        let outside = || ModelError::bad_file(path, format!("the file ends before byte {}", range.end));
        let start = usize::try_from(range.start).map_err(|_| outside())?;
        let end = usize::try_from(range.end).map_err(|_| outside())?;
        match self.read(path)? {
            Cow::Borrowed(bytes) => bytes.get(start..end).map(Cow::Borrowed).ok_or_else(outside),
            Cow::Owned(bytes) => bytes.get(start..end).map(|part| Cow::Owned(part.to_vec())).ok_or_else(outside),
        }
    }
}

/// The longest text file that is read, in bytes: the longest published one, a tokenizer's, has a tenth of it.
pub const MAX_TEXT_BYTES: u64 = 32 << 20;

/// A text file of a model, or `None` where there is no such file.
///
/// # Errors
/// Where the file cannot be read, is not UTF-8, or is longer than [`MAX_TEXT_BYTES`].
pub fn read_text(store: &dyn ModelStore, path: &str) -> Result<Option<String>, ModelError> {
    if !store.contains(path) {
        return Ok(None);
    }
    let len_bytes = store.len_bytes(path)?;
    if len_bytes > MAX_TEXT_BYTES {
        let problem = format!("the file has {len_bytes} bytes, too many for a text file of a model");
        return Err(ModelError::bad_file(path, problem));
    }
    match String::from_utf8(store.read(path)?.into_owned()) {
        Ok(text) => Ok(Some(text)),
        Err(_) => Err(ModelError::bad_file(path, "the file is not UTF-8 text")),
    }
}

/// A model whose files are in memory.
#[derive(Debug, Default, Clone)]
pub struct MemoryStore {
    files: BTreeMap<String, Vec<u8>>,
}

impl MemoryStore {
    /// A store without files.
    pub fn new() -> Self {
        Self::default()
    }

    /// Puts a file in, in place of one with the same path.
    pub fn insert(&mut self, path: impl Into<String>, bytes: Vec<u8>) {
        self.files.insert(path.into(), bytes);
    }

    /// Takes a file out, as when its tensors have reached the device.
    pub fn remove(&mut self, path: &str) -> Option<Vec<u8>> {
        self.files.remove(path)
    }
}

impl From<BTreeMap<String, Vec<u8>>> for MemoryStore {
    fn from(files: BTreeMap<String, Vec<u8>>) -> Self {
        Self { files }
    }
}

impl ModelStore for MemoryStore {
    fn files(&self) -> Vec<String> {
        self.files.keys().cloned().collect()
    }

    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, ModelError> {
        match self.files.get(path) {
            Some(bytes) => Ok(Cow::Borrowed(bytes)),
            None => Err(ModelError::MissingFile { path: path.to_owned() }),
        }
    }

    fn contains(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_and_a_part_of_it_are_read_without_a_copy() {
        let mut store = MemoryStore::new();
        store.insert("unet/config.json", b"0123456789".to_vec());
        assert!(matches!(store.read("unet/config.json"), Ok(Cow::Borrowed(b"0123456789"))));
        assert!(matches!(store.read_range("unet/config.json", 2..5), Ok(Cow::Borrowed(b"234"))));
        assert_eq!(store.len_bytes("unet/config.json").unwrap(), 10);
    }

    #[test]
    fn a_missing_file_and_a_range_past_the_end_are_errors_that_name_the_file() {
        let mut store = MemoryStore::new();
        store.insert("a", vec![0; 4]);
        assert!(store.read("b").unwrap_err().to_string().contains('b'));
        let error = store.read_range("a", 2..u64::MAX).unwrap_err();
        assert!(error.to_string().starts_with("a:"), "{error}");
        assert!(store.read_range("a", Range { start: 3, end: 2 }).is_err());
    }

    #[test]
    fn text_is_checked_to_be_text() {
        let mut store = MemoryStore::new();
        store.insert("good", "grün".as_bytes().to_vec());
        store.insert("bad", vec![0xff, 0xfe]);
        assert_eq!(read_text(&store, "good").unwrap().as_deref(), Some("grün"));
        assert_eq!(read_text(&store, "absent").unwrap(), None);
        assert!(read_text(&store, "bad").is_err());
        store.insert("long", vec![b' '; MAX_TEXT_BYTES as usize + 1]);
        assert!(read_text(&store, "long").unwrap_err().to_string().starts_with("long: "));
    }
}
