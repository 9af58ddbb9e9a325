//! What the page does for a session.

use underpaint_paint::{PixelRect, RgbaImage};
use underpaint_protocol::Request;

use crate::Phrase;

/// A part of the session that changed, so that the page reads it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// [`crate::Session::tool`], and with it the brush that is shown.
    Tool,
    /// [`crate::Session::brush`].
    Brush,
    /// [`crate::Session::colours`].
    Colours,
    /// [`crate::Session::view`].
    View,
    /// [`crate::Session::cursor`] or [`crate::Session::hover`].
    Cursor,
    /// [`crate::Session::form`].
    Form,
    /// [`crate::Session::engine`], [`crate::Session::status_text`], what can be rendered, cancelled or kept.
    Status,
    /// What can be undone and redone, [`crate::Session::document`]'s revision.
    History,
    /// The document's layers: which there are, their order and properties, and the active one.
    Layers,
    /// [`crate::Session::is_help_open`].
    Help,
}

/// What the page does for a session, in the order given.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// These canvas pixels changed: read them from [`crate::Session::document`] and show them in this frame.
    Repaint(PixelRect),
    /// Send this to the worker; the pixels (RGBA8, straight alpha) travel beside it as a transferred buffer.
    Send {
        /// The message.
        request: Request,
        /// The buffer, for [`Request::Generate`].
        pixels: Option<Vec<u8>>,
    },
    /// [`crate::Session::shown_picture`] changed: a preview, a new picture, or none.
    ShowPicture,
    /// Write this picture as a PNG file and offer it for saving.
    SavePng {
        /// The picture.
        image: RgbaImage,
        /// A file name with `.png`.
        file_name: String,
    },
    /// The worker is lost: terminate it if it still runs, and start a new one. It will say `Ready` first.
    RestartWorker,
    /// Say this through the live region (`aria-live="polite"`). Without a trailing full stop.
    Announce(Phrase),
    /// Read this part of the session again.
    Changed(Part),
}

/// The effects of one event as they gather: repaints are merged, parts are named once.
#[derive(Debug, Default)]
pub(crate) struct Effects {
    list: Vec<Effect>,
}

impl Effects {
    pub(crate) fn push(&mut self, effect: Effect) {
        self.list.push(effect);
    }

    pub(crate) fn repaint(&mut self, rect: PixelRect) {
        if rect.is_empty() {
            return;
        }
        for effect in &mut self.list {
            if let Effect::Repaint(former) = effect {
                *former = former.union(rect);
                return;
            }
        }
        self.list.push(Effect::Repaint(rect));
    }

    pub(crate) fn changed(&mut self, part: Part) {
        let effect = Effect::Changed(part);
        if !self.list.contains(&effect) {
            self.list.push(effect);
        }
    }

    pub(crate) fn announce(&mut self, text: impl Into<Phrase>) {
        self.list.push(Effect::Announce(text.into()));
    }

    pub(crate) fn show_picture(&mut self) {
        if !self.list.contains(&Effect::ShowPicture) {
            self.list.push(Effect::ShowPicture);
        }
    }

    pub(crate) fn into_list(self) -> Vec<Effect> {
        self.list
    }
}
