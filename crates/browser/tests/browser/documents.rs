//! Documents in the browser's private file system, as it really is.

use std::{cell::Cell, rc::Rc};

use underpaint_browser::{
    BrowserError,
    documents::{DocumentLock, DocumentStore, DocumentVersion, new_document_id},
    storage::{StorageUse, ask_for_persistence, storage_use},
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{javascript, javascript_async, sleep_millis};

fn version<'a>(id: &'a str, name: &'a str, bytes: &'a [u8]) -> DocumentVersion<'a> {
    DocumentVersion { id, name, thumbnail_png: b"thumbnail", bytes }
}

/// The names of a document's files.
async fn file_names(id: &str) -> Vec<String> {
    let source = format!(
        "const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('documents');
         const names = [];
         for await (const name of folder.keys()) if (name.startsWith('{id}.')) names.push(name);
         return names.sort().join(' ');"
    );
    let names = javascript_async(&source).await.as_string().unwrap();
    names.split_whitespace().map(str::to_owned).collect()
}

/// Cuts a file of the store to a part of its length, as a write that was torn would leave it.
async fn tear(file_name: &str, kept_share: f64) {
    let source = format!(
        "const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('documents');
         const file = await folder.getFileHandle('{file_name}');
         const writable = await file.createWritable({{ keepExistingData: true }});
         await writable.truncate(Math.floor((await file.getFile()).size * {kept_share}));
         await writable.close();"
    );
    javascript_async(&source).await;
}

/// Changes one byte in the middle of a file.
async fn damage(file_name: &str) {
    let source = format!(
        "const folder = await (await navigator.storage.getDirectory()).getDirectoryHandle('documents');
         const file = await folder.getFileHandle('{file_name}');
         const size = (await file.getFile()).size;
         const writable = await file.createWritable({{ keepExistingData: true }});
         await writable.write({{ type: 'write', position: size - 20, data: new Uint8Array([250]) }});
         await writable.close();"
    );
    javascript_async(&source).await;
}

#[wasm_bindgen_test]
async fn a_document_is_written_listed_read_renamed_and_deleted() {
    let store = DocumentStore::open().await.unwrap();
    let id = new_document_id().unwrap();
    let bytes: Vec<u8> = (0..9_000_001u32).map(|it| ((it * 31) >> 3) as u8).collect();
    let written = store.write(version(&id, "Küste", &bytes)).await.unwrap();
    assert_eq!((written.size_bytes, written.name.as_str()), (9_000_001, "Küste"));

    let listed = DocumentStore::open().await.unwrap().list().await.unwrap();
    assert_eq!(listed.iter().find(|it| it.id == id), Some(&written));
    assert_eq!(written.thumbnail_png, b"thumbnail");

    let read = store.read(&id).await.unwrap();
    assert_eq!((&read.entry, read.is_older_version), (&written, false));
    assert!(read.bytes == bytes);

    let renamed = store.rename(&id, "Ufer").await.unwrap();
    assert_eq!((renamed.name.as_str(), renamed.modified_unix_millis), ("Ufer", written.modified_unix_millis));
    let read = store.read(&id).await.unwrap();
    assert_eq!(read.entry, renamed);
    assert!(read.bytes == bytes);

    store.delete(&id).await.unwrap();
    assert!(matches!(store.read(&id).await, Err(BrowserError::DocumentMissing { .. })));
    assert!(store.list().await.unwrap().iter().all(|it| it.id != id));
    store.delete(&id).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_torn_write_leaves_the_version_before() {
    let store = DocumentStore::open().await.unwrap();
    let id = new_document_id().unwrap();
    for text in ["first", "second", "third"] {
        store.write(version(&id, text, text.repeat(5000).as_bytes())).await.unwrap();
    }
    // The newest and one before it; more would only take room.
    assert_eq!(file_names(&id).await, [format!("{id}.2"), format!("{id}.3")]);
    for kept_share in [0.9999, 0.5, 0.0] {
        tear(&format!("{id}.3"), kept_share).await;
        let read = store.read(&id).await.unwrap();
        assert_eq!((read.entry.name.as_str(), read.is_older_version), ("second", true));
        assert_eq!(read.bytes, "second".repeat(5000).as_bytes());
        let listed = store.list().await.unwrap();
        assert_eq!(listed.iter().find(|it| it.id == id).unwrap().name, "second");
    }
    store.write(version(&id, "fourth", b"fourth")).await.unwrap();
    assert_eq!(store.read(&id).await.unwrap().bytes, b"fourth");
    store.delete(&id).await.unwrap();
    assert!(file_names(&id).await.is_empty());
}

#[wasm_bindgen_test]
async fn a_damaged_version_is_passed_over_and_said_when_it_is_the_only_one() {
    let store = DocumentStore::open().await.unwrap();
    let id = new_document_id().unwrap();
    store.write(version(&id, "first", &[1; 1000])).await.unwrap();
    store.write(version(&id, "second", &[2; 1000])).await.unwrap();
    damage(&format!("{id}.2")).await;
    assert_eq!(store.read(&id).await.unwrap().bytes, [1; 1000]);
    damage(&format!("{id}.1")).await;
    assert!(matches!(store.read(&id).await, Err(BrowserError::DocumentBroken { .. })));
    store.delete(&id).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_write_that_fails_keeps_the_last_version_and_leaves_nothing_behind() {
    let store = DocumentStore::open().await.unwrap();
    let id = new_document_id().unwrap();
    store.write(version(&id, "first", b"first")).await.unwrap();
    // The browser's own way to say that the disk is full: at the head, the contents, the checksum, the head once more.
    for whole_writes in 0..4 {
        javascript(&format!(
            "{{
                const kind = FileSystemWritableFileStream.prototype;
                let left = {whole_writes};
                window.originalWrite = kind.write;
                kind.write = function (data) {{
                    if (left-- > 0) return window.originalWrite.call(this, data);
                    return Promise.reject(new DOMException('full', 'QuotaExceededError'));
                }};
            }}"
        ));
        let outcome = store.write(version(&id, "second", b"second")).await;
        let renamed = store.rename(&id, "renamed").await;
        javascript("FileSystemWritableFileStream.prototype.write = window.originalWrite");
        assert!(matches!(outcome, Err(BrowserError::StorageFull)), "{outcome:?}");
        assert!(matches!(renamed, Err(BrowserError::StorageFull)), "{renamed:?}");
        assert_eq!(store.read(&id).await.unwrap().bytes, b"first");
        assert_eq!(file_names(&id).await, [format!("{id}.1")]);
    }
    store.delete(&id).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_file_that_cannot_be_opened_for_writing_is_not_left_empty() {
    let store = DocumentStore::open().await.unwrap();
    let id = new_document_id().unwrap();
    javascript(
        "{
            const kind = FileSystemFileHandle.prototype;
            window.originalOpening = kind.createWritable;
            kind.createWritable = () => Promise.reject(new DOMException('no', 'NotAllowedError'));
        }",
    );
    let outcome = store.write(version(&id, "first", b"first")).await;
    javascript("FileSystemFileHandle.prototype.createWritable = window.originalOpening");
    assert!(matches!(outcome, Err(BrowserError::Refused { .. })), "{outcome:?}");
    assert!(file_names(&id).await.is_empty());
}

#[wasm_bindgen_test]
async fn writes_at_the_same_time_follow_each_other() {
    let store = DocumentStore::open().await.unwrap();
    let id = new_document_id().unwrap();
    let texts: Vec<String> = (0..8).map(|it| format!("version {it}").repeat(100)).collect();
    let writes = texts.iter().map(|text| store.write(version(&id, "same", text.as_bytes())));
    for outcome in futures_util::future::join_all(writes).await {
        outcome.unwrap();
    }
    assert_eq!(store.read(&id).await.unwrap().bytes, texts[7].as_bytes());
    assert_eq!(file_names(&id).await, [format!("{id}.7"), format!("{id}.8")]);
    store.delete(&id).await.unwrap();
}

#[wasm_bindgen_test]
async fn an_id_that_would_leave_the_folder_is_refused() {
    let store = DocumentStore::open().await.unwrap();
    for id in ["", "../settings", "Upper", "a.b", &"x".repeat(65)] {
        assert!(matches!(store.write(version(id, "", b"")).await, Err(BrowserError::DocumentId { .. })), "{id}");
    }
}

#[wasm_bindgen_test]
async fn one_tab_writes_a_document_and_another_can_take_it_over() {
    let id = new_document_id().unwrap();
    let is_lost = Rc::new(Cell::new(false));
    let lost = Rc::clone(&is_lost);
    let first = DocumentLock::take(&id, move || lost.set(true)).await.unwrap();
    assert!(first.is_some());
    assert!(DocumentLock::take(&id, || {}).await.unwrap().is_none());
    assert!(DocumentLock::take("another", || {}).await.unwrap().is_some());

    let second = DocumentLock::take_over(&id, || panic!("nobody takes it")).await.unwrap();
    sleep_millis(20).await;
    assert!(is_lost.get());
    drop(first);
    assert!(DocumentLock::take(&id, || {}).await.unwrap().is_none());
    drop(second);
    sleep_millis(20).await;
    assert!(DocumentLock::take(&id, || {}).await.unwrap().is_some());
}

#[wasm_bindgen_test]
async fn the_storage_tells_how_full_it_is() {
    let store = DocumentStore::open().await.unwrap();
    let id = new_document_id().unwrap();
    store.write(version(&id, "large", &vec![7; 3_000_000])).await.unwrap();
    let StorageUse { used_bytes, quota_bytes, is_persistent } = storage_use().await.unwrap();
    assert!(used_bytes > 1_000_000 && quota_bytes > used_bytes, "{used_bytes} {quota_bytes}");
    assert_eq!(ask_for_persistence().await, storage_use().await.unwrap().is_persistent);
    assert!(!is_persistent);
    store.delete(&id).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_browser_without_such_files_says_what_to_do() {
    javascript(
        "window.originalGetDirectory = StorageManager.prototype.getDirectory;
         StorageManager.prototype.getDirectory = () => Promise.reject(new DOMException('denied', 'SecurityError'))",
    );
    let refused = DocumentStore::open().await;
    javascript("delete StorageManager.prototype.getDirectory");
    let missing = DocumentStore::open().await;
    javascript("StorageManager.prototype.getDirectory = window.originalGetDirectory");
    for outcome in [refused, missing] {
        let error = outcome.unwrap_err();
        assert!(matches!(error, BrowserError::NoDocumentStore { .. }), "{error}");
        assert!(error.to_string().contains("save the drawing as a file"), "{error}");
    }
    DocumentStore::open().await.unwrap();
}

#[wasm_bindgen_test]
async fn a_large_write_lets_the_page_work() {
    let store = DocumentStore::open().await.unwrap();
    let id = new_document_id().unwrap();
    let bytes = vec![42; 16 << 20];
    javascript("window.turns = 0; window.counting = setInterval(() => window.turns++, 1)");
    store.write(version(&id, "large", &bytes)).await.unwrap();
    let n_turns = javascript("clearInterval(window.counting); window.turns").as_f64().unwrap();
    assert!(n_turns >= 8.0, "the page had {n_turns} turns while 16 MiB were written");
    store.delete(&id).await.unwrap();
}
