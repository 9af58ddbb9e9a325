//! One text encoder with its tokenizer.

use burn::tensor::{Tensor, TensorData};

use super::PromptLength;
use super::attention::{Part, PromptReader};
use super::chunks::{Chunk, ChunkFrame, Item, extend_to, fill};
use super::components::Component;
use super::learnt::LearntWords;
use crate::DiffusionError;
use crate::clip::{ClipTextConfig, ClipTextModel, EncodedText};
use crate::layers::Placement;
use crate::source::ModelSource;
use crate::tokenizer::ClipTokenizer;

/// One text encoder with its tokenizer and the words it learnt.
#[derive(Debug)]
pub(super) struct Encoder {
    model: ClipTextModel,
    tokenizer: ClipTokenizer,
    learnt: LearntWords,
    masks_padding: bool,
    length: usize,
}

/// Which hidden states are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layer {
    /// The last but `skipped`, after the final norm: Stable Diffusion 1 and 2.
    Normed { skipped: usize },
    /// The last but one and `skipped`, without the norm: Stable Diffusion XL.
    Penultimate { skipped: usize },
}

/// What an encoder says of a prompt.
pub(super) struct Encoded {
    /// `[1, tokens, hidden_size]`.
    pub(super) hidden_states: Tensor<3>,
    /// `[1, projection_size]`, for an encoder with a projection.
    pub(super) pooled: Option<Tensor<2>>,
}

impl Encoder {
    /// Loads a text encoder with its tokenizer.
    pub(super) fn load(
        source: &dyn ModelSource,
        placement: &Placement,
        part: &Component,
    ) -> Result<Self, DiffusionError> {
        let Component { component, tokenizer: tokenizer_folder, is_projected } = *part;
        let mut config = ClipTextConfig::from_source(source, component)?;
        config.is_projected = is_projected;
        let tokenizer = ClipTokenizer::from_folder(source, tokenizer_folder)?;
        let length = tokenizer.length().unwrap_or(config.max_tokens);
        let tokenizer_problem = |problem: String| DiffusionError::config(tokenizer_folder, problem);
        if length > config.max_tokens {
            return Err(tokenizer_problem(format!(
                "model_max_length is {length}, more than the {} positions of {component}",
                config.max_tokens
            )));
        }
        if length < 3 {
            return Err(tokenizer_problem(format!("prompts of {length} tokens have no room for a word")));
        }
        let highest = [tokenizer.start_id(), tokenizer.end_id(), tokenizer.pad_id()].into_iter().fold(0, u32::max);
        if highest as usize >= config.vocab_size {
            return Err(tokenizer_problem(format!(
                "a special token has the id {highest}, but {component} knows only {} tokens",
                config.vocab_size
            )));
        }
        let weights = source.weights(component)?;
        let model = ClipTextModel::load(&config, weights.as_ref(), "", placement)?;
        Ok(Self { model, tokenizer, learnt: LearntWords::default(), masks_padding: config.masks_padding, length })
    }

    /// Tokens per text or chunk, start and end included.
    pub(super) fn length(&self) -> usize {
        self.length
    }

    /// How long a prompt is that is read plainly.
    pub(super) fn plain_length(&self, prompt: &str) -> PromptLength {
        let prompt = self.learnt.spelled_out(&self.tokenizer, prompt);
        PromptLength { tokens: self.tokenizer.pieces_with_added(&prompt).len(), room: self.length - 2 }
    }

    /// How long a prompt is that is read with weights. What chunks leave empty before the last one counts as used.
    pub(super) fn weighted_length(&self, reader: &PromptReader, prompt: &str) -> PromptLength {
        let chunks = self.chunks(reader, prompt);
        let capacity = self.length - 2;
        let in_last = chunks.last().map_or(0, |chunk| chunk.words);
        PromptLength { tokens: chunks.len().saturating_sub(1) * capacity + in_last, room: chunks.len() * capacity }
    }

    /// Width of the hidden states.
    pub(super) fn hidden_size(&self) -> usize {
        self.model.hidden_size()
    }

    /// Whether a word can be found in prompts, and is not there yet.
    pub(super) fn check_word(&self, word: &str) -> Result<(), String> {
        if self.tokenizer.pieces(word).is_empty() {
            return Err(format!("the word {word:?} has no letters that could be found in a prompt"));
        }
        if self.learnt.contains(word) || self.tokenizer.is_added(word) {
            return Err(format!("there is a word {word} already; give the file another name or remove the other"));
        }
        Ok(())
    }

    /// Adds a word whose vectors have the encoder's width.
    pub(super) fn add_word(&mut self, word: &str, vectors: Vec<Vec<f32>>) {
        // As in diffusers, new tokens follow the vocabulary's.
        let lowest_id = u32::try_from(self.model.vocabulary_size()).unwrap_or(u32::MAX);
        let lowest_id = lowest_id.max(self.tokenizer.id_limit());
        self.learnt.add(&mut self.tokenizer, word, vectors, lowest_id);
    }

    /// Takes a word back; false where there is none.
    pub(super) fn remove_word(&mut self, word: &str) -> bool {
        self.learnt.remove(&mut self.tokenizer, word)
    }

    /// Reads a prompt as diffusers does: as it is, and only as much of it as fits.
    pub(super) fn plain(&self, prompt: &str, layer: Layer) -> Result<Encoded, DiffusionError> {
        let prompt = self.learnt.spelled_out(&self.tokenizer, prompt);
        let (ids, attended) = self.tokenizer.framed(self.tokenizer.pieces_with_added(&prompt), self.length);
        let mut tokens = self.learnt.tokens(ids);
        // diffusers reads the setting only in the pipelines of one encoder.
        if self.masks_padding && matches!(layer, Layer::Normed { .. }) {
            tokens.attended = Some(attended);
        }
        let text = self.model.forward(&[tokens])?;
        Ok(Encoded { hidden_states: self.take(&text, layer)?, pooled: text.projected })
    }

    /// The chunks of a prompt with weights, at least one.
    pub(super) fn chunks(&self, reader: &PromptReader, prompt: &str) -> Vec<Chunk> {
        let items: Vec<Item> = reader
            .parts(prompt)
            .into_iter()
            .flat_map(|part| match part {
                Part::Break => vec![Item::Break],
                Part::Text(text, weight) => self.learnt.items(&self.tokenizer.pieces(&text), weight as f32),
            })
            .collect();
        fill(&items, &self.frame())
    }

    /// Reads chunks with their weights; empty ones are added until there are `count`.
    pub(super) fn weighted(
        &self,
        mut chunks: Vec<Chunk>,
        count: usize,
        layer: Layer,
    ) -> Result<Encoded, DiffusionError> {
        extend_to(&mut chunks, count, &self.frame());
        let tokens: Vec<_> = chunks.iter().map(|chunk| chunk.tokens.clone()).collect();
        let text = self.model.forward(&tokens)?;
        let mut hidden = self.take(&text, layer)?;
        let [count, length, width] = hidden.dims();
        if chunks.iter().any(|chunk| chunk.weights.iter().any(|weight| *weight != 1.0)) {
            let weights: Vec<f32> = chunks.iter().flat_map(|chunk| chunk.weights.iter().copied()).collect();
            let weights = Tensor::<3>::from_data(TensorData::new(weights, [count, length, 1]), &hidden.device());
            // Each chunk keeps its mean.
            let mean = |hidden: &Tensor<3>| hidden.clone().mean_dim(1).mean_dim(2);
            let before = mean(&hidden);
            hidden = hidden * weights;
            hidden = hidden.clone() * (before / mean(&hidden));
        }
        Ok(Encoded {
            hidden_states: hidden.reshape([1, count * length, width]),
            pooled: text.projected.map(|pooled| pooled.narrow(0, 0, 1)),
        })
    }

    /// The hidden states that a model of this kind was trained with.
    fn take(&self, text: &EncodedText, layer: Layer) -> Result<Tensor<3>, DiffusionError> {
        let skipped_of_all = match layer {
            Layer::Normed { skipped: 0 } => return Ok(text.last.clone()),
            Layer::Normed { skipped } => skipped,
            Layer::Penultimate { skipped } => skipped.saturating_add(1),
        };
        let found = text.hidden_states.iter().rev().nth(skipped_of_all).cloned().ok_or_else(|| {
            let n_layers = self.model.hidden_states() - 1;
            let most = if matches!(layer, Layer::Normed { .. }) { n_layers } else { n_layers.saturating_sub(1) };
            DiffusionError::input(
                "clip skip",
                format!("the text encoder has {n_layers} layers; at most {most} can be skipped"),
            )
        })?;
        Ok(match layer {
            Layer::Normed { .. } => self.model.final_norm(found),
            Layer::Penultimate { .. } => found,
        })
    }

    fn frame(&self) -> ChunkFrame {
        let comma = self.tokenizer.pieces(",");
        ChunkFrame {
            start_id: self.tokenizer.start_id(),
            end_id: self.tokenizer.end_id(),
            pad_id: self.tokenizer.pad_id(),
            comma_id: if let [comma] = comma.as_slice() { Some(*comma) } else { None },
            capacity: self.length - 2,
        }
    }
}
