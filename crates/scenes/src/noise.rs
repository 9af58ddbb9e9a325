//! Gradient noise and the sums of it (fractal, ridged) that everything natural here is made of.
//!
//! Each comes for one point and for a row of points. Rows are much faster: neighbours mostly lie in the same cell of the
//! lattice, whose corners are then looked up once for all of them. Both give the same numbers to the last bit.

use crate::math::floor;

/// A noise field; fields with different seeds are unrelated.
#[derive(Clone, Copy, Debug)]
pub struct Noise {
    seed: u32,
}

/// `0.0` below `a`, `1.0` above `b`, smooth between (also with `a > b`).
#[inline]
#[must_use]
pub fn smoothstep(a: f32, b: f32, x: f32) -> f32 {
    let t = ((x - a) / (b - a)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// The length of a vector. `f32::hypot` guards against overflow, which no picture comes near, in a call of its own.
#[inline]
#[must_use]
pub fn length(x: f32, y: f32) -> f32 {
    (x * x + y * y).sqrt()
}

/// Linear interpolation from `a` to `b`.
#[inline]
#[must_use]
pub fn lerp(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// Points that are worked out side by side, to keep the lanes of the processor's vectors busy.
const LANES: usize = 8;

impl Noise {
    /// The field of `seed`.
    #[must_use]
    pub fn new(seed: u32) -> Self {
        Self { seed: seed.wrapping_mul(0x9E37_79B9) ^ 0x68E3_1DA4 }
    }

    /// 32 random bits for a lattice point.
    #[inline]
    #[must_use]
    pub fn hash(&self, x: i32, y: i32) -> u32 {
        let mut h = (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77) ^ self.seed;
        h = (h ^ (h >> 15)).wrapping_mul(0x2C1B_3C6D);
        h = (h ^ (h >> 12)).wrapping_mul(0x297A_2D39);
        h ^ (h >> 15)
    }

    /// Uniform in `0.0..1.0` for a lattice point.
    #[inline]
    #[must_use]
    pub fn cell(&self, x: i32, y: i32) -> f32 {
        (self.hash(x, y) >> 8) as f32 / (1u32 << 24) as f32
    }

    /// The gradients at the four corners of a cell: of the two on the left x and y of the upper, x and y of the lower; the
    /// same of the two on the right.
    #[inline(always)]
    fn corners(&self, column: u32, row: u32) -> (&'static [f32; 4], &'static [f32; 4]) {
        let pairs = &PAIRS[(self.seed >> 16) as usize & 15];
        let column = column.wrapping_add(self.seed) as usize;
        let row = row.wrapping_add(self.seed >> 8) as usize;
        let left = usize::from(SHUFFLED[column & 255]).wrapping_add(row);
        let right = usize::from(SHUFFLED[(column + 1) & 255]).wrapping_add(row);
        (&pairs[left & 255], &pairs[right & 255])
    }

    /// Gradient noise, about `-1.0..1.0`, with features of size 1; repeats after 256 (K. Perlin, "Improving Noise",
    /// 2002: gradients through a shuffled table, which costs half of a hash of each lattice point).
    #[must_use]
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let ((fx, column), (fy, row)) = (floor(x), floor(y));
        let (l, r) = self.corners(column, row);
        between([l[0], l[1], l[2], l[3], r[0], r[1], r[2], r[3]], x - fx, y - fy)
    }

    /// [`Self::at`] at several points.
    #[inline(always)]
    fn block(&self, x: &[f32; LANES], y: &[f32; LANES]) -> [f32; LANES] {
        let (mut u, mut v) = ([0.0; LANES], [0.0; LANES]);
        let (mut columns, mut rows) = ([0; LANES], [0; LANES]);
        let mut differ = 0;
        for k in 0..LANES {
            let ((fx, column), (fy, row)) = (floor(x[k]), floor(y[k]));
            (u[k], v[k]) = (x[k] - fx, y[k] - fy);
            (columns[k], rows[k]) = (column, row);
        }
        for k in 1..LANES {
            differ |= (columns[k] ^ columns[0]) | (rows[k] ^ rows[0]);
        }
        let mut out = [0.0; LANES];
        if differ == 0 {
            let (l, r) = self.corners(columns[0], rows[0]);
            for k in 0..LANES {
                out[k] = between([l[0], l[1], l[2], l[3], r[0], r[1], r[2], r[3]], u[k], v[k]);
            }
            return out;
        }
        // Where the lattice is finer, often the half of a block still lies in one cell.
        const HALF: usize = LANES / 2;
        for start in [0, HALF] {
            let lanes = start..start + HALF;
            let mut differ = 0;
            for k in lanes.clone() {
                differ |= (columns[k] ^ columns[start]) | (rows[k] ^ rows[start]);
            }
            if differ == 0 {
                let (l, r) = self.corners(columns[start], rows[start]);
                for k in lanes {
                    out[k] = between([l[0], l[1], l[2], l[3], r[0], r[1], r[2], r[3]], u[k], v[k]);
                }
                continue;
            }
            let mut gradients = [[0.0; HALF]; 8];
            for k in 0..HALF {
                let (l, r) = self.corners(columns[start + k], rows[start + k]);
                for i in 0..4 {
                    gradients[i][k] = l[i];
                    gradients[i + 4][k] = r[i];
                }
            }
            for k in 0..HALF {
                out[start + k] = between(std::array::from_fn(|i| gradients[i][k]), u[start + k], v[start + k]);
            }
        }
        out
    }

    /// The sum of some octaves at several points.
    #[inline(never)]
    fn fbm_block(&self, mut x: [f32; LANES], mut y: [f32; LANES], octaves: u32) -> [f32; LANES] {
        let mut sum = self.block(&x, &y);
        let (mut strength, mut total) = (1.0f32, 1.0f32);
        for _ in 1..octaves.min(6) {
            for k in 0..LANES {
                (x[k], y[k]) = turned(x[k], y[k]);
            }
            strength *= 0.5;
            total += strength;
            let octave = self.block(&x, &y);
            for k in 0..LANES {
                sum[k] += strength * octave[k];
            }
        }
        let scale = 1.0 / total;
        sum.map(|v| v * scale * 1.25)
    }

    #[inline(never)]
    fn ridged_block(&self, mut x: [f32; LANES], mut y: [f32; LANES]) -> [f32; LANES] {
        let (mut sum, mut weight) = ([0.0; LANES], [1.0f32; LANES]);
        let (mut strength, mut total) = (1.0, 0.0);
        for octave in 0..5 {
            if octave > 0 {
                for k in 0..LANES {
                    (x[k], y[k]) = (1.64 * x[k] - 1.23 * y[k] + 5.7, 1.23 * x[k] + 1.64 * y[k] + 11.9);
                }
            }
            let value = self.block(&x, &y);
            for k in 0..LANES {
                let crest = 1.0 - value[k].abs();
                let signal = crest * crest * weight[k];
                // Detail grows on crests and dies in valleys, which erosion has filled.
                weight[k] = (signal * 1.8).clamp(0.0, 1.0);
                sum[k] += strength * signal;
            }
            total += strength;
            strength *= 0.52;
        }
        sum.map(|v| v / total)
    }

    /// Fractal noise: `octaves` (1 to 6) of [`Self::at`], each half as large and half as strong; about `-1.0..1.0`.
    #[must_use]
    pub fn fbm(&self, x: f32, y: f32, octaves: u32) -> f32 {
        let (mut x, mut y) = (x, y);
        let mut sum = self.at(x, y);
        let (mut strength, mut total) = (1.0f32, 1.0f32);
        for _ in 1..octaves.min(6) {
            (x, y) = turned(x, y);
            strength *= 0.5;
            total += strength;
            sum += strength * self.at(x, y);
        }
        let scale = 1.0 / total;
        sum * scale * 1.25
    }

    /// Ridged multifractal noise of five octaves, about `0.0..1.0`: sharp crests with rougher crests on them, like old
    /// rock (F. K. Musgrave, in "Texturing and Modeling", 1994).
    #[must_use]
    pub fn ridged(&self, x: f32, y: f32) -> f32 {
        self.ridged_block([x; LANES], [y; LANES])[0]
    }

    /// [`Self::at`] for a row of points, the `i`-th of which is `point(i)`.
    #[inline]
    pub fn at_row(&self, out: &mut [f32], point: impl Fn(usize) -> (f32, f32)) {
        row(out, point, |x, y| self.block(&x, &y));
    }

    /// [`Self::fbm`] for a row of points, the `i`-th of which is `point(i)`.
    #[inline]
    pub fn fbm_row(&self, out: &mut [f32], octaves: u32, point: impl Fn(usize) -> (f32, f32)) {
        row(out, point, |x, y| self.fbm_block(x, y, octaves));
    }

    /// [`Self::ridged`] for a row of points, the `i`-th of which is `point(i)`.
    #[inline]
    pub fn ridged_row(&self, out: &mut [f32], point: impl Fn(usize) -> (f32, f32)) {
        row(out, point, |x, y| self.ridged_block(x, y));
    }
}

/// The point of the next octave. Turning the lattice between octaves hides its axes.
#[inline(always)]
fn turned(x: f32, y: f32) -> (f32, f32) {
    (1.6 * x - 1.2 * y + 17.3, 1.2 * x + 1.6 * y - 9.1)
}

/// Fills a row block by block.
#[inline(always)]
fn row(
    out: &mut [f32],
    point: impl Fn(usize) -> (f32, f32),
    value: impl Fn([f32; LANES], [f32; LANES]) -> [f32; LANES],
) {
    for (i, block) in out.chunks_mut(LANES).enumerate() {
        // The last block may be a short one; its last point fills the lanes left over.
        let last = block.len() - 1;
        let (mut x, mut y) = ([0.0; LANES], [0.0; LANES]);
        for k in 0..LANES {
            (x[k], y[k]) = point(i * LANES + k.min(last));
        }
        block.copy_from_slice(&value(x, y)[..=last]);
    }
}

/// Noise at (`u`, `v`) of a cell with these gradients (see [`Noise::corners`]).
#[inline(always)]
fn between(g: [f32; 8], u: f32, v: f32) -> f32 {
    let su = u * u * u * (u * (u * 6.0 - 15.0) + 10.0);
    let sv = v * v * v * (v * (v * 6.0 - 15.0) + 10.0);
    let top = lerp(g[0] * u + g[1] * v, g[4] * (u - 1.0) + g[5] * v, su);
    let bottom = lerp(g[2] * u + g[3] * (v - 1.0), g[6] * (u - 1.0) + g[7] * (v - 1.0), su);
    lerp(top, bottom, sv) * 1.5
}

/// A slow field over the picture, known at the corners of a grid and interpolated between them: for noise whose
/// features are many pixels long.
#[derive(Clone, Debug)]
pub struct Sheet {
    cells: usize,
    values: Vec<f32>,
}

impl Sheet {
    /// The field `value` (of a point in units of the picture's height) on a grid of `cells` a side.
    #[must_use]
    pub fn new(cells: usize, value: impl Fn(f32, f32) -> f32) -> Self {
        let side = cells + 1;
        let at = |i: usize| i as f32 / cells as f32;
        Self { cells, values: (0..side * side).map(|i| value(at(i % side), at(i / side))).collect() }
    }

    /// The field at a point; points outside the picture take the nearest edge.
    #[must_use]
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let scale = |v: f32| (v * self.cells as f32).clamp(0.0, self.cells as f32 - 0.001);
        let (fx, fy) = (scale(x), scale(y));
        let (column, row) = (fx as usize, fy as usize);
        let (u, v) = (fx - column as f32, fy - row as f32);
        let i = row * (self.cells + 1) + column;
        let j = i + self.cells + 1;
        let (a, b, c, d) = (self.values[i], self.values[i + 1], self.values[j], self.values[j + 1]);
        lerp(lerp(a, b, u), lerp(c, d, u), v)
    }
}

impl Sheet {
    /// The sheet of [`Noise::fbm`] at `place` (of a point in units of the picture's height).
    #[must_use]
    pub fn of(cells: usize, noise: &Noise, octaves: u32, place: impl Fn(f32, f32) -> (f32, f32)) -> Self {
        let side = cells + 1;
        let at = |i: usize| i as f32 / cells as f32;
        let mut values = vec![0.0; side * side];
        for (row, values) in values.chunks_exact_mut(side).enumerate() {
            noise.fbm_row(values, octaves, |i| place(at(i), at(row)));
        }
        Self { cells, values }
    }

    /// The same sheet, `k` times as strong.
    #[must_use]
    pub fn times(mut self, k: f32) -> Self {
        self.values.iter_mut().for_each(|value| *value *= k);
        self
    }

    /// [`Self::at`] for a row of `out.len()` pixels across the picture, at height `y`.
    pub fn row(&self, y: f32, out: &mut [f32]) {
        let limit = self.cells as f32 - 0.001;
        let fy = (y * self.cells as f32).clamp(0.0, limit);
        let (upper, v) = (fy as usize * (self.cells + 1), fy.fract());
        let lower = upper + self.cells + 1;
        let between = |column: usize| lerp(self.values[upper + column], self.values[lower + column], v);
        let scale = self.cells as f32 / out.len() as f32;
        let (mut column, mut left, mut right) = (0, between(0), between(1));
        for (i, value) in out.iter_mut().enumerate() {
            let fx = ((i as f32 + 0.5) * scale).min(limit);
            while column + 1 < self.cells && fx >= (column + 1) as f32 {
                column += 1;
                (left, right) = (right, between(column + 1));
            }
            *value = lerp(left, right, fx - column as f32);
        }
    }
}

/// The numbers from 0 to 255 in an order without order.
const SHUFFLED: [u8; 256] = {
    let mut table = [0u8; 256];
    let mut i = 0;
    while i < 256 {
        table[i] = i as u8;
        i += 1;
    }
    let mut state = 0x2545_F491_4F6C_DD1Du64;
    while i > 1 {
        i -= 1;
        state = state.wrapping_mul(0x5851_F42D_4C95_7F2D).wrapping_add(0x1405_7B7E_F767_814F);
        let other = ((state >> 33) % (i as u64 + 1)) as usize;
        (table[i], table[other]) = (table[other], table[i]);
    }
    table
};

/// Sixteen unit vectors around the circle.
#[expect(clippy::approx_constant, reason = "the data sets made so far depend on these very digits")]
const DIRECTIONS: [(f32, f32); 16] = [
    (1.0, 0.0),
    (0.923_88, 0.382_68),
    (0.707_11, 0.707_11),
    (0.382_68, 0.923_88),
    (0.0, 1.0),
    (-0.382_68, 0.923_88),
    (-0.707_11, 0.707_11),
    (-0.923_88, 0.382_68),
    (-1.0, 0.0),
    (-0.923_88, -0.382_68),
    (-0.707_11, -0.707_11),
    (-0.382_68, -0.923_88),
    (0.0, -1.0),
    (0.382_68, -0.923_88),
    (0.707_11, -0.707_11),
    (0.923_88, -0.382_68),
];

/// For each turn of a field and each entry of the shuffled table the gradient there and the one below it.
static PAIRS: [[[f32; 4]; 256]; 16] = {
    let mut table = [[[0.0; 4]; 256]; 16];
    let mut turn = 0;
    while turn < 16 {
        let mut i = 0;
        while i < 256 {
            let here = DIRECTIONS[(SHUFFLED[i] as usize ^ turn) & 15];
            let below = DIRECTIONS[(SHUFFLED[(i + 1) & 255] as usize ^ turn) & 15];
            table[turn][i] = [here.0, here.1, below.0, below.1];
            i += 1;
        }
        turn += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::Noise;

    #[test]
    fn a_row_of_points_has_the_values_of_its_points() {
        let noise = Noise::new(99);
        for scale in [0.013, 0.21, 3.7] {
            let point = |i: usize| (i as f32 * scale - 3.0, i as f32 * 0.4 * scale + 1.7);
            let (mut at, mut fbm, mut ridged) = ([0.0; 83], [0.0; 83], [0.0; 83]);
            noise.at_row(&mut at, point);
            noise.fbm_row(&mut fbm, 3, point);
            noise.ridged_row(&mut ridged, point);
            for i in 0..83 {
                let (x, y) = point(i);
                assert_eq!((at[i], fbm[i], ridged[i]), (noise.at(x, y), noise.fbm(x, y, 3), noise.ridged(x, y)));
            }
        }
    }

    #[test]
    fn noise_is_bounded_continuous_and_seeded() {
        let noise = Noise::new(7);
        for i in 0..5000 {
            let (x, y) = (i as f32 * 0.137 - 200.0, i as f32 * 0.071 - 90.0);
            assert!(noise.at(x, y).abs() < 1.6);
            assert!((noise.at(x, y) - noise.at(x + 1e-3, y)).abs() < 0.02);
            assert!((-0.01..1.2).contains(&noise.ridged(x, y)));
        }
        assert_ne!(noise.at(0.3, 0.4), Noise::new(8).at(0.3, 0.4));
    }
}
