//! A small deterministic random number generator (SplitMix64).
//!
//! Data sets are named by `(seed, index)`, so the numbers must stay the same for ever: a generator of our own can
//! never change under us with an update of a dependency.

/// A SplitMix64 stream.
#[derive(Clone, Debug)]
pub struct Rng {
    state: u64,
}

impl Rng {
    /// The stream of picture `index` of the data set `seed`.
    #[must_use]
    pub fn new(seed: u64, index: u64) -> Self {
        let mut rng =
            Self { state: seed.wrapping_mul(0xD6E8_FEB8_6659_FD93) ^ index.wrapping_mul(0xA076_1D64_78BD_642F) };
        // Neighbouring seeds differ in few bits; two steps mix them through.
        rng.bits();
        rng.state ^= index.rotate_left(32);
        rng.bits();
        rng
    }

    /// The next 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A seed for a noise field or for an object's own details.
    pub fn seed(&mut self) -> u32 {
        (self.bits() >> 32) as u32
    }

    /// Uniform in `0.0..1.0`.
    pub fn unit(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// Uniform in `low..high`.
    pub fn range(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.unit()
    }

    /// Roughly normal, mean 0 and deviation 1, never beyond ±3.5.
    pub fn normal(&mut self) -> f32 {
        // The sum of four uniforms is close enough to a bell for jitter, and has no tail to surprise us.
        let sum = self.unit() + self.unit() + self.unit() + self.unit();
        (sum - 2.0) * 1.732
    }

    /// True with probability `p`.
    pub fn chance(&mut self, p: f32) -> bool {
        self.unit() < p
    }

    /// A whole number in `0..n` (0 when `n` is 0).
    pub fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f32) as usize).min(n.saturating_sub(1))
    }

    /// A whole number in `low..=high`.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high + 1 - low)
    }

    /// One of `items`, each equally likely.
    pub fn pick<T: Copy, const N: usize>(&mut self, items: &[T; N]) -> T {
        items[self.below(N)]
    }

    /// One of `items` by weight.
    pub fn weighted<T: Copy, const N: usize>(&mut self, items: &[(f32, T); N]) -> T {
        let total: f32 = items.iter().map(|(weight, _)| weight).sum();
        let mut left = self.unit() * total;
        for &(weight, item) in items {
            if left < weight {
                return item;
            }
            left -= weight;
        }
        items[N - 1].1
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn streams_repeat_and_differ() {
        let draw = |seed, index| Rng::new(seed, index).bits();
        assert_eq!(draw(1, 2), draw(1, 2));
        assert_ne!(draw(1, 2), draw(1, 3));
        assert_ne!(draw(1, 2), draw(2, 2));
    }

    #[test]
    fn ranges_hold() {
        let mut rng = Rng::new(3, 4);
        for _ in 0..10_000 {
            assert!((0.0..1.0).contains(&rng.unit()));
            assert!((2..=5).contains(&rng.between(2, 5)));
            assert!(rng.normal().abs() < 3.6);
        }
    }
}
