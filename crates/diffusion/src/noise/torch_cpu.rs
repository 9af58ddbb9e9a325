//! The random numbers of `torch.Generator("cpu")`.
//!
//! Three things make up PyTorch's `randn`: the Mersenne Twister MT19937 (Matsumoto and Nishimura, 1998), uniform
//! numbers from its lowest 24 bits, and the Box–Muller transform in blocks of sixteen (`normal_fill` in
//! `aten/src/ATen/native/cpu/DistributionTemplates.h`). PyTorch's vectorised path takes its logarithm, sine and cosine
//! from the Cephes polynomials with fused multiply-adds; they are written out below in plain `f32` arithmetic, of which
//! every result is defined to the bit, so that no platform's mathematical library has a say in a picture. PyTorch itself
//! differs in the last bits where it runs without AVX2.

use std::f64::consts::PI;

use burn::tensor::f16;

/// Words of the Mersenne Twister's state.
const STATE_LEN: usize = 624;
/// Distance between the words that its recurrence joins.
const SHIFT: usize = 397;
/// Numbers that one Box–Muller block makes.
const BLOCK: usize = 16;

/// The random numbers of `torch.Generator("cpu").manual_seed(seed)`.
///
/// ```
/// use underpaint_diffusion::noise::TorchCpuGenerator;
///
/// // torch.randn(2, generator=torch.Generator("cpu").manual_seed(0))
/// assert_eq!(TorchCpuGenerator::new(0).normal(2), [1.5409961, -0.2934289]);
/// ```
#[derive(Clone)]
pub struct TorchCpuGenerator {
    state: [u32; STATE_LEN],
    next_word: usize,
    /// The second half of a Box–Muller pair: the scalar path keeps it for its next number.
    spare_normal: Option<f64>,
}

impl TorchCpuGenerator {
    /// A generator with this seed. As in PyTorch, only the lower 32 bits of the seed reach the Mersenne Twister.
    pub fn new(seed: u64) -> Self {
        let mut state = [0u32; STATE_LEN];
        state[0] = (seed & u64::from(u32::MAX)) as u32;
        for idx in 1..STATE_LEN {
            let previous = state[idx - 1];
            state[idx] = 1_812_433_253u32.wrapping_mul(previous ^ (previous >> 30)).wrapping_add(idx as u32);
        }
        Self { state, next_word: STATE_LEN, spare_normal: None }
    }

    /// `n` standard normal numbers, as `torch.randn(n, generator=…)` draws them in one call.
    ///
    /// Two calls for 8 numbers each are not one call for 16: PyTorch uses another method below 16 numbers.
    pub fn normal(&mut self, n: usize) -> Vec<f32> {
        if n < BLOCK {
            return (0..n).map(|_| self.next_scalar_normal()).collect();
        }

        let mut values: Vec<f32> = (0..n).map(|_| self.next_uniform()).collect();
        for block in values.chunks_exact_mut(BLOCK) {
            box_muller(block);
        }

        // The rest that fills no block: PyTorch draws the last sixteen numbers anew, and so overwrites some.
        if !n.is_multiple_of(BLOCK) {
            let tail = &mut values[n - BLOCK..];
            for value in tail.iter_mut() {
                *value = self.next_uniform();
            }
            box_muller(tail);
        }
        values
    }

    /// `n` standard normal numbers of half precision, as `torch.randn(n, generator=…, dtype=torch.float16)` draws them
    /// in one call (in PyTorch 2.15, which computes them in single precision).
    ///
    /// They are those of [`Self::normal`], rounded, where `n` is a multiple of 16. Otherwise PyTorch does not draw the
    /// rest before it draws the last sixteen anew.
    pub fn normal_half(&mut self, n: usize) -> Vec<f32> {
        let mut values = if n < BLOCK || n.is_multiple_of(BLOCK) {
            self.normal(n)
        } else {
            let mut values = self.normal(n - n % BLOCK);
            values.truncate(n - BLOCK);
            values.extend(self.normal(BLOCK));
            values
        };
        for value in &mut values {
            *value = f16::from_f32(*value).to_f32();
        }
        values
    }

    /// A uniform number in [0, 1) with 24 random bits.
    fn next_uniform(&mut self) -> f32 {
        (self.next_u32() & 0x00ff_ffff) as f32 * (1.0 / 16_777_216.0)
    }

    /// A uniform number in [0, 1) with 53 random bits.
    fn next_uniform_f64(&mut self) -> f64 {
        let high = u64::from(self.next_u32());
        let low = u64::from(self.next_u32());
        ((high << 32 | low) & ((1 << 53) - 1)) as f64 * (1.0 / 9_007_199_254_740_992.0)
    }

    /// One normal number of the scalar path, which works in pairs and in `f64`.
    fn next_scalar_normal(&mut self) -> f32 {
        if let Some(spare) = self.spare_normal.take() {
            return spare as f32;
        }
        let angle = 2.0 * PI * self.next_uniform_f64();
        let radius = (-2.0 * (-self.next_uniform_f64()).ln_1p()).sqrt();
        self.spare_normal = Some(radius * angle.sin());
        (radius * angle.cos()) as f32
    }

    /// The Mersenne Twister's next word.
    fn next_u32(&mut self) -> u32 {
        if self.next_word >= STATE_LEN {
            self.refill();
        }
        let mut word = self.state[self.next_word];
        self.next_word += 1;
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c_5680;
        word ^= (word << 15) & 0xefc6_0000;
        word ^ (word >> 18)
    }

    fn refill(&mut self) {
        for idx in 0..STATE_LEN {
            let joined = (self.state[idx] & 0x8000_0000) | (self.state[(idx + 1) % STATE_LEN] & 0x7fff_ffff);
            let twist = if joined & 1 == 1 { 0x9908_b0df } else { 0 };
            self.state[idx] = self.state[(idx + SHIFT) % STATE_LEN] ^ (joined >> 1) ^ twist;
        }
        self.next_word = 0;
    }
}

impl std::fmt::Debug for TorchCpuGenerator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TorchCpuGenerator").field("next_word", &self.next_word).finish_non_exhaustive()
    }
}

/// Turns sixteen uniform numbers into sixteen normal ones: the first eight are the radii, the last eight the angles.
fn box_muller(block: &mut [f32]) {
    let (first, last) = block.split_at_mut(BLOCK / 2);
    for (a, b) in first.iter_mut().zip(last) {
        let radius = (-2.0 * cephes_ln(1.0 - *a)).sqrt();
        let (sin, cos) = cephes_sin_cos((2.0 * PI) as f32 * *b);
        // Adding the mean, zero, turns a negative zero into a positive one, as PyTorch's multiply-add does.
        *a = radius * cos + 0.0;
        *b = radius * sin + 0.0;
    }
}

/// The natural logarithm of a positive, normal number, by Cephes' `logf`.
#[expect(clippy::excessive_precision, reason = "the coefficients are those of the publication")]
fn cephes_ln(x: f32) -> f32 {
    const COEFFICIENTS: [f32; 9] = [
        7.0376836292e-2,
        -1.1514610310e-1,
        1.1676998740e-1,
        -1.2420140846e-1,
        1.4249322787e-1,
        -1.6668057665e-1,
        2.0000714765e-1,
        -2.4999993993e-1,
        3.3333331174e-1,
    ];
    const LN2_LOW: f32 = -2.12194440e-4;
    const LN2_HIGH: f32 = 0.693359375;

    let bits = x.max(f32::MIN_POSITIVE).to_bits();
    let mut exponent = ((bits >> 23) as i32 - 0x7f) as f32 + 1.0;
    let mantissa = f32::from_bits((bits & !0x7f80_0000) | 0.5f32.to_bits());

    let mut m = mantissa - 1.0;
    if mantissa < std::f32::consts::FRAC_1_SQRT_2 {
        exponent -= 1.0;
        m += mantissa;
    }

    let square = m * m;
    let mut y = COEFFICIENTS[0];
    for &coefficient in &COEFFICIENTS[1..] {
        y = y.mul_add(m, coefficient);
    }
    y = (y * m).mul_add(square, exponent * LN2_LOW);
    y = square.mul_add(-0.5, y);
    exponent.mul_add(LN2_HIGH, m + y)
}

/// Sine and cosine of an angle in [0, 8192) radians, by Cephes' `sinf` and `cosf`.
#[expect(clippy::excessive_precision, reason = "the coefficients are those of the publication")]
fn cephes_sin_cos(angle: f32) -> (f32, f32) {
    // π/4 as the sum of three numbers, so that the reduction of the argument loses nothing.
    const QUARTER_PI: [f32; 3] = [0.78515625, 2.4187564849853515625e-4, 3.77489497744594108e-8];

    let octant = ((angle * 1.27323954473516) as i32 + 1) & !1;
    let octants = octant as f32;
    let mut x = angle;
    for part in QUARTER_PI {
        x = octants.mul_add(-part, x);
    }

    let square = x * x;
    let mut cos = 2.443315711809948e-5f32;
    cos = cos.mul_add(square, -1.388731625493765e-3);
    cos = cos.mul_add(square, 4.166664568298827e-2);
    cos = (cos * square).mul_add(square, square * -0.5) + 1.0;
    let mut sin = -1.9515295891e-4f32;
    sin = sin.mul_add(square, 8.3321608736e-3);
    sin = sin.mul_add(square, -1.6666654611e-1);
    sin = (sin * square).mul_add(x, x);

    // Every second pair of octants swaps the two, and the signs follow the quadrant.
    let (sin, cos) = if octant & 2 == 0 { (sin, cos) } else { (cos, sin) };
    let sin_sign = if octant & 4 == 0 { 1.0 } else { -1.0 };
    let cos_sign = if (octant - 2) & 4 == 0 { -1.0 } else { 1.0 };
    (sin * sin_sign, cos * cos_sign)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_draws_the_same_numbers_and_another_seed_others() {
        let draw = |seed| TorchCpuGenerator::new(seed).normal(64);
        assert_eq!(draw(7), draw(7));
        assert_ne!(draw(7), draw(8));
    }

    #[test]
    fn the_seed_counts_modulo_two_to_the_thirty_second() {
        assert_eq!(TorchCpuGenerator::new(5).normal(20), TorchCpuGenerator::new((1 << 32) + 5).normal(20));
    }

    #[test]
    fn many_numbers_have_mean_zero_and_deviation_one() {
        let values = TorchCpuGenerator::new(1).normal(100_000);
        let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / 1e5;
        let variance = values.iter().map(|&v| f64::from(v) * f64::from(v)).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.01, "mean {mean}");
        assert!((variance - 1.0).abs() < 0.02, "variance {variance}");
    }

    #[test]
    fn the_polynomials_agree_with_the_mathematical_library() {
        for step in 1..=1000 {
            let x = step as f32 / 1000.0;
            assert!((cephes_ln(x) - x.ln()).abs() <= 1e-6 * (1.0 + x.ln().abs()), "ln {x}");
            let angle = x * std::f32::consts::TAU;
            let (sin, cos) = cephes_sin_cos(angle);
            assert!((sin - angle.sin()).abs() < 1e-6 && (cos - angle.cos()).abs() < 1e-6, "angle {angle}");
        }
    }
}
