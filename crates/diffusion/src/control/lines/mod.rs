//! Lines of a picture, as control networks want them: white on black.
//!
//! Pure computation on pixels, the same on every machine. Transparent pixels count as paper. Sizes of anything but
//! Canny's kernels go with the picture's shorter side, so that a drawing gives the same lines at every resolution.

mod canny;
mod difference;
mod hysteresis;

use crate::image::RgbaImage;

/// Which lines are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LineKind {
    /// Bold white lines where the painter drew dark or strongly contrasting ones: for networks trained on scribbles and
    /// sketches. An extended difference of Gaussians (Winnemöller et al., 2012), thresholded with hysteresis.
    Scribble,
    /// Fine lines as strong as their contrast: for networks trained on line art. The same differences, softly
    /// thresholded.
    LineArt,
    /// The edge detector of Canny (1986) as OpenCV computes it on a colour picture, with these thresholds of the
    /// gradient: weak edges count where they touch strong ones. [`LineKind::canny`] has the usual ones.
    Canny {
        /// Below this there is no edge.
        low: u32,
        /// Above this there is one.
        high: u32,
    },
}

impl LineKind {
    /// Canny's edges with the thresholds that the networks' authors used: 100 and 200.
    pub const fn canny() -> Self {
        Self::Canny { low: 100, high: 200 }
    }

    /// All kinds with their names, Canny's edges with the usual thresholds.
    pub const fn all() -> [(&'static str, Self); 3] {
        [("scribble", Self::Scribble), ("lineart", Self::LineArt), ("canny", Self::canny())]
    }

    /// The kind of this name: `scribble`, `lineart` or `canny`.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::all().into_iter().find(|(name, _)| *name == id).map(|(_, kind)| kind)
    }
}

/// The lines of a picture, white on black, opaque, in the picture's size.
pub fn extract(picture: &RgbaImage, kind: LineKind) -> RgbaImage {
    let flat = picture.on_white_paper();
    let image = Pixels::of(&flat);
    let lines = match kind {
        LineKind::Scribble => difference::scribble(&image),
        LineKind::LineArt => difference::line_art(&image),
        LineKind::Canny { low, high } => canny::edges(&image, low, high),
    };
    let mut pixels = flat.clone().into_pixels();
    for (pixel, line) in pixels.chunks_exact_mut(4).zip(lines) {
        pixel.copy_from_slice(&[line, line, line, 255]);
    }
    // As many bytes as the picture had, so that this cannot fail.
    RgbaImage::new(picture.width(), picture.height(), pixels).unwrap_or(flat)
}

/// An opaque picture as the extractors read it.
struct Pixels<'a> {
    width: usize,
    height: usize,
    /// Four bytes for each pixel.
    bytes: &'a [u8],
}

impl<'a> Pixels<'a> {
    fn of(picture: &'a RgbaImage) -> Self {
        Self { width: picture.width() as usize, height: picture.height() as usize, bytes: picture.pixels() }
    }

    /// One of the colours of all pixels: 0 red, 1 green, 2 blue.
    fn channel(&self, channel: usize) -> impl Iterator<Item = u8> + '_ {
        self.bytes.iter().skip(channel).step_by(4).copied()
    }
}
