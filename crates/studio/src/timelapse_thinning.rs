//! Thinning a stroke log out, event by event: thousands of small pictures are read and written for it.

use underpaint_paint::PixelRect;

use crate::Timelapse;
use crate::timelapse::{Happened, Happening, MAX_WAIT, cut, paste};

/// A thinner log on its way: every two neighbours among the patches become one, which shows at once, and every second
/// picture goes. The film loses detail evenly and keeps its length.
#[derive(Debug)]
pub(crate) struct Thinning {
    /// What the log becomes, and how many of its events that was made of.
    pub(crate) events: Vec<Happened>,
    pub(crate) n_seen: usize,
    /// The painting after these, opaque RGBA.
    canvas: Vec<u8>,
    /// The first of two patches, waiting for the second.
    first: Option<(u32, PixelRect)>,
    carried: u32,
    was_picture_kept: bool,
}

impl Thinning {
    /// Begins with a painting of so many bytes.
    pub(crate) fn new(n_bytes: usize) -> Self {
        let canvas = vec![255; n_bytes];
        Self { events: Vec::new(), n_seen: 0, canvas, first: None, carried: 0, was_picture_kept: false }
    }

    /// Looks at the next event of the log. Returns whether there is more to do; a patch without a second one is all that
    /// is done at the end.
    pub(crate) fn go_on(&mut self, log: &Timelapse) -> bool {
        let Some(event) = log.events().get(self.n_seen) else {
            if let Some((wait, rect)) = self.first.take().filter(|(_, rect)| !rect.is_empty()) {
                self.put(log, wait, rect);
            }
            return false;
        };
        self.n_seen += 1;
        let wait = event.wait + std::mem::take(&mut self.carried);
        match &event.what {
            Happening::Picture { .. } => {
                self.was_picture_kept = !self.was_picture_kept;
                if self.was_picture_kept {
                    self.events.push(Happened { wait, what: event.what.clone() });
                } else {
                    self.carried = wait;
                }
            }
            Happening::Patch { left, top, png, .. } => {
                let rect = paste(&mut self.canvas, (log.width(), log.height()), (*left, *top), png);
                match self.first.take() {
                    None => self.first = Some((wait, rect)),
                    Some((wait_before, before)) => {
                        self.put(log, (wait_before + wait).min(MAX_WAIT), rect.union(before));
                    }
                }
            }
        }
        true
    }

    fn put(&mut self, log: &Timelapse, wait: u32, rect: PixelRect) {
        let png = cut(&self.canvas, log.width(), rect);
        let what = Happening::Patch { left: rect.left, top: rect.top, png, way: None };
        self.events.push(Happened { wait, what });
    }
}
