//! What of a session goes into a project: the text of parameters that other tools read, and the form as entries.

use underpaint_paint::files::Entry;
use underpaint_protocol::GenerateInput;

use crate::Form;

/// The key of the form's entry in a project.
pub const FORM_KEY: &str = "form";
/// The key of the stroke log's entry in a project.
pub const TIMELAPSE_KEY: &str = "timelapse";

/// The parameters of a picture as the text that AUTOMATIC1111's web interface writes under the keyword `parameters`, and
/// that most tools read: the prompt, `Negative prompt:`, and one line of `Name: value` pairs.
#[must_use]
pub fn parameters_text(input: &GenerateInput, model: Option<&str>) -> String {
    let mut text = input.prompt.trim().to_string();
    if let Some(negative) = input.negative.as_deref().map(str::trim).filter(|negative| !negative.is_empty()) {
        text.push_str("\nNegative prompt: ");
        text.push_str(negative);
    }
    let mut pairs = vec![("Steps", input.steps.to_string())];
    if let Some(scheduler) = &input.scheduler {
        pairs.push(("Sampler", scheduler.clone()));
    }
    pairs.push(("CFG scale", input.guidance.to_string()));
    pairs.push(("Seed", input.seed.to_string()));
    pairs.push(("Size", [input.width.to_string(), input.height.to_string()].join("x")));
    if let Some(model) = model {
        pairs.push(("Model", model.into()));
    }
    pairs.push(("Denoising strength", input.strength.to_string()));
    if input.clip_skip > 0 {
        // Counted from 1 there: 1 is none left out.
        pairs.push(("Clip skip", (input.clip_skip + 1).to_string()));
    }
    pairs.push(("Version", "Underpaint".into()));
    let pairs: Vec<String> = pairs.into_iter().map(|(name, value)| [name, ": ", &quoted(&value)].concat()).collect();
    text.push('\n');
    text.push_str(&pairs.join(", "));
    text
}

/// A value that would break the line is put in quotes.
fn quoted(value: &str) -> String {
    if !value.contains([',', '"', '\n', ':']) {
        return value.into();
    }
    ["\"", &value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"), "\""].concat()
}

/// Fills a form with what a text of parameters names, by whatever tool it was written; the rest stays. Returns whether it
/// named anything but a prompt. Values beyond their range are clamped.
pub fn read_parameters(text: &str, form: &mut Form) -> bool {
    let text = text.trim();
    // The pairs are the last line, and a prompt may have several.
    let (before, pairs) = match text.rfind('\n') {
        Some(at) if text[at..].contains("Steps: ") => (&text[..at], &text[at + 1..]),
        None if text.starts_with("Steps: ") => ("", text),
        _ => (text, ""),
    };
    let (prompt, negative) = match before.split_once("\nNegative prompt:") {
        Some((prompt, negative)) => (prompt, negative),
        None => before.strip_prefix("Negative prompt:").map_or((before, ""), |negative| ("", negative)),
    };
    form.prompt = prompt.trim().into();
    form.negative = negative.trim().into();
    let mut has_pair = false;
    for (name, value) in split_pairs(pairs) {
        let number = value.parse::<f32>().ok().filter(|number| number.is_finite());
        match (name, number) {
            ("Steps", Some(steps)) => form.steps = steps.clamp(1.0, crate::form::MAX_STEPS as f32) as u32,
            ("CFG scale", Some(guidance)) => form.guidance = guidance.clamp(1.0, crate::form::MAX_GUIDANCE),
            ("Denoising strength", Some(strength)) => form.strength = strength.clamp(0.0, 1.0),
            ("Seed", _) => match value.parse() {
                Ok(seed) => form.seed = seed,
                Err(_) => continue,
            },
            ("Sampler", _) => form.scheduler = Some(value),
            _ => continue,
        }
        has_pair = true;
    }
    has_pair
}

/// The `Name: value` pairs of a line; commas in quotes do not part them.
fn split_pairs(line: &str) -> Vec<(&str, String)> {
    let mut pairs = Vec::new();
    let mut rest = line;
    while let Some((name, after)) = rest.split_once(':') {
        let after = after.trim_start();
        let (value, next) = match after.strip_prefix('"') {
            Some(inside) => unquoted(inside),
            None => {
                let (value, next) = after.split_once(',').unwrap_or((after, ""));
                (value.trim().to_string(), next)
            }
        };
        pairs.push((name.trim_start_matches(',').trim(), value));
        rest = next;
    }
    pairs
}

/// A value up to its closing quote, and what follows it.
fn unquoted(text: &str) -> (String, &str) {
    let mut value = String::new();
    let mut characters = text.char_indices();
    while let Some((at, character)) = characters.next() {
        match character {
            '"' => return (value, &text[at + 1..]),
            '\\' => match characters.next() {
                Some((_, 'n')) => value.push('\n'),
                Some((_, other)) => value.push(other),
                None => break,
            },
            other => value.push(other),
        }
    }
    (value, "")
}

/// The form as an entry of a project: the text of its parameters and what that has no name for.
#[must_use]
pub fn form_entry(form: &Form, input: &GenerateInput) -> Entry {
    let mut text = String::new();
    for (name, flag) in [("locked", form.is_seed_locked), ("free-paper", form.is_paper_free)] {
        text.push_str(name);
        text.push_str(if flag { "=1\n" } else { "=0\n" });
    }
    text.push_str(&parameters_text(
        &GenerateInput {
            prompt: form.prompt.clone(),
            negative: Some(form.negative.clone()),
            strength: form.strength,
            steps: form.steps,
            guidance: form.guidance,
            seed: form.seed,
            scheduler: form.scheduler.clone(),
            ..input.clone()
        },
        None,
    ));
    Entry::new(FORM_KEY, text.as_bytes())
}

/// Fills a form from [`form_entry`]'s bytes, as far as they are that.
pub fn read_form_entry(value: &[u8], form: &mut Form) {
    let text = String::from_utf8_lossy(value);
    let mut rest = &text[..];
    form.scheduler = None;
    for (name, flag) in [("locked=", &mut form.is_seed_locked), ("free-paper=", &mut form.is_paper_free)] {
        if let Some((line, after)) = rest.split_once('\n')
            && let Some(value) = line.strip_prefix(name)
        {
            *flag = value == "1";
            rest = after;
        }
    }
    read_parameters(rest, form);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_written_as_other_tools_read_them() {
        let input = GenerateInput {
            prompt: "a lake, (mist:1.2)".into(),
            negative: Some("people".into()),
            steps: 6,
            guidance: 4.5,
            seed: 42,
            strength: 0.6,
            width: 768,
            height: 512,
            scheduler: Some("euler".into()),
            ..GenerateInput::default()
        };
        let text = parameters_text(&input, Some("my, model"));
        assert_eq!(
            text,
            "a lake, (mist:1.2)\nNegative prompt: people\nSteps: 6, Sampler: euler, CFG scale: 4.5, Seed: 42, Size: \
             768x512, Model: \"my, model\", Denoising strength: 0.6, Version: Underpaint"
        );
        let mut form = Form::default();
        assert!(read_parameters(&text, &mut form));
        assert_eq!((form.prompt.as_str(), form.negative.as_str()), ("a lake, (mist:1.2)", "people"));
        assert_eq!((form.steps, form.guidance, form.seed, form.strength), (6, 4.5, 42, 0.6));
        assert_eq!(form.scheduler.as_deref(), Some("euler"));
    }

    #[test]
    fn texts_of_other_tools_fill_what_they_name_and_nonsense_fills_a_prompt() {
        let mut form = Form::default();
        let text =
            "two\nlines\nSteps: 999, Sampler: DPM++ 2M, CFG scale: 7, Seed: 1, Hashes: {\"a\": \"b\"}, Size: 1x1";
        assert!(read_parameters(text, &mut form));
        assert_eq!((form.prompt.as_str(), form.steps, form.guidance), ("two\nlines", 50, 7.0));
        for text in ["", "Steps: ", "just a prompt", "\nSteps: NaN, Seed: \"", "Negative prompt:", "a\nSteps: 1: \\\""]
        {
            read_parameters(text, &mut form);
        }
        assert!(!read_parameters("just a prompt", &mut form));
        assert_eq!(form.prompt, "just a prompt");
    }

    #[test]
    fn the_form_comes_back() {
        let form = Form {
            prompt: "água\nclara".into(),
            negative: "x".into(),
            is_seed_locked: true,
            is_paper_free: true,
            seed: 7,
            ..Form::default()
        };
        let mut again = Form { steps: 3, scheduler: Some("lcm".into()), ..Form::default() };
        read_form_entry(&form_entry(&form, &GenerateInput::default()).value, &mut again);
        assert_eq!(again, form);
    }
}
