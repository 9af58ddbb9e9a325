//! A walk through bytes that never leaves them.

use crate::PaintError;

/// Bytes that are read from the front. Every read that would go past the end is an error of the format that is read.
#[derive(Clone, Copy)]
pub(crate) struct Bytes<'a> {
    rest: &'a [u8],
    format: &'static str,
}

impl<'a> Bytes<'a> {
    /// `format` is what errors call the file.
    pub(crate) fn new(bytes: &'a [u8], format: &'static str) -> Self {
        Self { rest: bytes, format }
    }

    /// An error of this file.
    pub(crate) fn problem(&self, problem: &'static str) -> PaintError {
        PaintError::File { format: self.format, problem }
    }

    /// What is left.
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    /// Whether nothing is left.
    pub(crate) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next `n` bytes.
    pub(crate) fn take(&mut self, n: usize) -> Result<&'a [u8], PaintError> {
        let (taken, rest) = self.rest.split_at_checked(n).ok_or_else(|| self.problem("it is cut short"))?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next `n` bytes as a walk of their own.
    pub(crate) fn part(&mut self, n: usize) -> Result<Self, PaintError> {
        let format = self.format;
        Ok(Self { rest: self.take(n)?, format })
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], PaintError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    pub(crate) fn u8(&mut self) -> Result<u8, PaintError> {
        self.array().map(|[byte]: [u8; 1]| byte)
    }

    pub(crate) fn u16_be(&mut self) -> Result<u16, PaintError> {
        self.array().map(u16::from_be_bytes)
    }

    pub(crate) fn i16_be(&mut self) -> Result<i16, PaintError> {
        self.array().map(i16::from_be_bytes)
    }

    pub(crate) fn u32_be(&mut self) -> Result<u32, PaintError> {
        self.array().map(u32::from_be_bytes)
    }

    pub(crate) fn i32_be(&mut self) -> Result<i32, PaintError> {
        self.array().map(i32::from_be_bytes)
    }

    pub(crate) fn u16_le(&mut self) -> Result<u16, PaintError> {
        self.array().map(u16::from_le_bytes)
    }

    pub(crate) fn u32_le(&mut self) -> Result<u32, PaintError> {
        self.array().map(u32::from_le_bytes)
    }

    /// A number of 32 bits in the shortest form: seven bits a byte, the lowest first.
    pub(crate) fn varint(&mut self) -> Result<u32, PaintError> {
        let mut value = 0u64;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.u8()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return u32::try_from(value).map_err(|_| self.problem("a number in it is too large"));
            }
        }
        Err(self.problem("a number in it is too large"))
    }

    /// A text in UTF-8 behind its length.
    pub(crate) fn text(&mut self) -> Result<String, PaintError> {
        let len = self.varint()? as usize;
        let bytes = self.take(len)?;
        Ok(String::from_utf8_lossy(bytes).into_owned())
    }
}

/// Writes what [`Bytes::varint`] reads.
pub(crate) fn put_varint(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push(value as u8 | 0x80);
        value >>= 7;
    }
    bytes.push(value as u8);
}

/// Writes bytes behind their length.
pub(crate) fn put_sized(bytes: &mut Vec<u8>, content: &[u8]) {
    put_varint(bytes, content.len() as u32);
    bytes.extend_from_slice(content);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back_and_the_end_is_an_error() {
        let mut bytes = Vec::new();
        let numbers = [0, 1, 127, 128, 300, 65_535, 1 << 20, u32::MAX];
        numbers.iter().for_each(|number| put_varint(&mut bytes, *number));
        let mut walk = Bytes::new(&bytes, "project");
        assert_eq!(numbers.map(|_| walk.varint().unwrap()), numbers);
        assert_eq!(walk.varint(), Err(PaintError::File { format: "project", problem: "it is cut short" }));
        assert!(Bytes::new(&[0xff; 9], "project").varint().is_err());
        assert!(Bytes::new(&[200, 1, 65], "project").text().is_err());
    }
}
