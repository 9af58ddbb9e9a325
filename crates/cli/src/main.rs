//! `underpaint`: sketch-to-image on the command line, with the same engine as the browser's.
//!
//! ```text
//! underpaint render --sketch in.png --prompt "a quiet lake at dawn" -o out.png
//! underpaint inspect models/my-model
//! ```
//!
//! It is a thin caller of `underpaint-engine` and must never name a tensor. On a terminal progress goes to standard
//! error; elsewhere nothing does but an error, in one line. Exit code 0 is a job done, 1 a failure, 2 a wrong command line.

mod arguments;
mod inspect;
mod model_folder;
mod opened;
mod picture_file;
mod png_bytes;
mod progress;
mod render;
mod size;

use std::process::ExitCode;

use arguments::Command;

fn main() -> ExitCode {
    let arguments = match arguments::parse() {
        Ok(arguments) => arguments,
        Err(sentence) => {
            eprintln!("underpaint: {sentence}");
            return ExitCode::from(2);
        }
    };
    let done = match &arguments.command {
        Command::Render(arguments) => pollster::block_on(render::render(arguments)),
        Command::Inspect(arguments) => inspect::inspect(arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A message of several lines would be several messages to whoever reads them by line.
            eprintln!("underpaint: {}", format!("{error:#}").split_whitespace().collect::<Vec<_>>().join(" "));
            ExitCode::from(1)
        }
    }
}
