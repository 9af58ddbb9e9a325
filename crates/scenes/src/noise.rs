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

    /// Gradient noise, about `-1.0..1.0`, with features of size 1.
    #[must_use]
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (ix, iy) = (floor(x), floor(y));
        let (u, v) = (x - ix as f32, y - iy as f32);
        let corner = |dx: i32, dy: i32| {
            let h = self.hash(ix.wrapping_add(dx), iy.wrapping_add(dy));
            let (gx, gy) = DIRECTIONS[(h & 15) as usize];
            gx * (u - dx as f32) + gy * (v - dy as f32)
        };
        let su = u * u * u * (u * (u * 6.0 - 15.0) + 10.0);
        let sv = v * v * v * (v * (v * 6.0 - 15.0) + 10.0);
        let top = lerp(corner(0, 0), corner(1, 0), su);
        let bottom = lerp(corner(0, 1), corner(1, 1), su);
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
