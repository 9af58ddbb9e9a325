//! A model store as the diffusion pipeline reads it.

use underpaint_diffusion::source::{ModelSource, SourceError, Weights};
use underpaint_models::{ComponentWeights, ModelError, ModelStore, read_text};

/// Lets the pipeline read a model from any store.
#[derive(Clone, Copy)]
pub struct StoreSource<'a>(pub &'a dyn ModelStore);

impl std::fmt::Debug for StoreSource<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("StoreSource").field(&self.0.files()).finish()
    }
}

impl ModelSource for StoreSource<'_> {
    fn text(&self, path: &str) -> Result<Option<String>, SourceError> {
        read_text(self.0, path).map_err(source_error)
    }

    fn weights(&self, component: &str) -> Result<Box<dyn Weights + '_>, SourceError> {
        Ok(Box::new(StoreWeights(ComponentWeights::open(self.0, component).map_err(source_error)?)))
    }
}

struct StoreWeights<'a>(ComponentWeights<'a>);

impl Weights for StoreWeights<'_> {
    fn names(&self) -> Vec<String> {
        self.0.names().map(str::to_owned).collect()
    }

    fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.0.entry(name).map(|entry| entry.shape.clone())
    }

    fn read_f32(&self, name: &str) -> Result<Vec<f32>, SourceError> {
        self.0.read_f32(name).map_err(source_error)
    }
}

/// A model error names its file and its tensor already.
fn source_error(error: ModelError) -> SourceError {
    SourceError::new(error.to_string())
}
