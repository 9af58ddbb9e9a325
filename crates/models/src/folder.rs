//! A model in a folder of this machine.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::{ModelError, ModelStore};

/// How deep below the model's folder files are looked for; diffusers uses one level.
const MAX_DEPTH: usize = 4;

/// A model whose files are in a folder; each is read when it is asked for.
#[derive(Debug, Clone)]
pub struct FolderStore {
    root: PathBuf,
    files: Vec<String>,
}

impl FolderStore {
    /// Lists the files of a folder.
    ///
    /// # Errors
    /// Where the folder is not there or cannot be listed.
    pub fn open(root: impl Into<PathBuf>) -> Result<Self, ModelError> {
        let root = root.into();
        let mut files = Vec::new();
        list(&root, "", MAX_DEPTH, &mut files)
            .map_err(|source| ModelError::Read { path: root.display().to_string(), source })?;
        files.sort();
        Ok(Self { root, files })
    }

    /// The folder that `file` lies in, with its own files and those of its direct subfolders, and the file's name in it.
    /// What cannot be listed is left out: a checkpoint may lie anywhere.
    ///
    /// # Errors
    /// Where there is no such file.
    pub fn beside(file: &Path) -> Result<(Self, String), ModelError> {
        let missing = || ModelError::MissingFile { path: file.display().to_string() };
        let name = file.file_name().and_then(|name| name.to_str()).ok_or_else(missing)?.to_owned();
        let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
        let root = parent.map_or_else(|| PathBuf::from("."), Path::to_owned);
        if !fs::metadata(file).is_ok_and(|metadata| metadata.is_file()) {
            return Err(missing());
        }
        let mut files = Vec::new();
        // Even of a folder that may not be listed, a file whose name is known can be read.
        let _ = list(&root, "", 2, &mut files);
        files.push(name.clone());
        files.sort();
        files.dedup();
        Ok((Self { root, files }, name))
    }

    /// The folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The file's place on this machine, which is inside the folder.
    fn place(&self, path: &str) -> Result<PathBuf, ModelError> {
        let is_inside = path.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
        if !is_inside || path.contains('\\') || path.contains(':') {
            return Err(ModelError::BadPath { path: path.to_owned() });
        }
        Ok(self.root.join(path))
    }
}

/// Lists files below a folder; links to folders are followed, since download caches are made of them.
fn list(folder: &Path, prefix: &str, depth: usize, files: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else {
            continue;
        };
        let path = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        // A link to nowhere is as good as no file, and what nobody may list is none of the model's.
        let Ok(metadata) = fs::metadata(entry.path()) else {
            continue;
        };
        if metadata.is_file() {
            files.push(path);
        } else if metadata.is_dir() && depth > 1 {
            let _ = list(&entry.path(), &path, depth - 1, files);
        }
    }
    Ok(())
}

fn error(path: &str, source: io::Error) -> ModelError {
    if source.kind() == io::ErrorKind::NotFound {
        ModelError::MissingFile { path: path.to_owned() }
    } else {
        ModelError::Read { path: path.to_owned(), source }
    }
}

impl ModelStore for FolderStore {
    fn files(&self) -> Vec<String> {
        self.files.clone()
    }

    fn read(&self, path: &str) -> Result<Cow<'_, [u8]>, ModelError> {
        fs::read(self.place(path)?).map(Cow::Owned).map_err(|source| error(path, source))
    }

    fn contains(&self, path: &str) -> bool {
        self.files.binary_search_by(|file| file.as_str().cmp(path)).is_ok()
    }

    fn len_bytes(&self, path: &str) -> Result<u64, ModelError> {
        fs::metadata(self.place(path)?).map(|metadata| metadata.len()).map_err(|source| error(path, source))
    }

    fn read_range(&self, path: &str, range: Range<u64>) -> Result<Cow<'_, [u8]>, ModelError> {
        let outside = || ModelError::bad_file(path, format!("the file ends before byte {}", range.end));
        if range.start > range.end || range.end > self.len_bytes(path)? {
            return Err(outside());
        }
        let len = usize::try_from(range.end - range.start).map_err(|_| outside())?;
        let read = || -> io::Result<Vec<u8>> {
            let mut file = File::open(self.root.join(path))?;
            file.seek(SeekFrom::Start(range.start))?;
            let mut bytes = vec![0; len];
            file.read_exact(&mut bytes)?;
            Ok(bytes)
        };
        read().map(Cow::Owned).map_err(|source| error(path, source))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A folder of this test's own, removed at the end.
    struct Scratch(PathBuf);

    impl Scratch {
        fn new(name: &str) -> Self {
            let path = std::env::temp_dir().join(format!("underpaint-models-{name}-{}", std::process::id()));
            fs::create_dir_all(path.join("unet")).unwrap();
            Self(path)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_folder_lists_and_reads_its_files_and_parts_of_them() {
        let scratch = Scratch::new("reads");
        fs::write(scratch.0.join("unet/config.json"), b"0123456789").unwrap();
        fs::write(scratch.0.join("model_index.json"), b"{}").unwrap();
        let store = FolderStore::open(&scratch.0).unwrap();
        assert_eq!(store.files(), ["model_index.json", "unet/config.json"]);
        assert!(store.contains("unet/config.json") && !store.contains("vae/config.json"));
        assert_eq!(&*store.read_range("unet/config.json", 3..6).unwrap(), b"345");
        assert!(store.read_range("unet/config.json", 3..11).is_err());
    }

    #[test]
    fn a_file_is_opened_with_what_lies_beside_it() {
        let scratch = Scratch::new("beside");
        fs::write(scratch.0.join("model.safetensors"), b"0123").unwrap();
        fs::write(scratch.0.join("unet/config.json"), b"{}").unwrap();
        let (store, name) = FolderStore::beside(&scratch.0.join("model.safetensors")).unwrap();
        assert_eq!(name, "model.safetensors");
        assert!(store.contains("unet/config.json"));
        assert_eq!(store.len_bytes(&name).unwrap(), 4);
        assert!(FolderStore::beside(&scratch.0.join("absent.safetensors")).is_err());
        assert!(FolderStore::beside(&scratch.0).is_err());
    }

    #[test]
    fn no_path_leads_out_of_the_folder() {
        let scratch = Scratch::new("inside");
        let store = FolderStore::open(&scratch.0).unwrap();
        for path in ["../secret", "/etc/passwd", "unet/../../x", "", "unet//x", "c:\\x"] {
            assert!(matches!(store.read(path), Err(ModelError::BadPath { .. })), "{path}");
        }
        assert!(matches!(store.read("absent"), Err(ModelError::MissingFile { .. })));
        assert!(FolderStore::open(scratch.0.join("absent")).is_err());
    }
}
