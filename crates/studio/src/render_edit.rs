//! What can be asked for around rendering: live mode, the queue, the gallery, styles, painted strength, the prompt's words.

use std::ops::Range;
use std::rc::Rc;

use underpaint_paint::{Layer, LayerId, LayerKind, LayerProperties, Raster};

use crate::command::file_name;
use crate::effect::Effects;
use crate::infotext::infotext_from_render;
use crate::problem::problem_of;
use crate::prompt_weight::{TextSelection, WEIGHT_STEP, with_weight_changed};
use crate::words::{UnknownWord, is_same_word, unknown_words};
use crate::{
    CellId, Effect, Form, FormEdit, Infotext, LiveState, Part, Phrase, Picture, PictureId, Session, Side, StageMode,
    StyleEdit, input_from_infotext,
};

/// Longest name that a layer takes from a prompt, in characters.
const MAX_LAYER_NAME_CHARS: usize = 32;

/// What becomes of a picture that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeepAs {
    /// A layer of its own above all that was rendered, named after its prompt: nothing that was painted is lost.
    NewLayer,
    /// What the layer for live pictures shows; there will be one where there is none.
    RenderLayer,
}

/// Something around rendering that is asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum RenderEdit {
    /// Live mode on, off or at rest.
    Live(LiveState),
    /// Stop one render of the grid; the others go on.
    CancelCell(CellId),
    /// Take everything out of the queue that waits; what runs goes on.
    CancelWaiting,
    /// Show a picture of the gallery as the last one.
    ShowPicture(PictureId),
    /// Set the form as it was for a picture, its seed locked, and show the picture.
    RestorePicture(PictureId),
    /// Take the picture that is shown into the gallery: live mode's pictures are not in it by themselves.
    RememberPicture,
    /// Delete a picture of the gallery.
    DeletePicture(PictureId),
    /// Bring the picture back that was deleted last.
    UndeletePicture,
    /// Put a picture of the gallery on the canvas.
    KeepPicture(PictureId, KeepAs),
    /// Save a picture of the gallery as PNG.
    SavePicture(PictureId),
    /// Lay two pictures over each other.
    Compare(Side, Side),
    /// Move the line between them, 0 to 1.
    Wipe(f32),
    /// Compare no more.
    EndComparison,
    /// Change the styles.
    Style(StyleEdit),
    /// Show the prompt that was rendered before the one in the field.
    OlderPrompt,
    /// Show the prompt that was rendered after it.
    NewerPrompt,
    /// Prompts of former sittings, the oldest first.
    PromptHistory(Vec<String>),
    /// Put a prompt to try in the place of the one in the field, which can be leafed back to.
    ExamplePrompt(String),
    /// Raise (or lower, below 0) the weight of the words under the selection, by so many tenths.
    PromptWeight {
        /// The selection in the prompt's field, in UTF-16 code units; empty for a caret.
        selection: Range<usize>,
        /// Tenths, usually 1 or −1.
        tenths: i32,
    },
    /// Put the nearest known word in the place of one that the model does not know, wherever that stands.
    ReplaceWord {
        /// Where the word stands, as [`Session::unknown_words`] says.
        bytes: Range<usize>,
        /// The word that comes there.
        word: String,
    },
    /// Set the form by the `parameters` text of a picture that another tool, or this one, has made.
    Infotext(String),
    /// What the strength brush paints: −1 keeps the sketch, 0 is as the slider says, 1 is free.
    Freedom(f32),
    /// Make painted strength what the slider says, everywhere.
    ClearStrength,
}

impl Session {
    pub(crate) fn edit_rendering(&mut self, edit: RenderEdit, effects: &mut Effects) {
        match edit {
            RenderEdit::Live(state) => self.set_live(state, effects),
            RenderEdit::CancelCell(cell) => self.cancel_cell(cell, effects),
            RenderEdit::CancelWaiting => self.cancel_waiting(effects),
            RenderEdit::ShowPicture(id) => self.with_picture(id, effects, Self::show),
            RenderEdit::RestorePicture(id) => self.with_picture(id, effects, Self::restore),
            RenderEdit::RememberPicture => {
                if let Some(picture) = self.engine.picture.clone() {
                    self.gallery.add(picture);
                    effects.changed(Part::Gallery);
                    effects.announce("said-remembered");
                }
            }
            RenderEdit::DeletePicture(id) => {
                if self.gallery.delete(id) {
                    effects.changed(Part::Gallery);
                    effects.announce("said-picture-deleted");
                }
            }
            RenderEdit::UndeletePicture => {
                if self.gallery.undelete().is_some() {
                    effects.changed(Part::Gallery);
                    effects.announce("said-picture-undeleted");
                }
            }
            RenderEdit::KeepPicture(id, keep_as) => {
                self.with_picture(id, effects, |session, picture, effects| {
                    session.keep_picture(&picture, keep_as, effects);
                });
            }
            RenderEdit::SavePicture(id) => {
                self.with_picture(id, effects, |_, picture, effects| {
                    let file_name = file_name(&picture.form.prompt, picture.input.seed);
                    effects.push(Effect::SavePng { image: picture.image.clone(), file_name });
                });
            }
            RenderEdit::Compare(left, right) => {
                if self.gallery.compare(left, right) {
                    effects.changed(Part::Gallery);
                }
            }
            RenderEdit::Wipe(wipe) => {
                self.gallery.set_wipe(wipe);
                effects.changed(Part::Gallery);
            }
            RenderEdit::EndComparison => {
                self.gallery.end_comparison();
                effects.changed(Part::Gallery);
            }
            RenderEdit::Style(edit) => self.edit_styles(edit, effects),
            RenderEdit::OlderPrompt => {
                if let Some(prompt) = self.prompts.older(&self.form.prompt).map(str::to_owned) {
                    self.edit_form(FormEdit::Prompt(prompt), effects);
                }
            }
            RenderEdit::NewerPrompt => {
                if let Some(prompt) = self.prompts.newer(&self.form.prompt).map(str::to_owned) {
                    self.edit_form(FormEdit::Prompt(prompt), effects);
                }
            }
            RenderEdit::PromptHistory(prompts) => self.prompts = crate::PromptHistory::from_prompts(prompts),
            RenderEdit::PromptWeight { selection, tenths } => {
                let field = TextSelection { text: self.form.prompt.clone(), selection };
                if let Some(changed) = with_weight_changed(&field, WEIGHT_STEP * tenths.clamp(-20, 20) as f32) {
                    self.edit_form(FormEdit::Prompt(changed.text), effects);
                    let Range { start, end } = changed.selection;
                    effects.push(Effect::SelectPrompt { start, end });
                }
            }
            RenderEdit::ReplaceWord { bytes, word } => {
                let mut prompt = self.form.prompt.clone();
                // The field may have been written in since the words were looked at.
                if let Some(former) = prompt.get(bytes).map(str::to_owned) {
                    for unknown in self.unknown_words().into_iter().rev() {
                        if is_same_word(&unknown.word, &former) {
                            prompt.replace_range(unknown.bytes, &word);
                        }
                    }
                    self.edit_form(FormEdit::Prompt(prompt), effects);
                }
            }
            RenderEdit::ExamplePrompt(prompt) => {
                self.remember_prompt(effects);
                self.edit_form(FormEdit::Prompt(prompt), effects);
            }
            RenderEdit::Infotext(text) => self.restore_infotext(&input_from_infotext(&text), effects),
            RenderEdit::Freedom(freedom) => {
                if !freedom.is_nan() {
                    self.freedom = freedom.clamp(-1.0, 1.0);
                    effects.changed(Part::Brush);
                }
            }
            RenderEdit::ClearStrength => self.clear_strength(effects),
        }
    }

    /// Words of the prompt that the model was not trained on, each with the nearest that it knows.
    #[must_use]
    pub fn unknown_words(&self) -> Vec<UnknownWord> {
        self.engine.model.as_ref().map_or_else(Vec::new, |model| unknown_words(&self.form.prompt, &model.words))
    }

    /// The `parameters` text of a picture, as other tools read it.
    #[must_use]
    pub fn infotext(&self, picture: &Picture) -> String {
        let model = self.engine.model.as_ref().map(|model| model.name.as_str());
        infotext_from_render(&picture.input, &picture.form, model)
    }

    fn with_picture(
        &mut self,
        id: PictureId,
        effects: &mut Effects,
        then: impl FnOnce(&mut Self, Rc<Picture>, &mut Effects),
    ) {
        if let Some(picture) = self.gallery.entry(id).map(|entry| Rc::clone(&entry.picture)) {
            then(self, picture, effects);
        }
    }

    /// What was written may not have been rendered yet: it can be leafed back to when other words take its place.
    fn remember_prompt(&mut self, effects: &mut Effects) {
        self.prompts.note(&self.form.prompt);
        effects.changed(Part::Queue);
    }

    fn show(&mut self, picture: Rc<Picture>, effects: &mut Effects) {
        self.engine.picture = Some(picture);
        effects.show_picture();
        effects.changed(Part::Status);
    }

    fn restore(&mut self, picture: Rc<Picture>, effects: &mut Effects) {
        self.remember_prompt(effects);
        let seed = picture.input.seed;
        let mut form =
            Form { seed, is_seed_locked: true, n_variations: self.form.n_variations, ..picture.form.clone() };
        // A style that has been changed or removed since would not give the same words again.
        let style = form.style.map(|id| self.styles.style(id));
        if style.is_some_and(|style| style.is_none_or(|it| it.applied_to(&form.prompt) != picture.input.prompt)) {
            form.style = None;
            form.prompt.clone_from(&picture.input.prompt);
            form.negative = picture.input.negative.clone().unwrap_or_default();
        }
        self.form = form;
        self.touched.all();
        effects.changed(Part::Form);
        effects.announce("said-restored");
        self.show(picture, effects);
        self.settle_live();
    }

    fn restore_infotext(&mut self, infotext: &Infotext, effects: &mut Effects) {
        self.remember_prompt(effects);
        let input = &infotext.input;
        for edit in [
            FormEdit::Prompt(input.prompt.clone()),
            FormEdit::Negative(input.negative.clone().unwrap_or_default()),
            FormEdit::Style(None),
        ] {
            self.edit_form(edit, effects);
        }
        // A text without parameters is a prompt, and says nothing of the rest.
        if !infotext.pairs.is_empty() {
            for edit in [
                FormEdit::Strength(input.strength),
                FormEdit::Steps(input.steps),
                FormEdit::Guidance(input.guidance),
                FormEdit::SeedText(input.seed.to_string()),
                FormEdit::Scheduler(input.scheduler.clone()),
                FormEdit::Sigmas(input.sigmas),
                FormEdit::Compat(input.compat),
                FormEdit::ClipSkip(input.clip_skip),
                FormEdit::IsPaperFree(input.unpainted == underpaint_protocol::Unpainted::Unknown),
            ] {
                self.edit_form(edit, effects);
            }
            let edge_px = (f64::from(input.width) * f64::from(input.height)).sqrt().round() as u32;
            let native_px = self.engine.model.as_ref().map(|model| model.native_size);
            self.edit_form(FormEdit::EdgePx((native_px != Some(edge_px)).then_some(edge_px)), effects);
        }
        effects.announce("said-restored");
    }

    fn edit_styles(&mut self, edit: StyleEdit, effects: &mut Effects) {
        let is_import = matches!(edit, StyleEdit::Import(_));
        let n_changed = self.styles.edit(edit);
        if is_import {
            effects.announce(Phrase::new("said-styles-added").with("styles", n_changed as u32));
        }
        if self.form.style.is_some_and(|id| self.styles.style(id).is_none()) {
            self.form.style = None;
        }
        effects.changed(Part::Styles);
        effects.changed(Part::Form);
        effects.changed(Part::Status);
    }

    /// Puts the last picture on the canvas, as one step.
    pub(crate) fn keep(&mut self, keep_as: KeepAs, effects: &mut Effects) {
        match self.engine.picture.clone() {
            Some(picture) => self.keep_picture(&picture, keep_as, effects),
            None => effects.announce("said-nothing-to-keep"),
        }
    }

    /// The layer that pictures go to: the uppermost one for live pictures that can be written to.
    fn render_layer(&self) -> Option<LayerId> {
        let is_writable = |layer: &&Layer| {
            layer.properties().kind == LayerKind::Render && self.document.obstacle(layer.id()).is_none()
        };
        self.document.layers().iter().rev().find(is_writable).map(Layer::id)
    }

    /// Whether the key for keeping means the layer for live pictures.
    #[must_use]
    pub fn has_live_layer(&self) -> bool {
        self.render_layer().is_some()
    }

    /// What the person's key for keeping means: into the layer for live pictures where there is one, else a layer to paint
    /// on, where one sees it.
    pub(crate) fn keep_in_place(&mut self, effects: &mut Effects) {
        let is_live = self.has_live_layer();
        self.keep(if is_live { KeepAs::RenderLayer } else { KeepAs::NewLayer }, effects);
        if !is_live && self.engine.picture.is_some() && self.settings.stage.mode == StageMode::Picture {
            self.show_stage(StageMode::Sketch, effects);
        }
    }

    /// Puts a picture on the canvas, as one step.
    fn keep_picture(&mut self, picture: &Picture, keep_as: KeepAs, effects: &mut Effects) {
        if self.is_stroking() {
            return;
        }
        let image = &picture.image;
        let name = words_within(&picture.form.prompt, MAX_LAYER_NAME_CHARS);
        let properties = |kind| LayerProperties { name, ..LayerProperties::of_kind(kind) };
        let render_layer = self.render_layer();
        let document = &mut self.document;
        let kept = match (keep_as, render_layer) {
            (KeepAs::NewLayer, _) => {
                document.add_picture_on_top("step-keep-layer", properties(LayerKind::Paint), image)
            }
            (KeepAs::RenderLayer, None) => {
                document.add_picture_on_top("step-keep-live", properties(LayerKind::Render), image)
            }
            (KeepAs::RenderLayer, Some(layer)) => {
                let filled = Raster::from_picture(image, document.width(), document.height());
                Ok(document.edit("step-keep-live", layer, |raster, _| {
                    *raster = filled;
                    raster.bounds()
                }))
            }
        };
        match kept {
            Ok(dirty) => effects.repaint(dirty),
            Err(error) => return effects.announce(problem_of(&error)),
        }
        self.after_document_change(effects);
        effects.announce("said-kept");
        // The picture that was kept is not to be rendered over at once.
        self.settle_live();
    }

    pub(crate) fn save_picture(&mut self, effects: &mut Effects) {
        let Some(picture) = &self.engine.picture else {
            effects.announce("said-nothing-to-save");
            return;
        };
        let file_name = file_name(&picture.form.prompt, picture.input.seed);
        effects.push(Effect::SavePng { image: picture.image.clone(), file_name });
    }
}

/// The first words of a text that fit into so many characters.
fn words_within(text: &str, n_chars: usize) -> String {
    let mut words = String::new();
    for word in text.split_whitespace() {
        if words.chars().count() + word.chars().count() > n_chars {
            break;
        }
        words.push_str(if words.is_empty() { "" } else { " " });
        words.push_str(word);
    }
    words.trim_end_matches([',', ';', '.']).to_owned()
}
