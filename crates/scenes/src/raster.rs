//! How much of each pixel a polygon covers, exactly, in time that grows with its edge and not with its area times its
//! corners (the accumulation of signed areas that font rasterisers use).

use crate::canvas::{Point, bounds};

/// The cover of a polygon in a box of pixels.
pub struct Cover {
    /// First column of the box.
    pub left: usize,
    /// First row of the box.
    pub top: usize,
    /// Columns of the box.
    pub width: usize,
    /// Row-major cover of the box's pixels, 0 to 1.
    pub shares: Vec<f32>,
}

/// The cover of a polygon (in units of the picture's height) on a canvas of `size` pixels a side; nothing when it lies
/// outside. Parts that overlap in the same sense count once.
#[must_use]
pub fn cover(points: &[Point], size: usize) -> Option<Cover> {
    let (from, to) = bounds(points)?;
    let n = size as f32;
    let clip = |v: f32| (v * n).clamp(0.0, n);
    let (left, top) = (clip(from.0) as usize, clip(from.1) as usize);
    let (right, bottom) = (clip(to.0).ceil() as usize, clip(to.1).ceil() as usize);
    if left >= right || top >= bottom {
        return None;
    }
    let (width, height) = (right - left, bottom - top);
    // Two more columns take what lies at or beyond the right edge.
    let stride = width + 2;
    let mut sums = vec![0.0f32; stride * height];
    let local = |p: Point| (p.0 * n - left as f32, p.1 * n - top as f32);
    let mut last = local(*points.last()?);
    for &point in points {
        let here = local(point);
        edge(&mut sums, width, height, last, here);
        last = here;
    }
    let mut shares = Vec::with_capacity(width * height);
    for row in sums.chunks_exact(stride) {
        let mut sum = 0.0;
        shares.extend(row[..width].iter().map(|step| {
            sum += step;
            sum.abs().min(1.0)
        }));
    }
    Some(Cover { left, top, width, shares })
}

/// Adds what one edge changes from each pixel to the next one on its right.
fn edge(sums: &mut [f32], width: usize, height: usize, a: Point, b: Point) {
    if a.1 == b.1 {
        return;
    }
    let (sign, a, b) = if a.1 < b.1 { (1.0, a, b) } else { (-1.0, b, a) };
    let slope = (b.0 - a.0) / (b.1 - a.1);
    let first = a.1.max(0.0) as usize;
    let end = (b.1.max(0.0).ceil() as usize).min(height);
    let mut x = a.0 + (first as f32 - a.1).max(0.0) * slope;
    for row in first..end {
        let high = (row as f32).max(a.1);
        let low = ((row + 1) as f32).min(b.1);
        let next = x + slope * (low - high);
        let share = (low - high) * sign;
        let limit = |v: f32| v.clamp(0.0, width as f32);
        let (near, far) = (limit(x.min(next)), limit(x.max(next)));
        let cells = &mut sums[row * (width + 2)..(row + 1) * (width + 2)];
        let (i, j) = (near as usize, far.ceil() as usize);
        if j <= i + 1 {
            let middle = 0.5 * (near + far) - i as f32;
            cells[i] += share * (1.0 - middle);
            cells[i + 1] += share * middle;
        } else {
            // A flat edge crosses several pixels of the row. What it leaves to the right grows from 0 to all along its
            // trace; the integral of that, from pixel side to pixel side, is the pixel's share.
            let half = 0.5 / (far - near);
            let integral = |x: f32| {
                if x <= near { 0.0 } else { (x.min(far) - near).powi(2) * half + (x - far).max(0.0) }
            };
            let (mut passed, mut before) = (integral(i as f32), 0.0);
            for (column, cell) in cells.iter_mut().enumerate().take(j + 1).skip(i) {
                let reached = integral((column + 1) as f32);
                *cell += share * (reached - passed - before);
                before = reached - passed;
                passed = reached;
            }
        }
        x = next;
    }
}

#[cfg(test)]
mod tests {
    use super::cover;

    #[test]
    fn the_cover_of_a_polygon_adds_up_to_its_area() {
        let triangle = [(0.11, 0.13), (0.87, 0.31), (0.34, 0.92)];
        let area = 0.5 * ((0.87 - 0.11) * (0.92 - 0.13) - (0.34 - 0.11) * (0.31 - 0.13f32)).abs();
        let covered: f32 = cover(&triangle, 40).map_or(0.0, |c| c.shares.iter().sum());
        assert!((covered / 1600.0 - area).abs() < 1e-4, "{covered} {area}");
    }

    #[test]
    fn what_lies_outside_the_canvas_is_cut_off() {
        let large = [(-0.5, -0.5), (1.5, -0.5), (1.5, 0.5), (-0.5, 0.5)];
        let covered: f32 = cover(&large, 16).map_or(0.0, |c| c.shares.iter().sum());
        assert!((covered - 128.0).abs() < 1e-3, "{covered}");
        assert!(cover(&[(1.1, 0.0), (1.2, 0.0), (1.2, 0.4)], 16).is_none());
        assert!(cover(&[], 16).is_none());
    }
}
