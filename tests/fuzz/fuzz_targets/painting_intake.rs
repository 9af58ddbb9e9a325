//! A painting's file of any bytes: PNG, project, OpenRaster, Photoshop. Start it with `tests/fixtures/files` as its corpus.

#![no_main]

use libfuzzer_sys::fuzz_target;
use underpaint_paint::{Document, files};

fuzz_target!(|data: &[u8]| {
    if let Ok(opened) = files::open(data) {
        Document::from_parts(opened.document).expect("what was opened is a document");
    }
});
