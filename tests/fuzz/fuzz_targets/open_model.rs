//! A checkpoint, an autoencoder, an embedding or a file of any other kind, in one file: the text is the header's.
//!
//! The input is the JSON header alone; the data behind it is as long as the last offset asks for, up to a limit. So the
//! names and shapes that tell the family are what is searched, not the bytes around them.

#![no_main]

use libfuzzer_sys::fuzz_target;
use underpaint_models::{MemoryStore, OpenModel, TextualInversion, inspect};

/// The most data that a header may ask for here.
const MAX_DATA_BYTES: usize = 1 << 16;
const PATH: &str = "model.safetensors";

fuzz_target!(|data: &[u8]| {
    // The longest number is as good a guess as any at where the data ends.
    let digits = data.split(|byte| !byte.is_ascii_digit());
    let numbers = digits.filter_map(|it| std::str::from_utf8(it).ok()?.parse::<usize>().ok());
    let data_bytes = numbers.filter(|number| *number <= MAX_DATA_BYTES).max().unwrap_or(0);
    let mut bytes = (data.len() as u64).to_le_bytes().to_vec();
    bytes.extend_from_slice(data);
    bytes.resize(bytes.len() + data_bytes, 0x3c);
    let mut store = MemoryStore::new();
    store.insert(PATH, bytes);
    let _ = inspect(&store, None);
    let _ = TextualInversion::open(&store, PATH);
    for model in [OpenModel::open(&store, Some(PATH)), OpenModel::open_vae(&store, Some(PATH))].into_iter().flatten() {
        for path in ["model_index.json", "unet/config.json", "vae/config.json", "scheduler/scheduler_config.json"] {
            let _ = model.text(path);
        }
        for component in model.components() {
            let _ = model.text(&format!("{component}/config.json"));
            if let Ok(weights) = model.weights(&component) {
                for name in weights.names() {
                    let _ = weights.read_f32(&name);
                }
            }
        }
    }
});
