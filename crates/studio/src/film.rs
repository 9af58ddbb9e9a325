//! The stroke log as it is written while one paints: what was repainted is looked at again when nothing else goes on.

use std::rc::Rc;

use underpaint_paint::{Content, Document, Paper, PixelRect, RgbaImage};

use crate::timelapse::PatchWriting;
use crate::timelapse_thinning::Thinning;
use crate::{Picture, Timelapse};

/// Edge of a square that is looked at in one go, in canvas pixels: as large as a layer's tile, and where tiles lie.
const SQUARE_PX: u32 = 64;
/// Squares of layers that are looked at between two events of the page: a few milliseconds.
const SQUARES_AT_ONCE: usize = 40;
/// Pixels of what has changed that are written in one go: a few milliseconds.
const PIXELS_AT_ONCE: usize = 32 << 10;

/// The log, and what is not in it yet.
#[derive(Debug)]
pub(crate) struct Film {
    log: Timelapse,
    /// The painting at the log's size as it was seen last, opaque RGBA.
    seen: Vec<u8>,
    /// The squares that something was repainted in since, by row and column, in their order.
    dirty: Vec<(u32, u32)>,
    /// Whether `seen` has something that the log has not.
    has_news: bool,
    /// What is being written into the log.
    patch: Option<PatchWriting>,
    /// A thinner log in its place.
    thinning: Option<Thinning>,
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
        let (dirty, way) = (Vec::new(), Vec::new());
        Self { log, seen, dirty, has_news: false, patch: None, thinning: None, way, diameter_px: 1.0, picture: None }
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
        !self.dirty.is_empty() || self.has_news || self.patch.is_some() || self.thinning.is_some()
    }

    /// Whether the painting was not seen as it is now.
    pub(crate) fn is_outdated(&self) -> bool {
        !self.dirty.is_empty()
    }

    /// Whether this picture was not logged yet.
    pub(crate) fn lacks(&self, picture: Option<&Rc<Picture>>) -> bool {
        picture.is_some_and(|picture| self.picture.as_ref().is_none_or(|known| !Rc::ptr_eq(known, picture)))
    }

    /// A part of the canvas was repainted.
    pub(crate) fn note_dirty(&mut self, rect: PixelRect) {
        for row in rect.top / SQUARE_PX..rect.bottom.div_ceil(SQUARE_PX) {
            for column in rect.left / SQUARE_PX..rect.right.div_ceil(SQUARE_PX) {
                if let Err(at) = self.dirty.binary_search(&(row, column)) {
                    self.dirty.insert(at, (row, column));
                }
            }
        }
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

    /// Does a little of what is to be done: looks at what was repainted, or writes into the log what differs where all was
    /// looked at. Called when nothing else goes on.
    pub(crate) fn follow(&mut self, document: &Document, picture: Option<&Rc<Picture>>, now_secs: f64) {
        let n_at_once = (SQUARES_AT_ONCE / document.layers().len().max(1)).max(1);
        let squares: Vec<_> = self.dirty.drain(..n_at_once.min(self.dirty.len())).collect();
        if !squares.is_empty() {
            self.has_news = true;
            let mut pixels = Vec::new();
            squares.into_iter().for_each(|square| self.look(document, square, &mut pixels));
        } else if let Some(mut patch) = self.patch.take() {
            if patch.go_on(PIXELS_AT_ONCE) {
                self.patch = Some(patch);
            } else {
                self.log.end_patch(patch);
                self.thinning = self.thinning.take().or_else(|| self.log.thinning());
            }
        } else if std::mem::take(&mut self.has_news) {
            let way = self.log.way_of(&std::mem::take(&mut self.way), self.diameter_px, self.log.width());
            self.patch = self.log.begin_patch(&self.seen, now_secs, way);
        } else if let Some(picture) = picture.filter(|_| self.lacks(picture)) {
            self.picture = Some(Rc::clone(picture));
            self.log.put_picture(&picture.image, now_secs);
            self.thinning = self.thinning.take().or_else(|| self.log.thinning());
        } else if let Some(mut thinning) = self.thinning.take() {
            if thinning.go_on(&self.log) {
                self.thinning = Some(thinning);
            } else if self.log.end_thinning(thinning) {
                self.thinning = self.log.thinning();
            }
        }
    }

    /// A picture that is shown already is nothing new.
    pub(crate) fn forget_picture(&mut self, picture: Option<Rc<Picture>>) {
        self.picture = picture;
    }

    /// Brings the part of `seen` up to date that a square has a share in.
    fn look(&mut self, document: &Document, (row, column): (u32, u32), pixels: &mut Vec<u8>) {
        let (left, top) = (column * SQUARE_PX, row * SQUARE_PX);
        let square = PixelRect::new(left, top, left + SQUARE_PX, top + SQUARE_PX).intersection(document.bounds());
        let fit = self.fit(document);
        let columns =
            Shares::new((square.left, square.right), fit.scale, fit.left, (self.log.width(), document.width()));
        let rows = Shares::new((square.top, square.bottom), fit.scale, fit.top, (self.log.height(), document.height()));
        let (Some(across), Some(down)) = (columns.span(), rows.span()) else { return };
        let rect = PixelRect::new(across.0, down.0, across.1, down.1);
        document.read_content(Content::Seen, rect, Paper::White, pixels);
        let row_bytes = rect.width() as usize * 4;
        for (y, (from_y, to_y)) in (rows.first..).zip(&rows.of) {
            for (x, (from_x, to_x)) in (columns.first..).zip(&columns.of) {
                let mut sums = [0u32; 3];
                for y in from_y - down.0..to_y - down.0 {
                    let start = y as usize * row_bytes;
                    let row = start + (from_x - across.0) as usize * 4..start + (to_x - across.0) as usize * 4;
                    for pixel in pixels[row].chunks_exact(4) {
                        sums.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += u32::from(*value));
                    }
                }
                let n = ((to_x - from_x) * (to_y - from_y)).max(1);
                let at = (y as usize * self.log.width() as usize + x as usize) * 4;
                self.seen[at..at + 3].copy_from_slice(&sums.map(|sum| (sum / n) as u8));
            }
        }
    }
}

/// The pixels of the log along one axis that a stretch of the canvas has a share in, and what of the canvas each shows.
struct Shares {
    /// The first of these pixels.
    first: u32,
    /// From and to where each shows the canvas: at least one pixel.
    of: Vec<(u32, u32)>,
}

impl Shares {
    /// `edges` are those of the log and of the canvas.
    fn new((start, end): (u32, u32), scale: f64, offset: f64, (log_edge, edge): (u32, u32)) -> Self {
        let in_log = |at: u32| f64::from(at) * scale + offset;
        let first = in_log(start).floor().max(0.0) as u32;
        let after = if start < end { (in_log(end).ceil() as u32).min(log_edge) } else { first };
        let of = (first..after).map(|at| {
            let start = (((f64::from(at) - offset) / scale).floor().max(0.0) as u32).min(edge - 1);
            let end = (((f64::from(at + 1) - offset) / scale).ceil().max(0.0) as u32).clamp(start + 1, edge);
            (start, end)
        });
        Self { first, of: of.collect() }
    }

    /// The stretch of the canvas that all of them show together.
    fn span(&self) -> Option<(u32, u32)> {
        Some((self.of.first()?.0, self.of.last()?.1))
    }
}

#[cfg(test)]
mod tests {
    use underpaint_paint::{BrushSettings, CanvasPoint, Rgb8, StrokeMode, StrokeSample};

    use super::*;

    /// Looks at everything there is; how many times that took.
    fn follow(film: &mut Film, document: &Document) -> usize {
        let mut n_times = 0;
        while film.is_behind() {
            film.follow(document, None, 0.0);
            n_times += 1;
        }
        n_times
    }

    #[test]
    fn only_squares_that_were_painted_on_are_looked_at_and_nothing_else_has_changed() {
        let mut document = Document::new(1500, 700).unwrap();
        let mut film = Film::new(1500, 700);
        let blank = film.seen.clone();
        let brush = BrushSettings { size_px: 40.0, ..BrushSettings::default() };
        for place in [(70.0, 66.0), (1400.0, 690.0)] {
            let canvas_point = CanvasPoint::new(place.0, place.1);
            let sample = StrokeSample { canvas_point, ..StrokeSample::default() };
            let ink = StrokeMode::Paint(Rgb8::new(200, 20, 90));
            film.note_dirty(document.begin_stroke(brush, ink, "step-brush-stroke", sample));
            film.note_dirty(document.end_stroke());
        }
        assert!(film.dirty.len() <= 12, "{:?}", film.dirty);
        let mut whole = Film::new(1500, 700);
        whole.note_dirty(document.bounds());
        assert!(follow(&mut film, &document) < follow(&mut whole, &document));
        assert!(film.seen == whole.seen && film.seen != blank);
        assert!(film.log().len() == 1 && !film.is_behind());
    }

    #[test]
    fn a_log_that_is_too_long_is_thinned_out_event_by_event_and_ends_with_the_painting() {
        let mut document = Document::new(600, 300).unwrap();
        let mut film = Film::new(600, 300);
        let brush = BrushSettings { size_px: 30.0, ..BrushSettings::default() };
        let mut paint = |film: &mut Film, number: u8| {
            let canvas_point = CanvasPoint::new(40.0 + f32::from(number) * 35.0, 150.0);
            let sample = StrokeSample { canvas_point, ..StrokeSample::default() };
            let ink = StrokeMode::Paint(Rgb8::new(200, number * 20, 90));
            film.note_dirty(document.begin_stroke(brush, ink, "step-brush-stroke", sample));
            film.note_dirty(document.end_stroke());
            follow(film, &document)
        };
        for number in 0..11 {
            paint(&mut film, number);
        }
        // From here on one more event is one too many.
        film.log.set_limit_bytes(film.log.bytes());
        assert_eq!(film.log().len(), 11);
        let n_times = paint(&mut film, 11);
        assert!(n_times > 12 && film.log().len() == 6, "{n_times} {}", film.log().len());
        let last = film.log().frames(crate::FilmSettings { edge_px: 600, ..crate::FilmSettings::default() }).last();
        assert!(last.unwrap().0.pixels() == film.seen);
    }
}
