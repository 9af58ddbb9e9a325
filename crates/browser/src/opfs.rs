//! Folders and files of the origin's private file system: bytes that belong to this site on this device.

use futures_channel::oneshot;
use gloo::timers::callback::Timeout;
use js_sys::{AsyncIterator, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use crate::{
    BrowserError,
    error::{OrRefused, name_of, text_of},
    scope::{navigator_property, options, property},
};

#[wasm_bindgen]
extern "C" {
    type StorageManager;
    #[wasm_bindgen(method, catch, js_name = getDirectory)]
    fn get_directory(this: &StorageManager) -> Result<Promise, JsValue>;

    #[derive(Clone, Debug)]
    type DirectoryHandle;
    #[wasm_bindgen(method, catch, js_name = getDirectoryHandle)]
    fn get_directory_handle(this: &DirectoryHandle, name: &str, options: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getFileHandle)]
    fn get_file_handle(this: &DirectoryHandle, name: &str, options: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = removeEntry)]
    fn remove_entry(this: &DirectoryHandle, name: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn keys(this: &DirectoryHandle) -> Result<AsyncIterator, JsValue>;

    /// A file that can be read and written; a file that the person has picked for saving is one, too.
    #[derive(Clone, Debug)]
    pub(crate) type FileHandle;
    #[wasm_bindgen(method, catch, js_name = getFile)]
    fn get_file(this: &FileHandle) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = createWritable)]
    fn create_writable(this: &FileHandle) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, getter)]
    pub(crate) fn name(this: &FileHandle) -> String;

    #[derive(Clone, Debug)]
    type WritableFile;
    #[wasm_bindgen(method, catch)]
    fn write(this: &WritableFile, data: &JsValue) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn close(this: &WritableFile) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn abort(this: &WritableFile) -> Result<Promise, JsValue>;
}

/// How long to wait for a file that is still held, each time, in milliseconds.
const HELD_WAITS_MILLIS: [u32; 5] = [5, 20, 80, 320, 1000];

/// A folder.
#[derive(Clone, Debug)]
pub(crate) struct Folder {
    handle: DirectoryHandle,
}

impl Folder {
    /// A folder at the root; it is made where it is not there.
    pub(crate) async fn open(name: &str) -> Result<Self, BrowserError> {
        let no_store = |thrown: JsValue| BrowserError::NoDocumentStore { message: text_of(&thrown) };
        let storage = navigator_property("storage").filter(|it| property(it, "getDirectory").is_some());
        let storage: StorageManager = storage
            .ok_or_else(|| BrowserError::NoDocumentStore { message: "it has no private file system here".to_owned() })?
            .unchecked_into();
        // Firefox has the interface in private windows, too, and refuses there.
        let root: DirectoryHandle = settled(storage.get_directory()).await.map_err(no_store)?.unchecked_into();
        let handle = settled(root.get_directory_handle(name, &creating())).await.map_err(no_store)?;
        Ok(Self { handle: handle.unchecked_into() })
    }

    /// The names of all entries, in no order.
    pub(crate) async fn names(&self) -> Result<Vec<String>, BrowserError> {
        let action = "listing the documents";
        let keys = self.handle.keys().or_refused(action)?;
        let mut names = Vec::new();
        loop {
            let step = JsFuture::from(keys.next().or_refused(action)?).await.or_refused(action)?;
            if property(&step, "done").is_some_and(|it| it.is_truthy()) {
                return Ok(names);
            }
            names.extend(property(&step, "value").and_then(|it| it.as_string()));
        }
    }

    /// The contents of a file as they are now; `None` where there is no such file.
    pub(crate) async fn file(&self, name: &str) -> Result<Option<Blob>, BrowserError> {
        let handle = match settled(self.handle.get_file_handle(name, &JsValue::UNDEFINED)).await {
            Err(thrown) if name_of(&thrown) == "NotFoundError" => return Ok(None),
            outcome => outcome.or_refused("opening a document")?,
        };
        match settled(handle.unchecked_ref::<FileHandle>().get_file()).await {
            // Another tab has removed it in this moment.
            Err(thrown) if name_of(&thrown) == "NotFoundError" => Ok(None),
            outcome => Ok(Some(outcome.or_refused("opening a document")?.unchecked_into())),
        }
    }

    /// Begins to write a file that is not there yet.
    pub(crate) async fn begin(&self, name: &str) -> Result<FileWriting, BrowserError> {
        let handle =
            settled(self.handle.get_file_handle(name, &creating())).await.map_err(|thrown| refusal(&thrown))?;
        let writing = FileWriting::begin(handle.unchecked_ref()).await;
        if writing.is_err() {
            // Asking for the handle has made an empty file.
            let _ = self.remove(name).await;
        }
        writing
    }

    /// Removes a file; one that is not there is no failure.
    ///
    /// A busy browser still holds a file for a while whose writing was given up; it is asked again until it lets go.
    pub(crate) async fn remove(&self, name: &str) -> Result<(), BrowserError> {
        let mut waits_millis = HELD_WAITS_MILLIS.into_iter();
        loop {
            let outcome = settled(self.handle.remove_entry(name)).await;
            let thrown = outcome.as_ref().err().map(name_of).unwrap_or_default();
            match (thrown.as_str(), waits_millis.next()) {
                ("NotFoundError", _) => return Ok(()),
                ("NoModificationAllowedError", Some(millis)) => pause(millis).await,
                _ => return outcome.or_refused("deleting a document").map(drop),
            }
        }
    }
}

/// A file that is written piece by piece. What it held before is replaced when it is finished, and not earlier; where
/// something fails, or it is never finished, nothing has changed.
#[derive(Debug)]
pub(crate) struct FileWriting {
    writable: WritableFile,
}

impl FileWriting {
    pub(crate) async fn begin(handle: &FileHandle) -> Result<Self, BrowserError> {
        if property(handle, "createWritable").is_none() {
            let message = "it can write such files in a worker alone, as Safari before version 26".to_owned();
            return Err(BrowserError::NoDocumentStore { message });
        }
        let writable = settled(handle.create_writable()).await.map_err(|thrown| refusal(&thrown))?;
        Ok(Self { writable: writable.unchecked_into() })
    }

    /// Writes on with a copy of these bytes.
    pub(crate) async fn add(&self, bytes: &[u8]) -> Result<(), BrowserError> {
        self.write(&Uint8Array::from(bytes)).await
    }

    /// Writes on with another file, or a part of it, which the browser copies by itself.
    pub(crate) async fn add_blob(&self, blob: &Blob) -> Result<(), BrowserError> {
        self.write(blob).await
    }

    /// Replaces the first bytes.
    pub(crate) async fn replace_start(&self, bytes: &[u8]) -> Result<(), BrowserError> {
        let data = Uint8Array::from(bytes).into();
        self.write(&options(&[("type", "write".into()), ("position", 0.into()), ("data", data)])).await
    }

    async fn write(&self, data: &JsValue) -> Result<(), BrowserError> {
        let written = settled(self.writable.write(data)).await;
        self.checked(written).await
    }

    pub(crate) async fn finish(&self) -> Result<(), BrowserError> {
        let closed = settled(self.writable.close()).await;
        self.checked(closed).await
    }

    async fn checked(&self, outcome: Result<JsValue, JsValue>) -> Result<(), BrowserError> {
        let Err(thrown) = outcome else { return Ok(()) };
        // What was written so far is thrown away; a stream that failed by itself is closed already.
        let _ = settled(self.writable.abort()).await;
        Err(refusal(&thrown))
    }
}

async fn pause(millis: u32) {
    let (sender, receiver) = oneshot::channel();
    let _timer = Timeout::new(millis, move || {
        let _ = sender.send(());
    });
    let _ = receiver.await;
}

/// The bytes of a part of a file.
pub(crate) async fn read_range(blob: &Blob, start: u64, end: u64) -> Result<Vec<u8>, BrowserError> {
    let action = "reading a document";
    let part = blob.slice_with_f64_and_f64(start as f64, end as f64).or_refused(action)?;
    let buffer = JsFuture::from(part.array_buffer()).await.or_refused(action)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// What a promise comes to, whether its making or its waiting fails.
pub(crate) async fn settled(promise: Result<Promise, JsValue>) -> Result<JsValue, JsValue> {
    JsFuture::from(promise?).await
}

fn refusal(thrown: &JsValue) -> BrowserError {
    if name_of(thrown) == "QuotaExceededError" {
        return BrowserError::StorageFull;
    }
    BrowserError::Refused { action: "writing a file", message: text_of(thrown) }
}

fn creating() -> JsValue {
    options(&[("create", JsValue::TRUE)]).into()
}
