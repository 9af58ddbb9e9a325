//! Which pixels of the canvas wait for the next frame: square by square, since what is painted between two frames that lie far
//! apart is seldom a rectangle.

use std::collections::BTreeMap;

use underpaint_paint::PixelRect;

/// Edge of a square in pixels; a document composites as many at a time.
const EDGE: u32 = 64;

/// Most pixels that are brought to the canvas in one go, so that the room for them stays small: sixteen rows of squares of a
/// narrow canvas, or one of the widest.
const MOST_PIXELS: u64 = 1 << 18;

/// What is dirty of each square, by row and column.
#[derive(Default)]
pub struct Dirty(BTreeMap<(u32, u32), PixelRect>);

impl Dirty {
    /// These pixels have changed.
    pub fn add(&mut self, rect: PixelRect) {
        for row in rect.top / EDGE..rect.bottom.div_ceil(EDGE) {
            for column in rect.left / EDGE..rect.right.div_ceil(EDGE) {
                let (left, top) = (column * EDGE, row * EDGE);
                let part = rect.intersection(PixelRect::new(left, top, left + EDGE, top + EDGE));
                let square = self.0.entry((row, column)).or_insert(PixelRect::EMPTY);
                *square = square.union(part);
            }
        }
    }

    /// All of it as few rectangles, and nothing is dirty any more.
    pub fn take(&mut self) -> Vec<PixelRect> {
        let mut rects: Vec<PixelRect> = Vec::new();
        // The squares come row by row: first neighbours side by side are joined, then what came of them, one below the other.
        let mut row: Option<PixelRect> = None;
        for square in std::mem::take(&mut self.0).into_values() {
            match &mut row {
                Some(row) if (row.top, row.bottom, row.right) == (square.top, square.bottom, square.left) => {
                    *row = row.union(square);
                }
                _ => join_below(&mut rects, row.replace(square)),
            }
        }
        join_below(&mut rects, row);
        rects
    }
}

fn join_below(rects: &mut Vec<PixelRect>, rect: Option<PixelRect>) {
    let Some(rect) = rect.filter(|rect| !rect.is_empty()) else { return };
    let above = rects.iter_mut().rev().find(|above| {
        (above.left, above.right, above.bottom) == (rect.left, rect.right, rect.top)
            && area(above.union(rect)) <= MOST_PIXELS
    });
    match above {
        Some(above) => *above = above.union(rect),
        None => rects.push(rect),
    }
}

/// Pixels of a rectangle.
pub fn area(rect: PixelRect) -> u64 {
    u64::from(rect.width()) * u64::from(rect.height())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(rects: &[PixelRect]) -> Vec<PixelRect> {
        let mut dirty = Dirty::default();
        rects.iter().for_each(|rect| dirty.add(*rect));
        dirty.take()
    }

    #[test]
    fn a_rectangle_stays_one_and_a_canvas_is_cut_into_bands() {
        let rect = PixelRect::new(50, 3, 211, 200);
        assert_eq!(taken(&[rect]), [rect]);
        assert_eq!(taken(&[rect, PixelRect::new(60, 10, 90, 60)]), [rect]);
        let bands = taken(&[PixelRect::new(0, 0, 2048, 2048)]);
        assert_eq!(bands.iter().map(|band| area(*band)).sum::<u64>(), 2048 * 2048);
        assert!(bands.iter().all(|band| area(*band) <= MOST_PIXELS) && bands.len() == 16);
        assert!(taken(&[]).is_empty() && taken(&[PixelRect::EMPTY]).is_empty());
    }

    #[test]
    fn a_long_stroke_is_far_less_than_the_rectangle_around_it() {
        let dabs: Vec<_> = (0..100).map(|at| PixelRect::new(at * 10, at * 10, at * 10 + 100, at * 10 + 100)).collect();
        let rects = taken(&dabs);
        let n_pixels: u64 = rects.iter().map(|rect| area(*rect)).sum();
        assert!(n_pixels < 1090 * 1090 / 4, "{n_pixels}");
        let covers = |x, y| rects.iter().filter(|rect| rect.contains(x, y)).count();
        for dab in &dabs {
            assert_eq!((covers(dab.left, dab.top), covers(dab.right - 1, dab.bottom - 1)), (1, 1));
        }
    }
}
