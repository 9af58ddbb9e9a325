//! An open model as the diffusion pipeline reads it.

use underpaint_diffusion::source::{ModelSource, SourceError, Weights};
use underpaint_models::{ComponentWeights, ModelError, ModelStore, OpenModel, TensorSet, read_text};

/// The component that another model may stand in for.
const VAE: &str = "vae";

/// Lets the pipeline read a model, whatever its layout, perhaps with the autoencoder of another one.
#[derive(Clone, Copy, Debug)]
pub struct OpenSource<'a> {
    /// The model.
    pub model: &'a OpenModel<'a>,
    /// The model whose autoencoder is used, where it is not this one's own.
    pub vae: Option<&'a OpenModel<'a>>,
}

impl<'a> OpenSource<'a> {
    /// A model with its own autoencoder.
    pub fn new(model: &'a OpenModel<'a>) -> Self {
        Self { model, vae: None }
    }

    /// The model that has a component.
    fn holder(&self, component: &str) -> &'a OpenModel<'a> {
        match self.vae {
            Some(vae) if component == VAE => vae,
            _ => self.model,
        }
    }
}

impl ModelSource for OpenSource<'_> {
    fn text(&self, path: &str) -> Result<Option<String>, SourceError> {
        let component = path.split_once('/').map_or("", |(component, _)| component);
        match self.vae {
            Some(vae) if path == "vae/config.json" => vae.vae_config_for(self.model).map_err(source_error),
            _ => self.holder(component).text(path).map_err(source_error),
        }
    }

    fn weights(&self, component: &str) -> Result<Box<dyn Weights + '_>, SourceError> {
        Ok(Box::new(OpenWeights(self.holder(component).weights(component).map_err(source_error)?)))
    }
}

struct OpenWeights<'a>(Box<dyn TensorSet + 'a>);

impl Weights for OpenWeights<'_> {
    fn names(&self) -> Vec<String> {
        self.0.names()
    }

    fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.0.shape(name)
    }

    fn read_f32(&self, name: &str) -> Result<Vec<f32>, SourceError> {
        self.0.read_f32(name).map_err(source_error)
    }

    fn file_of(&self, name: &str) -> String {
        self.0.file_of(name)
    }
}

/// A model error names its file and its tensor already.
fn source_error(error: ModelError) -> SourceError {
    SourceError::new(error.to_string())
}

/// A folder of one network, such as a control network's: its files lie in no component's folder.
#[derive(Clone, Copy)]
pub(crate) struct FolderSource<'a> {
    pub(crate) store: &'a dyn ModelStore,
    /// The component that the folder is; empty where it is the store itself.
    pub(crate) folder: &'a str,
}

impl ModelSource for FolderSource<'_> {
    fn text(&self, path: &str) -> Result<Option<String>, SourceError> {
        let path = if self.folder.is_empty() { path.to_owned() } else { format!("{}/{path}", self.folder) };
        read_text(self.store, &path).map_err(source_error)
    }

    fn weights(&self, _component: &str) -> Result<Box<dyn Weights + '_>, SourceError> {
        let weights = ComponentWeights::open(self.store, self.folder).map_err(source_error)?;
        Ok(Box::new(OpenWeights(Box::new(weights))))
    }
}
