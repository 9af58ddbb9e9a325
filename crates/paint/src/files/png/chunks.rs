//! Chunks: how a PNG is put together.

use super::FORMAT;
use crate::PaintError;
use crate::files::bytes::Bytes;
use crate::files::deflate::crc32;

/// The first eight bytes of every PNG.
pub(super) const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Our private chunk: ancillary, private, and not to be copied by a program that changes the picture, since the document
/// in it would no longer be what the picture shows.
pub(super) const PROJECT: [u8; 4] = *b"upNT";

/// Bytes of one of our private chunks; more become several of them.
const PIECE_BYTES: usize = 1 << 24;

/// One chunk.
pub(super) struct Chunk<'a> {
    pub(super) kind: [u8; 4],
    pub(super) data: &'a [u8],
}

impl Chunk<'_> {
    /// Whether the picture cannot be shown without it.
    fn is_critical(&self) -> bool {
        self.kind[0].is_ascii_uppercase()
    }
}

/// The next chunk that is whole; `None` at the end. A damaged chunk that nothing depends on is passed over.
pub(super) fn next_chunk<'a>(bytes: &mut Bytes<'a>) -> Result<Option<Chunk<'a>>, PaintError> {
    loop {
        if bytes.is_empty() {
            return Ok(None);
        }
        let len = bytes.u32_be()? as usize;
        let head = bytes.take(4)?;
        let data = bytes.take(len)?;
        let sum = bytes.u32_be()?;
        let mut kind = [0; 4];
        kind.copy_from_slice(head);
        let chunk = Chunk { kind, data };
        if sum == crc32(&[head, data]) {
            return Ok(Some(chunk));
        }
        if chunk.is_critical() {
            return Err(PaintError::File { format: FORMAT, problem: "it is damaged: a checksum in it is wrong" });
        }
    }
}

/// Writes one chunk.
pub(super) fn put_chunk(bytes: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    bytes.extend_from_slice(&(data.len() as u32).to_be_bytes());
    bytes.extend_from_slice(&kind);
    bytes.extend_from_slice(data);
    bytes.extend_from_slice(&crc32(&[&kind, data]).to_be_bytes());
}

/// Writes data of any length as chunks in a row.
pub(super) fn put_pieces(bytes: &mut Vec<u8>, kind: [u8; 4], data: &[u8]) {
    data.chunks(PIECE_BYTES).for_each(|piece| put_chunk(bytes, kind, piece));
}
