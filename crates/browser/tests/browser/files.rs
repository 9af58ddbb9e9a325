//! Files that are given and saved.

use underpaint_browser::{
    BrowserError,
    files::{GivenFile, SaveTarget, open_files},
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{javascript, javascript_async};

#[wasm_bindgen_test]
async fn a_given_file_is_read_up_to_a_limit() {
    let file = GivenFile::of_bytes("sea.ora", "image/openraster", &[1, 2, 3, 4]).unwrap();
    assert_eq!((file.name(), file.media_type().as_str(), file.size_bytes()), ("sea.ora", "image/openraster", 4));
    assert_eq!(file.bytes(4).await.unwrap(), [1, 2, 3, 4]);
    let error = file.bytes(3).await.unwrap_err();
    assert!(matches!(error, BrowserError::FileTooLarge { size_bytes: 4, limit_bytes: 3, .. }), "{error}");
}

/// Plays the person in the dialog: picks these files, or changes their mind.
fn answer_the_dialog(source: &str) {
    javascript(&format!(
        "HTMLInputElement.prototype.click = function () {{
            window.dialog = this;
            setTimeout(() => {{ {source} }}, 5);
        }}"
    ));
}

#[wasm_bindgen_test]
async fn picked_files_come_with_their_names_and_cancelling_gives_none() {
    answer_the_dialog(
        "const data = new DataTransfer();
         data.items.add(new File(['abc'], 'a.png', { type: 'image/png' }));
         data.items.add(new File(['de'], 'b.psd'));
         window.dialog.files = data.files;
         window.dialog.dispatchEvent(new Event('change'));",
    );
    let files = open_files("image/*,.psd", true).await.unwrap();
    assert_eq!(files.iter().map(GivenFile::name).collect::<Vec<_>>(), ["a.png", "b.psd"]);
    assert_eq!(files[0].bytes(10).await.unwrap(), b"abc");
    assert_eq!(javascript("window.dialog.accept").as_string().unwrap(), "image/*,.psd");
    assert_eq!(javascript("window.dialog.multiple").as_bool(), Some(true));

    answer_the_dialog("window.dialog.dispatchEvent(new Event('cancel'));");
    assert!(open_files("image/*", false).await.unwrap().is_empty());
    javascript("delete HTMLInputElement.prototype.click");
}

const KINDS: [(&str, &str); 2] = [("image/png", ".png"), ("a/b", ".ora")];

#[wasm_bindgen_test]
async fn a_picked_place_is_written_and_written_again() {
    // The dialog is the person's; the file that it gives is a real one of the browser's private file system.
    javascript(
        "window.originalPicker = window.showSaveFilePicker;
         window.showSaveFilePicker = async options => {
             window.askedOptions = options;
             const folder = await navigator.storage.getDirectory();
             return folder.getFileHandle('chosen.png', { create: true });
         }",
    );
    let target = SaveTarget::ask("proposed", &KINDS).await.unwrap().unwrap();
    assert_eq!((target.file_name(), target.is_picked()), ("chosen.png", true));
    let asked = javascript("JSON.stringify(window.askedOptions)").as_string().unwrap();
    assert_eq!(
        asked,
        r#"{"suggestedName":"proposed.png","types":[{"accept":{"image/png":[".png"]}},{"accept":{"a/b":[".ora"]}}]}"#
    );
    let content = || {
        javascript_async(
            "const folder = await navigator.storage.getDirectory();
             return (await (await folder.getFileHandle('chosen.png')).getFile()).text();",
        )
    };
    for text in ["a longer text at first", "short"] {
        let mut writing = target.begin().await.unwrap();
        for piece in text.as_bytes().chunks(2) {
            writing.add(piece).await.unwrap();
        }
        writing.finish().await.unwrap();
        assert_eq!(content().await.as_string().unwrap(), text);
    }
    javascript("window.showSaveFilePicker = () => Promise.reject(new DOMException('', 'AbortError'))");
    assert!(SaveTarget::ask("a", &KINDS).await.unwrap().is_none());
    javascript("window.showSaveFilePicker = undefined");
    let target = SaveTarget::ask("a", &KINDS).await.unwrap().unwrap();
    javascript("window.showSaveFilePicker = window.originalPicker");
    assert!(!target.is_picked());
}

#[wasm_bindgen_test]
async fn a_download_has_its_name_and_its_bytes() {
    javascript("HTMLAnchorElement.prototype.click = function () { window.anchor = this; }");
    let mut writing = SaveTarget::downloads("boat.png", "image/png").begin().await.unwrap();
    let pieces = [vec![b'a'; 5], vec![b'b'; (1 << 20) + 7], vec![b'c'; 3]];
    for piece in &pieces {
        writing.add(piece).await.unwrap();
    }
    writing.finish().await.unwrap();
    javascript("delete HTMLAnchorElement.prototype.click");
    assert_eq!(javascript("window.anchor.download").as_string().unwrap(), "boat.png");
    let text = javascript_async("return (await fetch(window.anchor.href)).text()").await;
    assert!(text.as_string().unwrap().into_bytes() == pieces.concat());
    assert_eq!(
        javascript_async("return (await (await fetch(window.anchor.href)).blob()).type").await.as_string().unwrap(),
        "image/png"
    );
}
