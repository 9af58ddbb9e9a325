//! A project's sections of any bytes, behind a right head: a checksum keeps out accidents, not enemies.

#![no_main]

use libfuzzer_sys::fuzz_target;
use underpaint_paint::{Document, files};

fuzz_target!(|data: &[u8]| {
    let mut bytes = b"UPPROJ\x01\x00".to_vec();
    bytes.extend(crc32(data).to_le_bytes());
    bytes.extend(data);
    if let Ok(project) = files::read_project(&bytes) {
        Document::from_parts(project.document).expect("what was opened is a document");
    }
});

/// CRC-32 as in PNG, annex D.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 == 1 { 0xedb8_8320 ^ (sum >> 1) } else { sum >> 1 })
    })
}
