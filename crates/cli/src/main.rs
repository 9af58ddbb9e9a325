//! `underpaint`: sketch-to-image on the command line, with the same engine as the browser's.
//!
//! ```text
//! underpaint render --sketch in.png --prompt "a quiet lake at dawn" -o out.png
//! ```
//!
//! It is a thin caller of `underpaint-engine` and must never name a tensor. Progress and errors go to standard error;
//! exit code 0 is a picture written, 1 a failure, 2 a wrong command line.

mod arguments;
mod model_folder;
mod picture_file;
mod progress;
mod render;
mod size;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};

fn main() -> ExitCode {
    // A wrong command line ends here, with exit code 2.
    let Command::Render(arguments) = Arguments::parse().command;
    match pollster::block_on(render::render(&arguments)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("underpaint: {error:#}");
            ExitCode::from(1)
        }
    }
}
