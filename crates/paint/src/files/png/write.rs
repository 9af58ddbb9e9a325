//! Writing: 8 bits, with alpha only where something is see-through.

use super::chunks::{PROJECT, SIGNATURE, put_chunk, put_pieces};
use super::rows::paeth;
use super::text::{PngText, put_text};
use crate::RgbaImage;
use crate::files::Effort;
use crate::files::deflate::Deflating;
use crate::files::looking::Looking;
use crate::files::project::ProjectWriting;

/// Bytes of one chunk of pixels.
const DATA_BYTES: usize = 1 << 18;
/// How much of the work the pixels are where a project comes behind them.
const PIXELS_SHARE: f32 = 0.6;

/// Writes a picture with texts: RGB where it is opaque, else RGBA, 8 bits a channel. A text whose keyword is empty or
/// longer than 79 characters of Latin-1 is left away.
#[must_use]
pub fn write_png(image: &RgbaImage, texts: &[PngText], effort: Effort) -> Vec<u8> {
    let mut writing = PngWriting::of_image(image.clone(), texts, effort);
    writing.next_piece(usize::MAX, &mut || false).unwrap_or_default()
}

/// A PNG that is being written piece by piece.
///
/// Its pixels have to be there before the first byte, since the header says whether any is see-through; a project behind
/// them never is in memory as a whole.
pub struct PngWriting {
    looking: Looking,
    effort: Effort,
    texts: Vec<PngText>,
    rows: Option<Rows>,
    project: Option<ProjectWriting>,
    is_over: bool,
}

impl std::fmt::Debug for PngWriting {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "PngWriting({:?})", self.looking.size())
    }
}

impl PngWriting {
    /// Begins to write a picture as [`write_png`] does.
    #[must_use]
    pub fn of_image(image: RgbaImage, texts: &[PngText], effort: Effort) -> Self {
        Self::new(Looking::at_image(image), texts.to_vec(), effort)
    }

    pub(crate) fn new(looking: Looking, texts: Vec<PngText>, effort: Effort) -> Self {
        Self { looking, effort, texts, rows: None, project: None, is_over: false }
    }

    /// The same with a project in it.
    pub(crate) fn with_project(self, project: ProjectWriting) -> Self {
        Self { project: Some(project), ..self }
    }

    /// The next bytes: about so many, or fewer (none, too) where `is_late` says that it is time for something else; it is
    /// asked after every tile and every row. `None` after the last.
    #[inline(never)]
    pub fn next_piece(&mut self, n_bytes: usize, is_late: &mut dyn FnMut() -> bool) -> Option<Vec<u8>> {
        if self.is_over {
            return None;
        }
        let mut bytes = Vec::new();
        while bytes.len() < n_bytes && !self.is_over {
            self.put_some(&mut bytes, n_bytes, is_late);
            if is_late() {
                break;
            }
        }
        Some(bytes)
    }

    /// How much of the work is done, 0 to 1.
    #[must_use]
    pub fn share(&self) -> f32 {
        let pixels = (self.looking.share() + self.rows.as_ref().map_or(0.0, Rows::share)) / 2.0;
        match &self.project {
            _ if self.is_over => 1.0,
            Some(project) => pixels * PIXELS_SHARE + project.share() * (1.0 - PIXELS_SHARE),
            None => pixels,
        }
    }

    /// The picture, once it was written.
    pub(crate) fn into_image(self) -> RgbaImage {
        self.looking.into_image()
    }

    fn put_some(&mut self, bytes: &mut Vec<u8>, n_bytes: usize, is_late: &mut dyn FnMut() -> bool) {
        match &mut self.rows {
            None => {
                if self.looking.look(is_late) {
                    self.begin_rows(bytes);
                }
            }
            Some(rows) if !rows.is_over => rows.put_some(self.looking.pixels(), bytes, n_bytes, is_late),
            Some(_) => match self.project.as_mut().and_then(|project| project.next_piece(n_bytes, is_late)) {
                Some(piece) => put_pieces(bytes, PROJECT, &piece),
                None => {
                    put_chunk(bytes, *b"IEND", &[]);
                    self.is_over = true;
                }
            },
        }
    }

    fn begin_rows(&mut self, bytes: &mut Vec<u8>) {
        let is_opaque = self.looking.pixels().as_chunks::<4>().0.iter().all(|pixel| pixel[3] == 255);
        let (width, height) = self.looking.size();
        let mut header = Vec::with_capacity(13);
        header.extend_from_slice(&width.to_be_bytes());
        header.extend_from_slice(&height.to_be_bytes());
        header.extend_from_slice(&[8, if is_opaque { 2 } else { 6 }, 0, 0, 0]);
        bytes.extend_from_slice(&SIGNATURE);
        put_chunk(bytes, *b"IHDR", &header);
        // Perceptual intent: the colours are sRGB, and no program has to guess.
        put_chunk(bytes, *b"sRGB", &[0]);
        // Before the pixels, where the programs that read parameters look for them.
        self.texts.iter().for_each(|text| put_text(bytes, text));
        self.rows = Some(Rows::new((width as usize, height as usize), if is_opaque { 3 } else { 4 }, self.effort));
    }
}

/// The rows on their way, each with its filter: of no filter, left, up and Paeth, whichever leaves the smallest numbers
/// (section 12.7). Paeth takes more time than the other three together, and is left away where time counts.
struct Rows {
    width: usize,
    height: usize,
    pixel_bytes: usize,
    effort: Effort,
    y: usize,
    row: Vec<u8>,
    former: Vec<u8>,
    /// The row as the filters make it: up, left, Paeth.
    filtered: [Vec<u8>; 3],
    deflating: Deflating,
    /// What was deflated, and is no chunk yet.
    packed: Vec<u8>,
    is_over: bool,
}

impl Rows {
    fn new((width, height): (usize, usize), pixel_bytes: usize, effort: Effort) -> Self {
        let blank = vec![0; width * pixel_bytes];
        let filtered = std::array::from_fn(|_| blank.clone());
        let (row, former, deflating) = (blank.clone(), blank, Deflating::new(effort));
        let (packed, y) = (Vec::new(), 0);
        Self { width, height, pixel_bytes, effort, y, row, former, filtered, deflating, packed, is_over: false }
    }

    fn share(&self) -> f32 {
        self.y as f32 / self.height.max(1) as f32
    }

    /// Writes as many rows as there is time for, in chunks.
    #[inline(never)]
    fn put_some(&mut self, pixels: &[u8], bytes: &mut Vec<u8>, n_bytes: usize, is_late: &mut dyn FnMut() -> bool) {
        while self.y < self.height && bytes.len() < n_bytes {
            self.put_row(&pixels[self.y * self.width * 4..(self.y + 1) * self.width * 4]);
            self.y += 1;
            while self.packed.len() >= DATA_BYTES {
                put_chunk(bytes, *b"IDAT", &self.packed[..DATA_BYTES]);
                self.packed.drain(..DATA_BYTES);
            }
            if is_late() {
                return;
            }
        }
        if self.y >= self.height {
            self.deflating.finish(&mut self.packed);
            self.packed.chunks(DATA_BYTES).for_each(|data| put_chunk(bytes, *b"IDAT", data));
            self.packed = Vec::new();
            self.is_over = true;
        }
    }

    fn put_row(&mut self, pixels: &[u8]) {
        let (n, row, former) = (self.pixel_bytes, &mut self.row, &self.former);
        for (new, pixel) in row.chunks_exact_mut(n).zip(pixels.as_chunks::<4>().0) {
            new.copy_from_slice(&pixel[..n]);
        }
        let [by_up, by_left, by_paeth] = &mut self.filtered;
        by_up.iter_mut().zip(row.iter()).zip(former).for_each(|((new, value), up)| *new = value.wrapping_sub(*up));
        let lefts = || std::iter::repeat_n(&0, n).chain(row.iter());
        by_left
            .iter_mut()
            .zip(row.iter())
            .zip(lefts())
            .for_each(|((new, value), left)| *new = value.wrapping_sub(*left));
        if self.effort == Effort::Small {
            let corners = std::iter::repeat_n(&0, n).chain(former);
            let around = lefts().zip(former).zip(corners);
            for ((new, value), ((left, up), corner)) in by_paeth.iter_mut().zip(row.iter()).zip(around) {
                *new = value.wrapping_sub(paeth(*left, *up, *corner));
            }
        }
        let candidates: [(u8, &[u8]); 4] = [(0, row), (2, by_up), (1, by_left), (4, by_paeth)];
        let n_tried = if self.effort == Effort::Small { 4 } else { 3 };
        let weight = |row: &[u8]| row.iter().map(|value| u32::from((*value as i8).unsigned_abs())).sum::<u32>();
        if let Some((filter, best)) = candidates[..n_tried].iter().min_by_key(|(_, row)| weight(row)) {
            self.deflating.add(&[*filter], &mut self.packed);
            self.deflating.add(best, &mut self.packed);
        }
        std::mem::swap(&mut self.row, &mut self.former);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::read_png;

    #[test]
    fn pieces_however_small_make_the_same_file() {
        for alpha in [255, 90] {
            let pixels: Vec<u8> =
                (0..300 * 200u32).flat_map(|at| [(at >> 3) as u8, at as u8, (at * at) as u8, alpha]).collect();
            let image = RgbaImage::new(300, 200, pixels).unwrap();
            let texts = [PngText::new("parameters", "a lake")];
            let whole = write_png(&image, &texts, Effort::Fast);
            assert_eq!(read_png(&whole).unwrap().image, image);
            for n_bytes in [1, 5000, usize::MAX] {
                let mut writing = PngWriting::of_image(image.clone(), &texts, Effort::Fast);
                let (mut pieces, mut n_pieces, mut share) = (Vec::new(), 0, 0.0);
                while let Some(piece) = writing.next_piece(n_bytes, &mut || true) {
                    pieces.extend(piece);
                    n_pieces += 1;
                    assert!(writing.share() >= share && writing.share() <= 1.0);
                    share = writing.share();
                }
                assert!(pieces == whole && n_pieces > 200 && share == 1.0);
            }
        }
    }
}
