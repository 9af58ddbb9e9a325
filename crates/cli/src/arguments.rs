//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use underpaint_engine::Choice;
use underpaint_protocol::{Compat, SchedulerKind};

use crate::size::Size;

/// Turns rough sketches into pictures on this machine.
#[derive(Debug, Parser)]
#[command(name = "underpaint", version, about)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What there is to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Render a picture over a sketch.
    Render(RenderArguments),
}

/// Everything about one picture. What is left out is what the model's maker recommends.
#[derive(Debug, Args)]
pub struct RenderArguments {
    /// Folder of a model in diffusers' layout; the shipped starter where it is left out
    #[arg(long, value_name = "FOLDER")]
    pub model: Option<PathBuf>,

    /// The sketch, a PNG; transparent pixels count as white paper
    #[arg(long, value_name = "PNG")]
    pub sketch: PathBuf,

    /// What to paint
    #[arg(long)]
    pub prompt: String,

    /// What to avoid
    #[arg(long, default_value = "")]
    pub negative: String,

    /// How far the picture may leave the sketch, 0 (not at all) to 1
    #[arg(long, value_parser = strength)]
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
    #[arg(long, value_enum)]
    pub scheduler: Option<SchedulerArgument>,

    /// Follow another program's conventions to the letter
    #[arg(long, value_enum)]
    pub compat: Option<CompatArgument>,

    /// What to compute on
    #[arg(long, value_enum, default_value_t = DeviceArgument::Auto)]
    pub device: DeviceArgument,

    /// Where the picture goes, as PNG
    #[arg(short, long, value_name = "PNG")]
    pub output: PathBuf,
}

/// The samplers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SchedulerArgument {
    /// Deterministic implicit diffusion (DDIM)
    Ddim,
    /// Euler steps
    Euler,
    /// Latent consistency sampling, for models distilled for it
    Lcm,
}

/// The programs whose conventions can be followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum CompatArgument {
    /// Python diffusers: int(steps × strength) steps run, and the sketch keeps its size
    Diffusers,
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

impl RenderArguments {
    /// The sampler in the engine's words.
    pub fn scheduler_kind(&self) -> SchedulerKind {
        match self.scheduler {
            None => SchedulerKind::FromModel,
            Some(SchedulerArgument::Ddim) => SchedulerKind::Ddim,
            Some(SchedulerArgument::Euler) => SchedulerKind::Euler,
            Some(SchedulerArgument::Lcm) => SchedulerKind::Lcm,
        }
    }

    /// The conventions in the engine's words.
    pub fn compat_kind(&self) -> Compat {
        match self.compat {
            None => Compat::Continuous,
            Some(CompatArgument::Diffusers) => Compat::Diffusers,
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
}

fn strength(text: &str) -> Result<f32, String> {
    number_between(text, 0.0, 1.0)
}

fn guidance(text: &str) -> Result<f32, String> {
    number_between(text, 0.0, 100.0)
}

fn number_between(text: &str, min: f32, max: f32) -> Result<f32, String> {
    match text.parse::<f32>() {
        Ok(number) if (min..=max).contains(&number) => Ok(number),
        _ => Err(format!("a number from {min} to {max} is expected")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(extra: &[&str]) -> Result<RenderArguments, clap::Error> {
        let base = ["underpaint", "render", "--sketch", "in.png", "--prompt", "a lake", "-o", "out.png"];
        let Command::Render(arguments) = Arguments::try_parse_from(base.iter().chain(extra))?.command;
        Ok(arguments)
    }

    #[test]
    fn what_is_left_out_is_left_to_the_model() {
        let arguments = parse(&[]).unwrap();
        assert!(arguments.strength.is_none() && arguments.steps.is_none() && arguments.guidance.is_none());
        assert_eq!(arguments.scheduler_kind(), SchedulerKind::FromModel);
        assert_eq!(arguments.compat_kind(), Compat::Continuous);
        assert_eq!(arguments.device_choice(), Choice::Auto);
    }

    #[test]
    fn numbers_out_of_range_are_a_wrong_command_line() {
        let wrong: [&[&str]; 7] = [
            &["--strength", "1.5"],
            &["--strength", "NaN"],
            &["--steps", "0"],
            &["--guidance", "-1"],
            &["--size", "128"],
            &["--device", "tpu"],
            &["--seed", "-3"],
        ];
        for extra in wrong {
            assert_eq!(parse(extra).unwrap_err().exit_code(), 2, "{extra:?}");
        }
    }

    #[test]
    fn the_definition_is_sound() {
        use clap::CommandFactory;

        Arguments::command().debug_assert();
    }
}
