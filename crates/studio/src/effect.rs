//! What the page does for a session.

use underpaint_paint::{PixelRect, RgbaImage};
use underpaint_protocol::Request;

use crate::Phrase;

/// A part of the session that changed, so that the page reads it again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Part {
    /// [`crate::Session::tool`], and with it the brush that is shown; [`crate::Session::tool_options`].
    Tool,
    /// [`crate::Session::brush`].
    Brush,
    /// [`crate::Session::brushes`].
    Brushes,
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
    /// [`crate::Session::is_help_open`], [`crate::Session::is_palette_open`].
    Help,
    /// [`crate::Session::live`].
    Live,
    /// [`crate::Session::queue`]: the grid of variations.
    Queue,
    /// [`crate::Session::gallery`].
    Gallery,
    /// [`crate::Session::styles`].
    Styles,
    /// [`crate::Session::strength_map`]: whether there is one, and its tint.
    Strength,
    /// [`crate::Session::settings`], whether they are shown, and which key is waited for.
    Settings,
    /// How sketch and picture share the stage.
    Stage,
    /// [`crate::Session::overlay`].
    Overlay,
    /// Which document it is, and whether it was kept ([`crate::Session::is_kept`]).
    Document,
}

impl Part {
    /// How many parts there are.
    pub const COUNT: usize = Self::Document as usize + 1;
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
    /// Ask for a file to open as a document. Browsers allow the question only in answer to a key or a press, so it opens
    /// while the effect is carried out.
    OpenFile,
    /// Save the document to the file that the person chose before, or ask for one where there is none or `asks` says so.
    /// The question opens while the effect is carried out: browsers allow it only in answer to a key or a press.
    SaveDocument {
        /// Whether to ask in any case.
        asks: bool,
    },
    /// Put this picture on the clipboard of the system, in answer to a key or a press as well.
    CopyPicture(RgbaImage),
    /// Send an [`crate::Event::Tick`] at this time, on the clock of the events; at once when it has passed. A later
    /// request takes the place of an earlier one.
    WakeAt {
        /// When, in seconds.
        secs: f64,
    },
    /// Select this part of the prompt's field, in UTF-16 code units, once its new words are shown.
    SelectPrompt {
        /// Where the selection begins.
        start: usize,
        /// Where it ends; the same for a caret.
        end: usize,
    },
    /// The worker is lost: terminate it if it still runs, and start a new one. It will say `Ready` first.
    RestartWorker,
    /// Say this through the live region (`aria-live="polite"`). Without a trailing full stop.
    Announce(Phrase),
    /// Keep this text of the settings for the next visit ([`crate::SessionConfig::settings_text`]).
    KeepSettings(String),
    /// Keep [`crate::Session::snapshot`] where it outlives the page, and answer with [`crate::DocumentEdit::Kept`] or
    /// [`crate::DocumentEdit::KeepFailed`].
    KeepDocument,
    /// Read this part of the session again.
    Changed(Part),
}

/// The effects of one event as they gather: repaints that lie together are merged, parts are named once.
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
        let area = |rect: PixelRect| u64::from(rect.width()) * u64::from(rect.height());
        for effect in &mut self.list {
            // What lies together is one; the pieces of a long stroke are not the rectangle around it.
            if let Effect::Repaint(former) = effect
                && area(former.union(rect)) <= (area(*former) + area(rect)) / 4 * 5
            {
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

    /// Cuts repaints to the canvas, which may have become smaller since.
    pub(crate) fn cut_to(&mut self, bounds: PixelRect) {
        for effect in &mut self.list {
            if let Effect::Repaint(rect) = effect {
                *rect = rect.intersection(bounds);
            }
        }
    }

    /// What was repainted.
    pub(crate) fn repaints(&self) -> impl Iterator<Item = PixelRect> {
        self.list.iter().filter_map(|effect| if let Effect::Repaint(rect) = effect { Some(*rect) } else { None })
    }

    pub(crate) fn into_list(self) -> Vec<Effect> {
        self.list
    }
}
