//! Which pixels of the canvas wait for the next frame: square by square, since what is painted between two frames that lie far
//! apart is seldom a rectangle.

use std::collections::BTreeMap;

use underpaint_paint::PixelRect;

/// Edge of a square in pixels; a document composites as many at a time.
const EDGE: u32 = 64;

/// Most pixels that are brought to the canvas in one go where they need not be more, so that there can be a pause between
/// two of them: eight squares, which take ten layers some two milliseconds where they were not seen for a while.
const MOST_PIXELS: u64 = 1 << 15;

/// What is dirty of each square, by row and column.
type Squares = BTreeMap<(u32, u32), PixelRect>;

/// Which pixels of the canvas wait for the next frame.
#[derive(Default)]
pub struct Dirty {
    fresh: Squares,
    /// What a former frame had no time for.
    late: Squares,
}

impl Dirty {
    /// These pixels have changed.
    pub fn add(&mut self, rect: PixelRect) {
        add(&mut self.fresh, rect);
    }

    /// Leaves to a later frame what [`Dirty::take`] gave.
    pub fn put_off(&mut self, rects: &[PixelRect]) {
        rects.iter().for_each(|rect| add(&mut self.late, *rect));
    }

    /// All of it as few rectangles, first what changed last, and nothing is dirty any more.
    pub fn take(&mut self) -> Vec<PixelRect> {
        let mut rects = joined(std::mem::take(&mut self.fresh));
        rects.append(&mut joined(std::mem::take(&mut self.late)));
        rects
    }
}

fn add(squares: &mut Squares, rect: PixelRect) {
    for row in rect.top / EDGE..rect.bottom.div_ceil(EDGE) {
        for column in rect.left / EDGE..rect.right.div_ceil(EDGE) {
            let (left, top) = (column * EDGE, row * EDGE);
            let part = rect.intersection(PixelRect::new(left, top, left + EDGE, top + EDGE));
            let square = squares.entry((row, column)).or_insert(PixelRect::EMPTY);
            *square = square.union(part);
        }
    }
}

fn joined(squares: Squares) -> Vec<PixelRect> {
    let mut rects: Vec<PixelRect> = Vec::new();
    // The squares come row by row: first neighbours side by side are joined, then what came of them, one below the other.
    let mut row: Option<PixelRect> = None;
    for square in squares.into_values() {
        match &mut row {
            Some(row)
                if (row.top, row.bottom, row.right) == (square.top, square.bottom, square.left)
                    && area(row.union(square)) <= MOST_PIXELS =>
            {
                *row = row.union(square);
            }
            _ => join_below(&mut rects, row.replace(square)),
        }
    }
    join_below(&mut rects, row);
    rects
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
        let rect = PixelRect::new(50, 3, 211, 180);
        assert_eq!(taken(&[rect]), [rect]);
        assert_eq!(taken(&[rect, PixelRect::new(60, 10, 90, 60)]), [rect]);
        let bands = taken(&[PixelRect::new(0, 0, 2048, 2048)]);
        assert_eq!(bands.iter().map(|band| area(*band)).sum::<u64>(), 2048 * 2048);
        assert!(bands.iter().all(|band| area(*band) <= MOST_PIXELS) && bands.len() == 128);
        assert!(taken(&[]).is_empty() && taken(&[PixelRect::EMPTY]).is_empty());
    }

    #[test]
    fn what_was_put_off_comes_after_what_is_new_and_none_of_it_is_lost() {
        let mut dirty = Dirty::default();
        dirty.add(PixelRect::new(0, 0, 256, 64));
        let rects = dirty.take();
        dirty.put_off(&rects);
        dirty.add(PixelRect::new(64, 0, 128, 64));
        dirty.add(PixelRect::new(0, 64, 64, 128));
        let rects = dirty.take();
        assert_eq!(rects[..2], [PixelRect::new(64, 0, 128, 64), PixelRect::new(0, 64, 64, 128)]);
        assert_eq!(rects[2..], [PixelRect::new(0, 0, 256, 64)]);
        assert!(dirty.take().is_empty());
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
