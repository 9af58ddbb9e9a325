//! From prompts to what the UNet attends to: one or two text encoders, two ways to read a prompt.
//!
//! [`Reading::Plain`] is diffusers' `encode_prompt` to the letter. [`Reading::Weighted`] follows the conventions of
//! AUTOMATIC1111's web interface, written from its documentation and behaviour:
//!
//! - Weights by brackets, escapes, and `BREAK`: see the rules at `PromptReader`.
//! - Text of any length, in chunks of 75 tokens between start and end token, filled up with the model's own padding. Where a
//!   chunk ends within 20 tokens after a comma, what follows the comma moves to the next chunk.
//! - Every token's hidden state is multiplied by its weight; each chunk is then scaled so that its mean is what it was.
//!   With two encoders, each keeps its own mean.
//! - The pooled state is that of the first chunk, and no weight touches it.
//! - Of a prompt and its negative, the shorter is filled up with chunks of the empty prompt.
//! - For Stable Diffusion XL an empty negative prompt is zeros, unless `model_index.json` says otherwise.
//!
//! Not read: prompt editing (`[from:to:0.5]`, `[a|b]`), `AND`, and `<lora:…>`; they are text, their brackets weights.
//!
//! diffusers' community pipeline `lpw_stable_diffusion` agrees for prompts of one chunk where the padding is the end token
//! (Stable Diffusion 1); elsewhere it writes the end token after the padding instead of before it. For longer prompts it
//! neither knows `BREAK` nor moves text at commas, restores the mean over all chunks at once, and reads at most three.
//!
//! Token ids are those of transformers in both readings: where "!" is the padding (Stable Diffusion 2, XL's second
//! encoder), a written "!" is the padding's id, too.

mod attention;
mod cache;
mod chunks;
mod components;
mod encoder;
mod learnt;

use burn::tensor::Tensor;

use crate::DiffusionError;
use crate::clip::ClipTextConfig;
use crate::layers::Placement;
use crate::source::ModelSource;

use attention::PromptReader;
use cache::Cache;
use components::Components;
use encoder::{Encoded, Encoder, Layer};

/// How the text of a prompt is read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Reading {
    /// With weights in brackets and at any length, as users of web interfaces write prompts.
    #[default]
    Weighted,
    /// As diffusers reads it: every character is text, and what is too long is cut off.
    Plain,
}

/// What is to be encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromptRequest<'a> {
    /// What to paint.
    pub prompt: &'a str,
    /// What to avoid; `None` where nothing was said. Some models make zeros of that, but read an empty text.
    pub negative: Option<&'a str>,
    /// Whether the negative side is needed, as it is for classifier-free guidance.
    pub is_guided: bool,
    /// How the text is read.
    pub reading: Reading,
    /// How many of the last layers are left out, counted as diffusers counts its `clip_skip`: 0 for what the model was
    /// trained with, 1 for the layer before (which web interfaces call 2). Read plainly, it is not applied to the
    /// negative prompt, as in diffusers.
    pub clip_skip: usize,
}

/// What the UNet attends to.
#[derive(Debug, Clone)]
pub struct TextConditioning {
    /// Hidden states of every token, `[1, tokens, width]`; those of two encoders side by side.
    pub hidden_states: Tensor<3>,
    /// The projected summary `[1, width]` of a model with two encoders.
    pub pooled: Option<Tensor<2>>,
}

/// Both sides of the guidance; equally long where both are there.
#[derive(Debug, Clone)]
pub struct PromptConditioning {
    /// Of the prompt.
    pub positive: TextConditioning,
    /// Of the negative prompt, where it was asked for.
    pub negative: Option<TextConditioning>,
}

/// How long a prompt is, start and end token not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct PromptLength {
    /// Tokens of the prompt.
    pub tokens: usize,
    /// Tokens that there is room for: 75, or as many for every chunk that the prompt fills. Where [`Self::tokens`] are
    /// more, the end of the prompt is not read.
    pub room: usize,
}

/// The text encoders of a model with their tokenizers.
pub struct TextEncoders {
    encoders: Vec<Encoder>,
    components: Vec<&'static str>,
    /// Whether it is Stable Diffusion XL's kind: a second encoder, penultimate layers, a pooled state.
    is_xl: bool,
    /// Whether a negative prompt that was not given is zeros.
    zeroes_empty: bool,
    reader: PromptReader,
    cache: Cache,
}

impl TextEncoders {
    /// Loads the encoders that `model_index.json` names or, where it names none, those that have a configuration file:
    /// `text_encoder` with `tokenizer`, `text_encoder_2` with `tokenizer_2`, or the second pair alone.
    ///
    /// # Errors
    /// Where a file is missing or broken, or the model needs something that is not supported.
    pub fn load(source: &dyn ModelSource, placement: &Placement) -> Result<Self, DiffusionError> {
        Self::load_with(source, |_| placement.clone())
    }

    /// The same with a placement for each component, which is asked for by its name, such as `text_encoder_2`: weights of
    /// two components must not be entered in one registry.
    ///
    /// # Errors
    /// As [`TextEncoders::load`].
    pub fn load_with(
        source: &dyn ModelSource,
        placement_of: impl Fn(&str) -> Placement,
    ) -> Result<Self, DiffusionError> {
        let components = Components::of(source)?;
        let encoders = components
            .encoders
            .iter()
            .map(|part| Encoder::load(source, &placement_of(part.component), part))
            .collect::<Result<Vec<_>, _>>()?;
        if let [first, second] = encoders.as_slice()
            && first.length() != second.length()
        {
            return Err(DiffusionError::config(
                "tokenizer_2",
                format!("it makes {} tokens of a prompt where the first makes {}", second.length(), first.length()),
            ));
        }
        let reader = PromptReader::new().map_err(|error| DiffusionError::input("prompt", error.to_string()))?;
        Ok(Self {
            components: components.encoders.iter().map(|part| part.component).collect(),
            encoders,
            is_xl: components.is_xl,
            zeroes_empty: components.is_xl && components.zeroes_empty,
            reader,
            cache: Cache::default(),
        })
    }

    /// Whether the configurations of a model's text encoders are such as are implemented.
    ///
    /// # Errors
    /// Where one is missing, broken or asks for something that is not implemented.
    pub fn check_configs(source: &dyn ModelSource) -> Result<(), DiffusionError> {
        let components = Components::of(source)?;
        components.encoders.iter().try_for_each(|part| ClipTextConfig::from_source(source, part.component).map(|_| ()))
    }

    /// The components that were loaded, such as `text_encoder`.
    pub fn components(&self) -> impl Iterator<Item = &'static str> {
        self.components.iter().copied()
    }

    /// How long a prompt is, for a person who writes it; of two tokenizers, the one that needs more tells.
    pub fn length(&self, prompt: &str, reading: Reading) -> PromptLength {
        let lengths = self.encoders.iter().map(|encoder| match reading {
            Reading::Plain => encoder.plain_length(prompt),
            Reading::Weighted => encoder.weighted_length(&self.reader, prompt),
        });
        lengths.max_by_key(|length| (length.room, length.tokens)).unwrap_or_default()
    }

    /// Width of the hidden states, of all encoders together.
    pub fn width(&self) -> usize {
        self.encoders.iter().map(Encoder::hidden_size).sum()
    }

    /// Encodes a prompt and, for guidance, what to avoid. The last few are remembered, so that asking again costs nothing.
    ///
    /// # Errors
    /// Where more layers are to be skipped than there are, or the tokenizer makes ids that the encoder does not know.
    pub fn encode(&mut self, request: &PromptRequest<'_>) -> Result<PromptConditioning, DiffusionError> {
        if let Some(found) = self.cache.find(request) {
            return Ok(found);
        }
        let encoded = match request.reading {
            Reading::Plain => self.encode_plainly(request)?,
            Reading::Weighted => self.encode_with_weights(request)?,
        };
        self.cache.keep(request, encoded.clone());
        Ok(encoded)
    }

    /// Forgets what was encoded; needed where the encoders' weights changed, as by a LoRA.
    pub fn forget_encoded(&mut self) {
        self.cache = Cache::default();
    }

    /// Teaches the encoders a word (textual inversion). `file` is how errors name where the vectors came from; for every
    /// encoder there is a list of vectors, each as wide as its hidden states.
    ///
    /// Weighted, the word is found where a prompt's tokens are those of its spelling, and the longest of several; it
    /// counts as as many tokens as it has vectors. Plainly, it is found as diffusers finds it: by its letters in any case,
    /// also inside other words.
    ///
    /// # Errors
    /// Where the vectors do not fit the encoders, or there is such a word already. Nothing is changed then.
    pub fn add_embedding(&mut self, word: &str, file: &str, vectors: Vec<Vec<Vec<f32>>>) -> Result<(), DiffusionError> {
        let wrong = |problem: String| Err(DiffusionError::input(file, problem));
        if vectors.len() != self.encoders.len() {
            return wrong(format!(
                "it has vectors for {} text encoders, but the model has {}; it was made for another kind of model",
                vectors.len(),
                self.encoders.len()
            ));
        }
        let count = vectors.first().map_or(0, Vec::len);
        for (encoder, vectors) in self.encoders.iter().zip(&vectors) {
            if let Err(problem) = encoder.check_word(word) {
                return wrong(problem);
            }
            if vectors.is_empty() || vectors.len() != count || vectors.len() > encoder.length() - 2 {
                return wrong(format!(
                    "{word} has {} vectors; between 1 and {}, and as many for every text encoder, can be read",
                    vectors.len(),
                    encoder.length() - 2
                ));
            }
            let width = encoder.hidden_size();
            if let Some(vector) = vectors.iter().find(|vector| vector.len() != width) {
                return wrong(format!(
                    "the vectors of {word} have {} values where the model's text encoder has {width}; it was made for \
                     another kind of model",
                    vector.len()
                ));
            }
            if vectors.iter().flatten().any(|value| !value.is_finite()) {
                return wrong(format!("the vectors of {word} hold values that are not numbers"));
            }
        }
        for (encoder, vectors) in self.encoders.iter_mut().zip(vectors) {
            encoder.add_word(word, vectors);
        }
        self.forget_encoded();
        Ok(())
    }

    /// Takes back a word of [`Self::add_embedding`]; false where there is none.
    pub fn remove_embedding(&mut self, word: &str) -> bool {
        let mut is_removed = false;
        for encoder in &mut self.encoders {
            is_removed |= encoder.remove_word(word);
        }
        self.forget_encoded();
        is_removed
    }

    fn encode_plainly(&self, request: &PromptRequest<'_>) -> Result<PromptConditioning, DiffusionError> {
        let encode = |prompt: &str, skipped: usize| {
            let layer = self.layer(skipped);
            let parts = self.encoders.iter().map(|encoder| encoder.plain(prompt, layer));
            self.side_by_side(parts.collect::<Result<_, _>>()?)
        };
        let positive = encode(request.prompt, request.clip_skip)?;
        let negative = match request.negative {
            _ if !request.is_guided => None,
            None if self.zeroes_empty => Some(positive.zeros()),
            negative => Some(encode(negative.unwrap_or_default(), 0)?),
        };
        Ok(PromptConditioning { positive, negative })
    }

    fn encode_with_weights(&self, request: &PromptRequest<'_>) -> Result<PromptConditioning, DiffusionError> {
        let layer = self.layer(request.clip_skip);
        let negative = request.negative.unwrap_or_default();
        let is_zero = self.zeroes_empty && negative.is_empty();
        let (mut positives, mut negatives) = (Vec::new(), Vec::new());
        for encoder in &self.encoders {
            positives.push(encoder.chunks(&self.reader, request.prompt));
            if request.is_guided && !is_zero {
                negatives.push(encoder.chunks(&self.reader, negative));
            }
        }
        // Two vocabularies may need different numbers of chunks for the same text.
        let count = positives.iter().chain(&negatives).map(Vec::len).fold(1, usize::max);
        let encode = |sides: Vec<_>| {
            let parts = self.encoders.iter().zip(sides).map(|(encoder, chunks)| encoder.weighted(chunks, count, layer));
            self.side_by_side(parts.collect::<Result<_, _>>()?)
        };
        let positive = encode(positives)?;
        let negative = match request.is_guided {
            false => None,
            true if is_zero => Some(positive.zeros()),
            true => Some(encode(negatives)?),
        };
        Ok(PromptConditioning { positive, negative })
    }

    fn layer(&self, skipped: usize) -> Layer {
        if self.is_xl { Layer::Penultimate { skipped } } else { Layer::Normed { skipped } }
    }

    /// Joins what the encoders say; the pooled state is that of the first one that has a projection.
    fn side_by_side(&self, parts: Vec<Encoded>) -> Result<TextConditioning, DiffusionError> {
        let mut pooled = None;
        let mut hidden_states = Vec::with_capacity(parts.len());
        for part in parts {
            pooled = pooled.or(part.pooled);
            hidden_states.push(part.hidden_states);
        }
        if hidden_states.is_empty() {
            return Err(no_encoder());
        }
        Ok(TextConditioning { hidden_states: Tensor::cat(hidden_states, 2), pooled: pooled.filter(|_| self.is_xl) })
    }
}

impl TextConditioning {
    /// Zeros in the same shapes.
    fn zeros(&self) -> Self {
        Self {
            hidden_states: self.hidden_states.zeros_like(),
            pooled: self.pooled.as_ref().map(|pooled| pooled.zeros_like()),
        }
    }
}

impl std::fmt::Debug for TextEncoders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TextEncoders")
            .field("encoders", &self.encoders.len())
            .field("is_xl", &self.is_xl)
            .finish_non_exhaustive()
    }
}

fn no_encoder() -> DiffusionError {
    DiffusionError::MissingFile { path: "text_encoder/config.json".into() }
}
