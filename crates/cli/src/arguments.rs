//! The command line.

mod lora;
mod render;

pub use lora::LoraArgument;
pub use render::RenderArguments;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

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
    Render(Box<RenderArguments>),
    /// Tell what a model is, how much memory it needs and whether it is supported.
    Inspect(InspectArguments),
}

/// What to look into.
#[derive(Debug, Args)]
pub struct InspectArguments {
    /// Folder of a model in diffusers' layout, or a .safetensors file
    #[arg(value_name = "FOLDER OR FILE")]
    pub path: PathBuf,
}

/// Reads a command line; where it is wrong, one sentence says how.
///
/// # Errors
/// The sentence. Asking for help or the version is no error: the text is printed and the program ends.
pub fn parse() -> Result<Arguments, String> {
    Arguments::try_parse().map_err(|error| {
        if !error.use_stderr() {
            error.exit();
        }
        sentence(&error)
    })
}

/// The first line of what clap says, which is the sentence; usage and tips follow in its text.
fn sentence(error: &clap::Error) -> String {
    let text = error.render().to_string();
    let mut lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    let mut sentence =
        lines.next().unwrap_or("this command line cannot be read").trim_start_matches("error: ").to_owned();
    if sentence.ends_with(':') {
        // A list of what is missing follows.
        let list: Vec<&str> = lines.take_while(|line| !line.starts_with("Usage")).collect();
        sentence = format!("{sentence} {}", list.join(", "));
    }
    format!("{sentence}; try underpaint --help")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_definition_is_sound() {
        use clap::CommandFactory;

        Arguments::command().debug_assert();
    }

    #[test]
    fn a_wrong_command_line_is_one_sentence() {
        for line in [&["underpaint", "render"][..], &["underpaint", "render", "--steps", "0"], &["underpaint", "paint"]]
        {
            let error = Arguments::try_parse_from(line).unwrap_err();
            let sentence = sentence(&error);
            assert!(!sentence.contains('\n') && sentence.len() > 30, "{sentence}");
        }
        let error = Arguments::try_parse_from(["underpaint", "render", "--prompt", "a"]).unwrap_err();
        assert!(sentence(&error).contains("--sketch"), "{}", sentence(&error));
    }
}
