//! Files that the person gives (dropped, pasted, picked) and files that are given to the person.

use gloo::events::EventListener;
use js_sys::{Array, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Blob;

use crate::{
    BrowserError,
    blob::{blob_of, blob_of_parts},
    download::save_blob,
    error::{OrRefused, name_of, text_of},
    opfs::{FileHandle, FileWriting, settled},
    scope::{options, property},
};

/// Bytes that are handed over at a time: copying them takes less than a millisecond of the page's thread.
const CHUNK_BYTES: usize = 1 << 20;

/// A file that the person has given. Its bytes are not read yet.
#[derive(Clone, Debug)]
pub struct GivenFile {
    blob: Blob,
    name: String,
}

impl GivenFile {
    /// A file of bytes that are in memory.
    ///
    /// # Errors
    /// When the browser has no memory for it.
    pub fn of_bytes(name: &str, media_type: &str, bytes: &[u8]) -> Result<Self, BrowserError> {
        Ok(Self { blob: blob_of(media_type, bytes)?, name: name.to_owned() })
    }

    /// A `File` carries its name; other blobs, such as the clipboard's, have none and are called `fallback_name`.
    pub(crate) fn of_blob(blob: Blob, fallback_name: &str) -> Self {
        let name = property(&blob, "name").and_then(|it| it.as_string()).filter(|it| !it.is_empty());
        Self { blob, name: name.unwrap_or_else(|| fallback_name.to_owned()) }
    }

    /// Its name, without folders.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What the browser takes it for, such as `image/png`; often empty. It goes by the name, not by the contents.
    #[must_use]
    pub fn media_type(&self) -> String {
        self.blob.type_()
    }

    /// Its length.
    #[must_use]
    pub fn size_bytes(&self) -> u64 {
        self.blob.size() as u64
    }

    /// Reads it whole.
    ///
    /// # Errors
    /// When it is longer than `limit_bytes`, or has been moved or changed since it was given.
    pub async fn bytes(&self, limit_bytes: u64) -> Result<Vec<u8>, BrowserError> {
        if self.size_bytes() > limit_bytes {
            return Err(BrowserError::FileTooLarge {
                file: self.name.clone(),
                size_bytes: self.size_bytes(),
                limit_bytes,
            });
        }
        let buffer = JsFuture::from(self.blob.array_buffer())
            .await
            .map_err(|thrown| BrowserError::FileUnreadable { file: self.name.clone(), message: text_of(&thrown) })?;
        Ok(Uint8Array::new(&buffer).to_vec())
    }

    pub(crate) fn blob(&self) -> &Blob {
        &self.blob
    }
}

/// The files of a `FileList`.
pub(crate) fn files_of_list(list: &JsValue, fallback_name: &str) -> Vec<GivenFile> {
    let blobs = Array::from(list).into_iter().filter_map(|it| it.dyn_into::<Blob>().ok());
    blobs.map(|blob| GivenFile::of_blob(blob, fallback_name)).collect()
}

#[wasm_bindgen]
extern "C" {
    type FileInput;
    #[wasm_bindgen(method, setter, js_name = type)]
    fn set_type(this: &FileInput, kind: &str);
    #[wasm_bindgen(method, setter)]
    fn set_accept(this: &FileInput, accept: &str);
    #[wasm_bindgen(method, setter)]
    fn set_multiple(this: &FileInput, is_multiple: bool);
    #[wasm_bindgen(method)]
    fn click(this: &FileInput);

    #[wasm_bindgen(catch, js_name = showSaveFilePicker)]
    fn show_save_file_picker(options: &Object) -> Result<Promise, JsValue>;
}

/// Lets the person pick files, of the kinds that `accept` names (`image/*,.ora,.psd`; the person may override it). No
/// file at all is what comes of changing one's mind.
///
/// The dialog opens during the call, which must be made while a click or a key is handled: browsers refuse it else.
///
/// # Errors
/// When there is no page, as in a worker.
pub fn open_files(
    accept: &str,
    is_multiple: bool,
) -> impl Future<Output = Result<Vec<GivenFile>, BrowserError>> + use<> {
    let picking = begin_picking(accept, is_multiple);
    async move {
        let Picking { input, picked, _listeners } = picking?;
        JsFuture::from(picked).await.or_refused("opening a file")?;
        Ok(property(&input, "files").map(|list| files_of_list(&list, "file")).unwrap_or_default())
    }
}

struct Picking {
    input: JsValue,
    picked: Promise,
    _listeners: [EventListener; 2],
}

fn begin_picking(accept: &str, is_multiple: bool) -> Result<Picking, BrowserError> {
    let document =
        web_sys::window().and_then(|it| it.document()).ok_or(BrowserError::Missing { interface: "document" })?;
    let element = document.create_element("input").or_refused("opening a file")?;
    let input: &FileInput = element.unchecked_ref();
    input.set_type("file");
    input.set_accept(accept);
    input.set_multiple(is_multiple);
    let mut listeners = None;
    let picked = Promise::new(&mut |resolve, _| {
        let on = |name: &'static str| {
            let resolve = resolve.clone();
            EventListener::once(&element, name, move |_| drop(resolve.call0(&JsValue::UNDEFINED)))
        };
        listeners = Some([on("change"), on("cancel")]);
    });
    let listeners = listeners.ok_or(BrowserError::Missing { interface: "promise" })?;
    input.click();
    Ok(Picking { input: element.into(), picked, _listeners: listeners })
}

/// Where a file is saved: a place that the person has picked, or the folder for downloads.
#[derive(Clone, Debug)]
pub struct SaveTarget {
    file_name: String,
    media_type: String,
    handle: Option<FileHandle>,
}

impl SaveTarget {
    /// The folder for downloads, without a question; each writing makes a new file there.
    #[must_use]
    pub fn downloads(file_name: &str, media_type: &str) -> Self {
        Self { file_name: file_name.to_owned(), media_type: media_type.to_owned(), handle: None }
    }

    /// Asks where to save, in browsers that can; others take the folder for downloads. `None` when the person changes
    /// their mind. `kinds` are media types with their extensions, such as `.png`: the first is proposed behind `stem`, and
    /// the file's name tells which was taken.
    ///
    /// The dialog opens during the call, which must be made while a click or a key is handled. That is why one asks
    /// first and makes the bytes afterwards. The target can be written again without another question.
    ///
    /// # Errors
    /// When the browser refuses the dialog.
    pub fn ask(stem: &str, kinds: &[(&str, &str)]) -> impl Future<Output = Result<Option<Self>, BrowserError>> + use<> {
        let (media_type, extension) = kinds.first().copied().unwrap_or_default();
        let mut target = Self::downloads(&[stem, extension].concat(), media_type);
        let is_offered = property(&js_sys::global(), "showSaveFilePicker").is_some();
        let picking = is_offered.then(|| show_save_file_picker(&save_options(&target.file_name, kinds)));
        async move {
            match picking {
                None => Ok(Some(target)),
                Some(picking) => match settled(picking).await {
                    Ok(handle) => {
                        let handle: FileHandle = handle.unchecked_into();
                        target.file_name = handle.name();
                        target.handle = Some(handle);
                        Ok(Some(target))
                    }
                    Err(thrown) if name_of(&thrown) == "AbortError" => Ok(None),
                    // A page inside another page's frame may not ask, and can still download.
                    Err(thrown) if name_of(&thrown) == "SecurityError" => Ok(Some(target)),
                    Err(thrown) => Err(thrown).or_refused("asking where to save"),
                },
            }
        }
    }

    /// What the file is called; the person may have given another name than the proposed one.
    #[must_use]
    pub fn file_name(&self) -> &str {
        &self.file_name
    }

    /// Whether the person picked the place, so that writing again replaces the file.
    #[must_use]
    pub fn is_picked(&self) -> bool {
        self.handle.is_some()
    }

    /// Begins to write the file, piece by piece. One that was there keeps its old contents until [`SaveWriting::finish`].
    ///
    /// # Errors
    /// When the browser refuses, as when the person took the permission back.
    pub async fn begin(&self) -> Result<SaveWriting, BrowserError> {
        let to = match &self.handle {
            Some(handle) => To::File(FileWriting::begin(handle).await?),
            None => To::Downloads { name: self.file_name.clone(), kind: self.media_type.clone(), parts: Array::new() },
        };
        Ok(SaveWriting { to, waiting: Vec::new() })
    }
}

/// A file on its way to where the person wants it. One that is not finished changes nothing.
#[derive(Debug)]
pub struct SaveWriting {
    to: To,
    /// What was not handed over yet: little, or the browser would be asked too often.
    waiting: Vec<u8>,
}

#[derive(Debug)]
enum To {
    File(FileWriting),
    /// The browser keeps parts of a download outside of the page's memory.
    Downloads {
        name: String,
        kind: String,
        parts: Array,
    },
}

impl SaveWriting {
    /// Writes on.
    ///
    /// # Errors
    /// When the browser refuses, as when the disk is full; the writing is over then.
    pub async fn add(&mut self, bytes: &[u8]) -> Result<(), BrowserError> {
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() < CHUNK_BYTES { Ok(()) } else { self.hand_over().await }
    }

    async fn hand_over(&mut self) -> Result<(), BrowserError> {
        let bytes = std::mem::take(&mut self.waiting);
        match &self.to {
            To::File(file) => file.add(&bytes).await,
            To::Downloads { parts, .. } => {
                parts.push(&blob_of("", &bytes)?.into());
                Ok(())
            }
        }
    }

    /// The file is whole.
    ///
    /// # Errors
    /// As [`SaveWriting::add`].
    pub async fn finish(mut self) -> Result<(), BrowserError> {
        self.hand_over().await?;
        match self.to {
            To::File(file) => file.finish().await,
            To::Downloads { name, kind, parts } => save_blob(&name, &blob_of_parts(&kind, &parts)?),
        }
    }
}

fn save_options(file_name: &str, kinds: &[(&str, &str)]) -> Object {
    let kinds = kinds.iter().map(|(media_type, extension)| {
        let accept = options(&[(*media_type, Array::of1(&(*extension).into()).into())]);
        options(&[("accept", accept.into())])
    });
    options(&[("suggestedName", file_name.into()), ("types", kinds.collect::<Array>().into())])
}
