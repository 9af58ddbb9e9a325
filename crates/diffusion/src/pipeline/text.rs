//! Prompts by the model's text encoder.

use burn::tensor::Tensor;

use crate::DiffusionError;
use crate::clip::{ClipTextConfig, ClipTextModel, Tokens};
use crate::layers::Placement;
use crate::source::ModelSource;
use crate::tokenizer::ClipTokenizer;

pub(super) struct PromptRequest<'a> {
    pub(super) prompt: &'a str,
    pub(super) negative: Option<Option<&'a str>>,
    pub(super) is_plain: bool,
    pub(super) clip_skip: usize,
}

pub(super) struct TextRows {
    pub(super) hidden_states: Tensor<3>,
    pub(super) pooled: Option<Tensor<2>>,
}

pub(super) struct TextEncoders {
    tokenizer: ClipTokenizer,
    model: ClipTextModel,
}

impl TextEncoders {
    pub(super) fn load(source: &dyn ModelSource, placement: &Placement) -> Result<Self, DiffusionError> {
        let tokenizer = ClipTokenizer::from_source(source)?;
        let weights = source.weights("text_encoder")?;
        let config = ClipTextConfig::from_source(source, "text_encoder")?;
        Ok(Self { tokenizer, model: ClipTextModel::load(&config, weights.as_ref(), "", placement)? })
    }

    pub(super) fn n_parameters(&self) -> u64 {
        0
    }

    pub(super) fn encode(&self, request: &PromptRequest<'_>) -> Result<TextRows, DiffusionError> {
        let mut texts = Vec::new();
        if let Some(negative) = request.negative {
            texts.push(Tokens::new(self.tokenizer.encode(negative.unwrap_or_default())));
        }
        texts.push(Tokens::new(self.tokenizer.encode(request.prompt)));
        let _ = (request.is_plain, request.clip_skip);
        Ok(TextRows { hidden_states: self.model.forward(&texts)?.last, pooled: None })
    }
}
