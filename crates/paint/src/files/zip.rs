//! Zip archives, as much of them as OpenRaster needs: stored and deflated members in, stored ones out.
//!
//! After PKWARE's APPNOTE 6.3.10. Members are found through the central directory, as every program does.

use super::bytes::Bytes;
use super::deflate::{crc32, inflate_raw};
use crate::PaintError;

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: [u8; 4] = *b"PK\x05\x06";
/// Bytes of the end record without its comment, and the longest comment.
const END_BYTES: usize = 22;
const COMMENT_BYTES: usize = 65_535;

/// A member as the central directory tells it.
struct Member<'a> {
    name: &'a [u8],
    is_encrypted: bool,
    method: u16,
    sum: u32,
    packed_bytes: u32,
    offset: u32,
}

/// An archive that is read.
pub(crate) struct ZipReader<'a> {
    bytes: &'a [u8],
    format: &'static str,
    members: Vec<Member<'a>>,
}

impl<'a> ZipReader<'a> {
    /// `format` is what errors call the file.
    pub(crate) fn new(bytes: &'a [u8], format: &'static str) -> Result<Self, PaintError> {
        let cut_short = PaintError::File { format, problem: "it is cut short: the list of what is in it is missing" };
        let first = bytes.len().saturating_sub(END_BYTES + COMMENT_BYTES);
        let at = bytes[first..].windows(END.len()).rposition(|window| window == END);
        let mut end = Bytes::new(&bytes[first + at.ok_or_else(|| cut_short.clone())?..], format);
        end.take(12)?;
        let (directory_bytes, directory_offset) = (end.u32_le()? as usize, end.u32_le()? as usize);
        if directory_offset == u32::MAX as usize {
            return Err(end.problem("it is larger than 4 GB"));
        }
        let directory = bytes.get(directory_offset..).and_then(|rest| rest.get(..directory_bytes));
        let mut directory = Bytes::new(directory.ok_or(cut_short)?, format);
        let mut members = Vec::new();
        while !directory.is_empty() {
            if directory.u32_le()? != CENTRAL {
                break;
            }
            directory.take(4)?;
            let (flags, method) = (directory.u16_le()?, directory.u16_le()?);
            directory.take(4)?;
            let (sum, packed_bytes, _) = (directory.u32_le()?, directory.u32_le()?, directory.u32_le()?);
            let (name_bytes, extra_bytes, comment_bytes) =
                (directory.u16_le()?, directory.u16_le()?, directory.u16_le()?);
            directory.take(8)?;
            let offset = directory.u32_le()?;
            let name = directory.take(usize::from(name_bytes))?;
            directory.take(usize::from(extra_bytes) + usize::from(comment_bytes))?;
            members.push(Member { name, is_encrypted: flags & 1 != 0, method, sum, packed_bytes, offset });
        }
        Ok(Self { bytes, format, members })
    }

    /// The content of a member; `None` when there is none of that name.
    ///
    /// # Errors
    /// When it is damaged, encrypted, or unfolds to more than `limit_bytes`.
    pub(crate) fn read(&self, name: &str, limit_bytes: usize) -> Result<Option<Vec<u8>>, PaintError> {
        let Some(member) = self.members.iter().find(|member| member.name == name.as_bytes()) else { return Ok(None) };
        let mut local = Bytes::new(self.bytes.get(member.offset as usize..).unwrap_or_default(), self.format);
        let damaged = local.problem("it is damaged: a part of it cannot be unpacked");
        if local.u32_le()? != LOCAL {
            return Err(damaged);
        }
        if member.is_encrypted {
            return Err(local.problem("it is encrypted"));
        }
        local.take(22)?;
        let (name_bytes, extra_bytes) = (local.u16_le()?, local.u16_le()?);
        local.take(usize::from(name_bytes) + usize::from(extra_bytes))?;
        let packed = local.take(member.packed_bytes as usize)?;
        let content = match member.method {
            0 if packed.len() <= limit_bytes => packed.to_vec(),
            8 => inflate_raw(packed, limit_bytes).ok_or_else(|| damaged.clone())?,
            0 => return Err(local.problem("a part of it is too large")),
            _ => return Err(local.problem("it is packed in a way that only other programs read")),
        };
        if crc32(&[&content]) != member.sum {
            return Err(damaged);
        }
        Ok(Some(content))
    }
}

/// An archive that is written. Members are stored as they are: the pictures in it are packed already.
pub(crate) struct ZipWriter {
    bytes: Vec<u8>,
    /// Bytes that were given out.
    n_given: usize,
    directory: Vec<u8>,
    n_members: u16,
}

impl ZipWriter {
    pub(crate) fn new() -> Self {
        Self { bytes: Vec::new(), n_given: 0, directory: Vec::new(), n_members: 0 }
    }

    pub(crate) fn add(&mut self, name: &str, content: &[u8]) {
        let offset = (self.n_given + self.bytes.len()) as u32;
        // Version 2.0; names in UTF-8; stored; 1 January 1980, so that equal documents are equal files.
        let mut fields = Vec::with_capacity(26);
        for number in [20u16, 1 << 11, 0, 0, 0x21] {
            fields.extend_from_slice(&number.to_le_bytes());
        }
        let len = content.len() as u32;
        for number in [crc32(&[content]), len, len] {
            fields.extend_from_slice(&number.to_le_bytes());
        }
        fields.extend_from_slice(&(name.len() as u16).to_le_bytes());
        fields.extend_from_slice(&[0; 2]);

        self.bytes.extend_from_slice(&LOCAL.to_le_bytes());
        self.bytes.extend_from_slice(&fields);
        self.bytes.extend_from_slice(name.as_bytes());
        self.bytes.extend_from_slice(content);

        self.directory.extend_from_slice(&CENTRAL.to_le_bytes());
        self.directory.extend_from_slice(&20u16.to_le_bytes());
        self.directory.extend_from_slice(&fields);
        // No comment, first disk, no attributes.
        self.directory.extend_from_slice(&[0; 10]);
        self.directory.extend_from_slice(&offset.to_le_bytes());
        self.directory.extend_from_slice(name.as_bytes());
        self.n_members += 1;
    }

    /// What was written since the last time.
    pub(crate) fn take(&mut self) -> Vec<u8> {
        self.n_given += self.bytes.len();
        std::mem::take(&mut self.bytes)
    }

    /// Writes the list of what is in it, which comes last.
    pub(crate) fn finish(&mut self) -> Vec<u8> {
        let offset = (self.n_given + self.bytes.len()) as u32;
        self.bytes.extend_from_slice(&self.directory);
        self.bytes.extend_from_slice(&END);
        self.bytes.extend_from_slice(&[0; 4]);
        self.bytes.extend_from_slice(&self.n_members.to_le_bytes());
        self.bytes.extend_from_slice(&self.n_members.to_le_bytes());
        self.bytes.extend_from_slice(&(self.directory.len() as u32).to_le_bytes());
        self.bytes.extend_from_slice(&offset.to_le_bytes());
        self.bytes.extend_from_slice(&[0; 2]);
        self.take()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_come_back_and_lies_are_errors() {
        let mut zip = ZipWriter::new();
        zip.add("mimetype", b"image/openraster");
        let mut bytes = zip.take();
        zip.add("data/água.png", b"");
        bytes.extend(zip.finish());
        // The first bytes of an OpenRaster file: its type can be told without reading the archive.
        assert_eq!(&bytes[30..54], b"mimetypeimage/openraster");
        let read = |bytes: &[u8], name: &str, limit: usize| ZipReader::new(bytes, "OpenRaster")?.read(name, limit);
        assert_eq!(read(&bytes, "mimetype", 16).unwrap().unwrap(), b"image/openraster");
        assert_eq!(read(&bytes, "data/água.png", 0).unwrap().unwrap(), b"");
        assert_eq!(read(&bytes, "stack.xml", 9).unwrap(), None);
        assert!(read(&bytes, "mimetype", 15).unwrap_err().to_string().contains("too large"));
        for at in 0..bytes.len() {
            let mut lying = bytes.clone();
            lying[at] = !lying[at];
            // Never a panic, and never something else than what was put in.
            if let Ok(Some(content)) = read(&lying, "mimetype", 100) {
                assert_eq!(content, b"image/openraster");
            }
        }
        // The last two bytes are the length of a comment, which nobody needs.
        (0..bytes.len() - 2).for_each(|end| assert!(read(&bytes[..end], "mimetype", 100).is_err()));
    }
}
