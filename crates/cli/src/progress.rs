//! Progress on standard error.

use std::io::IsTerminal;

use underpaint_protocol::{Progress, Stage};

/// Says what is being done: in one line that is written over on a terminal, in a line for each stage elsewhere.
#[derive(Debug)]
pub struct ProgressLine {
    is_terminal: bool,
    last: Option<Stage>,
}

impl ProgressLine {
    /// A line for this process's standard error.
    pub fn new() -> Self {
        Self { is_terminal: std::io::stderr().is_terminal(), last: None }
    }

    /// Shows where a job is.
    pub fn show(&mut self, progress: &Progress) {
        if self.is_terminal {
            // Back to the start of the line, and clear it.
            eprint!("\r\x1b[2K{}", sentence(progress));
        } else if self.last != Some(progress.stage) {
            match progress.stage {
                Stage::Denoising => eprintln!("Painting in {} steps", progress.n_steps),
                _ => eprintln!("{}", sentence(progress)),
            }
        }
        self.last = Some(progress.stage);
    }

    /// Ends the line, so that what follows stands below it.
    pub fn end(self) {
        if self.is_terminal && self.last.is_some() {
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
