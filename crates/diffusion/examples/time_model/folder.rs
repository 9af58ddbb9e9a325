//! A folder of this machine as a source of models.

use underpaint_diffusion::source::{ModelSource, SourceError, Weights};
use underpaint_models::{ComponentWeights, FolderStore, ModelError, read_text};

/// A folder as a source of models.
pub struct Folder(FolderStore);

/// A component of a folder as named weights.
struct FolderWeights<'a>(ComponentWeights<'a>);

fn source_error(error: ModelError) -> SourceError {
    SourceError::new(error.to_string())
}

impl ModelSource for Folder {
    fn text(&self, path: &str) -> Result<Option<String>, SourceError> {
        read_text(&self.0, path).map_err(source_error)
    }

    fn weights(&self, component: &str) -> Result<Box<dyn Weights + '_>, SourceError> {
        Ok(Box::new(FolderWeights(ComponentWeights::open(&self.0, component).map_err(source_error)?)))
    }
}

impl Weights for FolderWeights<'_> {
    fn names(&self) -> Vec<String> {
        self.0.names().map(str::to_owned).collect()
    }

    fn shape(&self, name: &str) -> Option<Vec<usize>> {
        Some(self.0.entry(name)?.shape.clone())
    }

    fn read_f32(&self, name: &str) -> Result<Vec<f32>, SourceError> {
        self.0.read_f32(name).map_err(source_error)
    }
}

/// Opens a folder in diffusers' layout.
pub fn open(folder: &str) -> Result<Folder, ModelError> {
    Ok(Folder(FolderStore::open(folder)?))
}
