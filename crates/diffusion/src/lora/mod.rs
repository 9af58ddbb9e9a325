//! Low-rank adaptations (LoRA; Hu et al., 2021) of a loaded model: put in, weighted, exchanged and taken out again.
//!
//! A LoRA adds to a weight the product of two narrow matrices. Here the products are summed once into the weights, so
//! that a step costs what it did before. The weights that were loaded stay in memory: every change starts from them, and
//! an empty list brings them back bit for bit, at once.
//!
//! Which tensor of a file belongs to which weight is decided by whoever reads the file; this module takes matrices for
//! weights by their names. Keys and values of a text that were computed before a change are those of the old weights.

use std::collections::{BTreeMap, BTreeSet};

use burn::tensor::{Device, Tensor, TensorData};

use crate::error::DiffusionError;
use crate::layers::{Registered, WeightCell, WeightPlace, WeightRegistry};

/// What one LoRA adds to one weight: `scale · up · down`.
#[derive(Debug, Clone, PartialEq)]
pub struct LoraPatch {
    /// The component, such as `unet` or `text_encoder`.
    pub component: String,
    /// The weight by its name in the component, such as `mid_block.attentions.0.proj_in.weight`.
    pub tensor: String,
    /// The name of the first matrix in the LoRA's file, for messages.
    pub source: String,
    /// The first matrix, row-major.
    pub down: Vec<f32>,
    /// Its shape: `[rank, inputs]` or `[rank, inputs, height, width]`.
    pub down_shape: Vec<usize>,
    /// The second matrix, row-major.
    pub up: Vec<f32>,
    /// Its shape: `[outputs, rank]` or `[outputs, rank, 1, 1]`.
    pub up_shape: Vec<usize>,
    /// The file's own factor: alpha by rank.
    pub scale: f32,
}

/// All patches of one LoRA.
#[derive(Debug, Clone, PartialEq)]
pub struct LoraPatches {
    /// The file, for messages.
    pub file: String,
    /// The patches, in any order.
    pub patches: Vec<LoraPatch>,
}

/// The LoRAs of a loaded model.
#[derive(Debug, Default)]
pub struct LoraStack {
    components: BTreeMap<String, WeightRegistry>,
    changed: BTreeMap<usize, WeightCell>,
}

/// A patch, the weight it goes to, and its whole factor.
struct Target<'a> {
    patch: &'a LoraPatch,
    weight: Registered,
    factor: f32,
}

impl LoraStack {
    /// For components with the registries that they were loaded with.
    pub fn new(components: impl IntoIterator<Item = (String, WeightRegistry)>) -> Self {
        Self { components: components.into_iter().collect(), changed: BTreeMap::new() }
    }

    /// The names and shapes of all weights that can be changed, by component: what a file's names are matched with.
    pub fn weights(&self) -> BTreeMap<String, Vec<(String, Vec<usize>)>> {
        self.components.iter().map(|(name, registry)| (name.clone(), registry.weights())).collect()
    }

    /// Whether any weight is another than the one that was loaded.
    pub fn is_applied(&self) -> bool {
        !self.changed.is_empty()
    }

    /// Makes every weight the one that was loaded plus what these LoRAs add, each times its weight; LoRAs that were set
    /// before and are not in the list are gone.
    ///
    /// # Errors
    /// Where a patch is for a weight that the model does not have, or of another shape, or a LoRA's weight is not a
    /// number. The model then stays as it was.
    pub fn set(&mut self, loras: &[(&LoraPatches, f32)]) -> Result<(), DiffusionError> {
        let mut targets: BTreeMap<usize, Vec<Target<'_>>> = BTreeMap::new();
        for (lora, weight) in loras {
            if !weight.is_finite() {
                return Err(DiffusionError::input(
                    format!("LoRA {}", lora.file),
                    format!("its weight is {weight}, not a number; 0 to 1 is usual"),
                ));
            }
            if *weight == 0.0 {
                continue;
            }
            for patch in &lora.patches {
                let target = self.target(&lora.file, patch, *weight)?;
                targets.entry(target.weight.cell.id()).or_default().push(target);
            }
        }
        let unchanged: BTreeSet<usize> = self.changed.keys().filter(|id| !targets.contains_key(id)).copied().collect();
        for id in unchanged {
            if let Some(cell) = self.changed.remove(&id) {
                cell.restore();
            }
        }
        for (id, targets) in targets {
            let Some(cell) = targets.first().map(|target| target.weight.cell.clone()) else { continue };
            let base = cell.base_f32();
            cell.patch(targets.iter().fold(base, |sum, target| target.added_to(sum)));
            self.changed.insert(id, cell);
        }
        Ok(())
    }

    fn target<'a>(&self, file: &str, patch: &'a LoraPatch, weight: f32) -> Result<Target<'a>, DiffusionError> {
        let problem = |problem: String| {
            DiffusionError::input(format!("LoRA {file}"), format!("tensor {}: {problem}", patch.source))
        };
        let Some(found) = self.components.get(&patch.component).and_then(|registry| registry.find(&patch.tensor))
        else {
            return Err(problem(format!("the model's {} has no weight {}", patch.component, patch.tensor)));
        };
        let fits = match (patch.down_shape.as_slice(), patch.up_shape.as_slice(), found.shape.as_slice()) {
            ([rank, inside @ ..], [outputs, up_rank, up_rest @ ..], [weight_outputs, weight_inside @ ..]) => {
                rank == up_rank
                    && outputs == weight_outputs
                    && up_rest.iter().all(|side| *side == 1)
                    && pointwise(inside) == pointwise(weight_inside)
                    && patch.down.len() == patch.down_shape.iter().product::<usize>()
                    && patch.up.len() == patch.up_shape.iter().product::<usize>()
            }
            _ => false,
        };
        if !fits {
            return Err(problem(format!(
                "{:?} and {:?} do not make a change of {} with the shape {:?}; the LoRA was made for another family of \
                 models",
                patch.down_shape, patch.up_shape, patch.tensor, found.shape
            )));
        }
        Ok(Target { patch, weight: found, factor: weight * patch.scale })
    }
}

/// A kernel of one pixel may be written or left out.
fn pointwise(shape: &[usize]) -> &[usize] {
    match shape {
        [inputs, 1, 1] => std::slice::from_ref(inputs),
        _ => shape,
    }
}

impl Target<'_> {
    /// The sum of the weight's matrix and the patch.
    fn added_to(&self, matrix: Tensor<2>) -> Tensor<2> {
        let LoraPatch { down, down_shape, up, up_shape, .. } = self.patch;
        let (rank, outputs) = (down_shape[0], up_shape[0]);
        if rank == 0 || down.is_empty() || up.is_empty() {
            return matrix;
        }
        let device = matrix.device();
        let tensor = |values: &[f32], shape: [usize; 2], device: &Device| {
            Tensor::<2>::from_data(TensorData::new(values.to_vec(), shape), device)
        };
        let down = tensor(down, [rank, down.len() / rank], &device) * self.factor;
        let up = tensor(up, [outputs, rank], &device);
        match self.weight.place {
            WeightPlace::Rows => matrix + up.matmul(down),
            WeightPlace::Columns { start, total } => {
                let delta = down.swap_dims(0, 1).matmul(up.swap_dims(0, 1));
                if outputs == total {
                    return matrix + delta;
                }
                let end = start + outputs;
                let mut parts = Vec::new();
                if start > 0 {
                    parts.push(matrix.clone().narrow(1, 0, start));
                }
                parts.push(matrix.clone().narrow(1, start, outputs) + delta);
                if end < total {
                    parts.push(matrix.narrow(1, end, total - end));
                }
                Tensor::cat(parts, 1)
            }
        }
    }
}
