//! Hashes that tell whether a file is the one that was published.

use sha2::{Digest, Sha256};

use crate::ModelError;

/// The SHA-256 of some bytes, as 64 lower-case hexadecimal digits.
pub fn sha256_hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Compares a file's bytes with a published hash; the case of its digits does not matter.
///
/// # Errors
/// Where they differ.
pub fn check_sha256(path: &str, bytes: &[u8], expected: &str) -> Result<(), ModelError> {
    let found = sha256_hex(bytes);
    if found.eq_ignore_ascii_case(expected.trim()) {
        Ok(())
    } else {
        Err(ModelError::WrongHash { path: path.to_owned(), expected: expected.to_owned(), found })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_is_that_of_the_standard_and_a_changed_byte_is_found() {
        let abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256_hex(b"abc"), abc);
        assert!(check_sha256("x", b"abc", &abc.to_uppercase()).is_ok());
        let error = check_sha256("unet/config.json", b"abd", abc).unwrap_err();
        assert!(error.to_string().contains("unet/config.json"), "{error}");
    }
}
