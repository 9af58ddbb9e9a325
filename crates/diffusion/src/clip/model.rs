//! The transformer: embeddings, layers, a last norm, and the projection of the summary.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};

use super::layer::EncoderLayer;
use super::table::TokenTable;
use super::{ClipTextConfig, SummaryToken};
use crate::error::DiffusionError;
use crate::layers::{LayerNorm, Linear, Loader, Placement};
use crate::source::Weights;

/// Added to the scores of what a token must not see; far below every score and still a number in half precision.
const HIDDEN: f32 = -30_000.0;

/// A text as the encoder reads it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tokens {
    /// The tokens' ids. The position of the summary is found among them.
    pub ids: Vec<u32>,
    /// Vectors that stand in the place of the table's, for tokens that were learnt later (textual inversion).
    pub vectors: Vec<TokenVector>,
    /// The number of tokens at the beginning that may be attended to; `None` for all.
    pub attended: Option<usize>,
}

/// A token's vector that is not in the table.
#[derive(Debug, Clone, PartialEq)]
pub struct TokenVector {
    /// Which of the text's tokens it is.
    pub position: usize,
    /// The vector, as wide as the hidden states.
    pub values: Arc<[f32]>,
}

impl Tokens {
    /// A text of plain tokens.
    pub fn new(ids: Vec<u32>) -> Self {
        Self { ids, ..Self::default() }
    }
}

/// What the encoder makes of a batch of texts.
#[derive(Debug, Clone)]
pub struct EncodedText {
    /// Every hidden state `[batch, tokens, hidden_size]`: the embeddings first, then each layer's output, none of them
    /// after the final norm.
    pub hidden_states: Vec<Tensor<3>>,
    /// The last layer's output after the final norm, `[batch, tokens, hidden_size]`.
    pub last: Tensor<3>,
    /// The summary of each text, `[batch, hidden_size]`: one position of [`EncodedText::last`].
    pub pooled: Tensor<2>,
    /// The projected summaries `[batch, projection_size]`, for models that have a projection.
    pub projected: Option<Tensor<2>>,
}

/// A text encoder: tokens in, one vector a token out.
#[derive(Debug, Clone)]
pub struct ClipTextModel {
    tokens: TokenTable,
    positions: Tensor<2>,
    layers: Vec<EncoderLayer>,
    final_norm: LayerNorm,
    projection: Option<Linear>,
    summary: SummaryToken,
    max_tokens: usize,
    hidden_size: usize,
    device: Device,
}

impl ClipTextModel {
    /// Reads the model whose tensors stand below `prefix` (usually empty).
    ///
    /// Both namings of transformers are taken: with `text_model.` before every name, and without. The projection is read
    /// where the configuration says that there is one.
    ///
    /// # Errors
    /// Where a tensor is missing or its shape is not the configuration's.
    pub fn load(
        config: &ClipTextConfig,
        weights: &dyn Weights,
        prefix: &str,
        placement: &Placement,
    ) -> Result<Self, DiffusionError> {
        let outer = Loader::new(weights, prefix, placement);
        let named = outer.at("text_model");
        let has_bare_names = !named.has("final_layer_norm.weight") && outer.has("final_layer_norm.weight");
        let root = if has_bare_names { &outer } else { &named };
        let embeddings = root.at("embeddings");
        let width = config.hidden_size;
        let projection = if config.is_projected {
            Some(Linear::load(&outer.at("text_projection"), width, config.projection_size, false)?)
        } else {
            None
        };
        let layers = (0..config.layers)
            .map(|layer_idx| EncoderLayer::load(&root.at(format!("encoder.layers.{layer_idx}")), config))
            .collect::<Result<_, _>>()?;
        Ok(Self {
            tokens: TokenTable::load(&embeddings.at("token_embedding"), config.vocab_size, width)?,
            positions: embeddings.tensor("position_embedding.weight", [config.max_tokens, width])?,
            layers,
            final_norm: LayerNorm::load(&root.at("final_layer_norm"), width, config.norm_epsilon)?,
            projection,
            summary: config.summary,
            max_tokens: config.max_tokens,
            hidden_size: width,
            device: placement.device.clone(),
        })
    }

    /// The longest text, in tokens.
    pub fn max_tokens(&self) -> usize {
        self.max_tokens
    }

    /// The number of tokens in the table; ids are below it.
    pub fn vocabulary_size(&self) -> usize {
        self.tokens.count()
    }

    /// Width of the hidden states.
    pub fn hidden_size(&self) -> usize {
        self.hidden_size
    }

    /// The number of hidden states that [`ClipTextModel::forward`] gives: one more than there are layers.
    pub fn hidden_states(&self) -> usize {
        self.layers.len() + 1
    }

    /// Encodes a batch of texts of one length.
    ///
    /// The mask is causal, so that padding at the end changes nothing before it.
    ///
    /// # Errors
    /// Where there is no text, the lengths differ or are more than [`ClipTextModel::max_tokens`], an id is not in the
    /// vocabulary, or a vector has another width than the hidden states or stands past the end.
    pub fn forward(&self, texts: &[Tokens]) -> Result<EncodedText, DiffusionError> {
        let embedded = self.embed(texts)?;
        let [_, length, _] = embedded.dims();
        let bias = self.attention_bias(texts, length);
        let mut hidden_states = vec![embedded + self.positions.clone().narrow(0, 0, length).unsqueeze::<3>()];
        for layer in &self.layers {
            let Some(hidden) = hidden_states.last() else { break };
            hidden_states.push(layer.forward(hidden.clone(), bias.as_ref()));
        }
        let Some(last) = hidden_states.last() else {
            return Err(DiffusionError::input("text encoder", "it has no hidden states"));
        };
        let last = self.final_norm.forward(last.clone());
        let summaries = texts.iter().enumerate().map(|(text_idx, text)| {
            let position = self.summary.position(&text.ids);
            last.clone().narrow(0, text_idx, 1).narrow(1, position, 1).reshape([1, self.hidden_size])
        });
        let pooled = Tensor::cat(summaries.collect(), 0);
        let projected = self.projection.as_ref().map(|projection| projection.forward(pooled.clone()));
        Ok(EncodedText { hidden_states, last, pooled, projected })
    }

    /// The norm after the last layer, for hidden states of earlier layers that are used in its place.
    pub fn final_norm(&self, hidden: Tensor<3>) -> Tensor<3> {
        self.final_norm.forward(hidden)
    }

    /// The tokens' vectors, `[batch, tokens, hidden_size]`.
    fn embed(&self, texts: &[Tokens]) -> Result<Tensor<3>, DiffusionError> {
        let wrong = |problem: String| DiffusionError::input("text encoder", problem);
        let length = texts.first().map_or(0, |text| text.ids.len());
        if length == 0 || texts.iter().any(|text| text.ids.len() != length) {
            return Err(wrong("texts of a batch must have the same number of tokens, and at least one".into()));
        }
        if length > self.max_tokens {
            return Err(wrong(format!("a text of {length} tokens is longer than the {} it can read", self.max_tokens)));
        }
        let mut values = Vec::with_capacity(texts.len() * length * self.hidden_size);
        for text in texts {
            for (position, id) in text.ids.iter().enumerate() {
                match text.vectors.iter().find(|vector| vector.position == position) {
                    Some(vector) if vector.values.len() == self.hidden_size => values.extend_from_slice(&vector.values),
                    Some(vector) => {
                        let found = vector.values.len();
                        return Err(wrong(format!(
                            "a token's vector has {found} values instead of {}",
                            self.hidden_size
                        )));
                    }
                    None if self.tokens.append(*id, &mut values) => {}
                    None => {
                        return Err(wrong(format!(
                            "token id {id} is not among the {} of its vocabulary; the tokenizer is not of the same model",
                            self.tokens.count()
                        )));
                    }
                }
            }
        }
        Ok(Tensor::from_data(TensorData::new(values, [texts.len(), length, self.hidden_size]), &self.device))
    }

    /// What is added to the attention's scores where padding is hidden; nothing where only later tokens are.
    fn attention_bias(&self, texts: &[Tokens], length: usize) -> Option<Tensor<4>> {
        if texts.iter().all(|text| text.attended.is_none_or(|attended| attended >= length)) {
            return None;
        }
        let mut values = Vec::with_capacity(texts.len() * length * length);
        for text in texts {
            let attended = text.attended.unwrap_or(length);
            for query in 0..length {
                values.extend((0..length).map(|key| if key <= query && key < attended { 0.0 } else { HIDDEN }));
            }
        }
        Some(Tensor::from_data(TensorData::new(values, [texts.len(), 1, length, length]), &self.device))
    }
}
