//! Weights that can be changed and restored while a model is loaded.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock, Weak};

use burn::tensor::{DType, FloatDType, Tensor, TensorData};
use half::f16;

use super::{Placement, Precision, host};

/// The weight of a linear layer or a convolution as a matrix, in a cell that the layer shares with a registry.
///
/// The values that were loaded stay in it, so that whatever a LoRA adds can be taken away without a trace.
#[derive(Clone)]
pub(crate) struct WeightCell {
    state: Arc<RwLock<State>>,
}

struct State {
    base: Stored,
    patched: Option<Stored>,
}

/// How a matrix is kept.
#[derive(Clone)]
enum Stored {
    /// On the device, in the precision that it is computed in.
    Tensor(Box<Tensor<2>>),
    /// In the processor's memory in 16 bits; the processor computes in 32.
    Half { values: Arc<Vec<f16>>, shape: [usize; 2] },
}

/// The matrix `[inputs, outputs]` of one or several tensors `[outputs, inputs]`, on its way into a cell.
pub(super) enum TurnedWeights {
    /// In 32 bits.
    Full(Vec<f32>),
    /// In 16 bits: narrowed before it is turned over, so that less is moved.
    Half(Vec<f16>),
}

impl TurnedWeights {
    /// Without any values.
    pub(super) fn new(placement: &Placement) -> Self {
        if is_half(placement) { Self::Half(Vec::new()) } else { Self::Full(Vec::new()) }
    }

    /// Puts a tensor into the columns from `start` of `[inputs, total]`.
    pub(super) fn put(&mut self, values: &[f32], inputs: usize, total: usize, start: usize) {
        // Memory is taken only now: a configuration with absurd sizes must fail for its tensors, which are not there.
        match self {
            Self::Full(target) => {
                target.resize(inputs * total, 0.0);
                host::transpose_into(values, inputs, target, total, start);
            }
            Self::Half(target) => {
                target.resize(inputs * total, f16::ZERO);
                host::transpose_into(&host::narrow(values), inputs, target, total, start);
            }
        }
    }

    /// The cell, whose matrix has this shape.
    pub(super) fn into_cell(self, shape: [usize; 2], placement: &Placement) -> WeightCell {
        match self {
            Self::Full(values) => WeightCell::new(values, shape, placement),
            Self::Half(values) => WeightCell::of(Stored::Half { values: Arc::new(values), shape }),
        }
    }
}

/// Whether weights are kept in 16 bits in the processor's memory.
fn is_half(placement: &Placement) -> bool {
    placement.precision == Precision::F16 && placement.is_host()
}

impl WeightCell {
    /// A cell for these row-major values.
    pub(super) fn new(values: Vec<f32>, shape: [usize; 2], placement: &Placement) -> Self {
        Self::of(if is_half(placement) {
            Stored::Half { values: Arc::new(host::narrow(&values)), shape }
        } else {
            let options = (&placement.device, placement.compute_dtype());
            Stored::Tensor(Box::new(Tensor::from_data(TensorData::new(values, shape), options)))
        })
    }

    fn of(base: Stored) -> Self {
        Self { state: Arc::new(RwLock::new(State { base, patched: None })) }
    }

    /// The weight to compute with, in the precision of the activations.
    pub(super) fn get(&self) -> Tensor<2> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.patched.as_ref().unwrap_or(&state.base).widened()
    }

    /// The weight as it was loaded, in 32 bits.
    pub(crate) fn base_f32(&self) -> Tensor<2> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.base.widened().cast(FloatDType::F32)
    }

    /// Puts a changed weight, in 32 bits, in the place of the one that was loaded.
    pub(crate) fn patch(&self, patched: Tensor<2>) {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let patched = match &state.base {
            Stored::Half { shape, .. } => {
                Stored::Half { values: Arc::new(host::narrow(&host::into_values(patched))), shape: *shape }
            }
            Stored::Tensor(base) if base.dtype() == DType::F16 => {
                Stored::Tensor(Box::new(patched.cast(FloatDType::F16)))
            }
            Stored::Tensor(_) => Stored::Tensor(Box::new(patched)),
        };
        state.patched = Some(patched);
    }

    /// Goes back to the weight that was loaded.
    pub(crate) fn restore(&self) {
        self.state.write().unwrap_or_else(PoisonError::into_inner).patched = None;
    }

    /// The same cell without keeping it alive.
    pub(super) fn downgrade(&self) -> WeakWeightCell {
        WeakWeightCell(Arc::downgrade(&self.state))
    }

    /// Which cell it is; equal for two handles of one cell.
    pub(crate) fn id(&self) -> usize {
        Arc::as_ptr(&self.state) as usize
    }
}

impl Stored {
    fn widened(&self) -> Tensor<2> {
        match self {
            Self::Tensor(tensor) => Tensor::clone(tensor),
            Self::Half { values, shape } => host::widen(values, *shape),
        }
    }
}

impl fmt::Debug for WeightCell {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WeightCell").finish_non_exhaustive()
    }
}

/// A cell that may be gone, with the model that it belonged to.
#[derive(Clone)]
pub(super) struct WeakWeightCell(Weak<RwLock<State>>);

impl WeakWeightCell {
    pub(super) fn upgrade(&self) -> Option<WeightCell> {
        self.0.upgrade().map(|state| WeightCell { state })
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

    use super::*;

    const fn is_shareable<T: Send + Sync>() {}

    #[test]
    fn a_cell_can_be_shared_between_threads() {
        const { is_shareable::<WeightCell>() };
    }

    #[test]
    fn what_was_loaded_comes_back_bit_for_bit_in_either_precision() {
        let values: Vec<f32> = (0..12).map(|idx| (idx as f32 * 0.7).sin()).collect();
        for precision in [Precision::F32, Precision::F16] {
            let placement = Placement::on(&Device::flex()).in_precision(precision);
            let cell = WeightCell::new(values.clone(), [3, 4], &placement);
            let before = host::into_values(cell.get());
            cell.patch(cell.base_f32() + 1.0);
            let patched = host::into_values(cell.get());
            assert!(before.iter().zip(&patched).all(|(before, patched)| (patched - before - 1.0).abs() < 1e-3));
            cell.restore();
            assert_eq!(host::into_values(cell.get()), before, "{precision:?}");
            let largest = before.iter().zip(&values).map(|(kept, value)| (kept - value).abs()).fold(0.0, f32::max);
            assert!(largest <= if precision == Precision::F32 { 0.0 } else { 2.5e-4 });
        }
    }
}
