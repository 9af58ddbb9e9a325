//! Points and rectangles of the canvas. The centre of the first pixel lies at (0.5, 0.5).

/// A place on the canvas in pixels, x to the right and y down; (0, 0) is the outer corner of the first pixel.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CanvasPoint {
    /// Pixels to the right of the left edge.
    pub x: f32,
    /// Pixels below the top edge.
    pub y: f32,
}

impl CanvasPoint {
    /// A point from its coordinates in pixels.
    #[must_use]
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// The distance to another point, in pixels.
    #[must_use]
    pub fn distance_to(self, other: Self) -> f32 {
        let (dx, dy) = (other.x - self.x, other.y - self.y);
        (dx * dx + dy * dy).sqrt()
    }

    /// The point a fraction of the way to another one: 0 is this one, 1 the other.
    #[must_use]
    pub fn lerp(self, other: Self, fraction: f32) -> Self {
        Self::new(self.x + (other.x - self.x) * fraction, self.y + (other.y - self.y) * fraction)
    }

    /// Whether both coordinates are numbers.
    #[must_use]
    pub fn is_finite(self) -> bool {
        self.x.is_finite() && self.y.is_finite()
    }
}

/// A rectangle of whole canvas pixels, `left..right` by `top..bottom`; always inside the document it came from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct PixelRect {
    /// First column.
    pub left: u32,
    /// First row.
    pub top: u32,
    /// One past the last column.
    pub right: u32,
    /// One past the last row.
    pub bottom: u32,
}

impl PixelRect {
    /// No pixels at all.
    pub const EMPTY: Self = Self { left: 0, top: 0, right: 0, bottom: 0 };

    /// A rectangle from its edges; empty when they cross.
    #[must_use]
    pub const fn new(left: u32, top: u32, right: u32, bottom: u32) -> Self {
        if left < right && top < bottom { Self { left, top, right, bottom } } else { Self::EMPTY }
    }

    /// Width in pixels.
    #[must_use]
    pub const fn width(self) -> u32 {
        self.right - self.left
    }

    /// Height in pixels.
    #[must_use]
    pub const fn height(self) -> u32 {
        self.bottom - self.top
    }

    /// Whether it holds no pixel.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.left >= self.right || self.top >= self.bottom
    }

    /// The smallest rectangle around both.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        if self.is_empty() {
            return other;
        }
        if other.is_empty() {
            return self;
        }
        Self {
            left: self.left.min(other.left),
            top: self.top.min(other.top),
            right: self.right.max(other.right),
            bottom: self.bottom.max(other.bottom),
        }
    }

    /// The pixels in both.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self::new(
            self.left.max(other.left),
            self.top.max(other.top),
            self.right.min(other.right),
            self.bottom.min(other.bottom),
        )
    }

    /// Whether the pixel at column `x`, row `y` is inside.
    #[must_use]
    pub const fn contains(self, x: u32, y: u32) -> bool {
        self.left <= x && x < self.right && self.top <= y && y < self.bottom
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn union_and_intersection_treat_empty_as_nothing() {
        let rect = PixelRect::new(2, 3, 8, 9);
        assert_eq!(rect.union(PixelRect::EMPTY), rect);
        assert_eq!(PixelRect::EMPTY.union(rect), rect);
        assert!(rect.intersection(PixelRect::new(8, 3, 10, 9)).is_empty());
        assert_eq!(rect.intersection(PixelRect::new(4, 0, 20, 5)), PixelRect::new(4, 3, 8, 5));
        assert_eq!(rect.union(PixelRect::new(0, 8, 3, 12)), PixelRect::new(0, 3, 8, 12));
    }
}
