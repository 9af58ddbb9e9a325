//! A safetensors file of any bytes: its header is read, and then every tensor.

#![no_main]

use libfuzzer_sys::fuzz_target;
use underpaint_models::{MemoryStore, SafetensorsIndex};

fuzz_target!(|data: &[u8]| {
    // The header's length is made to fit half of the time; otherwise hardly any input would come past it.
    let mut bytes = data.to_vec();
    if let [first, .., last] = data
        && first % 2 == 0
        && bytes.len() > 8
    {
        let header = (bytes.len() - 8).saturating_sub(usize::from(*last)) as u64;
        bytes[..8].copy_from_slice(&header.to_le_bytes());
    }
    let mut store = MemoryStore::new();
    store.insert("unet/model.safetensors", bytes);
    if let Ok(index) = SafetensorsIndex::open(&store, "unet/model.safetensors") {
        for name in index.tensors().keys() {
            let _ = index.read_f32(&store, name);
        }
    }
});
