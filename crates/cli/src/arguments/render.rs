//! Everything about one picture.

use std::path::PathBuf;

use clap::builder::PossibleValuesParser;
use clap::{Args, ValueEnum};
use underpaint_engine::{Choice, LineKind, Precision, scheduler_names};
use underpaint_protocol::{Compat, NoiseKind, SigmaKind, Unpainted};

use super::LoraArgument;
use crate::size::Size;

/// Everything about one picture. What is left out is what the model's maker recommends.
#[derive(Debug, Args)]
pub struct RenderArguments {
    /// Folder of a model in diffusers' layout, or a checkpoint in one .safetensors file; the shipped starter where it is
    /// left out
    #[arg(long, value_name = "FOLDER OR FILE")]
    pub model: Option<PathBuf>,

    /// The sketch, a PNG; transparent pixels count as white paper unless --unpainted says otherwise
    #[arg(long, value_name = "PNG")]
    pub sketch: PathBuf,

    /// What to paint; (word:1.2) weighs more, [word] less
    #[arg(long)]
    pub prompt: String,

    /// What to avoid
    #[arg(long)]
    pub negative: Option<String>,

    /// How far the picture may leave the sketch, 0 (not at all) to 1
    #[arg(long, value_parser = share)]
    pub strength: Option<f32>,

    /// Denoising steps
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..=1000))]
    pub steps: Option<u32>,

    /// How strictly the prompt is followed; 1 and below ignores the negative prompt and takes half the time
    #[arg(long, value_parser = guidance)]
    pub guidance: Option<f32>,

    /// Seed of the noise: the same seed is the same picture
    #[arg(long, default_value_t = 0)]
    pub seed: u64,

    /// Size of the picture, such as 512x512; the model's own, in the sketch's proportions, where it is left out
    #[arg(long, value_name = "WxH")]
    pub size: Option<Size>,

    /// The sampler; the one that the model names where it is left out
    #[arg(long, value_parser = PossibleValuesParser::new(scheduler_names()))]
    pub scheduler: Option<String>,

    /// Space the noise levels as Karras et al. (2022) do
    #[arg(long, conflicts_with = "exponential")]
    pub karras: bool,

    /// Space the noise levels evenly in their logarithm
    #[arg(long)]
    pub exponential: bool,

    /// Follow another program's conventions to the letter
    #[arg(long, value_enum)]
    pub compat: Option<CompatArgument>,

    /// Whose random numbers: PyTorch's for the processor or for CUDA
    #[arg(long, value_enum, default_value_t = NoiseArgument::Cpu)]
    pub noise: NoiseArgument,

    /// What may change, a PNG of the sketch's shape: white is repainted, black comes back bit for bit, grey blends
    #[arg(long, value_name = "PNG")]
    pub mask: Option<PathBuf>,

    /// Painted strength, a PNG of the sketch's shape: white is all of --strength, black is none
    #[arg(long, value_name = "PNG")]
    pub strength_map: Option<PathBuf>,

    /// What transparent pixels of the sketch count as
    #[arg(long, value_enum, default_value_t = UnpaintedArgument::Paper)]
    pub unpainted: UnpaintedArgument,

    /// Folder or file of a ControlNet or a T2I-Adapter
    #[arg(long, value_name = "FOLDER OR FILE")]
    pub control: Option<PathBuf>,

    /// What the control sees, a PNG of the sketch's shape; lines drawn from the sketch where it is left out
    #[arg(long, value_name = "PNG", requires = "control")]
    pub control_image: Option<PathBuf>,

    /// How lines are drawn from the sketch where there is no --control-image
    #[arg(long, value_enum, default_value_t = LinesArgument::Scribble, requires = "control")]
    pub control_lines: LinesArgument,

    /// How strongly the control steers
    #[arg(long, default_value_t = 1.0, value_parser = control_scale, requires = "control")]
    pub control_scale: f32,

    /// Share of the steps after which the control begins
    #[arg(long, default_value_t = 0.0, value_parser = share, requires = "control")]
    pub control_start: f32,

    /// Share of the steps after which the control ends
    #[arg(long, default_value_t = 1.0, value_parser = share, requires = "control")]
    pub control_end: f32,

    /// A LoRA, with its weight behind a colon; may be given several times
    #[arg(long, value_name = "FILE[:WEIGHT]")]
    pub lora: Vec<LoraArgument>,

    /// A textual inversion; its file's name is the word for the prompt; may be given several times
    #[arg(long, value_name = "FILE")]
    pub embedding: Vec<PathBuf>,

    /// Another autoencoder than the model's: a folder or a file, TAESD's included
    #[arg(long, value_name = "FOLDER OR FILE")]
    pub vae: Option<PathBuf>,

    /// Layers of the text encoder to leave out at its end, counted as diffusers counts (0 is none)
    #[arg(long, default_value_t = 0, value_name = "N", value_parser = clap::value_parser!(u32).range(0..=64))]
    pub clip_skip: u32,

    /// Double the picture with the model's own upscaler
    #[arg(long)]
    pub upscale: bool,

    /// What to compute on
    #[arg(long, value_enum, default_value_t = DeviceArgument::Auto)]
    pub device: DeviceArgument,

    /// How weights are kept: f16 takes half the memory
    #[arg(long, value_enum, default_value_t = PrecisionArgument::F32)]
    pub precision: PrecisionArgument,

    /// Where the picture goes, as PNG
    #[arg(short, long, value_name = "PNG")]
    pub output: PathBuf,
}

/// The programs whose conventions can be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CompatArgument {
    /// Python diffusers: int(steps × strength) steps run, and the sketch keeps its size
    Diffusers,
}

/// Generators of random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum NoiseArgument {
    /// PyTorch's generator for the processor
    Cpu,
    /// PyTorch's generator for CUDA
    Cuda,
}

/// What transparent pixels count as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum UnpaintedArgument {
    /// White paper
    Paper,
    /// Unknown: the model is free there
    Unknown,
}

/// Ways to draw lines from a sketch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LinesArgument {
    /// White strokes on black
    Scribble,
    /// Soft lines
    Lineart,
    /// Edges by Canny (1986)
    Canny,
}

/// The devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum DeviceArgument {
    /// A real graphics processor, else the processor
    Auto,
    /// The processor
    Cpu,
    /// The graphics processor
    Gpu,
}

/// The precisions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PrecisionArgument {
    /// 32-bit floating point
    F32,
    /// 16-bit floating point
    F16,
}

impl RenderArguments {
    /// The spacing of the noise levels in the engine's words.
    pub fn sigma_kind(&self) -> Option<SigmaKind> {
        match (self.karras, self.exponential) {
            (true, _) => Some(SigmaKind::Karras),
            (_, true) => Some(SigmaKind::Exponential),
            _ => None,
        }
    }

    /// The conventions in the engine's words.
    pub fn compat_kind(&self) -> Compat {
        match self.compat {
            None => Compat::Continuous,
            Some(CompatArgument::Diffusers) => Compat::Diffusers,
        }
    }

    /// The random numbers in the engine's words.
    pub fn noise_kind(&self) -> NoiseKind {
        match self.noise {
            NoiseArgument::Cpu => NoiseKind::TorchCpu,
            NoiseArgument::Cuda => NoiseKind::TorchCuda,
        }
    }

    /// What transparent pixels count as, in the engine's words.
    pub fn unpainted_kind(&self) -> Unpainted {
        match self.unpainted {
            UnpaintedArgument::Paper => Unpainted::Paper,
            UnpaintedArgument::Unknown => Unpainted::Unknown,
        }
    }

    /// The device in the engine's words.
    pub fn device_choice(&self) -> Choice {
        match self.device {
            DeviceArgument::Auto => Choice::Auto,
            DeviceArgument::Cpu => Choice::Cpu,
            DeviceArgument::Gpu => Choice::Gpu,
        }
    }

    /// The way to draw lines in the engine's words.
    pub fn line_kind(&self) -> LineKind {
        match self.control_lines {
            LinesArgument::Scribble => LineKind::Scribble,
            LinesArgument::Lineart => LineKind::LineArt,
            LinesArgument::Canny => LineKind::canny(),
        }
    }

    /// The precision in the engine's words.
    pub fn precision_kind(&self) -> Precision {
        match self.precision {
            PrecisionArgument::F32 => Precision::F32,
            PrecisionArgument::F16 => Precision::F16,
        }
    }
}

fn share(text: &str) -> Result<f32, String> {
    number_between(text, 0.0, 1.0)
}

fn guidance(text: &str) -> Result<f32, String> {
    number_between(text, 0.0, 100.0)
}

fn control_scale(text: &str) -> Result<f32, String> {
    number_between(text, 0.0, 10.0)
}

fn number_between(text: &str, min: f32, max: f32) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(number) if (min..=max).contains(&number) => Ok(number),
        _ => Err(format!("a number from {min} to {max} is expected")),
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::arguments::{Arguments, Command};

    fn parse(extra: &[&str]) -> Result<RenderArguments, clap::Error> {
        let base = ["underpaint", "render", "--sketch", "in.png", "--prompt", "a lake", "-o", "out.png"];
        match Arguments::try_parse_from(base.iter().chain(extra))?.command {
            Command::Render(arguments) => Ok(*arguments),
            Command::Inspect(_) => unreachable!("the line asks for a picture"),
        }
    }

    #[test]
    fn what_is_left_out_is_left_to_the_model() {
        let arguments = parse(&[]).unwrap();
        assert!(arguments.strength.is_none() && arguments.steps.is_none() && arguments.guidance.is_none());
        assert!(arguments.scheduler.is_none() && arguments.sigma_kind().is_none() && arguments.negative.is_none());
        assert_eq!(arguments.compat_kind(), Compat::Continuous);
        assert_eq!(arguments.device_choice(), Choice::Auto);
    }

    #[test]
    fn every_word_of_the_contract_is_understood() {
        for scheduler in ["ddim", "euler", "euler-a", "dpmpp-2m", "dpmpp-2m-sde", "unipc", "lcm"] {
            assert_eq!(parse(&["--scheduler", scheduler]).unwrap().scheduler.as_deref(), Some(scheduler));
        }
        let line = "--negative grey --strength 0.5 --steps 7 --guidance 1 --seed 3 --karras --compat diffusers --mask m.png \
                    --strength-map s.png --control c --control-image l.png --control-scale 0.5 --lora a.safetensors:0.5 \
                    --lora b.safetensors --vae v --clip-skip 1 --device cpu --precision f16 --size 64x96";
        let arguments = parse(&line.split_whitespace().collect::<Vec<_>>()).unwrap();
        assert_eq!(arguments.lora.len(), 2);
        assert_eq!(arguments.sigma_kind(), Some(SigmaKind::Karras));
        assert_eq!(arguments.precision_kind(), Precision::F16);
    }

    #[test]
    fn numbers_out_of_range_are_a_wrong_command_line() {
        let wrong: [&[&str]; 10] = [
            &["--strength", "1.5"],
            &["--strength", "NaN"],
            &["--steps", "0"],
            &["--guidance", "-1"],
            &["--size", "128"],
            &["--device", "tpu"],
            &["--seed", "-3"],
            &["--scheduler", "magic"],
            &["--karras", "--exponential"],
            &["--control-scale", "1"],
        ];
        for extra in wrong {
            assert_eq!(parse(extra).unwrap_err().exit_code(), 2, "{extra:?}");
        }
    }
}
