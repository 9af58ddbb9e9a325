//! Files that leave, piece by piece: while one is written the page goes on, and it never is in memory as a whole.

use super::Effort;
use super::looking::Looking;
use super::ora::OraWriting;
use super::png::{PngText, PngWriting};
use super::project::{Entry, ProjectWriting};
use crate::{Document, Layer};

/// A file of a document, as that was when the writing was begun: it shares the document's tiles.
pub struct FileWriting(Kind);

enum Kind {
    Png(Box<PngWriting>),
    Ora(Box<OraWriting>),
}

impl std::fmt::Debug for FileWriting {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(if matches!(self.0, Kind::Png(_)) { "FileWriting(PNG)" } else { "FileWriting(OpenRaster)" })
    }
}

impl FileWriting {
    /// What [`super::write_project_png`] writes.
    #[must_use]
    pub fn project_png(document: &Document, parameters: &str, entries: Vec<Entry>, effort: Effort) -> Self {
        let mut texts = vec![PngText::new("Software", "Underpaint")];
        if !parameters.is_empty() {
            texts.insert(0, PngText::new("parameters", parameters));
        }
        let project = ProjectWriting::new(&document.to_parts(), entries, effort);
        let writing = PngWriting::new(Looking::at_document(document), texts, effort).with_project(project);
        Self(Kind::Png(Box::new(writing)))
    }

    /// The picture that leaves of a document, on no paper, as a plain PNG.
    #[must_use]
    pub fn flat_png(document: &Document, effort: Effort) -> Self {
        let texts = vec![PngText::new("Software", "Underpaint")];
        Self(Kind::Png(Box::new(PngWriting::new(Looking::at_document(document), texts, effort))))
    }

    /// What [`super::write_ora`] writes, with `name_of` each layer: other programs show nothing for one without a name.
    #[must_use]
    pub fn openraster(document: &Document, name_of: &dyn Fn(&Layer) -> String, effort: Effort) -> Self {
        Self(Kind::Ora(Box::new(OraWriting::new(document, name_of, effort))))
    }

    /// The next bytes: about so many, or fewer (none, too) where `is_late` says that it is time for something else; it is
    /// asked after every tile and every row of pixels, which take a fraction of a millisecond. `None` after the last.
    #[inline(never)]
    pub fn next_piece(&mut self, n_bytes: usize, is_late: &mut dyn FnMut() -> bool) -> Option<Vec<u8>> {
        match &mut self.0 {
            Kind::Png(writing) => writing.next_piece(n_bytes, is_late),
            Kind::Ora(writing) => writing.next_piece(n_bytes, is_late),
        }
    }

    /// How much of the work is done, 0 to 1.
    #[must_use]
    pub fn share(&self) -> f32 {
        match &self.0 {
            Kind::Png(writing) => writing.share(),
            Kind::Ora(writing) => writing.share(),
        }
    }

    /// What is left, in one go.
    #[must_use]
    pub fn into_bytes(mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        while let Some(piece) = self.next_piece(usize::MAX, &mut || false) {
            if bytes.is_empty() {
                bytes = piece;
            } else {
                bytes.extend(piece);
            }
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::open;
    use crate::files::project::tests::busy_document;

    fn in_pieces(mut writing: FileWriting, n_bytes: usize, is_late: bool) -> Vec<Vec<u8>> {
        let (mut pieces, mut share) = (Vec::new(), 0.0);
        while let Some(piece) = writing.next_piece(n_bytes, &mut || is_late) {
            assert!(writing.share() >= share && writing.share() <= 1.0, "{share} {}", writing.share());
            share = writing.share();
            pieces.push(piece);
        }
        assert_eq!(share, 1.0);
        pieces
    }

    #[test]
    fn files_in_pieces_hold_what_files_in_one_go_hold() {
        let document = busy_document();
        let entries = vec![Entry::new("form", b"x"), Entry::new("log", &[7; 9000])];
        type Begin<'a> = &'a dyn Fn() -> FileWriting;
        let kinds: [Begin<'_>; 3] = [
            &|| FileWriting::project_png(&document, "a lake", entries.clone(), Effort::Fast),
            &|| FileWriting::flat_png(&document, Effort::Fast),
            &|| FileWriting::openraster(&document, &|_| String::new(), Effort::Fast),
        ];
        for begin in kinds {
            let whole = open(&begin().into_bytes()).unwrap();
            for (n_bytes, is_late) in [(usize::MAX, true), (1000, false), (1, true)] {
                let pieces = in_pieces(begin(), n_bytes, is_late);
                assert!(pieces.len() > 3 || !is_late, "{}", pieces.len());
                let again = open(&pieces.concat()).unwrap();
                assert_eq!(
                    (again.document, again.entries, again.texts),
                    (whole.document.clone(), whole.entries.clone(), whole.texts.clone())
                );
            }
        }
    }

    #[test]
    fn what_is_painted_meanwhile_is_not_in_the_file() {
        let mut document = busy_document();
        let before = FileWriting::openraster(&document, &|_| String::new(), Effort::Fast).into_bytes();
        let mut writing = FileWriting::openraster(&document, &|_| String::new(), Effort::Fast);
        let mut bytes = writing.next_piece(1, &mut || true).unwrap();
        document.clear();
        document.undo();
        document.clear();
        bytes.extend(writing.into_bytes());
        assert!(bytes == before);
    }
}
