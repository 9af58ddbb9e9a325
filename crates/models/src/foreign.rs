//! Files that are not safetensors whatever they are called: pickles above all, which are refused.

use crate::ModelError;

/// How many bytes of a file tell what it is.
pub(crate) const HEAD_BYTES: u64 = 64;
/// Endings that promise a pickle.
const PICKLE_ENDINGS: [&str; 6] = [".ckpt", ".pt", ".pth", ".bin", ".pkl", ".pickle"];

/// Whether a file's name promises a pickle.
pub fn is_pickle_name(path: &str) -> bool {
    let lower = path.to_ascii_lowercase();
    PICKLE_ENDINGS.iter().any(|ending| lower.ends_with(ending))
}

/// Why a pickle is not opened, and what to do instead.
pub(crate) fn refuse_pickle(path: &str) -> ModelError {
    // A name that a shell or Python would read as anything but a name is not put into a command.
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '.' | '_' | '-' | '/' | ' ' | '(' | ')');
    let named = if path.chars().all(is_plain) { path } else { "model.ckpt" };
    let ending = named.rfind('.').map_or("", |dot| &named[dot..]);
    let stem = named.strip_suffix(ending).unwrap_or(named);
    let target = if ending == ".safetensors" { format!("{stem}.converted") } else { stem.to_owned() };
    let command = format!(
        "python -c \"import torch, safetensors.torch as s; d = torch.load('{named}', map_location='cpu', \
         weights_only=True); d = d.get('state_dict', d); s.save_file({{k: v.clone().contiguous() for k, v in d.items() \
         if torch.is_tensor(v)}}, '{target}.safetensors')\""
    );
    ModelError::Pickle { path: path.to_owned(), command }
}

/// What is wrong with a file that begins with `head` and is no safetensors file, where its first bytes tell.
pub(crate) fn recognise(path: &str, head: &[u8]) -> Option<ModelError> {
    // The ninth byte of a safetensors file opens its header; before it stands a length that may look like anything.
    if head.get(8) == Some(&b'{') {
        return None;
    }
    let is_zip = head.starts_with(b"PK\x03\x04");
    let is_pickle = matches!(head, [0x80, 2..=5, ..]);
    if is_zip || is_pickle || is_pickle_name(path) {
        return Some(refuse_pickle(path));
    }
    let problem = if head.starts_with(b"GGUF") {
        "the file is in the GGUF format, which is not supported; use a safetensors file"
    } else if head.starts_with(b"version https://git-lfs") {
        "the file is only git's note about a large file; fetch the file itself with git lfs pull"
    } else if head.first() == Some(&b'<') {
        "the file is a web page, such as a server's error message; download it again"
    } else if head.first() == Some(&b'{') {
        "the file is JSON text and no safetensors file; download it again"
    } else {
        return None;
    };
    Some(ModelError::bad_file(path, problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pickles_are_refused_by_their_bytes_whatever_they_are_called() {
        for head in [&b"PK\x03\x04\0\0\0\0\x08\x08"[..], &[0x80, 2, b'}', b'q', 0, b'X', 1, 2, 3]] {
            let message = recognise("model.safetensors", head).unwrap().to_string();
            assert!(message.contains("pickle") && message.contains("run code"), "{message}");
            assert!(message.contains("torch.load('model.safetensors'"), "{message}");
            assert!(message.contains("'model.converted.safetensors'"), "{message}");
        }
        let message = recognise("sd/v1-5.ckpt", b"anything").unwrap().to_string();
        assert!(message.contains("'sd/v1-5.safetensors'"), "{message}");
    }

    #[test]
    fn a_name_that_would_be_more_than_a_name_is_not_put_into_the_command() {
        for path in ["a'); import os; ('.ckpt", "a\".ckpt", "$(x).ckpt", "`x`.pt", "a\\.ckpt"] {
            let ModelError::Pickle { command, .. } = refuse_pickle(path) else { panic!("{path}") };
            assert!(command.contains("torch.load('model.ckpt'") && !command.contains(path), "{command}");
        }
    }

    #[test]
    fn a_header_whose_length_looks_like_a_pickle_is_no_pickle() {
        assert!(recognise("model.safetensors", &[0x80, 2, 0, 0, 0, 0, 0, 0, b'{', b'"']).is_none());
    }

    #[test]
    fn other_formats_are_named() {
        for (head, word) in [
            (&b"GGUF\x03\0\0\0\0\0"[..], "GGUF"),
            (b"version https://git-lfs.github.com/spec/v1", "git lfs"),
            (b"<!doctype html>", "web page"),
        ] {
            assert!(recognise("a.safetensors", head).unwrap().to_string().contains(word));
        }
        assert!(recognise("a.safetensors", &[1, 2, 3, 4, 5, 6, 7, 8, 9]).is_none());
    }
}
