//! The form around a render: the plan in words, the prompt with those before it, and parameters as text.

use underpaint_protocol::Response;

use super::driver::{ENGLISH, SKY, Studio};
use crate::{Effect, FormEdit, RenderEdit, Tool};

#[test]
fn the_plan_speaks_of_measured_times() {
    let mut studio = Studio::loaded();
    let said = |studio: &Studio| crate::Texts::new(crate::Language::English).say(&studio.session.plan().phrase());
    assert_eq!(said(&studio), "8 steps from noise level 0.50, 72 × 56");
    let (job, input, _) = studio.render();
    studio.finish(job, &input, SKY);
    assert_eq!(said(&studio), "8 steps from noise level 0.50, 72 × 56, about 1.5 s on this device");
    studio.form(FormEdit::Variations(4));
    assert_eq!(said(&studio), "4 pictures: 8 steps from noise level 0.50, 72 × 56, about 6.0 s on this device");
    studio.form(FormEdit::Strength(0.0));
    assert!(said(&studio).contains("your sketch as it is"), "{}", said(&studio));
}

#[test]
fn the_prompt_remembers_weighs_and_corrects_its_words() {
    let mut studio = Studio::loaded();
    for prompt in ["a lake", "a wood"] {
        studio.form(FormEdit::Prompt(prompt.into()));
        studio.render_all();
    }
    studio.form(FormEdit::Prompt("dra".into()));
    for expected in ["a wood", "a lake", "a lake"] {
        studio.edit(RenderEdit::OlderPrompt);
        assert_eq!(studio.session.form().prompt, expected);
    }
    studio.edit(RenderEdit::NewerPrompt);
    studio.edit(RenderEdit::NewerPrompt);
    assert_eq!(studio.session.form().prompt, "dra");
    studio.take_effects();
    studio.edit(RenderEdit::PromptWeight { selection: 1..1, tenths: 1 });
    assert_eq!(studio.session.form().prompt, "(dra:1.1)");
    assert!(studio.take_effects().contains(&Effect::SelectPrompt { start: 2, end: 2 }));
    let mut answer = Studio::loaded_answer();
    if let Response::Loaded { model, .. } = &mut answer {
        model.words = vec!["lake".into()];
    }
    studio.answer(answer);
    studio.form(FormEdit::Prompt("lkae at dusk, Lkae".into()));
    let unknown = studio.session.unknown_words();
    assert_eq!(unknown.iter().map(|it| it.word.as_str()).collect::<Vec<_>>(), ["lkae", "at", "dusk", "Lkae"]);
    studio.edit(RenderEdit::ReplaceWord { bytes: unknown[0].bytes.clone(), word: "lake".into() });
    studio.edit(RenderEdit::ReplaceWord { bytes: 90..99, word: "no".into() });
    assert_eq!(studio.session.form().prompt, "lake at dusk, lake");
}

#[test]
fn words_that_others_take_the_place_of_can_be_leafed_back_to_though_they_were_never_rendered() {
    let mut studio = Studio::loaded();
    for edit in [
        RenderEdit::ExamplePrompt("a meadow".into()),
        RenderEdit::Infotext("a wood\nSteps: 3, Seed: 5, CFG scale: 2".into()),
    ] {
        studio.form(FormEdit::Prompt("my own words".into()));
        studio.edit(edit);
        assert_ne!(studio.session.form().prompt, "my own words");
        studio.edit(RenderEdit::OlderPrompt);
        assert_eq!(studio.session.form().prompt, "my own words");
    }
}

#[test]
fn the_parameters_of_a_picture_set_the_form_again() {
    let mut studio = Studio::loaded();
    studio.form(FormEdit::Prompt("a lake".into()));
    studio.form(FormEdit::Negative("people".into()));
    studio.form(FormEdit::Scheduler(Some("euler".into())));
    studio.form(FormEdit::IsPaperFree(true));
    studio.render_all();
    let picture = studio.session.picture().unwrap().clone();
    let text = studio.session.infotext(&picture);
    let mut other = Studio::loaded();
    other.edit(RenderEdit::Infotext(text));
    assert_eq!(other.session.generate_input(), picture.input);
    // A plain prompt leaves the numbers as they are.
    other.edit(RenderEdit::Infotext("a wood".into()));
    assert_eq!((other.session.form().prompt.as_str(), other.session.form().steps), ("a wood", 8));
}

#[test]
fn the_parameters_of_a_picture_tell_the_sliders_strength_also_where_strength_was_painted() {
    let mut studio = Studio::loaded();
    studio.form(FormEdit::Strength(0.35));
    studio.drag(Tool::Strength, &[(64.0, 48.0)]);
    studio.render_all();
    let picture = studio.session.picture().unwrap().clone();
    assert_eq!((picture.input.strength, picture.form.strength), (1.0, 0.35));
    let text = studio.session.infotext(&picture);
    assert!(text.contains("Denoising strength: 0.35"), "{text}");
    let mut other = Studio::loaded();
    other.edit(RenderEdit::Infotext(text));
    assert_eq!(other.session.form().strength, 0.35);
    // So does the picture as a file, which knows all the same how strong its freest place was, and so does the document.
    let styles = studio.session.styles();
    let again = crate::project::picture_from_png(&crate::project::picture_png(&picture, styles, None), styles).unwrap();
    assert_eq!((again.input.strength, again.form.strength), (1.0, 0.35));
    let png = studio.session.export(crate::Export::Project, ENGLISH).into_bytes();
    let parameters = underpaint_paint::files::open(&png).unwrap().text("parameters").map(str::to_owned);
    assert!(parameters.is_some_and(|it| it.contains("Denoising strength: 0.35")));
}
