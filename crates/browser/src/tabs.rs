//! Words between the tabs of this site: what one says, all others hear.

use gloo::events::EventListener;
use wasm_bindgen::prelude::*;
use web_sys::{EventTarget, MessageEvent};

use crate::{BrowserError, error::OrRefused};

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = BroadcastChannel)]
    type BroadcastChannel;
    #[wasm_bindgen(constructor, catch, js_class = "BroadcastChannel")]
    fn new(name: &str) -> Result<BroadcastChannel, JsValue>;
    #[wasm_bindgen(method, catch, js_name = postMessage)]
    fn post_message(this: &BroadcastChannel, word: &str) -> Result<(), JsValue>;
    #[wasm_bindgen(method)]
    fn close(this: &BroadcastChannel);
}

/// The line to the other tabs, open until it is dropped.
pub struct TabLine {
    channel: BroadcastChannel,
    _listener: EventListener,
}

impl TabLine {
    /// Opens the line; `on_word` hears what other tabs say, and never what this one does.
    ///
    /// # Errors
    /// Where the browser has no such line, as in some private windows.
    pub fn open(mut on_word: impl FnMut(String) + 'static) -> Result<Self, BrowserError> {
        let channel = BroadcastChannel::new("underpaint").or_refused("opening a line to other tabs")?;
        let listener = EventListener::new(channel.unchecked_ref::<EventTarget>(), "message", move |event| {
            if let Some(word) = event.dyn_ref::<MessageEvent>().and_then(|event| event.data().as_string()) {
                on_word(word);
            }
        });
        Ok(Self { channel, _listener: listener })
    }

    /// Says something to all other tabs. Nobody may be there to hear it.
    ///
    /// # Errors
    /// When the browser refuses.
    pub fn say(&self, word: &str) -> Result<(), BrowserError> {
        self.channel.post_message(word).or_refused("speaking to other tabs")
    }
}

impl Drop for TabLine {
    fn drop(&mut self) {
        self.channel.close();
    }
}
