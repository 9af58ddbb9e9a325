//! Learned words (textual inversion, Gal et al., 2022): a name, and a few vectors for each text encoder.

use safetensors::Dtype;

use crate::safetensors_header::shown;
use crate::{ModelError, ModelStore, SafetensorsIndex, TensorEntry};

/// The tensor that A1111 writes.
const A1111: &str = "emb_params";
/// The tensors of SDXL's embeddings: for the first text encoder and for the second.
const SDXL: [&str; 2] = ["clip_l", "clip_g"];
/// The most vectors that a word may have: a prompt's chunk has no room for more.
const MAX_VECTORS: usize = 75;

/// A word that was learned, with its vectors.
#[derive(Debug, Clone, PartialEq)]
pub struct TextualInversion {
    /// What stands for it in a prompt: the token that the file names, or else the file's name without its ending.
    pub token: String,
    /// Its vectors for each text encoder, in the order of the encoders; one list for SD 1 and 2, two for SDXL.
    pub encoders: Vec<EmbeddingVectors>,
}

/// The vectors of a word for one text encoder; each takes the place of a token.
#[derive(Debug, Clone, PartialEq)]
pub struct EmbeddingVectors {
    /// How many there are.
    pub count: usize,
    /// The width of each: that of the text encoder.
    pub width: usize,
    /// Their values, one vector after the other.
    pub values: Vec<f32>,
}

impl TextualInversion {
    /// Reads an embedding of A1111 (`emb_params`), of diffusers (one tensor, named by its token) or for SDXL (`clip_l`
    /// and `clip_g`).
    ///
    /// # Errors
    /// Where the file is damaged or a pickle, holds something else, or a value is not a finite number.
    pub fn open(store: &dyn ModelStore, path: &str) -> Result<Self, ModelError> {
        let index = SafetensorsIndex::open(store, path)?;
        let name = path.rsplit('/').next().unwrap_or(path);
        let stem = name.strip_suffix(".safetensors").unwrap_or(name).to_owned();
        let tensors = index.tensors();
        let read = |tensor: &str| read_vectors(store, &index, tensor);
        if SDXL.iter().all(|tensor| tensors.contains_key(*tensor)) {
            return Ok(Self { token: stem, encoders: vec![read(SDXL[0])?, read(SDXL[1])?] });
        }
        if tensors.contains_key(A1111) {
            return Ok(Self { token: stem, encoders: vec![read(A1111)?] });
        }
        let mut names = tensors.keys();
        match (names.next(), names.next()) {
            (Some(token), None) => Ok(Self { token: token.clone(), encoders: vec![read(token)?] }),
            _ => Err(ModelError::bad_file(
                path,
                format!(
                    "the file has {} tensors and is no embedding; one has emb_params, clip_l and clip_g, or one tensor that \
                     is named by its token",
                    tensors.len()
                ),
            )),
        }
    }
}

fn read_vectors(
    store: &dyn ModelStore,
    index: &SafetensorsIndex,
    tensor: &str,
) -> Result<EmbeddingVectors, ModelError> {
    let bad = |problem: String| ModelError::bad_tensor(index.path(), shown(tensor), problem);
    let Some(TensorEntry { shape, dtype, .. }) = index.tensors().get(tensor) else {
        return Err(ModelError::MissingTensor { path: index.path().to_owned(), tensor: shown(tensor) });
    };
    let (count, width) = match shape.as_slice() {
        [width] => (1, *width),
        [count, width] => (*count, *width),
        _ => return Err(bad(format!("its shape {shape:?} is not that of vectors in a list"))),
    };
    if !(1..=MAX_VECTORS).contains(&count) || width == 0 {
        return Err(bad(format!("it has {count} vectors of width {width}; between 1 and {MAX_VECTORS} can be used")));
    }
    if matches!(dtype, Dtype::I64 | Dtype::I32) {
        return Err(bad("it holds whole numbers; an embedding's vectors are not".to_owned()));
    }
    Ok(EmbeddingVectors { count, width, values: index.read_f32(store, tensor)? })
}

#[cfg(test)]
mod tests {
    use safetensors::tensor::{TensorView, serialize};

    use super::*;
    use crate::MemoryStore;

    fn store(tensors: &[(&str, &[usize])]) -> MemoryStore {
        let bytes: Vec<u8> = (0..4096_u32).flat_map(|value| (value as f32).to_le_bytes()).collect();
        let view = |shape: &[usize]| {
            TensorView::new(Dtype::F32, shape.to_vec(), &bytes[..4 * shape.iter().product::<usize>()]).unwrap()
        };
        let mut store = MemoryStore::new();
        let file = serialize(tensors.iter().map(|(name, shape)| (*name, view(shape))), None).unwrap();
        store.insert("words/my-style.safetensors", file);
        store
    }

    fn open(tensors: &[(&str, &[usize])]) -> Result<TextualInversion, ModelError> {
        TextualInversion::open(&store(tensors), "words/my-style.safetensors")
    }

    #[test]
    fn embeddings_of_all_three_kinds_are_read() {
        let a1111 = open(&[("emb_params", &[2, 8])]).unwrap();
        assert_eq!((a1111.token.as_str(), a1111.encoders.len()), ("my-style", 1));
        assert_eq!((a1111.encoders[0].count, a1111.encoders[0].width), (2, 8));
        assert_eq!(a1111.encoders[0].values[15], 15.0);
        let diffusers = open(&[("<cat-toy>", &[8])]).unwrap();
        assert_eq!((diffusers.token.as_str(), diffusers.encoders[0].count), ("<cat-toy>", 1));
        let sdxl = open(&[("clip_g", &[3, 20]), ("clip_l", &[3, 8])]).unwrap();
        let widths: Vec<usize> = sdxl.encoders.iter().map(|it| it.width).collect();
        assert_eq!((sdxl.token.as_str(), widths), ("my-style", vec![8, 20]));
    }

    #[test]
    fn what_is_no_embedding_is_refused_with_the_file_and_the_tensor() {
        for (tensors, word) in [
            (&[("a", &[2_usize, 2][..]), ("b", &[2, 2])][..], "2 tensors"),
            (&[("emb_params", &[2, 2, 2])], "emb_params"),
            (&[("emb_params", &[76, 2])], "76 vectors"),
            (&[("emb_params", &[0, 2])], "0 vectors"),
            (&[("clip_l", &[0]), ("clip_g", &[2])], "clip_l"),
        ] {
            let message = open(tensors).unwrap_err().to_string();
            assert!(message.starts_with("words/my-style.safetensors: ") && message.contains(word), "{message}");
        }
        let mut store = MemoryStore::new();
        store.insert("a.pt", b"PK\x03\x04 and so on".to_vec());
        assert!(matches!(TextualInversion::open(&store, "a.pt"), Err(ModelError::Pickle { .. })));
    }
}
