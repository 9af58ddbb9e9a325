//! The command palette: every action by a few of its letters.

use underpaint_paint::insertion_sort_by_key;

use crate::effect::Effects;
use crate::{Action, Part, Session, Texts, letters};

/// A letter as it is compared: small and without its accent, so that "selecao" finds "Seleção".
fn folded(letter: char) -> char {
    const ACCENTED: [(&str, char); 7] =
        [("áàâãäå", 'a'), ("éèêë", 'e'), ("íìîï", 'i'), ("óòôõö", 'o'), ("úùûü", 'u'), ("ç", 'c'), ("ñ", 'n')];
    let letter = letters::small(letter);
    ACCENTED.iter().find(|(letters, _)| letters.contains(letter)).map_or(letter, |(_, plain)| *plain)
}

/// How well a label answers a query, 0 best; `None` where its letters are not in the label in their order.
fn rank(label: &[char], query: &[char]) -> Option<usize> {
    if query.is_empty() {
        return Some(0);
    }
    if let Some(start) = label.windows(query.len()).position(|part| part == query) {
        let begins_word = start == 0 || !label[start - 1].is_alphanumeric();
        return Some(match start {
            0 => 0,
            _ if begins_word => 1,
            _ => 2,
        });
    }
    // Letters in their order, the nearer to each other the better.
    let (mut at, mut gaps) = (0, 0);
    for letter in query {
        let step = label[at..].iter().position(|it| it == letter)?;
        gaps += step;
        at += step + 1;
    }
    Some(3 + gaps)
}

impl Session {
    /// Whether the command palette is shown.
    #[must_use]
    pub fn is_palette_open(&self) -> bool {
        self.is_palette_open
    }

    /// The actions whose labels answer a query, the best first. What would do nothing now comes last.
    #[must_use]
    pub fn commands(&self, texts: Texts, query: &str) -> Vec<Action> {
        let query: Vec<char> = query.trim().chars().map(folded).collect();
        let mut found: Vec<(bool, usize, Action)> = Action::ALL
            .into_iter()
            .filter(|action| *action != Action::TogglePalette)
            .filter_map(|action| {
                let label: Vec<char> = texts.say(&action.label()).chars().map(folded).collect();
                rank(&label, &query).map(|rank| (!self.is_enabled(action), rank, action))
            })
            .collect();
        insertion_sort_by_key(&mut found, |(is_idle, rank, _)| (*is_idle, *rank));
        found.into_iter().map(|(_, _, action)| action).collect()
    }

    pub(crate) fn toggle_palette(&mut self, effects: &mut Effects) {
        self.is_palette_open = !self.is_palette_open;
        effects.changed(Part::Help);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_beginning_goes_before_a_word_before_a_part_before_scattered_letters() {
        let label = |text: &str| text.chars().map(folded).collect::<Vec<_>>();
        let ranked = |text: &str| rank(&label(text), &label("fit"));
        assert_eq!(ranked("Fit the canvas"), Some(0));
        assert_eq!(ranked("See it fit"), Some(1));
        assert_eq!(ranked("Outfit"), Some(2));
        assert!(ranked("Flip it").unwrap() < ranked("Fill what is not").unwrap());
        assert_eq!(ranked("tif"), None);
        assert_eq!(rank(&label("Limpar seleção"), &label("SELECAO")), Some(1));
        assert_eq!(rank(&label("x"), &[]), Some(0));
    }
}
