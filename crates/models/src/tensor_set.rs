//! The tensors of a component under diffusers' names, whatever they are called in the file.

use std::collections::BTreeMap;

use safetensors::Dtype;

use crate::safetensors_header::shown;
use crate::{ComponentWeights, ModelError, ModelStore, SafetensorsIndex};

/// The named tensors of one component; values are read one tensor at a time.
pub trait TensorSet {
    /// The names of all tensors, sorted.
    fn names(&self) -> Vec<String>;

    /// A tensor's shape, or `None` where there is none of that name.
    fn shape(&self, name: &str) -> Option<Vec<usize>>;

    /// How a tensor's values are stored, or `None` where there is none of that name.
    fn dtype(&self, name: &str) -> Option<Dtype>;

    /// A tensor's values in row-major order, widened to `f32`.
    ///
    /// # Errors
    /// Where there is no such tensor, it cannot be read, or a value is not a finite number; the error names the file and
    /// the tensor.
    fn read_f32(&self, name: &str) -> Result<Vec<f32>, ModelError>;

    /// The file that a tensor is in; where there is none of that name, the file or the folder that lacks it.
    fn file_of(&self, name: &str) -> String;

    /// The number of values in all tensors together.
    fn parameters(&self) -> u64 {
        let count = |name: &String| self.shape(name).map_or(0, |shape| shape.iter().map(|size| *size as u64).product());
        self.names().iter().map(count).sum()
    }
}

impl TensorSet for ComponentWeights<'_> {
    fn names(&self) -> Vec<String> {
        ComponentWeights::names(self).map(str::to_owned).collect()
    }

    fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.entry(name).map(|entry| entry.shape.clone())
    }

    fn dtype(&self, name: &str) -> Option<Dtype> {
        self.entry(name).map(|entry| entry.dtype)
    }

    fn read_f32(&self, name: &str) -> Result<Vec<f32>, ModelError> {
        ComponentWeights::read_f32(self, name)
    }

    fn file_of(&self, name: &str) -> String {
        ComponentWeights::file_of(self, name).to_owned()
    }
}

/// How a tensor is made of another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reading {
    /// The values as they are; the shape may differ by sizes of one.
    Whole,
    /// One of three equal parts along the first dimension: query, key and value that were joined.
    Third(usize),
    /// A matrix with rows and columns exchanged.
    Transposed,
}

/// A tensor as diffusers has it, made of one in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    /// Its name in the file.
    pub source: String,
    /// Which of the files.
    pub file_idx: usize,
    /// Its shape under the new name.
    pub shape: Vec<usize>,
    /// How its values are taken.
    pub reading: Reading,
}

/// Tensors of files under other names.
pub(crate) struct RenamedTensors<'a> {
    pub store: &'a dyn ModelStore,
    pub files: &'a [SafetensorsIndex],
    pub parts: &'a BTreeMap<String, Part>,
}

impl TensorSet for RenamedTensors<'_> {
    fn names(&self) -> Vec<String> {
        self.parts.keys().cloned().collect()
    }

    fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.parts.get(name).map(|part| part.shape.clone())
    }

    fn dtype(&self, name: &str) -> Option<Dtype> {
        let part = self.parts.get(name)?;
        Some(self.files.get(part.file_idx)?.tensors().get(&part.source)?.dtype)
    }

    fn file_of(&self, name: &str) -> String {
        let file = self.parts.get(name).and_then(|part| self.files.get(part.file_idx)).or(self.files.first());
        file.map_or_else(String::new, |file| file.path().to_owned())
    }

    fn read_f32(&self, name: &str) -> Result<Vec<f32>, ModelError> {
        let missing = || ModelError::MissingTensor { path: self.file_of(name), tensor: shown(name) };
        let part = self.parts.get(name).ok_or_else(missing)?;
        let file = self.files.get(part.file_idx).ok_or_else(missing)?;
        match part.reading {
            Reading::Whole => file.read_f32(self.store, &part.source),
            Reading::Third(third) => {
                let len: usize = part.shape.iter().product();
                file.read_f32_range(self.store, &part.source, third * len..(third + 1) * len)
            }
            Reading::Transposed => {
                let values = file.read_f32(self.store, &part.source)?;
                let [n_rows, n_columns] = part.shape[..] else { return Err(missing()) };
                let value = |place: usize| values[(place % n_columns) * n_rows + place / n_columns];
                Ok((0..n_rows * n_columns).map(value).collect())
            }
        }
    }
}
