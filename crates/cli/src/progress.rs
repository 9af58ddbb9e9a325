//! Progress on standard error, for whoever sits before it.

use std::io::IsTerminal;

use underpaint_protocol::{Progress, Stage};

/// Says on a terminal what is being done, in a line that is written over. Elsewhere it is silent, so that what a program
/// reads there is an error or nothing.
#[derive(Debug)]
pub struct ProgressLine {
    is_terminal: bool,
    is_open: bool,
}

impl ProgressLine {
    /// A line for this process's standard error.
    pub fn new() -> Self {
        Self { is_terminal: std::io::stderr().is_terminal(), is_open: false }
    }

    /// Says something that stays.
    pub fn say(&mut self, text: &str) {
        if self.is_terminal {
            self.end();
            eprintln!("{text}");
        }
    }

    /// Shows where a job is.
    pub fn show(&mut self, progress: &Progress) {
        if self.is_terminal {
            // Back to the start of the line, and clear it.
            eprint!("\r\x1b[2K{}", sentence(progress));
            self.is_open = true;
        }
    }

    /// Ends the line, so that what follows stands below it.
    pub fn end(&mut self) {
        if std::mem::take(&mut self.is_open) {
            eprintln!();
        }
    }
}

fn sentence(progress: &Progress) -> String {
    match progress.stage {
        Stage::EncodingPrompt => "Reading the prompt".to_owned(),
        Stage::EncodingImage => "Reading the sketch".to_owned(),
        Stage::Denoising => format!("Painting, step {} of {}", progress.step, progress.n_steps),
        Stage::Decoding => "Drying".to_owned(),
    }
}
