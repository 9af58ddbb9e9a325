//! Pasting, copying and dropping.

use std::{cell::RefCell, rc::Rc};

use underpaint_browser::{
    BrowserError,
    transfer::{DropEvent, DropListener, PasteListener, Pasted, copy_picture, read_clipboard},
};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{canvas_element, javascript};

const PNG: &[u8] = include_bytes!("../fixtures/transparent.png");

#[wasm_bindgen_test]
async fn a_pasted_picture_is_used_and_pasted_text_is_left_to_the_field() {
    let heard = Rc::new(RefCell::new(Vec::<Pasted>::new()));
    let all = Rc::clone(&heard);
    let listener = PasteListener::new(move |pasted| {
        let is_used = !pasted.files.is_empty();
        all.borrow_mut().push(pasted);
        is_used
    })
    .unwrap();
    let paste = |fill: &str| {
        javascript(&format!(
            "{{
                const clipboardData = new DataTransfer();
                {fill}
                document.body.dispatchEvent(
                    new ClipboardEvent('paste', {{ clipboardData, bubbles: true, cancelable: true }}));
            }}"
        ))
        .as_bool()
    };
    assert_eq!(paste("clipboardData.items.add(new File(['123'], 'image.png', { type: 'image/png' }));"), Some(false));
    assert_eq!(paste("clipboardData.setData('text/plain', 'a boat');"), Some(true));
    drop(listener);
    assert_eq!(paste("clipboardData.setData('text/plain', 'nobody listens');"), Some(true));

    let heard = heard.take();
    assert_eq!(heard.len(), 2);
    assert_eq!((heard[0].files[0].name(), &heard[0].text), ("image.png", &None));
    assert_eq!(heard[0].files[0].bytes(10).await.unwrap(), b"123");
    assert_eq!((heard[1].files.len(), heard[1].text.as_deref()), (0, Some("a boat")));
}

#[wasm_bindgen_test]
async fn a_copied_picture_can_be_read_back() {
    // A test's page may have neither the focus nor the right that a click gives; the browser then says so.
    let outcome = copy_picture(async { Ok(PNG.to_vec()) }).await;
    match outcome {
        Ok(()) => match read_clipboard().await {
            Ok(pasted) => {
                assert_eq!(pasted.files.len(), 1);
                assert_eq!(pasted.files[0].media_type(), "image/png");
                let bytes = pasted.files[0].bytes(1 << 20).await.unwrap();
                assert_eq!(bytes[..8], PNG[..8]);
                wasm_bindgen_test::console_log!("the clipboard was written and read");
            }
            Err(error) => assert!(matches!(error, BrowserError::ClipboardClosed { .. }), "{error}"),
        },
        Err(error) => assert!(error.to_string().starts_with("copying the picture failed"), "{error}"),
    }
}

#[wasm_bindgen_test]
async fn a_picture_that_cannot_be_made_is_told_as_what_went_wrong() {
    let error = copy_picture(async { Err(BrowserError::StorageFull) }).await.unwrap_err();
    assert!(matches!(error, BrowserError::StorageFull), "{error}");
}

#[wasm_bindgen_test]
async fn a_button_pastes_pictures_before_text() {
    // Reading needs a person's consent; what comes after it is played.
    javascript(
        "window.originalRead = Clipboard.prototype.read;
         Clipboard.prototype.read = async () => [
             new ClipboardItem({ 'text/plain': new Blob(['words'], { type: 'text/plain' }),
                                 'image/png': new Blob(['12345'], { type: 'image/png' }) }),
             new ClipboardItem({ 'text/plain': new Blob(['a lighthouse'], { type: 'text/plain' }) }),
         ]",
    );
    let pasted = read_clipboard().await;
    javascript("Clipboard.prototype.read = () => Promise.reject(new DOMException('denied', 'NotAllowedError'))");
    let denied = read_clipboard().await;
    javascript("Clipboard.prototype.read = window.originalRead");
    let pasted = pasted.unwrap();
    assert_eq!((pasted.files.len(), pasted.files[0].size_bytes()), (1, 5));
    assert_eq!(pasted.text.as_deref(), Some("a lighthouse"));
    let error = denied.unwrap_err();
    assert!(error.to_string().contains("press Ctrl+V"), "{error}");
}

#[wasm_bindgen_test]
fn dragged_files_hover_and_drop_and_dragged_text_does_nothing() {
    let canvas = canvas_element(64, 64);
    let outer = canvas.parent_element().unwrap();
    canvas.set_attribute("style", "position:fixed;left:10px;top:20px;width:200px;height:100px").unwrap();
    js_sys::Reflect::set(&js_sys::global(), &"dropTarget".into(), &canvas).unwrap();
    let heard = Rc::new(RefCell::new(Vec::new()));
    let all = Rc::clone(&heard);
    let _listener = DropListener::new(&outer, move |event| {
        all.borrow_mut().push(match event {
            DropEvent::Entered => "entered".to_owned(),
            DropEvent::Left => "left".to_owned(),
            DropEvent::Dropped { files, .. } => format!("dropped {}", files[0].name()),
        });
    });
    javascript(
        "window.fire = (name, target, isFile = true) => {
            const dataTransfer = new DataTransfer();
            if (isFile) dataTransfer.items.add(new File(['x'], 'photo.webp', { type: 'image/webp' }));
            else dataTransfer.setData('text/plain', 'words');
            return target.dispatchEvent(new DragEvent(name, {
                dataTransfer, bubbles: true, cancelable: true, clientX: 30, clientY: 50,
            }));
        }",
    );
    let fire = |name: &str, target: &str, is_file: bool| {
        javascript(&format!("window.fire('{name}', {target}, {is_file})")).as_bool().unwrap()
    };
    let (inner, outer) = ("window.dropTarget", "window.dropTarget.parentElement");
    assert!(fire("dragenter", inner, false) && fire("drop", inner, false));
    // Into the outer element, on to the one inside it, and out of both.
    assert!(!fire("dragenter", outer, true));
    fire("dragenter", inner, true);
    fire("dragleave", outer, true);
    assert!(!fire("dragover", inner, true));
    fire("dragleave", inner, true);
    fire("dragenter", inner, true);
    assert!(!fire("drop", inner, true));
    fire("dragenter", inner, true);
    assert_eq!(heard.take(), ["entered", "left", "entered", "dropped photo.webp", "entered"]);
}
