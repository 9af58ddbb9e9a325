//! A file with a weight behind a colon.

use std::path::PathBuf;
use std::str::FromStr;

/// A LoRA and how strongly it is mixed in.
#[derive(Clone, Debug, PartialEq)]
pub struct LoraArgument {
    /// The file.
    pub path: PathBuf,
    /// Factor on its change to the weights; 1 is as it was trained.
    pub weight: f32,
}

impl FromStr for LoraArgument {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        // A colon may belong to the path, as in C:\models\ink.safetensors: only a number behind the last one is a weight.
        let split = text.rsplit_once(':').and_then(|(path, weight)| Some((path, weight.parse::<f32>().ok()?)));
        let (path, weight) = split.unwrap_or((text, 1.0));
        if path.is_empty() || !weight.is_finite() {
            return Err(
                "a file is expected, with a weight behind it if it is not 1, such as ink.safetensors:0.8".into()
            );
        }
        Ok(Self { path: PathBuf::from(path), weight })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_weight_is_what_stands_behind_the_last_colon_if_it_is_a_number() {
        let read = |text: &str| text.parse::<LoraArgument>().map(|it| (it.path.display().to_string(), it.weight));
        assert_eq!(read("ink.safetensors"), Ok(("ink.safetensors".into(), 1.0)));
        assert_eq!(read("ink.safetensors:0.75"), Ok(("ink.safetensors".into(), 0.75)));
        assert_eq!(read("C:\\ink.safetensors"), Ok(("C:\\ink.safetensors".into(), 1.0)));
        assert_eq!(read("C:\\ink.safetensors:-1"), Ok(("C:\\ink.safetensors".into(), -1.0)));
        assert!(read("").is_err() && read("a:inf").is_err() && read(":1").is_err());
    }
}
