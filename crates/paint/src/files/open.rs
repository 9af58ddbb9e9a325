//! Any file that may hold a painting.

use super::ora::is_ora;
use super::project::is_project;
use super::psd::is_psd;
use super::{Entry, PngText, read_ora, read_png, read_project, read_psd};
use crate::{DocumentParts, LayerParts, LayerProperties, PaintError};

/// What kind of file it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A PNG that is a picture and nothing else.
    Png,
    /// A PNG with the whole document in it.
    ProjectPng,
    /// The document alone.
    Project,
    /// OpenRaster.
    Ora,
    /// A Photoshop document.
    Psd,
}

/// What a file holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Opened {
    /// What it was.
    pub kind: FileKind,
    /// The document; a picture is one layer.
    pub document: DocumentParts,
    /// The texts of a PNG: `parameters` is what other tools write.
    pub texts: Vec<PngText>,
    /// What belongs to a project.
    pub entries: Vec<Entry>,
    /// Why a project in a PNG could not be read, where there is one and only its picture came.
    pub project_error: Option<PaintError>,
}

impl Opened {
    /// The first entry of a key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&[u8]> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| entry.value.as_slice())
    }

    /// The text behind a keyword.
    #[must_use]
    pub fn text(&self, keyword: &str) -> Option<&str> {
        self.texts.iter().find(|text| text.keyword == keyword).map(|text| text.text.as_str())
    }

    fn of_document(kind: FileKind, document: DocumentParts) -> Self {
        Self { kind, document, texts: Vec::new(), entries: Vec::new(), project_error: None }
    }
}

/// What kind of file the bytes begin as; `None` for anything that only a browser may know, such as JPEG. Whether a PNG
/// holds a project shows when it is read.
#[must_use]
pub fn sniff(bytes: &[u8]) -> Option<FileKind> {
    let is_png = bytes.starts_with(b"\x89PNG\r\n\x1a\n").then_some(FileKind::Png);
    is_png.or_else(|| is_project(bytes)).or_else(|| is_psd(bytes)).or_else(|| is_ora(bytes))
}

/// Reads a file of any kind that [`sniff`] knows.
///
/// # Errors
/// [`PaintError::File`] where it is none of them or broken; [`PaintError`]'s others where it holds what no document may.
pub fn open(bytes: &[u8]) -> Result<Opened, PaintError> {
    match sniff(bytes) {
        Some(FileKind::Png | FileKind::ProjectPng) => open_png(bytes),
        Some(FileKind::Project) => {
            let project = read_project(bytes)?;
            let entries = project.entries;
            Ok(Opened { entries, ..Opened::of_document(FileKind::Project, project.document) })
        }
        Some(kind @ FileKind::Ora) => read_ora(bytes).map(|document| Opened::of_document(kind, document)),
        Some(kind @ FileKind::Psd) => read_psd(bytes).map(|document| Opened::of_document(kind, document)),
        None => Err(PaintError::File {
            format: "painting's",
            problem: "it is none of PNG, OpenRaster (.ora), Photoshop (.psd) and this program's own",
        }),
    }
}

fn open_png(bytes: &[u8]) -> Result<Opened, PaintError> {
    let mut png = read_png(bytes)?;
    let texts = std::mem::take(&mut png.texts);
    let mut project_error = None;
    match png.project.take().map(|project| read_project(&project)) {
        Some(Ok(project)) => {
            let (document, entries) = (project.document, project.entries);
            return Ok(Opened { texts, entries, ..Opened::of_document(FileKind::ProjectPng, document) });
        }
        Some(Err(error)) => project_error = Some(error),
        None => {}
    }
    let layer = LayerParts { properties: LayerProperties::default(), depth: 0, raster: png.to_raster() };
    let document = DocumentParts {
        width: png.image.width(),
        height: png.image.height(),
        layers: vec![layer],
        active: 0,
        selection: None,
        strength_map: None,
    };
    Ok(Opened { texts, project_error, ..Opened::of_document(FileKind::Png, document) })
}
