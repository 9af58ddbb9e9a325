//! The random numbers of `torch.Generator("cuda")`.
//!
//! PyTorch on CUDA draws with Philox4x32-10 (Salmon et al., 2011), a generator that makes four words of a counter: the
//! seed is its key, the thread's number the upper half of its counter, and the count of earlier draws the lower half.
//! Each thread turns its four words into four normal numbers by the Box–Muller transform (cuRAND's `curand_normal4`) and
//! writes them a whole grid of threads apart (`distribution_elementwise_grid_stride_kernel` in
//! `aten/src/ATen/native/cuda/DistributionTemplates.h`). As long as there are as many threads as numbers, each gives its
//! first number alone, whatever the card. How many threads there are depends on the card (an RTX 3090 has 125952, a GTX
//! 1650 14336), so that noise for larger pictures differs from card to card: the four channels of 512 × 512 pixels take
//! 16384 numbers, those of 1024 × 1024 take 65536.
//!
//! The words are exact. The card's sine and logarithm are approximations of its own, of which no description exists;
//! here they are computed well, so that a number may differ from the card's by some 10⁻⁶.

use burn::tensor::f16;

/// Threads of a block in PyTorch's launch.
const BLOCK_THREADS: usize = 256;
/// Numbers that a thread makes at a time.
const UNROLL: usize = 4;
/// What the key grows by after each round.
const KEY_STEPS: [u32; 2] = [0x9e37_79b9, 0xbb67_ae85];
/// The multipliers of a round.
const MULTIPLIERS: [u32; 2] = [0xd251_1f53, 0xcd9e_8d57];
/// Rounds that a counter is stirred for.
const ROUNDS: usize = 10;

/// The random numbers of `torch.Generator("cuda").manual_seed(seed)`.
///
/// ```
/// use underpaint_diffusion::noise::PhiloxGenerator;
///
/// // torch.randn(2, device="cuda", generator=torch.Generator("cuda").manual_seed(0))
/// let found = PhiloxGenerator::new(0).normal(2);
/// assert!((found[0] - -0.9247).abs() < 5e-5 && (found[1] - -0.4253).abs() < 5e-5);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhiloxGenerator {
    seed: u64,
    /// Counter values that earlier draws have used up in every thread.
    offset: u64,
    /// Threads that the card runs at a time; `None` where there are as many as numbers.
    n_threads: Option<usize>,
}

impl PhiloxGenerator {
    /// A generator with this seed, on a card that has a thread for every number.
    pub fn new(seed: u64) -> Self {
        Self { seed, offset: 0, n_threads: None }
    }

    /// A generator with this seed on a card with so many multiprocessors, each of which runs so many threads: 82 and 1536
    /// for a GeForce RTX 3090, 108 and 2048 for an A100.
    pub fn on_card(seed: u64, n_multiprocessors: usize, threads_per_multiprocessor: usize) -> Self {
        let n_blocks = (n_multiprocessors * (threads_per_multiprocessor / BLOCK_THREADS)).max(1);
        Self { n_threads: Some(n_blocks * BLOCK_THREADS), ..Self::new(seed) }
    }

    /// `n` standard normal numbers, as `torch.randn(n, device="cuda", generator=…)` draws them in one call.
    pub fn normal(&mut self, n: usize) -> Vec<f32> {
        if n == 0 {
            return Vec::new();
        }
        let grid = n.div_ceil(BLOCK_THREADS) * BLOCK_THREADS;
        let n_threads = self.n_threads.map_or(grid, |n_threads| n_threads.min(grid));
        let values = (0..n).map(|idx| {
            // A thread writes its first four numbers a grid apart, then the next four.
            let (round, thread) = (idx / n_threads, idx % n_threads);
            let counter = self.offset.wrapping_add((round / UNROLL) as u64);
            let words = philox(self.seed, counter, thread as u64);
            match round % UNROLL {
                0 => box_muller(words[0], words[1]).0,
                1 => box_muller(words[0], words[1]).1,
                2 => box_muller(words[2], words[3]).0,
                _ => box_muller(words[2], words[3]).1,
            }
        });
        let values = values.collect();
        self.offset = self.offset.wrapping_add(n.div_ceil(n_threads * UNROLL) as u64);
        values
    }

    /// `n` standard normal numbers of half precision: those of [`Self::normal`], rounded.
    pub fn normal_half(&mut self, n: usize) -> Vec<f32> {
        self.normal(n).into_iter().map(|value| f16::from_f32(value).to_f32()).collect()
    }
}

/// Philox4x32-10: four words of a key, a counter and the number of a stream.
fn philox(key: u64, counter: u64, stream: u64) -> [u32; 4] {
    let halves = |value: u64| [(value & u64::from(u32::MAX)) as u32, (value >> 32) as u32];
    let mut key = halves(key);
    let ([low, high], [stream_low, stream_high]) = (halves(counter), halves(stream));
    let mut words = [low, high, stream_low, stream_high];
    for _ in 0..ROUNDS {
        let [low0, high0] = halves(u64::from(words[0]) * u64::from(MULTIPLIERS[0]));
        let [low1, high1] = halves(u64::from(words[2]) * u64::from(MULTIPLIERS[1]));
        words = [high1 ^ words[1] ^ key[0], low1, high0 ^ words[3] ^ key[1], low0];
        key = [key[0].wrapping_add(KEY_STEPS[0]), key[1].wrapping_add(KEY_STEPS[1])];
    }
    words
}

/// Two normal numbers of two words, the one of the sine first, as cuRAND computes them.
fn box_muller(x: u32, y: u32) -> (f32, f32) {
    const TO_UNIT: f32 = 1.0 / 4_294_967_296.0;
    const TO_ANGLE: f32 = TO_UNIT * std::f32::consts::TAU;
    let unit = (x as f32).mul_add(TO_UNIT, TO_UNIT / 2.0);
    let angle = (y as f32).mul_add(TO_ANGLE, TO_ANGLE / 2.0);
    let radius = (-2.0 * f64::from(unit).ln()).sqrt();
    let (sin, cos) = f64::from(angle).sin_cos();
    ((radius * sin) as f32, (radius * cos) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_that_of_the_publication() {
        // Known answers that come with the authors' Random123.
        assert_eq!(philox(0, 0, 0), [0x6627_e8d5, 0xe169_c58d, 0xbc57_ac4c, 0x9b00_dbd8]);
        assert_eq!(philox(u64::MAX, u64::MAX, u64::MAX), [0x408f_276d, 0x41c8_3b0e, 0xa20b_c7c6, 0x6d54_51fd]);
        let (counter, stream) = (0x85a3_08d3_243f_6a88, 0x0370_7344_1319_8a2e);
        assert_eq!(
            philox(0x299f_31d0_a409_3822, counter, stream),
            [0xd16c_fe09, 0x94fd_cceb, 0x5001_e420, 0x2412_6ea1]
        );
    }

    #[test]
    fn the_published_numbers_of_two_seeds_come_out() {
        let close = |seed: u64, expected: [f32; 5]| {
            let found = PhiloxGenerator::new(seed).normal(5);
            assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 6e-5), "{found:?}");
        };
        // torch.manual_seed(seed); torch.randn(5, device="cuda")
        close(0, [-0.9247, -0.4253, -2.6438, 0.1452, -0.1209]);
        close(42, [0.1940, 2.1614, -0.1721, 0.8491, -1.9244]);
    }

    #[test]
    fn a_second_draw_goes_on_where_the_first_ended() {
        let mut generator = PhiloxGenerator::new(7);
        let first = generator.normal(100);
        let second = generator.normal(100);
        assert_ne!(first, second);
        // The first draw took one counter value of every thread.
        let mut later = PhiloxGenerator { offset: 1, ..PhiloxGenerator::new(7) };
        assert_eq!(later.normal(100), second);
    }

    #[test]
    fn a_card_with_fewer_threads_than_numbers_lets_each_thread_make_more() {
        let many = PhiloxGenerator::new(9).normal(6000);
        let mut generator = PhiloxGenerator::on_card(9, 2, 512);
        let few = generator.normal(6000);
        assert_eq!(few[..1024], many[..1024]);
        // The second number of the first thread's first four, and the first of its next four.
        let words = philox(9, 0, 0);
        assert_eq!(few[1024], box_muller(words[0], words[1]).1);
        assert_eq!(few[3 * 1024 + 5], box_muller(philox(9, 0, 5)[2], philox(9, 0, 5)[3]).1);
        assert_eq!(few[4 * 1024], box_muller(philox(9, 1, 0)[0], philox(9, 1, 0)[1]).0);
        assert_eq!(generator.offset, 2);
        // As many as one round of four: one counter value.
        let mut generator = PhiloxGenerator::on_card(9, 2, 512);
        generator.normal(4096);
        assert_eq!(generator.offset, 1);
    }

    #[test]
    fn many_numbers_have_mean_zero_and_deviation_one() {
        let values = PhiloxGenerator::new(1).normal(100_000);
        let mean = values.iter().map(|&v| f64::from(v)).sum::<f64>() / 1e5;
        let variance = values.iter().map(|&v| f64::from(v) * f64::from(v)).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.01 && (variance - 1.0).abs() < 0.02, "mean {mean}, variance {variance}");
    }
}
