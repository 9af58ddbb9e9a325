//! The prompts that were rendered, leafed through with Up and Down as in a shell.

/// Most prompts that are kept.
const MAX_PROMPTS: usize = 200;

/// The prompts that were rendered, the oldest first, none twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PromptHistory {
    prompts: Vec<String>,
    /// The place that is shown while someone leafs.
    place: Option<usize>,
    /// What was being written when the leafing began: Down comes back to it.
    draft: String,
}

impl PromptHistory {
    /// A history as it was kept, the oldest prompt first.
    #[must_use]
    pub fn from_prompts(prompts: impl IntoIterator<Item = String>) -> Self {
        let mut history = Self::default();
        for prompt in prompts {
            history.note(&prompt);
        }
        history
    }

    /// The prompts, the oldest first.
    #[must_use]
    pub fn prompts(&self) -> &[String] {
        &self.prompts
    }

    /// Takes a prompt that is rendered: it becomes the newest, and is in the list once. Blank ones are not kept.
    pub fn note(&mut self, prompt: &str) {
        let prompt = prompt.trim();
        self.place = None;
        if prompt.is_empty() {
            return;
        }
        self.prompts.retain(|former| former != prompt);
        if self.prompts.len() >= MAX_PROMPTS {
            self.prompts.remove(0);
        }
        self.prompts.push(prompt.to_owned());
    }

    /// The prompt before the one that is shown; `None` at the oldest. `shown` is what the field says now.
    pub fn older(&mut self, shown: &str) -> Option<&str> {
        let place = match self.here(shown) {
            Some(place) => place.checked_sub(1)?,
            None => {
                self.draft = shown.to_owned();
                // What is shown already would be no step back.
                let newest = self.prompts.len().checked_sub(1)?;
                if self.prompts[newest] == shown.trim() { newest.checked_sub(1)? } else { newest }
            }
        };
        self.place = Some(place);
        Some(&self.prompts[place])
    }

    /// The prompt after the one that is shown, and after the newest the one that was being written; `None` there.
    pub fn newer(&mut self, shown: &str) -> Option<&str> {
        let place = self.here(shown)? + 1;
        if place < self.prompts.len() && self.prompts[place] != self.draft.trim() {
            self.place = Some(place);
            return Some(&self.prompts[place]);
        }
        self.place = None;
        Some(&self.draft)
    }

    /// The place that is shown, unless the field was written in since.
    fn here(&self, shown: &str) -> Option<usize> {
        self.place.filter(|place| self.prompts.get(*place).is_some_and(|prompt| prompt == shown.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn history() -> PromptHistory {
        PromptHistory::from_prompts(["a lake", "a wood", "a lake", " ", "a house"].map(String::from))
    }

    #[test]
    fn a_prompt_is_kept_once_at_its_latest_place() {
        assert_eq!(history().prompts(), ["a wood", "a lake", "a house"]);
    }

    #[test]
    fn up_goes_back_and_down_returns_to_what_was_being_written() {
        let mut history = history();
        assert_eq!(history.older("a draf"), Some("a house"));
        assert_eq!(history.older("a house"), Some("a lake"));
        assert_eq!(history.older("a lake"), Some("a wood"));
        assert_eq!(history.older("a wood"), None);
        assert_eq!(history.newer("a wood"), Some("a lake"));
        assert_eq!(history.newer("a lake"), Some("a house"));
        assert_eq!(history.newer("a house"), Some("a draf"));
        assert_eq!(history.newer("a draf"), None);
    }

    #[test]
    fn what_was_just_rendered_is_no_step_back() {
        let mut history = history();
        assert_eq!(history.older("a house"), Some("a lake"));
        assert_eq!(history.newer("a lake"), Some("a house"));
    }

    #[test]
    fn writing_in_a_former_prompt_makes_it_the_new_draft() {
        let mut history = history();
        history.older("x");
        assert_eq!(history.newer("a house at night"), None);
        assert_eq!(history.older("a house at night"), Some("a house"));
        assert_eq!(history.newer("a house"), Some("a house at night"));
    }

    #[test]
    fn the_list_does_not_grow_for_ever_and_an_empty_one_is_no_trouble() {
        let history = PromptHistory::from_prompts((0..MAX_PROMPTS + 9).map(|idx| format!("prompt {idx}")));
        assert_eq!((history.prompts().len(), history.prompts()[0].as_str()), (MAX_PROMPTS, "prompt 9"));
        assert_eq!(PromptHistory::default().older("x"), None);
        assert_eq!(PromptHistory::default().newer("x"), None);
    }
}
