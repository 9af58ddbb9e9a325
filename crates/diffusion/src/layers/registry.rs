//! The weights of a component by name: what a LoRA finds its targets in.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::weight::{WeakWeightCell, WeightCell};

/// The weights of one loaded component (UNet, text encoder) under the names of their tensors.
///
/// Handles share one list. A weight leaves it with the model that it belongs to.
#[derive(Clone, Default)]
pub struct WeightRegistry {
    entries: Arc<Mutex<BTreeMap<String, Entry>>>,
}

#[derive(Clone)]
struct Entry {
    cell: WeakWeightCell,
    shape: Vec<usize>,
    place: WeightPlace,
}

/// Where in a cell's matrix a tensor stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum WeightPlace {
    /// The matrix is `[outputs, the rest]`, as in the file.
    Rows,
    /// The matrix is `[inputs, outputs]` of one or several joined tensors; this one's outputs begin at column `start`.
    Columns {
        /// The first column.
        start: usize,
        /// The width of the whole matrix.
        total: usize,
    },
}

/// A weight as a LoRA sees it.
#[derive(Debug, Clone)]
pub(crate) struct Registered {
    pub(crate) cell: WeightCell,
    pub(crate) shape: Vec<usize>,
    pub(crate) place: WeightPlace,
}

impl WeightRegistry {
    /// An empty registry.
    pub fn new() -> Self {
        Self::default()
    }

    /// The names and shapes of all weights, in the order of the names: `[outputs, inputs]` of a linear layer,
    /// `[outputs, inputs, height, width]` of a convolution, as they are in the model's files.
    pub fn weights(&self) -> Vec<(String, Vec<usize>)> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.iter().map(|(name, entry)| (name.clone(), entry.shape.clone())).collect()
    }

    pub(super) fn insert(&self, name: String, cell: &WeightCell, shape: &[usize], place: WeightPlace) {
        let entry = Entry { cell: cell.downgrade(), shape: shape.to_vec(), place };
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).insert(name, entry);
    }

    /// The weight of this name, or `None` where there is none or its model is gone.
    pub(crate) fn find(&self, name: &str) -> Option<Registered> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        let entry = entries.get(name)?;
        Some(Registered { cell: entry.cell.upgrade()?, shape: entry.shape.clone(), place: entry.place })
    }
}

impl fmt::Debug for WeightRegistry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        f.debug_struct("WeightRegistry").field("weights", &entries.len()).finish()
    }
}
