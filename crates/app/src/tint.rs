//! The tint that shows painted strength over the sketch. Drawn by hand, at most once a frame, and only what has changed.

use std::cell::{Cell, RefCell};

use leptos::{prelude::*, web_sys::HtmlCanvasElement};
use underpaint_browser::{
    BrowserError,
    canvas::{self, PixelCanvas},
};
use underpaint_paint::PixelRect;

use crate::desk::Desk;

/// The tint's canvas while it is shown, and what of it waits for the next frame.
#[derive(Default)]
pub struct Tint {
    canvas: RefCell<Option<PixelCanvas>>,
    dirty: Cell<PixelRect>,
    is_frame_requested: Cell<bool>,
    /// Pixels on their way to the canvas; kept, so that a stroke allocates nothing.
    buffer: RefCell<Vec<u8>>,
}

impl Tint {
    /// Takes the canvas into use and shows everything.
    ///
    /// # Errors
    /// When the browser refuses a 2D canvas.
    pub fn mount(&self, desk: Desk, element: &HtmlCanvasElement) -> Result<(), BrowserError> {
        self.canvas.replace(Some(PixelCanvas::new(element, true)?));
        self.mark(desk, desk.peek(|session| session.document().bounds()));
        Ok(())
    }

    /// The canvas is gone.
    pub fn unmount(&self) {
        self.canvas.replace(None);
    }

    /// These pixels of the document, and so perhaps of its strength, have changed.
    pub fn mark(&self, desk: Desk, rect: PixelRect) {
        if self.canvas.borrow().is_none() {
            return;
        }
        self.dirty.set(self.dirty.get().union(rect));
        if !self.is_frame_requested.replace(true) {
            request_animation_frame(move || {
                if let Err(error) = desk.with_tint(|tint| tint.present(desk)) {
                    desk.report(&error);
                }
            });
        }
    }

    fn present(&self, desk: Desk) -> Result<(), BrowserError> {
        self.is_frame_requested.set(false);
        let canvas = self.canvas.borrow();
        let Some(canvas) = canvas.as_ref() else { return Ok(()) };
        let mut dirty = self.dirty.replace(PixelRect::EMPTY);
        desk.peek(|session| {
            let document = session.document();
            if (canvas.width(), canvas.height()) != (document.width(), document.height()) {
                // Another size clears a canvas, so that all of it is shown again.
                canvas.resize(document.width(), document.height());
                dirty = document.bounds();
            }
            let mut buffer = self.buffer.borrow_mut();
            let shown = session.strength_map().tint(dirty, &mut buffer);
            let rect = canvas::PixelRect { x: shown.left, y: shown.top, width: shown.width(), height: shown.height() };
            if shown.is_empty() { Ok(()) } else { canvas.put(&buffer, rect) }
        })
    }
}
