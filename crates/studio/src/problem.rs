//! What is wrong with a file that was handed in, in the language of the page.

use underpaint_paint::{MAX_EDGE_PX, MAX_LAYERS, PaintError};

use crate::Phrase;

/// How the sentences of `paint` begin that have messages of their own; all others break a rule of their format.
const KINDS: [(&str, &str); 8] = [
    ("it is damaged", "error-damaged"),
    ("it is cut short", "error-cut-short"),
    ("it is encrypted", "error-encrypted"),
    ("it is a large document", "error-psb"),
    ("its colours are neither", "error-colour-mode"),
    ("it has neither 8 nor 16", "error-bit-depth"),
    ("a newer version", "error-newer-version"),
    ("it is none of", "error-unknown-format"),
];

/// Says what is wrong with a document's input.
#[must_use]
pub fn problem_of(error: &PaintError) -> Phrase {
    match error {
        PaintError::Size { width, height } => {
            let phrase = Phrase::new("error-size").with("width", *width).with("height", *height);
            phrase.with("limit", MAX_EDGE_PX)
        }
        PaintError::LayerCount { .. } => Phrase::new("error-layer-count").with("limit", MAX_LAYERS as u32),
        PaintError::File { format, problem } => {
            let kind = KINDS.iter().find(|(start, _)| problem.starts_with(start));
            Phrase::new(kind.map_or("error-odd-file", |(_, id)| id)).with("format", (*format).to_owned())
        }
        PaintError::BrushFile(_) => "error-brush-file".into(),
        _ => "error-misfit".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Language, Texts};

    #[test]
    fn what_is_wrong_with_a_file_is_said_in_the_language_of_the_page() {
        let texts = Texts::new(Language::Portuguese);
        let problems = ["it is cut short: its checksum is missing", "it is encrypted", "its palette is missing"];
        let files = problems.map(|problem| PaintError::File { format: "PNG", problem });
        let others = [PaintError::LayerCount { n_layers: 900 }, PaintError::BrushFile("not a project")];
        for error in files.into_iter().chain(others) {
            let said = texts.say(&problem_of(&error));
            assert!(!said.is_empty() && said != error.to_string() && !said.contains(" it "), "{said}");
        }
        let psb = PaintError::File { format: "Photoshop", problem: "it is a large document (PSB); save it as PSD" };
        assert_eq!(problem_of(&psb).id, "error-psb", "what can be done about it is said");
    }
}
