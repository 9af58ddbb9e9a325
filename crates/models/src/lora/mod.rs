//! Files of low-rank adaptations (LoRA): what is in them, and which weights of a model they change.
//!
//! Four families of names are in use, and all are read:
//!
//! - diffusers: `unet.….attn1.to_q.lora_A.weight`, `unet.….to_q.lora.down.weight`, `text_encoder.….lora_linear_layer.up.weight`;
//! - diffusers before 2024: `unet.….attn1.processor.to_q_lora.down.weight`;
//! - kohya: `lora_unet_down_blocks_0_….lora_down.weight` with `….alpha`, components `lora_te_`, `lora_te1_`, `lora_te2_`, and
//!   the block names of diffusers or of the original UNet (`input_blocks_4_1_…`);
//! - PEFT: `base_model.model.….lora_A.default.weight`, with its `adapter_config.json` where it lies beside the file.
//!
//! A name is never taken apart at its underscores: the names of the model's weights are written in each way, and the
//! file's name is looked up among them. What a file holds for a component or a block that the model lacks is left out and
//! told, as in diffusers, since LoRAs are often used with distilled models that have fewer blocks; a file of which nothing
//! fits, or whose shapes are others, is an error.

mod blocks;
mod names;
mod settings;

use std::collections::{BTreeMap, HashMap};

use safetensors::Dtype;

use crate::{ModelError, ModelStore, SafetensorsIndex};

use names::{Part, TensorName};
use settings::Settings;

/// A LoRA's file, opened: its modules by name; the values stay where they are.
#[derive(Debug, Clone)]
pub struct LoraFile {
    index: SafetensorsIndex,
    modules: Vec<Module>,
    settings: Settings,
}

/// The two matrices for one weight.
#[derive(Debug, Clone)]
struct Module {
    name: TensorName,
    down: String,
    up: String,
    alpha: Option<String>,
}

/// A LoRA's matrices for the weights of one model.
#[derive(Debug, Clone, PartialEq)]
pub struct ResolvedLora {
    /// The file.
    pub file: String,
    /// The matrices by the weight that they change.
    pub tensors: Vec<LoraTensors>,
    /// What the model has no weight for, by its name in the file.
    pub left_out: Vec<String>,
}

/// What is added to one weight: `scale · up · down`.
#[derive(Debug, Clone, PartialEq)]
pub struct LoraTensors {
    /// The component: `unet`, `text_encoder` or `text_encoder_2`.
    pub component: String,
    /// The weight's name in the component.
    pub tensor: String,
    /// The name of the first matrix in the file.
    pub source: String,
    /// The first matrix, row-major.
    pub down: Vec<f32>,
    /// Its shape: `[rank, inputs]` or `[rank, inputs, height, width]`.
    pub down_shape: Vec<usize>,
    /// The second matrix, row-major.
    pub up: Vec<f32>,
    /// Its shape: `[outputs, rank]` or `[outputs, rank, 1, 1]`.
    pub up_shape: Vec<usize>,
    /// Alpha by rank; 1 where the file gives no alpha.
    pub scale: f32,
}

impl LoraFile {
    /// Reads the names in the safetensors file at `path`.
    ///
    /// # Errors
    /// Where the file is missing, a pickle or broken, holds another kind of adaptation (LoHa, LoKr, DoRA, IA3, OFT, whole
    /// differences, LoCon with a middle matrix), or a matrix lacks its partner.
    pub fn open(store: &dyn ModelStore, path: &str) -> Result<Self, ModelError> {
        refuse_pickle(store, path)?;
        let index = SafetensorsIndex::open(store, path)?;
        let mut found: BTreeMap<TensorName, [Option<String>; 3]> = BTreeMap::new();
        for name in index.tensors().keys() {
            let (module, part) = names::parse(name).map_err(|problem| bad_tensor(path, name, problem))?;
            let slot = match part {
                Part::Down => 0,
                Part::Up => 1,
                Part::Alpha => 2,
            };
            found.entry(module).or_default()[slot] = Some(name.clone());
        }
        let mut modules = Vec::new();
        for (name, parts) in found {
            match parts {
                [Some(down), Some(up), alpha] => modules.push(Module { name, down, up, alpha }),
                [Some(one), None, _] | [None, Some(one), _] => {
                    return Err(bad_tensor(path, &one, "its partner is missing; the file is not whole".to_owned()));
                }
                // An alpha alone scales nothing.
                [None, None, _] => {}
            }
        }
        if modules.is_empty() {
            return Err(ModelError::bad_file(path, "there is no LoRA in this file: no tensor is named like one"));
        }
        let is_peft = index.tensors().keys().any(|name| name.starts_with(names::PEFT_PREFIX));
        Ok(Self { settings: Settings::read(store, path, is_peft)?, index, modules })
    }

    /// The file.
    pub fn path(&self) -> &str {
        self.index.path()
    }

    /// The components that it has matrices for, such as `unet`, in alphabetical order.
    pub fn components(&self) -> Vec<&str> {
        let mut components: Vec<&str> = self.modules.iter().map(|module| module.name.component.as_str()).collect();
        components.sort_unstable();
        components.dedup();
        components
    }

    /// Reads the matrices for a model whose weights have these names and shapes, by component.
    ///
    /// # Errors
    /// Where nothing in the file is for any of these weights, a matrix does not have the shape that its weight asks for,
    /// or values cannot be read or are not numbers.
    pub fn resolve(
        &self,
        store: &dyn ModelStore,
        weights: &BTreeMap<String, Vec<(String, Vec<usize>)>>,
    ) -> Result<ResolvedLora, ModelError> {
        let known: BTreeMap<&str, HashMap<String, &(String, Vec<usize>)>> = weights
            .iter()
            .map(|(component, weights)| (component.as_str(), blocks::lookup(component, weights)))
            .collect();
        let mut resolved = ResolvedLora { file: self.path().to_owned(), tensors: Vec::new(), left_out: Vec::new() };
        for module in &self.modules {
            let TensorName { component, flat } = &module.name;
            match known.get(component.as_str()).and_then(|names| names.get(flat)) {
                Some((tensor, shape)) => resolved.tensors.push(self.read(store, module, tensor, shape)?),
                None => resolved.left_out.push(module.down.clone()),
            }
        }
        if resolved.tensors.is_empty() {
            return Err(ModelError::bad_file(
                self.path(),
                format!(
                    "this LoRA was made for another family of models: the model has no weight for {}, nor for anything \
                     else in the file",
                    self.modules.first().map_or("it", |module| &module.down)
                ),
            ));
        }
        Ok(resolved)
    }

    fn read(
        &self,
        store: &dyn ModelStore,
        module: &Module,
        tensor: &str,
        shape: &[usize],
    ) -> Result<LoraTensors, ModelError> {
        let shape_of = |name: &str| self.index.tensors().get(name).map(|entry| entry.shape.clone()).unwrap_or_default();
        let (down_shape, up_shape) = (shape_of(&module.down), shape_of(&module.up));
        if !fits(&down_shape, &up_shape, shape) {
            let problem = format!(
                "{down_shape:?} and {up_shape:?} do not make a change of {tensor} with the shape {shape:?}; the LoRA was \
                 made for another family of models"
            );
            return Err(bad_tensor(self.path(), &module.down, problem));
        }
        let values = |name: &str| -> Result<Vec<f32>, ModelError> {
            let values = self.index.read_f32(store, name)?;
            if values.iter().any(|value| !value.is_finite()) {
                return Err(bad_tensor(self.path(), name, "it holds values that are not finite numbers".to_owned()));
            }
            Ok(values)
        };
        let alpha = match &module.alpha {
            Some(name) => Some(self.read_alpha(store, name)?),
            None => None,
        };
        Ok(LoraTensors {
            component: module.name.component.clone(),
            tensor: tensor.to_owned(),
            source: module.down.clone(),
            scale: self.settings.scale(&module.name, tensor, alpha, down_shape[0]),
            down: values(&module.down)?,
            down_shape,
            up: values(&module.up)?,
            up_shape,
        })
    }

    /// A single number, which trainers also write as a whole one.
    fn read_alpha(&self, store: &dyn ModelStore, name: &str) -> Result<f32, ModelError> {
        let problem = || bad_tensor(self.path(), name, "it is not a single finite number".to_owned());
        let entry = self.index.tensors().get(name).ok_or_else(problem)?;
        if entry.shape.iter().any(|side| *side != 1) {
            return Err(problem());
        }
        let alpha = match entry.dtype {
            Dtype::I64 | Dtype::I32 => {
                let bytes = store.read_range(self.path(), entry.range_bytes.clone())?;
                let sign = if bytes.last().is_some_and(|byte| *byte >= 0x80) { 0xff } else { 0 };
                let mut whole = [sign; 8];
                whole.iter_mut().zip(bytes.iter()).for_each(|(whole, byte)| *whole = *byte);
                i64::from_le_bytes(whole) as f32
            }
            _ => *self.index.read_f32(store, name)?.first().ok_or_else(problem)?,
        };
        if alpha.is_finite() { Ok(alpha) } else { Err(problem()) }
    }
}

/// Whether `up · down` has the weight's shape; a kernel of one pixel may be written or left out.
fn fits(down: &[usize], up: &[usize], weight: &[usize]) -> bool {
    fn pointwise(shape: &[usize]) -> &[usize] {
        if let [inputs, 1, 1] = shape { std::slice::from_ref(inputs) } else { shape }
    }
    match (down, up, weight) {
        ([rank, inside @ ..], [outputs, up_rank, up_rest @ ..], [weight_outputs, weight_inside @ ..]) => {
            *rank > 0
                && rank == up_rank
                && outputs == weight_outputs
                && up_rest.iter().all(|side| *side == 1)
                && pointwise(inside) == pointwise(weight_inside)
        }
        _ => false,
    }
}

fn bad_tensor(path: &str, tensor: &str, problem: String) -> ModelError {
    ModelError::BadTensor { path: path.to_owned(), tensor: tensor.to_owned(), problem }
}

/// PyTorch's own files are pickles, in a zip archive since 2020.
fn refuse_pickle(store: &dyn ModelStore, path: &str) -> Result<(), ModelError> {
    let len_bytes = store.len_bytes(path)?;
    let start = store.read_range(path, 0..len_bytes.min(4))?;
    let by_name = [".ckpt", ".pt", ".pth", ".bin", ".pkl"].iter().any(|ending| path.to_lowercase().ends_with(ending));
    if by_name || start.starts_with(b"PK\x03\x04") || start.starts_with(&[0x80, 2]) {
        return Err(ModelError::bad_file(
            path,
            "this is a pickle, which can execute code when it is read, so it is not; save it as safetensors, for \
             example with diffusers' save_lora_weights",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
