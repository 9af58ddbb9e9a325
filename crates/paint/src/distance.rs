//! Distances to a region, exact and in linear time (Felzenszwalb and Huttenlocher, "Distance Transforms of Sampled
//! Functions", 2012): the base of growing and shrinking selections.

use crate::{Mask, PixelRect};

/// A place in a column where there is no region at all.
const NOWHERE: i32 = i32::MIN / 4;

/// For each pixel of `rect`, the pixel of the mask that is nearest among those with at least half cover, and its squared
/// distance: `visit((x, y), distance_squared, (nearest_x, nearest_y))`. Nothing is visited where there is no region.
pub(crate) fn visit_nearest(mask: &Mask, rect: PixelRect, mut visit: impl FnMut((u32, u32), f32, (u32, u32))) {
    let (width, height) = (rect.width() as usize, rect.height() as usize);
    // The nearest row with region above or at each pixel, then of both sides.
    let mut nearest = vec![NOWHERE; width * height];
    let mut above = vec![NOWHERE; width];
    for y in 0..height {
        let values = mask.row(rect.top + y as u32, rect.left, rect.right);
        for ((above, nearest), value) in above.iter_mut().zip(&mut nearest[y * width..]).zip(values) {
            if *value >= 128 {
                *above = y as i32;
            }
            *nearest = *above;
        }
    }
    let mut below = vec![-NOWHERE; width];
    for y in (0..height).rev() {
        for (below, nearest) in below.iter_mut().zip(&mut nearest[y * width..]) {
            let row = y as i32;
            if *nearest == row {
                *below = row;
            } else if *below - row < row - *nearest {
                *nearest = *below;
            }
        }
    }
    let mut hull = Hull::with_capacity(width);
    for y in 0..height {
        let row = &nearest[y * width..(y + 1) * width];
        hull.clear();
        for (x, at) in row.iter().enumerate() {
            if (0..height as i32).contains(at) {
                hull.add(x as f32, ((at - y as i32) as f32).powi(2));
            }
        }
        let mut current = 0;
        for x in 0..width {
            let Some((centre, distance_squared)) = hull.at(x as f32, &mut current) else { break };
            let column = centre as usize;
            let nearest = (rect.left + column as u32, rect.top + row[column] as u32);
            visit((rect.left + x as u32, rect.top + y as u32), distance_squared, nearest);
        }
    }
}

/// The lower envelope of parabolas `(x − centre)² + height`.
struct Hull {
    centres: Vec<f32>,
    heights: Vec<f32>,
    /// From where on each parabola is the lowest.
    starts: Vec<f32>,
}

impl Hull {
    fn with_capacity(len: usize) -> Self {
        Self { centres: Vec::with_capacity(len), heights: Vec::with_capacity(len), starts: Vec::with_capacity(len) }
    }

    fn clear(&mut self) {
        self.centres.clear();
        self.heights.clear();
        self.starts.clear();
    }

    fn add(&mut self, centre: f32, height: f32) {
        while let (Some(last), Some(last_height), Some(start)) =
            (self.centres.last(), self.heights.last(), self.starts.last())
        {
            let crossing = ((height + centre * centre) - (last_height + last * last)) / (2.0 * (centre - last));
            if crossing > *start {
                self.starts.push(crossing);
                self.centres.push(centre);
                self.heights.push(height);
                return;
            }
            self.centres.pop();
            self.heights.pop();
            self.starts.pop();
        }
        self.starts.push(f32::NEG_INFINITY);
        self.centres.push(centre);
        self.heights.push(height);
    }

    /// The parabola that is lowest at `x`: its centre and its value there. Calls must go to the right.
    fn at(&self, x: f32, current: &mut usize) -> Option<(f32, f32)> {
        while self.starts.get(*current + 1).is_some_and(|start| *start < x) {
            *current += 1;
        }
        let (centre, height) = (*self.centres.get(*current)?, *self.heights.get(*current)?);
        Some((centre, (x - centre).powi(2) + height))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_the_smallest_there_are() {
        let (width, height) = (23u32, 17u32);
        let mut mask = Mask::filled(width, height, 0);
        let mut state = 12345u32;
        for value in mask.values_mut() {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *value = if state >> 24 > 242 { 128 + (state >> 16 & 127) as u8 } else { (state >> 16 & 127) as u8 };
        }
        let rect = PixelRect::new(2, 1, 22, 16);
        let mut n_visited = 0;
        visit_nearest(&mask, rect, |(x, y), distance_squared, nearest| {
            n_visited += 1;
            let mut exact = f32::INFINITY;
            for row in rect.top..rect.bottom {
                for column in rect.left..rect.right {
                    if mask.at(column, row) >= 128 {
                        let (dx, dy) = (column as f32 - x as f32, row as f32 - y as f32);
                        exact = exact.min(dx * dx + dy * dy);
                    }
                }
            }
            assert_eq!(distance_squared, exact, "({x}, {y})");
            assert!(mask.at(nearest.0, nearest.1) >= 128);
        });
        assert_eq!(n_visited, rect.width() * rect.height());
        visit_nearest(&Mask::filled(9, 9, 127), PixelRect::new(0, 0, 9, 9), |_, _, _| panic!("there is no region"));
    }
}
