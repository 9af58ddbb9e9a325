//! Tensors by name: a position in the tree of a component's weights.

use std::fmt::Display;

use burn::tensor::{Device, Tensor, TensorData};

use super::Placement;
use super::registry::WeightPlace;
use super::weight::WeightCell;
use crate::error::DiffusionError;
use crate::source::Weights;

/// A component's weights seen from one place in the tree of names, such as `down_blocks.0.resnets.1`.
pub struct Loader<'a> {
    weights: &'a dyn Weights,
    prefix: String,
    placement: &'a Placement,
}

impl<'a> Loader<'a> {
    /// The weights seen from `prefix`, which is empty or a dotted path with or without its last dot.
    pub fn new(weights: &'a dyn Weights, prefix: &str, placement: &'a Placement) -> Self {
        Self { weights, prefix: prefix.trim_end_matches('.').to_owned(), placement }
    }

    /// The place `name` below this one.
    pub fn at(&self, name: impl Display) -> Loader<'a> {
        Loader { weights: self.weights, prefix: self.full_name(&name.to_string()), placement: self.placement }
    }

    /// The device that tensors are put on.
    pub fn device(&self) -> &'a Device {
        &self.placement.device
    }

    /// Where tensors go, and in which precision.
    pub fn placement(&self) -> &'a Placement {
        self.placement
    }

    /// The name of a tensor below this place, as it is written in the weights.
    pub fn full_name(&self, name: &str) -> String {
        if self.prefix.is_empty() { name.to_owned() } else { format!("{}.{name}", self.prefix) }
    }

    /// Whether there is a tensor `name` below this place.
    pub fn has(&self, name: &str) -> bool {
        self.weights.shape(&self.full_name(name)).is_some()
    }

    /// The values of the tensor `name`, row-major, which must have one of `shapes`.
    ///
    /// # Errors
    /// Where the tensor is missing, has another shape than the first of `shapes` asks for, or cannot be read.
    pub fn values(&self, name: &str, shapes: &[&[usize]]) -> Result<Vec<f32>, DiffusionError> {
        let name = self.full_name(name);
        let Some(found) = self.weights.shape(&name) else {
            return Err(DiffusionError::MissingTensor { file: self.weights.file_of(&name), name });
        };
        if !shapes.contains(&found.as_slice()) {
            let expected = shapes.first().map(|shape| shape.to_vec()).unwrap_or_default();
            return Err(DiffusionError::TensorShape { file: self.weights.file_of(&name), name, expected, found });
        }
        let values = self.weights.read_f32(&name)?;
        let expected: usize = found.iter().product();
        if values.len() != expected {
            let (file, read) = (self.weights.file_of(&name), vec![values.len()]);
            return Err(DiffusionError::TensorShape { file, name, expected: found, found: read });
        }
        Ok(values)
    }

    /// The tensor `name` on the device, which must have the given shape.
    ///
    /// # Errors
    /// As [`Loader::values`].
    pub fn tensor<const D: usize>(&self, name: &str, shape: [usize; D]) -> Result<Tensor<D>, DiffusionError> {
        Ok(self.upload(self.values(name, &[&shape])?, shape))
    }

    /// Puts values that were read (and perhaps rearranged) on the device.
    pub fn upload<const D: usize>(&self, values: Vec<f32>, shape: [usize; D]) -> Tensor<D> {
        Tensor::from_data(TensorData::new(values, shape), self.device())
    }

    /// The tensor `name` in the precision of the activations.
    ///
    /// # Errors
    /// As [`Loader::values`].
    pub(super) fn compute_tensor<const D: usize>(
        &self,
        name: &str,
        shape: [usize; D],
    ) -> Result<Tensor<D>, DiffusionError> {
        Ok(self.upload_compute(self.values(name, &[&shape])?, shape))
    }

    /// Puts values on the device in the precision of the activations.
    pub(super) fn upload_compute<const D: usize>(&self, values: Vec<f32>, shape: [usize; D]) -> Tensor<D> {
        Tensor::from_data(TensorData::new(values, shape), (self.device(), self.placement.compute_dtype()))
    }

    /// A cell for a weight that was read (and perhaps rearranged).
    ///
    /// # Errors
    /// Where the device cannot do the precision.
    pub(super) fn cell(&self, values: Vec<f32>, shape: [usize; 2]) -> Result<WeightCell, DiffusionError> {
        self.placement.check()?;
        Ok(WeightCell::new(values, shape, self.placement))
    }

    /// Enters a weight under the full name of the tensor `name`, where weights are entered.
    pub(super) fn register(&self, name: &str, cell: &WeightCell, shape: &[usize], place: WeightPlace) {
        if let Some(registry) = self.placement.registry() {
            registry.insert(self.full_name(name), cell, shape, place);
        }
    }
}
