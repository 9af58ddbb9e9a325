//! When the document is to be kept, what of the gallery is kept with it, and what is said where that did not go well.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use underpaint_paint::files::Entry;

use crate::effect::Effects;
use crate::gesture::Gesture;
use crate::project::{picture_entry, picture_png};
use crate::{Effect, Form, Part, Phrase, PictureId, Session};

/// A document is kept when nothing has changed for so long, in seconds…
const QUIET_SECS: f64 = 0.5;
/// … or as soon as the first change is so old and no stroke is under way.
const LONGEST_WAIT_SECS: f64 = 1.2;
/// After a failure the next try is so much later, in seconds.
const RETRY_SECS: f64 = 20.0;
/// What the pictures of the gallery may take of a project beside the newest, in bytes: a project is written as a whole
/// whenever it is kept, so what is here is what each pause between strokes may cost. The newest is kept whatever it takes.
const PICTURES_LIMIT_BYTES: usize = 32 << 20;

/// Names a state of everything that is kept: equal marks mean that there is nothing to keep.
#[derive(Clone, Debug, PartialEq)]
pub struct DocumentMark {
    state_number: u64,
    document: u64,
    form: Form,
    last_picture: Option<PictureId>,
    n_pictures: usize,
    folded: String,
}

/// When the document was kept, and what has changed since.
#[derive(Debug, Default)]
pub(crate) struct Keeping {
    is_on: bool,
    is_under_way: bool,
    kept: Option<DocumentMark>,
    seen: Option<DocumentMark>,
    first_change_secs: f64,
    last_change_secs: f64,
    not_before_secs: f64,
    /// Why the last try failed, until one goes well.
    problem: Option<Phrase>,
    is_problem_dismissed: bool,
    /// The gallery's pictures as files, which they are made into once.
    pictures: RefCell<BTreeMap<PictureId, Vec<u8>>>,
    /// How many of the pictures there was no room for when they were last gathered, and how many of that the person knows.
    n_left_out: Cell<usize>,
    n_said_left_out: usize,
}

impl Keeping {
    /// Another document is on the canvas. Where nothing can be kept, that stays so.
    pub(crate) fn forget_document(&mut self) {
        self.kept = None;
        self.seen = None;
        self.pictures.borrow_mut().clear();
        self.n_left_out.set(0);
        self.n_said_left_out = 0;
    }

    /// A picture of the gallery came as this file.
    pub(crate) fn note_png(&mut self, id: PictureId, png: Vec<u8>) {
        self.pictures.get_mut().insert(id, png);
    }
}

impl Session {
    /// Whether everything that there is was kept.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.keeping.kept.as_ref() == Some(&self.mark())
    }

    /// That the document cannot be kept, and why, as long as that is so and the person has not put it away.
    #[must_use]
    pub fn keep_problem(&self) -> Option<&Phrase> {
        self.keeping.problem.as_ref().filter(|_| !self.keeping.is_problem_dismissed)
    }

    /// A sentence about the gallery as a whole, where there is one to say.
    #[must_use]
    pub fn gallery_note(&self) -> Option<Phrase> {
        match self.keeping.n_said_left_out {
            _ if self.gallery.entries().is_empty() => Some(Phrase::new("gallery-empty")),
            0 => None,
            n_pictures => Some(Phrase::new("gallery-left-out").with("pictures", n_pictures as u32)),
        }
    }

    pub(crate) fn mark(&self) -> DocumentMark {
        let entries = self.gallery.entries();
        DocumentMark {
            state_number: self.document.state_number(),
            document: self.n_documents,
            form: self.form.clone(),
            last_picture: entries.last().map(|entry| entry.id),
            n_pictures: entries.len(),
            folded: self.folded_text(),
        }
    }

    /// The gallery's pictures as entries of a project, the oldest first: the newest, and of the others what there is room
    /// for. One that is too large takes no room from those before it.
    pub(crate) fn picture_entries(&self, model: Option<&str>) -> Vec<Entry> {
        let mut pictures = self.keeping.pictures.borrow_mut();
        pictures.retain(|id, _| self.gallery.entry(*id).is_some());
        let mut room_bytes = PICTURES_LIMIT_BYTES;
        let mut entries = Vec::new();
        for (n_newer, entry) in self.gallery.entries().iter().rev().enumerate() {
            let png = pictures.entry(entry.id).or_insert_with(|| picture_png(&entry.picture, &self.styles, model));
            if n_newer > 0 {
                let Some(left_bytes) = room_bytes.checked_sub(png.len()) else { continue };
                room_bytes = left_bytes;
            }
            entries.push(picture_entry(png));
        }
        self.keeping.n_left_out.set(self.gallery.entries().len() - entries.len());
        entries.reverse();
        entries
    }

    pub(crate) fn set_keeping(&mut self, is_on: bool) {
        self.keeping.is_on = is_on;
        self.keeping.is_under_way = false;
    }

    pub(crate) fn note_kept(&mut self, mark: DocumentMark, effects: &mut Effects) {
        let keeping = &mut self.keeping;
        keeping.is_under_way = false;
        keeping.kept = Some(mark);
        // What was said of a failure is over.
        keeping.problem = None;
        keeping.is_problem_dismissed = false;
        effects.changed(Part::Document);
        let n_left_out = keeping.n_left_out.get();
        let n_said = std::mem::replace(&mut keeping.n_said_left_out, n_left_out);
        if n_said != n_left_out {
            effects.changed(Part::Gallery);
        }
        if n_said < n_left_out {
            self.say_problem(Phrase::new("gallery-left-out").with("pictures", n_left_out as u32), effects);
        }
    }

    /// It stays to be read where nothing else takes its place: the status line's next sentence would.
    pub(crate) fn note_keep_failed(&mut self, problem: Phrase, effects: &mut Effects) {
        self.keeping.is_under_way = false;
        self.keeping.not_before_secs = self.now_secs + RETRY_SECS;
        self.keeping.problem = Some(Phrase::new("said-not-kept").with("error", problem));
        effects.changed(Part::Document);
    }

    pub(crate) fn dismiss_keep_problem(&mut self, effects: &mut Effects) {
        self.keeping.is_problem_dismissed = true;
        effects.changed(Part::Document);
    }

    /// After each event: the stroke log follows what was repainted; when the clock ticks and nothing else goes on, the
    /// page is asked to keep what has changed.
    pub(crate) fn follow_document(&mut self, is_tick: bool, effects: &mut Effects) {
        for rect in effects.repaints() {
            self.film.note_dirty(rect);
        }
        if !is_tick || self.is_stroking() || self.gesture != Gesture::Ready {
            return;
        }
        // Nothing else is going on: the stroke log looks at what was painted, and then old steps of the history are packed.
        if self.is_timelapse_behind() {
            self.film.follow(&self.document, self.engine.picture.as_ref(), self.now_secs);
            self.wake_at(self.now_secs, effects);
        } else if self.follow_sketch() || self.document.tidy() {
            self.wake_at(self.now_secs, effects);
        }
        let mark = self.mark();
        let has_content = self.keeping.kept.is_some() || !self.document.is_blank() || mark.n_pictures > 0;
        let keeping = &mut self.keeping;
        if !keeping.is_on || !has_content || keeping.kept.as_ref() == Some(&mark) {
            keeping.seen = keeping.kept.clone();
            return;
        }
        if keeping.seen == keeping.kept {
            keeping.first_change_secs = self.now_secs;
        }
        if keeping.seen.as_ref() != Some(&mark) {
            keeping.last_change_secs = self.now_secs;
            keeping.seen = Some(mark);
        }
        let due_secs = (keeping.last_change_secs + QUIET_SECS).min(keeping.first_change_secs + LONGEST_WAIT_SECS);
        // What is kept has the stroke log in it: while that looks at the last stroke, keeping waits as long as it may.
        let latest_secs = keeping.first_change_secs + LONGEST_WAIT_SECS;
        let due_secs = if self.film.is_behind() { latest_secs } else { due_secs };
        if !keeping.is_under_way && self.now_secs >= due_secs.max(keeping.not_before_secs) {
            keeping.is_under_way = true;
            effects.push(Effect::KeepDocument);
        }
    }
}
