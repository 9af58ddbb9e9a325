//! Gradient noise and the sums of it (fractal, ridged) that everything natural here is made of.

/// A noise field; fields with different seeds are unrelated.
#[derive(Clone, Copy, Debug)]
pub struct Noise {
    seed: u32,
}

/// `0.0` below `a`, `1.0` above `b`, smooth between (also with `a > b`).
#[must_use]
pub fn smoothstep(a: f32, b: f32, x: f32) -> f32 {
    let t = ((x - a) / (b - a)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// The length of a vector. `f32::hypot` guards against overflow, which no picture comes near, in a call of its own.
#[must_use]
pub fn length(x: f32, y: f32) -> f32 {
    (x * x + y * y).sqrt()
}

/// Linear interpolation from `a` to `b`.
#[must_use]
pub fn lerp(a: f32, b: f32, t: f32) -> f32 {
    a + (b - a) * t
}

/// The whole number below `x`. Without SSE 4.1 `f32::floor` is a call into the C library, and this is the hottest spot
/// of the painter.
fn floor(x: f32) -> i32 {
    let cut = x as i32;
    cut - i32::from((cut as f32) > x)
}

impl Noise {
    /// The field of `seed`.
    #[must_use]
    pub fn new(seed: u32) -> Self {
        Self { seed: seed.wrapping_mul(0x9E37_79B9) ^ 0x68E3_1DA4 }
    }

    /// 32 random bits for a lattice point.
    #[must_use]
    pub fn hash(&self, x: i32, y: i32) -> u32 {
        let mut h = (x as u32).wrapping_mul(0x9E37_79B1) ^ (y as u32).wrapping_mul(0x85EB_CA77) ^ self.seed;
        h = (h ^ (h >> 15)).wrapping_mul(0x2C1B_3C6D);
        h = (h ^ (h >> 12)).wrapping_mul(0x297A_2D39);
        h ^ (h >> 15)
    }

    /// Uniform in `0.0..1.0` for a lattice point.
    #[must_use]
    pub fn cell(&self, x: i32, y: i32) -> f32 {
        (self.hash(x, y) >> 8) as f32 / (1u32 << 24) as f32
    }

    /// Gradient noise, about `-1.0..1.0`, with features of size 1; repeats after 256 (K. Perlin, "Improving Noise",
    /// 2002: gradients through a shuffled table, which costs half of a hash of each lattice point).
    #[must_use]
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (ix, iy) = (floor(x), floor(y));
        let (u, v) = (x - ix as f32, y - iy as f32);
        let column = (ix as u32).wrapping_add(self.seed) as usize;
        let row = (iy as u32).wrapping_add(self.seed >> 8) as usize;
        let turn = (self.seed >> 16) as u8;
        let (left, right) = (usize::from(SHUFFLED[column & 255]), usize::from(SHUFFLED[(column + 1) & 255]));
        let corner = |side: usize, below: usize, u: f32, v: f32| {
            let (gx, gy) = DIRECTIONS[usize::from((SHUFFLED[(side + row + below) & 255] ^ turn) & 15)];
            gx * u + gy * v
        };
        let su = u * u * u * (u * (u * 6.0 - 15.0) + 10.0);
        let sv = v * v * v * (v * (v * 6.0 - 15.0) + 10.0);
        let top = lerp(corner(left, 0, u, v), corner(right, 0, u - 1.0, v), su);
        let bottom = lerp(corner(left, 1, u, v - 1.0), corner(right, 1, u - 1.0, v - 1.0), su);
        lerp(top, bottom, sv) * 1.5
    }

    /// Fractal noise: `octaves` of [`Self::at`], each half as large and half as strong; about `-1.0..1.0`.
    #[must_use]
    pub fn fbm(&self, mut x: f32, mut y: f32, octaves: u32) -> f32 {
        let (mut sum, mut strength, mut total) = (0.0, 1.0, 0.0);
        for _ in 0..octaves {
            sum += strength * self.at(x, y);
            total += strength;
            strength *= 0.5;
            // Turning the lattice between octaves hides its axes.
            (x, y) = (1.6 * x - 1.2 * y + 17.3, 1.2 * x + 1.6 * y - 9.1);
        }
        sum / total * 1.25
    }

    /// Ridged multifractal noise in about `0.0..1.0`: sharp crests with rougher crests on them, like old rock.
    #[must_use]
    pub fn ridged(&self, mut x: f32, mut y: f32, octaves: u32) -> f32 {
        let (mut sum, mut strength, mut total, mut weight) = (0.0, 1.0, 0.0, 1.0f32);
        for _ in 0..octaves {
            let crest = 1.0 - self.at(x, y).abs();
            let signal = crest * crest * weight;
            // Detail grows on crests and dies in valleys, which erosion has filled.
            weight = (signal * 1.8).clamp(0.0, 1.0);
            sum += strength * signal;
            total += strength;
            strength *= 0.52;
            (x, y) = (1.64 * x - 1.23 * y + 5.7, 1.23 * x + 1.64 * y + 11.9);
        }
        sum / total
    }
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

#[cfg(test)]
mod tests {
    use super::Noise;

    #[test]
    fn noise_is_bounded_continuous_and_seeded() {
        let noise = Noise::new(7);
        for i in 0..5000 {
            let (x, y) = (i as f32 * 0.137 - 200.0, i as f32 * 0.071 - 90.0);
            assert!(noise.at(x, y).abs() < 1.6);
            assert!((noise.at(x, y) - noise.at(x + 1e-3, y)).abs() < 0.02);
            assert!((-0.01..1.2).contains(&noise.ridged(x, y, 6)));
        }
        assert_ne!(noise.at(0.3, 0.4), Noise::new(8).at(0.3, 0.4));
    }
}
