//! A session with the page's part played, and what must hold after whatever was done.

use std::collections::HashMap;

use underpaint_paint::{Content, Document, Layer, LayerId, Mask, Paper, Raster};
use underpaint_protocol::{DeviceKind, DeviceReport, GenerateInput, JobId, ModelReport, Request, Response};
use underpaint_studio::{
    Action, DocumentEdit, Effect, Event, Export, Language, OpenedDocument, Session, SessionConfig, Snapshot, Texts,
};

/// Size of the first canvas.
pub const SIZE: (u32, u32) = (96, 64);

const ENGLISH: Texts = Texts::new(Language::English);

/// A number that stands for bytes: equal bytes have equal numbers, and others next to never (a multiply-rotate hash).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Print(u64);

impl Print {
    fn of(words: impl Iterator<Item = u64>) -> Self {
        Self(
            words.fold(0xcbf2_9ce4_8422_2325, |sum, word| {
                (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
            }),
        )
    }

    fn of_bytes(bytes: &[u8]) -> Self {
        let (words, rest) = bytes.as_chunks::<8>();
        Self::of(words.iter().map(|word| u64::from_le_bytes(*word)).chain(rest.iter().map(|byte| u64::from(*byte))))
    }
}

/// A session, the canvas of its page, and the worker.
pub struct Page {
    pub session: Session,
    /// What the page has on its canvas: only ever changed by repaints.
    canvas: Vec<u8>,
    /// What each number of a state stands for, in the document of now.
    states: HashMap<u64, Print>,
    /// What each revision shows to the model.
    rendered: HashMap<u64, Print>,
    /// Each layer's pixels as they were seen last; a raster that still shares them needs no second look.
    layers: HashMap<LayerId, (Raster, Print)>,
    /// What the worker is at.
    job: Option<(JobId, GenerateInput)>,
    /// The state that this document began with.
    first: (u64, Print),
    /// What was done last, for messages.
    done: Vec<Event>,
    pub n_checks: usize,
}

impl Page {
    pub fn new() -> Self {
        let config = SessionConfig { canvas_width: SIZE.0, canvas_height: SIZE.1, ..SessionConfig::default() };
        let mut seed = 100;
        let random = move || {
            seed += 1;
            seed
        };
        let session = Session::new(config, Box::new(random)).unwrap();
        let mut page = Self {
            canvas: vec![255; SIZE.0 as usize * SIZE.1 as usize * 4],
            session,
            states: HashMap::new(),
            rendered: HashMap::new(),
            layers: HashMap::new(),
            job: None,
            first: (0, Print(0)),
            done: Vec::new(),
            n_checks: 0,
        };
        page.begin_document();
        page.handle(Event::Document(DocumentEdit::IsKept(true)));
        page.answer(Response::Ready, None);
        let device = DeviceReport { kind: DeviceKind::Cpu, name: "processor".into(), reason: "no adapter".into() };
        let model = ModelReport {
            name: "starter".into(),
            native_size: 16,
            size_multiple: 8,
            upscale_factor: None,
            parameters: 1,
            default_strength: 0.5,
            default_steps: 8,
            default_guidance: 3.0,
            example_prompts: Vec::new(),
            words: Vec::new(),
            default_scheduler: None,
            schedulers: Vec::new(),
        };
        page.answer(Response::Loaded { device, model }, None);
        page
    }

    fn document(&self) -> &Document {
        self.session.document()
    }

    /// Another document is there: its states are counted anew.
    fn begin_document(&mut self) {
        self.states.clear();
        self.rendered.clear();
        self.layers.clear();
        self.first = (self.document().state_number(), self.note_state());
    }

    fn answer(&mut self, response: Response, pixels: Option<Vec<u8>>) {
        self.handle(Event::Worker { response, pixels });
    }

    /// What the session is told, and what the page does about it.
    pub fn handle(&mut self, event: Event) {
        let is_new = matches!(event, Event::Document(DocumentEdit::New { .. } | DocumentEdit::Open(_)));
        if self.done.len() > 40 {
            self.done.drain(..20);
        }
        self.done.push(event.clone());
        let effects = self.session.handle(event);
        let (width, height) = (self.document().width(), self.document().height());
        let n_bytes = width as usize * height as usize * 4;
        if self.canvas.len() != n_bytes {
            // Another size clears a canvas.
            self.canvas = vec![0; n_bytes];
        }
        let mut pixels = Vec::new();
        for effect in &effects {
            let Effect::Repaint(rect) = effect else { continue };
            let document = self.session.document();
            assert_eq!(
                document.read_rect(*rect, Paper::White, &mut pixels),
                *rect,
                "{}",
                self.told("a repaint beside the canvas")
            );
            let (row_bytes, width) = (rect.width() as usize * 4, document.width() as usize);
            for (idx, row) in pixels.chunks_exact(row_bytes.max(1)).enumerate() {
                let start = ((rect.top as usize + idx) * width + rect.left as usize) * 4;
                self.canvas[start..start + row_bytes].copy_from_slice(row);
            }
        }
        if is_new {
            self.begin_document();
        }
        self.note_state();
        if std::env::var_os("UNDERPAINT_STRICT").is_some() {
            self.check();
        }
        for effect in effects {
            match effect {
                Effect::Send { request: Request::Generate { job, input }, pixels } => {
                    assert_eq!(
                        pixels.map(|it| it.len() as u64),
                        Some(input.payload_bytes()),
                        "{}",
                        self.told("payload")
                    );
                    self.job = Some((job, input));
                }
                Effect::Send { request: Request::Cancel { job }, .. }
                    if self.job.take_if(|(running, _)| *running == job).is_some() =>
                {
                    self.answer(Response::Cancelled { job }, None);
                }
                Effect::KeepDocument => self.keep(),
                _ => {}
            }
        }
    }

    /// The worker is done with what it was at.
    pub fn finish_job(&mut self, colour: [u8; 4]) {
        let Some((job, input)) = self.job.take() else { return };
        let GenerateInput { width, height, revision, .. } = input;
        let pixels = colour.repeat(width as usize * height as usize);
        self.answer(Response::Picture { job, revision, width, height, duration_secs: 1.5 }, Some(pixels));
    }

    /// The autosave, as the page does it.
    fn keep(&mut self) {
        assert!(!self.session.is_stroking(), "{}", self.told("kept in mid-stroke"));
        let snapshot = self.session.snapshot();
        let bytes = snapshot.to_bytes();
        self.assert_same_document(&bytes, &snapshot, "what was kept");
        let mark = snapshot.mark;
        self.handle(Event::Document(DocumentEdit::Kept(mark)));
        assert!(self.session.is_kept(), "{}", self.told("what was kept is not"));
    }

    /// Holds that bytes bring everything back, bit for bit.
    fn assert_same_document(&self, bytes: &[u8], snapshot: &Snapshot, what: &str) {
        let opened = OpenedDocument::read(bytes);
        let opened =
            opened.unwrap_or_else(|problem| panic!("{}", self.told(&format!("{what}: {}", ENGLISH.say(&problem)))));
        assert!(opened.warning.is_none() && !opened.is_picture, "{}", self.told(what));
        let config = SessionConfig { canvas_width: 8, canvas_height: 8, ..SessionConfig::default() };
        let mut other = Session::new(config, Box::new(|| 7)).unwrap();
        other.handle(Event::Document(DocumentEdit::Open(Box::new(opened))));
        assert!(other.document().to_parts() == snapshot.parts, "{}", self.told(&format!("{what} is another document")));
        assert_eq!(other.timelapse().len(), self.session.timelapse().len(), "{}", self.told(what));
        assert_eq!(other.gallery().entries().len(), self.session.gallery().entries().len(), "{}", self.told(what));
        assert_eq!(other.form().prompt, self.session.form().prompt, "{}", self.told(what));
        assert_eq!(other.form().strength, self.session.form().strength, "{}", self.told(what));
    }

    /// Takes the document out in every way there is, and holds that it comes back.
    pub fn save_and_load(&mut self) {
        if self.session.is_stroking() {
            return;
        }
        let snapshot = self.session.snapshot();
        self.assert_same_document(&snapshot.to_bytes(), &snapshot, "the project");
        self.handle(Event::Blur);
        self.handle(Event::Action(Action::Cancel));
        let snapshot = self.session.snapshot();
        self.assert_same_document(&self.session.export(Export::Project, ENGLISH).into_bytes(), &snapshot, "the PNG");
        let flat = OpenedDocument::read(&self.session.export(Export::Flat, ENGLISH).into_bytes()).unwrap();
        assert!(flat.is_picture, "{}", self.told("a flat PNG is a picture"));
        let opened = OpenedDocument::read(&self.session.export(Export::OpenRaster, ENGLISH).into_bytes()).unwrap();
        let mut other = Session::new(SessionConfig::default(), Box::new(|| 7)).unwrap();
        other.handle(Event::Document(DocumentEdit::Open(Box::new(opened))));
        let shape = |document: &Document| {
            let layer = |layer: &Layer| (layer.depth(), layer.is_group(), layer.properties().blend_mode);
            let layers = document.layers().iter().map(layer).collect::<Vec<_>>();
            (document.width(), document.height(), layers)
        };
        assert_eq!(shape(other.document()), shape(self.document()), "{}", self.told("OpenRaster"));
    }

    /// Closes the document and opens it again from its file: the history is gone, and nothing else.
    pub fn reopen(&mut self) {
        self.handle(Event::Blur);
        self.handle(Event::Action(Action::Cancel));
        let snapshot = self.session.snapshot();
        let opened = OpenedDocument::read(&self.session.export(Export::Project, ENGLISH).into_bytes()).unwrap();
        self.handle(Event::Document(DocumentEdit::Open(Box::new(opened))));
        assert!(self.document().to_parts() == snapshot.parts, "{}", self.told("reopened"));
        assert!(self.session.undo_label().is_none() && self.session.redo_label().is_none());
        // The autosave is switched off by nothing but the page.
        self.handle(Event::Document(DocumentEdit::IsKept(true)));
    }

    /// Begins an empty document.
    pub fn begin_anew(&mut self) {
        self.handle(Event::Document(DocumentEdit::New { width: SIZE.0, height: SIZE.1 }));
        assert!(self.document().is_blank() && self.session.undo_label().is_none());
    }

    /// Takes everything back step by step and does all of it again. Returns how many steps there were, and whether they
    /// led to the document's beginning: beyond the memory budget the oldest are forgotten.
    pub fn walk(&mut self) -> (usize, bool) {
        self.handle(Event::Blur);
        self.handle(Event::Action(Action::Cancel));
        self.handle(Event::JumpTo(usize::MAX));
        let last = (self.document().state_number(), self.note_state());
        let n_steps = self.document().history_position();
        while self.session.undo_label().is_some() {
            let before = self.document().history_position();
            self.handle(Event::Action(Action::Undo));
            assert_eq!(self.document().history_position() + 1, before, "{}", self.told("undo took no step back"));
        }
        let start = (self.document().state_number(), self.note_state());
        let is_whole = start.0 == self.first.0;
        assert!(!is_whole || start == self.first, "{}", self.told("undo to the start is not the start"));
        self.check();
        for step in 0..n_steps {
            self.handle(Event::Action(Action::Redo));
            assert_eq!(self.document().history_position(), step + 1, "{}", self.told("redo did no step"));
        }
        let end = (self.document().state_number(), self.note_state());
        assert_eq!(end, last, "{}", self.told("redo to the end is not the end"));
        self.check();
        (n_steps, is_whole)
    }

    /// Whether this document began empty.
    pub fn is_start_blank(&self) -> bool {
        let blank = Document::new(SIZE.0, SIZE.1).unwrap();
        self.first == (0, print_of(&blank, &mut HashMap::new()))
    }

    fn told(&self, what: &str) -> String {
        let short = |event: &Event| format!("  {}", format!("{event:?}").chars().take(240).collect::<String>());
        let last: Vec<String> = self.done.iter().rev().take(12).map(short).collect();
        format!("{what}; after (the last first)\n{}", last.join("\n"))
    }

    /// Holds that a state's number has always stood for the same document.
    fn note_state(&mut self) -> Print {
        let print = print_of(self.session.document(), &mut self.layers);
        let number = self.document().state_number();
        let known = *self.states.entry(number).or_insert(print);
        assert!(known == print, "{}", self.told(&format!("state {number} came back as another one")));
        print
    }

    /// What must hold between any two actions.
    pub fn check(&mut self) {
        self.n_checks += 1;
        let document = self.session.document();
        assert_tree(document);
        let size = (document.width(), document.height());
        for mask in document.selection().into_iter().chain(document.strength_map()) {
            assert_eq!((mask.width(), mask.height()), size, "{}", self.told("a mask of another size"));
        }
        assert!(
            document.selection().is_none_or(|mask| !mask.bounds().is_empty()),
            "{}",
            self.told("nothing is selected")
        );
        assert!(document.history_position() <= document.history_labels().len());
        assert!(
            document.history_bytes() <= underpaint_paint::UNDO_LIMIT_BYTES,
            "{}",
            self.told("the history's budget")
        );
        // The page's canvas is right although only what was named was read again.
        let mut pixels = Vec::new();
        document.read_rect(document.bounds(), Paper::White, &mut pixels);
        assert!(pixels == self.canvas, "{}", self.told("pixels changed outside of the repaints"));
        // Equal revisions are equal pictures for the model.
        if self.n_checks.is_multiple_of(4) {
            document.read_content(Content::Rendered, document.bounds(), Paper::Transparent, &mut pixels);
            let (print, revision) = (Print::of_bytes(&pixels), document.revision());
            let known = *self.rendered.entry(revision).or_insert(print);
            assert!(known == print, "{}", self.told(&format!("revision {revision} came back with other pixels")));
        }
        let session = &self.session;
        assert!(!session.view().visible_rect().is_empty(), "{}", self.told("the canvas is out of sight"));
        let status = ENGLISH.say(&session.status_text());
        assert!(!status.is_empty() && !status.ends_with('.'), "{}", self.told(&status));
        assert_eq!(session.brush(), session.brush().clamped(), "{}", self.told("the brush"));
        if session.is_stroking() {
            for action in [Action::Undo, Action::Redo, Action::Clear, Action::Keep] {
                assert!(!session.is_enabled(action), "{}", self.told("enabled in mid-stroke"));
            }
        }
    }
}

/// Depths and kinds make a tree with a layer that is active, every raster is of the canvas's size, and no group has pixels.
fn assert_tree(document: &Document) {
    let layers = document.layers();
    assert!(document.layer(document.active_layer()).is_some(), "the active layer is none of them");
    for (idx, layer) in layers.iter().enumerate() {
        let next = layers.get(idx + 1);
        let closes = next.is_some_and(|next| next.is_group() && next.depth() + 1 == layer.depth());
        assert!(layer.depth() <= next.map_or(0, Layer::depth) || closes, "{layers:?}");
        assert!(layers[..idx].iter().all(|other| other.id() != layer.id()), "two layers have one id");
        assert_eq!((layer.raster().width(), layer.raster().height()), (document.width(), document.height()));
        assert!(!layer.is_group() || layer.raster().is_blank());
        assert!((0.0..=1.0).contains(&layer.properties().opacity));
    }
}

/// Everything that undo brings back, save the choice of the active layer, as a number. Looks at each pixel that it does
/// not know yet.
fn print_of(document: &Document, known: &mut HashMap<LayerId, (Raster, Print)>) -> Print {
    let mut words = vec![u64::from(document.width()) << 32 | u64::from(document.height())];
    for layer in document.layers() {
        let properties = layer.properties();
        let text = format!("{properties:?}");
        words.extend([u64::from(layer.id().number()), u64::from(layer.depth()), Print::of_bytes(text.as_bytes()).0]);
        let raster = layer.raster();
        let print = match known.get(&layer.id()) {
            Some((former, print)) if former == raster => *print,
            _ => {
                let print = print_of_pixels(raster);
                known.insert(layer.id(), (raster.clone(), print));
                print
            }
        };
        words.push(print.0);
    }
    for mask in [document.selection(), document.strength_map()] {
        words.push(mask.map(Mask::values).map_or(1, |values| Print::of_bytes(values).0));
    }
    Print::of(words.into_iter())
}

fn print_of_pixels(raster: &Raster) -> Print {
    if raster.is_blank() {
        return Print(0);
    }
    let mut row = vec![0u16; raster.width() as usize * 4];
    let (mut print, mut is_blank) = (Print(1), true);
    for y in 0..raster.height() {
        raster.read_row(0, y, &mut row);
        let mut sum = 0;
        for pixel in row.as_chunks::<4>().0 {
            assert!(
                pixel[0].max(pixel[1]).max(pixel[2]) <= pixel[3],
                "a colour beyond its alpha: {pixel:?} in row {y}"
            );
            let word = pixel.iter().fold(0u64, |word, value| word << 16 | u64::from(*value));
            is_blank &= word == 0;
            sum = (sum ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15_u64).rotate_left(29);
        }
        print = Print((print.0 ^ sum).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29));
    }
    // A tile on which nothing is left may still be there or not.
    if is_blank { Print(0) } else { print }
}
