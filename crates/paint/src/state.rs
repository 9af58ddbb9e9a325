//! Everything of a document that undo brings back.

use std::sync::Arc;

use crate::layer::{Layer, LayerId};
use crate::{Mask, PixelRect};

/// Everything of a document that undo brings back. A clone shares all pixels.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) layers: Vec<Layer>,
    pub(crate) active: LayerId,
    pub(crate) selection: Option<Arc<Mask>>,
    pub(crate) strength_map: Option<Arc<Mask>>,
}

impl State {
    pub(crate) fn index_of(&self, id: LayerId) -> Option<usize> {
        self.layers.iter().position(|layer| layer.id == id)
    }

    pub(crate) fn layer_mut(&mut self, id: LayerId) -> Option<&mut Layer> {
        self.layers.iter_mut().find(|layer| layer.id == id)
    }

    pub(crate) fn bounds(&self) -> PixelRect {
        PixelRect::new(0, 0, self.width, self.height)
    }
}
