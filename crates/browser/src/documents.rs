//! Documents that outlive the page: kept in the browser's private file system, each write a new version.
//!
//! A document is one or two files, `<id>.<version>`. A write makes a new version beside the last and removes nothing
//! before the new one is whole, so that a tab that is closed, a crash or a full disk in the middle of a write leaves the
//! last good version. Reading takes the newest version that is whole (see `document_file.rs`). The version before the
//! newest is kept as long as there is room.
//!
//! Writing never blocks: bytes are copied in parts, as they are made, and written by the browser beside the page's thread.
//! Whoever calls gathers many small changes into one write. Writes of one document follow each other, also those of several tabs.

use web_sys::Blob;

use crate::{
    BrowserError,
    document_file::{CHECKSUM_BYTES, Checksum, Head, Reading},
    lock::{self, Ask, Hold},
    opfs::{FileWriting, Folder, read_range},
    random::random_seed,
};

const FOLDER: &str = "documents";

/// Enough for the head of most documents with their thumbnails.
const FIRST_READ_BYTES: u64 = 64 << 10;

/// Bytes that are handed over at a time: that takes half a millisecond of the page's thread, and several on a busy machine. A multiple of eight, so that
/// where the checksum's pieces are cut does not matter.
const CHUNK_BYTES: usize = 1 << 19;

/// What a list of documents shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentEntry {
    /// What it is called in the store: see [`new_document_id`].
    pub id: String,
    /// What the person calls it.
    pub name: String,
    /// A small picture of it, as a PNG file; may be empty.
    pub thumbnail_png: Vec<u8>,
    /// When its contents were written, in milliseconds since 1970.
    pub modified_unix_millis: u64,
    /// Length of its contents.
    pub size_bytes: u64,
}

/// A document with its contents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredDocument {
    /// What a list shows of it.
    pub entry: DocumentEntry,
    /// Its contents, as they were written.
    pub bytes: Vec<u8>,
    /// The newest version is damaged, and this is the one before.
    pub is_older_version: bool,
}

/// What is to be kept.
#[derive(Clone, Copy, Debug)]
pub struct DocumentVersion<'a> {
    /// Which document; one that is not there yet is made.
    pub id: &'a str,
    /// What the person calls it; at most 1024 bytes are kept.
    pub name: &'a str,
    /// A small picture of it, as a PNG file of at most 4 MiB; may be empty.
    pub thumbnail_png: &'a [u8],
    /// The contents.
    pub bytes: &'a [u8],
}

/// An id for a new document: lower-case letters, digits and `-`, unlike any other.
///
/// # Errors
/// When the browser offers no random numbers.
pub fn new_document_id() -> Result<String, BrowserError> {
    Ok(format!("{:x}-{:08x}", js_sys::Date::now() as u64, random_seed()?))
}

/// The right to write a document, which one tab has at a time. Dropping it gives it back.
#[derive(Debug)]
pub struct DocumentLock {
    _hold: Hold,
}

impl DocumentLock {
    /// Takes the right where no other tab has it; `None` where one has. `on_lost` is called when another tab takes it
    /// over: nothing more should be written then.
    ///
    /// # Errors
    /// When the browser refuses locks.
    pub async fn take(id: &str, on_lost: impl FnOnce() + 'static) -> Result<Option<Self>, BrowserError> {
        let hold = lock::take(&holder_name(id), Ask::IfFree, on_lost).await?;
        Ok(hold.map(|hold| Self { _hold: hold }))
    }

    /// Takes the right away from the tab that has it.
    ///
    /// # Errors
    /// When the browser refuses locks.
    pub async fn take_over(id: &str, on_lost: impl FnOnce() + 'static) -> Result<Self, BrowserError> {
        let hold = lock::take(&holder_name(id), Ask::Steal, on_lost).await?;
        hold.map(|hold| Self { _hold: hold }).ok_or(BrowserError::Missing { interface: "Web Locks" })
    }
}

fn holder_name(id: &str) -> String {
    format!("underpaint-document-{id}")
}

/// The documents of this site on this device. A clone is the same store.
#[derive(Clone, Debug)]
pub struct DocumentStore {
    folder: Folder,
}

impl DocumentStore {
    /// Opens the store.
    ///
    /// # Errors
    /// [`BrowserError::NoDocumentStore`] where the browser keeps no files for a site, as in some private windows.
    pub async fn open() -> Result<Self, BrowserError> {
        Ok(Self { folder: Folder::open(FOLDER).await? })
    }

    /// All documents, the one changed last first. Documents of which nothing can be read any more are left out.
    ///
    /// # Errors
    /// When the browser refuses to list or to read.
    pub async fn list(&self) -> Result<Vec<DocumentEntry>, BrowserError> {
        let mut versions = self.versions(None).await?;
        insertion_sort(&mut versions, |a, b| (&a.id, b.number) > (&b.id, a.number));
        let mut entries: Vec<DocumentEntry> = Vec::new();
        for version in versions {
            if entries.last().is_some_and(|it| it.id == version.id) {
                continue;
            }
            if let Some((head, _)) = self.head(&version.file_name()).await? {
                entries.push(entry_of(version.id, head));
            }
        }
        insertion_sort(&mut entries, |a, b| a.modified_unix_millis < b.modified_unix_millis);
        Ok(entries)
    }

    /// Reads the newest whole version of a document.
    ///
    /// # Errors
    /// When there is no such document, when none of its versions is whole, or when the browser refuses.
    pub async fn read(&self, id: &str) -> Result<StoredDocument, BrowserError> {
        let versions = self.versions(Some(id)).await?;
        for (index, version) in versions.iter().enumerate() {
            let Some((head, blob)) = self.head(&version.file_name()).await? else { continue };
            let Some(range) = head.body_range() else { continue };
            let mut bytes = read_range(&blob, range.start, range.end + CHECKSUM_BYTES as u64).await?;
            let Some(body_bytes) = bytes.len().checked_sub(CHECKSUM_BYTES) else { continue };
            let mut checksum = Checksum::new();
            checksum.add(&bytes[..body_bytes]);
            if checksum.to_bytes() != bytes[body_bytes..] {
                continue;
            }
            bytes.truncate(body_bytes);
            return Ok(StoredDocument { entry: entry_of(id.to_owned(), head), bytes, is_older_version: index > 0 });
        }
        Err(if versions.is_empty() {
            BrowserError::DocumentMissing { id: id.to_owned() }
        } else {
            BrowserError::DocumentBroken { id: id.to_owned() }
        })
    }

    /// Keeps a new version of a document; the last one stays until this one is whole.
    ///
    /// # Errors
    /// [`BrowserError::StorageFull`] where there is no room, and when the browser refuses. The last version is there
    /// still.
    pub async fn write(&self, version: DocumentVersion<'_>) -> Result<DocumentEntry, BrowserError> {
        let once = || async {
            let mut writing = self.begin(version.id, version.name, version.thumbnail_png).await?;
            for part in version.bytes.chunks(CHUNK_BYTES) {
                writing.add(part).await?;
            }
            writing.finish().await
        };
        match once().await {
            Err(BrowserError::StorageFull) if self.make_room().await? => once().await,
            outcome => outcome,
        }
    }

    /// Begins a new version of a document, which is written piece by piece. The last one stays until this one is finished.
    /// `thumbnail_png` is as in [`DocumentVersion`].
    ///
    /// # Errors
    /// As [`Self::write`]; where [`BrowserError::StorageFull`] comes of it, [`Self::make_room`] may help.
    pub async fn begin(&self, id: &str, name: &str, thumbnail_png: &[u8]) -> Result<DocumentWriting, BrowserError> {
        let head = Head {
            name: name.to_owned(),
            thumbnail_png: thumbnail_png.to_vec(),
            modified_unix_millis: js_sys::Date::now() as u64,
            body_bytes: 0,
        };
        self.begin_version(id, head).await
    }

    async fn begin_version(&self, id: &str, head: Head) -> Result<DocumentWriting, BrowserError> {
        check_id(id)?;
        let turn = turn(id).await?;
        let versions = self.versions(Some(id)).await?;
        let number = versions.first().map_or(1, |it| it.number.saturating_add(1));
        let file_name = Version { id: id.to_owned(), number }.file_name();
        let file = self.folder.begin(&file_name).await?;
        let writing = DocumentWriting {
            store: self.clone(),
            id: id.to_owned(),
            head,
            file_name,
            former: versions.first().map(Version::file_name),
            file,
            checksum: Checksum::new(),
            waiting: Vec::new(),
            _turn: turn,
        };
        writing.noted(writing.file.add(&writing.head.encode()).await).await?;
        Ok(writing)
    }

    /// Gives a document another name. Its contents and the time of its last change stay.
    ///
    /// # Errors
    /// As [`Self::read`] and [`Self::write`].
    pub async fn rename(&self, id: &str, name: &str) -> Result<DocumentEntry, BrowserError> {
        self.copy_version(id, id, |head| Head { name: name.to_owned(), ..head }).await
    }

    /// Makes a copy of a document, with another id and name.
    ///
    /// # Errors
    /// As [`Self::read`] and [`Self::write`].
    pub async fn copy(&self, id: &str, copy_id: &str, name: &str) -> Result<DocumentEntry, BrowserError> {
        let modified_unix_millis = js_sys::Date::now() as u64;
        self.copy_version(id, copy_id, |head| Head { name: name.to_owned(), modified_unix_millis, ..head }).await
    }

    /// The browser copies the contents by itself.
    async fn copy_version(
        &self,
        id: &str,
        copy_id: &str,
        change: impl Fn(Head) -> Head,
    ) -> Result<DocumentEntry, BrowserError> {
        check_id(id)?;
        let once = || async {
            for version in self.versions(Some(id)).await? {
                let Some((head, blob)) = self.head(&version.file_name()).await? else { continue };
                let Some(range) = head.body_range() else { continue };
                let end = range.end + CHECKSUM_BYTES as u64;
                let body = blob.slice_with_f64_and_f64(range.start as f64, end as f64);
                let body = crate::error::OrRefused::or_refused(body, "copying a document")?;
                let writing = self.begin_version(copy_id, change(head)).await?;
                writing.noted(writing.file.add_blob(&body).await).await?;
                return writing.close().await;
            }
            Err(BrowserError::DocumentMissing { id: id.to_owned() })
        };
        match once().await {
            Err(BrowserError::StorageFull) if self.make_room().await? => once().await,
            outcome => outcome,
        }
    }

    /// Deletes a document with all its versions; one that is not there is no failure.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn delete(&self, id: &str) -> Result<(), BrowserError> {
        let _turn = turn(id).await?;
        for name in self.names_of(id).await? {
            self.folder.remove(&name).await?;
        }
        Ok(())
    }

    /// Removes every version that is followed by a whole one; whether there was any.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn make_room(&self) -> Result<bool, BrowserError> {
        let mut versions = self.versions(None).await?;
        insertion_sort(&mut versions, |a, b| (&a.id, b.number) > (&b.id, a.number));
        let mut whole_id = None;
        let mut was_any = false;
        for version in versions {
            if whole_id.as_ref() == Some(&version.id) {
                self.folder.remove(&version.file_name()).await?;
                was_any = true;
            } else if self.head(&version.file_name()).await?.is_some() {
                whole_id = Some(version.id);
            }
        }
        Ok(was_any)
    }

    /// The versions of a document, the newest first, or those of all documents.
    async fn versions(&self, id: Option<&str>) -> Result<Vec<Version>, BrowserError> {
        let names = self.folder.names().await?;
        let mut versions: Vec<Version> = names.iter().filter_map(|name| Version::parse(name)).collect();
        if let Some(id) = id {
            versions.retain(|it| it.id == id);
        }
        insertion_sort(&mut versions, |a, b| a.number < b.number);
        Ok(versions)
    }

    /// All files of a document, those that a write left unfinished included.
    async fn names_of(&self, id: &str) -> Result<Vec<String>, BrowserError> {
        let mut names = self.folder.names().await?;
        names.retain(|name| name.split_once('.').is_some_and(|(owner, _)| owner == id));
        Ok(names)
    }

    /// The head of a file whose length is right; `None` where it is damaged or gone.
    async fn head(&self, file_name: &str) -> Result<Option<(Head, Blob)>, BrowserError> {
        let Some(blob) = self.folder.file(file_name).await? else { return Ok(None) };
        let size_bytes = blob.size() as u64;
        let mut wanted_bytes = FIRST_READ_BYTES;
        loop {
            let start = read_range(&blob, 0, wanted_bytes.min(size_bytes)).await?;
            match Head::decode(&start) {
                Reading::Whole(head) if head.file_bytes() == Some(size_bytes) => return Ok(Some((head, blob))),
                Reading::Needs(bytes) if bytes as u64 > wanted_bytes && bytes as u64 <= size_bytes => {
                    wanted_bytes = bytes as u64;
                }
                _ => return Ok(None),
            }
        }
    }
}

/// A version of a document on its way to the disk. One that is not finished was never there.
pub struct DocumentWriting {
    store: DocumentStore,
    id: String,
    head: Head,
    file_name: String,
    /// The version before this one.
    former: Option<String>,
    file: FileWriting,
    checksum: Checksum,
    /// What was not handed over yet: little, or the browser would be asked too often.
    waiting: Vec<u8>,
    _turn: Option<Hold>,
}

impl std::fmt::Debug for DocumentWriting {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "DocumentWriting({})", self.file_name)
    }
}

impl DocumentWriting {
    /// Writes on. The browser has them when it gets to it: the page is at work in the meantime.
    ///
    /// # Errors
    /// As [`DocumentStore::write`]; the writing is over then.
    pub async fn add(&mut self, mut bytes: &[u8]) -> Result<(), BrowserError> {
        while self.waiting.len() + bytes.len() >= CHUNK_BYTES {
            let (now, later) = bytes.split_at(CHUNK_BYTES - self.waiting.len());
            self.waiting.extend_from_slice(now);
            bytes = later;
            self.hand_over().await?;
        }
        self.waiting.extend_from_slice(bytes);
        Ok(())
    }

    async fn hand_over(&mut self) -> Result<(), BrowserError> {
        self.checksum.add(&self.waiting);
        self.head.body_bytes += self.waiting.len() as u64;
        let handed = self.file.add(&self.waiting).await;
        self.waiting.clear();
        self.noted(handed).await
    }

    /// A write that failed leaves nothing but an empty file, which every reader passes over, and not even that for long.
    async fn noted<T>(&self, outcome: Result<T, BrowserError>) -> Result<T, BrowserError> {
        if outcome.is_err() {
            let _ = self.store.folder.remove(&self.file_name).await;
        }
        outcome
    }

    /// Ends the version: from now on it is the one that is read.
    ///
    /// # Errors
    /// As [`DocumentStore::write`].
    pub async fn finish(mut self) -> Result<DocumentEntry, BrowserError> {
        self.hand_over().await?;
        let ending = async {
            self.file.add(&self.checksum.to_bytes()).await?;
            self.file.replace_start(&self.head.encode()).await
        };
        self.noted(ending.await).await?;
        self.close().await
    }

    async fn close(self) -> Result<DocumentEntry, BrowserError> {
        self.noted(self.file.finish().await).await?;
        if self.store.head(&self.file_name).await?.is_none() {
            return self
                .noted(Err(BrowserError::Refused {
                    action: "writing a document",
                    message: "the file is shorter than what was written".to_owned(),
                }))
                .await;
        }
        // One version before this one stays. What cannot be removed now is removed after the next write.
        for name in self.store.names_of(&self.id).await? {
            if name != self.file_name && Some(&name) != self.former.as_ref() {
                let _ = self.store.folder.remove(&name).await;
            }
        }
        Ok(entry_of(self.id, self.head))
    }
}

/// A version of a document: one file.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Version {
    id: String,
    number: u64,
}

impl Version {
    fn parse(file_name: &str) -> Option<Self> {
        let (id, number) = file_name.split_once('.')?;
        check_id(id).ok()?;
        Some(Self { id: id.to_owned(), number: number.parse().ok()? })
    }

    fn file_name(&self) -> String {
        format!("{}.{}", self.id, self.number)
    }
}

fn entry_of(id: String, head: Head) -> DocumentEntry {
    DocumentEntry {
        id,
        name: head.name,
        thumbnail_png: head.thumbnail_png,
        modified_unix_millis: head.modified_unix_millis,
        size_bytes: head.body_bytes,
    }
}

fn check_id(id: &str) -> Result<(), BrowserError> {
    let is_good = (1..=64).contains(&id.len())
        && id.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit() || it == b'-');
    if is_good { Ok(()) } else { Err(BrowserError::DocumentId { id: id.to_owned() }) }
}

/// Waits until no other write of this document is on its way, in whichever tab.
async fn turn(id: &str) -> Result<Option<Hold>, BrowserError> {
    check_id(id)?;
    lock::take(&format!("underpaint-write-{id}"), Ask::Wait, || {}).await
}

/// Sorts a short list, and leaves equals in their order: the library's sort, made for millions of items, would bring its
/// kilobytes once for each list.
fn insertion_sort<T>(items: &mut [T], is_after: impl Fn(&T, &T) -> bool) {
    for end in 1..items.len() {
        let mut at = end;
        while at > 0 && is_after(&items[at - 1], &items[at]) {
            items.swap(at - 1, at);
            at -= 1;
        }
    }
}
