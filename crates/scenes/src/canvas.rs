//! The surface a picture is painted on: linear colour and a label for every pixel, and a few anti-aliased shapes.
//!
//! All coordinates are in units of the picture's height, x to the right and y down from the top left corner.

use std::ops::Range;

use crate::colour::Rgb;
use crate::math::{floor, nearest};
use crate::noise::{length, lerp};
use crate::raster;

/// A point in units of the picture's height.
pub type Point = (f32, f32);

/// What a pixel shows; the ink and poster styles draw contours where it changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it all")]
pub enum Label {
    Sky,
    Disc,
    Cloud,
    Mountain,
    Hill,
    Treeline,
    Meadow,
    Snow,
    Water,
    Sand,
    Path,
    Crown,
    Trunk,
    Wall,
    Roof,
    Tower,
    Hull,
    Sail,
    Rock,
    Fall,
    Castle,
    Mill,
    Bridge,
    Fence,
    City,
    Bird,
}

/// The four groups a layout is judged by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Group {
    /// Sky and what shines, floats and flies in it.
    Sky,
    /// The ground from the feet of the painter to the farthest mountain.
    Land,
    /// Sea, lake, river, waterfall.
    Water,
    /// What stands on the ground or swims on the water: trees, buildings, boats.
    Foreground,
}

impl Label {
    /// Every label, in the order of its number in a segmentation.
    pub const ALL: [Self; 26] = [
        Self::Sky,
        Self::Disc,
        Self::Cloud,
        Self::Mountain,
        Self::Hill,
        Self::Treeline,
        Self::Meadow,
        Self::Snow,
        Self::Water,
        Self::Sand,
        Self::Path,
        Self::Crown,
        Self::Trunk,
        Self::Wall,
        Self::Roof,
        Self::Tower,
        Self::Hull,
        Self::Sail,
        Self::Rock,
        Self::Fall,
        Self::Castle,
        Self::Mill,
        Self::Bridge,
        Self::Fence,
        Self::City,
        Self::Bird,
    ];

    /// The plain name, as a data set's `meta.json` has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sky => "sky",
            Self::Disc => "sun or moon",
            Self::Cloud => "cloud",
            Self::Mountain => "mountain",
            Self::Hill => "hill",
            Self::Treeline => "far forest",
            Self::Meadow => "meadow",
            Self::Snow => "snow",
            Self::Water => "water",
            Self::Sand => "sand",
            Self::Path => "path",
            Self::Crown => "crown",
            Self::Trunk => "trunk",
            Self::Wall => "wall",
            Self::Roof => "roof",
            Self::Tower => "lighthouse",
            Self::Hull => "hull",
            Self::Sail => "sail",
            Self::Rock => "rock",
            Self::Fall => "waterfall",
            Self::Castle => "castle",
            Self::Mill => "windmill",
            Self::Bridge => "bridge",
            Self::Fence => "fence",
            Self::City => "city",
            Self::Bird => "bird",
        }
    }

    /// The group it belongs to.
    #[must_use]
    pub fn group(self) -> Group {
        match self {
            Self::Sky | Self::Disc | Self::Cloud | Self::Bird => Group::Sky,
            Self::Water | Self::Fall => Group::Water,
            Self::Mountain
            | Self::Hill
            | Self::Treeline
            | Self::Meadow
            | Self::Snow
            | Self::Sand
            | Self::Path
            | Self::Rock => Group::Land,
            Self::Crown
            | Self::Trunk
            | Self::Wall
            | Self::Roof
            | Self::Tower
            | Self::Hull
            | Self::Sail
            | Self::Castle
            | Self::Mill
            | Self::Bridge
            | Self::Fence
            | Self::City => Group::Foreground,
        }
    }
}

/// A square picture in the making.
#[derive(Clone, Debug)]
pub struct Canvas {
    /// Pixels a side.
    pub size: usize,
    /// Row-major colours.
    pub pixels: Vec<Rgb>,
    /// Row-major labels.
    pub labels: Vec<Label>,
    /// The label that opaque paint leaves from now on.
    pub pen: Label,
}

impl Canvas {
    /// A black canvas.
    #[must_use]
    pub fn new(size: usize) -> Self {
        let area = size * size;
        Self { size, pixels: vec![Rgb::BLACK; area], labels: vec![Label::Sky; area], pen: Label::Sky }
    }

    /// The size of a pixel.
    #[inline]
    #[must_use]
    pub fn pixel(&self) -> f32 {
        1.0 / self.size as f32
    }

    /// The centre of pixel column or row `i`.
    #[inline]
    #[must_use]
    pub fn centre(&self, i: usize) -> f32 {
        (i as f32 + 0.5) / self.size as f32
    }

    /// Covers a pixel with `colour`.
    #[inline]
    pub fn blend(&mut self, index: usize, colour: Rgb, alpha: f32) {
        if alpha <= 0.0 {
            return;
        }
        let old = self.pixels[index];
        self.pixels[index] = old.mix(colour, alpha.min(1.0));
        if alpha > 0.5 {
            self.labels[index] = self.pen;
        }
    }

    /// The picture down to the height `y`, to look at while painting over it: a mirror image needs no more.
    #[must_use]
    pub fn upper(&self, y: f32) -> Self {
        let rows = ((y * self.size as f32).max(0.0) as usize + 2).min(self.size);
        let pixels = self.pixels[..rows * self.size].to_vec();
        Self { size: self.size, pixels, labels: Vec::new(), pen: self.pen }
    }

    /// Tints a pixel with `colour`; it stays what it is.
    #[inline]
    pub fn tint(&mut self, index: usize, colour: Rgb, alpha: f32) {
        self.pixels[index] = self.pixels[index].mix(colour, alpha);
    }

    /// The colour at a point, interpolated; points outside take the nearest edge.
    #[inline]
    #[must_use]
    pub fn sample(&self, x: f32, y: f32) -> Rgb {
        let n = self.size;
        let end = (n - 1) as f32;
        let (fx, fy) = ((x * n as f32 - 0.5).clamp(0.0, end), (y * n as f32 - 0.5).clamp(0.0, end));
        let ((left, _), (top, _)) = (floor(fx), floor(fy));
        let (u, v) = (fx - left, fy - top);
        let (x0, y0) = (nearest(left) as usize, nearest(top) as usize);
        // The last row there is: a picture may be the upper part of one.
        let last = self.pixels.len() - n;
        let (upper, lower) = (&self.pixels[(y0 * n).min(last)..], &self.pixels[((y0 + 1) * n).min(last)..]);
        let x1 = (x0 + 1).min(n - 1);
        upper[x0].mix(upper[x1], u).mix(lower[x0].mix(lower[x1], u), v)
    }

    /// The columns and the rows whose pixels lie in a box.
    fn inside(&self, from: Point, to: Point) -> (Range<usize>, Range<usize>) {
        let n = self.size as f32;
        let clip = |v: f32| (v * n).clamp(0.0, n) as usize;
        (clip(from.0)..clip(to.0 + 1.0 / n), clip(from.1)..clip(to.1 + 1.0 / n))
    }

    /// Paints every pixel whose centre lies in the box: `paint` gives colour and opacity.
    pub fn area(&mut self, from: Point, to: Point, mut paint: impl FnMut(f32, f32) -> (Rgb, f32)) {
        let (columns, rows) = self.inside(from, to);
        for row in rows {
            let y = self.centre(row);
            for column in columns.clone() {
                let (colour, alpha) = paint(self.centre(column), y);
                self.blend(row * self.size + column, colour, alpha);
            }
        }
    }

    /// As [`Self::area`], row by row: `paint` is given the height of a row, the places of its pixels and, for each, a
    /// colour and opacity to fill in (no opacity to begin with). What is the same along a row is then worked out once,
    /// and noise is cheap in rows.
    pub fn rows(&mut self, from: Point, to: Point, mut paint: impl FnMut(f32, &[f32], &mut [(Rgb, f32)])) {
        let (columns, rows) = self.inside(from, to);
        let xs: Vec<f32> = columns.clone().map(|column| self.centre(column)).collect();
        let mut cells = vec![(Rgb::BLACK, 0.0); xs.len()];
        for row in rows {
            cells.fill((Rgb::BLACK, 0.0));
            paint(self.centre(row), &xs, &mut cells);
            let start = row * self.size + columns.start;
            for (i, &(colour, alpha)) in cells.iter().enumerate() {
                self.blend(start + i, colour, alpha);
            }
        }
    }

    /// As [`Self::area`] for paint without edges (air, cloud, mist, glow): asks `paint` at the corners of cells of a
    /// 128th of the picture and interpolates between them.
    pub fn area_soft(&mut self, from: Point, to: Point, paint: impl Fn(f32, f32) -> (Rgb, f32)) {
        self.rows_soft(from, to, |y, xs, cells| {
            for (cell, &x) in cells.iter_mut().zip(xs) {
                *cell = paint(x, y);
            }
        });
    }

    /// As [`Self::area_soft`], row by row; see [`Self::rows`].
    pub fn rows_soft(&mut self, from: Point, to: Point, paint: impl FnMut(f32, &[f32], &mut [(Rgb, f32)])) {
        self.soft(1.0 / 128.0, from, to, paint, |canvas, index, colour, alpha| canvas.blend(index, colour, alpha));
    }

    /// As [`Self::glow`] for light without edges; see [`Self::area_soft`]. `cell` is the width of a cell.
    pub fn glow_soft(&mut self, cell: f32, from: Point, to: Point, paint: impl Fn(f32, f32) -> Rgb) {
        let row = |y: f32, xs: &[f32], cells: &mut [(Rgb, f32)]| {
            for (cell, &x) in cells.iter_mut().zip(xs) {
                cell.0 = paint(x, y);
            }
        };
        self.soft(cell, from, to, row, |canvas, index, colour, _| canvas.pixels[index] += colour);
    }

    fn soft(
        &mut self,
        cell: f32,
        from: Point,
        to: Point,
        mut paint: impl FnMut(f32, &[f32], &mut [(Rgb, f32)]),
        put: impl Fn(&mut Self, usize, Rgb, f32),
    ) {
        let n = self.size as f32;
        let (columns, rows) = self.inside(from, to);
        if columns.is_empty() || rows.is_empty() {
            return;
        }
        // The cells start at the box, so that they are the same at every size.
        let step = ((cell * n).round() as usize).max(1);
        let inverse = 1.0 / step as f32;
        let across = columns.len().div_ceil(step) + 1;
        let xs: Vec<f32> = (0..across).map(|c| ((columns.start + c * step) as f32 + 0.5) / n).collect();
        let mut corners = |row: usize, cells: &mut [(Rgb, f32)]| {
            cells.fill((Rgb::BLACK, 0.0));
            paint(((rows.start + row * step) as f32 + 0.5) / n, &xs, cells);
        };
        let mut above = vec![(Rgb::BLACK, 0.0); across];
        let (mut below, mut here) = (above.clone(), above.clone());
        corners(0, &mut above);
        corners(1, &mut below);
        for row in rows.clone() {
            let down = (row - rows.start) % step;
            if down == 0 && row > rows.start {
                std::mem::swap(&mut above, &mut below);
                corners((row - rows.start) / step + 1, &mut below);
            }
            let v = down as f32 * inverse;
            for ((cell, a), b) in here.iter_mut().zip(&above).zip(&below) {
                *cell = (a.0.mix(b.0, v), lerp(a.1, b.1, v));
            }
            let start = row * self.size;
            for (cell, pair) in here.windows(2).enumerate() {
                let first = columns.start + cell * step;
                let (left, right) = (pair[0], pair[1]);
                for column in first..(first + step).min(columns.end) {
                    let u = (column - first) as f32 * inverse;
                    put(self, start + column, left.0.mix(right.0, u), lerp(left.1, right.1, u));
                }
            }
        }
    }

    /// Fills a polygon with smooth edges; `paint` gives the colour at each point.
    pub fn polygon(&mut self, points: &[Point], mut paint: impl FnMut(f32, f32) -> Rgb) {
        let Some(cover) = raster::cover(points, self.size) else { return };
        for (down, shares) in cover.shares.chunks_exact(cover.width).enumerate() {
            let row = cover.top + down;
            let y = self.centre(row);
            for (across, &share) in shares.iter().enumerate() {
                if share > 0.002 {
                    let column = cover.left + across;
                    let colour = paint(self.centre(column), y);
                    self.blend(row * self.size + column, colour, share);
                }
            }
        }
    }

    /// Draws a line whose width goes from `width.0` to `width.1`; thinner than a pixel means fainter.
    pub fn line(&mut self, a: Point, b: Point, width: (f32, f32), colour: Rgb, alpha: f32) {
        let n = self.size as f32;
        let half = width.0.max(width.1) * 0.5 + self.pixel();
        let (columns, rows) =
            self.inside((a.0.min(b.0) - half, a.1.min(b.1) - half), (a.0.max(b.0) + half, a.1.max(b.1) + half));
        let (dx, dy) = (b.0 - a.0, b.1 - a.1);
        let length2 = dx * dx + dy * dy;
        let inverse = if length2 > 0.0 { 1.0 / length2 } else { 0.0 };
        // Half the stretch of a row that lies within reach of the endless line.
        let reach = if dy.abs() > 1e-6 { half * length2.sqrt() / dy.abs() } else { f32::INFINITY };
        for row in rows {
            let y = self.centre(row) - a.1;
            let middle = a.0 + y * dx / if dy.abs() > 1e-6 { dy } else { 1.0 };
            let clip = |v: f32| (v * n).clamp(columns.start as f32, columns.end as f32) as usize;
            let (from, to) = if reach.is_finite() {
                (clip(middle - reach), clip(middle + reach + 1.0 / n))
            } else {
                (columns.start, columns.end)
            };
            for column in from..to {
                let x = self.centre(column) - a.0;
                let t = ((x * dx + y * dy) * inverse).clamp(0.0, 1.0);
                let distance = length(x - dx * t, y - dy * t);
                let wide = (width.0 + (width.1 - width.0) * t) * n;
                let cover = (wide * 0.5 + 0.5 - distance * n).clamp(0.0, 1.0) * wide.min(1.0);
                self.blend(row * self.size + column, colour, cover * alpha);
            }
        }
    }

    /// Fills a disc with a soft edge of one pixel.
    pub fn disc(&mut self, centre: Point, radius: f32, colour: Rgb, alpha: f32) {
        let n = self.size as f32;
        let reach = radius + self.pixel();
        self.area((centre.0 - reach, centre.1 - reach), (centre.0 + reach, centre.1 + reach), |x, y| {
            let distance = length(x - centre.0, y - centre.1);
            (colour, ((radius - distance) * n + 0.5).clamp(0.0, 1.0) * (radius * n * 2.0).min(1.0) * alpha)
        });
    }

    /// Adds light (never covers): `paint` gives what to add.
    pub fn glow(&mut self, from: Point, to: Point, mut paint: impl FnMut(f32, f32) -> Rgb) {
        let size = self.size;
        let n = size as f32;
        let clip = |v: f32| (v * n).clamp(0.0, n) as usize;
        for row in clip(from.1)..clip(to.1) {
            for column in clip(from.0)..clip(to.0) {
                let light = paint(self.centre(column), self.centre(row));
                self.pixels[row * size + column] += light;
            }
        }
    }
}

/// The box around some points.
#[must_use]
pub fn bounds(points: &[Point]) -> Option<(Point, Point)> {
    let first = *points.first()?;
    Some(
        points.iter().fold((first, first), |(low, high), p| {
            ((low.0.min(p.0), low.1.min(p.1)), (high.0.max(p.0), high.1.max(p.1)))
        }),
    )
}

/// Distance from `p` to the segment `a`–`b`, and how far along it the nearest point lies (0 to 1).
#[must_use]
pub fn segment_distance(a: Point, b: Point, p: Point) -> (f32, f32) {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let length2 = dx * dx + dy * dy;
    let t = if length2 > 0.0 { (((p.0 - a.0) * dx + (p.1 - a.1) * dy) / length2).clamp(0.0, 1.0) } else { 0.0 };
    (length(p.0 - a.0 - dx * t, p.1 - a.1 - dy * t), t)
}

/// Signed distance from `p` to a polygon's edge, negative inside.
#[must_use]
pub fn polygon_distance(points: &[Point], p: Point) -> f32 {
    let Some(mut previous) = points.last().copied() else { return f32::INFINITY };
    let (mut nearest, mut inside) = (f32::INFINITY, false);
    for &point in points {
        nearest = nearest.min(segment_distance(previous, point, p).0);
        if (point.1 > p.1) != (previous.1 > p.1) {
            let crossing = point.0 + (p.1 - point.1) / (previous.1 - point.1) * (previous.0 - point.0);
            inside ^= p.0 < crossing;
        }
        previous = point;
    }
    if inside { -nearest } else { nearest }
}
