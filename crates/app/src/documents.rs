//! The documents of this device: which one is open, keeping it while one paints, and files that come and go.

mod arriving;
mod exports;
mod sharing;

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::Duration,
};

use leptos::{prelude::*, task::spawn_local};
use underpaint_browser::{
    BrowserError, clock,
    documents::{DocumentEntry, DocumentLock, DocumentStore, new_document_id},
    download,
    picture_file::PictureLimits,
    storage,
    tabs::TabLine,
    transfer::{DropEvent, DropListener, PasteListener},
};
use underpaint_paint::{
    MAX_EDGE_PX,
    files::{Effort, write_png},
};
use underpaint_studio::{Action, DocumentEdit, DocumentMark, Event, OpenedDocument, Phrase, Session};

pub use sharing::Named;

use crate::{
    clipboard,
    desk::Desk,
    problem::problem_of,
    texts::{say, texts},
};

/// Longest file that is read, in bytes.
const FILE_LIMIT_BYTES: u64 = 1 << 29;
/// Most pixels of a picture that is decoded.
pub const PICTURE_LIMITS: PictureLimits =
    PictureLimits { max_bytes: FILE_LIMIT_BYTES, max_pixels: 1 << 26, max_edge_px: MAX_EDGE_PX };
/// Bytes of a project that are put together between two events of the page, and how long that may take.
const BYTES_AT_ONCE: usize = 1 << 18;
const SLICE_SECS: f64 = 0.003;
/// How often leaving a document waits for it to be kept, and how long each time.
const LEAVE_TRIES: usize = 20;
const LEAVE_WAIT: Duration = Duration::from_millis(50);
/// How long keeping waits before it looks again whether a stroke is over.
const STROKE_WAIT: Duration = Duration::from_millis(30);
/// How long keeping waits at most for the stroke log, which the picture in the list of documents is made of, in seconds.
const LOG_PATIENCE_SECS: f64 = 1.0;
/// Longest edge of a thumbnail in the list of documents.
const THUMBNAIL_PX: u32 = 240;

/// Where the open document is kept.
#[derive(Default)]
struct Place {
    id: String,
    /// Held as long as the document is open.
    _lock: Option<DocumentLock>,
}

/// The documents of this device. A clone is the same.
#[derive(Clone, Copy)]
pub struct Shelf {
    inner: StoredValue<Rc<Inner>, LocalStorage>,
    /// What is there, the one changed last first.
    pub entries: RwSignal<Vec<DocumentEntry>>,
    /// What the open document is called.
    pub name: RwSignal<String>,
    /// Which document is open.
    pub open_id: RwSignal<String>,
    /// Whether the dialog is shown.
    pub is_shown: RwSignal<bool>,
    /// Whether the time-lapse is shown.
    pub is_film_shown: RwSignal<bool>,
    /// A document that was to be opened and is open in another tab.
    pub elsewhere: RwSignal<Option<Named>>,
    /// The document on the canvas, where another tab has taken it and it may only be looked at.
    pub taken: RwSignal<Option<Named>>,
    /// What the document is called that was deleted last and can be had back.
    pub deleted: RwSignal<Option<String>>,
    /// Whether files hang over the page.
    pub is_dropping: RwSignal<bool>,
    /// How far a file is that takes its time to write, in hundredths.
    pub written_percent: RwSignal<Option<u32>>,
}

#[derive(Default)]
struct Inner {
    store: RefCell<Option<DocumentStore>>,
    place: RefCell<Place>,
    has_asked: Cell<bool>,
    /// Whether the last attempt at keeping failed, or nothing can be kept here.
    has_failed: Cell<bool>,
    /// Whether a file that leaves is being written.
    is_writing: Cell<bool>,
    listeners: RefCell<Option<(DropListener, Option<PasteListener>)>>,
    line: RefCell<Option<TabLine>>,
    /// The document that is deleted as soon as nobody can want it back: its id, and the right to write it.
    bin: RefCell<Option<(String, DocumentLock)>>,
}

/// Lets the page handle what has happened in the meantime. Out of sight nothing happens, and browsers hold timers up there
/// by a second each.
async fn breathe(wait: Duration) {
    if wait.is_zero() && document().hidden() {
        return;
    }
    let (send, receive) = futures_pair();
    set_timeout(send, wait);
    receive.await;
}

/// A function, and a future that ends when it was called.
fn futures_pair() -> (impl FnOnce() + 'static, impl Future<Output = ()>) {
    let state = Rc::new((Cell::new(false), RefCell::new(None::<std::task::Waker>)));
    let sender = Rc::clone(&state);
    let send = move || {
        sender.0.set(true);
        if let Some(waker) = sender.1.take() {
            waker.wake();
        }
    };
    let receive = std::future::poll_fn(move |context| {
        if state.0.get() {
            return std::task::Poll::Ready(());
        }
        state.1.replace(Some(context.waker().clone()));
        std::task::Poll::Pending
    });
    (send, receive)
}

/// Waits so long, with the page at work.
pub async fn wait_secs(secs: f64) {
    breathe(Duration::from_secs_f64(secs.max(0.0))).await;
}

fn keep_failed(error: &BrowserError) -> DocumentEdit {
    DocumentEdit::KeepFailed { problem: problem_of(error) }
}

fn copy_name(name: &str) -> String {
    say(&Phrase::new("document-copy-of").with("name", name.to_owned()))
}

impl Shelf {
    /// An empty shelf.
    pub fn new() -> Self {
        Self {
            inner: StoredValue::new_local(Rc::default()),
            entries: RwSignal::new(Vec::new()),
            name: RwSignal::new(String::new()),
            open_id: RwSignal::new(String::new()),
            is_shown: RwSignal::new(false),
            is_film_shown: RwSignal::new(false),
            elsewhere: RwSignal::new(None),
            taken: RwSignal::new(None),
            deleted: RwSignal::new(None),
            is_dropping: RwSignal::new(false),
            written_percent: RwSignal::new(None),
        }
    }

    fn inner(self) -> Rc<Inner> {
        self.inner.get_value()
    }

    fn store(self) -> Option<DocumentStore> {
        self.inner().store.borrow().clone()
    }

    /// Opens the document that was open last, and listens to files that are dropped and pasted.
    pub fn start(self, desk: Desk) {
        self.listen(desk);
        // Without a line to them, other tabs lose what is taken instead of handing it over.
        self.inner().line.replace(TabLine::open(move |word| self.hear(desk, &word)).ok());
        spawn_local(async move {
            match DocumentStore::open().await {
                Ok(store) => {
                    self.inner().store.replace(Some(store));
                    self.restore(desk).await;
                }
                Err(error) => {
                    self.inner().has_failed.set(true);
                    self.name.set(texts().text("document-untitled"));
                    desk.send(Event::Document(keep_failed(&error)));
                }
            }
        });
        // A page that goes cannot finish writing: who leaves before the last stroke is kept is asked, and what they answer
        // takes longer than keeping.
        let on_leave = window_event_listener(leptos::ev::beforeunload, move |event| {
            if !self.is_safe(desk) {
                event.prevent_default();
                spawn_local(self.keep_now(desk));
            }
        });
        // A page out of sight may never be seen again: phones end it without a word.
        let on_hide = window_event_listener(leptos::ev::visibilitychange, move |_| {
            if document().hidden() {
                spawn_local(self.keep_now(desk));
            }
        });
        on_cleanup(move || {
            on_leave.remove();
            on_hide.remove();
        });
    }

    async fn restore(self, desk: Desk) {
        self.refresh(desk).await;
        let last = self.entries.with_untracked(|entries| entries.first().cloned());
        if let Some(last) = last {
            // Who began to paint in the meantime goes on with that.
            let is_untouched = desk.peek(|session| session.document().is_blank() && session.undo_label().is_none());
            if is_untouched && self.open(desk, last.id).await {
                return desk.say(Phrase::new("said-document-restored").with("name", last.name));
            }
        }
        self.settle_anew(desk, None).await;
    }

    /// Gives what is on the canvas a place of its own.
    async fn settle_anew(self, desk: Desk, name: Option<String>) {
        // Until it has a place of its own nothing of it may be kept in that of the document before.
        self.inner().place.take();
        let Ok(id) = new_document_id() else { return };
        if let Ok(Some(lock)) = DocumentLock::take(&id, move || self.lose(desk)).await {
            let name = name.unwrap_or_else(|| texts().text("document-untitled"));
            self.settle(desk, Place { id, _lock: Some(lock) }, name);
        }
    }

    fn settle(self, desk: Desk, place: Place, name: String) {
        self.taken.set(None);
        self.open_id.set(place.id.clone());
        self.name.set(name);
        self.inner().place.replace(place);
        desk.send(Event::Document(DocumentEdit::IsReadOnly(false)));
        desk.send(Event::Document(DocumentEdit::IsKept(true)));
    }

    /// Reads the list again.
    pub async fn refresh(self, desk: Desk) {
        let Some(store) = self.store() else { return };
        match store.list().await {
            Ok(mut entries) => {
                entries.retain(|entry| !self.is_in_bin(&entry.id));
                self.entries.set(entries);
            }
            Err(error) => desk.report(&error),
        }
    }

    /// Opens a document; whether that went well. What is open is kept first.
    pub async fn open(self, desk: Desk, id: String) -> bool {
        if !self.may_leave(desk).await {
            return false;
        }
        let lock = match DocumentLock::take(&id, move || self.lose(desk)).await {
            Ok(Some(lock)) => lock,
            Ok(None) => {
                let entries = self.entries.get_untracked();
                let name = entries.into_iter().find(|entry| entry.id == id).map(|entry| entry.name);
                self.elsewhere.set(Some(Named { id, name: name.unwrap_or_default() }));
                return false;
            }
            Err(error) => {
                desk.report(&error);
                return false;
            }
        };
        self.load(desk, id, Some(lock)).await
    }

    /// Reads a document and puts it on the canvas: as itself with the right to write it, else as a copy.
    async fn load(self, desk: Desk, id: String, lock: Option<DocumentLock>) -> bool {
        let Some(store) = self.store() else { return false };
        let stored = match store.read(&id).await {
            Ok(stored) => stored,
            Err(error) => {
                desk.report(&error);
                return false;
            }
        };
        match OpenedDocument::read(&stored.bytes) {
            Ok(opened) => {
                desk.send(Event::Document(DocumentEdit::IsKept(false)));
                desk.send(Event::Document(DocumentEdit::Open(Box::new(opened))));
                if lock.is_some() {
                    self.settle(desk, Place { id, _lock: lock }, stored.entry.name);
                    let mark = desk.peek(|session| session.snapshot().mark);
                    desk.send(Event::Document(DocumentEdit::Kept(mark)));
                } else {
                    self.settle_anew(desk, Some(copy_name(&stored.entry.name))).await;
                }
                if stored.is_older_version {
                    desk.say("said-older-version".into());
                }
                true
            }
            Err(problem) => {
                desk.say(problem);
                false
            }
        }
    }

    /// Keeps what the session asks to keep, in slices and never in mid-stroke.
    pub fn keep(self, desk: Desk) {
        spawn_local(async move {
            self.write(desk).await;
        });
    }

    /// Keeps what is open before something else takes its place; whether it may go. Where it cannot be kept the person is
    /// asked: it would be lost.
    pub async fn may_leave(self, desk: Desk) -> bool {
        for _ in 0..LEAVE_TRIES {
            self.keep_now(desk).await;
            if self.is_safe(desk) {
                return true;
            }
            if self.store().is_none() || self.inner().has_failed.get() {
                break;
            }
            // What was opened a moment ago may have no place yet, or a stroke has come in between.
            breathe(LEAVE_WAIT).await;
        }
        let question = || say(&Phrase::new("leave-unkept").with("name", self.name.get_untracked()));
        window().confirm_with_message(&question()).unwrap_or(true)
    }

    /// Whether nothing of the drawing would be lost if it went.
    fn is_safe(self, desk: Desk) -> bool {
        desk.peek(|session| session.is_kept() || session.is_read_only() || session.document().is_blank())
    }

    async fn keep_now(self, desk: Desk) {
        let has_place = !self.inner().place.borrow().id.is_empty();
        let is_worth_it = desk.peek(|session| !session.is_kept() && !session.document().is_blank());
        if has_place && is_worth_it {
            self.write(desk).await;
        }
    }

    /// Writes what is open, and tells the session how that went.
    async fn write(self, desk: Desk) {
        let outcome = self.write_somehow(desk).await;
        self.inner().has_failed.set(outcome.is_err());
        let edit = outcome.map_or_else(|error| keep_failed(&error), DocumentEdit::Kept);
        desk.send(Event::Document(edit));
    }

    async fn write_somehow(self, desk: Desk) -> Result<DocumentMark, BrowserError> {
        let store = self.store().ok_or_else(|| BrowserError::Missing { interface: "private file system (OPFS)" })?;
        let mark = match self.write_once(desk, &store).await {
            Err(BrowserError::StorageFull) if store.make_room().await? => self.write_once(desk, &store).await?,
            outcome => outcome?,
        };
        if !self.inner().has_asked.replace(true) {
            storage::ask_for_persistence().await;
        }
        Ok(mark)
    }

    async fn write_once(self, desk: Desk, store: &DocumentStore) -> Result<DocumentMark, BrowserError> {
        let (id, mut name) = (self.inner().place.borrow().id.clone(), self.name.get_untracked());
        let (snapshot, number) = desk.peek(|session| (session.snapshot(), session.document_number()));
        let patience_secs = clock::now_secs() + LOG_PATIENCE_SECS;
        loop {
            breathe(Duration::ZERO).await;
            let is_in_time = clock::now_secs() <= patience_secs && !document().hidden();
            if !desk.peek(Session::is_thumbnail_outdated) || !is_in_time {
                break;
            }
        }
        let is_same = |session: &&Session| session.document_number() == number;
        let small = |session: &Session| Some(session).filter(is_same)?.document_thumbnail(THUMBNAIL_PX);
        let small = desk.peek(small);
        breathe(Duration::ZERO).await;
        let thumbnail = small.map(|it| write_png(&it, &[], Effort::Fast)).unwrap_or_default();
        breathe(Duration::ZERO).await;
        let (mut project, mark) = snapshot.into_writing();
        if self.open_id.with_untracked(|open| *open == id) {
            // It may have been named while this waited.
            name = self.name.get_untracked();
        }
        let mut version = store.begin(&id, &name, &thumbnail).await?;
        loop {
            if desk.peek(Session::is_stroking) {
                breathe(STROKE_WAIT).await;
                continue;
            }
            let end_secs = clock::now_secs() + SLICE_SECS;
            let Some(piece) = project.next_piece(BYTES_AT_ONCE, &mut || clock::now_secs() >= end_secs) else { break };
            version.add(&piece).await?;
            breathe(Duration::ZERO).await;
        }
        version.finish().await?;
        Ok(mark)
    }

    /// Begins an empty document.
    pub fn new_document(self, desk: Desk, width: u32, height: u32) {
        spawn_local(async move {
            if !self.may_leave(desk).await {
                return;
            }
            desk.send(Event::Document(DocumentEdit::New { width, height }));
            self.settle_anew(desk, None).await;
            self.is_shown.set(false);
        });
    }

    /// Gives a document another name; one of blanks alone leaves it as it was.
    pub fn rename(self, desk: Desk, id: String, name: String) {
        let name = name.trim().to_owned();
        if name.is_empty() {
            // The list is made anew, with the former name in the field.
            return spawn_local(self.refresh(desk));
        }
        let is_open = self.open_id.get_untracked() == id;
        if is_open {
            self.name.set(name.clone());
        }
        self.change(desk, move |store| async move {
            // A tab that paints it would write its own name over this one.
            let lock = DocumentLock::take(&id, || ()).await?;
            if !is_open && lock.is_none() {
                desk.say("said-document-elsewhere".into());
                return Ok(());
            }
            store.rename(&id, &name).await.map(drop)
        });
    }

    /// Makes a copy of a document.
    pub fn duplicate(self, desk: Desk, id: String) {
        self.change(desk, move |store| async move {
            let entries = store.list().await?;
            let name = entries.into_iter().find(|entry| entry.id == id).map(|entry| entry.name).unwrap_or_default();
            store.copy(&id, &new_document_id()?, &copy_name(&name)).await.map(drop)
        });
    }

    fn change<F>(self, desk: Desk, change: impl FnOnce(DocumentStore) -> F + 'static)
    where
        F: Future<Output = Result<(), BrowserError>> + 'static,
    {
        let Some(store) = self.store() else { return };
        spawn_local(async move {
            if let Err(error) = change(store).await {
                desk.report(&error);
            }
            self.refresh(desk).await;
        });
    }

    /// Shows the list of documents, as it is now.
    pub fn show(self, desk: Desk) {
        self.is_shown.set(true);
        spawn_local(async move {
            self.keep_now(desk).await;
            self.refresh(desk).await;
        });
    }

    fn listen(self, desk: Desk) {
        let Some(root) = document().document_element() else { return };
        let drops = DropListener::new(&root, move |event| match event {
            DropEvent::Entered => self.is_dropping.set(true),
            DropEvent::Left => self.is_dropping.set(false),
            DropEvent::Dropped { files, .. } => {
                self.is_dropping.set(false);
                self.take_files(desk, files, false);
            }
        });
        let pastes = PasteListener::new(move |pasted| {
            if !pasted.files.is_empty() {
                clipboard::take(desk, pasted.files);
                return true;
            }
            // A field takes its text; elsewhere what was copied in here comes back.
            let is_typing = document().active_element().is_some_and(|it| it.matches("input, textarea").unwrap_or(true));
            if !is_typing {
                desk.act(Action::Paste);
            }
            !is_typing
        });
        let pastes = pastes.map_err(|error| desk.report(&error)).ok();
        self.inner().listeners.replace(Some((drops, pastes)));
    }

    /// What a file of the document is called, without its ending.
    pub fn file_stem(self) -> String {
        self.name.get_untracked().replace(['/', '\\', ':'], "-")
    }

    /// Saves bytes as a file named as the document.
    pub fn export(self, desk: Desk, extension: &str, media_type: &str, bytes: Option<Vec<u8>>) {
        let Some(bytes) = bytes else { return };
        match download::save_file(&format!("{}{extension}", self.file_stem()), media_type, &bytes) {
            Ok(()) => desk.say("said-file-saved".into()),
            Err(error) => desk.report(&error),
        }
    }
}
