//! How much of each pixel something concerns: a selection, a painted strength.

use crate::PixelRect;

/// Coverage of every pixel of a canvas, 0 (not at all) to 255 (fully), rows from the top without gaps.
#[derive(Clone, PartialEq, Eq)]
pub struct Mask {
    width: u32,
    height: u32,
    values: Vec<u8>,
}

impl std::fmt::Debug for Mask {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Mask({} × {})", self.width, self.height)
    }
}

impl Mask {
    /// A mask with one value everywhere. `width` and `height` are those of a document, in pixels.
    #[must_use]
    pub fn filled(width: u32, height: u32, value: u8) -> Self {
        Self { width, height, values: vec![value; width as usize * height as usize] }
    }

    /// Wraps coverage; `None` when there are not `width * height` values.
    #[must_use]
    pub fn new(width: u32, height: u32, values: Vec<u8>) -> Option<Self> {
        (values.len() == width as usize * height as usize).then_some(Self { width, height, values })
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

    /// All values, `width * height` of them.
    #[must_use]
    pub fn values(&self) -> &[u8] {
        &self.values
    }

    /// The values, to be written.
    pub fn values_mut(&mut self) -> &mut [u8] {
        &mut self.values
    }

    /// The value at column `x`, row `y`; 0 outside.
    #[must_use]
    pub fn at(&self, x: u32, y: u32) -> u8 {
        if x < self.width && y < self.height { self.row(y, x, x + 1)[0] } else { 0 }
    }

    /// The values of row `y` from column `left` up to `right`, which must lie inside.
    #[must_use]
    pub fn row(&self, y: u32, left: u32, right: u32) -> &[u8] {
        let start = y as usize * self.width as usize;
        &self.values[start + left as usize..start + right as usize]
    }

    /// The same, to be written.
    pub fn row_mut(&mut self, y: u32, left: u32, right: u32) -> &mut [u8] {
        let start = y as usize * self.width as usize;
        &mut self.values[start + left as usize..start + right as usize]
    }

    /// The smallest rectangle around everything above 0.
    #[must_use]
    pub fn bounds(&self) -> PixelRect {
        let mut bounds = PixelRect::EMPTY;
        for y in 0..self.height {
            let row = self.row(y, 0, self.width);
            let Some(left) = row.iter().position(|value| *value > 0) else { continue };
            let right = row.iter().rposition(|value| *value > 0).map_or(left, |it| it + 1);
            bounds = bounds.union(PixelRect::new(left as u32, y, right as u32, y + 1));
        }
        bounds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bounds_of_a_mask_hold_all_that_is_covered() {
        let mut mask = Mask::filled(9, 7, 0);
        assert_eq!(mask.bounds(), PixelRect::EMPTY);
        mask.row_mut(2, 3, 4)[0] = 1;
        mask.row_mut(5, 0, 1)[0] = 255;
        assert_eq!(mask.bounds(), PixelRect::new(0, 2, 4, 6));
        assert_eq!((mask.at(3, 2), mask.at(3, 3), mask.at(9, 2)), (1, 0, 0));
    }
}
