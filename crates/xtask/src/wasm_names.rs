//! Leaves the names of functions out of a wasm program: a third of an unoptimised engine, and only a debugger reads them.
//!
//! wasm-opt would do the same in passing, but takes minutes over a program of this size. The format is that of the
//! WebAssembly core specification, section "Binary Format": eight bytes of preamble, then sections of one byte for the
//! kind, a length in LEB128, and as many bytes. Kind 0 is a custom section and begins with its name.

use anyhow::{Context, Result, ensure};

const PREAMBLE_BYTES: usize = 8;
const MAGIC: &[u8] = b"\0asm";
const CUSTOM_SECTION: u8 = 0;
const NAME_SECTION: &[u8] = b"name";

/// The program without its name section, otherwise byte for byte the same.
///
/// # Errors
/// When this is no wasm program, or its sections do not fill it exactly.
pub fn without_names(program: &[u8]) -> Result<Vec<u8>> {
    ensure!(program.len() >= PREAMBLE_BYTES && program.starts_with(MAGIC), "this is no wasm program");
    let (preamble, mut rest) = program.split_at(PREAMBLE_BYTES);
    let mut kept = Vec::with_capacity(program.len());
    kept.extend_from_slice(preamble);
    while let Some((kind, after_kind)) = rest.split_first() {
        let (length, content_and_rest) = read_length(after_kind).context("a section without a length")?;
        ensure!(length <= content_and_rest.len(), "a section reaches past the end");
        let (content, next) = content_and_rest.split_at(length);
        if *kind != CUSTOM_SECTION || custom_name(content) != Some(NAME_SECTION) {
            kept.extend_from_slice(&rest[..rest.len() - next.len()]);
        }
        rest = next;
    }
    Ok(kept)
}

/// The name that a custom section begins with.
fn custom_name(content: &[u8]) -> Option<&[u8]> {
    let (length, rest) = read_length(content)?;
    rest.get(..length)
}

/// An unsigned LEB128 number of at most 32 bits, and what follows it.
fn read_length(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0u64;
    for (byte_idx, byte) in bytes.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * byte_idx);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, &bytes[byte_idx + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A type section, a name section whose length takes two bytes, a custom section of another name.
    fn program() -> (Vec<u8>, Vec<u8>) {
        let preamble = b"\0asm\x01\0\0\0".to_vec();
        let types = vec![1, 4, 1, 0x60, 0, 0];
        let mut names = vec![0, 0x85, 0x01, 4];
        names.extend_from_slice(b"name");
        names.extend_from_slice(&[7; 128]);
        let other = vec![0, 4, 3, b'a', b'b', b'c'];
        ([preamble.clone(), types.clone(), names, other.clone()].concat(), [preamble, types, other].concat())
    }

    #[test]
    fn only_the_names_are_left_out() {
        let (with, without) = program();
        assert_eq!(without_names(&with).unwrap(), without);
        assert_eq!(without_names(&without).unwrap(), without);
    }

    #[test]
    fn a_damaged_program_is_refused() {
        let (with, _) = program();
        assert!(without_names(&with[..with.len() - 1]).is_err());
        assert!(without_names(b"<!doctype html>").is_err());
    }
}
