//! Weights of words in a prompt, `(word:1.1)` as AUTOMATIC1111's web interface writes them, changed from the keyboard.

use std::ops::Range;

use underpaint_paint::decimal_f32;

/// How much a press of the key changes a weight.
pub const WEIGHT_STEP: f32 = 0.1;
/// Below it a word has no say; leaving it out is clearer.
const MIN_WEIGHT: f32 = 0.1;
/// Above it pictures break.
const MAX_WEIGHT: f32 = 2.0;
/// What parentheses without a number stand for.
const BARE_WEIGHT: f32 = 1.1;

/// A text field's words and what is selected in them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextSelection {
    /// The words.
    pub text: String,
    /// The selection in UTF-16 code units, as `selectionStart` and `selectionEnd` count; empty for a caret.
    pub selection: Range<usize>,
}

/// The part of a text that carries a weight: a word, a selection, or a group in parentheses.
struct Target {
    /// Everything that is replaced, parentheses included.
    whole: Range<usize>,
    /// The words in it.
    content: Range<usize>,
    weight: f32,
}

/// Raises or lowers the weight of the selection, or of the group or word under the caret, by `delta`
/// (usually ± [`WEIGHT_STEP`]). At a weight of 1 the parentheses go. `None` where there is no word.
#[must_use]
pub fn with_weight_changed(field: &TextSelection, delta: f32) -> Option<TextSelection> {
    let letters: Vec<char> = field.text.chars().collect();
    let start = letter_idx_from_utf16(&letters, field.selection.start);
    let end = letter_idx_from_utf16(&letters, field.selection.end).max(start);
    let target = if start == end { target_at(&letters, start)? } else { target_of(&letters, start..end)? };
    let weight = ((target.weight + delta) * 100.0).round() / 100.0;
    let weight = if weight.is_nan() { target.weight } else { weight.clamp(MIN_WEIGHT, MAX_WEIGHT) };
    let is_plain = (weight - 1.0).abs() < 0.005;

    let content: String = letters[target.content.clone()].iter().collect();
    let mut text: String = letters[..target.whole.start].iter().collect();
    if !is_plain {
        text.push('(');
    }
    let content_start = text.encode_utf16().count();
    text.push_str(&content);
    let content_end = text.encode_utf16().count();
    if !is_plain {
        text.push(':');
        text.push_str(&weight_text(weight));
        text.push(')');
    }
    text.extend(&letters[target.whole.end..]);
    let selection = if start == end {
        // The caret stays where it was among the words.
        let within = start.clamp(target.content.start, target.content.end);
        let before: String = letters[target.content.start..within].iter().collect();
        let caret = content_start + before.encode_utf16().count();
        caret..caret
    } else {
        content_start..content_end
    };
    Some(TextSelection { text, selection })
}

/// At most two digits after the point, and one at least.
fn weight_text(weight: f32) -> String {
    let text = format!("{weight:.2}");
    text.strip_suffix('0').unwrap_or(&text).to_owned()
}

fn letter_idx_from_utf16(letters: &[char], offset: usize) -> usize {
    let mut passed = 0;
    letters
        .iter()
        .position(|letter| {
            let is_there = passed >= offset;
            passed += letter.len_utf16();
            is_there
        })
        .unwrap_or(letters.len())
}

fn is_word_letter(letter: char) -> bool {
    !letter.is_whitespace() && !".,\\/!?%^*;:{}=`~()[]|<>\"".contains(letter)
}

fn target_at(letters: &[char], caret: usize) -> Option<Target> {
    if let Some(group) = group_around(letters, caret..caret) {
        return Some(group);
    }
    let start = caret - letters[..caret].iter().rev().take_while(|letter| is_word_letter(**letter)).count();
    let end = caret + letters[caret..].iter().take_while(|letter| is_word_letter(**letter)).count();
    (start < end).then_some(Target { whole: start..end, content: start..end, weight: 1.0 })
}

fn target_of(letters: &[char], selected: Range<usize>) -> Option<Target> {
    let start = selected.clone().find(|idx| !letters[*idx].is_whitespace())?;
    let end = selected.rev().find(|idx| !letters[*idx].is_whitespace())? + 1;
    // A group that was selected with its parentheses, or whose words were: its own weight changes.
    let inner = if letters[start] == '(' && end - start >= 2 { start + 1..start + 1 } else { start..end };
    match group_around(letters, inner) {
        Some(group) if group.whole == (start..end) || group.content == (start..end) => Some(group),
        _ => Some(Target { whole: start..end, content: start..end, weight: 1.0 }),
    }
}

/// The innermost pair of parentheses around a place; those after a backslash are letters.
fn group_around(letters: &[char], place: Range<usize>) -> Option<Target> {
    let is_plain = |idx: usize, wanted: char| letters[idx] == wanted && (idx == 0 || letters[idx - 1] != '\\');
    let mut depth = 0;
    let open = (0..place.start).rev().find(|idx| {
        if is_plain(*idx, ')') {
            depth += 1;
        } else if is_plain(*idx, '(') {
            depth -= 1;
        }
        depth < 0
    })?;
    depth = 0;
    let close = (place.end..letters.len()).find(|idx| {
        if is_plain(*idx, '(') {
            depth += 1;
        } else if is_plain(*idx, ')') {
            depth -= 1;
        }
        depth < 0
    })?;
    let colon = (open + 1..close).rev().find(|idx| letters[*idx] == ':');
    let number = colon.and_then(|idx| {
        let digits: String = letters[idx + 1..close].iter().collect();
        decimal_f32(digits.trim()).map(|weight| (idx, weight))
    });
    let (content_end, weight) = number.unwrap_or((close, BARE_WEIGHT));
    (open + 1 < content_end).then_some(Target { whole: open..close + 1, content: open + 1..content_end, weight })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A field from a text in which `|` marks the caret, or both ends of the selection; the answer in the same way.
    fn press(marked: &str, n_presses: i32) -> Option<String> {
        let parts: Vec<&str> = marked.split('|').collect();
        let len = |parts: &[&str]| parts.concat().encode_utf16().count();
        let selection = len(&parts[..1])..len(&parts[..parts.len() - 1]);
        let mut field = TextSelection { text: parts.concat(), selection };
        for _ in 0..n_presses.abs() {
            field = with_weight_changed(&field, WEIGHT_STEP * n_presses.signum() as f32)?;
        }
        let units: Vec<u16> = field.text.encode_utf16().collect();
        let (start, end) = (field.selection.start, field.selection.end);
        let text = |range: Range<usize>| String::from_utf16(&units[range]).unwrap();
        let middle = if start == end { String::new() } else { format!("{}|", text(start..end)) };
        Some(format!("{}|{middle}{}", text(0..start), text(end..units.len())))
    }

    #[test]
    fn the_word_under_the_caret_gets_a_weight_and_loses_it_again() {
        assert_eq!(press("a red ho|use, oil", 1).unwrap(), "a red (ho|use:1.1), oil");
        assert_eq!(press("a red ho|use, oil", 3).unwrap(), "a red (ho|use:1.3), oil");
        assert_eq!(press("a red (ho|use:1.1), oil", -1).unwrap(), "a red ho|use, oil");
        assert_eq!(press("a red ho|use", -1).unwrap(), "a red (ho|use:0.9)");
        assert_eq!(press("house|", 1).unwrap(), "(house|:1.1)");
    }

    #[test]
    fn a_selection_is_weighted_as_one_and_stays_selected() {
        assert_eq!(press("a |red house|, oil", 2).unwrap(), "a (|red house|:1.2), oil");
        assert_eq!(press("a| red house |, oil", 1).unwrap(), "a (|red house|:1.1) , oil");
        assert_eq!(press("a |(red house:1.2)|, oil", 1).unwrap(), "a (|red house|:1.3), oil");
    }

    #[test]
    fn the_innermost_group_counts_and_bare_parentheses_are_worth_what_they_always_were() {
        assert_eq!(press("((red| house:1.2) lake:1.5)", 1).unwrap(), "((red| house:1.3) lake:1.5)");
        assert_eq!(press("((red house:1.2) la|ke:1.5)", 1).unwrap(), "((red house:1.2) la|ke:1.6)");
        assert_eq!(press("(li|ght)", 1).unwrap(), "(li|ght:1.2)");
        assert_eq!(press("(li|ght)", -1).unwrap(), "li|ght");
        // A word inside of a group is weighted by itself when it was selected.
        assert_eq!(press("(red |house|:1.2)", 1).unwrap(), "(red (|house|:1.1):1.2)");
    }

    #[test]
    fn parentheses_after_a_backslash_are_letters() {
        assert_eq!(press(r"a \(re|d\) house", 1).unwrap(), r"a \((re|d:1.1)\) house");
    }

    #[test]
    fn weights_keep_within_what_makes_pictures() {
        assert_eq!(press("lak|e", 50).unwrap(), "(lak|e:2.0)");
        assert_eq!(press("lak|e", -50).unwrap(), "(lak|e:0.1)");
        assert_eq!(press("(lak|e:1.05)", 1).unwrap(), "(lak|e:1.15)");
    }

    #[test]
    fn where_there_is_no_word_nothing_happens_and_letters_beyond_16_bits_are_counted_as_the_browser_does() {
        assert_eq!(press("|", 1), None);
        assert_eq!(press("a ,| b", 1), None);
        assert_eq!(press("(|)", 1), None);
        assert_eq!(press("🌊🌊 wa|ve 🏔", 1).unwrap(), "🌊🌊 (wa|ve:1.1) 🏔");
        let beyond = TextSelection { text: "lake".into(), selection: Range { start: 90, end: 7 } };
        assert_eq!(with_weight_changed(&beyond, 0.1).unwrap().text, "(lake:1.1)");
    }
}
