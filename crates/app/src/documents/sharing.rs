//! Documents in several tabs: one tab paints at a time, and hands over what it has. And documents that were deleted and
//! may be wanted back.

use leptos::{prelude::*, task::spawn_local};
use underpaint_browser::documents::DocumentLock;
use underpaint_studio::{DocumentEdit, Event};

use super::{Shelf, copy_name, wait_secs};
use crate::desk::Desk;

/// How long a document that was deleted can be had back, in seconds.
const UNDO_SECS: f64 = 10.0;
/// How long another tab may take to keep a document and to let go of it, in seconds.
const PATIENCE_SECS: f64 = 4.0;
/// What a tab says, with the id of a document behind it, to the tab that has it: keep it and let go of it.
const LET_GO: &str = "let-go ";
/// What a tab says so that what it reads is what is seen in the other one.
const KEEP: &str = "keep ";

/// A document by its id and what the person calls it.
#[derive(Clone, PartialEq)]
pub struct Named {
    /// What it is called in the store.
    pub id: String,
    /// What the person calls it.
    pub name: String,
}

impl Shelf {
    /// Another tab has taken the document over: from now on it may only be looked at here.
    pub(super) fn lose(self, desk: Desk) {
        desk.send(Event::Document(DocumentEdit::IsReadOnly(true)));
        desk.send(Event::Document(DocumentEdit::IsKept(false)));
        let place = self.inner().place.take();
        self.open_id.set(String::new());
        self.taken.set(Some(Named { id: place.id, name: self.name.get_untracked() }));
        desk.say("said-document-taken".into());
    }

    /// What another tab says about the document that is open here.
    pub(super) fn hear(self, desk: Desk, word: &str) {
        let open_id = self.open_id.get_untracked();
        let is_meant = |order: &str| !open_id.is_empty() && word.strip_prefix(order) == Some(&open_id);
        let lets_go = is_meant(LET_GO);
        if !lets_go && !is_meant(KEEP) {
            return;
        }
        if lets_go {
            desk.send(Event::Document(DocumentEdit::IsReadOnly(true)));
        }
        spawn_local(async move {
            self.keep_now(desk).await;
            if lets_go {
                self.lose(desk);
            }
        });
    }

    fn tell(self, desk: Desk, word: &str, id: &str) {
        if let Some(line) = self.inner().line.borrow().as_ref()
            && let Err(error) = line.say(&format!("{word}{id}"))
        {
            desk.report(&error);
        }
    }

    /// Opens a document that another tab has: that one keeps it and lets go of it, or loses it where it does not answer.
    pub fn open_here(self, desk: Desk, document: Named) {
        self.elsewhere.set(None);
        spawn_local(async move {
            self.tell(desk, LET_GO, &document.id);
            let mut waited_secs = 0.0;
            while waited_secs < PATIENCE_SECS {
                match DocumentLock::take(&document.id, move || self.lose(desk)).await {
                    Ok(Some(lock)) => return self.open_with(desk, document.id, lock).await,
                    Ok(None) => wait_secs(0.1).await,
                    Err(error) => return desk.report(&error),
                }
                waited_secs += 0.1;
            }
            match DocumentLock::take_over(&document.id, move || self.lose(desk)).await {
                Ok(lock) => self.open_with(desk, document.id, lock).await,
                Err(error) => desk.report(&error),
            }
        });
    }

    async fn open_with(self, desk: Desk, id: String, lock: DocumentLock) {
        self.keep_now(desk).await;
        if self.load(desk, id, Some(lock)).await {
            self.is_shown.set(false);
        }
    }

    /// Opens a copy of a document that another tab has, as it is there at this moment.
    pub fn open_copy(self, desk: Desk, document: Named) {
        self.elsewhere.set(None);
        spawn_local(async move {
            self.tell(desk, KEEP, &document.id);
            self.keep_now(desk).await;
            // As long as keeping takes at most, on most devices; what comes later is in the other tab.
            wait_secs(0.6).await;
            if self.load(desk, document.id, None).await {
                self.is_shown.set(false);
            }
        });
    }

    /// What another tab has taken becomes a document of its own here.
    pub fn keep_as_copy(self, desk: Desk, document: Named) {
        spawn_local(async move { self.settle_anew(desk, Some(copy_name(&document.name))).await });
    }

    /// Deletes a document, which can be had back for some seconds. One that is open, here or elsewhere, stays. Where the
    /// page goes away in the meantime the document stays as well.
    pub fn delete(self, desk: Desk, id: String, name: String) {
        spawn_local(async move {
            match DocumentLock::take(&id, || ()).await {
                Ok(Some(lock)) => {
                    self.empty_bin(desk).await;
                    self.inner().bin.replace(Some((id.clone(), lock)));
                }
                Ok(None) => return desk.say("said-document-elsewhere".into()),
                Err(error) => return desk.report(&error),
            }
            self.entries.update(|entries| entries.retain(|entry| entry.id != id));
            self.deleted.set(Some(name));
            wait_secs(UNDO_SECS).await;
            if self.is_in_bin(&id) {
                self.empty_bin(desk).await;
            }
        });
    }

    pub(super) fn is_in_bin(self, id: &str) -> bool {
        self.inner().bin.borrow().as_ref().is_some_and(|(thrown, _)| thrown == id)
    }

    async fn empty_bin(self, desk: Desk) {
        let thrown = self.inner().bin.take();
        self.deleted.set(None);
        if let (Some((id, _lock)), Some(store)) = (thrown, self.store())
            && let Err(error) = store.delete(&id).await
        {
            desk.report(&error);
        }
    }

    /// Takes the document back that was deleted last.
    pub fn undelete(self, desk: Desk) {
        self.inner().bin.take();
        self.deleted.set(None);
        spawn_local(self.refresh(desk));
    }
}
