//! Times the parts of a model on the CPU: text encoder, encoder, one UNet step with guidance, decoder.
//!
//! ```text
//! cargo run --release -p underpaint-diffusion --example time_model -- FOLDER [PIXELS [REPEATS [f16]]]
//! ```
//!
//! FOLDER is a model in diffusers' layout; PIXELS is the side of the square picture (default: the UNet's native size).
//! On Linux the most memory that was in use is told as well, after loading and at the end.

#![expect(clippy::print_stdout, reason = "it is a program that reports to the terminal")]

use std::env;
use std::error::Error;
use std::time::Instant;

use burn::tensor::{Device, Distribution, Tensor};
use underpaint_diffusion::clip::{ClipTextConfig, ClipTextModel, Tokens};
use underpaint_diffusion::error::DiffusionError;
use underpaint_diffusion::layers::{Placement, Precision};
use underpaint_diffusion::source::ModelSource;
use underpaint_diffusion::unet::{UNet2DConditionModel, UNetConfig, UNetInputs};
use underpaint_diffusion::vae::Autoencoder;

mod folder;

/// Runs something once to warm up and then `repeats` times; prints the best and the middle time.
fn time<const D: usize>(
    name: &str,
    repeats: usize,
    run: impl Fn() -> Result<Tensor<D>, DiffusionError>,
) -> Result<(), DiffusionError> {
    let mut times_ms = Vec::new();
    for repeat_idx in 0..=repeats {
        let start = Instant::now();
        // Reading the result back makes sure that the work is done.
        let _ = run()?.into_data();
        if repeat_idx > 0 {
            times_ms.push(start.elapsed().as_secs_f64() * 1000.0);
        }
    }
    times_ms.sort_by(f64::total_cmp);
    println!("{name:>14}: best {:8.1} ms, middle {:8.1} ms", times_ms[0], times_ms[times_ms.len() / 2]);
    Ok(())
}

/// The most memory that this process had at a time, as Linux tells it.
fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line =
        |name: &str| status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or("unknown").trim().to_owned();
    format!("now {}, at most {}", line("VmRSS:"), line("VmHWM:"))
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let folder = arguments.first().ok_or("usage: time_model FOLDER [PIXELS [REPEATS [f16]]]")?;
    let source = folder::open(folder)?;
    let device = Device::flex();
    let precision = if arguments.get(3).is_some_and(|text| text == "f16") { Precision::F16 } else { Precision::F32 };
    let placement = Placement::on(&device).in_precision(precision);

    let start = Instant::now();
    let text_config = ClipTextConfig::from_source(&source, "text_encoder")?;
    let text = ClipTextModel::load(&text_config, source.weights("text_encoder")?.as_ref(), "", &placement)?;
    let unet_config = UNetConfig::from_source(&source)?;
    let unet = UNet2DConditionModel::load(&unet_config, source.weights("unet")?.as_ref(), "", &placement)?;
    let vae = Autoencoder::from_source(&source, &placement)?;
    println!("{:>14}: {:13.1} ms", "load", start.elapsed().as_secs_f64() * 1000.0);
    println!("{:>14}: {}", "memory", peak_memory());

    let native = unet_config.sample_size.map_or(64, |[height, _]| height) * vae.pixels_per_latent();
    let side_px = arguments.get(1).map_or(Ok(native), |text| text.parse())?;
    let repeats = arguments.get(2).map_or(Ok(5), |text| text.parse())?.max(1);
    let latent_side = side_px / vae.pixels_per_latent();
    let normal = |shape: [usize; 4]| Tensor::<4>::random(shape, Distribution::Normal(0.0, 1.0), &device);

    let image = normal([1, 3, side_px, side_px]);
    let latents = normal([1, unet_config.in_channels, latent_side, latent_side]);
    let texts = vec![Tokens::new(vec![0; text.max_tokens()]); 2];
    let hidden = text.forward(&texts)?.last;
    let context = unet.context(hidden.clone())?;
    let inputs = UNetInputs::new(&context);
    let timesteps = Tensor::<1>::from_floats([500.0], &device);
    let both = Tensor::cat(vec![latents.clone(), latents.clone()], 0);

    println!("{side_px} x {side_px} pixels, {latent_side} x {latent_side} latents, batch of 2 in the UNet");
    time("text encoder", repeats, || Ok(text.forward(&texts)?.last))?;
    time("VAE encode", repeats, || Ok(vae.encode(image.clone()).mean))?;
    time("UNet step", repeats, || unet.forward_with(both.clone(), timesteps.clone(), &inputs))?;
    time("without context", repeats, || unet.forward(both.clone(), timesteps.clone(), hidden.clone()))?;
    time("VAE decode", repeats, || Ok(vae.decode(latents.clone())))?;
    println!("{:>14}: {}", "memory", peak_memory());
    Ok(())
}
