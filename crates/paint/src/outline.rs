//! The outline of a mask as polygons along the edges of pixels: what is drawn as marching ants.

use crate::{Mask, PixelRect};

/// Ways out of a corner between pixels.
const EAST: u8 = 1;
const SOUTH: u8 = 2;
const WEST: u8 = 4;
const NORTH: u8 = 8;

impl Mask {
    /// The closed lines around everything that is selected by at least half, as corners in whole canvas pixels. Each line
    /// has the selection at its right hand; its last corner is not repeated. At most about `max_corners` corners are
    /// returned: a mask of noise would have millions, and nobody could see them.
    #[must_use]
    pub fn outlines(&self, max_corners: usize) -> Vec<Vec<(u32, u32)>> {
        let rect = self.bounds();
        let mut ways = Ways::new(self, rect);
        let mut outlines = Vec::new();
        let mut n_corners = 0;
        for start in 0..ways.list.len() {
            while ways.list[start] != 0 && n_corners < max_corners {
                let outline = ways.follow(start, rect);
                n_corners += outline.len();
                outlines.push(outline);
            }
        }
        outlines
    }
}

/// For each corner between pixels, the edges that leave it and were not followed yet.
struct Ways {
    list: Vec<u8>,
    stride: usize,
}

impl Ways {
    fn new(mask: &Mask, rect: PixelRect) -> Self {
        let (width, height) = (rect.width() as usize, rect.height() as usize);
        let stride = width + 1;
        let mut list = vec![0; stride * (height + 1)];
        if rect.is_empty() {
            return Self { list: Vec::new(), stride };
        }
        let blank = vec![0; width];
        let row = |y: usize| mask.row(rect.top + y as u32, rect.left, rect.right);
        for y in 0..height {
            let values = row(y);
            let above = if y > 0 { row(y - 1) } else { &blank };
            let below = if y + 1 < height { row(y + 1) } else { &blank };
            let is_in = |value: u8| value >= 128;
            for x in (0..width).filter(|x| is_in(values[*x])) {
                let corner = y * stride + x;
                if !is_in(above[x]) {
                    list[corner] |= EAST;
                }
                if x + 1 == width || !is_in(values[x + 1]) {
                    list[corner + 1] |= SOUTH;
                }
                if !is_in(below[x]) {
                    list[corner + stride + 1] |= WEST;
                }
                if x == 0 || !is_in(values[x - 1]) {
                    list[corner + stride] |= NORTH;
                }
            }
        }
        Self { list, stride }
    }

    /// Follows one line until it comes back, and takes its edges away.
    fn follow(&mut self, start: usize, rect: PixelRect) -> Vec<(u32, u32)> {
        let place =
            |corner: usize| (rect.left + (corner % self.stride) as u32, rect.top + (corner / self.stride) as u32);
        let mut corners = Vec::new();
        let mut corner = start;
        let mut heading = 0;
        loop {
            let ways = self.list[corner];
            // Where two pixels touch at a corner the line keeps to its own: it turns right.
            let right = turned_right(heading);
            let way = if heading != 0 && ways & right != 0 { right } else { 1 << ways.trailing_zeros().min(7) };
            if ways & way == 0 {
                break;
            }
            self.list[corner] &= !way;
            if way != heading {
                corners.push(place(corner));
                heading = way;
            }
            corner = match way {
                EAST => corner + 1,
                SOUTH => corner + self.stride,
                WEST => corner - 1,
                _ => corner - self.stride,
            };
            if corner == start && self.list[corner] & turned_right(heading) == 0 {
                break;
            }
        }
        // A line that was begun in the middle of a straight run has that place twice over.
        if corners.len() > 3 {
            let (first, second, last) = (corners[0], corners[1], corners[corners.len() - 1]);
            let is_straight = (last.0 == first.0 && first.0 == second.0) || (last.1 == first.1 && first.1 == second.1);
            if is_straight {
                corners.remove(0);
            }
        }
        corners
    }
}

fn turned_right(heading: u8) -> u8 {
    match heading {
        EAST => SOUTH,
        SOUTH => WEST,
        WEST => NORTH,
        NORTH => EAST,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mask(rows: &[&str]) -> Mask {
        let width = rows[0].len() as u32;
        let values = rows.iter().flat_map(|row| row.bytes()).map(|it| if it == b'#' { 255 } else { 0 }).collect();
        Mask::new(width, rows.len() as u32, values).unwrap()
    }

    /// Twice the area that the lines enclose, holes counted negatively.
    fn area(outlines: &[Vec<(u32, u32)>]) -> i64 {
        let mut doubled = 0;
        for outline in outlines {
            for (idx, (x, y)) in outline.iter().enumerate() {
                let (next_x, next_y) = outline[(idx + 1) % outline.len()];
                assert!((*x == next_x) != (*y == next_y), "an edge that is not straight: {outline:?}");
                doubled += i64::from(*x) * i64::from(next_y) - i64::from(next_x) * i64::from(*y);
            }
        }
        doubled / 2
    }

    #[test]
    fn a_rectangle_has_four_corners() {
        let outlines = mask(&["....", ".##.", ".##.", "...."]).outlines(100);
        assert_eq!(outlines, [[(1, 1), (3, 1), (3, 3), (1, 3)]]);
    }

    #[test]
    fn outlines_enclose_what_is_selected_and_leave_holes_out() {
        let ring = mask(&["#####", "#...#", "#.#.#", "#...#", "#####"]);
        let outlines = ring.outlines(100);
        assert_eq!(outlines.len(), 3);
        assert_eq!(area(&outlines), 17);
        let diagonal = mask(&["#.", ".#"]).outlines(100);
        assert_eq!((diagonal.len(), area(&diagonal)), (2, 2));
        let other = mask(&[".#.", "#.#", ".#."]).outlines(100);
        assert_eq!(area(&other), 4);
        assert!(mask(&["...", "..."]).outlines(100).is_empty());
    }

    #[test]
    fn every_edge_of_random_pixels_is_followed_once() {
        let mut state = 7u32;
        for _ in 0..50 {
            let values: Vec<u8> = (0..12 * 9)
                .map(|_| {
                    state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    if state >> 31 == 1 { 255 } else { 0 }
                })
                .collect();
            let mask = Mask::new(12, 9, values).unwrap();
            let n_selected = mask.values().iter().filter(|value| **value == 255).count();
            assert_eq!(area(&mask.outlines(10_000)), n_selected as i64);
        }
        let noise = Mask::new(64, 64, (0..64 * 64).map(|idx| if idx % 2 == 0 { 255 } else { 0 }).collect()).unwrap();
        assert!(noise.outlines(100).iter().map(Vec::len).sum::<usize>() < 300);
    }
}
