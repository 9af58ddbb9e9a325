//! Compares what a UNet computes on the processor in f32 with the other ways to compute it: f16 on the processor, f32 and f16
//! on the graphics processor.
//!
//! ```text
//! cargo run --release -p underpaint-diffusion --example compare_devices -- FOLDER [PIXELS]
//! ```
//!
//! FOLDER is a model in diffusers' layout. Errors are relative to the largest value.

#![expect(clippy::print_stdout, reason = "it is a program that reports to the terminal")]

use std::env;
use std::error::Error;
use std::time::Instant;

use burn::tensor::{DType, Device, Distribution, Tensor};
use underpaint_diffusion::layers::{Placement, Precision};
use underpaint_diffusion::source::ModelSource;
use underpaint_diffusion::unet::{UNet2DConditionModel, UNetConfig};

#[path = "../time_model/folder.rs"]
mod folder;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let path = arguments.first().ok_or("usage: compare_devices FOLDER [PIXELS]")?;
    let source = folder::open(path)?;
    let config = UNetConfig::from_source(&source)?;
    let side = arguments.get(1).map_or(Ok(64), |text| text.parse::<usize>())? / 8;
    let weights = source.weights("unet")?;

    let host = Device::flex();
    let width = config.cross_attention_dim[0];
    let sample = Tensor::<4>::random([1, config.in_channels, side, side], Distribution::Normal(0.0, 1.0), &host);
    let hidden = Tensor::<3>::random([1, 77, width], Distribution::Normal(0.0, 1.0), &host);
    let run = |device: &Device, precision: Precision| -> Result<Vec<f32>, Box<dyn Error>> {
        let placement = Placement::on(device).in_precision(precision);
        let unet = UNet2DConditionModel::load(&config, weights.as_ref(), "", &placement)?;
        let timesteps = Tensor::<1>::from_floats([500.0], device);
        let to_device = |data| Tensor::from_data(data, device);
        let output = unet.forward(
            Tensor::<4>::from_data(sample.clone().into_data(), device),
            timesteps,
            to_device(hidden.clone().into_data()),
        );
        Ok(output?.into_data().try_into_vec()?)
    };

    let expected = run(&host, Precision::F32)?;
    let scale = expected.iter().fold(0.0_f32, |scale, value| scale.max(value.abs()));
    let report = |name: &str, device: &Device, precision: Precision| -> Result<(), Box<dyn Error>> {
        let started = Instant::now();
        let found = run(device, precision)?;
        let error = expected.iter().zip(&found).map(|(left, right)| (left - right).abs()).fold(0.0_f32, f32::max);
        println!("{name:>14}: relative error {:.1e}, {:.1} s", error / scale, started.elapsed().as_secs_f64());
        Ok(())
    };
    report("processor f16", &host, Precision::F16)?;
    let graphics = Device::wgpu_options().init()?;
    println!("the graphics processor computes with f16: {}", graphics.supports_dtype(DType::F16));
    report("graphics f32", &graphics, Precision::F32)?;
    report("graphics f16", &graphics, Precision::F16)?;
    Ok(())
}
