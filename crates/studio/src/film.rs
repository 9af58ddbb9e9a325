//! The stroke log as it is written while one paints: what was repainted is looked at again when nothing else goes on.

use std::rc::Rc;

use underpaint_paint::{Content, Document, Paper, PixelRect, RgbaImage};

use crate::{Picture, Timelapse};

/// Pixels of layers that are looked at between two frames of the page: a few milliseconds.
const PIXELS_AT_ONCE: u64 = 1 << 18;

/// The log, and what is not in it yet.
#[derive(Debug)]
pub(crate) struct Film {
    log: Timelapse,
    /// The painting at the log's size as it was seen last, opaque RGBA.
    seen: Vec<u8>,
    /// What was repainted since, in canvas pixels.
    dirty: PixelRect,
    /// Whether `seen` has something that the log has not.
    has_news: bool,
    /// The way of the stroke, in pixels of the log, and its width.
    way: Vec<(f32, f32)>,
    diameter_px: f32,
    /// The picture that was logged last.
    picture: Option<Rc<Picture>>,
}

/// How the canvas lies in the log: it keeps its first size when the canvas gets another.
#[derive(Clone, Copy)]
struct Fit {
    scale: f64,
    left: f64,
    top: f64,
}

impl Film {
    pub(crate) fn new(width: u32, height: u32) -> Self {
        Self::of_log(Timelapse::new(width, height))
    }

    /// Goes on with a log; what it has seen is looked at anew.
    pub(crate) fn of_log(log: Timelapse) -> Self {
        let seen = vec![255; log.width() as usize * log.height() as usize * 4];
        Self { log, seen, dirty: PixelRect::EMPTY, has_news: false, way: Vec::new(), diameter_px: 1.0, picture: None }
    }

    /// The painting as it was seen last.
    pub(crate) fn seen_image(&self) -> Option<RgbaImage> {
        RgbaImage::new(self.log.width(), self.log.height(), self.seen.clone()).ok()
    }

    pub(crate) fn log(&self) -> &Timelapse {
        &self.log
    }

    /// Whether there is more to look at.
    pub(crate) fn is_behind(&self) -> bool {
        !self.dirty.is_empty()
    }

    /// A part of the canvas was repainted.
    pub(crate) fn note_dirty(&mut self, rect: PixelRect) {
        self.dirty = self.dirty.union(rect);
    }

    /// The pen went here (canvas pixels).
    pub(crate) fn note_way(&mut self, document: &Document, point: (f32, f32), diameter_px: f32) {
        let fit = self.fit(document);
        let place = |at: f32, offset: f64| (f64::from(at) * fit.scale + offset) as f32;
        self.way.push((place(point.0, fit.left), place(point.1, fit.top)));
        self.diameter_px = (f64::from(diameter_px) * fit.scale) as f32;
    }

    fn fit(&self, document: &Document) -> Fit {
        let (width, height) = (f64::from(self.log.width()), f64::from(self.log.height()));
        let (canvas_width, canvas_height) = (f64::from(document.width()), f64::from(document.height()));
        let scale = (width / canvas_width).min(height / canvas_height);
        Fit { scale, left: (width - canvas_width * scale) / 2.0, top: (height - canvas_height * scale) / 2.0 }
    }

    /// Looks at some of what was repainted, and logs it when all was looked at. Called when nothing else goes on.
    pub(crate) fn follow(&mut self, document: &Document, picture: Option<&Rc<Picture>>, now_secs: f64) {
        self.look(document);
        if self.dirty.is_empty() && std::mem::take(&mut self.has_news) {
            let (width, height) = (self.log.width(), self.log.height());
            let way = std::mem::take(&mut self.way);
            if let Ok(seen) = RgbaImage::new(width, height, self.seen.clone()) {
                self.log.log_stroke(&seen, &way, self.diameter_px, width, now_secs);
            }
        }
        if let Some(picture) = picture
            && self.picture.as_ref().is_none_or(|known| !Rc::ptr_eq(known, picture))
        {
            self.picture = Some(Rc::clone(picture));
            self.log.log_picture(&picture.image, now_secs);
        }
    }

    /// A picture that is shown already is nothing new.
    pub(crate) fn forget_picture(&mut self, picture: Option<Rc<Picture>>) {
        self.picture = picture;
    }

    /// Brings `seen` up to date, from the upper edge of what is dirty.
    fn look(&mut self, document: &Document) {
        let dirty = self.dirty.intersection(document.bounds());
        if dirty.is_empty() {
            self.dirty = PixelRect::EMPTY;
            return;
        }
        let fit = self.fit(document);
        let (log_width, log_height) = (self.log.width(), self.log.height());
        let in_log = |at: u32, offset: f64| f64::from(at) * fit.scale + offset;
        let first = |at: u32, offset: f64| in_log(at, offset).floor().max(0.0) as u32;
        let after = |at: u32, offset: f64, most: u32| (in_log(at, offset).ceil() as u32).min(most);
        let (left, right) = (first(dirty.left, fit.left), after(dirty.right, fit.left, log_width));
        let n_pixels_across = u64::from(dirty.width()).max(1) * document.layers().len() as u64;
        let n_rows = (PIXELS_AT_ONCE / n_pixels_across).max(8) as u32;
        let band_bottom = dirty.bottom.min(dirty.top.saturating_add(n_rows));
        let (top, bottom) = (first(dirty.top, fit.top), after(band_bottom, fit.top, log_height));
        // The canvas pixels below a row or column of the log: at least one.
        let below = |at: u32, offset: f64, edge: u32| {
            let start = (((f64::from(at) - offset) / fit.scale).floor().max(0.0) as u32).min(edge - 1);
            let end = (((f64::from(at + 1) - offset) / fit.scale).ceil().max(0.0) as u32).clamp(start + 1, edge);
            (start, end)
        };
        let columns: Vec<_> = (left..right).map(|x| below(x, fit.left, document.width())).collect();
        let span = columns.first().zip(columns.last()).map(|(first, last)| (first.0, last.1));
        let mut pixels = Vec::new();
        for y in top..bottom {
            let Some((start_x, end_x)) = span else { break };
            let (start_y, end_y) = below(y, fit.top, document.height());
            let rect = PixelRect::new(start_x, start_y, end_x, end_y);
            document.read_content(Content::Seen, rect, Paper::White, &mut pixels);
            let row_bytes = rect.width() as usize * 4;
            for (x, (from, to)) in (left..right).zip(&columns) {
                let mut sums = [0u32; 3];
                for row in pixels.chunks_exact(row_bytes) {
                    for pixel in row[(from - start_x) as usize * 4..(to - start_x) as usize * 4].chunks_exact(4) {
                        sums.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += u32::from(*value));
                    }
                }
                let n = ((to - from) * (end_y - start_y)).max(1);
                let at = (y as usize * log_width as usize + x as usize) * 4;
                self.seen[at..at + 3].copy_from_slice(&sums.map(|sum| (sum / n) as u8));
            }
        }
        self.has_news = true;
        self.dirty = PixelRect::new(dirty.left, band_bottom, dirty.right, dirty.bottom);
        if band_bottom >= dirty.bottom {
            self.dirty = PixelRect::EMPTY;
        }
    }
}
