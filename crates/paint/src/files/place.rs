//! Pixels of a file's layers, which may lie anywhere, on the canvas.

use super::PIXELS_LIMIT_BYTES;
use crate::{PaintError, Raster};

/// A pixel of 16-bit numbers with straight alpha as it is stored: premultiplied.
#[inline]
pub(crate) fn stored_from_straight_16([red, green, blue, alpha]: [u16; 4]) -> [u16; 4] {
    let premultiplied = |value: u16| ((u32::from(value) * u32::from(alpha) + 32767) / 65535) as u16;
    match alpha {
        65535 => [red, green, blue, alpha],
        _ => [premultiplied(red), premultiplied(green), premultiplied(blue), alpha],
    }
}

/// Writes a row of stored pixels whose first lies at column `x`, row `y`, where what lies outside is left away.
pub(crate) fn place_row(raster: &mut Raster, x: i64, y: i64, stored: &[u16]) {
    let Ok(y) = u32::try_from(y) else { return };
    let n_cut = (-x).max(0).min((stored.len() / 4) as i64) as usize;
    let Ok(left) = u32::try_from(x + n_cut as i64) else { return };
    if left < raster.width() && y < raster.height() {
        raster.write_row(left, y, &stored[n_cut * 4..]);
    }
}

/// Counts what the layers of a file take together, so that a small file cannot unfold to more than there is room for.
pub(crate) struct Budget {
    format: &'static str,
    left_bytes: usize,
    left_pixels: u64,
}

/// What layers take before further ones are packed as they are read.
const UNPACKED_BYTES: usize = 64 << 20;
/// Pixels that are unpacked at most, whatever of them is kept: what is all one colour takes no memory, but time.
const WORK_LIMIT_PIXELS: u64 = 1 << 30;

impl Budget {
    pub(crate) fn new(format: &'static str) -> Self {
        Self { format, left_bytes: PIXELS_LIMIT_BYTES, left_pixels: WORK_LIMIT_PIXELS }
    }

    /// Counts pixels that are about to be unpacked.
    pub(crate) fn take_work(&mut self, width: u32, height: u32) -> Result<(), PaintError> {
        let left = self.left_pixels.checked_sub(u64::from(width) * u64::from(height));
        self.left_pixels = left.ok_or_else(|| self.too_much())?;
        Ok(())
    }

    fn too_much(&self) -> PaintError {
        let problem = "its layers need more memory than there is; merge some of them in the program that made it";
        PaintError::File { format: self.format, problem }
    }

    /// Makes a layer that was read small, and counts it.
    pub(crate) fn take(&mut self, raster: &mut Raster) -> Result<(), PaintError> {
        raster.tidy();
        self.take_bytes(raster.pixel_bytes())?;
        // A few layers are quickly at hand as they are; many are not to fill the memory while the others are read.
        if PIXELS_LIMIT_BYTES - self.left_bytes > UNPACKED_BYTES {
            raster.fold();
        }
        Ok(())
    }

    /// Counts bytes.
    pub(crate) fn take_bytes(&mut self, n_bytes: usize) -> Result<(), PaintError> {
        let left = self.left_bytes.checked_sub(n_bytes);
        self.left_bytes = left.ok_or_else(|| self.too_much())?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_reach_over_the_canvas_are_cut() {
        let mut raster = Raster::new(70, 3);
        let row: Vec<u16> = (0..100u16).flat_map(|at| [at, at, at, 65535]).collect();
        place_row(&mut raster, -20, 1, &row);
        assert_eq!((raster.pixel(0, 1)[0], raster.pixel(69, 1)[0]), (20, 89));
        for (x, y) in [(-100, 1), (70, 1), (0, -1), (0, 3), (i64::from(i32::MIN), 2), (i64::from(i32::MAX), 2)] {
            place_row(&mut raster, x, y, &row);
        }
        assert_eq!((raster.pixel(5, 0), raster.pixel(5, 2)), ([0; 4], [0; 4]));
    }

    #[test]
    fn more_than_the_budget_is_an_error() {
        let mut budget = Budget::new("OpenRaster");
        budget.take_bytes(PIXELS_LIMIT_BYTES).unwrap();
        assert!(budget.take_bytes(1).unwrap_err().to_string().contains("memory"));
    }
}
