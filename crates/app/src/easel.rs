//! Which easel a narrow screen shows.

use leptos::{html::Div, prelude::*};

/// The two easels, of which a phone shows one at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Easel {
    /// Where one paints.
    Sketch,
    /// Where the picture hangs.
    Picture,
}

/// The strip with both easels, and which of them is in sight.
#[derive(Clone, Copy)]
pub struct Easels {
    /// The element that scrolls between them; on a wide screen there is nothing to scroll.
    pub strip: NodeRef<Div>,
    /// The easel that is in sight.
    pub shown: RwSignal<Easel>,
}

impl Easels {
    /// Both easels, the sketch in sight.
    pub fn new() -> Self {
        Self { strip: NodeRef::new(), shown: RwSignal::new(Easel::Sketch) }
    }

    /// Brings an easel into sight.
    pub fn show(self, easel: Easel) {
        self.shown.set(easel);
        if let Some(strip) = self.strip.get_untracked() {
            let left = if easel == Easel::Sketch { 0 } else { strip.scroll_width() };
            strip.set_scroll_left(left);
        }
    }

    /// Takes note of where a swipe has led.
    pub fn follow_scroll(self) {
        let Some(strip) = self.strip.get_untracked() else { return };
        let width = strip.client_width().max(1);
        let is_picture = strip.scroll_left() * 2 > width;
        let easel = if is_picture { Easel::Picture } else { Easel::Sketch };
        if self.shown.get_untracked() != easel {
            self.shown.set(easel);
        }
    }
}
