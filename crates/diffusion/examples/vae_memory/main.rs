//! Measures the memory that an autoencoder takes on the CPU beyond its weights (Linux only: it reads `/proc`).
//!
//! ```text
//! cargo run --release -p underpaint-diffusion --example vae_memory -- FOLDER PIXELS [encode|decode]
//! ```
//!
//! FOLDER is a model in diffusers' layout of which only `vae` is read; PIXELS is the side of the square picture.

#![expect(clippy::print_stdout, reason = "it is a program that reports to the terminal")]

use std::env;
use std::error::Error;
use std::time::Instant;

use burn::tensor::{Device, Distribution, Tensor};
use underpaint_diffusion::layers::Placement;
use underpaint_diffusion::vae::Autoencoder;

#[path = "../time_model/folder.rs"]
mod folder;

/// A line of `/proc/self/status`, in megabytes.
fn status_mb(key: &str) -> Result<f64, Box<dyn Error>> {
    let text = std::fs::read_to_string("/proc/self/status")?;
    let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(':')).ok_or("no such line")?;
    let kilobytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kilobytes * 1024.0 / 1e6)
}

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let usage = "usage: vae_memory FOLDER PIXELS [encode|decode]";
    let (folder, side) = (arguments.first().ok_or(usage)?, arguments.get(1).ok_or(usage)?.parse::<usize>()?);
    let source = folder::open(folder)?;
    let device = Device::flex();
    let vae = Autoencoder::from_source(&source, &Placement::on(&device))?;
    let before = status_mb("VmRSS")?;
    // Forgets the peak that reading the weights had.
    std::fs::write("/proc/self/clear_refs", "5")?;
    let start = Instant::now();
    let mean: f32 = if arguments.get(2).is_some_and(|way| way == "encode") {
        let image = Tensor::<4>::random([1, 3, side, side], Distribution::Uniform(-1.0, 1.0), &device);
        vae.encode(image).mean.mean().into_scalar()
    } else {
        let latent_side = side / vae.pixels_per_latent();
        let shape = [1, vae.latent_channels(), latent_side, latent_side];
        let latents = Tensor::<4>::random(shape, Distribution::Normal(0.0, 1.0), &device);
        vae.decode(latents).mean().into_scalar()
    };
    println!(
        "{side} x {side} pixels: {:.0} MB beyond the {before:.0} MB before, {:.1} s, mean {mean:.4}",
        status_mb("VmHWM")? - before,
        start.elapsed().as_secs_f64()
    );
    Ok(())
}
