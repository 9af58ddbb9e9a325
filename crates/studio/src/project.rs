//! The form and the gallery's pictures as entries of a project.

use std::rc::Rc;

use underpaint_paint::files::{Effort, Entry, PngText, read_png, write_png};
use underpaint_paint::{decimal, decimal_f32};
use underpaint_protocol::{GenerateInput, Unpainted};

use crate::{
    Form, MAX_VARIATIONS, Picture, StyleBook, StyleName,
    form::MAX_CLIP_SKIP,
    form::MAX_GUIDANCE,
    form::MAX_STEPS,
    infotext::{infotext_from_render, push_quoted, unquoted},
    infotext_from_input, input_from_infotext,
};

/// The key of the form's entry in a project.
pub const FORM_KEY: &str = "form";
/// The key of the entry that names the groups that are folded in the list of layers.
pub const FOLDED_KEY: &str = "folded";
/// The key of the stroke log's entry in a project.
pub const TIMELAPSE_KEY: &str = "timelapse";
/// The key of the gallery's pictures, one entry each, the oldest first.
pub const PICTURE_KEY: &str = "picture";
/// The text of a picture that says how strong its freest place was: the parameters tell the slider's strength.
const STRENGTH_KEYWORD: &str = "underpaint-strength";
/// What parts the lines that only this program knows from the parameters' text.
const BORDER: &str = "--\n";
/// The revision of a picture that came from a file: no document has it, so the picture is never taken for current.
const NO_REVISION: u64 = (1 << 53) - 1;

/// A form as text: a line for each thing that a text of parameters has no name for, and that text.
#[must_use]
pub fn form_text(form: &Form, styles: &StyleBook) -> String {
    let mut text = String::new();
    let mut line = |name: &str, value: &str| {
        for part in [name, "=", value, "\n"] {
            text.push_str(part);
        }
    };
    let flag = |is_on: bool| if is_on { "1" } else { "0" };
    line("locked", flag(form.is_seed_locked));
    line("upscaled", flag(form.is_upscaled));
    line("selection-only", flag(form.is_selection_only));
    line("variations", &form.n_variations.to_string());
    if let Some(edge_px) = form.edge_px {
        line("edge", &edge_px.to_string());
    }
    if let Some(style) = form.style.and_then(|id| styles.style(id)) {
        line("style", &style_key(&style.name).replace('\n', " "));
    }
    // The text of parameters has no mark for where the prompt ends, and no blanks around it.
    for (name, words) in [("prompt=", &form.prompt), ("negative=", &form.negative)] {
        text.push_str(name);
        push_quoted(&mut text, words);
        text.push('\n');
    }
    text.push_str(BORDER);
    let input = GenerateInput {
        prompt: form.prompt.clone(),
        negative: Some(form.negative.clone()),
        strength: form.strength,
        steps: form.steps,
        guidance: form.guidance,
        seed: form.seed,
        scheduler: form.scheduler.clone(),
        sigmas: form.sigmas,
        compat: form.compat,
        clip_skip: form.clip_skip,
        unpainted: if form.is_paper_free { Unpainted::Unknown } else { Unpainted::Paper },
        ..GenerateInput::default()
    };
    text.push_str(&infotext_from_input(&input, None));
    text
}

/// The form of [`form_text`]; what is not said is as by default, what is beyond its range is clamped.
#[must_use]
pub fn form_from_text(text: &str, styles: &StyleBook) -> Form {
    let (lines, parameters) = text.split_once(BORDER).unwrap_or(("", text));
    let input = input_from_infotext(parameters).input;
    let mut form = Form {
        prompt: input.prompt,
        negative: input.negative.unwrap_or_default(),
        strength: input.strength.clamp(0.0, 1.0),
        steps: input.steps.clamp(1, MAX_STEPS),
        guidance: input.guidance.clamp(1.0, MAX_GUIDANCE),
        seed: input.seed,
        scheduler: input.scheduler,
        sigmas: input.sigmas,
        compat: input.compat,
        clip_skip: input.clip_skip.min(MAX_CLIP_SKIP),
        is_paper_free: input.unpainted == Unpainted::Unknown,
        ..Form::default()
    };
    for (name, value) in lines.lines().filter_map(|line| line.split_once('=')) {
        match name {
            "prompt" => set_words(&mut form.prompt, value),
            "negative" => set_words(&mut form.negative, value),
            "locked" => form.is_seed_locked = value == "1",
            "upscaled" => form.is_upscaled = value == "1",
            "selection-only" => form.is_selection_only = value == "1",
            "variations" => {
                form.n_variations = value.parse().map_or(1, |n: u32| n.clamp(1, MAX_VARIATIONS));
            }
            "edge" => {
                let (least, most) = (crate::MIN_PICTURE_EDGE_PX, crate::MAX_PICTURE_EDGE_PX);
                form.edge_px = value.parse().ok().map(|edge_px: u32| edge_px.clamp(least, most));
            }
            "style" => {
                let known = styles.styles().iter().find(|style| style_key(&style.name) == value);
                form.style = known.map(|style| style.id);
            }
            _ => {}
        }
    }
    form
}

fn set_words(words: &mut String, value: &str) {
    if let Some((found, _)) = value.strip_prefix('"').and_then(unquoted) {
        *words = found;
    }
}

fn style_key(name: &StyleName) -> &str {
    match name {
        StyleName::Message(id) => id,
        StyleName::Own(name) => name,
    }
}

/// A picture with everything it was made from, as a PNG: `parameters` is what other tools read.
#[must_use]
pub fn picture_png(picture: &Picture, styles: &StyleBook, model: Option<&str>) -> Vec<u8> {
    let texts = [
        PngText::new("parameters", &infotext_from_render(&picture.input, &picture.form, model)),
        PngText::new("Software", "Underpaint"),
        PngText::new("underpaint-form", &form_text(&picture.form, styles)),
        PngText::new(STRENGTH_KEYWORD, &picture.input.strength.to_string()),
        PngText::new("underpaint-seconds", &picture.duration_secs.to_string()),
    ];
    write_png(&picture.image, &texts, Effort::Fast)
}

/// An entry of a gallery's picture.
pub(crate) fn picture_entry(png: &[u8]) -> Entry {
    Entry::new(PICTURE_KEY, png)
}

/// The picture of [`picture_png`]; `None` where it cannot be read.
#[must_use]
pub fn picture_from_png(png: &[u8], styles: &StyleBook) -> Option<Rc<Picture>> {
    let png = read_png(png).ok()?;
    let mut input = input_from_infotext(png.text("parameters")?).input;
    input.revision = NO_REVISION;
    if let Some(strength) = png.text(STRENGTH_KEYWORD).and_then(decimal_f32).filter(|it| (0.0..=1.0).contains(it)) {
        input.strength = strength;
    }
    let form = png.text("underpaint-form").map_or_else(Form::default, |text| form_from_text(text, styles));
    let duration_secs = png.text("underpaint-seconds").and_then(decimal);
    let duration_secs = duration_secs.filter(|secs| *secs >= 0.0).unwrap_or(0.0);
    Some(Rc::new(Picture { image: png.image.on_white(), input, form, duration_secs }))
}

#[cfg(test)]
mod tests {
    use underpaint_paint::RgbaImage;

    use super::*;

    fn form() -> Form {
        Form {
            prompt: "água\n--\nclara = a: b".into(),
            negative: "x, \"y\"".into(),
            is_seed_locked: true,
            is_paper_free: true,
            is_upscaled: true,
            is_selection_only: false,
            seed: 7,
            style: Some(2),
            edge_px: Some(384),
            n_variations: 3,
            scheduler: Some("lcm".into()),
            ..Form::default()
        }
    }

    #[test]
    fn the_form_comes_back() {
        let styles = StyleBook::default();
        assert_eq!(form_from_text(&form_text(&form(), &styles), &styles), form());
        assert_eq!(form_from_text(&form_text(&Form::default(), &styles), &styles), Form::default());
        for text in ["", "--\n", "variations=99\nedge=x\nstyle=none\n--\na lake", "\u{0}=\n"] {
            let form = form_from_text(text, &styles);
            assert!(form.n_variations <= MAX_VARIATIONS && form.style.is_none(), "{text}");
        }
    }

    #[test]
    fn words_come_back_as_they_were_typed_also_where_a_text_of_parameters_cannot_tell_them_apart() {
        let styles = StyleBook::default();
        for prompt in [
            " a lake \n",
            "a lake\nNegative prompt: people\nat dawn",
            "Negative prompt: x",
            "a\nSteps: 3, Seed: 5, Size: 1x1, CFG scale: 2",
            "\"a\" \\n --\n--",
            "--",
        ] {
            let form = Form { prompt: prompt.into(), negative: format!("{prompt} "), ..Form::default() };
            assert_eq!(form_from_text(&form_text(&form, &styles), &styles), form, "{prompt}");
        }
        // Files of before have the words in the parameters alone.
        assert_eq!(form_from_text("locked=1\n--\na lake\nNegative prompt: x", &styles).negative, "x");
    }

    #[test]
    fn a_picture_comes_back_with_all_that_it_was_made_from() {
        let styles = StyleBook::default();
        let image = RgbaImage::new(2, 1, vec![1, 2, 3, 255, 4, 5, 6, 255]).unwrap();
        let input = GenerateInput { prompt: "a lake".into(), seed: 9, ..GenerateInput::default() };
        let picture = Picture { image, input, form: form(), duration_secs: 1.25 };
        let again = picture_from_png(&picture_png(&picture, &styles, Some("starter")), &styles).unwrap();
        let revision = again.input.revision;
        let input = GenerateInput { revision, ..picture.input.clone() };
        assert_eq!(*again, Picture { input, ..picture });
        assert!(picture_from_png(b"no picture", &styles).is_none());
    }
}
