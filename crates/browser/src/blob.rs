//! Bytes as the browser holds files.

use js_sys::{Array, Uint8Array};
use web_sys::{Blob, BlobPropertyBag};

use crate::{BrowserError, error::OrRefused};

/// A blob of a copy of these bytes.
pub(crate) fn blob_of(media_type: &str, bytes: &[u8]) -> Result<Blob, BrowserError> {
    blob_of_parts(media_type, &Array::of1(&Uint8Array::from(bytes)))
}

/// A blob of arrays of bytes and of other blobs, one after another.
pub(crate) fn blob_of_parts(media_type: &str, parts: &Array) -> Result<Blob, BrowserError> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    Blob::new_with_u8_array_sequence_and_options(parts, &options).or_refused("making a file")
}
