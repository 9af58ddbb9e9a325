//! A session with the page's part played, and its invariants checked after every event.

use std::collections::HashMap;

use underpaint_paint::{Content, Paper, PixelRect, Rgb8};
use underpaint_protocol::{
    DeviceKind, DeviceReport, GenerateInput, JobId, ModelReport, Progress, Request, Response, SchedulerReport, Stage,
};

use crate::gesture::Gesture;
use crate::{
    Action, CellState, Effect, EngineState, Event, FormEdit, KeyEvent, KeyFocus, Language, Modifiers, PointerButton,
    PointerEvent, PointerKind, PointerPhase, PointerSample, RenderEdit, Session, SessionConfig, Texts, Tool, ViewPoint,
};

/// The texts that tests read.
pub(super) const ENGLISH: Texts = Texts::new(Language::English);

/// What pictures are of when one is like another.
pub(super) const SKY: Rgb8 = Rgb8::new(120, 180, 230);

/// A session, what its page would show, and a clock.
pub(super) struct Studio {
    pub(super) session: Session,
    pub(super) now_secs: f64,
    pub(super) modifiers: Modifiers,
    /// What the page has on its canvas: only ever changed by repaints.
    shown: Vec<u8>,
    /// The pixels that were seen at each revision.
    seen: HashMap<u64, Vec<u8>>,
    /// The effects since they were last taken.
    effects: Vec<Effect>,
}

impl Studio {
    pub(super) fn new() -> Self {
        let config = SessionConfig { canvas_width: 128, canvas_height: 96, ..SessionConfig::default() };
        let mut seed = 100;
        let random = move || {
            seed += 1;
            seed
        };
        let session = Session::new(config, Box::new(random)).unwrap();
        let mut studio = Self {
            session,
            now_secs: 100.0,
            modifiers: Modifiers::default(),
            shown: vec![255; 128 * 96 * 4],
            seen: HashMap::new(),
            effects: Vec::new(),
        };
        studio.check(&[]);
        studio
    }

    /// A session whose model is loaded.
    pub(super) fn loaded() -> Self {
        let mut studio = Self::new();
        studio.answer(Response::Ready);
        studio.answer(Self::loaded_answer());
        studio.effects.clear();
        studio
    }

    pub(super) fn loaded_answer() -> Response {
        Response::Loaded {
            device: DeviceReport { kind: DeviceKind::Cpu, name: "processor".into(), reason: "no adapter".into() },
            model: ModelReport {
                name: "starter".into(),
                native_size: 64,
                size_multiple: 8,
                upscale_factor: None,
                parameters: 1,
                default_strength: 0.5,
                default_steps: 8,
                default_guidance: 3.0,
                example_prompts: Vec::new(),
                words: Vec::new(),
                default_scheduler: None,
                schedulers: vec![SchedulerReport { name: "euler".into(), title: "Euler".into() }],
            },
        }
    }

    pub(super) fn handle(&mut self, event: Event) {
        let what = format!("{event:?}");
        let effects = self.session.handle(event);
        let repaints: Vec<_> =
            effects.iter().filter_map(|it| if let Effect::Repaint(rect) = it { Some(*rect) } else { None }).collect();
        for (at, rect) in repaints.iter().enumerate() {
            let is_named_twice = |other: &PixelRect| other.union(*rect) == *other;
            assert!(!repaints[..at].iter().any(is_named_twice), "{repaints:?} after {what}");
        }
        self.check(&effects);
        self.effects.extend(effects);
    }

    /// What must hold after every event.
    fn check(&mut self, effects: &[Effect]) {
        let session = &self.session;
        let document = session.document();
        // The page's canvas is right if only the named rectangles are read again.
        let n_bytes = document.width() as usize * document.height() as usize * 4;
        if self.shown.len() != n_bytes {
            // A canvas of another size begins empty.
            self.shown = vec![0; n_bytes];
        }
        let mut row = Vec::new();
        for effect in effects {
            if let Effect::Repaint(rect) = effect {
                assert_eq!(document.read_rect(*rect, Paper::White, &mut row), *rect, "a repaint beyond the canvas");
                let row_bytes = rect.width() as usize * 4;
                for (idx, pixels) in row.chunks_exact(row_bytes).enumerate() {
                    let start = ((rect.top as usize + idx) * document.width() as usize + rect.left as usize) * 4;
                    self.shown[start..start + row_bytes].copy_from_slice(pixels);
                }
            }
        }
        assert!(self.shown == self.pixels(), "pixels changed outside of the repaints");
        // Equal revisions mean equal pixels.
        let mut exact = Vec::new();
        document.read_content(Content::Rendered, document.bounds(), Paper::Transparent, &mut exact);
        let former =
            self.seen.entry((self.session.n_documents << 32) + document.revision()).or_insert_with(|| exact.clone());
        assert!(*former == exact, "revision {} came back with other pixels", document.revision());

        let session = &self.session;
        assert_eq!(document_is_stroking(session), matches!(session.gesture, Gesture::Drawing { .. }));
        let rendering = match session.engine() {
            EngineState::Rendering { job, .. } => Some(*job),
            _ => None,
        };
        assert_eq!(session.engine.job(), rendering, "the state and the job disagree");
        assert!(!session.is_preview_shown() || rendering.is_some(), "a preview without a job");
        for brush in [session.brush, session.eraser] {
            assert_eq!(brush, brush.clamped());
        }
        let form = session.form();
        assert!((0.0..=1.0).contains(&form.strength) && (1..=50).contains(&form.steps));
        assert!((1.0..=20.0).contains(&form.guidance));
        assert!(!session.view().visible_rect().is_empty(), "the canvas is out of sight");
        let status = self.status();
        assert!(!status.is_empty() && !status.ends_with('.'), "{status}");
        for action in Action::ALL {
            if matches!(action, Action::Undo | Action::Redo) && document_is_stroking(session) {
                assert!(!session.is_enabled(action));
            }
        }
        let n_running = session.queue().cells().iter().filter(|cell| cell.state == CellState::Running).count();
        assert!(n_running <= 1, "{n_running} cells run");
        let n_waiting = session.queue().cells().iter().filter(|cell| cell.state == CellState::Waiting).count();
        assert_eq!(n_waiting, session.queue().n_waiting());
        for effect in effects {
            if let Effect::Send { request: Request::Generate { input, .. }, pixels } = effect {
                assert_eq!(pixels.as_ref().map(|pixels| pixels.len() as u64), Some(input.payload_bytes()));
            }
        }
    }

    /// The status as an English reader has it.
    pub(super) fn status(&self) -> String {
        ENGLISH.say(&self.session.status_text())
    }

    /// What a person sees on the canvas.
    pub(super) fn pixels(&self) -> Vec<u8> {
        let mut pixels = Vec::new();
        self.session.document().read_rect(self.session.document().bounds(), Paper::White, &mut pixels);
        pixels
    }

    pub(super) fn colour(&self, x: u32, y: u32) -> Rgb8 {
        let mut pixel = Vec::new();
        self.session.document().read_rect(PixelRect::new(x, y, x + 1, y + 1), Paper::White, &mut pixel);
        Rgb8::new(pixel[0], pixel[1], pixel[2])
    }

    /// The effects since this was last asked.
    pub(super) fn take_effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.effects)
    }

    /// The texts announced since effects were last taken; takes them.
    pub(super) fn take_announcements(&mut self) -> Vec<String> {
        let announced = |effect| if let Effect::Announce(text) = effect { Some(ENGLISH.say(&text)) } else { None };
        self.take_effects().into_iter().filter_map(announced).collect()
    }

    /// The requests sent since effects were last taken; takes them.
    pub(super) fn take_requests(&mut self) -> Vec<Request> {
        let sent = |effect| if let Effect::Send { request, .. } = effect { Some(request) } else { None };
        self.take_effects().into_iter().filter_map(sent).collect()
    }

    pub(super) fn act(&mut self, action: Action) {
        self.handle(Event::Action(action));
    }

    pub(super) fn form(&mut self, edit: FormEdit) {
        self.handle(Event::Form(edit));
    }

    pub(super) fn sample(&mut self, x: f32, y: f32, pressure: f32) -> PointerSample {
        self.now_secs += 0.004;
        PointerSample {
            view_point: ViewPoint::new(x, y),
            pressure,
            tilt_degrees: (0.0, 0.0),
            twist_degrees: 0.0,
            time_secs: self.now_secs,
        }
    }

    /// One pointer event with one sample.
    pub(super) fn point(
        &mut self,
        phase: PointerPhase,
        (kind, pointer_id, button): (PointerKind, i32, PointerButton),
        (x, y, pressure): (f32, f32, f32),
    ) {
        let samples = vec![self.sample(x, y, pressure)];
        let modifiers = self.modifiers;
        self.handle(Event::Pointer(PointerEvent {
            phase,
            pointer_id,
            kind,
            button,
            modifiers,
            samples,
            predicted: vec![],
        }));
    }

    pub(super) fn mouse(&mut self, phase: PointerPhase, x: f32, y: f32) {
        let pressure = if phase == PointerPhase::Up { 0.0 } else { 0.5 };
        self.point(phase, (PointerKind::Mouse, 1, PointerButton::Primary), (x, y, pressure));
    }

    pub(super) fn pen(&mut self, phase: PointerPhase, x: f32, y: f32, pressure: f32) {
        self.point(phase, (PointerKind::Pen, 7, PointerButton::Primary), (x, y, pressure));
    }

    pub(super) fn touch(&mut self, phase: PointerPhase, finger: i32, x: f32, y: f32) {
        self.point(phase, (PointerKind::Touch, 20 + finger, PointerButton::Primary), (x, y, 0.5));
    }

    /// Chooses a tool and drags the mouse through view points.
    pub(super) fn drag(&mut self, tool: Tool, points: &[(f32, f32)]) {
        self.handle(Event::Tool(tool));
        self.drag_again(points);
    }

    /// Drags the mouse with the tool at hand.
    pub(super) fn drag_again(&mut self, points: &[(f32, f32)]) {
        let (first, last) = (points[0], points[points.len() - 1]);
        self.mouse(PointerPhase::Down, first.0, first.1);
        for (x, y) in &points[1..] {
            self.mouse(PointerPhase::Move, *x, *y);
        }
        self.mouse(PointerPhase::Up, last.0, last.1);
    }

    pub(super) fn key_event(key: &str, code: &str, modifiers: Modifiers) -> KeyEvent {
        KeyEvent { key: key.into(), code: code.into(), modifiers, is_repeat: false, focus: KeyFocus::Page }
    }

    /// Presses and releases a key as a US keyboard has it.
    pub(super) fn key(&mut self, key: &str, code: &str, modifiers: Modifiers) {
        let event = Self::key_event(key, code, modifiers);
        self.handle(Event::KeyDown(event.clone()));
        self.handle(Event::KeyUp(event));
    }

    pub(super) fn edit(&mut self, edit: RenderEdit) {
        self.handle(Event::Rendering(edit));
    }

    /// Lets time pass as the page does: a tick ten times a second, and one whenever the session asked for it.
    pub(super) fn pass(&mut self, secs: f64) {
        let end_secs = self.now_secs + secs;
        while self.now_secs < end_secs - 1e-9 {
            let next_secs = (self.now_secs + 0.1).min(end_secs);
            let wake_secs = self.session.wake_secs.map_or(next_secs, |secs| secs.max(self.now_secs));
            self.now_secs = next_secs.min(wake_secs);
            self.handle(Event::Tick { now_secs: self.now_secs });
        }
    }

    /// The jobs that were begun since effects were last taken; takes them.
    pub(super) fn take_jobs(&mut self) -> Vec<(JobId, GenerateInput)> {
        let jobs = self.take_requests().into_iter().filter_map(|request| match request {
            Request::Generate { job, input } => Some((job, input)),
            _ => None,
        });
        jobs.collect()
    }

    pub(super) fn answer(&mut self, response: Response) {
        self.handle(Event::Worker { response, pixels: None });
    }

    /// Presses Render and returns what was sent.
    pub(super) fn render(&mut self) -> (JobId, GenerateInput, Vec<u8>) {
        self.take_effects();
        self.act(Action::Render);
        for effect in self.take_effects() {
            if let Effect::Send { request: Request::Generate { job, input }, pixels } = effect {
                return (job, input, pixels.unwrap());
            }
        }
        panic!("nothing was sent; the status is: {}", self.status());
    }

    /// Renders and finishes as many pictures as the form says.
    pub(super) fn render_all(&mut self) {
        self.take_effects();
        self.act(Action::Render);
        while let Some((job, input)) = self.take_jobs().pop() {
            self.finish(job, &input, SKY);
        }
    }

    pub(super) fn progress(&mut self, job: JobId, step: u32, n_steps: u32) {
        let progress = Progress { stage: Stage::Denoising, step, n_steps, preview_size: Some((2, 2)) };
        let response = Response::Progress { job, progress };
        self.handle(Event::Worker { response, pixels: Some(vec![step as u8; 16]) });
    }

    /// The worker answers a job with a picture of one colour.
    pub(super) fn finish(&mut self, job: JobId, input: &GenerateInput, colour: Rgb8) {
        let Rgb8 { red, green, blue } = colour;
        let pixels = [red, green, blue, 255].repeat(input.width as usize * input.height as usize);
        let response = Response::Picture {
            job,
            revision: input.revision,
            width: input.width,
            height: input.height,
            duration_secs: 1.5,
        };
        self.handle(Event::Worker { response, pixels: Some(pixels) });
    }
}

fn document_is_stroking(session: &Session) -> bool {
    session.is_stroking()
}
