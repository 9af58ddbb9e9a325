//! Documents as a whole: what is taken out comes back, what is broken changes nothing, and keeping waits for its moment.

use std::rc::Rc;

use underpaint_paint::RgbaImage;
use underpaint_protocol::GenerateInput;

use super::driver::{ENGLISH, Studio};
use crate::{
    DocumentEdit, Effect, Event, Export, Form, FormEdit, OpenedDocument, Phrase, Picture, PointerPhase, RenderEdit,
};

fn painted() -> Studio {
    let mut studio = Studio::new();
    studio.drag(crate::Tool::Brush, &[(20.0, 20.0), (90.0, 60.0)]);
    studio.handle(Event::Form(FormEdit::Prompt("a lake".into())));
    studio
}

fn tick(studio: &mut Studio, secs: f64) -> Vec<Effect> {
    studio.now_secs += secs;
    let now_secs = studio.now_secs;
    studio.session.handle(Event::Tick { now_secs })
}

fn asks_to_keep(effects: &[Effect]) -> bool {
    effects.contains(&Effect::KeepDocument)
}

#[test]
fn a_document_comes_back_from_its_bytes_and_from_its_png_with_form_and_stroke_log() {
    let mut studio = painted();
    // The stroke log follows piece by piece.
    (0..4).for_each(|_| drop(tick(&mut studio, 0.1)));
    assert!(!studio.session.timelapse().is_empty());
    let snapshot = studio.session.snapshot();
    for bytes in [snapshot.to_bytes(), studio.session.export(Export::Project, ENGLISH).into_bytes()] {
        let opened = OpenedDocument::read(&bytes).unwrap();
        assert!(!opened.is_picture && opened.warning.is_none());
        let mut other = Studio::new();
        other.handle(Event::Document(DocumentEdit::Open(Box::new(opened))));
        assert_eq!(other.session.document().to_parts(), snapshot.parts);
        assert_eq!(other.session.form(), studio.session.form());
        assert_eq!(other.session.timelapse().len(), studio.session.timelapse().len());
        assert!(other.session.undo_label().is_none());
    }
}

#[test]
fn broken_files_are_refused_with_a_sentence_before_anything_is_touched() {
    let bytes = painted().session.snapshot().to_bytes();
    for broken in [&b""[..], b"\x89PNG\r\n\x1a\nrubbish", b"UPPROJ", &bytes[..bytes.len() / 2]] {
        assert!(OpenedDocument::read(broken).is_err());
    }
}

#[test]
fn keeping_is_asked_for_within_two_seconds_but_never_in_mid_stroke_nor_for_bare_paper() {
    let mut studio = Studio::new();
    studio.handle(Event::Document(DocumentEdit::IsKept(true)));
    assert!(!asks_to_keep(&tick(&mut studio, 5.0)), "bare paper");
    studio.drag(crate::Tool::Brush, &[(20.0, 20.0), (90.0, 60.0)]);
    let mut waited_secs = 0.0;
    while !asks_to_keep(&tick(&mut studio, 0.25)) {
        waited_secs += 0.25;
        assert!(waited_secs < 1.5);
    }
    assert!(!asks_to_keep(&tick(&mut studio, 1.0)), "asked twice");
    let mark = studio.session.snapshot().mark;
    studio.handle(Event::Document(DocumentEdit::Kept(mark)));
    assert!(studio.session.is_kept() && !asks_to_keep(&tick(&mut studio, 5.0)));
    // A failure is said, and tried again later.
    studio.drag(crate::Tool::Brush, &[(20.0, 60.0), (90.0, 20.0)]);
    tick(&mut studio, 0.25);
    assert!(asks_to_keep(&tick(&mut studio, 2.0)));
    studio.handle(Event::Document(DocumentEdit::KeepFailed { problem: Phrase::sentence("the disk is full") }));
    assert!(!asks_to_keep(&tick(&mut studio, 5.0)));
    assert!(asks_to_keep(&tick(&mut studio, 20.0)));
}

#[test]
fn that_a_document_could_not_be_kept_is_said_until_it_is() {
    let mut studio = Studio::loaded();
    let fail = |studio: &mut Studio| {
        studio.handle(Event::Document(DocumentEdit::KeepFailed { problem: Phrase::sentence("the disk is full") }));
    };
    let said = |studio: &Studio| studio.session.keep_problem().map(|it| ENGLISH.say(it));
    fail(&mut studio);
    assert_eq!(said(&studio).as_deref(), Some("The document could not be kept: the disk is full"));
    // Neither the next sentence of the status line nor another document takes its place.
    studio.render_all();
    studio.handle(Event::Said(Phrase::new("said-file-saved")));
    studio.handle(Event::Document(DocumentEdit::New { width: 64, height: 64 }));
    assert!(said(&studio).is_some_and(|it| it.contains("the disk is full")));
    let mark = studio.session.snapshot().mark;
    studio.handle(Event::Document(DocumentEdit::Kept(mark.clone())));
    assert_eq!(said(&studio), None);
    // Who has read it can put it away, until it went well and fails again.
    fail(&mut studio);
    studio.handle(Event::Document(DocumentEdit::DismissKeepProblem));
    fail(&mut studio);
    assert_eq!(said(&studio), None);
    studio.handle(Event::Document(DocumentEdit::Kept(mark)));
    fail(&mut studio);
    assert!(said(&studio).is_some());
}

/// A picture that no format makes smaller.
fn noise(edge_px: u32, seed: u64) -> Rc<Picture> {
    let mut state = seed;
    let pixels = (0..edge_px * edge_px).flat_map(|_| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let [red, green, blue, ..] = state.to_be_bytes();
        [red, green, blue, 255]
    });
    let image = RgbaImage::new(edge_px, edge_px, pixels.collect()).unwrap();
    Rc::new(Picture { image, input: GenerateInput::default(), form: Form::default(), duration_secs: 1.0 })
}

#[test]
fn the_newest_picture_is_kept_whatever_it_takes_and_those_there_is_no_room_for_are_said() {
    let mut studio = Studio::loaded();
    assert_eq!(studio.session.gallery_note(), Some(Phrase::new("gallery-empty")));
    let edges_px = |studio: &Studio| -> Vec<u32> {
        studio.session.gallery().entries().iter().map(|entry| entry.picture.image.width()).collect()
    };
    // Three bytes for each pixel: 36 MB, 12 MB, and 24 MB again.
    for (seed, edge_px) in [(1, 64), (2, 3500), (3, 2048), (4, 2900)] {
        studio.session.gallery.add(noise(edge_px, seed));
    }
    let snapshot = studio.session.snapshot();
    let opened = OpenedDocument::read(&snapshot.to_bytes()).unwrap();
    studio.handle(Event::Document(DocumentEdit::Kept(snapshot.mark)));
    let left_out = Phrase::new("gallery-left-out").with("pictures", 1u32);
    assert_eq!((studio.session.gallery_note(), studio.status()), (Some(left_out.clone()), ENGLISH.say(&left_out)));
    studio.edit(RenderEdit::DeletePicture(2));
    let snapshot = studio.session.snapshot();
    studio.handle(Event::Document(DocumentEdit::Kept(snapshot.mark)));
    assert_eq!(studio.session.gallery_note(), None);
    studio.handle(Event::Document(DocumentEdit::Open(Box::new(opened))));
    assert_eq!(edges_px(&studio), [64, 2048, 2900]);
    // A picture of its own that is larger than all that others may take.
    studio.handle(Event::Document(DocumentEdit::New { width: 64, height: 64 }));
    studio.session.gallery.add(noise(3500, 5));
    let opened = OpenedDocument::read(&studio.session.snapshot().to_bytes()).unwrap();
    studio.handle(Event::Document(DocumentEdit::Open(Box::new(opened))));
    assert_eq!(edges_px(&studio), [3500]);
}

#[test]
fn other_programs_read_the_names_that_layers_have_here_also_of_those_that_nobody_has_named() {
    let mut studio = painted();
    studio.handle(Event::Layers(crate::LayerEdit::Add(underpaint_paint::LayerKind::Group)));
    let opened = OpenedDocument::read(&studio.session.export(Export::OpenRaster, ENGLISH).into_bytes()).unwrap();
    studio.handle(Event::Document(DocumentEdit::Open(Box::new(opened))));
    let layers = studio.session.document().layers();
    let names: Vec<_> = layers.iter().map(|layer| layer.properties().name.as_str()).collect();
    assert_eq!(names, ["Layer 1", "Group 2"]);
}

#[test]
fn the_list_of_documents_shows_the_last_stroke_even_if_the_stroke_log_is_behind() {
    let mut studio = Studio::new();
    studio.drag(crate::Tool::Brush, &[(20.0, 20.0), (90.0, 60.0)]);
    let shown = studio.session.document_thumbnail(64).unwrap();
    assert!(shown.pixels().chunks_exact(4).any(|pixel| pixel[0] < 200), "bare paper");
}

#[test]
fn a_document_that_is_opened_after_a_picture_was_made_is_not_said_to_have_one() {
    let mut studio = Studio::loaded();
    studio.drag(crate::Tool::Brush, &[(20.0, 20.0), (90.0, 60.0)]);
    let (job, input, _) = studio.render();
    studio.finish(job, &input, underpaint_paint::Rgb8::new(120, 180, 230));
    assert!(studio.status().starts_with("Done"));
    studio.handle(Event::Document(DocumentEdit::New { width: 128, height: 96 }));
    assert_eq!(studio.status(), "Ready on the processor");
}

#[test]
fn a_new_document_and_a_picture_as_a_layer() {
    let mut studio = painted();
    let revision = studio.session.generate_input().revision;
    let image = RgbaImage::new(1, 1, vec![9, 8, 7, 255]).unwrap();
    studio.handle(Event::Document(DocumentEdit::AddPicture { image: image.clone(), name: "sky".into() }));
    assert_eq!(studio.session.document().layers().len(), 2);
    studio.handle(Event::Document(DocumentEdit::New { width: 0, height: 5 }));
    assert_eq!(studio.session.document().layers().len(), 2, "a size that does not work changes nothing");
    studio.handle(Event::Document(DocumentEdit::New { width: 128, height: 96 }));
    assert!(studio.session.document().is_blank());
    assert_ne!(studio.session.generate_input().revision, revision);
    assert!(OpenedDocument::of_picture(&image).unwrap().is_picture);
}

#[test]
fn a_document_that_another_tab_paints_is_only_looked_at_until_another_one_is_opened() {
    let mut studio = painted();
    studio.handle(Event::Document(DocumentEdit::IsReadOnly(true)));
    let before = studio.session.document().to_parts();
    studio.drag(crate::Tool::Brush, &[(20.0, 60.0), (90.0, 20.0)]);
    studio.act(crate::Action::Undo);
    studio.key("Delete", "Delete", crate::Modifiers::default());
    studio.handle(Event::JumpTo(0));
    studio.handle(Event::Layers(crate::LayerEdit::Add(underpaint_paint::LayerKind::Paint)));
    assert_eq!(studio.session.document().to_parts(), before);
    // Looking is free, by fingers too; their taps change nothing.
    let corner = |studio: &Studio| studio.session.view().canvas_from_view(crate::ViewPoint::new(0.0, 0.0));
    let start = corner(&studio);
    for (phase, x) in [(PointerPhase::Down, 40.0), (PointerPhase::Move, 60.0), (PointerPhase::Up, 60.0)] {
        studio.touch(phase, 1, x, 40.0);
    }
    assert!(corner(&studio).x < start.x - 5.0, "one finger moves the view");
    for (phase, id, x) in [
        (PointerPhase::Down, 1, 40.0),
        (PointerPhase::Down, 2, 60.0),
        (PointerPhase::Up, 1, 40.0),
        (PointerPhase::Up, 2, 60.0),
    ] {
        studio.touch(phase, id, x, 40.0);
    }
    assert_eq!(studio.session.document().to_parts(), before);
    studio.act(crate::Action::ZoomIn);
    assert!(!studio.session.view().is_fitted());
    studio.handle(Event::Document(DocumentEdit::New { width: 64, height: 64 }));
    studio.drag(crate::Tool::Brush, &[(20.0, 20.0), (40.0, 20.0)]);
    assert!(!studio.session.document().is_blank() && !studio.session.is_read_only());
}

#[test]
fn a_photoshop_document_opens_with_a_layer_chosen_that_takes_paint() {
    let mut studio = Studio::new();
    let opened = OpenedDocument::read(include_bytes!("../../../../tests/fixtures/files/psd_groups.psd")).unwrap();
    studio.handle(Event::Document(DocumentEdit::Open(Box::new(opened))));
    let document = studio.session.document();
    let active = document.layer(document.active_layer()).unwrap();
    assert_ne!(active.properties().kind, underpaint_paint::LayerKind::Group);
}

#[test]
fn what_is_wrong_with_a_file_is_a_message_of_its_own_and_gone_once_another_one_is_open() {
    let mut studio = Studio::loaded();
    studio.drag(crate::Tool::Brush, &[(20.0, 20.0), (90.0, 60.0)]);
    let project = studio.session.export(Export::Project, ENGLISH).into_bytes();
    let picture = studio.session.export(Export::Flat, ENGLISH).into_bytes();
    let cut = OpenedDocument::read(&picture[..picture.len() / 2]).unwrap_err();
    assert_eq!(cut, Phrase::new("error-cut-short").with("format", "PNG".to_owned()));
    let mut damaged = picture.clone();
    damaged[picture.len() / 2] ^= 0xff;
    assert_eq!(OpenedDocument::read(&damaged).unwrap_err().id, "error-damaged");
    assert_eq!(OpenedDocument::read(b"8BPS\0\x01").unwrap_err().id, "error-cut-short");
    studio.handle(Event::Said(cut.clone()));
    assert_eq!(studio.session.status_text(), cut);
    let opened = OpenedDocument::read(&project).unwrap();
    studio.handle(Event::Document(DocumentEdit::Open(Box::new(opened))));
    assert_ne!(studio.session.status_text(), cut);
}
