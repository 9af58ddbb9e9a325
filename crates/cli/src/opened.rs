//! A folder or a file that a person named.

use std::path::Path;

use anyhow::{Result, bail};
use underpaint_models::FolderStore;

/// A folder, or the folder of a file and the file's name in it.
#[derive(Debug)]
pub struct Opened {
    store: FolderStore,
    entry: Option<String>,
}

impl Opened {
    /// Opens what is at a path.
    ///
    /// # Errors
    /// Where there is nothing, or it cannot be read.
    pub fn at(path: &Path) -> Result<Self> {
        if path.is_file() {
            // What a file needs besides may lie beside it.
            let (store, name) = FolderStore::beside(path)?;
            return Ok(Self { store, entry: Some(name) });
        }
        if !path.exists() {
            bail!("there is no {}", path.display());
        }
        Ok(Self { store: FolderStore::open(path)?, entry: None })
    }

    /// The folder.
    pub fn store(&self) -> &FolderStore {
        &self.store
    }

    /// The file's name in the folder, where a file was named.
    pub fn entry(&self) -> Option<&str> {
        self.entry.as_deref()
    }
}
