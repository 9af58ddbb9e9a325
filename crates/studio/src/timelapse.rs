//! The stroke log: how a painting came to be, small enough to travel with it.
//!
//! It does not keep how to do each thing again (brushes change, and so would old films), but what was seen: for each step
//! the part of the painting that changed, at the film's own size, and for a stroke the way the pen went, along which the
//! part shows little by little. Finished pictures are kept as thumbnails. See [`crate::TimelapseFrames`] for the film.
//!
//! # Form
//! `UPLAPS`, version (2 bytes), width and height of the log in pixels (2 bytes each), then events until the end: kind (1
//! byte), hundredths of a second since the last event (varint), then of a
//! * step (0): left and top (varints), length and bytes of a PNG;
//! * stroke (1): radius in eighths of a pixel, number of samples and the samples as zigzag differences in eighths of a
//!   pixel (varints), then as for a step;
//! * picture (2): length and bytes of a PNG.

use underpaint_paint::files::{Effort, PngWriting, read_png, write_png};
use underpaint_paint::{PixelRect, RgbaImage};

use crate::timelapse_bytes::{Reader, put_signed, put_varint};
use crate::timelapse_thinning::Thinning;

/// Longest edge of what the log keeps, in pixels.
pub const TIMELAPSE_EDGE_PX: u32 = 720;
/// What a log may hold, in bytes; beyond that neighbouring events become one.
pub const TIMELAPSE_LIMIT_BYTES: usize = 12 << 20;
/// Longest edge of a kept picture, in pixels.
const PICTURE_EDGE_PX: u32 = 360;
/// Most samples of a stroke that are kept.
const MAX_SAMPLES: usize = 256;
/// Longest wait between events that is kept, in hundredths of a second.
pub(crate) const MAX_WAIT: u32 = 6000;
const MAGIC: &[u8; 8] = b"UPLAPS\x01\x00";

/// The way of a stroke in pixels of the log.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Way {
    pub(crate) radius_px: f32,
    /// Columns and rows.
    pub(crate) points: Vec<(f32, f32)>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Happening {
    /// A part of the painting changed: where, and the PNG of it.
    Patch { left: u32, top: u32, png: Vec<u8>, way: Option<Way> },
    /// A picture was finished: the PNG of it.
    Picture { png: Vec<u8> },
}

/// One entry of the log.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Happened {
    /// Hundredths of a second since the event before.
    pub(crate) wait: u32,
    pub(crate) what: Happening,
}

impl Happened {
    fn bytes(&self) -> usize {
        match &self.what {
            Happening::Patch { png, way, .. } => png.len() + 16 + way.as_ref().map_or(0, |way| way.points.len() * 3),
            Happening::Picture { png } => png.len() + 8,
        }
    }
}

/// A part of the painting on its way into a log: making a file of it takes longer than there is between two events.
#[derive(Debug)]
pub(crate) struct PatchWriting {
    wait: u32,
    left: u32,
    top: u32,
    width: u32,
    way: Option<Way>,
    writing: PngWriting,
    png: Vec<u8>,
}

impl PatchWriting {
    /// Goes on by about so many pixels. Returns whether there is more to do.
    pub(crate) fn go_on(&mut self, n_pixels: usize) -> bool {
        let n_rows = (n_pixels / self.width as usize).max(1);
        let mut n_done = 0;
        let mut is_late = || {
            n_done += 1;
            n_done >= n_rows
        };
        self.png.extend(self.writing.next_piece(usize::MAX, &mut is_late).unwrap_or_default());
        self.writing.share() < 1.0
    }
}

/// How a painting came to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Timelapse {
    width: u32,
    height: u32,
    events: Vec<Happened>,
    /// The painting as it was seen after the last event, opaque RGBA.
    seen: Vec<u8>,
    bytes: usize,
    limit_bytes: usize,
    last_secs: Option<f64>,
}

/// The size of a log for a canvas.
#[must_use]
pub fn timelapse_size(canvas_width: u32, canvas_height: u32) -> (u32, u32) {
    fitted(canvas_width, canvas_height, TIMELAPSE_EDGE_PX)
}

/// A size of the same shape whose longer edge is at most `edge_px`.
pub(crate) fn fitted(width: u32, height: u32, edge_px: u32) -> (u32, u32) {
    let longer = width.max(height).max(1);
    let edge_px = edge_px.min(longer);
    let scaled =
        |edge: u32| ((u64::from(edge) * u64::from(edge_px) + u64::from(longer) / 2) / u64::from(longer)).max(1);
    (scaled(width) as u32, scaled(height) as u32)
}

impl Timelapse {
    /// An empty log of a painting on white paper; the size is that of [`timelapse_size`].
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        let (width, height) = fitted(width.max(1), height.max(1), TIMELAPSE_EDGE_PX);
        Self {
            width,
            height,
            events: Vec::new(),
            seen: vec![255; width as usize * height as usize * 4],
            bytes: 0,
            limit_bytes: TIMELAPSE_LIMIT_BYTES,
            last_secs: None,
        }
    }

    /// Width of what is kept, in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height of what is kept, in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// How many events it holds.
    #[must_use]
    pub fn len(&self) -> usize {
        self.events.len()
    }

    /// Whether nothing happened yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.is_empty()
    }

    /// Bytes that it holds, about.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Changes how much it may hold.
    pub fn set_limit_bytes(&mut self, limit_bytes: usize) {
        self.limit_bytes = limit_bytes;
        self.thin_out();
    }

    pub(crate) fn events(&self) -> &[Happened] {
        &self.events
    }

    /// Logs a step: `seen` is the whole painting on white paper as it is now, of the log's size (what
    /// `Document::flatten_content` gives). Only what differs is kept; nothing happens where nothing does, or where the size
    /// is another.
    pub fn log_step(&mut self, seen: &RgbaImage, now_secs: f64) {
        self.log(seen, now_secs, None);
    }

    /// Logs a stroke: as [`Timelapse::log_step`], with the samples (columns and rows of the canvas) and the brush's diameter
    /// in canvas pixels. `canvas_width` is the canvas's width in pixels.
    pub fn log_stroke(
        &mut self,
        seen: &RgbaImage,
        samples: &[(f32, f32)],
        diameter_px: f32,
        canvas_width: u32,
        now_secs: f64,
    ) {
        let way = self.way_of(samples, diameter_px, canvas_width);
        self.log(seen, now_secs, way);
    }

    /// The way of a stroke, if it has any.
    pub(crate) fn way_of(&self, samples: &[(f32, f32)], diameter_px: f32, canvas_width: u32) -> Option<Way> {
        let scale = self.width as f32 / canvas_width.max(1) as f32;
        let stride = samples.len().div_ceil(MAX_SAMPLES - 1).max(1);
        let kept = samples.iter().step_by(stride).chain(samples.last());
        let in_eighths = |value: f32| (value * scale * 8.0).clamp(-1e6, 1e6).round() / 8.0;
        let points: Vec<_> = kept.map(|(x, y)| (in_eighths(*x), in_eighths(*y))).collect();
        let radius_px = in_eighths(diameter_px / 2.0).max(0.125);
        Some(Way { radius_px, points }).filter(|way| way.points.len() > 1)
    }

    /// Logs a finished picture, of any size.
    pub fn log_picture(&mut self, picture: &RgbaImage, now_secs: f64) {
        self.put_picture(picture, now_secs);
        self.thin_out();
    }

    /// The same; there may be too much in the log then.
    pub(crate) fn put_picture(&mut self, picture: &RgbaImage, now_secs: f64) {
        let (width, height) = fitted(picture.width(), picture.height(), PICTURE_EDGE_PX);
        let small = scaled(picture, width, height);
        let wait = self.wait_until(now_secs);
        self.push(Happened { wait, what: Happening::Picture { png: write_png(&small, &[], Effort::Fast) } });
    }

    fn log(&mut self, seen: &RgbaImage, now_secs: f64, way: Option<Way>) {
        if (seen.width(), seen.height()) == (self.width, self.height)
            && let Some(patch) = self.begin_patch(seen.pixels(), now_secs, way)
        {
            self.end_patch(patch);
            self.thin_out();
        }
    }

    /// Begins to log what differs of the painting from what was seen last (RGBA of the log's size); `None` where nothing
    /// does.
    pub(crate) fn begin_patch(&mut self, seen: &[u8], now_secs: f64, way: Option<Way>) -> Option<PatchWriting> {
        let rect = difference(&self.seen, seen, self.width);
        let image = part(seen, self.width, rect)?;
        self.seen.copy_from_slice(seen);
        let (wait, left, top, width) = (self.wait_until(now_secs), rect.left, rect.top, rect.width());
        let writing = PngWriting::of_image(image, &[], Effort::Fast);
        Some(PatchWriting { wait, left, top, width, way, writing, png: Vec::new() })
    }

    /// Logs it, whatever is left to do. There may be too much in the log then: see [`Timelapse::thinning`].
    pub(crate) fn end_patch(&mut self, patch: PatchWriting) {
        let PatchWriting { wait, left, top, way, mut writing, mut png, .. } = patch;
        while let Some(piece) = writing.next_piece(usize::MAX, &mut || false) {
            png.extend(piece);
        }
        self.push(Happened { wait, what: Happening::Patch { left, top, png, way } });
    }

    fn wait_until(&mut self, now_secs: f64) -> u32 {
        let last_secs = self.last_secs.replace(now_secs).unwrap_or(now_secs);
        // A number that is none becomes 0.
        ((now_secs - last_secs) * 100.0).clamp(0.0, f64::from(MAX_WAIT)) as u32
    }

    fn push(&mut self, event: Happened) {
        self.bytes += event.bytes();
        self.events.push(event);
    }

    /// Thins the log out in one go.
    fn thin_out(&mut self) {
        while let Some(mut thinning) = self.thinning() {
            while thinning.go_on(self) {}
            if !self.end_thinning(thinning) {
                break;
            }
        }
    }

    /// What has to be done while there is too much in the log.
    pub(crate) fn thinning(&self) -> Option<Thinning> {
        (self.bytes > self.limit_bytes && self.events.len() > 2).then(|| Thinning::new(self.seen.len()))
    }

    /// Puts what was made in the place of the events that it was made of; what came since stays. Returns whether there are
    /// fewer now.
    pub(crate) fn end_thinning(&mut self, thinning: Thinning) -> bool {
        let n_before = self.events.len();
        let since = self.events.split_off(thinning.n_seen.min(n_before));
        self.events = thinning.events;
        self.events.extend(since);
        self.bytes = self.events.iter().map(Happened::bytes).sum();
        self.events.len() < n_before
    }

    /// The log as bytes, for an entry of the project.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.bytes + 64);
        bytes.extend_from_slice(MAGIC);
        bytes.extend_from_slice(&(self.width as u16).to_le_bytes());
        bytes.extend_from_slice(&(self.height as u16).to_le_bytes());
        for event in &self.events {
            let (kind, png) = match &event.what {
                Happening::Patch { png, way: None, .. } => (0, png),
                Happening::Patch { png, .. } => (1, png),
                Happening::Picture { png } => (2, png),
            };
            bytes.push(kind);
            put_varint(&mut bytes, event.wait);
            if let Happening::Patch { left, top, way, .. } = &event.what {
                if let Some(way) = way {
                    put_way(&mut bytes, way);
                }
                put_varint(&mut bytes, *left);
                put_varint(&mut bytes, *top);
            }
            put_varint(&mut bytes, png.len() as u32);
            bytes.extend_from_slice(png);
        }
        bytes
    }

    /// The log of [`Timelapse::encode`]; `None` for anything else. What is cut short or damaged at the end is left away: a
    /// film that ends early is better than none.
    #[must_use]
    pub fn decode(bytes: &[u8]) -> Option<Self> {
        let bytes = bytes.strip_prefix(MAGIC)?;
        let ([w0, w1, h0, h1], bytes) = bytes.split_first_chunk()?;
        let (width, height) = (u32::from(u16::from_le_bytes([*w0, *w1])), u32::from(u16::from_le_bytes([*h0, *h1])));
        if width == 0 || height == 0 || width.max(height) > TIMELAPSE_EDGE_PX {
            return None;
        }
        let mut log = Self::new(width, height);
        let mut reader = Reader::new(bytes);
        while let Some(event) = read_event(&mut reader) {
            if let Happening::Patch { left, top, png, .. } = &event.what {
                paste(&mut log.seen, (width, height), (*left, *top), png);
            }
            log.bytes += event.bytes();
            log.events.push(event);
        }
        Some(log)
    }
}

fn put_way(bytes: &mut Vec<u8>, way: &Way) {
    put_varint(bytes, (way.radius_px * 8.0) as u32);
    put_varint(bytes, way.points.len() as u32);
    let mut former = (0, 0);
    for (x, y) in &way.points {
        let point = ((x * 8.0) as i32, (y * 8.0) as i32);
        put_signed(bytes, point.0 - former.0);
        put_signed(bytes, point.1 - former.1);
        former = point;
    }
}

fn read_event(reader: &mut Reader<'_>) -> Option<Happened> {
    let kind = reader.u8()?;
    let wait = reader.varint()?.min(MAX_WAIT);
    if kind > 2 {
        return None;
    }
    let way = if kind == 1 { Some(read_way(reader)?) } else { None };
    let place = if kind < 2 { Some((reader.varint()?, reader.varint()?)) } else { None };
    let len = reader.varint()? as usize;
    let png = reader.take(len)?.to_vec();
    let what = match place {
        Some((left, top)) => Happening::Patch { left, top, png, way },
        None => Happening::Picture { png },
    };
    Some(Happened { wait, what })
}

fn read_way(reader: &mut Reader<'_>) -> Option<Way> {
    let radius_px = reader.varint()?.clamp(1, 1 << 16) as f32 / 8.0;
    let n_points = reader.varint()? as usize;
    if !(2..=MAX_SAMPLES + 1).contains(&n_points) {
        return None;
    }
    let mut points = Vec::new();
    let (mut x, mut y) = (0i32, 0i32);
    for _ in 0..n_points {
        x = x.wrapping_add(reader.signed()?);
        y = y.wrapping_add(reader.signed()?);
        points.push((x as f32 / 8.0, y as f32 / 8.0));
    }
    Some(Way { radius_px, points })
}

/// The rectangle around all pixels that differ.
fn difference(one: &[u8], other: &[u8], width: u32) -> PixelRect {
    let mut rect = PixelRect::EMPTY;
    let row_bytes = width as usize * 4;
    for (y, (one, other)) in (0..).zip(one.chunks_exact(row_bytes).zip(other.chunks_exact(row_bytes))) {
        if one == other {
            continue;
        }
        let pairs = || one.iter().zip(other);
        let first = pairs().position(|(one, other)| one != other).unwrap_or(0) / 4;
        let last = pairs().rposition(|(one, other)| one != other).unwrap_or(0) / 4;
        rect = rect.union(PixelRect::new(first as u32, y, last as u32 + 1, y + 1));
    }
    rect
}

/// A part of a painting as PNG.
pub(crate) fn cut(pixels: &[u8], width: u32, rect: PixelRect) -> Vec<u8> {
    part(pixels, width, rect).map(|image| write_png(&image, &[], Effort::Fast)).unwrap_or_default()
}

/// A part of a painting; `None` where that is nothing.
fn part(pixels: &[u8], width: u32, rect: PixelRect) -> Option<RgbaImage> {
    let mut part = Vec::with_capacity(rect.width() as usize * rect.height() as usize * 4);
    for y in rect.top..rect.bottom {
        let start = (y as usize * width as usize + rect.left as usize) * 4;
        part.extend_from_slice(&pixels[start..start + rect.width() as usize * 4]);
    }
    RgbaImage::new(rect.width(), rect.height(), part).ok()
}

/// A patch's picture, if it is one that fits the log.
pub(crate) fn patch_image(png: &[u8], (width, height): (u32, u32), (left, top): (u32, u32)) -> Option<RgbaImage> {
    // Its size is looked at before anything is unpacked.
    let edge = |at: usize| Some(u32::from_be_bytes(*png.get(at..)?.first_chunk()?));
    let fits = |edge: u32, offset: u32, whole: u32| offset < whole && edge <= whole - offset;
    if !fits(edge(16)?, left, width) || !fits(edge(20)?, top, height) {
        return None;
    }
    Some(read_png(png).ok()?.image.on_white())
}

/// Lays a patch on the painting and returns where; nowhere when it cannot be read.
pub(crate) fn paste(canvas: &mut [u8], size: (u32, u32), (left, top): (u32, u32), png: &[u8]) -> PixelRect {
    let Some(image) = patch_image(png, size, (left, top)) else { return PixelRect::EMPTY };
    let row_bytes = image.width() as usize * 4;
    for (y, row) in (top as usize..).zip(image.pixels().chunks_exact(row_bytes)) {
        let start = (y * size.0 as usize + left as usize) * 4;
        canvas[start..start + row_bytes].copy_from_slice(row);
    }
    PixelRect::new(left, top, left + image.width(), top + image.height())
}

/// A picture of another size, each pixel from the nearest one or, downwards, from the middle of a few.
pub(crate) fn scaled(picture: &RgbaImage, width: u32, height: u32) -> RgbaImage {
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 4);
    // The columns or rows that all of the new ones are made of, so many for each.
    let places = |from: u32, to: u32| {
        let n = (from / to.max(1)).clamp(1, 4);
        let place = |at: u32| (u64::from(at) * 2 + 1) * u64::from(from) / (u64::from(to * n) * 2);
        let places: Vec<usize> = (0..to * n).map(|at| (place(at) as u32).min(from - 1) as usize).collect();
        (places, n as usize)
    };
    let ((columns, n_across), (rows, n_down)) = (places(picture.width(), width), places(picture.height(), height));
    let n_samples = (n_across * n_down) as u32;
    let source = picture.pixels().as_chunks::<4>().0;
    for rows in rows.chunks_exact(n_down) {
        for columns in columns.chunks_exact(n_across) {
            let mut sums = [0u32; 4];
            for row in rows {
                for column in columns {
                    let pixel = source[row * picture.width() as usize + column];
                    sums.iter_mut().zip(pixel).for_each(|(sum, value)| *sum += u32::from(value));
                }
            }
            pixels.extend_from_slice(&sums.map(|sum| (sum / n_samples) as u8));
        }
    }
    // The lengths fit by construction, and a size of 0 cannot come here.
    RgbaImage::new(width, height, pixels).unwrap_or_else(|_| picture.clone())
}
