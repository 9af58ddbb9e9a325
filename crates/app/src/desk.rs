//! The desk everything lies on: one session, the worker, the canvases, and the signals that tell the views to look again.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    rc::Rc,
    time::Duration,
};

use leptos::prelude::*;
use leptos::{leptos_dom::helpers::TimeoutHandle, wasm_bindgen::JsCast, web_sys::HtmlTextAreaElement};
use underpaint_browser::{BrowserError, clock, download, random, settings::Settings};
use underpaint_paint::RgbaImage;
use underpaint_studio::{Action, Brushes, Effect, Event, Part, Phrase, Session};

use crate::{
    clipboard, config,
    documents::Shelf,
    engine::EngineLink,
    presenter::{self, Presenter, StageRefs},
    problem::problem_of,
    saving::{self, Saving},
    texts::say,
    tint::Tint,
};

/// A handle to the desk that views copy freely. It lives as long as the page.
#[derive(Clone, Copy)]
pub struct Desk {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    parts: Parts,
    shelf: Shelf,
    /// The elements that are drawn on by hand.
    pub stage: StageRefs,
    /// What the live region says.
    pub announcement: RwSignal<Option<Phrase>>,
}

struct Inner {
    session: RefCell<Session>,
    /// Events that came while another one was handled.
    waiting: RefCell<VecDeque<Event>>,
    is_handling: Cell<bool>,
    presenter: Presenter,
    /// The tint of painted strength, above the sketch.
    tint: Tint,
    engine: EngineLink,
    /// The file that the document is saved to.
    saving: Saving,
    /// What outlives the visit.
    settings: Settings,
    /// The tick that the session asked for.
    wake: Cell<Option<TimeoutHandle>>,
}

/// One counter for each part of the session; a view that reads a part runs again when its counter moves.
#[derive(Clone, Copy)]
struct Parts([RwSignal<u32>; Part::COUNT]);

impl Parts {
    fn new() -> Self {
        Self(std::array::from_fn(|_| RwSignal::new(0)))
    }

    fn of(self, part: Part) -> RwSignal<u32> {
        self.0[part as usize]
    }
}

impl Desk {
    /// Lays out an empty sketch.
    ///
    /// # Errors
    /// A sentence for the person, when the browser lacks what a session needs.
    pub fn new() -> Result<Self, String> {
        let settings = Settings::open();
        let config = config::session_config(&settings).map_err(sentence_of)?;
        // A browser that refuses random numbers once refuses them always, so asking now is enough.
        let fallback_seed = random::random_seed().map_err(sentence_of)?;
        let random = Box::new(move || random::random_seed().unwrap_or(fallback_seed));
        let mut session = Session::new(config, random).map_err(|error| say(&underpaint_studio::problem_of(&error)))?;
        // Brushes that cannot be read, as of a later version, are the built-in ones again.
        if let Some(Ok(brushes)) = settings.get(config::BRUSHES_KEY).map(|text| Brushes::from_text(&text)) {
            session.restore_brushes(brushes);
        }
        let inner = Inner {
            session: RefCell::new(session),
            waiting: RefCell::default(),
            is_handling: Cell::new(false),
            presenter: Presenter::default(),
            tint: Tint::default(),
            engine: EngineLink::default(),
            saving: Saving::default(),
            settings,
            wake: Cell::new(None),
        };
        Ok(Self {
            inner: StoredValue::new_local(Rc::new(inner)),
            parts: Parts::new(),
            shelf: Shelf::new(),
            stage: StageRefs::new(),
            announcement: RwSignal::new(None),
        })
    }

    fn inner(self) -> Rc<Inner> {
        self.inner.get_value()
    }

    /// Reads the session inside a view, which runs again whenever `part` changes.
    pub fn read<T>(self, part: Part, read: impl FnOnce(&Session) -> T) -> T {
        self.parts.of(part).track();
        self.peek(read)
    }

    /// Reads the session once.
    pub fn peek<T>(self, read: impl FnOnce(&Session) -> T) -> T {
        read(&self.inner().session.borrow())
    }

    /// The documents of this device.
    pub fn shelf(self) -> Shelf {
        self.shelf
    }

    /// Says something through the status line and the live region.
    pub fn say(self, phrase: Phrase) {
        self.send(Event::Said(phrase));
    }

    /// The canvases.
    pub fn with_presenter<T>(self, with: impl FnOnce(&Presenter) -> T) -> T {
        with(&self.inner().presenter)
    }

    /// The tint of painted strength.
    pub fn with_tint<T>(self, with: impl FnOnce(&Tint) -> T) -> T {
        with(&self.inner().tint)
    }

    /// The file that the document is saved to.
    pub fn with_saving<T>(self, with: impl FnOnce(&Saving) -> T) -> T {
        with(&self.inner().saving)
    }

    /// What was kept under a name, on this visit or a former one.
    pub fn setting(self, key: &str) -> Option<String> {
        self.inner().settings.get(key)
    }

    /// Keeps a text for the next visit. Where storage is forbidden it lasts as long as the page, which is nothing to
    /// disturb anybody with.
    pub fn keep_setting(self, key: &str, text: &str) {
        self.inner().settings.set(key, text);
    }

    /// Starts the engine's worker.
    pub fn start_engine(self) {
        self.inner().engine.start(self);
    }

    /// Asks for an action, as its button or key does.
    pub fn act(self, action: Action) {
        self.send(Event::Action(action));
    }

    /// Does what a button of an action does. A paste reads the system's clipboard first, as Ctrl+V does.
    pub fn press(self, action: Action) {
        match action {
            Action::Paste => clipboard::paste(self),
            _ => self.act(action),
        }
    }

    /// Hands an event to the session and carries its effects out, in their order. An event that arises on the way waits
    /// for its turn.
    pub fn send(self, event: Event) {
        let inner = self.inner();
        inner.waiting.borrow_mut().push_back(event);
        if inner.is_handling.replace(true) {
            return;
        }
        loop {
            let next = inner.waiting.borrow_mut().pop_front();
            let Some(event) = next else { break };
            let effects = inner.session.borrow_mut().handle(event);
            for effect in effects {
                self.carry_out(&inner, effect);
            }
        }
        inner.is_handling.set(false);
    }

    fn carry_out(self, inner: &Inner, effect: Effect) {
        match effect {
            Effect::Repaint(rect) => {
                inner.presenter.mark_dirty(self, rect);
                inner.tint.mark(self, rect);
            }
            Effect::Send { request, pixels } => inner.engine.send(self, &request, pixels),
            Effect::ShowPicture => inner.presenter.mark_picture(self),
            Effect::SavePng { image, file_name } => self.save_png(image, file_name),
            Effect::OpenFile => self.shelf.pick(self, false),
            Effect::SaveDocument { asks } => saving::save(self, asks),
            Effect::CopyPicture(image) => clipboard::copy(image),
            Effect::WakeAt { secs } => self.wake_at(inner, secs),
            Effect::SelectPrompt { start, end } => select_prompt(start, end),
            Effect::RestartWorker => inner.engine.start(self),
            // Where storage is forbidden the settings last as long as the page, which is nothing to disturb anybody with.
            Effect::KeepSettings(text) => drop(inner.settings.set(config::SETTINGS_KEY, &text)),
            Effect::KeepDocument => self.shelf.keep(self),
            Effect::Announce(text) => self.announcement.set(Some(text)),
            // The pointer moves far more often than frames are shown, so its ring does not go through a signal.
            Effect::Changed(Part::Cursor) => inner.presenter.mark_cursor(self),
            Effect::Changed(part) => {
                // A handle whose place is out of sight waits at the view's edge.
                let moves_handles = part == Part::View && self.peek(Session::has_handles);
                if part == Part::Overlay || moves_handles {
                    inner.presenter.mark_overlay(self);
                }
                if matches!(part, Part::View | Part::Brush | Part::Tool | Part::Stage | Part::Settings) {
                    inner.presenter.mark_cursor(self);
                }
                self.parts.of(part).update(|count| *count = count.wrapping_add(1));
            }
        }
    }

    /// Keeps the list of brushes for the next visit.
    pub fn keep_brushes(self) {
        let inner = self.inner();
        let text = inner.session.borrow().brushes().to_text();
        // Where storage is forbidden they last as long as the page.
        let _ = inner.settings.set(config::BRUSHES_KEY, &text);
    }

    /// Says that something the page tried has failed.
    pub fn report(self, error: &BrowserError) {
        self.say(problem_of(error));
    }

    fn wake_at(self, inner: &Inner, secs: f64) {
        let delay = Duration::from_secs_f64((secs - clock::now_secs()).clamp(0.0, 60.0));
        let tick = move || self.send(Event::Tick { now_secs: clock::now_secs().max(secs) });
        let former = inner.wake.replace(set_timeout_with_handle(tick, delay).ok());
        if let Some(former) = former {
            former.clear();
        }
    }

    fn save_png(self, image: RgbaImage, file_name: String) {
        leptos::task::spawn_local(async move {
            let saved = async {
                let png = presenter::png_of(&image).await?;
                download::save_file(&file_name, "image/png", &png)
            };
            if let Err(error) = saved.await {
                self.report(&error);
            }
        });
    }
}

fn sentence_of(error: BrowserError) -> String {
    say(&problem_of(&error))
}

/// Selects a part of the prompt once its new words are in the field.
fn select_prompt(start: usize, end: usize) {
    request_animation_frame(move || {
        let field = document().get_element_by_id("prompt").and_then(|it| it.dyn_into::<HtmlTextAreaElement>().ok());
        if let Some(field) = field {
            // A field that was taken away in the meantime has nothing to select.
            let _ = field.set_selection_range(start as u32, end as u32);
        }
    });
}
