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

/// Added to a number below 2²² this rounds it to a whole one, which then stands in the low bits: no conversion, no call
/// into the C library (`f32::floor` is one without SSE 4.1), and it works on four numbers at once.
const ROUND: f32 = 12_582_912.0;

/// The whole number below `x` (as a number, and its low bits).
#[inline(always)]
fn floor(x: f32) -> (f32, u32) {
    let shifted = x + ROUND;
    let near = shifted - ROUND;
    let above = near > x;
    (near - if above { 1.0 } else { 0.0 }, shifted.to_bits().wrapping_sub(u32::from(above)))
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
        self.at_each([x], [y])[0]
    }

    /// [`Self::at`] at several points: side by side they keep the lanes of the processor's vectors busy.
    #[inline(always)]
    fn at_each<const N: usize>(&self, x: [f32; N], y: [f32; N]) -> [f32; N] {
        let turn = (self.seed >> 16) as u8;
        let (mut u, mut v) = ([0.0; N], [0.0; N]);
        // The gradients at the four corners around each point: top left, top right, bottom left, bottom right.
        let (mut gx, mut gy) = ([[0.0; N]; 4], [[0.0; N]; 4]);
        for k in 0..N {
            let ((fx, column), (fy, row)) = (floor(x[k]), floor(y[k]));
            (u[k], v[k]) = (x[k] - fx, y[k] - fy);
            let column = column.wrapping_add(self.seed) as usize;
            let row = row.wrapping_add(self.seed >> 8) as usize & 255;
            let left = usize::from(SHUFFLED[column & 255]) + row;
            let right = usize::from(SHUFFLED[(column + 1) & 255]) + row;
            for (corner, cell) in [left, right, left + 1, right + 1].into_iter().enumerate() {
                let way = usize::from((SHUFFLED[cell & 255] ^ turn) & 15);
                (gx[corner][k], gy[corner][k]) = DIRECTIONS[way];
            }
        }
        std::array::from_fn(|k| {
            let (u, v) = (u[k], v[k]);
            let su = u * u * u * (u * (u * 6.0 - 15.0) + 10.0);
            let sv = v * v * v * (v * (v * 6.0 - 15.0) + 10.0);
            let corner = |c: usize, du: f32, dv: f32| gx[c][k] * (u - du) + gy[c][k] * (v - dv);
            let top = lerp(corner(0, 0.0, 0.0), corner(1, 1.0, 0.0), su);
            let bottom = lerp(corner(2, 0.0, 1.0), corner(3, 1.0, 1.0), su);
            lerp(top, bottom, sv) * 1.5
        })
    }

    /// [`Self::at`] for the octaves of a sum: `next` goes from the point of one octave to that of the next.
    #[inline(always)]
    fn octaves<const N: usize>(&self, at: &mut (f32, f32), next: impl Fn(f32, f32) -> (f32, f32)) -> [f32; N] {
        let (mut x, mut y) = ([0.0; N], [0.0; N]);
        for k in 0..N {
            (x[k], y[k]) = *at;
            *at = next(at.0, at.1);
        }
        self.at_each(x, y)
    }

    /// Fractal noise: `octaves` (1 to 6) of [`Self::at`], each half as large and half as strong; about `-1.0..1.0`.
    #[must_use]
    pub fn fbm(&self, x: f32, y: f32, octaves: u32) -> f32 {
        // Turning the lattice between octaves hides its axes.
        let next = |x: f32, y: f32| (1.6 * x - 1.2 * y + 17.3, 1.2 * x + 1.6 * y - 9.1);
        let mut p = (x, y);
        let four = |o: [f32; 4]| o[0] + 0.5 * o[1] + 0.25 * o[2] + 0.125 * o[3];
        let sum = match octaves {
            0 | 1 => self.at(x, y),
            2 => {
                let o: [f32; 2] = self.octaves(&mut p, next);
                (o[0] + 0.5 * o[1]) * (1.0 / 1.5)
            }
            3 => {
                let o: [f32; 3] = self.octaves(&mut p, next);
                (o[0] + 0.5 * o[1] + 0.25 * o[2]) * (1.0 / 1.75)
            }
            4 => four(self.octaves(&mut p, next)) * (1.0 / 1.875),
            5 => (four(self.octaves(&mut p, next)) + 0.0625 * self.at(p.0, p.1)) * (1.0 / 1.9375),
            _ => {
                let first = four(self.octaves(&mut p, next));
                let o: [f32; 2] = self.octaves(&mut p, next);
                (first + 0.0625 * o[0] + 0.031_25 * o[1]) * (1.0 / 1.968_75)
            }
        };
        sum * 1.25
    }

    /// Ridged multifractal noise of five octaves, about `0.0..1.0`: sharp crests with rougher crests on them, like old
    /// rock (F. K. Musgrave, in "Texturing and Modeling", 1994).
    #[must_use]
    pub fn ridged(&self, x: f32, y: f32) -> f32 {
        let next = |x: f32, y: f32| (1.64 * x - 1.23 * y + 5.7, 1.23 * x + 1.64 * y + 11.9);
        let mut p = (x, y);
        let coarse: [f32; 4] = self.octaves(&mut p, next);
        let finest = self.at(p.0, p.1);
        let (mut sum, mut strength, mut total, mut weight) = (0.0, 1.0, 0.0, 1.0f32);
        for octave in coarse.into_iter().chain([finest]) {
            let crest = 1.0 - octave.abs();
            let signal = crest * crest * weight;
            // Detail grows on crests and dies in valleys, which erosion has filled.
            weight = (signal * 1.8).clamp(0.0, 1.0);
            sum += strength * signal;
            total += strength;
            strength *= 0.52;
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
            assert!((-0.01..1.2).contains(&noise.ridged(x, y)));
        }
        assert_ne!(noise.at(0.3, 0.4), Noise::new(8).at(0.3, 0.4));
    }
}
