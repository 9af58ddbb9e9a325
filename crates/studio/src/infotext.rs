//! The `parameters` text that other tools write into pictures and read from them: AUTOMATIC1111's format.
//!
//! The prompt, then a line `Negative prompt: …`, then one line of `Key: value` pairs. Values with a comma, a colon or a
//! break are JSON strings. The format has no mark for where the prompt ends: a prompt with a line that looks like one of
//! the others is read as it looks. Facts: `modules/infotext_utils.py` and `modules/processing.py` of that project.

use underpaint_paint::decimal_f32;
use underpaint_protocol::{Compat, GenerateInput, NoiseKind, SigmaKind, Unpainted};

use crate::Form;

const NEGATIVE: &str = "Negative prompt: ";
/// With fewer pairs than this a last line is part of the prompt.
const MIN_PAIRS: usize = 3;

/// Our samplers by the names that the format knows.
const SAMPLERS: [(&str, &str); 12] = [
    ("ddim", "DDIM"),
    ("euler", "Euler"),
    ("euler-a", "Euler a"),
    ("dpmpp-2m", "DPM++ 2M"),
    ("dpmpp-2m-sde", "DPM++ 2M SDE"),
    ("unipc", "UniPC"),
    ("lcm", "LCM"),
    ("heun", "Heun"),
    ("pndm", "PLMS"),
    ("ddpm", "DDPM"),
    ("deis", "DEIS"),
    // How Underpaint's own list calls it.
    ("euler-a", "Euler ancestral"),
];

/// What a `parameters` text says.
#[derive(Clone, Debug, PartialEq)]
pub struct Infotext {
    /// The parameters; what the text does not say is as by default.
    pub input: GenerateInput,
    /// The model's name, where it is given.
    pub model: Option<String>,
    /// All pairs as they stand, in their order.
    pub pairs: Vec<(String, String)>,
}

/// The `parameters` text of a picture. `model` is the model's name.
#[must_use]
pub fn infotext_from_input(input: &GenerateInput, model: Option<&str>) -> String {
    let mut text = input.prompt.trim().to_owned();
    if let Some(negative) = input.negative.as_deref().map(str::trim).filter(|negative| !negative.is_empty()) {
        push_line(&mut text, NEGATIVE);
        text.push_str(negative);
    }
    push_line(&mut text, "");
    let mut pairs = Pairs { text };
    pairs.push("Steps", &input.steps.to_string());
    if let Some(name) = &input.scheduler {
        let known = SAMPLERS.iter().find(|(id, _)| id == name);
        pairs.push("Sampler", known.map_or(name.as_str(), |(_, title)| title));
    }
    match input.sigmas {
        Some(SigmaKind::Karras) => pairs.push("Schedule type", "Karras"),
        Some(SigmaKind::Exponential) => pairs.push("Schedule type", "Exponential"),
        Some(SigmaKind::Timesteps) => pairs.push("Schedule type", "Uniform"),
        None => {}
    }
    pairs.push("CFG scale", &input.guidance.to_string());
    pairs.push("Seed", &input.seed.to_string());
    pairs.push("Size", &format!("{}x{}", input.width, input.height));
    if let Some(model) = model {
        pairs.push("Model", model);
    }
    pairs.push("Denoising strength", &input.strength.to_string());
    if input.clip_skip > 0 {
        // The format counts the last layer as 1.
        pairs.push("Clip skip", &(input.clip_skip + 1).to_string());
    }
    pairs.push("RNG", if input.noise == NoiseKind::TorchCpu { "CPU" } else { "GPU" });
    // What only Underpaint knows; other tools pass it by.
    pairs.push("Strength convention", if input.compat == Compat::Diffusers { "diffusers" } else { "continuous" });
    if input.unpainted == Unpainted::Unknown {
        pairs.push("Bare paper", "free");
    }
    pairs.push("Version", "Underpaint");
    pairs.text
}

/// The same for a picture, with the strength that the person set: where strength was painted the input's is that of the
/// freest place, and the text has no words for the others.
#[must_use]
pub(crate) fn infotext_from_render(input: &GenerateInput, form: &Form, model: Option<&str>) -> String {
    infotext_from_input(&GenerateInput { strength: form.strength, ..input.clone() }, model)
}

struct Pairs {
    text: String,
}

impl Pairs {
    fn push(&mut self, key: &str, value: &str) {
        if !self.text.is_empty() && !self.text.ends_with('\n') {
            self.text.push_str(", ");
        }
        self.text.push_str(key);
        self.text.push_str(": ");
        if value.contains([',', ':', '\n', '"']) {
            push_quoted(&mut self.text, value);
        } else {
            self.text.push_str(value);
        }
    }
}

fn push_line(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

pub(crate) fn push_quoted(text: &mut String, value: &str) {
    text.push('"');
    for letter in value.chars() {
        match letter {
            '"' | '\\' => text.extend(['\\', letter]),
            '\n' => text.push_str("\\n"),
            letter => text.push(letter),
        }
    }
    text.push('"');
}

/// Reads a `parameters` text. It never fails: what cannot be understood is left as it is by default, since a foreign text
/// is still worth its prompt. Revisions, parts and control are not in it.
#[must_use]
pub fn input_from_infotext(text: &str) -> Infotext {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    let (body, last) = text.rsplit_once('\n').map_or(("", text), |(body, last)| (body, last));
    let found = pairs_of(last);
    let (body, pairs) = if found.len() >= MIN_PAIRS { (body, found) } else { (text, Vec::new()) };
    let mut input = GenerateInput::default();
    let (prompt, negative) = match body.strip_prefix(NEGATIVE.trim_end()) {
        Some(negative) => ("", Some(negative)),
        None => match body.split_once("\nNegative prompt:") {
            Some((prompt, negative)) => (prompt, Some(negative)),
            None => (body, None),
        },
    };
    input.prompt = prompt.trim().to_owned();
    input.negative = negative.map(|negative| negative.trim().to_owned()).filter(|negative| !negative.is_empty());
    let mut model = None;
    for (key, value) in &pairs {
        match key.as_str() {
            "Steps" => set(&mut input.steps, value.parse().ok().filter(|steps| *steps > 0)),
            "Sampler" => read_sampler(&mut input, value),
            "Schedule type" => set(&mut input.sigmas, sigmas_from(value).map(Some)),
            "CFG scale" => set(&mut input.guidance, number(value)),
            "Seed" => set(&mut input.seed, value.parse().ok()),
            "Size" => {
                if let Some((width, height)) = value.split_once('x')
                    && let (Ok(width), Ok(height)) = (width.trim().parse(), height.trim().parse())
                {
                    (input.width, input.height) = (width, height);
                }
            }
            "Model" => model = Some(value.clone()),
            "Denoising strength" => set(&mut input.strength, number(value).filter(|it| (0.0..=1.0).contains(it))),
            "Clip skip" => set(&mut input.clip_skip, value.parse::<u32>().ok().map(|it| it.saturating_sub(1))),
            "RNG" => input.noise = if value == "CPU" { NoiseKind::TorchCpu } else { NoiseKind::TorchCuda },
            "Strength convention" if value == "diffusers" => input.compat = Compat::Diffusers,
            "Bare paper" if value == "free" => input.unpainted = Unpainted::Unknown,
            _ => {}
        }
    }
    Infotext { input, model, pairs }
}

fn set<T>(field: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *field = value;
    }
}

fn number(value: &str) -> Option<f32> {
    decimal_f32(value)
}

fn sigmas_from(value: &str) -> Option<SigmaKind> {
    match value {
        "Karras" => Some(SigmaKind::Karras),
        "Exponential" => Some(SigmaKind::Exponential),
        "Uniform" => Some(SigmaKind::Timesteps),
        _ => None,
    }
}

/// Older texts have the spacing behind the sampler: `DPM++ 2M Karras`.
fn read_sampler(input: &mut GenerateInput, value: &str) {
    let (name, spacing) = match value.rsplit_once(' ') {
        Some((name, spacing)) if sigmas_from(spacing).is_some() => (name, sigmas_from(spacing)),
        _ => (value, None),
    };
    if spacing.is_some() {
        input.sigmas = spacing;
    }
    let known = SAMPLERS.iter().find(|(id, title)| title.eq_ignore_ascii_case(name) || *id == name);
    input.scheduler = known.map(|(id, _)| (*id).to_owned());
}

/// The pairs of a line: keys of letters, digits, spaces, hyphens and slashes; values up to a comma, or JSON strings.
fn pairs_of(line: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut rest = line.trim();
    while let Some((key, after)) = rest.split_once(':') {
        let key = key.trim();
        let is_key = |letter: char| letter.is_alphanumeric() || "_ -/".contains(letter);
        if key.is_empty() || !key.chars().all(is_key) {
            // Not a pair: what follows the next comma may be one.
            match rest.split_once(',') {
                Some((_, after)) => rest = after,
                None => break,
            }
            continue;
        }
        let after = after.trim_start();
        let (value, left) = match after.strip_prefix('"').and_then(unquoted) {
            Some(found) => found,
            None => {
                let end = after.find(',').unwrap_or(after.len());
                (after[..end].trim().to_owned(), &after[end..])
            }
        };
        pairs.push((key.to_owned(), value));
        rest = left.trim_start().strip_prefix(',').unwrap_or(left);
    }
    pairs
}

/// A JSON string after its first quotation mark, and what follows it; `None` where it does not end.
pub(crate) fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((idx, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, &text[idx + 1..])),
            '\\' => match letters.next()?.1 {
                'n' => value.push('\n'),
                't' => value.push('\t'),
                'u' => {
                    let digits: String = letters.by_ref().take(4).map(|(_, digit)| digit).collect();
                    value.push(u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).unwrap_or('\u{fffd}'));
                }
                letter => value.push(letter),
            },
            letter => value.push(letter),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn full() -> GenerateInput {
        GenerateInput {
            width: 640,
            height: 448,
            prompt: "a (quiet lake:1.2), oil\nat dawn: golden".into(),
            negative: Some("people, \"text\"".into()),
            strength: 0.62,
            steps: 6,
            guidance: 4.5,
            seed: 4_294_967_295,
            scheduler: Some("dpmpp-2m".into()),
            sigmas: Some(SigmaKind::Karras),
            compat: Compat::Diffusers,
            noise: NoiseKind::TorchCuda,
            clip_skip: 1,
            unpainted: Unpainted::Unknown,
            ..GenerateInput::default()
        }
    }

    #[test]
    fn the_text_looks_as_other_tools_write_it() {
        assert_eq!(
            infotext_from_input(&full(), Some("Starter, small")),
            "a (quiet lake:1.2), oil\nat dawn: golden\nNegative prompt: people, \"text\"\nSteps: 6, Sampler: DPM++ 2M, \
             Schedule type: Karras, CFG scale: 4.5, Seed: 4294967295, Size: 640x448, Model: \"Starter, small\", \
             Denoising strength: 0.62, Clip skip: 2, RNG: GPU, Strength convention: diffusers, Bare paper: free, \
             Version: Underpaint"
        );
    }

    #[test]
    fn what_was_written_is_read_back_whole() {
        for input in
            [full(), GenerateInput { prompt: "a".into(), ..GenerateInput::default() }, GenerateInput::default()]
        {
            let read = input_from_infotext(&infotext_from_input(&input, Some("A \"big\": model,\nnew")));
            assert_eq!(read.input, input);
            assert_eq!(read.model.as_deref(), Some("A \"big\": model,\nnew"));
        }
    }

    #[test]
    fn texts_of_other_tools_are_read() {
        let read = input_from_infotext(
            "masterpiece, castle\r\nNegative prompt: blurry\r\nlow quality\r\nSteps: 20, Sampler: DPM++ 2M Karras, CFG \
             scale: 7, Seed: 965400086, Size: 512x768, Model hash: 6ce0161689, Model: v1-5, Denoising strength: 0.75, \
             Lora hashes: \"a: 1, b: 2\", Clip skip: 2, Version: v1.9.4",
        );
        let input = &read.input;
        assert_eq!(
            (input.prompt.as_str(), input.negative.as_deref()),
            ("masterpiece, castle", Some("blurry\nlow quality"))
        );
        assert_eq!((input.scheduler.as_deref(), input.sigmas), (Some("dpmpp-2m"), Some(SigmaKind::Karras)));
        assert_eq!((input.steps, input.guidance, input.seed, input.strength), (20, 7.0, 965_400_086, 0.75));
        assert_eq!((input.width, input.height, input.clip_skip), (512, 768, 1));
        assert!(read.pairs.contains(&("Lora hashes".into(), "a: 1, b: 2".into())));
        // A sampler that is not known leaves the model's own.
        assert_eq!(input_from_infotext("x\nSteps: 5, Sampler: Restart, CFG scale: 7").input.scheduler, None);
    }

    #[test]
    fn a_text_without_parameters_is_a_prompt() {
        let read = input_from_infotext("a lake\nat dawn: golden, mist: some");
        assert_eq!(
            read.input,
            GenerateInput { prompt: "a lake\nat dawn: golden, mist: some".into(), ..Default::default() }
        );
        assert_eq!(input_from_infotext("Negative prompt: people").input.negative.as_deref(), Some("people"));
    }

    #[test]
    fn nonsense_is_never_more_than_a_prompt() {
        for text in [
            "",
            ":",
            ",,,:::",
            "\"",
            "Steps: , Seed: -1, Size: x, CFG scale: NaN",
            "a: \"\\",
            "Steps: 0, Seed: 99999999999999999999, Size: 1x, Denoising strength: 7",
            "x: \"\\u12\", y: \"\\uD83D\", z: 1",
            "ä: 🌊, b: 🌊🌊, c: 🌊",
        ] {
            let read = input_from_infotext(text);
            assert_eq!((read.input.steps, read.input.strength), (12, 0.6), "{text}");
        }
    }
}
