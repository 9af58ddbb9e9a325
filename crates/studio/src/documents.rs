//! What of a session belongs to the document: taking it out for a file, and putting it in from one.

use underpaint_paint::files::{self, Effort, Entry, FileKind, FileWriting, Opened, ProjectWriting};
use underpaint_paint::{
    Content, Document, DocumentParts, LayerKind, LayerParts, LayerProperties, MAX_EDGE_PX, PaintError, Paper, RgbaImage,
};

use crate::effect::Effects;
use crate::film::Film;
use crate::gesture::Gesture;
use crate::infotext::infotext_from_render;
use crate::layer_list::LayerList;
use crate::problem::problem_of;
use crate::project::{FOLDED_KEY, FORM_KEY, PICTURE_KEY, TIMELAPSE_KEY, form_from_text, form_text, picture_from_png};
use crate::{DocumentMark, LiveState, Part, Phrase, RenderEdit, Session, Texts, Timelapse};

/// So many pixels of layers are looked at in a few milliseconds.
const QUICK_PIXELS: u64 = 1 << 20;

/// What a document leaves as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Export {
    /// A PNG that is the project: the picture that everybody sees, with everything else in it.
    Project,
    /// OpenRaster, for other paint programs.
    OpenRaster,
    /// What is seen of it as a plain PNG, on no paper.
    Flat,
}

/// Something that concerns the document as a whole.
#[derive(Clone, Debug, PartialEq)]
pub enum DocumentEdit {
    /// An empty document of this size, in pixels.
    New {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
    },
    /// What was read from a file takes the place of the document.
    Open(Box<OpenedDocument>),
    /// A picture becomes a layer above the active one, scaled to fit into the canvas.
    AddPicture {
        /// The picture.
        image: RgbaImage,
        /// What the layer is called.
        name: String,
    },
    /// What [`Session::snapshot`] gave was kept.
    Kept(DocumentMark),
    /// It could not be kept.
    KeepFailed {
        /// Why, without a trailing full stop.
        problem: Phrase,
    },
    /// The person has read that it could not be kept.
    DismissKeepProblem,
    /// Whether changes are to be kept from now on: not before the page knows where, nor where another tab does.
    IsKept(bool),
    /// Whether the document may only be looked at, since another tab paints it. Another document may be painted.
    IsReadOnly(bool),
}

/// Everything that belongs to a document at one moment. The pixels are shared with the document until that changes.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The document.
    pub parts: DocumentParts,
    /// What belongs to it: form, gallery, stroke log.
    pub entries: Vec<Entry>,
    /// Which state it is.
    pub mark: DocumentMark,
}

impl Snapshot {
    /// The bytes of a project.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        files::write_project(&self.parts, &self.entries, Effort::Fast)
    }

    /// Begins to write them piece by piece, and tells which state that is.
    #[must_use]
    pub fn into_writing(self) -> (ProjectWriting, DocumentMark) {
        (ProjectWriting::new(&self.parts, self.entries, Effort::Fast), self.mark)
    }
}

/// What was read from a file.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenedDocument {
    document: DocumentParts,
    entries: Vec<Entry>,
    parameters: Option<String>,
    /// Why only a picture came of a project, where that is so.
    pub warning: Option<Phrase>,
    /// Whether it is nothing but a picture: it may be meant as a layer.
    pub is_picture: bool,
}

impl OpenedDocument {
    /// Reads a project, an OpenRaster or Photoshop document, or a PNG.
    ///
    /// # Errors
    /// A sentence where it is none of them, is broken, or holds what no document may.
    pub fn read(bytes: &[u8]) -> Result<Self, Phrase> {
        let sentence = |error: PaintError| problem_of(&error);
        let opened = files::open(bytes).map_err(sentence)?;
        let parameters = opened.text("parameters").map(str::to_owned);
        let Opened { mut document, entries, project_error, kind, .. } = opened;
        if matches!(kind, FileKind::Ora | FileKind::Psd) {
            // Other programs leave a group chosen at the top, which takes no paint: what lies highest in it does.
            let is_paint = |layer: &LayerParts| layer.properties.kind != LayerKind::Group;
            let below = document.layers.get(..=document.active).unwrap_or_default();
            document.active = below.iter().rposition(is_paint).unwrap_or(document.active);
        }
        // Whatever would be refused later is refused now, while the drawing is still there.
        Document::from_parts(document.clone()).map_err(sentence)?;
        let warning = project_error.map(|error| Phrase::new("said-only-picture").with("error", problem_of(&error)));
        Ok(Self { document, entries, parameters, warning, is_picture: kind == FileKind::Png })
    }

    /// A document of one picture, which the browser has decoded.
    ///
    /// # Errors
    /// A sentence where it is larger than a document may be.
    pub fn of_picture(image: &RgbaImage) -> Result<Self, Phrase> {
        let (width, height) = fitted_size(image.width(), image.height(), MAX_EDGE_PX);
        let made = Document::new(width, height).map(|mut document| {
            document.fill_with_picture(image, "step-open-picture");
            document.to_parts()
        });
        let document = made.map_err(|error| problem_of(&error))?;
        Ok(Self { document, entries: Vec::new(), parameters: None, warning: None, is_picture: true })
    }

    /// What can be seen of it, for a layer.
    #[must_use]
    pub fn into_picture(self) -> Option<RgbaImage> {
        let document = Document::from_parts(self.document).ok()?;
        document.flatten_content(Content::Seen, document.width(), document.height(), Paper::Transparent).ok()
    }
}

impl Session {
    /// The stroke log.
    #[must_use]
    pub fn timelapse(&self) -> &Timelapse {
        self.film.log()
    }

    /// Whether something was painted or rendered that the stroke log has not got yet: it follows on the clock's ticks, when
    /// nothing else goes on.
    #[must_use]
    pub fn is_timelapse_behind(&self) -> bool {
        self.film.is_behind() || self.film.lacks(self.engine.picture.as_ref())
    }

    /// Tells the documents of this session apart, each of which counts its states from 0.
    #[must_use]
    pub fn document_number(&self) -> u64 {
        self.n_documents
    }

    /// Everything that belongs to the document, as it is now.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        Snapshot { parts: self.document.to_parts(), entries: self.entries(), mark: self.mark() }
    }

    fn entries(&self) -> Vec<Entry> {
        let model = self.engine.model.as_ref().map(|model| model.name.as_str());
        let mut entries = vec![Entry::new(FORM_KEY, form_text(&self.form, &self.styles).as_bytes())];
        let folded = self.folded_text();
        if !folded.is_empty() {
            entries.push(Entry::new(FOLDED_KEY, folded.as_bytes()));
        }
        if !self.film.log().is_empty() {
            entries.push(Entry { key: TIMELAPSE_KEY.into(), value: self.film.log().encode() });
        }
        entries.extend(self.picture_entries(model));
        entries
    }

    /// Begins to write the document as a file that leaves. What is painted meanwhile is not in it. Layers that nobody has
    /// named are called in it as `texts` call them.
    #[must_use]
    pub fn export(&self, kind: Export, texts: Texts) -> FileWriting {
        let (document, effort) = (&self.document, Effort::Fast);
        match kind {
            Export::Project => FileWriting::project_png(document, &self.parameters_text(), self.entries(), effort),
            Export::OpenRaster => {
                FileWriting::openraster(document, &|layer| texts.say(&crate::layer_name(layer)), effort)
            }
            Export::Flat => FileWriting::flat_png(document, effort),
        }
    }

    /// Whether [`Session::document_thumbnail`] would show what was before, for now.
    #[must_use]
    pub fn is_thumbnail_outdated(&self) -> bool {
        self.film.is_outdated()
    }

    /// A small picture of the document, for a list of documents.
    #[must_use]
    pub fn document_thumbnail(&self, edge_px: u32) -> Option<RgbaImage> {
        let log = self.film.log();
        let (width, height) = fitted_size(log.width(), log.height(), edge_px);
        let n_pixels = u64::from(self.document.width()) * u64::from(self.document.height());
        if self.film.is_outdated() && n_pixels * self.document.layers().len() as u64 <= QUICK_PIXELS {
            // The stroke log has not looked at everything yet, and all of it is seen in a few milliseconds.
            return self.document.flatten_content(Content::Seen, width, height, Paper::White).ok();
        }
        Some(crate::timelapse::scaled(&self.film.seen_image()?, width, height))
    }

    fn parameters_text(&self) -> String {
        let model = self.engine.model.as_ref().map(|model| model.name.as_str());
        infotext_from_render(&self.generate_input(), &self.form, model)
    }

    pub(crate) fn edit_document(&mut self, edit: DocumentEdit, effects: &mut Effects) {
        match edit {
            DocumentEdit::New { width, height } => match Document::new(width, height) {
                Ok(document) => {
                    self.replace_document(document, effects);
                    effects.announce("said-new-document");
                }
                Err(error) => self.say_problem(problem_of(&error), effects),
            },
            DocumentEdit::Open(opened) => self.open_document(*opened, effects),
            DocumentEdit::AddPicture { image, name } => self.add_picture(&image, name, effects),
            DocumentEdit::Kept(mark) => self.note_kept(mark, effects),
            DocumentEdit::KeepFailed { problem } => self.note_keep_failed(problem, effects),
            DocumentEdit::DismissKeepProblem => self.dismiss_keep_problem(effects),
            DocumentEdit::IsKept(is_on) => self.set_keeping(is_on),
            DocumentEdit::IsReadOnly(is_on) => self.set_read_only(is_on, effects),
        }
    }

    pub(crate) fn say_problem(&mut self, message: Phrase, effects: &mut Effects) {
        self.engine.notice = Some(message.clone());
        effects.announce(message);
        effects.changed(Part::Status);
    }

    fn open_document(&mut self, opened: OpenedDocument, effects: &mut Effects) {
        let OpenedDocument { document, entries, parameters, warning, .. } = opened;
        let document = match Document::from_parts(document) {
            Ok(document) => document,
            Err(error) => return self.say_problem(problem_of(&error), effects),
        };
        self.replace_document(document, effects);
        let entry = |key: &str| entries.iter().find(|entry| entry.key == key);
        if let Some(folded) = entry(FOLDED_KEY) {
            self.fold_by_text(&String::from_utf8_lossy(&folded.value));
        }
        if let Some(form) = entry(FORM_KEY) {
            let form = form_from_text(&String::from_utf8_lossy(&form.value), &self.styles);
            self.form = form;
            self.touched.all();
        } else if let Some(parameters) = parameters {
            self.edit_rendering(RenderEdit::Infotext(parameters), effects);
        }
        for entry in entries.iter().filter(|entry| entry.key == PICTURE_KEY) {
            if let Some(picture) = picture_from_png(&entry.value, &self.styles) {
                self.engine.picture = Some(std::rc::Rc::clone(&picture));
                let id = self.gallery.add(picture);
                self.keeping.note_png(id, entry.value.clone());
            }
        }
        if let Some(log) = entry(TIMELAPSE_KEY).and_then(|entry| Timelapse::decode(&entry.value)) {
            self.film = Film::of_log(log);
            self.film.note_dirty(self.document.bounds());
        }
        self.film.forget_picture(self.engine.picture.clone());
        effects.changed(Part::Form);
        effects.changed(Part::Gallery);
        effects.show_picture();
        effects.announce(warning.unwrap_or_else(|| "said-document-opened".into()));
    }

    /// Another document takes the place of this one; what belonged to it goes with it.
    fn replace_document(&mut self, document: Document, effects: &mut Effects) {
        self.abort_gesture(effects);
        self.cancel_tool(effects);
        self.cancel_render(effects);
        self.leave_keyboard_cursor(effects);
        self.document = document;
        self.layer_list = LayerList::default();
        self.is_read_only = false;
        // The worker knows sketches by their revisions, and every document counts its own from 0.
        self.n_documents += 1;
        self.film = Film::new(self.document.width(), self.document.height());
        self.film.note_dirty(self.document.bounds());
        self.gallery.clear();
        self.queue.clear_grid();
        self.engine.picture = None;
        // What was said of the former document, or of a file that did not come, is over.
        self.engine.notice = None;
        effects.changed(Part::Status);
        self.last_stroke_end = None;
        let state = self.live.state;
        self.live.set(LiveState::Off, self.now_secs);
        self.live.set(state, self.now_secs);
        effects.repaint(self.document.bounds());
        self.note_canvas_size(effects);
        self.after_document_change(effects);
        for part in [Part::Gallery, Part::Queue, Part::Document, Part::Form] {
            effects.changed(part);
        }
        effects.show_picture();
        self.keeping.forget_document();
    }

    fn add_picture(&mut self, image: &RgbaImage, name: String, effects: &mut Effects) {
        if self.is_stroking() {
            return;
        }
        self.leave_tool(effects);
        let properties = LayerProperties { name, ..LayerProperties::default() };
        match self.document.add_picture_layer("step-add-picture", properties, image) {
            Ok((_, dirty)) => {
                effects.repaint(dirty);
                self.after_document_change(effects);
                effects.announce("said-picture-added");
            }
            Err(error) => self.say_problem(problem_of(&error), effects),
        }
    }

    /// The pen went on: the stroke log notes its way.
    pub(crate) fn note_film_way(&mut self, event: &crate::PointerEvent) {
        if matches!(self.gesture, Gesture::Drawing { colour, .. } if colour.is_some() || self.tool == crate::Tool::Eraser)
        {
            let diameter_px = self.brush().size_px;
            for sample in &event.samples {
                let point = self.view.canvas_from_view(sample.view_point);
                self.film.note_way(&self.document, (point.x, point.y), diameter_px);
            }
        }
    }
}

/// A size of the same shape with no edge longer than `edge_px`.
fn fitted_size(width: u32, height: u32, edge_px: u32) -> (u32, u32) {
    crate::timelapse::fitted(width, height, edge_px)
}
