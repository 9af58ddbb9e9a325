//! The last few encoded prompts.

use std::collections::VecDeque;

use super::{PromptConditioning, PromptRequest, Reading};

/// How many are remembered: prompts are often switched back and forth.
const REMEMBERED: usize = 8;

/// Encoded prompts by what was asked for; the one that was asked for longest ago is forgotten first.
#[derive(Debug, Default)]
pub(super) struct Cache {
    entries: VecDeque<(Key, PromptConditioning)>,
}

/// Everything that an encoded prompt depends on besides the encoders.
#[derive(Debug, PartialEq, Eq)]
struct Key {
    prompt: String,
    /// `None` where the negative side is not needed.
    negative: Option<Option<String>>,
    reading: Reading,
    clip_skip: usize,
}

impl Key {
    fn of(request: &PromptRequest<'_>) -> Self {
        Self {
            prompt: request.prompt.to_owned(),
            negative: request.is_guided.then(|| request.negative.map(str::to_owned)),
            reading: request.reading,
            clip_skip: request.clip_skip,
        }
    }
}

impl Cache {
    /// What was encoded for such a request.
    pub(super) fn find(&mut self, request: &PromptRequest<'_>) -> Option<PromptConditioning> {
        let key = Key::of(request);
        let idx = self.entries.iter().position(|(known, _)| *known == key)?;
        let entry = self.entries.remove(idx)?;
        let found = entry.1.clone();
        self.entries.push_back(entry);
        Some(found)
    }

    /// Remembers what was encoded for a request.
    pub(super) fn keep(&mut self, request: &PromptRequest<'_>, encoded: PromptConditioning) {
        self.entries.push_back((Key::of(request), encoded));
        if self.entries.len() > REMEMBERED {
            self.entries.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use burn::tensor::{Device, Tensor};

    use super::*;
    use crate::prompt::TextConditioning;

    #[test]
    fn the_least_recently_asked_for_is_forgotten_and_every_setting_counts() {
        let request = |prompt: &'static str| PromptRequest {
            prompt,
            negative: None,
            is_guided: true,
            reading: Reading::Plain,
            clip_skip: 0,
        };
        let device = Device::flex();
        let positive = TextConditioning { hidden_states: Tensor::zeros([1, 1, 1], &device), pooled: None };
        let encoded = PromptConditioning { positive, negative: None };
        let mut cache = Cache::default();
        for prompt in ["a", "b", "c", "d", "e", "f", "g", "h"] {
            cache.keep(&request(prompt), encoded.clone());
        }
        assert!(cache.find(&request("a")).is_some());
        cache.keep(&request("i"), encoded);
        assert!(cache.find(&request("a")).is_some() && cache.find(&request("b")).is_none());
        for other in [
            PromptRequest { negative: Some(""), ..request("a") },
            PromptRequest { is_guided: false, ..request("a") },
            PromptRequest { reading: Reading::Weighted, ..request("a") },
            PromptRequest { clip_skip: 1, ..request("a") },
        ] {
            assert!(cache.find(&other).is_none(), "{other:?}");
        }
    }
}
