//! The film of a stroke log: one frame after the other, at any size and speed.

use underpaint_paint::RgbaImage;

use crate::Timelapse;
use crate::timelapse::{Happening, Way, fitted, paste, patch_image, scaled};

/// What a film looks like.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FilmSettings {
    /// Longest edge of the painting in a frame, in pixels, up to 4096. Edges of frames are even, as video wants them.
    pub edge_px: u32,
    /// Frames a second.
    pub frames_per_sec: f32,
    /// How long the film is about, in seconds: all events share it.
    pub duration_secs: f32,
    /// Whether the last finished picture stands beside the painting, where there was one.
    pub is_picture_beside: bool,
}

impl Default for FilmSettings {
    fn default() -> Self {
        Self { edge_px: 720, frames_per_sec: 30.0, duration_secs: 20.0, is_picture_beside: true }
    }
}

/// How long the first frame stays, which shows the canvas before anything was painted, and the last, in seconds.
const FIRST_SECS: f32 = 0.5;
const LAST_SECS: f32 = 2.0;
/// Most frames of one stroke.
const MAX_STROKE_FRAMES: u32 = 90;

/// The frames of a film: a picture and how long it stays, in seconds. All have the same size.
#[derive(Debug)]
pub struct TimelapseFrames<'a> {
    log: &'a Timelapse,
    settings: FilmSettings,
    /// Size of the painting in a frame.
    size: (u32, u32),
    canvas: Vec<u8>,
    picture: Option<RgbaImage>,
    next_event: usize,
    /// The stroke that is being drawn: its patch, where it lies, and how many frames of how many were shown.
    stroke: Option<Stroke>,
    frames_per_event: f32,
    /// What part of a frame is owed.
    owed: f32,
    is_begun: bool,
    is_over: bool,
}

#[derive(Debug)]
struct Stroke {
    way: Way,
    patch: RgbaImage,
    left: u32,
    top: u32,
    n_shown: u32,
    n_frames: u32,
}

impl Timelapse {
    /// The film of this log.
    #[must_use]
    pub fn frames(&self, settings: FilmSettings) -> TimelapseFrames<'_> {
        let clamped =
            |value: f32, low, high, otherwise| if value.is_nan() { otherwise } else { value.clamp(low, high) };
        // A film without any picture would leave half of each frame bare.
        let has_pictures = self.events().iter().any(|event| matches!(event.what, Happening::Picture { .. }));
        let settings = FilmSettings {
            is_picture_beside: settings.is_picture_beside && has_pictures,
            edge_px: settings.edge_px.clamp(16, 4096),
            frames_per_sec: clamped(settings.frames_per_sec, 1.0, 120.0, 30.0),
            duration_secs: clamped(settings.duration_secs, 1.0, 3600.0, 20.0),
        };
        let longer = self.width().max(self.height());
        let scale_up = settings.edge_px.div_ceil(longer).max(1);
        let (width, height) = fitted(self.width() * scale_up, self.height() * scale_up, settings.edge_px);
        let n_frames = settings.frames_per_sec * (settings.duration_secs - FIRST_SECS);
        TimelapseFrames {
            log: self,
            settings,
            size: ((width / 2 * 2).max(2), (height / 2 * 2).max(2)),
            canvas: vec![255; self.width() as usize * self.height() as usize * 4],
            picture: None,
            next_event: 0,
            stroke: None,
            frames_per_event: n_frames / self.len().max(1) as f32,
            owed: 0.0,
            is_begun: false,
            is_over: self.is_empty(),
        }
    }
}

impl TimelapseFrames<'_> {
    /// Width and height of every frame in pixels.
    #[must_use]
    pub fn frame_size(&self) -> (u32, u32) {
        (if self.settings.is_picture_beside { self.size.0 * 2 } else { self.size.0 }, self.size.1)
    }

    /// Goes on to the next event and returns how many frames it is worth.
    fn take_event(&mut self) -> u32 {
        let event = &self.log.events()[self.next_event];
        self.next_event += 1;
        self.owed += self.frames_per_event;
        let n_frames = self.owed as u32;
        self.owed -= n_frames as f32;
        let log_size = (self.log.width(), self.log.height());
        match &event.what {
            Happening::Picture { png } => {
                let is_small = png.get(16..24).is_some_and(|size| size[..2] == [0; 2] && size[4..6] == [0; 2]);
                if let Some(image) = is_small.then(|| underpaint_paint::files::read_png(png).ok()).flatten() {
                    self.picture = Some(image.image.on_white());
                }
            }
            Happening::Patch { left, top, png, way: Some(way) } if n_frames > 1 => {
                if let Some(patch) = patch_image(png, log_size, (*left, *top)) {
                    let n_frames = n_frames.min(MAX_STROKE_FRAMES);
                    let way = way.clone();
                    self.stroke = Some(Stroke { way, patch, left: *left, top: *top, n_shown: 0, n_frames });
                }
            }
            Happening::Patch { left, top, png, .. } => {
                paste(&mut self.canvas, log_size, (*left, *top), png);
            }
        }
        n_frames
    }

    /// Draws the next piece of the stroke under way.
    fn draw_stroke(&mut self) {
        let Some(stroke) = &mut self.stroke else { return };
        let n_points = stroke.way.points.len();
        let first = n_points.saturating_sub(1) * stroke.n_shown as usize / stroke.n_frames as usize;
        stroke.n_shown += 1;
        let is_done = stroke.n_shown >= stroke.n_frames;
        let last = n_points.saturating_sub(1) * stroke.n_shown as usize / stroke.n_frames as usize;
        let radius_px = stroke.way.radius_px + 1.5;
        let pieces: Vec<_> = stroke.way.points.get(first..=last.max(first)).unwrap_or_default().windows(2).collect();
        for y in 0..stroke.patch.height() {
            for x in 0..stroke.patch.width() {
                let point = ((x + stroke.left) as f32 + 0.5, (y + stroke.top) as f32 + 0.5);
                let is_near =
                    |piece: &&[(f32, f32)]| distance_squared(point, piece[0], piece[1]) <= radius_px * radius_px;
                // At the end everything shows, also what the way does not explain.
                if is_done || pieces.iter().any(is_near) {
                    let at = ((y + stroke.top) as usize * self.log.width() as usize + (x + stroke.left) as usize) * 4;
                    let pixel = stroke.patch.pixel(x, y).unwrap_or([255; 4]);
                    self.canvas[at..at + 4].copy_from_slice(&pixel);
                }
            }
        }
        if is_done {
            self.stroke = None;
        }
    }

    /// The frame as it stands.
    fn frame(&self) -> Option<RgbaImage> {
        let (width, height) = self.size;
        let painting = RgbaImage::new(self.log.width(), self.log.height(), self.canvas.clone()).ok()?;
        let painting = scaled(&painting, width, height);
        if !self.settings.is_picture_beside {
            return Some(painting);
        }
        let beside = self.picture.as_ref().map(|picture| {
            let (picture_width, picture_height) = fitted_in(picture, width, height);
            scaled(picture, picture_width, picture_height)
        });
        let row_bytes = width as usize * 4;
        let mut pixels = vec![255; row_bytes * 2 * height as usize];
        for (y, (row, painted)) in
            (0..height).zip(pixels.chunks_exact_mut(row_bytes * 2).zip(painting.pixels().chunks_exact(row_bytes)))
        {
            row[..row_bytes].copy_from_slice(painted);
            let Some(beside) = &beside else { continue };
            let (left, top) = ((width - beside.width()) / 2, (height - beside.height()) / 2);
            if let Some(from) = y.checked_sub(top).filter(|from| *from < beside.height()) {
                let len = beside.width() as usize * 4;
                let start = row_bytes + left as usize * 4;
                row[start..start + len].copy_from_slice(&beside.pixels()[from as usize * len..][..len]);
            }
        }
        RgbaImage::new(width * 2, height, pixels).ok()
    }
}

/// The largest size of a picture's shape in another.
fn fitted_in(picture: &RgbaImage, width: u32, height: u32) -> (u32, u32) {
    let (from_width, from_height) = (u64::from(picture.width()), u64::from(picture.height()));
    let by_width = (from_height * u64::from(width) / from_width).max(1);
    if by_width <= u64::from(height) {
        return (width, by_width as u32);
    }
    ((from_width * u64::from(height) / from_height).clamp(1, u64::from(width)) as u32, height)
}

/// The square of a point's distance to a piece of the way.
fn distance_squared(point: (f32, f32), from: (f32, f32), to: (f32, f32)) -> f32 {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let len = dx * dx + dy * dy;
    let along = ((point.0 - from.0) * dx + (point.1 - from.1) * dy) / len.max(1e-9);
    let along = along.clamp(0.0, 1.0);
    let (x, y) = (point.0 - from.0 - along * dx, point.1 - from.1 - along * dy);
    x * x + y * y
}

impl Iterator for TimelapseFrames<'_> {
    type Item = (RgbaImage, f32);

    fn next(&mut self) -> Option<Self::Item> {
        if self.is_over {
            return None;
        }
        if !std::mem::replace(&mut self.is_begun, true) {
            // A film's first frame is what stands for it in a list, and half a stroke stands for nothing.
            return Some((self.frame()?, FIRST_SECS));
        }
        let frame_secs = 1.0 / self.settings.frames_per_sec;
        let mut n_frames = 0;
        if self.stroke.is_none() {
            // Events that are worth less than a frame share one.
            while n_frames == 0 && self.next_event < self.log.len() {
                n_frames = self.take_event();
            }
        }
        if self.stroke.is_some() {
            self.draw_stroke();
            n_frames = 1;
        }
        self.is_over = self.stroke.is_none() && self.next_event >= self.log.len();
        let duration_secs = if self.is_over { LAST_SECS } else { n_frames.max(1) as f32 * frame_secs };
        Some((self.frame()?, duration_secs))
    }
}

#[cfg(test)]
mod tests {
    use underpaint_paint::{BrushSettings, CanvasPoint, Content, Document, Paper, Rgb8, StrokeMode, StrokeSample};

    use super::*;

    /// Paints a few strokes and logs them.
    fn painted(n_strokes: usize) -> (Timelapse, RgbaImage) {
        let mut document = Document::new(400, 200).unwrap();
        let (width, height) = crate::timelapse_size(400, 200);
        let mut log = Timelapse::new(width, height);
        let mut seen = None;
        for at in 0..n_strokes {
            let points = [(10.0, 10.0 + at as f32 * 9.0), (200.0, 100.0), (390.0, 180.0 - at as f32 * 7.0)];
            let samples: Vec<_> =
                points.iter().map(|(x, y)| StrokeSample::new(CanvasPoint::new(*x, *y), 1.0, at as f64)).collect();
            let mode = StrokeMode::Paint(Rgb8::new(at as u8 * 12, 90, 200 - at as u8 * 9));
            document.begin_stroke(BrushSettings::default(), mode, "step-brush-stroke", samples[0]);
            document.extend_stroke(&samples[1..]);
            document.end_stroke();
            let image = document.flatten_content(Content::Seen, width, height, Paper::White).unwrap();
            log.log_stroke(&image, &points, 28.0, 400, at as f64 * 2.0);
            seen = Some(image);
        }
        (log, seen.unwrap())
    }

    fn settings(duration_secs: f32) -> FilmSettings {
        FilmSettings { edge_px: 400, frames_per_sec: 10.0, duration_secs, is_picture_beside: false }
    }

    #[test]
    fn the_film_ends_with_the_painting_and_lasts_as_asked() {
        let (log, seen) = painted(5);
        let frames: Vec<_> = log.frames(settings(4.0)).collect();
        assert!(frames.last().unwrap().0 == seen);
        let duration_secs: f32 = frames.iter().map(|(_, secs)| secs).sum();
        assert!((duration_secs - 4.0 - LAST_SECS).abs() < 0.3, "{duration_secs}");
        // It begins with the canvas on which nothing is painted yet, however few strokes there are.
        for n_strokes in [1, 5, 20] {
            let (first, secs) = painted(n_strokes).0.frames(settings(10.0)).next().unwrap();
            assert!(first.pixels().iter().all(|value| *value == 255) && secs == FIRST_SECS);
        }
        // A stroke grows: each frame has more paint than the one before.
        let n_painted = |image: &RgbaImage| image.pixels().chunks_exact(4).filter(|pixel| pixel[0] != 255).count();
        assert!(frames[..8].windows(2).all(|pair| n_painted(&pair[0].0) <= n_painted(&pair[1].0)));
        assert!(n_painted(&frames[1].0) < n_painted(&frames[7].0));
    }

    #[test]
    fn a_log_comes_back_and_a_broken_one_ends_early() {
        let (mut log, seen) = painted(4);
        log.log_picture(&seen, 9.0);
        let bytes = log.encode();
        let again = Timelapse::decode(&bytes).unwrap();
        assert_eq!(again.events(), log.events());
        assert!(again.frames(settings(2.0)).eq(log.frames(settings(2.0))));
        let mut number = 1u32;
        for end in (0..bytes.len()).step_by(bytes.len() / 60 + 1) {
            let mut broken = bytes.clone();
            for _ in 0..3 {
                number = number.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                let at = (number >> 8) as usize % broken.len();
                broken[at] = (number >> 3) as u8;
            }
            for log in [Timelapse::decode(&bytes[..end]), Timelapse::decode(&broken)].into_iter().flatten() {
                assert!(log.len() <= 6);
                log.frames(settings(1.0)).for_each(drop);
            }
        }
    }

    #[test]
    fn a_stroke_without_a_way_ends_the_log() {
        let mut bytes = b"UPLAPS\x01\x00\x04\x00\x04\x00".to_vec();
        bytes.extend([1, 0, 8, 0, 0, 0, 0]);
        assert_eq!(Timelapse::decode(&bytes).map(|log| log.len()), Some(0));
        assert_eq!(Timelapse::decode(&bytes[..9]), None);
    }

    #[test]
    fn a_log_that_is_too_long_becomes_coarser_and_still_ends_with_the_painting() {
        let (mut log, seen) = painted(16);
        let bytes_before = log.bytes();
        log.set_limit_bytes(bytes_before / 3);
        assert!(log.bytes() <= bytes_before / 3 && log.len() >= 2, "{} of {bytes_before}", log.bytes());
        assert!(log.frames(settings(1.0)).last().unwrap().0 == seen);
    }

    #[test]
    fn pictures_stand_beside_the_painting() {
        let (mut log, seen) = painted(2);
        let picture = RgbaImage::new(30, 30, [9, 8, 7, 255].repeat(900)).unwrap();
        log.log_picture(&picture, 5.0);
        let film = log.frames(FilmSettings { is_picture_beside: true, ..settings(1.0) });
        assert_eq!(film.frame_size(), (800, 200));
        let (last, _) = film.last().unwrap();
        assert_eq!(last.pixel(600, 100), Some([9, 8, 7, 255]));
        assert_eq!(last.pixel(410, 100), Some([255; 4]));
        assert_eq!(last.pixel(200, 100), seen.pixel(200, 100));
    }
}
