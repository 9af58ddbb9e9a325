//! What is pasted, copied, and dropped on the page.

use std::{cell::RefCell, future::Future, pin::Pin, rc::Rc};

use gloo::events::{EventListener, EventListenerOptions};
use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, future_to_promise};
use web_sys::{Blob, Element, Event, MouseEvent};

use crate::{
    BrowserError,
    blob::blob_of,
    error::{OrRefused, text_of},
    files::{GivenFile, files_of_list},
    opfs::settled,
    scope::{navigator_property, options, property},
};

/// What a picture from the clipboard is called.
const PASTED_NAME: &str = "clipboard.png";

/// What was on the clipboard.
#[derive(Clone, Debug, Default)]
pub struct Pasted {
    /// Pictures and other files.
    pub files: Vec<GivenFile>,
    /// Text, where there is any.
    pub text: Option<String>,
}

#[wasm_bindgen]
extern "C" {
    type TransferEvent;
    #[wasm_bindgen(method, getter, js_name = clipboardData)]
    fn clipboard_data(this: &TransferEvent) -> Option<DataTransfer>;
    #[wasm_bindgen(method, getter, js_name = dataTransfer)]
    fn data_transfer(this: &TransferEvent) -> Option<DataTransfer>;

    type DataTransfer;
    #[wasm_bindgen(method, getter)]
    fn files(this: &DataTransfer) -> JsValue;
    #[wasm_bindgen(method, getter)]
    fn types(this: &DataTransfer) -> JsValue;
    #[wasm_bindgen(method, setter, js_name = dropEffect)]
    fn set_drop_effect(this: &DataTransfer, effect: &str);
    #[wasm_bindgen(method, catch, js_name = getData)]
    fn get_data(this: &DataTransfer, kind: &str) -> Result<String, JsValue>;

    type Clipboard;
    #[wasm_bindgen(method, catch)]
    fn read(this: &Clipboard) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch, js_name = writeText)]
    fn write_text(this: &Clipboard, text: &str) -> Result<Promise, JsValue>;
    #[wasm_bindgen(method, catch)]
    fn write(this: &Clipboard, items: &Array) -> Result<Promise, JsValue>;

    type ClipboardItem;
    #[wasm_bindgen(constructor, catch)]
    fn new(contents: &JsValue) -> Result<ClipboardItem, JsValue>;
    #[wasm_bindgen(method, catch, js_name = getType)]
    fn get_type(this: &ClipboardItem, kind: &str) -> Result<Promise, JsValue>;
}

/// Listens to the page's paste key (Ctrl+V, Command+V, a menu) until it is dropped.
#[derive(Debug)]
pub struct PasteListener {
    _listener: EventListener,
}

impl PasteListener {
    /// Hears what is pasted through `on_paste`, which answers whether it used it: only then is the browser's own answer
    /// held back, so that text still goes into the field that has the focus.
    ///
    /// # Errors
    /// When there is no page, as in a worker.
    pub fn new(on_paste: impl FnMut(Pasted) -> bool + 'static) -> Result<Self, BrowserError> {
        let window = web_sys::window().ok_or(BrowserError::Missing { interface: "window" })?;
        let on_paste = RefCell::new(on_paste);
        let options = EventListenerOptions::enable_prevent_default();
        let listener = EventListener::new_with_options(&window, "paste", options, move |event| {
            let Some(data) = event.unchecked_ref::<TransferEvent>().clipboard_data() else { return };
            let pasted = Pasted {
                files: files_of_list(&data.files(), PASTED_NAME),
                text: data.get_data("text/plain").ok().filter(|it| !it.is_empty()),
            };
            // A callback that opens a dialog can let another event in; that one is dropped, not a panic.
            if let Ok(mut on_paste) = on_paste.try_borrow_mut()
                && on_paste(pasted)
            {
                event.prevent_default();
            }
        });
        Ok(Self { _listener: listener })
    }
}

/// Reads the clipboard for a button "paste". The browser may ask the person first.
///
/// # Errors
/// [`BrowserError::ClipboardClosed`] where it may not be read.
pub async fn read_clipboard() -> Result<Pasted, BrowserError> {
    let closed = |thrown: JsValue| BrowserError::ClipboardClosed { message: text_of(&thrown) };
    let clipboard = navigator_property("clipboard").filter(|it| property(it, "read").is_some());
    let clipboard: Clipboard =
        clipboard.ok_or_else(|| closed("it has no such interface here".into()))?.unchecked_into();
    let items = settled(clipboard.read()).await.map_err(closed)?;
    let mut pasted = Pasted::default();
    for item in Array::from(&items).iter() {
        let kinds: Vec<String> = property(&item, "types")
            .map(|it| Array::from(&it).iter().filter_map(|kind| kind.as_string()).collect())
            .unwrap_or_default();
        let item: &ClipboardItem = item.unchecked_ref();
        // One thing in several forms: a picture counts more than the text or the web page around it.
        let picture = kinds.iter().find(|it| *it == "image/png").or(kinds.iter().find(|it| it.starts_with("image/")));
        if let Some(kind) = picture {
            let blob: Blob = settled(item.get_type(kind)).await.map_err(closed)?.unchecked_into();
            pasted.files.push(GivenFile::of_blob(blob, PASTED_NAME));
        } else if kinds.iter().any(|it| it == "text/plain") {
            let blob: Blob = settled(item.get_type("text/plain")).await.map_err(closed)?.unchecked_into();
            let text = JsFuture::from(blob.text()).await.map_err(closed)?;
            pasted.text = text.as_string();
        }
    }
    Ok(pasted)
}

/// Copies a text. The call must be made while a click or a key is handled.
///
/// # Errors
/// When the browser has no clipboard here or refuses.
pub fn copy_text(text: &str) -> impl Future<Output = Result<(), BrowserError>> + use<> {
    let clipboard = navigator_property("clipboard").ok_or(BrowserError::Missing { interface: "clipboard" });
    let writing = clipboard.map(|it| it.unchecked_into::<Clipboard>().write_text(text));
    async move { settled(writing?).await.or_refused("copying the text").map(drop) }
}

/// Copies a picture, a PNG file that may still be in the making. The call must be made while a click or a key is
/// handled; the browser then waits for the bytes.
///
/// # Errors
/// When making the picture fails or the browser refuses.
pub fn copy_picture(
    png: impl Future<Output = Result<Vec<u8>, BrowserError>> + 'static,
) -> impl Future<Output = Result<(), BrowserError>> {
    copy_boxed(Box::pin(png))
}

/// Compiled once for all pictures.
fn copy_boxed(
    png: Pin<Box<dyn Future<Output = Result<Vec<u8>, BrowserError>>>>,
) -> impl Future<Output = Result<(), BrowserError>> {
    // The browser hears of a failure as a rejected promise, and the caller as what it was.
    let failure = Rc::new(RefCell::new(None));
    let failed = Rc::clone(&failure);
    let blob = future_to_promise(async move {
        match png.await.and_then(|bytes| blob_of("image/png", &bytes)) {
            Ok(blob) => Ok(blob.into()),
            Err(error) => {
                failed.replace(Some(error));
                Err(JsValue::NULL)
            }
        }
    });
    let writing = begin_writing(&blob);
    async move {
        let outcome = settled(writing?).await;
        match failure.take() {
            Some(error) => Err(error),
            None => outcome.or_refused("copying the picture").map(drop),
        }
    }
}

fn begin_writing(blob: &Promise) -> Result<Result<Promise, JsValue>, BrowserError> {
    let missing = BrowserError::Missing { interface: "clipboard for pictures" };
    if property(&js_sys::global(), "ClipboardItem").is_none() {
        return Err(missing);
    }
    let clipboard: Clipboard = navigator_property("clipboard").ok_or(missing)?.unchecked_into();
    let item = ClipboardItem::new(&options(&[("image/png", blob.into())])).or_refused("copying the picture")?;
    Ok(clipboard.write(&Array::of1(&item)))
}

/// What happens with files that are dragged over an element.
#[derive(Clone, Debug)]
pub enum DropEvent {
    /// Files hang over the element: show that they can be dropped.
    Entered,
    /// They do not any more.
    Left,
    /// They were dropped. [`DropEvent::Left`] does not come besides.
    Dropped {
        /// The files, in the order the browser gives.
        files: Vec<GivenFile>,
        /// CSS pixels from the element's left edge.
        x_px: f64,
        /// CSS pixels from the element's upper edge.
        y_px: f64,
    },
}

/// Listens to files that are dragged over an element until it is dropped itself.
///
/// What else is dragged (text, parts of the page) is left to the browser. On the page's root element it also keeps the
/// browser from opening a file that missed its target in the place of the page.
#[derive(Debug)]
pub struct DropListener {
    _listeners: [EventListener; 4],
}

impl DropListener {
    /// Hears files over `element` through `on_event`.
    pub fn new(element: &Element, on_event: impl FnMut(DropEvent) + 'static) -> Self {
        let hover = Rc::new(Hover { on_event: RefCell::new(Box::new(on_event)), depth: std::cell::Cell::new(0) });
        let listener = |name: &'static str, handle: fn(&Hover, &Element, &DataTransfer, &Event)| {
            let hover = Rc::clone(&hover);
            let target = element.clone();
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(element, name, options, move |event| {
                let Some(data) = event.unchecked_ref::<TransferEvent>().data_transfer() else { return };
                if Array::from(&data.types()).iter().any(|it| it.as_string().as_deref() == Some("Files")) {
                    // Without this the browser offers no drop, or shows the file in the place of the page.
                    event.prevent_default();
                    handle(&hover, &target, &data, event);
                }
            })
        };
        let listeners = [
            listener("dragenter", |hover, _, _, _| hover.step(1)),
            listener("dragleave", |hover, _, _, _| hover.step(-1)),
            listener("dragover", |_, _, data, _| data.set_drop_effect("copy")),
            listener("drop", |hover, element, data, event| {
                hover.depth.replace(0);
                let bounds = element.get_bounding_client_rect();
                let event: &MouseEvent = event.unchecked_ref();
                hover.tell(DropEvent::Dropped {
                    files: files_of_list(&data.files(), "file"),
                    x_px: f64::from(event.client_x()) - bounds.left(),
                    y_px: f64::from(event.client_y()) - bounds.top(),
                });
            }),
        ];
        Self { _listeners: listeners }
    }
}

/// Whether something hangs over an element.
struct Hover {
    on_event: RefCell<Box<dyn FnMut(DropEvent)>>,
    /// Elements entered and not left: a child is entered before its parent is left.
    depth: std::cell::Cell<u32>,
}

impl Hover {
    fn step(&self, change: i32) {
        let before = self.depth.get();
        let now = before.saturating_add_signed(change);
        self.depth.replace(now);
        if before == 0 && now > 0 {
            self.tell(DropEvent::Entered);
        } else if before > 0 && now == 0 {
            self.tell(DropEvent::Left);
        }
    }

    fn tell(&self, event: DropEvent) {
        // A callback that opens a dialog can let another event in; that one is dropped, not a panic.
        if let Ok(mut on_event) = self.on_event.try_borrow_mut() {
            on_event(event);
        }
    }
}
