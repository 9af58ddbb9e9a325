//! The document as a file of the person's own: asked for once, and written again at each Ctrl+S.

use std::cell::RefCell;

use leptos::{prelude::*, task::spawn_local};
use underpaint_browser::{BrowserError, files::SaveTarget};
use underpaint_studio::{Export, Phrase};

use crate::desk::Desk;

/// What a document can be saved as. The name that the person gives decides.
const KINDS: [(&str, &str); 2] = [("image/png", ".png"), ("image/openraster", ORA)];
const ORA: &str = ".ora";

/// Where the open document is saved to.
#[derive(Default)]
pub struct Saving {
    /// The document's id on this device, and its file.
    target: RefCell<Option<(String, SaveTarget)>>,
}

impl Saving {
    fn known(&self, id: &str) -> Option<SaveTarget> {
        self.target.borrow().as_ref().filter(|(of, _)| of == id).map(|(_, target)| target.clone())
    }
}

/// Saves the document to its file; asks for one where there is none yet, or in any case. Browsers that have no such
/// dialog put it into the folder for downloads.
pub fn save(desk: Desk, asks: bool) {
    let shelf = desk.shelf();
    let id = shelf.open_id.get_untracked();
    let known = desk.with_saving(|saving| saving.known(&id)).filter(|_| !asks);
    // The question opens at once, while the key or the press is handled; the bytes are made afterwards.
    let asking = known.is_none().then(|| SaveTarget::ask(&shelf.file_stem(), &KINDS));
    spawn_local(async move {
        let saved: Result<_, BrowserError> = async {
            let target = match asking {
                Some(asking) => asking.await?,
                None => known,
            };
            let Some(target) = target else { return Ok(None) };
            let is_ora = target.file_name().to_lowercase().ends_with(ORA);
            let kind = if is_ora { Export::OpenRaster } else { Export::Project };
            shelf.write_file(desk, kind, Some(&target)).await.map(|_| Some(target))
        }
        .await;
        let is_failed = saved.is_err();
        match saved {
            Ok(Some(target)) => {
                desk.say(Phrase::new("said-saved-as").with("name", target.file_name().to_owned()));
                desk.with_saving(|saving| saving.target.replace(target.is_picked().then_some((id, target))));
            }
            Ok(None) => {}
            Err(error) => desk.report(&error),
        }
        if is_failed {
            // Moved away, or no longer allowed: the next time asks.
            desk.with_saving(|saving| saving.target.take());
        }
    });
}
