//! What can go wrong at the border to the browser, wrapped exactly once.

use underpaint_models::ModelError;
use underpaint_protocol::{ErrorKind, ErrorReport};
use wasm_bindgen::{JsCast, JsValue};

/// A failure at the border to the browser.
#[derive(Debug, thiserror::Error)]
pub enum BrowserError {
    /// A browser interface refused; `action` names what was tried.
    #[error("{action} failed: {message}")]
    Refused {
        /// What was tried, in words.
        action: &'static str,
        /// What the browser said.
        message: String,
    },
    /// This browser lacks an interface, or lacks it here (many need a secure address).
    #[error("this browser has no {interface} here; use a current browser and an https:// or localhost address")]
    Missing {
        /// The interface's name.
        interface: &'static str,
    },
    /// No answer at all came from an address.
    #[error("{url} could not be fetched ({message}); check the connection and try again")]
    Unreachable {
        /// The address.
        url: String,
        /// What the browser said.
        message: String,
    },
    /// The server answered with a failure.
    #[error("{url} could not be fetched: the server answered {status}")]
    Status {
        /// The address.
        url: String,
        /// The HTTP status.
        status: u16,
    },
    /// A web page came in the place of a file: many servers answer a missing file with their start page and status 200.
    #[error("{url} is a web page and not the file that was asked for; the file is missing on the server")]
    WebPage {
        /// The address.
        url: String,
    },
    /// The file ended before its announced length.
    #[error("{url} broke off after {received_bytes} of {total_bytes} bytes; try again")]
    Truncated {
        /// The address.
        url: String,
        /// Bytes that came.
        received_bytes: u64,
        /// Bytes that were announced.
        total_bytes: u64,
    },
    /// A text file is not UTF-8.
    #[error("{url} is not a text file in UTF-8")]
    NotText {
        /// The address.
        url: String,
    },
    /// A message does not have the agreed form.
    #[error("a message between the page and the engine is malformed ({message}); reload the page")]
    Message {
        /// What the decoder said.
        message: String,
    },
    /// A pixel buffer does not have the size that its width and height ask for.
    #[error("{width} × {height} pixels need {expected_bytes} bytes, and {received_bytes} were given")]
    PixelCount {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Bytes that are needed.
        expected_bytes: u64,
        /// Bytes that were given.
        received_bytes: u64,
    },
    /// The browser keeps no documents for this site.
    #[error(
        "this browser keeps no documents here ({message}); save the drawing as a file before you close the page, or use \
         an ordinary window of a current browser"
    )]
    NoDocumentStore {
        /// What is missing, or what the browser said.
        message: String,
    },
    /// There is no room for what is to be kept.
    #[error(
        "the browser has no room left for this site; delete documents or models, or free space on the disk, and save the \
         drawing as a file meanwhile"
    )]
    StorageFull,
    /// A document's id is none that the store gives.
    #[error("\"{id}\" names no document; ids have up to 64 lower-case letters, digits and hyphens")]
    DocumentId {
        /// What was given.
        id: String,
    },
    /// There is no such document, or not any more.
    #[error("the document {id} is not there any more; it may have been deleted in another tab")]
    DocumentMissing {
        /// Its id.
        id: String,
    },
    /// No version of a document is whole.
    #[error("the document {id} is damaged and cannot be opened; a file that was saved of it still can")]
    DocumentBroken {
        /// Its id.
        id: String,
    },
    /// A file is larger than what can be taken in.
    #[error("{file} has {size_bytes} bytes, and {limit_bytes} are the most that can be opened here")]
    FileTooLarge {
        /// The file's name.
        file: String,
        /// Its length.
        size_bytes: u64,
        /// The largest length.
        limit_bytes: u64,
    },
    /// A file cannot be read.
    #[error("{file} could not be read ({message}); it may have been moved or changed meanwhile, so open it again")]
    FileUnreadable {
        /// The file's name.
        file: String,
        /// What the browser said.
        message: String,
    },
    /// A picture has more pixels than can be taken in.
    #[error("{file} has {width} × {height} pixels, which are too many; make it smaller (to {limit_pixels} in all)")]
    PictureTooLarge {
        /// The file's name.
        file: String,
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// Most pixels.
        limit_pixels: u64,
    },
    /// A file is no picture, or none that this browser reads.
    #[error("{file} is damaged or no picture that this browser can read ({message}); PNG, JPEG and WebP always work")]
    NotAPicture {
        /// The file's name.
        file: String,
        /// What is wrong with it, or what the browser said.
        message: String,
    },
    /// The browser, or the person, does not allow the clipboard to be read.
    #[error("the browser does not allow the clipboard to be read ({message}); press Ctrl+V or Command+V instead")]
    ClipboardClosed {
        /// What the browser said.
        message: String,
    },
    /// The browser has no encoder for videos.
    #[error(
        "this browser cannot make a video of {width} × {height} pixels ({message}); current Chrome, Edge and Firefox can"
    )]
    NoVideo {
        /// Width in pixels.
        width: u32,
        /// Height in pixels.
        height: u32,
        /// What is missing.
        message: String,
    },
    /// A model's files do not fit together.
    #[error(transparent)]
    Model(#[from] ModelError),
}

impl BrowserError {
    /// What the browser said, for a failure that is part of another; empty where it said nothing.
    pub(crate) fn reason(self) -> String {
        match self {
            Self::Refused { message, .. } | Self::Message { message } => message,
            _ => String::new(),
        }
    }

    /// The failure as the page shows it.
    #[must_use]
    pub fn report(&self) -> ErrorReport {
        let kind = match self {
            Self::Unreachable { .. } | Self::Status { .. } | Self::WebPage { .. } | Self::Truncated { .. } => {
                ErrorKind::Network
            }
            Self::NotText { .. } | Self::Model(_) => ErrorKind::Model,
            Self::Missing { .. }
            | Self::NoDocumentStore { .. }
            | Self::StorageFull
            | Self::ClipboardClosed { .. }
            | Self::NoVideo { .. } => ErrorKind::Device,
            Self::DocumentMissing { .. }
            | Self::DocumentBroken { .. }
            | Self::FileTooLarge { .. }
            | Self::FileUnreadable { .. }
            | Self::PictureTooLarge { .. }
            | Self::NotAPicture { .. } => ErrorKind::Input,
            Self::Refused { .. } | Self::Message { .. } | Self::PixelCount { .. } | Self::DocumentId { .. } => {
                ErrorKind::Bug
            }
        };
        ErrorReport { kind, message: self.to_string() }
    }
}

/// Turns a JavaScript exception into a [`BrowserError`] that says what was tried.
pub(crate) trait OrRefused<T> {
    fn or_refused(self, action: &'static str) -> Result<T, BrowserError>;
}

impl<T> OrRefused<T> for Result<T, JsValue> {
    fn or_refused(self, action: &'static str) -> Result<T, BrowserError> {
        self.map_err(|thrown| BrowserError::Refused { action, message: text_of(&thrown) })
    }
}

/// The message of whatever was thrown: an `Error`'s text, a string as it is, anything else in its debug form.
pub(crate) fn text_of(thrown: &JsValue) -> String {
    if let Some(error) = thrown.dyn_ref::<js_sys::Error>() {
        return String::from(error.message());
    }
    // A DOMException is no `Error` in every realm, yet it has a message too.
    let message = js_sys::Reflect::get(thrown, &JsValue::from_str("message")).ok().and_then(|it| it.as_string());
    message.or_else(|| thrown.as_string()).unwrap_or_else(|| format!("{thrown:?}"))
}

/// The name of an exception, such as `NotFoundError`; empty for what has none.
pub(crate) fn name_of(thrown: &JsValue) -> String {
    crate::scope::property(thrown, "name").and_then(|it| it.as_string()).unwrap_or_default()
}
