//! What the browser could not do, in the language of the page.

use underpaint_browser::BrowserError;
use underpaint_studio::Phrase;

/// A sentence for each failure. Those that only a broken program or site meets share one.
pub fn problem_of(error: &BrowserError) -> Phrase {
    let id = match error {
        BrowserError::NotAPicture { .. } => "error-not-a-picture",
        BrowserError::StorageFull => "error-storage-full",
        BrowserError::FileUnreadable { .. } => "error-file-unreadable",
        BrowserError::NoDocumentStore { .. } => "error-no-document-store",
        BrowserError::DocumentMissing { .. } => "error-document-missing",
        BrowserError::DocumentBroken { .. } => "error-document-broken",
        BrowserError::ClipboardClosed { .. } => "error-clipboard-closed",
        BrowserError::NoVideo { .. } => "error-no-video",
        BrowserError::FileTooLarge { limit_bytes, .. } => {
            return Phrase::new("error-file-too-large").with("limit", (limit_bytes >> 20) as u32);
        }
        BrowserError::PictureTooLarge { width, height, .. } => {
            return Phrase::new("error-too-many-pixels").with("width", *width).with("height", *height);
        }
        BrowserError::Missing { interface } => {
            return Phrase::new("error-missing").with("interface", (*interface).to_owned());
        }
        BrowserError::Refused { action, message } => {
            let phrase = Phrase::new("error-refused").with("action", (*action).to_owned());
            return phrase.with("message", message.trim_end_matches('.').to_owned());
        }
        _ => "error-broken-site",
    };
    id.into()
}
