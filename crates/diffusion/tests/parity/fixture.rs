//! Reading of tests/fixtures/diffusion and the comparison with what PyTorch computed.

use std::path::PathBuf;

use burn::tensor::{Device, Tensor, TensorData};
use underpaint_diffusion::clip::Tokens;
use underpaint_diffusion::layers::Placement;
use underpaint_diffusion::source::{SourceError, Weights};
use underpaint_models::{FolderStore, ModelStore, SafetensorsIndex, read_text};

/// The largest error that is let pass, relative to the largest absolute value of the expected tensor.
const MAX_RELATIVE_ERROR: f32 = 1e-4;

/// A tensor of a case; one that stands alone has no second name.
fn case_name(case: &str, name: &str) -> String {
    if name.is_empty() { case.to_owned() } else { format!("{case}.{name}") }
}

/// One folder of fixtures: a small model, inputs and expected outputs.
pub struct Fixture {
    name: String,
    store: FolderStore,
    weights: SafetensorsIndex,
    cases: SafetensorsIndex,
    pub device: Device,
    /// The same in full precision, as models are loaded.
    pub placement: Placement,
}

impl Fixture {
    pub fn open(name: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/diffusion").join(name);
        let store = FolderStore::open(folder).unwrap();
        let open = |path: &str| SafetensorsIndex::open(&store, path).unwrap();
        let (weights, cases) = (open("weights.safetensors"), open("cases.safetensors"));
        Self {
            name: name.to_owned(),
            store,
            weights,
            cases,
            device: Device::flex(),
            placement: Placement::on(&Device::flex()),
        }
    }

    pub fn config(&self) -> String {
        read_text(&self.store, "config.json").unwrap().unwrap()
    }

    /// The names of the cases, such as `case0`.
    pub fn cases(&self) -> Vec<String> {
        let mut names: Vec<String> =
            self.cases.tensors().keys().filter_map(|name| Some(name.split_once('.')?.0.to_owned())).collect();
        names.dedup();
        assert!(!names.is_empty());
        names
    }

    pub fn tensor<const D: usize>(&self, case: &str, name: &str) -> Tensor<D> {
        let name = case_name(case, name);
        let values = self.cases.read_f32(&self.store, &name).unwrap();
        Tensor::from_data(TensorData::new(values, self.cases.tensors()[&name].shape.clone()), &self.device)
    }

    /// Token ids `[batch, tokens]` as texts.
    pub fn texts(&self, case: &str, name: &str) -> Vec<Tokens> {
        let entry = &self.cases.tensors()[&case_name(case, name)];
        let bytes = self.store.read_range(self.cases.path(), entry.range_bytes.clone()).unwrap();
        let ids: Vec<u32> = bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect();
        ids.chunks_exact(entry.shape[1]).map(|ids| Tokens::new(ids.to_vec())).collect()
    }

    /// Holds `found` against the tensor `name` of a case.
    pub fn check<const D: usize>(&self, case: &str, name: &str, found: Tensor<D>) {
        self.check_close(&case_name(case, name), found, MAX_RELATIVE_ERROR);
    }

    /// Holds `found` against the tensor `full_name`, within an error relative to its largest absolute value.
    pub fn check_close<const D: usize>(&self, full_name: &str, found: Tensor<D>, max_relative_error: f32) {
        let expected = self.cases.read_f32(&self.store, full_name).unwrap();
        let data = found.into_data();
        assert_eq!(data.shape().to_vec(), self.cases.tensors()[full_name].shape, "{} {full_name}", self.name);
        let found: Vec<f32> = data.try_into_vec().unwrap();
        let scale = expected.iter().fold(0.0_f32, |scale, value| scale.max(value.abs()));
        let error = expected
            .iter()
            .zip(&found)
            .map(|(left, right)| (left - right).abs())
            .fold(0.0_f32, |worst, error| if error.is_nan() { f32::INFINITY } else { worst.max(error) });
        let relative = error / scale;
        println!("{} {full_name}: relative error {relative:.1e} at scale {scale:.2}", self.name);
        assert!(relative <= max_relative_error, "{} {full_name}: {error} at scale {scale}", self.name);
    }
}

impl Weights for Fixture {
    fn names(&self) -> Vec<String> {
        self.weights.tensors().keys().cloned().collect()
    }

    fn shape(&self, name: &str) -> Option<Vec<usize>> {
        Some(self.weights.tensors().get(name)?.shape.clone())
    }

    fn read_f32(&self, name: &str) -> Result<Vec<f32>, SourceError> {
        self.weights.read_f32(&self.store, name).map_err(|error| SourceError::new(error.to_string()))
    }
}

/// Weights under other names: `rename` turns the name that is asked for into the one in the file.
pub struct Renamed<'a, F> {
    pub weights: &'a dyn Weights,
    pub rename: F,
}

impl<F: Fn(&str) -> Option<String>> Weights for Renamed<'_, F> {
    fn names(&self) -> Vec<String> {
        self.weights.names()
    }

    fn shape(&self, name: &str) -> Option<Vec<usize>> {
        self.weights.shape(&(self.rename)(name)?)
    }

    fn read_f32(&self, name: &str) -> Result<Vec<f32>, SourceError> {
        match (self.rename)(name) {
            Some(name) => self.weights.read_f32(&name),
            None => Err(SourceError::new(format!("there is no {name}"))),
        }
    }
}
