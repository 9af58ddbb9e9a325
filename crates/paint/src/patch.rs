//! Pixels taken out of a layer: copied, cut, pasted and moved.

use crate::image::check_size;
use crate::lay::{Laying, lay};
use crate::stored::{ONE, stored_from_float, stored_from_straight, straight_from_stored};
use crate::{Mask, PaintError, PixelRect, Raster, RgbaImage};

/// A rectangle of pixels that lies somewhere on, or beside, the canvas. Pixels are as those of a [`Raster`], so that
/// what is cut and pasted loses nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Patch {
    left: i32,
    top: i32,
    width: u32,
    height: u32,
    /// Rows from the top without gaps; premultiplied.
    pixels: Vec<[u16; 4]>,
}

impl std::fmt::Debug for Patch {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Patch({} × {} at {}, {})", self.width, self.height, self.left, self.top)
    }
}

impl Patch {
    pub(crate) fn from_parts(left: i32, top: i32, width: u32, height: u32, pixels: Vec<[u16; 4]>) -> Self {
        debug_assert_eq!(pixels.len(), width as usize * height as usize);
        Self { left, top, width, height, pixels }
    }

    /// A picture as pixels whose upper left corner lies at a canvas pixel.
    #[must_use]
    pub fn from_image(image: &RgbaImage, left: i32, top: i32) -> Self {
        let pixels = image.pixels().as_chunks::<4>().0.iter().map(|pixel| stored_from_straight(pixel)).collect();
        Self::from_parts(left, top, image.width(), image.height(), pixels)
    }

    /// The pixels as a picture, for the clipboard of other programs.
    ///
    /// # Errors
    /// [`PaintError::Size`] when it is larger than a picture may be.
    pub fn to_image(&self) -> Result<RgbaImage, PaintError> {
        check_size(self.width, self.height)?;
        let pixels = self.pixels.iter().flat_map(|pixel| straight_from_stored(pixel)).collect();
        RgbaImage::new(self.width, self.height, pixels)
    }

    /// Canvas column of its first column; may lie outside of the canvas.
    #[must_use]
    pub fn left(&self) -> i32 {
        self.left
    }

    /// Canvas row of its first row; may lie outside of the canvas.
    #[must_use]
    pub fn top(&self) -> i32 {
        self.top
    }

    /// Width in pixels.
    #[must_use]
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// Bytes that its pixels take.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.pixels.len() * size_of::<[u16; 4]>()
    }

    /// The same pixels elsewhere. Places beyond what a canvas can reach are clamped.
    #[must_use]
    pub fn moved_by(mut self, dx: i32, dy: i32) -> Self {
        let moved = |at: i32, by: i32| at.saturating_add(by).clamp(-100_000, 100_000);
        (self.left, self.top) = (moved(self.left, dx), moved(self.top, dy));
        self
    }

    /// One row of pixels.
    pub(crate) fn row(&self, y: usize) -> &[[u16; 4]] {
        let start = y * self.width as usize;
        &self.pixels[start..start + self.width as usize]
    }

    /// The canvas pixels under the patch.
    #[must_use]
    pub fn rect_on(&self, bounds: PixelRect) -> PixelRect {
        let cut = |at: i32, len: u32| {
            let (low, high) = (i64::from(at), i64::from(at) + i64::from(len));
            (low.clamp(0, i64::from(u32::MAX)) as u32, high.clamp(0, i64::from(u32::MAX)) as u32)
        };
        let ((left, right), (top, bottom)) = (cut(self.left, self.width), cut(self.top, self.height));
        PixelRect::new(left, top, right, bottom).intersection(bounds)
    }
}

/// The smallest rectangle that holds the selected paint (all of it without a selection); empty where there is none.
#[must_use]
pub fn selected_paint(raster: &Raster, selection: Option<&Mask>) -> PixelRect {
    let bounds = selection.map_or(raster.bounds(), |mask| mask.bounds().intersection(raster.bounds()));
    painted_rect(raster, bounds, selection)
}

/// Copies the selected pixels (all without a selection). `None` where there is no paint.
#[must_use]
pub fn copy_pixels(raster: &Raster, selection: Option<&Mask>) -> Option<Patch> {
    let rect = selected_paint(raster, selection);
    if rect.is_empty() {
        return None;
    }
    let width = rect.width() as usize;
    let mut pixels = vec![[0; 4]; width * rect.height() as usize];
    for (y, row) in (rect.top..rect.bottom).zip(pixels.chunks_exact_mut(width)) {
        raster.read_stored(y, rect.left, row);
        if let Some(selection) = selection {
            for (pixel, share) in row.iter_mut().zip(selection.row(y, rect.left, rect.right)) {
                *pixel = pixel.map(|value| shared(value, *share));
            }
        }
    }
    Some(Patch::from_parts(rect.left as i32, rect.top as i32, rect.width(), rect.height(), pixels))
}

/// Takes the selected pixels (all without a selection) out. Returns them, and what changed.
pub fn cut_pixels(raster: &mut Raster, selection: Option<&Mask>) -> (Option<Patch>, PixelRect) {
    let Some(patch) = copy_pixels(raster, selection) else { return (None, PixelRect::EMPTY) };
    let rect = patch.rect_on(raster.bounds());
    let mut row = vec![[0; 4]; rect.width() as usize];
    for (y, taken) in (rect.top..rect.bottom).zip(patch.pixels.chunks_exact(rect.width() as usize)) {
        raster.read_stored(y, rect.left, &mut row);
        for (pixel, taken) in row.iter_mut().zip(taken) {
            for channel in 0..4 {
                // Exactly what was copied is missing afterwards.
                pixel[channel] -= taken[channel];
            }
        }
        raster.write_stored(y, rect.left, &row);
    }
    drop_blank(raster, rect);
    (Some(patch), rect)
}

/// Lays pixels over the layer where they are selected (everywhere without a selection), with an opacity of 0 to 1.
/// Returns what changed.
pub fn paste_pixels(
    raster: &mut Raster,
    patch: &Patch,
    opacity: f32,
    is_alpha_locked: bool,
    selection: Option<&Mask>,
) -> PixelRect {
    let rect = patch.rect_on(raster.bounds());
    let opacity = if opacity.is_nan() { 1.0 } else { opacity.clamp(0.0, 1.0) };
    let laying = Laying { rect, selection, is_alpha_locked, erases: false };
    lay(raster, laying, &mut |stretch| {
        let row = patch.row((i64::from(stretch.y) - i64::from(patch.top)) as usize);
        let first = (i64::from(stretch.left) - i64::from(patch.left)) as usize;
        for (idx, (source, cover)) in stretch.sources.iter_mut().zip(stretch.covers.iter_mut()).enumerate() {
            *source = row[first + idx].map(f32::from);
            *cover = if source[3] > 0.0 { opacity } else { 0.0 };
        }
    })
}

/// The share of a value that a selection takes.
fn shared(value: u16, share: u8) -> u16 {
    ((u32::from(value) * u32::from(share) + 127) / 255) as u16
}

/// The smallest rectangle around the selected paint.
fn painted_rect(raster: &Raster, rect: PixelRect, selection: Option<&Mask>) -> PixelRect {
    let mut painted = PixelRect::EMPTY;
    for part in raster.grid.parts(rect) {
        let Some(tile) = raster.pixels(part.tile_idx) else { continue };
        let (left, right) = part.columns;
        for y in part.rows.0..part.rows.1 {
            let canvas_y = part.origin_y + y as u32;
            let canvas_left = part.origin_x + left as u32;
            let shares = selection.map(|mask| mask.row(canvas_y, canvas_left, canvas_left + (right - left) as u32));
            let is_painted =
                |idx: usize, pixel: &[u16; 4]| shares.map_or(pixel[3] > 0, |shares| shared(pixel[3], shares[idx]) > 0);
            let row = tile.row(y, left, right).as_chunks::<4>().0;
            let Some(first) = row.iter().enumerate().position(|(idx, pixel)| is_painted(idx, pixel)) else { continue };
            let last = (first..row.len()).rev().find(|idx| is_painted(*idx, &row[*idx])).unwrap_or(first);
            let canvas = |idx: usize| canvas_left + idx as u32;
            painted = painted.union(PixelRect::new(canvas(first), canvas_y, canvas(last) + 1, canvas_y + 1));
        }
    }
    painted
}

/// Lets go of tiles on which nothing is left.
pub(crate) fn drop_blank(raster: &mut Raster, rect: PixelRect) {
    let tiles: Vec<usize> = raster.grid.parts(rect).map(|part| part.tile_idx).collect();
    for tile_idx in tiles {
        raster.drop_if_blank(tile_idx);
    }
}

/// A premultiplied pixel of floats as it is stored: alpha in its range, colours at most alpha.
pub(crate) fn stored_from_sum(sum: [f32; 4]) -> [u16; 4] {
    let alpha = sum[3].clamp(0.0, ONE);
    let mut pixel = sum.map(|value| value.clamp(0.0, alpha));
    pixel[3] = alpha;
    pixel.map(stored_from_float)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{CanvasPoint, Ink, Rgb8, fill_selected};

    fn painted() -> Raster {
        let mut raster = Raster::new(150, 100);
        for (idx, y) in (20..70).enumerate() {
            let row: Vec<[u16; 4]> =
                (0..80).map(|x| stored_from_straight(&[x as u8 * 3, idx as u8 * 5, 77, 60 + x as u8])).collect();
            raster.write_stored(y, 30, &row);
        }
        raster
    }

    fn pixels(raster: &Raster) -> Vec<[u16; 4]> {
        let bounds = raster.bounds();
        let mut pixels = vec![[0; 4]; (bounds.width() * bounds.height()) as usize];
        for (y, row) in pixels.chunks_exact_mut(bounds.width() as usize).enumerate() {
            raster.read_stored(y as u32, 0, row);
        }
        pixels
    }

    #[test]
    fn what_was_cut_and_pasted_back_is_the_same_to_the_bit() {
        let before = painted();
        let mut raster = before.clone();
        let selection = Mask::rectangle(150, 100, CanvasPoint::new(40.0, 30.0), CanvasPoint::new(90.0, 90.0), true);
        let (patch, dirty) = cut_pixels(&mut raster, Some(&selection));
        let patch = patch.unwrap();
        assert_eq!(dirty, PixelRect::new(40, 30, 90, 70));
        assert_eq!((patch.left(), patch.top(), patch.width(), patch.height()), (40, 30, 50, 40));
        assert_eq!(raster.pixel(50, 40), [0; 4]);
        paste_pixels(&mut raster, &patch, 1.0, false, None);
        assert!(pixels(&raster) == pixels(&before));
        let (all, _) = cut_pixels(&mut raster, None);
        assert!(raster.is_blank());
        paste_pixels(&mut raster, &all.unwrap(), 1.0, false, None);
        assert!(pixels(&raster) == pixels(&before));
    }

    #[test]
    fn a_soft_selection_takes_its_share_and_leaves_the_rest() {
        let mut raster = painted();
        let before = raster.pixel(60, 40);
        let mut selection = Mask::filled(150, 100, 0);
        selection.row_mut(40, 60, 61)[0] = 100;
        let (patch, dirty) = cut_pixels(&mut raster, Some(&selection));
        assert_eq!(dirty, PixelRect::new(60, 40, 61, 41));
        let (taken, left) = (patch.unwrap().row(0)[0], raster.pixel(60, 40));
        for channel in 0..4 {
            assert_eq!(taken[channel] + left[channel], before[channel]);
        }
        assert!(f64::from(taken[3]) / f64::from(before[3]) - 100.0 / 255.0 < 1e-3);
    }

    #[test]
    fn what_lies_beside_the_canvas_is_cut_off() {
        let mut raster = Raster::new(20, 20);
        let image = RgbaImage::new(10, 10, [9, 8, 7, 255].repeat(100)).unwrap();
        let patch = Patch::from_image(&image, -4, 15);
        assert_eq!(paste_pixels(&mut raster, &patch, 1.0, false, None), PixelRect::new(0, 15, 6, 20));
        assert_eq!((raster.pixel(5, 19)[3], raster.pixel(6, 19)[3]), (65535, 0));
        assert_eq!(patch.to_image().unwrap(), image);
        let far = patch.moved_by(i32::MAX, i32::MIN);
        assert!(paste_pixels(&mut raster, &far, 1.0, false, None).is_empty());
        assert!(copy_pixels(&Raster::new(9, 9), None).is_none());
    }

    #[test]
    fn a_pasted_picture_covers_by_its_opacity() {
        let mut raster = Raster::new(10, 10);
        fill_selected(&mut raster, Ink::opaque(Rgb8::new(0, 0, 0)), None);
        let image = RgbaImage::new(4, 4, [255, 255, 255, 255].repeat(16)).unwrap();
        paste_pixels(&mut raster, &Patch::from_image(&image, 2, 2), 0.5, false, None);
        assert_eq!(raster.pixel(3, 3), [32768, 32768, 32768, 65535]);
        let mut locked = Raster::new(10, 10);
        paste_pixels(&mut locked, &Patch::from_image(&image, 2, 2), 1.0, true, None);
        assert!(locked.is_blank());
    }
}
