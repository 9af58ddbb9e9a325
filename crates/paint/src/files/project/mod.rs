//! The project: a whole document with what belongs to it, as bytes. It is the body of the autosave, and travels in a
//! private chunk of the PNGs that leave.
//!
//! # Form
//! Numbers are little-endian; "varint" is seven bits a byte, the lowest first.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `UPPROJ` and the version (2 bytes) |
//! | 4 | zeros; in version 1 the CRC-32 of everything after it |
//! | … | sections: 4 letters, 4 bytes of length, the content |
//!
//! | section | what |
//! |---|---|
//! | `HEAD` | varints: width, height, active layer |
//! | `LAYR` | number of layers; for each: depth, kind, flags, opacity (f32), blend mode and name (varint length, UTF-8) |
//! | `TILE` | tiles, each once however many layers hold it: see [`tiles`]; there may be several such sections |
//! | `MAPS` | packed: for each layer but groups and each place of a tile a varint: 0 blank, else the tile's number from 1 |
//! | `SELE`, `STRE` | packed: selection and painted strength, 8 bits a pixel |
//! | `ENTR` | one entry: key (varint length, UTF-8), then the packed value |
//! | `SUMS` | the last: CRC-32 of everything between the head and this section; not in version 1 |
//!
//! "Packed" is a method (0 as it is, 1 LZ4, 2 deflate), varints of the length and of the packed length, and the bytes. Sections that a reader does
//! not know are passed over; the version rises only when older readers would show something wrong.

mod decode;
mod encode;
mod tiles;

pub use decode::read_project;
pub use encode::{ProjectWriting, write_project};

use super::{Effort, FileKind, FileWriting};
use crate::{Document, DocumentParts};

/// What errors call it.
const FORMAT: &str = "project";
const MAGIC: [u8; 6] = *b"UPPROJ";
const VERSION: u16 = 2;
/// Bytes before the sections.
const HEAD_BYTES: usize = 12;

/// How bytes were packed.
const STORED: u8 = 0;
const LZ4: u8 = 1;
const DEFLATED: u8 = 2;

/// What a layer is for, by its number in the file.
const KINDS: [crate::LayerKind; 4] =
    [crate::LayerKind::Paint, crate::LayerKind::Group, crate::LayerKind::Reference, crate::LayerKind::Render];

/// Something that belongs to a document and that this crate does not look into: the form, the gallery, the stroke log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What it is, such as "form" or "gallery/3". One key may come several times.
    pub key: String,
    /// Any bytes.
    pub value: Vec<u8>,
}

impl Entry {
    /// An entry of a key and its value.
    #[must_use]
    pub fn new(key: &str, value: &[u8]) -> Self {
        Self { key: key.into(), value: value.into() }
    }
}

/// What a project's bytes hold.
#[derive(Clone, Debug, PartialEq)]
pub struct Project {
    /// The document; [`Document::from_parts`] makes it live.
    pub document: DocumentParts,
    /// What belongs to it.
    pub entries: Vec<Entry>,
}

/// A PNG that is the project: the picture that everybody sees (what leaves of the document, on no paper), `parameters` as
/// the text that other tools read (none when empty), and the whole document with its entries in a private chunk.
///
/// [`super::open`] gives all of it back, bit for bit. A program that changes the picture drops the chunk.
#[must_use]
pub fn write_project_png(document: &Document, parameters: &str, entries: &[Entry], effort: Effort) -> Vec<u8> {
    FileWriting::project_png(document, parameters, entries.to_vec(), effort).into_bytes()
}

/// Whether bytes begin as a project does.
pub(super) fn is_project(bytes: &[u8]) -> Option<FileKind> {
    bytes.starts_with(&MAGIC).then_some(FileKind::Project)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::{
        BlendMode, BrushSettings, CanvasPoint, LayerKind, LayerProperties, Mask, PaintError, Rgb8, StrokeMode,
        StrokeSample,
    };

    /// A document with everything that a file has to keep: sixteen bits, a group, kinds, names, masks, shared tiles.
    pub(crate) fn busy_document() -> Document {
        let mut document = Document::new(200, 130).unwrap();
        let sample = |x, y, time_secs| StrokeSample::new(CanvasPoint::new(x, y), 0.6, time_secs);
        let brush = BrushSettings { size_px: 40.0, hardness: 0.0, flow: 0.3, ..BrushSettings::default() };
        let mode = StrokeMode::Paint(Rgb8::new(200, 90, 30));
        document.begin_stroke(brush, mode, "step-brush-stroke", sample(20.0, 20.0, 0.0));
        document.extend_stroke(&[sample(90.0, 110.0, 0.1), sample(190.0, 60.0, 0.2)]);
        document.end_stroke();
        let mut parts = document.to_parts();
        let mut filled = parts.layers[0].clone();
        let row: Vec<u16> = [9000, 20_000, 30_000, 40_001].repeat(200);
        (0..130).for_each(|y| filled.raster.write_row(0, y, &row));
        filled.raster.tidy();
        filled.depth = 1;
        filled.properties.name = "água ✎".into();
        filled.properties.blend_mode = BlendMode::SoftLight;
        filled.properties.opacity = 0.37;
        filled.properties.is_clipped = true;
        let mut reference = filled.clone();
        reference.properties = LayerProperties { is_visible: false, ..LayerProperties::of_kind(LayerKind::Reference) };
        let mut group = filled.clone();
        group.raster = crate::Raster::new(200, 130);
        group.depth = 0;
        group.properties = LayerProperties { is_locked: true, ..LayerProperties::of_kind(LayerKind::Group) };
        parts.layers.extend([filled, reference, group]);
        parts.active = 2;
        let mut mask = Mask::filled(200, 130, 0);
        (10..90).for_each(|y| mask.row_mut(y, 5, 105).iter_mut().enumerate().for_each(|(at, it)| *it = at as u8));
        parts.selection = Some(mask.clone());
        mask.row_mut(3, 0, 200).fill(255);
        parts.strength_map = Some(mask);
        Document::from_parts(parts).unwrap()
    }

    #[test]
    fn a_project_comes_back_bit_for_bit() {
        let document = busy_document();
        let entries = [
            Entry::new("form", "prompt=água".as_bytes()),
            Entry::new("empty", b""),
            Entry::new("log", &[7; 700_000]),
            Entry::new("log", &[7; 9000]),
        ];
        for effort in [Effort::Fast, Effort::Small] {
            let bytes = write_project(&document.to_parts(), &entries, effort);
            let project = read_project(&bytes).unwrap();
            assert_eq!(project.document, document.to_parts());
            assert_eq!(project.entries, entries);
            let again = Document::from_parts(project.document).unwrap();
            assert_eq!(write_project(&again.to_parts(), &entries, effort), bytes);
        }
    }

    #[test]
    fn blank_and_shared_tiles_cost_next_to_nothing() {
        let mut parts = Document::new(2048, 2048).unwrap().to_parts();
        let mut filled = parts.layers[0].clone();
        (0..2048).for_each(|y| filled.raster.write_row(0, y, &[1, 2, 3, 4].repeat(2048)));
        filled.raster.tidy();
        parts.layers.extend(std::iter::repeat_n(filled, 20));
        assert!(write_project(&parts, &[], Effort::Small).len() < 1500);
        assert!(write_project(&parts, &[], Effort::Fast).len() < 2500);
    }

    #[test]
    fn damage_and_newer_versions_are_said() {
        let whole = write_project(&busy_document().to_parts(), &[], Effort::Fast);
        let problem = |bytes: &[u8]| match read_project(bytes) {
            Err(PaintError::File { problem, .. }) => problem,
            other => panic!("{other:?}"),
        };
        for end in [7, 9, 12, 13, 40, whole.len() - 1] {
            assert!(["cut short", "damaged"].iter().any(|word| problem(&whole[..end]).contains(word)), "{end}");
        }
        assert!(problem(b"something else").contains("not a project"));
        let mut newer = whole.clone();
        newer[6] = 3;
        assert!(problem(&newer).contains("newer version"));
        let mut damaged = whole;
        damaged[300] ^= 1;
        assert!(problem(&damaged).contains("checksum"));
    }

    #[test]
    fn what_is_written_piece_by_piece_is_what_is_written_at_once() {
        let document = busy_document();
        let entries = [Entry::new("form", b"x"), Entry::new("log", &[7; 9000])];
        let whole = read_project(&write_project(&document.to_parts(), &entries, Effort::Fast)).unwrap();
        for (n_bytes, n_tiles) in [(1, 1), (1000, usize::MAX), (1 << 20, 2), (usize::MAX, usize::MAX)] {
            let mut writing = ProjectWriting::new(&document.to_parts(), entries.to_vec(), Effort::Fast);
            let (mut bytes, mut n_pieces) = (Vec::new(), 0);
            let mut n_asked = 0;
            let mut is_late = || {
                n_asked += 1;
                n_asked % n_tiles == 0
            };
            while let Some(piece) = writing.next_piece(n_bytes, &mut is_late) {
                bytes.extend_from_slice(&piece);
                n_pieces += 1;
            }
            assert_eq!(read_project(&bytes).unwrap(), whole);
            assert_eq!(n_pieces == 1, n_bytes == usize::MAX, "{n_pieces} pieces");
        }
    }

    #[test]
    fn projects_of_version_1_are_read() {
        let bytes = include_bytes!("../../../tests/files/version_1.project");
        let project = read_project(bytes).unwrap();
        assert_eq!(project.document, busy_document().to_parts());
        assert_eq!(project.entries, [Entry::new("form", b"steps=6")]);
    }
}
