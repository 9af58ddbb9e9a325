//! Compares what the parts of a model compute here with what PyTorch computed.
//!
//! ```text
//! python tests/parity/make_model_cases.py FOLDER cases
//! cargo run --release -p underpaint-diffusion --example compare_model -- FOLDER cases
//! ```

#![expect(clippy::print_stdout, reason = "it is a program that reports to the terminal")]

use std::env;
use std::error::Error;

use burn::tensor::{Device, Tensor, TensorData};
use underpaint_diffusion::clip::{ClipTextConfig, ClipTextModel, Tokens};
use underpaint_diffusion::layers::Placement;
use underpaint_diffusion::source::ModelSource;
use underpaint_diffusion::unet::{UNet2DConditionModel, UNetConfig};
use underpaint_diffusion::vae::Autoencoder;
use underpaint_models::{FolderStore, SafetensorsIndex};

#[path = "../time_model/folder.rs"]
mod folder;

/// The file that the script writes into its folder.
const CASES: &str = "cases.safetensors";

struct Cases {
    store: FolderStore,
    index: SafetensorsIndex,
}

impl Cases {
    fn tensor<const D: usize>(&self, name: &str) -> Result<Tensor<D>, Box<dyn Error>> {
        let values = self.index.read_f32(&self.store, name)?;
        let shape = self.index.tensors()[name].shape.clone();
        Ok(Tensor::from_data(TensorData::new(values, shape), &Device::flex()))
    }

    fn report<const D: usize>(&self, name: &str, found: Tensor<D>) -> Result<(), Box<dyn Error>> {
        let expected = self.index.read_f32(&self.store, name)?;
        let found: Vec<f32> = found.into_data().try_into_vec()?;
        let scale = expected.iter().fold(0.0_f32, |scale, value| scale.max(value.abs()));
        let error = expected.iter().zip(&found).map(|(left, right)| (left - right).abs()).fold(0.0_f32, f32::max);
        println!("{name:>10}: largest error {error:.2e} at scale {scale:.2}, relative {:.1e}", error / scale);
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, cases] = arguments.as_slice() else {
        return Err("usage: compare_model FOLDER CASES".into());
    };
    let source = folder::open(folder)?;
    let store = FolderStore::open(cases)?;
    let cases = Cases { index: SafetensorsIndex::open(&store, CASES)?, store };
    let device = Device::flex();
    let placement = Placement::on(&device);

    let config = ClipTextConfig::from_source(&source, "text_encoder")?;
    let text = ClipTextModel::load(&config, source.weights("text_encoder")?.as_ref(), "", &placement)?;
    let ids = cases.index.read_f32(&cases.store, "ids")?;
    let texts: Vec<Tokens> =
        ids.chunks_exact(text.max_tokens()).map(|ids| Tokens::new(ids.iter().map(|id| *id as u32).collect())).collect();
    cases.report("hidden", text.forward(&texts)?.last)?;

    let config = UNetConfig::from_source(&source)?;
    let unet = UNet2DConditionModel::load(&config, source.weights("unet")?.as_ref(), "", &placement)?;
    let noise = unet.forward(cases.tensor("latents")?, cases.tensor("timesteps")?, cases.tensor("hidden")?)?;
    cases.report("noise", noise)?;

    let vae = Autoencoder::from_source(&source, &placement)?;
    cases.report("encoded", vae.encode(cases.tensor("image")?).mean)?;
    cases.report("decoded", vae.decode(cases.tensor("encoded")?))?;
    Ok(())
}
