//! What is wrong with a file that was handed in, in the language of the page.

use underpaint_paint::{MAX_EDGE_PX, PaintError};

use crate::Phrase;

/// How the sentences of `paint` begin that are said by messages of their own; all others stay as they are.
const KINDS: [(&str, &str); 2] = [("it is damaged", "error-damaged"), ("it is cut short", "error-cut-short")];

/// Says what is wrong with a document's input.
pub(crate) fn problem_of(error: &PaintError) -> Phrase {
    match error {
        PaintError::Size { width, height } => {
            let phrase = Phrase::new("error-size").with("width", *width).with("height", *height);
            phrase.with("limit", MAX_EDGE_PX)
        }
        PaintError::File { format, problem } => match KINDS.iter().find(|(start, _)| problem.starts_with(start)) {
            Some((_, id)) => Phrase::new(*id).with("format", (*format).to_owned()),
            None => Phrase::sentence(error.to_string()),
        },
        _ => Phrase::sentence(error.to_string()),
    }
}
