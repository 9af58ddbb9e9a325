//! `underpaint-scenes`: writes data sets and contact sheets of procedural pictures.
#![expect(clippy::print_stdout, reason = "a command-line program talks to the terminal")]

use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use clap::{Parser, Subcommand};
use rayon::prelude::*;
use underpaint_scenes::dataset::Kind;
use underpaint_scenes::scene::Style;
use underpaint_scenes::{caption, compose, dataset};

/// A procedural painter of landscapes.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Write pictures, sketches and captions to a folder.
    Dataset {
        /// The folder to write to.
        #[arg(long)]
        out: PathBuf,
        /// How many pictures.
        #[arg(long)]
        count: usize,
        /// Which data set.
        #[arg(long)]
        seed: u64,
        /// Pixels a side.
        #[arg(long, default_value_t = 128)]
        size: usize,
        /// The share of sketches, 0 to 1, by a careful hand: one that keeps to the shapes and leaves out little.
        #[arg(long, default_value_t = 0.0)]
        careful: f32,
        /// Threads (0: one for each core).
        #[arg(long, default_value_t = 0)]
        threads: usize,
    },
    /// Write a PNG with pairs of sketch and picture.
    Sheet {
        /// The PNG to write.
        #[arg(long)]
        out: PathBuf,
        /// How many pairs.
        #[arg(long, default_value_t = 24)]
        count: usize,
        /// Which data set.
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Pixels a side.
        #[arg(long, default_value_t = 128)]
        size: usize,
        /// The share of sketches, 0 to 1, by a careful hand.
        #[arg(long, default_value_t = 0.0)]
        careful: f32,
        /// Paint everything in this style ("photo", "oil painting", ...).
        #[arg(long, value_parser = style)]
        style: Option<Style>,
    },
    /// Print how many pictures a second one core paints, for each style and for a data set's mixture.
    Speed {
        /// Pictures of each kind.
        #[arg(long, default_value_t = 64)]
        count: usize,
        /// Pixels a side.
        #[arg(long, default_value_t = 256)]
        size: usize,
    },
    /// Print every word a caption can have, one a line.
    Words,
}

fn main() -> Result<()> {
    match Arguments::parse().command {
        Command::Dataset { out, count, seed, size, careful, threads } => {
            rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
            let start = std::time::Instant::now();
            dataset::write(&out, count, Kind { seed, size, careful }, |done| {
                if done % 2048 == 0 || done == count {
                    println!("{done} of {count}, {:.1} a second", done as f32 / start.elapsed().as_secs_f32());
                }
            })
            .with_context(|| format!("could not write the data set to {}", out.display()))
        }
        Command::Sheet { out, count, seed, size, careful, style } => {
            sheet(&out, count, Kind { seed, size, careful }, style)
                .with_context(|| format!("could not write {}", out.display()))
        }
        Command::Speed { count, size } => {
            for style in Style::ALL {
                println!("{:>15}: {:6.1} a second", style.name(), speed(count, size, Some(*style)));
            }
            println!("{:>15}: {:6.1} a second", "data set", speed(count * 4, size, None));
            Ok(())
        }
        Command::Words => {
            for word in caption::words() {
                println!("{word}");
            }
            Ok(())
        }
    }
}

/// Pairs in a row of a sheet.
const PAIRS: usize = 6;
/// White between pairs, in pixels.
const GAP: usize = 4;

fn style(name: &str) -> Result<Style, String> {
    let known = || Style::ALL.iter().map(|s| s.name()).collect::<Vec<_>>().join(", ");
    Style::ALL.iter().copied().find(|s| s.name() == name).ok_or_else(|| format!("not one of: {}", known()))
}

/// The time this thread has had a core for itself, which other programs on the machine do not spoil; where the system
/// does not tell, the time on the wall.
fn busy(start: std::time::Instant) -> std::time::Duration {
    // The first number is nanoseconds on a core (Linux, Documentation/scheduler/sched-stats.rst).
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanos = told.and_then(|text| text.split_whitespace().next()?.parse().ok());
    nanos.map_or_else(|| start.elapsed(), std::time::Duration::from_nanos)
}

/// Whole examples (picture, sketch, segmentation, captions) a second on one core.
fn speed(count: usize, size: usize, style: Option<Style>) -> f32 {
    let start = std::time::Instant::now();
    let before = busy(start);
    for index in 0..count {
        let mut scene = compose::compose(3, index as u64);
        scene.style = style.unwrap_or(scene.style);
        std::hint::black_box(dataset::render(scene, size, 0.0));
    }
    count as f32 / (busy(start) - before).as_secs_f32()
}

fn sheet(out: &Path, count: usize, Kind { seed, size, careful }: Kind, style: Option<Style>) -> Result<()> {
    let examples: Vec<_> = (0..count)
        .into_par_iter()
        .map(|i| {
            let mut scene = compose::compose(seed, i as u64);
            scene.style = style.unwrap_or(scene.style);
            dataset::render(scene, size, careful)
        })
        .collect();
    let (across, down) = (PAIRS.min(count.max(1)), count.div_ceil(PAIRS).max(1));
    let (width, height) = (across * (2 * size + GAP), down * (size + GAP));
    let mut pixels = vec![255u8; width * height * 3];
    for (i, example) in examples.iter().enumerate() {
        let (left, top) = ((i % PAIRS) * (2 * size + GAP), (i / PAIRS) * (size + GAP));
        for (image, shift) in [(&example.sketch, 0), (&example.picture, size)] {
            for (y, row) in image.chunks_exact(size * 3).enumerate() {
                let at = ((top + y) * width + left + shift) * 3;
                pixels[at..at + row.len()].copy_from_slice(row);
            }
        }
        println!("{i}: {}", example.captions.join(" | "));
    }
    let mut encoder = png::Encoder::new(BufWriter::new(File::create(out)?), width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.write_header()?.write_image_data(&pixels)?;
    Ok(())
}
