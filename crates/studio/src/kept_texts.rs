//! What outlives a visit besides the settings and the document: brushes, styles, and the prompts that were rendered.

use crate::effect::Effects;
use crate::{Brushes, Effect, KeptText, Part, PromptHistory, Session, StyleEdit};

/// Parts the prompts of a history: what no keyboard types.
const PROMPT_END: char = '\u{1e}';

/// The texts of the last visit, as [`Effect::KeepText`] gave them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeptTexts {
    /// The brushes.
    pub brushes: Option<String>,
    /// The styles.
    pub styles: Option<String>,
    /// The prompts.
    pub prompts: Option<String>,
}

/// What has changed since it was kept.
#[derive(Debug, Default)]
pub(crate) struct TextsToKeep {
    are_brushes_new: bool,
    are_styles_new: bool,
    last_prompt: Option<String>,
}

impl Session {
    /// Takes what was kept; what cannot be read is as if it had never been.
    pub(crate) fn take_kept_texts(&mut self) {
        let texts = std::mem::take(&mut self.config.kept_texts);
        if let Some(Ok(brushes)) = texts.brushes.as_deref().map(Brushes::from_text) {
            self.brushes = brushes;
            self.brush = self.brushes.settings(crate::Tool::Brush);
            self.eraser = self.brushes.settings(crate::Tool::Eraser);
        }
        if let Some(styles) = texts.styles {
            self.styles.edit(StyleEdit::Replace(styles));
        }
        if let Some(prompts) = texts.prompts {
            let prompts = prompts.split(PROMPT_END).filter(|prompt| !prompt.is_empty()).map(str::to_owned);
            self.prompts = PromptHistory::from_prompts(prompts);
        }
        self.texts_to_keep.last_prompt = self.prompts.prompts().last().cloned();
    }

    /// After each event: notes what has changed; when the clock ticks it is kept, so that a slider that is drawn along does
    /// not write a hundred times.
    pub(crate) fn keep_texts(&mut self, is_tick: bool, effects: &mut Effects) {
        let to_keep = &mut self.texts_to_keep;
        to_keep.are_brushes_new |= effects.has_changed(Part::Brushes);
        to_keep.are_styles_new |= effects.has_changed(Part::Styles);
        if !is_tick {
            return;
        }
        if std::mem::take(&mut to_keep.are_brushes_new) {
            effects.push(Effect::KeepText(KeptText::Brushes, self.brushes.to_text()));
        }
        if std::mem::take(&mut to_keep.are_styles_new) {
            let styles = self.styles.to_csv(str::to_owned);
            effects.push(Effect::KeepText(KeptText::Styles, styles));
        }
        let last = self.prompts.prompts().last();
        if to_keep.last_prompt.as_ref() != last {
            to_keep.last_prompt = last.cloned();
            let prompts = self.prompts.prompts().join(&PROMPT_END.to_string());
            effects.push(Effect::KeepText(KeptText::Prompts, prompts));
        }
    }
}
